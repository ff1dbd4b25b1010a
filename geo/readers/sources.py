"""From what was given on the command line to bytes: files, folders, globs, standard input."""

import glob
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from geo.errors import GeoError, ReadError
from geo.protocols import Source

__all__ = ["STANDARD_INPUT", "open_sources"]

STANDARD_INPUT = "-"
_GLOB = frozenset("*?[")


def open_sources(
    sources: Iterable[str | Path], *, suffixes: Collection[str], stdin: BinaryIO | None = None
) -> Iterator[Source | GeoError]:
    """Yield the bytes of each file that `sources` stand for, or why there are none.

    Parameters
    ----------
    sources
        A path of a file; of a folder, which stands for every file below it whose suffix is in
        `suffixes`, by path, hidden ones left out; a glob of files, if nothing has that very name
        (`**` reaches into folders); or `-`, standard input.
    suffixes
        Lower case, with the dot.
    stdin
        Defaults to the process's.

    Yields
    ------
    source
        `name` is the path as given; below a folder, folder and path joined.
    """
    for given in sources:
        name = str(given)
        if name == STANDARD_INPUT:
            yield Source(name, (stdin or sys.stdin.buffer).read())
            continue
        try:
            files = _files(name, suffixes)
        except OSError as error:
            yield error if isinstance(error, GeoError) else _failure(name, error)
            continue
        for file in files:
            yield _open(file)


def _open(file: str) -> Source | GeoError:
    try:
        return Source(file, Path(file).read_bytes())
    except OSError as error:
        return _failure(file, error)


def _files(name: str, suffixes: Collection[str]) -> list[str]:
    path = Path(name)
    if path.is_dir():
        return _members(path, suffixes)
    if path.exists():
        return [name]
    if "://" in name:
        raise ReadError(
            f"cannot read {name}: addresses are not read. Save the page, give the file."
        )
    if not _GLOB.isdisjoint(name):
        matches = glob.glob(name, recursive=True)  # noqa: PTH207  # Path.glob takes no absolute one
        files = sorted(map(Path, matches))
        files = [file for file in files if file.is_file()]
        if not files:
            raise ReadError(f"cannot read {name}: no file matches. Check the folder it names.")
        return [str(file) for file in files]
    raise ReadError(
        f"cannot read {name}: no such file. Give a path that exists, or - for standard input."
    )


def _members(folder: Path, suffixes: Collection[str]) -> list[str]:
    next(folder.iterdir(), None)  # says so where the folder may not be read
    found = [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in suffixes
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and file.is_file()
    ]
    if not found:
        raise ReadError(
            f"cannot read {folder}: it holds no {', '.join(sorted(suffixes))} file. "
            "Name files of another suffix one by one."
        )
    return [str(file) for file in found]


def _failure(name: str, error: OSError) -> ReadError:
    what = (error.strerror or str(error)).lower()
    advice = (
        "Give yourself the right to read it."
        if isinstance(error, PermissionError)
        else "Give a path that can be read."
    )
    failure = ReadError(f"cannot read {name}: {what}. {advice}")
    failure.__cause__ = error
    return failure
