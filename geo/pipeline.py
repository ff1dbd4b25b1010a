"""The straight line: recognize the mentions of a document, then resolve each to a place."""

import itertools
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from geo.corrections import Corrections
from geo.corrections import read as read_corrections
from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import GeoWarning
from geo.gazetteer import open_gazetteer
from geo.languages import ENGLISH_NAMES, detect_language, is_english
from geo.place import Candidate, Place
from geo.protocols import Gazetteer, Recognizer, Resolver
from geo.recognizers.coordinates import find_coordinates
from geo.registry import implementation, make_recognizer
from geo.resolver import exact_only, with_relations
from geo.rulings import read_rulings
from geo.sections import find_sections, title_of
from geo.settings import Settings, load_settings

__all__ = ["Geoparser", "with_coordinates"]

#: Documents that go to the recognizer together.
_BATCH = 16


class Geoparser:
    """Parse documents: a recognizer, a gazetteer and a resolver, joined.

    Parameters
    ----------
    settings
        Defaults to those of the environment and the nearest `geo.toml`.
    recognizer, gazetteer, resolver
        An implementation of the protocol, or (but for the gazetteer) its registered name.
    corrections
        What people said of mentions, or the file it is in (`geo.corrections/1`).

    Examples
    --------
    >>> with Geoparser() as parser:
    ...     parsed = parser.parse(Document(text="The road from Osh to Bishkek is open."))
    >>> [place.name for place in parsed.places]
    ['Osh', 'Bishkek']
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        recognizer: Recognizer | str | None = None,
        gazetteer: Gazetteer | Path | None = None,
        resolver: Resolver | str | None = None,
        corrections: Corrections | str | Path | None = None,
    ) -> None:
        if corrections is None or isinstance(corrections, (str, Path)):
            corrections = Corrections(read_corrections(corrections) if corrections else ())
        self.corrections = corrections
        self.settings = settings or load_settings()
        self._owned: list[object] = []
        self._warned = False
        if gazetteer is None or isinstance(gazetteer, Path):
            gazetteer = open_gazetteer(gazetteer or _path(self.settings.gazetteer))
            self._owned.append(gazetteer)
        self.gazetteer: Gazetteer = gazetteer
        recognizer = recognizer or self.settings.recognizer
        self.recognizer: Recognizer = (
            make_recognizer(recognizer, self.gazetteer, caution=self.settings.caution)
            if isinstance(recognizer, str)
            else recognizer
        )
        resolver = resolver or self.settings.resolver
        self.resolver: Resolver = (
            implementation("geo.resolvers", resolver)(self.gazetteer)
            if isinstance(resolver, str)
            else resolver
        )
        self.rulings = read_rulings(self.settings, self.gazetteer)

    def parse(self, document: Document | str) -> ParsedDocument:
        """Recognize the mentions of `document` and resolve each to a place.

        Raises
        ------
        TypeError
            It is neither text nor a document.
        """
        [parsed] = self.parse_all([document])
        return parsed

    def parse_all(self, documents: Iterable[Document | str]) -> Iterator[ParsedDocument]:
        """Parse documents as they come, a batch at a time, in their order.

        Raises
        ------
        TypeError
            One is neither text nor a document, or a single one was given in place of several.
        """
        if isinstance(documents, (str, bytes, Document)):
            raise TypeError("parse_all takes several documents: give a list, or call parse.")
        stream = (self._told(_document(d)) for d in documents)
        while batch := list(itertools.islice(stream, _BATCH)):
            for document, mentions in zip(batch, self.recognizer.recognize(batch), strict=True):
                yield self.resolve(document, self._wanted(mentions))

    def resolve(self, document: Document, mentions: Iterable[Mention]) -> ParsedDocument:
        """Resolve mentions that are already known."""
        ordered = sorted(mentions, key=lambda m: (m.start, -m.end))
        resolutions = self.resolver.resolve(document, ordered)
        if self.settings.exact_only:
            resolutions = exact_only(resolutions)
        if self.settings.relations:
            resolutions = with_relations(document.text, resolutions)
        parsed = ParsedDocument(document=document, resolutions=tuple(resolutions))
        ruled = self.rulings.apply(with_coordinates(parsed))
        return self.corrections.replay(ruled, gazetteer=self.gazetteer)

    def close(self) -> None:
        """Close the gazetteer, if this parser opened it."""
        for resource in self._owned:
            close = getattr(resource, "close", None)
            if close is not None:
                close()
        self._owned.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _told(self, document: Document) -> Document:
        """Say in which language a document is, where that can be told; warn of another once."""
        language = document.language or detect_language(document.text)
        if not is_english(language) and not self._warned:
            self._warned = True
            name = ENGLISH_NAMES.get(str(language).partition("-")[0], f'"{language}"')
            warnings.warn(
                f"{document.source or document.id}: the text is {name}. geo is made for English; "
                "of other languages it misses more names. This is said once.",
                GeoWarning,
                stacklevel=3,
            )
        return document if language is None else replace(document, language=language)

    def _wanted(self, mentions: Iterable[Mention]) -> Iterator[Mention]:
        for mention in mentions:
            if mention.score < self.settings.minimum_score:
                continue
            if mention.kind == "associative" and not self.settings.demonyms:
                continue
            if mention.role == "organization" and not self.settings.organizations:
                continue
            yield mention


def with_coordinates(parsed: ParsedDocument) -> ParsedDocument:
    """Add the coordinates that are written in the text as mentions that place themselves."""
    text = parsed.document.text
    resolutions = list(parsed.resolutions)
    for found in find_coordinates(text):
        written = text[found.start : found.end]
        place = Place(
            id=f"coordinates:{found.latitude:.5f},{found.longitude:.5f}",
            name=" ".join(written.split()),
            latitude=found.latitude,
            longitude=found.longitude,
            source="text",
        )
        resolutions = [
            r for r in resolutions if r.mention.end <= found.start or found.end <= r.mention.start
        ]
        resolutions.append(
            Resolution(
                mention=Mention(start=found.start, end=found.end, text=written),
                place=place,
                confidence=0.99,
                candidates=(Candidate(place=place, name=written, match="primary", score=1.0),),
                origin="coordinates",
                explanation=f"Coordinates are written in the text ({found.notation}).",
            )
        )
    resolutions.sort(key=lambda r: (r.mention.start, -r.mention.end))
    return replace(parsed, resolutions=tuple(resolutions))


def _document(given: Document | str) -> Document:
    if isinstance(given, Document):
        return given
    if not isinstance(given, str):
        raise TypeError(
            f"a document is text (str) or a geo.Document, got {type(given).__name__}. "
            "geo.read reads files."
        )
    text = given
    return Document(text=text, title=title_of(text), sections=find_sections(text))


def _path(setting: str | None) -> Path | None:
    return Path(setting) if setting else None
