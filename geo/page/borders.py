"""Borders of the user's own, from GeoJSON, in place of the base map's.

Whose view a border shows is the publisher's matter; a page says whose it is.
"""

import gzip
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import FormatError, ReadError

__all__ = ["UNITS", "Borders", "read_borders"]

#: Quantisation: coordinates are stored as whole numbers of 1/units degree.
UNITS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """Lines to draw as borders."""

    name: str  #: whose they are, for the page's sources
    solid: bytes  #: gzip of a layer stream of lines, `UNITS` to the degree; see `FORMAT.md`
    disputed: bytes  #: the same, of those drawn dashed


def read_borders(file: Path) -> Borders:
    """Read borders from a GeoJSON file.

    Parameters
    ----------
    file
        Lines and polygons, longitude first, in degrees WGS84. A feature whose property `disputed`
        is true is drawn dashed. The member `name` of the collection says whose view it is; without
        one the file's name does.

    Raises
    ------
    ReadError
        The file cannot be read.
    FormatError
        It is not GeoJSON, holds no line, or a position is not within ±180 and ±90 degrees.
    """
    try:
        read = json.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ReadError(f"cannot read {file}: {error.strerror}. Give a GeoJSON file.") from error
    except ValueError as error:
        raise FormatError(f"{file} is not GeoJSON: {error}.") from error
    streams = {False: bytearray(), True: bytearray()}
    try:
        for line, disputed in _lines(read):
            _encode(line, streams[disputed])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise FormatError(
            f"{file} is not GeoJSON of borders: {error}. "
            "Give lines or polygons in degrees, longitude first."
        ) from error
    if not any(streams.values()):
        raise FormatError(f"{file} holds no line. Give lines or polygons.")
    name = read.get("name")
    return Borders(
        name=name if isinstance(name, str) and name.strip() else file.name,
        solid=gzip.compress(bytes(streams[False]), compresslevel=9, mtime=0),
        disputed=gzip.compress(bytes(streams[True]), compresslevel=9, mtime=0),
    )


# Any: parsed JSON; what does not fit raises, and the caller says so.
def _lines(value: Any, disputed: bool = False) -> Iterator[tuple[Sequence[Any], bool]]:
    """Yield the lines of a GeoJSON value, and whether they are disputed."""
    kind = value["type"]
    if kind == "FeatureCollection":
        for feature in value["features"]:
            yield from _lines(feature)
    elif kind == "Feature":
        if value["geometry"] is not None:
            marked = (value.get("properties") or {}).get("disputed") is True
            yield from _lines(value["geometry"], marked)
    elif kind == "GeometryCollection":
        for geometry in value["geometries"]:
            yield from _lines(geometry, disputed)
    elif kind == "LineString":
        yield value["coordinates"], disputed
    elif kind in ("MultiLineString", "Polygon"):
        for line in value["coordinates"]:
            yield line, disputed
    elif kind == "MultiPolygon":
        for polygon in value["coordinates"]:
            for ring in polygon:
                yield ring, disputed


def _encode(line: Sequence[Any], stream: bytearray) -> None:
    points: list[tuple[int, int]] = []
    for position in line:
        longitude, latitude = float(position[0]), float(position[1])
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            raise ValueError(f"no position on the earth is at {longitude:g}, {latitude:g}")
        point = math.floor(longitude * UNITS + 0.5), math.floor(latitude * UNITS + 0.5)
        if not points or point != points[-1]:
            points.append(point)
    if len(points) < 2:
        return
    for number in (1, len(points)):
        _varint(number, stream)
    x = y = 0
    for here in points:
        for step in (here[0] - x, here[1] - y):
            _varint(2 * step if step >= 0 else -2 * step - 1, stream)
        x, y = here


def _varint(number: int, stream: bytearray) -> None:
    while number > 127:
        stream.append(number & 127 | 128)
        number >>= 7
    stream.append(number)
