"""The text of HTML by block elements, and what the page says of itself; standard library only."""

import codecs
import re
from html.parser import HTMLParser

from geo.readers.assembling import tidy
from geo.readers.decoding import decode

__all__ = ["PageText", "decode_html", "text_of_html"]

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I
)
_HEAD_BYTES = 4096

_LEFT_OUT = frozenset("script style noscript template svg math head iframe object select".split())
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol "
    "optgroup option p pre section summary table tbody tfoot thead title tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote article section table ul ol pre".split())
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


class PageText(HTMLParser):
    """Gather the text of a page, a line a block, and its title, language and meta elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.language = ""
        self.said: dict[str, str] = {}  #: `name` or `property` of a meta element to its content
        self._pieces: list[str] = []
        self._left_out = 0
        self._preformatted = 0
        self._in_title = False

    @property
    def text(self) -> str:
        """Give the text so far."""
        return tidy("".join(self._pieces))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        elif tag == "meta":
            values = {key: value or "" for key, value in attrs}
            key = values.get("name") or values.get("property") or ""
            self.said.setdefault(key.lower(), values.get("content", ""))
        elif tag == "title" and not self.title:
            self._in_title = True
        if tag in _LEFT_OUT:
            self._left_out += 1
        elif tag == "body":
            self._left_out = 0  # a head that was never closed ends here
        if self._left_out:
            return
        if tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self._break(tag)
        elif tag in ("td", "th"):
            self._pieces.append("\t")
        self._preformatted += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Meet `<br/>`; a browser takes the slash for nothing on other elements."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag == "title":
            self._in_title = False
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif not self._left_out and tag in _BLOCKS:
            self._preformatted = max(0, self._preformatted - (tag == "pre"))
            self._break(tag)

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if self._in_title:
            self.title += data
        elif not self._left_out:
            self._pieces.append(data if self._preformatted else _SPACE.sub(" ", data))

    def _break(self, tag: str) -> None:
        last = self._pieces[-1] if self._pieces else ""
        wanted = "\n\n" if tag in _PARAGRAPHS else "\n"
        if last == "\n\n" or last == wanted:
            return
        self._pieces.append("\n" if last == "\n" else wanted)


def text_of_html(markup: str) -> str:
    """Return all text of a piece of HTML, a line a block; of no markup, the text itself."""
    page = PageText()
    page.feed(markup)
    page.close()
    lines = (re.sub(r"[ \t]*\t[ \t]*", "\t", line).strip() for line in page.text.split("\n"))
    return tidy("\n".join(lines))


def decode_html(content: bytes, name: str) -> str:
    """Return the markup of a page: byte order mark, UTF-8, what it declares, then a guess.

    Raises
    ------
    ReadError
        It is empty or binary.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(content[:_HEAD_BYTES])
        marked = content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if declared and not marked:
            label = declared[1].decode("ascii").lower()
            # Browsers read these two names as Windows' code page, and so were the pages written.
            label = {"iso-8859-1": "windows-1252", "gb2312": "gb18030"}.get(label, label)
            try:
                codecs.lookup(label)
            except LookupError:
                pass
            else:
                if not label.startswith(("utf-8", "utf8", "utf-16")):
                    text = content.decode(label, "replace")
                    return decode(text.encode("utf-8", "surrogatepass"), name)
    return decode(content, name)
