"""Write mentions as CSV (RFC 4180), a mention a row, for spreadsheets and data frames."""

import csv
from collections.abc import Iterable
from pathlib import Path

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.exporters.rows import COLUMNS, encode, rows

__all__ = ["CsvExporter", "cell"]


class CsvExporter:
    """Write a header of `geo.exporters.rows.COLUMNS`, then a row a mention.

    UTF-8 without a byte order mark, lines end in CR LF. Nothing known is an empty cell; truth is
    `true` or `false`; `alternatives` is JSON. A text that a spreadsheet would run as a formula
    (it begins with `=`, `+`, `-`, `@`, a tab or a line end) gets an apostrophe before it.
    """

    suffixes: tuple[str, ...] = (".csv",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write UTF-8 bytes, row by row."""
        writer = csv.writer(_Encoder(stream), lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for document in parsed:
            for row in rows(document):
                writer.writerow([cell(row[column]) for column in COLUMNS])


class _Encoder:
    """Take text and pass it on as UTF-8; a lone surrogate becomes `?`."""

    def __init__(self, stream: ByteSink) -> None:
        self._stream = stream

    def write(self, text: str, /) -> None:
        self._stream.write(text.encode("utf-8", "replace"))


def cell(value: object) -> str:
    """Return what stands in a cell for a value of JSON's types; see `CsvExporter`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return encode(value)
    if isinstance(value, str):
        return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else value
    return str(value)
