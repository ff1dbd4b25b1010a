import datetime as dt
import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import MissingExtraError, ReadError
from geo.exporters import xlsx
from geo.exporters.rows import COLUMNS, encode, rows
from geo.exporters.xlsx import XlsxExporter
from geo.place import Candidate, Place

Make = Callable[..., ParsedDocument]


# The readers carry no types, hence `Any`.
def book(*parsed: ParsedDocument) -> Any:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    stream = io.BytesIO()
    XlsxExporter().write(iter(parsed), stream)
    return openpyxl.load_workbook(stream)


def cells(parsed: ParsedDocument) -> dict[str, Any]:
    """Return the cells of the first row."""
    return dict(zip(COLUMNS, list(book(parsed).active.iter_rows())[1], strict=True))


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8531999, -74.846501, population=0)
    return make_parsed("Jets left Kant, far from Qux.", {"Kant": place, "Qux": None}, id="007")


def test_xlsx_has_the_shared_columns_with_their_types(kant: ParsedDocument) -> None:
    header, *found = book(kant)["mentions"].iter_rows(values_only=True)
    assert header == COLUMNS
    for values, row in zip(found, rows(kant), strict=True):
        expected = {**row, "alternatives": "[]", "explanation": None}
        assert dict(zip(COLUMNS, values, strict=True)) == expected


def test_xlsx_tells_nothing_of_the_clock_and_the_user(kant: ParsedDocument) -> None:
    opened = book(kant)
    assert opened.properties.created == opened.properties.modified == dt.datetime(2000, 1, 1)
    stream = io.BytesIO()
    XlsxExporter().write([kant], stream)
    with zipfile.ZipFile(stream) as archive:
        assert {entry.external_attr for entry in archive.infolist()} == {0o600 << 16}
        assert archive.testzip() is None


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\n"])
def test_xlsx_formulas_are_texts_and_stay_so(make_parsed: Make, sign: str) -> None:
    cell = cells(make_parsed("Bishkek", title=f'{sign}HYPERLINK("http://x.test")'))["title"]
    assert cell.value == f'{sign}HYPERLINK("http://x.test")'
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("text", ["http://x.test/", "mailto:a@x.test", "42", "<b>&amp;"])
def test_xlsx_texts_are_neither_links_nor_numbers(make_parsed: Make, text: str) -> None:
    cell = cells(make_parsed("Bishkek", source=text))["source"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("text", ["<r><t>a</t></r>", "<r></c></r>", "<r>" + "x" * 40_000 + "</r>"])
def test_xlsx_markup_does_not_get_into_the_sheet(make_parsed: Make, text: str) -> None:
    value = cells(make_parsed("Bishkek", title=text))["title"].value
    assert value.rstrip() == text[:32_767]


def test_xlsx_control_characters_survive(make_parsed: Make) -> None:
    pytest.importorskip("xlsxwriter")
    calamine = pytest.importorskip("python_calamine")
    stream = io.BytesIO()
    title = "a\0b\x01 _x0041_ \ud800 🛩"
    XlsxExporter().write([make_parsed("Bishkek", title=title)], stream)
    [_, row] = (
        calamine.load_workbook(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()
    )
    assert row[COLUMNS.index("title")] == "a\0b\x01 _x0041_ ? 🛩"


@pytest.mark.parametrize(("letter", "kept"), [("x", 32_767), ("🛩", 16_383)])
def test_xlsx_long_texts_are_cut_between_characters(
    make_parsed: Make, letter: str, kept: int
) -> None:
    cell = cells(make_parsed("Bishkek", title=letter * 40_000))["title"]
    assert cell.value == letter * kept


def test_xlsx_of_many_alternatives_the_first_stay(
    make_document: Callable[..., Document],
    make_mention: Callable[..., Mention],
    make_place: Callable[..., Place],
    make_resolution: Callable[..., Resolution],
) -> None:
    document = make_document("Osh")
    candidates = tuple(
        Candidate(place=make_place("Osh" * 99, i / 10, 0, id=f"t:{i}"), name="Osh", match="primary")
        for i in range(200)
    )
    resolution = make_resolution(
        make_mention(document, "Osh"), candidates[0].place, candidates=candidates
    )
    parsed = ParsedDocument(document=document, resolutions=(resolution,))
    all_of_them = next(rows(parsed))["alternatives"]
    assert isinstance(all_of_them, list)
    value = cells(parsed)["alternatives"].value
    kept = value.count('"place_id"')
    assert 50 < kept < 199
    assert value == encode(all_of_them[:kept])


def test_xlsx_goes_on_in_another_sheet(
    kant: ParsedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "_ROWS", 3)
    opened = book(kant, kant)
    assert opened.sheetnames == ["mentions", "mentions 2"]
    assert [sheet.max_row for sheet in opened] == [3, 3]
    assert [cell.value for cell in opened["mentions 2"][1]] == list(COLUMNS)


def test_xlsx_passes_errors_of_reading_on(kant: ParsedDocument) -> None:
    pytest.importorskip("xlsxwriter")

    def reading() -> Iterator[ParsedDocument]:
        yield kant
        raise ReadError("cannot read b.txt")

    with pytest.raises(ReadError, match=r"b\.txt"):
        XlsxExporter().write(reading(), io.BytesIO())


def test_without_the_extra_xlsx_says_what_to_install(
    kant: ParsedDocument, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r'pip install "mentionmap\[xlsx\]"'):
        XlsxExporter().export([kant], tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
