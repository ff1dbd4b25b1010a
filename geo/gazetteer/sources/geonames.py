"""GeoNames' own files, streamed from their archives: places, their names, divisions, hierarchy.

The formats are those of GeoNames' readme: tab separated UTF-8 without quoting; a place has 19
columns, an alternate name 10, an admin code 4, a line of the hierarchy 3.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

from geo.errors import FormatError, GeoWarning, ReadError
from geo.gazetteer.entry import ANY, CODE, Entry, Name

__all__ = ["Divisions", "names", "read"]

_Row = TypeVar("_Row")

_SOURCE = "geonames"

#: What lies beside the data in an archive.
_NOT_DATA = ("readme.txt", "iso-languagecodes.txt")

#: Values of the language column that are no language; their names are codes for look-ups.
_CODES = frozenset({"abbr", "faac", "iata", "icao", "tcid", "unlc"})

#: Values whose text is no name: links, Wikidata ids, postal codes, phonetics.
_NO_NAMES = frozenset({"link", "phon", "post", "wkdt"})

#: A file with more broken rows than this, and than one in a hundred, is not what it claims to be.
_TOLERATED = 10

_YEAR = re.compile(r"-?\d{1,4}")


class Divisions:
    """The codes of first and second order divisions, and what lies in what."""

    def __init__(self, admin_codes: Sequence[Path], hierarchy: Path | None = None) -> None:
        #: GeoNames' code (`KG.01`, `KG.01.2`) to place id.
        self.ids: dict[str, str] = {}
        for path in admin_codes:
            for row in _rows(path, 4, _division):
                self.ids[row[0]] = row[1]
        self._codes = {place_id: code for code, place_id in self.ids.items()}
        self._parents: dict[int, int] = {}
        if hierarchy is not None:
            for child, parent in _rows(hierarchy, 2, _parent):
                self._parents.setdefault(child, parent)

    def above(self, geonames_id: int) -> str | None:
        """Return the code of the nearest division that the hierarchy puts a place into."""
        for _ in range(5):
            parent = self._parents.get(geonames_id)
            if parent is None:
                return None
            code = self._codes.get(f"geonames:{parent}")
            if code is not None:
                return code
            geonames_id = parent
        return None


def read(
    archives: Sequence[Path], *, divisions: Divisions, unnamed: Sequence[Path] = ()
) -> Iterator[Entry]:
    """Yield the places of country files, divisions first.

    Parameters
    ----------
    archives
        `KG.zip` or `allCountries.zip`, or the text files in them.
    unnamed
        Those of the archives whose alternate names come from no file of their own, so that the
        short list in the place's row is taken.

    Raises
    ------
    FormatError
        A file is not in GeoNames' format; a few broken rows are skipped with a `GeoWarning`.
    """
    for archive in archives:
        for fields in _rows(archive, 19, _division_fields, marker="\tADM", quiet=True):
            yield _entry(fields, divisions, archive in unnamed)
    for archive in archives:
        for fields in _rows(archive, 19, _place_fields):
            yield _entry(fields, divisions, archive in unnamed)


def names(archives: Sequence[Path]) -> Iterator[tuple[str, Name]]:
    """Yield the alternate names of `alternateNamesV2.zip` or a country's part of it.

    Historic names are `former`, colloquial ones `variant`; codes are for look-ups only.
    """
    for archive in archives:
        yield from _rows(archive, 8, _alternate)


def _division_fields(fields: list[str]) -> list[str] | None:
    return fields if _is_division(fields) else None


def _place_fields(fields: list[str]) -> list[str] | None:
    if _is_division(fields):
        return None
    _check_place(fields)
    return fields


def _is_division(fields: list[str]) -> bool:
    if fields[6] != "A" or fields[7] not in ("ADM1", "ADM2"):
        return False
    _check_place(fields)
    return True


def _check_place(fields: list[str]) -> None:
    int(fields[0])
    latitude, longitude = float(fields[4]), float(fields[5])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{fields[4]}, {fields[5]} is no point on Earth")
    if not fields[1]:
        raise ValueError("the name is empty")
    if "\ufffd" in fields[1]:
        raise ValueError("the name is not UTF-8")


def _entry(fields: list[str], divisions: Divisions, unnamed: bool) -> Entry:
    key, name, ascii_name, alternates = fields[:4]
    country_code = fields[8] if len(fields[8]) == 2 else None
    admin1 = f"{country_code}.{fields[10]}" if country_code and fields[10] else None
    admin2 = f"{admin1}.{fields[11]}" if admin1 and fields[11] else None
    feature_class, feature_code = fields[6] or None, fields[7] or None
    own = {"ADM1": admin1, "ADM2": admin2}.get(feature_code or "")
    if own is not None and feature_class == "A":
        admin2 = None
        if feature_code == "ADM1":
            admin1 = None
    elif admin1 is None or fields[10] == "00":
        above = divisions.above(int(key))
        if above is not None:
            admin1 = ".".join(above.split(".")[:2])
            admin2 = above if above.count(".") == 2 else admin2
    entry = Entry(
        id=f"geonames:{key}",
        name=name,
        latitude=float(fields[4]),
        longitude=float(fields[5]),
        source=_SOURCE,
        feature_class=feature_class,
        feature_code=feature_code,
        country_code=country_code,
        admin1=admin1,
        admin2=admin2,
        code=own if feature_class == "A" else None,
        population=int(fields[14]) if fields[14].isdecimal() else 0,
    )
    if ascii_name and ascii_name != name:
        entry.names.append(Name(ascii_name, "alternate"))
    if unnamed and alternates:
        entry.names.extend(_plain(text) for text in alternates.split(",") if _is_name(text))
    return entry


def _alternate(fields: list[str]) -> tuple[str, Name] | None:
    int(fields[1])
    language, text = fields[2], fields[3].strip()
    if language in _NO_NAMES or not _is_name(text):
        return None
    colloquial, historic = fields[6] == "1", fields[7] == "1"
    until = _YEAR.match(fields[9]) if len(fields) > 9 else None
    if language in _CODES:
        name = Name(text, "abbreviation", CODE)
    elif historic or until:
        name = Name(text, "former", _plain(text).condition)
    elif colloquial:
        name = Name(text, "variant", _plain(text).condition)
    else:
        name = _plain(text)
    return f"geonames:{fields[1]}", name


def _plain(text: str) -> Name:
    if len(text) <= 4 and text.isascii() and text.isupper():
        return Name(text, "abbreviation", CODE)
    return Name(text, "alternate", ANY)


def _is_name(text: str) -> bool:
    return bool(text) and not text.isdecimal() and "\ufffd" not in text


def _division(fields: list[str]) -> tuple[str, str]:
    return fields[0], f"geonames:{int(fields[3])}"


def _parent(fields: list[str]) -> tuple[int, int]:
    return int(fields[1]), int(fields[0])


def _rows(
    path: Path,
    columns: int,
    parse: Callable[[list[str]], _Row | None],
    *,
    marker: str = "",
    quiet: bool = False,
) -> Iterator[_Row]:
    """Yield what `parse` makes of the rows that have `marker`; it gives None for those to skip.

    `quiet` leaves it to another pass over the same file to tell of broken rows.
    """
    good, broken, first = 0, 0, ""
    with _lines(path) as lines:
        for number, line in enumerate(lines, 1):
            if marker and marker not in line:
                continue
            fields = line.rstrip("\r\n").split("\t")
            try:
                if len(fields) < columns:
                    raise ValueError(f"it has {len(fields)} columns, not {columns}")
                row = parse(fields)
            except ValueError as error:
                if not line.strip():
                    continue
                broken += 1
                first = first or f"line {number}: {error}"
                continue
            good += 1
            if row is not None:
                yield row
    if not broken or quiet:
        return
    if broken > max(_TOLERATED, good // 100) or not good:
        raise FormatError(
            f"{path.name} is not in GeoNames' format: {broken:,} of {good + broken:,} rows are "
            f"broken, first {first}. Give a file from GeoNames' download server."
        )
    warnings.warn(
        f"{path.name}: skipped {broken:,} of {good + broken:,} rows, first {first}.",
        GeoWarning,
        stacklevel=2,
    )


@contextmanager
def _lines(path: Path) -> Iterator[TextIO]:
    """Open a text file, or the one that an archive holds beside its readme."""
    try:
        if path.suffix != ".zip":
            with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
                yield lines
            return
        with zipfile.ZipFile(path) as archive:
            data = [
                name
                for name in archive.namelist()
                if name.endswith(".txt") and Path(name).name not in _NOT_DATA
            ]
            if len(data) != 1:
                raise FormatError(
                    f"{path.name} holds {len(data)} text files, GeoNames' archives hold one. "
                    "Give a file from GeoNames' download server."
                )
            with archive.open(data[0]) as member:
                # A row ends with a line feed only: names may hold other ends of lines.
                yield io.TextIOWrapper(member, "utf-8", errors="replace", newline="\n")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FormatError(f"{path.name} is a broken archive: {error}. Fetch it again.") from error
    except OSError as error:
        raise ReadError(f"cannot read {path}: {error.strerror or error}.") from error
