"""stdout is data, stderr is everything else; this module owns both."""

import json
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from geo.errors import GeoError

__all__ = [
    "print_error",
    "print_json",
    "print_line",
    "print_note",
    "print_table",
    "progress",
    "setup",
]

T = TypeVar("T")


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
