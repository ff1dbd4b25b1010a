"""Measures: equal to those of the reference scorer, additive, and right on cases by hand."""

from dataclasses import replace
from functools import reduce
from operator import add
from pathlib import Path

import pytest

from geo.evaluation import (
    Corpus,
    Prediction,
    Predictions,
    Rules,
    Traits,
    evaluate,
    pooled,
    read_corpus,
    read_predictions,
)
from geo.evaluation.judging import judge
from geo.evaluation.metrics import (
    Counts,
    Tally,
    calibration_error,
    counts_of,
    median_km,
    pins_above,
    reliability,
)
from geo.evaluation.tolerance import country_radius_km
from geo.testing import MemoryGazetteer

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/evaluation"

#: What the reference scorer says of predicted.jsonl against gold.jsonl, by (given, tolerant).
SCORED = {
    (False, False): {
        "exact": (0.6154, 0.7273, 0.6667),
        "overlap": (0.8462, 1.0, 0.9167),
        "acc161_found": 0.5556,
        "acc161_all": 0.5,
        "acc20_found": 0.5556,
        "median_km": 1.38,
        "mean_km": 1202.8,
        "auc_found": 0.3299,
        "pin": (0.5, 0.5, 0.5),
    },
    (True, False): {
        "exact": (0.6429, 0.75, 0.6923),
        "overlap": (0.8571, 1.0, 0.9231),
        "acc161_found": 0.6,
        "acc161_all": 0.5455,
        "acc20_found": 0.6,
        "median_km": 1.38,
        "mean_km": 1082.5,
        "auc_found": 0.2969,
        "pin": (0.5455, 0.5455, 0.5455),
    },
    (False, True): {
        "exact": (0.6154, 0.7273, 0.6667),
        "overlap": (0.8462, 1.0, 0.9167),
        "acc161_found": 0.6667,
        "acc161_all": 0.6,
        "acc20_found": 0.5556,
        "median_km": 1.38,
        "mean_km": 1191.7,
        "auc_found": 0.3222,
        "pin": (0.6, 0.6, 0.6),
    },
    (True, True): {
        "exact": (0.6429, 0.75, 0.6923),
        "overlap": (0.8571, 1.0, 0.9231),
        "acc161_found": 0.7,
        "acc161_all": 0.6364,
        "acc20_found": 0.6,
        "median_km": 1.38,
        "mean_km": 1072.6,
        "auc_found": 0.29,
        "pin": (0.6364, 0.6364, 0.6364),
    },
}


@pytest.fixture(scope="module")
def gold() -> Corpus:
    return read_corpus(FIXTURES / "gold.jsonl")


@pytest.fixture(scope="module")
def predicted() -> Predictions:
    return read_predictions(FIXTURES / "predicted.jsonl")


def triple(tally: Tally) -> tuple[float, float, float]:
    return (round(tally.precision, 4), round(tally.recall, 4), round(tally.f1, 4))


@pytest.mark.parametrize(("given", "tolerant"), SCORED)
def test_measures_equal_those_of_the_reference_scorer(
    gold: Corpus, predicted: Predictions, given: bool, tolerant: bool
) -> None:
    results = evaluate(gold, predicted, rules=Rules(given=given, tolerant=tolerant))
    counts, found = results.counts, results.measures
    expected = SCORED[given, tolerant]
    exact = Tally(counts.exact_right, counts.exact_false, counts.exact_missed)
    overlap = Tally(counts.overlap_right, counts.overlap_false, counts.overlap_missed)
    assert triple(exact) == expected["exact"]
    assert triple(overlap) == expected["overlap"]
    for name in ("acc161_found", "acc161_all", "acc20_found", "auc_found"):
        assert round(found[name], 4) == expected[name]
    assert round(found["median_km"], 2) == expected["median_km"]
    assert round(found["mean_km"], 1) == expected["mean_km"]
    assert expected["pin"] == tuple(
        round(found[f"pin_{name}"], 4) for name in ("precision", "recall", "f1")
    )


def test_demonyms_of_both_sides_are_left_aside_unless_asked_for(gold: Corpus) -> None:
    run = read_predictions(FIXTURES / "run_b.jsonl")
    without = evaluate(gold, run, rules=Rules()).counts
    with_them = evaluate(gold, run, rules=Rules(demonyms=True)).counts
    assert (without.exact_right, without.exact_missed, without.linked) == (4, 7, 10)
    assert (with_them.exact_right, with_them.exact_missed, with_them.linked) == (5, 7, 11)
    assert (without.exact_false, with_them.exact_false) == (0, 0)


def test_given_names_count_demonyms_unless_told_otherwise(gold: Corpus) -> None:
    assert evaluate(gold, {}, rules=Rules(given=True)).counts.linked == 11
    assert evaluate(gold, {}, rules=Rules(given=True, demonyms=False)).counts.linked == 10


def test_given_names_tell_nothing_of_recognition(gold: Corpus, predicted: Predictions) -> None:
    found = evaluate(gold, predicted, rules=Rules(given=True), resamples=20)
    assert not any(name.startswith(("exact_f", "overlap")) for name in found.measures)
    assert set(found.intervals) <= set(found.measures)


def test_gold_without_points_gives_recognition_only() -> None:
    corpus = read_corpus(FIXTURES / "sentences.conll")
    own = corpus.documents[0]
    said = {
        own.document.id: (
            Prediction(start=19, end=27, text="New Ross", latitude=0.0, longitude=0.0),
        )
    }
    found = evaluate(corpus, said, rules=Rules()).measures
    assert set(found) == {
        f"{a}_{b}" for a in ("exact", "overlap") for b in ("precision", "recall", "f1")
    }
    assert (found["exact_precision"], found["exact_recall"]) == (1.0, 1 / 3)


def test_the_radius_of_the_gold_itself_is_tolerated(gold: Corpus) -> None:
    own = gold.documents[3]
    [_, cavan] = own.mentions
    far = Prediction(start=cavan.start, end=cavan.end, text="Cavan", latitude=51.5, longitude=-7.36)
    strict = judge(own, [far], Rules()).judgments[0]
    wide = replace(own, mentions=(replace(cavan, radius_km=300.0),))
    lenient = judge(wide, [far], Rules()).judgments[0]
    assert (strict.is_right, lenient.is_right, lenient.error_km) == (False, True, 100.0)


def test_counts_of_documents_add_up_to_those_of_the_corpus(
    gold: Corpus, predicted: Predictions
) -> None:
    rules = Rules(tolerant=True)
    each = [
        counts_of(judge(own, predicted.get(own.document.id, ()), rules)) for own in gold.documents
    ]
    whole = evaluate(gold, predicted, rules=rules).counts
    assert reduce(add, each).vector() == pytest.approx(whole.vector())
    assert reduce(add, reversed(each)).vector() == pytest.approx(whole.vector())
    assert Counts.of(whole.vector()) == whole


def test_pooled_results_are_those_of_all_documents(gold: Corpus, predicted: Predictions) -> None:
    one = evaluate(gold, predicted, rules=Rules())
    both = pooled([one, one])
    assert both.name == "pooled"
    assert both.counts.linked == 2 * one.counts.linked
    assert both.measures["acc161_all"] == one.measures["acc161_all"]


def test_pins_by_confidence_begin_with_all_pins(gold: Corpus, predicted: Predictions) -> None:
    results = evaluate(gold, predicted, rules=Rules())
    everything = pins_above(results.counts, 0.0)
    assert everything.precision == results.measures["pin_precision"]
    assert everything.recall == results.measures["pin_recall"]
    sure = pins_above(results.counts, 0.95)
    assert (sure.right, sure.false) == (3, 0)
    assert results.measures["pin_precision@0.9"] == 1.0
    assert results.measures["kept@0.9"] == 3 / 10


@pytest.mark.parametrize("confidence", [0.05, 0.15, 0.35, 0.55, 0.7, 0.85, 0.95])
def test_a_pin_of_a_cut_is_above_it(confidence: float, gold: Corpus) -> None:
    own = gold.documents[3]
    [_, cavan] = own.mentions
    pin = Prediction(
        start=cavan.start,
        end=cavan.end,
        text="Cavan",
        latitude=cavan.latitude,
        longitude=cavan.longitude,
        confidence=confidence,
    )
    counts = counts_of(judge(own, [pin], Rules()))
    assert pins_above(counts, confidence).right == 1
    assert round(confidence + 0.05, 2) >= 1 or pins_above(counts, confidence + 0.05).right == 0


def test_calibration_compares_what_is_said_with_what_is_right() -> None:
    counts = Counts(
        linked=10,
        bin_pins=(0,) * 10 + (4,) + (0,) * 7 + (6, 0),
        bin_right=(0,) * 10 + (1,) + (0,) * 7 + (6, 0),
        bin_confidence=(0.0,) * 10 + (2.0,) + (0.0,) * 7 + (5.4, 0.0),
    )
    assert list(reliability(counts)) == [
        (0.5, 0.6, 4, 0.5, 0.25),
        (0.9, 1.0, 6, pytest.approx(0.9), 1.0),
    ]
    assert calibration_error(counts) == pytest.approx(0.4 * 0.25 + 0.6 * 0.1)


def test_without_confidence_nothing_is_said_of_calibration(gold: Corpus) -> None:
    said = {"unlinked": (Prediction(start=0, end=3, text="The", latitude=1.0, longitude=1.0),)}
    assert "calibration_error" not in evaluate(gold, said, rules=Rules()).measures


def test_median_is_the_upper_one() -> None:
    assert (median_km([3.0, 1.0, 2.0, 9.0]), median_km([])) == (3.0, None)


def test_intervals_hold_the_value_and_repeat(gold: Corpus, predicted: Predictions) -> None:
    first, second = (evaluate(gold, predicted, rules=Rules(), resamples=300) for _ in range(2))
    assert first.intervals == second.intervals
    assert set(first.intervals) == set(first.measures)
    for name in ("acc161_all", "exact_f1", "pin_f1", "median_km"):
        low, high = first.intervals[name]
        assert low <= first.measures[name] <= high
        assert low < high


def test_groups_tell_where_which_class_and_how_ambiguous(
    gold: Corpus, predicted: Predictions
) -> None:
    results = evaluate(
        gold, predicted, rules=Rules(demonyms=True), describe=Traits(MemoryGazetteer()), resamples=9
    )
    continents = {row.value: (row.linked, row.right) for row in results.groups("continent")}
    assert continents["Asia"] == (3, 3)  # the others lie far from any place it knows
    assert sum(linked for linked, _ in continents.values()) == results.counts.linked
    names = {row.value: row.linked for row in results.groups("name")}
    assert names == {"names": 10, "demonyms and adjectives": 1}
    candidates = {row.value: row.linked for row in results.groups("candidates")}
    assert candidates == {"none": 9, "1": 2}
    assert all(row.interval is not None for row in results.groups("country"))


def test_worst_errors_are_joined_by_name_and_place(gold: Corpus, predicted: Predictions) -> None:
    results = pooled([evaluate(gold, predicted, rules=Rules())] * 2)
    worst = results.costliest(2)
    assert [(pin.text, pin.count) for pin in worst] == [("Paris", 2), ("Canada", 2)]
    assert results.false_alarms(1)[0].text == "bus"
    assert results.misses(5) == [("Sary-Tash", 2)]


@pytest.mark.parametrize(
    ("name", "radius_km"),
    [("Netherlands", 115), ("The Netherlands", 115), ("U.S.", 1751), ("texas", 0), ("Us", 1751)],
)
def test_countries_by_their_common_names_are_tolerated(name: str, radius_km: float) -> None:
    assert country_radius_km(name) == radius_km
