"""Write GeoPackage 1.3, a row a mention, for QGIS and other geographic information systems."""

import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.errors import ExportError
from geo.exporters.rows import COLUMNS, TYPES, ColumnType, encode, rows

__all__ = ["GpkgExporter"]

_BLOCK = 1 << 20  # bytes
_BATCH = 1000  # rows

_SQL_TYPES: dict[ColumnType, str] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "truth": "BOOLEAN",
    "date": "DATE",
    "list": "TEXT",
}

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

# The tables that the standard asks for (OGC 12-128r18, annex C), and ours. The time of the last
# change is fixed: the same rows give the same bytes.
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic');
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id)
    VALUES ('mentions', 'features', 'mentions', '2000-01-01T00:00:00.000Z', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('mentions', 'geom', 'POINT', 4326, 0, 0);
"""
_TABLE = ", ".join(f'"{column}" {_SQL_TYPES[kind]}' for column, kind in TYPES.items())
_INSERT = "INSERT INTO mentions VALUES (NULL, ?" + ", ?" * len(COLUMNS) + ")"

# "GP", version 0, no envelope, little endian, the system of EPSG:4326.
_HEADER = struct.pack("<2sBBi", b"GP", 0, 1, 4326)


class GpkgExporter:
    """Write one table of features, `mentions`, with the columns of `geo.exporters.rows`.

    The geometry `geom` is a point in EPSG:4326, null where nothing was placed. `alternatives` is
    JSON, `published` a date. Lone surrogates become `?` and NUL characters U+FFFD. There is no
    R-tree index; a program that wants one adds it.
    """

    suffixes: tuple[str, ...] = (".gpkg",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write a temporary file, then its bytes."""
        with tempfile.TemporaryDirectory(prefix="geo-") as folder:
            file = Path(folder, "mentions.gpkg")
            with closing(sqlite3.connect(file, isolation_level=None)) as connection:
                for batch in _batches(parsed):
                    _insert(connection, batch)
            with file.open("rb") as written:
                shutil.copyfileobj(written, stream, _BLOCK)


def _batches(parsed: Iterable[ParsedDocument]) -> Iterator[list[tuple[object, ...]] | None]:
    """Yield the values of some rows at a time; `None` first and last, to open and to close."""
    yield None
    batch: list[tuple[object, ...]] = []
    for document in parsed:
        for row in rows(document):
            batch.append((_point(row), *(_value(row[column]) for column in COLUMNS)))
            if len(batch) == _BATCH:
                yield batch
                batch = []
    yield batch
    yield None


def _insert(connection: sqlite3.Connection, batch: list[tuple[object, ...]] | None) -> None:
    try:
        if batch is not None:
            connection.executemany(_INSERT, batch)
        elif not connection.in_transaction:
            _open(connection)
        else:
            _close(connection)
    except sqlite3.OperationalError as error:
        raise ExportError(
            f"cannot write a temporary GeoPackage: {error}. "
            f"Make room in {tempfile.gettempdir()}, or set TMPDIR to another folder."
        ) from error


def _open(connection: sqlite3.Connection) -> None:
    # The file is written once and thrown away when that fails, so it needs no journal.
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300; BEGIN;"
        f"{_SCHEMA}"
        "CREATE TABLE mentions ("
        f"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT, {_TABLE});"
    )
    connection.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84 geodetic', 4326, 'EPSG', 4326, ?, ?)",
        (_WGS84, "longitude and latitude in degrees on the WGS 84 ellipsoid"),
    )


def _close(connection: sqlite3.Connection) -> None:
    bounds = connection.execute(
        "SELECT min(longitude), min(latitude), max(longitude), max(latitude) FROM mentions"
    ).fetchone()
    connection.execute(
        "UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = (?, ?, ?, ?)", bounds
    )
    connection.execute("COMMIT")


def _point(row: dict[str, object]) -> bytes | None:
    if row["longitude"] is None:
        return None
    return _HEADER + struct.pack("<BIdd", 1, 1, row["longitude"], row["latitude"])


def _value(value: object) -> object:
    if isinstance(value, list):
        value = encode(value)
    if isinstance(value, str):
        # Readers in C take a NUL for the end of the text.
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return value
