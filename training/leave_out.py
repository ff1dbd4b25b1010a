"""Measure on each corpus what was made without it.

    python -m training.leave_out ../shared/corpora [--unseen RUNS] [--save FOLDER]

For LGL, GeoWebNews and TUD-Loc in turn the ranker is fitted on the other two and on made-up news,
and `geo.evaluation` measures it with the names given: strictly, tolerantly, with the outlet told
where gold has one, and broken down by continent, feature class and ambiguity. With `--unseen` from
raw text, too, nothing of it having seen the corpus: the recognizer is the run of `python -m
training.recognizer ship` in that folder that left the corpus out, and the calibration is fitted on
the other two, as `training/calibration.py` does. `--save` keeps the rankers (pickled), and takes
those that are there.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from geo.document import ParsedDocument
from geo.evaluation import (
    Corpus,
    Predictions,
    Rules,
    evaluate,
    located,
    predict,
    predictions_of,
    read_corpus,
    with_outlets,
)
from geo.evaluation.report import described, group_rows, lines
from geo.evaluation.traits import Traits
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.geodesy import great_circle_km
from geo.pipeline import Geoparser
from geo.settings import Settings
from training import calibration, ranker
from training.unseen import unseen, without


def main() -> None:
    """Fit and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--unseen", type=Path, metavar="RUNS")
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    with open_gazetteer() as gazetteer:
        rankers = dict(ranker.leave_each_out(gazetteer, options.corpora, options.save))
        corpora = {
            name: located(read_corpus(options.corpora / f"{name}.jsonl"), gazetteer)
            for name in rankers
        }
        for name, model in rankers.items():
            ranker.use(model)
            with Geoparser(Settings(), gazetteer=gazetteer) as geoparser:
                _measure(name, corpora[name], geoparser, gazetteer)
        if options.unseen:
            pins = {}
            for name, model in rankers.items():
                ranker.use(model)
                found = unseen(gazetteer, options.corpora, name, options.unseen)
                pins[name] = calibration.pins_of(gazetteer, found)
            for name, model in rankers.items():
                ranker.use(model)
                others = [pins[other] for other in rankers if other != name]
                calibration.use(calibration.fit(others))
                settings = Settings(recognizer=without(name, options.unseen))
                with Geoparser(settings, gazetteer=gazetteer) as geoparser:
                    _measure_raw(name, corpora[name], geoparser)


def _measure(name: str, corpus: Corpus, geoparser: Geoparser, gazetteer: SqliteGazetteer) -> None:
    parsed = list(predict(corpus, geoparser, given=True))
    said = predictions_of(parsed)
    traits = Traits(gazetteer)
    for tolerant in (False, True):
        rules = Rules(given=True, tolerant=tolerant)
        results = evaluate(corpus, said, rules=rules, describe=traits)
        print(f"\n{name}, names given{', tolerant' if tolerant else ''}")
        for line in lines(results):
            print(line)
    for row in group_rows(results, countries=0):
        print("  ", *row[:5])
    print("  ", _near(corpus, parsed))
    told = with_outlets(corpus)
    if any(gold.document.hints.outlet for gold in told.documents):
        said = predictions_of(predict(told, geoparser, given=True))
        print(f"\n{name}, names given, outlet told")
        for line in lines(evaluate(told, said, rules=Rules(given=True))):
            print(line)


def _measure_raw(name: str, corpus: Corpus, geoparser: Geoparser) -> None:
    said = predictions_of(predict(corpus, geoparser))
    for rules in (Rules(), Rules(demonyms=True), Rules(tolerant=True)):
        show(name, corpus, said, rules)
    told = with_outlets(corpus)
    if any(gold.document.hints.outlet for gold in told.documents):
        show(name, told, predictions_of(predict(told, geoparser)), Rules(), "outlet told")


def show(name: str, corpus: Corpus, said: Predictions, rules: Rules, *more: str) -> None:
    """Print how right predictions are by some rules."""
    print(f"\n{', '.join([name, *described(rules), *more])}")
    for line in lines(evaluate(corpus, said, rules=rules)):
        print(line)


def _near(corpus: Corpus, parsed: Sequence[ParsedDocument]) -> str:
    """Say how far off names are that are placed by what they are named with."""
    km = [
        great_circle_km(r.place.latitude, r.place.longitude, gold.latitude, gold.longitude)
        for own, document in zip(corpus.documents, parsed, strict=True)
        for gold, r in zip(own.mentions, document.resolutions, strict=True)
        if r.approximate and r.place and gold.latitude is not None and gold.longitude is not None
    ]
    if not km:
        return "no name is placed by what it is named with"
    right = np.mean(np.array(km) <= 161)
    return (
        f"{len(km)} by what they are named with: {right:.2f} right, median {np.median(km):.0f} km"
    )


if __name__ == "__main__":
    main()
