"""Parsed documents to files: one exporter a format, chosen by the suffix of the path."""

import io
import tempfile
from collections.abc import Iterable
from pathlib import Path

from geo.atomic import ByteSink, check_target
from geo.document import ParsedDocument
from geo.errors import UnknownNameError
from geo.protocols import Exporter
from geo.registry import implementation, names

__all__ = ["check", "export", "write_stream"]

_BLOCK = 1 << 20  # bytes


def export(
    parsed: Iterable[ParsedDocument], path: str | Path, *, format: str | Exporter | None = None
) -> Path:
    """Write parsed documents to `path`, in the format its suffix names.

    Parameters
    ----------
    parsed
        Read once; formats with a line or a Feature a mention hold one document at a time.
    path
        As `seeds.geojson`; its folder exists.
    format
        The name of a format, or an exporter, where the suffix does not say it.

    Returns
    -------
    path
        The same.

    Raises
    ------
    UnknownNameError
        No exporter writes that suffix.
    ExportError
        The file cannot be written; what was there before stays.
    """
    path = Path(path)
    exporter = _exporter(format or path.suffix, path)
    exporter.export(parsed, path)
    return path


def write_stream(
    parsed: Iterable[ParsedDocument], format: str | Exporter, stream: ByteSink
) -> None:
    """Write parsed documents in `format` to an open binary stream, as `sys.stdout.buffer`.

    Parameters
    ----------
    parsed
        Read once.
    format
        A suffix, with or without its dot: `jsonl`, `.csv`; or an exporter.
    stream
        Takes bytes. An exporter without a method `write(parsed, stream)` of its own writes a
        temporary file first.

    Raises
    ------
    UnknownNameError
        No exporter goes by that name.
    """
    exporter = _exporter(format, None)
    write = getattr(exporter, "write", None)
    if write is not None:
        write(parsed, stream)
        return
    with tempfile.TemporaryDirectory(prefix="geo-") as folder:
        file = Path(folder, "output").with_suffix(exporter.suffixes[0])
        exporter.export(parsed, file)
        with file.open("rb") as written:
            while block := written.read(_BLOCK):
                stream.write(block)


def check(path: str | Path, *, format: str | Exporter | None = None) -> None:
    """Refuse what `export` could not write, before the documents are parsed.

    Parameters
    ----------
    path, format
        As for `export`; the path `-` is standard output.

    Raises
    ------
    UnknownNameError
        No exporter writes that suffix.
    MissingExtraError
        The format needs a package that is not installed.
    ExportError
        The path is a folder, or its folder is not there.
    """
    path = Path(path)
    exporter = _exporter(format or path.suffix, path)
    if str(path) != "-":
        check_target(path)
    write = getattr(exporter, "write", None)
    if write is not None:
        write([], io.BytesIO())  # an empty file asks for all that a full one does


def _exporter(format: str | Exporter, path: Path | None) -> Exporter:
    if not isinstance(format, str):
        return format
    name = format.removeprefix(".")
    if not name:
        known = ", ".join("." + name for name in names("geo.exporters"))
        raise UnknownNameError(
            f"cannot tell the format of {path or 'the output'}: it has no suffix. Known: {known}."
        )
    exporter: Exporter = implementation("geo.exporters", name.lower())()
    return exporter
