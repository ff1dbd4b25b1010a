"""Numbers to probabilities: boosted trees, and a softmax over the candidates of a name."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from geo.errors import GeoError
from geo.resolver.features import FEATURES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Trees", "probabilities", "score"]


class Trees(NamedTuple):
    """Trees of one depth as arrays: inner nodes in level order, then leaves.

    A row goes left where `row[feature] <= threshold`.
    """

    feature: "NDArray[np.int32]"  #: shape (trees, 2**depth - 1), column of `FEATURES`
    threshold: "NDArray[np.float32]"  #: same shape
    leaf: "NDArray[np.float32]"  #: shape (trees, 2**depth)


def probabilities(groups: Sequence[Sequence[Sequence[float]]]) -> list[list[float]]:
    """Return the probability of each candidate of each name, given that one of them is right.

    Parameters
    ----------
    groups
        For each name a row of `FEATURES` for each candidate; a name may have none.

    Notes
    -----
    `training/ranker.py` fits the trees under this very softmax.
    """
    import numpy as np

    rows = [row for group in groups for row in group]
    if not rows:
        return [[] for _ in groups]
    scores = score(_shipped(), np.array(rows, dtype=np.float32))
    found: list[list[float]] = []
    at = 0
    for group in groups:
        if not group:
            found.append([])
            continue
        part = scores[at : at + len(group)]
        at += len(group)
        powers = np.exp(part - part.max())
        found.append((powers / powers.sum()).tolist())
    return found


def score(trees: Trees, rows: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """Return the sum of the trees for each row; shape `(rows,)`."""
    import numpy as np

    depth = int(np.log2(trees.leaf.shape[1]))
    number = np.arange(len(trees.leaf))[:, None]  # trees in front: each works through all rows
    node = np.zeros((len(trees.leaf), len(rows)), dtype=np.int32)
    columns = np.ascontiguousarray(rows.T)
    row = np.arange(len(rows))[None, :]
    for _ in range(depth):
        right = columns[trees.feature[number, node], row] > trees.threshold[number, node]
        node = 2 * node + 1 + right
    leaves = trees.leaf[number, node - (2**depth - 1)]
    total: NDArray[np.float64] = leaves.sum(axis=0, dtype=np.float64)
    return total


@cache
def _shipped() -> Trees:
    import numpy as np

    data = json.loads(files("geo").joinpath("data/ranker.json").read_text(encoding="utf-8"))
    if data["features"] != list(FEATURES):
        raise GeoError("geo/data/ranker.json was fitted for other features. Run training.ranker.")
    return Trees(
        feature=np.array(data["feature"], dtype=np.int32),
        threshold=np.array(data["threshold"], dtype=np.float32),
        leaf=np.array(data["leaf"], dtype=np.float32),
    )
