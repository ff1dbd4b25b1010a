"""Queries to candidates: the gazetteer's own, of those that lie where the query says."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from geo.geocoders.features import has_feature, parse_features
from geo.geocoders.query import (
    Query,
    parse_box,
    parse_country_codes,
    parse_point,
    readings,
)
from geo.geodesy import great_circle_km
from geo.names import GENERIC_WORDS, fold
from geo.place import Bounds, Candidate, Place
from geo.protocols import Gazetteer

__all__ = ["Found", "country_name", "nearest", "search"]

#: More than any name has; a filter must see all of them.
_ALL = 100_000

#: Matches that do not count as the name itself.
_WEAK = frozenset({"variant", "fuzzy", "near"})

#: What is within this of a named town may be said to be in it, km.
_TOWN_KM = 50.0

#: What is only near its container keeps this share of its score.
_NEAR_SHARE = 0.8

#: A place is as close as it gets within about this distance of `near`, km.
_CLOSE_KM = 100.0

#: Rings in which places around a point are sought, km.
_RINGS_KM = (5.0, 25.0, 100.0, 400.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The candidates of a query, best first, and what of the query found them."""

    candidates: list[Candidate] = field(default_factory=list)
    unused: tuple[str, ...] = ()  #: parts of a structured query that were not looked at


def search(
    gazetteer: Gazetteer,
    query: str | Mapping[str, str],
    *,
    limit: int | None = None,
    country_codes: str | Sequence[str] | None = None,
    features: str | Sequence[str] | None = None,
    viewbox: Sequence[float] | Sequence[str | Sequence[float]] | None = None,
    bounded: bool = False,
    near: str | Sequence[float] | None = None,
) -> Found:
    """Find the places that a query may mean, likeliest first.

    Parameters
    ----------
    query
        "Name", "Name, Admin, Country", "Name Admin", "Name (Country)", or a mapping with some of
        `STRUCTURED_KEYS`. What follows the name must contain the place, or be a town near it.
    limit
        At most so many candidates; None gives all.
    country_codes
        Only places there: ISO 3166-1 alpha-2, `"kg,tj"` or a list.
    features
        Only such places; see `parse_features`.
    viewbox
        Prefer places in it: two corners (latitude, longitude), or west, south, east, north.
    bounded
        Only places in the viewbox.
    near
        Prefer places close to it: latitude, longitude.

    Returns
    -------
    found
        Without candidates where nothing is found. Scores are 0 to 1; with `near` or a `viewbox`
        half of a score is how close the place is.

    Raises
    ------
    ValueError
        An argument is not what it should be.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"a limit is at least 1, got {limit}.")
    countries = parse_country_codes(country_codes)
    patterns = parse_features(features)
    bounds = parse_box(viewbox) if viewbox is not None else None
    point = parse_point(near) if near is not None else None
    if bounded and bounds is None:
        raise ValueError("bounded needs a viewbox.")

    def wanted(candidate: Candidate) -> bool:
        place = candidate.place
        return (
            (not countries or place.country_code in countries)
            and has_feature(place, patterns)
            and (not bounded or bounds is None or _is_inside(place, bounds))
        )

    weak: Found | None = None
    for reading in readings(query):
        candidates = [c for c in _look_up(gazetteer, reading) if wanted(c)]
        candidates = [_biased(c, bounds, point) for c in candidates]
        candidates.sort(key=lambda c: (-c.score, c.place.id))
        found = Found(candidates=candidates[:limit], unused=reading.unused)
        if any(candidate.match not in _WEAK for candidate in candidates):
            return found
        if candidates and weak is None:
            weak = found
    return weak or Found()


def nearest(
    gazetteer: Gazetteer,
    point: str | Sequence[float],
    *,
    radius_km: float,
    limit: int | None = None,
    features: str | Sequence[str] | None = None,
) -> list[tuple[float, Place]]:
    """Return the places around a point with their distance in km, nearest first.

    Without `features` divisions and countries are left out: the point that stands for an area
    says little of what is around it. Of places at one point the more populous comes first.

    Raises
    ------
    ValueError
        An argument is not what it should be.
    """
    from geopy.distance import geodesic

    latitude, longitude = parse_point(point)
    if not (math.isfinite(radius_km) and radius_km > 0):
        raise ValueError(f"a radius is above 0 km, got {radius_km}.")
    if limit is not None and limit < 1:
        raise ValueError(f"a limit is at least 1, got {limit}.")
    patterns = parse_features(features)
    found: list[tuple[float, Place]] = []
    rings = [radius_km] if limit is None else [*(r for r in _RINGS_KM if r < radius_km), radius_km]
    for ring in rings:
        places = [
            place
            for place in gazetteer.near(latitude, longitude, radius_km=ring)
            if (has_feature(place, patterns) if patterns else place.feature_class != "A")
        ]
        if ring == radius_km or (limit is not None and len(places) >= limit):
            found = [
                (geodesic((latitude, longitude), (p.latitude, p.longitude)).km, p) for p in places
            ]
            break
    found.sort(key=lambda pair: (round(pair[0], 3), -(pair[1].population or 0), pair[1].id))
    return found[:limit]


def country_name(gazetteer: Gazetteer, code: str) -> str:
    """Return the gazetteer's name of a country, or the code where it has none."""
    for candidate in gazetteer.lookup(code, limit=20):
        if candidate.place.is_country and candidate.place.country_code == code:
            return candidate.place.name
    return code


def _look_up(gazetteer: Gazetteer, query: Query) -> list[Candidate]:
    patterns = parse_features(query.feature)
    candidates = gazetteer.lookup(query.name, limit=_ALL)
    if not candidates and query.name.islower() and len(query.name) <= 3:
        # Codes are read as such in capitals only; a bare query in small letters means them too.
        candidates = gazetteer.lookup(query.name.upper(), limit=_ALL)
    candidates = [c for c in candidates if has_feature(c.place, patterns)]
    if not candidates or not query.within:
        return candidates
    containers = [_Container(gazetteer, kind, name) for kind, name in query.within]
    held: list[Candidate] = []
    for candidate in candidates:
        share = math.prod(container.share(candidate.place) for container in containers)
        if share:
            held.append(replace(candidate, score=candidate.score * share))
    return held


class _Container:
    """What a qualifier may mean: "N.C." is a state, "Kyrgyzstan" a country, "Osh" a town."""

    def __init__(self, gazetteer: Gazetteer, kind: str, name: str) -> None:
        self._gazetteer = gazetteer
        self._kind = kind
        self._keys = _bare_keys(name)
        self._ids: set[str] = set()
        self._countries: set[str] = set()
        self._divisions: set[tuple[str | None, str]] = set()  # country, admin1
        self._districts: set[tuple[str | None, str | None, str]] = set()  # and admin2
        self._spots: list[Place] = []
        found = gazetteer.lookup(name, limit=200)
        if len(name) <= 5 and name != name.upper():
            found += gazetteer.lookup(name.upper(), limit=200)
        for candidate in found:
            if candidate.match not in ("demonym", "fuzzy", "near"):
                self._add(candidate.place)

    def _add(self, place: Place) -> None:
        if place.is_country and place.country_code:
            if self._kind in ("any", "division", "country"):
                self._countries.add(place.country_code)
                self._ids.add(place.id)
        elif place.feature_code == "ADM1":
            if self._kind in ("any", "division", "admin1"):
                self._divisions.add((place.country_code, place.admin1 or place.name))
                self._ids.add(place.id)
        elif place.feature_code == "ADM2":
            if self._kind in ("any", "admin2"):
                self._districts.add((place.country_code, place.admin1, place.admin2 or place.name))
                self._ids.add(place.id)
        elif self._kind == "any":
            self._spots.append(place)

    def share(self, place: Place) -> float:
        """Return how much of its score a place keeps: 1 inside, 0 outside."""
        if place.id in self._ids:
            return 0.0
        if place.country_code in self._countries:
            return 1.0
        if self._divisions and (place.country_code, self._admin1(place)) in self._divisions:
            return 1.0
        if (place.country_code, place.admin1, place.admin2 or "") in self._districts:
            return 1.0
        if self._kind in ("any", "admin1") and _bare_keys(place.admin1) & self._keys:
            return 1.0
        if self._kind in ("any", "admin2") and _bare_keys(place.admin2) & self._keys:
            return 1.0
        if any(_is_near(place, spot) for spot in self._spots if spot.id != place.id):
            return _NEAR_SHARE
        return 0.0

    def _admin1(self, place: Place) -> str:
        """Return the division of a place; of an airfield that has none, its nearest town's."""
        if place.admin1 or place.feature_class == "A":
            return place.admin1 or ""
        if not any(country == place.country_code for country, _ in self._divisions):
            return ""
        around = self._gazetteer.near(place.latitude, place.longitude, radius_km=30.0)
        return next((p.admin1 for p in around if p.admin1 and p.feature_class == "P"), "")


def _bare_keys(name: str | None) -> set[str]:
    """Return the key of a division's name, and that without "County" or "Province of"."""
    if not name:
        return set()
    key = fold(name)
    head, _, rest = key.partition(" of ")
    if rest and head in GENERIC_WORDS:
        return {key, rest}
    words = key.split()
    if len(words) > 1 and words[-1] in GENERIC_WORDS:
        return {key, " ".join(words[:-1])}
    return {key}


def _is_near(place: Place, spot: Place) -> bool:
    if place.is_country:
        return False
    reach = (spot.radius_km or 0.0) + _TOWN_KM
    # Saves the sines for most of the world.
    if abs(place.latitude - spot.latitude) * 111.0 > reach:
        return False
    return great_circle_km(place.latitude, place.longitude, spot.latitude, spot.longitude) <= reach


def _is_inside(place: Place, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    if not south <= place.latitude <= north:
        return False
    if west > east:
        return place.longitude >= west or place.longitude <= east
    return west <= place.longitude <= east


def _biased(
    candidate: Candidate, bounds: Bounds | None, point: tuple[float, float] | None
) -> Candidate:
    """Give half of the score to closeness, where the question has a bias."""
    place = candidate.place
    closeness: list[float] = []
    if bounds is not None:
        closeness.append(1.0 if _is_inside(place, bounds) else 0.0)
    if point is not None:
        km = great_circle_km(*point, place.latitude, place.longitude)
        km = max(0.0, km - (place.radius_km or 0.0))
        closeness.append(1.0 / (1.0 + km / _CLOSE_KM))
    if not closeness:
        return candidate
    return replace(candidate, score=min(1.0, (candidate.score + max(closeness)) / 2))
