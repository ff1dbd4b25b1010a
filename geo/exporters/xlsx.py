"""Write mentions as an XLSX workbook, a mention a row."""

import datetime as dt
import importlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.errors import ExportError, MissingExtraError
from geo.exporters.rows import COLUMNS, encode, rows

__all__ = ["XlsxExporter"]

_BLOCK = 1 << 20  # bytes
_CREATED = dt.datetime(2000, 1, 1)  # fixed: the same rows give the same bytes
_ROWS = 1_048_576  # of a sheet, the header included
_CELL = 32_767  # UTF-16 units of a text

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
    "use_zip64": True,
}


class XlsxExporter:
    """Write a sheet `mentions`: a header of `geo.exporters.rows.COLUMNS`, then a row a mention.

    Nothing known is an empty cell; numbers and truth keep their types; dates are text as in the
    other formats; `alternatives` is JSON. Text is never a formula nor a link, and stays text when
    the cell is edited. After 1,048,576 rows comes a sheet `mentions 2`. A text beyond 32,767
    characters is cut, of `alternatives` the last are left out. Lone surrogates become `?`.
    """

    suffixes: tuple[str, ...] = (".xlsx",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`.

        Raises
        ------
        MissingExtraError
            xlsxwriter is not installed.
        """
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write a temporary file, then its bytes."""
        with tempfile.TemporaryDirectory(prefix="geo-") as folder:
            file = Path(folder, "mentions.xlsx")
            book = _Book(file)
            try:
                for document in parsed:
                    for row in rows(document):
                        book.add(row)
            finally:
                book.close()
            _forget_origin(file)
            with file.open("rb") as written:
                shutil.copyfileobj(written, stream, _BLOCK)


class _Book:
    """A workbook that grows by rows."""

    def __init__(self, file: Path) -> None:
        try:
            xlsxwriter = importlib.import_module("xlsxwriter")
        except ImportError as error:
            raise MissingExtraError(
                'writing .xlsx needs an extra: pip install "mentionmap[xlsx]".'
            ) from error
        # xlsxwriter carries no types, hence `Any`.
        self._errors: tuple[type[Exception], ...] = (
            OSError,
            xlsxwriter.exceptions.XlsxWriterException,
        )
        options = {**_OPTIONS, "tmpdir": str(file.parent)}
        self._book: Any = xlsxwriter.Workbook(str(file), options)
        self._book.set_properties({"created": _CREATED})
        self._bold = self._book.add_format({"bold": True})
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._sheets = 0
        self._begin_sheet()

    def add(self, row: dict[str, object]) -> None:
        """Add a row of `geo.exporters.rows`."""
        if self._row == _ROWS:
            self._begin_sheet()
        try:
            for index, column in enumerate(COLUMNS):
                self._write(index, row[column])
        except self._errors as error:
            raise _failure(error) from error
        self._row += 1

    def close(self) -> None:
        """Write the file."""
        try:
            self._book.close()
        except self._errors as error:
            raise _failure(error) from error

    def _begin_sheet(self) -> None:
        self._sheets += 1
        name = "mentions" if self._sheets == 1 else f"mentions {self._sheets}"
        self._sheet: Any = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for index, column in enumerate(COLUMNS):
            self._sheet.write_string(0, index, column, self._bold)
        self._row = 1

    def _write(self, column: int, value: object) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value)
        elif value is not None and value != "":
            text = _fitting(value) if isinstance(value, list) else _text(str(value))
            # The mark keeps what looks like a formula a text when somebody edits the cell.
            risky = text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            self._sheet.write_string(self._row, column, text, self._quoted if risky else None)


def _text(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    if len(text) > _CELL // 2:
        text = text.encode("utf-16-le")[: 2 * _CELL].decode("utf-16-le", "ignore")
    # xlsxwriter takes such a text for XML of its own making and does not escape it.
    if text.startswith("<r>") and text.endswith("</r>"):
        text = f"{text[: _CELL - 1]} "
    return text


def _fitting(values: list[object]) -> str:
    text = encode(values)
    while len(text.encode("utf-16-le", "replace")) > 2 * _CELL:
        values = values[: len(values) * 3 // 4]
        text = encode(values)
    return _text(text)


def _forget_origin(file: Path) -> None:
    """Take out of the archive what tells of the user and the system that made it."""
    with zipfile.ZipFile(file, "a") as archive:
        for entry in archive.infolist():
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
        archive.comment = b""  # has the directory of the archive written anew


def _failure(error: Exception) -> ExportError:
    return ExportError(
        f"cannot write a temporary workbook: {error}. "
        f"Make room in {tempfile.gettempdir()}, or set TMPDIR to another folder."
    )
