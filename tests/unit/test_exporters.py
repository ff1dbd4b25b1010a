import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from geo.atomic import ByteSink, replacing
from geo.document import Document, Mention, ParsedDocument, Resolution, Section
from geo.errors import ExportError, ReadError, UnknownNameError
from geo.exporters import export, write_stream
from geo.exporters.csv import CsvExporter
from geo.exporters.geojson import By, GeojsonExporter
from geo.exporters.jsonl import JsonlExporter
from geo.exporters.rows import COLUMNS, rows
from geo.place import Candidate, Place

Make = Callable[..., ParsedDocument]


def written(
    exporter: JsonlExporter | GeojsonExporter | CsvExporter, *parsed: ParsedDocument
) -> str:
    stream = io.BytesIO()
    exporter.write(iter(parsed), stream)
    return stream.getvalue().decode("utf-8")


def features(*parsed: ParsedDocument, by: By = "mention") -> list[dict[str, object]]:
    collection = json.loads(written(GeojsonExporter(by=by), *parsed))
    assert collection["type"] == "FeatureCollection"
    assert collection["schema"] == "geo.geojson/1"
    found: list[dict[str, object]] = collection["features"]
    return found


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8531999, 74.846501, population=0, radius_km=1.23456)
    return make_parsed(
        "Title\n\nJets left the Kant airbase, far from Qux. They returned.",
        {"Kant airbase": place, "Qux": None},
        id="d1",
        source="a.txt",
        title="Title",
        sections=(Section(start=0, end=7, label="head"), Section(start=7, end=63, label="body")),
    )


def test_a_row_has_every_column_in_order(kant: ParsedDocument) -> None:
    assert [tuple(row) for row in rows(kant)] == [COLUMNS, COLUMNS]


def test_a_row_says_all_about_a_placed_mention(kant: ParsedDocument) -> None:
    assert next(rows(kant)) == {
        "document_id": "d1",
        "source": "a.txt",
        "start": 21,
        "end": 33,
        "mention": "Kant airbase",
        "kind": "literal",
        "role": "name",
        "score": 1.0,
        "place_id": "test:Kant Air Base",
        "place": "Kant Air Base",
        "latitude": 42.8532,
        "longitude": 74.8465,
        "feature_class": None,
        "feature_code": None,
        "country_code": "KG",
        "admin1": None,
        "admin1_code": None,
        "admin2": None,
        "admin2_code": None,
        "population": 0,
        "radius_km": 1.235,
        "confidence": 0.9,
        "approximate": False,
        "origin": "resolver",
        "explanation": "",
        "reason": None,
        "alternatives": [],
        "sentence": "Jets left the Kant airbase, far from Qux.",
        "section": "body",
        "title": "Title",
        "published": None,
    }


def test_a_row_of_an_unplaced_mention_has_the_reason_and_nulls(kant: ParsedDocument) -> None:
    row = list(rows(kant))[1]
    assert (row["reason"], row["confidence"]) == ("no-candidate", 0.0)
    place = COLUMNS[COLUMNS.index("place_id") : COLUMNS.index("confidence")]
    assert {row[column] for column in place} == {None}


def test_alternatives_are_the_other_candidates(
    make_document: Callable[..., Document],
    make_mention: Callable[..., Mention],
    make_place: Callable[..., Place],
    make_resolution: Callable[..., Resolution],
) -> None:
    document = make_document("Osh")
    places = [make_place(f"Osh {i}", i, -i, id=f"t:{i}") for i in range(3)]
    candidates = tuple(
        Candidate(place=place, name="Osh", match="primary", score=1 / (i + 3))
        for i, place in enumerate(places)
    )
    resolution = make_resolution(make_mention(document, "Osh"), places[1], candidates=candidates)
    [row] = rows(ParsedDocument(document=document, resolutions=(resolution,)))
    assert row["alternatives"] == [
        {
            "place_id": f"t:{i}",
            "place": f"Osh {i}",
            "latitude": float(i),
            "longitude": float(-i),
            "country_code": "KG",
            "confidence": score,
        }
        for i, score in ((0, 0.3333), (2, 0.2))
    ]


def test_a_sentence_over_several_lines_is_one_line_of_text(make_parsed: Make) -> None:
    line = "They closed the long road that leads from the hills of the south to"
    [row] = rows(make_parsed(f"{line}\r\nBishkek and  back."))
    assert row["sentence"] == f"{line} Bishkek and back."


def test_a_mention_outside_all_sections_has_no_section(make_parsed: Make) -> None:
    sections = (Section(start=5, end=8, label="b"), Section(start=0, end=5, label="a"))
    [row] = rows(make_parsed("In far Bishkek", sections=sections))
    assert row["section"] == "b"
    [row] = rows(make_parsed("In the far Bishkek", sections=sections))
    assert row["section"] is None


def test_jsonl_is_a_mention_a_line_with_its_schema_first(kant: ParsedDocument) -> None:
    lines = written(JsonlExporter(), kant, kant).splitlines()
    assert len(lines) == 4
    assert list(json.loads(lines[0])) == ["schema", *COLUMNS]
    assert lines[0].startswith('{"schema":"geo.mentions/1","document_id":"d1","source":"a.txt",')


def test_jsonl_of_nothing_is_empty() -> None:
    assert written(JsonlExporter()) == ""


def test_geojson_has_longitude_first_and_null_where_nothing_was_placed(
    kant: ParsedDocument,
) -> None:
    placed, unplaced = features(kant)
    assert placed["geometry"] == {"type": "Point", "coordinates": [74.8465, 42.8532]}
    assert placed["properties"] == next(rows(kant))
    assert unplaced["geometry"] is None


def test_geojson_by_place_gathers_the_mentions_of_all_documents(
    kant: ParsedDocument, make_parsed: Make, make_place: Callable[..., Place]
) -> None:
    bishkek = make_parsed("Bishkek", {"Bishkek": make_place()}, id="d2")
    first, second = features(kant, bishkek, kant, by="place")
    assert first["geometry"] == {"type": "Point", "coordinates": [74.8465, 42.8532]}
    properties = first["properties"]
    assert isinstance(properties, dict)
    assert (properties["place"], properties["count"], properties["confidence"]) == (
        "Kant Air Base",
        2,
        0.9,
    )
    assert [m["mention"] for m in properties["mentions"]] == ["Kant airbase"] * 2
    assert "latitude" not in properties["mentions"][0]
    assert isinstance(second["properties"], dict)
    assert second["properties"]["mentions"][0]["document_id"] == "d2"


def test_geojson_of_nothing_is_an_empty_collection() -> None:
    assert features() == []
    assert features(by="place") == []


def test_geojson_refuses_to_group_by_anything_else() -> None:
    with pytest.raises(ValueError, match='not a "country"'):
        GeojsonExporter(by="country")  # type: ignore[arg-type]  # the point of the test


def test_csv_has_the_columns_as_header_and_empty_cells(kant: ParsedDocument) -> None:
    text = written(CsvExporter(), kant)
    header, placed, unplaced = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == COLUMNS
    row = dict(zip(COLUMNS, placed, strict=True))
    assert (row["latitude"], row["approximate"], row["alternatives"]) == ("42.8532", "false", "[]")
    assert dict(zip(COLUMNS, unplaced, strict=True))["latitude"] == ""
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 3


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_csv_defuses_text_that_a_spreadsheet_would_run(make_parsed: Make, sign: str) -> None:
    parsed = make_parsed("in Bishkek", title=f"{sign}1+1")
    [row] = csv.DictReader(io.StringIO(written(CsvExporter(), parsed), newline=""))
    assert row["title"] == f"'{sign}1+1"


def test_csv_leaves_negative_numbers_alone(
    make_parsed: Make, make_place: Callable[..., Place]
) -> None:
    parsed = make_parsed("Juárez", {"Juárez": make_place("Ciudad Juárez", 31.72024, -106.46084)})
    [row] = csv.DictReader(io.StringIO(written(CsvExporter(), parsed), newline=""))
    assert (row["longitude"], row["mention"]) == ("-106.46084", "Juárez")


@pytest.mark.parametrize("exporter", [JsonlExporter(), GeojsonExporter(), CsvExporter()])
def test_lone_surrogates_do_not_stop_an_export(
    make_parsed: Make, exporter: JsonlExporter | GeojsonExporter | CsvExporter
) -> None:
    assert "Bishkek" in written(exporter, make_parsed("Bishkek \ud800", source="\udcff.txt"))


@pytest.mark.parametrize("suffix", ["jsonl", "geojson", "csv"])
def test_the_suffix_names_the_format(tmp_path: Path, kant: ParsedDocument, suffix: str) -> None:
    path = export(iter([kant]), f"{tmp_path}/карта 1.{suffix.upper()}")
    assert path == tmp_path / f"карта 1.{suffix.upper()}"
    stream = io.BytesIO()
    write_stream([kant], suffix, stream)
    assert path.read_bytes() == stream.getvalue()
    dotted = io.BytesIO()
    write_stream([kant], f".{suffix}", dotted)
    assert dotted.getvalue() == stream.getvalue()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "map.xyz",
            'unknown exporter "xyz". Available: csv, geojson, geoparquet, gold, gpkg, html',
        ),
        ("map", r"cannot tell the format of .*map: it has no suffix. Known: .csv, .geojson"),
        (".csv", "it has no suffix"),
    ],
)
def test_an_unknown_suffix_lists_the_known_ones(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        export([], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


class OnlyFiles:
    """An exporter of a plugin that cannot write to a stream."""

    suffixes = (".txt",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        path.write_text(f"{len(list(parsed))} in {path.suffix}", encoding="utf-8")


def test_an_exporter_without_a_stream_goes_through_a_file(
    monkeypatch: pytest.MonkeyPatch, kant: ParsedDocument
) -> None:
    monkeypatch.setattr("geo.exporters.implementation", lambda group, name: OnlyFiles)
    stream = io.BytesIO()
    write_stream([kant], "txt", stream)
    assert stream.getvalue() == b"1 in .txt"


def test_replacing_follows_links_and_keeps_the_mode(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    with replacing(link) as sink:
        sink.write(b"new")
        assert target.read_bytes() == b"old"
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o640)
    assert link.is_symlink()


def test_replacing_writes_to_a_device_directly() -> None:
    with replacing(Path("/dev/null")) as sink:
        sink.write(b"gone")
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_export_error() -> None:
    def fill(sink: ByteSink) -> None:
        for _ in range(99):
            sink.write(b"x" * 9999)

    with pytest.raises(ExportError, match="cannot write /dev/full: no space left on device"):  # noqa: SIM117
        with replacing(Path("/dev/full")) as sink:
            fill(sink)
    with pytest.raises(ExportError, match="no space left"), replacing(Path("/dev/full")) as sink:
        sink.write(b"kept in the buffer until the end")


def test_an_error_while_reading_is_not_an_error_of_writing(tmp_path: Path) -> None:
    def reading(documents: Iterable[ParsedDocument]) -> Iterable[ParsedDocument]:
        yield from documents
        raise ReadError("cannot read b.txt: it is empty.")

    with pytest.raises(ReadError, match=r"b\.txt"):
        export(reading([]), tmp_path / "map.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_documents_are_written_as_they_come(kant: ParsedDocument) -> None:
    stream = io.BytesIO()

    def watched() -> Iterable[ParsedDocument]:
        yield kant
        assert b"Kant airbase" in stream.getvalue()

    for exporter in (JsonlExporter(), GeojsonExporter(), CsvExporter()):
        stream.truncate(0)
        exporter.write(watched(), stream)
