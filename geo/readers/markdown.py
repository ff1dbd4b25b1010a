"""Read Markdown: the text without its marks, so that no mark parts a name."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from geo.document import Document, Section
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import (
    language_tag,
    metadata_of,
    no_text,
    parse_date,
    stem,
    tidy,
    usable_title,
)
from geo.readers.decoding import decode
from geo.readers.html_text import text_of_html
from geo.sections import title_of

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["MarkdownReader"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z_-]+):[ \t]+(.+)")


class MarkdownReader:
    """Read Markdown (CommonMark with tables) as one document; its headings begin sections.

    Title, date, author and language are taken from the lines `key: value` between `---` at the
    top, where there are such.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    media_types: ClassVar[tuple[str, ...]] = ("text/markdown",)
    apart: ClassVar[Limits] = Limits()

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty or binary.
        """
        from markdown_it import MarkdownIt

        written = decode(source.content, source.name).replace("\r\n", "\n").replace("\r", "\n")
        said: dict[str, str] = {}
        front = _FRONT_MATTER.match(written)
        if front:
            said = {key.lower(): value.strip(" \"'") for key, value in _ENTRY.findall(front[1])}
            written = written[front.end() :]
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        blocks = list(_blocks(parser.parse(written)))
        text, sections = _joined(blocks)
        if not text:
            raise no_text(source.name)
        heading = next((block for block, is_heading in blocks if is_heading and block), None)
        yield Document(
            text=text,
            source=source.name,
            title=usable_title(said.get("title"))
            or usable_title(heading)
            or title_of(text)
            or stem(source.name),
            language=language_tag(said.get("lang") or said.get("language")),
            published=parse_date(said.get("date") or said.get("published")),
            sections=sections,
            metadata=metadata_of({"author": said.get("author")}),
        )


def _joined(blocks: Sequence[tuple[str, bool]]) -> tuple[str, tuple[Section, ...]]:
    """Join the blocks; a heading begins a section that reaches to the next one."""
    texts: list[str] = []
    starts: list[tuple[int, str]] = []
    length = 0
    for block, is_heading in blocks:
        if not block:
            continue
        if is_heading:
            starts.append((length, " ".join(block.split())))
        texts.append(block)
        length += len(block) + 2
    text = "\n\n".join(texts)
    if len(starts) < 2:
        return text, ()
    ends = [start - 2 for start, _ in starts[1:]] + [len(text)]
    return text, tuple(
        Section(start=start, end=end, label=label, own_context=False)
        for (start, label), end in zip(starts, ends, strict=True)
    )


def _blocks(tokens: Sequence["Token"]) -> Iterator[tuple[str, bool]]:
    """Yield the text of each block, and whether it is a heading; a table is one block."""
    rows: list[list[str]] = []
    heading = False
    for token in tokens:
        if token.type == "heading_open":
            heading = True
        elif token.type == "heading_close":
            heading = False
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            yield tidy("\n".join("\t".join(row) for row in rows)), False
            rows = []
        elif token.type == "inline":
            text = tidy(_inline(token.children or ()))
            if rows:
                rows[-1].append(" ".join(text.split()))
            else:
                yield text, heading
        elif token.type in ("fence", "code_block"):
            yield tidy(token.content), False
        elif token.type == "html_block":
            yield text_of_html(token.content), False


def _inline(tokens: Sequence["Token"]) -> str:
    pieces: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            pieces.append(token.content)
        elif token.type == "softbreak":
            pieces.append(" ")  # a line that was wrapped, maybe within a name
        elif token.type == "hardbreak":
            pieces.append("\n")
        elif token.type == "image":
            pieces.append(token.content)  # what stands for it where it cannot be seen
    return "".join(pieces)
