"""Scan the same articles by one worker and by two, and say what a second one brings.

    python -m benchmarks.workers CORPUS.jsonl --documents 300

`wall` is what a person waits, and true on an idle machine only. `processor` is what a document
costs: as long as two workers pay no more for it than one does, the second one doubles the rate on
a core of its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Print a line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--recognizer", default="onnx")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 1, 2])
    given = parser.parse_args()
    print("workers  wall, s  processor, ms a document  peak MB of a process  load before")
    with tempfile.TemporaryDirectory() as folder:
        lines = given.corpus.read_text(encoding="utf-8").split("\n")[: given.documents]
        source = Path(folder, "corpus.jsonl")
        source.write_text("\n".join(lines), encoding="utf-8")
        for run, workers in enumerate(given.workers):
            load = os.getloadavg()[0]
            before, begun = _processor_seconds(), time.perf_counter()
            call = [sys.executable, "-m", "geo", "scan", source, "-o", Path(folder, f"out{run}")]
            call += ["--workers", str(workers), "--recognizer", given.recognizer, "--quiet"]
            subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
            wall = time.perf_counter() - begun
            spent = (_processor_seconds() - before) * 1000 / len(lines)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
            print(f"{workers:7}  {wall:7.1f}  {spent:24.1f}  {peak:20.0f}  {load:11.1f}")


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
