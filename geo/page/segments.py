"""A text cut into paragraphs, sentences and mentions, so that no offset reaches the page.

Browsers count UTF-16 units where Python counts code points. The page therefore gets pieces of
text instead of offsets: a paragraph is a list of runs; a run is either a plain string, or a
sentence that holds mentions: a list of strings of which every second one is a mention.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from geo.document import Document, Mention
from geo.sentences import sentence_span

__all__ = ["Segments", "clean", "cut", "sentences_only"]

Run = str | list[str]
Span = tuple[int, int]

#: A line at least this long was not wrapped by hand, so its end is the end of a paragraph.
_UNWRAPPED = 120
_UNSAFE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The text of one document in pieces, and which mention each marked piece is."""

    #: Each a list of runs, or `{"section": label}` where a section of the document begins.
    paragraphs: list[list[Run] | dict[str, str]]
    starts: list[int]  #: of each paragraph that is a list: where it begins, in code points
    marks: list[int]  #: for the marked pieces in text order: the number of the mention
    #: Mentions that overlap a marked one: their number, that mark's number, and their words.
    behind: list[tuple[int, int, str]]


def clean(text: str) -> str:
    """Replace, one for one, what HTML and UTF-8 cannot carry: NUL and lone surrogates."""
    return _UNSAFE.sub("\ufffd", text)


def cut(document: Document, mentions: Sequence[Mention]) -> Segments:
    """Cut a document's text at its paragraphs, at the sentences of its mentions, and at these.

    Joining the pieces of all paragraphs gives the text again but for the line ends between
    paragraphs. Of mentions that overlap, a place is preferred to an organization, then the
    earlier, then the longer.
    """
    text = clean(document.text)
    shown, behind = _without_overlaps(mentions)
    sentences = _sentences(text, [mentions[number] for number in shown])
    paragraphs: list[list[Run] | dict[str, str]] = []
    begins: list[int] = []
    labels = {section.start: section.label for section in document.sections}
    starts = sorted(labels)
    spans = [(mentions[number].start, mentions[number].end) for number in shown]
    done = -1
    for start, end in _paragraphs(text, sentences, starts):
        for section in starts:
            if done < section < end:
                done = section
                label = clean(labels[section])
                # Labels are often the title that the section opens with anyway.
                head = " ".join(text[section : section + 2 * len(label) + 40].split())
                opens = head.startswith(" ".join(label.split()))
                paragraphs.append({"section": "" if opens else label})
        paragraphs.append(list(_runs(text, start, end, sentences, spans)))
        begins.append(start)
    return Segments(
        paragraphs=paragraphs,
        starts=begins,
        marks=shown,
        behind=[
            (number, mark, clean(mentions[number].text)) for number, mark in sorted(behind.items())
        ],
    )


def sentences_only(segments: Segments) -> Segments:
    """Keep only the sentences that hold a mention, each as a paragraph of its own."""
    paragraphs: list[list[Run] | dict[str, str]] = []
    starts: list[int] = []
    texts = [paragraph for paragraph in segments.paragraphs if not isinstance(paragraph, dict)]
    for paragraph, start in zip(texts, segments.starts, strict=True):
        position = start
        for run in paragraph:
            if not isinstance(run, str):
                paragraphs.append([run])
                starts.append(position)
            position += len(run) if isinstance(run, str) else sum(map(len, run))
    return replace(segments, paragraphs=paragraphs, starts=starts)


def _without_overlaps(mentions: Sequence[Mention]) -> tuple[list[int], dict[int, int]]:
    """Choose mentions without overlaps; tell behind which mark each other one hides."""
    order = sorted(
        range(len(mentions)),
        key=lambda n: (mentions[n].role == "organization", mentions[n].start, -mentions[n].end),
    )
    starts: list[int] = []
    chosen: list[int] = []
    hidden: list[int] = []
    for number in order:
        mention = mentions[number]
        at = bisect_right(starts, mention.start)
        before = mentions[chosen[at - 1]].end if at else 0
        after = starts[at] if at < len(starts) else mention.end
        if before <= mention.start and mention.end <= after:
            starts.insert(at, mention.start)
            chosen.insert(at, number)
        else:
            hidden.append(number)
    behind: dict[int, int] = {}
    for number in hidden:
        mention = mentions[number]
        behind[number] = next(
            mark
            for mark, other in enumerate(chosen)
            if mentions[other].start < mention.end and mention.start < mentions[other].end
        )
    return chosen, behind


def _sentences(text: str, mentions: Sequence[Mention]) -> list[Span]:
    """Return the sentences of mentions in text order, those that touch joined."""
    joined: list[Span] = []
    for mention in mentions:
        if joined and mention.end <= joined[-1][1]:
            continue
        start, end = sentence_span(text, mention.start, mention.end)
        start, end = min(start, mention.start), max(end, mention.end)
        if joined and start < joined[-1][1]:
            # A sentence too long to be shown whole is cut around each of its mentions.
            start, end = joined[-1][0], max(end, joined[-1][1])
            joined[-1] = (start, end)
        else:
            joined.append((start, end))
    return joined


def _paragraphs(text: str, sentences: Sequence[Span], sections: Sequence[int]) -> Iterator[Span]:
    """Yield the paragraphs: at blank lines, at the ends of long lines, where sections begin."""
    breaks = set(sections)
    ends = [end for _, end in sentences]

    def held(start: int, end: int) -> Span | None:
        """Return the sentence that reaches into `[start, end)`, if one does."""
        at = bisect_right(ends, start)
        return sentences[at] if at < len(ends) and sentences[at][0] < end else None

    begin = last = position = 0
    previous = 0
    for line in [*text.split("\n"), ""]:
        stop = min(position + len(line), len(text))
        sentence = held(position, stop + 1)
        inside = sentence is not None and sentence[0] < position
        blank = sentence is None and not line.strip()
        long = len(line) >= _UNWRAPPED or previous >= _UNWRAPPED
        if (blank or long or position in breaks) and not inside:
            # A mention may end in, or be, the line end that is cut off here.
            over = held(last, position)
            last = max(last, over[1]) if over else last
            if over or text[begin:last].strip():
                yield begin, last
            begin = position
        if blank:
            begin = stop + 1
        last = stop
        previous = len(line)
        position = stop + 1


def _runs(
    text: str, start: int, end: int, sentences: Sequence[Span], spans: Sequence[Span]
) -> Iterator[Run]:
    """Yield the runs of `text[start:end]`: plain text, and the sentences of mentions."""
    position = start
    at = bisect_right(sentences, (start, -1))
    while at < len(sentences) and sentences[at][0] < end:
        first, last = sentences[at]
        if first > position:
            yield text[position:first]
        pieces: list[str] = []
        position = first
        for mention in spans[bisect_right(spans, (first, -1)) :]:
            if mention[0] >= last:
                break
            pieces += [text[position : mention[0]], text[mention[0] : mention[1]]]
            position = mention[1]
        yield [*pieces, text[position:last]]
        position = last
        at += 1
    if position < end:
        yield text[position:end]
