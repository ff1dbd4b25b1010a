"""Where a corpus lies and where its parts go: local folders and any URL that fsspec knows."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.atomic import ByteSink, replacing
from geo.errors import ExportError, GeoError, MissingExtraError, ReadError, SettingsError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["Folder", "Listed", "list_files", "opened", "read_bytes"]

#: How a file that was being written when its writer was killed is called; see `geo.atomic`.
_ASIDE = (".geo-", ".part")
_GLOB = frozenset("*?[")


class Listed(NamedTuple):
    """A file of the corpus."""

    path: str  #: as given; below a folder, folder and path joined
    size: int  #: bytes
    state: str  #: changes when the file does: its size, with its time of change or its ETag


def list_files(source: str, *, suffixes: Collection[str]) -> list[Listed]:
    """Return the files that a source stands for, by path.

    Parameters
    ----------
    source
        A file; a folder, which stands for every file below it whose suffix is in `suffixes`,
        hidden ones left out; or a glob. A local path, or a URL such as `s3://bucket/news/`.
    suffixes
        Lower case, with the dot.

    Raises
    ------
    ReadError
        Nothing is there.
    MissingExtraError
        The package that knows such URLs is not installed.
    """
    system, root = _system(source)
    try:
        if _is_glob(source) and not system.exists(root):
            found = system.glob(root, detail=True)
            files = {path: facts for path, facts in found.items() if facts["type"] == "file"}
            missing = "no file matches"
        elif system.isdir(root):
            found = system.find(root, detail=True)
            files = {p: f for p, f in found.items() if _is_wanted(p, root, suffixes)}
            missing = f"it holds no {', '.join(sorted(suffixes))} file"
        else:
            files = {root: system.info(root)}
            missing = "no such file"
    except FileNotFoundError as error:
        raise ReadError(
            f"cannot read {source}: no such file. Give a path or a URL that exists."
        ) from error
    except OSError as error:
        raise ReadError(
            f"cannot read {source}: {_said(error)}. Give a path that can be read."
        ) from error
    if not files:
        raise ReadError(f"cannot read {source}: {missing}. Check the path.")
    return [_listed(source, root, path, facts) for path, facts in sorted(files.items())]


# Any: what is known of a file differs from one file system to the next.
def _listed(source: str, root: str, path: str, facts: dict[str, Any]) -> Listed:
    changed = facts.get("ETag") or facts.get("mtime") or facts.get("LastModified") or ""
    size = int(facts["size"] or 0)
    return Listed(_as_given(source, root, path), size, f"{size} {changed}".strip())


def _is_wanted(path: str, root: str, suffixes: Collection[str]) -> bool:
    below = path.removeprefix(root).strip("/")
    hidden = any(part.startswith(".") for part in below.split("/"))
    return not hidden and os.path.splitext(path)[1].lower() in suffixes  # noqa: PTH122  # no object a file


def _is_glob(source: str) -> bool:
    return not _GLOB.isdisjoint(source)


def _as_given(source: str, root: str, path: str) -> str:
    """Name a file as the person did who named its folder: relative, or with its protocol."""
    if path == root:
        return source
    if "://" in source:
        protocol = source.split("://")[0]
        return f"{protocol}://{path}" if protocol != "memory" else f"memory:/{path}"
    if _is_glob(source):
        return path if os.path.isabs(source) else os.path.relpath(path)  # noqa: PTH117
    return str(Path(source, path.removeprefix(root).lstrip("/")))


def read_bytes(path: str, start: int = 0, end: int | None = None) -> bytes:
    """Return the bytes `[start, end)` of a file of the corpus, all of it where nothing is said.

    Raises
    ------
    ReadError
        It is gone, or cannot be read.
    """
    system, root = _system(path)
    try:
        content: bytes = system.cat_file(root, start=start or None, end=end)
    except FileNotFoundError as error:
        raise ReadError(
            f"cannot read {path}: no such file. It was there when the scan began."
        ) from error
    except OSError as error:
        raise ReadError(
            f"cannot read {path}: {_said(error)}. Give a path that can be read."
        ) from error
    return content


@contextmanager
def opened(path: str) -> Iterator[Any]:  # Any: fsspec's files are no `BinaryIO` to the types
    """Open a file of the corpus for reading from anywhere in it."""
    system, root = _system(path)
    with system.open(root, "rb") as stream:
        yield stream


class Folder:
    """The folder of a scan's output; local, or a URL.

    Parameters
    ----------
    path
        `make` makes it where it is missing.

    Raises
    ------
    ExportError
        It is a file.
    MissingExtraError
        What a scan needs is not installed.
    """

    def __init__(self, path: str) -> None:
        if not (find_spec("fsspec") and find_spec("pyarrow")):
            raise MissingExtraError('a scan needs an extra: pip install "mentionmap[scan]".')
        self.path = path.rstrip("/") or path
        self._system, self._root = _system(path)
        self._root = self._root.rstrip("/")
        self.is_local = _is_local(self._system)
        if self.is_local and Path(self._root).is_file():
            raise ExportError(f"cannot write to {path}: it is a file. Give the path of a folder.")

    def make(self) -> None:
        """Make the folder where it is missing."""
        try:
            self._system.makedirs(self._root, exist_ok=True)
        except OSError as error:
            raise ExportError(
                f"cannot make the folder {self.path}: {_said(error)}. Give one that can be written."
            ) from error

    def local(self, name: str) -> Path:
        """Return the local path of a file in it; only where `is_local`."""
        return Path(self._root, name)

    def holds(self, path: str) -> bool:
        """Tell whether a file of the corpus lies in it."""
        if not self.is_local:
            return path.startswith(f"{self.path}/")
        return "://" not in path and Path(path).resolve().is_relative_to(Path(self._root).resolve())

    def names(self) -> list[str]:
        """Return the names of the files in it, sorted; none where there is no folder."""
        self._system.invalidate_cache()
        try:
            found = self._system.ls(self._root, detail=False)
        except FileNotFoundError:
            return []
        return sorted(path.rstrip("/").rsplit("/", 1)[-1] for path in found)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file in it, or None where there is none."""
        try:
            content: bytes = self._system.cat_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ReadError(f"cannot read {self.path}/{name}: {_said(error)}.") from error
        return content

    def open(self, name: str) -> Any:  # Any: see `opened`
        """Open a file in it for reading from anywhere."""
        return self._system.open(f"{self._root}/{name}", "rb")

    def remove(self, name: str) -> None:
        """Remove a file from it, if it is there."""
        if self.is_local:
            self.local(name).unlink(missing_ok=True)
        elif self._system.exists(f"{self._root}/{name}"):
            self._system.rm_file(f"{self._root}/{name}")

    def sweep(self) -> None:
        """Remove what writers that were killed have left half-written."""
        begins, ends = _ASIDE
        for name in self.names():
            if name.startswith(begins) and name.endswith(ends):
                self.remove(name)

    @contextmanager
    def replacing(self, name: str) -> Iterator[ByteSink]:
        """Open a file that takes the place of `name` when the block ends well.

        An object store shows an object when it is whole, a local file is written aside and renamed.

        Raises
        ------
        ExportError
            It cannot be written; what was there stays.
        """
        if self.is_local:
            with replacing(self.local(name)) as sink:
                yield sink
            return
        target = f"{self._root}/{name}"
        stream = None
        try:
            with self._system.transaction:
                stream = self._system.open(target, "wb")
                yield stream
                stream.close()
        except OSError as error:
            if isinstance(error, GeoError):
                raise
            raise ExportError(
                f"cannot write {self.path}/{name}: {_said(error)}. Give a place that can be "
                "written, or make room."
            ) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file in one step."""
        with self.replacing(name) as sink:
            sink.write(content)


def _system(path: str) -> "tuple[AbstractFileSystem, str]":
    from fsspec.core import url_to_fs

    if path.startswith(("http://", "https://")):
        raise SettingsError(
            f"cannot scan {path}: a scan reads files and object stores. `geo export` fetches it."
        )
    try:
        system, root = url_to_fs(path)
    except ImportError as error:
        protocol = path.split("://")[0]
        raise MissingExtraError(
            f"reading {protocol}:// needs a package that is not installed: {error} "
            'For S3: pip install "mentionmap[s3]".'
        ) from error
    except ValueError as error:
        raise SettingsError(f"cannot read {path}: {error}. Give a path or a URL.") from error
    return system, root


def _is_local(system: "AbstractFileSystem") -> bool:
    protocol = system.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


def _said(error: OSError) -> str:
    return " ".join((error.strerror or str(error)).lower().split())[:200].rstrip(".")
