"""Check that every part of the installation is there and whole."""

import os
import sys
from collections.abc import Callable
from importlib.resources import files
from typing import NamedTuple

from geo.errors import GeoError
from geo.gazetteer import open_gazetteer
from geo.gazetteer.lists import OwnGazetteer
from geo.registry import GROUPS, implementation, names
from geo.settings import data_folder, load_settings

__all__ = ["Finding", "checkup"]


class Finding(NamedTuple):
    """What was found of one part."""

    part: str
    ok: bool
    detail: str
    remedy: str = ""


def checkup() -> list[Finding]:
    """Look at every part; nothing is changed and nothing is fetched."""
    return [
        Finding("python", True, sys.version.split()[0]),
        _look("settings", _settings, "Mend geo.toml or the variable that is named."),
        _look("gazetteer", _gazetteer, "Run `geo gazetteer build`, or install the package anew."),
        _look("page", _page, "Install the package anew: its wheel carries the page's parts."),
        *(
            _look(group, lambda group=group: _plugins(group), "Install the plugin's package anew.")  # type: ignore[misc]
            for group in GROUPS
        ),
        _look("data folder", _data_folder, "Set GEO_HOME to a folder that you may write to."),
    ]


def _look(part: str, check: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(part, True, check())
    except (GeoError, OSError, ImportError, AttributeError) as error:
        return Finding(part, False, str(error), remedy)


def _settings() -> str:
    settings = load_settings()
    return f"recognizer {settings.recognizer}, resolver {settings.resolver}"


def _gazetteer() -> str:
    with open_gazetteer() as gazetteer:
        counts = gazetteer.counts()
        if not gazetteer.lookup("Bishkek"):
            raise GeoError(f"{gazetteer.path} does not know Bishkek.")
        if OwnGazetteer().is_stale():
            raise GeoError(
                "your own gazetteer was made from an older one. `geo gazetteer refresh`."
            )
        return f"{gazetteer.path}, {counts['places']:,} places, {counts['names']:,} names"


def _page() -> str:
    size = 0
    for name in ("page.js", "page.css"):
        part = files("geo").joinpath(f"page/bundle/{name}")
        size += len(part.read_bytes())
    return f"script and style, {size // 1024} kB"


def _plugins(group: str) -> str:
    registered = names(group)
    if not registered:
        raise GeoError(f"nothing is registered under {group}.")
    for name in registered:
        implementation(group, name)
    return ", ".join(registered)


def _data_folder() -> str:
    folder = data_folder()
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(nearest, os.W_OK):
        raise GeoError(f"{folder} cannot be written to.")
    return str(folder)
