"""Corrections replayed on parsed documents, and checked against them."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from geo.corrections.record import (
    SCOPE_WORDS,
    AppliesTo,
    Correction,
    are_near,
    same_words,
    timed,
    where,
)
from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import GeoWarning
from geo.place import Candidate, Place
from geo.protocols import Gazetteer

__all__ = ["Corrections", "Stale", "check", "replay"]

_WIDTH: dict[AppliesTo, int] = {"mention": 0, "document": 1, "corpus": 2}
_SAID = {
    "place": "Corrected",
    "confirm": "Confirmed",
    "reject": "Rejected in a correction",
    "add": "Added in a correction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A correction that does not apply, and why."""

    correction: Correction
    reason: str


class Corrections:
    """Corrections, sorted so that they can be replayed on many documents.

    Parameters
    ----------
    corrections
        In the order of their files. The narrower scope wins, then the later line.
    """

    def __init__(self, corrections: Iterable[Correction] = ()) -> None:
        later = reversed(list(enumerate(c for _, c in timed(corrections))))
        ranked = sorted(later, key=lambda line: _WIDTH[line[1].applies_to])
        # Strongest first: a number in this list is a rank.
        self._lines = [line for _, line in ranked]
        self._order = [number for number, _ in ranked]
        self._own: dict[str, list[int]] = {}
        for rank, line in enumerate(self._lines):
            self._own.setdefault(line.document_id, []).append(rank)
        self._corpus = [n for n, c in enumerate(self._lines) if c.applies_to == "corpus"]

    def replay(
        self, parsed: ParsedDocument, *, gazetteer: Gazetteer | None = None
    ) -> ParsedDocument:
        """Return the document with the corrections' word in place of the resolver's.

        Parameters
        ----------
        parsed
            A document with its resolutions; what no correction speaks of stays as it is.
        gazetteer
            Where a corrected place is looked up by its id, for what the file does not say of it.

        Warns
        -----
        GeoWarning
            A line of this document does not fit its text, or confirms what is not there.
        """
        ranks = self._relevant(parsed.document)
        return _Replay(parsed, self._lines, ranks, gazetteer).done() if ranks else parsed

    def of(self, parsed: Iterable[ParsedDocument]) -> list[Correction]:
        """Return the lines that speak of these documents, the earliest first.

        Those are the lines of the documents themselves, as far as they fit, and of other
        documents what was said for the whole corpus and meets a mention here.
        """
        ranks: set[int] = set()
        for one in parsed:
            own = self._own.get(one.document.id, [])
            ranks.update(rank for rank in own if self._lines[rank].fits(one.document))
            if self._corpus:
                words = {same_words(mention.text) for mention in one.mentions}
                ranks.update(n for n in self._corpus if same_words(self._lines[n].mention) in words)
        return [self._lines[rank] for rank in sorted(ranks, key=self._order.__getitem__)]

    def _relevant(self, document: Document) -> list[int]:
        own = self._own.get(document.id, [])
        ranks = [n for n in self._corpus if self._lines[n].document_id != document.id]
        for rank in own:
            line = self._lines[rank]
            if line.fits(document):
                ranks.append(rank)
            else:
                _warn(line, f"{_no_text(line)}: the document changed. Run `geo corrections check`.")
        return sorted(ranks)


def check(corrections: Iterable[Correction], documents: Iterable[Document]) -> list[Stale]:
    """Return the corrections that do not apply to the documents, in the order given.

    A line whose document is not among them is stale too, unless it speaks for the corpus.
    """
    given = list(corrections)
    wanted = {c.document_id for c in given}
    seen: set[str] = set()
    wrong: set[int] = set()
    for document in documents:
        if document.id not in wanted:
            continue
        seen.add(document.id)
        wrong.update(
            n for n, c in enumerate(given) if c.document_id == document.id and not c.fits(document)
        )
    stale = []
    for number, correction in enumerate(given):
        if number in wrong:
            stale.append(Stale(correction=correction, reason=_no_text(correction)))
        elif correction.document_id not in seen and correction.applies_to != "corpus":
            reason = f"no document {correction.document_id}"
            stale.append(Stale(correction=correction, reason=reason))
    return stale


def replay(
    parsed: ParsedDocument,
    corrections: Iterable[Correction],
    *,
    gazetteer: Gazetteer | None = None,
) -> ParsedDocument:
    """Replay corrections on one document; for many use `Corrections`."""
    return Corrections(corrections).replay(parsed, gazetteer=gazetteer)


class _Ruling(NamedTuple):
    """A resolution after the corrections of its span, and the rank of the one that claims it."""

    resolution: Resolution
    claim: int | None  #: None: untouched or rejected, so it gives way to what was added
    new: bool

    def overlaps(self, other: "_Ruling") -> bool:
        mine, theirs = self.resolution.mention, other.resolution.mention
        return mine.start < theirs.end and theirs.start < mine.end


class _Replay:
    """The corrections of one document, by span and by words."""

    def __init__(
        self,
        parsed: ParsedDocument,
        lines: Sequence[Correction],
        ranks: Sequence[int],
        gazetteer: Gazetteer | None,
    ) -> None:
        self._parsed = parsed
        self._lines = lines
        self._gazetteer = gazetteer
        self._by_span: dict[tuple[int, int], list[int]] = {}
        self._by_words: dict[str, list[int]] = {}
        self._ranks = ranks
        for rank in ranks:
            line = lines[rank]
            if line.document_id == parsed.document.id:
                self._by_span.setdefault(line.span, []).append(rank)
            if line.applies_to != "mention":
                self._by_words.setdefault(same_words(line.mention), []).append(rank)

    def done(self) -> ParsedDocument:
        rulings = [self._ruled(r.mention, r) for r in self._parsed.resolutions]
        known = {(r.mention.start, r.mention.end) for r in self._parsed.resolutions}
        text = self._parsed.document.text
        for start, end in sorted(set(self._spans()) - known):
            rulings.append(self._ruled(Mention(start=start, end=end, text=text[start:end]), None))
        kept = [ruling.resolution for ruling in _settled(r for r in rulings if r is not None)]
        kept.sort(key=lambda r: (r.mention.start, -r.mention.end))
        self._warn_of_empty_confirmations(kept)
        return replace(self._parsed, resolutions=tuple(kept))

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Yield where corrections want a mention."""
        for rank in self._ranks:
            line = self._lines[rank]
            if line.action == "reject" or (line.place is None and line.action != "add"):
                continue
            if line.document_id == self._parsed.document.id:
                yield line.span
            if line.action == "add" and line.applies_to != "mention":
                for match in _pattern(line.mention).finditer(self._parsed.document.text):
                    yield match.span()

    def _ruled(self, mention: Mention, current: Resolution | None) -> _Ruling | None:
        at_span = self._by_span.get((mention.start, mention.end), [])
        ranks = sorted({*at_span, *self._by_words.get(same_words(mention.text), [])})
        new = current is None
        for n, rank in enumerate(ranks):
            line = self._lines[rank]
            if line.action == "reject":
                return None if current is None else _Ruling(_rejected(current, line), None, False)
            # One that names no place leaves the choice to the next in rank, then to the resolver.
            place = next(
                (c.place for c in map(self._lines.__getitem__, ranks[n:]) if _places(c)), None
            )
            if place is None and line.action == "confirm" and current is not None:
                place = current.place
            if place is not None:
                return _Ruling(self._placed(mention, current, place, line), rank, new)
            if line.action == "add":
                return _Ruling(current or _unresolved(mention, line), rank, new)
        return None if current is None else _Ruling(current, None, False)

    def _placed(
        self, mention: Mention, current: Resolution | None, place: Place, line: Correction
    ) -> Resolution:
        candidates = current.candidates if current else ()
        own = [c for c in candidates if c.place.id == place.id]
        known = [c.place for c in own]
        if current and current.place and current.place.id == place.id:
            known.append(current.place)
        if not known and self._gazetteer is not None:
            known.extend(p for p in [self._gazetteer.place(place.id)] if p is not None)
        place = next((p for p in known if are_near(p, place)), place)
        first = (
            replace(own[0], place=place, score=1.0)
            if own
            else Candidate(place=place, name=mention.text, match="primary", score=1.0)
        )
        return Resolution(
            mention=mention,
            place=place,
            confidence=1.0,
            candidates=(first, *(c for c in candidates if c.place.id != place.id)),
            origin="correction",
            approximate=bool(current and current.approximate and current.place == place),
            explanation=_explanation(line, f'"{mention.text}" means {place.name}'),
        )

    def _warn_of_empty_confirmations(self, kept: Iterable[Resolution]) -> None:
        placed = {(r.mention.start, r.mention.end) for r in kept if r.place is not None}
        for span, ranks in self._by_span.items():
            line = self._lines[ranks[0]]
            if line.action == "confirm" and line.place is None and span not in placed:
                _warn(line, f'"{line.mention}" has no place to confirm. Name one in the line.')


def _settled(rulings: Iterable[_Ruling]) -> list[_Ruling]:
    """Let new mentions take the room of those they overlap; the stronger correction stays.

    Mentions that overlapped before may go on to do so: an organization and the place within it.
    """
    pending = list(rulings)
    claims = sorted(
        ((r.claim, r) for r in pending if r.claim is not None),
        key=lambda c: (c[0], c[1].resolution.mention.start, c[1].resolution.mention.end),
    )
    accepted: list[_Ruling] = []
    for _, ruling in claims:
        if not any(ruling.overlaps(other) for other in accepted if ruling.new or other.new):
            accepted.append(ruling)
    added = [ruling for ruling in accepted if ruling.new]
    rest = (r for r in pending if r.claim is None)
    return [*accepted, *(r for r in rest if not any(r.overlaps(other) for other in added))]


def _rejected(current: Resolution, line: Correction) -> Resolution:
    return replace(
        current,
        place=None,
        confidence=0.0,
        origin="correction",
        approximate=False,
        reason="rejected",
        explanation=_explanation(line, f'"{current.mention.text}" is not a place'),
    )


def _unresolved(mention: Mention, line: Correction) -> Resolution:
    return Resolution(
        mention=mention,
        origin="correction",
        reason="no-candidate",
        explanation=_explanation(line, f'"{mention.text}" is a place that nobody named yet'),
    )


def _explanation(line: Correction, what: str) -> str:
    by = f" by {' '.join(line.author.split())}" if line.author.strip() else ""
    on = f" on {line.created.date().isoformat()}" if line.created else ""
    return f"{_SAID[line.action]}{by}{on}{SCOPE_WORDS[line.applies_to]}: {what}."


def _places(line: Correction) -> bool:
    return line.place is not None and line.action != "reject"


def _pattern(mention: str) -> re.Pattern[str]:
    # Cased: "Nice" and "Reading" are missed mentions, "nice" and "reading" are none.
    words = r"\s+".join(re.escape(word) for word in mention.split())
    return re.compile(rf"(?<!\w){words}(?!\w)" if words else r"(?!)")


def _no_text(line: Correction) -> str:
    return f'no text "{line.mention}" at {line.start}–{line.end} in {line.document_id}'


def _warn(line: Correction, what: str) -> None:
    warnings.warn(f"corrections {where(line)}: {what}", GeoWarning, stacklevel=4)
