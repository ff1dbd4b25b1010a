"""Made-up news for the ranker, most of it local: names around a town, as local papers write them.

Three corpora hold few local papers, and one of them must be left out to measure. What such papers
have in common is hardly a matter of words: most names lie around a home town that is rarely written
out, some lie in its state or country, a few are known to the whole world. Texts like that are drawn
here from the gazetteer alone, with a few of the words that tell a country, beside some of news from
abroad, so that fame keeps its weight.
"""

import random
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.document import Document, Hints, Mention
from geo.protocols import MATCHES
from geo.resolver.telephones import prefixes_of
from geo.resolver.vocabulary import words_of

__all__ = ["Drawn", "draw"]

_Floats = NDArray[np.float64]

#: How often a home town lies in a country: where news is written in English.
_HOMES = {"US": 70, "GB": 8, "CA": 8, "AU": 4, "IE": 3, "IN": 2, "NZ": 2, "ZA": 2, "": 6}

#: How names are drawn: around the home, in its division, in its country, anywhere.
_LOCAL = ((70, 12, 10, 8), (45, 20, 20, 15), (25, 15, 30, 30), (90, 5, 5, 0))
_ABROAD = ((30, 15, 40, 15), (10, 10, 50, 30))
_WORLD = ((0, 0, 0, 100),)

#: How often the country of a home is named as well, by kind of news.
_COUNTRY_NAMED = {"abroad": 0.6, "local": 0.1}

#: Local news, without a hint and with one of its country or its home; news of a place that the
#: world has heard of; and names from everywhere.
_KINDS = {"local": 50, "country": 12, "near": 11, "abroad": 20, "world": 7}

#: How often a place is written by another of its names.
_OTHER_NAME = 0.15

#: How often the words of a text are those of its home, of where most English news is written, or
#: of any country.
_SPOKEN = {
    "local": {"home": 70, "": 25, "any": 5},
    "abroad": {"home": 25, "paper": 45, "": 25, "any": 5},
    "world": {"paper": 60, "": 35, "any": 5},
}

#: How often local news ends with a telephone number.
_CALLED = 0.15

_FILLERS = (
    "the council said it would wait",
    "a driver was hurt on Monday",
    "police were called twice",
    "the plan has been put off again",
    "voters go to the polls in May",
    "two people were taken away by helicopter",
    "prices rose once more",
    "the team lost by a single point",
)


class Drawn(NamedTuple):
    """A made-up document, its mentions in order, and the place of each (latitude, longitude)."""

    document: Document
    mentions: list[Mention]
    points: list[tuple[float, float]]


class _Place(NamedTuple):
    name: str
    latitude: float
    longitude: float
    feature_code: str
    country_code: str
    admin1: int
    admin2: int
    population: int
    code: str  #: of a division, by ISO 3166-2
    number: int


def draw(path: Path, *, count: int, seed: int = 7) -> Iterator[Drawn]:
    """Yield made-up documents from the gazetteer file at `path`."""
    chance = random.Random(seed)
    world = _World(*_read(path))
    for number in range(count):
        yield _document(world, chance, number)


def _read(path: Path) -> tuple[list[_Place], dict[int, list[str]]]:
    """Return the places, and the other names of each by its number."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    places = [
        _Place(*row)
        for row in connection.execute(
            "SELECT name, latitude, longitude, COALESCE(feature_code, ''), "
            "COALESCE(country_code, ''), COALESCE(admin1, 0), COALESCE(admin2, 0), "
            "COALESCE(population, 0), COALESCE(code, ''), number FROM place "
            "WHERE feature_class IN ('P', 'A') ORDER BY number"
        )
    ]
    others: dict[int, list[str]] = {}
    for key, number in connection.execute(
        "SELECT key, place FROM name WHERE match = ? AND condition = 0 AND length(key) > 4",
        (MATCHES.index("alternate"),),
    ):
        others.setdefault(number, []).append(key)
    connection.close()
    return places, others


class _World:
    """The places of a gazetteer, ready to be drawn from."""

    def __init__(self, places: Sequence[_Place], others: Mapping[int, Sequence[str]]) -> None:
        self.places = places
        self.others = others
        self.by_number = {place.number: place for place in places}
        self.by_code = {
            place.country_code: place
            for place in places
            if place.feature_code.startswith("PCL") and place.feature_code != "PCLH"
        }
        self.at = np.radians([(p.latitude, p.longitude) for p in places])
        people = np.array([p.population for p in places], dtype=float)
        codes = np.array([p.feature_code for p in places])
        self.is_country = np.char.startswith(codes, "PCL") & (codes != "PCLH")
        is_town = np.char.startswith(codes, "PPL")
        self.is_division = np.isin(codes, ("ADM1", "ADM2"))
        self.is_second = codes == "ADM2"
        # Names are written in proportion to how many read them, less than so for the largest.
        # Former countries weigh nothing: news does not name them.
        self.weight = np.where(is_town, np.maximum(people, 150.0) ** 0.5, 0.0)
        self.weight = np.where(self.is_division, np.maximum(people, 20_000.0) ** 0.4, self.weight)
        self.weight = np.where(self.is_country, np.maximum(people, 1e5) ** 0.6, self.weight)
        self.country = np.array([p.country_code for p in places])
        self.admin1 = np.array([p.admin1 for p in places])
        self.towns = np.cumsum(np.where(is_town, self.weight, 0.0))
        self.known = np.cumsum(np.where(is_town, people, 0.0))
        self.is_home = is_town & (people >= 800) & (people <= 300_000)

    def written(self, place: _Place, chance: random.Random) -> str:
        """Return a name that a text may have for a place; not all write the gazetteer's own."""
        others = self.others.get(place.number)
        if not others or chance.random() >= _OTHER_NAME:
            return place.name
        return " ".join(word.capitalize() for word in chance.choice(others).split())

    def around(self, place: _Place, chance: random.Random) -> _Place | None:
        """Return the division or the country that a paper would name with a town."""
        by_division = 0.85 if place.country_code in ("US", "CA", "AU", "IN") else 0.2
        division = self.by_number.get(place.admin1)
        if division is not None and chance.random() < by_division:
            return division
        return self.by_code.get(place.country_code)

    def km(self, place: _Place) -> _Floats:
        """Return about how far each place is, km; good enough for what is near."""
        latitude, longitude = np.radians((place.latitude, place.longitude))
        across = (self.at[:, 1] - longitude) * np.cos(latitude)
        return 6371.0 * np.hypot(self.at[:, 0] - latitude, across)


def _document(world: _World, chance: random.Random, number: int) -> Drawn:
    kind = chance.choices(list(_KINDS), weights=list(_KINDS.values()))[0]
    home = _home(world, kind, chance)
    chosen = _names(world, home, kind, chance)
    strangers = {
        _drawn(world, world.towns, chance)
        for _ in range(chance.choices((0, 1, 2), weights=(70, 20, 10))[0])
    }
    chosen += sorted(strangers)
    if home.country_code in world.by_code and chance.random() < _COUNTRY_NAMED.get(kind, 0.0):
        chosen.append(world.by_code[home.country_code])
    written: list[_Place] = []
    for place in dict.fromkeys(chosen):
        written += [place] * min(6, int(chance.expovariate(0.9)) + 1)
    first = 1 if chance.random() < 0.6 else 0  # most texts open with their home
    head, rest = written[:first], written[first:]
    chance.shuffle(rest)
    hints = _hints(home, kind, chance)
    ending = _spoken(home, kind, chance)
    if kind not in ("abroad", "world") and chance.random() < _CALLED:
        ending += _telephones(world, home, chance)
    return _write(world, head + rest, strangers, hints, ending, chance, number)


def _telephones(world: _World, home: _Place, chance: random.Random) -> list[str]:
    """Draw a number or two that ring around a home."""
    division = world.by_number.get(home.admin1)
    prefixes = prefixes_of(home.country_code, division.code if division else "")
    return [
        f"+{prefix[1]} {prefix[2:]} 555 {chance.randrange(100, 200):04}"
        if prefix[1:2] == "1"
        else f"{prefix} {chance.randrange(10**7, 10**8)}"
        for prefix in prefixes[:1] * chance.choice((1, 1, 2))
    ]


def _spoken(home: _Place, kind: str, chance: random.Random) -> list[str]:
    """Draw words that speak for a country, mostly for the home."""
    shares = _SPOKEN.get(kind, _SPOKEN["local"])
    match chance.choices(list(shares), weights=list(shares.values()))[0]:
        case "home":
            code = home.country_code
        case "paper":
            code = chance.choice(("US", "US", "GB", "AU"))
        case "any":
            code = chance.choice(("US", "GB", "AU", "IN", "IE", "CA", "ZA", "NG"))
        case _:
            return []
    words = words_of(code)
    return [chance.choice(words) for _ in range(min(12, int(chance.expovariate(0.3)) + 1)) if words]


def _names(world: _World, home: _Place, kind: str, chance: random.Random) -> list[_Place]:
    """Draw what a text names: around its home, in the division, in the country, anywhere."""
    km, weight = world.km(home), world.weight
    around = np.where(km < 80, weight / (8.0 + km), 0.0) * ~world.is_country
    around *= np.where(world.is_second & (km > 60), 0.0, 1.0)
    in_country = world.country == home.country_code
    in_division = in_country & (world.admin1 == home.admin1)
    pools = [
        np.cumsum(around),
        np.cumsum(np.where(in_division, weight, 0.0)),
        np.cumsum(np.where(in_country & (weight > 0), weight**1.6, 0.0)),
        np.cumsum(weight**1.8),
    ]
    mix = chance.choice({"abroad": _ABROAD, "world": _WORLD}.get(kind, _LOCAL))
    names = min(25, max(1, int(chance.lognormvariate(1.5, 0.9))))
    chosen = [home] if kind != "world" and chance.random() < 0.7 else []
    while len(chosen) < names:
        pool = pools[chance.choices(range(4), weights=mix)[0]]
        chosen.append(_drawn(world, pool if pool[-1] > 0 else pools[3], chance))
    return chosen


def _drawn(world: _World, pool: _Floats, chance: random.Random) -> _Place:
    """Draw a place by the cumulated weights of all."""
    return world.places[int(np.searchsorted(pool, chance.random() * pool[-1], "right"))]


def _hints(home: _Place, kind: str, chance: random.Random) -> Hints:
    """Return what is known of some papers: their country, or about where they come from."""
    if kind == "country":
        return Hints(country=home.country_code or None)
    if kind == "near":
        latitude = max(-90.0, min(90.0, home.latitude + chance.gauss(0, 0.2)))
        return Hints(near=(latitude, home.longitude + chance.gauss(0, 0.2)))
    return Hints()


def _home(world: _World, kind: str, chance: random.Random) -> _Place:
    """Draw a home; where a hint tells the country, any country is as likely."""
    if kind in ("abroad", "world"):
        pool = world.towns if kind == "abroad" else world.known
        return _drawn(world, pool, chance)
    weights = [1] * len(_HOMES) if kind == "country" else list(_HOMES.values())
    code = chance.choices(list(_HOMES), weights=weights)[0]
    homes = np.flatnonzero(world.is_home & ((world.country == code) if code else True))
    return world.places[int(homes[chance.randrange(len(homes))])]


def _write(
    world: _World,
    written: Sequence[_Place],
    strangers: Collection[_Place],
    hints: Hints,
    spoken: list[str],
    chance: random.Random,
    number: int,
) -> Drawn:
    """Write the names down; of strangers it is said where they are, as in "Paris, Texas"."""
    text, mentions, points = "", [], []
    tells = chance.choice((0.0, 0.0, 0.1, 0.35))  # how often a paper says in which state a town is
    names = {place: world.written(place, chance) for place in dict.fromkeys(written)}
    for place in written:
        text += chance.choice(("In ", "Near ", "At ")) if chance.random() < 0.7 else ""
        start = len(text)
        text += names[place]
        mentions.append(Mention(start=start, end=len(text), text=names[place]))
        points.append((place.latitude, place.longitude))
        around = world.around(place, chance)
        told = place in strangers or chance.random() < tells
        if around and told and place.feature_code.startswith("PPL"):
            text += ", "
            start = len(text)
            text += around.name
            mentions.append(Mention(start=start, end=len(text), text=around.name))
            points.append((around.latitude, around.longitude))
        text += f", {chance.choice(_FILLERS)}. "
    text += " ".join(spoken)
    return Drawn(Document(text=text, id=f"local-{number}", hints=hints), mentions, points)
