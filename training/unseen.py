"""Find names in the corpora by recognizers that did not see the texts.

A recognizer is surer of texts that it was trained on. The runs behind the one that ships left some
out: `fold-0` to `fold-4` each fifth document of LGL and GeoWebNews from that number on,
`without-lgl` and `without-gwn` a whole corpus. TUD-Loc trains no recognizer.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from geo.document import Document, Mention
from geo.gazetteer import SqliteGazetteer
from geo.registry import make_recognizer
from training.recognizer.corpora import FOLDS, GEOPARSING

__all__ = ["Found", "recognized", "recognizer_of", "unseen", "without"]


class Found(NamedTuple):
    """A document, what the recognizer finds in it, and its gold."""

    document: Document
    mentions: list[Mention]
    gold: list[dict[str, Any]]


def unseen(gazetteer: SqliteGazetteer, corpora: Path, name: str, runs: Path) -> list[Found]:
    """Return what is found in a corpus, each document read by a run that did not see it.

    Fifths that no run left out are passed over. Not a run without the corpus reads them: one that
    saw none of LGL marks streets and schools, as LGL does not and what ships does not.

    Parameters
    ----------
    runs
        The folder that `python -m training.recognizer ship` left.
    """
    path = corpora / f"{name}.jsonl"
    if name not in GEOPARSING:
        return list(recognized(gazetteer, path, "onnx"))
    found: list[Found] = []
    for fold in range(FOLDS):
        run = runs / f"fold-{fold}"
        if _is_run(run):
            found += recognized(gazetteer, path, recognizer_of(run), first=fold, step=FOLDS)
    if not found:
        raise SystemExit(f"{runs} holds no run without texts of {name}: fold-0 to fold-{FOLDS - 1}")
    return found


def without(name: str, runs: Path) -> str:
    """Return the recognizer that saw nothing of a corpus."""
    if name not in GEOPARSING:
        return "onnx"
    run = runs / f"without-{name}"
    if not _is_run(run):
        raise SystemExit(f"{run} holds no recognizer: train one with `--without {name}`")
    return recognizer_of(run)


def recognized(
    gazetteer: SqliteGazetteer, path: Path, recognizer_name: str, *, first: int = 0, step: int = 1
) -> Iterator[Found]:
    """Yield what a recognizer finds in each `step`-th document from `first` on."""
    recognizer = make_recognizer(recognizer_name, gazetteer)
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, itertools.islice(lines, first, None, step)):
            document = Document(text=row["text"], id=row["id"])
            [mentions] = recognizer.recognize([document])
            yield Found(document, mentions, row["mentions"])


def _is_run(folder: Path) -> bool:
    return (folder / "recognizer.onnx").exists()


def recognizer_of(run: Path) -> str:
    """Return the recognizer that a run left."""
    return f"onnx:{run / 'recognizer.onnx'}"
