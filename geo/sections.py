"""Where one pasted article ends and the next begins, and what a dateline names.

All offsets are `str` indices into the text that is given. Lines may end in any of the ways that
Unicode knows; the text is only looked at, never changed.
"""

import itertools
import math
import re

from geo.datelines import MONTH, Dateline, match_dateline
from geo.document import Section
from geo.lines import BULLET, HEAD_LINES, Line, Scanner, lines_of

__all__ = ["dateline", "find_sections", "title_of"]

_TITLE_CHARACTERS = 150
_LABEL_CHARACTERS = 120
#: A caption may stand between a title and its dateline; more text is an article that may end.
_CAPTION_CHARACTERS = 250

_SENTENCE_END = re.compile(r"[.!?][\"”’]?\s+")


def find_sections(text: str) -> tuple[Section, ...]:
    """Find the articles that were pasted one after another into one text.

    An article begins with a head: a run of lines that look like titles, with its byline, its
    date and notes in brackets. A head begins a new article only with evidence: its title stands
    there twice, a byline or a date follows the title, a dateline opens the text below, a line of
    stars or dashes or a closing line (`Published in ...`) stands above, or it is set off by more
    blank lines than this text gives its subheadings. A paragraph that opens with a full dateline
    (`BISHKEK, Kyrgyzstan (AP) --`) begins an article without a head. Subheadings do not.

    Parameters
    ----------
    text
        A whole document.

    Returns
    -------
    sections
        Two or more, labelled with the articles' titles, covering the text without gaps; or none
        where the text is a single article.
    """
    lines = lines_of(text)
    starts = _starts(lines)
    if len(starts) >= 2 and all(lines[index].above >= 2 for index in starts):
        # Here every article is set off by a wide gap, so a title below one begins an article.
        starts = _starts(lines, gaps_part=True)
    if not starts:
        return ()
    starts = [0, *starts]
    offsets = [0, *(lines[index].start for index in starts[1:]), len(text)]
    return tuple(
        Section(start=offset, end=end, label=_label(lines[first:last]))
        for offset, end, first, last in zip(
            offsets, offsets[1:], starts, [*starts[1:], len(lines)], strict=False
        )
    )


def dateline(text: str, start: int = 0) -> tuple[int, int] | None:
    """Find the place that opens an article or a paragraph: `BISHKEK, Kyrgyzstan` of its dateline.

    Parameters
    ----------
    text
        A whole document.
    start
        Where the article or the paragraph begins. From a title on, the search passes the head
        and one caption; from running text on, only that paragraph is looked at.

    Returns
    -------
    span
        `[start, end)` of the place, without agency and date; `None` where there is no dateline.
    """
    captions = 0
    for line in Scanner(text, start):
        # Where a text lost its line ends, title and dateline share a line: "Snow. OSH – Roads".
        heads = _SENTENCE_END.finditer(line.text, 0, _CAPTION_CHARACTERS) if line.first else ()
        for offset in (0, *(head.end() for head in heads)):
            found = match_dateline(line.text[offset:])
            if found is not None:
                return line.start + offset + found.start, line.start + offset + found.end
        if _looks_like_title(line.text) or _is_filler(line.text):
            continue
        if line.first or len(line.text) > _CAPTION_CHARACTERS or captions:
            return None
        captions += 1
    return None


def title_of(text: str) -> str | None:
    """Return the title a text opens with: a short first line that is no sentence; else `None`."""
    lines = lines_of(text)
    if len(lines) < 2:
        return None
    first, second = lines[0], lines[1]
    if len(first.text) > _LABEL_CHARACTERS or not _looks_like_title(first.text):
        return None
    # Without a blank line between them, the first line of a wrapped paragraph looks alike.
    set_off = first.below > 0 or second.text == first.text or _is_byline(second.text)
    if set_off or len(first.text) * 2 < len(second.text):
        return " ".join(first.text.split())
    return None


# --- what a line is -----------------------------------------------------------------------------

_SEPARATOR = re.compile(r"(?:[*\-=_~#•·—–+]\s*){3,}")
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w'’.\-]*"
_BYLINE = re.compile(
    rf"(?:[Bb]y|BY)\s+(?:{_NAME})(?:\s+(?:(?:and|de|la|van|von|al|bin|for|in|of)\s+)?{_NAME})+"
    rf"(?:\s*[,|/&]\s*.{{0,80}})?|(?:By|BY)\s+[A-Z]{{2,8}}"
)
_CREDIT = re.compile(
    r"(?:image|photo|photograph|picture|illustration|graphic|video|map|file)s?"
    r"\s*(?:/|:|\(|\||via|by|credit|courtesy|source|from|copyright|©).{0,100}",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"(?:(?:published|posted|updated|last updated|date)\b\s*(?:on\b)?:?\s*)?"
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    rf"(?:{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}\s+{MONTH},?\s+\d{{4}}"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})(?:[ ,T|–-].{{0,40}})?",
    re.IGNORECASE,
)
_CLOSER = re.compile(
    r"(?:\(?c\)|©|copyright\b|all rights reserved|published in\b|originally published\b"
    r"|first published\b|first appeared\b|this article (?:was|first|originally)\b"
    r"|\(?(?:reporting|writing|editing) by\b|-\s?30\s?-|-?\s?ends\s?-?$|[-–—]\s*with\b).{0,200}",
    re.IGNORECASE,
)


def _looks_like_title(text: str) -> bool:
    """Tell whether a line could be a title: short, begun like one, and no sentence."""
    if len(text) > _TITLE_CHARACTERS or BULLET.match(text) or _SEPARATOR.fullmatch(text):
        return False
    if text.endswith((".", ":", ";", ",", "…", "。", "-")):
        return False
    first = text.lstrip("\"'“”‘’«„([#… ")[:1]
    return bool(first) and first.isalnum() and not first.islower()


def _is_byline(text: str) -> bool:
    return len(text) <= _LABEL_CHARACTERS and _BYLINE.fullmatch(text.rstrip(".")) is not None


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _is_filler(text: str) -> bool:
    """Tell whether a line belongs to a head without being its title."""
    if _is_byline(text) or _is_date(text) or _CREDIT.fullmatch(text):
        return True
    return len(text) <= 2 * _TITLE_CHARACTERS and (text[0], text[-1]) in {("[", "]"), ("(", ")")}


def _is_closer(text: str) -> bool:
    return len(text) <= 2 * _TITLE_CHARACTERS and _CLOSER.fullmatch(text) is not None


def _is_headline(text: str) -> bool:
    """Tell whether every longer word of a line begins with a capital, as in a headline."""
    words = [word.lstrip("\"'“‘([") for word in text.split()]
    return all(not word[:1].islower() for word in words if len(word) > 4)


def _words(text: str) -> int:
    return sum(1 for word in text.split() if any(c.isalnum() for c in word))


# --- datelines ----------------------------------------------------------------------------------


# --- heads --------------------------------------------------------------------------------------


def _starts(lines: list[Line], *, gaps_part: bool = False) -> list[int]:
    """Return the indices of the lines with which a second or later article begins."""
    datelines = _datelines(lines)
    gap_words = 1 if gaps_part else 4 if _wide_gaps_matter(lines) else math.inf
    starts: list[int] = []
    prose = paragraphs = 0  # running text since the last start: its characters, its lines
    dated = False  # a dateline was met since the last start
    closed = False  # the line above closes an article
    index = 0
    while index < len(lines):
        line = lines[index]
        separator = _is_separator(line)
        if separator or (prose and _is_closer(line.text)):
            closed = closed or not separator or prose > 0
            index += 1
            continue
        last = _head_end(lines, index) if index not in datelines else index
        if last > index:
            start = _head_start(lines, index, last)
            may_end = prose > 0 and (dated or prose > _CAPTION_CHARACTERS)
            opened = _dateline_below(lines, datelines, last) and _words(lines[start].text) >= 3
            if (may_end and opened) or (
                prose and _is_new_head(lines, start, last, closed=closed, gap_words=gap_words)
            ):
                starts.append(start)
                prose, paragraphs, dated = 0, 0, False
            closed = False
            index = last
            continue
        if index in datelines:
            may_end = dated or (paragraphs >= 2 and prose > _CAPTION_CHARACTERS)
            if datelines[index].full and prose and may_end:
                starts.append(index)
                prose = paragraphs = 0
            dated = True
        prose += len(line.text)
        paragraphs += 1
        closed = False
        index += 1
    if starts and not prose:
        starts.pop()
    return starts


def _head_end(lines: list[Line], first: int) -> int:
    """Return the index after the head that begins at `first`; `first` itself where none does."""
    last = first
    while last < len(lines) and _is_head_line(lines, last, inside=last > first):
        last += 1
    if not any(_looks_like_title(line.text) for line in lines[first:last]):
        return first
    return last


def _is_head_line(lines: list[Line], index: int, *, inside: bool) -> bool:
    line = lines[index]
    if _is_separator(line):
        return False
    if _is_filler(line.text):
        return True
    if not _looks_like_title(line.text) or (line.above == 0 and index > 0 and not inside):
        return False
    if line.below > 0 or index + 1 == len(lines):
        return True
    # The line below follows at once: a title only if that belongs to the head, or is a dateline.
    below = lines[index + 1]
    if _is_filler(below.text) or _same(line.text, below.text):
        return True
    if match_dateline(below.text) is not None:
        return True
    wrapped = len(line.text) < 100 and below.below > 0 and len(below.text) < 100
    return wrapped and _looks_like_title(below.text)


def _head_start(lines: list[Line], first: int, last: int) -> int:
    """Return the title with which a head begins: the first one after its last wide gap."""
    titles = [i for i in range(first, last) if _looks_like_title(lines[i].text)]
    titles = [i for i in titles if not _is_filler(lines[i].text)] or titles
    gaps = [i for i in titles if lines[i].above >= 2]
    near = [i for i in titles if i >= last - HEAD_LINES] or titles
    return gaps[-1] if gaps else near[0]


def _is_new_head(
    lines: list[Line], start: int, last: int, *, closed: bool, gap_words: float
) -> bool:
    title = lines[start]
    words = _words(title.text)
    below = lines[start + 1 : last]
    if closed and words >= 2:
        return True
    if words >= 2 and any(_is_byline(line.text) for line in below):
        return True
    if words >= 4 and any(_is_date(line.text) for line in below[:2]):
        return True
    if title.above >= 2 and words >= gap_words:
        sure = gap_words == 1 or title.above >= 3
        if sure or _is_headline(title.text):
            return True
    head = lines[start:last]
    return any(
        _words(one.text) >= 3 and _same(one.text, two.text) for one, two in itertools.pairwise(head)
    )


def _wide_gaps_matter(lines: list[Line]) -> bool:
    """Tell whether two blank lines set articles apart here, not paragraphs or subheadings."""
    gaps = [line for line in lines[1:] if line.above >= 2]
    if not gaps or len(gaps) * 3 > len(lines):
        return False
    titles = [line for line in gaps if _looks_like_title(line.text)]
    return all(_words(line.text) >= 4 for line in titles)


def _datelines(lines: list[Line]) -> dict[int, Dateline]:
    """Find the lines that open with a dateline; a label met twice is a speaker's name."""
    found: dict[int, Dateline] = {}
    labels: dict[str, int] = {}
    for index, line in enumerate(lines):
        match = match_dateline(line.text)
        if match is not None:
            found[index] = match
            if not match.full:
                name = line.text[match.start : match.end]
                labels[name] = labels.get(name, 0) + 1
    return {
        index: match
        for index, match in found.items()
        if match.full or labels[lines[index].text[match.start : match.end]] == 1
    }


def _dateline_below(lines: list[Line], datelines: dict[int, Dateline], last: int) -> bool:
    if last in datelines:
        return True
    caption = last < len(lines) and len(lines[last].text) <= _CAPTION_CHARACTERS
    return caption and last + 1 in datelines


def _is_separator(line: Line) -> bool:
    # Without a blank line above it is the underline of a heading.
    return line.above > 0 and _SEPARATOR.fullmatch(line.text) is not None


def _same(one: str, two: str) -> bool:
    one, two = one.casefold(), two.casefold()
    return one.startswith(two) or two.startswith(one)


def _label(lines: list[Line]) -> str:
    """Name an article after its title, or the first words of one without."""
    for index, line in enumerate(lines[:HEAD_LINES]):
        if _is_head_line(lines, index, inside=True) and not _is_filler(line.text):
            return _cut(line.text.lstrip("# "))
    return _cut(lines[0].text) if lines else ""


def _cut(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _LABEL_CHARACTERS:
        return text
    return text[: _LABEL_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"
