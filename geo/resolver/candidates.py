"""From mentions to groups of mentions that share a name, each with its candidates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.document import Mention
from geo.names import GENERIC_WORDS, fold, strip_possessive
from geo.place import Candidate
from geo.protocols import Gazetteer

__all__ = ["Group", "group_mentions", "is_initials"]

#: Candidates a name keeps; the rest are far less likely than these.
_LIMIT = 40

#: A place as likely as this keeps its name even beside a site that bears it.
_FAMOUS = 0.7

#: Candidates of one name this near to a likelier one are the same place to a reader, degrees.
_SAME_DEGREES = 0.05


#: Longer words in capitals are words of a headline.
_MOST_INITIALS = 5


@dataclass(slots=True)
class Group:
    """The mentions of one section that share a name, resolved together: one meaning a section."""

    key: str
    name: str  #: as first written
    mentions: list[int]  #: indices into the mentions of the document
    candidates: list[Candidate]
    short: set[int] = field(default_factory=set)  #: those of them that are short forms
    spelled_out: frozenset[str] = frozenset()  #: ids that longer names of the section stand for


def group_mentions(
    gazetteer: Gazetteer, mentions: Sequence[Mention], indices: Sequence[int]
) -> list[Group]:
    """Group the mentions of one section by name and look the names up.

    A short form joins its long one: after "Manas Air Base" plain "Manas" is the base, after
    "Ciudad Juarez" plain "Juarez" is that city.
    """
    groups: dict[tuple[str, str], Group] = {}
    for index in indices:
        mention = mentions[index]
        name = _one_line(strip_possessive(mention.text))
        key = fold(name)
        group = groups.get((key, mention.kind))
        if group is None:
            found = gazetteer.lookup(name, limit=_LIMIT * 2)
            group = Group(key, name, [], _distinct(found)[:_LIMIT])
            groups[key, mention.kind] = group
        group.mentions.append(index)
    found_groups = list(groups.values())
    by_word: dict[str, list[Group]] = {}
    for group in found_groups:
        words = group.key.split()
        if len(words) > 1:
            for word in {words[0], words[-1]}:
                by_word.setdefault(word, []).append(group)
    for group in found_groups:
        longer = next((o for o in by_word.get(group.key, ()) if _is_short_for(group, o)), None)
        if longer is not None:
            longer.short.update(group.mentions)
            longer.mentions = sorted(longer.mentions + group.mentions)
            group.mentions = []
    kept = [group for group in found_groups if group.mentions]
    for group in kept:
        group.spelled_out = frozenset(
            other.candidates[0].place.id
            for other in by_word.get(group.key, ())
            if other.candidates and other.mentions
        )
    return kept


def is_initials(name: str) -> bool:
    """Tell whether a name is written as initials are; most that no list has are those of bodies.

    >>> is_initials("EPA"), is_initials("U.S."), is_initials("BISHKEK")
    (True, True, False)
    """
    letters = name.replace(".", "").replace("&", "")
    return letters.isalpha() and letters.isupper() and len(letters) <= _MOST_INITIALS


def _is_short_for(group: Group, other: Group) -> bool:
    words = other.key.split()
    if " " in group.key or len(words) < 2 or not other.candidates or not other.mentions:
        return False
    if words == ["ciudad", group.key]:
        return True
    best = other.candidates[0].place
    if words[0] != group.key or best.feature_class != "S":
        return False
    if not all(word in GENERIC_WORDS or word == "international" for word in words[1:]):
        return False
    # "Dublin" stays the city beside "Dublin Airport"; a small town gives way to the site.
    return not group.candidates or group.candidates[0].score < _FAMOUS


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    """Leave out what lies where a likelier candidate of the same class lies."""
    kept: list[Candidate] = []
    for candidate in candidates:
        place = candidate.place
        if not any(
            place.feature_class == other.place.feature_class
            and abs(place.latitude - other.place.latitude) < _SAME_DEGREES
            and abs(place.longitude - other.place.longitude) < _SAME_DEGREES
            for other in kept
        ):
            kept.append(candidate)
    return kept


def _one_line(name: str) -> str:
    return re.sub(r"\s+", " ", name)
