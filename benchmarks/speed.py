"""Measure `geo` beside others on the same documents in one run; write `docs/benchmarks.md`.

    python -m benchmarks.speed                       # prints the table
    python -m benchmarks.speed --write               # and writes page and plots
    python -m benchmarks.speed --corpora FOLDER      # gold corpora: lgl.jsonl, gwn.jsonl, tud.jsonl

Each system runs in a process of its own on one core, in turns, and is charged the processor time it
took: on a machine that has other work too, that is the fairer clock. Without corpora the seeds are
measured, which are few.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.plots import growth_plot, trade_plot
from benchmarks.systems import SYSTEMS, Found

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/benchmarks.md"
PICTURES = ROOT / "docs/pictures"
SEEDS = ROOT / "tests/golden/seeds_gold.jsonl"

#: What ratios are to.
BESIDE = "spaCy small + biggest place"

_CORPORA = ("lgl.jsonl", "gwn.jsonl", "tud.jsonl")
_WORDS = 350
_CHECKPOINTS = (10, 100, 1_000, 10_000, 100_000)

#: Any value of JSON.
Measured = dict[str, object]


def main() -> None:
    """Measure, print, and write where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=Path, default=ROOT / "../shared/corpora")
    parser.add_argument("--rounds", type=int, default=3, help="of the speed; the median counts")
    parser.add_argument("--documents", type=int, default=200, help="articles of the speed")
    parser.add_argument("--budget", type=float, default=120.0, help="seconds of growth a system")
    parser.add_argument("--write", action="store_true", help="write the page and its plots")
    parser.add_argument("--one", help="measure this system in this very process", metavar="NAME")
    parser.add_argument("--what", choices=("speed", "accuracy", "growth"), default="speed")
    given = parser.parse_args()
    gold = [given.corpora / name for name in _CORPORA if (given.corpora / name).is_file()]
    gold = gold or [SEEDS]
    if given.one:
        print(json.dumps(_measured(given.one, given.what, gold, given)))
        return
    speeds: dict[str, list[Measured]] = {name: [] for name in SYSTEMS}
    for _ in range(given.rounds):
        for name in SYSTEMS:
            speeds[name].append(_apart(name, "speed", given))
    accuracy = {name: _apart(name, "accuracy", given) for name in SYSTEMS}
    growth = {name: _apart(name, "growth", given) for name in SYSTEMS}
    table = _table(speeds, accuracy)
    print(table)
    if given.write:
        _write(table, speeds, accuracy, growth, gold)


def _apart(name: str, what: str, given: argparse.Namespace) -> Measured:
    call = [sys.executable, "-m", "benchmarks.speed", "--one", name, "--what", what]
    call += ["--corpora", str(given.corpora), "--budget", str(given.budget)]
    call += ["--documents", str(given.documents)]
    one_thread = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    done = subprocess.run(
        call, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **one_thread}
    )
    if done.returncode:
        sys.exit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


# --- in the process of one system ---------------------------------------------------------------


def _measured(name: str, what: str, gold: Sequence[Path], given: argparse.Namespace) -> Measured:
    if what == "accuracy":
        return _accuracy(name, gold)
    # Some of each corpus, the same for all; growth goes on with all there are.
    texts = _articles(gold)
    step = max(1, len(texts) // given.documents)
    texts = texts if what == "growth" else texts[::step][: given.documents]
    before = time.process_time()
    find = SYSTEMS[name].load()
    find(texts[0])
    cold = time.process_time() - before
    if what == "growth":
        return {"points": list(_growth(find, texts, given.budget))}
    begun = time.process_time()
    for text in texts:
        find(text)
    seconds = time.process_time() - begun
    words = sum(len(text.split()) for text in texts)
    return {
        "documents": len(texts),
        "documents_a_second": len(texts) / seconds,
        "words_a_second": words / seconds,
        "cold_s": cold,
        "peak_mb": _peak_mb(),
        "install_mb": _install_mb(SYSTEMS[name].packages),
    }


def _growth(find: object, texts: Sequence[str], budget: float) -> Iterator[Measured]:
    assert callable(find)
    begun = time.process_time()
    for number in range(_CHECKPOINTS[-1]):
        find(texts[number % len(texts)])
        spent = time.process_time() - begun
        if number + 1 in _CHECKPOINTS or spent > budget:
            yield {"documents": number + 1, "seconds": spent, "peak_mb": _peak_mb()}
        if spent > budget:
            return


def _accuracy(name: str, gold: Sequence[Path]) -> Measured:
    from geo.evaluation import Prediction, Rules, evaluate, pooled, read_corpus

    find = SYSTEMS[name].load()
    results = []
    for path in gold:
        corpus = read_corpus(path)
        said = {
            one.document.id: tuple(
                Prediction(
                    start=found.start,
                    end=found.end,
                    text=one.document.text[found.start : found.end],
                    latitude=found.latitude,
                    longitude=found.longitude,
                )
                for found in _in_order(find(one.document.text))
            )
            for one in corpus.documents
        }
        results.append(evaluate(corpus, said, rules=Rules()))
    named = {result.name: result.measures for result in results}
    named["all"] = (pooled(results) if len(results) > 1 else results[0]).measures
    return {
        corpus: {key: measures[key] for key in ("overlap_f1", "pin_f1") if key in measures}
        for corpus, measures in named.items()
    }


def _in_order(found: Sequence[Found]) -> list[Found]:
    return sorted(set(found), key=lambda one: (one.start, -one.end))


def _articles(gold: Sequence[Path]) -> list[str]:
    """Return the texts of the corpora, long ones cut between lines, as articles of 350 words."""
    articles = []
    for path in gold:
        for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
            held: list[str] = []
            words = 0
            for paragraph in str(json.loads(line)["text"]).split("\n"):
                held.append(paragraph)
                words += len(paragraph.split())
                if words >= _WORDS:
                    articles.append("\n".join(held))
                    held, words = [], 0
            if words >= _WORDS // 2:
                articles.append("\n".join(held))
    return articles


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _install_mb(packages: Sequence[str]) -> float:
    """Return what the packages and all they need take on disk, before bytecode."""
    from importlib.metadata import PackageNotFoundError, distribution

    from packaging.requirements import Requirement

    seen: set[str] = set()
    size = 0
    waiting = list(packages)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        for file in found.files or ():
            path = Path(str(found.locate_file(file)))
            if path.suffix != ".pyc" and path.is_file():
                size += path.stat().st_size
        if name == "mentionmap":  # installed in place: its files are those of the sources
            size += sum(
                path.stat().st_size
                for path in (ROOT / "geo").rglob("*")
                if path.is_file() and path.suffix != ".pyc" and "app" not in path.parts
            )
        for needed in found.requires or ():
            requirement = Requirement(needed)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return size / 1e6


# --- the page -----------------------------------------------------------------------------------


def _table(speeds: Mapping[str, Sequence[Measured]], accuracy: Mapping[str, Measured]) -> str:
    head = [
        "system", "documents a second", "words a second", "ratio", "F1, overlap", "F1, pins",
        "peak MB", "cold start, s", "install MB",
    ]  # fmt: skip
    beside = _median(speeds[BESIDE], "documents_a_second")
    rows = [
        [
            name,
            f"{_median(speeds[name], 'documents_a_second'):,.1f}",
            f"{_median(speeds[name], 'words_a_second'):,.0f}",
            f"{_median(speeds[name], 'documents_a_second') / beside:.2f}",
            f"{_score(accuracy[name], 'overlap_f1'):.3f}",
            f"{_score(accuracy[name], 'pin_f1'):.3f}",
            f"{_median(speeds[name], 'peak_mb'):,.0f}",
            f"{_median(speeds[name], 'cold_s'):.1f}",
            f"{_median(speeds[name], 'install_mb'):,.0f}",
        ]
        for name in SYSTEMS
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _median(measured: Sequence[Measured], key: str) -> float:
    return statistics.median(float(str(one[key])) for one in measured)


def _score(accuracy: Measured, key: str) -> float:
    scores = accuracy["all"]
    assert isinstance(scores, dict)
    return float(scores.get(key, 0.0))


def _write(
    table: str,
    speeds: Mapping[str, Sequence[Measured]],
    accuracy: Mapping[str, Measured],
    growth: Mapping[str, Measured],
    gold: Sequence[Path],
) -> None:
    points: dict[str, list[tuple[float, float, float]]] = {}
    for name, measured in growth.items():
        rows = measured["points"]
        assert isinstance(rows, list)
        points[name] = [(r["documents"], r["seconds"], r["peak_mb"]) for r in rows]
    (PICTURES / "growth.svg").write_text(growth_plot(points), encoding="utf-8")
    trade = {
        name: (_median(speeds[name], "documents_a_second"), _score(accuracy[name], "pin_f1"))
        for name in SYSTEMS
    }
    (PICTURES / "trade.svg").write_text(trade_plot(trade), encoding="utf-8")
    count = int(_median(speeds["geo"], "documents"))
    each = "\n".join(
        f"| {name} | " + " | ".join(_cells(accuracy[name], [p.name for p in gold])) + " |"
        for name in SYSTEMS
    )
    columns = [f"{p.stem}: {what}" for p in gold for what in ("overlap", "pins")]
    grown = "\n".join(f"| {name} | {_grown(rows)} |" for name, rows in points.items())
    figures = (
        f"{count:,} articles of about {_WORDS} words, from {', '.join(p.stem for p in gold)}.\n\n"
        f"{table}\n\n"
        f"F1 by corpus:\n\n| system | {' | '.join(columns)} |\n"
        f"|{'---|' * (len(columns) + 1)}\n{each}\n\n"
        "![Right pins against speed](pictures/trade.svg)\n\n"
        "How processor time and peak memory grow with the number of documents:\n\n"
        f"| system | documents: seconds, memory |\n|---|---|\n{grown}\n\n"
        "![Time over documents](pictures/growth.svg)\n"
    )
    before, _, rest = PAGE.read_text(encoding="utf-8").partition("<!-- figures: begin -->\n")
    _, _, after = rest.partition("<!-- figures: end -->")
    PAGE.write_text(
        f"{before}<!-- figures: begin -->\n{figures}<!-- figures: end -->{after}", encoding="utf-8"
    )


def _grown(rows: Sequence[tuple[float, float, float]]) -> str:
    return "; ".join(f"{n:,.0f}: {s:,.1f} s, {mb:,.0f} MB" for n, s, mb in rows)


def _cells(accuracy: Measured, corpora: Sequence[str]) -> Iterator[str]:
    for corpus in corpora:
        scores = accuracy[corpus]
        assert isinstance(scores, dict)
        for key in ("overlap_f1", "pin_f1"):
            yield f"{scores[key]:.3f}" if key in scores else ""


if __name__ == "__main__":
    main()
