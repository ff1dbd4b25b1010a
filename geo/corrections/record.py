"""One correction: what a person said of a mention, and how far it goes."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from geo.document import Document
from geo.place import Place

__all__ = ["SCHEMA", "Action", "AppliesTo", "Correction"]

SCHEMA = "geo.corrections/1"

#: `place`: it is there; `confirm`: it is right; `reject`: not a place; `add`: a missed mention.
Action = Literal["place", "confirm", "reject", "add"]

#: This mention; the same words in the document; the same words in any document.
AppliesTo = Literal["mention", "document", "corpus"]


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
