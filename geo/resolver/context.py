"""What a section says of where it is: its countries, its divisions, what contains a name."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from geo.document import Document, Mention
from geo.names import fold
from geo.place import Candidate, Place
from geo.protocols import Gazetteer
from geo.resolver.telephones import called

__all__ = [
    "CLASS_WORDS",
    "Container",
    "Named",
    "NamedArea",
    "class_words_near",
    "find_containers",
    "find_named",
    "is_after_the",
    "named_beside",
    "names_before",
    "speaks_for",
    "told_names",
]

#: "Troy, N.C.", "Long Beach (Calif.)", "TROY, N.C. --": what is written right behind a name.
_BEHIND = re.compile(
    r"(?:,[ \u00a0\n]?|[ \u00a0]\()"
    r"((?:[A-Z]\.[ ]?){2,}"
    r"|[A-Z][^\W\d_]+\.?(?:[ \u00a0](?:and[ \u00a0])?[A-Z][^\W\d_]+)*)"
)

_NAME = r"([A-Z][^\W\d_]+(?:[ \u00a0-][A-Z][^\W\d_]+)*)"
_KIND = r"(capital|city|town|village|port|suburb|province|state|region|district|county|governorate)"

#: "Victoria, the small capital of the Seychelles": a container that an apposition names.
_APPOSED = re.compile(
    rf",[ \u00a0](?:(?:the|a|an)[ \u00a0])?(?:[a-z-]+[ \u00a0]){{0,3}}?{_KIND}[ \u00a0](?:of|in)"
    rf"[ \u00a0](?:the[ \u00a0])?{_NAME}"
)

#: "the Syrian city of Aleppo", "Kenya's capital, Nairobi": one that stands before it.
_BEFORE = re.compile(
    rf"{_NAME}(?:['’]s)?[ \u00a0](?:[a-z-]+[ \u00a0])?{_KIND}(?:[ \u00a0]of|,)?[ \u00a0]$"
)

#: "Hyderabad in Pakistan", "Pakistan's Hyderabad".
_IN_CONTAINER = re.compile(rf"[ \u00a0]in[ \u00a0](?:the[ \u00a0])?{_NAME}")
_OF_CONTAINER = re.compile(rf"{_NAME}['’]s[ \u00a0]$")

#: How far back that is looked for, characters.
_BACK = 48

#: What can stand behind a name that is no part of a longer phrase.
_NO_NOUN = re.compile(
    r"\s*(?:$|[.,;:)?!—–]|\s(?:and|or|at|in|on|to|of|near|between|from|for|by|with|into|through|"
    r"is|are|was|were|has|have|had|will|would|can|could|rose|that|which|where|after|before|when|as|"
    r"but|than|while|since|until|during|along|above|below|under|over)\b)"
)

#: What parts a name from its container.
_BETWEEN = frozenset((", ", ",", ",\n", " ("))

#: What stands between a name and the one that it is in: "Le Cygne in Lyon", "Lyon's Le Cygne".
_IN = re.compile(r",?\s(?:in|at|near|of|outside|on)\s(?:the\s|downtown\s)?|,\s?|\s\(")
_OF = re.compile(r"['’]s?\s|\s")

#: Words around a name that tell its class, and the GeoNames classes or codes they speak for.
CLASS_WORDS: Mapping[str, tuple[str, ...]] = {
    "airbase": ("AIRB",),
    "airfield": ("AIRB", "AIRP"),
    "airport": ("AIRP",),
    "base": ("AIRB", "MILB", "NVB"),
    "bay": ("BAY", "GULF"),
    "capital": ("PPLC",),
    "city": ("P",),
    "counties": ("ADM2",),
    "county": ("ADM2",),
    "dam": ("DAM",),
    "desert": ("DSRT",),
    "district": ("ADM2", "ADM1"),
    "districts": ("ADM2", "ADM1"),
    "governorate": ("ADM1",),
    "island": ("ISL", "ISLS"),
    "islands": ("ISL", "ISLS"),
    "lake": ("LK", "RSV"),
    "mountains": ("MTS", "MT"),
    "oblast": ("ADM1",),
    "parish": ("ADM2",),
    "parishes": ("ADM2",),
    "peninsula": ("PEN",),
    "province": ("ADM1",),
    "provinces": ("ADM1",),
    "region": ("ADM1", "RGN"),
    "republic": ("PCLI",),
    "river": ("STM",),
    "rivers": ("STM",),
    "sea": ("SEA",),
    "state": ("ADM1",),
    "states": ("ADM1",),
    "town": ("P",),
    "valley": ("VAL",),
    "village": ("P",),
}

_LISTED_NAME = r"[A-Z][\w.]*(?: [A-Z][\w.]*){0,2}"

#: The rest of a list and the word for all of it: "Becker, [Clay], Otter Tail and Wilkin counties".
_LIST_BEHIND = re.compile(rf"(?:, {_LISTED_NAME})*,? (?:and|or) {_LISTED_NAME} ([a-z]+s)\b")

_DIVISION_WORDS = frozenset("borough county department district parish province".split())


@dataclass(frozen=True, slots=True)
class Container:
    """A country or division named right behind a mention, or right before it."""

    name: str
    country_code: str | None
    admin1_code: str | None  #: None when the container is a country
    admin2_code: str | None
    is_before: bool = False  #: it is named right before: "the Syrian city of Aleppo"


@dataclass(frozen=True, slots=True)
class Named:
    """Countries and divisions that a text names anywhere, as shares of all such names."""

    countries: Mapping[str, float] = field(default_factory=dict)
    admin1: Mapping[str, float] = field(default_factory=dict)
    admin2: frozenset[str | None] = frozenset()


class NamedArea(NamedTuple):
    """A country or a division that a text names once, or calls by telephone."""

    key: str  #: of the name
    country_code: str | None
    admin1_code: str | None
    admin2_code: str | None
    weight: float


def find_named(gazetteer: Gazetteer, text: str) -> list[NamedArea]:
    """Find the countries, demonyms and divisions that a text names, mentions or not."""
    named = [
        NamedArea(prefix, country, division, None, 1.0)
        for prefix, (country, division) in called(text).items()
    ]
    for span in gazetteer.scan(text):
        found = gazetteer.lookup(text[span.start : span.end], limit=1)
        if not found or found[0].place.feature_class != "A":
            continue
        place, match = found[0].place, found[0].match
        if place.is_country and place.country_code:
            weight = 0.5 if match == "demonym" else 1.0
            named.append(NamedArea(span.key, place.country_code, None, None, weight))
        elif place.feature_code == "ADM1" and place.admin1_code and place.country_code:
            code = place.admin1_code
            named.append(NamedArea(span.key, place.country_code, code, None, 1.0))
        elif place.feature_code == "ADM2" and span.key.split()[-1] in _DIVISION_WORDS:
            named.append(NamedArea(span.key, None, None, place.admin2_code, 1.0))
    return named


def named_beside(areas: Iterable[NamedArea], key: str) -> Named:
    """Return what a text names beside one name: no name speaks for itself."""
    countries: dict[str, float] = defaultdict(float)
    admin1: dict[str, float] = defaultdict(float)
    admin2: set[str | None] = set()
    for area in areas:
        if area.key == key:
            continue
        if area.admin2_code:
            admin2.add(area.admin2_code)
        if area.admin1_code:
            admin1[area.admin1_code] += area.weight
        if area.country_code:
            countries[area.country_code] += area.weight * (0.5 if area.admin1_code else 1.0)
    return Named(_shared(countries), _shared(admin1), frozenset(admin2))


def _shared(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values()) + 0.5
    return {code: count / total for code, count in counts.items()}


def find_containers(
    document: Document, mention: Mention, gazetteer: Gazetteer
) -> tuple[Container, ...]:
    """Return what is named beside a mention as its container, likeliest first."""
    text = document.text
    if match := _BEHIND.match(text, mention.end):
        written = match.group(1).strip()
        for name in dict.fromkeys((written, written.rstrip("."), written.split()[0])):
            if found := _containers(gazetteer, name, demonyms=False):
                return found
    if match := _APPOSED.match(text, mention.end):
        return _containers(gazetteer, match.group(2), demonyms=False)
    inside = _IN_CONTAINER.match(text, mention.end)
    if inside and (found := _containers(gazetteer, inside.group(1), demonyms=False)):
        return found
    back = max(0, mention.start - _BACK)
    if match := _BEFORE.search(text, back, mention.start) or _OF_CONTAINER.search(
        text, back, mention.start
    ):
        found = _containers(gazetteer, match.group(1).removeprefix("The "), demonyms=True)
        return tuple(replace(container, is_before=True) for container in found)
    return ()


def _containers(gazetteer: Gazetteer, name: str, *, demonyms: bool) -> tuple[Container, ...]:
    return tuple(
        _container(name, candidate.place)
        for candidate in gazetteer.lookup(name, limit=8)
        if _may_contain(name, candidate, demonyms=demonyms)
    )


def _may_contain(name: str, candidate: Candidate, *, demonyms: bool) -> bool:
    """Tell whether a candidate of a name beside another one is meant as its container.

    A second order division must say what it is: in "Douglas, Grant, Otter Tail" none contains
    the other, in "Selma, Dallas County" one does.
    """
    place = candidate.place
    if place.feature_class != "A" or (candidate.match == "demonym" and not demonyms):
        return False
    if place.feature_code == "ADM2":
        return fold(name).split()[-1] in _DIVISION_WORDS
    return candidate.match != "variant" or place.feature_code == "ADM1"


def _container(name: str, place: Place) -> Container:
    return Container(
        name=name,
        country_code=place.country_code,
        admin1_code=place.admin1_code if not place.is_country else None,
        admin2_code=place.admin2_code if place.feature_code == "ADM2" else None,
    )


def class_words_near(document: Document, mention: Mention) -> tuple[str, ...]:
    """Return the class words right behind a mention or its list, inside its end, or before it."""
    text = document.text
    found = []
    listed = _LIST_BEHIND.match(text, mention.end, mention.end + 200)
    apposed = _APPOSED.match(text, mention.end)
    behind = re.match(r"[ \u00a0]([a-zA-Z]+)", text[mention.end : mention.end + 20])
    before = re.search(
        r"([a-zA-Z]+) (?:of )?(?:the )?$", text[max(0, mention.start - 24) : mention.start]
    )
    for match in (behind, before, listed, apposed):
        if match and match.group(1).lower() in CLASS_WORDS:
            found.append(match.group(1).lower())
    last = fold(mention.text).split()[-1:]
    if last and last[0] in CLASS_WORDS and " " in mention.text:
        found.append(last[0])
    return tuple(found)


def told_names(
    document: Document, mentions: Sequence[Mention], indices: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield `(mention, other)` where the words say that the one is in the other."""
    for one, other in itertools.pairwise(indices):
        end, start = mentions[one].end, mentions[other].start
        if _IN.fullmatch(document.text, end, start):
            yield one, other
        elif _OF.fullmatch(document.text, end, start):
            yield other, one


def names_before(
    document: Document, mentions: Sequence[Mention], indices: Sequence[int]
) -> dict[int, int]:
    """Return for mentions right behind another one, as in "Albany, New York", which that is."""
    return {
        index: before
        for before, index in itertools.pairwise(indices)
        if document.text[mentions[before].end : mentions[index].start] in _BETWEEN
    }


def is_after_the(document: Document, mention: Mention) -> bool:
    """Tell whether a name has an article of its own: not that of "the London mayor"."""
    text = document.text
    return text[max(0, mention.start - 4) : mention.start].lower() == "the " and bool(
        _NO_NOUN.match(text, mention.end)
    )


def speaks_for(word: str, candidate: Candidate) -> bool:
    """Tell whether a class word speaks for a candidate."""
    return (
        candidate.place.feature_code in CLASS_WORDS[word]
        or candidate.place.feature_class in CLASS_WORDS[word]
    )
