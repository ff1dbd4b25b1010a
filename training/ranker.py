"""Fit the trees of the ranker.

    python -m training.ranker ../shared/corpora [--leave lgl|gwn|tud]

Writes `geo/data/ranker.json`: boosted trees over `geo.resolver.features.FEATURES`, fitted under the
softmax over the candidates of a name (a listwise objective), on LGL, GeoWebNews and TUD-Loc with
gold spans given, and on local news made up from the gazetteer (`training.made_up_news.py`). The
chances that a pass begins with are those of trees that did not see the document. With `--leave`
that corpus is left out, nothing is written, and the share of its gold within 161 km is printed.
Only numbers leave the corpora, no text.
"""

import argparse
import json
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from geo.document import Document, Mention
from geo.evaluation.tolerance import country_radius_km
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.place import Place
from geo.protocols import Gazetteer
from geo.resolver import resolver
from geo.resolver.calibration import EVIDENCE, evidence
from geo.resolver.candidates import Group
from geo.resolver.features import FEATURES, Rows, features, narrowed
from geo.resolver.ranker import Trees, probabilities
from geo.resolver.resolver import (
    Prepared,
    Ranked,
    certainty_of,
    own_chances,
    prepare,
    prior_chances,
    rank,
    ranked_of,
    sections_of,
)
from geo.resolver.table import STANDING, Table, is_facility, unit_vectors
from training.made_up_news import draw
from training.reliability import calibration_error

CORPORA = ("lgl", "gwn", "tud")
_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_DEPTH = 5
_ROUNDS = (100, 220)  # of the first pass and of those after
_FOLDS = 4
_MADE_UP = 2000

#: How often a document is shown once more with hints, and its names with containers that are true.
_SHOWN_AGAIN = 0.5
_CONTAINED = 0.3

#: A candidate within 20 km of the gold is what is wanted, one within 161 km will do, and so will
#: a place it is named with where no candidate does.
_NEAR_KM, _RIGHT_KM = 20.0, 161.0
_WORTH = (1.0, 0.4, 0.4)

#: LGL has the point of the state even where a text flies from New York to Atlanta.
_UNTRUSTED = {"lgl": frozenset(["new york"])}

#: More of these never makes a candidate less likely, whatever the corpora's accidents.
_SPEAKS_FOR = frozenset(
    "prior population_gap country_share country_share_gap admin1_share admin1_share_gap "
    "named_country named_admin1 named_admin2 container_admin container_country votes_within_30 "
    "votes_within_100 votes_within_100_gap neighbor_votes picks_within_161 hint_country "
    "class_word contains_before spoken_country spoken_country_gap is_told".split()
)

#: More of these never makes it more likely.
_SPEAKS_AGAINST = frozenset(
    "log_near_pick log_near_neighbor near_pick_gap log_hint_near container_other "
    "class_word_other contains_before_other is_contested log_neighbor_characters".split()
)

_Floats = NDArray[np.float64]
_Column = {name: n for n, name in enumerate(STANDING)}


@dataclass
class Labelled:
    """One section with what is right: for each group the gold points of its mentions."""

    document: int
    section: Prepared
    points: list[list[tuple[float, float]]]
    chances: NDArray[np.float32]  #: those the next pass begins with
    made_up: bool = False  #: or shown again with hints
    corpus: str = ""


@dataclass
class Cases:
    """The rows of one section, what they are worth, and how much each name weighs."""

    document: int
    rows: Rows
    worth: _Floats
    weight: _Floats


def main() -> None:
    """Fit, then write or score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--leave", choices=CORPORA)
    parser.add_argument("--made-up", type=int, default=_MADE_UP, metavar="DOCUMENTS")
    options = parser.parse_args()
    with open_gazetteer() as gazetteer:
        sections = labelled(gazetteer, options.corpora)
        left = sections.pop(options.leave, [])
        made_up = list(made_up_sections(gazetteer, options.made_up))
        model = train([*(s for one in sections.values() for s in one), *made_up])
        if options.leave:
            print(options.leave, report(model, left))
        else:
            _write(model)


def labelled(gazetteer: SqliteGazetteer, corpora: Path) -> dict[str, list[Labelled]]:
    """Return the labelled sections of each corpus."""
    return {
        name: list(_labelled(gazetteer, corpora / f"{name}.jsonl", number))
        for number, name in enumerate(CORPORA)
    }


def leave_each_out(
    gazetteer: SqliteGazetteer, corpora: Path, saved: Path | None = None
) -> "Iterator[tuple[str, Model]]":
    """Yield each corpus with a model that did not see it.

    Models are kept in the folder `saved` (pickled), and taken from there.
    """
    paths = {name: saved / f"{name}.pickle" for name in CORPORA} if saved else {}
    if saved and all(path.exists() for path in paths.values()):
        for name, path in paths.items():
            yield name, pickle.loads(path.read_bytes())
        return
    sections = labelled(gazetteer, corpora)
    made_up = list(made_up_sections(gazetteer))
    for left in CORPORA:
        model = train([*(s for n in CORPORA if n != left for s in sections[n]), *made_up])
        if saved:
            saved.mkdir(parents=True, exist_ok=True)
            paths[left].write_bytes(pickle.dumps(model))
        yield left, model


class Model(NamedTuple):
    """What is shipped: trees of the first pass, of the later ones, and the weights of evidence."""

    passes: tuple[Trees, Trees]
    confidence: tuple[float, ...]


def train(sections: Sequence[Labelled]) -> Model:
    """Fit the trees of the first pass and those of the passes after, and how sure they are."""
    sections = [_trusted(one) for one in sections]
    sections = [*sections, *_shown_again(sections)]
    for one in sections:
        one.chances = prior_chances(one.section.table)
    first = _cases(sections)
    _vote_unseen(sections, first, _ROUNDS[0])
    sections = [_narrowed(one) for one in sections]
    second = _cases(sections)
    _vote_unseen(sections, second, _ROUNDS[1] // 2)
    third = _cases(sections)
    later = [*second, *third]
    return Model(
        passes=(_fit(first, rounds=_ROUNDS[0]), _fit(later, rounds=_ROUNDS[1])),
        confidence=_confidence(sections, third, later),
    )


def _trusted(one: Labelled) -> Labelled:
    """Leave the points out that a corpus gives to a name whatever the text means by it."""
    points = [
        [] if group.key in _UNTRUSTED.get(one.corpus, ()) else points
        for group, points in zip(one.section.groups, one.points, strict=True)
    ]
    return replace(one, points=points)


def _confidence(
    sections: Sequence[Labelled], last: Sequence[Cases], later: Sequence[Cases]
) -> tuple[float, ...]:
    """Fit how likely the likeliest candidate is right, on gold that the trees did not see.

    Names that have no right candidate count too; made-up news and hints do not.
    """
    seen: list[tuple[float, ...]] = []
    right: list[float] = []
    for fold in range(_FOLDS):
        trees = _fit([c for c in later if c.document // 3 % _FOLDS != fold], rounds=_ROUNDS[1])
        for one, case in zip(sections, last, strict=True):
            if one.made_up or case.document // 3 % _FOLDS != fold:
                continue
            found = probabilities(trees, case.rows)
            names = len(one.points)
            for group, ranked, points in zip(
                one.section.groups,
                ranked_of(one.section.table, case.rows, found, names),
                one.points,
                strict=True,
            ):
                if not ranked.candidates or not points:
                    continue
                row = evidence(ranked.candidates, ranked.chances, is_facility=is_facility(group))
                for point in points:
                    seen.append(row)
                    right.append(float(_is_right(group, ranked, point)))
    return tuple(float(w) for w in logistic(np.array(seen), np.array(right)))


def logistic(x: _Floats, y: _Floats, counts: _Floats | float = 1.0) -> _Floats:
    """Fit a logistic regression by Newton's method, with a little weight against large weights.

    `counts` says how often each row counts.
    """
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = (x.T * (counts * p * (1 - p))) @ x + 0.3 * np.eye(len(weights))
        weights += np.linalg.solve(hessian, x.T @ (counts * (y - p)) - 0.3 * weights)
    return weights


def _is_right(group: Group, ranked: Ranked, point: tuple[float, float]) -> bool:
    """Tell whether the likeliest candidate is near enough, or the point within its extent."""
    best = ranked.candidates[0].place
    km = float(_km(unit_vectors([(best.latitude, best.longitude)]), point)[0])
    return km <= tolerance_km(group.name, best)


def tolerance_km(name: str, place: Place) -> float:
    """Return how far from the gold point of `name` the pin at `place` is right.

    Within 161 km; of a country within the disc of its area; of a region, a sea or a range within
    its extent: it is drawn as an area, and corpora put its point where they like.
    """
    region = place.feature_class in ("H", "L", "T", "V")
    return max(_RIGHT_KM, country_radius_km(name), (place.radius_km or 0.0) if region else 0.0)


def _labelled(gazetteer: Gazetteer, path: Path, corpus: int) -> Iterator[Labelled]:
    with path.open(encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines)):
            gold = sorted(row["mentions"], key=lambda m: m["start"])
            mentions = [
                Mention(start=m["start"], end=m["end"], text=row["text"][m["start"] : m["end"]])
                for m in gold
            ]
            document = Document(text=row["text"], id=row["id"])
            for indices in sections_of(document, mentions):
                section = prepare(gazetteer, document, mentions, indices)
                points = [_points(gold, group.mentions) for group in section.groups]
                chances = prior_chances(section.table)
                yield Labelled(
                    number * len(CORPORA) + corpus, section, points, chances, corpus=CORPORA[corpus]
                )


def made_up_sections(gazetteer: SqliteGazetteer, count: int = _MADE_UP) -> Iterator[Labelled]:
    """Yield the labelled sections of made-up news."""
    for number, drawn in enumerate(draw(gazetteer.path, count=count)):
        section = prepare(gazetteer, drawn.document, drawn.mentions, range(len(drawn.mentions)))
        points = [[drawn.points[i] for i in group.mentions] for group in section.groups]
        yield Labelled(number * len(CORPORA), section, points, prior_chances(section.table), True)


def _points(gold: Sequence[dict[str, Any]], indices: Sequence[int]) -> list[tuple[float, float]]:
    return [(gold[i]["lat"], gold[i]["lon"]) for i in indices if gold[i]["lat"] is not None]


def _shown_again(sections: Sequence[Labelled]) -> Iterator[Labelled]:
    """Show some sections with a home or a country that is true, and names with containers."""
    chance = random.Random(7)
    for one in sections:
        if one.made_up or chance.random() >= _SHOWN_AGAIN:
            continue
        table = one.section.table
        standing = table.standing.copy()
        points = [point for group in one.points for point in group]
        if points and chance.random() < 0.5:
            latitude, longitude = chance.choice(points)
            home = (latitude + chance.gauss(0, 0.3), longitude + chance.gauss(0, 0.3))
            standing[:, _Column["log_hint_near"]] = np.log1p(_km(table.vectors, home))
        right = _worth(one, np.arange(len(table.owner)), table.owner) > 0
        for number in range(len(one.points)):
            rows = np.flatnonzero((table.owner == number) & right)
            if len(rows) and chance.random() < _CONTAINED:
                _contain(standing, table.owner == number, table, int(rows[0]), chance)
        likeliest = standing[:, _Column["rank"]] == 0
        astray = np.unique(table.owner[likeliest & ~right])
        codes = [int(c) for c in table.country[right & np.isin(table.owner, astray)] if c >= 0]
        if codes and chance.random() < 0.7:  # where the hint has something to say
            inside = table.country == chance.choice(codes)
            standing[:, _Column["hint_country"]] = np.where(inside, 1.0, -1.0)
        changed = replace(table, standing=standing)
        yield replace(one, section=replace(one.section, table=changed), made_up=True)


def _contain(
    standing: NDArray[np.float32],
    of_name: NDArray[np.bool_],
    table: Table,
    row: int,
    chance: random.Random,
) -> None:
    """Write the columns of a name as if what contains its place stood behind it."""
    if not standing[row, _Column["is_city"]] or standing[of_name, _Column["container_admin"]].any():
        return
    inside = of_name & (table.country == table.country[row])
    column = "container_country"
    if table.admin1[row] >= 0 and chance.random() < 0.6:
        inside = of_name & (table.admin1 == table.admin1[row])
        inside &= standing[:, _Column["is_admin1"]] == 0
        column = "container_admin"
    inside &= standing[:, _Column["is_country"]] == 0
    standing[of_name, _Column["container_other"]] = 1.0
    standing[inside, _Column["container_other"]] = 0.0
    standing[inside, _Column[column]] = 1.0


def _km(vectors: NDArray[np.float32], point: tuple[float, float]) -> _Floats:
    cosine = np.clip(vectors.astype(float) @ unit_vectors([point])[0].astype(float), -1, 1)
    km: _Floats = 6371.0 * np.arccos(cosine)
    return km


def _worth(one: Labelled, source: NDArray[np.int32], owner: NDArray[np.int32]) -> _Floats:
    """Return what each own row of a table is worth: the mean over the mentions of its name."""
    worth = np.zeros(len(source))
    for number, points in enumerate(one.points):
        mine = np.flatnonzero(owner == number)
        for point in points:
            km = _km(one.section.table.vectors[source[mine]], point)
            worth[mine] += np.where(
                km <= _NEAR_KM, _WORTH[0], np.where(km <= _RIGHT_KM, _WORTH[1], 0.0)
            ) / len(points)
    return worth


def _cases(sections: Sequence[Labelled]) -> list[Cases]:
    found = []
    for one in sections:
        rows = features(one.section.table, one.section.space, one.chances)
        worth = _worth(one, rows.source, rows.owner)
        own = np.zeros(len(one.points))
        np.maximum.at(own, rows.owner[~rows.is_near], worth[~rows.is_near])
        worth = np.where(rows.is_near, np.minimum(worth, _WORTH[2]) * (own[rows.owner] == 0), worth)
        mentions = np.array([len(points) for points in one.points], dtype=float)
        found.append(Cases(one.document, rows, worth, np.minimum(mentions, 6.0) ** 0.5))
    return found


def _vote_unseen(sections: Sequence[Labelled], cases: Sequence[Cases], rounds: int) -> None:
    """Give each section the chances that trees say which did not see its document."""
    for fold in range(_FOLDS):
        trees = _fit([c for c in cases if c.document // 3 % _FOLDS != fold], rounds=rounds)
        for one, case in zip(sections, cases, strict=True):
            if case.document // 3 % _FOLDS == fold:
                found = probabilities(trees, case.rows)
                one.chances = own_chances(one.section.table, case.rows, found)


def _narrowed(one: Labelled) -> Labelled:
    table, space, chances = narrowed(one.section.table, one.section.space, one.chances)
    return replace(one, section=replace(one.section, table=table, space=space), chances=chances)


def _fit(cases: Sequence[Cases], *, rounds: int) -> Trees:
    """Boost trees under the softmax over each name's candidates."""
    matrix, right, sizes, weights = [], [], [], []
    for case in cases:
        if not len(case.rows.owner):
            continue
        best = np.zeros(len(case.weight))
        np.maximum.at(best, case.rows.owner, case.worth)
        least = np.full(len(case.weight), np.inf)
        np.minimum.at(least, case.rows.owner, case.worth)
        useful = (best > 0) & (least < best)
        kept = useful[case.rows.owner]
        matrix.append(case.rows.matrix[kept])
        right.append(case.worth[kept])
        size = np.bincount(case.rows.owner[kept], minlength=len(useful))
        sizes.append(size[useful])
        weights.append(case.weight[useful])
    size = np.concatenate(sizes)
    worth = np.concatenate(right)
    begins = np.concatenate([[0], np.cumsum(size)[:-1]])
    owner = np.repeat(np.arange(len(size)), size)
    weight = np.concatenate(weights)[owner]

    def objective(scores: _Floats, _data: lightgbm.Dataset) -> tuple[_Floats, _Floats]:
        powers = np.exp(scores - np.maximum.reduceat(scores, begins)[owner])
        p = powers / np.add.reduceat(powers, begins)[owner]
        good = p * worth
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
            "num_threads": 1,
            "verbose": -1,
        },
        lightgbm.Dataset(np.concatenate(matrix), feature_name=list(FEATURES)),
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


def _write(model: Model) -> None:
    data = {
        "features": list(FEATURES),
        "passes": [
            {
                "feature": one.feature.tolist(),
                "threshold": [[float(f"{t:.7g}") for t in row] for row in one.threshold.tolist()],
                "leaf": [[round(v, 5) for v in row] for row in one.leaf.tolist()],
            }
            for one in model.passes
        ],
        "evidence": list(EVIDENCE),
        "confidence": [round(weight, 4) for weight in model.confidence],
    }
    text = json.dumps(data, separators=(",", ":"))
    (_DATA / "ranker.json").write_text(text + "\n", encoding="utf-8")


def use(model: Model) -> None:
    """Let the resolver rank with a model that is not written."""
    resolver.shipped = lambda: model.passes  # type: ignore[attr-defined]
    resolver.confidence_weights = lambda: model.confidence  # type: ignore[attr-defined]


def report(model: Model, sections: Sequence[Labelled]) -> str:
    """Return how much of all gold is right, and how honest the chances are, in words."""
    use(model)
    right = close = everything = 0
    sure: list[tuple[float, bool]] = []
    for one in sections:
        for group, ranked, points in zip(
            one.section.groups, rank(one.section), one.points, strict=True
        ):
            everything += len(points)
            if not ranked.candidates or not points:
                continue
            best = ranked.candidates[0].place
            vector = unit_vectors([(best.latitude, best.longitude)])
            km = [float(_km(vector, point)[0]) for point in points]
            right += sum(one_km <= _RIGHT_KM for one_km in km)
            close += sum(one_km <= _NEAR_KM for one_km in km)
            probability = certainty_of(group, ranked)
            sure += [(probability, _is_right(group, ranked, point)) for point in points]
    p, y = np.array([p for p, _ in sure]), np.array([y for _, y in sure])
    return (
        f"acc@161 {right / everything:.4f}, acc@20 {close / everything:.4f}, n {everything}; "
        f"tolerant: {y.sum() / everything:.4f}, calibration error {calibration_error(p, y):.3f}, "
        f"at .8 and up {(p >= 0.8).sum() / everything:.3f} of all, {y[p >= 0.8].mean():.3f} right"
    )


if __name__ == "__main__":
    main()
