"""Tables in and out: what is read, what is written, and where a broken run goes on."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import ExportError, FormatError, ReadError, SettingsError
from geo.geocoders.lookup import Row
from geo.geocoders.table import COLUMNS, Table, fill, fill_stream, read_table
from geo.place import Place

OSH = Row(
    place=Place(
        id="test:osh",
        name="Osh",
        latitude=40.53,
        longitude=72.8,
        feature_class="P",
        feature_code="PPLA",
        country_code="KG",
        admin1="Osh City",
    ),
    match="primary",
    score=0.25,
)
OSH_CELLS = ["test:osh", "Osh", "40.53", "72.8", "KG", "Osh City", "P.PPLA", "primary", "0.2500"]
EMPTY = [""] * len(COLUMNS)


class Asked:
    """Know Osh, remember what was asked, and break when told to."""

    def __init__(self, *, breaks_at: str | None = None) -> None:
        self.questions: list[str] = []
        self.breaks_at = breaks_at

    def __call__(self, question: str) -> list[Row]:
        if question == self.breaks_at:
            raise KeyboardInterrupt
        self.questions.append(question)
        return [OSH] if question.lower().startswith("osh") else []


def read(text: str, column: str | None = None, *, points: bool = False) -> Table:
    return read_table(text.encode(), "names.csv", column=column, points=points)


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))


def filled(table: Table, ask: Callable[[str], list[Row]] | None = None) -> list[list[str]]:
    stream = io.BytesIO()
    list(fill_stream(table, stream, ask or Asked()))
    return rows_of(stream.getvalue(), table.delimiter)


def test_columns_are_appended_and_the_rest_is_kept() -> None:
    table = read('id,name,note\n1,Osh,"a, ""b""\nc"\n2,Nowhere,=1+1\n3\n')
    asked = Asked()
    stream = io.BytesIO()
    assert list(fill_stream(table, stream, asked)) == [True, False, False]
    assert rows_of(stream.getvalue()) == [
        ["id", "name", "note", *COLUMNS],
        ["1", "Osh", 'a, "b"\nc', *OSH_CELLS],
        ["2", "Nowhere", "=1+1", *EMPTY],
        ["3", "", "", *EMPTY],
    ]
    assert asked.questions == ["Osh", "Nowhere"]


@pytest.mark.parametrize(
    ("text", "column", "points", "questions"),
    [
        ("id,Name\n1,Osh\n", None, False, ["Osh"]),
        ("id,toponym\n1,Osh\n", None, False, ["Osh"]),
        ("whatever\nOsh\n\nNaryn\n", None, False, ["Osh", "Naryn"]),
        ("a,b\n1,Osh\n", "b", False, ["Osh"]),
        ('a,b\n1,"Osh, Kyrgyzstan"\n', "B", False, ["Osh, Kyrgyzstan"]),
        ("\ufeffa;b\r\n1;Osh, KG\r\n", "b", False, ["Osh, KG"]),
        ("a\tname\n1\tOsh\n", None, False, ["Osh"]),
        ("lat,lon\n1,2\n", None, True, ["1,2"]),
        ("id,longitude,latitude\n9,2,1\n", None, True, ["1,2"]),
        ("x,y\n2,1\n", "y,x", True, ["1,2"]),
        ('at\n"1,2"\n', "at", True, ["1,2"]),
        ('"a,b",c\nOsh,1\n', "a,b", False, ["Osh"]),
    ],
)
def test_the_column_of_the_questions(
    text: str, column: str | None, points: bool, questions: list[str]
) -> None:
    assert list(read(text, column, points=points).questions) == questions


@pytest.mark.parametrize(
    ("text", "column", "error", "says"),
    [
        ("", None, ReadError, "names.csv"),
        ("a,b\n1,2\n", None, SettingsError, r"several columns \(a, b\).*--column"),
        ("a,b\n1,2\n", "c", SettingsError, 'no column "c".*a, b'),
        ("name\nOsh, KG\n", None, FormatError, "row 2: 2 cells under 1"),
        ('name\n"Osh\n', None, FormatError, "no CSV"),
    ],
)
def test_a_table_that_is_none_says_what_to_do(
    text: str, column: str | None, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        read(text, column)


def test_columns_of_the_same_name_are_told_apart() -> None:
    once = filled(read("name,latitude\nOsh,1\n"))
    assert once[0] == ["name", "latitude", *(f"geo_{column}" for column in COLUMNS)]
    again = "\n".join(",".join(row) for row in once)
    with pytest.raises(FormatError, match="geo_"):
        filled(read(again, "name"))


def test_text_of_a_service_is_no_formula() -> None:
    place = Place(id="x:1", name="=HYPERLINK(1)", latitude=1, longitude=2, admin1="@x")
    [_, row] = filled(read("name\nOsh\n"), lambda _: [Row(place=place, match="online:x")])
    assert row == ["Osh", "x:1", "'=HYPERLINK(1)", "1", "2", "", "'@x", "", "online:x", ""]


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    assert list(fill(read("name\nOsh\nNaryn\n"), output, Asked(), settings="")) == [True, False]
    assert [row[0] for row in rows_of(output.read_bytes())] == ["name", "Osh", "Naryn"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def broken_run(tmp_path: Path, text: str, at: str) -> Path:
    with pytest.raises(KeyboardInterrupt):
        list(fill(read(text), tmp_path / "out.csv", Asked(breaks_at=at), settings="s"))
    [part] = tmp_path.glob("out.csv.*.part")
    assert not (tmp_path / "out.csv").exists()
    return part


NAMES = 'name\nOsh\n"Osh\r\n ""x"""\nNaryn\nÖsh\nOsh 5\n'


def test_a_second_run_goes_on_after_the_last_row(tmp_path: Path) -> None:
    broken_run(tmp_path, NAMES, "Ösh")
    asked = Asked()
    found = list(fill(read(NAMES), tmp_path / "out.csv", asked, settings="s"))
    assert found == [True, True, False, False, True]
    assert asked.questions == ["Ösh", "Osh 5"]
    assert rows_of((tmp_path / "out.csv").read_bytes()) == filled(read(NAMES))


def test_a_run_that_was_cut_anywhere_ends_the_same(tmp_path: Path) -> None:
    """Whatever byte the unfinished file ends at: within quotes, within a letter, in a line end."""
    part = broken_run(tmp_path, NAMES, "Osh 5")
    whole = part.read_bytes()
    for cut in range(len(whole) + 1):
        part.write_bytes(whole[:cut])
        list(fill(read(NAMES), tmp_path / "out.csv", Asked(), settings="s"))
        assert rows_of((tmp_path / "out.csv").read_bytes()) == filled(read(NAMES)), cut


@pytest.mark.parametrize(
    ("text", "settings"),
    [(NAMES + "Osh 6\n", "s"), (NAMES.replace("Naryn", "Talas"), "s"), (NAMES, "t")],
)
def test_another_table_or_other_settings_start_anew(
    tmp_path: Path, text: str, settings: str
) -> None:
    broken_run(tmp_path, NAMES, "Osh 5")
    asked = Asked()
    list(fill(read(text), tmp_path / "out.csv", asked, settings=settings))
    assert len(asked.questions) == len(list(read(text).questions))


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    first = fill(read(NAMES), tmp_path / "out.csv", Asked(), settings="s")
    next(first)
    with pytest.raises(ExportError, match="another run"):
        list(fill(read(NAMES), tmp_path / "out.csv", Asked(), settings="s"))
    assert len(list(first)) == 4
    assert (tmp_path / "out.csv").is_file()


@pytest.mark.parametrize("path", ["", "no/such/folder/out.csv"])
def test_a_path_that_cannot_be_written_says_so(tmp_path: Path, path: str) -> None:
    with pytest.raises(ExportError, match="cannot write"):
        list(fill(read(NAMES), tmp_path / path, Asked(), settings=""))
