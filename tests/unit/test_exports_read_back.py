"""Every export is read back by somebody else's reader: a corpus of hostile words and far points."""

import datetime as dt
import io
import json
import math
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

# Any: the readers' frames; the libraries are not followed by the type checker.
from typing import Any

import pytest

from geo.document import Document, Mention, ParsedDocument, Resolution, Section
from geo.exporters import export
from geo.exporters.rows import COLUMNS, TYPES, rows
from geo.place import Candidate, Place

#: Words that break formats which were put together by hand.
HOSTILE = (
    "=HYPERLINK(1)",
    "+1",
    "-2",
    "@SUM(A1)",
    '"quoted", and; more',
    "line\nbreak\r\nand\ttab",
    "<r>&amp;</r>",
    "]]><script>alert(1)</script>",
    "nul\0bell\x07esc\x1b",
    "a\u2028b\x85c",
    "Ош العربية 比什凯克 🛩️",
    "\u202egnp.exe",
    "e\u0301 é",
    "lone \ud800 half",
    "'apostrophe",
    "NULL",
    "NaN",
    "true",
    "007",
    "1e5",
    "2012-09-19",
    "\ufeffmark",
    "x" * 40_000,
)
POINTS = ((0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (42.87, 74.59), (-0.0, 1e-7), (5.123456, 6.0))


def corpus() -> list[ParsedDocument]:
    """Return a document a hostile text: it is title, source, mention, place and sentence."""
    documents = [ParsedDocument(document=Document(text="Nothing is here."))]
    for number, words in enumerate(HOSTILE):
        latitude, longitude = POINTS[number % len(POINTS)]
        place = Place(
            id=f"t:{words[:99]}",
            name=words,
            latitude=latitude,
            longitude=longitude,
            feature_class="P",
            country_code="KG",
            admin1=words,
            population=number or None,
            radius_km=math.pi,
        )
        text = f"{words} and {words}"
        spans = (
            Mention(start=0, end=len(words), text=words),
            Mention(start=len(words) + 5, end=len(text), text=words),
        )
        documents.append(
            ParsedDocument(
                document=Document(
                    text=text,
                    id=f"{number} {words[:99]}",
                    title=words,
                    source=words,
                    published=dt.date(2012, 9, 19) if number % 2 else None,
                    sections=(Section(start=0, end=len(text), label=words),),
                ),
                resolutions=(
                    Resolution(
                        mention=spans[0],
                        place=place,
                        confidence=0.25,
                        candidates=(
                            Candidate(place=place, name=words, match="primary", score=1.0),
                            Candidate(
                                place=Place(id="t:other", name=words, latitude=1, longitude=2),
                                name=words,
                                match="alternate",
                            ),
                        ),
                        explanation=words,
                    ),
                    Resolution(mention=spans[1], reason="no-candidate"),
                ),
            )
        )
    return documents


EXPECTED = [row for parsed in corpus() for row in rows(parsed)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("exports")

    def write(suffix: str) -> Path:
        path = folder / f"corpus{suffix}"
        return path if path.exists() else export(corpus(), path)

    return write


def shown(value: object, column: str, suffix: str) -> object:
    """Return what a format keeps of a value; each line is a promise of `docs/exporting.md`."""
    if column == "alternatives" and suffix not in (".jsonl", ".geojson", ".parquet"):
        return json.loads(json.dumps(value).encode("utf-8", "replace")) if value else value
    if not isinstance(value, str):
        return value
    text = value if suffix in (".jsonl", ".geojson") else value.encode("utf-8", "replace").decode()
    if suffix == ".csv" and text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return "'" + text
    if suffix == ".gpkg":
        return text.replace("\0", "\ufffd")
    if suffix == ".xlsx":
        return text[:32_767]
    return text


def differing(
    found: Mapping[str, object], expected: Mapping[str, object], suffix: str
) -> list[str]:
    wrong = []
    for column in COLUMNS:
        value, wanted = found[column], shown(expected[column], column, suffix)
        if TYPES[column] == "list":
            continue  # looked at below
        if isinstance(wanted, float) and not isinstance(value, str):
            same = math.isclose(float(str(value)), wanted)
        else:
            same = value == wanted
        if not same:
            wrong.append(f"{column}: {value!r} instead of {wanted!r}")
    return wrong


def test_csv_is_read_by_pandas(written: Callable[[str], Path]) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(
        written(".csv"), dtype=str, keep_default_na=False, lineterminator=None, engine="python"
    )
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == len(EXPECTED)
    for found, expected in zip(frame.to_dict("records"), EXPECTED, strict=True):
        for column in ("mention", "title", "place", "document_id"):
            wanted = shown(expected[column], column, ".csv")
            assert found[column] == ("" if wanted is None else wanted)
        assert found["latitude"] == (
            "" if expected["latitude"] is None else str(expected["latitude"])
        )


def test_jsonl_is_read_by_pandas(written: Callable[[str], Path]) -> None:
    pandas = pytest.importorskip("pandas")
    lines = written(".jsonl").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(EXPECTED)
    # Half a letter is legal JSON, and more than its reader in C takes.
    kept = [n for n, row in enumerate(EXPECTED) if "\ud800" not in str(row["title"])]
    frame = pandas.read_json(
        io.StringIO("\n".join(lines[n] for n in kept)), lines=True, dtype=False
    )
    assert tuple(frame.columns) == ("schema", *COLUMNS)
    for column in ("mention", "sentence", "latitude"):
        for value, number in zip(frame[column], kept, strict=True):
            wanted = EXPECTED[number][column]
            assert value == wanted or (wanted is None and value != value)


def read(path: Path, **options: object) -> Any:
    geopandas = pytest.importorskip("geopandas")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return geopandas.read_file(path, **options)


def geometry_is_right(frame: Any) -> None:
    assert len(frame) == len(EXPECTED)
    assert frame.crs.to_epsg() == 4326
    for point, row in zip(frame.geometry, EXPECTED, strict=True):
        if row["longitude"] is None:
            assert point is None
        else:
            assert (point.x, point.y) == (row["longitude"], row["latitude"])


def test_geojson_is_read_by_geopandas(written: Callable[[str], Path]) -> None:
    pytest.importorskip("geopandas")
    frame = read(written(".geojson"))
    geometry_is_right(frame)
    for value, row in zip(frame["place"], EXPECTED, strict=True):
        wanted = row["place"]
        if wanted is None:
            assert value is None or value != value
        elif "\ud800" not in str(wanted) and "\0" not in str(wanted):
            assert value == wanted


def test_geopackage_is_read_by_geopandas(written: Callable[[str], Path]) -> None:
    pytest.importorskip("geopandas")
    frame = read(written(".gpkg"), layer="mentions")
    geometry_is_right(frame)
    kinds = {column: str(frame[column].dtype) for column in ("start", "latitude", "approximate")}
    assert kinds == {"start": "int64", "latitude": "float64", "approximate": "bool"}
    assert str(frame["published"].dtype).startswith("datetime64")
    for found, row in zip(frame.to_dict("records"), EXPECTED, strict=True):
        for column in ("mention", "title", "source", "explanation", "section"):
            wanted = shown(row[column], column, ".gpkg")
            assert found[column] == wanted, column
        if row["alternatives"]:
            assert json.loads(found["alternatives"])[0]["place_id"] == "t:other"


def test_kml_is_read_by_geopandas(written: Callable[[str], Path]) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    if "KML" not in pyogrio.list_drivers() and "LIBKML" not in pyogrio.list_drivers():
        pytest.skip("this GDAL reads no KML")
    frame = read(written(".kml"))
    assert len(frame) == len(EXPECTED)
    placed = [row for row in EXPECTED if row["longitude"] is not None]
    points = [point for point in frame.geometry if point is not None and not point.is_empty]
    assert [(point.x, point.y) for point in points] == [
        (row["longitude"], row["latitude"]) for row in placed
    ]
    assert any("比什凯克 🛩" in str(name) for name in frame["Name"])


def test_geoparquet_is_read_by_geopandas_and_by_pyarrow(written: Callable[[str], Path]) -> None:
    geopandas = pytest.importorskip("geopandas")
    pq = pytest.importorskip("pyarrow.parquet")
    frame = geopandas.read_parquet(written(".parquet"))
    assert frame.crs.to_string() == "OGC:CRS84"
    assert len(frame) == len(EXPECTED)
    table = pq.read_table(written(".parquet"))
    assert json.loads(table.schema.metadata[b"geo"])["columns"]["geometry"]["encoding"] == "WKB"
    for found, row, point in zip(table.to_pylist(), EXPECTED, frame.geometry, strict=True):
        found["published"] = found["published"] and found["published"].isoformat()
        assert differing(found, row, ".parquet") == []
        assert (None if point is None else point.x) == row["longitude"]
        alternatives = row["alternatives"]
        assert isinstance(alternatives, list)
        assert [one["place_id"] for one in found["alternatives"]] == [
            one["place_id"] for one in alternatives
        ]


def test_xlsx_is_read_by_openpyxl(written: Callable[[str], Path]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    sheet = openpyxl.load_workbook(written(".xlsx"))["mentions"]
    table = list(sheet.iter_rows())
    header = [cell.value for cell in table[0]]
    assert tuple(header) == COLUMNS
    assert len(table) == len(EXPECTED) + 1
    for cells, row in zip(table[1:], EXPECTED, strict=True):
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
        found = dict(zip(COLUMNS, (cell.value for cell in cells), strict=True))
        for column in ("start", "latitude", "longitude", "population", "confidence", "approximate"):
            assert found[column] == row[column]
        wanted = shown(row["mention"], "mention", ".xlsx")
        if str(wanted).isprintable():
            assert found["mention"] == str(wanted).replace("<r>&amp;</r>", "<r>&amp;</r> ")


def test_web_annotations_are_json_with_the_words_at_their_offsets(
    written: Callable[[str], Path],
) -> None:
    found = json.loads(written(".jsonld").read_text("utf-8"))
    items = found["first"]["items"]
    assert found["total"] == len(items) == len(EXPECTED)
    texts = {parsed.document.id: parsed.document.text for parsed in corpus()}
    for item, row in zip(items, EXPECTED, strict=True):
        position, quote = item["target"]["selector"]
        text = texts[item["properties"]["document_id"]]
        assert text[position["start"] : position["end"]] == quote["exact"] == row["mention"]
        assert item.get("body", {}).get("lat") == row["latitude"]
