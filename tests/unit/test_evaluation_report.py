"""The reports, the comparison of two runs and the floors."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from geo.errors import FormatError, ReadError
from geo.evaluation import (
    Change,
    Corpus,
    Prediction,
    Predictions,
    Results,
    Rules,
    Traits,
    as_json,
    breaches,
    compare,
    evaluate,
    floors_for,
    pooled,
    read_corpus,
    read_floors,
    read_predictions,
    write_html,
)
from geo.evaluation.compare import summary_of
from geo.evaluation.report import group_rows, heading, lines, recognition_rows
from geo.testing import HOSTILE_TEXTS, MemoryGazetteer

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/evaluation"


@pytest.fixture(scope="module")
def gold() -> Corpus:
    return read_corpus(FIXTURES / "gold.jsonl")


@pytest.fixture(scope="module")
def results(gold: Corpus) -> Results:
    predicted = read_predictions(FIXTURES / "predicted.jsonl")
    describe = Traits(MemoryGazetteer())
    return evaluate(gold, predicted, rules=Rules(), describe=describe, resamples=20)


def changes(gold: Corpus | None = None) -> list[Change]:
    runs = [read_predictions(FIXTURES / f"run_{name}.jsonl") for name in "ab"]
    return compare(runs[0], runs[1], corpora=[gold] if gold else [])


def test_text_report_says_what_was_measured(results: Results) -> None:
    assert heading(results) == (
        "gold.jsonl: 4 documents, 11 gold spans, 10 mentions with a point, from raw text, "
        "demonyms left out"
    )
    first = next(lines(replace(results, intervals={})))
    assert first == "recognition  precision 0.615  recall 0.727  F1 0.667"
    assert "(" in next(lines(results))


def test_json_report_holds_every_part(results: Results) -> None:
    report = json.loads(json.dumps(as_json(results)))
    assert report["schema"] == "geo.evaluation/1"
    assert report["measures"]["acc161_all"] == 0.5
    assert [row["from"] for row in report["by_confidence"]][:2] == [0.0, 0.05]
    assert sum(row["pins"] for row in report["reliability"]) == 10
    assert set(report["groups"]) == {"continent", "country", "feature_class", "candidates", "name"}
    assert report["costliest"][0]["text"] == "Paris"
    assert report["intervals"]["exact_f1"]


def test_breakdown_leaves_out_dimensions_with_one_group(results: Results) -> None:
    assert {row[0] for row in group_rows(results)} == {"continent", "country", "candidates"}
    assert len([row for row in group_rows(results, countries=1) if row[0] == "country"]) == 1


def test_recognition_is_told_by_a_key_of_the_documents(results: Results) -> None:
    told = {row[0]: row[1:5] for row in recognition_rows(results, "domain")}
    assert told == {"": ("3", "5", "4", "2"), "example.kg": ("1", "3", "1", "1")}
    rows = as_json(results, by="domain")["by"]
    assert isinstance(rows, list)
    assert rows[1] == {
        "domain": "example.kg",
        "documents": 1,
        "right": 3,
        "false": 1,
        "missed": 1,
        "f1": 0.75,
    }


class _Reader(HTMLParser):
    """Collects the elements and what they would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "srcset")]
        self.loads += [name for name, _ in attrs if name.startswith("on")]


def read_page(path: Path) -> tuple[str, _Reader]:
    page = path.read_text(encoding="utf-8")
    reader = _Reader()
    reader.feed(page)
    return page, reader


def test_page_has_plots_and_loads_nothing(results: Results, gold: Corpus, tmp_path: Path) -> None:
    write_html([results, pooled([results])], tmp_path / "r.html", changes=changes(gold))
    page, reader = read_page(tmp_path / "r.html")
    assert reader.loads == []
    assert {"svg", "polyline", "circle", "rect", "table"} <= reader.tags
    assert "script" not in reader.tags
    assert "default-src 'none'" in page
    assert page.count('aria-label="Reliability"') == 2
    for part in ("Worst errors", "False alarms", "Misses", "Changes", "By group"):
        assert part in page


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_page_escapes_what_documents_say(gold: Corpus, tmp_path: Path, text: str) -> None:
    said = Prediction(
        start=0, end=3, text=text, latitude=1.0, longitude=2.0, confidence=0.5, place=text
    )
    found = evaluate(replace(gold, name=text), {"quiet": (said,)}, rules=Rules())
    write_html([found], tmp_path / "r.html", title=text)
    page, reader = read_page(tmp_path / "r.html")
    assert reader.loads == []
    assert not {"script", "img"} & reader.tags
    assert "<script" not in page


def test_page_of_recognition_alone_says_so(tmp_path: Path) -> None:
    found = evaluate(read_corpus(FIXTURES / "sentences.conll"), {}, rules=Rules())
    write_html([found], tmp_path / "r.html")
    assert "only recognition is measured" in read_page(tmp_path / "r.html")[0]


def test_compare_lists_every_changed_mention(gold: Corpus) -> None:
    assert [(c.text, c.kind, c.verdict) for c in changes(gold)] == [
        ("Bishkek", "found", "mended"),
        ("Paris", "moved", "mended"),
        ("bus", "lost", "mended"),
        ("Canada", "confidence", "same"),
    ]


def test_compare_without_gold_gives_no_verdict() -> None:
    assert {change.verdict for change in changes()} == {None}
    assert summary_of(changes()) == "4 changes; 1 found, 1 moved, 1 lost, 1 confidence"


def test_compare_backwards_breaks_what_was_mended(gold: Corpus) -> None:
    runs = [read_predictions(FIXTURES / f"run_{name}.jsonl") for name in "ba"]
    verdicts = [change.verdict for change in compare(runs[0], runs[1], corpora=[gold])]
    assert verdicts == ["broken", "broken", "broken", "same"]
    assert compare(runs[0], runs[0], corpora=[gold]) == []


def test_a_pin_that_comes_or_goes_is_a_change() -> None:
    at = Prediction(start=0, end=4, text="Cork", latitude=51.9, longitude=-8.5, confidence=0.9)
    nowhere = replace(at, latitude=None, longitude=None, confidence=0.0)
    before: Predictions = {"d": (at,)}
    after: Predictions = {"d": (nowhere,)}
    assert [c.kind for c in compare(before, after)] == ["unplaced"]
    assert [c.kind for c in compare(after, before)] == ["placed"]
    assert compare(before, {"d": (replace(at, confidence=0.903),)}) == []
    assert [c.kind for c in compare(before, {})] == ["lost"]


def floors_file(tmp_path: Path, *rows: object, schema: str = "geo.floors/1") -> Path:
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"schema": schema, "floors": rows}), encoding="utf-8")
    return path


def test_floors_name_what_is_below_them(results: Results, tmp_path: Path) -> None:
    floors = read_floors(
        floors_file(
            tmp_path,
            {
                "gold": "gold.jsonl",
                "at_least": {"acc161_all": 0.6, "exact_f1": 0.6},
                "at_most": {"mean_km": 1000},
            },
        )
    )
    assert breaches(floors_for(floors, results), results) == [
        "acc161_all of gold.jsonl is 0.5000, below the floor of 0.6",
        "mean_km of gold.jsonl is 1202.7723, above the ceiling of 1000",
    ]


def test_a_floor_for_what_was_not_measured_is_broken(results: Results, tmp_path: Path) -> None:
    floors = read_floors(floors_file(tmp_path, {"gold": "gold.jsonl", "at_least": {"luck": 1}}))
    assert breaches(floors, results) == ["luck of gold.jsonl was not measured, its floor is 1"]


@pytest.mark.parametrize(
    "row",
    [
        {"gold": "other.jsonl"},
        {"gold": "gold.jsonl", "given": True},
        {"gold": "gold.jsonl", "tolerant": True},
        {"gold": "gold.jsonl", "demonyms": True},
        {"gold": "gold.jsonl", "sample": 2},
        {"gold": "gold.jsonl", "recognizer": "other"},
    ],
)
def test_floors_of_other_runs_do_not_apply(
    results: Results, tmp_path: Path, row: dict[str, object]
) -> None:
    floors = read_floors(floors_file(tmp_path, {**row, "at_least": {"acc161_all": 1}}))
    assert floors_for(floors, results, recognizer="gazetteer") == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"at_least": {}}, '"gold"'),
        ({"gold": "a", "at_laest": {}}, '"at_laest"'),
        ({"gold": "a", "given": 1}, "true or false"),
        ({"gold": "a", "sample": 0}, "whole number"),
        ({"gold": "a", "at_least": {"acc161_all": "high"}}, "numbers"),
    ],
)
def test_a_broken_floor_says_which_it_is(tmp_path: Path, row: object, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_floors(floors_file(tmp_path, {"gold": "fine"}, row))
    assert "floor 2" in str(caught.value)
    assert says in str(caught.value)


def test_a_floors_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_floors(tmp_path / "floors.json")
    with pytest.raises(FormatError, match="schema"):
        read_floors(floors_file(tmp_path, schema="geo.floors/2"))
    (tmp_path / "floors.json").write_text("{", encoding="utf-8")
    with pytest.raises(FormatError, match="no valid JSON"):
        read_floors(tmp_path / "floors.json")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[]", "no object"),
        ("{}", "document_id"),
        ('{"id": "a", "mentions": 1}', "list of objects"),
        ('{"document_id": "a", "start": 4, "end": 4}', "no span"),
        ('{"document_id": "a", "start": 0, "end": 4, "latitude": 1}', "no latitude"),
        ('{"schema": "geo.mentions/2", "document_id": "a"}', "geo.mentions/2"),
        ("{", "line 1"),
    ],
)
def test_broken_predictions_name_their_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "p.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read_predictions(tmp_path / "p.jsonl")
    assert "p.jsonl, line 1" in str(caught.value)
    assert says in str(caught.value)


def test_predictions_of_nothing_are_none(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text("", encoding="utf-8")
    assert read_predictions(tmp_path / "p.jsonl") == {}
