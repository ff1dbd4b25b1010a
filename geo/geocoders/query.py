"""Questions: from "Troy, N.C." or `{"city": "Troy", "state": "N.C."}` to a name within others."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from geo.place import Bounds

__all__ = [
    "STRUCTURED_KEYS",
    "Query",
    "parse_box",
    "parse_country_codes",
    "parse_point",
    "readings",
]

#: What a structured query may have, the narrowest first; the first one given is looked up.
STRUCTURED_KEYS = ("name", "city", "town", "village", "county", "state", "country")

#: Given along with a city, these are finer than a gazetteer; they are reported, not used.
_TOO_FINE = ("street", "postalcode", "amenity")

#: What the narrowest part of a structured query is, as words of `FEATURE_WORDS`.
_HEAD_FEATURES = {
    "city": "city",
    "town": "town",
    "village": "village",
    "county": "county",
    "state": "state",
    "country": "country",
}

#: The part of its container a qualifier must name; other parts may name any of them.
_CONTAINERS = {"county": "admin2", "state": "admin1", "country": "country"}

#: Codes in use that ISO 3166-1 has under another code.
_OTHER_CODES = {"UK": "GB", "EL": "GR"}

_IN_PARENTHESES = re.compile(r"\s*\(([^()]*)\)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A name, and what it lies in."""

    name: str
    within: tuple[tuple[str, str], ...] = ()  #: (`any`, `admin2`, `admin1` or `country`, name)
    feature: str | None = None  #: a filter of `geo.geocoders.features`
    unused: tuple[str, ...] = ()  #: parts that a gazetteer cannot answer


def readings(query: str | Mapping[str, str]) -> Iterator[Query]:
    """Yield the ways to read a query, the likeliest first; an empty one has none.

    Raises
    ------
    ValueError
        The query is neither text nor a mapping, or has an unknown key.

    Examples
    --------
    >>> [(q.name, [name for _, name in q.within]) for q in readings("Troy, N.C.")]
    [('Troy, N.C.', []), ('Troy', ['N.C.'])]
    """
    if isinstance(query, Mapping):
        yield from _structured(query)
        return
    if not isinstance(query, str):
        raise ValueError(f"a query is text or a mapping, got {query!r}.")
    text = _SPACE.sub(" ", query).strip()
    if not text:
        return
    yield Query(name=text)
    parts = [part.strip() for part in _IN_PARENTHESES.sub(r", \1", text).split(",")]
    head, *rest = [part for part in parts if part] or [text]
    within = tuple(("any", part) for each in rest if (part := _without_postal_code(each)))
    if rest:
        yield Query(name=head, within=within)
        return
    words = head.split(" ")
    for count in range(1, min(4, len(words))):
        tail = " ".join(words[-count:])
        yield Query(name=" ".join(words[:-count]), within=(("division", tail),))


def _without_postal_code(part: str) -> str:
    return " ".join(word for word in part.split(" ") if not any(c.isdigit() for c in word))


def _structured(query: Mapping[str, str]) -> Iterator[Query]:
    unknown = [key for key in query if key not in STRUCTURED_KEYS and key not in _TOO_FINE]
    if unknown:
        raise ValueError(
            f'unknown part "{unknown[0]}" of a structured query. Known: '
            f"{', '.join((*STRUCTURED_KEYS, *_TOO_FINE))}."
        )
    given = [(key, str(query[key]).strip()) for key in STRUCTURED_KEYS if query.get(key)]
    if not given:
        return
    (head, name), *rest = given
    yield Query(
        name=name,
        within=tuple((_CONTAINERS.get(key, "any"), value) for key, value in rest),
        feature=_HEAD_FEATURES.get(head),
        unused=tuple(key for key in _TOO_FINE if query.get(key)),
    )


def parse_country_codes(codes: str | Sequence[str] | None) -> frozenset[str]:
    """Return ISO 3166-1 alpha-2 codes in capitals from `"kg"`, `"kg,tj"` or a list.

    Raises
    ------
    ValueError
        One is not two letters.
    """
    parts = codes.split(",") if isinstance(codes, str) else list(codes or ())
    found = []
    for part in parts:
        code = part.strip().upper()
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise ValueError(f'a country code is two letters (ISO 3166-1 alpha-2), got "{part}".')
        found.append(_OTHER_CODES.get(code, code))
    return frozenset(found)


def parse_point(point: str | Sequence[float]) -> tuple[float, float]:
    """Return latitude and longitude in degrees from "LAT,LON" or a pair (geopy's `Point` too).

    Raises
    ------
    ValueError
        It is no pair of numbers, or out of range.

    Examples
    --------
    >>> parse_point("42.87, 74.59")
    (42.87, 74.59)
    """
    parts = point.replace(",", " ").split() if isinstance(point, str) else list(point)[:2]
    try:
        latitude, longitude = (float(part) for part in parts)
    except (ValueError, TypeError):
        raise ValueError(f'a point is LAT,LON in degrees, got "{point}".') from None
    if not (math.isfinite(latitude) and -90 <= latitude <= 90):
        raise ValueError(f"a latitude lies within ±90 degrees, got {latitude}. Latitude is first.")
    if not (math.isfinite(longitude) and -180 <= longitude <= 180):
        raise ValueError(f"a longitude lies within ±180 degrees, got {longitude}.")
    return latitude, longitude


def parse_box(box: Sequence[float] | Sequence[str | Sequence[float]]) -> Bounds:
    """Return west, south, east, north in degrees.

    Parameters
    ----------
    box
        Two opposite corners, each (latitude, longitude), in any order, as geopy has it; or the
        four numbers themselves, where west > east crosses the antimeridian.

    Raises
    ------
    ValueError
        It is neither.
    """
    if len(box) == 2:
        (lat1, lon1), (lat2, lon2) = (parse_point(cast("str", corner)) for corner in box)
        return min(lon1, lon2), min(lat1, lat2), max(lon1, lon2), max(lat1, lat2)
    if len(box) == 4:
        west, south, east, north = (float(cast("float", number)) for number in box)
        parse_point((south, west))
        parse_point((north, east))
        return west, min(south, north), east, max(south, north)
    raise ValueError(f"a box is two corners, or west, south, east, north; got {len(box)} values.")
