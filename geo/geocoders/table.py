"""A table of names in, the same table with places out; an unfinished one is gone on with."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from geo.errors import ExportError, FormatError, GeoError, SettingsError
from geo.geocoders.lookup import Row
from geo.readers.decoding import decode

__all__ = ["COLUMNS", "Table", "fill", "fill_stream", "read_table"]

#: What is appended to the columns of the input.
COLUMNS = (
    "place_id",
    "place",
    "latitude",
    "longitude",
    "country_code",
    "admin1",
    "feature",
    "match",
    "score",
)

#: Columns that are taken for the names, or the points, where none is said.
_NAME_COLUMNS = (("name",), ("toponym",), ("place",))
_POINT_COLUMNS = (("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"), ("point",))

#: One question in, its places out.
Ask = Callable[[str], Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV as read, and which of its columns hold the questions."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    asked: tuple[int, ...]  #: indices of the columns; two hold latitude and longitude
    delimiter: str
    digest: str  #: of the bytes it was read from, and of the columns asked

    @property
    def questions(self) -> Iterator[str]:
        """Give the question of each row."""
        return (self.question(row) for row in self.rows)

    def question(self, row: Sequence[str]) -> str:
        """Return what a row asks."""
        return ",".join(row[at].strip() for at in self.asked)


def read_table(
    content: bytes, name: str, *, column: str | None = None, points: bool = False
) -> Table:
    """Read a CSV with a header; commas, semicolons or tabs, whichever the header has most of.

    Parameters
    ----------
    content
        The whole file.
    name
        What to call it in messages.
    column
        The column of the names (or of points as "LAT,LON"); two with a comma between hold latitude
        and longitude. Without it: `name`, `toponym` or `place` (`latitude` and `longitude`, `lat`
        and `lon`), or the only column there is.
    points
        Whether points are asked for rather than names.

    Raises
    ------
    ReadError
        It is empty or no text.
    FormatError
        It is no such CSV.
    SettingsError
        There is no such column.
    """
    text = decode(content, name)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except (csv.Error, ValueError) as error:
        raise FormatError(f"{name} is no CSV: {error}. Save it as CSV with a header.") from error
    whole = []
    for number, row in enumerate(rows, 2):
        if len(row) > len(header):
            raise FormatError(
                f"{name}, row {number}: {len(row)} cells under {len(header)} columns. "
                "Put cells with commas in quotes."
            )
        if row:
            whole.append((*row, *[""] * (len(header) - len(row))))
    asked = _asked(header, name, column, points)
    digest = hashlib.sha256(repr((asked, points)).encode() + content).hexdigest()
    return Table(
        header=tuple(header), rows=tuple(whole), asked=asked, delimiter=delimiter, digest=digest
    )


def _asked(header: list[str], name: str, column: str | None, points: bool) -> tuple[int, ...]:
    lower = [title.strip().lower() for title in header]
    if column is not None:
        if column in header:
            return (header.index(column),)
        parts = [part.strip().lower() for part in column.split(",")]
        if len(parts) <= 2 and all(part in lower for part in parts):
            return tuple(lower.index(part) for part in parts)
        raise SettingsError(f'{name} has no column "{column}". It has: {", ".join(header)}.')
    for parts_ in _POINT_COLUMNS if points else _NAME_COLUMNS:
        if all(part in lower for part in parts_):
            return tuple(lower.index(part) for part in parts_)
    if len(header) == 1:
        return (0,)
    raise SettingsError(f"{name} has several columns ({', '.join(header)}). Choose with --column.")


def fill_stream(table: Table, stream: BinaryIO, ask: Ask) -> Iterator[bool]:
    """Write the table with its places row by row; yield of each row whether it has one."""
    stream.write(_line(table, _full_header(table)))
    for row in table.rows:
        cells, found = _filled(table, row, ask)
        stream.write(cells)
        yield found


def fill(table: Table, output: Path, ask: Ask, *, settings: str) -> Iterator[bool]:
    """Write the table with its places to a file; yield of each row whether it has one.

    Rows gather in `<output>.<digest>.part`, which takes the place of `output` at the end. A run
    that broke off leaves that file, and the next one with the same table and settings goes on
    after its last whole row; rows already there are yielded at once.

    Parameters
    ----------
    table
        What was read.
    output
        Where to write.
    ask
        Answers a question; what it raises ends the run.
    settings
        All else that answers depend on, as text: another text starts anew.

    Raises
    ------
    ExportError
        The file cannot be written, or another process is at it.
    """
    from filelock import FileLock, Timeout

    if output.is_dir() or not output.parent.is_dir():
        raise ExportError(f"cannot write {output}: give the path of a file in a folder there is.")
    digest = hashlib.sha256(f"{table.digest}\n{settings}".encode()).hexdigest()[:8]
    part = output.with_name(f"{output.name}.{digest}.part")
    lock = FileLock(f"{part}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ExportError(f"another run is writing {part}. Wait for it to end.") from error
    except OSError as error:
        raise _unwritable(output, error) from error
    try:
        done = _whole_rows(table, part)
        yield from done
        try:
            with part.open("ab") as stream:
                if not stream.tell():
                    stream.write(_line(table, _full_header(table)))
                for row in table.rows[len(done) :]:
                    cells, found = _filled(table, row, ask)
                    stream.write(cells)
                    stream.flush()
                    yield found
            part.replace(output)
        except GeoError:
            raise
        except OSError as error:
            raise _unwritable(output, error) from error
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _unwritable(output: Path, error: OSError) -> ExportError:
    what = (error.strerror or str(error)).lower()
    return ExportError(
        f"cannot write {output}: {what}. Give a path that can be written, or make room."
    )


def _whole_rows(table: Table, part: Path) -> list[bool]:
    """Cut an unfinished file after its last whole row; return of its rows which have places."""
    if not part.is_file():
        return []
    content = part.read_bytes()
    lines = content.splitlines(keepends=True)
    read = 0

    def feed() -> Iterator[str]:
        nonlocal read
        for line in lines:
            read += len(line)
            yield line.decode("utf-8", "replace")

    rows: list[list[str]] = []
    end = 0
    try:
        for row in csv.reader(feed(), delimiter=table.delimiter, strict=True):
            if not content[:read].endswith(b"\r\n"):
                break
            rows.append(row)
            end = read
    except csv.Error:
        pass  # The file ends within quotes: so does its last row.
    if not rows or tuple(rows[0]) != _full_header(table) or len(rows) > len(table.rows) + 1:
        rows, end = [], 0
    with part.open("r+b") as stream:
        stream.truncate(end)
    at = len(table.header)
    return [bool(row[at]) for row in rows[1:]]


def _full_header(table: Table) -> tuple[str, ...]:
    added: tuple[str, ...] = COLUMNS
    if set(added) & set(table.header):
        added = tuple(f"geo_{column}" for column in COLUMNS)
        if set(added) & set(table.header):
            raise FormatError(
                "the table has columns of places twice over. Take out those that begin with geo_."
            )
    return (*table.header, *added)


def _filled(table: Table, row: tuple[str, ...], ask: Ask) -> tuple[bytes, bool]:
    question = table.question(row)
    rows = ask(question) if question.strip(" ,") else ()
    return _line(table, (*row, *(_cells(rows[0]) if rows else [""] * len(COLUMNS)))), bool(rows)


def _cells(row: Row) -> list[str]:
    place = row.place
    return [
        _safe(place.id),
        _safe(place.name),
        str(place.latitude),
        str(place.longitude),
        place.country_code or "",
        _safe(place.admin1 or ""),
        row.feature,
        row.match or "",
        "" if row.score is None else f"{row.score:.4f}",
    ]


def _safe(text: str) -> str:
    """Keep a spreadsheet from running a service's text as a formula."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _line(table: Table, cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=table.delimiter, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8", "replace")
