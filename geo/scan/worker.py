"""Scan a shard in a process of its own, so that no document can stop a scan.

The process reads the shard, parses its documents and writes the part; it tells what it is at.
The other side waits, and where a document takes too long or takes the process down, starts another
one that passes over it. A worker ends by itself when the process that started it is gone.
"""

import contextlib
import os
import pickle
import platform
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, NamedTuple, NoReturn

from geo.document import Document
from geo.errors import GeoError, GeoWarning
from geo.pipeline import Geoparser
from geo.readers.apart import limited_memory
from geo.scan.files import Folder
from geo.scan.job import Job, differences
from geo.scan.parts import Failure, PartSummary, PartWriter, writing_part
from geo.scan.plan import Shard
from geo.scan.slices import read_slice

__all__ = ["Done", "ScanWorker", "Task"]

#: Documents and characters that are parsed together at most, and the documents at first.
_BATCH = 16
_BATCH_CHARACTERS = 100_000
_FIRST_BATCH = 4

#: A batch takes about this share of the seconds that one document may take: it has no more time
#: than that, and a machine may be busy with other work.
_BATCH_SHARE = 0.1

_LENGTH = struct.Struct("<Q")
_SHOWN_WARNINGS = 3
#: The worker finds packages where this process does.
_START = "import sys; sys.path[:] = sys.argv[1:]; import geo.scan.worker as w; w._serve()"


@dataclass(frozen=True, slots=True)
class Task:
    """A shard, and what is known of it from workers that died over it."""

    job: Job
    shard: Shard
    digest: str
    made_with: dict[str, object]
    skip: dict[int, str] = field(default_factory=dict)  #: number of a document → why
    skip_slices: dict[int, str] = field(default_factory=dict)
    alone: frozenset[int] = frozenset()  #: documents that are parsed one by one


class _At(NamedTuple):
    """The worker parses documents `[first, first + documents)`, or reads on in a slice."""

    slice: int
    first: int
    documents: int  #: how many; 0 while it reads


class Done(NamedTuple):
    """A part is in place."""

    summary: PartSummary
    warnings: tuple[str, ...]  #: what readers warned of, the first few


class ScanWorker:
    """The side that waits: one process, replaced when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._starting = threading.Lock()

    def scan(self, task: Task, *, on_documents: Callable[[int], None]) -> Done:
        """Scan a shard; when this returns, its part is in place.

        Parameters
        ----------
        on_documents
            Called with the number of documents done since the last call; it is below 0 where a
            shard is begun again.

        Raises
        ------
        GeoError
            What concerns the whole scan: the output cannot be written, a setting is wrong.
        """
        while True:
            outcome = self._attempt(task, on_documents)
            if isinstance(outcome, Done):
                return outcome
            if isinstance(outcome, GeoError):
                raise outcome
            task = outcome

    def stop(self) -> None:
        """End the process, from any thread; the one that waits for it then gets an error."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process, and close what leads to it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _attempt(self, task: Task, on_documents: Callable[[int], None]) -> "Done | GeoError | Task":
        """Return how it ended; a task is one to try after this one took the worker down."""
        process = self._running()
        at = _At(0, 0, 0)
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            process.kill()

        try:
            _transmit(process.stdin, task)
        except OSError:
            return self._blame(task, at, expired=False, started=False)
        started = False
        while True:
            # A new process loads its models first.
            seconds = task.job.limits.seconds + (0.0 if started else 60.0)
            timer = threading.Timer(seconds, stop)
            timer.daemon = True
            timer.start()
            try:
                message = _receive(process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError):
                on_documents(-at.first)
                return self._blame(task, at, expired=expired.is_set(), started=started)
            finally:
                timer.cancel()
            started = True
            if isinstance(message, _At):
                on_documents(message.first - at.first)
                at = message
                continue
            assert isinstance(message, (Done, GeoError))
            return message

    def _blame(self, task: Task, at: _At, *, expired: bool, started: bool) -> "GeoError | Task":
        """Return the task without what took the worker down, after so many deaths an error."""
        process = self._process
        code = None if process is None else process.wait()
        self.close()
        if self._stopped:
            return GeoError("the scan was stopped.")
        if not started:
            return GeoError(
                f"a worker of the scan ended before it began (exit code {code}). "
                "Is there memory left? Run `geo doctor`."
            )
        limits = task.job.limits
        if expired:
            reason = f"it took more than {limits.seconds:g} seconds. Allow more with --timeout."
        else:
            reason = (
                "it took the process down that worked on it, or it needs more memory than there "
                "is. Look at the document."
            )
        if at.documents == 0:
            if at.slice in task.skip_slices:
                return GeoError(f"the scan cannot read shard {task.shard.number}: {reason}")
            skip = task.skip_slices | {at.slice: f"cannot read it: {reason}"}
            return replace(task, skip_slices=skip)
        if at.documents == 1:
            return replace(task, skip=task.skip | {at.first: f"cannot parse it: {reason}"})
        return replace(task, alone=task.alone | set(range(at.first, at.first + at.documents)))

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is not None:
            self.close()
        with self._starting:
            if self._stopped:
                raise GeoError("the scan was stopped.")
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _START, *sys.path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env={**os.environ, "OMP_NUM_THREADS": "1"},
                )
            return self._process


def _transmit(stream: IO[bytes] | None, message: object) -> None:
    assert stream is not None
    content = pickle.dumps(message)
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> object:
    # What is unpickled was written by our own code in a process of ours.
    assert stream is not None
    [length] = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


# --- the other side -----------------------------------------------------------------------------


def _serve() -> NoReturn:
    """Scan one shard after another, until the process that asks for them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side ends this one
    incoming = sys.stdin.buffer
    # A library that prints must not break the stream.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, tasks), daemon=True).start()
    job: Job | None = None
    parser: Geoparser | None = None
    while True:
        task = tasks.get()
        try:
            if parser is None or job != task.job:
                parser, job = _parser(task), task.job
            message: object = _scan(task, parser, outgoing)
        except GeoError as error:
            message = error
        _transmit(outgoing, message)


def _listen(incoming: IO[bytes], tasks: "queue.SimpleQueue[Task]") -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = _receive(incoming)
            assert isinstance(task, Task)
            tasks.put(task)
    # Whoever asked is gone, perhaps killed: what is half done is no use to anybody.
    os._exit(0)


def _parser(task: Task) -> Geoparser:
    try:
        os.chdir(task.job.folder)  # so that relative paths mean the same everywhere
    except OSError as error:
        raise GeoError(
            f"there is no folder {task.job.folder} on {platform.node()}: {error.strerror}. Run the "
            "scan from a folder that every machine has."
        ) from error
    parser = task.job.parser()
    unlike = differences(task.made_with, task.job.made_with(parser))
    if unlike:
        raise GeoError(
            f"this machine would give other rows: {'; '.join(unlike)}. "
            "Install the same version and the same gazetteer everywhere."
        )
    parser.parse(Document(text="From Osh to Bishkek."))  # loads the models
    return parser


def _scan(task: Task, parser: Geoparser, outgoing: IO[bytes]) -> Done:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", GeoWarning)
        folder = Folder(task.job.output)
        pace = _Pace(task.job.limits.seconds * _BATCH_SHARE)
        with writing_part(folder, task.shard, task.digest) as part:
            for batch in _batches(task, part, pace, outgoing):
                _transmit(outgoing, _At(batch.slice, batch.first, len(batch.documents)))
                begun = time.monotonic()
                with limited_memory(task.job.limits.memory_mb):
                    _parse(parser, batch.documents, part, task.job.limits.memory_mb)
                pace.note(len(batch.documents), time.monotonic() - begun)
                _transmit(outgoing, _At(batch.slice, batch.first + len(batch.documents), 0))
            summary = part.summary()
        shown = dict.fromkeys(str(warning.message) for warning in caught)
    return Done(summary, tuple(shown)[:_SHOWN_WARNINGS])


@dataclass(slots=True)
class _Pace:
    """How many documents make a batch; the rows are the same for any number."""

    seconds: float  #: that a batch should take at most
    documents: int = _FIRST_BATCH

    def note(self, documents: int, seconds: float) -> None:
        """Learn from a batch how long the next one may be."""
        fit = int(self.seconds * documents / max(seconds, 1e-6))
        self.documents = max(1, min(_BATCH, fit, 2 * self.documents))


class _Batch(NamedTuple):
    slice: int
    first: int  #: number of its first document in the shard
    documents: list[Document]


def _batches(task: Task, part: PartWriter, pace: _Pace, outgoing: IO[bytes]) -> Iterator[_Batch]:
    """Yield the documents of a shard in batches; what cannot be read is noted in the part."""
    number = 0
    for at, one in enumerate(task.shard.slices):
        if at in task.skip_slices:
            part.fail(Failure(source=one.path, reason=task.skip_slices[at]))
            continue
        _transmit(outgoing, _At(at, number, 0))
        held: list[Document] = []
        first = number
        for document in read_slice(one, task.job.reading):
            if isinstance(document, GeoError):
                part.fail(Failure(source=one.path, reason=str(document)))
                continue
            alone = number in task.alone
            skipped = task.skip.get(number)
            full = len(held) >= pace.documents or sum(len(d.text) for d in held) > _BATCH_CHARACTERS
            if held and (full or alone or skipped is not None):
                yield _Batch(at, first, held)
                held = []
            if skipped is not None:
                part.fail(_failure(document, skipped))
            else:
                if not held:
                    first = number
                held.append(_hinted(document, task.job))
            number += 1
            if held and alone:
                yield _Batch(at, first, held)
                held = []
        if held:
            yield _Batch(at, first, held)


def _parse(
    parser: Geoparser, documents: Sequence[Document], part: PartWriter, memory_mb: int
) -> None:
    """Parse documents together; where that fails, one by one, to see which it is."""
    try:
        parsed = list(parser.parse_all(documents))
    except Exception as error:
        # Whatever the code meets in a document, the others must go on.
        if len(documents) > 1:
            for document in documents:
                _parse(parser, [document], part, memory_mb)
            return
        part.fail(_failure(documents[0], _reason(error, memory_mb)))
        return
    for one in parsed:
        part.add(one)


def _reason(error: Exception, memory_mb: int) -> str:
    if isinstance(error, MemoryError):
        return f"cannot parse it: it needs more than {memory_mb} MB of memory. Split it."
    if isinstance(error, GeoError):
        return str(error)
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"cannot parse it: {said}. Please report this."


def _failure(document: Document, reason: str) -> Failure:
    return Failure(source=document.source or "", document_id=document.id, reason=reason)


def _hinted(document: Document, job: Job) -> Document:
    return replace(document, hints=document.hints.or_else(job.hints))
