"""Rewrite the figures of `docs/quality.md` by the commands that stand beside them.

Usage: `python -m tests.quality.figures`, from the root of the project; it takes some minutes. Rows
whose gold is absent keep their figures.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/quality.md"

#: What stands between the marks is made by `main`.
SECTION = re.compile(r"(<!-- figures: begin -->\n)(.*)(<!-- figures: end -->)", re.DOTALL)
#: A row ends with its command.
COMMAND = re.compile(r"`geo evaluate (?P<arguments>[^`]+)` \|$")

GIVEN = ("linked", "acc161_all", "acc20_all", "target_acc161", "median_km", "calibration_error")
RAW = ("exact_f1", "overlap_f1", "acc161_all", "exact_acc161", "pin_f1", "calibration_error")
SURE = ("pin_precision@0.8", "kept@0.8", "pin_precision@0.9", "kept@0.9")


def main() -> None:
    """Measure each row of the section anew."""
    text = PAGE.read_text(encoding="utf-8")
    made = SECTION.sub(lambda found: found[1] + _rewritten(found[2]) + found[3], text)
    PAGE.write_text(made, encoding="utf-8")


def _rewritten(section: str) -> str:
    return "\n".join(_row(line) for line in section.split("\n"))


def _row(line: str) -> str:
    found = COMMAND.search(line)
    if found is None:
        return line
    arguments = found["arguments"].split()
    if not all((ROOT / name).exists() for name in arguments if "/" in name):
        return line
    command = [sys.executable, "-m", "geo", "evaluate", *arguments, "--json", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout.splitlines()[-1])
    measures = report["measures"] | {"linked": report["linked"]}
    names = (*GIVEN, *SURE) if report["given"] else (*RAW, *SURE)
    first = line.split("|")[1].strip()
    cells = [first, *(_cell(name, measures.get(name)) for name in names)]
    return f"| {' | '.join(cells)} | `geo evaluate {found['arguments']}` |"


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name == "linked":
        return f"{value:,.0f}"
    return f"{value:.1f}" if name.endswith("_km") else f"{value:.3f}"


if __name__ == "__main__":
    main()
