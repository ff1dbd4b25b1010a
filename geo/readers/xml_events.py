"""Walk XML without keeping it: elements and text go to a handler as they come."""

from typing import Protocol
from xml.etree.ElementTree import ParseError, XMLParser

from geo.errors import FormatError

__all__ = ["Handler", "walk"]

#: No document of a person is nested deeper; each level costs.
_DEPTH = 500
_PIECE = 1 << 16


class Handler(Protocol):
    """What is told about each element; tags are `{namespace}name`."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        ...

    def end(self, tag: str) -> None:
        """Leave it."""
        ...

    def data(self, text: str) -> None:
        """Meet text, perhaps in pieces."""
        ...


def walk(content: bytes, handler: Handler, where: str) -> None:
    """Tell `handler` about the XML in `content`.

    Raises
    ------
    FormatError
        It is no XML, nested too deeply, or declares a document type: entities, which multiply
        text without end, come only with one, and no office document has one.
    """
    parser = XMLParser(target=_Guard(handler, where))
    try:
        for offset in range(0, len(content), _PIECE):
            parser.feed(content[offset : offset + _PIECE])
        parser.close()
    except (ParseError, ValueError, LookupError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(
            f"cannot read {where}: it is no valid XML ({error}). Save it again."
        ) from error


class _Guard:
    def __init__(self, handler: Handler, where: str) -> None:
        self._where = where
        self._depth = 0
        self._handler = handler
        self.data = handler.data

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise FormatError(
                f"cannot read {self._where}: it is nested more than {_DEPTH} levels deep. "
                "Save it again as plain text."
            )
        self._handler.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(tag)

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise FormatError(
            f"cannot read {self._where}: it declares a document type, as an entity bomb does. "
            "Save it again in its own program."
        )

    def close(self) -> None:
        pass
