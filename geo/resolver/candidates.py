"""From mentions to groups of mentions that share a name, each with its candidates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.document import Mention
from geo.names import GENERIC_WORDS, fold, strip_possessive
from geo.place import Candidate
from geo.protocols import Gazetteer

__all__ = ["Group", "group_mentions"]

#: Candidates a name keeps; the rest are far less likely than these.
_LIMIT = 40

#: Candidates of one name this near to a likelier one are the same place to a reader, degrees.
_SAME_DEGREES = 0.05


@dataclass(slots=True)
class Group:
    """The mentions of one section that share a name, resolved together: one meaning a section."""

    key: str
    mentions: list[int]  #: indices into the mentions of the document
    candidates: list[Candidate]
    longer: set[str] = field(default_factory=set)  #: ids that a longer form of the name brought


def group_mentions(
    gazetteer: Gazetteer, mentions: Sequence[Mention], indices: Sequence[int]
) -> list[Group]:
    """Group the mentions of one section by name and look the names up.

    A name that begins or ends a longer one of the section takes over its candidates too: after
    "Manas Air Base" plain "Manas" may be the base, after "Ciudad Juarez" "Juarez" is that city.
    """
    groups: dict[tuple[str, str], Group] = {}
    for index in indices:
        mention = mentions[index]
        name = strip_possessive(mention.text)
        key = fold(name)
        group = groups.get((key, mention.kind))
        if group is None:
            found = gazetteer.lookup(_one_line(name), limit=_LIMIT * 2)
            group = Group(key, [], _distinct(found)[:_LIMIT])
            groups[key, mention.kind] = group
        group.mentions.append(index)
    ordered = list(groups.values())
    for group in ordered:
        _take_over(group, ordered)
    return ordered


def _take_over(group: Group, groups: list[Group]) -> None:
    if " " in group.key:
        return
    known = {candidate.place.id for candidate in group.candidates}
    for other in groups:
        words = other.key.split()
        if len(words) < 2 or group.key not in (words[0], words[-1]) or not other.candidates:
            continue
        best = other.candidates[0]
        rest = words[1:] if words[0] == group.key else words[:-1]
        is_site = best.place.feature_class == "S" and all(word in GENERIC_WORDS for word in rest)
        if words[-1] != group.key and not is_site:
            continue  # "New" of "New York" is no short form; "Manas" of "Manas airbase" is one
        group.longer.add(best.place.id)
        if best.place.id not in known:
            group.candidates.append(best)


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
