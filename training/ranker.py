"""Fit the weights of the ranker.

    python -m training.ranker ../shared/corpora [--leave lgl|gwn|tud]

Writes `geo/data/ranker.json`: a weight for each of `geo.resolver.features.FEATURES`, by conditional
logit over the candidates of LGL, GeoWebNews and TUD-Loc, gold spans given, in two rounds (the
first round's picks are the second's anchors). With `--leave` that corpus is left out, nothing is
written, and the share of its gold within 161 km is printed.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from geopy.distance import great_circle
from numpy.typing import NDArray

from geo.document import Document, Mention
from geo.gazetteer import open_gazetteer
from geo.resolver import ranker
from geo.resolver.features import FEATURES
from geo.resolver.resolver import RankingResolver

_CORPORA = ("lgl", "gwn", "tud")
_DATA = Path(__file__).resolve().parent.parent / "geo/data"

_Case = tuple[NDArray[np.float64], NDArray[np.bool_], int]  # rows, which are right, mentions


def main() -> None:
    """Fit, then write or score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--leave", choices=_CORPORA)
    options = parser.parse_args()
    training = [name for name in _CORPORA if name != options.leave]
    weights = _start()
    for _ in range(3):
        _use(weights)
        cases = [case for name in training for case in _cases(options.corpora / f"{name}.jsonl")]
        weights = _fit(cases, weights)
    _use(weights)
    for name in [options.leave] if options.leave else training:
        print(name, _accuracy(options.corpora / f"{name}.jsonl"))
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{name:24} {weight:8.3f}")
    if not options.leave:
        data = {"features": list(FEATURES), "weights": [round(float(w), 4) for w in weights]}
        (_DATA / "ranker.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


#: Weights that are set rather than fitted: the corpora hold few such cases, and a container that
#: is written right behind a name is all but certain.
_FIXED = {
    "container_admin": 5.0,
    "container_country": 3.5,
    "container_other": -1.0,
    "hint_country": 3.0,
    "hint_near": 4.0,
}


def _start() -> NDArray[np.float64]:
    weights = np.zeros(len(FEATURES))
    weights[FEATURES.index("prior")] = 8.0
    weights[FEATURES.index("country_share")] = 2.0
    for name, weight in _FIXED.items():
        weights[FEATURES.index(name)] = weight
    return weights


def _use(weights: NDArray[np.float64]) -> None:
    fixed = tuple(float(w) for w in weights)
    ranker._weights = lambda: fixed  # type: ignore[assignment]  # the file is not written yet


def _documents(path: Path) -> Iterator[tuple[Document, list[Mention], list[dict[str, Any]]]]:
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            gold = sorted(row["mentions"], key=lambda m: m["start"])
            mentions = [
                Mention(start=m["start"], end=m["end"], text=row["text"][m["start"] : m["end"]])
                for m in gold
            ]
            yield Document(text=row["text"], id=row["id"]), mentions, gold


def _cases(path: Path) -> Iterator[_Case]:
    with open_gazetteer() as gazetteer:
        resolver = RankingResolver(gazetteer)
        for document, mentions, gold in _documents(path):
            ranked = resolver.rank(document, mentions, range(len(mentions)))
            for group, rows in zip(ranked.groups, ranked.rows, strict=True):
                points = [
                    (gold[i]["lat"], gold[i]["lon"])
                    for i in group.mentions
                    if gold[i]["lat"] is not None
                ]
                if not points or len(rows) < 2:
                    continue
                right = np.array([_km(c.place, points[0]) <= 161 for c in group.candidates])
                if right.any() and not right.all():
                    yield np.array(rows), right, len(points)


def _km(place: Any, point: tuple[float, float]) -> float:  # Any: a Place
    return float(great_circle((place.latitude, place.longitude), point).km)


def _fit(cases: list[_Case], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Maximize the mean log probability of the right candidates, by Adam with weight decay."""
    rows = np.concatenate([c[0] for c in cases])
    right = np.concatenate([c[1] for c in cases]).astype(float)
    sizes = np.array([len(c[0]) for c in cases])
    heavy = np.minimum(np.array([c[2] for c in cases], dtype=float), 5.0) ** 0.5
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(cases)), sizes)
    free = np.array([name not in _FIXED for name in FEATURES], dtype=float)
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, 601):
        scores = rows @ weights
        scores -= np.maximum.reduceat(scores, begins)[owner]
        powers = np.exp(scores)
        chance = powers / np.add.reduceat(powers, begins)[owner]
        good = chance * right
        share = good / np.maximum(np.add.reduceat(good, begins)[owner], 1e-12)
        gradient = rows.T @ ((chance - share) * heavy[owner]) / heavy.sum() + 2e-4 * weights
        gradient *= free
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.15 * min(1.0, 2 - step / 300)
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def _accuracy(path: Path) -> str:
    found = right = everything = 0
    with open_gazetteer() as gazetteer:
        resolver = RankingResolver(gazetteer)
        for document, mentions, gold in _documents(path):
            ranked = resolver.rank(document, mentions, range(len(mentions)))
            for group, chances in zip(ranked.groups, ranked.probabilities, strict=True):
                for index in group.mentions:
                    if gold[index]["lat"] is None:
                        continue
                    everything += 1
                    if chances:
                        best = group.candidates[int(np.argmax(chances))].place
                        right += _km(best, (gold[index]["lat"], gold[index]["lon"])) <= 161
                    found += any(
                        _km(c.place, (gold[index]["lat"], gold[index]["lon"])) <= 161
                        for c in group.candidates
                    )
    return f"acc@161 {right / everything:.4f}, ceiling {found / everything:.4f}, n {everything}"


if __name__ == "__main__":
    main()
