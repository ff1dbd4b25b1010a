"""One correction: what a person said of a mention, and how far it goes."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from geo.document import Document
from geo.place import Place

__all__ = [
    "SCHEMA",
    "SCOPE_WORDS",
    "Action",
    "AppliesTo",
    "Correction",
    "are_near",
    "same_words",
    "timed",
    "where",
]

SCHEMA = "geo.corrections/1"

#: `place`: it is there; `confirm`: it is right; `reject`: not a place; `add`: a missed mention.
Action = Literal["place", "confirm", "reject", "add"]

#: This mention; the same words in the document; the same words in any document.
AppliesTo = Literal["mention", "document", "corpus"]

#: How a scope is said after what it applies to.
SCOPE_WORDS: dict[AppliesTo, str] = {
    "mention": "",
    "document": " for this document",
    "corpus": " for the whole corpus",
}

# The page rounds to 5 decimals, people to 3 or 4: 0.001 degrees are 111 m at most.
_SAME_DEGREES = 0.001
_BEFORE_ALL = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One line of a corrections file. Two are equal that say the same, wherever they stand."""

    document_id: str
    start: int
    end: int
    mention: str  #: what the document reads at `[start, end)`
    action: Action
    place: Place | None = None
    applies_to: AppliesTo = "mention"
    created: dt.datetime | None = None  #: UTC; None counts as the time of the line before
    author: str = ""
    note: str = ""
    source: str = field(default="", compare=False)  #: the file it was read from
    line: int = field(default=0, compare=False)  #: its line there, from 1

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"the span [{self.start}, {self.end}) is not 0 <= start < end")
        if self.action == "place" and self.place is None:
            raise ValueError('the action "place" needs a "place"')
        if self.action == "confirm" and self.place is None and self.applies_to != "mention":
            raise ValueError('to "confirm" for more than one mention needs a "place"')
        if self.created is not None and self.created.tzinfo is None:
            raise ValueError('"created" needs a time zone')

    @property
    def span(self) -> tuple[int, int]:
        """Give `(start, end)`."""
        return self.start, self.end

    def fits(self, document: Document) -> bool:
        """Tell whether the document still reads `mention` at the span."""
        return document.text[self.start : self.end] == self.mention


def timed(corrections: Iterable[Correction]) -> list[tuple[dt.datetime, Correction]]:
    """Return the lines of one file by time; a line without one counts as the line before it."""
    time, found = _BEFORE_ALL, []
    for correction in corrections:
        time = correction.created or time
        found.append((time, correction))
    found.sort(key=lambda line: line[0])
    return found


def same_words(text: str) -> str:
    """Return words without case and the kind of white space: equal for the same words."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def are_near(one: Place, other: Place) -> bool:
    """Tell whether two points are one, but for the rounding of pages and people."""
    return (
        abs(one.latitude - other.latitude) <= _SAME_DEGREES
        and abs(one.longitude - other.longitude) <= _SAME_DEGREES
    )


def where(line: Correction) -> str:
    """Return the file and the line a correction was read from, for a message."""
    return f"{line.source or 'corrections'}, line {line.line}"
