"""What a pluggable part must offer; see `geo.testing` for the contract tests of each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.place import Candidate, Match, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "MATCHES",
    "CandidateTable",
    "Exporter",
    "Gazetteer",
    "Reader",
    "Recognizer",
    "Resolver",
    "Source",
    "Span",
]


class Source(NamedTuple):
    """Something to read: raw bytes and the name they go by."""

    name: str  #: path, URL or `-`
    content: bytes


class Span(NamedTuple):
    """Names of the gazetteer found in a text: `text[start:end]` folds to `key`."""

    start: int
    end: int
    key: str


class CandidateTable(NamedTuple):
    """The candidates of several names as columns, for the hot path.

    All arrays have one element a candidate and are grouped by name in the order asked. Numbers of
    places, countries and features are the gazetteer's own; `Gazetteer.places` and its labels turn
    them back.
    """

    name: "NDArray[np.int32]"  #: index into the names that were asked
    place: "NDArray[np.int32]"  #: number of the place
    match: "NDArray[np.int8]"  #: index into `MATCHES`
    latitude: "NDArray[np.float32]"  #: degrees WGS84
    longitude: "NDArray[np.float32]"
    population: "NDArray[np.int32]"  #: people, 0 where unknown
    country: "NDArray[np.int16]"  #: number of the country code
    admin1: "NDArray[np.int32]"  #: number of the first order division, 0 where none
    feature: "NDArray[np.int16]"  #: number of the feature class and code


#: The order in which matches are numbered in a `CandidateTable`.
MATCHES: tuple[Match, ...] = (
    "primary",
    "alternate",
    "abbreviation",
    "demonym",
    "former",
    "variant",
    "fuzzy",
    "near",
)


@runtime_checkable
class Reader(Protocol):
    """Turn a source into documents; one a format."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Give the suffixes it reads: lower case, with the dot."""
        ...

    @property
    def media_types(self) -> tuple[str, ...]:
        """Give the media types it reads, as `text/plain`."""
        ...

    def read(self, source: Source) -> Iterator[Document]:
        """Yield the documents of `source`; raise `ReadError` or `FormatError` if it is broken."""
        ...


@runtime_checkable
class Recognizer(Protocol):
    """Find the mentions in documents."""

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`; the same for any batch."""
        ...


@runtime_checkable
class Gazetteer(Protocol):
    """The database of places and their names."""

    def lookup(self, name: str, *, limit: int = 50) -> list[Candidate]:
        """Return the places that go by `name`, likeliest first; none is an empty list."""
        ...

    def candidates(self, names: Sequence[str]) -> CandidateTable:
        """Return the same as columns for many names at once."""
        ...

    def scan(self, text: str) -> Iterator[Span]:
        """Yield the longest names of the gazetteer that are written with capitals in `text`."""
        ...

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        ...

    def near(self, latitude: float, longitude: float, *, radius_km: float) -> list[Place]:
        """Return the places within `radius_km` of a point, nearest first."""
        ...


@runtime_checkable
class Resolver(Protocol):
    """Choose the place of each mention."""

    def resolve(self, document: Document, mentions: Sequence[Mention]) -> list[Resolution]:
        """Return one resolution a mention, in the order given."""
        ...


@runtime_checkable
class Exporter(Protocol):
    """Write parsed documents to a file; a stream in, a file out."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Give the suffixes it writes: lower case, with the dot."""
        ...

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`; raise `ExportError` where that fails."""
        ...
