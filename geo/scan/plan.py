"""A corpus to shards: pieces of like size that are scanned one by one, each to a part of its own.

The same files give the same shards on any machine and with any number of workers.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.errors import GeoError
from geo.scan.files import Listed
from geo.scan.slices import Slice, cut

__all__ = ["Shard", "plan_shards"]

#: Bytes of a shard. A large corpus gets large shards, for engines like few files; a small one gets
#: some dozens, so that workers end together and little is done again after a crash.
_LARGEST = 8 << 20
_SMALLEST = 16 << 10
_WANTED = 64

#: Files of a shard at most.
_MOST_FILES = 512


@dataclass(frozen=True, slots=True)
class Shard:
    """What one task scans."""

    number: int
    slices: tuple[Slice, ...]

    @property
    def part(self) -> str:
        """Give the name of its part."""
        return f"part-{self.number:06d}.parquet"

    @property
    def size(self) -> int:
        """Give its bytes, about."""
        return sum(one.size for one in self.slices)

    @property
    def digest(self) -> str:
        """Give what tells it from any other shard: its slices, and the state of their files."""
        rows = repr([one.as_row() for one in self.slices])
        return hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def plan_shards(
    files: Sequence[Listed], *, first: int = 0
) -> tuple[list[Shard], list[tuple[Listed, GeoError]]]:
    """Cut files into shards, in their order.

    Parameters
    ----------
    files
        The files of the corpus.
    first
        The number of the first shard.

    Returns
    -------
    shards
        Numbered without gaps.
    refused
        Files that cannot be cut, and why.
    """
    total = sum(file.size for file in files)
    size = min(_LARGEST, max(_SMALLEST, total // _WANTED))
    most_files = min(_MOST_FILES, max(1, len(files) // _WANTED))
    shards: list[Shard] = []
    refused: list[tuple[Listed, GeoError]] = []
    bundle: list[Slice] = []
    held = 0

    def close(slices: Iterable[Slice]) -> None:
        shards.append(Shard(first + len(shards), tuple(slices)))

    for file in files:
        try:
            slices = list(cut(file, size))
        except GeoError as error:
            refused.append((file, error))
            continue
        full = held + file.size > size or len(bundle) >= most_files
        if bundle and (full or len(slices) > 1):
            close(bundle)
            bundle, held = [], 0
        if len(slices) > 1:
            for one in slices:
                close([one])
            continue
        bundle += slices
        held += file.size
    if bundle:
        close(bundle)
    return shards, refused
