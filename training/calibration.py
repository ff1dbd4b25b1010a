"""Fit how sure a pin on raw text is, from what the recognizer and the ranker say of it.

    python -m training.calibration ../shared/corpora --unseen RUNS [--check]

Writes `geo/data/calibration.json`: a logistic of `geo.resolver.calibration.PIN`, then a monotone
table (isotonic regression by pooling neighbors). Every pin on raw text of LGL, GeoWebNews and
TUD-Loc counts, ranked by trees that did not see its corpus; it is right when it overlaps a gold
mention and lies within 161 km of it, in the gold's country, or around it as a region. What `geo
evaluate` passes over is passed over here, too: pins on demonyms and on gold without a point. With
`--check` each corpus in turn is left out of the fit, too, what it then says is printed, and nothing
is written. The recognizer is surer of texts that it was trained on: `--unseen` gives the folder
that `python -m training.recognizer ship` left; see `training/unseen.py`.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.document import Mention
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.geodesy import great_circle_km
from geo.place import Place
from geo.resolver import calibration
from geo.resolver.calibration import pin
from geo.resolver.resolver import certainty_of, prepare, rank, sections_of
from training import ranker
from training.reliability import calibration_error
from training.unseen import Found, unseen

_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_Floats = NDArray[np.float64]


class Pins(NamedTuple):
    """What is known of pins on raw text, and whether each is right."""

    known: _Floats  #: shape (pins, len(PIN))
    right: _Floats


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument(
        "--unseen", type=Path, required=True, metavar="RUNS", help="the folder of a ship"
    )
    options = parser.parse_args()
    pins: list[Pins] = []
    with open_gazetteer() as gazetteer:
        for name, model in ranker.leave_each_out(gazetteer, options.corpora):
            ranker.use(model)
            found = unseen(gazetteer, options.corpora, name, options.unseen)
            pins.append(pins_of(gazetteer, found))
            print(f"{name}: {len(found)} documents, {len(pins[-1].right)} pins", flush=True)
    data = fit(joined(pins))
    _report(joined(pins), data)
    (_DATA / "calibration.json").write_text(json.dumps(data) + "\n", encoding="utf-8")


def pins_of(gazetteer: SqliteGazetteer, found: Sequence[Found]) -> Pins:
    """Return the pins on raw text, those on demonyms and on gold without a point left aside."""
    known: list[tuple[float, ...]] = []
    right: list[bool] = []
    for document, mentions, gold in found:
        mentions = [m for m in mentions if m.kind == "literal" and m.role != "organization"]
        for indices in sections_of(document, mentions):
            section = prepare(gazetteer, document, mentions, indices)
            for group, ranked in zip(section.groups, rank(section), strict=True):
                if not ranked.candidates:
                    continue
                best = ranked.candidates[0]
                sure = certainty_of(group, ranked)
                for index in group.mentions:
                    mention = mentions[index]
                    over = [g for g in gold if _overlap(mention, g)]
                    if over and all(g.get("optional") or g["lat"] is None for g in over):
                        continue
                    known.append(pin(sure, mention.score, is_near=best.match == "near"))
                    right.append(any(_is_right(best.place, g) for g in over))
    return Pins(np.array(known), np.array(right, dtype=float))


def _overlap(mention: Mention, gold: dict[str, Any]) -> bool:
    return bool(gold["start"] < mention.end and mention.start < gold["end"])


def _is_right(place: Place, gold: dict[str, Any]) -> bool:
    return gold["lat"] is not None and great_circle_km(
        place.latitude, place.longitude, gold["lat"], gold["lon"]
    ) <= ranker.tolerance_km(gold["text"], place)


def joined(parts: Sequence[Pins]) -> Pins:
    """Return all pins in one."""
    return Pins(
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.right for part in parts]),
    )


def use(data: dict[str, list[Any]]) -> None:
    """Let the resolver say what a pin is worth by a fit that is not written."""
    calibration.table = lambda: data  # type: ignore[assignment]


def fit(pins: Pins) -> dict[str, list[Any]]:
    """Return the weights of the logistic, and the points of the monotone curve behind it."""
    weights = ranker.logistic(pins.known, pins.right)
    steps = _isotonic(_raw(pins.known, weights), pins.right)
    return {
        "weights": [round(float(w), 4) for w in weights],
        "steps": [[round(a, 4), round(b, 4)] for a, b in steps],
    }


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


def _report(pins: Pins, data: dict[str, list[Any]]) -> None:
    raw = _raw(pins.known, np.array(data["weights"]))
    p, y = np.interp(raw, *np.transpose(data["steps"])), pins.right
    kept = {
        t: (round(float((p >= t).mean()), 3), round(float(y[p >= t].mean()), 3))
        for t in (0.5, 0.8, 0.9)
        if (p >= t).any()
    }
    print(
        f"{len(y)} pins, {y.mean():.3f} right, calibration error "
        f"{calibration_error(p, y):.3f}, kept and right at {kept}"
    )


if __name__ == "__main__":
    main()
