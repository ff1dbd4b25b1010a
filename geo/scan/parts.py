"""Parts: one GeoParquet file a shard, which also says what was done and what failed.

A part appears in one step when its shard is done, so the parts are the truth about a scan: the
manifest and `failed.jsonl` are made from them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from geo.document import ParsedDocument
from geo.errors import FormatError
from geo.exporters.parquet import RowWriter
from geo.scan.files import Folder
from geo.scan.plan import Shard

__all__ = ["Failure", "PartSummary", "PartWriter", "read_summary", "writing_part"]

#: The key of the summary in the metadata of a part.
_KEY = "geo.scan"

#: Rows of a row group; a worker holds no more.
_HELD_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document, or a file, that could not be done."""

    source: str  #: `news.jsonl#line=17`
    reason: str  #: one sentence
    document_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSummary:
    """What is in a part."""

    shard: int
    digest: str  #: of the shard and of what the scan was made with
    documents: int = 0
    words: int = 0
    mentions: int = 0
    resolved: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(slots=True)
class PartWriter:
    """Write parsed documents, and count."""

    shard: Shard
    digest: str
    rows: RowWriter
    documents: int = 0
    words: int = 0
    mentions: int = 0
    resolved: int = 0
    failures: list[Failure] = field(default_factory=list)

    def add(self, parsed: ParsedDocument) -> None:
        """Write the rows of a document."""
        self.rows.add(parsed)
        self.documents += 1
        self.words += len(parsed.document.text.split())
        self.mentions += len(parsed.resolutions)
        self.resolved += sum(r.place is not None for r in parsed.resolutions)

    def fail(self, failure: Failure) -> None:
        """Note what could not be done."""
        self.failures.append(failure)

    def summary(self) -> PartSummary:
        """Return what was written so far."""
        return PartSummary(
            shard=self.shard.number,
            digest=self.digest,
            documents=self.documents,
            words=self.words,
            mentions=self.mentions,
            resolved=self.resolved,
            failures=tuple(self.failures),
        )


@contextmanager
def writing_part(folder: Folder, shard: Shard, digest: str) -> Iterator[PartWriter]:
    """Open the part of a shard; it appears when the block ends well, and never by halves."""
    with folder.replacing(shard.part) as stream, RowWriter(stream, held_rows=_HELD_ROWS) as rows:
        writer = PartWriter(shard, digest, rows)
        yield writer
        rows.note({_KEY: json.dumps(asdict(writer.summary()), ensure_ascii=False)})


def read_summary(folder: Folder, name: str) -> PartSummary:
    """Return the summary of a part.

    Raises
    ------
    FormatError
        The file is broken, or no part of a scan.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with folder.open(name) as stream:
            metadata = pq.ParquetFile(stream).metadata.metadata or {}
    except (pa.ArrowException, OSError) as error:
        raise FormatError(f"{folder.path}/{name} is broken: {error}.") from error
    if _KEY.encode() not in metadata:
        raise FormatError(f"{folder.path}/{name} is no part of a scan.")
    # Any: the values of JSON.
    values: dict[str, Any] = json.loads(metadata[_KEY.encode()])
    failures = tuple(Failure(**failure) for failure in values.pop("failures"))
    return PartSummary(failures=failures, **values)
