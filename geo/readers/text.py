"""Read plain text: a file, a document."""

from collections.abc import Iterator

from geo.document import Document
from geo.protocols import Source
from geo.readers.assembling import stem
from geo.readers.decoding import decode
from geo.sections import find_sections, title_of

__all__ = ["TextReader"]


class TextReader:
    r"""Read a plain text as one document.

    The text is exactly what the bytes say, without a byte order mark: line ends stay as they are
    (`\r\n` too), so that offsets hold in the decoded file. The title is the first line where it
    looks like one, else the file's name without its suffix.
    """

    suffixes: tuple[str, ...] = (".txt", ".text")
    media_types: tuple[str, ...] = ("text/plain",)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty or binary.
        """
        text = decode(source.content, source.name)
        yield Document(
            text=text,
            source=source.name,
            title=title_of(text) or stem(source.name),
            sections=find_sections(text),
        )
