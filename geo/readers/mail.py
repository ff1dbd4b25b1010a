"""Read mail: a message (EML) or a mailbox of many (MBOX)."""

import email
import email.policy
import email.utils
import re
from collections.abc import Iterator
from email.message import Message
from typing import ClassVar

from geo.document import Document
from geo.errors import FormatError, GeoError, ReadError
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import (
    join_parts,
    language_tag,
    metadata_of,
    no_text,
    parse_date,
    raising,
    stem,
)
from geo.readers.decoding import decode
from geo.readers.html_text import decode_html, text_of_html
from geo.readers.sniffing import refuse_other_format, sniff

__all__ = ["EmlReader", "MboxReader"]

_SEPARATOR = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FLOWED = re.compile(r"(?<=[^ \n]) \n(?=[^>\s])")
#: The library takes seconds over a list of ten thousand recipients.
_HEADER_CHARACTERS = 5000
_PARTS = 1000
_DEPTH = 50


class EmlReader:
    """Read a message as one document: its subject, then its body, as sections.

    Of a message in several forms the plain one is taken, else the text of the HTML. Attachments
    are named in the metadata, not read. The id is the message's own, so that a thread keeps its
    corrections.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".eml", ".emlx")
    media_types: ClassVar[tuple[str, ...]] = ("message/rfc822",)
    apart: ClassVar[Limits] = Limits()

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty or has no text.
        FormatError
            It is of another format.
        """
        content = source.content
        if source.name.lower().endswith(".emlx"):
            # Apple puts the length in a line before, and a property list after.
            length, _, rest = content.partition(b"\n")
            if length.strip().isdigit():
                content = rest[: int(length[:12])]
        if not content or sniff(content) not in ("eml", "mhtml"):
            refuse_other_format(content, source.name, "eml")
        yield _document(content, source.name)


class MboxReader:
    """Read a mailbox; each message is a document as `EmlReader` makes it."""

    suffixes: ClassVar[tuple[str, ...]] = (".mbox", ".mbx")
    media_types: ClassVar[tuple[str, ...]] = ("application/mbox",)
    apart: ClassVar[Limits] = Limits(seconds_a_megabyte=0.2)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`; its name and `#message=N` become their `source`.

        Raises
        ------
        ReadError
            It is empty, or a message has no text.
        FormatError
            It is of another format.
        """
        yield from raising(self.read_each(source))

    def read_each(self, source: Source) -> Iterator[Document | GeoError]:
        """Yield the same, and for each message that cannot be read an error in its place."""
        try:
            if not source.content or sniff(source.content) != "mbox":
                refuse_other_format(source.content, source.name, "mbox")
        except GeoError as error:
            yield error
            return
        for number, content in enumerate(_messages(source.content), start=1):
            try:
                yield _document(content, f"{source.name}#message={number}")
            except GeoError as error:
                yield error


def _messages(content: bytes) -> Iterator[bytes]:
    """Yield the messages between lines `From ...` that follow a blank line."""
    start = -1
    for match in _SEPARATOR.finditer(content):
        at = match.start()
        if at and not content[max(0, at - 4) : at].endswith((b"\n\n", b"\r\n\r\n")):
            continue
        if start >= 0:
            yield _QUOTED_FROM.sub(rb"\1", content[start:at])
        start = match.end()
    if start >= 0:
        yield _QUOTED_FROM.sub(rb"\1", content[start:])


def _document(content: bytes, name: str) -> Document:
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        parts = list(_text_parts(message, name))
    except RecursionError as error:
        raise FormatError(
            f"cannot read {name}: its parts are nested too deeply. Give its text as .txt."
        ) from error
    subject = _header(message, "Subject")
    body = _body(parts, name)
    text, sections = join_parts([("subject", subject), ("body", body)])
    if not text:
        raise no_text(name)
    sender = _header(message, "From")
    attachments = ", ".join(filter(None, (_file_name(part) for part in parts)))
    return Document(
        text=text,
        id=_header(message, "Message-ID").strip("<> "),
        source=name,
        title=subject or stem(name.partition("#")[0]),
        language=language_tag(_header(message, "Content-Language").partition(",")[0]),
        published=parse_date(_header(message, "Date")),
        sections=sections,
        metadata=metadata_of(
            {
                "author": sender,
                "to": _header(message, "To"),
                "attachments": attachments,
            }
        ),
    )


def _text_parts(message: Message, name: str) -> Iterator[Message]:
    """Yield the parts without parts, in order; those of attached messages are left out."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    met = 0
    while waiting:
        part, depth = waiting.pop()
        met += 1
        if met > _PARTS or depth > _DEPTH:
            raise ReadError(
                f"cannot read {name}: it has more than {_PARTS} parts, or more than {_DEPTH} "
                "within each other. Give its text as .txt."
            )
        payload = part.get_payload()
        if not part.is_multipart() or not isinstance(payload, list):
            yield part
        elif part.get_content_maintype() == "multipart" or depth == 0:
            waiting.extend(
                (inner, depth + 1) for inner in reversed(payload) if isinstance(inner, Message)
            )


def _body(parts: list[Message], name: str) -> str:
    """Return the plain parts; where there are none, the text of the HTML parts."""
    shown = [part for part in parts if _file_name(part) is None]
    plain = [_text(part, name) for part in shown if part.get_content_type() == "text/plain"]
    if any(text.strip() for text in plain):
        return "\n\n".join(plain)
    pages = [_text(part, name) for part in shown if part.get_content_type() == "text/html"]
    return "\n\n".join(text_of_html(page) for page in pages)


def _text(part: Message, name: str) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return ""
    label = str(part.get_content_charset("") or "")
    html = part.get_content_type() == "text/html"
    try:
        text = content.decode(label or "utf-8")
    except (LookupError, UnicodeDecodeError, ValueError):
        # An unknown or wrong charset: as if nothing had been said.
        text = (decode_html if html else decode)(content, name)
    if not html and str(part.get_param("format", "")).lower() == "flowed":
        text = _FLOWED.sub(" ", text.replace("\r\n", "\n"))
    return text


def _file_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
        if name is None and part.get_content_disposition() == "attachment":
            return "unnamed"
    except (ValueError, TypeError, IndexError, LookupError, AttributeError):
        return "unnamed"  # a header that the library cannot take apart
    return str(name) if name is not None else None


def _header(message: Message, key: str) -> str:
    found = (value for name, value in message.raw_items() if name.lower() == key.lower())
    raw = str(next(found, ""))
    if len(raw) > _HEADER_CHARACTERS:
        return " ".join(raw[:_HEADER_CHARACTERS].split()) + "…"
    try:
        return " ".join(str(message.get(key, "")).split())
    except Exception:  # the library's header parser raises IndexError and others on broken ones
        return " ".join(raw.split())
