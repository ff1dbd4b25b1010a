"""Why this place, in one sentence."""

from collections.abc import Sequence

from geo.geodesy import great_circle_km
from geo.place import Candidate, Match
from geo.resolver.context import Container

__all__ = ["explain"]

_HOW: dict[Match, str] = {
    "primary": "matches its name",
    "alternate": "matches an alternate name",
    "abbreviation": "matches an abbreviation",
    "demonym": "matches a demonym or adjective",
    "former": "matches a former name",
    "variant": "matches a variant of its name",
    "fuzzy": "matches its name but for a letter",
    "near": "is named with it",
}


def explain(
    chosen: Candidate,
    alternatives: Sequence[Candidate],
    containers: Sequence[Container],
) -> str:
    """Return one plain sentence: how the name matched, what spoke for it, what is next best.

    Parameters
    ----------
    alternatives
        The other candidates, best first.
    containers
        What is named right behind the mention.
    """
    parts = [_HOW[chosen.match]]
    inside = [
        c
        for c in containers
        if c.country_code == chosen.place.country_code
        and c.admin1_code in (None, chosen.place.admin1_code)
    ]
    if inside:
        parts.append(f"{inside[0].name} is named right behind")
    if alternatives:
        other = alternatives[0].place
        km = great_circle_km(
            chosen.place.latitude, chosen.place.longitude, other.latitude, other.longitude
        )
        where = ", ".join(x for x in (other.name, other.admin1, other.country_code) if x)
        parts.append(f"next best is {where}, {km:,.0f} km away")
    else:
        parts.append("no other place goes by it")
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."
