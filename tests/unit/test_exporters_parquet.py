import datetime as dt
import io
import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import MissingExtraError
from geo.exporters.parquet import ParquetExporter, RowWriter
from geo.exporters.rows import COLUMNS, rows
from geo.place import Candidate, Place

Make = Callable[..., ParsedDocument]


# pyarrow carries no types, hence `Any`.
def table(*parsed: ParsedDocument) -> Any:
    pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    ParquetExporter().write(iter(parsed), stream)
    return pq.read_table(io.BytesIO(stream.getvalue()))


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8531999, 74.846501, population=0)
    return make_parsed(
        "Jets left Kant, far from Qux.",
        {"Kant": place, "Qux": None},
        published=dt.date(2012, 9, 19),
    )


def test_parquet_has_the_shared_columns_then_the_geometry(kant: ParsedDocument) -> None:
    found = table(kant)
    assert tuple(found.column_names) == (*COLUMNS, "geometry")
    for one, row in zip(found.to_pylist(), rows(kant), strict=True):
        assert {c: one[c] for c in COLUMNS} == {**row, "published": dt.date(2012, 9, 19)}


def test_parquet_geometry_is_wkb_and_null_where_nothing_was_placed(kant: ParsedDocument) -> None:
    placed, unplaced = table(kant)["geometry"].to_pylist()
    assert struct.unpack("<BIdd", placed) == (1, 1, 74.8465, 42.8532)
    assert unplaced is None


@pytest.mark.parametrize("count", [0, 1])
def test_parquet_says_that_it_is_geoparquet(kant: ParsedDocument, count: int) -> None:
    found = table(*[kant] * count)
    assert json.loads(found.schema.metadata[b"geo"]) == {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
    }
    assert found.num_rows == 2 * count


def test_parquet_alternatives_are_structs(
    make_document: Callable[..., Document],
    make_mention: Callable[..., Mention],
    make_place: Callable[..., Place],
    make_resolution: Callable[..., Resolution],
) -> None:
    document = make_document("Osh")
    candidates = tuple(
        Candidate(place=make_place("Osh", i, 0, id=f"t:{i}"), name="Osh", match="primary")
        for i in range(3)
    )
    resolution = make_resolution(
        make_mention(document, "Osh"), candidates[0].place, candidates=candidates
    )
    parsed = ParsedDocument(document=document, resolutions=(resolution,))
    assert table(parsed)["alternatives"].to_pylist() == [next(rows(parsed))["alternatives"]]


def test_parquet_takes_hostile_texts(make_parsed: Make) -> None:
    found = table(make_parsed("Bishkek", title="a\0b \ud800 🛩"))
    assert found["title"].to_pylist() == ["a\0b ? 🛩"]


def test_parquet_writes_more_rows_than_a_group(kant: ParsedDocument) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    with RowWriter(stream, held_rows=3) as writer:
        writer.add(kant)
        writer.add(kant)
        writer.note({"geo.test": "noted"})
    file = pq.ParquetFile(io.BytesIO(stream.getvalue()))
    assert file.read()["mention"].to_pylist() == ["Kant", "Qux"] * 2
    assert [file.metadata.row_group(n).num_rows for n in range(2)] == [3, 1]
    assert file.metadata.metadata[b"geo.test"] == b"noted"


def test_parquet_leaves_the_stream_open(kant: ParsedDocument) -> None:
    pytest.importorskip("pyarrow")
    stream = io.BytesIO()
    ParquetExporter().write([kant], stream)
    assert stream.getvalue()[-4:] == b"PAR1"


def test_without_the_extra_parquet_says_what_to_install(
    kant: ParsedDocument, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "mentionmap\[parquet\]"'):
        ParquetExporter().export([kant], tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_parquet_is_read_by_geopandas(kant: ParsedDocument, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    geopandas = pytest.importorskip("geopandas")
    ParquetExporter().export([kant], tmp_path / "a.parquet")
    frame = geopandas.read_parquet(tmp_path / "a.parquet")
    assert (frame.crs.to_string(), len(frame)) == ("OGC:CRS84", 2)
    assert frame.geometry.iloc[0].wkt == "POINT (74.8465 42.8532)"
    assert frame.geometry.iloc[1] is None
