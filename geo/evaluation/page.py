"""Results as one HTML page that loads nothing: tables, plots, and what costs most."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from geo.atomic import replacing
from geo.evaluation.compare import Change, summary_of
from geo.evaluation.metrics import THRESHOLDS, pins_above, reliability
from geo.evaluation.plots import bars, curves, reliability_plot
from geo.evaluation.predictions import Prediction
from geo.evaluation.report import GROUP_COLUMNS, described, group_rows, heading
from geo.evaluation.results import Results, WrongPin

__all__ = ["html", "side", "write_html"]

_COUNTRIES = 20
_LISTED = 40
_CHANGES = 2000

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1a; --paper: #fff; --soft: #66645e; --line: #d9d6cf;
  --first: #1f6f8b; --second: #b4552d; --third: #6b7d2f; --rest: #eceae4; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebe7; --paper: #191a1b; --soft: #a5a39c;
  --line: #3a3b3c; --first: #6fb9d3; --second: #e59a74; --third: #b3c573; --rest: #2b2c2d; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block;
  overflow-x: auto; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.n, th.n { text-align: right; }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
svg { max-width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--ink); } .middle { text-anchor: middle; } .end { text-anchor: end; }
.grid { stroke: var(--line); stroke-width: .5; } .guide { stroke: var(--soft);
  stroke-dasharray: 4 4; } polyline, line.first, line.second, line.third { fill: none;
  stroke-width: 2; }
.first { stroke: var(--first); } circle.first { fill: var(--first); }
.second { stroke: var(--second); stroke-dasharray: 7 3; }
.third { stroke: var(--third); stroke-dasharray: 2 3; }
.share, .bar { fill: var(--first); } .share { opacity: .3; } .rest { fill: var(--rest); }
p.note { color: var(--soft); }
"""


def write_html(
    results: Sequence[Results],
    path: Path,
    *,
    changes: Sequence[Change] | None = None,
    title: str = "Evaluation",
) -> None:
    """Write the page aside, then rename it to `path`.

    Raises
    ------
    ExportError
        The file cannot be written.
    """
    with replacing(path) as stream:
        page = html(results, changes=changes, title=title)
        stream.write(page.encode("utf-8", "backslashreplace"))


def html(results: Sequence[Results], *, changes: Sequence[Change] | None = None, title: str) -> str:
    """Return the page; every text in it is escaped."""
    body = [f"<h1>{escape(title)}</h1>"]
    if results:
        body.append(f"<p>{escape(', '.join(described(results[0].rules)))}.</p>")
        body.append(_measures(results))
    for one in results:
        body += _corpus(one)
    if changes is not None:
        body += _changed(changes)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{chr(10).join(body)}\n</body></html>\n"
    )


def _measures(results: Sequence[Results]) -> str:
    names = list(dict.fromkeys(name for one in results for name in one.measures))
    return _table(
        ["measure", *(one.name for one in results)],
        ([name, *(_measure(one, name) for one in results)] for name in names),
        numbers=range(1, len(results) + 1),
    )


def _measure(results: Results, name: str) -> str:
    if name not in results.measures:
        return ""
    form = "{:,.1f}" if name.endswith("_km") else "{:.3f}"
    value = form.format(results.measures[name])
    if name not in results.intervals:
        return value
    low, high = (form.format(end) for end in results.intervals[name])
    return f"{value} ({low}–{high})"


def _corpus(results: Results) -> Iterator[str]:
    yield f"<h2>{escape(results.name)}</h2><p>{escape(heading(results))}.</p>"
    counts = results.counts
    if not counts.linked:
        yield '<p class="note">The gold has no points: only recognition is measured.</p>'
        return
    yield '<div class="plots">'
    if sum(counts.bin_pins):
        tallies = [(cut, pins_above(counts, cut)) for cut in THRESHOLDS]
        tallies = [(cut, tally) for cut, tally in tallies if tally.right + tally.false]
        yield reliability_plot(list(reliability(counts)))
        yield curves(
            [
                ("precision", [(cut, tally.precision) for cut, tally in tallies]),
                ("recall", [(cut, tally.recall) for cut, tally in tallies]),
                ("F1", [(cut, tally.f1) for cut, tally in tallies]),
            ],
            title="Pins by confidence",
            across="pins of this confidence and up",
        )
    countries = results.groups("country")[:_COUNTRIES]
    if countries:
        yield bars(
            [
                (row.value, row.acc161_all, f"{row.acc161_all:.2f} of {row.linked:,}")
                for row in countries
            ],
            title="Pinned within 161 km, by country",
        )
    yield "</div>"
    groups = list(group_rows(results, countries=_COUNTRIES))
    if groups:
        yield "<h3>By group</h3>"
        yield _table(GROUP_COLUMNS, groups, numbers=range(2, 8))
    yield "<h3>Worst errors</h3>"
    yield '<p class="note">Pins on gold mentions, those that cost most kilometers in all first.</p>'
    yield _pins(results.costliest(_LISTED))
    yield "<h3>False alarms</h3>"
    yield '<p class="note">Pins where the gold has no mention, the surest first.</p>'
    yield _pins(results.false_alarms(_LISTED))
    yield "<h3>Misses</h3>"
    yield _table(["gold name", "count"], results.misses(_LISTED), numbers=(1,))


def _pins(pins: Iterable[WrongPin]) -> str:
    return _table(
        ["name", "pinned at", "country", "count", "off by, km", "confidence", "document"],
        (
            (
                pin.text,
                pin.place,
                pin.country_code,
                pin.count,
                "" if pin.error_km is None else f"{pin.error_km:,.0f}",
                f"{pin.confidence:.2f}",
                pin.document_id,
            )
            for pin in pins
        ),
        numbers=(3, 4, 5),
    )


def _changed(changes: Sequence[Change]) -> Iterator[str]:
    yield f"<h2>Changes</h2><p>{escape(summary_of(changes))}.</p>"
    if len(changes) > _CHANGES:
        yield f'<p class="note">The first {_CHANGES:,} are shown; `--json` gives them all.</p>'
    yield _table(
        ["document", "at", "mention", "change", "before", "after", "apart, km", "verdict"],
        (
            (
                change.document_id,
                change.start,
                change.text,
                change.kind,
                side(change.before),
                side(change.after),
                "" if change.distance_km is None else f"{change.distance_km:,.0f}",
                change.verdict or "",
            )
            for change in changes[:_CHANGES]
        ),
        numbers=(1, 6),
    )


def side(prediction: Prediction | None) -> str:
    """Say in a few words what a run said of a mention."""
    if prediction is None:
        return "-"
    if prediction.latitude is None:
        return "no place"
    where = prediction.place or f"{prediction.latitude:.2f}, {prediction.longitude:.2f}"
    country = f", {prediction.country_code}" if prediction.country_code else ""
    said = "" if prediction.confidence is None else f" {prediction.confidence:.2f}"
    return f"{where}{country}{said}"


def _table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[int] = ()
) -> str:
    right = set(numbers)
    kinds = [' class="n"' if n in right else "" for n in range(len(columns))]
    head = "".join(f"<th{k}>{escape(c)}</th>" for k, c in zip(kinds, columns, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{k}>{escape(str(v))}</td>" for k, v in zip(kinds, row, strict=True))
        + "</tr>\n"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"
