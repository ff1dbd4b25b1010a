"""Where a text may hold names: capitalized runs of words, and the keys they fold to."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from geo.names import GENERIC_WORDS, fold

__all__ = ["Word", "possible_names", "words"]

#: Initials with dots ("U.S.") are one word; an apostrophe or hyphen parts two.
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\w+")

#: What may stand between two words of one name; a line may break inside one.
_JOINT = re.compile(
    r"[ \u00a0]|-|‐|['’ʻ`]|\.[ \u00a0]?|[ \u00a0]?\n|[ \u00a0]&[ \u00a0]|[ \u00a0]-[ \u00a0]"
)

#: Marks that glue a small ending to a name: "Sana'a".
_GLUE = frozenset("'’ʻ`")

#: Words that are written small inside names.
_SMALL = frozenset(
    "a al am an and au auf aux bei bin d da dal de degli dei del della der des di do dos du e el "
    "en es et i im in l la las le les li lo los of on s sul sur the ul und upon van von y "
    "zu".split()
)

_LONGEST = 7  # words


class Word(NamedTuple):
    """A word of a text: `text[start:end]`."""

    start: int
    end: int
    text: str

    @property
    def is_capitalized(self) -> bool:
        """Tell whether the word begins with a capital."""
        return self.text[0].isupper()


def words(text: str) -> list[Word]:
    """Return the words of a text with their offsets."""
    return [Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]


def possible_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield `(start, end, key)` for each run of words that could be a name, longest first a start.

    A name begins with a capital and ends with a capital or a generic word ("Kant airbase").
    """
    found = words(text)
    joined = [
        bool(_JOINT.fullmatch(text, one.end, other.start))
        for one, other in itertools.pairwise(found)
    ]
    for first, word in enumerate(found):
        if not word.is_capitalized:
            continue
        yield from reversed(list(_runs_from(text, found, joined, first)))


def _runs_from(
    text: str, found: list[Word], joined: list[bool], first: int
) -> Iterator[tuple[int, int, str]]:
    start = found[first].start
    for last in range(first, min(first + _LONGEST, len(found))):
        if last > first and not joined[last - 1]:
            return
        word = found[last]
        lower = word.text.lower()
        generic = lower in GENERIC_WORDS or lower in ("air", "base")
        glued = last > first and lower != "s" and text[found[last - 1].end : word.start] in _GLUE
        ends = word.is_capitalized or word.text[0].isdigit() or generic or glued
        if not (ends or lower in _SMALL):
            return
        if ends:
            key = fold(text[start : word.end])
            if key:
                yield start, word.end, key
