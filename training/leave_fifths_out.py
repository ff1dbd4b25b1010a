"""Measure on each fifth of the corpora what was made without it.

    python -m training.leave_fifths_out ../shared/corpora --unseen RUNS

What a corpus loses that is left out as a whole is measured by `training/leave_out.py`; this is what
is to be expected of other texts of the same papers. Of each fold the ranker is fitted on the other
four of LGL, GeoWebNews and TUD-Loc and on made-up news; the recognizer is the run `fold-K` of
`python -m training.recognizer ship` in RUNS. The calibration is the shipped one. Names given and
from raw text, with the outlet told where gold has one; the folds of a corpus are measured together.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from geo.document import ParsedDocument
from geo.evaluation import (
    Corpus,
    Rules,
    located,
    predict,
    predictions_of,
    read_corpus,
    with_outlets,
)
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.pipeline import Geoparser
from geo.settings import Settings
from training import ranker
from training.leave_out import show
from training.recognizer.corpora import FOLDS, GEOPARSING
from training.unseen import recognizer_of

_Parsed = dict[str, list[ParsedDocument]]


def main() -> None:
    """Fit, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--unseen", type=Path, metavar="RUNS", required=True)
    options = parser.parse_args()
    with open_gazetteer() as gazetteer:
        corpora = {
            name: located(read_corpus(options.corpora / f"{name}.jsonl"), gazetteer)
            for name in ranker.CORPORA
        }
        parsed: dict[str, _Parsed] = {name: defaultdict(list) for name in corpora}
        for fold, model in enumerate(_models(gazetteer, options.corpora)):
            ranker.use(model)
            for name, corpus in corpora.items():
                part = replace(corpus, documents=corpus.documents[fold::FOLDS])
                run = options.unseen / f"fold-{fold}"
                recognizer = recognizer_of(run) if name in GEOPARSING else "onnx"
                with Geoparser(Settings(recognizer=recognizer), gazetteer=gazetteer) as geoparser:
                    parsed[name]["given"] += predict(part, geoparser, given=True)
                    parsed[name]["raw"] += predict(part, geoparser)
                    if name == "lgl":
                        parsed[name]["told"] += predict(with_outlets(part), geoparser)
    for name, corpus in corpora.items():
        in_folds = [d for fold in range(FOLDS) for d in corpus.documents[fold::FOLDS]]
        _report(replace(corpus, documents=in_folds), parsed[name])


def _models(gazetteer: SqliteGazetteer, corpora: Path) -> Iterator[ranker.Model]:
    """Yield for each fold a model that saw none of its documents."""
    sections = [one for part in ranker.labelled(gazetteer, corpora).values() for one in part]
    made_up = list(ranker.made_up_sections(gazetteer))
    for fold in range(FOLDS):
        others = [one for one in sections if one.document // len(ranker.CORPORA) % FOLDS != fold]
        yield ranker.train([*others, *made_up])


def _report(corpus: Corpus, parsed: _Parsed) -> None:
    for how, rules in (
        ("given", Rules(given=True)),
        ("raw", Rules()),
        ("raw", Rules(demonyms=True)),
        ("raw", Rules(tolerant=True)),
        ("told", Rules()),
    ):
        if parsed[how]:
            told = ["outlet told"] if how == "told" else []
            show(corpus.name, corpus, predictions_of(parsed[how]), rules, *told)


if __name__ == "__main__":
    main()
