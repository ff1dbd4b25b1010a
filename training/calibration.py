"""Fit how sure a pin is: from the recognizer's and the ranker's word to one probability.

    python -m training.calibration ../shared/corpora [--recognizer NAME]

Writes `geo/data/calibration.json`: a logistic of both, then a monotone step table (isotonic
regression by pooling neighbors). Every pin on raw text of LGL, GeoWebNews and TUD-Loc counts; it is
right when it overlaps a gold mention and lies within 161 km of it, or in the gold's country. With
`--check` each corpus in turn is left out and its calibration error printed; nothing is written.
"""

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.document import Document, Mention
from geo.gazetteer import open_gazetteer
from geo.geodesy import great_circle_km
from geo.registry import implementation
from geo.resolver.resolver import RankingResolver, certainty

_CORPORA = ("lgl", "gwn", "tud")
_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_Floats = NDArray[np.float64]


def main() -> None:
    """Fit, then write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--recognizer", default="onnx")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    pins = {name: _pins(options.corpora / f"{name}.jsonl", options.recognizer) for name in _CORPORA}
    if options.check:
        for name in _CORPORA:
            x, y = _joined([pins[other] for other in _CORPORA if other != name])
            weights = _logistic(x, y)
            steps = _isotonic(_raw(x, weights), y)
            x, y = _joined([pins[name]])
            _report(name, _calibrated(_raw(x, weights), steps), y)
        return
    x, y = _joined(list(pins.values()))
    weights = _logistic(x, y)
    steps = _isotonic(_raw(x, weights), y)
    _report("all", _calibrated(_raw(x, weights), steps), y)
    data = {
        "weights": [round(float(w), 4) for w in weights],
        "steps": [[round(a, 4), round(b, 4)] for a, b in steps],
    }
    (_DATA / "calibration.json").write_text(json.dumps(data) + "\n", encoding="utf-8")


def _pins(path: Path, recognizer_name: str) -> list[tuple[float, float, bool]]:
    """Return probability, score and rightness of each literal pin on the raw text of a corpus."""
    found = []
    with open_gazetteer() as gazetteer, path.open(encoding="utf-8") as lines:
        recognizer = implementation("geo.recognizers", recognizer_name)(gazetteer)
        resolver = RankingResolver(gazetteer)
        for row in map(json.loads, lines):
            document = Document(text=row["text"], id=row["id"])
            [mentions] = recognizer.recognize([document])
            mentions = [m for m in mentions if m.kind == "literal" and m.role != "organization"]
            ranked = resolver.rank(document, mentions, range(len(mentions)))
            for group, chances in zip(ranked.groups, ranked.probabilities, strict=True):
                if not chances:
                    continue
                best = int(np.argmax(chances))
                place = group.candidates[best].place
                sure = certainty(group, chances)
                for index in group.mentions:
                    right = _is_right(mentions[index], place, row["mentions"])
                    found.append((sure, mentions[index].score, right))
    return found


def _is_right(mention: Mention, place: object, gold: list[dict[str, float]]) -> bool:
    latitude, longitude = place.latitude, place.longitude  # type: ignore[attr-defined]
    reach = max(161.0, place.radius_km or 0) if place.is_country else 161.0  # type: ignore[attr-defined]
    return any(
        g["lat"] is not None
        and g["start"] < mention.end
        and mention.start < g["end"]
        and great_circle_km(latitude, longitude, g["lat"], g["lon"]) <= reach
        for g in gold
    )


def _joined(parts: Sequence[list[tuple[float, float, bool]]]) -> tuple[_Floats, _Floats]:
    rows = [row for part in parts for row in part]
    x = np.array([[1.0, _logit(p), _logit(s)] for p, s, _ in rows])
    return x, np.array([float(right) for *_, right in rows])


def _logit(value: float) -> float:
    clipped = min(0.999, max(0.001, value))
    return math.log(clipped / (1 - clipped))


def _logistic(x: _Floats, y: _Floats) -> _Floats:
    weights = np.zeros(x.shape[1])
    for _ in range(50):  # Newton's method
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(len(weights))
        weights += np.linalg.solve(hessian, x.T @ (y - p))
    return weights


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
    error = 0.0
    for low in np.arange(0, 1, 0.1):
        inside = (p >= low) & (p < low + 0.1 + 1e-9 * (low > 0.85))
        if inside.any():
            error += inside.mean() * abs(p[inside].mean() - y[inside].mean())
    kept = {
        t: (round(float((p >= t).mean()), 3), round(float(y[p >= t].mean()), 3))
        for t in (0.5, 0.8, 0.9)
        if (p >= t).any()
    }
    print(f"{name}: {len(y)} pins, {y.mean():.3f} right, ECE {error:.3f}, kept/right at {kept}")


if __name__ == "__main__":
    main()
