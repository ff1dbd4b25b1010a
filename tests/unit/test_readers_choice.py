"""Which reader a source gets, archives of several, and reading in a process of its own."""

import io
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.document import Document
from geo.errors import GeoError, GeoWarning, ReadError
from geo.protocols import Source
from geo.readers import ReadOptions, read_sources
from geo.readers.apart import Limits, read_apart, read_here
from geo.readers.archive import ZipReader
from geo.readers.dispatching import read_source
from geo.readers.pdf import PdfReader
from geo.readers.sniffing import sniff
from tests.fixtures.documents import make

FOLDER = Path(__file__).resolve().parents[1] / "fixtures/documents"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("[abfrs]*.*")))
def test_each_fixture_is_known_by_its_first_bytes(name: str) -> None:
    suffix = name.rpartition(".")[2]
    expected = None if suffix in ("txt", "md", "csv", "tsv", "py") else suffix
    assert sniff((FOLDER / name).read_bytes()) == expected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", None),
        (b"Subject: the trip\n\nOsh", None),
        (b"Osh: a city\nKant: a town\n", None),
        (b"From Osh to Kant in 2012\nit is far", None),
        (b"<p>Osh", None),
        (b"\xef\xbb\xbf  <!-- x --><HTML>", "html"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', "html"),
        (b"<?xml version='1.0'?><rss>", None),
        (b'{"text": "Osh"}\n{', "jsonl"),
        (b'{"text":\n "Osh"}', None),
        (b"Received: from a\n by b\nFrom: a\n\nOsh", "eml"),
        (b"junk\n%PDF-1.4", "pdf"),
    ],
)
def test_bytes_are_known_by_plain_marks_only(content: bytes, found: str | None) -> None:
    assert sniff(content) == found


@pytest.mark.parametrize("name", ["pdf", "docx", "odt", "html", "eml", "rtf"])
def test_standard_input_and_unknown_suffixes_are_told_by_their_content(
    name: str, tmp_path: Path
) -> None:
    content = (FOLDER / f"article.{name}").read_bytes()
    path = tmp_path / "article.unknown"
    path.write_bytes(content)
    for documents in (
        read_sources(["-"], stdin=io.BytesIO(content)),
        read_sources([path]),
    ):
        [document] = documents
        assert document.title == make.TITLE
        assert "Naryn" in document.text


def test_a_table_on_standard_input_is_one_whose_columns_are_named() -> None:
    content = (FOLDER / "rows.csv").read_bytes()
    options = ReadOptions(text_columns=("text",))
    found = list(read_sources(["-"], options=options, stdin=io.BytesIO(content)))
    assert [d.source for d in found] == ["-#row=2", "-#row=3", "-#row=4"]


@pytest.mark.parametrize(
    ("name", "media_type", "fixture"),
    [
        ("https://example.org/x", "application/pdf", "article.pdf"),
        ("https://example.org/x.php?a=b.pdf", "text/html", "article.html"),
        ("https://example.org/x.pdf?download=1", "application/octet-stream", "article.pdf"),
        ("https://example.org/x", "", "article.docx"),
        ("https://example.org/x", "application/x-made-up", "article.rtf"),
        ("https://example.org/x.txt", "text/plain", "article.txt"),
    ],
)
def test_the_media_type_goes_before_the_suffix_and_that_before_the_content(
    name: str, media_type: str, fixture: str
) -> None:
    source = Source(name, (FOLDER / fixture).read_bytes())
    [document] = read_source(source, ReadOptions(), media_type=media_type)
    assert isinstance(document, Document)
    assert (document.title, document.source) == (make.TITLE, name)


def test_a_source_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Osh" * 1000)
    options = ReadOptions(largest_bytes=2048)
    with pytest.raises(ReadError, match=r"a\.txt: it is larger than 0 MB"):
        list(read_sources([tmp_path / "a.txt"], options=options))
    with pytest.raises(ReadError, match="-: it is larger than"):
        list(read_sources(["-"], options=options, stdin=io.BytesIO(b"Osh" * 1000)))


# --- archives --------------------------------------------------------------------------------


def test_an_archive_gives_its_documents_by_path_and_names_what_is_broken() -> None:
    content = (FOLDER / "folder.zip").read_bytes()
    found = list(ZipReader().read_each(Source("f.zip", content)))
    errors = [str(item) for item in found if isinstance(item, GeoError)]
    assert [item.source for item in found if isinstance(item, Document)] == [
        "f.zip#news/article.docx",
        "f.zip#news/article.txt",
        *(f"f.zip#rows.jsonl#line={n}" for n in (1, 2, 3)),
    ]
    [error] = errors
    assert error.startswith("cannot read f.zip#broken.pdf: it is not a PDF")


def test_a_member_may_be_a_table_with_named_columns() -> None:
    content = make.zipped({"a.csv": "a,b\nOsh,Kant\n"})
    reader = ZipReader().with_options(ReadOptions(text_columns=("b",)))
    [document] = reader.read(Source("f.zip", content))
    assert (document.text, document.source) == ("Kant", "f.zip#a.csv#row=2")


@pytest.mark.parametrize("members", [{}, {"a.png": "x"}, {".a.txt": "Osh"}])
def test_an_archive_without_documents_is_an_error(members: dict[str, bytes | str]) -> None:
    with pytest.raises(ReadError, match="it holds no file of a known format"):
        list(ZipReader().read(Source("f.zip", make.zipped(members))))


# --- a process of its own ----------------------------------------------------------------------


@dataclass(frozen=True)
class Misbehaving:
    """A reader that does what its source says."""

    suffixes: tuple[str, ...] = (".x",)
    media_types: tuple[str, ...] = ()

    def read(self, source: Source) -> Iterator[Document]:
        for order in source.content.decode().split():
            if order == "hang":
                while True:
                    pass
            elif order == "fill":
                b"".join(bytes([1]) * (1 << 26) for _ in range(99))
            elif order == "die":
                os.abort()
            elif order == "fail":
                raise KeyError("no\nsuch")
            elif order == "recurse":
                list(self.read(source))
            elif order == "print":
                os.write(1, b"advertisement")
            elif order == "warn":
                warnings.warn("doubtful", GeoWarning, stacklevel=1)
            else:
                yield Document(text=order, source=source.name)


def apart(orders: str, limits: Limits | None = None) -> list[Document | GeoError]:
    source = Source("a.x", orders.encode())
    return list(read_apart(Misbehaving(), source, limits or Limits()))


def test_documents_are_the_same_in_another_process() -> None:
    source = Source("a.pdf", (FOLDER / "article.pdf").read_bytes())
    assert list(read_apart(PdfReader(), source, Limits())) == list(read_here(PdfReader(), source))
    many = " ".join(f"Osh{n}" for n in range(500))
    assert apart(many) == list(read_here(Misbehaving(), Source("a.x", many.encode())))


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        ("Osh hang", "cannot read a.x: reading it took more than 1 seconds. "),
        ("Osh fill", "cannot read a.x: reading it takes more than 200 MB of memory. "),
        ("Osh die", "cannot read a.x: the parser of this format broke down over it "),
        ("Osh fail", "cannot read a.x: its parser failed (KeyError: 'no\\nsuch'). "),
        ("recurse", "cannot read a.x: it is nested too deeply. "),
    ],
)
def test_a_file_that_asks_for_too_much_is_one_line_and_the_next_is_read(
    orders: str, message: str
) -> None:
    error = apart(orders, Limits(memory_mb=200, seconds=1.0))[-1]
    assert isinstance(error, ReadError)
    assert str(error).startswith(message)
    assert "\n" not in str(error)
    assert [d.text for d in apart("print Kant") if isinstance(d, Document)] == ["Kant"]


def test_warnings_come_through() -> None:
    with pytest.warns(GeoWarning, match="doubtful"):
        apart("Osh warn")


def test_a_caller_may_stop_early_and_read_two_at_once() -> None:
    source = Source("a.x", b"Osh " * 5000)
    first, second = (read_apart(Misbehaving(), source, Limits()) for _ in range(2))
    one, two = next(first), next(second)
    assert isinstance(one, Document)
    assert one == two
    assert isinstance(first, Iterator)
    del first
    assert len(list(second)) == 4999
