"""Airfields with their ICAO and IATA codes."""

import re
from collections.abc import Iterator

from geo.gazetteer.entry import ANY, CODE, Entry, Name

__all__ = ["read"]

_MILITARY = re.compile(r"\b(Air Base|Airbase|Air Force Base|AFB|Army|Naval|Military)\b", re.I)


def read() -> Iterator[Entry]:
    """Yield the airfields by ICAO code.

    None carries the bare name of its city: "Dublin" is the city, "Dublin Airport" the airport.
    """
    import airportsdata

    airfields = airportsdata.load("ICAO")
    for icao in sorted(airfields):
        airfield = airfields[icao]
        name = airfield["name"].strip()
        if not name or not (airfield["iata"] or re.fullmatch(r"[A-Z]{4}", icao)):
            continue  # private strips, known by a local number only
        military = bool(_MILITARY.search(name))
        yield Entry(
            id=f"airports:{icao}",
            name=name,
            latitude=round(airfield["lat"], 5),
            longitude=round(airfield["lon"], 5),
            source="airportsdata",
            feature_class="S",
            feature_code="AIRB" if military else "AIRP",
            country_code=airfield["country"] or None,
            radius_km=3.0,
            names=list(_names(name, icao, airfield["iata"], military=military)),
        )


def _names(name: str, icao: str, iata: str, *, military: bool) -> Iterator[Name]:
    yield Name(icao, "abbreviation", CODE)
    if iata:
        yield Name(iata, "abbreviation", CODE)
    short = re.sub(r"\b(International|Regional|Municipal|National|Domestic) ", "", name)
    if short != name:
        yield Name(short, "variant", ANY)
    if military:
        core = re.sub(r"\s*\b(Air Force Base|Air Base|Airbase|AFB)\b.*", "", name).strip()
        if core and core != name:
            yield Name(f"{core} Air Base", "variant", ANY)
            yield Name(f"{core} airfield", "variant", ANY)
