"""Measure the resolver on each corpus with a model that did not see it.

    python -m training.leave_out ../shared/corpora [--raw] [--save FOLDER]

For LGL, GeoWebNews and TUD-Loc in turn the ranker is fitted on the other two and on made-up news,
and `geo.evaluation` measures it with the names given: strictly, tolerantly, with the outlet told
where gold has one, and broken down by continent, feature class and ambiguity. With `--raw` from raw
text, too; the shipped recognizer and calibration may have seen the corpus there. `--save` keeps the
models (pickled), and takes those that are there.
"""

import argparse
import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from geo.document import ParsedDocument
from geo.evaluation import (
    Corpus,
    Rules,
    evaluate,
    located,
    predict,
    predictions_of,
    read_corpus,
    with_outlets,
)
from geo.evaluation.report import group_rows, lines
from geo.evaluation.traits import Traits
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.geodesy import great_circle_km
from geo.pipeline import Geoparser
from geo.settings import Settings
from training import ranker


def main() -> None:
    """Fit and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--raw", action="store_true")
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    with open_gazetteer() as gazetteer:
        for name, model in models(gazetteer, options.corpora, options.save):
            ranker.use(model)
            corpus = located(read_corpus(options.corpora / f"{name}.jsonl"), gazetteer)
            with Geoparser(Settings(), gazetteer=gazetteer) as geoparser:
                _measure(name, corpus, geoparser, gazetteer)
                if options.raw:
                    said = predictions_of(predict(corpus, geoparser))
                    print(f"\n{name}, from raw text, tolerant")
                    for line in lines(evaluate(corpus, said, rules=Rules(tolerant=True))):
                        print(line)


def models(
    gazetteer: SqliteGazetteer, corpora: Path, saved: Path | None
) -> Iterator[tuple[str, ranker.Model]]:
    """Yield each corpus with a model that did not see it, saved ones where they are."""
    paths = {name: saved / f"{name}.pickle" for name in ranker.CORPORA} if saved else {}
    if paths and all(path.exists() for path in paths.values()):
        for name, path in paths.items():
            yield name, pickle.loads(path.read_bytes())
        return
    for name, model in ranker.leave_each_out(gazetteer, corpora):
        if saved:
            saved.mkdir(parents=True, exist_ok=True)
            paths[name].write_bytes(pickle.dumps(model))
        yield name, model


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
