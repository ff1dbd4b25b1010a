"""How likely a text means a place, before anything of the text is known."""

import math
from collections.abc import Sequence
from dataclasses import replace

from geo.names import fold
from geo.place import Candidate, Match, Place

__all__ = ["divisions_first", "prior", "prominence"]

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

#: An alternate name that is another place's own seldom means this one: "Bali" is Paris in some
#: language. Not so where it is part of the longer own name: "Juarez" is Ciudad Juarez.
_CONTESTED = 0.75


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


def prior(place: Place, match: Match, *, contested_name: str | None = None) -> float:
    """Return 0 to 1, how likely a name that matches so means the place.

    Parameters
    ----------
    contested_name
        The name, if it is another place's own.
    """
    chance = prominence(place) * _MATCH_WEIGHT[match]
    if contested_name is None or match != "alternate":
        return chance
    shares_a_word = not set(fold(contested_name).split()).isdisjoint(fold(place.name).split())
    return chance if shares_a_word else chance * _CONTESTED


def divisions_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Put a region or an island of our tables behind the division of its name: Tibet, Bali."""
    divisions = {
        c.place.country_code: c.score
        for c in candidates
        if c.place.feature_code == "ADM1" and c.match in ("primary", "alternate")
    }
    return [
        replace(c, score=min(c.score, 0.99 * divisions[c.place.country_code]))
        if c.place.feature_class in ("L", "T") and c.place.country_code in divisions
        else c
        for c in candidates
    ]
