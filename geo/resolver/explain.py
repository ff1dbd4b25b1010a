"""Why this place, in one sentence."""

from collections.abc import Sequence

from geo.document import Hints
from geo.geodesy import great_circle_km
from geo.place import Candidate, Match, Place
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
    "near": "no place of that name fits",
}

#: Other names that lie as near as that speak for a place, km.
_NEAR_KM = 100.0

#: A candidate as near as that is no other answer, km.
_SAME_KM = 20.0


def explain(
    chosen: Candidate,
    alternatives: Sequence[Candidate],
    containers: Sequence[Container],
    others: Sequence[tuple[str, Place]],
    hints: Hints,
) -> str:
    """Return one plain sentence: how the name matched, what spoke for it, what is next best.

    Parameters
    ----------
    alternatives
        The other candidates, best first.
    containers
        What is named right behind the mention, or right before it.
    others
        The names of the section with the places they were given; those of the chosen place itself
        are passed over.
    """
    place = chosen.place
    clue = _clue(chosen, containers, others, hints)
    parts = [_HOW[chosen.match], *([clue] if clue else [])]
    rest = [(_km(place, c.place), c.place) for c in alternatives if c.match != "near"]
    if rest:
        # A town and the district around it are one answer to a reader.
        km, other = next((one for one in rest if one[0] > _SAME_KM), rest[0])
        where = ", ".join(x for x in (other.name, other.admin1, other.country_code) if x)
        skipped = "" if other is rest[0][1] else " elsewhere"
        parts.append(f"next best{skipped} is {where}, {km:,.0f} km away")
    elif chosen.match != "near":
        # What is left is no place of that name, but one that no list may have.
        parts.append(f"no other {'listed ' if alternatives else ''}place goes by it")
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _clue(
    chosen: Candidate,
    containers: Sequence[Container],
    others: Sequence[tuple[str, Place]],
    hints: Hints,
) -> str | None:
    """Return the strongest thing that spoke for a place."""
    place = chosen.place
    if chosen.match == "near":
        return f"the text names it beside {place.name}"
    for container in containers:
        inside = container.admin1_code in (None, place.admin1_code)
        if inside and container.country_code == place.country_code:
            return (
                f"{container.name} is named right {'before' if container.is_before else 'behind'}"
            )
    if place.is_country:
        return None
    for name, other in others:
        is_division = other.feature_code in ("ADM1", "ADM2") and other.id != place.id
        code = place.admin2_code if other.feature_code == "ADM2" else place.admin1_code
        own = other.admin2_code if other.feature_code == "ADM2" else other.admin1_code
        if is_division and code is not None and code == own:
            return f"{name}, which it lies in, is named too"
    near = [name for name, other in others if _lies_near(place, other)]
    if near:
        beside = "" if len(near) == 1 else f" and {_count(len(near) - 1)}"
        verb = "lies" if len(near) == 1 else "lie"
        return f"{near[0]}{beside} in the text {verb} near it"
    for name, other in others:
        if other.is_country and other.country_code == place.country_code and place.country_code:
            return f"{name} is named too"
    if hints.near and great_circle_km(place.latitude, place.longitude, *hints.near) <= _NEAR_KM:
        return "it is near where the text comes from"
    if hints.country and hints.country == place.country_code:
        return "it is in the country the text is about"
    return None


def _lies_near(place: Place, other: Place) -> bool:
    if other.is_country or other.id == place.id:
        return False
    if abs(place.latitude - other.latitude) > 1.0:  # more than that; saves the time of measuring
        return False
    return _km(place, other) <= _NEAR_KM


def _km(one: Place, other: Place) -> float:
    return great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)


def _count(number: int) -> str:
    return "one more name" if number == 1 else f"{number} more names"
