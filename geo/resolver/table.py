"""The candidates of a section as columns: what does not change from pass to pass."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.document import Hints
from geo.geodesy import great_circle_km
from geo.place import Candidate
from geo.resolver.candidates import Group, is_initials
from geo.resolver.context import Container, Named, speaks_for
from geo.resolver.hints import hint_odds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Numbers = NDArray[np.int32]

__all__ = [
    "FAR",
    "STANDING",
    "Scene",
    "Surroundings",
    "Table",
    "is_facility",
    "table_of",
    "unit_vectors",
]

#: What a row says of its candidate whatever the other names turn out to mean.
STANDING = (
    # of the candidate itself
    "prior",  # 0 to 1, `geo.gazetteer.prior`
    "log_population",  # 0 to 1
    "is_country",
    "is_admin1",
    "is_admin2",
    "is_capital",
    "is_city",
    "is_section_of_city",
    "is_site",
    "is_region",  # seas, ranges, world regions
    "is_listed",  # in our tables, which have what texts name: a base, a palace, a region
    "log_radius",
    "is_alternate",
    "is_former",
    "is_variant",
    "is_abbreviation",
    "is_fuzzy",
    "is_near",  # not a place of that name, but the one it is named with
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
    "is_facility",  # ends in a word such as "school", "street", "church"
    "is_after_the",  # "the Zambezi rose": rivers, seas and regions have an article, towns none
    "log_mentions",
    "position",  # 0 at the head of the section, 1 at its end
    "is_spelled_out",  # a longer name of the section stands for it: "New York City"
    "class_word",  # a word beside it names its class
    "class_word_other",  # such a word names another class
    # of what is named right behind
    "container_admin",  # a division that contains it
    "container_country",  # a country that contains it
    "container_other",  # something else
    # of the name right before
    "contains_before",  # it lies within this candidate: "Albany, New York"
    "contains_before_other",  # it lies within another candidate of this name
    # of what the whole text names
    "named_country",  # share of the countries named in the text, 0 to 1
    "named_admin1",
    "named_admin2",
    "spoken_country",  # how much the words of the text speak for its country, 0 to 1
    "spoken_country_gap",  # to the country that they speak for most, 0 and below
    # of the hints
    "hint_country",  # 1 there, -1 elsewhere, 0 without a hint
    "log_hint_near",
)

#: ln(1 + 22,000 km): further than anything.
FAR = 10.0

#: Words that end the names of things that no gazetteer lists: they are placed by their neighbors.
_FACILITIES = frozenset(
    "academy apartments arena auditorium ave avenue blvd boulevard bridge building campus "
    "casino cathedral cemetery center centre chapel church cinema clinic club college complex "
    "course court courthouse dr drive estate factory farm field gallery garden gardens gate "
    "hall hangar highway hospital hostel hotel house inn institute jail junction lane library "
    "lodge mall mansion market memorial mill monument mosque museum palace park parkway pier "
    "pike place plant plaza prison pub quarry racecourse ranch rd resort restaurant rink road "
    "route school shop shrine square stadium station store street studio synagogue temple "
    "terminal theater theatre tower trail tunnel university village villas walk warehouse way "
    "winery zoo".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What surrounds the mentions of a group in the text."""

    containers: Sequence[Container] = ()
    class_words: Sequence[str] = ()
    positions: Sequence[int] = (0,)  #: where the mentions begin
    is_after_the: bool = False
    before: Sequence[Candidate] = ()  #: of the name right before: "Albany, New York"
    named: Named = field(default_factory=Named)  #: by the text, beside this name


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a section says as a whole, and what is known beside it."""

    spoken: Mapping[str, float] = field(default_factory=dict)  #: see `spoken_countries`
    start: int = 0
    end: int = 1
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The candidates of all groups of a section, a row each; a group's rows stand together.

    Countries and divisions are numbered within the section; -1 where a candidate has none.
    """

    candidates: "list[Candidate]"
    owner: "Numbers"  #: shape (rows,): index of the group
    vectors: "Floats"  #: shape (rows, 3): the place as a unit vector
    country: "Numbers"
    admin1: "Numbers"
    is_point: "NDArray[np.bool_]"  #: rather than a country or a wider region
    standing: "Floats"  #: shape (rows, len(STANDING))
    odds: "Floats | None"  #: shape (rows,): what hints add to the logarithm of the odds
    is_initials: "NDArray[np.bool_]"  #: shape (groups,)
    of_name: "Floats"  #: shape (groups, 6): the columns of `STANDING` that are the name's


def table_of(groups: Sequence[Group], scenes: Sequence[Scene], surroundings: Surroundings) -> Table:
    """Set up the rows of all groups."""
    import numpy as np

    candidates = [c for group in groups for c in group.candidates]
    owner = [n for n, group in enumerate(groups) for _ in group.candidates]
    points = [(c.place.latitude, c.place.longitude) for c in candidates]
    rows: list[list[float]] = []
    for group, scene in zip(groups, scenes, strict=True):
        rows += _standing(group, scene, surroundings)
    return Table(
        candidates=candidates,
        owner=np.array(owner, dtype=np.int32),
        vectors=unit_vectors(points),
        country=_numbered([c.place.country_code for c in candidates]),
        admin1=_numbered([c.place.admin1_code for c in candidates]),
        is_point=np.array([_is_point(c) for c in candidates], dtype=bool),
        standing=np.array(rows, dtype=np.float32).reshape(len(rows), len(STANDING)),
        odds=_odds(candidates, surroundings.hints),
        is_initials=np.array([is_initials(group.name) for group in groups], dtype=bool),
        of_name=np.array(
            [_of_name(g, s, surroundings) for g, s in zip(groups, scenes, strict=True)],
            dtype=np.float32,
        ).reshape(len(groups), 6),
    )


def _odds(candidates: Sequence[Candidate], hints: Hints) -> "Floats | None":
    import numpy as np

    if hints.year is None and hints.country is None and hints.near is None:
        return None
    return np.array(hint_odds(candidates, hints), dtype=np.float32)


def unit_vectors(points: Sequence[tuple[float, float]]) -> "Floats":
    """Return points (latitude, longitude in degrees) on the unit sphere, shape `(points, 3)`."""
    import numpy as np

    at = np.radians(np.array(points, dtype=np.float64).reshape(len(points), 2))
    latitude, longitude = at[:, 0], at[:, 1]
    across = np.cos(latitude)
    found = (across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude))
    return np.stack(found, axis=1).astype(np.float32)


def _numbered(codes: Sequence[str | None]) -> "Numbers":
    import numpy as np

    number: dict[str | None, int] = {None: -1}
    for code in codes:
        number.setdefault(code, len(number) - 1)
    return np.array([number[code] for code in codes], dtype=np.int32)


def _is_point(candidate: Candidate) -> bool:
    """Tell whether other names can lie near a place: no country, nothing a thousand km wide."""
    place = candidate.place
    return not place.is_country and (place.radius_km or 0.0) < 400 and candidate.match != "demonym"


def _standing(group: Group, scene: Scene, surroundings: Surroundings) -> list[list[float]]:
    """Return a row of `STANDING` for each candidate of a group."""
    candidates = group.candidates
    named, hints = scene.named, surroundings.hints
    people = [_people(c) for c in candidates]
    most = max((_people(c) for c in candidates), default=0.0)
    most_primary = max((_people(c) for c in candidates if c.match == "primary"), default=0.0)
    best = max((c.score for c in candidates), default=0.0)
    largest_in: dict[str | None, float] = {}
    for c in candidates:
        code = c.place.country_code
        largest_in[code] = max(_people(c), largest_in.get(code, 0.0))
    any_country = any(c.place.is_country for c in candidates)
    any_admin1 = any(c.place.feature_code == "ADM1" for c in candidates)
    agreed = [any(speaks_for(word, c) for word in scene.class_words) for c in candidates]
    of_name = _of_name(group, scene, surroundings)
    around = [any(_lies_in(b, c) for b in scene.before) for c in candidates]
    spoken = surroundings.spoken
    most_spoken = max(spoken.values(), default=0.0)
    rows = []
    for n, candidate in enumerate(candidates):
        place, match = candidate.place, candidate.match
        is_country, is_admin1 = place.is_country, place.feature_code == "ADM1"
        rows.append(
            [
                candidate.score,
                people[n],
                float(is_country),
                float(is_admin1),
                float(place.feature_code == "ADM2"),
                float(place.feature_code == "PPLC"),
                float(place.feature_class == "P"),
                float(place.feature_code == "PPLX"),
                float(place.feature_class == "S"),
                float(place.feature_class in ("H", "T", "L", "V")),
                float(place.source == "mentionmap"),
                math.log1p(place.radius_km or 0.0),
                float(match == "alternate"),
                float(match == "former"),
                float(match == "variant"),
                float(match == "abbreviation"),
                float(match == "fuzzy"),
                0.0,  # is_near
                float(n),
                candidate.score - best,
                people[n] - most,
                people[n] - most_primary,
                float(people[n] >= largest_in.get(place.country_code, 0.0)),
                float(candidate.contested),
                math.log(max(1, len(candidates))),
                float(any_country and not is_country),
                float(any_admin1 and not is_admin1),
                *of_name,
                float(place.id in group.spelled_out),
                float(agreed[n]),
                float(bool(scene.class_words) and not agreed[n]),
                *_contained(candidate, scene.containers),
                float(around[n]),
                float(any(around) and not around[n]),
                named.countries.get(place.country_code or "", 0.0),
                named.admin1.get(place.admin1_code or "", 0.0),
                float(place.admin2_code is not None and place.admin2_code in named.admin2),
                spoken.get(place.country_code or "", 0.0),
                spoken.get(place.country_code or "", 0.0) - most_spoken,
                *_hinted(candidate, hints),
            ]
        )
    return rows


def _of_name(group: Group, scene: Scene, surroundings: Surroundings) -> tuple[float, ...]:
    length = max(1, surroundings.end - surroundings.start)
    return (
        float(group.key.count(" ") + 1),
        float(group.name.isupper()),
        float(is_facility(group)),
        float(scene.is_after_the),
        math.log(max(1, len(group.mentions))),
        (scene.positions[0] - surroundings.start) / length,
    )


def is_facility(group: Group) -> bool:
    """Tell whether a name is like those of schools, streets and churches."""
    return any(word in _FACILITIES for word in group.key.split())


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


def _lies_in(inner: Candidate, outer: Candidate) -> bool:
    """Tell whether a place lies in a country or a division, by their codes."""
    place, around = inner.place, outer.place
    if place.is_country:
        return False
    if around.is_country:
        return place.country_code == around.country_code
    if around.feature_code == "ADM1":
        return place.feature_code != "ADM1" and place.admin1_code == around.admin1_code
    return (
        around.feature_code == "ADM2"
        and place.feature_class != "A"
        and place.admin2_code == around.admin2_code
    )


def _hinted(candidate: Candidate, hints: Hints) -> tuple[float, float]:
    place = candidate.place
    country = 0.0
    if hints.country:
        country = 1.0 if place.country_code == hints.country else -1.0
    near = FAR
    if hints.near:
        near = math.log1p(great_circle_km(place.latitude, place.longitude, *hints.near))
    return country, near
