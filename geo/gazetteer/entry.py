"""What a gazetteer source gives: an entry a place, before admin codes become links."""

from dataclasses import dataclass, field
from typing import NamedTuple

from geo.names import fold
from geo.place import Match

__all__ = ["ANY", "CAPITALS", "CODE", "CONTAINER", "EXACT", "SPELLINGS", "Entry", "Link", "Name"]

#: How a name must be written to be read so; see `schema.sql`.
ANY, CAPITALS, EXACT, CONTAINER, CODE = range(5)

#: What parts the spellings of one key: "GA|Ga.".
SPELLINGS = "|"


class Name(NamedTuple):
    """One more name of a place."""

    text: str
    match: Match
    condition: int = ANY


class Link(NamedTuple):
    """Names for a place that another source has; `target` is written as in our tables.

    `RU` is a country, `US-TX` a division by ISO 3166-2, `city:Paris,FR` the largest place of that
    name in the country, `region:pamirs`, `site:kremlin`, `former:zaire` a row of our tables.
    """

    target: str
    name: Name


@dataclass(slots=True, kw_only=True)
class Entry:
    """A place as a source has it; positions in degrees WGS84."""

    id: str
    name: str
    latitude: float
    longitude: float
    source: str
    feature_class: str | None = None
    feature_code: str | None = None
    country_code: str | None = None
    admin1: str | None = None  #: GeoNames code of the first order division: `US.TX`
    admin2: str | None = None  #: GeoNames code of the second order division: `US.TX.201`
    code: str | None = None  #: a division's own GeoNames code
    iso_code: str | None = None  #: a division's ISO 3166-2 code
    population: int = 0
    radius_km: float | None = None
    names: list[Name] = field(default_factory=list)
    shown_only: bool = False  #: `name` is displayed; look-ups go by `names` alone
    points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Give the key of the entry's own name."""
        return fold(self.name)
