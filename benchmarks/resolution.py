"""Measure the resolver beside "biggest place of that name": right, time and memory, names given.

    python -m benchmarks.resolution ../shared/corpora

Both see the same gold names of the same corpora and the same gazetteer. `right` is the share of all
gold with coordinates within 161 km; the shipped ranker has seen these corpora, so this column says
what the baseline misses and not how well unseen text does (see `geo/data/RANKER.md`). Times are of
the processor, in one thread; each is run once for the cold figure and twice more for the warm one.
`long` is a single text of 500 names, put together from the first documents.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

_CORPORA = ("lgl", "gwn", "tud")
_LONG = 500  # names

#: One thread, for the time of the processor to be that of the clock.
_ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Run each resolver in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--only", choices=("ranking", "biggest"))
    options = parser.parse_args()
    if options.only:
        print(json.dumps(_measured(options.corpora, options.only)))
        return
    print(
        "resolver   corpus   right  ms a document  ms a mention  cold ms, long  warm ms, long  MB"
    )
    for name in ("biggest", "ranking"):
        command = [sys.executable, "-m", "benchmarks.resolution", str(options.corpora)]
        done = subprocess.run(
            [*command, "--only", name],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | _ALONE,
        )
        said = json.loads(done.stdout)
        for corpus, (right, document_ms, mention_ms) in said["corpora"].items():
            print(f"{name:<10} {corpus:<8} {right:.3f} {document_ms:14.2f} {mention_ms:13.3f}")
        print(
            f"{name:<10} {'long':<50} {said['cold_ms']:11.0f} {said['warm_ms']:14.0f} "
            f"{said['megabytes']:3.0f}"
        )


def _measured(corpora: Path, which: str) -> dict[str, object]:
    from geo.document import Document, Mention, Resolution
    from geo.gazetteer import open_gazetteer
    from geo.geodesy import great_circle_km
    from geo.protocols import Gazetteer
    from geo.resolver import RankingResolver

    class Biggest:
        """The place of a name that most people live in."""

        def __init__(self, gazetteer: Gazetteer) -> None:
            self._gazetteer = gazetteer

        def resolve(self, document: Document, mentions: Sequence[Mention]) -> list[Resolution]:
            found = []
            for mention in mentions:
                candidates = self._gazetteer.lookup(mention.text)
                best = max(candidates, key=lambda c: c.place.population or 0, default=None)
                if best is None:
                    found.append(Resolution(mention=mention, reason="no-candidate"))
                else:
                    found.append(Resolution(mention=mention, place=best.place, confidence=0.5))
            return found

    with open_gazetteer() as gazetteer:
        resolver = (RankingResolver if which == "ranking" else Biggest)(gazetteer)
        read = {name: _read(corpora / f"{name}.jsonl") for name in _CORPORA}
        long = _joined(read["lgl"])
        start = time.process_time()
        resolver.resolve(*long)
        cold_ms = (time.process_time() - start) * 1000
        start = time.process_time()
        for _ in range(2):
            resolver.resolve(*long)
        warm_ms = (time.process_time() - start) * 500
        rows = {}
        for name, documents in read.items():
            right = linked = 0
            start = time.process_time()
            said = [resolver.resolve(document, mentions) for document, mentions, _ in documents]
            seconds = time.process_time() - start
            for resolutions, (_, _, points) in zip(said, documents, strict=True):
                for resolution, point in zip(resolutions, points, strict=True):
                    if point is None:
                        continue
                    linked += 1
                    place = resolution.place
                    right += place is not None and (
                        great_circle_km(place.latitude, place.longitude, *point) <= 161
                    )
            mentions = sum(len(points) for _, _, points in documents)
            each_ms = seconds * 1000
            rows[name] = (right / linked, each_ms / len(documents), each_ms / mentions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"corpora": rows, "cold_ms": cold_ms, "warm_ms": warm_ms, "megabytes": peak}


def _read(path: Path) -> list:  # type: ignore[type-arg]  # document, mentions, gold points
    from geo.document import Document, Mention

    found = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            gold = sorted(row["mentions"], key=lambda m: m["start"])
            mentions = [
                Mention(start=m["start"], end=m["end"], text=row["text"][m["start"] : m["end"]])
                for m in gold
            ]
            points = [None if m["lat"] is None else (m["lat"], m["lon"]) for m in gold]
            found.append((Document(text=row["text"], id=row["id"]), mentions, points))
    return found


def _joined(documents: list) -> tuple:  # type: ignore[type-arg]  # as `resolve` takes them
    from geo.document import Document, Mention

    text, joined = "", []
    for document, mentions, _ in documents:
        joined += [
            Mention(start=m.start + len(text), end=m.end + len(text), text=m.text) for m in mentions
        ]
        text += document.text + "\n"
        if len(joined) >= _LONG:
            break
    return Document(text=text), joined[:_LONG]


if __name__ == "__main__":
    main()
