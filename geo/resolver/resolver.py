"""Resolve the mentions of a document: look up, vote, rank twice, explain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.document import Document, Mention, Resolution, Section
from geo.geodesy import great_circle_km
from geo.place import Candidate
from geo.protocols import Gazetteer
from geo.resolver.calibration import confidence
from geo.resolver.candidates import Group, group_mentions
from geo.resolver.context import (
    Container,
    class_words_near,
    find_containers,
    find_named,
    votes,
)
from geo.resolver.explain import explain
from geo.resolver.features import Anchor, Scene, features
from geo.resolver.ranker import probabilities

__all__ = ["RankedSection", "RankingResolver", "certainty"]

_NEAR_ENOUGH_KM = 161.0

#: Candidates shown with a resolution.
_SHOWN = 6


@dataclass(slots=True)
class RankedSection:
    """The groups of a section, what surrounds each, and the probabilities of its candidates."""

    groups: list[Group]
    scenes: list[Scene]
    probabilities: list[list[float]]


class RankingResolver:
    """Choose the place of each mention by ranking; fulfills `geo.protocols.Resolver`.

    Parameters
    ----------
    gazetteer
        Where names are looked up.
    passes
        The second has the picks of the first as anchors; a third changes next to nothing.
    """

    def __init__(self, gazetteer: Gazetteer, *, passes: int = 2) -> None:
        self._gazetteer = gazetteer
        self._passes = passes

    def resolve(self, document: Document, mentions: Sequence[Mention]) -> list[Resolution]:
        """Return one resolution a mention, in the order given."""
        resolved: dict[int, Resolution] = {}
        for indices in _by_section(document, mentions):
            ranked = self.rank(document, mentions, indices)
            for number, group in enumerate(ranked.groups):
                for index in group.mentions:
                    resolved[index] = _resolution(mentions, index, ranked, number)
        return [resolved[index] for index in range(len(mentions))]

    def rank(
        self, document: Document, mentions: Sequence[Mention], indices: Sequence[int]
    ) -> RankedSection:
        """Rank the candidates of the mentions of one section, given by their indices."""
        containers = {i: find_containers(document, mentions[i], self._gazetteer) for i in indices}
        groups = [
            part
            for group in group_mentions(self._gazetteer, mentions, indices)
            for part in _parted(group, containers)
        ]
        named = [_containers_of(group, containers) for group in groups]
        words = [
            sorted({w for i in group.mentions for w in class_words_near(document, mentions[i])})
            for group in groups
        ]
        start, end = _bounds(document, mentions, indices)
        named_areas = find_named(self._gazetteer, document.text[start:end])
        shares: Sequence[Sequence[float]] = [_prior_shares(group) for group in groups]
        anchors: list[Anchor] = []
        scenes: list[Scene] = []
        for _ in range(self._passes):
            context = votes(groups, shares, containers)
            scenes = [
                Scene(
                    shares=context.by_group[number],
                    containers=named[number],
                    class_words=words[number],
                    named=named_areas,
                    anchors=anchors,
                    position=mentions[group.mentions[0]].start,
                    start=start,
                    end=end,
                    hints=document.hints,
                )
                for number, group in enumerate(groups)
            ]
            shares = probabilities(
                [features(group, scene) for group, scene in zip(groups, scenes, strict=True)]
            )
            anchors = _anchors(groups, shares, mentions)
        return RankedSection(groups, scenes, [list(share) for share in shares])


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


def _by_section(document: Document, mentions: Sequence[Mention]) -> list[list[int]]:
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


def _prior_shares(group: Group) -> list[float]:
    weights = [candidate.score**4 for candidate in group.candidates]
    total = sum(weights) or 1.0
    return [weight / total for weight in weights]


def _anchors(
    groups: Sequence[Group], shares: Sequence[Sequence[float]], mentions: Sequence[Mention]
) -> list[Anchor]:
    """Return the picks that are points rather than countries."""
    anchors = []
    for group, weights in zip(groups, shares, strict=True):
        if not weights:
            continue
        best = max(range(len(weights)), key=lambda n: weights[n])
        place = group.candidates[best].place
        if not place.is_country:
            start = mentions[group.mentions[0]].start
            anchors.append(Anchor(group.key, place.latitude, place.longitude, start))
    return anchors


def certainty(group: Group, chances: Sequence[float]) -> float:
    """Return how likely the likeliest candidate is near enough: it, or one within 161 km of it.

    A city and the district around it are one answer. 161 km are the field's 100 miles.
    """
    best = group.candidates[max(range(len(chances)), key=lambda n: chances[n])].place
    return min(
        1.0,
        sum(
            chance
            for chance, candidate in zip(chances, group.candidates, strict=True)
            if candidate.place is best
            or great_circle_km(
                best.latitude, best.longitude, candidate.place.latitude, candidate.place.longitude
            )
            <= _NEAR_ENOUGH_KM
        ),
    )


def _resolution(
    mentions: Sequence[Mention], mention_index: int, ranked: RankedSection, number: int
) -> Resolution:
    mention = mentions[mention_index]
    group, chances = ranked.groups[number], ranked.probabilities[number]
    if not chances:
        return Resolution(
            mention=mention,
            reason="no-candidate",
            explanation=f'The gazetteer has no place that goes by "{mention.text}".',
        )
    order = sorted(range(len(chances)), key=lambda n: (-chances[n], n))
    candidates = tuple(
        replace(group.candidates[n], score=round(chances[n], 4)) for n in order[:_SHOWN]
    )
    scene = ranked.scenes[number]
    explanation = explain(
        candidates[0],
        candidates[1:],
        scene.containers,
        scene.shares[0].get(candidates[0].place.country_code or "", 0.0),
    )
    if mention_index in group.short:
        explanation = f'Short for "{group.name}". {explanation}'
    return Resolution(
        mention=mention,
        place=candidates[0].place,
        confidence=confidence(certainty(group, chances), mention.score),
        candidates=candidates,
        explanation=explanation,
    )
