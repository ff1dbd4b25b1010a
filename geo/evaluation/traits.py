"""What a gold mention is like: where, of which class, how ambiguous. Results are told by these."""

from functools import cache

from geo.evaluation.continents import CONTINENTS
from geo.evaluation.gold import GoldMention
from geo.place import Place
from geo.protocols import Gazetteer

__all__ = ["DIMENSIONS", "Traits"]

#: What results are broken down by.
DIMENSIONS = ("continent", "country", "feature_class", "candidates", "name")

_UNKNOWN = "unknown"
#: How far from a gold point the nearest known place may be to tell its country, km.
_STEPS_KM = (3.0, 15.0, 60.0)
_CLASSES = {
    "A": "areas",
    "H": "waters",
    "L": "regions and parks",
    "P": "towns",
    "R": "roads",
    "S": "sites and buildings",
    "T": "mountains and islands",
    "U": "undersea",
    "V": "vegetation",
}
#: How GeoNames' codes begin, where gold names the code but no class; longest first.
_CODES = {
    "PCL": "countries",
    "CONT": "L",
    "RGN": "L",
    "PRK": "L",
    "ADM": "A",
    "PPL": "P",
    "STM": "H",
    "ISL": "T",
    "LK": "H",
    "MT": "T",
}
#: Bounds of the groups by number of candidates.
_AMBIGUITY = ((0, "none"), (1, "1"), (5, "2 to 5"), (20, "6 to 20"))


class Traits:
    """Describe gold mentions with the help of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._candidates = cache(self._count)
        self._near = cache(self._nearest)

    def __call__(self, gold: GoldMention) -> dict[str, str]:
        """Return a value for each of `DIMENSIONS`; the country is that of the gold point."""
        place = self._gazetteer.place(gold.place_id) if gold.place_id else None
        country = place.country_code if place else None
        if place is None and gold.latitude is not None and gold.longitude is not None:
            near = self._near(gold.latitude, gold.longitude)
            country = near.country_code if near else None
        return {
            "continent": CONTINENTS.get(country or "", _UNKNOWN),
            "country": country or _UNKNOWN,
            "feature_class": _class(place, gold.feature_code),
            "candidates": self._candidates(gold.text),
            "name": "demonyms and adjectives" if gold.optional else "names",
        }

    def _count(self, name: str) -> str:
        count = len(self._gazetteer.lookup(name, limit=_AMBIGUITY[-1][0] + 1))
        return next((label for bound, label in _AMBIGUITY if count <= bound), "21 or more")

    def _nearest(self, latitude: float, longitude: float) -> Place | None:
        for radius_km in _STEPS_KM:
            for place in self._gazetteer.near(latitude, longitude, radius_km=radius_km):
                if place.country_code:
                    return place
        return None


def _class(place: Place | None, code: str | None) -> str:
    if place is not None:
        if place.is_country:
            return "countries"
        return _CLASSES.get(place.feature_class or "", _UNKNOWN)
    for head, known in _CODES.items():
        if code and code.startswith(head):
            return _CLASSES.get(known, known)
    return _UNKNOWN
