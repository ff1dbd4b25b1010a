"""Refuse folium layers that would load something: the page promises to ask for nothing."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure, Link

from geo.errors import ExportError

__all__ = ["refuse_online"]

_REMOTE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)


def refuse_online(figure: Figure) -> None:
    """Raise `ExportError` for the first element of `figure` that would ask a host for something."""
    for element in _elements(figure):
        kind = type(element).__name__
        for url in _urls(element):
            if _REMOTE.match(url):
                host = urlsplit(url.strip()).hostname or url
                raise ExportError(
                    f"cannot make a page with {kind}: it would load a part from {host}, and the "
                    "page asks for nothing. Use a layer that brings all it needs, such as "
                    "folium.GeoJson with embedded data, folium.CircleMarker or folium.DivIcon."
                )
        if isinstance(element, folium.Icon):
            raise ExportError(
                "cannot make a page with folium.Icon: its glyphs come from a CDN. "
                "Use folium.DivIcon, folium.CircleMarker or a Marker without an icon."
            )


def _elements(element: Element) -> Iterator[Element]:
    """Yield an element and all below it; a marker's icon is an attribute, not a child."""
    yield element
    if isinstance(element, Figure):
        for part in (element.header, element.html, element.script):
            yield from _elements(part)
    icon = getattr(element, "icon", None)
    if isinstance(icon, Element):
        yield icon
    for child in element._children.values():
        yield from _elements(child)


def _urls(element: Element) -> Iterator[str]:
    """Yield the addresses from which an element would load."""
    for links in ("default_js", "default_css"):
        for _, url in getattr(element, links, ()):
            yield url
    if isinstance(element, Link):
        yield element.url
    for attribute in ("tiles", "url", "embed_link"):
        value = getattr(element, attribute, None)
        if isinstance(value, str):
            yield value
    # Images of icons and of embedded GeoJSON are addresses among the options.
    options = getattr(element, "options", None)
    for value in options.values() if isinstance(options, dict) else ():
        if isinstance(value, str):
            yield value
