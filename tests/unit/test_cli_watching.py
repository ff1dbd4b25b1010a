"""Long runs: the bar, the list of what was not read, and Ctrl-C without loss."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from geo.cli.watching import document_progress
from geo.cli.work import Run
from geo.document import ParsedDocument
from geo.errors import ReadError
from geo.readers.sources import count_files
from tests.unit.test_cli import lines, run

Make = Callable[..., ParsedDocument]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Replace stderr; within the test, since pytest puts its own there before it."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    return found


def test_the_bar_shows_the_file_in_hand_the_rate_and_the_time_left(
    make_parsed: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal = on_a_terminal(monkeypatch)
    for name in ("a.txt", "b.txt", "c.txt", "[d].csv"):
        (tmp_path / name).write_text("Osh")
    stream = [
        make_parsed(source=str(tmp_path / name)) for name in ("a.txt", "b.txt", "[d].csv#row=2")
    ]
    failed = iter([0, 0, 1, 1, 1, 1, 1, 1, 1])
    shown = []
    for _ in document_progress(
        iter(stream), [str(tmp_path)], quiet=False, failed=lambda: next(failed, 1)
    ):
        shown.append(terminal.getvalue())
    written = terminal.getvalue()
    assert len(shown) == 3
    assert "3/4 files, 1 not read, " in written
    assert "documents/s, 0:00:00 left" in written
    assert "[d].csv" in written
    assert "row=2" not in written


def test_no_bar_where_nobody_looks(make_parsed: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [make_parsed()]
    terminal = on_a_terminal(monkeypatch)
    assert list(document_progress(given, ["-"], quiet=True, failed=lambda: 0)) == given
    assert terminal.getvalue() == ""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    assert list(document_progress(given, ["-"], quiet=False, failed=lambda: 0)) == given
    assert pipe.getvalue() == ""


def test_files_are_counted_as_they_will_be_read(tmp_path: Path) -> None:
    for name in ("a.txt", "b.pdf", "c.unknown", ".hidden.txt"):
        (tmp_path / name).write_text("Osh")
    sources: list[str | Path] = [
        tmp_path,
        tmp_path / "c.unknown",
        tmp_path / "none",
        "-",
        "https://example.org/a",
    ]
    assert count_files(sources, suffixes={".txt", ".pdf"}) == 6
    assert count_files([f"{tmp_path}/*.txt"], suffixes={".txt"}) == 1


def test_ctrl_c_ends_after_the_document_in_hand_and_keeps_what_is_done(
    make_parsed: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGINT)
    done = Run(["a.txt"], quiet=True)

    def stream() -> Iterator[ParsedDocument]:
        yield make_parsed(id="a")
        os.kill(os.getpid(), signal.SIGINT)
        yield make_parsed(id="b")
        yield make_parsed(id="c")

    assert [parsed.document.id for parsed in done.counted(stream())] == ["a", "b"]
    assert done.interrupted
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(typer.Exit) as caught:
        done.finish()
    assert caught.value.exit_code == 130
    said = capsys.readouterr().err
    assert "Ctrl-C again stops at once" in said
    assert "what was done is kept" in said


def test_ctrl_c_twice_stops_at_once(make_parsed: Make) -> None:
    before = signal.getsignal(signal.SIGINT)

    def stream() -> Iterator[ParsedDocument]:
        yield make_parsed(id="a")
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        yield make_parsed(id="b")

    with pytest.raises(KeyboardInterrupt):
        list(Run(["a.txt"], quiet=True).counted(stream()))
    assert signal.getsignal(signal.SIGINT) is before


INTERRUPTED = """
import os, signal, sys
from geo.pipeline import Geoparser
whole = Geoparser.parse_all
def parse_all(self, documents):
    for number, parsed in enumerate(whole(self, documents)):
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)
        yield parsed
Geoparser.parse_all = parse_all
from geo.cli.app import main
main()
"""


@pytest.mark.parametrize("command", ["map", "export"])
def test_an_interrupted_run_writes_its_file_and_exits_with_130(
    command: str, tmp_path: Path
) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"Osh {number} is far from Bishkek.")
    output = tmp_path / ("out.html" if command == "map" else "out.csv")
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, command, str(tmp_path), "-o", str(output)],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 130
    assert "3 documents, " in done.stderr.decode()
    written = output.read_text("utf-8")
    if command == "map":
        assert "Places in 3 documents" in written
    else:
        assert "2.txt" in written
        assert "3.txt" not in written


def test_what_was_not_read_is_listed_with_its_reason_above_the_counts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Osh is far.")
    (tmp_path / "b.pdf").write_text("no PDF")
    (tmp_path / "c.docx").write_text("no Word")
    done = run("export", tmp_path, "-o", tmp_path / "out.jsonl")
    assert done.returncode == 3
    *errors, counts = lines(done.stderr)
    assert [("b.pdf" in errors[0]), ("c.docx" in errors[1]), len(errors)] == [True, True, 2]
    assert all(line.startswith("geo: cannot read ") and line.endswith(".") for line in errors)
    assert counts.endswith(", 2 not read")


def test_where_nothing_was_read_the_reasons_are_still_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = Run(["a.txt"], quiet=True)
    done.note(ReadError("cannot read a.txt: no."))
    with pytest.raises(typer.Exit) as caught:
        done.stop_if_nothing_was_read()
    assert caught.value.exit_code == 1
    assert capsys.readouterr().err == "geo: cannot read a.txt: no.\n"
