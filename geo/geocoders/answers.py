"""What a service answered, as facts and as a `Place`: each service has its own words for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from geo.geocoders.cache import Answer
from geo.place import Place

__all__ = ["country_code_of", "place_of"]

#: Nominatim's and Photon's names of OpenStreetMap's three kinds of objects.
_OSM_KINDS = {"n": "node", "w": "way", "r": "relation"}

_ADMIN1_KEYS = ("state", "region", "province", "adminName1")

#: What OpenStreetMap's services call the rank of a place, as GeoNames' class and code.
_RANKS: dict[str, tuple[str, str | None]] = {
    "city": ("P", None),
    "country": ("A", "PCLI"),
    "county": ("A", "ADM2"),
    "hamlet": ("P", None),
    "municipality": ("P", None),
    "province": ("A", "ADM1"),
    "state": ("A", "ADM1"),
    "suburb": ("P", "PPLX"),
    "town": ("P", None),
    "village": ("P", None),
}

#: The same for OpenStreetMap's keys, where the rank says nothing.
_CLASSES: dict[str, tuple[str | None, str | None]] = {
    "aeroway": ("S", "AIRP"),
    "boundary": ("A", None),
    "highway": ("R", None),
    "military": ("S", None),
    "natural": ("T", None),
    "place": ("P", None),
    "railway": ("S", None),
    "waterway": ("H", "STM"),
}


def place_of(answer: Answer, service: str) -> Place:
    """Return the place that an answer stands for; what the service does not say is None."""
    parts = list(_parts(answer.raw))
    name = next((text for part in parts if (text := _text(part, "name", "toponymName"))), None)
    letter, code = _feature(parts)
    return Place(
        id=_id(parts, service, answer),
        name=name or answer.address.partition(",")[0].strip() or answer.address,
        latitude=answer.latitude,
        longitude=answer.longitude,
        feature_class=letter,
        feature_code=code,
        country_code=country_code_of(answer.raw),
        admin1=next((text for part in parts if (text := _text(part, *_ADMIN1_KEYS))), None),
        source=service,
    )


def country_code_of(raw: object) -> str | None:
    """Return the ISO 3166-1 alpha-2 code that an answer names, in capitals, or None."""
    for part in _parts(raw):
        for key in ("country_code", "countrycode", "countryCode", "short_code"):
            code = part.get(key)
            if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha():
                return code.upper()
        if "country" in (part.get("types") or ()):
            code = part.get("short_name")
            if isinstance(code, str) and len(code) == 2:
                return code.upper()
    return None


# Any: a service's JSON may hold anything.
def _parts(raw: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of an answer that may hold facts, the outermost first."""
    if not isinstance(raw, Mapping):
        return
    yield raw
    for key in ("properties", "address", "components", "address_components", "context"):
        inner = raw.get(key)
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, Mapping):
                yield each


def _text(part: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = part.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _id(parts: list[Mapping[str, Any]], service: str, answer: Answer) -> str:
    for part in parts:
        if part.get("osm_type") and part.get("osm_id"):
            kind = str(part["osm_type"]).lower()
            return f"osm:{_OSM_KINDS.get(kind, kind)}/{part['osm_id']}"
        if part.get("geonameId"):
            return f"geonames:{part['geonameId']}"
    return f"{service}:{answer.latitude:.5f},{answer.longitude:.5f}"


def _feature(parts: list[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    for part in parts:
        if isinstance(part.get("fcl"), str):
            return part["fcl"], _text(part, "fcode")
        kind = _text(part, "class", "category", "osm_key")
        if kind is not None:
            rank = _text(part, "addresstype", "type", "osm_value") or ""
            return _RANKS.get(rank) or _CLASSES.get(kind, (None, None))
    return None, None
