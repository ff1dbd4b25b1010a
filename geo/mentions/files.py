"""Read tables of mentions: CSV, spreadsheets and JSON lines, with the cells people edit."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.errors import FormatError, GeoError, ReadError
from geo.exporters.jsonl import SCHEMA
from geo.exporters.rows import COLUMNS, TYPES, ColumnType
from geo.protocols import Source
from geo.readers.cells import read_cells

__all__ = ["MentionRow", "is_table_of_mentions", "read_rows"]

_NEEDED = ("document_id", "start", "end", "mention", "place", "latitude", "longitude")
_SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".ods", ".jsonl", ".ndjson")
_MARK = b"document_id"
_SHEETS = ("xl/sharedStrings.xml", "xl/worksheets/sheet", "content.xml")
_HEAD = 1 << 20  # bytes
#: What may stand before a text so that no spreadsheet runs it; see `CsvExporter`.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
#: No document is longer, so a larger number is a slip of a hand.
_MOST_CHARACTERS = 5_000_000
_LARGEST = 200 * 2**20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """One row: the shared columns by name, and where it stands."""

    values: Mapping[str, object]  #: of JSON's types; None where the cell is empty
    file: str
    number: int  #: as a spreadsheet counts, or the line of a file of JSON lines

    def __str__(self) -> str:
        return f"{self.file}, row {self.number}"


def is_table_of_mentions(path: str | Path) -> bool:
    """Tell whether a file holds what `geo export` writes, by its suffix and its header."""
    path = Path(path)
    if path.suffix.lower() not in _SUFFIXES or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            content = stream.read(_HEAD if path.suffix.lower() not in _SUFFIXES[3:7] else -1)
    except OSError:
        return False
    # The header is looked for cheaply first: most tables are of texts, and some are large.
    if not _may_be(content):
        return False
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return SCHEMA.partition("/")[0].encode() in content.partition(b"\n")[0]
    first = next(iter(read_cells(Source(str(path), _head(content, path)))), None)
    return not (first is None or isinstance(first, GeoError)) and _is_header(first.cells)


def read_rows(
    path: str | Path, *, on_error: Callable[[GeoError], None] | None = None
) -> Iterator[MentionRow]:
    """Yield the rows of a table of mentions.

    Parameters
    ----------
    path
        `.csv`, `.tsv`, a spreadsheet, or JSON lines of `geo.mentions/1`. Columns may stand in any
        order; those that are missing are empty, others are passed over.
    on_error
        Called with each row that cannot be understood; reading then goes on. Without it the first
        such error is raised.

    Raises
    ------
    ReadError
        The file cannot be opened.
    FormatError
        It is no table of mentions, or without `on_error` a row is none.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise ReadError(f"cannot read {path}: {what}. Give a file.") from error
    if len(content) > _LARGEST:
        raise ReadError(f"cannot read {path}: it is larger than 200 MB. Split it.")
    source = Source(str(path), content)
    lines = path.suffix.lower() in (".jsonl", ".ndjson")
    for row in _json_rows(source) if lines else _table_rows(source):
        if not isinstance(row, GeoError):
            yield row
        elif on_error is None:
            raise row
        else:
            on_error(row)


def _may_be(content: bytes) -> bool:
    if not content.startswith(b"PK"):
        return _MARK in content or "document_id".encode("utf-16-le") in content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist()[:1000]:
                if info.filename.startswith(_SHEETS):
                    with archive.open(info) as member:
                        if _MARK in member.read(_HEAD):
                            return True
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return False


def _head(content: bytes, path: Path) -> bytes:
    """Return the first line of a table as text; a spreadsheet as it is."""
    return content if path.suffix.lower() in _SUFFIXES[3:7] else content.partition(b"\n")[0]


def _is_header(cells: object) -> bool:
    return isinstance(cells, (list, tuple)) and set(_NEEDED) <= {_name(cell) for cell in cells}


def _name(cell: object) -> str:
    return str(cell or "").strip().lower().removeprefix("\ufeff")


def _table_rows(source: Source) -> Iterator[MentionRow | GeoError]:
    header: list[str] = []
    for row in read_cells(source):
        if isinstance(row, GeoError):
            yield row
            if not header:
                return
        elif _is_header(row.cells):
            header = [_name(cell) for cell in row.cells]
        elif not header:
            yield FormatError(
                f"{source.name} is no table of mentions: its first row does not name the columns "
                f"{', '.join(_NEEDED)}. Write one with `geo export`."
            )
            return
        else:
            yield _row(source.name, row.number, dict(zip(header, row.cells, strict=False)))


def _json_rows(source: Source) -> Iterator[MentionRow | GeoError]:
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield FormatError(f"cannot read {source.name}: not UTF-8. Save it as UTF-8.")
        return
    # Not splitlines(): JSON strings may hold U+2028 and its like.
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line.isspace():
            try:
                row = json.loads(line)
                if not isinstance(row, dict) or not set(_NEEDED) <= set(row):
                    raise ValueError("it lacks columns")
            except (ValueError, RecursionError) as error:
                yield FormatError(
                    f"{source.name}, line {number}: no row of {SCHEMA} ({error}). "
                    "Write them with `geo export`."
                )
                continue
            yield _row(source.name, number, row)


def _row(name: str, number: int, cells: Mapping[str, object]) -> MentionRow | GeoError:
    values: dict[str, object] = {}
    for column in COLUMNS:
        try:
            values[column] = _typed(cells.get(column), TYPES[column])
        except (ValueError, RecursionError) as error:
            return FormatError(
                f'{name}, row {number}: "{column}" is {error}. Mend the cell, or take the row out.'
            )
    start, end, mention = values["start"], values["end"], values["mention"]
    if not (isinstance(start, int) and isinstance(end, int) and values["document_id"] and mention):
        return FormatError(
            f"{name}, row {number}: no document_id, start, end or mention. Put them back."
        )
    if not (0 <= start < end <= _MOST_CHARACTERS and end - start == len(str(mention))):
        return FormatError(
            f'{name}, row {number}: "{mention}" is not at {start}–{end}. '
            "Leave start, end and mention as they were written."
        )
    return MentionRow(values=values, file=name, number=number)


def _typed(cell: object, kind: ColumnType) -> object:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return [] if kind == "list" else None
    match kind:
        case "integer":
            number = _number(cell)
            if not number.is_integer():
                raise ValueError(f'"{cell}", no whole number')
            return int(number)
        case "number":
            return _number(cell)
        case "truth":
            return cell is True or str(cell).strip().lower() in ("true", "1", "1.0", "yes")
        case "list":
            return _list(cell)
        case _:
            text = _plain(cell)
            return text[1:] if text[:1] == "'" and text[1:2] in _RISKY else text


def _number(cell: object) -> float:
    if isinstance(cell, bool):
        raise ValueError(f'"{cell}", no number')
    if isinstance(cell, (int, float)):
        return float(cell)
    # A spreadsheet of half the world writes 42,87; the apostrophe is that of a defused minus.
    text = str(cell).strip().removeprefix("'").replace("−", "-")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f'"{cell}", no number') from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f'"{cell}", no number')
    return number


def _list(cell: object) -> list[object]:
    if isinstance(cell, list):
        return cell
    try:
        found = json.loads(str(cell))
    except ValueError:
        return []  # cut by a program that holds less in a cell; nothing else needs it
    return found if isinstance(found, list) else []


def _plain(cell: object) -> str:
    # Spreadsheets know no whole numbers: the id 17 comes back as 17.0.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
