import warnings

import pytest

from geo.document import Document
from geo.errors import GeoWarning, ReadError
from geo.protocols import Source
from geo.readers.text import TextReader

RUSSIAN = (
    "Президент прибыл в Бишкек. База Кант находится в двадцати километрах к востоку от города, "
    "сообщили власти республики, а дорога на Ош снова открыта."
)


def read(content: bytes, name: str = "news/a.txt") -> Document:
    [document] = TextReader().read(Source(name, content))
    return document


@pytest.mark.parametrize("text", ["Osh", "Ош и Бишкек\r\n", "A 🛩️ over Osh\n\nend "])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
def test_unicode_is_read_exactly_and_without_a_warning(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_big_endian_marks_are_known_and_dropped(encoding: str) -> None:
    assert read(("\ufeff" + RUSSIAN).encode(encoding)).text == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (RUSSIAN, "windows-1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (
            "The café in Ciudad Juárez — “La Última” — lies by the Río Bravo, near España street.",
            "windows-1252",
            "windows-1252",
        ),
        ("The café in Juárez, México", "windows-1250", "windows-1252"),
        ("São Paulo, Österreich, Ciudad Juárez, naïve", "latin-1", "windows-1252"),
        ("ビシュケクはキルギスの首都である。基地は東にある。", "shift_jis", "cp932"),
    ],
)
def test_a_legacy_encoding_is_guessed_and_the_guess_is_named(
    text: str, encoding: str, named: str
) -> None:
    with pytest.warns(GeoWarning, match=rf"news/a\.txt: not UTF-8; read as {named} \(guessed\)"):
        assert read(text.encode(encoding)).text == text


def test_a_damaged_character_does_not_make_utf8_another_encoding() -> None:
    with pytest.warns(GeoWarning, match="broken UTF-8, first at byte 2; 1 characters replaced"):
        text = read(b"Os\xd0 " + RUSSIAN.encode()).text
    assert text == "Os\ufffd " + RUSSIAN


def test_broken_utf16_is_replaced_with_a_warning() -> None:
    with pytest.warns(GeoWarning, match="broken UTF-16-LE"):
        assert read(RUSSIAN.encode("utf-16")[:-1]).text.startswith(RUSSIAN[:-1])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"Osh\0Kant and Bishkek", "Osh\ufffdKant and Bishkek"),
        ("Osh\ud800Kant".encode("utf-8", "surrogatepass"), "Osh\ufffdKant"),
        ("\ufeffOsh\udc00Kant".encode("utf-16-le", "surrogatepass"), "Osh\ufffdKant"),
    ],
)
def test_characters_that_no_output_carries_are_replaced_one_for_one(
    content: bytes, text: str
) -> None:
    with pytest.warns(GeoWarning, match=r"1 NUL or surrogate characters replaced by U\+FFFD"):
        assert read(content).text == text


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (b" \r\n\t\n", "it has no text, only white space"),
        (b"\xef\xbb\xbf", "it has no text"),
        (b"\xff\xfe", "it has no text"),
        (b"%PDF-1.7 more", "it is binary, a PDF, not text"),
        (b"PK\x03\x04 more", "an office document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (bytes(range(256)) * 4, "it is binary, not text"),
        (b"\x01\x00\x02\x00\x03\x00" * 50, "it is binary, not text"),
        (b"\xe9\x00 abcd", "it is binary, not text"),
    ],
)
def test_what_is_no_text_is_one_clear_line(content: bytes, what: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(content)
    message = str(caught.value)
    assert message.startswith("cannot read news/a.txt: ")
    assert what in message
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"caf\xe9", b"\x81\x8d\x8f\x90\x9d Osh", b"\xff Osh"])
def test_any_bytes_without_controls_become_some_text(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoWarning)
        assert read(content).text


@pytest.mark.parametrize(
    ("content", "name", "title"),
    [
        (b"Jets over Osh\n\nThey landed.", "a.txt", "Jets over Osh"),
        (b"They landed in Osh.", "news/Osh today.txt", "Osh today"),
        (b"They landed in Osh.", "-", None),
    ],
)
def test_the_title_is_the_first_line_or_the_name_of_the_file(
    content: bytes, name: str, title: str | None
) -> None:
    assert read(content, name).title == title


def test_pasted_articles_become_sections() -> None:
    body = "The road is closed, and nobody knows for how long it will be. " * 3
    text = f"Road closed\n\n{body}\n\nFloods in Osh\n\nBy Ann Lee\n\n{body}"
    assert [s.label for s in read(text.encode()).sections] == ["Road closed", "Floods in Osh"]
