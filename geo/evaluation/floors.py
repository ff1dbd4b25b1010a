"""Floors: what a measure must not fall below, and which runs each is for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import FormatError, ReadError
from geo.evaluation.judging import Rules
from geo.evaluation.results import Results

__all__ = ["SCHEMA", "Floor", "breaches", "floors_for", "read_floors"]

SCHEMA = "geo.floors/1"

_KEYS = frozenset(
    ["gold", "given", "tolerant", "demonyms", "recognizer", "sample", "at_least", "at_most", "note"]
)
_ADVICE = 'A floor reads {"gold": "lgl.jsonl", "given": true, "at_least": {"acc161_all": 0.87}}.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The least (and most) that measures may be, for one corpus under one set of rules."""

    gold: str  #: the name of the file or folder; `pooled` for all of a run together
    rules: Rules
    recognizer: str | None = None  #: the floor is for that one only
    sample: int = 1  #: measured on every so manieth document
    at_least: Mapping[str, float]
    at_most: Mapping[str, float]


def read_floors(path: str | Path) -> list[Floor]:
    """Read `geo.floors/1`: an object with `schema` and a list `floors`.

    Raises
    ------
    ReadError, FormatError
        The file cannot be read or says something that is not known.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise ReadError(f"cannot read {path}: {what}. Give a file of floors.") from error
    except ValueError as error:
        raise FormatError(f"cannot read {path}: no valid JSON: {error}. Mend it.") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise FormatError(f'cannot read {path}: its "schema" is {schema!r}, not "{SCHEMA}".')
    rows = content.get("floors")
    if not isinstance(rows, list):
        raise FormatError(f'cannot read {path}: no list "floors". {_ADVICE}')
    return [_floor(row, f"{path}, floor {count}") for count, row in enumerate(rows, start=1)]


def floors_for(
    floors: Iterable[Floor], results: Results, *, recognizer: str | None = None, sample: int = 1
) -> list[Floor]:
    """Return the floors that are for these results: same gold, rules, recognizer and sample."""
    return [
        floor
        for floor in floors
        if floor.gold == results.name
        and floor.sample == sample
        and (floor.rules.given, floor.rules.tolerant, floor.rules.counts_demonyms)
        == (results.rules.given, results.rules.tolerant, results.rules.counts_demonyms)
        # Who recognizes makes no difference where the names are given.
        and (results.rules.given or floor.recognizer in (None, recognizer))
    ]


def breaches(floors: Iterable[Floor], results: Results) -> list[str]:
    """Return a line for each measure beyond its floor; a measure that is not there is one too."""
    found = []
    for floor in floors:
        for wanted, sign in ((floor.at_least, 1), (floor.at_most, -1)):
            for name, bound in wanted.items():
                value = results.measures.get(name)
                if value is None:
                    found.append(f"{name} of {floor.gold} was not measured, its floor is {bound:g}")
                elif sign * (value - bound) < 0:
                    side = "below the floor of" if sign > 0 else "above the ceiling of"
                    found.append(f"{name} of {floor.gold} is {value:.4f}, {side} {bound:g}")
    return found


def _floor(row: object, where: str) -> Floor:
    if not isinstance(row, dict) or not isinstance(row.get("gold"), str):
        raise FormatError(f'{where}: no "gold". {_ADVICE}')
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise FormatError(f'{where}: unknown "{unknown[0]}". Known: {", ".join(sorted(_KEYS))}.')
    demonyms = row.get("demonyms")
    recognizer, sample = row.get("recognizer"), row.get("sample", 1)
    flags: Sequence[object] = (row.get("given", False), row.get("tolerant", False), demonyms)
    if not all(flag is None or isinstance(flag, bool) for flag in flags):
        raise FormatError(f'{where}: "given", "tolerant" and "demonyms" are true or false.')
    if not isinstance(sample, int) or sample < 1:
        raise FormatError(f'{where}: "sample" is a whole number from 1.')
    return Floor(
        gold=row["gold"],
        rules=Rules(given=bool(flags[0]), tolerant=bool(flags[1]), demonyms=demonyms),
        recognizer=recognizer if isinstance(recognizer, str) else None,
        sample=sample,
        at_least=_bounds(row.get("at_least"), where),
        at_most=_bounds(row.get("at_most"), where),
    )


def _bounds(given: object, where: str) -> dict[str, float]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in given.values()
    ):
        raise FormatError(f"{where}: bounds are measures with numbers. {_ADVICE}")
    return {str(name): float(value) for name, value in given.items()}
