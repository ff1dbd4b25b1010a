"""Read in a process of its own, so that a hostile file costs a limited time and memory.

Parsers of rich formats meet files that make them allocate gigabytes, loop for hours or crash
(PDFium and calamine abort the process that holds them). A reader with the class attribute
`apart`, which is its `Limits`, runs in a worker: a Python process that is started once, reads one
file after another, and is killed where a file asks for too much. What is wrong becomes a
`ReadError`.
"""

import atexit
import contextlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import IO, NamedTuple, NoReturn, Protocol, runtime_checkable

from geo.document import Document
from geo.errors import GeoError, GeoWarning, ReadError
from geo.protocols import Reader, Source

__all__ = ["EachReader", "Limits", "limited_memory", "read_apart", "read_here"]


@runtime_checkable
class EachReader(Protocol):
    """A reader of several records that can go on after a broken one. Optional for a `Reader`."""

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield a document, or what is wrong, for each record of `source`."""
        ...


class Limits(NamedTuple):
    """What reading one file may cost."""

    memory_mb: int = 400  #: beside what the worker holds before; kept where the system can
    seconds: float = 8.0  #: until something arrives
    seconds_a_megabyte: float = 0.0  #: more for a format in which large files are usual


#: Documents and characters that travel together.
_BATCH_DOCUMENTS = 64
_BATCH_CHARACTERS = 1 << 20
#: A worker is replaced after so many files, in case a library leaks.
_FILES = 500
_LENGTH = struct.Struct("<Q")
#: The worker finds packages where this process does.
_START = "import sys; sys.path[:] = sys.argv[1:]; import geo.readers.apart as a; a._serve()"


def read_here(reader: Reader, source: Source) -> Iterator[Document | GeoError]:
    """Yield the documents of `source` and, for a reader that goes on, what is wrong with others."""
    try:
        if isinstance(reader, EachReader):
            yield from reader.read_each(source)
        else:
            yield from reader.read(source)
    except GeoError as error:
        yield error


def read_apart(reader: Reader, source: Source, limits: Limits) -> Iterator[Document | GeoError]:
    """Yield the same as `read_here`, from a worker that keeps to `limits`.

    Where no second Python can be started (an embedded interpreter), it reads here.

    Warns
    -----
    GeoWarning
        What the reader warned of.
    """
    if not sys.executable:
        yield from read_here(reader, source)
        return
    worker = _WORKERS.take()
    whole = False
    try:
        yield from worker.read(reader, source, limits)
        whole = True
    finally:
        # A reader whose caller stopped half-way has more to say that nobody will hear.
        _WORKERS.give_back(worker, usable=whole and worker.is_usable)


class _Worker:
    """The other process and the pipes to it."""

    def __init__(self) -> None:
        self._files = 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C on a terminal is for the one who waits, who may want to finish this file.
            start_new_session=True,
        )

    @property
    def is_usable(self) -> bool:
        return self._files < _FILES and self._process.poll() is None

    def read(self, reader: Reader, source: Source, limits: Limits) -> Iterator[Document | GeoError]:
        self._files += 1
        seconds = limits.seconds + limits.seconds_a_megabyte * len(source.content) / 2**20
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self._process.kill()

        sent = done = False
        while not done:
            timer = threading.Timer(seconds, stop)
            timer.daemon = True
            timer.start()
            try:
                if not sent:
                    self._send(reader, source, limits)
                    sent = True
                items = _receive(self._output)
            except (EOFError, OSError):
                self._process.wait()
                yield _too_slow(source.name, seconds) if expired.is_set() else _died(source.name)
                return
            finally:
                timer.cancel()
            for item in items:
                if isinstance(item, str):
                    warnings.warn(item, GeoWarning, stacklevel=3)
                elif item is None:
                    done = True
                else:
                    yield item

    def _send(self, reader: Reader, source: Source, limits: Limits) -> None:
        _transmit(self._input, pickle.dumps((reader, source.name, limits)))
        _transmit(self._input, source.content)
        self._input.flush()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._input, self._output):
            with contextlib.suppress(OSError):
                stream.close()


class _Workers:
    """The workers that wait for a file; as many as were ever busy at one time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []

    def take(self) -> _Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.is_usable:
                    return worker
                worker.close()
        return _Worker()

    def give_back(self, worker: _Worker, *, usable: bool) -> None:
        if not usable:
            worker.close()
            return
        with self._lock:
            self._idle.append(worker)

    def close(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def forget(self) -> None:
        """Leave the workers to the process that was forked; it holds the same pipes."""
        self._lock = threading.Lock()
        for worker in self._idle:
            worker._process.returncode = 0  # it is not our child, so nothing may wait for it
        self._idle = []


_WORKERS = _Workers()
atexit.register(_WORKERS.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORKERS.forget)


def _transmit(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)


def _receive(stream: IO[bytes]) -> list[Document | GeoError | str | None]:
    # What is unpickled was written by our own code in a process of ours.
    items: list[Document | GeoError | str | None] = pickle.loads(_receive_bytes(stream))
    return items


def _receive_bytes(stream: IO[bytes]) -> bytes:
    [length] = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _too_slow(name: str, seconds: float) -> ReadError:
    return ReadError(
        f"cannot read {name}: reading it took more than {seconds:.0f} seconds. "
        "Check the file, or give its text as .txt."
    )


def _too_large(name: str, megabytes: int) -> ReadError:
    return ReadError(
        f"cannot read {name}: reading it takes more than {megabytes} MB of memory. "
        "Check the file, or split it."
    )


def _died(name: str) -> ReadError:
    return ReadError(
        f"cannot read {name}: the parser of this format broke down over it or ran out of memory. "
        "Check the file, or give its text as .txt."
    )


# --- the other side -----------------------------------------------------------------------------


def _serve() -> NoReturn:
    """Read one file after another from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming = sys.stdin.buffer
    # A library that prints must not break the stream.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            reader, name, limits = pickle.loads(_receive_bytes(incoming))
            source = Source(name, _receive_bytes(incoming))
            _answer(reader, source, limits, outgoing)
            del reader, source
    # Nothing is worth a clean end: threads of libraries, open documents.
    os._exit(0)


def _answer(reader: Reader, source: Source, limits: Limits, outgoing: IO[bytes]) -> None:
    batch: list[Document | GeoError | str | None] = []
    characters = 0

    def flush() -> None:
        nonlocal characters
        _transmit(outgoing, pickle.dumps(batch))
        outgoing.flush()
        batch.clear()
        characters = 0

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", GeoWarning)
        for item in _guarded(reader, source, limits):
            batch.extend(str(warning.message) for warning in caught)
            caught.clear()
            batch.append(item)
            characters += len(item.text) if isinstance(item, Document) else 0
            if len(batch) >= _BATCH_DOCUMENTS or characters >= _BATCH_CHARACTERS:
                flush()
        batch.extend(str(warning.message) for warning in caught)
    batch.append(None)
    flush()


def _guarded(reader: Reader, source: Source, limits: Limits) -> Iterator[Document | GeoError]:
    """Yield what the reader gives; any other failure is an error of this file alone."""
    with limited_memory(limits.memory_mb):
        try:
            yield from read_here(reader, source)
        except MemoryError:
            yield _too_large(source.name, limits.memory_mb)
        except RecursionError:
            yield ReadError(
                f"cannot read {source.name}: it is nested too deeply. "
                "Check the file, or give its text as .txt."
            )
        except Exception as error:
            # Parsers raise whatever their code meets; one broken file must not stop the others.
            said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            yield ReadError(
                f"cannot read {source.name}: its parser failed ({said}). "
                "Check that the file is whole, or give its text as .txt."
            )


@contextlib.contextmanager
def limited_memory(memory_mb: int) -> Iterator[None]:
    """Let this process take `memory_mb` more than it holds, where the system can keep it to that.

    What asks for more meets a `MemoryError`, or a failure of its library's own.
    """
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    before = resource.getrlimit(kind)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _held_bytes() + memory_mb * 2**20
    if before[1] != resource.RLIM_INFINITY:
        limit = min(limit, before[1])
    with contextlib.suppress(ValueError, OSError):  # a system that has no such limit
        resource.setrlimit(kind, (limit, before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, before)


def _held_bytes() -> int:
    """Return the bytes of data this process has; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # Path costs an import here
            pages = int(file.read().split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
