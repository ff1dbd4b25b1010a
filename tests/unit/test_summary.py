"""What documents are about: focus, counts and dates, on records built by hand."""

import csv
import datetime as dt
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.document import Document, ParsedDocument, Resolution
from geo.errors import UnknownNameError
from geo.gazetteer import SqliteGazetteer
from geo.place import Place
from geo.summary import COLUMNS, Summary, as_csv, as_json, as_svg, rows, summarize, write
from tests.unit.test_cli import lines, run

Make = Callable[..., ParsedDocument]

KG = {"country_code": "KG", "admin1_code": "KG-N", "admin1": "Naryn"}


def place(name: str, **fields: object) -> Place:
    return Place(
        id=f"t:{name}",
        name=name,
        latitude=1.0,
        longitude=2.0,
        **fields,  # type: ignore[arg-type]  # a test's fields
    )


def country(name: str, code: str) -> Place:
    return place(name, country_code=code, feature_class="A", feature_code="PCLI")


@pytest.fixture
def about(make_mention: Callable[..., object], make_resolution: Callable[..., Resolution]) -> Make:
    """`about(a, b, ...)`: a document that mentions these places, each with 0.9 or (place, p)."""

    def made(*places: Place | tuple[Place, float], **fields: object) -> ParsedDocument:
        pairs = [one if isinstance(one, tuple) else (one, 0.9) for one in places]
        text = " ".join(place.name for place, _ in pairs)
        document = Document(text=text, **fields)  # type: ignore[arg-type]  # a test's fields
        resolutions = []
        for one, confidence in pairs:
            mention = make_mention(document, one.name)
            resolutions.append(make_resolution(mention, one, confidence=confidence))
        return ParsedDocument(document=document, resolutions=tuple(resolutions))

    return made


def names(summary: Summary, part: str) -> list[str]:
    return [tally.name for tally in getattr(summary, part)]


def test_places_all_over_a_country_make_it_the_focus(about: Make) -> None:
    towns = [place(f"Town {n}", country_code="KG", admin1_code=f"KG-{n}") for n in range(3)]
    found = summarize(about(*towns))
    assert [(t.kind, t.name) for t in found.focus] == [("country", "KG")]
    assert found.focus[0].share == pytest.approx(0.49)


def test_one_town_is_the_focus_and_what_holds_it_is_passed_over(about: Make) -> None:
    naryn, land = place("Naryn", **KG), country("Kyrgyzstan", "KG")
    assert names(summarize(about(naryn, naryn, naryn, land)), "focus") == ["Naryn"]
    division = place("Naryn Region", **KG, feature_class="A", feature_code="ADM1")
    found = summarize(about(division, division, naryn))
    assert [(t.kind, t.name) for t in found.focus] == [("admin1", "Naryn Region")]
    assert found.focus[0].mentions == 3


def test_a_focus_takes_a_tenth_and_there_are_at_most_four(about: Make) -> None:
    lands = [country(f"Land {a}", f"A{a}") for a in "ABCDEFGHIJK"]
    assert summarize(about(*lands)).focus == ()  # eleven alike
    assert len(summarize(about(*lands[:10])).focus) == 4
    assert len(summarize(about(*lands[:2])).focus) == 2


def test_surer_mentions_weigh_more(about: Make) -> None:
    one, two = country("One", "AA"), country("Two", "BB")
    found = summarize(about((one, 0.6), (one, 0.6), (two, 0.9)))
    assert names(found, "focus") == ["Two", "One"]
    assert [t.share for t in found.focus] == pytest.approx([0.81 / 1.53, 0.72 / 1.53])
    assert names(found, "countries") == ["One", "Two"]


def test_counts_go_up_to_the_country_and_dates_are_the_documents(about: Make) -> None:
    naryn, land, sea = place("Naryn", **KG), country("Kyrgyzstan", "KG"), place("Sea")
    found = summarize(
        [
            about(naryn, naryn, land, published=dt.date(2012, 9, 19)),
            about(naryn, sea, published=dt.date(2011, 1, 2)),
            about(sea, published=dt.date(2013, 1, 1)),
            about(land),
        ]
    )
    [kyrgyzstan] = found.countries
    assert (kyrgyzstan.name, kyrgyzstan.place_id) == ("Kyrgyzstan", "t:Kyrgyzstan")
    assert (kyrgyzstan.mentions, kyrgyzstan.documents) == (5, 3)
    assert (kyrgyzstan.first, kyrgyzstan.last) == (dt.date(2011, 1, 2), dt.date(2012, 9, 19))
    assert [(t.name, t.mentions, t.documents) for t in found.admin1] == [("Naryn", 3, 2)]
    assert [(t.name, t.mentions) for t in found.places] == [("Naryn", 3), ("Sea", 2)]
    assert (found.documents, found.mentions, found.placed, found.nowhere) == (4, 7, 7, 2)
    assert (found.first, found.last) == (dt.date(2011, 1, 2), dt.date(2013, 1, 1))


def test_unsure_and_unplaced_mentions_are_not_counted(about: Make, make_parsed: Make) -> None:
    naryn = place("Naryn", **KG)
    assert summarize(about((naryn, 0.49))).places == ()
    assert summarize(about((naryn, 0.5))).placed == 1
    assert summarize(about((naryn, 0.2)), least=0.2).placed == 1
    unplaced = summarize(make_parsed("Qux is far.", {"Qux": None}))
    assert (unplaced.mentions, unplaced.placed, unplaced.focus) == (1, 0, ())
    with pytest.raises(ValueError, match="least lies within 0 and 1"):
        summarize([], least=2)


def test_the_gazetteer_names_a_country_that_no_document_does(
    about: Make, gazetteer: SqliteGazetteer
) -> None:
    parsed = about(place("Naryn", **KG))
    assert names(summarize(parsed), "countries") == ["KG"]
    assert names(summarize(parsed, gazetteer=gazetteer), "countries") == ["Kyrgyzstan"]


def test_csv_and_json_hold_the_same_rows(about: Make) -> None:
    found = summarize(about(place("=Naryn,\n\ud800", **KG), published=dt.date(2012, 9, 19)))
    read = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [row["about"] for row in read] == ["focus", "country", "admin1", "place"]
    assert tuple(read[0]) == COLUMNS
    assert read[0]["name"] == "'=Naryn,\n\ud800"
    loaded = json.loads(as_json(found))
    assert loaded["schema"] == "geo.summary/1"
    assert loaded["first"] == "2012-09-19"
    flat = [one for part in ("focus", "countries", "admin1", "places") for one in loaded[part]]
    assert flat == [{k: v for k, v in row.items() if k != "about"} for row in rows(found)]


def test_the_drawing_is_xml_with_a_bar_a_country_whose_length_is_the_count(about: Make) -> None:
    one, two = country("<One> & \x01", "AA"), country("Two", "BB")
    drawing = ET.fromstring(as_svg(summarize(about(one, one, one, one, two))))
    bars = [
        float(node.get("width", 0)) for node in drawing.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert bars[1] / bars[0] == pytest.approx(0.25)
    assert "<One> & \ufffd" in "".join(drawing.itertext())
    assert "No place" in as_svg(summarize([]))


def test_the_suffix_names_the_format(about: Make, tmp_path: Path) -> None:
    found = summarize(about(place("Naryn", **KG)))
    for name, begin in {"a.csv": "about,", "a.JSON": '{"schema"', "a.svg": "<svg "}.items():
        assert write(found, tmp_path / name).read_text("utf-8").startswith(begin)
    with pytest.raises(UnknownNameError, match=r"a summary is \.csv, \.json or \.svg"):
        write(found, tmp_path / "a.txt")


# --- the command ---------------------------------------------------------------------------------

TEXT = "Floods in Naryn and Osh. The road from Naryn to Jalal-Abad in Kyrgyzstan is closed."


def test_summary_prints_a_table_and_draws_bars() -> None:
    done = run("summary", "-", "--plot", stdin=TEXT)
    header, first, *_ = lines(done.stdout)
    assert header.split()[:4] == ["about", "name", "country", "mentions"]
    assert first.split()[:3] == ["focus", "Kyrgyzstan", "KG"]
    assert "█" in first
    assert "1 document, 5 mentions" in done.stderr.decode()
    assert done.returncode == 0


def test_summary_prints_json_and_csv_and_a_row_a_document(tmp_path: Path) -> None:
    table = tmp_path / "news.csv"
    table.write_text("text,date\nOsh is in Kyrgyzstan.,2012-09-19\nParis in France.,2013-01-01\n")
    [line] = lines(run("summary", table, "--json").stdout)
    found = json.loads(line)
    assert (found["first"], found["last"]) == ("2012-09-19", "2013-01-01")
    assert {one["country_code"] for one in found["countries"]} == {"KG", "FR"}
    printed = list(csv.DictReader(lines(run("summary", table, "--csv", "--limit", "1").stdout)))
    assert [row["about"] for row in printed] == ["focus", "country", "admin1", "place"]
    each = [json.loads(one) for one in lines(run("summary", table, "--each", "--json").stdout)]
    assert [one["focus"][0]["country_code"] for one in each] == ["KG", "FR"]
    assert each[1]["source"].endswith("news.csv#row=3")


def test_summary_takes_the_recognizer_and_how_many_mentions_it_shall_dare() -> None:
    def mentions(*options: str) -> int:
        [line] = lines(run("summary", "-", "--json", *options, stdin=TEXT).stdout)
        return int(json.loads(line)["mentions"])

    assert mentions("--precision") <= mentions() <= mentions("--recall")
    refused = run("summary", "-", "--fast", "--recognizer", "gazetteer", stdin=TEXT)
    assert refused.returncode == 1
    assert "--fast" in refused.stderr.decode()


def test_summary_writes_a_file_and_says_no_to_what_it_cannot_do(tmp_path: Path) -> None:
    done = run("summary", "-", "-o", tmp_path / "a.svg", stdin=TEXT)
    assert lines(done.stdout) == [str(tmp_path / "a.svg")]
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<svg ")
    for wrong in (["-o", "a.txt"], ["--json", "--csv"], ["--each", "--csv"]):
        assert run("summary", "-", *wrong, stdin=TEXT).returncode == 2
