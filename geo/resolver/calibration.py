"""From what the recognizer and the ranker say to one honest confidence."""

import json
import math
from bisect import bisect_right
from functools import cache
from importlib.resources import files

__all__ = ["confidence"]


def confidence(probability: float, score: float) -> float:
    """Return the probability that a pin is right, that the mention is a toponym included.

    Parameters
    ----------
    probability
        The ranker's, of the chosen candidate.
    score
        The recognizer's, that the mention is a toponym.

    Notes
    -----
    A logistic of both, then a monotone step table; `training/calibration.py` fits both.
    """
    if score >= 1.0:
        return round(probability, 4)  # a mention that was given: only its place is in doubt
    table = _table()
    weights = table["weights"]
    value = weights[0] + weights[1] * _logit(probability) + weights[2] * _logit(score)
    raw = 1 / (1 + math.exp(-value))
    steps: list[list[float]] = table["steps"]
    at = bisect_right([step[0] for step in steps], raw)
    if at == 0:
        return steps[0][1]
    if at == len(steps):
        return steps[-1][1]
    (x0, y0), (x1, y1) = steps[at - 1], steps[at]
    return round(y0 + (y1 - y0) * (raw - x0) / (x1 - x0), 4)


def _logit(value: float) -> float:
    clipped = min(0.999, max(0.001, value))
    return math.log(clipped / (1 - clipped))


@cache
def _table() -> dict[str, list]:  # type: ignore[type-arg]  # two lists of different depth
    data: dict[str, list] = json.loads(  # type: ignore[type-arg]
        files("geo").joinpath("data/calibration.json").read_text(encoding="utf-8")
    )
    return data
