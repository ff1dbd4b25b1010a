"""Read the documents of a ZIP archive, each by its own reader."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import ClassVar

from geo.document import Document
from geo.errors import GeoError, ReadError
from geo.protocols import Source
from geo.readers.assembling import raising
from geo.readers.container import Container, ContainerLimits
from geo.readers.dispatching import read_source
from geo.readers.options import DEFAULTS, ReadOptions
from geo.readers.sniffing import refuse_other_format
from geo.registry import names

__all__ = ["ZipReader"]

_LIMITS = ContainerLimits(members=10_000, member_mb=100, total_mb=2_000, ratio=200)


@dataclass(frozen=True, slots=True)
class ZipReader:
    """Read the files of known suffixes in a ZIP archive, by path, hidden ones left out.

    Archives within archives are refused.
    """

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = (".zip",)
    media_types: ClassVar[tuple[str, ...]] = ("application/zip", "application/x-zip-compressed")

    def with_options(self, options: ReadOptions) -> "ZipReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`; its name and `#path` become their `source`.

        Raises
        ------
        ReadError
            It is empty, encrypted, unpacks to too much or holds no file of a known suffix; or one
            of its files cannot be read.
        FormatError
            It is broken or of another format.
        """
        yield from raising(self.read_each(source))

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield the same, and for each file that cannot be read an error in its place."""
        try:
            refuse_other_format(source.content, source.name, "zip")
            with Container(source.content, source.name, _LIMITS) as container:
                yield from self._members(container, source.name)
        except GeoError as error:
            yield error

    def _members(self, container: Container, name: str) -> Iterator[Document | GeoError]:
        known = {f".{one}" for one in names("geo.readers")}
        members = [one for one in sorted(container.names) if _is_wanted(one, known)]
        if not members:
            raise ReadError(
                f"cannot read {name}: it holds no file of a known format. Unpack it and look."
            )
        for member in members:
            full = f"{name}#{member}"
            if PurePath(member).suffix.lower() == ".zip":
                yield ReadError(
                    f"cannot read {full}: archives within archives are not read. Unpack it."
                )
                continue
            try:
                content = container.read(member)
            except GeoError as error:
                yield error
                continue
            yield from read_source(Source(full, content), self.options)


def _is_wanted(member: str, known: set[str]) -> bool:
    path = PurePath(member)
    # "__MACOSX/._a.pdf" is what macOS puts beside each file.
    return path.suffix.lower() in known and not any(
        part.startswith((".", "__MACOSX")) for part in path.parts
    )
