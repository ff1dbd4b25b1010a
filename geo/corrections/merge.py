"""The corrections of several people joined, and what they say differently."""

from collections.abc import Iterable
from dataclasses import dataclass

from geo.corrections.record import (
    SCOPE_WORDS,
    Correction,
    are_near,
    same_words,
    timed,
    where,
)

__all__ = ["Conflict", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What two or more files say differently of one thing; the latest word stands last."""

    corrections: tuple[Correction, ...]

    def __str__(self) -> str:
        last = self.corrections[-1]
        sides = "; ".join(f"{where(c)}: {_verdict(c)}" for c in self.corrections)
        at = f" at {last.start}–{last.end}" if last.applies_to == "mention" else ""
        within = "" if last.applies_to == "corpus" else f" in {last.document_id}"
        return f'"{last.mention}"{at}{within}{SCOPE_WORDS[last.applies_to]}: {sides}'


def merge(files: Iterable[Iterable[Correction]]) -> tuple[list[Correction], list[Conflict]]:
    """Join the corrections of several people.

    Returns
    -------
    corrections
        All lines, the earliest first; of those that say the same the first. Replayed, the later
        word wins.
    conflicts
        Where the last words of two files differ. A word that the other file has too, and took
        back later, is no conflict.
    """
    files_by_time = [timed(lines) for lines in files]
    everything = sorted(
        (line for lines in files_by_time for line in lines), key=lambda line: line[0]
    )
    merged = list(dict.fromkeys(c for _, c in everything))
    order = {c: n for n, c in enumerate(merged)}
    last: dict[_Target, dict[int, Correction]] = {}
    past: dict[_Target, set[Correction]] = {}
    for number, lines in enumerate(files_by_time):
        for _, line in lines:
            of_file = last.setdefault(_target(line), {})
            if number in of_file and of_file[number] != line:
                past.setdefault(_target(line), set()).add(of_file[number])
            of_file[number] = line
    conflicts = []
    for target, words in last.items():
        standing = [c for c in words.values() if c not in past.get(target, set())]
        standing.sort(key=order.__getitem__)
        if any(_differ(a, b) for n, a in enumerate(standing) for b in standing[:n]):
            conflicts.append(Conflict(corrections=tuple(standing)))
    return merged, conflicts


_Target = tuple[str, str, int, int]


def _target(line: Correction) -> _Target:
    """Return what the correction speaks of."""
    if line.applies_to == "mention":
        return line.document_id, "", line.start, line.end
    return "" if line.applies_to == "corpus" else line.document_id, same_words(line.mention), 0, 0


def _differ(one: Correction, other: Correction) -> bool:
    if "reject" in (one.action, other.action):
        return one.action != other.action
    if one.place is not None and other.place is not None:
        return one.place.id != other.place.id or not are_near(one.place, other.place)
    return "add" not in (one.action, other.action) and one.place != other.place


def _verdict(line: Correction) -> str:
    if line.action == "reject":
        return "not a place"
    return f"{line.place.name} ({line.place.id})" if line.place else line.action
