"""The user's standing word: names that are `never` a place, and names that `always` mean one."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from geo.document import Mention, ParsedDocument, Resolution
from geo.errors import ReadError, SettingsError
from geo.names import fold
from geo.place import Candidate, Place
from geo.protocols import Gazetteer
from geo.settings import Settings

__all__ = ["Rulings", "read_rulings"]


class Rulings:
    """Apply the `never` and `always` lists to parsed documents.

    Parameters
    ----------
    never
        Phrases; a mention within an occurrence of one is kept off.
    always
        Names and the places they mean.
    """

    def __init__(self, never: tuple[str, ...], always: Mapping[str, Place]) -> None:
        self._never = {phrase: _pattern(phrase) for phrase in never}
        self._always = {name: (_pattern(name), place) for name, place in always.items()}

    def apply(self, parsed: ParsedDocument) -> ParsedDocument:
        """Return the document with the lists' word in place of the resolver's."""
        if not (self._never or self._always):
            return parsed
        text = parsed.document.text
        resolutions = list(parsed.resolutions)
        for name, (pattern, place) in self._always.items():
            for match in pattern.finditer(text):
                resolutions = _placed(resolutions, match, name, place)
        for phrase, pattern in self._never.items():
            for match in pattern.finditer(text):
                resolutions = [_rejected(r, match, phrase) for r in resolutions]
        resolutions.sort(key=lambda r: (r.mention.start, -r.mention.end))
        return replace(parsed, resolutions=tuple(resolutions))


def read_rulings(settings: Settings, gazetteer: Gazetteer) -> Rulings:
    """Make the rulings that the settings ask for.

    Raises
    ------
    SettingsError
        An `always` entry names neither a place of the gazetteer nor a point.
    ReadError
        A list is in a file that cannot be read.
    """
    always = {
        name: _place(name, place, gazetteer) for name, place in _always_entries(settings.always)
    }
    return Rulings(tuple(_never_entries(settings.never)), always)


def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _placed(
    resolutions: list[Resolution], match: re.Match[str], name: str, place: Place
) -> list[Resolution]:
    """Put one occurrence where the list says, in place of what overlaps it."""
    start, end = match.span()
    rest = [r for r in resolutions if r.mention.end <= start or end <= r.mention.start]
    ruled = Resolution(
        mention=Mention(start=start, end=end, text=match.group()),
        place=place,
        confidence=1.0,
        candidates=(Candidate(place=place, name=name, match="primary", score=1.0),),
        origin="correction",
        explanation=f'The list "always" says that "{name}" means this place.',
    )
    return [*rest, ruled]


def _rejected(resolution: Resolution, match: re.Match[str], phrase: str) -> Resolution:
    mention = resolution.mention
    if not (match.start() <= mention.start and mention.end <= match.end()):
        return resolution
    return replace(
        resolution,
        place=None,
        confidence=0.0,
        origin="correction",
        approximate=False,
        reason="rejected",
        explanation=f'The list "never" keeps "{phrase}" off.',
    )


def _never_entries(given: str) -> Iterator[str]:
    """Yield phrases: one a line of the setting, `@file` for one a line of a file."""
    for line in given.splitlines():
        entry = line.strip()
        if entry.startswith("@"):
            yield from _never_entries(_content(entry[1:]))
        elif entry and not entry.startswith("#"):
            yield entry


def _always_entries(given: str) -> Iterator[tuple[str, str]]:
    """Yield names and places: `name = place` a line, `@file` for a CSV of `name,place`."""
    for line in given.splitlines():
        entry = line.strip()
        if entry.startswith("@"):
            for row in csv.DictReader(io.StringIO(_content(entry[1:]))):
                yield row.get("name", ""), row.get("place", "")
        elif entry:
            name, _, place = entry.partition(" = ")
            yield name.strip(), place.strip()


def _content(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ReadError(
            f"cannot read the list {path}: {(error.strerror or '').lower()}."
        ) from error


def _place(name: str, wanted: str, gazetteer: Gazetteer) -> Place:
    """Return the place of an id, or a place at a point written `latitude,longitude`."""
    known = gazetteer.place(wanted)
    if known is not None:
        return known
    latitude, _, longitude = wanted.partition(",")
    try:
        return Place(
            id=f"always:{fold(name).replace(' ', '-')}",
            name=name,
            latitude=float(latitude),
            longitude=float(longitude),
            source="geo.toml",
        )
    except ValueError as error:
        raise SettingsError(
            f'the list "always" gives "{name}" the place "{wanted}", which is neither an id of the '
            'gazetteer nor a point such as "42.85,74.85". `geo geocode` prints ids.'
        ) from error
