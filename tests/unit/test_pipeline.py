"""The pipeline and the public functions: text in, places out."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import geo
from geo.gazetteer import SqliteGazetteer
from geo.testing import ListRecognizer, MemoryGazetteer

TEXT = "Russian jets fly from the Kant airbase, 20 km east of Bishkek."


def test_parse_takes_text_and_documents() -> None:
    parsed = geo.parse(TEXT)
    assert parsed == geo.parse(geo.Document(text=TEXT))
    assert [m.text for m in parsed.mentions] == ["Russian", "Kant airbase", "Bishkek"]
    assert [m.kind for m in parsed.mentions] == ["associative", "literal", "literal"]
    base = parsed.resolutions[1].place
    assert base is not None
    assert (round(base.latitude, 2), round(base.longitude, 2)) == (42.85, 74.85)


def test_parse_all_keeps_the_order_and_streams() -> None:
    texts = [f"Bishkek {number}." for number in range(40)]
    taken: list[str] = []

    def stream() -> Iterator[str]:
        for text in texts:
            taken.append(text)
            yield text

    parsed = geo.parse_all(stream())
    assert next(parsed).document.text == "Bishkek 0."
    assert len(taken) < len(texts)
    assert [p.document.text for p in parsed] == texts[1:]


def test_demonyms_can_be_left_out(gazetteer: SqliteGazetteer) -> None:
    with geo.Geoparser(geo.Settings(demonyms=False), gazetteer=gazetteer) as parser:
        assert [m.kind for m in parser.parse(TEXT).mentions] == ["literal", "literal"]


def test_parts_can_be_given() -> None:
    gazetteer = MemoryGazetteer()
    with geo.Geoparser(
        gazetteer=gazetteer, recognizer=ListRecognizer(["Bishkek", "Osh"])
    ) as parser:
        parsed = parser.parse("From Osh to Bishkek and Tokmok.")
    assert [place.name for place in parsed.places] == ["Osh", "Bishkek"]


def test_a_pasted_text_has_sections() -> None:
    text = (
        "TRIPOLI, Libya (NW) -- Ministers met in Tripoli after talks in Benghazi.\n\n\n\n"
        "TRIPOLI, Lebanon (NW) -- Bakers in Tripoli went on strike, as did those of Beirut.\n"
    )
    parsed = geo.parse(text)
    assert len(parsed.document.sections) == 2
    codes = [
        r.place.country_code for r in parsed.resolutions if r.mention.text == "Tripoli" and r.place
    ]
    assert codes == ["LY", "LB"]


def test_read_parse_export_go_together(tmp_path: Path) -> None:
    (tmp_path / "Новости 1.txt").write_text(TEXT, encoding="utf-8")
    path = geo.export(geo.parse_all(geo.read(tmp_path)), tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["mention"] for row in rows] == ["Russian", "Kant airbase", "Bishkek"]
    assert rows[1]["place_id"] == "airports:UAFW"
    assert rows[0]["source"].endswith("Новости 1.txt")


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(geo.UnknownNameError, match=r"csv, geojson, .*kml"):
        geo.export(geo.parse(TEXT), tmp_path / "out.docx")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl", "a.geojson", "b.geojson", "a.html", "b.html"):
        geo.export(geo.parse(TEXT), tmp_path / name)
    for suffix in ("jsonl", "geojson", "html"):
        one, other = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("given", [3, None, b"Osh", ["Osh"]])
def test_what_is_no_text_is_named(given: object) -> None:
    with pytest.raises(TypeError, match=r"a document is text \(str\) or a geo\.Document, got "):
        geo.parse(given)  # type: ignore[arg-type]


@pytest.mark.parametrize("single", ["Rain fell on Osh.", geo.Document(text="Rain fell on Osh.")])
def test_a_single_text_is_not_taken_for_several(single: object) -> None:
    with pytest.raises(TypeError, match="parse_all takes several documents"):
        list(geo.parse_all(single))  # type: ignore[arg-type]
