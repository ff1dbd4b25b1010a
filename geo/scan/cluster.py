"""Run the shards of a scan on a Dask cluster that is there already, a shard a task.

Each task starts a process beside its Dask worker, as a local scan does, so that the rows and the
limits of a document are the same. Dask gives the shards of a worker that dies to others.
"""

import threading
from collections.abc import Generator, Iterable

from geo.errors import GeoError, MissingExtraError, SettingsError
from geo.scan.worker import Done, ScanWorker, Task

__all__ = ["run_on_cluster"]

#: Shards that wait at the scheduler for each thread of the cluster.
_AHEAD = 2
_CONNECT_SECONDS = 15
_RETRIES = 2


def run_on_cluster(tasks: Iterable[Task], *, address: str) -> Generator[Done | int]:
    """Scan shards on the cluster whose scheduler is at `address`, as `tcp://10.0.0.5:8786`.

    Yields
    ------
    event
        As `geo.scan.local.run_locally`.

    Raises
    ------
    MissingExtraError
        Dask is not installed.
    SettingsError
        No scheduler answers.
    GeoError
        What concerns the whole scan, or workers died over a shard again and again.
    """
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise MissingExtraError(
            'a scan on a cluster needs an extra: pip install "mentionmap[cluster]".'
        ) from error
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"no Dask scheduler answers at {address}: {error}. Start one with `dask scheduler`, "
            "and give the address it prints."
        ) from error
    waiting = iter(tasks)
    lost: list[str] = []
    with client:
        running = as_completed(loop=client.loop)
        parts: dict[object, str] = {}

        def fill() -> None:
            threads = max(1, sum(client.nthreads().values()))
            while len(parts) < _AHEAD * threads:
                task = next(waiting, None)
                if task is None:
                    return
                future = client.submit(_scan_here, task, pure=False, retries=_RETRIES)
                parts[future.key] = task.shard.part
                running.add(future)

        fill()
        while parts:
            future = next(running)
            part = parts.pop(future.key)
            failure = future.exception()
            if isinstance(failure, KilledWorker):
                lost.append(part)
            elif failure is not None:
                raise failure
            else:
                done: Done = future.result()
                yield done.summary.documents
                yield done
            fill()
    if lost:
        raise GeoError(
            f"workers of the cluster died over {', '.join(lost)}; the other shards are done. "
            "Look at the workers' logs, and run again to go on."
        )


class _Workers:
    """The scan's processes beside a Dask worker: as many as it has had tasks at one time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[ScanWorker] = []

    def take(self) -> ScanWorker:
        with self._lock:
            return self._idle.pop() if self._idle else ScanWorker()

    def give_back(self, worker: ScanWorker) -> None:
        with self._lock:
            self._idle.append(worker)


_WORKERS = _Workers()


def _scan_here(task: Task) -> Done:
    """Scan a shard by a process of this machine; what a Dask worker runs."""
    worker = _WORKERS.take()
    try:
        return worker.scan(task, on_documents=lambda _: None)
    finally:
        _WORKERS.give_back(worker)
