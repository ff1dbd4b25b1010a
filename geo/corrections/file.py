"""The file of corrections, `geo.corrections/1`: a line to a record, a record to a line."""

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import NoReturn, get_args

from geo.atomic import replacing
from geo.corrections.record import SCHEMA, Action, AppliesTo, Correction
from geo.errors import FormatError, ReadError
from geo.place import Place

__all__ = ["extend", "read", "row", "write"]


def read(path: str | Path) -> list[Correction]:
    """Read a corrections file, in the order of its lines.

    Raises
    ------
    ReadError
        It cannot be opened.
    FormatError
        A line is no correction, or of a newer major version; the message names the line.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise ReadError(f"cannot read corrections {path}: {what}. Give a file.") from error
    except UnicodeDecodeError as error:
        raise FormatError(
            f"cannot read corrections {path}: not UTF-8 ({error.reason}). Save it as UTF-8."
        ) from error
    found = []
    # Not splitlines(): JSON strings may hold U+2028 and its like.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.isspace():
            continue
        try:
            found.append(replace(_correction(line), source=str(path), line=number))
        except (ValueError, RecursionError) as error:
            raise FormatError(f"corrections {path}, line {number}: {error}.") from error
    return found


def write(corrections: Iterable[Correction], path: str | Path) -> None:
    """Write a corrections file aside, then rename it to `path`.

    Raises
    ------
    ExportError
        It cannot be written; what was there before stays.
    """
    with replacing(Path(path)) as stream:
        for correction in corrections:
            stream.write(_line(correction))


def extend(path: str | Path, corrections: Iterable[Correction]) -> int:
    """Add to a corrections file what it does not say yet; what is there stays byte for byte.

    The file is made where there is none. It is written aside, then renamed.

    Returns
    -------
    added
        How many lines were new.

    Raises
    ------
    ReadError, FormatError
        The file is there, and is no corrections file.
    ExportError
        It cannot be written; what was there before stays.
    """
    path = Path(path)
    known = set(read(path)) if path.exists() else set()
    new = [c for c in dict.fromkeys(corrections) if c not in known]
    old = path.read_bytes() if path.exists() else b""
    with replacing(path) as stream:
        stream.write(old + b"\n" if old and not old.endswith(b"\n") else old)
        for correction in new:
            stream.write(_line(correction))
    return len(new)


def _line(correction: Correction) -> bytes:
    text = json.dumps(row(correction), ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _correction(line: str) -> Correction:
    try:
        values = json.loads(line, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"no valid JSON, {error.msg.removesuffix(' at')} at column {error.colno}"
        ) from error
    if not isinstance(values, dict):
        raise ValueError("not an object. Write one object a line")
    _check_schema(values.get("schema"))
    place = values.get("place")
    mention = _text(values, "mention", needed=True)
    if place is not None and not isinstance(place, dict):
        raise ValueError('"place" is not an object with "name", "latitude" and "longitude"')
    return Correction(
        document_id=_text(values, "document_id", needed=True),
        start=_offset(values, "start"),
        end=_offset(values, "end"),
        mention=mention,
        action=_one_of(values, "action", get_args(Action)),  # type: ignore[arg-type]  # checked
        place=None if place is None else _place(place, mention),
        applies_to=_one_of(  # type: ignore[arg-type]  # checked
            {"applies_to": "mention", **values}, "applies_to", get_args(AppliesTo)
        ),
        created=_instant(_text(values, "created")),
        author=_text(values, "author"),
        note=_text(values, "note"),
    )


def _check_schema(schema: object) -> None:
    found = re.fullmatch(r"geo\.corrections/(\d{1,9})(?:\.\d+)*", str(schema), re.ASCII)
    if found is None:
        raise ValueError(f'no correction: "schema" is not "{SCHEMA}"')
    if found[1] != "1":
        raise ValueError(
            f'"{schema}" is not read by this release, which knows "{SCHEMA}". '
            "A newer mentionmap reads it"
        )


def _place(values: Mapping[str, object], mention: str) -> Place:
    given: dict[str, object] = {}
    for one in fields(Place):
        value = values.get(one.name)
        if value is None or value == "":
            continue
        if one.name in ("latitude", "longitude", "radius_km"):
            given[one.name] = _number(value, one.name)
        elif one.name == "population":
            given[one.name] = _offset(values, one.name)
        elif one.name == "bounds":
            if not isinstance(value, list) or len(value) != 4:
                raise ValueError('"bounds" is not [west, south, east, north]')
            given[one.name] = tuple(_number(edge, "bounds") for edge in value)
        else:
            given[one.name] = _text(values, one.name)
    if "latitude" not in given or "longitude" not in given:
        raise ValueError('"place" has no "latitude" and "longitude". Give both, in degrees')
    own = f"correction:{given['latitude']:.5f},{given['longitude']:.5f}"
    # The types were checked above, field by field.
    return Place(**{"id": own, "name": " ".join(mention.split()), **given})  # type: ignore[arg-type]


def row(correction: Correction) -> dict[str, object]:
    """Return the correction as the object that stands in its line."""
    place = correction.place
    created = correction.created
    return {
        "schema": SCHEMA,
        "document_id": correction.document_id,
        "start": correction.start,
        "end": correction.end,
        "mention": correction.mention,
        "action": correction.action,
        "place": place
        and {
            one.name: getattr(place, one.name)
            for one in fields(Place)
            if getattr(place, one.name) is not None
        },
        "applies_to": correction.applies_to,
        "created": created and created.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z",
        "author": correction.author,
        "note": correction.note,
    }


def _text(values: Mapping[str, object], key: str, *, needed: bool = False) -> str:
    value = values.get(key)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise ValueError(f'"{key}" is not text. Put it in quotation marks')
    if needed and not value:
        raise ValueError(f'no "{key}". Every correction has one')
    return value


def _offset(values: Mapping[str, object], key: str) -> int:
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f'"{key}" is not a whole number from 0')
    return value


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e9:
        raise ValueError(f'"{key}" is not a usable number')
    if not math.isfinite(value):
        raise ValueError(f'"{key}" is not finite')
    return float(value)


def _one_of(values: Mapping[str, object], key: str, known: tuple[str, ...]) -> str:
    value = values.get(key)
    if value not in known:
        shown = json.dumps(value, ensure_ascii=False)[:80]
        raise ValueError(f'"{key}" is {shown}. Known: {", ".join(known)}')
    return str(value)


def _instant(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'"created" is "{text}". Write 2026-11-24T10:00:00Z') from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
