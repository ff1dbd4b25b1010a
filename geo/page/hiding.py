"""What a page shall not tell: phrases that are blacked out, coordinates that are rounded.

Hiding changes the parsed documents before anything is made of them, so what is hidden cannot
come into the page by another way: not as a candidate, an explanation, a file name or a label.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from geo.document import Document, ParsedDocument, Resolution
from geo.errors import ReadError, SettingsError
from geo.place import Candidate, Place

__all__ = ["MASK", "Hiding", "read_phrases"]

#: What stands for a hidden phrase, whatever its length.
MASK = "█████"
#: Letters and digits that a phrase needs: a shorter one would black out half of a text.
_SHORTEST = 3
_LARGEST_KM = 1000.0
_KM_PER_DEGREE = 111.195

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """What to keep out of a page.

    Parameters
    ----------
    phrases
        Words to black out wherever they stand, within longer words too, without regard to case,
        accents and line ends. The word that holds one goes whole.
    round_km
        Width of the cells, in km, to whose middles all places are moved; 0 moves none.

    Raises
    ------
    SettingsError
        A phrase has fewer than three letters or digits, or `round_km` is not within 0 and 1000.
    """

    phrases: tuple[str, ...] = ()
    round_km: float = 0.0

    def __post_init__(self) -> None:
        for phrase in self.phrases:
            plain = _folded(phrase)[0]
            # One sign of Chinese is a word.
            if sum(map(str.isalnum, plain)) < (_SHORTEST if plain.isascii() else 1):
                raise SettingsError(
                    f'cannot hide "{phrase}": it would black out half of the text. '
                    f"Give a phrase of at least {_SHORTEST} letters or digits."
                )
        if not (math.isfinite(self.round_km) and 0 <= self.round_km <= _LARGEST_KM):
            raise SettingsError(
                f"coordinates are rounded to 0 to {_LARGEST_KM:g} km, got {self.round_km:g}."
            )

    @property
    def is_active(self) -> bool:
        """Tell whether anything is hidden."""
        return bool(self.phrases) or self.round_km > 0

    def holds(self, text: str) -> bool:
        """Tell whether a text holds something that is hidden."""
        return bool(self._spans(text))

    def words(self, text: str) -> str:
        """Return a text with what is hidden blacked out."""
        return _masked(text, self._spans(text))

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return the middle of the cell that a point lies in, in degrees."""
        if not self.round_km:
            return latitude, longitude
        high = min(180.0, self.round_km / _KM_PER_DEGREE)
        south = min(math.floor((latitude + 90) / high) * high - 90, 90 - high / 2)
        middle = min(90.0, south + high / 2)
        # As many whole cells go round the parallel as fit.
        around = max(1, math.floor(360 * math.cos(math.radians(middle)) / high))
        wide = 360 / around
        column = min(math.floor((longitude + 180) / wide), around - 1)
        return round(middle, 4), round(column * wide - 180 + wide / 2, 4)

    def apply(self, parsed: ParsedDocument, *, countries: Mapping[str, str]) -> ParsedDocument:
        """Return the document as the page may know it.

        Parameters
        ----------
        parsed
            As it was parsed. Mentions of what is hidden are gone; so are those whose place is.
        countries
            Names of countries by ISO code: a place in a hidden country tells none.
        """
        if not self.is_active:
            return parsed
        document = parsed.document
        written = self._written_coordinates(parsed.resolutions)
        spans = _joined([*self._spans(document.text), *written])
        text = _masked(document.text, spans)
        resolutions = []
        for resolution in parsed.resolutions:
            start, end = resolution.mention.start, resolution.mention.end
            if (start, end) not in written and any(s < end and start < e for s, e in spans):
                continue
            moved = _moved(start, spans, end=False), _moved(end, spans, end=True)
            shown = self._resolution(resolution, moved, text, countries)
            if shown is not None:
                resolutions.append(shown)
        return ParsedDocument(
            document=self._document(document, text, spans), resolutions=tuple(resolutions)
        )

    def _document(self, document: Document, text: str, spans: Sequence[Span]) -> Document:
        sections = tuple(
            replace(
                section,
                start=_moved(section.start, spans, end=False),
                end=_moved(section.end, spans, end=True),
                label=self.words(section.label),
            )
            for section in document.sections
        )
        identifier = self.words(document.id)
        if spans and document.id.startswith("sha256:"):
            # The digest of the text would let a guess of what is hidden be tried.
            identifier = (
                f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}"
            )
        return replace(
            document,
            text=text,
            id=identifier,
            title=self.words(document.title) if document.title else document.title,
            source=self.words(document.source) if document.source else document.source,
            sections=sections,
        )

    def _resolution(
        self, resolution: Resolution, span: Span, text: str, countries: Mapping[str, str]
    ) -> Resolution | None:
        place = resolution.place
        shown = None if place is None else self._place(place, countries)
        if place is not None and shown is None:
            return None
        start, end = span
        exact = self.round_km and resolution.origin == "coordinates"
        return replace(
            resolution,
            mention=replace(resolution.mention, start=start, end=end, text=text[start:end]),
            place=shown,
            candidates=tuple(self._candidates(resolution.candidates, countries)),
            explanation="" if exact else self.words(resolution.explanation),
        )

    def _candidates(
        self, candidates: Sequence[Candidate], countries: Mapping[str, str]
    ) -> Iterator[Candidate]:
        for candidate in candidates:
            place = self._place(candidate.place, countries)
            if place is not None and not self.holds(candidate.name):
                yield replace(candidate, place=place)

    def _place(self, place: Place, countries: Mapping[str, str]) -> Place | None:
        """Return a place as the page may know it; None where its name or id is hidden."""
        if self.holds(place.name) or self.holds(place.id):
            return None
        latitude, longitude = self.point(place.latitude, place.longitude)
        place = replace(
            place,
            admin1=None if place.admin1 and self.holds(place.admin1) else place.admin1,
            admin2=None if place.admin2 and self.holds(place.admin2) else place.admin2,
            country_code=(
                None
                if place.country_code and self.holds(countries.get(place.country_code, ""))
                else place.country_code
            ),
            source=self.words(place.source) if place.source else place.source,
        )
        if not self.round_km:
            return place
        point = f"{latitude:g}, {longitude:g}"
        written = place.id.startswith("coordinates:")
        return replace(
            place,
            id=f"coordinates:{point.replace(' ', '')}" if written else place.id,
            name=f"about {point}" if written else place.name,
            latitude=latitude,
            longitude=longitude,
            bounds=None,
        )

    def _written_coordinates(self, resolutions: Sequence[Resolution]) -> list[Span]:
        """List where the text itself gives coordinates, which rounding must not leave there."""
        return [
            (r.mention.start, r.mention.end)
            for r in resolutions
            if self.round_km and r.origin == "coordinates"
        ]

    def _spans(self, text: str) -> list[Span]:
        if not self.phrases:
            return []
        folded, origin = _folded(text)
        found = [match.span() for match in _pattern(self.phrases).finditer(folded)]
        return _joined([(origin[start], origin[end - 1] + 1) for start, end in found])


def read_phrases(file: Path) -> tuple[str, ...]:
    """Read phrases to hide: one a line; blank lines and those that begin with `#` say nothing.

    Raises
    ------
    ReadError
        The file cannot be read, is not UTF-8, or holds no phrase.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ReadError(f"cannot read {file}: it is not UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise ReadError(
            f"cannot read {file}: {error.strerror}. Give a file with a phrase a line."
        ) from error
    phrases = tuple(line.strip() for line in lines if line.strip() and line.strip()[0] != "#")
    if not phrases:
        raise ReadError(f"{file} holds no phrase to hide. Write one a line.")
    return phrases


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without case, accents and invisible characters, and where each came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    letters: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        plain = _plain(letter)
        letters.append(plain)
        origin.extend([at] * len(plain))
    return "".join(letters), origin


@cache
def _plain(letter: str) -> str:
    return "".join(
        part
        for part in unicodedata.normalize("NFKD", letter).casefold()
        if unicodedata.category(part) not in ("Mn", "Cf")
    )


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Match the words that hold a phrase, and the line ends and hyphens within it."""
    parts = (
        r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", _folded(phrase)[0])))
        for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    )
    return re.compile(rf"[^\W_]*(?:{'|'.join(parts)})[^\W_]*")


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Sort spans and join those that overlap."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _masked(text: str, spans: Sequence[Span]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += [text[done:start], MASK]
        done = end
    return "".join([*parts, text[done:]])


def _moved(position: int, spans: Sequence[Span], *, end: bool) -> int:
    """Return where a position of the text is after masking; within a span it moves to an edge."""
    shift = 0
    for first, last in spans:
        if last <= position:
            shift += len(MASK) - (last - first)
        elif first < position:
            return first + shift + (len(MASK) if end else 0)
        else:
            break
    return position + shift
