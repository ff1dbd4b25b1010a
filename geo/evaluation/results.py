"""The results of one corpus, or of several pooled."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from geo.evaluation.bootstrap import Interval, intervals, median_interval, share_interval
from geo.evaluation.gold import Corpus, GoldMention
from geo.evaluation.judging import NEAR_KM, Judgment, Rules, judge
from geo.evaluation.metrics import Counts, counts_of, measures, median_km
from geo.evaluation.predictions import Predictions
from geo.evaluation.traits import DIMENSIONS

__all__ = ["Group", "GroupRow", "Results", "WrongPin", "evaluate", "pooled"]

#: Says what a gold mention is like: a value for each dimension.
Describe = Callable[[GoldMention], Mapping[str, str]]


class Group(NamedTuple):
    """Gold mentions with a point that are alike."""

    dimension: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """How a group fared."""

    dimension: str
    value: str
    linked: int
    placed: int
    right: int
    near: int
    interval: Interval | None = None  #: of the share that is right

    @property
    def acc161_all(self) -> float:
        """Give the share pinned within 161 km."""
        return self.right / self.linked


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPin:
    """Pins that are wrong in the same way, and how often."""

    text: str
    place: str
    country_code: str
    count: int
    error_km: float | None  #: None where there is no gold mention at all
    confidence: float  #: of the surest
    document_id: str  #: where the surest is


@dataclass(frozen=True, slots=True, kw_only=True)
class _DocumentResult:
    counts: Counts
    errors_km: tuple[float, ...]
    judgments: tuple[Judgment, ...]
    groups: Mapping[Group, tuple[int, int, int, int]]  #: linked, placed, right, near
    metadata: Mapping[str, str]  #: of the document


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was measured; documents first, so that results add up."""

    name: str
    rules: Rules
    documents: tuple[_DocumentResult, ...]
    resamples: int = 0
    counts: Counts = field(default_factory=Counts)
    measures: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def judgments(self) -> list[Judgment]:
        """Give every judgment, in the order of the documents."""
        return [judgment for document in self.documents for judgment in document.judgments]

    def groups(self, dimension: str) -> list[GroupRow]:
        """Return the groups of one dimension, the largest first."""
        total: dict[str, tuple[int, int, int, int]] = {}
        shares: list[dict[str, tuple[int, int]]] = []
        for document in self.documents:
            own: dict[str, tuple[int, int]] = {}
            for group, numbers in document.groups.items():
                if group.dimension == dimension:
                    a, b, c, d = total.get(group.value, (0, 0, 0, 0))
                    e, f, g, h = numbers
                    total[group.value] = (a + e, b + f, c + g, d + h)
                    own[group.value] = (g, e)
            shares.append(own)
        drawn = share_interval(shares, resamples=self.resamples) if self.resamples else {}
        rows = [
            GroupRow(
                dimension=dimension,
                value=value,
                linked=linked,
                placed=placed,
                right=right,
                near=near,
                interval=drawn.get(value),
            )
            for value, (linked, placed, right, near) in total.items()
        ]
        return sorted(rows, key=lambda row: (-row.linked, row.value))

    def recognition_by(self, key: str) -> dict[str, Counts]:
        """Return the counts of the documents by what their `metadata` says under `key`."""
        found: dict[str, Counts] = {}
        for document in self.documents:
            value = document.metadata.get(key, "")
            found[value] = found.get(value, Counts()) + document.counts
        return dict(sorted(found.items()))

    def costliest(self, limit: int) -> list[WrongPin]:
        """Return wrong pins on gold mentions; those that cost most kilometers in all first."""
        wrong = [j for j in self.judgments if j.error_km is not None and not j.is_right]
        return sorted(
            _alike(wrong), key=lambda pin: (-(pin.error_km or 0) * pin.count, pin.text, pin.place)
        )[:limit]

    def false_alarms(self, limit: int) -> list[WrongPin]:
        """Return pins where there is no gold mention, the surest first."""
        false = [j for j in self.judgments if j.gold is None]
        return sorted(_alike(false), key=lambda pin: (-pin.confidence, -pin.count, pin.text))[
            :limit
        ]

    def misses(self, limit: int) -> list[tuple[str, int]]:
        """Return the gold names that got no pin, the most frequent first."""
        texts = Counter(
            j.gold.text for j in self.judgments if j.gold is not None and j.error_km is None
        )
        return sorted(texts.items(), key=lambda item: (-item[1], item[0]))[:limit]


def evaluate(
    corpus: Corpus,
    predictions: Predictions,
    *,
    rules: Rules,
    describe: Describe | None = None,
    resamples: int = 0,
) -> Results:
    """Measure predictions on a corpus.

    Parameters
    ----------
    corpus
        The gold.
    predictions
        By document id; a document that is not there has none.
    rules
        What counts.
    describe
        Says what a gold mention is like; results are then broken down by that.
    resamples
        How often documents are drawn for intervals; 0 for none.
    """
    documents = []
    for gold in corpus.documents:
        judged = judge(gold, predictions.get(gold.document.id, ()), rules)
        groups: dict[Group, tuple[int, int, int, int]] = {}
        for judgment in judged.judgments:
            if judgment.gold is not None and describe is not None:
                _add(groups, judgment, describe(judgment.gold))
        documents.append(
            _DocumentResult(
                counts=counts_of(judged),
                errors_km=tuple(j.error_km for j in judged.judgments if j.error_km is not None),
                judgments=judged.judgments,
                groups=groups,
                metadata=gold.document.metadata,
            )
        )
    return _results(corpus.name, rules, documents, resamples)


def pooled(results: Sequence[Results], *, name: str = "pooled") -> Results:
    """Return the results of all documents together; the rules are those of the first."""
    documents = [document for one in results for document in one.documents]
    return _results(name, results[0].rules, documents, results[0].resamples)


def _results(
    name: str, rules: Rules, documents: Sequence[_DocumentResult], resamples: int
) -> Results:
    counts = [document.counts for document in documents]
    columns = zip(*(one.vector() for one in counts), strict=True)
    total = Counts.of([sum(column) for column in columns]) if counts else Counts()
    found = measures(total)
    drawn = intervals(counts, resamples=resamples) if resamples and counts else {}
    middle = median_km(error for document in documents for error in document.errors_km)
    if middle is not None:
        found["median_km"] = middle
        if resamples:
            errors = [document.errors_km for document in documents]
            ends = median_interval(errors, resamples=resamples)
            drawn |= {"median_km": ends} if ends else {}
    if rules.given:
        # The spans were handed over: how well they agree says nothing.
        found = {key: value for key, value in found.items() if not _is_recognition(key)}
        drawn = {key: ends for key, ends in drawn.items() if key in found}
    return Results(
        name=name,
        rules=rules,
        documents=tuple(documents),
        resamples=resamples,
        counts=total,
        measures=found,
        intervals=drawn,
    )


def _is_recognition(name: str) -> bool:
    return name.startswith(("exact_precision", "exact_recall", "exact_f1", "overlap_"))


def _add(
    groups: dict[Group, tuple[int, int, int, int]], judgment: Judgment, traits: Mapping[str, str]
) -> None:
    error = judgment.error_km
    for dimension in DIMENSIONS:
        if dimension not in traits:
            continue
        group = Group(dimension, traits[dimension])
        linked, placed, right, near = groups.get(group, (0, 0, 0, 0))
        groups[group] = (
            linked + 1,
            placed + (error is not None),
            right + judgment.is_right,
            near + (error is not None and error <= NEAR_KM),
        )


def _alike(judgments: Iterable[Judgment]) -> list[WrongPin]:
    found: dict[tuple[str, str, int], WrongPin] = {}
    for judgment in judgments:
        prediction = judgment.prediction
        if prediction is None:
            continue
        text = judgment.gold.text if judgment.gold else prediction.text
        where = prediction.place_id or f"{prediction.latitude},{prediction.longitude}"
        key = (text, where, round(judgment.error_km or 0))
        pin = WrongPin(
            text=text,
            place=prediction.place or where,
            country_code=prediction.country_code or "",
            count=1,
            error_km=judgment.error_km,
            confidence=prediction.confidence or 0.0,
            document_id=judgment.document_id,
        )
        known = found.get(key)
        if known is None:
            found[key] = pin
        else:
            surest = max(known, pin, key=lambda one: one.confidence)
            found[key] = replace(surest, count=known.count + 1)
    return list(found.values())
