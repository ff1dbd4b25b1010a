"""Read Word documents: paragraphs, tables, text boxes, headers and notes, without changes struck.

Own, because libraries lose one of these: see `docs/decisions/0006-document-readers.md`.
"""

from collections.abc import Iterator
from typing import ClassVar

from geo.document import Document
from geo.errors import FormatError
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import (
    join_parts,
    language_tag,
    metadata_of,
    no_text,
    parse_date,
    stem,
    usable_title,
)
from geo.readers.container import Container
from geo.readers.sniffing import refuse_other_format
from geo.readers.xml_events import walk
from geo.sections import find_sections, title_of

__all__ = ["DocxReader", "Properties"]

_TITLE_STYLES = frozenset(["title", "heading1", "heading 1", "titre", "titel"])


class DocxReader:
    """Read a Word document (2007 or newer) as one document.

    Sections are the header, the body, footnotes, endnotes, comments and the footer, where there
    is more than a body; else the articles that were pasted into the body. A row of a table is a
    line, a tab between its cells. What tracked changes removed is left out.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".docx", ".docm", ".dotx")
    media_types: ClassVar[tuple[str, ...]] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    apart: ClassVar[Limits] = Limits()

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty, encrypted, has no text or unpacks to too much.
        FormatError
            It is broken or no Word document.
        """
        refuse_other_format(source.content, source.name, "docx")
        with Container(source.content, source.name) as container:
            if "word/document.xml" not in container:
                raise FormatError(
                    f"cannot read {source.name}: it has no word/document.xml. Save it again."
                )
            parts = [
                (label, _part(container, member, source.name))
                for label, member in _members(container)
            ]
            said = _properties(container, source.name)
        body = next(part for label, part in parts if label == "body")
        text, sections = join_parts((label, "\n\n".join(part.paragraphs)) for label, part in parts)
        if not text:
            raise no_text(source.name)
        if len(sections) < 2:
            sections = find_sections(text)
        yield Document(
            text=text,
            source=source.name,
            title=usable_title(said.values.get("title"))
            or usable_title(body.title)
            or title_of(text)
            or stem(source.name),
            language=language_tag(said.values.get("language")),
            published=parse_date(said.values.get("created") or said.values.get("modified")),
            sections=sections,
            metadata=metadata_of({"author": said.values.get("creator")}),
        )


def _members(container: Container) -> Iterator[tuple[str, str]]:
    names = sorted(container.names)
    for kind in ("header", "document", "footnotes", "endnotes", "comments", "footer"):
        label = "body" if kind == "document" else kind
        for name in names:
            folder, _, file = name.rpartition("/")
            if (
                folder == "word"
                and file.endswith(".xml")
                and file[:-4].rstrip("0123456789") == kind
            ):
                yield label, name


def _part(container: Container, member: str, name: str) -> "_Paragraphs":
    handler = _Paragraphs()
    walk(container.read(member), handler, f"{name}, {member}")
    return handler


class _Paragraphs:
    """Gather the paragraphs of one part of the document."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.title: str | None = None  #: the first paragraph in a style of titles
        self._open: list[list[str]] = []  # the pieces of each paragraph: one may hold a text box
        self._outside: list[list[str]] = []  # paragraphs of text boxes wait for the one around
        self._cells: list[list[str]] = []  # the paragraphs of each open cell
        self._rows: list[list[str]] = []  # the cells of each open row
        self._styles: list[str] = []
        self._skipped = 0  # how many elements that are left out are open
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition("}")[2]
        if self._skipped or kind in _LEFT_OUT:
            self._skipped += 1
            return
        if kind == "p" and tag.startswith(_WORD):
            self._open.append([])
            self._outside.append([])
            self._styles.append("")
        elif kind == "t" and tag.startswith(_WORD):
            self._in_text = True
        elif kind in _MARKS and self._open and tag.startswith(_WORD):
            self._open[-1].append(_MARKS[kind])
        elif kind == "pStyle" and self._styles:
            self._styles[-1] = next(iter(attributes.values()), "").lower()
        elif kind == "tr":
            self._rows.append([])
        elif kind == "tc":
            self._cells.append([])

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        kind = tag.rpartition("}")[2]
        if kind == "t":
            self._in_text = False
        elif kind == "p" and self._open and tag.startswith(_WORD):
            self._end_paragraph()
        elif kind == "tc" and self._cells:
            cell = "\n".join(self._cells.pop())
            if self._rows:
                self._rows[-1].append(cell)
        elif kind == "tr" and self._rows:
            self._add("\t".join(self._rows.pop()).rstrip("\t"))

    def data(self, text: str) -> None:
        if self._in_text and self._open:
            self._open[-1].append(text)

    def _end_paragraph(self) -> None:
        text = "".join(self._open.pop())
        inside = self._outside.pop()
        if self._styles.pop() in _TITLE_STYLES and self.title is None:
            self.title = text
        for paragraph in (text, *inside):
            if not paragraph.strip():
                continue
            if self._outside:
                self._outside[-1].append(paragraph)
            else:
                self._add(paragraph)

    def _add(self, text: str) -> None:
        if not text.strip():
            return
        (self._cells[-1] if self._cells else self.paragraphs).append(text)


_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
#: What was struck by tracked changes, and the second rendering of what an older Word cannot show.
_LEFT_OUT = frozenset(["del", "moveFrom", "Fallback"])
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class Properties:
    """Gather the simple elements that say what a document is; the first of each name counts."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a value."""
        self._text = []

    def end(self, tag: str) -> None:
        """Keep it under its name without the namespace."""
        text = "".join(self._text).strip()
        if text:
            self.values.setdefault(tag.rpartition("}")[2], text)
        self._text = []

    def data(self, text: str) -> None:
        """Gather the value."""
        self._text.append(text)


def _properties(container: Container, name: str) -> Properties:
    said = Properties()
    if "docProps/core.xml" in container:
        walk(container.read("docProps/core.xml"), said, f"{name}, docProps/core.xml")
    return said
