"""From what the recognizer and the ranker say to one honest confidence."""

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from geo.document import Mention
from geo.errors import GeoError
from geo.geodesy import great_circle_km
from geo.place import Candidate
from geo.resolver.candidates import is_initials

__all__ = ["EVIDENCE", "PIN", "certainty", "confidence", "evidence", "logit", "pin", "pin_weights"]

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
PIN = (
    "always",
    "logit_certainty",
    "logit_score",  # of the recognizer, that the mention is a toponym
    "is_near",
    "near_logit_score",
    "is_initials",  # that no table has as an abbreviation: some body's, as likely as not
    "prior",
    "is_inside",  # the mention is part of a longer name: "[Osh] State University"
)

#: Of raw text nothing is surer than this: annotators pass places over, and so do readers.
_SUREST = 0.982

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


def pin(probability: float, mention: Mention, best: Candidate) -> tuple[float, ...]:
    """Return the numbers of `PIN` for one pin.

    Parameters
    ----------
    probability
        That the candidate is right, if the mention is a toponym: see `certainty`.
    mention, best
        The mention, and the likeliest candidate as it was looked up.
    """
    likely = logit(probability, most=_SUREST)
    toponym = logit(mention.score, most=_SUREST)
    is_near = best.match == "near"
    return (
        1.0,
        likely,
        toponym,
        float(is_near),
        toponym * is_near,
        float(best.match != "abbreviation" and is_initials(mention.text)),
        best.score,
        float(mention.role == "inside"),
    )


def certainty(seen: Sequence[float], weights: Sequence[float]) -> float:
    """Return how likely the likeliest candidate is right, by a logistic of `EVIDENCE` or `PIN`."""
    value = sum(weight * number for weight, number in zip(weights, seen, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def confidence(probability: float, mention: Mention, best: Candidate) -> float:
    """Return the probability that a pin is right, that the mention is a toponym included.

    The parameters are those of `pin`. A mention that was given has the score 1: only its place is
    in doubt. For others `training/calibration.py` fits the weights.
    """
    if mention.score < 1.0:
        probability = certainty(pin(probability, mention, best), pin_weights())
    return round(probability, 4)


def logit(value: float, *, most: float = 0.999) -> float:
    """Return the logarithm of the odds of a probability, kept between `most` and its converse."""
    clipped = min(most, max(1.0 - most, value))
    return math.log(clipped / (1 - clipped))


@cache
def pin_weights() -> tuple[float, ...]:
    """Return the weights of `PIN`.

    Raises
    ------
    GeoError
        `geo/data/calibration.json` was fitted for other numbers.
    """
    data = json.loads(files("geo").joinpath("data/calibration.json").read_text(encoding="utf-8"))
    if data["pin"] != list(PIN):
        raise GeoError(
            "geo/data/calibration.json was fitted for other numbers. Run training.calibration."
        )
    return tuple(data["weights"])
