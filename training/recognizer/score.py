"""Score a recognizer on gold documents: exact spans and overlaps, optional mentions left aside."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geo.document import Document
from geo.protocols import Gazetteer, Recognizer
from geo.recognizers.learned import LearnedRecognizer
from geo.recognizers.onnx import OnnxRecognizer
from training.reliability import calibration_error

__all__ = ["predict", "score"]

_Row = dict[str, Any]  # Any: a line of JSON


def predict(model: Path, gold: Path, *, gazetteer: Gazetteer | None = None) -> list[_Row]:
    """Return `{"id", "mentions"}` of each gold document, literal mentions only.

    With a gazetteer as the product finds them, without as the network and its rules alone do.
    """
    rows = _rows(gold)
    recognizer: Recognizer = OnnxRecognizer(model)
    if gazetteer is not None:
        recognizer = LearnedRecognizer(gazetteer, model=model)
    found = recognizer.recognize([Document(text=row["text"], id=row["id"]) for row in rows])
    return [
        {
            "id": row["id"],
            "mentions": [
                {"start": m.start, "end": m.end, "text": m.text, "role": m.role, "score": m.score}
                for m in mentions
                if m.kind == "literal" and m.role != "organization"
            ],
        }
        for row, mentions in zip(rows, found, strict=True)
    ]


def score(gold: Path, predicted: Sequence[_Row]) -> dict[str, Any]:
    """Return precision, recall and F1 of exact spans and of overlaps, and how far scores err.

    A score is the probability that the mention overlaps a gold one; its error is taken in ten bins.
    """
    exact, overlap = [0, 0, 0], [0, 0, 0]  # right, false, missed
    sure: list[float] = []
    right: list[bool] = []
    mentions = {row["id"]: row["mentions"] for row in predicted}
    for row in _rows(gold):
        found = [(m["start"], m["end"]) for m in mentions[row["id"]]]
        required = {(m["start"], m["end"]) for m in row["mentions"] if not m.get("optional")}
        optional = {(m["start"], m["end"]) for m in row["mentions"] if m.get("optional")}
        exact[0] += len(required & set(found))
        exact[1] += len(set(found) - required - optional)
        exact[2] += len(required - set(found))
        hit = sum(_meets(span, found) for span in required)
        overlap[0] += hit
        overlap[1] += sum(not _meets(span, required | optional) for span in found)
        overlap[2] += len(required) - hit
        for m in mentions[row["id"]]:
            if (m["start"], m["end"]) not in optional:
                sure.append(m["score"])
                right.append(_meets((m["start"], m["end"]), required))
    error = calibration_error(np.array(sure), np.array(right, dtype=float))
    return {
        "exact": _rates(*exact),
        "overlap": _rates(*overlap),
        "score's error": round(error, 4),
    }


def _meets(span: tuple[int, int], others: Sequence[tuple[int, int]] | set[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _rates(right: int, false: int, missed: int) -> dict[str, float]:
    return {
        "precision": round(right / max(1, right + false), 4),
        "recall": round(right / max(1, right + missed), 4),
        "f1": round(2 * right / max(1, 2 * right + false + missed), 4),
    }


def _rows(path: Path) -> list[_Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
