"""How a page looks and what it may load when its reader asks: theme, frame, borders, tiles."""

import difflib
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from geo.errors import UnknownNameError
from geo.page.borders import Borders

__all__ = ["Look", "Theme", "Tiles", "find_tiles"]

#: `auto` follows the reader's setting.
Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """An online map that a reader may turn on."""

    name: str  #: as xyzservices names it, `OpenStreetMap.Mapnik`
    url: str  #: with `{z}`, `{x}`, `{y}` and perhaps `{s}`
    attribution: str  #: plain text
    max_zoom: int
    subdomains: tuple[str, ...]  #: what `{s}` stands for
    origins: tuple[str, ...]  #: all that the page may ask, as `https://tile.openstreetmap.org`


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a page's publisher chooses beside its content."""

    theme: Theme = "auto"
    embed: bool = False  #: for an iframe: the map alone, text and lists behind a button
    tiles: Tiles | None = None
    borders: Borders | None = None  #: in place of the base map's


def find_tiles(provider: str) -> Tiles:
    """Find an online map by its name in xyzservices, as `OpenStreetMap.Mapnik`.

    Raises
    ------
    UnknownNameError
        There is none of that name, or a page cannot use it: it needs a key, which everyone who has
        the page could read, or is not served over https.
    """
    # Takes a while to import, and few pages want it.
    from xyzservices import providers

    try:
        found = providers.query_name(provider)
    except ValueError:
        near = difflib.get_close_matches(provider, list(providers.flatten()), n=1, cutoff=0.4)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise UnknownNameError(
            f'no online map is called "{provider}".{hint} Names are those of xyzservices: '
            "OpenStreetMap.Mapnik, OpenTopoMap, Esri.WorldImagery, …"
        ) from None
    if found.requires_token():
        raise UnknownNameError(
            f'"{found.name}" needs a key, and whoever has the page could read it. '
            "Take one without, as OpenStreetMap.Mapnik."
        )
    url = found.build_url(x="{x}", y="{y}", z="{z}", scale_factor="", fill_subdomain=False)
    subdomains = tuple(found.get("subdomains", "abc")) if "{s}" in url else ()
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise UnknownNameError(
            f'"{found.name}" is not served over https. Take one that is, as OpenStreetMap.Mapnik.'
        )
    hosts = [parts.netloc.replace("{s}", name) for name in subdomains] or [parts.netloc]
    return Tiles(
        name=found.name,
        url=url,
        attribution=found.attribution.replace("(C)", "©"),
        max_zoom=min(18, int(found.get("max_zoom", 18))),
        subdomains=subdomains,
        origins=tuple(f"https://{host}" for host in hosts),
    )
