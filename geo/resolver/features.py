"""A candidate in its context as numbers, in a fixed named order."""

import math
from collections.abc import Mapping, Sequence

from geo.geodesy import great_circle_km
from geo.place import Candidate
from geo.resolver.candidates import Group
from geo.resolver.context import Container, speaks_for

__all__ = ["FEATURES", "Anchor", "features"]

FEATURES = (
    "prior",  # 0 to 1, `geo.gazetteer.prior`
    "prior_gap",  # how much less likely than the likeliest candidate, 0 and below
    "is_first",  # the likeliest candidate by prior
    "log_population",  # 0 to 1
    "population_gap",  # to the largest candidate, 0 and below
    "is_country",
    "is_admin1",
    "is_admin2",
    "is_capital",
    "is_site",
    "is_region",  # seas, ranges, world regions
    "is_alternate",
    "is_alternate_of_primary",  # and another candidate has the name as its own
    "is_variant",
    "is_abbreviation",
    "is_spelled_out",  # a longer name of the section stands for it: "New York City"
    "country_share",  # of the section's votes, 0 to 1
    "country_leads",
    "admin1_share",
    "container_admin",  # the division named right behind contains it
    "container_country",  # the country named right behind contains it
    "container_other",  # something else is named right behind
    "class_word",  # a word beside it names its class
    "class_word_other",  # such a word names another class
    "near_pick",  # e^(-km/100) to the nearest other pick
    "picks_within_161",  # share of the other picks, 0 to 1
    "near_neighbor",  # e^(-km/200) to the pick of the nearest mention in the text
    "hint_country",
    "hint_near",
)

#: A pick of the pass before: its name's key, latitude and longitude in degrees, text position.
Anchor = tuple[str, float, float, int]


def features(
    group: Group,
    shares: tuple[Mapping[str, float], Mapping[str, float]],
    containers: Sequence[Container],
    class_words: Sequence[str],
    anchors: Sequence[Anchor],
    position: int,
    hint_country: str | None = None,
    hint_near: tuple[float, float] | None = None,
) -> list[list[float]]:
    """Return a row of `FEATURES` for each candidate of a group.

    Parameters
    ----------
    shares
        Of the other names' votes, by country code and by first order division.
    containers
        What is named right behind any mention of the group.
    class_words
        Words of `CLASS_WORDS` beside a mention of the group.
    anchors
        Picks of the pass before, the group's own among them; empty in the first pass.
    position
        Where in the text the group is first mentioned.
    """
    countries, divisions = shares
    leader = max(countries, key=lambda code: countries[code], default=None)
    best_prior = max((c.score for c in group.candidates), default=0.0)
    largest = max((_people(c) for c in group.candidates), default=0.0)
    has_primary = any(c.match == "primary" for c in group.candidates)
    others = [a for a in anchors if a[0] != group.key]
    neighbor = min(others, key=lambda a: abs(a[3] - position), default=None)
    agreed = [any(speaks_for(w, c) for w in class_words) for c in group.candidates]
    rows = []
    for number, candidate in enumerate(group.candidates):
        place = candidate.place
        people = _people(candidate)
        distances = [great_circle_km(place.latitude, place.longitude, a[1], a[2]) for a in others]
        admin, country, other = _contained(candidate, containers)
        is_region = place.feature_class in ("H", "T", "L", "V")
        alternate = candidate.match in ("alternate", "former")
        rows.append(
            [
                candidate.score,
                candidate.score - best_prior,
                float(number == 0),
                people,
                people - largest,
                float(place.is_country),
                float(place.feature_code == "ADM1"),
                float(place.feature_code == "ADM2"),
                float(place.feature_code == "PPLC"),
                float(place.feature_class == "S"),
                float(is_region),
                float(alternate),
                float(alternate and has_primary),
                float(candidate.match == "variant"),
                float(candidate.match == "abbreviation"),
                float(place.id in group.spelled_out),
                countries.get(place.country_code or "", 0.0),
                float(leader is not None and place.country_code == leader),
                divisions.get(place.admin1_code or "", 0.0),
                admin,
                country,
                other,
                float(agreed[number]),
                float(bool(class_words) and not agreed[number]),
                math.exp(-min(distances) / 100) if distances else 0.0,
                sum(km <= 161 for km in distances) / (len(distances) + 1.0),
                _nearness(candidate, neighbor),
                float(hint_country is not None and place.country_code == hint_country),
                math.exp(-great_circle_km(place.latitude, place.longitude, *hint_near) / 100)
                if hint_near
                else 0.0,
            ]
        )
    return rows


def _people(candidate: Candidate) -> float:
    return min(1.0, math.log10((candidate.place.population or 0) + 10) / 8)


def _contained(candidate: Candidate, containers: Sequence[Container]) -> tuple[float, float, float]:
    """Tell whether a division, a country or something else named right behind contains it."""
    place = candidate.place
    admin = country = 0.0
    for container in containers:
        if container.admin2_code and container.admin2_code == place.admin2_code:
            admin = 1.0
        elif container.admin1_code:
            if container.admin1_code == place.admin1_code and place.feature_code != "ADM1":
                admin = 1.0
        elif container.country_code and container.country_code == place.country_code:
            country = float(not place.is_country)
    return admin, country, float(bool(containers) and not admin and not country)


def _nearness(candidate: Candidate, neighbor: Anchor | None) -> float:
    if neighbor is None:
        return 0.0
    place = candidate.place
    return math.exp(
        -great_circle_km(place.latitude, place.longitude, neighbor[1], neighbor[2]) / 200
    )
