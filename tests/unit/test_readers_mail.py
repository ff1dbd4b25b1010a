"""Messages and mailboxes: what is read of them, and that broken ones break nothing."""

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document
from geo.errors import FormatError, GeoError, ReadError
from geo.protocols import Source
from geo.readers.mail import EmlReader, MboxReader
from tests.fixtures.documents import make

FOLDER = Path(__file__).resolve().parents[1] / "fixtures/documents"
HEAD = "From: Ann <ann@example.org>\nDate: Wed, 19 Sep 2012 23:30:00 -0700\nSubject: Osh\n"


def read(content: str | bytes) -> Document:
    written = content.encode() if isinstance(content, str) else content
    [document] = EmlReader().read(Source("a.eml", written))
    return document


def part(document: Document, label: str) -> str:
    [section] = [section for section in document.sections if section.label == label]
    return document.text[section.start : section.end]


def test_subject_and_body_are_sections() -> None:
    document = read((FOLDER / "article.eml").read_bytes())
    assert part(document, "subject") == make.TITLE
    assert part(document, "body") == "\n\n".join(make.PARAGRAPHS)


def test_the_headers_say_who_when_and_which() -> None:
    document = read((FOLDER / "article.eml").read_bytes())
    assert document.id == "floods-1@example.org"
    assert document.published == dt.date(2012, 9, 19)
    assert dict(document.metadata) == {
        "author": "Ann Lee <ann@example.org>",
        "to": "desk@example.org",
        "attachments": "Paris.csv",
    }


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        ("\nKant is closed.", "Kant is closed."),
        ("Content-Type: text/html\n\n<p>Ka<b>nt</b></p><p>is closed.</p>", "Kant\n\nis closed."),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nT3No\n",
            "Osh",
        ),
        (
            "Content-Type: text/plain; charset=utf-8\n"
            "Content-Transfer-Encoding: quoted-printable\n\nJu=C3=A1=\nrez",
            "Juárez",
        ),
        (
            "Content-Type: text/plain; format=flowed\n\nthe road from \nOsh to \nKant\n\nend",
            "the road from Osh to Kant\n\nend",
        ),
        ("Content-Type: text/plain; charset=no-such\n\nKant é", "Kant é"),
        ("Content-Type: text/plain; charset=ascii\n\nKant é", "Kant é"),
        ('Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nKant\n', "Kant"),
        (
            'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: message/rfc822\n\n'
            "Subject: other\n\nParis\n--x\n\nKant\n--x--",
            "Kant",
        ),
    ],
)
def test_a_body_is_decoded_as_it_was_sent(rest: str, body: str) -> None:
    assert part(read(HEAD + rest), "body") == body


def test_an_encoded_subject_is_read_and_a_broken_one_breaks_nothing() -> None:
    assert read("From: a\nDate: x\nSubject: =?utf-8?b?0J7RiA==?=\n\nKant").title == "Ош"
    document = read('From: "@<>\nDate: x\nSubject: =?x-no?b?!!?=\nTo: <<,;\n\nKant')
    assert part(document, "body") == "Kant"
    assert document.published is None


def test_a_mailbox_gives_each_message() -> None:
    content = (FOLDER / "box.mbox").read_bytes()
    documents = list(MboxReader().read(Source("box.mbox", content)))
    assert [document.source for document in documents] == [
        f"box.mbox#message={n}" for n in (1, 2, 3)
    ]
    assert [part(document, "body") for document in documents] == list(make.PARAGRAPHS)


def test_a_mailbox_goes_on_after_an_empty_message() -> None:
    one = "From a@example.org Wed Sep 19 08:00:00 2012\nFrom: a\nDate: x\n\n"
    content = f"{one}Osh\n>From Kant\n\n{one}\n{one}Naryn\nFrom here on.\n".encode()
    found = list(MboxReader().read_each(Source("b.mbox", content)))
    assert [type(item) for item in found] == [Document, ReadError, Document]
    assert [d.text for d in found if isinstance(d, Document)] == [
        "Osh\nFrom Kant",
        "Naryn\nFrom here on.",
    ]
    assert "b.mbox#message=2" in str(found[1])


@pytest.mark.parametrize("content", [b"Just a note about Osh.", b"Subject: only this\n\nOsh", b""])
def test_what_is_no_mail_is_named(content: bytes) -> None:
    with pytest.raises((FormatError, ReadError), match=r"cannot read a\.eml: it is "):
        read(content)


PIECES = st.sampled_from(
    "From: a\nDate: x\n|Subject: =?utf-8?q?|?=\n|Content-Type: multipart/mixed; boundary=x\n|\n|"
    '--x\n|--x--\n|Content-Type: text/html; charset=|utf-8|\u00e9|<p>Osh|;|="|To: <|,@|[|('
    "|Content-Disposition: attachment; filename*=|''%ff|Content-Transfer-Encoding: base64\n|===="
    "".split("|")
)


@given(st.lists(PIECES, max_size=25))
def test_broken_mail_fails_only_with_errors_of_ours(pieces: list[str]) -> None:
    with suppress(GeoError):
        assert read("From: a\nDate: x\n" + "".join(pieces)).text
