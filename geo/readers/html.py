"""Read web pages: the article without menus and comments; saved pages (MHTML) too."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

from geo.document import Document, Hints
from geo.errors import FormatError, MissingExtraError
from geo.protocols import Source
from geo.readers.apart import Limits
from geo.readers.assembling import (
    language_tag,
    metadata_of,
    no_text,
    parse_date,
    stem,
    tidy,
    usable_title,
)
from geo.readers.html_text import PageText, decode_html, text_of_html
from geo.readers.options import DEFAULTS, ReadOptions
from geo.readers.own import is_own_page
from geo.readers.sniffing import refuse_other_format, sniff

__all__ = ["HtmlReader", "MhtmlReader"]

#: What the article's extraction must have found of the page to be believed, in characters.
_SHORT = 250
_DATES = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dcterms.created",
    "pubdate",
)


class _Page(NamedTuple):
    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    site: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class HtmlReader:
    """Read the main text of a web page, its title above it.

    The title, the author, the date, the language and the site come from what the page says of
    itself. `ReadOptions.whole_page` keeps menus, comments and all other text.
    """

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")
    media_types: ClassVar[tuple[str, ...]] = ("text/html", "application/xhtml+xml")
    apart: ClassVar[Limits] = Limits()

    def with_options(self, options: ReadOptions) -> "HtmlReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`.

        Raises
        ------
        ReadError
            It is empty or has no text.
        FormatError
            It is of another format.
        MissingExtraError
            The extra `html` is not installed, and the whole page is not asked for.
        """
        if not source.content or sniff(source.content) not in (None, "html", "eml", "jsonl"):
            refuse_other_format(source.content, source.name, "html")
        if is_own_page(source.content):
            raise FormatError(
                f"cannot read {source.name}: it is a map that geo wrote. Give the documents "
                "that it was made from."
            )
        markup = decode_html(source.content, source.name)
        whole = _whole(markup)
        page = whole if self.options.whole_page else _article(markup, whole, source.name)
        text = tidy(page.text)
        title = usable_title(page.title)
        if title and not _opens_with(text, title):
            text = tidy(f"{title}\n\n{text}")
        if not text:
            raise no_text(source.name)
        address = source.name if "://" in source.name else page.url
        yield Document(
            text=text,
            source=source.name,
            title=title or stem(source.name),
            language=language_tag(page.language),
            published=parse_date(page.date),
            hints=Hints(outlet=urlsplit(address or "").hostname),
            metadata=metadata_of({"author": page.author, "site": page.site, "url": page.url}),
        )


@dataclass(frozen=True, slots=True)
class MhtmlReader:
    """Read a page that a browser saved as one file (MHTML); as `HtmlReader` reads its page."""

    options: ReadOptions = DEFAULTS
    suffixes: ClassVar[tuple[str, ...]] = (".mhtml", ".mht")
    media_types: ClassVar[tuple[str, ...]] = ("multipart/related", "application/x-mimearchive")
    apart: ClassVar[Limits] = Limits()

    def with_options(self, options: ReadOptions) -> "MhtmlReader":
        """Return a reader that keeps to `options`."""
        return replace(self, options=options)

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the one document of `source`; errors as of `HtmlReader.read`."""
        if not source.content or sniff(source.content) not in ("eml", "mhtml"):
            refuse_other_format(source.content, source.name, "mhtml")
        message = email.message_from_bytes(source.content, policy=email.policy.compat32)
        for part in message.walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                content = part.get_payload(decode=True)
                if isinstance(content, bytes) and content.strip():
                    yield from HtmlReader(self.options).read(Source(source.name, content))
                    return
        raise FormatError(f"cannot read {source.name}: no page is saved in it. Save it again.")


def _whole(markup: str) -> _Page:
    page = PageText()
    page.feed(markup)
    page.close()
    said = page.said
    return _Page(
        text=text_of_html(markup),
        title=page.title,
        author=said.get("author"),
        date=next((said[key] for key in _DATES if said.get(key)), None),
        language=page.language or said.get("content-language"),
        site=said.get("og:site_name"),
        url=said.get("og:url"),
    )


def _article(markup: str, whole: _Page, name: str) -> _Page:
    try:
        import trafilatura
    except ImportError as error:
        raise MissingExtraError(
            f"cannot read {name}: the article of a web page needs an extra: "
            'pip install "mentionmap[html]". Or have the whole page read.'
        ) from error
    found = trafilatura.bare_extraction(
        markup, fast=True, include_comments=False, with_metadata=True
    )
    if found is None or isinstance(found, dict):
        return whole
    # Each line of it is a paragraph; a name may go on after a single line end, not after a blank.
    text = (found.text or "").replace("\n", "\n\n")
    if len(text) < _SHORT and len(whole.text) < 4 * _SHORT:
        text = whole.text  # a page so short has no menus
    return _Page(
        text=text or whole.text,
        title=found.title or whole.title,
        author=found.author,
        date=found.date or whole.date,
        language=whole.language or found.language,
        site=found.sitename or whole.site,
        url=found.url or whole.url,
    )


def _opens_with(text: str, title: str) -> bool:
    head = " ".join(text[: 3 * len(title) + 300].split()).casefold()
    return title.casefold() in head
