"""Run the shards of a scan on this machine, each worker a process of its own."""

import queue
import threading
from collections.abc import Generator, Iterable

from geo.scan.worker import Done, ScanWorker, Task

__all__ = ["run_locally"]


def run_locally(tasks: Iterable[Task], *, workers: int) -> Generator[Done | int]:
    """Scan shards, so many at a time; a shard is taken up when a worker is free.

    Yields
    ------
    event
        A part that is in place, or a number of documents that were done since the last event.

    Raises
    ------
    GeoError
        What concerns the whole scan. The workers are ended, shards that are under way are lost.
    """
    waiting = iter(tasks)
    taking = threading.Lock()
    events: queue.SimpleQueue[Done | int | BaseException | None] = queue.SimpleQueue()
    pool = [ScanWorker() for _ in range(workers)]
    stopped = threading.Event()

    def work(worker: ScanWorker) -> None:
        try:
            while not stopped.is_set():
                with taking:
                    task = next(waiting, None)
                if task is None:
                    break
                events.put(worker.scan(task, on_documents=events.put))
        except BaseException as error:  # it is raised where the events are read
            events.put(error)
        finally:
            worker.close()
            events.put(None)

    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in pool]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            event = events.get()
            if event is None:
                running -= 1
            elif isinstance(event, BaseException):
                raise event
            elif event != 0:
                yield event
    finally:
        stopped.set()
        for worker in pool:
            worker.stop()
        for thread in threads:
            thread.join()
