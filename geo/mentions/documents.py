"""From rows back to documents: as much of a text as the rows tell, each mention at its place."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from geo.document import Document, ParsedDocument, Resolution, Section
from geo.errors import FormatError, GeoError
from geo.exporters.records import resolution_of
from geo.mentions.edits import Edited, edited
from geo.mentions.files import MentionRow
from geo.place import Candidate
from geo.protocols import Gazetteer
from geo.readers.assembling import parse_date

__all__ = ["documents_of"]

#: Where nothing is known of a text.
_UNKNOWN = "\n"
#: Texts are filled up to the offsets that rows give, which anybody can write.
_MOST_CHARACTERS = 100_000_000


def documents_of(
    rows: Iterable[MentionRow],
    gazetteer: Gazetteer,
    *,
    on_error: Callable[[GeoError], None] | None = None,
) -> Iterator[ParsedDocument]:
    """Yield the documents that rows speak of, with what somebody edited in them.

    A text is put together from the sentences of its rows; each mention stands at its offsets, so
    that a correction made of these documents fits the ones that the rows were made from. What no
    row tells is blank lines.

    Parameters
    ----------
    rows
        In any order; those of a document need not stand together. All are held.
    gazetteer
        See `geo.mentions.edited`.
    on_error
        Called with each row that makes no sense; without it the first is raised.

    Raises
    ------
    FormatError
        Without `on_error`.
    """
    by_document: dict[object, list[tuple[MentionRow, Resolution]]] = {}
    for row in rows:
        try:
            resolution = _resolution(row, edited(row, gazetteer))
        except FormatError as error:
            if on_error is None:
                raise
            on_error(error)
            continue
        by_document.setdefault(row.values["document_id"], []).append((row, resolution))
    characters = 0
    for document_id, pairs in by_document.items():
        characters += max(resolution.mention.end for _, resolution in pairs)
        if characters > _MOST_CHARACTERS:
            refused = FormatError(
                f"{pairs[0][0]}: the rows before it speak of {_MOST_CHARACTERS / 1e6:.0f} million "
                "characters of text. Split the table by documents."
            )
            if on_error is None:
                raise refused
            on_error(refused)
            return
        pairs.sort(key=lambda pair: (pair[1].mention.start, -pair[1].mention.end))
        yield ParsedDocument(
            document=_document(str(document_id), [row for row, _ in pairs]),
            resolutions=tuple(resolution for _, resolution in pairs),
        )


def _resolution(row: MentionRow, change: Edited | None) -> Resolution:
    values = row.values
    try:
        if change is None:
            return resolution_of(values)
        # A row that was placed by hand has no id, and its coordinates need one.
        old = resolution_of({**values, "place_id": None, "confidence": None})
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{row}: {error}. Mend the cell, or take the row out.") from error
    said = f"Edited in {row}: {change.how}."
    if change.place is None:
        return replace(old, origin="correction", reason="rejected", explanation=said)
    first = Candidate(place=change.place, name=old.mention.text, match="primary", score=1.0)
    others = (c for c in old.candidates if c.place.id != change.place.id)
    return replace(
        old,
        place=change.place,
        confidence=1.0,
        candidates=(first, *others),
        origin="correction",
        approximate=False,
        reason=None,
        explanation=said,
    )


def _document(document_id: str, rows: Sequence[MentionRow]) -> Document:
    first = rows[0].values
    text = _text(rows)
    return Document(
        text=text,
        id=document_id,
        source=_optional(first["source"]),
        title=_optional(first["title"]),
        published=parse_date(first["published"]),
        sections=tuple(_sections(rows)),
    )


def _sections(rows: Sequence[MentionRow]) -> Iterator[Section]:
    """Yield a section from the first to the last mention of each label that stand together."""
    start = end = 0
    label: object = None
    for row in rows:
        if row.values["section"] != label:
            if label is not None:
                yield Section(start=start, end=end, label=str(label), own_context=False)
            label, start = row.values["section"], int(str(row.values["start"]))
        end = max(end, int(str(row.values["end"])))
    if label is not None:
        yield Section(start=start, end=end, label=str(label), own_context=False)


def _text(rows: Sequence[MentionRow]) -> str:
    """Return the text: sentences around their mentions, blank lines elsewhere."""
    pieces = [_UNKNOWN] * max(int(str(row.values["end"])) for row in rows)
    sentences = list(_sentences(rows))
    after = 0
    for number, (sentence, spans) in enumerate(sentences):
        follows = sentences[number + 1][1][0][0] if number + 1 < len(sentences) else None
        at = _aligned(sentence, spans, after, follows)
        if at:
            after = _write(pieces, sentence, spans, at)
    for row in rows:
        start, mention = int(str(row.values["start"])), str(row.values["mention"])
        pieces[start : start + len(mention)] = mention
    return "".join(pieces)


def _sentences(rows: Sequence[MentionRow]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield each sentence with start and words of the mentions in it, in text order."""
    sentence, spans = "", list[tuple[int, str]]()
    for row in rows:
        start, mention = int(str(row.values["start"])), str(row.values["mention"])
        said = str(row.values["sentence"] or "")
        if said != sentence or (spans and start - spans[0][0] > 2 * len(sentence)):
            if spans:
                yield sentence, spans
            sentence, spans = said, []
        spans.append((start, mention))
    if spans:
        yield sentence, spans


def _write(
    pieces: list[str], sentence: str, spans: Sequence[tuple[int, str]], at: Sequence[int]
) -> int:
    """Write a sentence so that the words of its mentions fall on their offsets; return its end.

    White space was made single in a sentence, so there is room for it; what has none is cut.
    """
    before = 0
    for number, ((start, mention), place) in enumerate(zip(spans, at, strict=True)):
        words = " ".join(mention.split())
        head = sentence[before:place]
        if number == 0:
            low = max(0, start - len(head))
            pieces[low:start] = head[len(head) - (start - low) :]
        else:
            gap_start = spans[number - 1][0] + len(spans[number - 1][1])
            room = max(0, start - gap_start)
            pieces[gap_start : gap_start + room] = head[:room].ljust(room)
        before = max(before, place + len(words))
    end = max(start + len(mention) for start, mention in spans)
    tail = sentence[before:]
    pieces[end : end + len(tail)] = tail
    return end + len(tail)


def _aligned(
    sentence: str, spans: Sequence[tuple[int, str]], after: int, follows: int | None
) -> list[int]:
    """Return where in the sentence each mention stands; empty where they are not in it.

    Words may come twice, and only one of them be a mention. Of the places where the first may
    stand, that is taken where the sentence finds room between its neighbors (from `after`, before
    the mention at `follows`), then where the distances of its mentions are least stretched.
    """
    first = " ".join(spans[0][1].split())
    best: tuple[tuple[bool, int], list[int]] | None = None
    found = sentence.find(first)
    while first and found >= 0:
        at, cursor, stretch = [found], found, 0
        for (last, _), (start, mention) in itertools.pairwise(spans):
            words = " ".join(mention.split())
            # A sentence never holds more characters than the text that it was taken from.
            place = sentence.rfind(words, cursor, cursor + (start - last) + len(words))
            if place < 0:
                break
            stretch += (start - last) - (place - cursor)
            at.append(place)
            cursor = place
        else:
            end = spans[-1][0] + len(sentence) - at[-1]
            no_room = spans[0][0] - found < after or (follows is not None and end > follows)
            if best is None or (no_room, stretch) < best[0]:
                best = ((no_room, stretch), at)
        found = sentence.find(first, found + 1)
    return best[1] if best else []


def _optional(value: object) -> str | None:
    return None if value is None else str(value)
