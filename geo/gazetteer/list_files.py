"""The files of lists to rows of cells: CSV, GeoJSON, GeoPackage, and Linked Places in both forms.

Column names are small letters, and those that other lists use are already ours; whether a row makes
sense is for `geo.gazetteer.sources.custom` to say.
"""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from geo.errors import FormatError, ReadError
from geo.gazetteer.entry import Name
from geo.gazetteer.geometry import Shape, from_geojson, from_gpkg, from_wkt
from geo.place import Match

__all__ = ["BOUNDARY", "SUFFIXES", "YEAR", "Row", "rows"]

#: What a list's file may end in.
SUFFIXES = (".csv", ".tsv", ".geojson", ".json", ".jsonld", ".gpkg")

#: What other lists call our columns.
_ALIASES = {
    "title": "name",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "fclasses": "feature_class",
    "ccode": "country_code",
    "ccodes": "country_code",
    "p_code": "pcode",
    "@id": "id",
}

#: `ADM2_PCODE`, `adm2_name`, `admin2Name_en`, `ADM2_EN` as boundaries with P-codes have them.
BOUNDARY = re.compile(r"adm(?:in)?([0-5])_?(pcode|name|(?:name_)?[a-z]{2})")

#: ISO 8601, of which the year counts; -320 is before the common era.
YEAR = re.compile(r"\s*(-?)0*(\d{1,4})(?:-\d\d){0,2}\s*")

_GEONAMES_LINK = re.compile(r"(?:geonames\.org/|^gn:)(\d+)")


class Row(NamedTuple):
    """A row of a list."""

    where: str  #: `line 7`, `feature 3`
    cells: dict[str, str]
    geometry: Callable[[], Shape] | None = None  #: raises `ValueError` where it is broken
    names: tuple[Name, ...] = ()
    may_lack_point: bool = False  #: the format allows places without a position
    problem: str = ""  #: why its cells cannot be told apart


def rows(path: Path) -> Iterator[Row]:
    """Return the rows of a list by the suffix of its file.

    Raises
    ------
    FormatError
        The file is not in the format of its suffix.
    ReadError
        The file cannot be read.
    """
    match path.suffix.lower():
        case ".csv" | ".tsv":
            return _table_rows(path)
        case ".geojson" | ".json" | ".jsonld":
            return _feature_rows(path)
        case ".gpkg":
            return _gpkg_rows(path)
    raise FormatError(
        f"cannot tell what {path.name} is by its suffix. Lists end in {', '.join(SUFFIXES)}."
    )


def _table_rows(path: Path) -> Iterator[Row]:
    text = _read_text(path)
    header = text.partition("\n")[0]
    delimiter = max("\t,;", key=header.count) if any(c in header for c in "\t,;") else ","
    lines = io.StringIO(text, newline="")
    if delimiter == "\t":
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=delimiter)
    try:
        columns = [_column(cell) for cell in next(reader, [])]
        _check_columns(path, columns)
        linked = "title_source" in columns or "geowkt" in columns or "variants" in columns
        for fields in reader:
            if any(field.strip() for field in fields):
                yield _table_row(f"line {reader.line_num}", columns, fields, linked=linked)
    except csv.Error as error:
        raise FormatError(
            f"{path.name}, line {reader.line_num}: {error}. Nothing of it was added."
        ) from error


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [c for c in ("name", "latitude", "longitude") if c not in columns]
    if any(BOUNDARY.fullmatch(column) for column in columns) and "name" in missing:
        missing.remove("name")
    if "geowkt" in columns:
        missing = [column for column in missing if column == "name"]
    if missing:
        raise FormatError(
            f"{path.name}, line 1: no column {', '.join(missing)}. "
            f"The header names the columns; it has {', '.join(filter(None, columns)) or 'none'}."
        )


def _table_row(where: str, columns: list[str], fields: list[str], *, linked: bool) -> Row:
    if len(fields) != len(columns):
        problem = f"it has {len(fields)} columns, the header has {len(columns)}"
        return Row(where, {}, problem=problem)
    cells = dict(zip(columns, fields, strict=True))
    if not linked:
        return Row(where, cells)
    match: Match = "former" if cells.get("end", "").strip() else "alternate"
    names = tuple(
        Name(variant.rpartition("@")[0].strip() or variant, match)
        for variant in cells.get("variants", "").split(";")
        if variant.strip()
    )
    wkt = cells.get("geowkt", "").strip()
    geometry = (lambda: from_wkt(wkt)) if wkt else None
    return Row(where, cells, geometry, names, may_lack_point=True)


def _column(cell: str) -> str:
    column = cell.strip().strip('"').lower()
    return _ALIASES.get(column, column)


def _feature_rows(path: Path) -> Iterator[Row]:
    try:
        # Any: the shape of JSON from outside is checked as it is used.
        data: Any = json.loads(_read_text(path))
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{path.name}, line {error.lineno}: not valid JSON, {error.msg}. "
            "Mend the file; nothing of it was added."
        ) from error
    if isinstance(data, dict):
        _check_reference_system(path, data)
        features = data.get("features", [data] if data.get("type") == "Feature" else None)
    else:
        features = data
    if not isinstance(features, list):
        raise FormatError(
            f"{path.name} is no GeoJSON: it has no features. Give a FeatureCollection."
        )
    for number, feature in enumerate(features, 1):
        where = f"feature {number}"
        if not isinstance(feature, dict):
            raise FormatError(f"{path.name}, {where}: it is no object. Nothing of it was added.")
        yield _feature_row(where, feature)


def _check_reference_system(path: Path, data: dict[str, Any]) -> None:
    crs = json.dumps(data.get("crs"))
    if crs != "null" and not re.search(r"CRS84|4326", crs):
        raise FormatError(
            f"{path.name} is not in WGS84 degrees but {crs}. Save it in EPSG:4326 first."
        )


def _feature_row(where: str, feature: dict[str, Any]) -> Row:
    properties = feature.get("properties")
    cells: dict[str, str] = {}
    for column, value in (properties if isinstance(properties, dict) else {}).items():
        text = "|".join(map(str, value)) if isinstance(value, list) else value
        if text is not None and not isinstance(text, dict):
            cells.setdefault(_column(column), str(text))
    given = feature.get("@id", feature.get("id"))
    if given is not None:
        cells.setdefault("id", str(given))
    cells.update({k: v for k, v in _years_of(feature.get("when")).items() if k not in cells})
    names = []
    for said in _objects(feature.get("names")):
        ended = "end" in _years_of(said.get("when")) or "end" in cells
        names.append(Name(str(said.get("toponym", "")), "former" if ended else "alternate"))
    for link in _objects(feature.get("links")):
        same = _GEONAMES_LINK.search(str(link.get("identifier", "")))
        if same and link.get("type") == "exactMatch":
            cells["id"] = f"geonames:{same[1]}"
    geometry = feature.get("geometry")
    shape = (lambda: from_geojson(geometry)) if geometry else None
    return Row(where, cells, shape, tuple(names), may_lack_point=True)


def _years_of(when: object) -> dict[str, str]:
    """Return the first and the last year of the time spans, where all of them say it."""
    spans = list(_objects(when.get("timespans"))) if isinstance(when, dict) else []
    found: dict[str, str] = {}
    for end, choose in (("start", min), ("end", max)):
        years: list[int] = []
        for span in spans:
            said = span.get(end)
            values = said.values() if isinstance(said, dict) else [said]
            matches = [m for m in (YEAR.fullmatch(str(v)) for v in values) if m]
            years.extend(int(m[1] + m[2]) for m in matches[:1])
        if years and len(years) == len(spans):
            found[end] = str(choose(years))
    return found


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _gpkg_rows(path: Path) -> Iterator[Row]:
    if not path.is_file():
        raise ReadError(f"cannot read {path}: no such file.")
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)
        ) as connection:
            # A view of a foreign file may call functions; ours need none.
            connection.execute("PRAGMA trusted_schema = OFF")
            tables = connection.execute(
                "SELECT table_name, column_name, UPPER(organization), organization_coordsys_id "
                "FROM gpkg_geometry_columns LEFT JOIN gpkg_spatial_ref_sys USING (srs_id) "
                "ORDER BY table_name"
            ).fetchall()
            for table, column, organization, system in tables:
                if (organization, system) not in (("EPSG", 4326), ("OGC", 84)):
                    raise FormatError(
                        f'{path.name}: the table "{table}" is not in WGS84 degrees but '
                        f"{organization}:{system}. Save it in EPSG:4326 first."
                    )
                yield from _layer_rows(connection, table, column)
    except sqlite3.Error as error:
        raise FormatError(
            f"{path.name} is no GeoPackage: {error}. Nothing of it was added."
        ) from error


def _layer_rows(connection: sqlite3.Connection, table: str, column: str) -> Iterator[Row]:
    quoted = table.replace('"', '""')
    rows = connection.execute(f'SELECT * FROM "{quoted}"')
    columns = [description[0] for description in rows.description]
    at = columns.index(column)
    for number, row in enumerate(rows, 1):
        cells = {
            _column(name): str(value)
            for n, (name, value) in enumerate(zip(columns, row, strict=True))
            if n != at and value is not None and not isinstance(value, bytes)
        }
        yield Row(f"{table} row {number}", cells, _gpkg_geometry(row[at]), may_lack_point=True)


def _gpkg_geometry(blob: object) -> Callable[[], Shape] | None:
    if blob is None:
        return None
    return lambda: from_gpkg(blob if isinstance(blob, bytes) else b"")


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FormatError(
            f"{path.name}, line {line}: not UTF-8. Save the file as UTF-8; nothing was added."
        ) from error
    except OSError as error:
        raise ReadError(f"cannot read {path}: {(error.strerror or str(error)).lower()}.") from error
