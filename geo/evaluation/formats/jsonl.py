"""Gold as JSON Lines: a document a line, `mentions` with `start`, `end`, `lat`, `lon`."""

import json
from collections.abc import Iterator, Mapping

from geo.document import Document
from geo.errors import GeoError
from geo.evaluation.formats.fields import (
    coordinates,
    failure,
    is_optional,
    is_place,
    misread,
    number,
    place_id,
)
from geo.evaluation.gold import GoldDocument, GoldMention
from geo.protocols import Source
from geo.readers.decoding import decode, replace_unusable
from geo.readers.jsonl import JsonlReader

__all__ = ["read"]


def read(source: Source) -> Iterator[GoldDocument | GeoError]:
    """Yield a gold document, or what is wrong, for each line.

    A line is a document as `geo.readers.jsonl` reads it. Each of its `mentions` has `start` and
    `end`; welcome are `text`, `lat` and `lon` (or `latitude` and `longitude`; null where the
    annotators gave none), `optional`, `kind`, `geonameid` or `place_id`, `fcode` or
    `feature_code`, `radius_km` (a pin is right within it), `target` (what a challenge is about)
    and `label` (those of other things than places are left out). Lines with neither text nor
    mentions are passed over.
    """
    try:
        lines = decode(source.content, source.name).split("\n")
    except GeoError as error:
        yield error
        return
    given = [_given(line) for line in lines]
    kept = ["" if values == {} else line for line, values in zip(lines, given, strict=True)]
    if not any(line and not line.isspace() for line in kept):
        return
    cleaned = Source(source.name, "\n".join(kept).encode("utf-8"))
    for record in JsonlReader().read_each(cleaned):
        if isinstance(record, GeoError):
            yield record
            continue
        line = int((record.source or "").rpartition("#line=")[2])
        values = given[line - 1]
        try:
            yield GoldDocument(
                document=record,
                mentions=tuple(_mentions(values or {}, record, source.name, line)),
            )
        except GeoError as error:
            yield error


def _given(line: str) -> Mapping[str, object] | None:
    """Return the object of a line; an empty one where there is nothing to measure on."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None  # the reader says what is wrong with it
    if not isinstance(values, dict):
        return None
    text = values.get("text")
    blank = text is None or (isinstance(text, str) and not text.strip())
    return {} if blank and not values.get("mentions") else values


def _mentions(
    values: Mapping[str, object], document: Document, name: str, line: int
) -> Iterator[GoldMention]:
    given = [] if values.get("mentions") is None else values["mentions"]
    if not isinstance(given, list):
        raise failure(name, line, '"mentions" is no list', "Give a list of objects.")
    for count, mention in enumerate(given, start=1):
        if not isinstance(mention, dict):
            raise failure(name, line, f"mention {count} is no object", "Give each its span.")
        label = mention.get("label")
        if isinstance(label, str) and not is_place(label):
            continue
        try:
            yield _mention(mention, document)
        except ValueError as error:
            what = f"mention {count}: {error}"
            raise failure(name, line, what, "Mend the line, or leave the mention out.") from error


def _mention(mention: Mapping[str, object], document: Document) -> GoldMention:
    start, end = mention.get("start"), mention.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise ValueError('"start" and "end" are no span')
    if end > len(document.text):
        raise ValueError(f"{start}–{end} lies beyond the {len(document.text)} characters")
    text = document.text[start:end]
    said = mention.get("text")
    if isinstance(said, str) and replace_unusable(said) != text:
        raise ValueError(misread(said, text))
    point = coordinates(
        mention.get("lat", mention.get("latitude")), mention.get("lon", mention.get("longitude"))
    )
    kind, code = mention.get("kind"), mention.get("fcode", mention.get("feature_code"))
    # A null point is the annotators' word; only where none is spoken of may the id tell it.
    silent = "lat" not in mention and "latitude" not in mention
    own_id = place_id(mention.get("place_id", mention.get("geonameid")))
    return GoldMention(
        start=start,
        end=end,
        text=text,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        optional=mention.get("optional") is True or (isinstance(kind, str) and is_optional(kind)),
        place_id=own_id if point or silent else None,
        feature_code=code if isinstance(code, str) else None,
        radius_km=number(mention.get("radius_km")),
        target=mention.get("target") is True,
    )
