"""Geometries of lists to a point, an extent and more points: from GeoJSON, WKT and WKB.

All three become nested lists of `(longitude, latitude)` first. Positions are degrees WGS84.
"""

import math
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from geo.geodesy import great_circle_km

__all__ = ["Shape", "from_geojson", "from_gpkg", "from_wkt"]

#: A position as geometries have it: longitude, latitude.
_Position = tuple[float, float]

#: A line or ring.
_Line = list[_Position]

#: Points kept of a long line, besides its own.
_POINTS_OF_A_LINE = 12

_MULTI = {4, 5, 6, 7}
_WKB_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


class Shape(NamedTuple):
    """A place on the map: a representative point and half its extent."""

    latitude: float
    longitude: float
    radius_km: float | None = None
    points: tuple[tuple[float, float], ...] = ()  #: latitude, longitude


class _Geometry(NamedTuple):
    points: _Line
    lines: list[_Line]
    polygons: list[list[_Line]]  #: each its outer ring, then its holes


def from_geojson(geometry: object) -> Shape:
    """Return the shape of a GeoJSON geometry.

    Raises
    ------
    ValueError
        It is none, is empty, or has positions outside the Earth.
    """
    found = _Geometry([], [], [])
    _collect_geojson(geometry, found)
    return _shape(found)


def from_wkt(text: str) -> Shape:
    """Return the shape of a well-known text such as `POINT (74.59 42.87)`.

    Raises
    ------
    ValueError
        It is none, is empty, or has positions outside the Earth.
    """
    found = _Geometry([], [], [])
    _collect_wkt(re.sub(r"^SRID=4326;", "", text.strip(), flags=re.IGNORECASE), found)
    return _shape(found)


def from_gpkg(blob: bytes) -> Shape:
    """Return the shape of a GeoPackage geometry: its header, then well-known binary.

    Raises
    ------
    ValueError
        It is none, is empty, or has positions outside the Earth.
    """
    if len(blob) < 8 or blob[:2] != b"GP":
        raise ValueError("its geometry is not a GeoPackage's")
    flags = blob[3]
    if flags & 0b10000:
        raise ValueError("its geometry is empty")
    envelope = _WKB_ENVELOPES.get((flags >> 1) & 0b111)
    if envelope is None:
        raise ValueError("the envelope of its geometry is of an unknown kind")
    found = _Geometry([], [], [])
    try:
        _collect_wkb(blob, 8 + envelope, found)
    except (struct.error, IndexError) as error:
        raise ValueError("its geometry is cut off") from error
    return _shape(found)


def _collect_geojson(geometry: object, found: _Geometry) -> None:
    if not isinstance(geometry, dict):
        raise ValueError("it has no geometry")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        for part in geometry.get("geometries") or ():
            _collect_geojson(part, found)
        return
    given: Any = geometry.get("coordinates")  # what JSON gives is checked by using it
    try:
        match kind:
            case "Point":
                found.points.append(_position(given))
            case "MultiPoint":
                found.points.extend(_line(given))
            case "LineString":
                found.lines.append(_line(given))
            case "MultiLineString":
                found.lines.extend(map(_line, given))
            case "Polygon":
                found.polygons.append([_line(ring) for ring in given])
            case "MultiPolygon":
                found.polygons.extend([_line(ring) for ring in polygon] for polygon in given)
            case _:
                raise ValueError(f'"{kind}" is no geometry of GeoJSON')
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError(f"the coordinates of its {kind} are not as GeoJSON has them") from error


def _position(given: Sequence[float | str]) -> _Position:
    return float(given[0]), float(given[1])


def _line(given: Iterable[Sequence[float | str]]) -> _Line:
    return [_position(pair) for pair in given]


def _collect_wkt(text: str, found: _Geometry) -> None:
    match = re.fullmatch(
        r"\s*([A-Z]+?)\s*(?:ZM|Z|M)?\s*(\(.*\)|EMPTY)\s*", text, re.IGNORECASE | re.DOTALL
    )
    if match is None:
        raise ValueError(f'"{text[:40]}" is no well-known text')
    kind, body = match[1].upper(), match[2]
    if body.upper() == "EMPTY":
        return
    if kind == "GEOMETRYCOLLECTION":
        for part in _parts(body[1:-1]):
            _collect_wkt(part, found)
        return
    try:
        match kind:
            case "POINT" | "MULTIPOINT":
                found.points.extend(_wkt_line(body))
            case "LINESTRING":
                found.lines.append(_wkt_line(body))
            case "MULTILINESTRING":
                found.lines.extend(map(_wkt_line, _parts(body[1:-1])))
            case "POLYGON":
                found.polygons.append([_wkt_line(ring) for ring in _parts(body[1:-1])])
            case "MULTIPOLYGON":
                found.polygons.extend(
                    [_wkt_line(ring) for ring in _parts(polygon[1:-1])]
                    for polygon in _parts(body[1:-1])
                )
            case _:
                raise ValueError(f'"{kind}" is no geometry of well-known text')
    except (TypeError, IndexError) as error:
        raise ValueError(f'"{text[:40]}" is no well-known text') from error


def _parts(body: str) -> Iterator[str]:
    """Yield what commas part outside of all brackets."""
    depth = start = 0
    for at, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield body[start:at].strip()
            start = at + 1
    yield body[start:].strip()


def _wkt_line(body: str) -> _Line:
    return [_position(pair.strip(" ()\n\t").split()) for pair in body.strip(" ()").split(",")]


def _collect_wkb(blob: bytes, at: int, found: _Geometry) -> int:
    """Read one geometry of well-known binary; return where it ends."""
    order = "<" if blob[at] == 1 else ">"
    [kind] = struct.unpack_from(f"{order}I", blob, at + 1)
    at += 5
    # ISO adds 1000 for Z, 2000 for M; others set the high bits, and one for a reference system.
    size = 2 + sum(1 for bit in (0x80000000, 0x40000000) if kind & bit)
    if kind & 0x20000000:
        at += 4
    kind &= 0x0FFFFFFF
    size += {0: 0, 1: 1, 2: 1, 3: 2}.get(kind // 1000, 0)
    kind %= 1000

    def line(at: int, count: int) -> tuple[_Line, int]:
        if count * size * 8 > len(blob) - at:
            raise ValueError("its geometry is cut off")
        values = struct.unpack_from(f"{order}{count * size}d", blob, at)
        pairs = list(zip(values[::size], values[1::size], strict=True))
        return pairs, at + count * size * 8

    def count(at: int) -> tuple[int, int]:
        return struct.unpack_from(f"{order}I", blob, at)[0], at + 4

    if kind == 1:
        points, at = line(at, 1)
        found.points.extend(point for point in points if not math.isnan(point[0]))
    elif kind == 2:
        number, at = count(at)
        read, at = line(at, number)
        found.lines.append(read)
    elif kind == 3:
        rings, at = count(at)
        polygon = []
        for _ in range(rings):
            number, at = count(at)
            ring, at = line(at, number)
            polygon.append(ring)
        found.polygons.append(polygon)
    elif kind in _MULTI:
        parts, at = count(at)
        for _ in range(parts):
            at = _collect_wkb(blob, at, found)
    else:
        raise ValueError(f"its geometry is of kind {kind}, which has no points, lines or polygons")
    return at


def _shape(geometry: _Geometry) -> Shape:
    """Return a shape of the polygons; where there are none, of the points; else of the lines."""
    polygons = [[ring for ring in polygon if ring] for polygon in geometry.polygons if polygon]
    polygons = [polygon for polygon in polygons if polygon]
    lines = [line for line in geometry.lines if line]
    every = [p for polygon in polygons for p in polygon[0]]
    every += geometry.points + [p for line in lines for p in line]
    if not every:
        raise ValueError("its geometry is empty")
    for longitude, latitude in every:
        _check(latitude, longitude)
    shift = _crosses_antimeridian(every)
    if polygons:
        middle = _middle_of_polygons([[_shifted(r, shift) for r in p] for p in polygons])
    elif geometry.points:
        middle = _mean(_shifted(geometry.points, shift))
    else:
        middle = _shifted(max(lines, key=len), shift)[len(max(lines, key=len)) // 2]
    longitude, latitude = middle
    longitude = longitude - 360 if longitude > 180 else longitude
    outline = every if polygons or not geometry.points else geometry.points
    radius_km = max(great_circle_km(latitude, longitude, lat, lon) for lon, lat in outline)
    along: list[_Position] = []
    if lines and not polygons:
        longest = max(lines, key=len)
        step = max(1, math.ceil(len(longest) / _POINTS_OF_A_LINE))
        along = longest[::step]
    return Shape(
        round(latitude, 5),
        round(longitude, 5),
        round(radius_km, 1) or None,
        tuple((lat, lon) for lon, lat in along),
    )


def _check(latitude: float, longitude: float) -> None:
    if not -90 <= latitude <= 90:
        raise ValueError(f"latitude {latitude:g} lies outside ±90")
    if not -180 <= longitude <= 180:
        raise ValueError(f"longitude {longitude:g} lies outside ±180")


def _crosses_antimeridian(positions: _Line) -> bool:
    """Tell whether the shape is narrower when longitudes run from 0 to 360."""
    plain = [longitude for longitude, _ in positions]
    if max(plain) - min(plain) <= 180:
        return False
    turned = [longitude % 360 for longitude in plain]
    return max(turned) - min(turned) < max(plain) - min(plain)


def _shifted(line: _Line, shift: bool) -> _Line:
    return [(longitude % 360, latitude) for longitude, latitude in line] if shift else line


def _mean(points: _Line) -> _Position:
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def _middle_of_polygons(polygons: list[list[_Line]]) -> _Position:
    """Return the center of the largest polygon, or a point inside where that lies outside."""
    largest = max(polygons, key=lambda polygon: abs(_area(polygon[0])))
    outer = largest[0]
    area = _area(outer)
    if not area:
        return _mean(outer)
    # Near the origin small shapes lose no digits.
    x0, y0 = outer[0]
    x = y = 0.0
    for (x1, y1), (x2, y2) in _edges([(x - x0, y - y0) for x, y in outer]):
        cross = x1 * y2 - x2 * y1
        x += (x1 + x2) * cross
        y += (y1 + y2) * cross
    x, y = x0 + x / (6 * area), y0 + y / (6 * area)
    crossings = sorted(_crossings(largest, y))
    inside = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not inside or any(left <= x <= right for left, right in inside):
        return x, y
    left, right = max(inside, key=lambda span: span[1] - span[0])
    return (left + right) / 2, y


def _edges(ring: _Line) -> Iterator[tuple[_Position, _Position]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _area(ring: _Line) -> float:
    x0, y0 = ring[0]
    return (
        sum((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0) for (x1, y1), (x2, y2) in _edges(ring))
        / 2
    )


def _crossings(polygon: list[_Line], y: float) -> Iterator[float]:
    """Yield where the edges of all rings cross a parallel."""
    for ring in polygon:
        for (x1, y1), (x2, y2) in _edges(ring):
            if (y1 > y) != (y2 > y):
                yield x1 + (y - y1) / (y2 - y1) * (x2 - x1)
