"""Hold predictions against gold: which mention was found, how far off its pin is.

The rules are those of the scorer that the project's targets are stated in: recognition by exact
span and by overlap, resolution at the prediction that fits the gold span best.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.evaluation.gold import GoldDocument, GoldMention
from geo.evaluation.predictions import Prediction
from geo.evaluation.tolerance import country_radius_km
from geo.geodesy import great_circle_km

__all__ = ["NEAR_KM", "RIGHT_KM", "Judged", "Judgment", "Rules", "counted", "error_km", "judge"]

#: 161 km = 100 miles, the field's radius.
RIGHT_KM = 161.0
#: Near enough for a town.
NEAR_KM = 20.0
#: What the error of a country that is right by tolerance is counted as at most, km.
_TOLERATED_KM = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What counts."""

    given: bool = False  #: the gold names were handed over; only resolution is measured
    tolerant: bool = False  #: a country is right within the disc of its area
    demonyms: bool | None = None  #: they count as other mentions; by default where given

    @property
    def counts_demonyms(self) -> bool:
        """Tell whether optional gold must be found, and predicted demonyms count."""
        return self.given if self.demonyms is None else self.demonyms


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A gold mention with a point and the prediction for it, or a false alarm (`gold` is None)."""

    document_id: str
    gold: GoldMention | None
    prediction: Prediction | None  #: None for a miss
    error_km: float | None = None  #: None where there is no pin, or no gold point

    @property
    def is_right(self) -> bool:
        """Tell whether the pin lies within 161 km of the gold point."""
        return self.error_km is not None and self.error_km <= RIGHT_KM

    @property
    def is_exact(self) -> bool:
        """Tell whether the prediction has the very span of the gold mention."""
        return (
            self.gold is not None
            and self.prediction is not None
            and (self.gold.start, self.gold.end) == (self.prediction.start, self.prediction.end)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One document: its counts of recognition, and a judgment a linked mention or false pin."""

    exact: tuple[int, int, int]  #: right spans, false alarms, misses
    overlap: tuple[int, int, int]
    nested: bool  #: some predicted spans overlap each other
    judgments: tuple[Judgment, ...]


def counted(predictions: Iterable[Prediction], rules: Rules) -> list[Prediction]:
    """Return the predictions that count under the rules, by `start`."""
    kept = [p for p in predictions if rules.counts_demonyms or p.kind != "associative"]
    return sorted(kept, key=lambda prediction: prediction.start)


def judge(gold: GoldDocument, predictions: Sequence[Prediction], rules: Rules) -> Judged:
    """Judge what was said of one document.

    Parameters
    ----------
    gold
        The document as annotated.
    predictions
        In any order. Without demonyms, those of the kind `associative` are left aside, as optional
        gold is.
    rules
        What counts.
    """
    found = counted(predictions, rules)
    required = [m for m in gold.mentions if rules.counts_demonyms or not m.optional]
    optional = [m for m in gold.mentions if m.optional and not rules.counts_demonyms]
    judgments: list[Judgment] = []
    hit = missed = 0
    for mention in required:
        over = [p for p in found if _overlap(mention, p)]
        hit += bool(over)
        missed += not over
        if mention.is_linked:
            judgments.append(_placed(gold.document.id, mention, over, rules))
    alarms = [p for p in found if not any(_overlap(m, p) for m in gold.mentions)]
    judgments += (
        Judgment(document_id=gold.document.id, gold=None, prediction=p)
        for p in alarms
        if p.latitude is not None
    )
    said = {(p.start, p.end) for p in found}
    wanted = {(m.start, m.end) for m in required}
    neutral = {(m.start, m.end) for m in optional}
    return Judged(
        exact=(len(said & wanted), len(said - wanted - neutral), len(wanted - said)),
        overlap=(hit, len(alarms), missed),
        nested=any(a.end > b.start for a, b in itertools.pairwise(found)),
        judgments=tuple(judgments),
    )


def _placed(
    document_id: str, mention: GoldMention, over: list[Prediction], rules: Rules
) -> Judgment:
    pins = [p for p in over if p.latitude is not None]
    if not pins:
        return Judgment(document_id=document_id, gold=mention, prediction=over[0] if over else None)
    best = min(pins, key=lambda p: abs(p.start - mention.start) + abs(p.end - mention.end))
    return Judgment(
        document_id=document_id,
        gold=mention,
        prediction=best,
        error_km=error_km(mention, best, rules),
    )


def error_km(mention: GoldMention, prediction: Prediction, rules: Rules) -> float:
    """Return how far the pin is off; both have a point.

    Within the radius that the gold states, or with tolerance that of the country, it is at most
    100 km.
    """
    error = great_circle_km(*_point(mention), *_point(prediction))
    tolerated = mention.radius_km or 0.0
    if rules.tolerant:
        tolerated = max(tolerated, country_radius_km(mention.text))
    return min(error, _TOLERATED_KM) if error <= tolerated else error


def _point(placed: GoldMention | Prediction) -> tuple[float, float]:
    if placed.latitude is None or placed.longitude is None:
        raise ValueError(f'"{placed.text}" has no point')
    return placed.latitude, placed.longitude


def _overlap(mention: GoldMention, prediction: Prediction) -> bool:
    return mention.start < prediction.end and prediction.start < mention.end
