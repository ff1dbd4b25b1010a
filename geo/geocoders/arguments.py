"""One set of arguments for all services: each is told what it can be told, in its own words."""

from collections.abc import Mapping

from geo.geocoders.errors import QueryError
from geo.geocoders.services import Service

__all__ = ["common_arguments", "naming", "nearness"]

#: What the services call the same thing.
_LIMIT_NAMES = ("limit", "maxresults", "max_results", "maximum_responses", "candidates")
_COUNTRY_NAMES = ("country_codes", "country", "countries")
_LANGUAGE_NAMES = ("language", "lang", "culture")
_NEAR_NAMES = ("location_bias", "proximity", "at", "user_location")

#: Services whose countries are not ISO 3166-1 alpha-2.
_OTHER_COUNTRIES = frozenset({"geokeo", "herev7"})


def naming(
    service: Service,
    exactly_one: bool,
    limit: int | None,
    countries: frozenset[str],
    language: str | None = None,
    options: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return geopy's arguments to look a name up in some countries."""
    takes = service.takes("geocode")
    names = [name for name in _COUNTRY_NAMES if name in takes]
    told = bool(names) and service.name not in _OTHER_COUNTRIES
    # Who cannot be told the countries must give several answers to choose from.
    one = exactly_one and (told or not countries)
    arguments = common_arguments(service, "geocode", one, limit, language, options)
    if countries and told:
        codes = sorted(code.lower() for code in countries)
        # geopy joins a list for some services and hands it on as it is for others.
        whole = len(codes) > 1 or "countries" in names
        arguments.update({name: codes if whole else codes[0] for name in names})
    return arguments


def common_arguments(
    service: Service,
    call: str,
    exactly_one: bool,
    limit: int | None,
    language: str | None,
    options: Mapping[str, object] | None,
) -> dict[str, object]:
    """Return geopy's arguments for this service: what it cannot be told is left out."""
    if limit is not None and limit < 1:
        raise QueryError(f"a limit is at least 1, got {limit}.")
    takes = service.takes(call)
    arguments: dict[str, object] = {"exactly_one": exactly_one}
    if not exactly_one and limit is not None:
        arguments.update({name: limit for name in _LIMIT_NAMES if name in takes})
    if language:
        arguments.update({name: language for name in _LANGUAGE_NAMES if name in takes})
    if "addressdetails" in takes:
        arguments["addressdetails"] = True
    for name, value in (options or {}).items():
        if name not in takes:
            raise QueryError(
                f'{service.name} has no option "{name}". Known: '
                f"{', '.join(sorted(takes - {'query', 'timeout', 'exactly_one'}))}."
            )
        arguments[name] = value
    return arguments


def nearness(service: Service, point: tuple[float, float]) -> dict[str, object]:
    """Return geopy's arguments to prefer what is close to (latitude, longitude)."""
    takes = service.takes("geocode")
    if "viewbox" in takes:
        # A box of two degrees, which the services take as a preference.
        latitude, longitude = point
        south, north = max(-90.0, latitude - 1), min(90.0, latitude + 1)
        west, east = max(-180.0, longitude - 1), min(180.0, longitude + 1)
        return {"viewbox": [[south, west], [north, east]]}
    return {name: list(point) for name in _NEAR_NAMES if name in takes}
