"""Scan a corpus: plan its shards, do what is not done yet, say what was done."""

import os
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass

from geo.document import Hints
from geo.errors import (
    ExportError,
    FormatError,
    GeoWarning,
    ReadError,
    SettingsError,
)
from geo.readers.options import DEFAULTS, ReadOptions
from geo.registry import names
from geo.scan.cluster import run_on_cluster
from geo.scan.files import Folder, Listed, list_files
from geo.scan.job import Job, Limits, differences
from geo.scan.local import run_locally
from geo.scan.manifest import FAILED, Manifest
from geo.scan.parts import PartSummary, read_summary
from geo.scan.plan import Shard, plan_shards
from geo.scan.worker import Done, Task
from geo.settings import Settings, load_settings

__all__ = ["Progress", "ScanSummary", "scan"]

_LOCK = ".lock"
_SAVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan is."""

    documents: int  #: done in this run
    failed: int  #: in this run
    shards: int  #: of the whole scan
    shards_done: int
    bytes: int  #: of the whole scan
    bytes_done: int
    bytes_before: int  #: done by earlier runs


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """What a scan has done, earlier runs included."""

    documents: int
    words: int
    mentions: int
    resolved: int
    failed: int
    shards: int
    shards_before: int  #: that were done when this run began
    failed_path: str | None  #: where the failures are listed, if there are any


def scan(
    sources: Sequence[str],
    output: str,
    *,
    settings: Settings | None = None,
    reading: ReadOptions = DEFAULTS,
    hints: Hints | None = None,
    corrections: str | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> ScanSummary:
    """Parse a corpus of any size to GeoParquet parts and a manifest; go on where it was left.

    Parameters
    ----------
    sources
        Files, folders and globs, local or URLs that fsspec knows. Lines of JSON, CSV and Parquet
        are read a document a record, and cut where they are large.
    output
        The folder of the parts; local, or a URL. What another scan with the same settings has left
        there is kept: only new and changed files are scanned. Where nothing is left to do,
        documents that failed are tried again.
    settings, reading, hints, corrections
        As for `Geoparser` and `read_sources`; `hints` are for documents that bring none.
    limits
        What one document may cost.
    workers
        Processes on this machine; as many as it has cores where nothing is said.
    cluster
        The address of a Dask scheduler to run on instead.
    on_progress
        Called as the scan goes on.

    Returns
    -------
    summary
        Of the whole scan.

    Raises
    ------
    SettingsError
        The output was made with other settings, or another scan is writing to it.
    ReadError
        None of the sources can be read.
    ExportError
        The output cannot be written; what is done is kept.
    """
    folder = Folder(output)
    job = Job(
        output=output,
        folder=os.getcwd(),  # noqa: PTH109  # it travels as text
        settings=settings or load_settings(),
        reading=reading,
        hints=hints or Hints(),
        corrections=corrections,
        limits=limits or Limits(),
    )
    with job.parser() as parser:
        made_with = job.made_with(parser)
    folder.make()
    with _alone(folder) if folder.is_local else nullcontext():
        manifest = _manifest(folder, made_with)
        folder.sweep()
        _take_up(manifest, sources, folder)
        manifest.done, stale = _done(folder, manifest)
        manifest.save(folder)
        for name in stale:
            folder.remove(name)
        before = len(manifest.done)
        pending = _pending(manifest)
        tasks = (Task(job, shard, manifest.digest(shard), made_with) for shard in pending)
        events = (
            run_on_cluster(tasks, address=cluster)
            if cluster
            else run_locally(tasks, workers=min(workers or _cores(), max(1, len(pending))))
        )
        try:
            with closing(events):
                _follow(events, manifest, folder, pending, on_progress)
        finally:
            folder.sweep()
            # The disk may be full; then the parts tell the next run what is done.
            with suppress(ExportError):
                manifest.save(folder)
        failed = sum(1 for _ in manifest.failures())
        return ScanSummary(
            documents=sum(one.documents for one in manifest.done.values()),
            words=sum(one.words for one in manifest.done.values()),
            mentions=sum(one.mentions for one in manifest.done.values()),
            resolved=sum(one.resolved for one in manifest.done.values()),
            failed=failed,
            shards=len(manifest.shards),
            shards_before=before,
            failed_path=f"{folder.path}/{FAILED}" if failed else None,
        )


@contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Keep other scans off the folder; the system lifts the lock of a process that is killed."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder.local(_LOCK))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise SettingsError(
            f"another scan is writing to {folder.path}. Wait until it has ended, or give another "
            "folder."
        ) from error
    except OSError as error:
        raise ExportError(
            f"cannot write to {folder.path}: {(error.strerror or str(error)).lower()}. "
            "Give a folder that can be written."
        ) from error
    try:
        yield
    finally:
        folder.local(_LOCK).unlink(missing_ok=True)
        lock.release()


def _manifest(folder: Folder, made_with: dict[str, object]) -> Manifest:
    manifest = Manifest.load(folder)
    if manifest is None:
        if any(name.startswith("part-") for name in folder.names()):
            raise SettingsError(
                f"{folder.path} holds parts but no manifest: it is no scan, or its manifest was "
                "removed. Give another folder."
            )
        return Manifest(made_with)
    unlike = differences(manifest.made_with, made_with)
    if unlike:
        raise SettingsError(
            f"{folder.path} was made with other settings ({'; '.join(unlike)}). Rows of both "
            "would mix: give another folder, or the settings of before."
        )
    return manifest


def _take_up(manifest: Manifest, sources: Sequence[str], folder: Folder) -> None:
    """Give shards to files that have none, and new ones to files that have changed."""
    suffixes = {f".{name}" for name in names("geo.readers")}
    files: list[Listed] = []
    missing: dict[str, str] = {}
    for source in dict.fromkeys(sources):
        try:
            files += list_files(source, suffixes=suffixes)
        except ReadError as error:
            missing[source] = str(error)
            if len(missing) == len(set(sources)):
                raise
    # A scan of the folder that its output lies in must not scan that.
    files = list({file.path: file for file in files if not folder.holds(file.path)}.values())
    manifest.sources = list(dict.fromkeys([*manifest.sources, *sources]))
    known = {one.path: one for shard in manifest.shards.values() for one in shard.slices}
    changed = {f.path for f in files if f.path in known and known[f.path].state != f.state}
    stale = [
        number
        for number, shard in manifest.shards.items()
        if any(one.path in changed for one in shard.slices)
    ]
    # Its number is never used again, so that no old part is taken for a new one.
    first = manifest.next_number
    again = {one.path for number in stale for one in manifest.shards.pop(number).slices}
    listed = {file.path: file for file in files}
    gone = [Listed(p, known[p].size, known[p].state) for p in sorted(again - listed.keys())]
    new = [file for file in files if file.path not in known or file.path in again]
    shards, refused = plan_shards([*new, *gone], first=first)
    manifest.shards |= {shard.number: shard for shard in shards}
    manifest.refused = {file.path: str(error) for file, error in refused}
    manifest.refused |= missing


def _done(folder: Folder, manifest: Manifest) -> tuple[dict[int, PartSummary], list[str]]:
    """Return what the parts that are there say, and the names of those whose shard is no more."""
    found: dict[int, PartSummary] = {}
    stale: list[str] = []
    shards = {shard.part: shard for shard in manifest.shards.values()}
    for name in folder.names():
        if not (name.startswith("part-") and name.endswith(".parquet")):
            continue
        try:
            summary = read_summary(folder, name)
        except FormatError:
            continue  # it was broken from outside: a part of that name is written over it
        shard = shards.get(name)
        if shard is None:
            stale.append(name)
        elif summary.digest == manifest.digest(shard):
            found[shard.number] = summary
    return found, stale


def _pending(manifest: Manifest) -> list[Shard]:
    """Return what is left to do; where nothing is, the shards in which a document failed."""
    shards = [shard for n, shard in sorted(manifest.shards.items()) if n not in manifest.done]
    if shards:
        return shards
    return [s for n, s in sorted(manifest.shards.items()) if manifest.done[n].failures]


def _follow(
    events: Generator[Done | int],
    manifest: Manifest,
    folder: Folder,
    pending: Sequence[Shard],
    on_progress: Callable[[Progress], None] | None,
) -> None:
    """Note what is done, save the manifest now and then, and tell how far it is."""
    left = {shard.number: shard.size for shard in pending}
    total = sum(shard.size for shard in manifest.shards.values())
    before = total - sum(left.values())
    documents = failed = 0
    saved = time.monotonic()
    for event in events:
        if isinstance(event, int):
            documents += event
        else:
            for warning in event.warnings:
                warnings.warn(warning, GeoWarning, stacklevel=3)
            manifest.done[event.summary.shard] = event.summary
            failed += len(event.summary.failures)
            left.pop(event.summary.shard, None)
            if time.monotonic() - saved > _SAVE_SECONDS:
                manifest.save(folder)
                saved = time.monotonic()
        if on_progress is not None:
            on_progress(
                Progress(
                    documents=documents,
                    failed=failed,
                    shards=len(manifest.shards),
                    shards_done=len(manifest.shards) - len(left),
                    bytes=total,
                    bytes_done=total - sum(left.values()),
                    bytes_before=before,
                )
            )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
