"""Intervals: what the measures would have been on other documents of the same kind."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from geo.evaluation.metrics import Counts, measures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Interval", "intervals", "median_interval", "share_interval"]

#: Low and high end of the middle 95 %.
Interval = tuple[float, float]

_SEED = 161
_ENDS = (2.5, 97.5)
#: Resamples whose sums are formed at once.
_BLOCK = 200


def intervals(documents: Sequence[Counts], *, resamples: int) -> dict[str, Interval]:
    """Draw documents with replacement and return the 95 % interval of each measure.

    Parameters
    ----------
    documents
        The counts of each.
    resamples
        How often they are drawn; the draws are the same in each call.
    """
    import numpy as np

    rows = np.array([counts.vector() for counts in documents], dtype=float)
    drawn: dict[str, list[float]] = {}
    for weights in _weights(len(documents), resamples):
        for row in weights @ rows:
            for name, value in measures(Counts.of(row.tolist())).items():
                drawn.setdefault(name, []).append(value)
    return {name: _ends(values) for name, values in drawn.items()}


def median_interval(errors: Sequence[Sequence[float]], *, resamples: int) -> Interval | None:
    """Return the interval of the median of errors, given by document."""
    import numpy as np

    values = np.array([error for own in errors for error in own], dtype=float)
    if not len(values):
        return None
    owner = np.array([n for n, own in enumerate(errors) for _ in own])
    order = np.argsort(values, kind="stable")
    values, owner = values[order], owner[order]
    drawn: list[float] = []
    for weights in _weights(len(errors), resamples):
        for row in weights:
            reached = np.cumsum(row[owner])
            if reached[-1]:
                middle = np.searchsorted(reached, reached[-1] // 2, side="right")
                drawn.append(float(values[middle]))
    return _ends(drawn) if drawn else None


def share_interval(
    pairs: Sequence[Mapping[str, tuple[int, int]]], *, resamples: int
) -> dict[str, Interval]:
    """Return the interval of a share by group, from (right, all) of each document."""
    import numpy as np

    groups = sorted({group for own in pairs for group in own})
    column: Callable[[int], NDArray[np.float64]] = lambda part: np.array(  # noqa: E731  # used twice, here only
        [[own.get(group, (0, 0))[part] for group in groups] for own in pairs], dtype=float
    )
    right, total = column(0), column(1)
    shares = [
        (weights @ right) / np.maximum(1, weights @ total)
        for weights in _weights(len(pairs), resamples)
    ]
    if not shares or not groups:
        return {}
    joined = np.concatenate(shares)
    return {group: _ends(joined[:, n].tolist()) for n, group in enumerate(groups)}


def _weights(documents: int, resamples: int) -> "list[NDArray[np.int64]]":
    """Return how often each document is drawn, in blocks of shape (resamples, documents)."""
    import numpy as np

    if not documents:
        return []
    generator = np.random.default_rng(_SEED)
    even = np.full(documents, 1 / documents)
    blocks = [min(_BLOCK, resamples - at) for at in range(0, resamples, _BLOCK)]
    return [generator.multinomial(documents, even, size=size) for size in blocks]


def _ends(values: Sequence[float]) -> Interval:
    import numpy as np

    low, high = np.percentile(np.array(values), _ENDS)
    return float(low), float(high)
