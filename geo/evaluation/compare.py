"""Two runs over the same documents: every mention that changed, and for better or worse."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.evaluation.gold import Corpus, GoldDocument
from geo.evaluation.judging import Rules, judge
from geo.evaluation.predictions import Prediction, Predictions
from geo.geodesy import great_circle_km

__all__ = ["Change", "Verdict", "compare", "summary_of"]

#: `found` and `lost`: a mention is only in the second or the first; `placed`, `unplaced`, `moved`:
#: its pin came, went or is another; `confidence`: the same pin, surer or less sure.
Kind = Literal["found", "lost", "placed", "unplaced", "moved", "confidence"]

#: What the gold says of a change: a pin became right or wrong, or neither.
Verdict = Literal["mended", "broken", "same"]

#: Two pins closer than this are the same, km; rows keep five decimals of a degree.
_SAME_KM = 0.01
#: Confidences that differ less look the same with two decimals.
_SAME_CONFIDENCE = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A mention on which two runs differ."""

    document_id: str
    start: int
    end: int
    text: str
    kind: Kind
    before: Prediction | None
    after: Prediction | None
    distance_km: float | None = None  #: between the pins
    verdict: Verdict | None = None  #: None where there is no gold to judge by

    def row(self) -> dict[str, object]:
        """Return the change as JSON knows it."""
        return {
            "document_id": self.document_id,
            "start": self.start,
            "end": self.end,
            "mention": self.text,
            "change": self.kind,
            "verdict": self.verdict,
            "distance_km": None if self.distance_km is None else round(self.distance_km, 1),
            "before": _side(self.before),
            "after": _side(self.after),
        }


def compare(
    before: Predictions,
    after: Predictions,
    *,
    corpora: Sequence[Corpus] = (),
    rules: Rules | None = None,
) -> list[Change]:
    """Return every change from one run to the next, by document and place in the text.

    Parameters
    ----------
    before, after
        Predictions by document id.
    corpora
        Gold to judge the changes by, where there is any.
    rules
        What counts as right.
    """
    gold = {one.document.id: one for corpus in corpora for one in corpus.documents}
    changes: list[Change] = []
    for own in dict.fromkeys([*before, *after]):
        first, second = before.get(own, ()), after.get(own, ())
        told = gold.get(own)
        verdicts = _verdicts(told, first, second, rules or Rules()) if told else None
        changes += _changes(own, first, second, verdicts)
    return changes


def summary_of(changes: Iterable[Change]) -> str:
    """Say in a line how many changes of which kind there are."""
    changes = list(changes)
    kinds = Counter(change.kind for change in changes)
    verdicts = Counter(change.verdict for change in changes if change.verdict)
    parts = [f"{count:,} {kind}" for kind, count in kinds.most_common()]
    judged = [f"{verdicts[v]:,} {v}" for v in ("mended", "broken") if verdicts]
    total = f"{len(changes):,} change" + ("" if len(changes) == 1 else "s")
    return "; ".join([total, *([", ".join(parts)] if parts else []), *judged])


def _changes(
    own: str,
    before: Sequence[Prediction],
    after: Sequence[Prediction],
    verdicts: Mapping[tuple[int, int], Verdict] | None,
) -> Iterator[Change]:
    first = {(p.start, p.end): p for p in before}
    second = {(p.start, p.end): p for p in after}
    for span in sorted({*first, *second}):
        old, new = first.get(span), second.get(span)
        told = _difference(old, new)
        if told is None:
            continue
        kind, distance_km = told
        either = new or old
        yield Change(
            document_id=own,
            start=span[0],
            end=span[1],
            text=either.text if either else "",
            kind=kind,
            before=old,
            after=new,
            distance_km=distance_km,
            verdict=None if verdicts is None else verdicts.get(span, "same"),
        )


def _difference(old: Prediction | None, new: Prediction | None) -> tuple[Kind, float | None] | None:
    if old is None or new is None:
        return ("found" if old is None else "lost"), None
    if old.latitude is None or old.longitude is None:
        return None if new.latitude is None else ("placed", None)
    if new.latitude is None or new.longitude is None:
        return "unplaced", None
    distance = great_circle_km(old.latitude, old.longitude, new.latitude, new.longitude)
    if distance > _SAME_KM or (old.place_id and new.place_id and old.place_id != new.place_id):
        return "moved", distance
    if abs((old.confidence or 0) - (new.confidence or 0)) >= _SAME_CONFIDENCE:
        return "confidence", None
    return None


def _verdicts(
    gold: GoldDocument, before: Sequence[Prediction], after: Sequence[Prediction], rules: Rules
) -> dict[tuple[int, int], Verdict]:
    """Return for each predicted span whether what became of it is better, worse or the same."""
    old, new = _standing(gold, before, rules), _standing(gold, after, rules)
    found: dict[tuple[int, int], Verdict] = {}
    for span in {*old, *new}:
        # No answer lies between a right and a wrong one.
        gain = new.get(span, 0) - old.get(span, 0)
        found[span] = "mended" if gain > 0 else "broken" if gain < 0 else "same"
    return found


def _standing(
    gold: GoldDocument, predictions: Sequence[Prediction], rules: Rules
) -> dict[tuple[int, int], int]:
    standing: dict[tuple[int, int], int] = {}
    for judgment in judge(gold, predictions, rules).judgments:
        prediction = judgment.prediction
        if prediction is None or prediction.latitude is None:
            continue
        value = 1 if judgment.is_right else -1
        span = (prediction.start, prediction.end)
        standing[span] = max(value, standing.get(span, value))
    return standing


def _side(prediction: Prediction | None) -> dict[str, object] | None:
    if prediction is None:
        return None
    return {
        "place_id": prediction.place_id,
        "place": prediction.place,
        "country_code": prediction.country_code,
        "latitude": prediction.latitude,
        "longitude": prediction.longitude,
        "confidence": prediction.confidence,
    }
