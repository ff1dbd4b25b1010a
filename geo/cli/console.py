"""stdout is data, stderr is everything else; this module owns both."""

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from geo.errors import GeoError

if TYPE_CHECKING:
    from geo.scan import Progress

__all__ = [
    "count",
    "duration",
    "print_error",
    "print_json",
    "print_line",
    "print_note",
    "print_table",
    "progress",
    "scan_progress",
    "setup",
]

T = TypeVar("T")

#: Without a terminal, how far a scan is is told so often.
_LOG_SECONDS = 60.0


def setup() -> None:
    """Let every character through to a console of any encoding, and warnings to stderr."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")
    warnings.showwarning = _show_warning


def print_line(text: str) -> None:
    """Print a line of data on stdout."""
    sys.stdout.write(text + "\n")


def print_json(row: Mapping[str, object]) -> None:
    """Print an object on a line of stdout; in ASCII where stdout cannot take Unicode."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print_line(json.dumps(row, ensure_ascii=not unicode))


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()
) -> None:
    """Print rows under their columns, aligned, without boxes; `right` names those of numbers."""
    cells = [list(columns), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(columns))]
    numbers = {n for n, column in enumerate(columns) if column in set(right)}
    for row in cells:
        aligned = (
            cell.rjust(widths[n]) if n in numbers else cell.ljust(widths[n])
            for n, cell in enumerate(row)
        )
        print_line("  ".join(aligned).rstrip())


def print_note(text: str) -> None:
    """Print a line about the work on stderr."""
    sys.stderr.write(text + "\n")


def print_error(error: GeoError | str) -> None:
    """Print what went wrong on one line of stderr."""
    sys.stderr.write(f"geo: {' '.join(str(error).split())}\n")


def progress(items: Iterable[T], *, label: str, quiet: bool) -> Iterator[T]:
    """Pass items on, with a count on stderr while they go by, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(label, total=None)
        for item in items:
            yield item
            bar.advance(task)


@contextmanager
def scan_progress(*, quiet: bool) -> Iterator["Callable[[Progress], None] | None"]:
    """Give what shows how far a scan is: a bar on a terminal, elsewhere a line a minute."""
    if quiet:
        yield None
        return
    begun = time.monotonic()
    if not sys.stderr.isatty():
        last = begun

        def log(progress: "Progress") -> None:
            nonlocal last
            if time.monotonic() - last >= _LOG_SECONDS:
                last = time.monotonic()
                print_note(_how_far(progress, last - begun))

        yield log
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.description}"),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("starting", total=1.0)

        def show(progress: "Progress") -> None:
            bar.update(
                task,
                total=max(1, progress.bytes),
                completed=progress.bytes_done,
                description=_how_far(progress, time.monotonic() - begun),
            )

        yield show


def _how_far(progress: "Progress", seconds: float) -> str:
    """Say how many documents were done, how fast, what failed, and how long it will take."""
    rate = progress.documents / max(seconds, 1e-9)
    done_now = progress.bytes_done - progress.bytes_before
    left = seconds * (progress.bytes - progress.bytes_done) / done_now if done_now else None
    return ", ".join(
        [
            count(progress.documents, "document"),
            f"{rate:,.1f} a second",
            f"shard {progress.shards_done:,} of {progress.shards:,}",
            f"{progress.failed:,} failed",
            "time left unknown" if left is None else f"{duration(left)} left",
        ]
    )


def count(number: int, noun: str) -> str:
    """Write how many there are: `1 document`, `2,000 documents`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def duration(seconds: float) -> str:
    """Write seconds as `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return " ".join(str(value).split())


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    sys.stderr.write(f"geo: warning: {' '.join(str(message).split())}\n")
