"""Read the cells of a table as they are: what `geo export` wrote, and somebody edited."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from geo.document import Document
from geo.errors import FormatError, GeoError
from geo.protocols import Source
from geo.readers.apart import Limits, read_apart, read_here
from geo.readers.assembling import raising
from geo.readers.decoding import decode
from geo.readers.rows import Row
from geo.readers.sniffing import sniff
from geo.readers.table import check_spreadsheet, csv_records

__all__ = ["CellsReader", "read_cells"]

_LIMITS = Limits(seconds_a_megabyte=1.0)


def read_cells(source: Source) -> Iterator[Row | GeoError]:
    """Yield the rows of a CSV table or of each sheet of a spreadsheet, the header among them.

    Cells are texts, numbers or truths, an empty one is an empty text, a date ISO 8601. A
    spreadsheet is read in a process apart, as all are.
    """
    reader = CellsReader()
    read = read_here(reader, source) if _is_text(source) else read_apart(reader, source, _LIMITS)
    for item in read:
        if isinstance(item, GeoError):
            yield item
        else:
            number, cells = json.loads(item.text)
            yield Row(number, cells)


@dataclass(frozen=True, slots=True)
class CellsReader:
    """Give each row as a document whose text is JSON: its number, and the list of its cells.

    It is made for `read_cells`, since documents are what travels between processes; no suffix
    leads to it.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
    media_types: ClassVar[tuple[str, ...]] = ()

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the rows.

        Raises
        ------
        FormatError, ReadError
            It is no table, broken, or unpacks to too much.
        """
        yield from raising(self.read_each(source))

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield the same, and for each row that is broken an error in its place."""
        try:
            for row in _rows(source):
                yield row if isinstance(row, GeoError) else _document(row)
        except GeoError as error:
            yield error


def _rows(source: Source) -> Iterator[Row | GeoError]:
    if _is_text(source):
        yield from csv_records(decode(source.content, source.name), source.name)
        return
    import python_calamine

    check_spreadsheet(source)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
                if any(cell != "" for cell in cells):
                    yield Row(number, cells)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        if isinstance(error, GeoError):
            raise
        raise FormatError(
            f"cannot read {source.name}: it is broken ({' '.join(str(error).split())}). "
            "Save it again, or as .csv."
        ) from error


def _is_text(source: Source) -> bool:
    return sniff(source.content) in (None, "eml", "jsonl")


def _document(row: Row) -> Document:
    cells = [cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row.cells]
    return Document(text=json.dumps([row.number, cells], default=str))
