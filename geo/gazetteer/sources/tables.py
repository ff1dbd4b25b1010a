"""Our own tables of facts, in `geo/gazetteer/tables/`.

`regions.csv`, `sites.csv` and `former.csv` are places; `demonyms.csv` and `abbreviations.csv`
give names to places that these or other sources have. `divisions.csv` has the English names of
first-order divisions, most of them from the Unicode CLDR; `training/divisions.py` makes it.
"""

import csv
import io
from collections.abc import Iterator
from importlib.resources import files

from geo.gazetteer.entry import ANY, CAPITALS, CONTAINER, EXACT, Entry, Link, Name

__all__ = ["CLDR_VERSION", "links", "read", "rows"]

#: The release of the Unicode CLDR that `divisions.csv` was made from.
CLDR_VERSION = "48.2.0"

_WHEN = {
    "any": ANY,
    "caps": CAPITALS,
    "exact": EXACT,
    "exact-dotless-ok": EXACT,
    "after-comma": CONTAINER,
}


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table by its name without suffix."""
    text = files("geo.gazetteer").joinpath(f"tables/{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def read() -> Iterator[Entry]:
    """Yield the regions, the sites, and the former names that are places of their own."""
    for table in ("regions", "sites"):
        for row in rows(table):
            yield _entry(row, table)
    for row in rows("former"):
        if not row["current"]:
            yield _entry(row, "former")


def links() -> Iterator[Link]:
    """Yield the names that our tables give to places of other sources."""
    for row in rows("former"):
        if row["current"]:
            target = f"{row['current']},{row['country_code']}"
            kind = "country:" if row["feature_code"].startswith("PCL") else "city:"
            for name in (row["name"], *_split(row["aliases"])):
                yield Link(kind + target, Name(name, "former"))
    for row in rows("demonyms"):
        yield Link(row["target"], Name(row["form"], "demonym"))
    for row in rows("abbreviations"):
        form = row["form"]
        if row["when"] == "exact-dotless-ok":
            form = form.removesuffix(".")
        yield Link(row["target"], Name(form, "abbreviation", _WHEN[row["when"]]))


def _entry(row: dict[str, str], table: str) -> Entry:
    countries = _split(row.get("countries") or row.get("country_code") or "")
    return Entry(
        id=f"mentionmap:{row['id']}",
        name=row["name"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        source="mentionmap",
        feature_class=row["feature_class"],
        feature_code=row["feature_code"],
        country_code=countries[0] if len(countries) == 1 else None,
        radius_km=float(row["radius_km"]),
        names=[
            Name(alias, "alternate" if table != "former" else "former")
            for alias in _split(row["aliases"])
        ],
        points=[_point(pair) for pair in _split(row.get("points") or "")],
    )


def _split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def _point(pair: str) -> tuple[float, float]:
    latitude, longitude = pair.split()
    return float(latitude), float(longitude)
