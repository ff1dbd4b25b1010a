"""Numbers to probabilities: a learned weight a feature, and a softmax over the candidates."""

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from geo.errors import GeoError
from geo.resolver.features import FEATURES

__all__ = ["probabilities"]


def probabilities(rows: Sequence[Sequence[float]]) -> list[float]:
    """Return the probability of each candidate of one name, given that one of them is right.

    Parameters
    ----------
    rows
        A row of `FEATURES` for each candidate.

    Notes
    -----
    A conditional logit; `training/ranker.py` fits the weights.
    """
    if not rows:
        return []
    weights = _weights()
    scores = [sum(w * x for w, x in zip(weights, row, strict=True)) for row in rows]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


@cache
def _weights() -> tuple[float, ...]:
    data = json.loads(files("geo").joinpath("data/ranker.json").read_text(encoding="utf-8"))
    if data["features"] != list(FEATURES):
        raise GeoError("geo/data/ranker.json was fitted for other features. Run training.ranker.")
    return tuple(data["weights"])
