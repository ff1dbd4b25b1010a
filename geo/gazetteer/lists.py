"""The user's own gazetteer: the shipped one, extended by GeoNames and by lists of one's own.

In the data folder::

    gazetteer-1.sqlite        in use: the base with all lists; made aside and renamed
    gazetteer-base-1.sqlite   the base, where it is not the shipped one but `geo gazetteer build`'s
    gazetteer-lists.json      what was added, in order: `geo.gazetteer-lists/1`
    gazetteer-lists/          the places of each list, and GeoNames' archives, to make it anew from
    gazetteer.lock            held by whoever changes any of these
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from geo.errors import ExportError, GazetteerError, GeoError, SettingsError, UnknownNameError
from geo.gazetteer import geonames_files
from geo.gazetteer.build import SCHEMA_VERSION, Progress, build
from geo.gazetteer.extend import Addition, Counts, chained, extend
from geo.gazetteer.geonames_files import GEONAMES, Fetcher
from geo.gazetteer.list_records import (
    ListRecord,
    checked_name,
    from_lines,
    name_from,
    read_records,
    to_line,
    write_records,
)
from geo.gazetteer.sources import custom
from geo.settings import data_folder

__all__ = ["OwnGazetteer"]


class OwnGazetteer:
    """Change the user's own gazetteer; one process at a time does.

    Parameters
    ----------
    folder
        The data folder; defaults to the user's.
    shipped
        The gazetteer to extend; defaults to the package's.
    """

    def __init__(self, folder: Path | None = None, *, shipped: Path | None = None) -> None:
        self.folder = folder or data_folder()
        self.path = self.folder / f"gazetteer-{SCHEMA_VERSION}.sqlite"
        self._own_base = self.folder / f"gazetteer-base-{SCHEMA_VERSION}.sqlite"
        self.shipped = shipped or Path(str(files("geo").joinpath("data/gazetteer.sqlite")))
        self._record = self.folder / "gazetteer-lists.json"
        self._lists = self.folder / "gazetteer-lists"

    def lists(self) -> list[ListRecord]:
        """Return what was added, in the order in which it counts."""
        return read_records(self._record)

    def is_stale(self) -> bool:
        """Tell whether the file in use is not what its base and the lists make now."""
        lists = self.lists()
        if not lists:
            return False
        meta = _meta(self.path) if self.path.is_file() else {}
        return meta.get("digest") != _digest(_meta(self._base()), lists)

    def add(
        self, source: Path, *, name: str | None = None, progress: Progress | None = None
    ) -> ListRecord:
        """Add a list of places from a file, in place of an earlier one of that name.

        Raises
        ------
        FormatError
            The list has broken rows; nothing was added.
        GazetteerError
            Another process is at work, or the gazetteer cannot be written.
        """
        name = checked_name(name or name_from(source))
        listed = custom.read(source, name=name, facts=self._facts())
        rows = "".join(to_line(place) for place in listed)
        digest = hashlib.sha256(rows.encode()).hexdigest()
        record = ListRecord(name=name, kind="places", origin=source.name, digest=digest)
        with self._changing():
            store = self._store(name)
            aside = store.with_name(f".{store.name}.new")
            with _writing(self.path):
                store.parent.mkdir(parents=True, exist_ok=True)
                aside.write_text(rows, encoding="utf-8")
            try:
                self._put(record, progress, entries=aside)
            finally:
                aside.unlink(missing_ok=True)
            return self._recorded(name)

    def install_geonames(
        self,
        fetcher: Callable[[Path], Fetcher],
        *,
        countries: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> ListRecord:
        """Add GeoNames' places of some countries, or of all where none are named.

        Countries that were installed before stay.

        Raises
        ------
        SettingsError
            A country is not in ISO 3166-1.
        GazetteerError
            A file cannot be fetched, another process is at work, or the disk is full.
        """
        wanted = self._checked_countries(countries)
        with self._changing():
            before = next((r for r in self.lists() if r.name == GEONAMES), None)
            if before and not before.countries and wanted:
                raise GazetteerError(
                    "all of GeoNames is installed already. Update it with --all, or run "
                    "`geo gazetteer remove geonames` first."
                )
            folder = self._lists / GEONAMES
            with _writing(self.path):
                folder.mkdir(parents=True, exist_ok=True)
            source = fetcher(folder)
            geonames_files.fetch(source, wanted)
            if before and wanted:
                wanted = tuple(sorted({*before.countries, *wanted}))
            paths = geonames_files.files_of(folder, wanted)
            record = ListRecord(
                name=GEONAMES,
                kind="geonames",
                origin=source.host,
                digest=geonames_files.digest_of(paths),
                countries=wanted,
            )
            self._put(record, progress)
            for path in folder.glob("*.zip"):
                if path not in paths:
                    path.unlink()
            return self._recorded(GEONAMES)

    def remove(self, name: str, *, progress: Progress | None = None) -> None:
        """Take a list out again.

        Raises
        ------
        UnknownNameError
            There is no list of that name.
        """
        with self._changing():
            lists = self.lists()
            names = [record.name for record in lists]
            if name not in names:
                near = get_close_matches(name, names, n=1)
                raise UnknownNameError(
                    f'no list "{name}" was added. Added: {", ".join(names) or "none"}.'
                    + (f' Did you mean "{near[0]}"?' if near else "")
                )
            self._make([record for record in lists if record.name != name], progress)
            if name == GEONAMES:
                shutil.rmtree(self._lists / GEONAMES, ignore_errors=True)
            else:
                self._store(name).unlink(missing_ok=True)

    def refresh(self, *, progress: Progress | None = None) -> None:
        """Make the gazetteer anew from its base and the lists, as after an upgrade."""
        with self._changing():
            self._make(self.lists(), progress)

    def build(self, *, progress: Progress | None = None) -> Path:
        """Make the base anew from the installed data packages, then what was added."""
        with self._changing():
            build(self._own_base, progress=progress)
            self._make(self.lists(), progress)
        return self.path

    def _base(self) -> Path:
        return self._own_base if self._own_base.is_file() else self.shipped

    def _facts(self) -> custom.Facts:
        base = self._base()
        labels: dict[str, list[str]] = {}
        with _reading(base), _connected(base) as connection:
            for name, text in connection.execute(
                "SELECT name, labels FROM column_array WHERE labels IS NOT NULL"
            ):
                labels[name] = text.split("\t")
        features = (feature.split(".", 1) for feature in labels["feature"])
        return custom.Facts(
            countries=frozenset(code for code in labels["country"] if code),
            classes={code: kind for kind, code in features if kind and code},
        )

    def _checked_countries(self, countries: Sequence[str]) -> tuple[str, ...]:
        known = self._facts().countries
        found = tuple(sorted({country.strip().upper() for country in countries}))
        for country in found:
            if country not in known:
                raise SettingsError(
                    f'"{country}" is no country code. Give ISO 3166-1 alpha-2 codes, as KG,TJ.'
                )
        return found

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock, and clear away what an interrupted change left."""
        from filelock import FileLock, Timeout

        with _writing(self.path):
            self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "gazetteer.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise GazetteerError(
                f"another process is changing the gazetteer in {self.folder}. "
                "Run the command again when it has finished."
            ) from error
        try:
            with _writing(self.path):
                for left in self.folder.glob(".gazetteer-own*"):
                    left.unlink()
            self._adopt()
            yield
        finally:
            lock.release()

    def _adopt(self) -> None:
        """Keep as the base what `geo gazetteer build` put where the extended file goes."""
        if not self.lists() and self.path.is_file() and not self._own_base.is_file():
            meta = _meta(self.path)
            if "base" not in meta and meta["digest"] != _meta(self.shipped)["digest"]:
                with _writing(self.path):
                    aside = self.folder / f".gazetteer-own-{os.getpid()}.base"
                    shutil.copyfile(self.path, aside)
                    aside.replace(self._own_base)

    def _put(
        self, record: ListRecord, progress: Progress | None, *, entries: Path | None = None
    ) -> None:
        """Add a list, at the place of an earlier one of its name; GeoNames comes first."""
        lists = self.lists()
        record = replace(record, added=datetime.now(UTC).isoformat(timespec="seconds"))
        at = next((n for n, old in enumerate(lists) if old.name == record.name), None)
        if at is not None:
            same = lists[at].digest == record.digest
            counted = replace(lists[at], origin=record.origin, added=record.added)
            lists[at] = counted if same else record
        elif record.kind == "geonames":
            lists.insert(0, record)
        else:
            lists.append(record)
        self._make(lists, progress, fresh={record.name: entries} if entries else {})

    def _recorded(self, name: str) -> ListRecord:
        return next(record for record in self.lists() if record.name == name)

    def _make(
        self,
        lists: list[ListRecord],
        progress: Progress | None,
        *,
        fresh: dict[str, Path] | None = None,
    ) -> None:
        """Make the file of these lists, put it in place, and write the record.

        Only lists after those that the file in use has are added to a copy of it; which gives the
        same bytes as starting from the base.
        """
        fresh = fresh or {}
        start, done = self._base(), 0
        if self.path.is_file():
            digest, base = _meta(self.path).get("digest"), _meta(start)
            for n in range(len(lists), 0, -1):
                if _digest(base, lists[:n]) == digest:
                    start, done = self.path, n
                    break
        aside = self.folder / f".gazetteer-own-{os.getpid()}"
        made = lists[:done]
        with _writing(self.path):
            try:
                if lists:
                    shutil.copyfile(start, aside)
                for record in lists[done:]:
                    store = fresh.get(record.name, self._store(record.name))
                    as_it_is = replace(record, digest=self._digest_now(record, store))
                    addition = self._addition(as_it_is, store)
                    made.append(_counted(as_it_is, extend(aside, addition, progress=progress)))
                for name, path in fresh.items():
                    path.replace(self._store(name))
                self._publish(aside, made)
            finally:
                for left in self.folder.glob(f"{aside.name}*"):
                    left.unlink()

    def _publish(self, aside: Path, lists: list[ListRecord]) -> None:
        if lists:
            with aside.open("rb+") as written:
                os.fsync(written.fileno())
            aside.replace(self.path)
        elif self._own_base.is_file():
            self._own_base.replace(self.path)
        else:
            self.path.unlink(missing_ok=True)
        write_records(self._record, lists)

    def _digest_now(self, record: ListRecord, store: Path) -> str:
        """Return the digest of what is there, which an interrupted change may have left newer."""
        if record.kind == "places":
            return hashlib.sha256(store.read_bytes()).hexdigest()
        paths = geonames_files.files_of(self._lists / GEONAMES, record.countries)
        return geonames_files.digest_of(paths)

    def _addition(self, record: ListRecord, store: Path) -> Addition:
        if record.kind == "geonames":
            return geonames_files.addition(
                self._lists / GEONAMES, countries=record.countries, digest=record.digest
            )
        return Addition(
            name=record.name,
            digest=record.digest,
            version=record.digest[:12],
            entries=from_lines(store),
        )

    def _store(self, name: str) -> Path:
        return self._lists / f"{name}.jsonl"


def _digest(base: dict[str, str], lists: Sequence[ListRecord]) -> str:
    digest = base["digest"]
    for record in lists:
        digest = chained(digest, record.name, record.digest)
    return digest


def _counted(record: ListRecord, counts: Counts) -> ListRecord:
    return replace(record, new=counts.new, known=counts.known, names=counts.names)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _meta(path: Path) -> dict[str, str]:
    with _reading(path), _connected(path) as connection:
        return dict(connection.execute("SELECT key, value FROM meta"))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise GazetteerError(
            f"{path} is no gazetteer: {error}. Run `geo gazetteer build`, or install the package "
            "anew."
        ) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except ExportError as error:
        raise _cannot_write(path, error.__cause__ or error) from error
    except GeoError:
        raise
    except (OSError, sqlite3.Error) as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: BaseException) -> GazetteerError:
    what = getattr(error, "strerror", None) or str(error)
    return GazetteerError(
        f"cannot write the gazetteer {path}: {what}. Is the folder writable and the disk not "
        "full? The file that was there before is untouched."
    )
