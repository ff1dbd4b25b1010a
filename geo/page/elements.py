"""The parts of the page as branca elements whose templates never change.

branca renders what an element gives a second time as a Jinja template, and folium puts texts
into templates' sources; either would run a document's text as code. So here a template is
always a constant, and what varies is an attribute of the element: it is printed, not parsed.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterable
from typing import Literal

from branca.element import Element
from jinja2 import Template

from geo.page.payload import PinnedPlace, TextMode

__all__ = ["Block", "Configuration", "Script", "Skeleton", "Style", "pack"]


class _Inline(Element):
    """One element with its content, which must not be able to close it."""

    tag: str = ""
    attributes: str = ""
    _template = Template("<{{ this.tag }}{{ this.attributes }}>{{ this.content }}</{{ this.tag }}>")

    def __init__(self, content: str) -> None:
        if re.search(f"</{self.tag}|<!--", content, re.IGNORECASE):
            raise ValueError(f"content of <{self.tag}> would end the element")
        super().__init__()
        self.content = content


class Style(_Inline):
    """A style sheet of our own."""

    tag = "style"


class Script(_Inline):
    """A script of our own."""

    tag = "script"


class Block(_Inline):
    """Packed data: gzip in base64, an alphabet in which nothing needs escaping."""

    tag = "script"

    def __init__(self, name: str, packed: bytes) -> None:
        super().__init__(base64.b64encode(packed).decode("ascii"))
        # The name is one of ours and its number, never a document's words.
        self.attributes = f' type="application/octet-stream" id="{name}"'


class Configuration(_Inline):
    """Numbers and names of ours that the page needs before it unpacks anything."""

    tag = "script"

    def __init__(self, name: str, value: object) -> None:
        plain = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
        super().__init__(plain.replace("<", "\\u003c"))
        self.attributes = f' type="application/json" id="{name}"'


class Skeleton(Element):
    """What stands in the page's body before the script fills it, and without a script.

    Everything that comes from outside is escaped (`|e`).
    """

    _template = Template(
        """
<a class="skip" href="#panel">Skip to the text</a>
<header id="top"><h1 dir="auto">{{ this.title|e }}</h1>\
<p id="summary" role="status"></p><div id="actions"></div></header>
<main>
<section id="panel" tabindex="-1" aria-label="Text and lists">
<noscript><p>This page needs JavaScript for its map{% if this.text != "none" %} and its text\
{% endif %}. It loads nothing from anywhere. These are the places it shows:</p>
<ol>{% for row in this.places %}<li><b dir="auto">{{ row.place.name|e }}</b> \
<span dir="auto">{{ row.words|e }}</span>, \
{{ "%.4f"|format(row.place.latitude) }}, {{ "%.4f"|format(row.place.longitude) }}, \
{{ row.mentions }} {{ "mention" if row.mentions == 1 else "mentions" }}</li>
{% endfor %}</ol>{% if this.more %}<p>And {{ this.more }} more.</p>{% endif %}</noscript>
</section>
<div id="map" role="region" aria-label="Map of the places mentioned"></div>
</main>
<aside id="card" aria-label="Selected place" hidden></aside>
<div id="live" class="hidden-text" aria-live="polite"></div>
"""
    )

    def __init__(
        self, *, title: str, places: Iterable[PinnedPlace], text: TextMode, limit: int = 1000
    ) -> None:
        super().__init__()
        rows = list(places)
        self.title = title
        self.text: Literal["none", "snippets", "full"] = text
        self.places = rows[:limit]
        self.more = max(0, len(rows) - limit)


def pack(text: str) -> bytes:
    """Compress a text; equal texts give equal bytes."""
    # Level 6 costs half the time of 9 and about one per cent of size on these data.
    return gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)
