"""Fit how sure a pin on raw text is, from what the recognizer and the ranker say of it.

    python -m training.calibration ../shared/corpora --unseen RUNS [--save FOLDER]

Writes `geo/data/calibration.json`: a logistic of `geo.resolver.calibration.PIN`. Every pin on raw
text of LGL, GeoWebNews and TUD-Loc counts, ranked by trees that did not see its corpus, each corpus
as much as the others; it is right when it overlaps a gold mention and lies within 161 km of it, in
the gold's country, or around it as a region. What `geo evaluate` passes over is passed over here,
too: pins on demonyms and on gold without a point. The recognizer is surer of texts that it was
trained on: `--unseen` gives the folder that `python -m training.recognizer ship` left; see
`training/unseen.py`. What a corpus loses that is left out of all this is measured by
`training/leave_out.py`.
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
from geo.resolver.calibration import PIN, pin
from geo.resolver.resolver import certainty_of, prepare, rank, sections_of
from training import ranker
from training.reliability import calibration_error
from training.unseen import Found, unseen

_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_Floats = NDArray[np.float64]

#: How many pins each corpus counts for.
_COUNT = 1000.0


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
    parser.add_argument("--save", type=Path, help="where rankers are kept and taken from")
    options = parser.parse_args()
    pins: list[Pins] = []
    with open_gazetteer() as gazetteer:
        for name, model in ranker.leave_each_out(gazetteer, options.corpora, options.save):
            ranker.use(model)
            found = unseen(gazetteer, options.corpora, name, options.unseen)
            pins.append(pins_of(gazetteer, found))
            print(f"{name}: {len(found)} documents, {len(pins[-1].right)} pins", flush=True)
    weights = fit(pins)
    _report(pins, weights)
    data = {"pin": PIN, "weights": [round(weight, 4) for weight in weights]}
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
                    known.append(pin(sure, mention, best))
                    right.append(any(_is_right(best.place, g) for g in over))
    return Pins(np.array(known), np.array(right, dtype=float))


def _overlap(mention: Mention, gold: dict[str, Any]) -> bool:
    return bool(gold["start"] < mention.end and mention.start < gold["end"])


def _is_right(place: Place, gold: dict[str, Any]) -> bool:
    return gold["lat"] is not None and great_circle_km(
        place.latitude, place.longitude, gold["lat"], gold["lon"]
    ) <= ranker.tolerance_km(gold["text"], place)


def use(weights: tuple[float, ...]) -> None:
    """Let the resolver say what a pin is worth by weights that are not written."""
    calibration.pin_weights = lambda: weights  # type: ignore[assignment]


def fit(corpora: Sequence[Pins]) -> tuple[float, ...]:
    """Return the weights of `PIN`."""
    known = np.concatenate([pins.known for pins in corpora])
    right = np.concatenate([pins.right for pins in corpora])
    counts = np.concatenate([np.full(len(p.right), _COUNT / len(p.right)) for p in corpora])
    return tuple(float(weight) for weight in ranker.logistic(known, right, counts))


def _report(corpora: Sequence[Pins], weights: tuple[float, ...]) -> None:
    known = np.concatenate([pins.known for pins in corpora])
    y = np.concatenate([pins.right for pins in corpora])
    p = 1 / (1 + np.exp(-known @ np.array(weights)))
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
