"""Made-up local news for the ranker: names around a town, as local papers write them.

Three corpora hold few local papers, and one of them must be left out to measure. What such papers
have in common is no matter of words: most names lie around a home town that is rarely written out,
some lie in its state or country, a few are known to the whole world. Texts like that are drawn
here from the gazetteer alone.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geo.document import Document, Mention

__all__ = ["Drawn", "draw"]

#: How often a home town lies in a country: where news is written in English.
_HOMES = {"US": 70, "GB": 8, "CA": 8, "AU": 4, "IE": 3, "IN": 2, "NZ": 2, "ZA": 2, "": 6}

#: How names are drawn: around the home, in its division, in its country, anywhere.
_MIXES = ((70, 12, 10, 8), (45, 20, 20, 15), (25, 15, 30, 30), (90, 5, 5, 0))

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
    number: int


def draw(path: Path, *, count: int, seed: int = 7) -> Iterator[Drawn]:
    """Yield made-up documents from the gazetteer file at `path`."""
    chance = random.Random(seed)
    places = _read(path)
    world = _World(places)
    for number in range(count):
        yield _document(world, chance, number)


def _read(path: Path) -> list[_Place]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT name, latitude, longitude, feature_code, COALESCE(country_code, ''), "
        "COALESCE(admin1, 0), COALESCE(admin2, 0), COALESCE(population, 0), number FROM place "
        "WHERE feature_class IN ('P', 'A') ORDER BY number"
    )
    found = [_Place(*row) for row in rows]
    connection.close()
    return found


class _World:
    """The places of a gazetteer, ready to be drawn from."""

    def __init__(self, places: Sequence[_Place]) -> None:
        self.places = places
        self.by_number = {place.number: place for place in places}
        self.at = np.radians([(p.latitude, p.longitude) for p in places])
        people = np.array([p.population for p in places], dtype=float)
        codes = np.array([p.feature_code or "" for p in places])
        self.is_country = np.char.startswith(codes, "PCL")
        is_town = np.char.startswith(codes, "PPL")
        self.is_division = np.isin(codes, ("ADM1", "ADM2"))
        self.is_second = codes == "ADM2"
        # Names are written in proportion to how many read them, less than so for the largest.
        self.weight = np.where(is_town, np.maximum(people, 150.0) ** 0.5, 0.0)
        self.weight = np.where(self.is_division, np.maximum(people, 20_000.0) ** 0.4, self.weight)
        self.weight = np.where(self.is_country, np.maximum(people, 1e5) ** 0.6, self.weight)
        self.country = np.array([p.country_code for p in places])
        self.admin1 = np.array([p.admin1 for p in places])
        self.is_home = is_town & (people >= 800) & (people <= 300_000)

    def km(self, place: _Place) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        latitude, longitude = np.radians((place.latitude, place.longitude))
        across = (self.at[:, 1] - longitude) * np.cos(latitude)
        return 6371.0 * np.hypot(self.at[:, 0] - latitude, across)


def _document(world: _World, chance: random.Random, number: int) -> Drawn:
    home = _home(world, chance)
    km = world.km(home)
    weight = world.weight
    around = np.where(km < 80, weight / (8.0 + km), 0.0) * ~world.is_country
    around *= np.where(world.is_second & (km > 60), 0.0, 1.0)
    inside = (world.admin1 == home.admin1) & (world.country == home.country_code)
    country = world.country == home.country_code
    pools = [
        np.cumsum(around),
        np.cumsum(np.where(inside | (world.admin1 == 0) & False, weight, 0.0)),
        np.cumsum(np.where(country & (weight > 0), weight**1.6, 0.0)),
        np.cumsum(weight**1.8),
    ]
    mix = chance.choice(_MIXES)
    names = max(1, int(chance.lognormvariate(1.5, 0.9)))
    chosen: list[_Place] = [home] if chance.random() < 0.7 else []
    while len(chosen) < min(names, 25):
        pool = pools[chance.choices(range(4), weights=mix)[0]]
        if pool[-1] <= 0:
            pool = pools[3]
        chosen.append(world.places[int(np.searchsorted(pool, chance.random() * pool[-1], "right"))])
    written: list[_Place] = []
    for place in dict.fromkeys(chosen):
        written += [place] * min(6, int(chance.expovariate(0.9)) + 1)
    if chance.random() < 0.6:
        head, rest = written[:1], written[1:]
        chance.shuffle(rest)
        written = head + rest
    else:
        chance.shuffle(written)
    return _write(world, written, chance, number)


def _home(world: _World, chance: random.Random) -> _Place:
    code = chance.choices(list(_HOMES), weights=list(_HOMES.values()))[0]
    pool = np.flatnonzero(world.is_home & ((world.country == code) if code else True))
    return world.places[int(pool[chance.randrange(len(pool))])]


def _write(
    world: _World, written: Sequence[_Place], chance: random.Random, number: int
) -> Drawn:
    text, mentions, points = "", [], []
    tells = chance.choice((0.0, 0.0, 0.1, 0.35))  # how often a paper says in which state a town is
    for place in written:
        text += chance.choice(("In ", "Near ", "At ")) if chance.random() < 0.7 else ""
        start = len(text)
        text += place.name
        mentions.append(Mention(start=start, end=len(text), text=place.name))
        points.append((place.latitude, place.longitude))
        division = world.by_number.get(place.admin1)
        if division and place.feature_code.startswith("PPL") and chance.random() < tells:
            text += ", "
            start = len(text)
            text += division.name
            mentions.append(Mention(start=start, end=len(text), text=division.name))
            points.append((division.latitude, division.longitude))
        text += f", {chance.choice(_FILLERS)}. "
    return Drawn(Document(text=text, id=f"local-{number}"), mentions, points)
