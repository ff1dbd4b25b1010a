"""The gazetteer in one read-only SQLite file."""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import quote

from geo.errors import GazetteerError
from geo.gazetteer.entry import ANY, CAPITALS, CODE, SPELLINGS
from geo.gazetteer.prior import divisions_first, prior
from geo.gazetteer.spans import possible_names
from geo.names import fold, relaxed
from geo.place import Candidate, Match, Place
from geo.protocols import MATCHES, CandidateTable, Span
from geo.settings import data_folder

if TYPE_CHECKING:
    from sqlite3 import Connection

    from numpy.typing import NDArray

__all__ = ["SqliteGazetteer", "gazetteer_path"]

#: The schema this release reads; see `geo.gazetteer.build.SCHEMA_VERSION`.
_READS_SCHEMA = "1"

_PLACE_COLUMNS = (
    "id, name, latitude, longitude, feature_class, feature_code, country_code, admin1, admin2, "
    "code, population, radius_km, source"
)


#: Names that are compared with a misspelled one at most, so that it never takes long.
_MISSPELLED_LOOKED_AT = 50_000

#: Names shorter than this are never taken for misspelled.
_MISSPELLED_LETTERS = 9

#: The file is mapped into memory up to this size.
_MAPPED_BYTES = 1 << 30

#: Capitals that are a code of airfields are seldom meant so: most are some body's initials.
_CODE_PRIOR = 0.4

_NAME_QUERY = "SELECT place, match, condition, spelling FROM name WHERE key = ?"


class _Row(NamedTuple):
    place: int
    match: int
    condition: int
    spelling: str | None


def gazetteer_path() -> Path:
    """Return the path of the gazetteer in use: the user's own if there is one, else the shipped."""
    own = data_folder() / f"gazetteer-{_READS_SCHEMA}.sqlite"
    return own if own.is_file() else Path(str(files("geo").joinpath("data/gazetteer.sqlite")))


class SqliteGazetteer:
    """Look names up in a gazetteer file; fulfills `geo.protocols.Gazetteer`.

    Raises
    ------
    GazetteerError
        The file is missing, no gazetteer, or of another schema.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or gazetteer_path()
        if not self.path.is_file():
            raise GazetteerError(
                f"no gazetteer at {self.path}. Run `geo gazetteer build`, or install the package "
                "anew: its wheel carries one."
            )
        try:
            self._connection: Connection = sqlite3.connect(
                f"file:{quote(str(self.path.resolve()))}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
            )
            # Processes that read the file share its pages: the system's, not a copy of each.
            self._connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
            self.meta: dict[str, str] = dict(self._connection.execute("SELECT * FROM meta"))
        except sqlite3.Error as error:
            raise GazetteerError(
                f"{self.path} is not a gazetteer: {error}. Run `geo gazetteer build`."
            ) from error
        if self.meta.get("schema") != _READS_SCHEMA:
            raise GazetteerError(
                f"{self.path} has schema {self.meta.get('schema', 'none')}, this release reads "
                f"{_READS_SCHEMA}. Run `geo gazetteer build`."
            )
        self._place = lru_cache(maxsize=20_000)(self._read_place)
        self._rows = lru_cache(maxsize=20_000)(self._read_rows)
        # Recognizer and resolver ask for the same names again and again.
        self._found = lru_cache(maxsize=8_000)(self._look_up)
        # Recognizer and resolver look at the same text, one after the other.
        self._scanned = lru_cache(maxsize=4)(self._scan)
        self._columns = cache(self._read_columns)
        self._admin_name = lru_cache(maxsize=20_000)(self._read_admin_name)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def lookup(self, name: str, *, limit: int = 50) -> list[Candidate]:
        """Return the places that go by `name`, likeliest first; none is an empty list.

        A weaker form of the name is tried only when the name itself leads nowhere.
        """
        return list(self._found(name)[:limit])

    def _look_up(self, name: str) -> tuple[Candidate, ...]:
        key = fold(name)
        rows = self._written_so(name, self._rows(key))
        if rows:
            return self._candidates(name, rows)
        for weaker in relaxed(key):
            rows = [row for row in self._rows(weaker) if row.condition == ANY]
            if rows:
                return self._candidates(name, rows, instead="variant")
        return self._misspelled(name, key)

    def candidates(self, names: Sequence[str]) -> CandidateTable:
        """Return the candidates of many names as columns; see `CandidateTable`.

        Only names as they are written count, no weaker forms; a conditional spelling must be met.
        """
        import numpy as np

        fetch = self._connection.execute
        number: list[int] = []
        place: list[int] = []
        match: list[int] = []
        for n, name in enumerate(names):
            for row in fetch(_NAME_QUERY, (fold(name),)):
                if row[2] == ANY or _is_written_so(name, row[2], row[3]):
                    number.append(n)
                    place.append(row[0])
                    match.append(row[1])
        at = np.array(place, dtype=np.int32)
        columns = {name: column[at - 1] for name, column in self._columns().items()}
        return CandidateTable(
            name=np.array(number, dtype=np.int32),
            place=at,
            match=np.array(match, dtype=np.int8),
            **columns,
        )

    def scan(self, text: str) -> Iterator[Span]:
        """Yield the longest names of the gazetteer that are written with capitals in `text`."""
        yield from self._scanned(text)

    def _scan(self, text: str) -> tuple[Span, ...]:
        found: list[Span] = []
        possible = list(possible_names(text))
        known = self.known({key for _, _, key in possible})
        free_from = 0
        for start, end, key in possible:
            if start < free_from or key not in known:
                continue
            if ANY not in known[key]:
                end = self._written_end(text, start, end, key)
            if end:
                found.append(Span(start, end, key))
                free_from = end
        return tuple(found)

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        row = self._connection.execute(
            "SELECT number FROM place WHERE id = ?", (place_id,)
        ).fetchone()
        return self._place(row[0]) if row else None

    def near(self, latitude: float, longitude: float, *, radius_km: float) -> list[Place]:
        """Return the places within `radius_km` of a point, nearest first."""
        from geopy.distance import geodesic

        cells = list(_cells_within(latitude, longitude, radius_km))
        numbers = self._connection.execute(
            f"SELECT number FROM place WHERE cell IN ({','.join('?' * len(cells))})", cells
        ).fetchall()
        found = []
        for (number,) in numbers:
            place = self._place(number)
            shrink = math.cos(math.radians(latitude))
            east = (place.longitude - longitude + 180) % 360 - 180
            if 111.2 * math.hypot(place.latitude - latitude, east * shrink) > radius_km * 1.02 + 1:
                continue
            km = geodesic((latitude, longitude), (place.latitude, place.longitude)).km
            if km <= radius_km:
                found.append((km, place.id, place))
        return [place for _, _, place in sorted(found, key=lambda row: row[:2])]

    def counts(self) -> dict[str, int]:
        """Return how many places, names and countries there are."""
        names = self.meta.get("names")
        if names is None:
            [(names,)] = self._connection.execute("SELECT COUNT(*) FROM name")
        return {
            "places": int(self.meta["places"]),
            "names": int(names),
            "countries": int(self.meta["countries"]),
        }

    def _read_rows(self, key: str) -> list[_Row]:
        return [_Row(*row) for row in self._connection.execute(_NAME_QUERY, (key,))]

    def _read_columns(self) -> "dict[str, NDArray[Any]]":  # Any: each column has its own type
        import numpy as np

        types = {"f": "<f4", "h": "<i2", "i": "<i4"}
        return {
            name: np.frombuffer(data, dtype=types[code])
            for name, code, data in self._connection.execute(
                "SELECT name, type, data FROM column_array"
            )
        }

    def known(self, keys: set[str]) -> dict[str, set[int]]:
        """Return which of the keys are names, with the conditions under which they are."""
        ordered = sorted(keys)
        known: dict[str, set[int]] = {}
        for at in range(0, len(ordered), 500):
            some = ordered[at : at + 500]
            for key, condition in self._connection.execute(
                "SELECT DISTINCT key, condition FROM name "
                f"WHERE key IN ({','.join('?' * len(some))}) AND condition < {CODE}",
                some,
            ):
                known.setdefault(key, set()).add(condition)
        return known

    def _written_so(self, name: str, rows: Iterable[_Row]) -> list[_Row]:
        return [row for row in rows if _is_written_so(name, row.condition, row.spelling)]

    def _written_end(self, text: str, start: int, end: int, key: str) -> int:
        """Return where a conditional spelling ends, its dot included, or 0 where it is not met."""
        rows = self._rows(key)
        dotted = text[end : end + 1] == "." and not text[start:end].isupper()
        if dotted and self._written_so(text[start : end + 1], rows):
            return end + 1
        return end if self._written_so(text[start:end], rows) else 0

    def _misspelled(self, name: str, key: str) -> tuple[Candidate, ...]:
        """Return well-known places whose name is one letter off; never for short names.

        The first two letters must be right. Shorter names and smaller places are wrong more
        often than right.
        """
        if len(key) < _MISSPELLED_LETTERS or not key.replace(" ", "").isalpha():
            return ()
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        head = key[:2]
        near = self._connection.execute(
            "SELECT DISTINCT key FROM name WHERE key >= ? AND key < ? "
            f"AND length(key) BETWEEN ? AND ? AND condition = {ANY} "
            f"ORDER BY key LIMIT {_MISSPELLED_LOOKED_AT}",
            (head, head + "{", len(key) - 1, len(key) + 1),
        ).fetchall()
        hits = process.extract(
            key, [row[0] for row in near], scorer=OSA.distance, score_cutoff=1, limit=5
        )
        rows = [
            row
            for hit, _, _ in hits
            for row in self._rows(hit)
            if row.condition == ANY and _is_well_known(self._place(row.place))
        ]
        return self._candidates(name, rows, instead="fuzzy")

    def _candidates(
        self, name: str, rows: list[_Row], *, instead: Match | None = None
    ) -> tuple[Candidate, ...]:
        best: dict[int, Candidate] = {}
        owners = {row.place for row in rows if MATCHES[row.match] == "primary"}
        is_initials = name.isalpha()  # not a P-code: KG03206
        for row in rows:
            place = self._place(row.place)
            match = instead or MATCHES[row.match]
            contested = bool(owners - {row.place}) and row.place not in owners
            score = prior(place, match, contested_name=name if contested else None)
            if is_initials and row.condition == CODE:
                score *= _CODE_PRIOR
            known = best.get(row.place)
            if known is None or score > known.score:
                best[row.place] = Candidate(
                    place=place,
                    name=name,
                    match=match,
                    score=score,
                    contested=contested,
                )
        found = divisions_first(list(best.values()))
        return tuple(sorted(found, key=lambda c: (-c.score, c.place.id)))

    def _read_place(self, number: int) -> Place:
        row = self._connection.execute(
            f"SELECT {_PLACE_COLUMNS} FROM place WHERE number = ?", (number,)
        ).fetchone()
        admin1, admin2, code = row[7], row[8], row[9]
        feature_code = row[5]
        admin1_name, admin1_code = self._admin_name(admin1) if admin1 else (None, None)
        admin2_name, admin2_code = self._admin_name(admin2) if admin2 else (None, None)
        if feature_code == "ADM1":
            admin1_name, admin1_code = row[1], code
        elif feature_code == "ADM2":
            admin2_name, admin2_code = row[1], code
        return Place(
            id=row[0],
            name=row[1],
            latitude=row[2],
            longitude=row[3],
            feature_class=row[4],
            feature_code=feature_code,
            country_code=row[6],
            admin1=admin1_name,
            admin1_code=admin1_code,
            admin2=admin2_name,
            admin2_code=admin2_code,
            population=row[10],
            radius_km=row[11],
            source=row[12],
        )

    def _read_admin_name(self, number: int) -> tuple[str | None, str | None]:
        row = self._connection.execute(
            "SELECT name, code FROM place WHERE number = ?", (number,)
        ).fetchone()
        return (row[0], row[1]) if row else (None, None)


def _is_well_known(place: Place) -> bool:
    return (place.population or 0) >= 20_000 or place.feature_class in ("A", "H", "T", "L")


def _is_written_so(name: str, condition: int, spelling: str | None) -> bool:
    if condition in (ANY, CODE):
        return condition == ANY or (name.isupper() and name.isascii())
    if condition == CAPITALS:
        return name.isupper()
    if spelling is None:
        return False
    spellings = spelling.split(SPELLINGS)  # "Ariz" also has its dot
    return name in spellings or name.rstrip(".") in spellings


def _cells_within(latitude: float, longitude: float, radius_km: float) -> Iterator[int]:
    """Yield the one-degree squares that a circle may touch; see `schema.sql`."""
    up = radius_km / 111.2 + 0.01
    south, north = max(-90.0, latitude - up), min(89.999, latitude + up)
    shrink = max(0.02, math.cos(math.radians(min(89.0, max(abs(south), abs(north))))))
    across = min(180.0, up / shrink)
    columns = range(math.floor(longitude - across), math.floor(longitude + across) + 1)
    for row in range(math.floor(south), math.floor(north) + 1):
        for column in columns if across < 180 else range(-180, 180):
            yield (row + 90) * 360 + (column + 180) % 360
