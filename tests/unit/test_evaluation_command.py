"""`geo evaluate` on small files; the shipped gazetteer tells countries and ambiguity."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from geo.cli.evaluate import evaluate
from geo.errors import FormatError, GeoError

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/evaluation"
GOLD = str(FIXTURES / "gold.jsonl")
PREDICTED = str(FIXTURES / "predicted.jsonl")

app = typer.Typer()
app.command()(evaluate)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--quiet"])


def failure(*arguments: str) -> GeoError:
    error = run(*arguments).exception
    assert isinstance(error, GeoError)
    return error


def test_evaluate_measures_given_predictions() -> None:
    done = run(GOLD, "--predictions", PREDICTED, "--json", "--bootstrap", "20")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert report["measures"]["acc161_all"] == 0.5
    assert report["intervals"]["acc161_all"]
    countries = {row["value"]: row["linked"] for row in report["groups"]["country"]}
    assert countries["US"] == 4
    assert countries["KG"] == 3


def test_evaluate_parses_where_no_predictions_are_given() -> None:
    done = run(GOLD, "--given", "--tolerant", "--json")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["given"], report["tolerant"], report["demonyms"]) == (True, True, True)
    assert report["linked"] == 11
    assert report["measures"]["acc161_all"] > 0.5


def test_evaluate_finds_mentions_in_raw_text() -> None:
    done = run(GOLD, "--recognizer", "gazetteer", "--demonyms")
    assert done.exit_code == 0
    assert done.stdout.startswith("gold.jsonl: 4 documents, 12 gold spans")
    assert "recognition" in done.stdout


def test_evaluate_pools_several_corpora() -> None:
    done = run(GOLD, str(FIXTURES / "articles.xml"), "--given", "--json")
    names = [json.loads(line)["gold"] for line in done.stdout.splitlines()]
    assert names == ["gold.jsonl", "articles.xml", "pooled"]


def test_evaluate_writes_a_page(tmp_path: Path) -> None:
    page = tmp_path / "r.html"
    assert run(GOLD, "--predictions", PREDICTED, "--html", str(page)).exit_code == 0
    assert "Reliability" in page.read_text(encoding="utf-8")


def floors(tmp_path: Path, gold: str, bound: float) -> str:
    path = tmp_path / "floors.json"
    row = {"gold": gold, "at_least": {"acc161_all": bound}}
    path.write_text(json.dumps({"schema": "geo.floors/1", "floors": [row]}), encoding="utf-8")
    return str(path)


def test_evaluate_below_a_floor_ends_with_4_and_names_it(tmp_path: Path) -> None:
    held = floors(tmp_path, "gold.jsonl", 0.6)
    done = run(GOLD, "--predictions", PREDICTED, "--floor", held)
    assert done.exit_code == 4
    assert f"acc161_all of gold.jsonl is 0.5000, below the floor of 0.6 ({held})" in done.stderr
    assert "resolution" in done.stdout


def test_evaluate_above_its_floors_ends_with_0(tmp_path: Path) -> None:
    held = floors(tmp_path, "gold.jsonl", 0.5)
    assert run(GOLD, "--predictions", PREDICTED, "--floor", held).exit_code == 0


def test_evaluate_with_floors_for_something_else_is_an_error(tmp_path: Path) -> None:
    held = floors(tmp_path, "other.jsonl", 0.5)
    assert "no floor" in str(failure(GOLD, "--predictions", PREDICTED, "--floor", held))


def test_evaluate_compares_two_runs() -> None:
    runs = [str(FIXTURES / f"run_{name}.jsonl") for name in "ab"]
    done = run(GOLD, "--compare", *runs)
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "document",
        "road",
        "game",
        "game",
        "game",
    ]
    assert "3 mended, 0 broken" in done.stderr.replace("; ", ", ")
    rows = [json.loads(line) for line in run("--compare", *runs, "--json").stdout.splitlines()]
    assert [row["verdict"] for row in rows] == [None] * 4
    assert rows[1]["before"]["country_code"] == "FR"


def test_evaluate_goes_on_after_a_broken_document_and_ends_with_3(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text((FIXTURES / "gold.jsonl").read_text(encoding="utf-8") + "x\n", encoding="utf-8")
    done = run(str(path), "--predictions", PREDICTED)
    assert done.exit_code == 3
    assert "line 5" in done.stderr


def test_evaluate_without_anything_to_read_ends_with_1(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.jsonl")).exit_code == 1


def test_evaluate_tells_wrong_usage() -> None:
    assert run().exit_code == 2
    assert run("--compare", "a", "b", "--floor", "f").exit_code == 2


def test_evaluate_takes_each_nth_document() -> None:
    done = run(GOLD, "--sample", "2", "--predictions", PREDICTED, "--json")
    assert json.loads(done.stdout)["documents"] == 2


def test_predictions_of_other_documents_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "elsewhere", "mentions": []}\n', encoding="utf-8")
    assert "no document" in str(failure(GOLD, "--predictions", str(path)))


def test_predictions_cannot_serve_two_corpora_of_the_same_ids() -> None:
    assert 'document "road"' in str(failure(GOLD, GOLD, "--predictions", PREDICTED))


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(FormatError, match="jsonl, xml, conll, brat"):
        raise failure(GOLD, "--format", "yaml")
