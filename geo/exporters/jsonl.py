"""Write mentions as JSON Lines, a mention a line: the format `geo.mentions/1`."""

from collections.abc import Iterable
from pathlib import Path

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.exporters.rows import encode, rows

__all__ = ["SCHEMA", "JsonlExporter"]

SCHEMA = "geo.mentions/1"


class JsonlExporter:
    """Write `geo.mentions/1`: the key `schema`, then the columns of `geo.exporters.rows`."""

    suffixes: tuple[str, ...] = (".jsonl", ".ndjson")

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write UTF-8 bytes, a document at a time."""
        for document in parsed:
            lines = [encode({"schema": SCHEMA, **row}) + "\n" for row in rows(document)]
            stream.write("".join(lines).encode("utf-8", "backslashreplace"))
