"""Replace a file in one step: write aside in its folder, then rename."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from geo.errors import ExportError

__all__ = ["ByteSink", "check_target", "replacing"]


class ByteSink(Protocol):
    """Anything that takes bytes: a binary file, `sys.stdout.buffer`, `io.BytesIO`."""

    def write(self, data: bytes, /) -> object:
        """Take all of `data`."""
        ...


@contextmanager
def replacing(path: Path) -> Iterator[ByteSink]:
    """Open a file that takes the place of `path` when the block ends well.

    Until then, and after any exception, what was at `path` stays as it was. A link is followed;
    a device or a pipe (`/dev/null`) is written to directly.

    Parameters
    ----------
    path
        The file to write; its folder exists.

    Yields
    ------
    sink
        Takes bytes.

    Raises
    ------
    ExportError
        The file cannot be written. Exceptions of the block itself pass unchanged.
    """
    check_target(path)
    with _failures(path):
        target = Path(os.path.realpath(path))
        special = target.exists() and not target.is_file()
        aside = target.with_name(f".geo-{secrets.token_hex(8)}.part")
        stream: BinaryIO = target.open("wb") if special else aside.open("xb")
    try:
        yield _Sink(stream, path)
        with _failures(path):
            stream.close()
            if not special:
                if target.exists():
                    shutil.copymode(target, aside)
                aside.replace(target)
    except BaseException:
        # Closing flushes, which may fail once more; the first failure is the one to tell.
        with suppress(OSError):
            stream.close()
        if not special:
            with suppress(OSError):
                aside.unlink()
        raise


def check_target(path: Path) -> None:
    """Refuse a path that cannot become a file, before the work that would be written there.

    Raises
    ------
    ExportError
        It is a folder, or its folder is not there.
    """
    with _failures(path):
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise ExportError(f"cannot write {path}: it is a folder. Give the path of a file.")
        if not target.parent.is_dir():
            raise ExportError(
                f"cannot write {path}: there is no folder {path.parent}. Make it first."
            )


class _Sink:
    """Say of which file a failing write was."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream = stream
        self._path = path

    def write(self, data: bytes, /) -> int:
        with _failures(self._path):
            return self._stream.write(data)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except ExportError:
        raise
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise ExportError(
            f"cannot write {path}: {what}. Give a path that can be written, or make room."
        ) from error
