import datetime as dt
import io
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from geo.document import ParsedDocument
from geo.errors import ExportError, ReadError
from geo.exporters import gpkg
from geo.exporters.gpkg import GpkgExporter
from geo.exporters.rows import COLUMNS, rows
from geo.place import Place

Make = Callable[..., ParsedDocument]


def table(file: Path, *parsed: ParsedDocument) -> list[sqlite3.Row]:
    GpkgExporter().export(iter(parsed), file)
    return select(file, "SELECT * FROM mentions ORDER BY fid")


def select(file: Path, query: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query).fetchall()


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8531999, 74.846501, population=0)
    return make_parsed(
        "Jets left Kant, far from Qux.",
        {"Kant": place, "Qux": None},
        published=dt.date(2012, 9, 19),
    )


def test_gpkg_has_the_shared_columns(kant: ParsedDocument, tmp_path: Path) -> None:
    found = table(tmp_path / "a.gpkg", kant)
    assert tuple(found[0].keys()) == ("fid", "geom", *COLUMNS)
    for one, row in zip(found, rows(kant), strict=True):
        assert {c: one[c] for c in COLUMNS} == {**row, "alternatives": "[]"}


def test_gpkg_points_are_wgs84_and_null_where_nothing_was_placed(
    kant: ParsedDocument, tmp_path: Path
) -> None:
    placed, unplaced = table(tmp_path / "a.gpkg", kant)
    assert struct.unpack("<2sBBiBIdd", placed["geom"]) == (
        b"GP",
        0,
        1,
        4326,
        1,
        1,
        74.8465,
        42.8532,
    )
    assert unplaced["geom"] is None


def test_gpkg_describes_itself(
    kant: ParsedDocument, make_parsed: Make, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    file = tmp_path / "a.gpkg"
    table(file, kant, make_parsed("Lima", {"Lima": make_place("Lima", -12.0, -77.0)}))
    [contents] = select(file, "SELECT * FROM gpkg_contents")
    assert tuple(contents)[:2] == ("mentions", "features")
    assert tuple(contents)[4:] == ("2000-01-01T00:00:00.000Z", -77.0, -12.0, 74.8465, 42.8532, 4326)
    assert [r[0] for r in select(file, "PRAGMA application_id")] == [0x47504B47]
    assert [r[0] for r in select(file, "PRAGMA integrity_check")] == ["ok"]
    assert select(file, "PRAGMA foreign_key_check") == []


def test_gpkg_of_nothing_has_an_empty_table(tmp_path: Path) -> None:
    assert table(tmp_path / "a.gpkg") == []
    [bounds] = select(tmp_path / "a.gpkg", "SELECT min_x, max_y FROM gpkg_contents")
    assert tuple(bounds) == (None, None)


def test_gpkg_takes_hostile_texts(make_parsed: Make, tmp_path: Path) -> None:
    title = "'); DROP TABLE mentions; -- \0 \ud800 🛩"
    [row] = table(tmp_path / "a.gpkg", make_parsed("Bishkek", title=title))
    assert row["title"] == "'); DROP TABLE mentions; -- \ufffd ? 🛩"


def test_gpkg_writes_more_rows_than_a_batch(
    kant: ParsedDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpkg, "_BATCH", 3)
    assert [r["mention"] for r in table(tmp_path / "a.gpkg", kant, kant, kant)] == [
        "Kant",
        "Qux",
    ] * 3


def test_gpkg_without_room_is_an_export_error(
    kant: ParsedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpkg, "_INSERT", "INSERT INTO missing VALUES (1)")
    with pytest.raises(ExportError, match="cannot write a temporary GeoPackage: no such table"):
        GpkgExporter().write([kant], io.BytesIO())


def test_gpkg_passes_errors_of_reading_on(kant: ParsedDocument) -> None:
    def reading() -> Iterator[ParsedDocument]:
        yield kant
        raise ReadError("cannot read b.txt")

    with pytest.raises(ReadError, match=r"b\.txt"):
        GpkgExporter().write(reading(), io.BytesIO())


def test_gpkg_is_read_by_geopandas(kant: ParsedDocument, tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    pytest.importorskip("pyogrio")
    GpkgExporter().export([kant], tmp_path / "a.gpkg")
    frame = geopandas.read_file(tmp_path / "a.gpkg", engine="pyogrio")
    assert (str(frame.crs), len(frame)) == ("EPSG:4326", 2)
    assert frame.geometry.iloc[0].wkt == "POINT (74.8465 42.8532)"
    assert frame.geometry.iloc[1] is None
    assert str(frame["published"].iloc[0]).startswith("2012-09-19")
