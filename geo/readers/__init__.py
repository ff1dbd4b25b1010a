"""Sources to documents: one reader a format, chosen by suffix, media type or first bytes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from geo.document import Document, document_id
from geo.errors import GeoError
from geo.readers.apart import EachReader
from geo.readers.dispatching import read_source
from geo.readers.options import ReaderWithOptions, ReadOptions
from geo.readers.sources import open_sources
from geo.registry import names

__all__ = ["EachReader", "ReadOptions", "ReaderWithOptions", "read_sources"]


def read_sources(
    sources: Iterable[str | Path],
    *,
    options: ReadOptions | None = None,
    on_error: Callable[[GeoError], None] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Document]:
    """Read the documents of files, folders, globs and standard input, in the order given.

    Parameters
    ----------
    sources
        Paths as given on the command line. A folder stands for every file of a known suffix
        below it, by path, hidden ones left out; a glob is tried where no file has that very
        name; `-` is standard input. The suffix names the reader. Where it is unknown, and on
        standard input, the first bytes do; what they do not tell is read as text. An address
        (`https://...`) is fetched if the options say so.
    options
        What a person may say about how sources are read.
    on_error
        Called with each source or line that cannot be read; reading then goes on. Without it
        the first such error is raised.
    stdin
        What `-` reads; defaults to the process's.

    Yields
    ------
    document
        `source` is the path as given. A text met again without an id of its own has `#2`, `#3`
        after its id.

    Raises
    ------
    ReadError, FormatError
        Without `on_error`.
    """
    options = options or ReadOptions()
    met: Counter[str] = Counter()
    suffixes = {f".{name}" for name in names("geo.readers")}
    for opened in open_sources(sources, suffixes=suffixes, stdin=stdin, options=options):
        for document in (
            [opened]
            if isinstance(opened, GeoError)
            else read_source(opened.source, options, media_type=opened.media_type)
        ):
            if not isinstance(document, GeoError):
                yield _numbered(document, met)
            elif on_error is None:
                raise document
            else:
                on_error(document)


def _numbered(document: Document, met: Counter[str]) -> Document:
    if document.id != document_id(document.text):
        return document
    met[document.id] += 1
    count = met[document.id]
    return document if count == 1 else replace(document, id=f"{document.id}#{count}")
