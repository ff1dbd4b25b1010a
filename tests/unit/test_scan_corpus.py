"""A scan read back: the same mentions at the same places, in the sentences they stand in."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from geo import Geoparser, ParsedDocument, Settings
from geo.errors import FormatError
from geo.gazetteer import SqliteGazetteer
from geo.readers import read_sources
from geo.scan import ScannedCorpus, is_scan, scan
from geo.summary import as_json, summarize

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

QUICK = Settings(recognizer="gazetteer")
TEXTS = {
    "a": "Osh and Bishkek are far apart. Osh is warm. Osh is warm.\nNobody lives\nhere.",
    "b": "The Ciudad\nJuarez office wrote to London. A second sentence names Paris, France.",
    "c": "Nothing to see.",
    "d": "He went to New York. And from the University of New Mexico to Osh, Osh and Osh.",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "news.jsonl"
    lines = [
        json.dumps({"id": name, "text": text, "title": f"On {name}", "published": "2024-05-01"})
        for name, text in TEXTS.items()
    ]
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(scope="module")
def output(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("scan") / "out"
    scan([str(source)], str(out), settings=QUICK, workers=1)
    return out


def straight(source: Path) -> list[ParsedDocument]:
    with Geoparser(QUICK) as parser:
        return list(parser.parse_all(read_sources([source])))


def test_mentions_come_back_at_their_places(
    source: Path, output: Path, gazetteer: SqliteGazetteer
) -> None:
    expected = [parsed for parsed in straight(source) if parsed.resolutions]
    found = list(ScannedCorpus(str(output), gazetteer=gazetteer).documents())
    assert len(found) == len(TEXTS)
    found = [parsed for parsed in found if parsed.resolutions]
    for one, other in zip(found, expected, strict=True):
        assert (one.document.id, one.document.source) == (other.document.id, other.document.source)
        assert (one.document.title, one.document.published) == (
            (other.document.title, other.document.published)
        )
        assert [m.text for m in one.mentions] == [" ".join(m.text.split()) for m in other.mentions]
        assert [r.place and r.place.id for r in one.resolutions] == (
            [r.place and r.place.id for r in other.resolutions]
        )
        assert [p.source for p in one.places] == [p.source for p in other.places]
        assert [[c.place.id for c in r.candidates] for r in one.resolutions] == (
            [[c.place.id for c in r.candidates] for r in other.resolutions]
        )


def test_mentions_stand_in_their_own_sentences(output: Path) -> None:
    documents = {p.document.id: p for p in ScannedCorpus(str(output)).documents()}
    first = documents["a"]
    assert first.document.text.split("\n\n")[:2] == [
        "Osh and Bishkek are far apart.",
        "Osh is warm.",
    ]
    for parsed in documents.values():
        for mention in parsed.mentions:
            assert parsed.document.text[mention.start : mention.end] == mention.text
    places = [m.start for m in documents["d"].mentions if m.text == "Osh"]
    assert len(set(places)) == len(places) == 2


def test_the_surest_mentions_of_each_place_are_kept(output: Path) -> None:
    corpus = ScannedCorpus(str(output))
    documents, mentions = corpus.counts()
    assert documents == 4
    every = [r for parsed in corpus.documents() for r in parsed.resolutions]
    assert len(every) == mentions
    places = {r.place.id for r in every if r.place}
    kept = [r for parsed in corpus.surest(mentions - 2) for r in parsed.resolutions]
    assert len(kept) <= mentions - 2
    assert {r.place.id for r in kept if r.place} == places
    three = [r for parsed in corpus.surest(3) for r in parsed.resolutions]
    assert len(three) == 3
    assert len({r.place.id for r in three if r.place}) == 3


def test_the_summary_of_a_scan_is_that_of_its_documents(
    source: Path, output: Path, gazetteer: SqliteGazetteer
) -> None:
    scanned = summarize(ScannedCorpus(str(output)).documents(), gazetteer=gazetteer)
    parsed = summarize(straight(source), gazetteer=gazetteer)
    assert scanned.documents == parsed.documents == 4
    assert as_json(scanned) == as_json(parsed)


def test_a_folder_without_a_manifest_is_no_scan(tmp_path: Path, output: Path) -> None:
    assert is_scan(str(output))
    assert not is_scan(str(tmp_path))
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    assert not is_scan(str(tmp_path))
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(FormatError, match="is no scan"):
        ScannedCorpus(str(tmp_path))


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "geo", *map(str, arguments)]
    return subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)


def test_the_map_of_a_scan_holds_its_snippets(output: Path, tmp_path: Path) -> None:
    done = run("map", output, "-o", tmp_path / "map.html")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/map.html\n")
    assert re.fullmatch(
        r"The page holds the sentences that name a place, [\d.]+ MB\n"
        r"3 documents, \d+ mentions, \d+ places, \d+ unresolved\n",
        done.stderr,
    )
    few = run("map", output, "-o", tmp_path / "few.html", "--most", "3")
    assert few.stderr.startswith("The page holds 3 of ")
    full = run("map", output, "-o", tmp_path / "full.html", "--text", "full")
    assert full.returncode == 2
    assert "a scan holds snippets" in full.stderr


def test_summary_reads_a_scan_and_find_says_who_does(output: Path, source: Path) -> None:
    done = run("summary", output, "--json")
    assert json.loads(done.stdout)["documents"] == 4
    refused = run("find", output)
    assert refused.returncode == 1
    assert "is a scan, not a document" in refused.stderr
    mixed = run("map", output, source)
    assert "the other sources are documents" in mixed.stderr
