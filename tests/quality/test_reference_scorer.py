"""The project's targets are stated in a reference scorer's terms: ours says the same."""

import importlib.util
import json
import random
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from geo.evaluation import (
    Corpus,
    Prediction,
    Predictions,
    Results,
    Rules,
    evaluate,
    predict,
    predictions_of,
    read_corpus,
)
from geo.evaluation.metrics import Tally, median_km
from geo.evaluation.tolerance import country_radius_km
from geo.gazetteer import SqliteGazetteer
from geo.pipeline import Geoparser
from geo.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SMALL = ROOT / "tests/fixtures/evaluation/gold.jsonl"
REAL = [SHARED / "corpora" / f"{name}.jsonl" for name in ("lgl", "gwn", "tud", "geocorpora")]

#: Every so manieth document is parsed.
SAMPLE = 12

needs_shared = pytest.mark.skipif(
    not (SHARED / "tools/score.py").is_file(),
    reason="the reference scorer and the corpora are not part of the project: ../shared is absent",
)
pytestmark = needs_shared

ALL_RULES = [(given, tolerant) for given in (False, True) for tolerant in (False, True)]

Scorer = Callable[..., dict[str, object]]


@pytest.fixture(scope="module")
def reference() -> Scorer:
    spec = importlib.util.spec_from_file_location("score", SHARED / "tools/score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file to be closed
        spec.loader.exec_module(module)
    score: Scorer = module.score
    return score


def held_equal(reference: Scorer, corpus: Corpus, said: Predictions) -> None:
    gold = {
        own.document.id: {
            "mentions": [
                {
                    "start": m.start,
                    "end": m.end,
                    "text": m.text,
                    "lat": m.latitude,
                    "lon": m.longitude,
                    "optional": m.optional,
                }
                for m in own.mentions
            ]
        }
        for own in corpus.documents
    }
    for given, tolerant in ALL_RULES:
        # Ours leaves aside what the parser calls a demonym; the reference knows no kinds.
        rows = {
            own: {
                "mentions": [
                    {"start": p.start, "end": p.end, "lat": p.latitude, "lon": p.longitude}
                    for p in mentions
                    if given or p.kind != "associative"
                ]
            }
            for own, mentions in said.items()
        }
        results = evaluate(corpus, said, rules=Rules(given=given, tolerant=tolerant))
        assert scored(results) == reference(gold, rows, given, tolerant)


@pytest.mark.parametrize("path", [SMALL, *REAL], ids=lambda path: path.name)
@pytest.mark.parametrize("seed", [1, 2])
def test_noisy_gold_scores_as_the_reference_says(reference: Scorer, path: Path, seed: int) -> None:
    corpus = read_corpus(path)
    corpus = Corpus(name=corpus.name, documents=corpus.documents[:1000])
    held_equal(reference, corpus, noise(corpus, seed))


@pytest.mark.parametrize("given", [False, True])
def test_our_own_predictions_score_as_the_reference_says(
    reference: Scorer, gazetteer: SqliteGazetteer, given: bool
) -> None:
    whole = read_corpus(REAL[0])
    corpus = Corpus(name=whole.name, documents=whole.documents[::SAMPLE])
    with Geoparser(Settings(), gazetteer=gazetteer) as parser:
        said = predictions_of(predict(corpus, parser, given=given))
    assert sum(map(len, said.values())) > 100
    held_equal(reference, corpus, said)


def test_gold_is_read_as_the_reference_reads_it() -> None:
    for path in REAL:
        rows: list[Mapping[str, Any]] = [
            json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line
        ]
        read = {own.document.id: own for own in read_corpus(path).documents}
        for row in rows:
            if not (row["text"] or "").strip():
                assert not row["mentions"]
                continue
            own = read[row["id"]]
            assert own.document.text == row["text"]
            assert [
                (m.start, m.end, m.latitude, m.longitude, m.optional) for m in own.mentions
            ] == [
                (m["start"], m["end"], m["lat"], m["lon"], bool(m.get("optional")))
                for m in row["mentions"]
            ]


def test_the_same_countries_are_tolerated_as_far() -> None:
    radii = json.loads((SHARED / "tools/country_radius_km.json").read_text(encoding="utf-8"))
    assert {name: country_radius_km(name) for name in radii} == radii
    assert sorted(radii) == sorted(names_in_our_table())


def names_in_our_table() -> list[str]:
    lines = (ROOT / "geo/evaluation/country_radii.csv").read_text(encoding="utf-8").splitlines()
    return [line.rsplit(",", 2)[0].strip('"') for line in lines[1:]]


def noise(corpus: Corpus, seed: int) -> dict[str, tuple[Prediction, ...]]:
    """Return predictions made of the gold: some lost, shifted, moved, doubled, unplaced, added."""
    chance = random.Random(seed)
    found: dict[str, tuple[Prediction, ...]] = {}
    for own in corpus.documents:
        made: list[Prediction] = []
        for mention in own.mentions:
            if chance.random() < 0.1:
                continue
            shift = chance.choice([0, 0, 0, 0, -2, 3])
            north, east = chance.choice([(0, 0), (0, 0), (0.1, 0.1), (1.2, 0.9), (6, 40)])
            placed = chance.random() > 0.05
            made.append(
                Prediction(
                    start=max(0, mention.start + shift),
                    end=mention.end + abs(shift),
                    text=mention.text,
                    latitude=max(-90, min(90, (mention.latitude or 0) + north)) if placed else None,
                    longitude=max(-180, min(180, (mention.longitude or 0) + east))
                    if placed
                    else None,
                    confidence=chance.random(),
                )
            )
        for _ in range(chance.randrange(3)):
            start = chance.randrange(len(own.document.text))
            made.append(
                Prediction(start=start, end=start + 5, text="xxxxx", latitude=1.0, longitude=2.0)
            )
        chance.shuffle(made)
        found[own.document.id] = tuple(made)
    return found


def scored(results: Results) -> dict[str, object]:
    """Return results in the words of the reference scorer."""
    counts = results.counts
    errors = [e for document in results.documents for e in document.errors_km]
    middle = median_km(errors)
    tallies = {
        "exact": Tally(counts.exact_right, counts.exact_false, counts.exact_missed),
        "overlap": Tally(counts.overlap_right, counts.overlap_false, counts.overlap_missed),
        "pin": Tally(
            counts.right,
            counts.placed - counts.right + counts.false_pins,
            counts.linked - counts.right,
        ),
    }
    found: dict[str, object] = {
        key: {
            "p": round(tally.precision, 4),
            "r": round(tally.recall, 4),
            "f1": round(tally.f1, 4),
        }
        for key, tally in tallies.items()
    }
    return found | {
        "resolved": counts.placed,
        "missed": counts.linked - counts.placed,
        "acc161_found": round(results.measures["acc161_found"], 4),
        "acc161_all": round(results.measures["acc161_all"], 4),
        "acc20_found": round(results.measures["acc20_found"], 4),
        "median_km": None if middle is None else round(middle, 2),
        "mean_km": round(results.measures["mean_km"], 1),
        "auc_found": round(results.measures["auc_found"], 4),
        "documents_with_overlapping_spans": counts.nested_documents,
    }
