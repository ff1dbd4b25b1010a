"""What the other names of a section say of a candidate, by the chances of the pass before."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from geo.resolver.table import FAR, STANDING, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Numbers = NDArray[np.int32]

__all__ = ["FEATURES", "Between", "Rows", "between", "features", "narrowed"]

FEATURES = (
    *STANDING,
    # how the other names of the section vote; each has one vote, spread by its chances
    "country_share",  # 0 to 1
    "country_share_gap",  # to the candidate of the name that has most, 0 and below
    "admin1_share",
    "admin1_share_gap",
    "log_admin1_votes",
    "votes_within_30",  # share of the votes, 0 to 1
    "votes_within_100",
    "votes_within_100_gap",
    "log_rare_votes",  # within 50 km; spread evenly, so that rare names count most
    "log_rare_votes_gap",
    "neighbor_votes",  # share within 100 km, of the names that stand near in the text
    "best_country_share",  # of the country that most votes are for
    "best_admin1_share",
    # where the likeliest place of each other name is
    "log_near_pick",  # ln(1 + km) to the nearest; `FAR` without any
    "near_pick_gap",  # to the candidate of the name that has the nearest, 0 and above
    "log_middle_pick",
    "picks_within_161",  # share of them
    "log_near_neighbor",  # to the pick of the name that stands nearest in the text
    "log_first_pick",  # to the first pick of the section
    "log_neighbor_characters",  # how far that name stands off
    "log_names",  # ln(1 + picks of other names)
    "is_told",  # it is the place that the words say the name is in: "Le Cygne in Lyon"
)

#: Names within so many characters are neighbors.
_NEIGHBORS = 250.0

_EARTH_KM = 6371.0

_COSINE_30, _COSINE_100 = (math.cos(km / _EARTH_KM) for km in (30.0, 100.0))

#: Chances below it do not vote: they cost time and change nothing.
_NO_VOTE = 0.01

#: A name with as many places as that says nothing by having one nearby.
_TOO_COMMON = 0.04

#: Rows that stay after the first pass: of each name the likeliest, and all as likely as that.
_KEPT, _KEPT_CHANCE = 4, 0.004

_OF_NAME = slice(STANDING.index("words"), STANDING.index("is_spelled_out"))


class Between(NamedTuple):
    """What lies between the candidates of a section, whatever their chances are."""

    apart: "Floats"  #: shape (groups, groups): characters between the nearest mentions of two
    rare: "Floats"  #: shape (rows,): see `log_rare_votes`
    told: "Floats"  #: shape (groups, groups): 1 where a name is said to be in the other, else 0


class Rows(NamedTuple):
    """Rows of `FEATURES`, those of a name together, names in order."""

    matrix: "Floats"  #: shape (rows, len(FEATURES))
    owner: "Numbers"  #: index of the name
    source: "Numbers"  #: row of the table whose place it is
    is_near: "NDArray[np.bool_]"  #: not of that name, but the place of another one


def between(
    table: Table,
    positions: Sequence[Sequence[int]],
    told: Iterable[tuple[int, int]] = (),
) -> Between:
    """Measure the candidates and the names of a section against each other.

    Parameters
    ----------
    positions
        For each name where its mentions begin.
    told
        `(name, other)` where the words say that the one is in the other.
    """
    import numpy as np

    counts = np.bincount(table.owner, weights=table.is_point, minlength=len(positions))
    even = table.is_point / np.maximum(counts, 1.0)[table.owner]
    voters = np.flatnonzero(even > _TOO_COMMON)
    near = _within(table.vectors, table.vectors[voters], 50.0).astype(np.float32)
    near *= table.owner[:, None] != table.owner[None, voters]
    rare = np.log1p(near @ even[voters].astype(np.float32))
    at = np.array([p for one in positions for p in one], dtype=np.float32)
    apart = np.zeros((0, 0), dtype=np.float32)
    if len(positions):
        begins = np.cumsum([0, *(len(one) for one in positions)])[:-1]
        apart = np.abs(at[:, None] - at[None, :])
        apart = np.minimum.reduceat(np.minimum.reduceat(apart, begins, axis=0), begins, axis=1)
    is_told = np.zeros((len(positions), len(positions)), dtype=np.float32)
    for name, other in told:
        is_told[name, other] = 1.0
    return Between(apart=apart, rare=rare, told=is_told)


def features(table: Table, space: Between, chances: "Floats", *, with_near: bool = True) -> Rows:
    """Return a row for each candidate of each name, and for the places that are named with it.

    Parameters
    ----------
    chances
        Of each row of the table, from the pass before; those of a name sum to 1 or less.
    with_near
        Add for each name the likeliest places of its neighbors in the text as candidates.
    """
    import numpy as np

    names = len(space.apart)
    picks = _picks(table, chances)
    near = _near(table, space, picks) if with_near else []
    source = np.concatenate([np.arange(len(table.owner)), [row for _, row in near]])
    owner = np.concatenate([table.owner, [name for name, _ in near]])
    is_near = np.arange(len(source)) >= len(table.owner)
    order = np.argsort(owner, kind="stable")
    source, owner = source[order].astype(np.int32), owner[order].astype(np.int32)
    is_near = is_near[order]
    found = Rows(
        matrix=np.zeros((len(source), len(FEATURES)), dtype=np.float32),
        owner=owner,
        source=source,
        is_near=is_near,
    )
    if not len(source):
        return found
    standing = table.standing[source].copy()
    standing[is_near] = _standing_of_near(table, owner[is_near], source[is_near])
    columns = (*_voted(table, space, chances, found, names), *_picked(space, table, picks, found))
    found.matrix[:, : len(STANDING)] = standing
    found.matrix[:, len(STANDING) :] = np.stack(columns, axis=1)
    return found


def narrowed(table: Table, space: Between, chances: "Floats") -> "tuple[Table, Between, Floats]":
    """Return table, space and chances without the rows that are out of the question."""
    import numpy as np

    order = np.lexsort((-chances, table.owner))
    begins = np.flatnonzero(np.diff(table.owner[order], prepend=-1))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    kept = np.flatnonzero((place < _KEPT) | (chances > _KEPT_CHANCE))
    return (
        replace(
            table,
            candidates=[table.candidates[n] for n in kept.tolist()],
            owner=table.owner[kept],
            vectors=table.vectors[kept],
            country=table.country[kept],
            admin1=table.admin1[kept],
            is_point=table.is_point[kept],
            standing=table.standing[kept],
            odds=None if table.odds is None else table.odds[kept],
        ),
        space._replace(rare=space.rare[kept]),
        chances[kept],
    )


def _standing_of_near(table: Table, owner: "Numbers", source: "Numbers") -> "Floats":
    """Return what stands of places that a name is named with: of the name, and that it is so."""
    import numpy as np

    standing = np.zeros((len(owner), len(STANDING)), dtype=np.float32)
    standing[:, STANDING.index("is_near")] = 1.0
    standing[:, STANDING.index("log_hint_near")] = table.standing[
        source, STANDING.index("log_hint_near")
    ]
    standing[:, STANDING.index("log_population")] = table.standing[
        source, STANDING.index("log_population")
    ]
    standing[:, _OF_NAME] = table.of_name[owner]
    return standing


def _picks(table: Table, chances: "Floats") -> "Numbers":
    """Return the row of the likeliest candidate of each name, where that is a point."""
    import numpy as np

    order = np.lexsort((np.arange(len(chances)), -chances, table.owner))
    first = np.ones(len(order), dtype=bool)
    first[1:] = table.owner[order][1:] != table.owner[order][:-1]
    best = order[first]
    return best[table.is_point[best] & (chances[best] > 0)].astype(np.int32)


def _near(table: Table, space: Between, picks: "Numbers") -> list[tuple[int, int]]:
    """Return `(name, row)`: the picks of the two nearest names in the text that differ."""
    import numpy as np

    if not len(picks):
        return []
    apart = space.apart[:, table.owner[picks]].copy()
    apart[table.owner[picks], np.arange(len(picks))] = np.inf
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :4]
    same = _within(table.vectors[picks], table.vectors[picks], 100.0)
    found = []
    for name, order in enumerate(nearest.tolist()):
        kept: list[int] = []
        for n in order if not table.is_initials[name] else ():
            if np.isfinite(apart[name, n]) and not any(same[n, k] for k in kept):
                kept.append(n)
        found += [(name, int(picks[n])) for n in kept[:2]]
    return found


def _within(some: "Floats", others: "Floats", km: float) -> "NDArray[np.bool_]":
    """Tell which unit vectors lie within so many km of each other; shape `(some, others)`."""
    import numpy as np

    found: NDArray[np.bool_] = some @ others.T > np.float32(np.cos(km / _EARTH_KM))
    return found


def _voted(
    table: Table, space: Between, chances: "Floats", rows: Rows, names: int
) -> "list[Floats]":
    import numpy as np

    voters = np.flatnonzero(chances > _NO_VOTE).astype(np.int32)
    weight = chances[voters].astype(np.float32)
    theirs = table.owner[voters]
    voting = np.bincount(theirs, weights=weight, minlength=names)
    total = (voting.sum() - voting)[rows.owner] + 0.5
    countries, best_country = _by_code(table.country, voters, weight, theirs, rows, names)
    divisions, best_division = _by_code(table.admin1, voters, weight, theirs, rows, names)
    points = table.is_point[voters]
    near, theirs, weight = voters[points], theirs[points], weight[points]
    cosine = table.vectors[rows.source] @ table.vectors[near].T
    own = rows.owner[:, None] == theirs[None, :]
    others = np.where(own, np.float32(0.0), weight)
    within_30 = np.where(cosine > _COSINE_30, others, np.float32(0.0)).sum(axis=1)
    within = np.where(cosine > _COSINE_100, others, np.float32(0.0))
    within_100 = within.sum(axis=1)
    closeness = np.exp(-space.apart / _NEIGHBORS)
    np.fill_diagonal(closeness, 0.0)
    close = closeness @ voting.astype(np.float32)
    neighbors = np.zeros(len(rows.owner), dtype=np.float32)
    if len(theirs):
        begins = np.flatnonzero(np.diff(theirs, prepend=-1))
        by_name = np.add.reduceat(within, begins, axis=1)
        by_name *= closeness[:, theirs[begins]][rows.owner]
        neighbors = by_name.sum(axis=1) / (close[rows.owner] + 0.2)
    rare = space.rare[rows.source]
    return [
        countries / total,
        _gap(countries / total, rows),
        divisions / total,
        _gap(divisions / total, rows),
        np.log1p(divisions),
        within_30 / total,
        within_100 / total,
        _gap(within_100 / total, rows),
        rare,
        _gap(rare, rows),
        neighbors,
        best_country / total,
        best_division / total,
    ]


def _by_code(
    codes: "Numbers",
    voters: "Numbers",
    weight: "Floats",
    theirs: "Numbers",
    rows: Rows,
    names: int,
) -> "tuple[Floats, Floats]":
    """Return the votes of the other names for the country or division of each row, and the most."""
    import numpy as np

    kinds = int(codes.max(initial=-1)) + 1
    cast = np.zeros((names, kinds + 1), dtype=np.float32)  # the last: without a code
    np.add.at(cast, (theirs, codes[voters]), weight)
    rest = cast.sum(axis=0)[None, :] - cast
    rest[:, -1] = 0.0
    return rest[rows.owner, codes[rows.source]], rest.max(axis=1, initial=0.0)[rows.owner]


def _picked(space: Between, table: Table, picks: "Numbers", rows: Rows) -> "list[Floats]":
    import numpy as np

    count = len(rows.source)
    theirs = table.owner[picks]
    km = _EARTH_KM * np.arccos(
        np.clip(table.vectors[rows.source] @ table.vectors[picks].T, -1.0, 1.0)
    )
    own = rows.owner[:, None] == theirs[None, :]
    others = (~own).sum(axis=1)
    far = np.full(count, FAR, dtype=np.float32)
    if not others.any():
        return [far, 0 * far, far, 0 * far, far, far, 0 * far, 0 * far, 0 * far]
    log = np.log1p(np.where(own, np.inf, km))
    some = others > 0
    nearest = np.where(some, log.min(axis=1), FAR)
    ordered = np.sort(log, axis=1)
    middle = np.where(some, ordered[np.arange(count), others // 2 * some], FAR)
    apart = np.where(own, np.inf, space.apart[:, theirs][rows.owner])
    neighbor = apart.argmin(axis=1)
    at = np.arange(count)
    first = np.where(own[:, 0], 1 % max(1, len(picks)), 0)
    return [
        nearest,
        -_gap(-nearest, rows),
        np.minimum(middle, FAR),
        (log <= np.log1p(161.0)).sum(axis=1) / (others + 1.0),
        np.where(some, np.minimum(log[at, neighbor], FAR), FAR),
        np.where(some, np.minimum(log[at, first], FAR), FAR),
        np.where(some, np.log1p(np.minimum(apart[at, neighbor], 1e6)), FAR),
        np.log1p(others),
        space.told[rows.owner, table.owner[rows.source]] * rows.is_near,
    ]


def _gap(values: "Floats", rows: Rows) -> "Floats":
    """Return how far each value lies below the most of its name."""
    import numpy as np

    begins = np.flatnonzero(np.diff(rows.owner, prepend=-1))
    most = np.maximum.reduceat(values, begins)
    gap: Floats = values - np.repeat(most, np.diff(begins, append=len(values)))
    return gap
