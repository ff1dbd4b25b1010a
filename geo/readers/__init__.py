"""Sources to documents: one reader a format, chosen by the suffix of the file."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol, runtime_checkable

from geo.document import Document, document_id
from geo.errors import GeoError
from geo.protocols import Reader, Source
from geo.readers.sources import STANDARD_INPUT, open_sources
from geo.registry import implementation, names

__all__ = ["EachReader", "read_sources"]


@runtime_checkable
class EachReader(Protocol):
    """A reader of several records that can go on after a broken one. Optional for a `Reader`."""

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield a document, or what is wrong, for each record of `source`."""
        ...


def read_sources(
    sources: Iterable[str | Path],
    *,
    on_error: Callable[[GeoError], None] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Document]:
    """Read the documents of files, folders, globs and standard input, in the order given.

    Parameters
    ----------
    sources
        Paths as given on the command line. A folder stands for every file of a known suffix
        below it, by path, hidden ones left out; a glob is tried where no file has that very
        name; `-` is standard input: JSONL if its first line is a JSON object, else text. A file
        of an unknown suffix is read as text.
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
    met: Counter[str] = Counter()
    suffixes = {f".{name}" for name in names("geo.readers")}
    for source in open_sources(sources, suffixes=suffixes, stdin=stdin):
        for document in [source] if isinstance(source, GeoError) else _read(source):
            if isinstance(document, GeoError):
                if on_error is None:
                    raise document
                on_error(document)
            else:
                yield _numbered(document, met)


def _read(source: Source) -> Iterator[Document | GeoError]:
    reader: Reader = implementation("geo.readers", _format(source))()
    if isinstance(reader, EachReader):
        yield from reader.read_each(source)
        return
    documents = reader.read(source)
    while True:
        try:
            document = next(documents)
        except StopIteration:
            return
        except GeoError as error:
            yield error
            return
        yield document


def _format(source: Source) -> str:
    if source.name == STANDARD_INPUT:
        return "jsonl" if _is_json_lines(source.content) else "txt"
    suffix = PurePath(source.name).suffix.lower().removeprefix(".")
    return suffix if suffix in names("geo.readers") else "txt"


def _is_json_lines(content: bytes) -> bool:
    line = content.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _numbered(document: Document, met: Counter[str]) -> Document:
    if document.id != document_id(document.text):
        return document
    met[document.id] += 1
    count = met[document.id]
    return document if count == 1 else replace(document, id=f"{document.id}#{count}")
