"""Documents, the mentions found in them, and what the mentions were resolved to."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from geo.place import Candidate, Place

__all__ = [
    "Document",
    "Hints",
    "Kind",
    "Mention",
    "Origin",
    "ParsedDocument",
    "Reason",
    "Resolution",
    "Role",
    "Section",
    "document_id",
]

#: `literal`: a place is meant, metonyms such as "Moscow said" too; `associative`: a demonym,
#: an adjective or a language.
Kind = Literal["literal", "associative"]

#: `name`: the name of a place; `inside`: a place within a longer name; `organization`: that name.
Role = Literal["name", "inside", "organization"]

#: Who chose the place.
Origin = Literal["resolver", "correction", "online", "coordinates"]

#: Why a mention has no place.
Reason = Literal["no-candidate", "rejected"]


def document_id(text: str) -> str:
    """Return the id of a document that brings none: `sha256:` and 16 hex digits of its text."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document with a context of its own: a page, a subject line, a pasted article."""

    start: int
    end: int
    label: str
    own_context: bool = True  #: False for parts of one text, such as pages: they share a context

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a section spans [start, end), got [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of a document beside its text."""

    country: str | None = None  #: ISO 3166-1 alpha-2
    near: tuple[float, float] | None = None  #: latitude, longitude in degrees
    outlet: str | None = None  #: who published it, as `kabar.kg`
    year: int | None = None

    def __post_init__(self) -> None:
        code = self.country
        if code is not None and not (len(code) == 2 and code.isascii() and code.isupper()):
            raise ValueError(f'a country is two capitals (ISO 3166-1 alpha-2), got "{code}"')
        if self.near is not None and not (abs(self.near[0]) <= 90 and abs(self.near[1]) <= 180):
            raise ValueError(f"near is latitude and longitude in degrees, got {self.near}")

    def or_else(self, others: "Hints") -> "Hints":
        """Return these hints, and of others what these leave open.

        >>> Hints(year=1931).or_else(Hints(country="ID", year=2012))
        Hints(country='ID', near=None, outlet=None, year=1931)
        """
        return Hints(
            country=self.country or others.country,
            near=self.near or others.near,
            outlet=self.outlet or others.outlet,
            year=self.year or others.year,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text and what is known of it. The text is never altered after reading."""

    text: str
    id: str = ""  #: the source's own id; else made from the text by `document_id`
    source: str | None = None  #: path, URL, `-` or `news.csv#row=17`
    title: str | None = None
    language: str | None = None  #: BCP 47
    published: dt.date | None = None
    sections: tuple[Section, ...] = ()
    hints: Hints = Hints()
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", document_id(self.text))
        for section in self.sections:
            if section.end > len(self.text):
                raise ValueError(f'section "{section.label}" ends beyond the text')


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One occurrence of a toponym: the half-open span `[start, end)` of a document's text.

    Offsets are Python `str` indices (code points), not bytes and not UTF-16 units.
    """

    start: int
    end: int
    text: str  #: equals `document.text[start:end]`
    kind: Kind = "literal"
    role: Role = "name"
    score: float = 1.0  #: 0 to 1, that this is a toponym

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(
                "a mention spans [start, end) with 0 <= start < end, "
                f"got [{self.start}, {self.end})"
            )
        if len(self.text) != self.end - self.start:
            raise ValueError(f'"{self.text}" is not as long as its span')
        if not 0 <= self.score <= 1:
            raise ValueError(f"a mention's score lies within 0 and 1, got {self.score}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The place chosen for a mention, or none with the reason, and how sure that is."""

    mention: Mention
    place: Place | None = None
    confidence: float = 0.0  #: 0 to 1: the probability that the pin is right
    candidates: tuple[Candidate, ...] = ()  #: best first
    origin: Origin = "resolver"
    approximate: bool = False  #: placed near what it is named with
    explanation: str = ""
    reason: Reason | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence lies within 0 and 1, got {self.confidence}")
        if (self.place is None) != (self.reason is not None):
            raise ValueError("a resolution has a place, or a reason for having none")
        if self.place is None and self.confidence:
            raise ValueError("without a place the confidence is 0")

    @property
    def alternatives(self) -> tuple[Candidate, ...]:
        """Give the candidates that were not chosen, best first."""
        chosen = self.place.id if self.place else None
        return tuple(c for c in self.candidates if c.place.id != chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """A document with its resolutions, ordered by `start`, then longest first."""

    document: Document
    resolutions: tuple[Resolution, ...] = ()

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Give the mentions in text order."""
        return tuple(r.mention for r in self.resolutions)

    @property
    def places(self) -> tuple[Place, ...]:
        """Give each place once, in the order of first mention."""
        found: dict[str, Place] = {}
        for resolution in self.resolutions:
            if resolution.place is not None:
                found.setdefault(resolution.place.id, resolution.place)
        return tuple(found.values())

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame without rights."""
        # The page lies above; it is loaded by the few who ask to see it.
        from geo.page.notebook import NotebookMap

        return NotebookMap(self)._repr_html_()
