"""Files that are made to harm: each costs a bounded time and memory, and gets one clear line."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fixtures.documents import hostile

#: Read, but to nothing that harms: what is behind the trap is a short text.
HARMLESS = {"pdf_nested.pdf", "pdf_of_pages.pdf", "html_of_spaces.html", "eml_of_headers.eml"}

#: Read where the machine is quick enough for the time limit, else refused.
EITHER = {"html_nested.html"}

READ = """
import json, sys, warnings
from geo.readers import read_sources
warnings.simplefilter("ignore")
errors = []
texts = [d.text for d in read_sources([sys.argv[1]], on_error=lambda e: errors.append(str(e)))]
print(json.dumps([[text[:9] for text in texts], errors[:3]]))
"""


#: Runs a command and tells its peak, and that of the workers it waited for, on stderr. A process of
#: its own: a child begins with the peak of the one that it was forked from, here that of all tests.
WATCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs the memory of an ended process")
@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_is_refused_within_ten_seconds_and_500_megabytes(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(hostile.FILES[name]())
    start = time.monotonic()
    with (tmp_path / "out").open("wb") as out:
        call = [sys.executable, "-c", WATCH, sys.executable, "-c", READ, str(path)]
        watched = subprocess.run(call, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    seconds = time.monotonic() - start
    assert watched.returncode == 0, watched.stderr
    peak = int(watched.stderr.split()[-1])
    texts, errors = json.loads((tmp_path / "out").read_text())
    assert seconds < 10
    assert peak / (1024 if sys.platform == "linux" else 1024**2) < 500
    if name in HARMLESS or (name in EITHER and texts):
        assert texts == ["Osh"] or texts == ["Osh\n\nOsh"]
        return
    assert not texts
    assert errors
    for error in errors:
        assert error.startswith(f"cannot read {path}")
        assert error.endswith(".")
        assert "\n" not in error
        assert "its parser failed" not in error
