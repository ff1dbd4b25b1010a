"""What a source is by its first bytes, for standard input and for files of unknown suffixes."""

import json
import re

from geo.errors import FormatError, ReadError

__all__ = ["refuse_other_format", "sniff"]

_HEAD = 4096
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MBOX = re.compile(rb"From \S+ .*\d{4}\r?\n[!-9;-~]+:", re.IGNORECASE)
_HEADER = re.compile(rb"([!-9;-~]+):[ \t]?.*(?:\r?\n[ \t].*)*(?:\r?\n|$)")
#: Two of these make a mail; one alone also opens a note ("Subject: the trip").
_MAIL_HEADERS = frozenset(
    b"from to cc date subject received return-path delivered-to message-id mime-version "
    b"content-type reply-to sender in-reply-to dkim-signature".split()
)

#: How a format is called in messages.
_CALLED = {
    "csv": "a table",
    "docx": "a Word document",
    "eml": "a mail",
    "html": "an HTML page",
    "jsonl": "JSON lines",
    "mbox": "a mailbox",
    "mhtml": "a saved page",
    "odt": "an OpenDocument text",
    "ods": "an OpenDocument spreadsheet",
    "parquet": "a Parquet file",
    "pdf": "a PDF",
    "rtf": "a rich text",
    "xls": "an old Excel spreadsheet",
    "xlsx": "an Excel spreadsheet",
    "zip": "a ZIP archive",
}


def sniff(content: bytes) -> str | None:
    """Return the name of the format that `content` begins like; `None` where it may be any text.

    Office documents, which are ZIP archives, are told apart by the members they hold.
    """
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(content)
    if content.startswith(b"PAR1"):
        return "parquet"
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if _MBOX.match(head):
        return "mbox"
    if _HTML.match(head):
        return "html"
    if head.startswith(b"{") and _is_json_lines(content):
        return "jsonl"
    return _mail(head)


def refuse_other_format(content: bytes, name: str, expected: str) -> None:
    """Raise if `content` is empty, or plainly of another format than `expected`.

    Raises
    ------
    ReadError
        There are no bytes.
    FormatError
        The content is of another format, or encrypted, or not of the format it claims.
    """
    if not content:
        raise ReadError(f"cannot read {name}: it is empty. Give a file that has text.")
    called = _CALLED.get(expected, expected)
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ReadError(
                f"cannot read {name}: it is encrypted with a password. "
                "Open it, save it without one, and give that file."
            )
        if expected != "xls":
            raise FormatError(
                f"cannot read {name}: it is an office document of before 2007, not {called}. "
                "Open it and save it in the newer format."
            )
        return
    found = sniff(content)
    if found == expected:
        return
    if found is not None:
        raise FormatError(
            f"cannot read {name}: it is {_CALLED[found]}, not {called}. "
            f"Give it the suffix .{found}."
        )
    raise FormatError(
        f"cannot read {name}: it is not {called}, whatever its name says. "
        "Check that the file is whole, or give its text as .txt."
    )


def _zipped(content: bytes) -> str:
    # Names of members stand uncompressed in the local headers and in the directory at the end.
    ends = content[:_HEAD] + content[-(1 << 16) :]
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in content[:_HEAD]:
        return "odt"
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in content[:_HEAD]:
        return "ods"
    if b"[Content_Types].xml" in ends:
        for mark, name in ((b"word/", "docx"), (b"xl/", "xlsx")):
            if mark in ends:
                return name
    return "zip"


def _is_json_lines(content: bytes) -> bool:
    line = content.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _mail(head: bytes) -> str | None:
    found: set[bytes] = set()
    saved_page = False
    offset = 0
    while match := _HEADER.match(head, offset):
        found.add(match[1].lower())
        saved_page |= b"multipart/related" in match[0].lower()
        offset = match.end()
    known = found & _MAIL_HEADERS
    if len(known) < 2 or (offset < len(head) and head[offset : offset + 1] not in b"\r\n"):
        return None
    return "mhtml" if saved_page and b"snapshot-content-location" in found else "eml"
