"""Read rich text (RTF)."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import ClassVar

from geo.document import Document
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import metadata_of, no_text, stem, tidy, usable_title
from geo.readers.sniffing import refuse_other_format
from geo.sections import find_sections, title_of

__all__ = ["RtfReader"]

_CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_HEAD = 20_000  # characters: the information group stands at the beginning


class RtfReader:
    """Read a rich text as one document."""

    suffixes: ClassVar[tuple[str, ...]] = (".rtf",)
    media_types: ClassVar[tuple[str, ...]] = ("application/rtf", "text/rtf")
    apart: ClassVar[Limits] = Limits()

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty or has no text.
        FormatError
            It is no rich text.
        """
        refuse_other_format(source.content, source.name, "rtf")
        # Letters beyond ASCII are escaped; a byte that is not, means what the ANSI code page says.
        rich = source.content.decode("latin-1")
        text = tidy(_plain(rich))
        if not text:
            raise no_text(source.name)
        yield Document(
            text=text,
            source=source.name,
            title=_info(rich, "title") or title_of(text) or stem(source.name),
            published=_created(rich),
            sections=find_sections(text),
            metadata=metadata_of({"author": _info(rich, "author")}),
        )


def _info(rich: str, key: str) -> str | None:
    match = re.search(rf"\{{\\{key} ((?:[^{{}}\\]|\\['u*][^{{}}]*?){{1,300}})\}}", rich[:_HEAD])
    return usable_title(_plain(r"{\rtf1\ansi " + match[1] + "}")) if match else None


def _created(rich: str) -> dt.date | None:
    match = _CREATED.search(rich[:_HEAD])
    if match is None:
        return None
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def _plain(rich: str) -> str:
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(rich, errors="replace")  # type: ignore[no-untyped-call]  # no types
    # Characters beyond 16 bits are written in two halves.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
