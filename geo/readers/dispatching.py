"""From a source to the reader that fits it: by media type, by suffix, by its first bytes."""

from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import urlsplit

from geo.document import Document
from geo.errors import GeoError
from geo.protocols import Reader, Source
from geo.readers.apart import Limits, read_apart, read_here
from geo.readers.options import ReaderWithOptions, ReadOptions
from geo.readers.sniffing import sniff
from geo.registry import implementation, names

__all__ = ["read_source"]

#: Media types that say nothing: the name and the content decide.
_VAGUE = frozenset(["", "application/octet-stream", "binary/octet-stream", "text/plain"])


def read_source(
    source: Source, options: ReadOptions, *, media_type: str = ""
) -> Iterator[Document | GeoError]:
    """Yield the documents of one source, and what cannot be read of it.

    Parameters
    ----------
    source
        Its suffix names the reader; where that is unknown, its content does.
    options
        Given to a reader that looks at them.
    media_type
        What the server says a fetched source is; it goes before the suffix.
    """
    try:
        reader = _reader(source, options, media_type)
    except GeoError as error:
        yield error
        return
    # A plugin's reader need not know of workers.
    limits = getattr(reader, "apart", None)
    if isinstance(limits, Limits):
        yield from read_apart(reader, source, limits)
    else:
        yield from read_here(reader, source)


def _reader(source: Source, options: ReadOptions, media_type: str) -> Reader:
    reader: Reader = implementation("geo.readers", _format(source, options, media_type))()
    return reader.with_options(options) if isinstance(reader, ReaderWithOptions) else reader


def _format(source: Source, options: ReadOptions, media_type: str) -> str:
    known = names("geo.readers")
    if media_type not in _VAGUE:
        for name in known:
            reader: Reader = implementation("geo.readers", name)()
            if media_type in reader.media_types:
                return name
    path = urlsplit(source.name).path if "://" in source.name else source.name
    suffix = PurePath(path).suffix.lower().removeprefix(".")
    if suffix in known:
        return suffix
    found = sniff(source.content)
    if found in known:
        return found
    # Nothing marks a table of text; but who names its columns says that it is one.
    return "csv" if options.text_columns and "csv" in known else "txt"
