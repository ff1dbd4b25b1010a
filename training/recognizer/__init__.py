"""Make `geo/data/recognizer.onnx`, the learned recognizer, from open corpora.

`python -m training.recognizer --help` lists the steps; `geo/data/RECOGNIZER.md` says what was made
of what, and how good it is.
"""

import os

# Threads that spin while they wait cost two thirds of the speed on a machine that has other work.
# It must be set before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
