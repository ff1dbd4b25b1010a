"""From a name to an implementation, through entry points."""

import difflib
import inspect
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from geo.errors import SettingsError, UnknownNameError
from geo.protocols import Gazetteer, Recognizer

__all__ = ["GROUPS", "implementation", "make_recognizer", "names"]

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


def make_recognizer(name: str, gazetteer: Gazetteer, *, caution: float = 0.0) -> Recognizer:
    """Return the recognizer registered as `name`, or as what stands before its first colon.

    Parameters
    ----------
    name
        What follows a colon names the model: `spacy:en_core_web_md`.
    caution
        Above 0 fewer mentions and surer ones, below 0 more.

    Raises
    ------
    UnknownNameError
        Nothing goes by that name.
    SettingsError
        The recognizer takes no model or no caution.
    """
    kind, _, model = name.partition(":")
    factory = implementation("geo.recognizers", kind)
    given: dict[str, str | float] = {}
    if model:
        given["model"] = model
    if caution:
        given["caution"] = caution
    taken = inspect.signature(factory).parameters
    for argument in given:
        if argument not in taken:
            raise SettingsError(f'recognizer "{kind}" takes no {argument}. Leave it out.')
    made: Recognizer = factory(gazetteer, **given)
    return made


def names(group: str) -> list[str]:
    """Return the names registered in `group`, sorted."""
    return sorted(_entry_points(group))


@cache
def _entry_points(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}
