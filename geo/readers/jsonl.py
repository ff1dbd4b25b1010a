"""Read documents as JSON Lines, an object a line, with the mentions that may be given in them."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, ClassVar, NoReturn, TypeGuard, get_args

from geo.document import Document, Hints, Kind, Mention, Role, Section
from geo.errors import FormatError, GeoError
from geo.protocols import Source
from geo.readers.assembling import join_parts, parse_date
from geo.readers.decoding import decode, replace_unusable
from geo.readers.options import DEFAULTS, ReadOptions
from geo.readers.own import is_own_rows, own_rows
from geo.readers.sources import open_sources
from geo.sections import find_sections

__all__ = ["JsonlReader", "read_given"]

#: Keys that become fields; all others are kept in `metadata`, but for `mentions`.
_FIELDS = frozenset(
    ["text", "id", "title", "published", "language", "outlet", "country", "near", "year"]
)
_SUFFIXES = (".jsonl", ".ndjson")
_QUOTED_CHARACTERS = 80
_SHOWN_KEYS = 12
_ONE_A_LINE = "Write one object a line."
_KINDS: tuple[Kind, ...] = get_args(Kind)
_ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class JsonlReader:
    """Read an object a line, each a document.

    `text` is needed, or the keys that `ReadOptions` names in its place. Welcome are `id`, `title`,
    `published` (ISO 8601), `language` (BCP 47), `outlet`, `country` (ISO 3166-1 alpha-2), `near`
    (`[latitude, longitude]` in degrees, or `"latitude,longitude"`), `year` and `mentions` (see
    `read_given`); null counts as not there.
    Other keys are kept in `Document.metadata` as text. Empty lines are passed over.
    """

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = _SUFFIXES
    media_types: ClassVar[tuple[str, ...]] = ("application/jsonl", "application/x-ndjson")

    def with_options(self, options: ReadOptions) -> "JsonlReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`; its name and `#line=N` become their `source`.

        Raises
        ------
        ReadError
            It is empty or binary.
        FormatError
            A line is not a document; the message names the file and the line.
        """
        for document in self.read_each(source):
            if isinstance(document, GeoError):
                raise document
            yield document

    def read_each(self, source: Source, *, skipped: int = 0) -> Iterator[Document | GeoError]:
        """Yield the same, and for each line that is broken an error in its place.

        `skipped` is the number of lines before those of `source`, where it is a part of a file.
        """
        for record in _records(source, self.options, skipped=skipped):
            yield record if isinstance(record, GeoError) else record[0]


def read_given(
    sources: Iterable[str | Path],
    *,
    on_error: Callable[[GeoError], None] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[tuple[Document, list[Mention]]]:
    """Read documents whose mentions are already known, as JSON Lines whatever the suffix.

    Each line is a document as `JsonlReader` reads it, with `mentions`: a list of objects with
    `start` and `end` (offsets of code points into `text`, half-open) and, where known, `text`
    (it must be what stands there), `kind`, `role` and `score`. Other keys, as those of gold
    corpora, are ignored. Mentions may overlap and keep their order; a line without any has none.

    Parameters
    ----------
    sources
        As for `geo.readers.read_sources`; a folder stands for its `.jsonl` and `.ndjson` files.
    on_error
        Called with each source or line that is broken; reading then goes on.
    stdin
        What `-` reads.

    Raises
    ------
    ReadError, FormatError
        Without `on_error`.
    """
    for opened in open_sources(sources, suffixes=_SUFFIXES, stdin=stdin):
        for record in (
            [opened]
            if isinstance(opened, GeoError)
            else _records(opened.source, DEFAULTS, given=True)
        ):
            if not isinstance(record, GeoError):
                yield record
            elif on_error is None:
                raise record
            else:
                on_error(record)


def _records(
    source: Source, options: ReadOptions, *, given: bool = False, skipped: int = 0
) -> Iterator[tuple[Document, list[Mention]] | GeoError]:
    try:
        text = decode(source.content, source.name)
    except GeoError as error:
        yield error
        return
    if not (given or options.text_columns) and is_own_rows(source.content):
        yield own_rows(source.name)
        return
    # Not splitlines(): JSON strings may hold U+2028 and its like.
    for number, line in enumerate(text.split("\n"), start=skipped + 1):
        if not line or line.isspace():
            continue
        record = _Record(source.name, number)
        try:
            values = record.parse(line)
            document = record.document(values, options)
            mentions = record.mentions(values, document) if given else []
        except FormatError as error:
            yield error
        else:
            yield document, mentions


class _Record:
    """One line, and how to say what is wrong with it."""

    def __init__(self, name: str, number: int) -> None:
        self._name = name
        self._number = number

    def parse(self, line: str) -> Mapping[str, object]:
        try:
            values = json.loads(line, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            what = f"no valid JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
            raise self._error(what, _ONE_A_LINE) from error
        except (ValueError, RecursionError) as error:
            # NaN, an integer of thousands of digits, a thousand brackets.
            raise self._error(f"no usable JSON: {error}", _ONE_A_LINE) from error
        if not isinstance(values, dict):
            raise self._error(
                f"{_kind(values)}, not an object", 'Write {"text": "..."} on a line of its own.'
            )
        return values

    def document(self, values: Mapping[str, object], options: ReadOptions) -> Document:
        keys = options.text_columns or ("text",)
        text, sections = self._whole_text(values, keys)
        published = options.date_column or "published"
        own = {*_FIELDS, *keys, options.id_column, options.date_column, "mentions"}
        return Document(
            text=text,
            id=self._id(values, options.id_column or "id"),
            source=f"{self._name}#line={self._number}",
            title=None if "title" in keys else self._text(values, "title"),
            language=self._text(values, "language"),
            published=self._published(values, published),
            sections=sections,
            hints=Hints(
                country=self._country(values),
                near=self._near(values),
                outlet=self._text(values, "outlet"),
                year=self._year(values),
            ),
            metadata={
                replace_unusable(key): _plain(value)
                for key, value in values.items()
                if key not in own and value is not None
            },
        )

    def _whole_text(
        self, values: Mapping[str, object], keys: Sequence[str]
    ) -> tuple[str, tuple[Section, ...]]:
        """Return the text of one key as it is, or those of several with a blank line between."""
        for key in keys:
            if key not in values or (len(keys) == 1 and values[key] is None):
                named = key == "text"
                advice = 'Give each object the key "text"' + (
                    ", or name another with --text-column." if named else "."
                )
                if not named:
                    known = ", ".join(f'"{name}"' for name in list(values)[:_SHOWN_KEYS])
                    advice = f"Its keys: {known or 'none'}."
                raise self._error(f'no "{key}"', advice)
        texts = {key: self._text(values, key) or "" for key in keys}
        filled = [(key, text) for key, text in texts.items() if text and not text.isspace()]
        if not filled:
            what = " and ".join(f'"{key}"' for key in keys)
            verb = "is" if len(keys) == 1 else "are"
            raise self._error(f"{what} {verb} empty", "Leave the line out, or give it text.")
        if len(keys) == 1:
            text = texts[keys[0]]
            return text, find_sections(text)
        return join_parts(filled)

    def mentions(self, values: Mapping[str, object], document: Document) -> list[Mention]:
        given = values.get("mentions")
        if given is None:
            return []
        if not isinstance(given, list):
            raise self._error(f'"mentions" is {_kind(given)}', "Give a list of objects.")
        return [self._mention(mention, number, document) for number, mention in enumerate(given, 1)]

    def _mention(self, values: object, number: int, document: Document) -> Mention:
        where = f"mention {number}"
        if not isinstance(values, dict):
            raise self._error(
                f"{where} is {_kind(values)}", 'Give an object with "start" and "end".'
            )
        start, end = values.get("start"), values.get("end")
        if not _is_integer(start) or not _is_integer(end):
            raise self._error(f'{where} has no whole numbers "start" and "end"', "Give both.")
        span = f"{where} at {start}–{end}"
        if start >= end:
            raise self._error(f"{span} is empty", '"end" is the offset after the last character.')
        if start < 0 or end > len(document.text):
            raise self._error(
                f"{span} lies outside the text of {len(document.text)} characters",
                "Offsets count code points from 0.",
            )
        text = document.text[start:end]
        said = values.get("text")
        if said is not None and (not isinstance(said, str) or replace_unusable(said) != text):
            raise self._error(
                f"{span} is given as {_quoted(said)}, but the text reads {_quoted(text)} there",
                "Offsets count code points, not bytes or UTF-16 units.",
            )
        kind, role, score = (values.get(key) for key in ("kind", "role", "score"))
        if kind is not None and kind not in _KINDS:
            raise self._error(
                f"{where} has the kind {_quoted(kind)}", f"Known: {', '.join(_KINDS)}."
            )
        if role is not None and role not in _ROLES:
            raise self._error(
                f"{where} has the role {_quoted(role)}", f"Known: {', '.join(_ROLES)}."
            )
        if score is not None and not (_is_number(score) and 0 <= score <= 1):
            raise self._error(f"{where} has the score {_quoted(score)}", "Give 0 to 1.")
        return Mention(
            start=start,
            end=end,
            text=text,
            kind=kind or "literal",
            role=role or "name",
            score=1.0 if score is None else float(score),
        )

    def _id(self, values: Mapping[str, object], key: str) -> str:
        value = values.get(key)
        if _is_integer(value):
            return str(value)
        return self._text(values, key) or ""

    def _text(self, values: Mapping[str, object], key: str) -> str | None:
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            raise self._error(f'"{key}" is {_kind(value)}, not text', "Put it in quotation marks.")
        return None if value is None else replace_unusable(value)

    def _published(self, values: Mapping[str, object], key: str) -> dt.date | None:
        value = values.get(key)
        if value is None or value == "":
            return None
        try:
            return dt.datetime.fromisoformat(str(value)).date()
        except ValueError as error:
            found = parse_date(value) if key != "published" else None
            if found is not None:
                return found
            advice = "Give an ISO date such as 2012-09-19."
            raise self._error(f'"{key}" is {_quoted(value)}', advice) from error

    def _country(self, values: Mapping[str, object]) -> str | None:
        code = self._text(values, "country")
        if not code:
            return None
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise self._error(
                f'"country" is {_quoted(code)}', "Give its ISO 3166-1 code, such as KG."
            )
        return code.upper()

    def _near(self, values: Mapping[str, object]) -> tuple[float, float] | None:
        value = values.get("near")
        if value is None or value == "":
            return None
        parts = value.split(",") if isinstance(value, str) else value
        if isinstance(parts, list) and len(parts) == 2:
            try:
                latitude, longitude = (float(str(part)) for part in parts)
            except ValueError:
                pass
            else:
                if abs(latitude) <= 90 and abs(longitude) <= 180:
                    return latitude, longitude
        raise self._error(
            f'"near" is {_quoted(value)}',
            "Give [latitude, longitude] in degrees, such as [42.87, 74.59].",
        )

    def _year(self, values: Mapping[str, object]) -> int | None:
        value = values.get("year")
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 4:
            return int(value)
        if _is_integer(value) and 0 < value <= dt.MAXYEAR:
            return value
        raise self._error(f'"year" is {_quoted(value)}', "Give a year such as 2012.")

    def _error(self, what: str, advice: str) -> FormatError:
        return FormatError(f"cannot read {self._name}, line {self._number}: {what}. {advice}")


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _kind(value: object) -> str:
    names = {
        type(None): "null",
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "an object",
    }
    return names[type(value)]


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _quoted(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _QUOTED_CHARACTERS else text[:_QUOTED_CHARACTERS] + "…"


def _plain(value: object) -> str:
    return replace_unusable(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    )
