"""Write GeoParquet 1.1, a row a mention, for data frames and column stores."""

import datetime as dt
import io
import struct
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.errors import MissingExtraError
from geo.exporters.rows import ALTERNATIVE_TYPES, TYPES, ColumnType, encode, rows

__all__ = ["ParquetExporter", "RowWriter"]

_ROW_GROUP = 50_000  # rows held at a time

# Without a `crs` the coordinates are longitude and latitude in OGC:CRS84.
_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


class ParquetExporter:
    """Write the columns of `geo.exporters.rows`, then `geometry`: WKB, null where not placed.

    `start`, `end` and `population` are 64-bit integers, `published` is a date, `alternatives` a
    list of structs. The coordinates are in OGC:CRS84. Compressed with zstd. Lone surrogates
    become `?`.
    """

    suffixes: tuple[str, ...] = (".parquet", ".geoparquet")

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`.

        Raises
        ------
        MissingExtraError
            pyarrow is not installed.
        """
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write some ten thousand rows at a time."""
        with RowWriter(stream) as writer:
            for document in parsed:
                writer.add(document)


class RowWriter:
    """Write the rows of parsed documents as they come, in the format of `ParquetExporter`.

    Parameters
    ----------
    stream
        Takes the bytes of the file; it is whole when the block has ended.
    held_rows
        Rows that are held at a time; so many make a row group.

    Raises
    ------
    MissingExtraError
        pyarrow is not installed.
    """

    def __init__(self, stream: ByteSink, *, held_rows: int = _ROW_GROUP) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise MissingExtraError(
                'writing .parquet needs an extra: pip install "mentionmap[parquet]".'
            ) from error
        self._table = pa.Table
        self._schema = _schema(pa)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(_File(stream), mode="w"), self._schema, compression="zstd"
        )
        self._held_rows = held_rows
        self._held: list[dict[str, object]] = []

    def add(self, parsed: ParsedDocument) -> None:
        """Write the rows of a document."""
        for row in rows(parsed):
            self._held.append({column: _value(column, row[column]) for column in row} | _point(row))
            if len(self._held) == self._held_rows:
                self._flush()

    def note(self, notes: Mapping[str, str]) -> None:
        """Add texts of the caller's own to the file's metadata."""
        self._writer.add_key_value_metadata(dict(notes))

    def close(self) -> None:
        """Write what is held, and the end of the file."""
        if self._held:
            self._flush()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        # The first failure is the one to tell; a writer left open would try again when it goes.
        with suppress(Exception):
            self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(self._table.from_pylist(self._held, schema=self._schema))
        self._held = []


class _File(io.RawIOBase):
    """Make a file of a sink, as pyarrow wants one; closing it leaves the sink open."""

    def __init__(self, sink: ByteSink) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    # pyarrow hands over `bytes`; the base class would take any buffer.
    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._sink.write(data)
        return len(data)


# pyarrow carries no types, hence `Any`.
def _schema(pa: Any) -> Any:
    types: dict[ColumnType, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
        "date": pa.date32(),
    }
    types["list"] = pa.list_(pa.struct([(k, types[v]) for k, v in ALTERNATIVE_TYPES.items()]))
    fields = [(column, types[kind]) for column, kind in TYPES.items()]
    return pa.schema([*fields, ("geometry", pa.binary())], metadata={"geo": encode(_GEO)})


def _point(row: dict[str, object]) -> dict[str, object]:
    if row["longitude"] is None:
        return {"geometry": None}
    return {"geometry": struct.pack("<BIdd", 1, 1, row["longitude"], row["latitude"])}


def _value(column: str, value: object) -> object:
    if isinstance(value, list):
        return [{key: _value(key, part) for key, part in one.items()} for one in value]
    if isinstance(value, str):
        if TYPES.get(column) == "date":
            return dt.date.fromisoformat(value)
        return value.encode("utf-8", "replace").decode()
    return value
