"""Write GeoJSON (RFC 7946): the format `geo.geojson/1`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.exporters.rows import encode, rows

__all__ = ["SCHEMA", "By", "GeojsonExporter"]

SCHEMA = "geo.geojson/1"

#: What a Feature is: a mention, or a place with its mentions.
By = Literal["mention", "place"]

#: Columns that describe the place; those below describe one mention of it.
_PLACE = (
    "place_id",
    "place",
    "latitude",
    "longitude",
    "feature_class",
    "feature_code",
    "country_code",
    "admin1",
    "admin1_code",
    "admin2",
    "admin2_code",
    "population",
    "radius_km",
)
_MENTION = (
    "document_id",
    "source",
    "start",
    "end",
    "mention",
    "kind",
    "role",
    "score",
    "confidence",
    "approximate",
    "origin",
    "explanation",
    "sentence",
    "section",
    "title",
    "published",
)


class GeojsonExporter:
    """Write one FeatureCollection that carries `"schema": "geo.geojson/1"`.

    Parameters
    ----------
    by
        `mention`: a Feature a mention, its properties the columns of `geo.exporters.rows`, its
        geometry null where nothing was placed; documents are written as they come.
        `place`: a Feature a place, in the order of first mention, with `count`, the highest
        `confidence` and the list `mentions`; mentions without a place are left out, and the
        rows of all documents are held until the end.
    """

    suffixes: tuple[str, ...] = (".geojson",)

    def __init__(self, by: By = "mention") -> None:
        if by not in ("mention", "place"):
            raise ValueError(f'a GeoJSON Feature is a "mention" or a "place", not a "{by}"')
        self.by = by

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write UTF-8 bytes, a Feature a line."""
        features = _places(parsed) if self.by == "place" else _mentions(parsed)
        stream.write(f'{{"type":"FeatureCollection","schema":"{SCHEMA}","features":['.encode())
        separator = "\n"
        for feature in features:
            stream.write((separator + encode(feature)).encode("utf-8", "backslashreplace"))
            separator = ",\n"
        stream.write(b"\n]}\n")


def _mentions(parsed: Iterable[ParsedDocument]) -> Iterator[dict[str, object]]:
    for document in parsed:
        for row in rows(document):
            yield _feature(row)


def _places(parsed: Iterable[ParsedDocument]) -> Iterator[dict[str, object]]:
    found: dict[object, list[dict[str, object]]] = {}
    for document in parsed:
        for row in rows(document):
            if row["place_id"] is not None:
                found.setdefault(row["place_id"], []).append(row)
    for mentions in found.values():
        yield _feature(
            {
                **{column: mentions[0][column] for column in _PLACE},
                "count": len(mentions),
                "confidence": max(float(str(row["confidence"])) for row in mentions),
                "mentions": [{column: row[column] for column in _MENTION} for row in mentions],
            }
        )


def _feature(properties: dict[str, object]) -> dict[str, object]:
    geometry = None
    if properties["longitude"] is not None:
        position = [properties["longitude"], properties["latitude"]]
        geometry = {"type": "Point", "coordinates": position}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
