"""What online services answered, kept in one SQLite file that processes share."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from geo.errors import ReadError

__all__ = ["Answer", "AnswerCache", "cache_path"]

_SCHEMA_VERSION = 1

_SCHEMA = """
-- What was asked: a JSON list of service, host, call, query and options. No key of a service is
-- in it. `answer` is a JSON list of {address, latitude, longitude, raw}. Times are UTC, ISO 8601.
CREATE TABLE answer (
    question TEXT PRIMARY KEY,
    answer TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID;

-- When a host may be asked next, in seconds since 1970: all processes wait for one turn.
CREATE TABLE turn (
    host TEXT PRIMARY KEY,
    free_at REAL NOT NULL
) WITHOUT ROWID;
"""

#: How long to wait for another process that writes, seconds.
_BUSY_S = 30.0

#: No queue is this long: a later turn is the mark of a clock that was set back, seconds.
_LONGEST_QUEUE_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One place of a service's answer."""

    address: str
    latitude: float
    longitude: float
    raw: object  #: as the service sent it


def cache_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return where answers are kept: in `GEO_HOME`, else in the platform's cache folder."""
    home = (os.environ if environment is None else environment).get("GEO_HOME")
    if home:
        return Path(home) / "answers.sqlite"
    import platformdirs

    return Path(platformdirs.user_cache_dir("geo", appauthor=False)) / "answers.sqlite"


class AnswerCache:
    """Keep answers until they expire; threads and processes may share one file.

    Parameters
    ----------
    path
        The file, made with its folder where missing; None keeps answers in memory.
    clock
        Seconds since 1970; for tests.

    Raises
    ------
    ReadError
        At the first use: the file cannot be opened, or is no cache of this release.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()

    def get(self, question: str) -> list[Answer] | None:
        """Return the answer that is kept and fresh (empty: nothing was found), or None."""
        with self._using() as connection:
            row = connection.execute(
                "SELECT answer FROM answer WHERE question = ? AND expires_at > ?",
                (question, _iso(self._clock())),
            ).fetchone()
        return None if row is None else [Answer(**each) for each in json.loads(row[0])]

    def put(self, question: str, answers: Sequence[Answer], *, keep_s: float) -> None:
        """Keep an answer for `keep_s` seconds; nothing is kept for 0."""
        if keep_s <= 0:
            return
        text = json.dumps([asdict(answer) for answer in answers], ensure_ascii=False)
        now = self._clock()
        with self._using() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)",
                (question, text, _iso(now), _iso(now + keep_s)),
            )

    def take_turn(self, host: str, *, interval_s: float) -> float:
        """Book the next turn to ask a host, and return the seconds to wait for it.

        Turns lie `interval_s` apart over all threads and processes that share the file.
        """
        now = self._clock()
        with self._using() as connection:
            row = connection.execute("SELECT free_at FROM turn WHERE host = ?", (host,)).fetchone()
            free_at = row[0] if row else now
            turn = max(now, free_at) if free_at - now < _LONGEST_QUEUE_S else now
            connection.execute(
                "INSERT OR REPLACE INTO turn VALUES (?, ?)", (host, turn + interval_s)
            )
        return float(turn - now)

    def hold(self, host: str, *, seconds: float) -> None:
        """Let nobody ask a host for so long: it said so."""
        until = self._clock() + min(seconds, _LONGEST_QUEUE_S - 1)
        with self._using() as connection:
            connection.execute(
                "INSERT INTO turn VALUES (?, ?) ON CONFLICT (host) "
                "DO UPDATE SET free_at = MAX(free_at, excluded.free_at)",
                (host, until),
            )

    def drop_expired(self) -> int:
        """Delete what has expired, and return how many answers that were."""
        with self._using() as connection:
            return connection.execute(
                "DELETE FROM answer WHERE expires_at <= ?", (_iso(self._clock()),)
            ).rowcount

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """Hold the lock of threads and the write lock of processes; commit at the end."""
        if self._process != os.getpid():
            self._lock, self._connection, self._process = threading.RLock(), None, os.getpid()
        with self._lock, self._failures():
            if self._connection is None:
                self._connection = self._open()
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _open(self) -> sqlite3.Connection:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            ":memory:" if self.path is None else self.path,
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _use_wal(connection)
            # A crash may lose the last answers, never the file: they can be asked again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            [(version,)] = connection.execute("PRAGMA user_version")
            [(tables,)] = connection.execute("SELECT COUNT(*) FROM sqlite_master")
            if version == 0 and tables == 0:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
            elif version != _SCHEMA_VERSION:
                raise ReadError(
                    f"{self.path} is no cache of answers of version {_SCHEMA_VERSION}. "
                    "Delete it; its answers are asked for again."
                )
            connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, ReadError):
                raise
            raise ReadError(
                f"cannot use the cache of answers {self.path}: {error}. Delete it, or set GEO_HOME "
                "to a folder that can be written."
            ) from error


def _use_wal(connection: sqlite3.Connection) -> None:
    # Switching the journal does not honor the time-out where two processes do so at once.
    for _ in range(200):
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(0.01)
    connection.execute("PRAGMA journal_mode = WAL")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
