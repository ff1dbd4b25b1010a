"""The offline base map: Natural Earth, quantised, ready to be put into a page.

The files beside this module (`basemap/`) are made by `training/basemap.py`; `basemap/FORMAT.md`
says what each byte means and `basemap/sources.json` where they come from. Everything here hands
bytes through or cuts a rectangle out of them; drawing is the page's work.

Coordinates in layers and bounds are longitude first, as in GeoJSON.
"""

import functools
import gzip
import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geo.place import Bounds

__all__ = [
    "ATTRIBUTION",
    "COUNTRY_UNITS",
    "DETAIL_UNITS",
    "KINDS",
    "WORLD_UNITS",
    "CountryLabel",
    "CountryShapes",
    "Detail",
    "coarse_layers",
    "country_labels",
    "country_shapes",
    "decode",
    "detail",
    "world_layers",
]

Kind = Literal["polygon", "line"]
Ring = list[tuple[float, float]]

ATTRIBUTION = (
    "Base map: Natural Earth (public domain). Borders: solid where Natural Earth's default view "
    "and visionscarto's, nearer to the United Nations' maps, agree; dashed where they differ; "
    "tints follow the latter. None is an opinion about a boundary. Whoever makes a page can draw "
    "others: geo map --borders FILE."
)

#: What each layer is made of, in the order in which a page draws them.
KINDS: dict[str, Kind] = {
    "land": "polygon",
    "lakes": "polygon",
    "rivers": "line",
    "admin1": "line",
    "borders": "line",
    "disputed": "line",
}
WORLD_LAYERS = ("land", "lakes", "rivers", "admin1", "borders", "disputed")
COARSE_LAYERS = ("land", "borders", "disputed")
DETAIL_LAYERS = ("land", "lakes", "admin1", "borders", "disputed")

#: Quantisation: coordinates are stored as whole numbers of 1/units degree.
WORLD_UNITS = 100
COUNTRY_UNITS = 100
DETAIL_UNITS = 500

#: The detail is cut into tiles of 2 by 2 degrees; 5 by 5 of them are compressed as a block.
TILE_DEGREES = 2
BLOCK_TILES = 5
BLOCK_COLUMNS, BLOCK_ROWS = 36, 18
MAGIC = b"GEOBASE1"

# A gzip member of its own costs this much before the first byte of content.
_GZIP_BYTES = 20
_DATA = Path(__file__).with_name("basemap")

_Tile = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The detailed map within some rectangles."""

    layers: dict[str, bytes]  #: gzip of a layer stream, by the names in `KINDS`; no empty ones
    bounds: tuple[Bounds, ...]  #: rectangles without overlap that the layers cover whole

    @property
    def size(self) -> int:
        """Count the bytes of all layers."""
        return sum(map(len, self.layers.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryShapes:
    """The areas of some countries, simplified to about 5 km."""

    codes: tuple[str, ...]  #: ISO 3166-1 alpha-2, sorted; only those that have a shape
    counts: tuple[int, ...]  #: how many polygons of `data` belong to each code, in order
    data: bytes  #: gzip of one layer stream of polygons, `COUNTRY_UNITS` to the degree


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryLabel:
    """Where and from which zoom the name of a country is written."""

    code: str  #: ISO 3166-1 alpha-2
    name: str
    latitude: float
    longitude: float
    rank: int  #: Natural Earth's label rank, 2 (first to be placed) to 7
    min_zoom: float  #: web map zoom from which to write it
    radius_km: float  #: of the disk with the country's area


def world_layers() -> dict[str, bytes]:
    """Give the layers of the whole world, 1:50m, each a gzip of a layer stream."""
    return {name: _read(f"world-{name}.gz") for name in WORLD_LAYERS}


def coarse_layers() -> dict[str, bytes]:
    """Give a very small world, 1:110m, for a first picture while the rest is unpacked."""
    return {name: _read(f"coarse-{name}.gz") for name in COARSE_LAYERS}


def detail(boxes: Sequence[Bounds], *, budget_bytes: int) -> Detail:
    """Cut the detailed map, 1:10m, around some boxes, as far as a budget goes.

    Parameters
    ----------
    boxes
        What to cover, the most important first; west > east crosses the antimeridian.
    budget_bytes
        The most that the layers may take together, gzipped. Base64 adds a third.

    Returns
    -------
    detail
        Whole tiles of 2 by 2 degrees: those that touch the first box, from its middle outwards,
        then those of the next, until the first that the budget has no room for. Equal calls
        give equal bytes.
    """
    tiles = {tile: _tile(tile) for tile in _affordable(boxes, budget_bytes)}
    while True:
        layers = _join([parts for _, parts in tiles.values()])
        result = Detail(layers=layers, bounds=_rectangles(tiles))
        if result.size <= budget_bytes:
            return result
        # Costs are those of tiles packed alone, so together they are all but surely smaller.
        tiles.popitem()


def country_shapes(codes: Iterable[str]) -> CountryShapes:
    """Give the areas of countries by ISO 3166-1 alpha-2 code; unknown codes are left out."""
    index, stream = _shapes()
    found = tuple(sorted({code for code in codes if code in index}))
    parts = [stream[index[code][0] : index[code][0] + index[code][1]] for code in found]
    return CountryShapes(
        codes=found,
        counts=tuple(index[code][2] for code in found),
        data=_pack(b"".join(parts)),
    )


@functools.cache
def country_labels() -> tuple[CountryLabel, ...]:
    """Give the label of each country, in the order in which to place them."""
    rows = json.loads(_read("labels.json"))
    return tuple(
        CountryLabel(
            code=code,
            name=name,
            latitude=latitude,
            longitude=longitude,
            rank=rank,
            min_zoom=min_zoom,
            radius_km=radius_km,
        )
        for code, name, latitude, longitude, rank, min_zoom, radius_km in rows
    )


def decode(stream: bytes, *, units: int, kind: Kind) -> list[list[Ring]]:
    """Decode a layer stream (not gzipped) to features: the reference for other decoders.

    Returns
    -------
    features
        Each a list of rings of `(longitude, latitude)`: a polygon's shell then its holes, closed
        (last point = first); a line is a single open ring.
    """
    numbers = _varints(stream)
    features = []
    for ring_count in numbers:
        rings = []
        for _ in range(ring_count):
            x = y = 0
            ring: Ring = []
            for _ in range(next(numbers)):
                x += _unzigzag(next(numbers))
                y += _unzigzag(next(numbers))
                ring.append((x / units, y / units))
            rings.append([*ring, ring[0]] if kind == "polygon" else ring)
        features.append(rings)
    return features


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def _unzigzag(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _affordable(boxes: Sequence[Bounds], budget_bytes: int) -> Iterator[_Tile]:
    """Yield the tiles of the boxes, each once, while their costs stay within the budget."""
    spent = _GZIP_BYTES * len(DETAIL_LAYERS)
    seen: set[_Tile] = set()
    for box in boxes:
        for tile in _tiles(box):
            if tile in seen:
                continue
            seen.add(tile)
            spent += _tile(tile)[0]
            if spent > budget_bytes:
                return
            yield tile


def _tiles(box: Bounds) -> list[_Tile]:
    """List the tiles that a box touches, from its middle outwards."""
    west, south, east, north = box
    if east < west:
        east += 360
    columns = _steps(west + 180, east + 180)
    rows = [row for row in _steps(south + 90, north + 90) if 0 <= row < 180 // TILE_DEGREES]
    middle = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2 if rows else 0.0
    around = 360 // TILE_DEGREES
    ordered = sorted(
        ((column - middle[0]) ** 2 + (row - middle[1]) ** 2, row, column)
        for row in rows
        for column in columns[:around]
    )
    return [(column % around, row) for _, row, column in ordered]


def _steps(start: float, end: float) -> range:
    first = int(start // TILE_DEGREES)
    last = int(end // TILE_DEGREES)
    # A box that ends on a tile's edge does not touch the next tile.
    return range(first, max(first, last - (end % TILE_DEGREES == 0)) + 1)


def _tile(tile: _Tile) -> tuple[int, list[bytes]]:
    """Give what a tile costs when packed, and its layer streams in the order of the layers."""
    column, row = tile
    block = (row // BLOCK_TILES) * BLOCK_COLUMNS + column // BLOCK_TILES
    return _block(block)[(row % BLOCK_TILES) * BLOCK_TILES + column % BLOCK_TILES]


@functools.lru_cache(maxsize=64)
def _block(number: int) -> list[tuple[int, list[bytes]]]:
    """Unpack one block of the detail file into its tiles, south to north, west to east."""
    data = _container()
    start, end = struct.unpack_from("<2I", data, len(MAGIC) + 4 * number)
    if start == end:
        return [(0, [b""] * len(DETAIL_LAYERS))] * BLOCK_TILES**2
    raw = zlib.decompress(data[start:end])
    header_size = int.from_bytes(raw[:2], "little")
    header = _varints(raw[2 : 2 + header_size])
    position = 2 + header_size
    tiles = []
    for cost in header:
        parts = []
        for _ in DETAIL_LAYERS:
            length = next(header)
            parts.append(raw[position : position + length])
            position += length
        tiles.append((cost, parts))
    return tiles


def _join(tiles: Sequence[Sequence[bytes]]) -> dict[str, bytes]:
    """Join the streams of tiles layer by layer and pack them."""
    joined = {
        name: b"".join(parts[number] for parts in tiles)
        for number, name in enumerate(DETAIL_LAYERS)
    }
    return {name: _pack(stream) for name, stream in joined.items() if stream}


def _rectangles(tiles: Iterable[_Tile]) -> tuple[Bounds, ...]:
    """Cover tiles with few rectangles: runs along each row, then equal runs stacked."""
    runs: dict[tuple[int, int], list[int]] = {}
    row_sorted = sorted(tiles, key=lambda tile: (tile[1], tile[0]))
    spans: list[list[int]] = []
    for column, row in row_sorted:
        if spans and spans[-1][2] == row and spans[-1][1] == column:
            spans[-1][1] = column + 1
        else:
            spans.append([column, column + 1, row])
    rectangles: list[tuple[int, int, int, int]] = []
    for first, after, row in spans:
        top = runs.get((first, after))
        if top is not None and top[1] == row:
            top[1] = row + 1
        else:
            if top is not None:
                rectangles.append((first, top[0], after, top[1]))
            runs[first, after] = [row, row + 1]
    rectangles += [(first, top[0], after, top[1]) for (first, after), top in runs.items()]
    step = float(TILE_DEGREES)
    return tuple(
        (west * step - 180, south * step - 90, east * step - 180, north * step - 90)
        for west, south, east, north in sorted(rectangles)
    )


@functools.cache
def _container() -> bytes:
    return _read("detail.bin")


@functools.cache
def _shapes() -> tuple[dict[str, list[int]], bytes]:
    """Read the index (start, length and polygons by code) and the stream of the shapes."""
    header, _, stream = gzip.decompress(_read("countries.gz")).partition(b"\n")
    index: dict[str, list[int]] = json.loads(header)
    return index, stream


def _pack(stream: bytes) -> bytes:
    # No clock in the header: equal input gives equal bytes.
    return gzip.compress(stream, compresslevel=9, mtime=0)


def _read(name: str) -> bytes:
    return (_DATA / name).read_bytes()
