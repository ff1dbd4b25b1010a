"""Results as lines of text and as JSON."""

from collections.abc import Iterator, Mapping

from geo.evaluation.bootstrap import Interval
from geo.evaluation.judging import Rules
from geo.evaluation.metrics import THRESHOLDS, Counts, Tally, pins_above, reliability
from geo.evaluation.results import GroupRow, Results, WrongPin
from geo.evaluation.traits import DIMENSIONS

__all__ = [
    "GROUP_COLUMNS",
    "RECOGNITION_COLUMNS",
    "as_json",
    "described",
    "group_rows",
    "heading",
    "lines",
    "recognition_rows",
]

SCHEMA = "geo.evaluation/1"

#: Columns of a breakdown.
GROUP_COLUMNS = ("by", "group", "mentions", "found", "acc161", "acc20", "low", "high")

#: Columns of recognition by a key of the documents; spans are exact.
RECOGNITION_COLUMNS = (
    "value",
    "documents",
    "right",
    "false",
    "missed",
    "precision",
    "recall",
    "F1",
)

_DECIMALS = 4
_LISTED = 100

#: What the lines of the text report show: label, then (label, measure) pairs.
_LINES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "recognition",
        (("precision", "exact_precision"), ("recall", "exact_recall"), ("F1", "exact_f1")),
    ),
    (
        "  by overlap",
        (("precision", "overlap_precision"), ("recall", "overlap_recall"), ("F1", "overlap_f1")),
    ),
    (
        "resolution",
        (
            ("acc@161km", "acc161_all"),
            ("acc@20km", "acc20_all"),
            ("AUC", "auc_all"),
            ("exact span and @161km", "exact_acc161"),
            ("targets @161km", "target_acc161"),
        ),
    ),
    (
        "  of found",
        (
            ("acc@161km", "acc161_found"),
            ("acc@20km", "acc20_found"),
            ("AUC", "auc_found"),
            ("median km", "median_km"),
            ("mean km", "mean_km"),
        ),
    ),
    ("pins", (("precision", "pin_precision"), ("recall", "pin_recall"), ("F1", "pin_f1"))),
    *(
        (
            f"  from {cut}",
            (
                ("kept", f"kept@{cut}"),
                ("precision", f"pin_precision@{cut}"),
                ("recall", f"pin_recall@{cut}"),
                ("F1", f"pin_f1@{cut}"),
            ),
        )
        for cut in (0.5, 0.8, 0.9)
    ),
    ("calibration", (("error", "calibration_error"),)),
)


def _count(number: float, noun: str) -> str:
    return f"{number:,.0f} {noun}" + ("" if number == 1 else "s")


def heading(results: Results) -> str:
    """Say in one line what was measured on what, and by which rules."""
    counts = results.counts
    what = [_count(counts.documents, "document")]
    if results.rules.given:
        what.append(_count(counts.linked, "gold mention") + " with a point")
    else:
        what.append(_count(counts.exact_right + counts.exact_missed, "gold span"))
        if counts.linked:
            what.append(_count(counts.linked, "mention") + " with a point")
    return f"{results.name}: {', '.join([*what, *described(results.rules)])}"


def described(rules: Rules) -> list[str]:
    """Say the rules in words."""
    return [
        "gold names given" if rules.given else "from raw text",
        "demonyms counted" if rules.counts_demonyms else "demonyms left out",
        *(["countries right within their area"] if rules.tolerant else []),
    ]


def lines(results: Results) -> Iterator[str]:
    """Yield the measures as aligned lines, with their 95 % intervals where those were drawn."""
    for label, pairs in _LINES:
        shown = [
            f"{name} {_value(key, results.measures[key])}{_between(key, results.intervals)}"
            for name, key in pairs
            if key in results.measures and not (results.rules.given and key == "exact_acc161")
        ]
        if shown:
            yield f"{label:<13}" + "  ".join(shown)


def group_rows(results: Results, *, countries: int | None = None) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the breakdowns under `GROUP_COLUMNS`.

    Parameters
    ----------
    results
        With groups.
    countries
        At most so many countries, those with most mentions.
    """
    for dimension in DIMENSIONS:
        rows = results.groups(dimension)
        if len(rows) < 2:
            continue
        for row in rows[:countries] if dimension == "country" else rows:
            low, high = row.interval or (None, None)
            yield (
                dimension.replace("_", " "),
                row.value,
                f"{row.linked:,}",
                f"{row.placed / row.linked:.2f}",
                f"{row.acc161_all:.2f}",
                f"{row.near / row.linked:.2f}",
                "" if low is None else f"{low:.2f}",
                "" if high is None else f"{high:.2f}",
            )


def recognition_rows(results: Results, key: str) -> Iterator[tuple[object, ...]]:
    """Yield recognition by a key of the documents, under `RECOGNITION_COLUMNS`."""
    for value, counts in results.recognition_by(key).items():
        tally = Tally(counts.exact_right, counts.exact_false, counts.exact_missed)
        yield (
            value,
            f"{counts.documents:,.0f}",
            *(f"{number:,.0f}" for number in (tally.right, tally.false, tally.missed)),
            *(f"{share:.2f}" for share in (tally.precision, tally.recall, tally.f1)),
        )


def as_json(results: Results, *, by: str | None = None) -> dict[str, object]:
    """Return everything as one object that JSON knows; numbers have four decimals.

    Parameters
    ----------
    results
        Of one corpus, or pooled.
    by
        A key of the documents, to tell recognition by.
    """
    counts, rules = results.counts, results.rules
    return {
        "schema": SCHEMA,
        "gold": results.name,
        "given": rules.given,
        "tolerant": rules.tolerant,
        "demonyms": rules.counts_demonyms,
        "documents": int(counts.documents),
        "nested_documents": int(counts.nested_documents),
        "linked": int(counts.linked),
        "placed": int(counts.placed),
        "measures": {key: _rounded(value) for key, value in results.measures.items()},
        "intervals": {key: list(map(_rounded, ends)) for key, ends in results.intervals.items()},
        "by_confidence": [
            {
                "from": cut,
                "pins": int(tally.right + tally.false),
                "precision": _rounded(tally.precision),
                "recall": _rounded(tally.recall),
                "f1": _rounded(tally.f1),
            }
            for cut in THRESHOLDS
            if counts.linked and sum(counts.bin_pins)
            for tally in [pins_above(counts, cut)]
        ],
        "reliability": [
            {
                "from": low,
                "to": high,
                "pins": int(pins),
                "confidence": _rounded(said),
                "right": _rounded(right),
            }
            for low, high, pins, said, right in reliability(counts)
            if counts.linked
        ],
        "groups": {
            dimension: [_group(row) for row in results.groups(dimension)]
            for dimension in DIMENSIONS
        },
        "by": None
        if by is None
        else [
            _recognized(by, value, counts) for value, counts in results.recognition_by(by).items()
        ],
        "costliest": [_pin(pin) for pin in results.costliest(_LISTED)],
        "false_alarms": [_pin(pin) for pin in results.false_alarms(_LISTED)],
        "misses": [{"text": text, "count": count} for text, count in results.misses(_LISTED)],
    }


def _recognized(by: str, value: str, counts: Counts) -> dict[str, object]:
    tally = Tally(counts.exact_right, counts.exact_false, counts.exact_missed)
    return {
        by: value,
        "documents": int(counts.documents),
        "right": int(tally.right),
        "false": int(tally.false),
        "missed": int(tally.missed),
        "f1": _rounded(tally.f1),
    }


def _group(row: GroupRow) -> dict[str, object]:
    return {
        "value": row.value,
        "linked": row.linked,
        "placed": row.placed,
        "acc161_all": _rounded(row.acc161_all),
        "acc20_all": _rounded(row.near / row.linked),
        "interval": list(map(_rounded, row.interval)) if row.interval else None,
    }


def _pin(pin: WrongPin) -> dict[str, object]:
    return {
        "text": pin.text,
        "place": pin.place,
        "country_code": pin.country_code or None,
        "count": pin.count,
        "error_km": None if pin.error_km is None else round(pin.error_km, 1),
        "confidence": _rounded(pin.confidence),
        "document_id": pin.document_id,
    }


def _value(key: str, value: float) -> str:
    return f"{value:,.1f}" if key.endswith("_km") else f"{value:.3f}"


def _between(key: str, intervals: Mapping[str, Interval]) -> str:
    if key not in intervals:
        return ""
    low, high = intervals[key]
    return f" ({_value(key, low)}–{_value(key, high)})"


def _rounded(value: float) -> float:
    return round(float(value), _DECIMALS)
