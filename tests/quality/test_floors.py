"""What comes out may not become worse than `floors.json` says.

A floor goes up freely, down only with a reason in the change. Those for the corpora need
`../shared`, which is not part of the project; they are measured on every so manieth document.
"""

import warnings
from pathlib import Path

import pytest

from geo.errors import GeoWarning
from geo.evaluation import (
    Corpus,
    Floor,
    Predictions,
    breaches,
    evaluate,
    located,
    predict,
    predictions_of,
    read_corpus,
    read_floors,
)
from geo.gazetteer import SqliteGazetteer
from geo.pipeline import Geoparser
from geo.settings import Settings

HERE = Path(__file__).resolve().parent
#: Where gold lies: ours, and the corpora that are not the project's.
OWN = (HERE.parent / "golden", HERE / "challenge")
CORPORA = HERE.parents[2] / "shared/corpora"

FLOORS = read_floors(HERE / "floors.json")


class Measured:
    """Parses each gold file once for each way it is asked for."""

    def __init__(self, gazetteer: SqliteGazetteer) -> None:
        self._gazetteer = gazetteer
        self._said: dict[object, tuple[Corpus, Predictions]] = {}

    def __call__(self, floor: Floor, path: Path) -> tuple[Corpus, Predictions]:
        settings = Settings(recognizer=floor.recognizer or Settings().recognizer)
        key = (path, floor.sample, floor.rules.given, settings)
        if key not in self._said:
            whole = located(read_corpus(path), self._gazetteer)
            corpus = Corpus(name=whole.name, documents=whole.documents[:: floor.sample])
            with (
                warnings.catch_warnings(),
                Geoparser(settings, gazetteer=self._gazetteer) as parser,
            ):
                # Of languages other than English; those are what one file is about.
                warnings.simplefilter("ignore", GeoWarning)
                said = predictions_of(predict(corpus, parser, given=floor.rules.given))
            self._said[key] = corpus, said
        return self._said[key]


@pytest.fixture(scope="module")
def measured(gazetteer: SqliteGazetteer) -> Measured:
    return Measured(gazetteer)


def label(floor: Floor) -> str:
    rules = floor.rules
    words = [
        floor.gold,
        "given" if rules.given else "raw",
        *(["tolerant"] if rules.tolerant else []),
        *(["demonyms"] if rules.counts_demonyms and not rules.given else []),
        *([floor.recognizer] if floor.recognizer else []),
    ]
    return "-".join(words)


@pytest.mark.parametrize("floor", FLOORS, ids=label)
def test_measures_are_above_their_floors(floor: Floor, measured: Measured) -> None:
    own = [folder / floor.gold for folder in OWN if (folder / floor.gold).is_file()]
    path = own[0] if own else CORPORA / floor.gold
    if not path.is_file():
        assert not any(folder.joinpath(floor.gold).exists() for folder in OWN)
        pytest.skip(f"{floor.gold} is not part of the project and ../shared/corpora is absent")
    corpus, said = measured(floor, path)
    results = evaluate(corpus, said, rules=floor.rules)
    assert breaches([floor], results) == []


def test_our_own_gold_has_floors() -> None:
    held = {floor.gold for floor in FLOORS}
    assert {path.name for folder in OWN for path in folder.glob("*.jsonl")} <= held


def test_floors_are_floors() -> None:
    for floor in FLOORS:
        assert floor.at_least or floor.at_most, f"{label(floor)} asks for nothing"
