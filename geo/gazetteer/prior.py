"""How likely a text means a place, before anything of the text is known."""

import math

from geo.place import Match, Place

__all__ = ["prior", "prominence"]

#: How much of its prominence a place keeps when it is reached by such a name.
_MATCH_WEIGHT: dict[Match, float] = {
    "primary": 1.0,
    "demonym": 0.95,
    "abbreviation": 0.9,
    "alternate": 0.85,
    "former": 0.85,
    "variant": 0.75,
    "near": 0.4,
    "fuzzy": 0.4,
}


#: Our own tables list what texts name: the White House is not Casablanca.
_LISTED = 0.25


def prominence(place: Place) -> float:
    """Return 0 to 1, how often texts mean the place: by its class and its population."""
    people = min(1.0, math.log10((place.population or 0) + 10) / 8)
    listed = _LISTED if place.source == "mentionmap" and place.feature_class != "A" else 0.0
    match place.feature_class, place.feature_code:
        case "A", str(code) if code.startswith("PCL"):
            return 0.9 + 0.1 * people
        case "A", "ADM1":
            return max(0.6, people * 0.95)
        case "A", "ADM2":
            return min(0.62, people * 0.75)
        case "P", "PPLC":
            return min(0.95, people + 0.15)
        case "P", "PPLX":
            return min(0.6, people)
        case "P", _:
            return people
        case "S", "AIRP" | "AIRB":
            return 0.35 + listed
        case "L", "CONT":
            return 0.9
        case (("H" | "T" | "L" | "V"), _):
            # Larger features are named more often.
            return 0.5 + listed + 0.1 * min(1.0, math.log10((place.radius_km or 1.0) + 1) / 3)
        case _:
            return 0.45 + listed


def prior(place: Place, match: Match) -> float:
    """Return 0 to 1, how likely a name that matches so means the place."""
    return prominence(place) * _MATCH_WEIGHT[match]
