"""Fit the trees of the ranker.

    python -m training.ranker ../shared/corpora [--leave lgl|gwn|tud]

Writes `geo/data/ranker.json`: boosted trees over `geo.resolver.features.FEATURES`, fitted under the
softmax over the candidates of a name (a listwise objective), on LGL, GeoWebNews and TUD-Loc with
gold spans given. The rows of the second pass have as anchors what trees that did not see the
document picked in the first. With `--leave` that corpus is left out, nothing is written, and the
share of its gold within 161 km is printed. Only numbers leave the corpora, no text.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from geo.document import Document, Hints, Mention
from geo.gazetteer import open_gazetteer
from geo.geodesy import great_circle_km
from geo.place import Place
from geo.protocols import Gazetteer
from geo.resolver import ranker
from geo.resolver.candidates import Group
from geo.resolver.context import Container
from geo.resolver.features import FEATURES, Scene, features
from geo.resolver.ranker import Trees
from geo.resolver.resolver import RankedSection, RankingResolver

_CORPORA = ("lgl", "gwn", "tud")
_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_DEPTH = 5
_ROUNDS = 220
_FOLDS = 4

#: How often a document or a name is shown once more with a hint or a container that is true.
_HINTED = 0.25
_CONTAINED = 0.15

#: More of these never makes a candidate less likely, whatever the corpora's accidents.
_SPEAKS_FOR = frozenset(
    "prior population_gap country_share country_share_gap admin1_share admin1_share_gap "
    "named_country named_admin1 named_admin2 container_admin container_country picks_within_50 "
    "picks_within_161 hint_country class_word".split()
)

#: More of these never makes it more likely.
_SPEAKS_AGAINST = frozenset(
    "log_near_pick log_near_neighbor near_pick_gap log_hint_near container_other "
    "class_word_other is_contested".split()
)

_Floats = NDArray[np.float64]


@dataclass
class Case:
    """One name of one document: its candidates' rows, and which of them are right."""

    document: int
    rows: list[list[float]]
    right: list[bool]
    mentions: int


def main() -> None:
    """Fit, then write or score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--leave", choices=_CORPORA)
    options = parser.parse_args()
    training = [name for name in _CORPORA if name != options.leave]
    with open_gazetteer() as gazetteer:
        documents = [
            row for name in training for row in _documents(options.corpora / f"{name}.jsonl")
        ]
        trees = _train(gazetteer, documents)
        if options.leave:
            _use(trees)
            held_out = _documents(options.corpora / f"{options.leave}.jsonl")
            print(options.leave, _accuracy(gazetteer, held_out))
        else:
            _write(trees)


_Labelled = tuple[Document, list[Mention], list[dict[str, Any]]]


def _train(gazetteer: Gazetteer, documents: Sequence[_Labelled]) -> Trees:
    _use(_stump())
    first = _cases(gazetteer, documents, passes=1)
    second: list[Case] = []
    for fold in range(_FOLDS):
        _use(_fit([case for case in first if case.document % _FOLDS != fold], rounds=80))
        held_out = [(n, d) for n, d in enumerate(documents) if n % _FOLDS == fold]
        second += _cases(gazetteer, [d for _, d in held_out], passes=2)
        for case in second:
            case.document = fold
    return _fit([*first, *second], rounds=_ROUNDS)


def _documents(path: Path) -> list[_Labelled]:
    found = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            gold = sorted(row["mentions"], key=lambda m: m["start"])
            mentions = [
                Mention(start=m["start"], end=m["end"], text=row["text"][m["start"] : m["end"]])
                for m in gold
            ]
            found.append((Document(text=row["text"], id=row["id"]), mentions, gold))
    return found


def _cases(gazetteer: Gazetteer, documents: Sequence[_Labelled], *, passes: int) -> list[Case]:
    chance = random.Random(7)
    resolver = RankingResolver(gazetteer, passes=passes)
    found = []
    for number, (document, mentions, gold) in enumerate(documents):
        shown = [document]
        towns = [(m["lat"], m["lon"]) for m in gold if m["lat"] is not None]
        if towns and chance.random() < _HINTED:
            latitude, longitude = chance.choice(towns)
            near = (latitude + chance.gauss(0, 0.3), longitude + chance.gauss(0, 0.3))
            shown.append(replace(document, hints=Hints(near=near)))
        for one in shown:
            ranked = resolver.rank(one, mentions, range(len(mentions)))
            for group, scene in zip(ranked.groups, ranked.scenes, strict=True):
                found += _cases_of(number, group, scene, gold, chance)
    return found


def _cases_of(
    document: int,
    group: Group,
    scene: Scene,
    gold: Sequence[dict[str, Any]],
    chance: random.Random,
) -> Iterator[Case]:
    points = [
        (gold[i]["lat"], gold[i]["lon"]) for i in group.mentions if gold[i]["lat"] is not None
    ]
    if not points or len(group.candidates) < 2:
        return
    right = [_km(c.place, points[0]) <= 161 for c in group.candidates]
    if not any(right) or all(right):
        return
    yield Case(document, features(group, scene), right, len(points))
    place = group.candidates[right.index(True)].place
    if place.country_code and chance.random() < _CONTAINED:
        shown = replace(scene, hints=replace(scene.hints, country=place.country_code))
        yield Case(document, features(group, shown), right, len(points))
    if place.feature_class == "P" and not scene.containers and chance.random() < _CONTAINED:
        container = Container("", place.country_code, None, None)
        if place.admin1_code and chance.random() < 0.6:
            container = Container("", place.country_code, place.admin1_code, None)
        shown = replace(scene, containers=(container,))
        yield Case(document, features(group, shown), right, len(points))


def _km(place: Place, point: tuple[float, float]) -> float:
    return great_circle_km(place.latitude, place.longitude, *point)


def _fit(cases: Sequence[Case], *, rounds: int) -> Trees:
    """Boost trees under the softmax over each name's candidates."""
    rows = np.array([row for case in cases for row in case.rows], dtype=np.float32)
    right = np.array([flag for case in cases for flag in case.right], dtype=float)
    sizes = np.array([len(case.rows) for case in cases])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(cases)), sizes)
    weight = np.minimum(np.array([case.mentions for case in cases], dtype=float), 6.0)[owner] ** 0.5

    def objective(scores: _Floats, _data: lightgbm.Dataset) -> tuple[_Floats, _Floats]:
        powers = np.exp(scores - np.maximum.reduceat(scores, begins)[owner])
        p = powers / np.add.reduceat(powers, begins)[owner]
        good = p * right
        share = good / np.maximum(np.add.reduceat(good, begins)[owner], 1e-12)
        return (p - share) * weight, np.maximum(p * (1 - p), 1e-3) * weight

    booster = lightgbm.train(
        {
            "objective": objective,
            "learning_rate": 0.08,
            "num_leaves": 18,
            "max_depth": _DEPTH,
            "min_data_in_leaf": 40,
            "lambda_l2": 4.0,
            "monotone_constraints": [
                1 if name in _SPEAKS_FOR else -1 if name in _SPEAKS_AGAINST else 0
                for name in FEATURES
            ],
            "feature_fraction": 0.6,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "seed": 7,
            "deterministic": True,
            "num_threads": 2,
            "verbose": -1,
        },
        lightgbm.Dataset(rows, feature_name=list(FEATURES)),
        num_boost_round=rounds,
    )
    return _trees(booster)


def _trees(booster: lightgbm.Booster) -> Trees:
    """Turn LightGBM's trees into trees of one depth."""
    feature, threshold, leaf = [], [], []
    for tree in booster.dump_model()["tree_info"]:
        nodes: list[tuple[int, float]] = []
        level = [tree["tree_structure"]]
        for _ in range(_DEPTH):
            below = []
            for node in level:
                if "split_feature" in node:
                    nodes.append((node["split_feature"], node["threshold"]))
                    below += [node["left_child"], node["right_child"]]
                else:
                    nodes.append((0, 1e30))  # everything goes left, to the same leaf
                    below += [node, node]
            level = below
        feature.append([f for f, _ in nodes])
        threshold.append([t for _, t in nodes])
        leaf.append([node["leaf_value"] for node in level])
    return Trees(
        feature=np.array(feature, dtype=np.int32),
        threshold=np.array(threshold, dtype=np.float32),
        leaf=np.array(leaf, dtype=np.float32),
    )


def _stump() -> Trees:
    """Return trees that know nothing: every candidate is as likely."""
    return Trees(
        feature=np.zeros((1, 1), dtype=np.int32),
        threshold=np.zeros((1, 1), dtype=np.float32),
        leaf=np.zeros((1, 2), dtype=np.float32),
    )


def _use(trees: Trees) -> None:
    ranker._shipped = lambda: trees  # type: ignore[assignment]  # the file is not written yet


def _write(trees: Trees) -> None:
    data = {
        "features": list(FEATURES),
        "feature": trees.feature.tolist(),
        "threshold": [[float(f"{t:.7g}") for t in row] for row in trees.threshold.tolist()],
        "leaf": [[round(v, 6) for v in row] for row in trees.leaf.tolist()],
    }
    text = json.dumps(data, separators=(",", ":"))
    (_DATA / "ranker.json").write_text(text + "\n", encoding="utf-8")


def _accuracy(gazetteer: Gazetteer, documents: Sequence[_Labelled]) -> str:
    found = right = everything = 0
    resolver = RankingResolver(gazetteer)
    for document, mentions, gold in documents:
        ranked: RankedSection = resolver.rank(document, mentions, range(len(mentions)))
        for group, chances in zip(ranked.groups, ranked.probabilities, strict=True):
            for index in group.mentions:
                if gold[index]["lat"] is None:
                    continue
                point = (gold[index]["lat"], gold[index]["lon"])
                everything += 1
                if chances:
                    best = group.candidates[int(np.argmax(chances))].place
                    right += _km(best, point) <= 161
                found += any(_km(c.place, point) <= 161 for c in group.candidates)
    return f"acc@161 {right / everything:.4f}, ceiling {found / everything:.4f}, n {everything}"


if __name__ == "__main__":
    main()
