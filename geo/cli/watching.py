"""Long runs: how far they are, and how they are stopped without loss."""

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from geo.cli.console import duration, print_note
from geo.document import ParsedDocument

__all__ = ["document_progress", "first_interrupt"]

_NAME = 40  # characters of a file's name


def document_progress(
    stream: Iterable[ParsedDocument],
    sources: Sequence[str],
    *,
    quiet: bool,
    failed: Callable[[], int],
) -> Iterator[ParsedDocument]:
    """Pass documents on, with a bar on stderr while they go by, on a terminal only.

    It shows the file in hand, how many files of all are done and how many could not be read, the
    documents a second, and the time left.
    """
    if quiet or not sys.stderr.isatty():
        yield from stream
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
    from rich.table import Column

    from geo.readers.sources import count_files
    from geo.registry import names

    total = count_files(sources, suffixes={f".{name}" for name in names("geo.readers")})
    line = Column(no_wrap=True, overflow="ellipsis")
    with Progress(
        SpinnerColumn(),
        BarColumn(bar_width=12),
        TextColumn("{task.description}", table_column=line),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("reading", total=total)
        files = 0
        file: str | None = None
        for documents, parsed in enumerate(stream, start=1):
            source = (parsed.document.source or "").partition("#")[0]
            files += file is not None and source != file
            file = source
            done = min(total, files + failed())
            how_far = _how_far(documents, done, total, failed(), bar.tasks[0].elapsed or 0.0)
            bar.update(task, completed=done, description=escape(f"{how_far}  {_short(source)}"))
            yield parsed


@contextmanager
def first_interrupt() -> Iterator[Callable[[], bool]]:
    """Give what tells whether somebody pressed Ctrl-C; the second time stops at once."""
    asked = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print_note("geo: stopping after the document in hand; Ctrl-C again stops at once.")

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # only the main thread hears of signals
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def _how_far(documents: int, done: int, total: int, failed: int, seconds: float) -> str:
    said = [f"{done:,}/{total:,} files"]
    if failed:
        said.append(f"{failed:,} not read")
    if seconds > 0:
        said.append(f"{documents / seconds:,.1f} documents/s")
    if done and done < total:
        said.append(f"{duration(seconds * (total - done) / done)} left")
    return ", ".join(said)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"…{name[-_NAME + 1 :]}"
