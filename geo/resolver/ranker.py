"""Numbers to probabilities: boosted trees, and a softmax over the candidates of a name."""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.errors import GeoError
from geo.resolver.calibration import EVIDENCE
from geo.resolver.features import FEATURES, Rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Trees", "confidence_weights", "probabilities", "score", "shipped"]


class Trees(NamedTuple):
    """Trees of one depth as arrays: inner nodes in level order, then leaves.

    A row goes left where `row[feature] <= threshold`.
    """

    feature: "NDArray[np.int32]"  #: shape (trees, 2**depth - 1), column of `FEATURES`
    threshold: "NDArray[np.float32]"  #: same shape
    leaf: "NDArray[np.float32]"  #: shape (trees, 2**depth)


def probabilities(
    trees: Trees, rows: Rows, *, odds: "NDArray[np.float32] | None" = None
) -> "NDArray[np.float64]":
    """Return the probability of each row, given that one of its name's rows is right.

    Parameters
    ----------
    odds
        For each row of the table what to add to the logarithm of its odds.

    Notes
    -----
    `training/ranker.py` fits the trees under this very softmax.
    """
    import numpy as np

    if not len(rows.matrix):
        return np.zeros(0)
    scores = score(trees, rows.matrix)
    if odds is not None:
        scores = scores + np.where(rows.is_near, 0.0, odds[rows.source])
    begins = np.flatnonzero(np.diff(rows.owner, prepend=-1))
    sizes = np.diff(begins, append=len(scores))
    powers = np.exp(scores - np.repeat(np.maximum.reduceat(scores, begins), sizes))
    found: NDArray[np.float64] = powers / np.repeat(np.add.reduceat(powers, begins), sizes)
    return found


def score(trees: Trees, rows: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """Return the sum of the trees for each row; shape `(rows,)`."""
    import numpy as np

    count, inner = len(rows), trees.feature.shape[1]
    columns = np.ascontiguousarray(rows.T)
    flat = columns.ravel()
    offset = trees.feature.astype(np.intp) * count  # where a node's column begins
    at = np.arange(count, dtype=np.intp)[None, :]
    head = np.arange(len(trees.leaf), dtype=np.intp)[:, None]
    # All rows meet in the first node; further down each takes its own from flat arrays.
    node = (columns[trees.feature[:, 0]] > trees.threshold[:, :1]).astype(np.intp) + 1
    for _ in range(int(np.log2(inner + 1)) - 1):
        here = node + head * inner
        right = flat.take(offset.take(here) + at) > trees.threshold.take(here)
        node = 2 * node + 1 + right
    leaves = trees.leaf.take(node - inner + head * (inner + 1))
    total: NDArray[np.float64] = leaves.sum(axis=0, dtype=np.float64)
    return total


def confidence_weights() -> tuple[float, ...]:
    """Return the weights of `geo.resolver.calibration.EVIDENCE`."""
    return tuple(_file()["confidence"])


@cache
def shipped() -> tuple[Trees, ...]:
    """Return the trees of each pass; later passes take the last."""
    import numpy as np

    return tuple(
        Trees(
            feature=np.array(one["feature"], dtype=np.int32),
            threshold=np.array(one["threshold"], dtype=np.float32),
            leaf=np.array(one["leaf"], dtype=np.float32),
        )
        for one in _file()["passes"]
    )


@cache
def _file() -> dict[str, Any]:  # Any: lists of different depth
    data: dict[str, Any] = json.loads(
        files("geo").joinpath("data/ranker.json").read_text(encoding="utf-8")
    )
    if data["features"] != list(FEATURES) or data["evidence"] != list(EVIDENCE):
        raise GeoError("geo/data/ranker.json was fitted for other features. Run training.ranker.")
    return data
