"""A scan: the rows of the straight line, whatever happens on the way."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geo import (
    ExportError,
    Geoparser,
    Hints,
    MissingExtraError,
    ReadError,
    Settings,
    SettingsError,
    registry,
)
from geo.cli.console import scan_progress
from geo.exporters.rows import rows
from geo.readers import read_sources
from geo.scan import Limits, Progress, ScannedCorpus, ScanSummary, is_scan, scan

pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("fsspec")

#: Finds by lists alone: the fastest there is.
QUICK = Settings(recognizer="gazetteer")
PLACES = "Osh Bishkek Naryn Talas Paris London Berlin Madrid Cairo Lagos Lima Quito".split()

HOSTILE = """
import os, time
from geo.document import Mention

class Recognizer:
    def __init__(self, gazetteer):
        pass

    def recognize(self, documents):
        return [self._mentions(document.text) for document in documents]

    def _mentions(self, text):
        if "RAISE" in text:
            raise ValueError("no such luck")
        if "CRASH" in text:
            os._exit(7)
        if "HOG" in text:
            bytearray(1 << 40)
        while "HANG" in text:
            time.sleep(0.01)
        if "SLOW" in text:
            time.sleep(0.25)
        return [Mention(start=0, end=3, text=text[:3])]
"""


def write_corpus(path: Path, count: int, *, seed: int = 0) -> None:
    """Write short documents, each about two places."""
    chosen = random.Random(seed)
    with path.open("w", encoding="utf-8") as stream:
        for n in range(count):
            one, other = chosen.sample(PLACES, 2)
            text = f"The road from {one} to {other} is open again. " * 3
            stream.write(json.dumps({"id": f"{path.stem}-{n}", "text": text}) + "\n")


def rows_of(output: Path) -> list[dict[str, object]]:
    """Return the rows of all parts, in the order of the parts."""
    found: list[dict[str, object]] = []
    for part in sorted(output.glob("part-*.parquet")):
        for row in pq.read_table(part).to_pylist():
            del row["geometry"]
            found.append(row)
    return found


def manifest_of(output: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((output / "manifest.json").read_text())
    return loaded


def failures_of(output: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (output / "failed.jsonl").read_text().splitlines()]


def quick(source: Path | str, output: Path | str, **options: object) -> ScanSummary:
    # Any keyword of `scan` passes through, hence `object` and the ignore.
    given = {"output": str(output), "settings": QUICK, "workers": 1, **options}
    return scan([str(source)], **given)  # type: ignore[arg-type]


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Register a recognizer that does what the text says: it crashes, hangs or hogs."""
    plugin = tmp_path / "plugin"
    facts = plugin / "hostile-1.dist-info"
    facts.mkdir(parents=True)
    (plugin / "hostile.py").write_text(HOSTILE)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (facts / "entry_points.txt").write_text("[geo.recognizers]\nhostile = hostile:Recognizer\n")
    monkeypatch.syspath_prepend(str(plugin))
    registry._entry_points.cache_clear()
    yield Settings(recognizer="hostile")
    registry._entry_points.cache_clear()


def test_parts_hold_the_rows_of_the_straight_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_corpus(corpus / "news.jsonl", 250)
    (corpus / "a.txt").write_text("The road from Osh to Bishkek is open.")
    summary = quick(corpus, tmp_path / "out", workers=2)
    with Geoparser(QUICK) as parser:
        parsed = list(parser.parse_all(read_sources([corpus])))
    expected = [row for document in parsed for row in rows(document)]
    found = rows_of(tmp_path / "out")
    assert len(list((tmp_path / "out").glob("part-*"))) > 2
    assert [(r["source"], r["start"], r["place_id"], r["confidence"]) for r in found] == (
        [(r["source"], r["start"], r["place_id"], r["confidence"]) for r in expected]
    )
    assert found == expected
    assert (summary.documents, summary.mentions, summary.failed) == (251, len(expected), 0)


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 200)
    for workers in (1, 2):
        quick(tmp_path / "news.jsonl", tmp_path / f"out{workers}", workers=workers)
    one, two = (sorted((tmp_path / f"out{n}").iterdir()) for n in (1, 2))
    assert [p.name for p in one] == [p.name for p in two]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_a_second_run_does_only_what_is_new(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_corpus(corpus / "b.jsonl", 20)
    out = tmp_path / "out"
    quick(corpus, out)
    before = {p.name: p.stat().st_mtime_ns for p in out.glob("part-*")}
    assert quick(corpus, out).shards_before == len(before)
    write_corpus(corpus / "a.jsonl", 20, seed=1)
    summary = quick(corpus, out)
    after = {p.name: p.stat().st_mtime_ns for p in out.glob("part-*")}
    assert {name: after[name] for name in before} == before
    assert summary.documents == 40
    assert {str(row["document_id"])[0] for row in rows_of(out)} == {"a", "b"}


def test_a_file_that_changed_is_scanned_anew(tmp_path: Path) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("Trains run to Osh.")
    quick(source, out)
    source.write_text("Trains run to Bishkek.")
    assert quick(source, out).documents == 1
    assert [row["place"] for row in rows_of(out)] == ["Bishkek"]


def test_settings_are_never_mixed(tmp_path: Path) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("Trains run to Osh.")
    quick(source, out)
    with pytest.raises(SettingsError, match=r"demonyms: true, now false.*give another folder"):
        quick(source, out, settings=Settings(recognizer="gazetteer", demonyms=False))
    never = Settings(recognizer="gazetteer", never="Osh")
    with pytest.raises(SettingsError, match="never"):
        quick(source, out, settings=never)
    assert [row["place"] for row in rows_of(out)] == ["Osh"]


def test_parts_without_a_manifest_are_left_alone(tmp_path: Path) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("Trains run to Osh.")
    quick(source, out)
    (out / "manifest.json").unlink()
    with pytest.raises(SettingsError, match="no manifest"):
        quick(source, out)


def test_documents_that_fail_are_named_and_the_others_go_on(
    tmp_path: Path, hostile: Settings
) -> None:
    words = ["fine"] * 40
    words[3], words[11], words[12], words[30] = "RAISE", "CRASH", "HANG", "HOG"
    lines = [json.dumps({"id": str(n), "text": f"Osh {w}"}) for n, w in enumerate(words)]
    lines[20] = "{not json"
    (tmp_path / "news.jsonl").write_text("\n".join(lines))
    out = tmp_path / "out"
    limits = Limits(seconds=2.0, memory_mb=200)
    summary = quick(tmp_path / "news.jsonl", out, settings=hostile, limits=limits)
    failed = failures_of(out)
    reasons = {line["document_id"]: line["reason"] for line in failed}
    assert (summary.documents, summary.failed) == (35, 5)
    assert summary.failed_path == str(out / "failed.jsonl")
    assert reasons["3"] == "cannot parse it: ValueError: no such luck. Please report this."
    assert "took the process down" in reasons["11"]
    assert "more than 2 seconds" in reasons["12"]
    assert "more than 200 MB" in reasons["30"]
    assert [line["source"] for line in failed if line["document_id"] == "11"] == (
        [f"{tmp_path}/news.jsonl#line=12"]
    )
    assert any("line 21" in line["reason"] for line in failed)
    assert len(rows_of(out)) == 35


def test_a_slow_machine_is_no_fault_of_a_document(tmp_path: Path, hostile: Settings) -> None:
    lines = [json.dumps({"id": str(n), "text": "Osh SLOW"}) for n in range(24)]
    (tmp_path / "news.jsonl").write_text("\n".join(lines))
    told: list[int] = []
    summary = quick(
        tmp_path / "news.jsonl",
        tmp_path / "out",
        settings=hostile,
        limits=Limits(seconds=2.0),
        on_progress=lambda progress: told.append(progress.documents),
    )
    assert (summary.documents, summary.failed) == (24, 0)
    assert told == sorted(told), "a shard was begun again"


def test_what_failed_is_tried_again_by_the_next_run(tmp_path: Path, hostile: Settings) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("Osh HANG")
    limits = Limits(seconds=0.5)
    assert quick(source, out, settings=hostile, limits=limits).failed == 1
    (tmp_path / "plugin/hostile.py").write_text(HOSTILE.replace("HANG", "NEVER"))
    assert quick(source, out, settings=hostile, limits=limits).failed == 0
    assert not (out / "failed.jsonl").exists()
    assert len(rows_of(out)) == 1


def test_a_truncated_shard_costs_its_last_line_only(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 30)
    content = (tmp_path / "news.jsonl").read_bytes()
    (tmp_path / "news.jsonl").write_bytes(content[:-40])
    assert quick(tmp_path / "news.jsonl", tmp_path / "out").documents == 29
    [failed] = failures_of(tmp_path / "out")
    assert "line 30: no valid JSON" in failed["reason"]


def test_a_parquet_with_another_column_says_which_it_has(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    pq.write_table(pa.table({"headline": ["Osh"], "corpus": ["Osh"]}), corpus / "a.parquet")
    pq.write_table(pa.table({"headline": ["x"], "text": ["To Osh."]}), corpus / "b.parquet")
    assert quick(corpus, tmp_path / "out").documents == 1
    [failed] = failures_of(tmp_path / "out")
    assert failed["source"] == str(corpus / "a.parquet")
    assert 'Columns: "headline", "corpus"' in failed["reason"]


def test_a_truncated_parquet_is_named_and_taken_up_when_it_is_whole(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    source, out = tmp_path / "news.parquet", tmp_path / "out"
    pq.write_table(pa.table({"text": [f"To Osh, {n}." for n in range(20_000)]}), source)
    (tmp_path / "a.txt").write_text("To Osh.")
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    summary = scan([str(tmp_path / "a.txt"), str(source)], str(out), settings=QUICK, workers=1)
    assert (summary.documents, summary.failed) == (1, 1)
    assert "cut short" in failures_of(out)[0]["reason"]


def test_the_output_may_lie_within_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    quick(tmp_path, tmp_path / "out")
    (tmp_path / "b.txt").write_text("To Bishkek.")
    assert quick(tmp_path, tmp_path / "out").documents == 2


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    quick(tmp_path / "a.txt", tmp_path / "out")
    monkeypatch.setattr("geo.scan.files.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r'pip install "mentionmap\[scan\]"'):
        quick(tmp_path / "a.txt", tmp_path / "out")
    assert is_scan(str(tmp_path / "out"))
    with pytest.raises(MissingExtraError):
        ScannedCorpus(str(tmp_path / "out"))


def test_addresses_are_not_scanned(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="object stores"):
        quick("https://example.org/a.jsonl", tmp_path / "out")


def test_hints_and_corrections_reach_the_workers(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("The road to Paris is open.")
    quick(source, tmp_path / "far", hints=Hints(country="US", near=(33.66, -95.55)))
    [row] = rows_of(tmp_path / "far")
    with Geoparser(QUICK) as parser:
        [document] = read_sources([source])
        hinted = replace(document, hints=Hints(country="US", near=(33.66, -95.55)))
        [expected] = rows(parser.parse(hinted))
        [plain] = rows(parser.parse(document))
    assert row["place_id"] == expected["place_id"] != plain["place_id"]
    correction = {
        "schema": "geo.corrections/1",
        "document_id": row["document_id"],
        "start": 12,
        "end": 17,
        "mention": "Paris",
        "action": "reject",
        "applies_to": "mention",
        "created": "2026-11-24T10:00:00Z",
    }
    (tmp_path / "fixes.jsonl").write_text(json.dumps(correction) + "\n")
    quick(source, tmp_path / "fixed", corrections=str(tmp_path / "fixes.jsonl"))
    assert [row["reason"] for row in rows_of(tmp_path / "fixed")] == ["rejected"]


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        quick(tmp_path / "missing", tmp_path / "out")
    (tmp_path / "a.txt").write_text("To Osh.")
    sources = [str(tmp_path / "a.txt"), str(tmp_path / "missing")]
    summary = scan(sources, str(tmp_path / "out"), settings=QUICK, workers=1)
    assert (summary.documents, summary.failed) == (1, 1)


def test_a_second_scan_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    filelock = pytest.importorskip("filelock")
    (tmp_path / "a.txt").write_text("To Osh.")
    out = tmp_path / "out"
    out.mkdir()
    with (
        filelock.FileLock(out / ".lock"),
        pytest.raises(SettingsError, match="another scan is writing"),
    ):
        quick(tmp_path / "a.txt", out)
    assert quick(tmp_path / "a.txt", out).documents == 1
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "part-000000.parquet"]


def test_a_broken_part_is_made_again(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 10)
    out = tmp_path / "out"
    quick(tmp_path / "news.jsonl", out)
    whole = (out / "part-000000.parquet").read_bytes()
    (out / "part-000000.parquet").write_bytes(whole[:-100])
    quick(tmp_path / "news.jsonl", out)
    assert (out / "part-000000.parquet").read_bytes() == whole


def test_progress_tells_how_far_it_is(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 300)
    told: list[Progress] = []
    quick(tmp_path / "news.jsonl", tmp_path / "out", on_progress=told.append)
    assert told[-1].documents == 300
    assert told[-1].bytes_done == told[-1].bytes == (tmp_path / "news.jsonl").stat().st_size
    assert [p.documents for p in told] == sorted(p.documents for p in told)


def command(source: Path, output: Path, *, workers: int = 1, before: str = "pass") -> list[str]:
    """Return the call of `geo scan`; `before` is Python that runs ahead of it."""
    code = f"{before}\nfrom geo.cli.app import main\nmain()"
    options = ["--workers", str(workers), "--recognizer", "gazetteer"]
    return [sys.executable, "-c", code, "scan", str(source), "-o", str(output), *options]


def content_of(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(output.iterdir())}


def killed_at_random(arguments: list[str], *, kills: int, seed: int, longest: float) -> None:
    """Run a command and kill it, so many times, then let it end."""
    chosen = random.Random(seed)
    for _ in range(kills):
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(chosen.uniform(0.2, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, timeout=240)


def test_a_scan_killed_at_any_instant_ends_as_if_it_was_not(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 600)
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    source = tmp_path / "news.jsonl"
    subprocess.run(command(source, undisturbed), check=True, stdout=subprocess.DEVNULL)
    killed_at_random(command(source, out, workers=2), kills=8, seed=4, longest=4.0)
    assert content_of(out) == content_of(undisturbed)


def test_a_full_disk_stops_the_scan_with_clear_words_and_loses_nothing(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 300)
    out = tmp_path / "out"
    # No file may grow beyond it: what a quota does, without the rights to mount a small disk.
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))"
    source = tmp_path / "news.jsonl"
    arguments = command(source, out, before=limited)
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [name for name in content_of(out) if name.endswith(".part")]
    done = subprocess.run(command(source, out), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "300 documents, 1,800 mentions\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a small disk")
def test_a_scan_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 300)
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(ExportError, match="no space left"):
            quick(tmp_path / "news.jsonl", disk / "out")
        kept = len(list((disk / "out").glob("part-*.parquet")))
        assert kept > 0
        subprocess.run(["mount", "-o", "remount,size=10m", disk], check=True)
        summary = quick(tmp_path / "news.jsonl", disk / "out")
        assert (summary.documents, summary.shards_before) == (300, kept)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_an_interrupted_scan_ends_its_workers(tmp_path: Path) -> None:
    write_corpus(tmp_path / "news.jsonl", 5000)
    arguments = command(tmp_path / "news.jsonl", tmp_path / "out", workers=2)
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out").glob("part-*.parquet")) and time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "geo: interrupted; what is done is kept, the same call goes on.\n"
    assert not [name for name in content_of(tmp_path / "out") if name.startswith(".")]


def test_the_command_s_settings_are_the_scan_s(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    out = tmp_path / "out"
    given = ["--exact-only", "--no-demonyms", "--country", "kg", "--year", "1990"]
    call = [*command(tmp_path / "a.txt", out), *given]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    made_with = manifest_of(out)["made_with"]
    assert isinstance(made_with, dict)
    keys = ("recognizer", "exact_only", "demonyms", "country", "year")
    assert [made_with[key] for key in keys] == ["gazetteer", True, False, "KG", 1990]


def test_the_command_counts_and_names_the_failures(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    (tmp_path / "b.jsonl").write_text("{no json\n")
    out = tmp_path / "out"
    done = subprocess.run(command(tmp_path, out), capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == f"1 document, 1 mention, 1 not read ({out}/failed.jsonl)\n"
    assert done.stderr == "Run again to try those that failed once more.\n"


def test_a_line_a_minute_tells_how_far_a_scan_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    half = Progress(
        documents=50, failed=2, shards=4, shards_done=3, bytes=100, bytes_done=75, bytes_before=50
    )
    clock = iter([0.0, 10.0, 20.0, 70.0, 70.0])
    monkeypatch.setattr("geo.cli.console.time.monotonic", lambda: next(clock))
    with scan_progress(quiet=False) as show:
        assert show is not None
        show(half)
        show(half)
        show(half)
    assert capsys.readouterr().err == (
        "50 documents, 0.7 a second, shard 3 of 4, 2 failed, 0:01:10 left\n"
    )


def test_a_terminal_shows_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    third = Progress(
        documents=7, failed=0, shards=2, shards_done=1, bytes=9, bytes_done=3, bytes_before=0
    )
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with scan_progress(quiet=False) as show:
        assert show is not None
        show(third)
    shown = capsys.readouterr()
    assert "7 documents" in shown.err
    assert "33 %" in shown.err
    assert shown.out == ""
