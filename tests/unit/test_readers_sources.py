import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.document import Document, document_id
from geo.errors import GeoError, ReadError
from geo.readers import read_sources


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str = "") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text or f"This is {path}.", encoding="utf-8")


def sources_of(*given: str | Path) -> list[str | None]:
    return [document.source for document in read_sources(given)]


def test_files_keep_the_path_as_given(folder: Path) -> None:
    write("новости 2012/a b.txt")
    given = ["./новости 2012/a b.txt", str(folder / "новости 2012/a b.txt")]
    assert sources_of(*given) == given
    assert sources_of(Path("новости 2012/a b.txt")) == ["новости 2012/a b.txt"]


def test_a_folder_gives_its_known_files_by_path_without_hidden_ones(folder: Path) -> None:
    for name in ("n/b.txt", "n/a/z.TXT", "n/c.py", "n/.d.txt", "n/.git/e.txt", "n/a.txt"):
        write(name)
    write("n/f.jsonl", '{"text": "one"}\n{"text": "two"}')
    assert sources_of("n") == [
        "n/a/z.TXT",
        "n/a.txt",
        "n/b.txt",
        "n/f.jsonl#line=1",
        "n/f.jsonl#line=2",
    ]


def test_a_hidden_folder_may_be_named(folder: Path) -> None:
    write(".n/a.txt")
    assert sources_of(".n") == [".n/a.txt"]


def test_globs_are_tried_where_no_file_has_that_name(folder: Path) -> None:
    for name in ("a1.txt", "a[1].txt", "s/b.txt", "s/t/c d.txt"):
        write(name)
    assert sources_of("a[1].txt") == ["a[1].txt"]
    assert sources_of("a?.txt") == ["a1.txt"]
    assert sources_of("*.txt", "s/**/*.txt") == ["a1.txt", "a[1].txt", "s/b.txt", "s/t/c d.txt"]
    assert sources_of(f"{folder}/s/*.txt") == [f"{folder}/s/b.txt"]


def test_an_unknown_suffix_is_read_as_text(folder: Path) -> None:
    write("notes.md")
    write("README")
    assert [d.text for d in read_sources(["notes.md", "README"])] == [
        "This is notes.md.",
        "This is README.",
    ]


@pytest.mark.parametrize(
    ("content", "sources"),
    [
        ("The road from Osh to Bishkek is open.", ["-"]),
        ('{"road": "closed",\n "to": "Osh"}', ["-"]),
        ("[1, 2]", ["-"]),
        ('\n {"text": "Osh"}\n{"text": "Kant"}', ["-#line=2", "-#line=3"]),
        ('\ufeff{"text": "Osh"}', ["-#line=1"]),
    ],
)
def test_standard_input_is_json_lines_or_text(content: str, sources: list[str]) -> None:
    stdin = io.BytesIO(content.encode())
    assert [d.source for d in read_sources(["-"], stdin=stdin)] == sources


def test_a_text_met_again_has_a_number_after_its_id(folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        write(name, "Osh")
    write("c.jsonl", '{"text": "Osh"}\n{"text": "Osh", "id": "7"}\n{"text": "Osh", "id": "7"}')
    own = document_id("Osh")
    ids = [document.id for document in read_sources(["a.txt", "b.txt", "c.jsonl"])]
    assert ids == [own, f"{own}#2", f"{own}#3", "7", "7"]
    assert [document.id for document in read_sources(["a.txt"])] == [own]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "missing.pdf",
            "cannot read missing.pdf: no such file. "
            "Give a path that exists, or - for standard input.",
        ),
        ("*.nothing", "cannot read *.nothing: no file matches. Check the folder it names."),
        ("none", "cannot read none: it holds no "),
        ("empty.txt", "cannot read empty.txt: it is empty. Give a file that has text."),
        ("blank.txt", "cannot read blank.txt: it has no text, only white space. "),
        ("binary.dat", "cannot read binary.dat: it is binary, not text. "),
        ("https://example.org/a", "cannot read https://example.org/a: addresses are not read. "),
        ("x" * 5000, "cannot read xxx"),
        ("nul\0.txt", "cannot read nul\0.txt: no such file. "),
        ("bad.jsonl", "cannot read bad.jsonl, line 2: no valid JSON"),
    ],
)
def test_an_error_is_one_line_and_the_other_documents_are_read(
    folder: Path, given: str, message: str
) -> None:
    write("none/notes.xyz")
    write("blank.txt", " \n")
    write("bad.jsonl", '{"text": "first"}\nfirst\n')
    write("good.txt")
    Path("empty.txt").touch()
    Path("binary.dat").write_bytes(b"\0\1\2\3" * 9)
    errors: list[GeoError] = []
    documents = list(read_sources([given, "good.txt"], on_error=errors.append))
    assert documents[-1].source == "good.txt"
    [error] = errors
    assert str(error).startswith(message)
    assert "\n" not in str(error)
    with pytest.raises(type(error)):
        list(read_sources([given, "good.txt"]))


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="needs a user without all rights")
@pytest.mark.parametrize("name", ["a.txt", "n"])
def test_a_file_without_permission_is_an_error(folder: Path, name: str) -> None:
    write("a.txt")
    write("n/a.txt")
    Path(name).chmod(0)
    try:
        with pytest.raises(ReadError, match=f"cannot read {name}: permission denied"):
            list(read_sources([name]))
    finally:
        Path(name).chmod(0o700)


def test_a_file_that_cannot_be_opened_is_an_error(folder: Path) -> None:
    Path("n").mkdir()
    Path("n/loop.txt").symlink_to("loop.txt")
    with pytest.raises(ReadError, match=r"cannot read n: it holds no"):
        list(read_sources(["n"]))


def test_documents_come_one_at_a_time(folder: Path) -> None:
    write("a.txt")
    documents = read_sources(["a.txt", "missing.txt"])
    assert next(documents).source == "a.txt"
    with pytest.raises(ReadError, match=r"missing\.txt"):
        next(documents)


def test_records_keep_what_the_reader_said(
    folder: Path, make_document: Callable[..., Document]
) -> None:
    write("Osh today.txt", "Jets landed.")
    assert list(read_sources(["Osh today.txt"])) == [
        make_document("Jets landed.", source="Osh today.txt", title="Osh today")
    ]
