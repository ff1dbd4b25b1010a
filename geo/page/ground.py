"""What of the base map a page takes along: the world, and more detail where its places are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.page import basemap, cities
from geo.page.borders import UNITS, Borders
from geo.page.elements import pack
from geo.page.hiding import Hiding
from geo.page.payload import PinnedPlace, as_json
from geo.place import Bounds, Place

__all__ = ["Ground", "ground"]

#: Bytes, gzipped, that a page may spend on detail; base64 adds a third.
_DETAIL_BYTES = 180_000
#: Half the height of the detailed box round a place, degrees of latitude: first a near one for
#: each place, then a wider one as far as the bytes go.
_NEAR, _WIDE = 1.2, 3.2
#: Places that get a box of their own, the most mentioned first.
_BOXES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The base map of one page."""

    configuration: dict[str, object]  #: what the blocks hold and how to read them
    blocks: dict[str, bytes]  #: gzipped, by name


def ground(
    places: Sequence[PinnedPlace],
    *,
    bundle: Path,
    borders: Borders | None = None,
    hiding: Hiding | None = None,
) -> Ground:
    """Choose the base map for some places, the most mentioned first.

    Parameters
    ----------
    places
        The places of the page.
    bundle
        The folder with what `geo.page.bundle` made.
    borders
        To draw in place of the base map's.
    hiding
        Names to leave out; its cells hold for names too, lest one give away a place beside it.
    """
    hiding = hiding or Hiding()
    points = [row.place for row in places if not (row.place.is_country or row.place.is_area)]
    boxes = [_box(place, half) for half in (_NEAR, _WIDE) for place in points[:_BOXES]]
    detail = basemap.detail(boxes, budget_bytes=_DETAIL_BYTES)
    codes = {row.place.country_code for row in places if row.place.is_country}
    if borders is not None:
        codes = set()  # their shapes would show borders of another view
    shapes = basemap.country_shapes(code for code in codes if code)
    blocks = {f"coarse-{name}": data for name, data in basemap.coarse_layers().items()}
    blocks |= {f"world-{name}": data for name, data in basemap.world_layers().items()}
    blocks |= {f"detail-{name}": data for name, data in detail.layers.items()}
    named = [
        (name, *hiding.point(latitude, longitude), zoom)
        for name, latitude, longitude, zoom in cities.city_labels(
            bundle / cities.FILE, detail.bounds
        )
        if not hiding.holds(name)
    ]
    attribution = basemap.ATTRIBUTION
    if borders is not None:
        own = {"own-borders": borders.solid, "own-disputed": borders.disputed}
        blocks = {name: data for name, data in blocks.items() if not _is_border(name)} | own
        attribution = (
            f"Base map: Natural Earth (public domain). Borders: {hiding.words(borders.name)}, "
            "chosen by whoever made this page; dashed lines are disputed."
        )
    blocks["cities"] = pack(as_json(named))
    if shapes.codes:
        blocks["countries"] = shapes.data
    return Ground(
        configuration={
            "units": {
                "coarse": basemap.WORLD_UNITS,
                "world": basemap.WORLD_UNITS,
                "detail": basemap.DETAIL_UNITS,
                "countries": basemap.COUNTRY_UNITS,
                "own": UNITS,
            },
            "kinds": basemap.KINDS,
            "blocks": sorted(blocks),
            "detail": detail.bounds,
            "countries": {"codes": shapes.codes, "counts": shapes.counts},
            "labels": [
                [label.code, label.name, label.latitude, label.longitude, label.min_zoom]
                for label in basemap.country_labels()
                if not hiding.holds(label.name)
            ],
            "attribution": f"{attribution} Names of cities: {cities.CREDIT}.",
        },
        blocks=blocks,
    )


def _is_border(block: str) -> bool:
    return block.endswith(("-borders", "-disputed"))


def _box(place: Place, half: float) -> Bounds:
    """Give the box round a place, about as wide as high on the ground, so on the map."""
    wide = half / max(0.2, math.cos(math.radians(place.latitude)))
    west, east = place.longitude - wide, place.longitude + wide
    return (
        west + 360 if west < -180 else west,
        max(-90.0, place.latitude - half),
        east - 360 if east > 180 else east,
        min(90.0, place.latitude + half),
    )
