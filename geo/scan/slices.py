"""Cut tables and lines into slices that can be read alone, and read them."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from geo.document import Document
from geo.errors import FormatError, GeoError, ReadError
from geo.protocols import Source
from geo.readers.dispatching import read_source
from geo.readers.jsonl import JsonlReader
from geo.readers.options import ReadOptions
from geo.readers.rows import Row, documents_of_rows, find_columns
from geo.readers.table import CsvReader
from geo.scan.files import Listed, opened, read_bytes

__all__ = ["Slice", "cut", "read_slice"]

_LINES = frozenset([".jsonl", ".ndjson"])
_TABLES = frozenset([".csv", ".tsv", ".tab"])
_COLUMNS = frozenset([".parquet"])

_BLOCK = 1 << 22  # bytes
_SAMPLE = 1 << 12
_BATCH_ROWS = 256
_ROWS_WITH_QUOTES = re.compile(rb'["\n]')


@dataclass(frozen=True, slots=True)
class Slice:
    """A file of the corpus, or a range of the records in it."""

    path: str
    state: str  #: of the file when it was cut, see `Listed`
    size: int  #: bytes, about
    start: int = 0  #: the first byte; of a Parquet file the first row
    end: int | None = None  #: None is a whole file
    skipped: int = 0  #: records before it, the header not counted
    header: int = 0  #: bytes of the header that each slice of a CSV file needs

    def as_row(self) -> list[str | int | None]:
        """Return the fields as JSON can carry them; `Slice(*row)` brings them back."""
        return [
            self.path, self.state, self.size, self.start, self.end, self.skipped, self.header,
        ]  # fmt: skip


def cut(file: Listed, size: int) -> Iterator[Slice]:
    """Yield the slices of a file, each of about `size` bytes, in their order.

    Lines of JSON, CSV and Parquet are cut between records; other formats stay whole, and so does
    what is not larger than `size`.

    Raises
    ------
    ReadError, FormatError
        The file cannot be cut: it is gone, truncated, or not what its suffix says.
    """
    suffix = PurePath(file.path).suffix.lower()
    if file.size > size:
        if suffix in _LINES and _is_bytewise(file.path):
            yield from _cut_lines(file, size)
            return
        if suffix in _TABLES and _is_bytewise(file.path):
            yield from _cut_table(file, size)
            return
        if suffix in _COLUMNS:
            yield from _cut_rows(file, size)
            return
    yield Slice(file.path, file.state, file.size)


def read_slice(part: Slice, options: ReadOptions) -> Iterator[Document | GeoError]:
    """Yield the documents of a slice, and what cannot be read of it.

    Documents are named as if the whole file had been read: `news.jsonl#line=17`.
    """
    if part.end is None:
        yield from _read_whole(part, options)
        return
    try:
        if PurePath(part.path).suffix.lower() in _COLUMNS:
            yield from _read_rows(part, options)
            return
        content = read_bytes(part.path, part.start, part.end)
        if len(content) < part.end - part.start:
            raise ReadError(f"cannot read {part.path}: it was cut short while the scan went on.")
        if part.header:
            content = read_bytes(part.path, 0, part.header) + content
    except GeoError as error:
        yield error
        return
    source = Source(part.path, content)
    if part.header:
        reader = CsvReader().with_options(options)
        yield from reader.read_each(source, skipped=part.skipped)
    else:
        yield from JsonlReader(options).read_each(source, skipped=part.skipped)


def _read_whole(part: Slice, options: ReadOptions) -> Iterator[Document | GeoError]:
    try:
        if part.size > options.largest_bytes:
            raise ReadError(
                f"cannot read {part.path}: it is larger than "
                f"{options.largest_bytes / 2**20:,.0f} MB and its format cannot be cut. Split it."
            )
        source = Source(part.path, read_bytes(part.path))
    except GeoError as error:
        yield error
        return
    yield from read_source(source, options)


def _is_bytewise(path: str) -> bool:
    """Tell whether a byte is a character or a part of one, so that lines end at a byte 10."""
    head = read_bytes(path, 0, _SAMPLE)
    return b"\0" not in head


def _cut_lines(file: Listed, size: int) -> Iterator[Slice]:
    """Cut at the first line end from `size` bytes on."""
    start = skipped = lines = position = 0
    with opened(file.path) as stream:
        while block := stream.read(_BLOCK):
            searched = 0
            while True:
                wanted = max(searched, start + size - position)
                found = block.find(b"\n", wanted) + 1 if wanted < len(block) else 0
                if not found:
                    break
                lines += block.count(b"\n", searched, found)
                end = position + found
                yield Slice(file.path, file.state, end - start, start, end, skipped)
                start, skipped, searched = end, lines, found
            lines += block.count(b"\n", searched)
            position += len(block)
    if start < position:
        yield Slice(file.path, file.state, position - start, start, position, skipped)


def _cut_table(file: Listed, size: int) -> Iterator[Slice]:
    """Cut at the first line end outside of quotes from `size` bytes on.

    A quotation mark within a cell is written twice, so that they are even between records.
    """
    start = header = records = skipped = position = 0
    quoted = False
    with opened(file.path) as stream:
        while block := stream.read(_BLOCK):
            for mark in _ROWS_WITH_QUOTES.finditer(block):
                if mark[0] == b'"':
                    quoted = not quoted
                elif not quoted:
                    end = position + mark.end()
                    if not header:
                        start = header = end
                        continue
                    records += 1
                    if end - start >= size:
                        yield Slice(file.path, file.state, end - start, start, end, skipped, header)
                        start, skipped = end, records
            position += len(block)
    if not header:  # one endless row: its reader says what is wrong
        yield Slice(file.path, file.state, file.size)
    elif start < position:
        yield Slice(file.path, file.state, position - start, start, position, skipped, header)


def _cut_rows(file: Listed, size: int) -> Iterator[Slice]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with opened(file.path) as stream:
            metadata = pq.ParquetFile(stream).metadata
            rows = metadata.num_rows
            groups = range(metadata.num_row_groups)
            unpacked = sum(metadata.row_group(n).total_byte_size for n in groups)
    except (pa.ArrowException, OSError) as error:
        raise _broken(file.path, error) from error
    count = max(1, -(-rows * size // max(size, unpacked)))
    for start in range(0, rows, count):
        end = min(start + count, rows)
        share = file.size * (end - start) // rows
        yield Slice(file.path, file.state, share, start, end, start)
    if not rows:
        yield Slice(file.path, file.state, file.size)


def _read_rows(part: Slice, options: ReadOptions) -> Iterator[Document | GeoError]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with opened(part.path) as stream:
            file = pq.ParquetFile(stream)
            columns = find_columns(file.schema_arrow.names, options, part.path)
            rows = _rows(file, part.start, part.end or 0)
            yield from documents_of_rows(rows, columns, name=part.path)
    except (pa.ArrowException, OSError) as error:
        yield error if isinstance(error, GeoError) else _broken(part.path, error)


# Any: pyarrow carries no types.
def _rows(file: Any, start: int, end: int) -> Iterator[Row]:
    """Yield the rows `[start, end)`, numbered from 1 as the whole file's."""
    first = before = 0
    groups: list[int] = []
    for group in range(file.metadata.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        if before < end and start < before + count:
            if not groups:
                first = before
            groups.append(group)
        before += count
    numbers = itertools.count(first + 1)
    for batch in file.iter_batches(_BATCH_ROWS, row_groups=groups, use_threads=False):
        lists = [column.to_pylist() for column in batch.columns]
        for cells in zip(*lists, strict=True):
            row = Row(next(numbers), cells)
            if row.number > end:
                return
            if row.number > start:
                yield row


def _broken(path: str, error: Exception) -> FormatError:
    said = " ".join(str(error).split())[:200]
    return FormatError(
        f"cannot read {path}: it is broken or cut short ({said}). Copy it again, or save it again."
    )
