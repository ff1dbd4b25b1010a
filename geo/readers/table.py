"""Read tables, a row a document: CSV and TSV, spreadsheets, Parquet."""

import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from geo.document import Document
from geo.errors import FormatError, GeoError, MissingExtraError, ReadError
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import raising
from geo.readers.container import Container
from geo.readers.decoding import decode
from geo.readers.options import DEFAULTS, ReadOptions
from geo.readers.own import is_own_rows, own_rows
from geo.readers.rows import Row, documents_of_rows, find_columns
from geo.readers.sniffing import refuse_other_format, sniff

__all__ = [
    "CsvReader",
    "ParquetReader",
    "SpreadsheetReader",
    "check_spreadsheet",
    "csv_records",
]

_DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 1 << 16
_SAMPLE_ROWS = 20
#: The csv module takes 131,072 characters for a broken quote; an article may be longer.
_CELL_CHARACTERS = 2_000_000
#: As many as a spreadsheet has.
_MOST_COLUMNS = 16_384
_BATCH_ROWS = 256


@dataclass(frozen=True, slots=True)
class CsvReader:
    """Read a table as text, a document a row; the first row names the columns.

    The delimiter is the one of comma, semicolon, tab and bar that parts the first rows alike. The
    columns are those of `ReadOptions`, else those with the usual names (text, title, id, date,
    author, language); others are kept in `Document.metadata`.
    """

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".tab")
    media_types: ClassVar[tuple[str, ...]] = ("text/csv", "text/tab-separated-values")

    def with_options(self, options: ReadOptions) -> "CsvReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`; its name and `#row=N` become their `source`.

        `N` counts records, the header is the first: the row of a spreadsheet.

        Raises
        ------
        ReadError
            It is empty or binary, or its text column cannot be told.
        FormatError
            It is of another format, or a row is broken.
        """
        yield from raising(self.read_each(source))

    def read_each(self, source: Source, *, skipped: int = 0) -> Iterator[Document | GeoError]:
        """Yield the same, and for each row that is broken an error in its place.

        `skipped` is the number of records that were left out of `source` after the first, where it
        is a part of a file.
        """
        try:
            if not source.content or sniff(source.content) not in (None, "eml", "jsonl"):
                refuse_other_format(source.content, source.name, "csv")
            if not self.options.text_columns and is_own_rows(source.content):
                raise own_rows(source.name)
            text = decode(source.content, source.name)
            records = csv_records(text, source.name, skipped)
            header = next((row for row in records if not isinstance(row, GeoError)), None)
            if header is None:
                raise FormatError(f"cannot read {source.name}: it has no row. Check its format.")
            if len(header.cells) > _MOST_COLUMNS:
                raise FormatError(
                    f"cannot read {source.name}: its first row has {len(header.cells):,} cells, "
                    f"the most is {_MOST_COLUMNS:,}. Check its format."
                )
            columns = find_columns(header.cells, self.options, source.name)
        except GeoError as error:
            yield error
            return
        yield from documents_of_rows(records, columns, name=source.name)


@dataclass(frozen=True, slots=True)
class SpreadsheetReader:
    """Read a spreadsheet (Excel, OpenDocument), a document a row of each sheet.

    The first row of a sheet that has cells names the columns, as in `CsvReader`. Where a sheet
    has no column of text, it is left out as long as another has one.
    """

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xlsm", ".xls", ".ods")
    media_types: ClassVar[tuple[str, ...]] = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    )
    apart: ClassVar[Limits] = Limits(seconds_a_megabyte=1.0)

    def with_options(self, options: ReadOptions) -> "SpreadsheetReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`, named `book.xlsx#sheet=News&row=17`.

        Raises
        ------
        ReadError
            It is empty, encrypted, unpacks to too much, or its text column cannot be told.
        FormatError
            It is broken or of another format.
        """
        yield from raising(self.read_each(source))

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield the same, and for what is wrong an error in its place."""
        import python_calamine

        try:
            check_spreadsheet(source)
            try:
                book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.content))
                sheets = [name for name in book.sheet_names]
            except (python_calamine.CalamineError, OSError, ValueError) as error:
                raise _broken(source.name, error) from error
        except GeoError as error:
            yield error
            return
        refused: GeoError | None = None
        met = False
        for name in sheets:
            part = name if len(sheets) > 1 else ""
            try:
                sheet = book.get_sheet_by_name(name)
                rows = iter(sheet.to_python(skip_empty_area=False))
            except (python_calamine.CalamineError, OSError, ValueError) as error:
                yield _broken(f"{source.name}, sheet {name}", error)
                continue
            numbered = (Row(number, cells) for number, cells in enumerate(rows, start=1))
            filled = (row for row in numbered if any(cell != "" for cell in row.cells))
            header = next(filled, None)
            if header is None:
                continue
            try:
                columns = find_columns(
                    header.cells,
                    self.options,
                    f"{source.name}, sheet {name}" if part else source.name,
                )
            except GeoError as error:
                refused = refused or error
                continue
            for document in documents_of_rows(filled, columns, name=source.name, part=part):
                if isinstance(document, GeoError):
                    refused = refused or document  # no row of this sheet has text
                else:
                    met = True
                    yield document
        if not met:
            yield refused or ReadError(
                f"cannot read {source.name}: it has no cells. Give a sheet that has text."
            )


@dataclass(frozen=True, slots=True)
class ParquetReader:
    """Read a Parquet file, a document a row; columns as in `CsvReader`."""

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)
    media_types: ClassVar[tuple[str, ...]] = ("application/vnd.apache.parquet",)
    apart: ClassVar[Limits] = Limits(seconds_a_megabyte=1.0)

    def with_options(self, options: ReadOptions) -> "ParquetReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`; its name and `#row=N` (from 1) become their `source`.

        Raises
        ------
        ReadError
            It is empty, or its text column cannot be told.
        FormatError
            It is broken or of another format.
        MissingExtraError
            The extra `parquet` is not installed.
        """
        yield from raising(self.read_each(source))

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield the same, and for what is wrong an error in its place."""
        try:
            refuse_other_format(source.content, source.name, "parquet")
            try:
                import pyarrow as pa
                import pyarrow.parquet as pq
            except ImportError as error:
                raise MissingExtraError(
                    f"cannot read {source.name}: reading .parquet needs an extra: "
                    'pip install "mentionmap[parquet]".'
                ) from error
            try:
                file = pq.ParquetFile(pa.BufferReader(source.content))
                columns = find_columns(file.schema_arrow.names, self.options, source.name)
            except (pa.ArrowException, OSError) as error:
                if isinstance(error, GeoError):
                    raise
                raise _broken(source.name, error) from error
        except GeoError as error:
            yield error
            return

        def rows() -> Iterator[Row | GeoError]:
            numbers = itertools.count(1)
            try:
                for batch in file.iter_batches(_BATCH_ROWS, use_threads=False):
                    lists = [column.to_pylist() for column in batch.columns]
                    for cells in zip(*lists, strict=True):
                        yield Row(next(numbers), cells)
            except (pa.ArrowException, OSError) as error:
                yield _broken(source.name, error)

        yield from documents_of_rows(rows(), columns, name=source.name)


def csv_records(text: str, name: str, skipped: int = 0) -> Iterator[Row | GeoError]:
    """Yield the rows of a table as text that have a cell filled, the header first.

    `skipped` is the number of records that were left out after the first.
    """
    # The limit belongs to the module, not to a reader; nobody else here parses CSV by it.
    csv.field_size_limit(_CELL_CHARACTERS)
    # Not splitlines(): a cell may hold U+2028 and its like.
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), strict=False)
    for number in itertools.chain([1], itertools.count(2 + skipped)):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # A quote that is never closed: what follows is no row.
            yield FormatError(
                f"cannot read {name}, row {number}: {error}. Check the quotes around its cells."
            )
            return
        if any(cell.strip() for cell in cells):
            yield Row(number, cells)


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        # A lone carriage return parts records too, but not those of a cell in quotes.
        yield text[start:end]
        start = end


def _delimiter(text: str) -> str:
    sample = text[:_SAMPLE_CHARACTERS]

    def merit(delimiter: str) -> tuple[float, int]:
        try:
            rows = list(
                itertools.islice(csv.reader(_lines(sample), delimiter=delimiter), _SAMPLE_ROWS)
            )
        except csv.Error:
            return 0.0, 0
        rows = [row for row in rows if row]
        width = len(rows[0]) if rows else 0
        if width < 2:
            return 0.0, 0
        return sum(len(row) == width for row in rows) / len(rows), width

    return max(_DELIMITERS, key=merit)


def check_spreadsheet(source: Source) -> None:
    """Refuse what is no spreadsheet, or unpacks to too much.

    Raises
    ------
    FormatError, ReadError
        It is of another format, broken, encrypted or too large.
    """
    found = sniff(source.content)
    if found == "zip" and b"xl/workbook" in source.content:
        found = "xlsx"
    if found not in ("xlsx", "ods"):
        refuse_other_format(source.content, source.name, "xls")
        return
    # calamine trusts the archive; here its members are measured before it unpacks them.
    with Container(source.content, source.name) as container:
        for member in container.names:
            if member.endswith((".xml", ".rels")):
                container.read(member)


def _broken(name: str, error: Exception) -> FormatError:
    said = " ".join(str(error).split())[:200]
    return FormatError(f"cannot read {name}: it is broken ({said}). Save it again.")
