"""Places, and the candidates a mention may mean."""

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["Bounds", "Candidate", "Match", "Place"]

#: West, south, east, north in degrees WGS84; west > east crosses the antimeridian.
Bounds = tuple[float, float, float, float]

#: How a name led to a place.
Match = Literal[
    "primary", "alternate", "abbreviation", "demonym", "former", "variant", "fuzzy", "near"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the gazetteer.

    `latitude` and `longitude` are a representative point in degrees WGS84; for a country or a
    region that point stands for an area of about `radius_km` around it.
    """

    id: str  #: the source and its key: `geonames:1528675`, `airports:UAFW`, `mentionmap:pamirs`
    name: str
    latitude: float
    longitude: float
    feature_class: str | None = None  #: GeoNames' class, one letter: `P` a populated place
    feature_code: str | None = None  #: GeoNames' code: `PPLC` a capital, `AIRB` an air base
    country_code: str | None = None  #: ISO 3166-1 alpha-2
    admin1: str | None = None  #: name of the first order division
    admin1_code: str | None = None  #: ISO 3166-2 where known, as `US-TX`
    admin2: str | None = None  #: name of the second order division
    admin2_code: str | None = None
    population: int | None = None  #: people
    radius_km: float | None = None  #: half the extent of an area, km
    bounds: Bounds | None = None
    source: str | None = None  #: the data set it came from

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and -90 <= self.latitude <= 90):
            raise ValueError(f"a latitude lies within ±90 degrees, got {self.latitude}")
        if not (math.isfinite(self.longitude) and -180 <= self.longitude <= 180):
            raise ValueError(f"a longitude lies within ±180 degrees, got {self.longitude}")
        code = self.country_code
        if code is not None and not (len(code) == 2 and code.isalpha() and code.isupper()):
            raise ValueError(f'a country code is two capitals (ISO 3166-1 alpha-2), got "{code}"')

    @property
    def is_country(self) -> bool:
        """Tell whether the place is a country or a territory with an ISO code of its own."""
        return self.feature_class == "A" and (self.feature_code or "").startswith("PCL")

    @property
    def is_area(self) -> bool:
        """Tell whether the place is better shown as an area than as a pin."""
        return self.feature_class in ("A", "L", "H", "T", "V") and (self.radius_km or 0.0) >= 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a mention may mean, and how its name led there."""

    place: Place
    name: str  #: the gazetteer name that matched
    match: Match
    score: float = 0.0  #: 0 to 1, comparable within a mention only
    contested: bool = False  #: another place has the name as its own, this one has not

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1:
            raise ValueError(f"a candidate's score lies within 0 and 1, got {self.score}")
