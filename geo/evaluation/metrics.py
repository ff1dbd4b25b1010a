"""Counts of one document, which add up to those of a corpus, and the measures they give."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from geo.evaluation.judging import NEAR_KM, Judged

__all__ = [
    "BINS",
    "THRESHOLDS",
    "Counts",
    "Tally",
    "calibration_error",
    "counts_of",
    "measures",
    "median_km",
    "pins_above",
    "reliability",
]

#: Bins of confidence, each a twentieth wide.
BINS = 20
#: Confidences at which pins are cut.
THRESHOLDS = tuple(n / BINS for n in range(BINS))
#: Cuts that `measures` names: hollow pins begin at 0.5, solid ones at 0.8.
_NAMED_CUTS = (0.5, 0.7, 0.8, 0.9)

#: Half of Earth's circumference, km: the largest error there is, and that of a miss.
_FARTHEST_KM = 20039.0
_LOG_FARTHEST = math.log(20040)


@dataclass(frozen=True, slots=True)
class Tally:
    """Right ones, false alarms and misses."""

    right: float
    false: float
    missed: float

    @property
    def precision(self) -> float:
        """Give the share of the answers that are right; 0 without any."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """Give the share of the gold that is right; 0 without any."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Give the harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What can be counted in a document; the counts of a corpus are the sum."""

    documents: float = 0
    nested_documents: float = 0  #: in which predicted spans overlap
    exact_right: float = 0  #: predicted spans that are gold spans
    exact_false: float = 0
    exact_missed: float = 0
    overlap_right: float = 0
    overlap_false: float = 0
    overlap_missed: float = 0
    linked: float = 0  #: gold mentions with a point
    placed: float = 0  #: of these, overlapped by a prediction with a pin
    right: float = 0  #: of these, pinned within 161 km
    near: float = 0  #: of these, pinned within 20 km
    exact_span_right: float = 0  #: exact span and within 161 km
    targets: float = 0  #: gold mentions that a challenge is about
    targets_right: float = 0
    false_pins: float = 0  #: pins where there is no gold mention
    total_km: float = 0  #: sum of errors
    total_log: float = 0  #: sum of log(1 + error)
    bin_pins: tuple[float, ...] = (0,) * BINS  #: pins by confidence
    bin_right: tuple[float, ...] = (0,) * BINS
    bin_confidence: tuple[float, ...] = (0.0,) * BINS  #: sums of confidence

    def __add__(self, other: "Counts") -> "Counts":
        pairs = zip(self.vector(), other.vector(), strict=True)
        return Counts.of([a + b for a, b in pairs])

    def vector(self) -> list[float]:
        """Return all numbers in one row."""
        return [
            *(getattr(self, name) for name in _NUMBERS),
            *self.bin_pins,
            *self.bin_right,
            *self.bin_confidence,
        ]

    @classmethod
    def of(cls, row: Sequence[float]) -> "Counts":
        """Return the counts of a row that `vector` gave."""
        at = len(_NUMBERS)
        return cls(
            **dict(zip(_NUMBERS, row[:at], strict=True)),
            bin_pins=tuple(row[at : at + BINS]),
            bin_right=tuple(row[at + BINS : at + 2 * BINS]),
            bin_confidence=tuple(row[at + 2 * BINS :]),
        )


_NUMBERS = [field.name for field in fields(Counts) if not field.name.startswith("bin_")]


def counts_of(judged: Judged) -> Counts:
    """Count one document."""
    pins = [0.0] * BINS
    right = [0.0] * BINS
    confidence = [0.0] * BINS
    linked = [j for j in judged.judgments if j.gold is not None]
    errors = [j.error_km for j in linked if j.error_km is not None]
    for judgment in judged.judgments:
        said = judgment.prediction.confidence if judgment.prediction else None
        if said is None or (judgment.gold is not None and judgment.error_km is None):
            continue
        # 1e-9: 0.55 * 20 is a little more than 11, others a little less.
        n = min(BINS - 1, int(said * BINS + 1e-9))
        pins[n] += 1
        right[n] += judgment.is_right
        confidence[n] += said
    return Counts(
        documents=1,
        nested_documents=judged.nested,
        exact_right=judged.exact[0],
        exact_false=judged.exact[1],
        exact_missed=judged.exact[2],
        overlap_right=judged.overlap[0],
        overlap_false=judged.overlap[1],
        overlap_missed=judged.overlap[2],
        linked=len(linked),
        placed=len(errors),
        right=sum(j.is_right for j in linked),
        near=sum(error <= NEAR_KM for error in errors),
        exact_span_right=sum(j.is_right and j.is_exact for j in linked),
        targets=sum(j.gold is not None and j.gold.target for j in linked),
        targets_right=sum(j.gold is not None and j.gold.target and j.is_right for j in linked),
        false_pins=len(judged.judgments) - len(linked),
        total_km=sum(errors),
        total_log=sum(math.log(1 + min(error, _FARTHEST_KM)) for error in errors),
        bin_pins=tuple(pins),
        bin_right=tuple(right),
        bin_confidence=tuple(confidence),
    )


def measures(counts: Counts) -> dict[str, float]:
    """Return what can be told from counts, by name; of resolution only if gold has points.

    `acc161_all`, `acc20_all` and `auc_all` are over all gold with a point, where a miss is wrong;
    `acc161_found`, `acc20_found`, `auc_found` and `mean_km` over those that got a pin.
    `exact_acc161` also asks for the exact span, `target_acc161` is over what a challenge is about.
    AUC is that of the logarithm of the error, 0 best (Jurgens et al., ICWSM 2015). `pin_…@0.8`
    are of the pins of that confidence and up; `kept@0.8` is their share of all pins.
    """
    exact = Tally(counts.exact_right, counts.exact_false, counts.exact_missed)
    overlap = Tally(counts.overlap_right, counts.overlap_false, counts.overlap_missed)
    found: dict[str, float] = {}
    for name, tally in (("exact", exact), ("overlap", overlap)):
        found |= _named(name, tally)
    if not counts.linked:
        return found
    missed = counts.linked - counts.placed
    wrong = counts.placed - counts.right
    found |= {
        "acc161_all": counts.right / counts.linked,
        "acc161_found": counts.right / max(1, counts.placed),
        "acc20_all": counts.near / counts.linked,
        "acc20_found": counts.near / max(1, counts.placed),
        "exact_acc161": counts.exact_span_right / counts.linked,
        "mean_km": counts.total_km / max(1, counts.placed),
        "auc_all": (counts.total_log / _LOG_FARTHEST + missed) / counts.linked,
        "auc_found": counts.total_log / max(1, counts.placed) / _LOG_FARTHEST,
    }
    if counts.targets:
        found["target_acc161"] = counts.targets_right / counts.targets
    pins = Tally(counts.right, wrong + counts.false_pins, counts.linked - counts.right)
    found |= _named("pin", pins)
    total = sum(counts.bin_pins)
    if total:
        found["calibration_error"] = calibration_error(counts)
        for cut in _NAMED_CUTS:
            above = pins_above(counts, cut)
            found[f"pin_precision@{cut}"] = above.precision
            found[f"pin_recall@{cut}"] = above.recall
            found[f"pin_f1@{cut}"] = above.f1
            found[f"kept@{cut}"] = (above.right + above.false) / total
    return found


def pins_above(counts: Counts, confidence: float) -> Tally:
    """Return the tally of the pins of `confidence`, one of `THRESHOLDS`, and up."""
    first = round(confidence * BINS)
    pins, right = sum(counts.bin_pins[first:]), sum(counts.bin_right[first:])
    return Tally(right, pins - right, counts.linked - right)


def reliability(counts: Counts) -> Iterator[tuple[float, float, float, float, float]]:
    """Yield bins of a tenth that hold pins: from, to, pins, mean confidence, share right."""
    for n in range(0, BINS, 2):
        pins = sum(counts.bin_pins[n : n + 2])
        if pins:
            yield (
                n / BINS,
                (n + 2) / BINS,
                pins,
                sum(counts.bin_confidence[n : n + 2]) / pins,
                sum(counts.bin_right[n : n + 2]) / pins,
            )


def calibration_error(counts: Counts) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    rows = list(reliability(counts))
    total = sum(row[2] for row in rows)
    return sum(pins * abs(said - right) for _, _, pins, said, right in rows) / max(1, total)


def median_km(errors: Iterable[float]) -> float | None:
    """Return the upper median, km; None of nothing."""
    ordered = sorted(errors)
    return ordered[len(ordered) // 2] if ordered else None


def _named(name: str, tally: Tally) -> dict[str, float]:
    return {
        f"{name}_precision": tally.precision,
        f"{name}_recall": tally.recall,
        f"{name}_f1": tally.f1,
    }
