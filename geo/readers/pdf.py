"""Read the text layer of a PDF; its pages are the sections."""

import contextlib
import math
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from geo.document import Document
from geo.errors import FormatError, GeoWarning, ReadError
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import (
    join_parts,
    language_tag,
    metadata_of,
    parse_date,
    stem,
    tidy,
    usable_title,
)
from geo.readers.sniffing import refuse_other_format

if TYPE_CHECKING:
    import pypdfium2

__all__ = ["PdfReader"]

#: PDFium writes a hyphen at a line end so, and takes the line break away.
_LINE_HYPHEN = re.compile("[\x02\ufffe]\\s*")
_HYPHENATED = re.compile(r"(?<=\w)[-\u00ad\u2010]\n(?=\w)")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
)
_DIGITS = re.compile(r"\d+")
#: A line at the edge of this share of the pages is a running header or footer.
_RUNNING_SHARE = 0.6
_RUNNING_PAGES = 3
_EDGE_LINES = 2
#: A line this much shorter than the widest ones ended because its paragraph did.
_FULL_LINE = 0.8
_NEW_PARAGRAPH = re.compile(r"\s*(?:[•▪●◦‣*·–—-]\s|\d{1,3}[.)]\s|\[\d+\])")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"”’)\]]?$")
_LANGUAGE_BYTES = 64


class PdfReader:
    """Read a PDF as one document, its pages as sections.

    Lines that only the page's width parted are joined and words that it hyphenated are mended,
    so that names stay whole; headers and footers that run through the pages are left out. Pages
    that were scanned have no text: text recognition (OCR) is not done here.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    media_types: ClassVar[tuple[str, ...]] = ("application/pdf", "application/x-pdf")
    apart: ClassVar[Limits] = Limits(seconds_a_megabyte=1.0)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty, encrypted, or has no text layer.
        FormatError
            It is broken or no PDF.

        Warns
        -----
        GeoWarning
            Some of its pages have no text.
        """
        refuse_other_format(source.content, source.name, "pdf")
        with contextlib.closing(_open(source)) as pdf:
            pages = [_page_text(pdf, index) for index in range(len(pdf))]
            said = pdf.get_metadata_dict()
            language = _language(pdf)
        empty = sum(1 for page in pages if not page.strip())
        if empty == len(pages):
            raise ReadError(
                f"cannot read {source.name}: the text layer is empty ({_count(empty)} scanned). "
                "Run OCR on it first, or give the text file."
            )
        if empty:
            warnings.warn(
                f"{source.name}: {empty} of {_count(len(pages))} have no text, as scans do; "
                "run OCR to have them read",
                GeoWarning,
                stacklevel=2,
            )
        texts = _without_running_lines([_mended(page) for page in pages])
        text, sections = join_parts(
            (f"page {number}", _unwrapped(page)) for number, page in enumerate(texts, start=1)
        )
        yield Document(
            text=text,
            source=source.name,
            title=usable_title(said.get("Title")) or stem(source.name),
            language=language,
            published=parse_date(said.get("CreationDate")) or parse_date(said.get("ModDate")),
            sections=sections,
            metadata=metadata_of({"author": _author(said), "pages": len(pages)}),
        )


def _open(source: Source) -> "pypdfium2.PdfDocument":
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(source.content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReadError(
                f"cannot read {source.name}: it is encrypted with a password. "
                "Open it, save or print it to a PDF without one, and give that file."
            ) from error
        said = str(error).rstrip(".")
        raise FormatError(
            f"cannot read {source.name}: the PDF is broken ({said}). Fetch or save it again."
        ) from error


def _page_text(pdf: "pypdfium2.PdfDocument", index: int) -> str:
    import pypdfium2

    try:
        page = pdf[index]
    except pypdfium2.PdfiumError:
        return ""  # a damaged page among whole ones
    try:
        text_page = page.get_textpage()
        try:
            text: str = text_page.get_text_range()
            return text
        finally:
            text_page.close()
    finally:
        page.close()


# Any: pypdfium2 is not typed, and its raw functions take ctypes values.
def _language(pdf: Any) -> str | None:
    import ctypes

    from pypdfium2 import raw

    if not hasattr(raw, "FPDFCatalog_GetLanguage"):  # PDFium before 2025
        return None
    buffer = ctypes.create_string_buffer(_LANGUAGE_BYTES)
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    length = raw.FPDFCatalog_GetLanguage(pdf, units, _LANGUAGE_BYTES)
    if not 2 < length <= _LANGUAGE_BYTES:
        return None
    return language_tag(buffer.raw[: length - 2].decode("utf-16-le", "replace"))


def _author(said: dict[str, str]) -> str:
    author = said.get("Author", "").strip()
    return "" if author.lower() in ("anonymous", "unknown", "(anonymous)") else author


def _count(pages: int) -> str:
    return f"{pages:,} page" + ("" if pages == 1 else "s")


# --- from lines of a page to text ---------------------------------------------------------------


def _mended(page: str) -> str:
    """Return the lines of a page with hyphenated words whole and ligatures as letters."""
    text = page.replace("\r\n", "\n").replace("\r", "\n").translate(_LIGATURES)
    text = _LINE_HYPHEN.sub("-\n", text)
    # "Petropavlovsk-\nKamchatsky" keeps its hyphen; "air-\nbase" had none.
    return _HYPHENATED.sub(lambda m: "" if text[m.end()].islower() else "-", text)


def _without_running_lines(pages: Sequence[str]) -> list[str]:
    """Leave out the lines at the top and the bottom that come back on most pages."""
    lines = [[line for line in page.split("\n") if line.strip()] for page in pages]
    filled = sum(1 for page in lines if page)
    if filled < _RUNNING_PAGES:
        return list(pages)
    met: Counter[str] = Counter()
    for page in lines:
        met.update({_masked(line) for line in page[:_EDGE_LINES] + page[-_EDGE_LINES:]})
    running = {line for line, count in met.items() if count >= max(2, _RUNNING_SHARE * filled)}
    for page in lines:
        for _ in range(_EDGE_LINES):
            # What would leave nothing is no header: slides of one numbered line each.
            if len(page) > 1 and _masked(page[0]) in running:
                del page[0]
            if len(page) > 1 and _masked(page[-1]) in running:
                del page[-1]
    return ["\n".join(page) for page in lines]


def _masked(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split()))


def _unwrapped(page: str) -> str:
    """Join the lines that only the width of the column parted."""
    lines = tidy(page).split("\n")
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    # Nearly the longest: one long line (a table, a header across columns) is no measure.
    width = lengths[math.ceil(0.9 * len(lengths)) - 1]
    parts: list[str] = []
    for above, line in zip(["", *lines], lines, strict=False):
        parts.append(_glue(above, line, width) + line)
    return "".join(parts)


def _glue(above: str, line: str, width: int) -> str:
    if _continues(above, line, width):
        return " "
    # A blank line, as between paragraphs of any text, so that no name reaches into the next one.
    return "\n" if not above or _NEW_PARAGRAPH.match(line) else "\n\n"


def _continues(above: str, line: str, width: int) -> bool:
    if not above or not line or _NEW_PARAGRAPH.match(line):
        return False
    if line[:1].islower() and not _ENDS_SENTENCE.search(above):
        return True
    first_word = line.split(maxsplit=1)[0]
    # The first word of this line would have had its place above.
    if len(above) + 1 + len(first_word) < _FULL_LINE * width:
        return False
    return not (_ENDS_SENTENCE.search(above) and len(above) < _FULL_LINE * width)
