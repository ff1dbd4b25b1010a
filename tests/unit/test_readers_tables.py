"""Tables: a row a document, whatever the format; columns by name or by custom."""

import datetime as dt
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document
from geo.errors import FormatError, GeoError, GeoWarning, MissingExtraError, ReadError
from geo.protocols import Source
from geo.readers import ReadOptions
from geo.readers.table import CsvReader, ParquetReader, SpreadsheetReader
from tests.fixtures.documents import make

FOLDER = Path(__file__).resolve().parents[1] / "fixtures/documents"
Table = CsvReader | SpreadsheetReader | ParquetReader
FIXTURES: dict[str, Callable[[ReadOptions], Table]] = {
    "rows.csv": CsvReader,
    "rows.tsv": CsvReader,
    "rows.xlsx": SpreadsheetReader,
    "rows.parquet": ParquetReader,
}


def read(text: str | bytes, **options: object) -> list[Document]:
    content = text.encode() if isinstance(text, str) else text
    # Any keyword of the record passes through.
    reader = CsvReader(ReadOptions(**options))  # type: ignore[arg-type]
    return list(reader.read(Source("a.csv", content)))


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture_gives_its_rows(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    documents = list(FIXTURES[name](ReadOptions()).read(Source(name, content)))
    assert [d.text for d in documents] == list(make.PARAGRAPHS)
    assert [d.id for d in documents] == ["a1", "a2", "a3"]
    assert [d.title for d in documents] == [make.TITLE, "Jets", "Tents"]
    assert [d.published for d in documents] == [dt.date(2012, 9, day) for day in (19, 20, 21)]
    assert [d.metadata["desk"] for d in documents] == ["Asia", "Asia", "Aid"]
    first = 1 if name.endswith("parquet") else 2
    sheet = "sheet=News&" if name.endswith("xlsx") else ""
    assert [d.source for d in documents] == [f"{name}#{sheet}row={first + n}" for n in range(3)]


@pytest.mark.parametrize("name", FIXTURES)
def test_columns_are_those_that_were_named(name: str) -> None:
    options = ReadOptions(text_columns=("title", "Text"), id_column="desk", date_column="published")
    source = Source(name, (FOLDER / name).read_bytes())
    first = next(iter(FIXTURES[name](options).read(source)))
    assert first.text == f"{make.TITLE}\n\n{make.PARAGRAPHS[0]}"
    assert first.id == "Asia"
    assert [(s.label, first.text[s.start : s.end]) for s in first.sections] == [
        ("title", make.TITLE),
        ("text", make.PARAGRAPHS[0]),
    ]


@pytest.mark.parametrize("name", FIXTURES)
def test_a_column_that_is_not_there_is_named_with_those_that_are(name: str) -> None:
    reader = FIXTURES[name](ReadOptions(text_columns=("texts",)))
    with pytest.raises(ReadError, match=r'no column "texts"\. Did you mean "text"\? Columns: "id"'):
        list(reader.read(Source(name, (FOLDER / name).read_bytes())))


@pytest.mark.parametrize(
    "text",
    [
        "text,id\nOsh,1\n",
        "text;id\r\nOsh;1\r\n",
        "text\tid\nOsh\t1\n",
        "text|id\nOsh|1\n",
        '"text","id"\n"Osh","1"',
        "\ufefftext,id\nOsh,1\n",
        "\n\ntext,id\n\nOsh,1\n\n",
        "Text , ID\n Osh ,1\n",
    ],
)
def test_the_delimiter_and_the_header_are_found(text: str) -> None:
    [document] = read(text)
    assert (document.text, document.id) == ("Osh", "1")


def test_cells_hold_lines_delimiters_and_quotes() -> None:
    text = 'id,text\n1,"Osh, ""the"" city\n\nand Kant; a\u2028b"\n2,Naryn\n'
    assert [d.text for d in read(text)] == ['Osh, "the" city\n\nand Kant; a\u2028b', "Naryn"]


def test_one_column_is_the_text() -> None:
    assert [d.text for d in read("whatever\nOsh\nKant")] == ["Osh", "Kant"]


def test_which_column_is_the_text_is_asked_not_guessed() -> None:
    with pytest.raises(
        ReadError,
        match=r'which column holds the text\? Columns: "a", "b"\. Name it with --text-col',
    ):
        read("a,b\nOsh,Kant")


def test_rows_without_text_are_left_out_and_counted() -> None:
    with pytest.warns(GeoWarning, match="2 of 3 rows have no text and were left out"):
        assert [d.text for d in read("text,id\n,1\nOsh,2\n ,3")] == ["Osh"]
    with pytest.raises(FormatError, match="no row has text"):
        read("text,id\n,1\n")


def test_dates_that_only_their_author_understands_are_none_with_a_warning() -> None:
    with pytest.warns(GeoWarning, match=r'1 date was not understood, first "1/2/2012" in row 3'):
        documents = read("text,date\nOsh,31.1.2012\nKant,1/2/2012\nNaryn,\n")
    assert [d.published for d in documents] == [dt.date(2012, 1, 31), None, None]


def test_a_quote_that_is_never_closed_is_an_error_of_its_row() -> None:
    text = 'text,id\nOsh,1\n"Kant' + ",2\n" * 1_000_000
    found = list(CsvReader().read_each(Source("a.csv", text.encode())))
    assert isinstance(found[0], Document)
    assert str(found[1]).startswith("cannot read a.csv, row 3: field larger than")
    assert len(found) == 2


def test_hints_are_taken_where_they_are_sure() -> None:
    [one, two] = read("text,country,outlet,lang\nOsh,kg,kabar.kg,en\nKant,Kyrgyzstan,,\n")
    assert (one.hints.country, one.hints.outlet, one.language) == ("KG", "kabar.kg", "en")
    assert (two.hints.country, two.metadata["country"]) == (None, "Kyrgyzstan")


def test_a_point_and_a_year_are_hints_where_they_are_such() -> None:
    [one, two] = read('text,near,year\nOsh,"42.87, 74.59",1931\nKant,near Osh,soon\n')
    assert (one.hints.near, one.hints.year) == ((42.87, 74.59), 1931)
    assert not {"near", "year"} & set(one.metadata)
    assert (two.hints.near, two.hints.year) == (None, None)
    assert (two.metadata["near"], two.metadata["year"]) == ("near Osh", "soon")


def sheets(
    **rows: list[list[object]],
) -> list[Document | GeoError]:
    return list(SpreadsheetReader().read_each(Source("a.xlsx", make.xlsx(rows))))


def test_numbers_of_a_spreadsheet_stay_whole() -> None:
    [document] = sheets(a=[["id", "text", "score"], [17, "Osh", 2.5]])
    assert isinstance(document, Document)
    assert (document.id, document.metadata["score"]) == ("17", "2.5")
    assert document.source == "a.xlsx#row=2"


def test_sheets_without_text_are_passed_over_unless_all_are() -> None:
    found = sheets(a=[["text"], ["Osh"]], b=[["x", "y"], [1, 2]], c=[])
    assert [d.text for d in found if isinstance(d, Document)] == ["Osh"]
    assert len(found) == 1
    [error] = sheets(b=[["x", "y"], [1, 2]], c=[])
    assert "a.xlsx, sheet b: which column holds the text?" in str(error)


def test_without_the_extra_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "mentionmap\[parquet\]"'):
        list(ParquetReader().read(Source("a", (FOLDER / "rows.parquet").read_bytes())))


def test_parquet_dates_and_nulls_are_read() -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    rows = [
        {"text": "Osh", "date": dt.date(2012, 9, 19), "tags": ["a", "b"]},
        {"text": None, "date": None, "tags": None},
        {"text": "Kant", "date": None, "tags": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), out)
    with pytest.warns(GeoWarning, match="1 of 3 rows has no text and was"):
        documents = list(ParquetReader().read(Source("a", out.getvalue())))
    assert [d.published for d in documents] == [dt.date(2012, 9, 19), None]
    assert documents[0].metadata["tags"] == '["a", "b"]'


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from(",;\t|"))
def test_what_a_table_holds_comes_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    lines = [("text", "other"), *rows]
    text = "\n".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoWarning)
        try:
            found = [d.text for d in read(text)]
        except FormatError:
            found = []
    assert found == [cell.strip() for cell, _ in rows if cell.strip()]
