"""Which place of a gazetteer an entry of another source describes."""

import math
import sqlite3
from collections import defaultdict
from typing import NamedTuple

from geo.gazetteer.entry import Entry
from geo.geodesy import great_circle_km

__all__ = ["PLACE_QUERY", "Known", "Twins"]

#: How far apart two entries of one name may lie and be one place, km.
_SAME_PLACE_KM = 6.0

#: The mean of a town's ZIP areas lies further from its center than that, km.
_SAME_ZIP_KM = 25.0

#: Two airfields as near as this are one, whatever they are called, km.
_SAME_AIRFIELD_KM = 3.0

#: A region is one point of many: half its radius may lie between two sources, up to this, km.
_SAME_REGION_KM = 300.0

_AIRFIELDS = ("AIRB", "AIRP")

#: The columns of `Known`.
PLACE_QUERY = (
    "SELECT number, id, latitude, longitude, feature_class, feature_code, country_code, "
    "admin1, admin2, code, population, radius_km, source FROM place "
)


class Known(NamedTuple):
    """A place that is in the file, as `PLACE_QUERY` gives it."""

    number: int
    id: str
    latitude: float
    longitude: float
    feature_class: str | None
    feature_code: str | None
    country_code: str | None
    admin1: int | None
    admin2: int | None
    code: str | None
    population: int | None
    radius_km: float | None
    source: str


class Twins:
    """Find the twins of entries in an open gazetteer; the airfields of that moment count."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._airfields: dict[tuple[int, int], list[Known]] = defaultdict(list)
        for row in connection.execute(f"{PLACE_QUERY} WHERE feature_code IN (?, ?)", _AIRFIELDS):
            known = Known(*row)
            self._airfields[_square(known.latitude, known.longitude)].append(known)

    def find(self, entry: Entry) -> Known | None:
        """Return the place of another source that the entry describes."""
        near: list[tuple[float, Known]] = []
        for row in self._connection.execute(
            PLACE_QUERY + "WHERE number IN (SELECT place FROM name WHERE key = ? AND match = 0 "
            "AND condition = 0)",
            (entry.key,),
        ):
            known = Known(*row)
            distance_km = _distance_km(known, entry)
            if _is_twin(known, entry) and distance_km <= _reach_km(known, entry):
                near.append((distance_km, known))
        if not near and entry.feature_code in _AIRFIELDS:
            near = self._airfields_near(entry)
        return min(near, key=lambda row: (row[0], row[1].number))[1] if near else None

    def _airfields_near(self, entry: Entry) -> list[tuple[float, Known]]:
        row, column = _square(entry.latitude, entry.longitude)
        around = [(row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1)]
        found = ((_distance_km(k, entry), k) for s in around for k in self._airfields.get(s, ()))
        return [
            (distance_km, known)
            for distance_km, known in found
            if distance_km <= _SAME_AIRFIELD_KM and _is_other_source(known, entry)
        ]


def _square(latitude: float, longitude: float) -> tuple[int, int]:
    """Return a quarter of a degree; those next to it reach beyond _SAME_AIRFIELD_KM up to 83°."""
    return math.floor(latitude * 4), math.floor(longitude * 4)


def _is_other_source(known: Known, entry: Entry) -> bool:
    """Tell whether the ids are of two sources: one source knows its own places apart."""
    if known.source == entry.source:
        return False
    return known.id.partition(":")[0] != entry.id.partition(":")[0]


def _is_twin(known: Known, entry: Entry) -> bool:
    """Tell whether nothing but the distance speaks against two entries being one place."""
    if not _is_other_source(known, entry):
        return False
    if known.country_code and entry.country_code and known.country_code != entry.country_code:
        return False
    if not (known.feature_class and entry.feature_class):
        return True
    if known.feature_class != entry.feature_class:
        return False
    # A province and its capital district bear one name; they are two places.
    return known.feature_class != "A" or known.feature_code == entry.feature_code


def _reach_km(known: Known, entry: Entry) -> float:
    if known.source == "zipcodes":
        return _SAME_ZIP_KM
    if known.feature_class in (None, "P", "S") or entry.feature_class in (None, "P", "S"):
        return _SAME_PLACE_KM
    half = max(known.radius_km or 0.0, entry.radius_km or 0.0) / 2
    return max(_SAME_PLACE_KM, min(_SAME_REGION_KM, half))


def _distance_km(known: Known, entry: Entry) -> float:
    return great_circle_km(known.latitude, known.longitude, entry.latitude, entry.longitude)
