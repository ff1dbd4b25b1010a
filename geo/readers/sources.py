"""From what was given on the command line to bytes: files, folders, globs, addresses, `-`."""

import glob
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from geo.errors import GeoError, GeoWarning, ReadError
from geo.protocols import Source
from geo.readers.fetching import fetch
from geo.readers.options import ReadOptions
from geo.readers.own import is_written_by_geo

__all__ = ["STANDARD_INPUT", "Opened", "count_files", "open_sources"]

STANDARD_INPUT = "-"
_GLOB = frozenset("*?[")


class Opened(NamedTuple):
    """The bytes of a source, and what its server says they are; empty where nobody did."""

    source: Source
    media_type: str = ""


def open_sources(
    sources: Iterable[str | Path],
    *,
    suffixes: Collection[str],
    stdin: BinaryIO | None = None,
    options: ReadOptions | None = None,
) -> Iterator[Opened | GeoError]:
    """Yield the bytes of each file that `sources` stand for, or why there are none.

    Parameters
    ----------
    sources
        A path of a file; of a folder, which stands for every file below it whose suffix is in
        `suffixes`, by path, hidden ones left out; a glob of files, if nothing has that very name
        (`**` reaches into folders); an http or https address; or `-`, standard input.
    suffixes
        Lower case, with the dot.
    stdin
        Defaults to the process's.
    options
        Whether addresses are fetched, and how large a source may be.

    Yields
    ------
    opened
        The name of its source is the path as given; below a folder, folder and path joined.
    """
    options = options or ReadOptions()
    for given in sources:
        name = str(given)
        if name == STANDARD_INPUT:
            content = (stdin or sys.stdin.buffer).read(options.largest_bytes + 1)
            yield _within(name, content, options)
            continue
        if options.addresses and name.lower().startswith(("http://", "https://")):
            yield _fetched(name, options)
            continue
        try:
            files = _files(name, suffixes)
        except OSError as error:
            yield error if isinstance(error, GeoError) else _failure(name, error)
            continue
        for file in files:
            yield _open(file, options)


def count_files(sources: Iterable[str | Path], *, suffixes: Collection[str]) -> int:
    """Return how many files the sources stand for; one that cannot be read counts as well."""
    count = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoWarning)  # they come when the files are read
        for given in sources:
            try:
                remote = str(given) == STANDARD_INPUT or "://" in str(given)
                count += 1 if remote else len(_files(str(given), suffixes))
            except OSError:
                count += 1
    return count


def _open(file: str, options: ReadOptions) -> Opened | GeoError:
    try:
        with Path(file).open("rb") as stream:
            return _within(file, stream.read(options.largest_bytes + 1), options)
    except OSError as error:
        return _failure(file, error)


def _within(name: str, content: bytes, options: ReadOptions) -> Opened | GeoError:
    if len(content) > options.largest_bytes:
        return ReadError(
            f"cannot read {name}: it is larger than {options.largest_bytes / 2**20:,.0f} MB. "
            "Split it."
        )
    return Opened(Source(name, content))


def _fetched(url: str, options: ReadOptions) -> Opened | GeoError:
    try:
        return Opened(*fetch(url, options))
    except GeoError as error:
        return error


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
        files = _without_own([file for file in files if file.is_file()], name)
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
    found = _without_own(found, str(folder))
    if not found:
        raise ReadError(
            f"cannot read {folder}: it holds no {', '.join(sorted(suffixes))} file. "
            "Name files of another suffix one by one."
        )
    return [str(file) for file in found]


def _without_own(files: list[Path], name: str) -> list[Path]:
    """Leave out what `geo` wrote beside the documents; who means it gives it by its own name."""
    own = [file for file in files if is_written_by_geo(file)]
    if own:
        shown = ", ".join(str(file) for file in own[:3]) + (", ..." if len(own) > 3 else "")
        warnings.warn(
            f"{name}: passed over {shown}, which geo wrote. Give a file by its name to read it.",
            GeoWarning,
            stacklevel=2,
        )
    return [file for file in files if file not in own]


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
