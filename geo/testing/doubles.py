"""What stands for the real parts in tests: texts, places, a gazetteer and a recognizer."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geo.document import Document, Mention
from geo.names import fold
from geo.place import Candidate, Match, Place
from geo.protocols import (
    MATCHES,
    CandidateTable,
    Span,
)

if TYPE_CHECKING:
    import numpy as np

__all__ = ["HOSTILE_TEXTS", "PLACES", "ListRecognizer", "MemoryGazetteer"]

#: Texts that break careless code: templates, markup, other scripts, characters beyond 16 bits.
HOSTILE_TEXTS = (
    "{{ 7*191 }} Bishkek {% raw %} {# Osh #} ${1+1} `Osh` %s {0}",
    "</script><script>alert('Bishkek')</script><img src=x onerror=alert(1)> Osh & Bishkek",
    "Jets 🛩️🇰🇬 over Bishkek 👩‍👩‍👧: e\u0301clair, A\u030angstro\u0308m, \u202eOsh\u202c.",
    'Бишкек и Ош, 比什凱克, بيشكيك, ビシュケク, Ħal Għargħur; "Osh", ‘Bishkek’.',
    "=HYPERLINK(1), Osh\r\n+996 Bishkek;\tOsh\u2028Bishkek\u00a0— “Osh”\r\n\r\nend",
    "Bishkek",
    "Osh." * 500,
    ".,;:!?()[]{}-–—'\"",
)

#: A few places to test with.
PLACES = (
    Place(
        id="test:bishkek",
        name="Bishkek",
        latitude=42.87,
        longitude=74.59,
        feature_class="P",
        feature_code="PPLC",
        country_code="KG",
        admin1="Bishkek",
        population=1_120_827,
    ),
    Place(
        id="test:osh",
        name="Osh",
        latitude=40.53,
        longitude=72.8,
        feature_class="P",
        feature_code="PPLA",
        country_code="KG",
        admin1="Osh City",
        population=322_164,
    ),
    Place(
        id="test:kyrgyzstan",
        name="Kyrgyzstan",
        latitude=41.5,
        longitude=75.0,
        feature_class="A",
        feature_code="PCLI",
        country_code="KG",
        population=6_000_000,
        radius_km=350.0,
    ),
)

_WORD = re.compile(r"\w[\w'’-]*\.?")
_LONGEST_NAME = 6  # words


class MemoryGazetteer:
    """A gazetteer of a few places, held in memory.

    Parameters
    ----------
    places
        Each goes by its `name`.
    names
        Further names of a place, by its id.
    demonyms
        The same for demonyms and adjectives.
    """

    def __init__(
        self,
        places: Iterable[Place] = PLACES,
        *,
        names: Mapping[str, Sequence[str]] | None = None,
        demonyms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._places = {place.id: place for place in places}
        self.place_ids = tuple(self._places)
        self._names: dict[str, list[tuple[Place, str, Match]]] = {}
        for place in self._places.values():
            self._add(place, place.name, "primary")
            for name in (names or {}).get(place.id, ()):
                self._add(place, name, "alternate")
            for name in (demonyms or {}).get(place.id, ()):
                self._add(place, name, "demonym")

    def _add(self, place: Place, name: str, match: Match) -> None:
        known = self._names.setdefault(fold(name), [])
        if all(other.id != place.id for other, _, _ in known):
            known.append((place, name, match))

    def lookup(self, name: str, *, limit: int = 50) -> list[Candidate]:
        """Return the places that go by `name`, the most populous first."""
        found = self._names.get(fold(name), [])
        people = sum((place.population or 0) + 1 for place, _, _ in found)
        candidates = [
            Candidate(
                place=place, name=known, match=match, score=((place.population or 0) + 1) / people
            )
            for place, known, match in found
        ]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.place.id))
        return candidates[:limit]

    def candidates(self, names: Sequence[str]) -> CandidateTable:
        """Return the same as columns."""
        import numpy as np

        places = list(self._places.values())
        found = [(i, candidate) for i, name in enumerate(names) for candidate in self.lookup(name)]

        def column(values: Iterable[object], kind: "type[np.generic]") -> "np.ndarray[Any, Any]":
            return np.array(list(values), dtype=kind)

        def number(of: Callable[[Place], object], place: Place) -> int:
            values = sorted({str(of(one)) for one in places if of(one) is not None})
            return values.index(str(of(place))) if of(place) is not None else -1

        at = [candidate.place for _, candidate in found]
        return CandidateTable(
            name=column((i for i, _ in found), np.int32),
            place=column((self.place_ids.index(place.id) for place in at), np.int32),
            match=column((MATCHES.index(candidate.match) for _, candidate in found), np.int8),
            latitude=column((place.latitude for place in at), np.float32),
            longitude=column((place.longitude for place in at), np.float32),
            population=column((place.population or 0 for place in at), np.int64),
            country=column((number(lambda p: p.country_code, place) for place in at), np.int16),
            admin1=column((number(lambda p: p.admin1, place) for place in at), np.int32),
            feature=column((number(lambda p: p.feature_code, place) for place in at), np.int16),
        )

    def scan(self, text: str) -> Iterator[Span]:
        """Yield the longest names that are written with a capital in `text`."""
        words = list(_WORD.finditer(text))
        free = 0
        for first, word in enumerate(words):
            if word.start() < free or word[0][0].islower():
                continue
            for last in reversed(words[first : first + _LONGEST_NAME]):
                ends = {last.end(), last.end() - last[0].endswith(".")}
                keys = {end: fold(text[word.start() : end]) for end in sorted(ends)}
                known = [end for end, key in keys.items() if key in self._names]
                if known:
                    yield Span(word.start(), known[0], keys[known[0]])
                    free = known[0]
                    break

    def place(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        return self._places.get(place_id)

    def near(self, latitude: float, longitude: float, *, radius_km: float) -> list[Place]:
        """Return the places within `radius_km` of a point, nearest first."""
        from geopy.distance import geodesic

        found = [
            (geodesic((latitude, longitude), (place.latitude, place.longitude)).km, place.id)
            for place in self._places.values()
        ]
        return [self._places[place_id] for km, place_id in sorted(found) if km <= radius_km]


class ListRecognizer:
    """Find given names wherever they stand as whole words; of overlapping ones the longest.

    Parameters
    ----------
    names
        Found as `literal`.
    demonyms
        Found as `associative`.
    """

    def __init__(self, names: Iterable[str] = (), *, demonyms: Iterable[str] = ()) -> None:
        self._demonyms = frozenset(demonyms)
        every = sorted({*names, *self._demonyms}, key=lambda name: (-len(name), name))
        pattern = "|".join(map(re.escape, every)) or r"(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, in text order."""
        return [[self._mention(m) for m in self._pattern.finditer(d.text)] for d in documents]

    def _mention(self, match: "re.Match[str]") -> Mention:
        return Mention(
            start=match.start(),
            end=match.end(),
            text=match[0],
            kind="associative" if match[0] in self._demonyms else "literal",
        )
