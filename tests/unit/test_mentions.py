"""The round trip through a spreadsheet: rows written, edited, read back, made into corrections."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from geo.corrections import Correction, Corrections, read
from geo.document import Document, Mention, ParsedDocument, Resolution, Section
from geo.errors import FormatError, GeoError
from geo.exporters import export
from geo.exporters.rows import COLUMNS, rows
from geo.gazetteer import SqliteGazetteer
from geo.mentions import (
    can_tell,
    corrections_of,
    documents_of,
    is_table_of_mentions,
    read_rows,
)
from geo.place import Candidate, Place
from tests.unit.test_cli import lines, run

TEXT = (
    "Osh and Bishkek\n\nIn Bishkek, said Bishkek's mayor,\nit rains.  Paris was dry. "
    "=Paris= is not Paris.\n\n\nQuuxistan and\nBishkek agreed."
)


def place_of(gazetteer: SqliteGazetteer, place_id: str) -> Place:
    place = gazetteer.place(place_id)
    assert place is not None
    return place


@pytest.fixture
def parsed(gazetteer: SqliteGazetteer) -> ParsedDocument:
    """Mentions of Osh, four of Bishkek, the last Paris and Quuxistan, which has no place."""
    bishkek, osh = (place_of(gazetteer, f"geonames:{n}") for n in (1528675, 1527534))
    paris, texas = (place_of(gazetteer, f"geonames:{n}") for n in (2988507, 4717560))

    def resolution(words: str, start: int, place: Place | None, *others: Place) -> Resolution:
        mention = Mention(start=start, end=start + len(words), text=words)
        if place is None:
            return Resolution(mention=mention, reason="no-candidate")
        candidates = tuple(
            Candidate(place=one, name=words, match="primary", score=0.5) for one in (place, *others)
        )
        return Resolution(mention=mention, place=place, confidence=0.75, candidates=candidates)

    spots = [n for n in range(len(TEXT)) if TEXT.startswith("Bishkek", n)]
    found = [resolution("Osh", 0, osh), *(resolution("Bishkek", n, bishkek) for n in spots)]
    found.append(resolution("Paris", TEXT.rindex("Paris"), paris, texas))
    found.append(resolution("Quuxistan", TEXT.index("Quuxistan"), None))
    found.sort(key=lambda r: r.mention.start)
    document = Document(
        text=TEXT,
        title="=1+1",
        source="a.txt",
        published=dt.date(2012, 9, 19),
        sections=(
            Section(start=0, end=15, label="title"),
            Section(start=17, end=len(TEXT), label="body"),
        ),
    )
    return ParsedDocument(document=document, resolutions=tuple(found))


Edit = Callable[..., Path]


@pytest.fixture
def edit(parsed: ParsedDocument, tmp_path: Path) -> Edit:
    """`edit({row: {column: cell}})`: the path of a CSV with those cells changed, rows from 0."""

    def made(
        cells: Mapping[int, Mapping[str, str]], name: str = "edited.csv", delimiter: str = ","
    ) -> Path:
        written = tmp_path / "written.csv"
        export([parsed], written)
        table = list(csv.DictReader(io.StringIO(written.read_text("utf-8"), newline="")))
        for number, changes in cells.items():
            table[number].update(changes)
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(table)
        path = tmp_path / name
        path.write_bytes(("\ufeff" + out.getvalue()).encode())
        return path

    return made


def back(path: Path, gazetteer: SqliteGazetteer) -> ParsedDocument:
    [document] = documents_of(read_rows(path), gazetteer)
    return document


def said(path: Path, gazetteer: SqliteGazetteer) -> list[Correction]:
    found = list(corrections_of(read_rows(path), gazetteer))
    assert not any(isinstance(one, FormatError) for one in found)
    return [one for one in found if isinstance(one, Correction)]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl"])
def test_rows_that_nobody_touched_come_back_the_same(
    name: str, parsed: ParsedDocument, gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    path = export([parsed], tmp_path / name)
    assert is_table_of_mentions(path)
    assert list(rows(back(path, gazetteer))) == list(rows(parsed))
    assert said(path, gazetteer) == []


def test_mentions_stand_at_their_offsets_in_the_text(
    parsed: ParsedDocument, gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    found = back(edit({}), gazetteer).document
    assert found.id == parsed.document.id
    for mention in parsed.mentions:
        assert found.text[mention.start : mention.end] == mention.text
    # The last Paris of its sentence is meant, not the first.
    assert "In Bishkek, said Bishkek's mayor," in found.text
    assert "=Paris= is not Paris." in found.text


def test_another_point_is_a_place_of_its_own_in_the_country_around_it(
    gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    path = edit({0: {"latitude": "41.4531", "longitude": "75.9522"}})
    first = back(path, gazetteer).resolutions[0]
    assert first.place is not None
    assert (first.place.latitude, first.place.longitude) == (41.4531, 75.9522)
    assert (first.place.name, first.place.country_code) == ("Osh", "KG")
    assert (first.origin, first.confidence) == ("correction", 1.0)
    assert first.explanation == f"Edited in {path}, row 2: another point."
    [correction] = said(path, gazetteer)
    assert (correction.action, correction.place, correction.span) == ("place", first.place, (0, 3))


@pytest.mark.parametrize(
    ("cells", "place_id"),
    [
        ({"place": "Paris, Texas"}, "geonames:4717560"),
        ({"place": "London"}, "geonames:2643743"),
        ({"place": "London", "latitude": "", "longitude": "", "place_id": ""}, "geonames:2643743"),
    ],
)
def test_another_name_is_another_place(
    cells: dict[str, str], place_id: str, gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    [correction] = said(edit({4: cells}), gazetteer)
    assert correction.place == place_of(gazetteer, place_id)


def test_a_name_among_the_alternatives_is_that_one(
    parsed: ParsedDocument, gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    osh = {"alternatives": json.dumps([{"place_id": "geonames:4717560", "place": "Paris"}])}
    [correction] = said(edit({0: {"place": "Paris", **osh}}), gazetteer)
    assert correction.place == place_of(gazetteer, "geonames:4717560")


def test_a_name_that_nobody_knows_renames_the_point(gazetteer: SqliteGazetteer, edit: Edit) -> None:
    [correction] = said(edit({0: {"place": "Qwxyzzburg"}}), gazetteer)
    assert correction.place is not None
    assert correction.place.name == "Qwxyzzburg"
    assert correction.place.latitude == place_of(gazetteer, "geonames:1527534").latitude
    assert said(edit({0: {"place": "OSH"}}), gazetteer) == []


def test_emptied_cells_say_that_it_is_no_place_and_filled_ones_where_it_is(
    gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    empty = dict.fromkeys(["place_id", "place", "latitude", "longitude"], "")
    path = edit({0: empty, 5: {"latitude": "1.5", "longitude": "-2"}})
    first, last = said(path, gazetteer)
    assert (first.action, first.place) == ("reject", None)
    assert last.place is not None
    assert (last.place.name, last.place.latitude, last.place.longitude) == ("Quuxistan", 1.5, -2)
    found = {r.mention.text: r for r in back(path, gazetteer).resolutions}
    assert (found["Osh"].place, found["Osh"].reason) == (None, "rejected")
    assert found["Quuxistan"].reason is None


def test_corrections_replayed_give_the_edited_rows_and_change_no_other(
    parsed: ParsedDocument, gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    path = edit({3: {"latitude": "-10", "longitude": "20"}, 4: {"place": "London"}})
    replayed = Corrections(said(path, gazetteer)).replay(parsed, gazetteer=gazetteer)
    shown = back(path, gazetteer)
    pins = [
        [(r.place.id, r.place.latitude, r.place.longitude) for r in one.resolutions if r.place]
        for one in (replayed, shown)
    ]
    assert pins[0] == pins[1]
    changed = [
        number
        for number, (one, other) in enumerate(zip(rows(parsed), rows(replayed), strict=True))
        if one != other
    ]
    assert changed == [3, 4]


def test_the_point_of_coordinates_and_of_earlier_corrections_can_be_moved(
    gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    own = {"place_id": "coordinates:10.00000,20.00000", "place": "10, 20"}
    assert said(edit({0: {**own, "latitude": "10", "longitude": "20"}}), gazetteer) == []
    moved = edit({0: {**own, "latitude": "11", "longitude": "20"}})
    [correction] = said(moved, gazetteer)
    assert correction.place is not None
    assert correction.place.latitude == 11


def test_the_point_of_a_name_that_was_placed_near_another_can_be_moved(
    gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    near = {"place_id": "near:geonames:1527534", "place": "near Osh"}
    untouched = edit({0: near})
    assert said(untouched, gazetteer) == []
    assert all(can_tell(row, gazetteer) for row in read_rows(untouched))
    [moved] = said(edit({0: {**near, "latitude": "41,5"}}), gazetteer)
    assert moved.place is not None
    assert (moved.place.name, moved.place.latitude) == ("Osh", 41.5)  # the words, not "near Osh"
    [named] = said(edit({0: {**near, "place": "Tokmok"}}), gazetteer)
    assert named.place is not None
    assert (named.place.name, named.place.country_code) == ("Tokmok", "KG")


def test_of_an_unknown_place_only_the_original_can_tell(
    parsed: ParsedDocument, gazetteer: SqliteGazetteer, edit: Edit, tmp_path: Path
) -> None:
    path = edit({0: {"place_id": "mine:1", "latitude": "11"}})
    assert said(path, gazetteer) == []
    assert [can_tell(row, gazetteer) for row in read_rows(path)].count(False) == 1
    before = {
        (row.values["document_id"], row.values["start"], row.values["end"]): row.values
        for row in read_rows(tmp_path / "written.csv")
    }
    [found] = corrections_of(read_rows(path), gazetteer, before=before)
    assert isinstance(found, Correction)
    assert found.place is not None
    assert found.place.latitude == 11
    other = edit({0: {"place_id": "geonames:2643743"}})
    [found] = corrections_of(read_rows(other), gazetteer, before=before)
    assert isinstance(found, Correction)
    assert found.place == place_of(gazetteer, "geonames:2643743")


def test_a_spreadsheet_of_semicolons_and_decimal_commas_is_read(
    gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    path = edit({0: {"latitude": "42,5", "longitude": "−1,25"}}, delimiter=";")
    assert is_table_of_mentions(path)
    place = back(path, gazetteer).resolutions[0].place
    assert place is not None
    assert (place.latitude, place.longitude) == (42.5, -1.25)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"latitude": ""}, "row 2: latitude is empty. Give both, or neither."),
        ({"latitude": "95"}, "row 2: 95, 72.7985 is no latitude and longitude in degrees."),
        ({"latitude": "north"}, 'row 2: "latitude" is "north", no number. Mend the cell'),
        ({"latitude": "nan"}, 'row 2: "latitude" is "nan", no number'),
        ({"start": "1"}, 'row 2: "Osh" is not at 1–3.'),
        ({"start": "9999999999", "end": "10000000002"}, 'row 2: "Osh" is not at'),
        ({"document_id": ""}, "row 2: no document_id, start, end or mention. Put them back."),
        (
            {"latitude": "", "longitude": "", "place": "Qwxyzzburg"},
            'row 2: no place goes by "Qwxyzzburg". Check the spelling',
        ),
        ({"confidence": "7"}, "row 2: a confidence lies within 0 and 1"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named_and_the_other_rows_go_on(
    cells: dict[str, str], message: str, gazetteer: SqliteGazetteer, edit: Edit
) -> None:
    path = edit({0: cells})
    errors: list[GeoError] = []
    [document] = documents_of(
        read_rows(path, on_error=errors.append), gazetteer, on_error=errors.append
    )
    assert [str(error).removeprefix(f"{path}, ")[: len(message)] for error in errors] == [message]
    assert len(document.resolutions) == 6


def test_offsets_that_ask_for_all_memory_are_refused(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    head = "document_id,start,end,mention,place,latitude,longitude\n"
    path.write_text(head + "".join(f"{n},4999997,5000000,Osh,Osh,1,2\n" for n in range(30)))
    errors: list[GeoError] = []
    found = documents_of(read_rows(path), gazetteer, on_error=errors.append)
    assert sum(1 for _ in found) == 20
    assert [str(error) for error in errors] == [
        f"{path}, row 22: the rows before it speak of 100 million characters of text. "
        "Split the table by documents."
    ]


def test_other_tables_are_no_tables_of_mentions(tmp_path: Path) -> None:
    for name, content in {
        "a.csv": "text,document_id\nOsh,1\n",
        "b.csv": "text\nabout document_id start end mention place latitude longitude\n",
        "c.txt": ",".join(COLUMNS),
        "d.jsonl": '{"text": "document_id"}\n',
        "e.xlsx": "PK",
    }.items():
        (tmp_path / name).write_text(content)
        assert not is_table_of_mentions(tmp_path / name)
    assert not is_table_of_mentions(tmp_path / "none.csv")
    with pytest.raises(FormatError, match="is no table of mentions: its first row"):
        list(read_rows(tmp_path / "a.csv"))


# --- the commands --------------------------------------------------------------------------------


def test_an_edited_workbook_is_drawn_and_becomes_corrections(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    source = tmp_path / "a.txt"
    source.write_text("The road from Osh to Bishkek is open. Osh is far.")
    assert run("export", source, "-o", tmp_path / "rows.xlsx").returncode == 0
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, column["latitude"]).value = 41.5
    book.save(tmp_path / "rows.xlsx")
    page = run("map", tmp_path / "rows.xlsx", "-o", tmp_path / "map.html")
    assert page.returncode == 0
    assert "1 document, 3 mentions, 3 places" in page.stderr.decode()
    found = [
        json.loads(line) for line in lines(run("find", tmp_path / "rows.xlsx", "--json").stdout)
    ]
    assert [(row["mention"], row["latitude"] == 41.5) for row in found] == [
        ("Osh", True),
        ("Bishkek", False),
        ("Osh", False),
    ]
    fixes = tmp_path / "fixes.jsonl"
    done = run("corrections", "from", tmp_path / "rows.xlsx", "-o", fixes, "--author", "Jo")
    assert lines(done.stdout) == [str(fixes)]
    assert "3 rows, 1 edited, 0 not understood" in done.stderr.decode()
    [correction] = read(fixes)
    assert (correction.author, correction.mention) == ("Jo", "Osh")
    assert correction.created is not None
    assert run("corrections", "check", fixes, source).returncode == 0
    assert run("corrections", "check", fixes, tmp_path / "rows.xlsx").returncode == 0
    again = run("find", source, "--json", "--corrections", fixes)
    assert next(json.loads(line)["latitude"] for line in lines(again.stdout)) == 41.5
    # A file of corrections is added to.
    run("corrections", "from", tmp_path / "rows.xlsx", "-o", fixes, "--applies-to", "document")
    assert [c.applies_to for c in read(fixes)] == ["mention", "document"]


def test_a_row_that_makes_no_sense_is_named_and_the_exit_code_says_so(
    edit: Edit, tmp_path: Path
) -> None:
    path = edit({0: {"latitude": "95"}})
    done = run("corrections", "from", path, "-o", tmp_path / "fixes.jsonl")
    assert done.returncode == 3
    assert "row 2: 95, 72.7985 is no latitude" in done.stderr.decode()
    done = run("find", path)
    assert done.returncode == 3
    assert len(lines(done.stdout)) == 7
