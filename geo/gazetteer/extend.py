"""Extend a gazetteer file by a stream of entries, in bounded memory.

An entry describes a place that is there already when it has the same id, or the same name within a
few kilometers in the same country and class; it then adds its names and whatever was unknown, and
the place keeps its id and point. Every other entry is a new place. The same file and the same
addition give the same bytes.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from geo.gazetteer.build import MATCH_NUMBER, PRECEDENCE, Progress, place_row
from geo.gazetteer.columns import write_columns
from geo.gazetteer.entry import ANY, CONTAINER, EXACT, Entry, Name
from geo.gazetteer.twins import PLACE_QUERY, Known, Twins
from geo.names import fold
from geo.protocols import MATCHES

__all__ = ["Addition", "Counts", "chained", "extend"]

#: Size of the page cache, KiB; with the arrays of 12 million places it stays far below 1.5 GB.
_CACHE_KIB = 256 * 1024

#: Entries between two calls of `progress`.
_EVERY = 20_000

#: How good each match is, by its number; smaller is better.
_RANKS = tuple(
    PRECEDENCE.index(match) if match in PRECEDENCE else len(PRECEDENCE) for match in MATCHES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What one list adds to a gazetteer.

    Divisions come before the places inside them, unless the gazetteer has them already.
    """

    name: str  #: of the list: `geonames`, `newsroom`
    digest: str  #: of its content, hexadecimal
    version: str  #: what `geo gazetteer info` says of it
    entries: Iterable[Entry]
    names: Iterable[tuple[str, Name]] = ()  #: more names, each with the id of its place
    divisions: Mapping[str, str] = field(default_factory=dict)  #: GeoNames' code to place id
    licence: str = ""
    is_large: bool = False  #: so many places that sorting them once beats keeping them sorted


class Counts(NamedTuple):
    """What an addition came to."""

    new: int  #: places that were not there
    known: int  #: entries of places that were there
    names: int  #: names that were not there
    nameless: int  #: entries left out because nothing of their name is left when folded


def extend(path: Path, addition: Addition, *, progress: Progress | None = None) -> Counts:
    """Extend the gazetteer at `path` in place; call it on a copy, which a failure leaves broken.

    Raises
    ------
    sqlite3.Error
        The file cannot be written, or is none of ours.
    """
    report = progress or (lambda _what, _done, _of: None)
    scratch = path.with_name(f"{path.name}.names")
    scratch.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("ATTACH ? AS scratch", (str(scratch),))
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA scratch.journal_mode = OFF;"
            "PRAGMA synchronous = OFF; PRAGMA scratch.synchronous = OFF;"
            f"PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA locking_mode = EXCLUSIVE;"
            "CREATE TABLE scratch.staged (key TEXT, place INTEGER, match INTEGER,"
            " condition INTEGER, spelling TEXT, rank INTEGER);"
        )
        connection.execute("BEGIN")
        if addition.is_large:
            connection.execute("DROP INDEX place_cell")
        extension = _Extension(connection, addition)
        counts = extension.run(report)
        if addition.is_large:
            report("sorting places", 0, 0)
            connection.execute("CREATE INDEX place_cell ON place (cell)")
        write_columns(connection)
        _write_meta(connection, addition)
        connection.execute("COMMIT")
        grown = counts.new > extension.places_before // 4
        connection.execute("DETACH scratch")
        if grown:
            report("packing", 0, 0)
            _pack(connection, path)
    finally:
        connection.close()
        scratch.unlink(missing_ok=True)
    return counts


def chained(digest: str, addition_name: str, addition_digest: str) -> str:
    """Return the digest of a gazetteer that had `digest` before the addition."""
    text = f"{digest}\n{addition_name}\n{addition_digest}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Extension:
    """The work of one addition: rows of places go in at once, names are staged and sorted first."""

    def __init__(self, connection: sqlite3.Connection, addition: Addition) -> None:
        self._connection = connection
        self._addition = addition
        [(last,)] = connection.execute("SELECT COALESCE(MAX(number), 0) FROM place")
        self.places_before = int(last)
        self._last = int(last)
        self._new = self._known = self._nameless = 0
        self._staged: list[tuple[str, int, int, int, str | None, int]] = []
        self._first_order = {
            int(number): country
            for number, country in connection.execute(
                "SELECT number, country_code FROM place WHERE feature_code = 'ADM1'"
            )
        }
        self._twins = Twins(connection)
        self._numbers: dict[str, int] = {}
        for code, place_id in addition.divisions.items():
            number = self._number(place_id)
            if number is not None:
                self._numbers[code] = number
        for code, number in connection.execute(
            "SELECT code, number FROM place WHERE feature_code = 'ADM1' AND code IS NOT NULL"
        ):
            self._numbers.setdefault(code, number)
        self._named_division = lru_cache(maxsize=100_000)(self._find_named_division)

    def run(self, report: Progress) -> Counts:
        """Add everything."""
        for at, entry in enumerate(self._addition.entries):
            if at % _EVERY == 0:
                report("places", at, 0)
            self._add(entry)
        for at, (place_id, name) in enumerate(self._addition.names):
            if at % _EVERY == 0:
                report("names", at, 0)
            number = self._number(place_id)
            if number is not None:
                self._stage(number, (name,))
        self._flush()
        report("sorting names", 0, 0)
        before = self._connection.total_changes
        self._names_of_known_places()
        self._names_of_new_places()
        names = self._connection.total_changes - before
        return Counts(self._new, self._known, names, self._nameless)

    def _add(self, entry: Entry) -> None:
        if not entry.key:
            self._nameless += 1
            return
        found = self._connection.execute(f"{PLACE_QUERY} WHERE id = ?", (entry.id,)).fetchone()
        known = Known(*found) if found else self._twins.find(entry)
        if known is None:
            number = self._insert(entry)
            self._stage(number, (Name(entry.name, "primary"), *entry.names))
        else:
            number = known.number
            self._fill(known, entry)
            self._stage(number, (Name(entry.name, "alternate"), *entry.names))
        if entry.code and entry.feature_code in ("ADM1", "ADM2"):
            self._numbers[entry.code] = number
            if entry.feature_code == "ADM1":
                self._first_order[number] = entry.country_code

    def _insert(self, entry: Entry) -> int:
        self._last += 1
        self._new += 1
        numbers: dict[str | None, int] = {}
        for code, number in (
            (entry.admin1, self._admin1(entry)),
            (entry.admin2, self._numbers.get(entry.admin2 or "")),
        ):
            if number is not None:
                numbers[code] = number
        self._connection.execute(
            f"INSERT INTO place VALUES ({','.join('?' * 15)})",
            place_row(self._last, entry, numbers),
        )
        if entry.points:
            self._connection.executemany(
                "INSERT INTO point VALUES (?, ?, ?)",
                [(self._last, *point) for point in entry.points],
            )
        return self._last

    def _fill(self, known: Known, entry: Entry) -> None:
        """Write what the file does not know of the place."""
        self._known += 1
        better: dict[str, object] = {}
        if (known.feature_class, known.feature_code) in (("P", "PPL"), ("P", None)):
            if entry.feature_class == "P" and entry.feature_code not in (None, "PPL"):
                better["feature_code"] = entry.feature_code
        elif known.feature_class is None and entry.feature_class:
            better["feature_class"] = entry.feature_class
            better["feature_code"] = entry.feature_code
        if not known.population and entry.population:
            better["population"] = entry.population
        if known.radius_km is None and entry.radius_km is not None:
            better["radius_km"] = entry.radius_km
        if known.code is None and entry.code:
            better["code"] = entry.code
        if known.admin1 is None and entry.admin1:
            better["admin1"] = self._admin1(entry)
        if known.admin2 is None and entry.admin2:
            better["admin2"] = self._numbers.get(entry.admin2)
        better = {column: value for column, value in better.items() if value not in (None, 0)}
        if better:
            self._connection.execute(
                f"UPDATE place SET {', '.join(f'{column} = ?' for column in better)} "
                "WHERE number = ?",
                (*better.values(), known.number),
            )

    def _admin1(self, entry: Entry) -> int | None:
        """Return the entry's first order division, which it names by code or by name."""
        if not entry.admin1:
            return None
        known = self._numbers.get(entry.admin1)
        if known is not None:
            return known
        return self._named_division(entry.admin1, entry.country_code)

    def _find_named_division(self, name: str, country_code: str | None) -> int | None:
        found = [
            number
            for (number,) in self._connection.execute(
                "SELECT DISTINCT place FROM name WHERE key = ? AND condition = ?",
                (fold(name), ANY),
            )
            if number in self._first_order
            and (country_code is None or self._first_order[number] == country_code)
        ]
        return int(found[0]) if len(found) == 1 else None

    def _number(self, place_id: str) -> int | None:
        row = self._connection.execute(
            "SELECT number FROM place WHERE id = ?", (place_id,)
        ).fetchone()
        return int(row[0]) if row else None

    def _stage(self, number: int, names: Iterable[Name]) -> None:
        for name in names:
            key = fold(name.text)
            if key:
                match = MATCH_NUMBER[name.match]
                spelling = name.text if name.condition in (EXACT, CONTAINER) else None
                self._staged.append((key, number, match, name.condition, spelling, _RANKS[match]))
        if len(self._staged) >= _EVERY:
            self._flush()

    def _flush(self) -> None:
        self._connection.executemany(
            "INSERT INTO scratch.staged VALUES (?, ?, ?, ?, ?, ?)", self._staged
        )
        self._staged.clear()

    #: SQLite takes the other columns from the row that has the minimum. Sorted as the table is,
    #: rows go in at one place after the other, which is what keeps a long insert fast.
    _BEST = (
        "SELECT key, place, match, condition, spelling, MIN(rank) FROM scratch.staged "
        "WHERE place {} ? GROUP BY key, place, condition"
    )

    def _names_of_new_places(self) -> None:
        self._connection.execute(
            "INSERT INTO name SELECT key, place, match, condition, spelling FROM "
            f"({self._BEST.format('>')})",
            (self.places_before,),
        )

    def _names_of_known_places(self) -> None:
        execute = self._connection.execute
        best = execute(self._BEST.format("<="), (self.places_before,))
        for key, place, match, condition, spelling, rank in best:
            there = execute(
                "SELECT match FROM name WHERE key = ? AND place = ? AND condition = ?",
                (key, place, condition),
            ).fetchall()
            if any(_RANKS[known] <= rank for (known,) in there):
                continue
            for (known,) in there:
                execute(
                    "DELETE FROM name WHERE key = ? AND place = ? AND match = ? AND condition = ?",
                    (key, place, known, condition),
                )
            execute(
                "INSERT INTO name VALUES (?, ?, ?, ?, ?)", (key, place, match, condition, spelling)
            )


def _write_meta(connection: sqlite3.Connection, addition: Addition) -> None:
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    [(places, countries)] = connection.execute(
        "SELECT COUNT(*), SUM(feature_code = 'PCLI') FROM place"
    )
    [(names,)] = connection.execute("SELECT COUNT(*) FROM name")
    changed = {
        "base": meta.get("base", meta["digest"]),
        "digest": chained(meta["digest"], addition.name, addition.digest),
        "places": str(places),
        "names": str(names),
        "countries": str(countries or 0),
        f"source.{addition.name}": addition.version,
    }
    if addition.licence:
        changed[f"licence.{addition.name}"] = addition.licence
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", sorted(changed.items()))


def _pack(connection: sqlite3.Connection, path: Path) -> None:
    """Write the file anew without the room that inserts leave between rows."""
    packed = path.with_name(f"{path.name}.packed")
    packed.unlink(missing_ok=True)
    try:
        connection.execute("ANALYZE")
        connection.execute("VACUUM INTO ?", (str(packed),))
        connection.close()
        packed.replace(path)
    finally:
        packed.unlink(missing_ok=True)
