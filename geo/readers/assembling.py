"""From the parts of a document to its text and sections, and what documents say of themselves."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import PurePath

from geo.document import Document, Section
from geo.errors import GeoError, ReadError
from geo.readers.decoding import replace_unusable

__all__ = [
    "join_parts",
    "language_tag",
    "metadata_of",
    "no_text",
    "parse_date",
    "raising",
    "stem",
    "tidy",
    "usable_title",
]

_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n(?:[^\S\n]*\n)+")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
#: Titles that a program put there, not a person.
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel) - .*|untitled(?: ?\d+)?|no title|document ?\d*|"
    r"(?:.*\.(?:docx?|odt|rtf|pdf|indd|qxd|tex|dvi|txt|html?)))",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?!\d)|(\d{4})(\d\d)(\d\d)\d{4,6}(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")


def join_parts(parts: Iterable[tuple[str, str]]) -> tuple[str, tuple[Section, ...]]:
    """Join labelled parts into one text, a blank line between them, and say where each lies.

    Parameters
    ----------
    parts
        Label and text; a part without text is left out.

    Returns
    -------
    text, sections
        The sections lie in text order and do not hold the blank lines.
    """
    texts: list[str] = []
    sections: list[Section] = []
    start = 0
    for label, part in parts:
        text = tidy(part)
        if text:
            texts.append(text)
            sections.append(
                Section(start=start, end=start + len(text), label=label, own_context=False)
            )
            start += len(text) + 2
    return "\n\n".join(texts), tuple(sections)


def tidy(text: str) -> str:
    """Drop control characters, spaces at line ends, blank lines beyond the first; mend the rest.

    Readers call it while they make the text; a `Document.text` is never altered later.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", replace_unusable(text))
    return _BLANK_LINES.sub("\n\n", _TRAILING.sub("", text)).strip()


def no_text(name: str) -> ReadError:
    """Return the error of a source that is whole and holds no text."""
    return ReadError(f"cannot read {name}: it has no text. Give one that has.")


def stem(name: str) -> str | None:
    """Return the name of a file without folder, archive and suffix; `None` for standard input."""
    return None if name == "-" else PurePath(name.rpartition("#")[2]).stem or None


def usable_title(raw: object) -> str | None:
    """Return a title as one line; `None` where it is empty or was put there by a program."""
    if not isinstance(raw, str):
        return None
    title = " ".join(tidy(raw).split())
    return title if title and _NO_TITLE.fullmatch(title) is None else None


def metadata_of(values: Mapping[str, object]) -> dict[str, str]:
    """Return what is known, as text of one line; what is not, is left out."""
    found = {key: " ".join(tidy(str(value)).split()) for key, value in values.items() if value}
    return {key: value for key, value in found.items() if value}


def language_tag(raw: object) -> str | None:
    """Return a BCP 47 tag, as `en-US`; `None` where there is none."""
    text = str(raw or "").strip()
    if _LANGUAGE.fullmatch(text) is None or text.lower() == "und":
        return None
    return text.replace("_", "-")


def parse_date(raw: object) -> dt.date | None:
    """Return the day of a date as documents write it; `None` where it cannot be told.

    Known are dates and datetimes, ISO 8601, `D:20240131` of a PDF, `31.1.2024`, and dates of
    mail (RFC 5322). `1/2/2024` is not: whether it is in January or February, only its author
    knows.
    """
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = str(raw or "").strip().removeprefix("D:")
    try:
        if match := _DAY.match(text):
            year, month, day = (int(part) for part in match.groups() if part)
            return dt.date(year, month, day)
        if match := _DAY_FIRST.match(text):
            day, month, year = map(int, match.groups())
            return dt.date(year, month, day)
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def raising(items: Iterable[Document | GeoError]) -> Iterator[Document]:
    """Yield the documents; raise the first error."""
    for item in items:
        if isinstance(item, GeoError):
            raise item
        yield item
