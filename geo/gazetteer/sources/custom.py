"""A list of one's own to entries; `geo.gazetteer.list_files` reads the files.

Columns and properties are `name`, `latitude`, `longitude`, and welcome: `id`, `alternate_names`
(parted by |), `feature_code` (with or without its class, as `S.AIRB`), `country_code`, `admin1`,
`population`, `radius_km`, `pcode`, `start`, `end` (years). The columns of administrative
boundaries with P-codes (`ADM2_EN`, `ADM2_PCODE`) and of Linked Places (`title`, `variants`,
`ccodes`, `geowkt`) are read as they are. A list is read whole before anything of it counts.
"""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from geo.errors import FormatError, GeoWarning
from geo.gazetteer.entry import CODE, Entry, Name
from geo.gazetteer.geometry import Shape
from geo.gazetteer.list_files import BOUNDARY, YEAR, Row, rows
from geo.names import fold
from geo.place import Match

__all__ = ["Facts", "Listed", "read"]

#: The code of a place that is no more, by its class, where a list says only the class.
_FORMER_CODES = {"P": "PPLH", "A": "ADMDH", "L": "RGNH"}
_PLAIN_CODES = {"P": "PPL", "A": "ADMD", "L": "RGN"}

_CLASSES = frozenset("AHLPRSTUV")

_SHOWN = 5  # errors in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a gazetteer knows that a list is checked against."""

    countries: frozenset[str]  #: ISO 3166-1 alpha-2
    classes: Mapping[str, str]  #: GeoNames' feature code to its class


class Listed(NamedTuple):
    """A place of a list, and the years between which it was one."""

    entry: Entry
    start: int | None = None
    end: int | None = None


def read(path: Path, *, name: str, facts: Facts) -> list[Listed]:
    """Return the places of a list; `name` is the list's and begins their ids.

    Raises
    ------
    FormatError
        A row is broken; the message names the first such rows and what is wrong with each.
    ReadError
        The file cannot be read.
    """
    found: list[Listed] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    unplaced = 0
    for row in rows(path):
        try:
            listed = _listed(row, name, facts, seen)
        except ValueError as error:
            problems.append(f"{row.where}: {error}")
            continue
        if listed is None:
            unplaced += 1
        else:
            found.append(listed)
    if problems:
        more = len(problems) - _SHOWN
        raise FormatError(
            f"{path.name}, {'; '.join(problems[:_SHOWN])}"
            f"{f'; and {more:,} more rows' if more > 0 else ''}. "
            "Mend the file and run the command again: nothing of it was added."
        )
    if not found:
        raise FormatError(f"{path.name} has no place. Give a list with at least one.")
    if unplaced:
        warnings.warn(
            f"{path.name}: left out {unplaced:,} place{'s'[: unplaced > 1]} without a position.",
            GeoWarning,
            stacklevel=2,
        )
    return found


def _listed(row: Row, name: str, facts: Facts, seen: dict[str, str]) -> Listed | None:
    if row.problem:
        raise ValueError(row.problem)
    cells = row.cells
    boundary = _boundary(cells)
    own = cells.get("name", "").strip() or boundary.get("name", "")
    if not own:
        raise ValueError("the name is empty")
    if not fold(own):
        raise ValueError(f'nothing of the name "{own}" is a letter or a digit')
    shape = row.geometry() if row.geometry else _point(cells, may_lack=row.may_lack_point)
    if shape is None:
        return None
    start, end = _year(cells, "start"), _year(cells, "end")
    feature_class, feature_code = _feature(cells, boundary, facts, former=end is not None)
    match: Match = "alternate" if end is None else "former"
    names = [Name(text, match) for text in _split(cells.get("alternate_names", ""), "|")]
    names += [Name(text, match) for text in _split(boundary.get("others", ""), "|")]
    names += row.names
    pcode = cells.get("pcode", "").strip() or boundary.get("pcode", "")
    if pcode:
        names.append(Name(pcode, "abbreviation", CODE))
    entry = Entry(
        id=_identity(cells.get("id", "").strip(), own, name, row.where, seen),
        name=own,
        latitude=shape.latitude,
        longitude=shape.longitude,
        source=name,
        feature_class=feature_class,
        feature_code=feature_code,
        country_code=_country(cells, facts) or _country({**cells, **boundary}, facts, strict=False),
        admin1=cells.get("admin1", "").strip() or boundary.get("admin1") or None,
        code=pcode or None,
        population=int(_number(cells, "population") or 0),
        radius_km=_number(cells, "radius_km") or shape.radius_km,
        names=names,
        points=list(shape.points),
    )
    return Listed(entry, start, end)


def _point(cells: Mapping[str, str], *, may_lack: bool) -> Shape | None:
    if may_lack and not (cells.get("latitude", "").strip() or cells.get("longitude", "").strip()):
        return None
    position: list[float] = []
    for column, most in (("latitude", 90), ("longitude", 180)):
        text = cells.get(column, "").strip()
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f'the {column} "{text}" is no number') from None
        if not -most <= value <= most:
            raise ValueError(f"the {column} {text} lies outside ±{most}")
        position.append(value)
    return Shape(position[0], position[1])


def _identity(given: str, own: str, name: str, where: str, seen: dict[str, str]) -> str:
    """Return an id of the list; GeoNames' id says that the row is about that place."""
    if re.fullmatch(r"geonames:\d+", given):
        return given
    base = f"{name}:{given or fold(own).replace(' ', '-')}"
    found, number = base, 2
    while not given and found in seen:
        found, number = f"{base}-{number}", number + 1
    if found in seen:
        raise ValueError(f'the id "{given}" was given before, in {seen[found]}')
    seen[found] = where
    return found


def _feature(
    cells: Mapping[str, str], boundary: Mapping[str, str], facts: Facts, *, former: bool
) -> tuple[str | None, str | None]:
    kind = re.split(r"[;|,\s]+", cells.get("feature_class", "").strip().upper())[0]
    if kind and kind not in _CLASSES:
        raise ValueError(f'feature_class "{kind}" is none of GeoNames\' A H L P R S T U V')
    code = cells.get("feature_code", "").strip().upper() or boundary.get("feature_code", "")
    if "." in code:
        kind, _, code = code.partition(".")
        if kind not in _CLASSES:
            raise ValueError(f'feature_code "{kind}.{code}" has no class of GeoNames')
    if not code:
        return kind or None, (_FORMER_CODES if former else _PLAIN_CODES).get(kind)
    kind = kind or facts.classes.get(code, "")
    if not kind:
        raise ValueError(f'feature_code "{code}" is not known; write its class before it: S.{code}')
    return kind, code


def _country(cells: Mapping[str, str], facts: Facts, *, strict: bool = True) -> str | None:
    """Return the country, or None where several or none are named."""
    codes = [code.upper() for code in re.split(r"[;|,\s]+", cells.get("country_code", "")) if code]
    for code in codes:
        if code not in facts.countries:
            if not strict:
                return None
            hint = ' (the United Kingdom is "GB")' if code == "UK" else ""
            raise ValueError(f'country_code "{code}" is not in ISO 3166-1 alpha-2{hint}')
    return codes[0] if len(codes) == 1 else None


def _number(cells: Mapping[str, str], column: str) -> float | None:
    text = cells.get(column, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f'the {column} "{text}" is no number') from None
    if not 0 <= value < float("inf"):
        raise ValueError(f"the {column} {text} is negative or endless")
    return value


def _year(cells: Mapping[str, str], column: str) -> int | None:
    text = cells.get(column, "").strip()
    if not text:
        return None
    match = YEAR.fullmatch(text)
    if match is None:
        raise ValueError(f'the {column} "{text}" is no year (ISO 8601, as 1924 or -320)')
    return int(match[1] + match[2])


def _boundary(cells: Mapping[str, str]) -> dict[str, str]:
    """Return what the columns of a boundary with P-codes say, the deepest level first."""
    levels: dict[int, dict[str, str]] = {}
    for column, text in cells.items():
        match = BOUNDARY.fullmatch(column)
        if match and text.strip():
            levels.setdefault(int(match[1]), {})[match[2]] = text.strip()
    levels = {level: said for level, said in levels.items() if any(k != "pcode" for k in said)}
    if not levels:
        return {}
    deepest = max(levels)
    names = _names_of_level(levels[deepest])
    found = {
        "name": names[0],
        "others": "|".join(names[1:]),
        "pcode": levels[deepest].get("pcode", ""),
        "feature_code": f"ADM{deepest}" if deepest else "PCLI",
        "country_code": levels.get(0, {}).get("pcode", ""),
    }
    if deepest > 1 and 1 in levels:
        found["admin1"] = _names_of_level(levels[1])[0]
    return found


def _names_of_level(said: Mapping[str, str]) -> list[str]:
    first = ("en", "name_en", "name")
    columns = sorted(
        (column for column in said if column != "pcode"),
        key=lambda column: first.index(column) if column in first else len(first),
    )
    return [said[column] for column in columns]


def _split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]
