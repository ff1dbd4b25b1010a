"""What is known of a document beside its text: who published it, and when."""

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from geo.document import Hints
from geo.geodesy import great_circle_km
from geo.names import fold
from geo.place import Candidate, Place

__all__ = ["hint_odds", "home_of", "with_home"]

#: How much likelier a place is in a year in which it bore a name that it has lost since, and how
#: much less so in any other; natural logarithm.
_IN_ITS_TIME = math.log(20.0)

#: Years that a name is still read for after it was given up: "Gold Coast, now Ghana".
_LINGERS = 5

#: How much likelier a place is in the country that a text is said to be about, beside what the
#: trees make of it: they have seen few such hints against the fame of a place.
_IN_ITS_COUNTRY = math.log(4.0)


def with_home(hints: Hints, text: str = "") -> Hints:
    """Return hints with `near` taken from the outlet, where that is not given and known.

    Where neither is given, an outlet is known by the addresses of its people in the text.

    >>> with_home(Hints(), "Write to the desk: news@parispi.net.").near
    (36.302, -88.327)
    """
    if hints.near is not None:
        return hints
    if hints.outlet is not None:
        return replace(hints, near=home_of(hints.outlet))
    homes = {home_of(match.group(1)) for match in _ADDRESS.finditer(text)} - {None}
    return replace(hints, near=homes.pop()) if len(homes) == 1 else hints


#: The domain of an address of electronic mail.
_ADDRESS = re.compile(r"(?<=[\w.-]@)([\w-]+(?:\.[\w-]+)+)")


def home_of(outlet: str) -> tuple[float, float] | None:
    """Return where a newspaper is at home (latitude, longitude in degrees), if we know it.

    Parameters
    ----------
    outlet
        Its domain, an address on it, or its name; a sub-domain is tried without its head.

    Examples
    --------
    >>> home_of("https://www.parispi.net/news/1")
    (36.302, -88.327)
    >>> home_of("The Paris News") == home_of("theparisnews.com")
    True
    """
    outlet = outlet.strip()
    if "//" in outlet:
        outlet = urlsplit(outlet).hostname or ""
    domain = outlet.lower().partition("/")[0]
    while "." in domain:
        if domain in _homes():
            return _homes()[domain]
        domain = domain.partition(".")[2]
    return _homes().get(fold(outlet))


@cache
def _homes() -> dict[str, tuple[float, float]]:
    """Return homes by domain, and by folded name where a single home goes by that name."""
    with files("geo.resolver").joinpath("outlets.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    points = [(float(row["latitude"]), float(row["longitude"])) for row in rows]
    homes: dict[str, tuple[float, float]] = {}
    shared: set[str] = set()
    for row, point in zip(rows, points, strict=True):
        name = fold(row["name"])
        if homes.setdefault(name, point) != point:
            shared.add(name)
    for name in shared:
        del homes[name]
    return homes | {row["domain"]: point for row, point in zip(rows, points, strict=True)}


def hint_odds(candidates: Sequence[Candidate], hints: Hints) -> list[float]:
    """Return for each candidate what year, country and a place near add to its log-odds.

    >>> from geo.place import Place
    >>> frunze = Place(id="x:1", name="Bishkek", latitude=42.87, longitude=74.59, country_code="KG")
    >>> match = Candidate(place=frunze, name="Frunze", match="former")
    >>> [round(hint_odds([match], Hints(year=year))[0], 1) for year in (1950, 2012)]
    [3.0, -3.0]
    >>> round(hint_odds([match], Hints(country="KG"))[0], 1)
    1.4
    """
    odds = [0.0] * len(candidates) if hints.year is None else _year_odds(candidates, hints.year)
    return [
        value
        + _IN_ITS_COUNTRY * _is_in_country(candidate.place, hints.country)
        + _NEAR_IT * _is_near(candidate.place, hints.near)
        for value, candidate in zip(odds, candidates, strict=True)
    ]


def _is_in_country(place: Place, country_code: str | None) -> bool:
    return country_code is not None and place.country_code == country_code


def _is_near(place: Place, point: tuple[float, float] | None) -> bool:
    return (
        point is not None and great_circle_km(place.latitude, place.longitude, *point) <= _NEAR_KM
    )


#: What lying near the place that a hint names adds, and how near that is: Paris, Tennessee, for its
#: newspaper.
_NEAR_IT, _NEAR_KM = 1.5, 50.0


def _year_odds(candidates: Sequence[Candidate], year: int) -> list[float]:
    """Return for each candidate what a year adds to the logarithm of its odds.

    A former name speaks for its place while that bore it, and against it before and after; places
    that still bear their name are left as they are.
    """
    found = []
    for candidate in candidates:
        spans = _names_of_old().get((fold(candidate.name), candidate.place.country_code))
        if candidate.match not in ("former", "alternate") or not spans:
            found.append(0.0)
            continue
        if any(start <= year <= end for start, end in spans):
            found.append(_IN_ITS_TIME)
        else:
            lingers = any(end < year <= end + _LINGERS for _, end in spans)
            found.append(0.0 if lingers else -_IN_ITS_TIME)
    return found


@cache
def _names_of_old() -> dict[tuple[str, str | None], list[tuple[int, int]]]:
    """Return from when to when a name was in use, by folded name and country code."""
    table = files("geo.gazetteer").joinpath("tables/former.csv")
    spans: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    with table.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if not (row["from_year"] or row["to_year"]):
                continue
            span = (int(row["from_year"] or 0), int(row["to_year"] or 9999))
            for written in (row["name"], *row["aliases"].split("|")):
                name = fold(written.partition(" (")[0])  # "Salisbury (Rhodesia)"
                if name:
                    spans.setdefault((name, row["country_code"] or None), []).append(span)
    return spans
