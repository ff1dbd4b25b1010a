"""Parsed documents to HTML: a folium map that loads nothing, with the texts beside it."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import folium
from branca.element import Figure
from folium.template import Template as FoliumTemplate
from jinja2 import Template

from geo.atomic import replacing
from geo.document import ParsedDocument
from geo.errors import ExportError
from geo.page import basemap
from geo.page.elements import Block, Configuration, Script, Skeleton, Style, pack
from geo.page.ground import ground
from geo.page.hiding import Hiding
from geo.page.look import Look, Tiles
from geo.page.offline import refuse_online
from geo.page.payload import TextMode, as_json, build_payload

__all__ = ["OfflineMap", "Page", "PageExporter", "build_map", "render"]

_BUNDLE = Path(__file__).with_name("bundle")
_PLAIN = Look()
_NOTHING = Hiding()
_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


class Page(Figure):
    """The whole document, with a policy that forbids it to load anything.

    The policy names each script by its hash, so whatever else should get into the page does
    not run; a layer of the caller's is counted in, since it is there when the page is rendered.
    """

    _template = Template(
        """<!DOCTYPE html>
<html lang="en"{{ this.marks }}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ this.policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="{{ this.referrer }}">
<meta name="generator" content="{{ this.generator|e }}">
<title>{{ this.title|e }}</title>
{{ this.head }}
</head>
<body>{{ this.body }}
<script>{{ this.code }}</script>
{{ this.data }}
</body>
</html>
"""
    )

    def __init__(self, *, title: str, look: Look) -> None:
        from geo import __version__

        super().__init__(title=title)
        self.tiles = look.tiles
        # Both are words of ours.
        self.marks = "" if look.theme == "auto" else f' data-theme="{look.theme}" data-fixed'
        self.marks += " data-embed" if look.embed else ""
        # Those who serve tiles for nothing want to know which site asks.
        self.referrer = "strict-origin-when-cross-origin" if look.tiles else "no-referrer"
        self.header._children.clear()
        self.generator = f"mentionmap {__version__}"
        self.blocks: list[Block] = []  #: what the page unpacks, behind the script that asks for it
        self.policy = self.head = self.body = self.code = self.data = ""

    def render(self, **kwargs: object) -> str:
        """Render to HTML; raise `ExportError` for a layer that would load something."""
        refuse_online(self)
        foreign = any(child._children for child in self._children.values())
        for child in self._children.values():
            child.render(**kwargs)
        self.head = self.header.render(**kwargs)
        self.body = self.html.render(**kwargs)
        self.code = self.script.render(**kwargs)
        self.data = "\n".join(block.render() for block in self.blocks)
        self.policy = _policy(self.head + self.body, self.code, any_style=foreign, tiles=self.tiles)
        rendered: str = self._template.render(this=self, kwargs=kwargs)
        return rendered


class OfflineMap(folium.Map):
    """A folium map without links to a CDN; the page's own script makes the Leaflet map.

    Layers of folium can be added to it as to any other map, as far as they load nothing.
    """

    # folium declares them so; nothing may be appended to these.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = FoliumTemplate(
        "{% macro script(this, kwargs) %}"
        'var {{ this.get_name() }} = mentionmap.start("map", {{ this.options|tojavascript }});'
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__(location=(20, 10), zoom_start=2, tiles=None)
        # Any random id would make each page differ from the last.
        self._id = "places"
        self.options.update(min_zoom=1, max_zoom=12, zoom_start=2)


def build_map(
    parsed: Iterable[ParsedDocument],
    *,
    title: str | None = None,
    text: TextMode = "full",
    provenance: Mapping[str, str] | None = None,
    corrections: Iterable[Mapping[str, object]] = (),
    look: Look = _PLAIN,
    hiding: Hiding = _NOTHING,
) -> OfflineMap:
    """Build the page as a folium map, to which further folium layers may be added.

    Parameters
    ----------
    parsed, title, text, provenance, corrections, look, hiding
        As in `render`.

    Returns
    -------
    map
        `map.get_root().render()` gives the page and `map.save(path)` writes it. A layer that
        would load something from the network makes both raise `ExportError`. Words that are
        given to a folium layer run as templates: give it none that you did not write.
    """
    countries = {label.code: label.name for label in basemap.country_labels()}
    payload = build_payload(
        parsed,
        title=title,
        text=text,
        countries=countries,
        provenance=provenance,
        corrections=corrections,
        hiding=hiding,
    )
    page = Page(title=payload.title, look=look)
    drawn = OfflineMap()
    page.add_child(drawn, name="map")
    page.header.add_child(Style(_asset("page.css")), name="style")
    page.html.add_child(
        Skeleton(title=payload.title, places=payload.places, text=text), name="skeleton"
    )
    base = ground(payload.places, bundle=_BUNDLE, borders=look.borders, hiding=hiding)
    page.html.add_child(Block("geo-page", pack(as_json(payload.meta))), name="geo-page")
    page.html.add_child(Configuration("geo-ground", base.configuration), name="geo-ground")
    if look.tiles:
        page.html.add_child(Configuration("geo-tiles", _tiles(look.tiles)), name="geo-tiles")
    page.html.add_child(Script(_asset("page.js")), name="script")
    # Pins need none of these: they are read while the script draws.
    page.blocks += [Block(f"ground-{name}", packed) for name, packed in base.blocks.items()]
    page.blocks += [Block(f"piece-{n}", pack(piece)) for n, piece in enumerate(payload.pieces)]
    return drawn


def render(
    parsed: Iterable[ParsedDocument],
    *,
    title: str | None = None,
    text: TextMode = "full",
    provenance: Mapping[str, str] | None = None,
    corrections: Iterable[Mapping[str, object]] = (),
    look: Look = _PLAIN,
    hiding: Hiding = _NOTHING,
) -> str:
    """Render the page of some documents.

    Parameters
    ----------
    parsed
        The documents in the order in which the page shows them.
    title
        Heading of the page; made from the documents where it is not given.
    text
        How much of the documents' text the page holds: `none`, `snippets` (the sentences that
        hold a mention) or `full`.
    provenance
        What else the page shall tell of its making, as `{"gazetteer": "sha256:…"}`.
    corrections
        What was corrected in `parsed` already, as lines of `geo.corrections/1`; the page tells so.
    look
        Theme, frame, borders and the online map that a reader may turn on.
    hiding
        What shall be nowhere in the page. Such a page takes no corrections: they would not fit the
        documents.

    Returns
    -------
    html
        One self-contained file; equal documents give equal text.
    """
    drawn = build_map(
        parsed,
        title=title,
        text=text,
        provenance=provenance,
        corrections=corrections,
        look=look,
        hiding=hiding,
    )
    html: str = drawn.get_root().render()
    return html


class PageExporter:
    """Write documents as one HTML page; registered for `.html`."""

    suffixes = (".html", ".htm")

    def __init__(
        self,
        title: str | None = None,
        text: TextMode = "full",
        *,
        provenance: Mapping[str, str] | None = None,
        corrections: Iterable[Mapping[str, object]] = (),
        look: Look = _PLAIN,
        hiding: Hiding = _NOTHING,
    ) -> None:
        self.title = title
        self.text: TextMode = text
        self.provenance = provenance
        self.corrections = tuple(corrections)
        self.look = look
        self.hiding = hiding

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`.

        Raises
        ------
        ExportError
            The file cannot be written, or the page's parts are missing; what was there stays.
        """
        html = render(
            parsed,
            title=self.title,
            text=self.text,
            provenance=self.provenance,
            corrections=self.corrections,
            look=self.look,
            hiding=self.hiding,
        )
        with replacing(path) as sink:
            sink.write(html.encode("utf-8"))


def _tiles(tiles: Tiles) -> dict[str, object]:
    return {
        "name": tiles.name,
        "url": tiles.url,
        "attribution": tiles.attribution,
        "max_zoom": tiles.max_zoom,
        "subdomains": tiles.subdomains,
        "hosts": [origin.removeprefix("https://") for origin in tiles.origins],
    }


def _policy(markup: str, code: str, *, any_style: bool, tiles: Tiles | None) -> str:
    """Write the Content-Security-Policy: the page's own scripts and styles, and chosen tiles."""
    scripts = [_hash(found) for found in [*_SCRIPT.findall(markup), code]]
    styles = ["'unsafe-inline'"] if any_style else [_hash(s) for s in _STYLE.findall(markup)]
    return "; ".join(
        (
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(("img-src data:", *(tiles.origins if tiles else ()))),
            f"style-src {' '.join(styles)}",
            f"script-src {' '.join(dict.fromkeys(scripts))}",
        )
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _asset(name: str) -> str:
    try:
        return (_BUNDLE / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ExportError(
            f"cannot make a page: its part {name} is missing from this installation. "
            "Install the package again, or run `python -m geo.page.bundle` in its sources."
        ) from error
