"""From file to page to file: corrected in a browser, replayed by the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geo.evaluation import read_corpus
from tests.browser.conftest import OpenPage
from tests.browser.test_corrections import SELECT, card, download, mark, said, scope

# Any: decoded JSON.
Row = dict[str, Any]

TEXT = """Wagons for Kant

BISHKEK, Kyrgyzstan \U0001f682 \u2013 Forty wagons left Osh for Kant on Monday. Kant waited.

In Springfield nobody noticed. A spokesman in Bishkek said that Hope was the name of the engine,
and that the sugar works would get a station of their own.

Trains reach Kant on Fridays.
"""
OTHER = "Kant is a town near Bishkek. It snowed in Osh."


def geo(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "geo", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=120,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def find(folder: Path, *options: str | Path) -> dict[tuple[str, int, int], Row]:
    printed = geo("find", folder / "docs", "--json", *options)
    rows = [json.loads(line) for line in printed.splitlines()]
    return {(row["document_id"], row["start"], row["end"]): row for row in rows}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "docs/b.txt").write_text(OTHER, encoding="utf-8")
    geo("map", tmp_path / "docs", "-o", tmp_path / "map.html")
    return tmp_path


def test_what_was_corrected_changes_and_nothing_else(
    folder: Path, bundle: None, open_html: OpenPage
) -> None:
    before = find(folder)
    texts = {
        row["document_id"]: TEXT if "Wagons" in str(row["title"]) else OTHER
        for row in before.values()
    }
    [first] = [key for key, text in texts.items() if text == TEXT]
    opened = open_html((folder / "map.html").read_text(encoding="utf-8"))
    tab = opened.page

    # Kant, in this document, is somewhere else; the Springfield is another; Osh is right.
    mark(tab, "Kant", nth=1)
    scope(tab, "document")
    card(tab, "Elsewhere\u2026")
    tab.get_by_label("Name of the place").fill("Kant goods station")
    tab.get_by_label("Latitude, longitude").fill("42.8912, 74.8508")
    card(tab, "Put it there")
    said(tab, 1)
    mark(tab, "Springfield")
    if not tab.locator("#card .alternatives[open]").count():
        tab.locator("#card .alternatives summary").click()
    tab.locator("#card .alternatives .use").first.click()
    said(tab, 2)
    mark(tab, "Osh")
    scope(tab, "corpus")
    card(tab, "Confirm")
    said(tab, 3)
    mark(tab, "BISHKEK")
    card(tab, "Not a place")
    said(tab, 4)
    tab.click("#tab-text")
    tab.evaluate(SELECT, "sugar works")
    tab.get_by_role("button", name="Add as a place").click()
    said(tab, 5)
    tab.get_by_label("Latitude, longitude").fill("41\u00b030\u2032N 74\u00b0E")
    card(tab, "Put it there")
    tab.locator("#card .said", has_text="sugar works").wait_for()
    fixes = folder / "fixes.jsonl"
    assert len(download(tab, fixes)) == 5

    after = find(folder, "--corrections", fixes)
    assert geo("corrections", "check", fixes, folder / "docs") == "5 of 5 apply\n"
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    words = {(key[0] == first, texts[key[0]][key[1] : key[2]]) for key in changed}
    assert words == {
        (True, "Kant"),
        (True, "Springfield"),
        (True, "Osh"),
        (False, "Osh"),
        (True, "BISHKEK"),
        (True, "sugar works"),
    }
    by_words = {texts[k[0]][k[1] : k[2]]: after[k] for k in changed}
    assert by_words["BISHKEK"]["reason"] == "rejected"
    assert by_words["sugar works"]["latitude"] == 41.5
    assert by_words["Springfield"]["place_id"] in [
        other["place_id"]
        for key, row in before.items()
        if texts[key[0]][key[1] : key[2]] == "Springfield"
        for other in row["alternatives"]
    ]
    stations = [row for key, row in after.items() if row["place"] == "Kant goods station"]
    found = [key for key, row in before.items() if key[0] == first and row["mention"] == "Kant"]
    assert len(stations) == len(found) >= 2
    assert {row["document_id"] for row in stations} == {first}
    assert all(row["origin"] == "correction" for row in stations)

    # The new page shows them, and goes on from there.
    geo("map", folder / "docs", "-o", folder / "new.html", "--corrections", fixes)
    new = open_html((folder / "new.html").read_text(encoding="utf-8")).page
    mark(new, "sugar works")
    assert "Added in a correction" in new.locator("#card .why").inner_text()
    assert new.locator("mark[aria-label^='Kant: Kant goods station']").count() == len(found)
    new.click("#tab-corrections")
    new.get_by_text("5 corrections the page was made with").wait_for()
    assert new.locator(".reminder").is_hidden()

    # And they are gold.
    geo(
        "export",
        folder / "docs",
        "-o",
        folder / "gold.jsonl",
        "--format",
        "gold",
        "--corrections",
        fixes,
    )
    gold = read_corpus(folder / "gold.jsonl").documents
    judged = {m.text for document in gold for m in document.mentions if not m.optional}
    assert judged == {"Kant", "Springfield", "Osh", "sugar works"}
    scores = json.loads(geo("evaluate", folder / "gold.jsonl", "--json"))
    assert scores
