"""From what the recognizer and the ranker say to one honest confidence."""

import json
import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from geo.geodesy import great_circle_km
from geo.place import Candidate

__all__ = ["EVIDENCE", "PIN", "certainty", "confidence", "evidence", "logit", "pin", "table"]

#: What tells how likely it is that the likeliest candidate is right, that no candidate may be.
EVIDENCE = (
    "always",
    "logit_mass",  # of the chance within 161 km of it
    "is_near",  # it is only what the name is named with
    "near_logit_mass",
    "is_only_near",  # and no place goes by the name
    "is_weaker",  # a variant of the name, or misspelled
    "is_alternate",
    "is_demonym",
    "is_country",
    "is_region",
    "is_site",
    "log_candidates",
    "is_facility",  # the name ends as those of schools, streets, churches do
)

#: What tells how likely a pin on raw text is right.
PIN = ("always", "logit_certainty", "logit_score", "is_near", "near_logit_score")

_NEAR_ENOUGH_KM = 161.0


def evidence(
    candidates: Sequence[Candidate], chances: Sequence[float], *, is_facility: bool
) -> tuple[float, ...]:
    """Return the numbers of `EVIDENCE` for the candidates of a name, likeliest first.

    A city and the district around it are one answer: their chances are taken together. 161 km are
    the field's 100 miles.
    """
    best = candidates[0]
    place = best.place
    mass = sum(
        chance
        for chance, candidate in zip(chances, candidates, strict=True)
        if candidate.place is place
        or great_circle_km(
            place.latitude, place.longitude, candidate.place.latitude, candidate.place.longitude
        )
        <= _NEAR_ENOUGH_KM
    )
    own = sum(candidate.match != "near" for candidate in candidates)
    is_near = best.match == "near"
    return (
        1.0,
        logit(mass),
        float(is_near),
        logit(mass) * is_near,
        float(not own),
        float(best.match in ("variant", "fuzzy")),
        float(best.match in ("alternate", "former", "abbreviation")),
        float(best.match == "demonym"),
        float(place.is_country and not is_near),
        float(place.feature_class in ("H", "T", "L", "V") and not is_near),
        float(place.feature_class == "S" and not is_near),
        math.log1p(own),
        float(is_facility),
    )


def pin(probability: float, score: float, *, is_near: bool) -> tuple[float, ...]:
    """Return the numbers of `PIN` for one pin."""
    likely, toponym = logit(probability), logit(score)
    return 1.0, likely, toponym, float(is_near), toponym * is_near


def certainty(seen: Sequence[float], weights: Sequence[float]) -> float:
    """Return how likely the likeliest candidate is right, by a logistic of `EVIDENCE` or `PIN`."""
    value = sum(weight * number for weight, number in zip(weights, seen, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def confidence(probability: float, score: float, *, is_near: bool = False) -> float:
    """Return the probability that a pin is right, that the mention is a toponym included.

    Parameters
    ----------
    probability
        That the chosen candidate is right, if the mention is a toponym: see `certainty`.
    score
        The recognizer's, that the mention is a toponym.
    is_near
        The place is only what the name is named with.

    Notes
    -----
    A logistic of both, then a monotone step table; `training/calibration.py` fits both.
    """
    if score >= 1.0:
        return round(probability, 4)  # a mention that was given: only its place is in doubt
    data = table()
    raw = certainty(pin(probability, score, is_near=is_near), data["weights"])
    steps: list[list[float]] = data["steps"]
    at = bisect_right([step[0] for step in steps], raw)
    if at == 0:
        return steps[0][1]
    if at == len(steps):
        return steps[-1][1]
    (x0, y0), (x1, y1) = steps[at - 1], steps[at]
    return round(y0 + (y1 - y0) * (raw - x0) / (x1 - x0), 4)


def logit(value: float) -> float:
    """Return the logarithm of the odds of a probability, kept within ±7."""
    clipped = min(0.999, max(0.001, value))
    return math.log(clipped / (1 - clipped))


@cache
def table() -> dict[str, list]:  # type: ignore[type-arg]  # two lists of different depth
    """Return the weights of `PIN`, and the steps behind it."""
    data: dict[str, list] = json.loads(  # type: ignore[type-arg]
        files("geo").joinpath("data/calibration.json").read_text(encoding="utf-8")
    )
    return data
