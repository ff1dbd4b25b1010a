"""Fit how sure a pin on raw text is, from what the recognizer and the ranker say of it.

    python -m training.calibration ../shared/corpora [--unseen RUNS] [--check]

Writes `geo/data/calibration.json`: a logistic of `geo.resolver.calibration.PIN`, then a monotone
table (isotonic regression by pooling neighbors). Every pin on raw text of LGL, GeoWebNews and
TUD-Loc counts, ranked by trees that did not see its corpus; it is right when it overlaps a gold
mention and lies within 161 km of it, in the gold's country, or around it as a region. With
`--check` each corpus in turn is left out of the fit, too, what it then says is printed, and nothing
is written. The recognizer is surer of texts that it was trained on: `--unseen` gives the folder
that `python -m training.recognizer ship` left, with those that did not see LGL or GeoWebNews.
"""

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.document import Document, Mention
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.geodesy import great_circle_km
from geo.place import Place
from geo.registry import make_recognizer
from geo.resolver.calibration import pin
from geo.resolver.resolver import certainty_of, prepare, rank, sections_of
from training import ranker

_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_Floats = NDArray[np.float64]


class Found(NamedTuple):
    """A document, what the recognizer finds in it, and its gold."""

    document: Document
    mentions: list[Mention]
    gold: list[dict[str, Any]]


def main() -> None:
    """Fit, then write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--recognizer", default="onnx")
    parser.add_argument(
        "--unseen", type=Path, help="recognizers that did not see LGL and GWN: the folder of a ship"
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    pins: dict[str, tuple[_Floats, _Floats]] = {}
    with open_gazetteer() as gazetteer:
        for name, model in ranker.leave_each_out(gazetteer, options.corpora):
            ranker.use(model)
            recognizer, step = options.recognizer, 1
            if options.unseen and name in _UNSEEN:
                run, step = _UNSEEN[name]
                recognizer = f"{recognizer}:{options.unseen / run / 'recognizer.onnx'}"
            path = options.corpora / f"{name}.jsonl"
            found = recognized(gazetteer, path, recognizer, step=step)
            pins[name] = _pins(gazetteer, found)
    if options.check:
        for name, (x, y) in pins.items():
            others = _joined([pins[other] for other in pins if other != name])
            weights, steps = fit(*others)
            _report(name, _calibrated(_raw(x, weights), steps), y)
        return
    x, y = _joined(list(pins.values()))
    weights, steps = fit(x, y)
    _report("all", _calibrated(_raw(x, weights), steps), y)
    data = {
        "weights": [round(float(w), 4) for w in weights],
        "steps": [[round(a, 4), round(b, 4)] for a, b in steps],
    }
    (_DATA / "calibration.json").write_text(json.dumps(data) + "\n", encoding="utf-8")


#: The run that did not see a corpus, and each how manieth document of it. Of LGL a fifth: a run
#: that saw none of it marks streets and schools, as LGL does not, and as what ships does not.
_UNSEEN = {"lgl": ("fold-0", 5), "gwn": ("without-gwn", 1)}


def recognized(
    gazetteer: SqliteGazetteer, path: Path, recognizer_name: str, *, step: int = 1
) -> list[Found]:
    """Return what the recognizer finds in each `step`-th document, demonyms left out."""
    recognizer = make_recognizer(recognizer_name, gazetteer)
    found = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, itertools.islice(lines, 0, None, step)):
            document = Document(text=row["text"], id=row["id"])
            [mentions] = recognizer.recognize([document])
            kept = [m for m in mentions if m.kind == "literal" and m.role != "organization"]
            found.append(Found(document, kept, row["mentions"]))
    return found


def _pins(gazetteer: SqliteGazetteer, found: Sequence[Found]) -> tuple[_Floats, _Floats]:
    """Return what is known of each pin on raw text, and whether it is right."""
    x: list[tuple[float, ...]] = []
    y: list[bool] = []
    for document, mentions, gold in found:
        for indices in sections_of(document, mentions):
            section = prepare(gazetteer, document, mentions, indices)
            for group, ranked in zip(section.groups, rank(section), strict=True):
                if not ranked.candidates:
                    continue
                best = ranked.candidates[0]
                sure = certainty_of(group, ranked)
                for index in group.mentions:
                    mention = mentions[index]
                    x.append(pin(sure, mention.score, is_near=best.match == "near"))
                    y.append(_is_right(mention, best.place, gold))
    return np.array(x), np.array(y, dtype=float)


def _is_right(mention: Mention, place: Place, gold: Sequence[dict[str, Any]]) -> bool:
    return any(
        g["lat"] is not None
        and g["start"] < mention.end
        and mention.start < g["end"]
        and great_circle_km(place.latitude, place.longitude, g["lat"], g["lon"])
        <= ranker.tolerance_km(g["text"], place)
        for g in gold
    )


def _joined(parts: Sequence[tuple[_Floats, _Floats]]) -> tuple[_Floats, _Floats]:
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def fit(x: _Floats, y: _Floats) -> tuple[_Floats, list[tuple[float, float]]]:
    """Return the weights of the logistic, and the points of the monotone curve behind it."""
    weights = ranker.logistic(x, y)
    return weights, _isotonic(_raw(x, weights), y)


def _raw(x: _Floats, weights: _Floats) -> _Floats:
    raw: _Floats = 1 / (1 + np.exp(-x @ weights))
    return raw


def _isotonic(raw: _Floats, y: _Floats) -> list[tuple[float, float]]:
    """Return points of a monotone curve: bins of 60 pins, pooled where they fall."""
    order = np.argsort(raw, kind="stable")
    blocks = [
        [float(raw[part].mean()), float(y[part].mean()), len(part)]
        for part in np.array_split(order, max(2, len(order) // 60))
    ]
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][1] >= pooled[-1][1]:
            b, a = pooled.pop(), pooled.pop()
            n = a[2] + b[2]
            pooled.append([(a[0] * a[2] + b[0] * b[2]) / n, (a[1] * a[2] + b[1] * b[2]) / n, n])
    return [(a, b) for a, b, _ in pooled]


def _calibrated(raw: _Floats, steps: list[tuple[float, float]]) -> _Floats:
    return np.interp(raw, [a for a, _ in steps], [b for _, b in steps])


def _report(name: str, p: _Floats, y: _Floats) -> None:
    kept = {
        t: (round(float((p >= t).mean()), 3), round(float(y[p >= t].mean()), 3))
        for t in (0.5, 0.8, 0.9)
        if (p >= t).any()
    }
    print(
        f"{name}: {len(y)} pins, {y.mean():.3f} right, calibration error "
        f"{ranker.calibration_error(p, y):.3f}, kept and right at {kept}"
    )


if __name__ == "__main__":
    main()
