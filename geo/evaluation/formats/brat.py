"""Gold as brat standoff: a text in `.txt`, and beside it its annotations in `.ann`.

GeoWebNews is published so, with the GeoNames id or the point of each mention in a note.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from geo.document import Document
from geo.errors import GeoError
from geo.evaluation.formats.fields import (
    coordinates,
    failure,
    is_optional,
    is_place,
    misread,
    place_id,
)
from geo.evaluation.gold import GoldDocument, GoldMention
from geo.protocols import Source
from geo.readers.decoding import decode
from geo.sections import find_sections

__all__ = ["read"]

_ENTITY = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?$")
_NOTE = re.compile(r"#\S*\t\S+ (\S+)\t(.*)$")
_REFERENCE = re.compile(r"N\S+\t\S+ (\S+) ([^:\s]+):(\S+)(?:\t(.*))?$")
_ATTRIBUTE = re.compile(r"[AM]\S+\t(\S+) (\S+)(?: (\S.*))?$")
_POINT = re.compile(r"(-?\d{1,3}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)")
_ID = re.compile(r"(?<![\d.])\d{4,10}(?![\d.])")


@dataclass(slots=True)
class _Annotation:
    line: int
    label: str
    start: int
    end: int
    said: str | None
    point: tuple[float, float] | None = None
    place_id: str | None = None
    attributes: list[str] = field(default_factory=list)


def read(source: Source, annotations: Source) -> Iterator[GoldDocument | GeoError]:
    """Yield the one gold document of a text and its annotations, or what is wrong.

    A span in pieces counts from its first character to its last. A note may hold a point
    (`42.87, 74.59`) or a GeoNames id, a normalization an id (`GeoNames:1528675`). An attribute
    or a kind that says demonym, adjective or language makes the mention optional.
    """
    try:
        text = decode(source.content, source.name)
        found = _annotations(annotations) if annotations.content.strip() else {}
        mentions = tuple(
            _mention(annotation, text, annotations.name)
            for annotation in found.values()
            if is_place(annotation.label)
        )
    except GeoError as error:
        yield error
        return
    yield GoldDocument(
        document=Document(
            text=text,
            id=PurePath(source.name).stem,
            source=source.name,
            sections=find_sections(text),
        ),
        mentions=tuple(sorted(mentions, key=lambda mention: (mention.start, -mention.end))),
    )


def _annotations(source: Source) -> dict[str, _Annotation]:
    found: dict[str, _Annotation] = {}
    later: list[tuple[int, str]] = []
    for number, raw in enumerate(decode(source.content, source.name).split("\n"), start=1):
        line = raw.rstrip("\r")
        if line.startswith("T"):
            entity = _ENTITY.match(line)
            if entity is None:
                what = f'"{line[:80]}" is no entity'
                raise failure(source.name, number, what, "Give id, kind, start, end and text.")
            offsets = [int(n) for piece in entity[3].split(";") for n in piece.split()]
            found[entity[1]] = _Annotation(
                number,
                entity[2],
                min(offsets),
                max(offsets),
                None if ";" in entity[3] else entity[4],
            )
        elif line.strip():
            later.append((number, line))
    for number, line in later:
        _tell(line, found, source.name, number)
    return found


def _tell(line: str, found: dict[str, _Annotation], name: str, number: int) -> None:
    if note := _NOTE.match(line):
        if target := found.get(note[1]):
            if point := _POINT.search(note[2]):
                try:
                    target.point = coordinates(point[1], point[2])
                except ValueError as error:
                    raise failure(name, number, str(error), "Mend the note.") from error
            elif own := _ID.search(note[2]):
                target.place_id = place_id(own[0])
    elif reference := _REFERENCE.match(line):
        if target := found.get(reference[1]):
            target.place_id = place_id(reference[3])
    elif (attribute := _ATTRIBUTE.match(line)) and (target := found.get(attribute[2])):
        target.attributes.append(attribute[3] or attribute[1])


def _mention(annotation: _Annotation, text: str, name: str) -> GoldMention:
    start, end, said = annotation.start, annotation.end, annotation.said
    if not start < end <= len(text):
        what = f"a mention at {start}–{end}, but the text has {len(text)} characters"
        raise failure(name, annotation.line, what, "Offsets count characters from 0.")
    reads = text[start:end]
    if said is not None and said.split() != reads.split():
        raise failure(
            name, annotation.line, misread(said, reads), "Offsets count characters from 0."
        )
    mention = GoldMention(
        start=start,
        end=end,
        text=reads,
        optional=is_optional(annotation.label, *annotation.attributes),
        place_id=annotation.place_id,
    )
    if annotation.point is None:
        return mention
    return replace(mention, latitude=annotation.point[0], longitude=annotation.point[1])
