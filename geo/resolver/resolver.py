"""Resolve the mentions of a document: look up, read around, rank three times, explain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from geo.document import Document, Hints, Mention, Resolution, Section
from geo.place import Candidate, Place
from geo.protocols import Gazetteer
from geo.resolver.calibration import certainty, confidence, evidence
from geo.resolver.candidates import Group, group_mentions
from geo.resolver.context import (
    Container,
    class_words_near,
    find_containers,
    find_named,
    is_after_the,
    named_beside,
    names_before,
    told_names,
)
from geo.resolver.explain import explain
from geo.resolver.features import Between, Rows, between, features, narrowed
from geo.resolver.hints import with_home
from geo.resolver.ranker import confidence_weights, probabilities, shipped
from geo.resolver.relations import told_by_next
from geo.resolver.table import STANDING, Scene, Surroundings, Table, is_facility, table_of
from geo.resolver.vocabulary import spoken_countries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Prepared",
    "Ranked",
    "RankingResolver",
    "certainty_of",
    "own_chances",
    "prepare",
    "prior_chances",
    "rank",
    "ranked_of",
    "sections_of",
]

#: How far a name may lie from what it is named with, km: see `geo/data/RANKER.md`.
_NEAR_RADIUS_KM = 25.0

#: Candidates shown with a resolution.
_SHOWN = 6


#: The second pass has the picks of the first as anchors, the third settles.
PASSES = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """One section, ready to be ranked."""

    groups: list[Group]
    scenes: list[Scene]
    hints: Hints
    table: Table
    space: Between


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a name may mean, likeliest first, with the probability of each."""

    candidates: list[Candidate]
    chances: list[float]


class RankingResolver:
    """Choose the place of each mention by ranking; fulfills `geo.protocols.Resolver`.

    Parameters
    ----------
    gazetteer
        Where names are looked up.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def resolve(self, document: Document, mentions: Sequence[Mention]) -> list[Resolution]:
        """Return one resolution a mention, in the order given."""
        resolved: dict[int, Resolution] = {}
        for indices in sections_of(document, mentions):
            section = prepare(self._gazetteer, document, mentions, indices)
            everything = rank(section)
            picks = [
                (group.name, ranked.candidates[0].place)
                for group, ranked in zip(section.groups, everything, strict=True)
                if ranked.candidates and ranked.candidates[0].match != "near"
            ]
            for number, ranked in enumerate(everything):
                answer = _answer(section, number, ranked, picks)
                shared: dict[float, tuple[Candidate, ...]] = {}
                for index in section.groups[number].mentions:
                    resolved[index] = _resolution(
                        mentions[index], index, section, number, answer, shared
                    )
        found = [resolved[index] for index in range(len(mentions))]
        return [told_by_next(document.text, found, index) for index in range(len(found))]


def prepare(
    gazetteer: Gazetteer, document: Document, mentions: Sequence[Mention], indices: Sequence[int]
) -> Prepared:
    """Look the mentions of one section up, given by their indices, and read what is around them."""
    containers = {i: find_containers(document, mentions[i], gazetteer) for i in indices}
    groups = [
        part
        for group in group_mentions(gazetteer, mentions, indices)
        for part in _parted(group, containers)
    ]
    owner = {index: n for n, group in enumerate(groups) for index in group.mentions}
    in_order = sorted(owner)
    before = {
        owner[index]: groups[owner[other]].candidates
        for index, other in names_before(document, mentions, in_order).items()
    }
    start, end = _bounds(document, mentions, indices)
    areas = find_named(gazetteer, document.text[start:end])
    named, whole = {area.key for area in areas}, named_beside(areas, "")
    scenes = [
        Scene(
            containers=_containers_of(group, containers),
            class_words=sorted(
                {w for i in group.mentions for w in class_words_near(document, mentions[i])}
            ),
            positions=[mentions[i].start for i in group.mentions],
            is_after_the=any(is_after_the(document, mentions[i]) for i in group.mentions),
            before=before.get(number, ()),
            named=named_beside(areas, group.key) if group.key in named else whole,
        )
        for number, group in enumerate(groups)
    ]
    surroundings = Surroundings(
        spoken=spoken_countries(document.text[start:end]),
        start=start,
        end=end,
        hints=with_home(document.hints, document.text[start:end]),
    )
    table = table_of(groups, scenes, surroundings)
    told = [(owner[a], owner[b]) for a, b in told_names(document, mentions, in_order)]
    space = between(table, [scene.positions for scene in scenes], told)
    return Prepared(groups, scenes, surroundings.hints, table, space)


def rank(section: Prepared, *, with_near: bool = True) -> list[Ranked]:
    """Return for each name of a section what it may mean, likeliest first."""
    trees = shipped()
    table, space = section.table, section.space
    chances = prior_chances(table)
    rows = features(table, space, chances, with_near=with_near)
    found = probabilities(trees[0], rows, odds=table.odds)
    table, space, chances = narrowed(table, space, own_chances(table, rows, found))
    for _ in range(PASSES - 1):
        rows = features(table, space, chances, with_near=with_near)
        found = probabilities(trees[1], rows, odds=table.odds)
        chances = own_chances(table, rows, found)
    return ranked_of(table, rows, found, len(section.groups))


def ranked_of(table: Table, rows: Rows, found: "NDArray[np.float64]", names: int) -> list[Ranked]:
    """Return for each name its candidates by falling probability."""
    import numpy as np

    ranked = [Ranked([], []) for _ in range(names)]
    order = np.lexsort((rows.is_near, -found, rows.owner))
    for owner, source, is_near, chance in zip(
        rows.owner[order], rows.source[order], rows.is_near[order], found[order], strict=True
    ):
        candidate = table.candidates[source]
        if is_near:
            candidate = replace(candidate, match="near", contested=False)
        ranked[owner].candidates.append(candidate)
        ranked[owner].chances.append(float(chance))
    return ranked


def prior_chances(table: Table) -> "NDArray[np.float32]":
    """Return the chance of each row before anything of the text is known."""
    import numpy as np

    weights = table.standing[:, STANDING.index("prior")] ** 4
    sums = np.bincount(table.owner, weights=weights, minlength=1)
    chances: NDArray[np.float32] = (weights / np.maximum(sums, 1e-9)[table.owner]).astype("f4")
    return chances


def own_chances(table: Table, rows: Rows, found: "NDArray[np.float64]") -> "NDArray[np.float32]":
    """Return the chances of a table's own rows: places that a name is named with do not vote."""
    import numpy as np

    chances = np.zeros(len(table.owner), dtype=np.float32)
    chances[rows.source[~rows.is_near]] = found[~rows.is_near]
    return chances


def _bounds(
    document: Document, mentions: Sequence[Mention], indices: Sequence[int]
) -> tuple[int, int]:
    """Return where the section of some mentions begins and ends."""
    at = mentions[indices[0]].start if indices else 0
    for section in _contexts(document):
        if section.start <= at < section.end:
            return section.start, section.end
    return 0, len(document.text)


def _contexts(document: Document) -> list[Section]:
    """Return the sections, those without a context of their own joined to the one before."""
    found: list[Section] = []
    for section in document.sections:
        if found and not section.own_context:
            found[-1] = replace(found[-1], end=section.end)
        else:
            found.append(section)
    return found or [Section(start=0, end=len(document.text), label="")]


def sections_of(document: Document, mentions: Sequence[Mention]) -> list[list[int]]:
    """Return the indices of the mentions of each context; all in one where there are none."""
    sections = _contexts(document)
    parts: list[list[int]] = [[] for _ in sections]
    last = len(sections) - 1
    for index, mention in enumerate(mentions):
        inside = (n for n, s in enumerate(sections) if s.start <= mention.start < s.end)
        parts[next(inside, last)].append(index)
    return [part for part in parts if part]


def _parted(group: Group, containers: Mapping[int, tuple[Container, ...]]) -> list[Group]:
    """Part a group whose mentions are said to lie in different places."""
    said: dict[tuple[str | None, str | None], list[int]] = {}
    plain: list[int] = []
    for index in group.mentions:
        found = containers.get(index, ())
        if found and any(_fits(found[0], candidate) for candidate in group.candidates):
            said.setdefault((found[0].country_code, found[0].admin1_code), []).append(index)
        else:
            plain.append(index)
    if len(said) < 2:
        return [group]
    parts = list(said.values())
    parts[0] = sorted(parts[0] + plain)
    return [replace(group, mentions=part) for part in parts]


def _fits(container: Container, candidate: Candidate) -> bool:
    place = candidate.place
    if container.admin1_code:
        return container.admin1_code == place.admin1_code
    return container.country_code == place.country_code and not place.is_country


def _containers_of(
    group: Group, containers: Mapping[int, tuple[Container, ...]]
) -> tuple[Container, ...]:
    """Return the containers of the first mention that has one which fits a candidate."""
    for index in group.mentions:
        found = containers.get(index, ())
        if any(_fits(c, candidate) for c in found for candidate in group.candidates):
            return found
    return ()


def certainty_of(group: Group, ranked: Ranked) -> float:
    """Return how likely the likeliest candidate of a name is right."""
    seen = evidence(ranked.candidates, ranked.chances, is_facility=is_facility(group))
    return certainty(seen, confidence_weights())


class _Answer(NamedTuple):
    """What is said of all mentions of a name."""

    best: Candidate  #: as it was looked up
    candidates: tuple[Candidate, ...]  #: with their chances
    certainty: float
    explanation: str


def _answer(
    section: Prepared,
    number: int,
    ranked: Ranked,
    picks: Sequence[tuple[str, Place]],
) -> _Answer | None:
    if not ranked.candidates:
        return None
    candidates = tuple(
        replace(candidate, score=round(chance, 4), place=_shown(candidate))
        for candidate, chance in zip(ranked.candidates[:_SHOWN], ranked.chances, strict=False)
    )
    containers = section.scenes[number].containers
    best = ranked.candidates[0]
    explanation = explain(best, candidates[1:], containers, picks, section.hints)
    return _Answer(best, candidates, certainty_of(section.groups[number], ranked), explanation)


def _shared(candidates: Sequence[Candidate], sure: float) -> tuple[Candidate, ...]:
    """Give candidates, likeliest first, scores that go with how sure the first one is.

    The others keep their proportions, none is likelier than the first, and all sum to 1 at most.
    """
    chance = candidates[0].score
    share = min(sure / max(chance, 1e-4), (1 - sure) / max(1 - chance, 1e-4))
    others = (replace(c, score=round(min(c.score * share, sure), 4)) for c in candidates[1:])
    return (replace(candidates[0], score=sure), *others)


def _shown(candidate: Candidate) -> Place:
    """Return the place of a candidate; where it is only named with it, as "near" that place."""
    place = candidate.place
    if candidate.match != "near":
        return place
    return replace(
        place,
        id=f"near:{place.id}",
        name=f"near {place.name}",
        feature_class=None,
        feature_code=None,
        population=None,
        radius_km=_NEAR_RADIUS_KM + (place.radius_km or 0.0),
        bounds=None,
    )


def _resolution(
    mention: Mention,
    index: int,
    section: Prepared,
    number: int,
    answer: _Answer | None,
    shared: dict[float, tuple[Candidate, ...]],
) -> Resolution:
    """Resolve one mention; `shared` has the candidates of those before, by how sure they are."""
    if answer is None:
        return Resolution(
            mention=mention,
            reason="no-candidate",
            explanation=f'The gazetteer has no place that goes by "{mention.text}".',
        )
    group, explanation = section.groups[number], answer.explanation
    is_near = answer.candidates[0].match == "near"
    if index in group.short:
        explanation = f'Short for "{group.name}". {explanation}'
    sure = confidence(answer.certainty, mention, answer.best)
    if sure not in shared:
        shared[sure] = _shared(answer.candidates, sure)
    return Resolution(
        mention=mention,
        place=answer.candidates[0].place,
        confidence=sure,
        candidates=shared[sure],
        approximate=is_near,
        explanation=explanation,
    )
