"""What a section says of where it is: its countries, its divisions, what contains a name."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.document import Document, Mention
from geo.names import fold
from geo.place import Candidate, Place
from geo.protocols import Gazetteer

__all__ = [
    "CLASS_WORDS",
    "Container",
    "Named",
    "class_words_near",
    "find_containers",
    "find_named",
    "speaks_for",
]

#: "Troy, N.C.", "Long Beach (Calif.)", "TROY, N.C. --": what is written right behind a name.
_BEHIND = re.compile(
    r"(?:,[ \u00a0\n]?|[ \u00a0]\()"
    r"((?:[A-Z]\.[ ]?){2,}"
    r"|[A-Z][^\W\d_]+\.?(?:[ \u00a0](?:and[ \u00a0])?[A-Z][^\W\d_]+)*)"
)

#: Words around a name that tell its class, and the GeoNames classes or codes they speak for.
CLASS_WORDS: Mapping[str, tuple[str, ...]] = {
    "airbase": ("AIRB",),
    "airfield": ("AIRB", "AIRP"),
    "airport": ("AIRP",),
    "base": ("AIRB", "MILB", "NVB"),
    "bay": ("BAY", "GULF"),
    "capital": ("PPLC",),
    "city": ("P",),
    "county": ("ADM2",),
    "dam": ("DAM",),
    "desert": ("DSRT",),
    "district": ("ADM2", "ADM1"),
    "governorate": ("ADM1",),
    "island": ("ISL", "ISLS"),
    "islands": ("ISL", "ISLS"),
    "lake": ("LK", "RSV"),
    "mountains": ("MTS", "MT"),
    "oblast": ("ADM1",),
    "parish": ("ADM2",),
    "peninsula": ("PEN",),
    "province": ("ADM1",),
    "region": ("ADM1", "RGN"),
    "republic": ("PCLI",),
    "river": ("STM",),
    "sea": ("SEA",),
    "state": ("ADM1",),
    "town": ("P",),
    "valley": ("VAL",),
    "village": ("P",),
}


_DIVISION_WORDS = frozenset("borough county department district parish province".split())


@dataclass(frozen=True, slots=True)
class Container:
    """A country or division named right behind a mention."""

    name: str
    country_code: str | None
    admin1_code: str | None  #: None when the container is a country
    admin2_code: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """Countries and divisions that a text names anywhere, as shares of all such names."""

    countries: Mapping[str, float] = field(default_factory=dict)
    admin1: Mapping[str, float] = field(default_factory=dict)
    admin2: frozenset[str | None] = frozenset()


def find_named(gazetteer: Gazetteer, text: str) -> Named:
    """Find the countries, demonyms and divisions that a text names, mentions or not."""
    countries: dict[str, float] = defaultdict(float)
    admin1: dict[str, float] = defaultdict(float)
    admin2: set[str | None] = set()
    for span in gazetteer.scan(text):
        found = gazetteer.lookup(text[span.start : span.end], limit=1)
        if not found or found[0].place.feature_class != "A":
            continue
        place, match = found[0].place, found[0].match
        if place.is_country and place.country_code:
            countries[place.country_code] += 0.5 if match == "demonym" else 1.0
        elif place.feature_code == "ADM1" and place.admin1_code and place.country_code:
            admin1[place.admin1_code] += 1.0
            countries[place.country_code] += 0.5
        elif place.feature_code == "ADM2" and span.key.split()[-1] in _DIVISION_WORDS:
            admin2.add(place.admin2_code)
    return Named(_shared(countries), _shared(admin1), frozenset(admin2))


def _shared(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values()) + 0.5
    return {code: count / total for code, count in counts.items()}


def find_containers(
    document: Document, mention: Mention, gazetteer: Gazetteer
) -> tuple[Container, ...]:
    """Return what is named right behind a mention as its container, likeliest first."""
    match = _BEHIND.match(document.text, mention.end)
    if match is None:
        return ()
    written = match.group(1).strip()
    for name in dict.fromkeys((written, written.rstrip("."), written.split()[0])):
        found = tuple(
            _container(name, candidate.place)
            for candidate in gazetteer.lookup(name, limit=8)
            if _may_contain(name, candidate)
        )
        if found:
            return found
    return ()


def _may_contain(name: str, candidate: Candidate) -> bool:
    """Tell whether a candidate of a name right behind another one is meant as its container.

    A second order division must say what it is: in "Douglas, Grant, Otter Tail" none contains
    the other, in "Selma, Dallas County" one does.
    """
    place = candidate.place
    if place.feature_class != "A" or candidate.match == "demonym":
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
    """Return the class words right behind a mention, inside its end, or right before it."""
    text = document.text
    found = []
    behind = re.match(r"[ \u00a0]([a-zA-Z]+)", text[mention.end : mention.end + 20])
    before = re.search(
        r"([a-zA-Z]+) (?:of )?(?:the )?$", text[max(0, mention.start - 24) : mention.start]
    )
    for match in (behind, before):
        if match and match.group(1).lower() in CLASS_WORDS:
            found.append(match.group(1).lower())
    last = fold(mention.text).split()[-1:]
    if last and last[0] in CLASS_WORDS and " " in mention.text:
        found.append(last[0])
    return tuple(found)


def speaks_for(word: str, candidate: Candidate) -> bool:
    """Tell whether a class word speaks for a candidate."""
    return (
        candidate.place.feature_code in CLASS_WORDS[word]
        or candidate.place.feature_class in CLASS_WORDS[word]
    )
