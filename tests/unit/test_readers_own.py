"""A folder may hold documents and what geo made of them: that is passed over, and said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.corrections import Correction, write
from geo.document import ParsedDocument
from geo.errors import FormatError, GeoWarning
from geo.exporters import export
from geo.readers import ReadOptions, read_sources
from geo.readers.own import is_written_by_geo
from geo.readers.sources import count_files
from tests.fixtures.documents import make

Make = Callable[..., ParsedDocument]
WRITTEN = ("map.html", "rows.jsonl", "rows.csv", "rows.xlsx", "rows.parquet")


@pytest.fixture
def folder(tmp_path: Path, make_parsed: Make) -> Path:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("pyarrow")
    for name in WRITTEN:
        export([make_parsed()], tmp_path / name)
    correction = Correction(document_id="a", start=0, end=3, mention="Osh", action="reject")
    write([correction], tmp_path / "fixes.jsonl")
    (tmp_path / "a.txt").write_text("Osh is far.")
    return tmp_path


@pytest.mark.parametrize("glob", [False, True])
def test_what_geo_wrote_is_passed_over_in_a_folder(folder: Path, glob: bool) -> None:
    with pytest.warns(GeoWarning, match=r"passed over .*, \.\.\., which geo wrote") as caught:
        found = list(read_sources([f"{folder}/*" if glob else folder]))
    assert [document.text for document in found] == ["Osh is far."]
    assert len(caught) == 1
    assert count_files([folder], suffixes={".txt", ".html", ".csv", ".jsonl"}) == 1


def test_files_of_others_are_read_as_ever(tmp_path: Path) -> None:
    for name, content in make.documents().items():
        (tmp_path / name).write_bytes(content)
        assert not is_written_by_geo(tmp_path / name), name
    (tmp_path / "a.csv").write_text("document_id,text\n1,Osh\n")
    assert not is_written_by_geo(tmp_path / "a.csv")
    assert not is_written_by_geo(tmp_path / "none.html")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("map.html", "it is a map that geo wrote"),
        ("rows.jsonl", "it holds mentions or corrections that geo wrote"),
        ("rows.csv", "it holds mentions or corrections that geo wrote"),
        ("fixes.jsonl", "for corrections there is --corrections"),
    ],
)
def test_as_documents_they_are_refused_in_one_line(folder: Path, name: str, message: str) -> None:
    errors: list[Exception] = []
    assert list(read_sources([folder / name], on_error=errors.append)) == []
    [error] = errors
    assert isinstance(error, FormatError)
    assert message in str(error)


def test_who_names_the_column_has_them_read(folder: Path) -> None:
    options = ReadOptions(text_columns=("sentence",))
    for name in ("rows.csv", "rows.jsonl"):
        [document] = read_sources([folder / name], options=options)
        assert "Bishkek" in document.text
