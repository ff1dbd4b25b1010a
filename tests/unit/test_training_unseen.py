"""Each text of a corpus is read by a recognizer that did not see it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.document import Document
from geo.gazetteer import SqliteGazetteer
from training import unseen as module
from training.recognizer.corpora import FOLDS
from training.unseen import Found, unseen, without


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    for name in ("lgl", "gwn", "tud"):
        rows = [{"id": f"{name}-{n}", "text": "Osh.", "mentions": []} for n in range(12)]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to put runs into, and let the recognizer's name stand for its mentions."""

    def recognized(
        _gazetteer: object, path: Path, recognizer: str, *, first: int = 0, step: int = 1
    ) -> Iterator[Found]:
        for line in path.read_text(encoding="utf-8").splitlines()[first::step]:
            yield Found(Document(text=recognizer, id=json.loads(line)["id"]), [], [])

    monkeypatch.setattr(module, "recognized", recognized)
    return tmp_path / "runs"


def add(runs: Path, *names: str) -> None:
    for name in names:
        (runs / name).mkdir(parents=True)
        (runs / name / "recognizer.onnx").write_bytes(b"")


def test_five_folds_read_all_of_a_corpus_each_its_own_fifth(
    gazetteer: SqliteGazetteer, corpora: Path, runs: Path
) -> None:
    add(runs, *(f"fold-{n}" for n in range(FOLDS)))
    for name in ("lgl", "gwn"):
        found = unseen(gazetteer, corpora, name, runs)
        assert {one.document.id for one in found} == {f"{name}-{n}" for n in range(12)}
        for one in found:
            number = int(one.document.id.split("-")[1])
            assert f"fold-{number % FOLDS}/" in Path(one.document.text).as_posix()


def test_fifths_that_no_run_left_out_are_passed_over(
    gazetteer: SqliteGazetteer, corpora: Path, runs: Path
) -> None:
    add(runs, "fold-1", "without-lgl")
    found = unseen(gazetteer, corpora, "lgl", runs)
    assert [one.document.id for one in found] == ["lgl-1", "lgl-6", "lgl-11"]


def test_what_no_recognizer_learned_from_is_read_by_what_ships(
    gazetteer: SqliteGazetteer, corpora: Path, runs: Path
) -> None:
    assert {one.document.text for one in unseen(gazetteer, corpora, "tud", runs)} == {"onnx"}
    assert without("tud", runs) == "onnx"


def test_a_folder_without_fitting_runs_is_an_error(
    gazetteer: SqliteGazetteer, corpora: Path, runs: Path
) -> None:
    with pytest.raises(SystemExit, match="without texts of lgl"):
        unseen(gazetteer, corpora, "lgl", runs)
    with pytest.raises(SystemExit, match="--without gwn"):
        without("gwn", runs)
