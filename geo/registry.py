"""From a name to an implementation, through entry points."""

import difflib
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from geo.errors import UnknownNameError

__all__ = ["GROUPS", "implementation", "names"]

#: One entry point group a protocol.
GROUPS = (
    "geo.readers",
    "geo.recognizers",
    "geo.gazetteer_sources",
    "geo.resolvers",
    "geo.exporters",
)


# Any: an entry point may hold any factory; its protocol is checked by the caller's annotation.
def implementation(group: str, name: str) -> Callable[..., Any]:
    """Return the factory registered as `name` in `group`.

    Raises
    ------
    UnknownNameError
        Nothing goes by that name; the message lists what does.
    """
    found = _entry_points(group)
    if name not in found:
        kind = group.removeprefix("geo.").removesuffix("s").replace("_", " ")
        near = difflib.get_close_matches(name, found, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise UnknownNameError(
            f'unknown {kind} "{name}". Available: {", ".join(sorted(found))}.{hint}'
        )
    factory: Callable[..., Any] = found[name].load()
    return factory


def names(group: str) -> list[str]:
    """Return the names registered in `group`, sorted."""
    return sorted(_entry_points(group))


@cache
def _entry_points(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}
