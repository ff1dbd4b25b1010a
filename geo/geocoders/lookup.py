"""Names and points to rows: the gazetteer first, then the online service if there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.geocoders.features import feature_of
from geo.geocoders.search import nearest, search
from geo.place import Place
from geo.protocols import Gazetteer

if TYPE_CHECKING:
    from geo.geocoders.online import OnlineGeocoder

__all__ = ["Lookup", "Row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place that answers a question."""

    place: Place
    match: str | None = None  #: how the name led there; `online:photon` where a service said so
    score: float | None = None  #: 0 to 1; a service gives none
    distance_km: float | None = None  #: from the point that was asked

    @property
    def origin(self) -> str:
        """Tell who answered: `gazetteer` or `online`."""
        return "online" if (self.match or "").startswith("online:") else "gazetteer"

    @property
    def feature(self) -> str:
        """Give class and code, as `P.PPLC`."""
        return feature_of(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Answer names and points, all in the same way.

    Errors are those of `search`, `nearest` and `OnlineGeocoder`.
    """

    gazetteer: Gazetteer
    online: "OnlineGeocoder | None" = None  #: asked only for what the gazetteer lacks
    limit: int = 1
    country_codes: str | Sequence[str] | None = None
    features: str | Sequence[str] | None = None
    near: tuple[float, float] | None = None
    radius_km: float = 100.0  #: for points

    def name(self, name: str) -> list[Row]:
        """Return the places of a name, likeliest first; none is an empty list."""
        rows = self._known(name)
        if rows or self.online is None or not name.strip():
            return rows
        places = self.online.places(
            name, limit=self.limit, country_codes=self.country_codes, near=self.near
        )
        return [Row(place=place, match=f"online:{self.online.service}") for place in places]

    def point(self, point: str | Sequence[float]) -> list[Row]:
        """Return the places around a point, nearest first; none is an empty list."""
        found = nearest(
            self.gazetteer,
            point,
            radius_km=self.radius_km,
            limit=self.limit,
            features=self.features,
        )
        return [Row(place=place, distance_km=round(km, 3)) for km, place in found]

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Return the names that the gazetteer lacks, each once."""
        return [name for name in dict.fromkeys(names) if name.strip() and not self._known(name)]

    def _known(self, name: str) -> list[Row]:
        found = search(
            self.gazetteer,
            name,
            limit=self.limit,
            country_codes=self.country_codes,
            features=self.features,
            near=self.near,
        )
        return [Row(place=c.place, match=c.match, score=c.score) for c in found.candidates]
