"""Read OpenDocument texts: paragraphs, tables, notes and headers, without changes struck."""

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
from geo.readers.docx import Properties
from geo.readers.sniffing import refuse_other_format
from geo.readers.xml_events import walk
from geo.sections import find_sections, title_of

__all__ = ["OdtReader"]

#: A cell may claim a million spaces.
_MOST_SPACES = 100


class OdtReader:
    """Read an OpenDocument text (LibreOffice) as one document; sections as in `DocxReader`."""

    suffixes: ClassVar[tuple[str, ...]] = (".odt", ".ott")
    media_types: ClassVar[tuple[str, ...]] = ("application/vnd.oasis.opendocument.text",)
    apart: ClassVar[Limits] = Limits()

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty, encrypted, has no text or unpacks to too much.
        FormatError
            It is broken or no OpenDocument text.
        """
        refuse_other_format(source.content, source.name, "odt")
        content, styles, said = _Paragraphs("body"), _Paragraphs(""), Properties()
        with Container(source.content, source.name) as container:
            if "content.xml" not in container:
                raise FormatError(
                    f"cannot read {source.name}: it has no content.xml. Save it again."
                )
            for member, handler in (
                ("content.xml", content),
                ("styles.xml", styles),
                ("meta.xml", said),
            ):
                if member in container:
                    walk(container.read(member), handler, f"{source.name}, {member}")
        parts = {**content.parts, **styles.parts}
        text, sections = join_parts(
            (label, "\n\n".join(parts.get(label, ())))
            for label in ("header", "body", "footnotes", "comments", "footer")
        )
        if not text:
            raise no_text(source.name)
        if len(sections) < 2:
            sections = find_sections(text)
        values = said.values
        yield Document(
            text=text,
            source=source.name,
            title=usable_title(values.get("title"))
            or usable_title(content.title)
            or title_of(text)
            or stem(source.name),
            language=language_tag(values.get("language")),
            published=parse_date(values.get("creation-date") or values.get("date")),
            sections=sections,
            metadata=metadata_of(
                {"author": values.get("initial-creator") or values.get("creator")}
            ),
        )


class _Paragraphs:
    """Gather paragraphs by the part of the document they belong to."""

    def __init__(self, part: str) -> None:
        self.parts: dict[str, list[str]] = {}
        self.title: str | None = None
        self._where = [part]  # the innermost part is the last; "" is no text of the document
        self._open: list[list[str]] = []
        self._cells: list[list[str]] = []
        self._rows: list[list[str]] = []
        self._skipped = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition("}")[2]
        if self._skipped or kind in _LEFT_OUT:
            self._skipped += 1
        elif kind in _PARTS:
            self._where.append(_PARTS[kind])
        elif kind in ("p", "h"):
            self._open.append([])
        elif kind == "table-row":
            self._rows.append([])
        elif kind in _CELLS:
            self._cells.append([])
        elif self._open and kind in _MARKS:
            self._open[-1].append(_MARKS[kind])
        elif self._open and kind == "s":
            count = next((v for k, v in attributes.items() if k.endswith("}c")), "1")
            number = int(count) if count.isdecimal() and len(count) < 7 else 1
            self._open[-1].append(" " * min(number, _MOST_SPACES))

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        kind = tag.rpartition("}")[2]
        if kind in _PARTS and len(self._where) > 1:
            self._where.pop()
        elif kind in ("p", "h") and self._open:
            text = "".join(self._open.pop())
            if kind == "h" and self.title is None:
                self.title = text
            self._add(text)
        elif kind in _CELLS and self._cells:
            cell = "\n".join(self._cells.pop())
            if self._rows:
                self._rows[-1].append(cell)
        elif kind == "table-row" and self._rows:
            self._add("\t".join(self._rows.pop()).rstrip("\t"))

    def data(self, text: str) -> None:
        if self._open and not self._skipped:
            # White space is as in HTML: `text:s` and its like stand for what counts.
            self._open[-1].append(text.replace("\n", " "))

    def _add(self, text: str) -> None:
        part = self._where[-1]
        if not text.strip() or not part:
            return
        if self._cells and part == "body":
            self._cells[-1].append(text)
        else:
            self.parts.setdefault(part, []).append(text)


#: Struck by tracked changes; the number of a note; what describes a picture.
_LEFT_OUT = frozenset(["tracked-changes", "note-citation", "forms", "sequence-decls"])
_PARTS = {
    "note-body": "footnotes",
    "annotation": "comments",
    "header": "header",
    "footer": "footer",
}
_CELLS = frozenset(["table-cell", "covered-table-cell"])
_MARKS = {"tab": "\t", "line-break": "\n"}
