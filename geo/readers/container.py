"""Read members of ZIP containers within limits."""

import io
import zipfile
import zlib
from types import TracebackType
from typing import NamedTuple, Self

from geo.errors import FormatError, ReadError

__all__ = ["Container", "ContainerLimits"]


class ContainerLimits(NamedTuple):
    """What a container may unpack to."""

    members: int = 10_000
    member_mb: int = 64
    total_mb: int = 256
    #: Bytes out of a byte in, for members of more than a megabyte. Text reaches about 10, XML of
    #: long tables 60, a bomb 1,000.
    ratio: int = 200


_DEFAULTS = ContainerLimits()
#: Other methods (LZMA above all) may ask for gigabytes of memory before the first byte.
_METHODS = frozenset([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
_SMALL = 1 << 20
_MB = 1 << 20


class Container:
    """A ZIP archive, or a document that is one; closed by `with`."""

    def __init__(self, content: bytes, name: str, limits: ContainerLimits = _DEFAULTS) -> None:
        """Open it.

        Raises
        ------
        FormatError
            It is broken.
        ReadError
            It holds too many members.
        """
        self._name = name
        self._limits = limits
        self._left = limits.total_mb * _MB
        # Counted before the directory is read: a directory of millions fills the memory.
        if content.count(b"PK\x01\x02") > limits.members:
            raise ReadError(
                f"cannot read {name}: it holds more than {limits.members:,} files. Unpack it."
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._broken(error) from error
        self._members = {info.filename: info for info in self._archive.infolist()}

    @property
    def names(self) -> list[str]:
        """Give the names of the files in it, folders left out, in the order of the archive."""
        return [name for name, info in self._members.items() if not info.is_dir()]

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def read(self, member: str) -> bytes:
        """Return the bytes of a member.

        Raises
        ------
        FormatError
            It is broken.
        ReadError
            It is encrypted, or unpacks to too much.
        """
        info = self._members[member]
        where = f"{self._name}, {member}"
        if info.flag_bits & 1:
            raise ReadError(
                f"cannot read {where}: it is encrypted with a password. Unpack it, give the files."
            )
        if info.compress_type not in _METHODS:
            raise ReadError(
                f"cannot read {where}: it is compressed in an unusual way. "
                "Unpack it, give the files."
            )
        if info.file_size > self._limits.member_mb * _MB:
            raise ReadError(
                f"cannot read {where}: it unpacks to {info.file_size // _MB:,} MB; "
                f"the limit is {self._limits.member_mb} MB. Unpack it and split it."
            )
        if info.file_size > _SMALL and info.file_size > self._limits.ratio * info.compress_size:
            raise ReadError(
                f"cannot read {where}: it unpacks to more than {self._limits.ratio} times its "
                "size, as a ZIP bomb does. Unpack it by hand if you trust it."
            )
        if info.file_size > self._left:
            raise ReadError(
                f"cannot read {where}: {self._name} unpacks to more than "
                f"{self._limits.total_mb} MB. Unpack it, give the folder."
            )
        try:
            # At most the size that was checked: zipfile stops there whatever follows.
            with self._archive.open(info) as file:
                content = file.read(info.file_size)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise self._broken(error, member) from error
        self._left -= len(content)
        return content

    def _broken(self, error: Exception, member: str = "") -> FormatError:
        where = f"{self._name}, {member}" if member else self._name
        said = " ".join(str(error).split()) or type(error).__name__
        return FormatError(
            f"cannot read {where}: the archive is broken ({said}). Fetch or save it again."
        )

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
