"""A candidate in its context as numbers, in a fixed named order."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from geo.document import Hints
from geo.geodesy import great_circle_km
from geo.place import Candidate
from geo.resolver.candidates import Group
from geo.resolver.context import Container, Named, speaks_for

__all__ = ["FEATURES", "Anchor", "Scene", "features"]

FEATURES = (
    # of the candidate itself
    "prior",  # 0 to 1, `geo.gazetteer.prior`
    "log_population",  # 0 to 1
    "is_country",
    "is_admin1",
    "is_admin2",
    "is_capital",
    "is_city",
    "is_site",
    "is_region",  # seas, ranges, world regions
    "log_radius",
    "is_alternate",
    "is_former",
    "is_variant",
    "is_abbreviation",
    # beside the other candidates
    "rank",  # by prior, 0 is the likeliest
    "prior_gap",  # how much less likely than the likeliest, 0 and below
    "population_gap",  # to the largest, 0 and below
    "population_gap_primary",  # to the largest that has the name as its own
    "is_largest_in_country",
    "is_contested",  # another candidate has the name as its own
    "log_candidates",
    "rival_is_country",
    "rival_is_admin1",
    # of the name
    "words",
    "is_capitals",
    "log_mentions",
    "position",  # 0 at the head of the section, 1 at its end
    "is_spelled_out",  # a longer name of the section stands for it: "New York City"
    "class_word",  # a word beside it names its class
    "class_word_other",  # such a word names another class
    # of what is named right behind
    "container_admin",  # a division that contains it
    "container_country",  # a country that contains it
    "container_other",  # something else
    # of the other names in the section
    "country_share",  # of their votes, 0 to 1
    "country_share_gap",  # to the candidate that has most
    "admin1_share",
    "admin1_share_gap",
    "named_country",  # share of the countries named in the text, 0 to 1
    "named_admin1",
    "named_admin2",
    # of the picks of the pass before
    "log_near_pick",  # ln(1 + km) to the nearest other pick; 10 without any
    "log_middle_pick",  # to the median pick
    "picks_within_50",  # share of the other picks
    "picks_within_161",
    "log_near_neighbor",  # to the pick of the nearest mention in the text
    "log_first_pick",  # to the first pick of the section
    "near_pick_gap",  # to the candidate that has the nearest pick
    # of the hints
    "hint_country",  # 1 there, -1 elsewhere, 0 without a hint
    "log_hint_near",
)

_FAR = 10.0  # ln(1 + 22,000 km)


class Anchor(NamedTuple):
    """A pick of the pass before that is a point rather than a country."""

    key: str
    latitude: float
    longitude: float
    position: int  #: `str` index of its first mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that surrounds a group of mentions.

    `shares` are the other names' votes by country code and by first order division; `anchors` are
    empty in the first pass and hold the group's own pick in the second; `start` and `end` are those
    of the section.
    """

    shares: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
    containers: Sequence[Container] = ()
    class_words: Sequence[str] = ()
    named: Named = field(default_factory=Named)
    anchors: Sequence[Anchor] = ()
    position: int = 0
    start: int = 0
    end: int = 1
    hints: Hints = field(default_factory=Hints)


def features(group: Group, scene: Scene) -> list[list[float]]:
    """Return a row of `FEATURES` for each candidate of a group."""
    candidates = group.candidates
    if not candidates:
        return []
    countries, divisions = scene.shares
    people = [_people(candidate) for candidate in candidates]
    primary = [p for p, c in zip(people, candidates, strict=True) if c.match == "primary"]
    largest_in: dict[str | None, float] = {}
    for p, candidate in zip(people, candidates, strict=True):
        code = candidate.place.country_code
        largest_in[code] = max(p, largest_in.get(code, 0.0))
    in_country = [countries.get(c.place.country_code or "", 0.0) for c in candidates]
    in_admin1 = [divisions.get(c.place.admin1_code or "", 0.0) for c in candidates]
    distances = [_distances(candidate, group.key, scene) for candidate in candidates]
    nearest = min(d.near for d in distances)
    is_country = [c.place.is_country for c in candidates]
    is_admin1 = [c.place.feature_code == "ADM1" for c in candidates]
    agreed = [any(speaks_for(word, c) for word in scene.class_words) for c in candidates]
    of_name = [
        float(group.key.count(" ") + 1),
        float(group.name.isupper()),
        math.log(len(group.mentions)),
        (scene.position - scene.start) / max(1, scene.end - scene.start),
    ]
    rows = []
    for n, candidate in enumerate(candidates):
        place, match = candidate.place, candidate.match
        admin, country, other = _contained(candidate, scene.containers)
        distance = distances[n]
        rows.append(
            [
                candidate.score,
                people[n],
                float(is_country[n]),
                float(is_admin1[n]),
                float(place.feature_code == "ADM2"),
                float(place.feature_code == "PPLC"),
                float(place.feature_class == "P"),
                float(place.feature_class == "S"),
                float(place.feature_class in ("H", "T", "L", "V")),
                math.log1p(place.radius_km or 0.0),
                float(match == "alternate"),
                float(match == "former"),
                float(match == "variant"),
                float(match == "abbreviation"),
                float(n),
                candidate.score - candidates[0].score,
                people[n] - max(people),
                people[n] - max(primary, default=0.0),
                float(people[n] >= largest_in[place.country_code]),
                float(candidate.contested),
                math.log(len(candidates)),
                float(any(is_country) and not is_country[n]),
                float(any(is_admin1) and not is_admin1[n]),
                *of_name,
                float(place.id in group.spelled_out),
                float(agreed[n]),
                float(bool(scene.class_words) and not agreed[n]),
                admin,
                country,
                other,
                in_country[n],
                in_country[n] - max(in_country),
                in_admin1[n],
                in_admin1[n] - max(in_admin1),
                scene.named.countries.get(place.country_code or "", 0.0),
                scene.named.admin1.get(place.admin1_code or "", 0.0),
                float(place.admin2_code in scene.named.admin2),
                distance.near,
                distance.middle,
                distance.within_50,
                distance.within_161,
                distance.neighbor,
                distance.first,
                distance.near - nearest,
                *_hinted(candidate, scene.hints),
            ]
        )
    return rows


class _Distances(NamedTuple):
    near: float = _FAR
    middle: float = _FAR
    within_50: float = 0.0
    within_161: float = 0.0
    neighbor: float = _FAR
    first: float = _FAR


def _distances(candidate: Candidate, key: str, scene: Scene) -> _Distances:
    """Return how far the other names' picks are, as natural logarithms and shares."""
    place = candidate.place
    found = [
        (
            great_circle_km(place.latitude, place.longitude, anchor.latitude, anchor.longitude),
            anchor.position,
        )
        for anchor in scene.anchors
        if anchor.key != key
    ]
    if not found:
        return _Distances()
    ordered = sorted(km for km, _ in found)
    neighbor = min(found, key=lambda pair: abs(pair[1] - scene.position))
    first = min(found, key=lambda pair: pair[1])
    return _Distances(
        near=math.log1p(ordered[0]),
        middle=math.log1p(ordered[len(ordered) // 2]),
        within_50=sum(km <= 50 for km in ordered) / (len(ordered) + 1.0),
        within_161=sum(km <= 161 for km in ordered) / (len(ordered) + 1.0),
        neighbor=math.log1p(neighbor[0]),
        first=math.log1p(first[0]),
    )


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


def _hinted(candidate: Candidate, hints: Hints) -> tuple[float, float]:
    place = candidate.place
    country = 0.0
    if hints.country:
        country = 1.0 if place.country_code == hints.country else -1.0
    near = _FAR
    if hints.near:
        near = math.log1p(great_circle_km(place.latitude, place.longitude, *hints.near))
    return country, near
