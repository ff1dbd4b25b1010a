"""What documents are about: their focus, and counts by country, division and place."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from geo.document import ParsedDocument
from geo.place import Place
from geo.protocols import Gazetteer

__all__ = ["Kind", "Summary", "Tally", "summarize"]

Kind = Literal["country", "admin1", "place"]

# What a mention of a place says of its division, and that of its country: Amitay, Har'El, Sivan
# and Soffer, "Web-a-Where" (SIGIR 2004), who also name at most four focuses.
_DECAY = 0.7
_MOST_FOCUSES = 4
#: Less of all weight than this is no focus.
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often one country, first order division or place is mentioned."""

    kind: Kind
    name: str
    country_code: str | None  #: ISO 3166-1 alpha-2
    admin1_code: str | None
    place_id: str | None  #: None where no document mentions the area by its own name
    latitude: float | None  #: degrees WGS84; None where `place_id` is
    longitude: float | None
    mentions: int  #: of it and of what lies in it
    documents: int  #: in which those are
    share: float  #: 0 to 1, how much of the documents it takes up; see `summarize`
    first: dt.date | None  #: of the documents that mention it and say their date
    last: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What documents are about."""

    documents: int
    mentions: int  #: all of them, those that were not placed too
    placed: int  #: those that are counted: placed, and at least as sure as was asked for
    nowhere: int  #: of these, such as lie in no one country: seas, deserts, bare coordinates
    first: dt.date | None  #: earliest and latest date of a document
    last: dt.date | None
    focus: tuple[Tally, ...]  #: what they are about, by share; none contains another
    countries: tuple[Tally, ...]  #: most mentioned first, as the next two
    admin1: tuple[Tally, ...]
    places: tuple[Tally, ...]  #: neither countries nor first order divisions


def summarize(
    parsed: Iterable[ParsedDocument] | ParsedDocument,
    *,
    gazetteer: Gazetteer | None = None,
    least: float = 0.5,
) -> Summary:
    """Say what documents are about.

    Parameters
    ----------
    parsed
        One document or many; read once.
    gazetteer
        Says the names of countries that no document mentions by name; without it those are
        called by their code.
    least
        Mentions of a lower confidence, 0 to 1, are not counted. Pins below 0.5 are not drawn on
        the page either.

    Returns
    -------
    summary
        Empty tuples and zeros where nothing was placed.

    Notes
    -----
    The focus follows Amitay and others, "Web-a-Where" (SIGIR 2004). A mention gives its place
    the square of its confidence, its first order division 0.7 of that and its country 0.49; a
    share is a part of what all mentions give their places. The largest share comes first; what
    contains it or lies in it is passed over; at most four of at least 0.1 are named.

    Examples
    --------
    >>> import geo
    >>> about = summarize(geo.parse("Osh, Jalal-Abad and Naryn in Kyrgyzstan were flooded."))
    >>> [tally.name for tally in about.focus]
    ['Kyrgyzstan']
    """
    if not 0 <= least <= 1:
        raise ValueError(f"least lies within 0 and 1, got {least}")
    count = _Count(least)
    for document in [parsed] if isinstance(parsed, ParsedDocument) else parsed:
        count.add(document)
    return count.done(gazetteer)


class _Key(NamedTuple):
    """A country, a division or a place, and what it lies in."""

    kind: Kind
    country: str
    admin1: str = ""
    place: str = ""

    def holds(self, other: "_Key") -> bool:
        """Tell whether `other` is this or lies in it."""
        if self.kind == "place":
            return self == other
        if self.kind == "admin1":
            return (self.country, self.admin1) == (other.country, other.admin1)
        return self.country == other.country


@dataclass(slots=True)
class _Node:
    mentions: int = 0
    documents: int = 0
    weight: float = 0.0
    place: Place | None = None
    name: str = ""
    dates: list[dt.date] = field(default_factory=list)  #: earliest and latest

    def date(self, published: dt.date | None) -> None:
        if published is not None:
            dates = [*self.dates, published]
            self.dates = [min(dates), max(dates)]


class _Count:
    """What was counted so far."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._nodes: dict[_Key, _Node] = {}
        self._all = _Node()
        self._placed = self._nowhere = 0
        self._total = 0.0

    def add(self, parsed: ParsedDocument) -> None:
        self._all.documents += 1
        self._all.date(parsed.document.published)
        met: set[_Key] = set()
        for resolution in parsed.resolutions:
            self._all.mentions += 1
            place = resolution.place
            if place is None or resolution.confidence < self._least:
                continue
            weight = resolution.confidence**2
            self._placed += 1
            self._nowhere += place.country_code is None
            self._total += weight
            own = _key(place)
            for key, part in _line(own):
                node = self._nodes.setdefault(key, _Node())
                node.mentions += 1
                node.weight += weight * part
                if key == own:
                    node.place = node.place or place
                elif key.kind == "admin1":
                    node.name = node.name or (place.admin1 or "")
                met.add(key)
        for key in met:
            self._nodes[key].documents += 1
            self._nodes[key].date(parsed.document.published)

    def done(self, gazetteer: Gazetteer | None) -> Summary:
        tallies = {key: self._tally(key, node, gazetteer) for key, node in self._nodes.items()}

        def most(kind: Kind) -> tuple[Tally, ...]:
            found = [tally for key, tally in tallies.items() if key.kind == kind]
            found.sort(key=lambda t: (-t.mentions, -t.share, t.name))
            return tuple(found)

        first, last = _ends(self._all)
        return Summary(
            documents=self._all.documents,
            mentions=self._all.mentions,
            placed=self._placed,
            nowhere=self._nowhere,
            first=first,
            last=last,
            focus=_focus(tallies),
            countries=most("country"),
            admin1=most("admin1"),
            places=most("place"),
        )

    def _tally(self, key: _Key, node: _Node, gazetteer: Gazetteer | None) -> Tally:
        place = node.place
        name = place.name if place else node.name
        if not name and key.kind == "country" and gazetteer is not None:
            known = (candidate.place for candidate in gazetteer.lookup(key.country, limit=50))
            name = next(
                (p.name for p in known if p.is_country and p.country_code == key.country), ""
            )
        first, last = _ends(node)
        return Tally(
            kind=key.kind,
            name=name or key.admin1 or key.country,
            country_code=key.country or None,
            admin1_code=key.admin1 or None,
            place_id=place.id if place else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            mentions=node.mentions,
            documents=node.documents,
            share=round(node.weight / self._total, 9) if self._total else 0.0,
            first=first,
            last=last,
        )


def _key(place: Place) -> _Key:
    country, admin1 = place.country_code or "", place.admin1_code or ""
    if country and place.is_country:
        return _Key("country", country)
    if country and admin1 and (place.feature_class, place.feature_code) == ("A", "ADM1"):
        return _Key("admin1", country, admin1)
    return _Key("place", country, admin1, place.id)


def _line(own: _Key) -> list[tuple[_Key, float]]:
    """Return what a mention speaks of, the widest last, and how much it says of each."""
    line = [(own, 1.0)]
    if own.kind == "place" and own.admin1:
        line.append((_Key("admin1", own.country, own.admin1), _DECAY))
    if own.kind != "country" and own.country:
        steps = 2 if own.kind == "place" else 1
        line.append((_Key("country", own.country), _DECAY**steps))
    return line


def _focus(tallies: dict[_Key, Tally]) -> tuple[Tally, ...]:
    chosen: list[_Key] = []
    for key in sorted(tallies, key=lambda k: (-tallies[k].share, -tallies[k].mentions, k)):
        if len(chosen) == _MOST_FOCUSES or tallies[key].share < _LEAST_SHARE:
            break
        if not any(one.holds(key) or key.holds(one) for one in chosen):
            chosen.append(key)
    return tuple(tallies[key] for key in chosen)


def _ends(node: _Node) -> tuple[dt.date | None, dt.date | None]:
    return (node.dates[0], node.dates[1]) if node.dates else (None, None)
