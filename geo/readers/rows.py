"""From the rows of a table to documents: which column is what, whatever the format."""

import difflib
import json
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from geo.document import Document, Hints, Section
from geo.errors import FormatError, GeoError, GeoWarning, ReadError
from geo.readers.assembling import language_tag, metadata_of, parse_date, tidy, usable_title
from geo.readers.decoding import replace_unusable
from geo.readers.options import ReadOptions

__all__ = ["Columns", "Row", "documents_of_rows", "find_columns"]

#: Names that columns of documents go by, likeliest first; case and outer spaces do not count.
_TEXT = "text body content article full_text fulltext story message description abstract".split()
_TITLE = "title headline heading subject".split()
_ID = "id document_id doc_id uid guid".split()
_DATE = (
    "published date published_at publication_date publish_date pubdate created_at created "
    "datetime timestamp".split()
)
_AUTHOR = "author byline creator by".split()
_LANGUAGE = "language lang".split()
_OUTLET = "outlet source publisher publication".split()
_SHOWN_COLUMNS = 12


class Row(NamedTuple):
    """One row; `number` is what a person sees beside it in a spreadsheet."""

    number: int
    cells: Sequence[object]


class Columns(NamedTuple):
    """Positions of the columns with a meaning; `None` where there is none."""

    header: tuple[str, ...]
    text: tuple[int, ...]
    title: int | None
    id: int | None
    date: int | None
    author: int | None
    language: int | None
    outlet: int | None
    country: int | None
    near: int | None
    year: int | None


def find_columns(header: Sequence[object], options: ReadOptions, name: str) -> Columns:
    """Find the columns by the names that were given, else by the usual ones.

    Raises
    ------
    ReadError
        A column that was named is not there, or none is plainly the text; both list what is.
    """
    names = tuple(tidy(str(cell)) if cell is not None else "" for cell in header)
    folded = [one.casefold() for one in names]

    def given(column: str) -> int:
        if column in names:
            return names.index(column)
        if column.casefold() in folded:
            return folded.index(column.casefold())
        near = difflib.get_close_matches(column, names, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise ReadError(f'cannot read {name}: no column "{column}".{hint} {_listed(names)}')

    def usual(wanted: Sequence[str]) -> int | None:
        return next((folded.index(one) for one in wanted if one in folded), None)

    if options.text_columns:
        text = tuple(given(column) for column in options.text_columns)
    else:
        found = usual(_TEXT)
        if found is None and len(names) > 1:
            raise ReadError(
                f"cannot read {name}: which column holds the text? {_listed(names)} "
                "Name it with --text-column."
            )
        text = (found or 0,)
    title = usual(_TITLE)
    return Columns(
        header=names,
        text=text,
        title=None if title in text else title,
        id=given(options.id_column) if options.id_column else usual(_ID),
        date=given(options.date_column) if options.date_column else usual(_DATE),
        author=usual(_AUTHOR),
        language=usual(_LANGUAGE),
        outlet=usual(_OUTLET),
        country=usual(["country"]),
        near=usual(["near"]),
        year=usual(["year"]),
    )


def documents_of_rows(
    rows: Iterable[Row | GeoError], columns: Columns, *, name: str, part: str = ""
) -> Iterator[Document | GeoError]:
    """Yield a document for each row that has text.

    Parameters
    ----------
    rows
        Those below the header; an error stands for a row that cannot be read.
    columns
        What `find_columns` found.
    name
        Of the source; with `part` and the number of the row it becomes the documents' `source`.
    part
        The sheet, where there are several: `News`.

    Warns
    -----
    GeoWarning
        How many dates could not be told; once, at the end.
    """
    unread = empty = met = 0
    broken = False
    first = ""
    for row in rows:
        if isinstance(row, GeoError):
            broken = True
            yield row
            continue
        met += 1
        document = _document(row, columns, name, part)
        if document is None:
            empty += 1
            continue
        written = _cell(row, columns.date)
        if document.published is None and written:
            unread += 1
            first = first or f'"{written[:40]}" in row {row.number}'
        yield document
    where = f"{name}, sheet {part}" if part else name
    if unread:
        dates = "1 date was" if unread == 1 else f"{unread} dates were"
        _warn(f"{where}: {dates} not understood, first {first}. Write 2012-09-19.")
    if empty == met and not broken:
        yield FormatError(f"cannot read {where}: no row has text. Check --text-column.")
    elif empty < met and empty:
        left = "has no text and was" if empty == 1 else "have no text and were"
        _warn(f"{where}: {empty} of {met} rows {left} left out")


def _document(row: Row, columns: Columns, name: str, part: str) -> Document | None:
    texts = [tidy(_cell(row, index)) for index in columns.text]
    # The first column that is shown is the whole text where it is the only one.
    text = replace_unusable("\n\n".join(filter(None, texts)))
    if not text:
        return None
    sections = []
    start = 0
    if len(columns.text) > 1:
        for index, one in zip(columns.text, texts, strict=True):
            if one:
                label = columns.header[index]
                sections.append(
                    Section(start=start, end=start + len(one), label=label, own_context=False)
                )
                start += len(one) + 2
    else:
        label = f"{part}, row {row.number}" if part else f"row {row.number}"
        sections.append(Section(start=0, end=len(text), label=label, own_context=False))
    sheet = f"sheet={part}&" if part else ""
    country = _cell(row, columns.country)
    is_code = len(country) == 2 and country.isascii() and country.isalpha()
    used = {*columns.text, columns.title, columns.id, columns.date, columns.language}
    near, year = _point(_cell(row, columns.near)), _year(_cell(row, columns.year))
    used |= {columns.outlet} | ({columns.country} if is_code else set())
    used |= ({columns.near} if near else set()) | ({columns.year} if year else set())
    return Document(
        text=text,
        id=_cell(row, columns.id),
        source=f"{name}#{sheet}row={row.number}",
        title=usable_title(_cell(row, columns.title)),
        language=language_tag(_cell(row, columns.language)),
        published=parse_date(_cell(row, columns.date)),
        sections=tuple(sections),
        hints=Hints(
            country=country.upper() if is_code else None,
            near=near,
            outlet=_cell(row, columns.outlet) or None,
            year=year,
        ),
        metadata=metadata_of(
            {
                ("author" if index == columns.author else label or f"column {index + 1}"): _plain(
                    row.cells[index]
                )
                for index, label in enumerate(columns.header)
                if index not in used and index < len(row.cells)
            }
        ),
    )


def _point(written: str) -> tuple[float, float] | None:
    """Return a cell such as "42.87, 74.59" as latitude and longitude, None where it is no point."""
    try:
        latitude, longitude = (float(part) for part in written.split(","))
    except ValueError:
        return None
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return latitude, longitude
    return None


def _year(written: str) -> int | None:
    digits = written.removesuffix(".0")  # a spreadsheet's number
    if digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) <= 9999:
        return int(digits)
    return None


def _cell(row: Row, index: int | None) -> str:
    if index is None or index >= len(row.cells):
        return ""
    return _plain(row.cells[index]).strip()


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # spreadsheets know no whole numbers: the id 17 is kept as 17.0
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{one}"' for one in names[:_SHOWN_COLUMNS] if one) or "none has a name"
    more = f" and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    return f"Columns: {shown}{more}."


def _warn(message: str) -> None:
    warnings.warn(message, GeoWarning, stacklevel=3)
