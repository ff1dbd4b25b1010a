"""A summary as rows, CSV and JSON: the format `geo.summary/1`."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from geo.atomic import replacing
from geo.errors import UnknownNameError
from geo.exporters.csv import cell
from geo.exporters.rows import encode
from geo.summary.counting import Summary, Tally
from geo.summary.plot import as_svg

__all__ = ["COLUMNS", "SCHEMA", "as_csv", "as_json", "rows", "write"]

SCHEMA = "geo.summary/1"

#: `about` is `focus`, `country`, `admin1` or `place`: the list that a row is from.
COLUMNS = (
    "about",
    "name",
    "kind",
    "country_code",
    "admin1_code",
    "place_id",
    "latitude",
    "longitude",
    "mentions",
    "documents",
    "share",
    "first",
    "last",
)


def rows(summary: Summary, *, limit: int | None = None) -> Iterator[dict[str, object]]:
    """Yield a row a tally, a value for each of `COLUMNS`; of each list at most `limit`."""
    lists = (
        ("focus", summary.focus),
        ("country", summary.countries),
        ("admin1", summary.admin1),
        ("place", summary.places),
    )
    for about, tallies in lists:
        for tally in tallies[:limit]:
            yield {"about": about, **_row(tally)}


def as_csv(summary: Summary, *, limit: int | None = None) -> str:
    """Return the rows as CSV (RFC 4180), texts kept from being run as formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(summary, limit=limit):
        writer.writerow([cell(row[column]) for column in COLUMNS])
    return out.getvalue()


def as_json(summary: Summary, *, limit: int | None = None) -> str:
    """Return one JSON object on one line: the counts, and a list of tallies for each list."""
    return encode(
        {
            "schema": SCHEMA,
            "documents": summary.documents,
            "mentions": summary.mentions,
            "placed": summary.placed,
            "nowhere": summary.nowhere,
            "first": summary.first and summary.first.isoformat(),
            "last": summary.last and summary.last.isoformat(),
            "focus": [_row(tally) for tally in summary.focus[:limit]],
            "countries": [_row(tally) for tally in summary.countries[:limit]],
            "admin1": [_row(tally) for tally in summary.admin1[:limit]],
            "places": [_row(tally) for tally in summary.places[:limit]],
        }
    )


def write(summary: Summary, path: str | Path, *, limit: int | None = None) -> Path:
    """Write a summary to `path` (`.csv`, `.json` or `.svg`), and return it.

    Raises
    ------
    UnknownNameError
        The suffix is none of these.
    ExportError
        The file cannot be written; what was there before stays.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        text = as_csv(summary, limit=limit)
    elif suffix == ".json":
        text = as_json(summary, limit=limit) + "\n"
    elif suffix == ".svg":
        text = as_svg(summary, limit=limit or 10) + "\n"
    else:
        raise UnknownNameError(f"cannot write {path}: a summary is .csv, .json or .svg.")
    with replacing(path) as stream:
        stream.write(text.encode("utf-8", "replace"))
    return path


def _row(tally: Tally) -> dict[str, object]:
    return {
        "name": tally.name,
        "kind": tally.kind,
        "country_code": tally.country_code,
        "admin1_code": tally.admin1_code,
        "place_id": tally.place_id,
        "latitude": tally.latitude,
        "longitude": tally.longitude,
        "mentions": tally.mentions,
        "documents": tally.documents,
        "share": round(tally.share, 4),
        "first": tally.first and tally.first.isoformat(),
        "last": tally.last and tally.last.isoformat(),
    }
