"""`geo corrections`: what its commands print, write and exit with."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from geo.cli.corrections import app
from geo.corrections import Correction, read, write
from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import FormatError, GeoWarning, ReadError
from geo.exporters import export
from geo.place import Candidate, Place

TEXT = "Kant airbase lies near Kant. Nobody left."
TOWN = Place(id="geonames:1528193", name="Kant", latitude=42.89, longitude=74.85, country_code="KG")
BASE = Place(id="airports:UAFW", name="Kant Air Base", latitude=42.8532, longitude=74.8465)
DOCUMENT = Document(text=TEXT, title="A title", source="a.txt")


def geo(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


def line(start: int, end: int, action: str, **fields: object) -> Correction:
    given: dict[str, object] = {"document_id": DOCUMENT.id, "mention": TEXT[start:end], **fields}
    return Correction(start=start, end=end, action=action, **given)  # type: ignore[arg-type]


@pytest.fixture
def fixes(tmp_path: Path) -> Path:
    path = tmp_path / "fixes.jsonl"
    write([line(0, 12, "add", place=BASE), line(23, 27, "reject")], path)
    return path


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    resolutions = tuple(
        Resolution(
            mention=Mention(start=start, end=start + 4, text="Kant"),
            place=TOWN,
            confidence=0.7,
            candidates=tuple(
                Candidate(place=p, name="Kant", match="primary", score=0.5) for p in (TOWN, BASE)
            ),
        )
        for start in (0, 23)
    )
    return export(
        [ParsedDocument(document=DOCUMENT, resolutions=resolutions)], tmp_path / "rows.jsonl"
    )


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    path = tmp_path / "docs.jsonl"
    path.write_text(json.dumps({"text": TEXT}) + "\n", encoding="utf-8")
    return path


def test_check_counts_what_applies(fixes: Path, docs: Path) -> None:
    done = geo("check", fixes, docs)
    assert (done.stdout, done.exit_code) == ("2 of 2 apply\n", 0)


def test_check_names_stale_lines_and_fails(fixes: Path, docs: Path) -> None:
    write([*read(fixes), line(1, 5, "reject", mention="Kant")], fixes)
    done = geo("check", fixes, docs)
    assert done.stdout.splitlines() == [
        f'line 3  stale  no text "Kant" at 1–5 in {DOCUMENT.id}',
        "2 of 3 apply",
    ]
    assert done.exit_code == 1
    [row] = geo("check", fixes, docs, "--json").stdout.splitlines()
    assert json.loads(row)["line"] == 3


def test_check_reads_other_documents_too_and_says_what_it_could_not(
    fixes: Path, tmp_path: Path
) -> None:
    text = tmp_path / "a.txt"
    text.write_text(TEXT, encoding="utf-8")
    assert geo("check", fixes, text).exit_code == 0
    assert geo("check", fixes, text, tmp_path / "none.txt").exit_code == 3


def test_apply_changes_the_rows_that_were_corrected(fixes: Path, rows: Path) -> None:
    write([line(23, 27, "place", place=BASE)], fixes)
    before = rows.read_text(encoding="utf-8").splitlines()
    after = geo("apply", fixes, rows).stdout.splitlines()
    assert after[0] == before[0]
    old, new = json.loads(before[1]), json.loads(after[1])
    assert list(old) == list(new)
    assert {key for key in old if old[key] != new[key]} == {
        *("place_id", "place", "latitude", "longitude", "country_code"),
        *("confidence", "origin", "explanation", "alternatives"),
    }
    assert (new["place_id"], new["confidence"], new["origin"]) == (BASE.id, 1.0, "correction")
    assert [one["place_id"] for one in new["alternatives"]] == [TOWN.id]


def test_apply_adds_and_rejects_and_twice_is_once(fixes: Path, rows: Path) -> None:
    once = geo("apply", fixes, rows).stdout
    found = [json.loads(row) for row in once.splitlines()]
    assert [(r["mention"], r["place_id"], r["reason"]) for r in found] == [
        ("Kant airbase", BASE.id, None),
        ("Kant", None, "rejected"),
    ]
    assert [r["title"] for r in found] == ["A title", "A title"]
    assert found[0]["sentence"] is None
    assert found[1]["sentence"] == "Kant airbase lies near Kant."
    rows.write_text(once, encoding="utf-8")
    assert geo("apply", fixes, rows).stdout == once


def test_apply_without_corrections_gives_the_same_bytes(fixes: Path, rows: Path) -> None:
    write([], fixes)
    assert geo("apply", fixes, rows).stdout_bytes == rows.read_bytes()


def test_apply_reports_what_does_not_fit(fixes: Path, rows: Path) -> None:
    write([line(23, 27, "reject", mention="Osch"), line(0, 4, "reject", document_id="z")], fixes)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GeoWarning)
        done = geo("apply", fixes, rows)
    assert done.stdout_bytes == rows.read_bytes()
    said = sorted(str(one.message) for one in caught)
    assert "line 1: no text" in said[0]
    assert "line 2: no document z among the rows" in said[1]


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "{", '{"schema":"geo.mentions/2"}', '{"schema":"geo.mentions/1","start":"a"}'],
)
def test_apply_refuses_what_are_no_rows(fixes: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    assert isinstance(geo("apply", fixes, path).exception, FormatError)
    assert isinstance(geo("apply", fixes, tmp_path / "none.jsonl").exception, ReadError)


def test_merge_joins_and_prints_the_path(fixes: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "other.jsonl", tmp_path / "out.jsonl"
    write([line(29, 35, "reject"), line(23, 27, "reject")], other)
    done = geo("merge", fixes, other, "-o", out)
    assert (done.stdout, done.exit_code) == (f"{out}\n", 0)
    assert len(read(out)) == 3


def test_merge_names_conflicts_and_writes_only_when_told(fixes: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "other.jsonl", tmp_path / "out.jsonl"
    write([line(23, 27, "place", place=TOWN)], other)
    done = geo("merge", fixes, other, "-o", out)
    assert (done.stdout, done.exit_code, out.exists()) == ("", 1, False)
    assert f'conflict  "Kant" at 23–27 in {DOCUMENT.id}' in done.stderr
    assert f"{other}, line 1: Kant (geonames:1528193)" in done.stderr
    done = geo("merge", fixes, other, "-o", out, "--prefer", "later")
    assert (done.exit_code, len(read(out))) == (0, 3)
    assert geo("merge", fixes, other, "-o", out, "--prefer", "mine").exit_code == 2


def test_add_keeps_what_is_there_and_adds_what_is_new(fixes: Path, tmp_path: Path) -> None:
    saved, kept = tmp_path / "corrections.jsonl", tmp_path / "kept.jsonl"
    write([*read(fixes), line(29, 35, "reject"), line(29, 35, "reject")], saved)
    old = fixes.read_text(encoding="utf-8").replace(": ", ":").rstrip("\n")
    fixes.write_text(old, encoding="utf-8")
    done = geo("add", fixes, saved)
    assert (done.stdout, done.stderr, done.exit_code) == (f"{fixes}\n", "1 line added\n", 0)
    assert fixes.read_text(encoding="utf-8").startswith(old + "\n")
    assert [c.mention for c in read(fixes)] == ["Kant airbase", "Kant", "Nobody"]
    assert geo("add", kept, saved).exit_code == 0
    assert len(read(kept)) == 3
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n", encoding="utf-8")
    assert isinstance(geo("add", broken, saved).exception, FormatError)
    assert broken.read_text(encoding="utf-8") == "{}\n"


def test_help_ends_in_an_example_and_loads_nothing_heavy() -> None:
    for command in ("check", "apply", "merge", "add"):
        assert f"Example:  geo corrections {command}" in " ".join(
            geo(command, "--help").stdout.split(" ")
        )
    code = (
        "import sys, geo.cli.corrections\n"
        "print({'geo.corrections', 'numpy', 'folium', 'geo.readers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
