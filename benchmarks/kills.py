"""Kill a scan with SIGKILL at random instants, again and again, and compare what is left.

    python -m benchmarks.kills --documents 2000 --kills 100

The rows, the manifest and the names of the files must be those of a scan that nobody disturbed.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_PLACES = "Osh Bishkek Naryn Talas Paris London Berlin Madrid Cairo Lagos Lima Quito".split()


def main() -> None:
    """Print how many kills hit a running scan, and what differs in the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--recognizer", default="onnx")
    parser.add_argument("--longest", type=float, default=6.0, help="seconds until a kill")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chosen = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus.jsonl")
        corpus.write_text("".join(_line(n, chosen) for n in range(given.documents)))
        undisturbed, out = Path(folder, "undisturbed"), Path(folder, "out")
        begun = time.monotonic()
        _scan(corpus, undisturbed, given.recognizer).wait()
        seconds = time.monotonic() - begun
        hit = done = 0
        for _ in range(given.kills):
            process = _scan(corpus, out, given.recognizer)
            try:
                process.wait(chosen.uniform(0.1, given.longest))
                done += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                hit += 1
        code = _scan(corpus, out, given.recognizer).wait()
        # Workers end by themselves when their scan is gone; the last ones a moment after it.
        ours, theirs = _content(out), _content(undisturbed)
        differing = sorted(
            name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)
        )
        print(f"{given.documents:,} documents, undisturbed {seconds:.0f} s")
        print(f"{hit} kills met a scan at work, {done} came after its end; exit code {code}")
        print(f"files {len(ours)}, differing {differing or 'none'}")
        sys.exit(bool(differing or code))


def _line(number: int, chosen: random.Random) -> str:
    one, other = chosen.sample(_PLACES, 2)
    text = f"The road from {one} to {other} is open again, said the mayor of {one}."
    return json.dumps({"id": str(number), "text": text}) + "\n"


def _scan(corpus: Path, out: Path, recognizer: str) -> "subprocess.Popen[bytes]":
    call = [sys.executable, "-m", "geo", "scan", corpus, "-o", out, "--workers", "2", "--quiet"]
    return subprocess.Popen([*call, "--recognizer", recognizer], stdout=subprocess.DEVNULL)


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


if __name__ == "__main__":
    main()
