"""Tell what `geo` wrote itself, so that a folder can hold documents and their map."""

import re
import zipfile
from pathlib import Path

from geo.errors import FormatError

__all__ = ["is_own_page", "is_own_rows", "is_written_by_geo", "own_rows"]

_HEAD = 4096  # bytes
_PAGE = re.compile(rb'<meta name="generator" content="mentionmap ')
#: Mentions, corrections, summaries: all say their schema first.
_SCHEMA = re.compile(rb'(?:\xef\xbb\xbf)?\{"schema": ?"geo\.')
_HEADER = re.compile(rb'(?:\xef\xbb\xbf)?"?document_id"?[,;\t]"?source"?[,;\t]"?start"?[,;\t]')
_FIRST_CELLS = (b"document_id", b"source", b"start", b"place_id")


def is_written_by_geo(path: Path) -> bool:
    """Tell whether a file is a map or a table of mentions that `geo` wrote, by its first bytes."""
    suffix = path.suffix.lower()
    try:
        if suffix in (".xlsx", ".xlsm"):
            return _is_own_workbook(path)
        with path.open("rb") as stream:
            if suffix == ".parquet":
                stream.seek(max(0, path.stat().st_size - 65536))
                foot = stream.read()
                return all(word in foot for word in (*_FIRST_CELLS, b"alternatives"))
            head = stream.read(_HEAD)
    except OSError:
        return False  # who reads it will say why
    return is_own_page(head) or is_own_rows(head)


def is_own_page(content: bytes) -> bool:
    """Tell whether HTML is a page of ours."""
    return _PAGE.search(content, 0, _HEAD) is not None


def is_own_rows(content: bytes) -> bool:
    """Tell whether JSON lines or CSV are rows or corrections of ours."""
    return _SCHEMA.match(content) is not None or _HEADER.match(content) is not None


def own_rows(name: str) -> FormatError:
    """Return what is said of rows where documents were expected."""
    return FormatError(
        f"cannot read {name}: it holds mentions or corrections that geo wrote, not documents. "
        "`geo map` draws mentions that are given by their own name; for corrections there is "
        "--corrections."
    )


def _is_own_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
                if name in archive.namelist():
                    with archive.open(name) as member:
                        head = member.read(_HEAD)
                    if all(word in head for word in _FIRST_CELLS):
                        return True
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return False
