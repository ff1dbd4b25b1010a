"""Documents of a page or more: each fixture reads to the text of its plain twin."""

import datetime as dt
import itertools
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document
from geo.errors import FormatError, GeoWarning, MissingExtraError, ReadError
from geo.gazetteer import SqliteGazetteer
from geo.protocols import Reader, Source
from geo.readers import ReadOptions
from geo.readers.docx import DocxReader
from geo.readers.html import HtmlReader, MhtmlReader
from geo.readers.mail import EmlReader
from geo.readers.markdown import MarkdownReader
from geo.readers.odt import OdtReader
from geo.readers.pdf import PdfReader
from geo.readers.rtf import RtfReader
from geo.recognizers.gazetteer import GazetteerRecognizer
from geo.testing import ReaderContract
from tests.fixtures.documents import make

FOLDER = Path(__file__).resolve().parents[1] / "fixtures/documents"
READERS: dict[str, Callable[[], Reader]] = {
    "article.docx": DocxReader,
    "article.eml": EmlReader,
    "article.html": HtmlReader,
    "article.md": MarkdownReader,
    "article.mhtml": MhtmlReader,
    "article.odt": OdtReader,
    "article.pdf": PdfReader,
    "article.rtf": RtfReader,
}


def read(reader: Reader, content: bytes, name: str = "news/a b.x") -> Document:
    [document] = reader.read(Source(name, content))
    return document


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", READERS)
def test_a_fixture_reads_to_the_text_of_its_plain_twin(name: str) -> None:
    document = read(READERS[name](), (FOLDER / name).read_bytes(), name)
    twin = make.TEXT
    if name.endswith(".pdf"):  # its font lacks a letter; its last page is there for the headers
        twin = "\n\n".join((make.TITLE, *make.PDF_PARAGRAPHS, "End."))
    assert words(document.text) == words(twin)
    assert document.title == make.TITLE
    assert document.published == dt.date(2012, 9, 19)
    assert document.metadata["author"].startswith(make.AUTHOR)
    assert document.source == name


@pytest.mark.parametrize("name", READERS)
def test_a_fixture_has_the_mentions_of_its_plain_twin(
    name: str, gazetteer: SqliteGazetteer
) -> None:
    document = read(READERS[name](), (FOLDER / name).read_bytes(), name)
    twin = Document(text=make.TEXT.replace("ō", "o") if name.endswith(".pdf") else make.TEXT)
    found, expected = GazetteerRecognizer(gazetteer).recognize([document, twin])
    assert [m.text for m in found] == [m.text for m in expected]
    assert len(expected) > 8


@pytest.mark.parametrize("name", ["docx", "html", "md", "mhtml", "odt", "pdf"])
def test_the_language_is_what_the_document_says(name: str) -> None:
    document = read(READERS[f"article.{name}"](), (FOLDER / f"article.{name}").read_bytes())
    assert document.language == "en-GB"


def test_the_fixtures_are_what_their_script_makes() -> None:
    made = make.documents()
    assert {name: (FOLDER / name).read_bytes() for name in made} == made


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("other", ["article.pdf", "article.docx", "scan.pdf", "rows.xlsx"])
def test_a_wrong_suffix_is_named(name: str, other: str) -> None:
    if name.partition(".")[2] == other.partition(".")[2]:
        return
    with pytest.raises(
        (FormatError, ReadError), match=r"cannot read news/a b\.x: it is "
    ) as caught:
        read(READERS[name](), (FOLDER / other).read_bytes())
    assert "\n" not in str(caught.value)


# --- PDF -----------------------------------------------------------------------------------------


def pdf(*pages: list[str]) -> Document:
    return read(PdfReader(), make.pdf(pages))


def test_pages_are_sections() -> None:
    document = pdf(["First page about Osh."], ["Second page about Kant."])
    assert [(s.label, document.text[s.start : s.end]) for s in document.sections] == [
        ("page 1", "First page about Osh."),
        ("page 2", "Second page about Kant."),
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["the air-", "base of Osh"], "the airbase of Osh"),
        (["near Petropavlovsk-", "Kamchatsky"], "near Petropavlovsk-Kamchatsky"),
        (["the road from Bishkek to Ciudad", "Juárez is long"], None),
        (["It ended in Osh.", "Kant is far away from everything that they knew."], "newline"),
    ],
)
def test_lines_of_a_column_are_joined_and_hyphens_mended(
    lines: list[str], text: str | None
) -> None:
    expected = "\n\n".join(lines) if text == "newline" else text or " ".join(lines)
    assert pdf(lines).text == expected


def test_running_headers_and_footers_are_left_out() -> None:
    pages = [["The Osh Times", f"Story {n} is here.", f"page {n} of 4"] for n in range(1, 5)]
    assert pdf(*pages).text == "\n\n".join(f"Story {n} is here." for n in range(1, 5))


def test_a_scan_gets_a_word_about_ocr() -> None:
    with pytest.raises(ReadError, match=r"the text layer is empty \(2 pages scanned\)\. Run OCR"):
        read(PdfReader(), (FOLDER / "scan.pdf").read_bytes())
    with pytest.warns(GeoWarning, match=r"1 of 2 pages have no text, as scans do; run OCR"):
        pdf(["Osh is here."], [])


def test_a_title_that_a_program_made_up_is_not_taken() -> None:
    content = make.pdf([["Osh is here."]], {"Title": "Microsoft Word - osh.doc"})
    assert read(PdfReader(), content, "trip to Osh.pdf").title == "trip to Osh"


# --- DOCX and ODT --------------------------------------------------------------------------------


def w(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (p(w("Bish"), w("kek")), "Bishkek"),
        (p(w("Osh"), "<w:r><w:tab/></w:r>", w("Kant")), "Osh\tKant"),
        (p(w("Osh"), "<w:r><w:br/></w:r>", w("Kant")), "Osh\nKant"),
        (p(w("Jalal"), "<w:r><w:noBreakHyphen/></w:r>", w("Abad")), "Jalal-Abad"),
        (p(w("O"), "<w:r><w:softHyphen/></w:r>", w("sh")), "Osh"),
        (p(w("Osh"), f"<w:del>{w('Paris')}</w:del>", f"<w:ins>{w(' now')}</w:ins>"), "Osh now"),
        (p(f"<w:hyperlink>{w('Osh')}</w:hyperlink>"), "Osh"),
        (p('<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>', w("Osh")), "Osh"),
        (
            f"<w:tbl><w:tr><w:tc>{p(w('Osh'))}</w:tc><w:tc>{p(w('Kant'))}</w:tc></w:tr>"
            f"<w:tr><w:tc>{p(w('Naryn'))}</w:tc><w:tc>{p()}</w:tc></w:tr></w:tbl>",
            "Osh\tKant\n\nNaryn",
        ),
        (
            p(w("Osh"), f"<w:txbxContent>{p(w('Kant'))}</w:txbxContent>", w(" now")),
            "Osh now\n\nKant",
        ),
        (
            p(
                f"<m:Choice xmlns:m='m'>{w('Osh')}</m:Choice>"
                f"<m:Fallback xmlns:m='m'>{w('Osh')}</m:Fallback>"
            ),
            "Osh",
        ),
    ],
)
def test_word_gives_what_a_reader_sees(body: str, text: str) -> None:
    assert read(DocxReader(), make.docx(body)).text == text


def test_word_headers_and_notes_are_sections() -> None:
    def part(kind: str, text: str) -> str:
        return f"<w:{kind} {make.WORD}>{p(w(text))}</w:{kind}>"

    parts = {
        "header1.xml": part("hdr", "Embassy in Bishkek"),
        "footnotes.xml": part("footnotes", "See Kant."),
        "footer1.xml": part("ftr", "Page"),
    }
    document = read(DocxReader(), make.docx(p(w("Osh.")), parts))
    assert [(s.label, document.text[s.start : s.end]) for s in document.sections] == [
        ("header", "Embassy in Bishkek"),
        ("body", "Osh."),
        ("footnotes", "See Kant."),
        ("footer", "Page"),
    ]


def test_a_locked_word_document_is_named() -> None:
    from tests.fixtures.documents.hostile import docx_encrypted

    with pytest.raises(ReadError, match="it is encrypted with a password"):
        read(DocxReader(), docx_encrypted())
    old = docx_encrypted().replace("EncryptedPackage".encode("utf-16-le"), b"")
    with pytest.raises(FormatError, match="an office document of before 2007"):
        read(DocxReader(), old)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text:p>Bish<text:span>kek</text:span></text:p>", "Bishkek"),
        ("<text:p>Osh<text:tab/>Kant<text:line-break/>Naryn</text:p>", "Osh\tKant\nNaryn"),
        ('<text:p>Osh<text:s text:c="2"/>Kant</text:p>', "Osh  Kant"),
        ("<text:p>Osh\n Kant</text:p>", "Osh  Kant"),
        (
            "<table:table><table:table-row><table:table-cell><text:p>Osh</text:p>"
            "</table:table-cell><table:table-cell><text:p>Kant</text:p></table:table-cell>"
            "</table:table-row></table:table>",
            "Osh\tKant",
        ),
        (
            "<text:tracked-changes><text:p>Paris</text:p></text:tracked-changes>"
            "<text:p>Osh</text:p>",
            "Osh",
        ),
        (
            "<text:p>Osh<text:note><text:note-citation>1</text:note-citation><text:note-body>"
            "<text:p>See Kant.</text:p></text:note-body></text:note> now</text:p>",
            "Osh now\n\nSee Kant.",
        ),
    ],
)
def test_opendocument_gives_what_a_reader_sees(body: str, text: str) -> None:
    assert read(OdtReader(), make.odt(body)).text == text


def test_opendocument_headers_are_sections() -> None:
    document = read(
        OdtReader(),
        make.odt("<text:p>Osh</text:p>", "<style:header><text:p>Kant</text:p></style:header>"),
    )
    assert [(s.label, document.text[s.start : s.end]) for s in document.sections] == [
        ("header", "Kant"),
        ("body", "Osh"),
    ]


# --- HTML ----------------------------------------------------------------------------------------


def test_a_page_gives_its_article_and_on_request_all() -> None:
    page = (FOLDER / "article.html").read_bytes()
    assert "Paris" not in read(HtmlReader(), page).text
    assert "London" not in read(HtmlReader(), page).text
    whole = read(HtmlReader(ReadOptions(whole_page=True)), page).text
    assert all(name in whole for name in ("Paris", "London", "Vienna", "Naryn"))
    assert read(HtmlReader(), page).hints.outlet == "news.example.org"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Ka<b>nt</b></p><p>Osh</p>", "Kant\n\nOsh"),
        ("<div>Osh<div>Kant</div></div>", "Osh\nKant"),
        ("Osh<br>Kant &amp; Naryn&nbsp;&eacute;", "Osh\nKant & Naryn\xa0é"),
        ("<script>Paris</script><style>x</style><!-- Paris -->Osh", "Osh"),
        ("<table><tr><td>Osh</td><td>5</td></tr><tr><td>Kant</td></tr></table>", "Osh\t5\nKant"),
        ("<pre>Osh\n  Kant</pre>", "Osh\n  Kant"),
        ("<p>Osh\n   and\n Kant", "Osh and Kant"),
    ],
)
def test_a_whole_page_is_read_a_line_a_block(markup: str, text: str) -> None:
    content = f"<html><body>{markup}</body></html>".encode()
    assert read(HtmlReader(ReadOptions(whole_page=True)), content).text == text.replace("  K", "K")


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8", "utf-16"])
def test_a_page_is_decoded_as_it_declares(charset: str) -> None:
    body = "<p>" + "Власти в городе Ош сообщили о наводнении у города Кант. " * 6 + "</p>"
    page = f'<html><head><meta charset="{charset}"></head><body>{body}</body></html>'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "городе Ош" in read(HtmlReader(), page.encode(charset)).text


def test_without_the_extra_a_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
    page = (FOLDER / "article.html").read_bytes()
    with pytest.raises(MissingExtraError, match=r'pip install "mentionmap\[html\]"'):
        read(HtmlReader(), page)
    assert "Naryn" in read(HtmlReader(ReadOptions(whole_page=True)), page).text


# --- Markdown and RTF ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("**Ka**nt", "Kant"),
        ("the *Kant* [air base](http://x)", "the Kant air base"),
        ("New\nYork", "New York"),
        ("Osh  \nKant", "Osh\nKant"),
        ("- Osh\n- Kant", "Osh\n\nKant"),
        ("| a | b |\n|---|---|\n| Osh | 5 |", "a\tb\nOsh\t5"),
        ("```\nOsh\n```", "Osh"),
        ("~~Osh~~ `Kant` ![Naryn](x.png)", "Osh Kant Naryn"),
        ("a \\*b\\* &amp; c", "a *b* & c"),
        ("Osh <b>and</b> Kant", "Osh and Kant"),
        ("<div>\n<p>Osh</p>\n</div>", "Osh"),
    ],
)
def test_markdown_marks_go_and_words_stay(written: str, text: str) -> None:
    assert read(MarkdownReader(), written.encode()).text == text


def test_markdown_headings_begin_sections() -> None:
    document = read(MarkdownReader(), b"# Osh\n\nNews.\n\n## Kant\n\nMore.")
    assert document.title == "Osh"
    assert [(s.label, document.text[s.start : s.end]) for s in document.sections] == [
        ("Osh", "Osh\n\nNews."),
        ("Kant", "Kant\n\nMore."),
    ]


def test_rich_text_letters_are_read() -> None:
    written = rb"{\rtf1\ansi\ansicpg1251 \'ce\'f8 \u27604?\u20160?\u20977?\par Ju\'e1rez}"
    assert read(RtfReader(), written).text.startswith("Ош 比什凱")


# --- all of them ---------------------------------------------------------------------------------


class TestDocxContract(ReaderContract):
    make = DocxReader

    def encode(self, text: str) -> bytes:
        body = "".join(p(w(make.escaped(line))) for line in text.splitlines())
        return make.docx(body)


class TestOdtContract(ReaderContract):
    make = OdtReader

    def encode(self, text: str) -> bytes:
        lines = text.splitlines()
        return make.odt("".join(f"<text:p>{make.escaped(line)}</text:p>" for line in lines))


class TestHtmlContract(ReaderContract):
    make = HtmlReader

    def encode(self, text: str) -> bytes:
        lines = "".join(f"<p>{make.escaped(line)}</p>" for line in text.splitlines())
        return f"<html><body>{lines}</body></html>".encode()


class TestMarkdownContract(ReaderContract):
    make = MarkdownReader

    def encode(self, text: str) -> bytes:
        marks = "\\`*_{}[]()#+-.!|<>&~$=:;\"'"
        escaped = "".join(f"\\{c}" if c in marks else c for c in text)
        return "\n\n".join(escaped.splitlines()).encode()


class TestEmlContract(ReaderContract):
    make = EmlReader

    def encode(self, text: str) -> bytes:
        head = "From: a@example.org\nDate: Wed, 19 Sep 2012 08:00:00 +0000\nMIME-Version: 1.0\n"
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()


class TestRtfContract(ReaderContract):
    make = RtfReader

    def encode(self, text: str) -> bytes:
        units = text.encode("utf-16-le")
        codes = [units[at] | units[at + 1] << 8 for at in range(0, len(units), 2)]
        signed = (code - (code > 0x7FFF) * 0x10000 for code in codes)
        return (r"{\rtf1\ansi " + "".join(rf"\u{code}?" for code in signed) + "}").encode()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), max_size=4))
def test_any_words_come_back_from_word_and_opendocument(lines: list[str]) -> None:
    expected = "".join(itertools.chain.from_iterable(line.split() for line in lines))
    for reader, content in (
        (DocxReader(), make.docx("".join(p(w(make.escaped(line))) for line in lines))),
        (OdtReader(), make.odt("".join(f"<text:p>{make.escaped(x)}</text:p>" for x in lines))),
    ):
        try:
            text = read(reader, content).text
        except ReadError:
            assert not expected
        else:
            assert "".join(text.split()) == expected
