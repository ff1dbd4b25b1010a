"""What the gold formats share: coordinates, labels, spans that must read as they are said to."""

import math

from geo.errors import FormatError

__all__ = ["coordinates", "failure", "is_optional", "is_place", "misread", "number", "place_id"]

#: Labels of entity corpora that are places; compared without case, dashes and underscores.
_PLACES = frozenset(
    "loc location gpe fac facility geo geoloc geopolitical place city country toponym".split()
)
#: Labels that are surely none. What is neither is a place: geoparsing corpora name their own kinds.
_NOT_PLACES = frozenset(
    "per pers person org orgs organization organisation misc miscellaneous date time money percent "
    "percentage quantity ordinal cardinal event product workofart creativework law norp group "
    "corporation other o".split()
)
#: Kinds of mention that name a place without meaning it.
_OPTIONAL = frozenset("demonym demonyms adjective adjectival language associative".split())


def failure(name: str, line: int, what: str, advice: str) -> FormatError:
    """Return an error that names file and line."""
    return FormatError(f"cannot read {name}, line {line}: {what}. {advice}")


def misread(said: str, reads: str) -> str:
    """Say that a mention is not what stands at its span."""
    return f'a mention is given as "{said[:80]}", but the text reads "{reads[:80]}" there'


def is_place(label: str, *, known_only: bool = False) -> bool:
    """Tell whether a label marks places; with `known_only` a label nobody knows does not."""
    key = _key(label)
    return key in _PLACES if known_only else key not in _NOT_PLACES


def is_optional(*labels: str | None) -> bool:
    """Tell whether one of the labels marks demonyms or adjectives."""
    return any(_key(label) in _OPTIONAL for label in labels if label)


def number(value: object) -> float | None:
    """Return a finite number, or None for anything else; text is parsed."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        parsed = float(value)
    except ValueError:
        return None
    return parsed if math.isfinite(parsed) else None


def coordinates(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Return degrees; None where none are given.

    Raises
    ------
    ValueError
        One of the two is missing, is no number or lies outside its range.
    """
    if latitude in (None, "") and longitude in (None, ""):
        return None
    north, east = number(latitude), number(longitude)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        raise ValueError(f"{latitude!r}, {longitude!r} are no latitude and longitude in degrees")
    return north, east


def place_id(value: object) -> str | None:
    """Return a place's id: bare digits are GeoNames' own."""
    text = str(value).strip() if isinstance(value, (int, str)) else ""
    if not text or text in ("0", "None", "null", "-1"):
        return None
    return f"geonames:{text}" if text.isascii() and text.isdigit() else text


def _key(label: str) -> str:
    return label.lower().replace("-", "").replace("_", "").replace(" ", "")
