"""The queries and the Python of `docs/scanning.md` run as they stand there."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from geo import Settings
from geo.scan import scan

PAGE = Path(__file__).resolve().parents[2] / "docs/scanning.md"
TEXTS = [
    "Trains run from Osh to Bishkek.",
    "Andijan and Fergana are in Uzbekistan, Osh is not.",
    "London is far away.",
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "corpus").mkdir()
    lines = [json.dumps({"id": str(n), "text": text}) for n, text in enumerate(TEXTS)]
    (tmp_path / "corpus/news.jsonl").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_queries_run(folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pq = pytest.importorskip("pyarrow.parquet")
    scan(["corpus"], "out", settings=Settings(recognizer="gazetteer"), workers=1)
    countries, valley = (duckdb.sql(query).fetchall() for query in blocks("sql"))
    rows = pq.read_table("out/part-000000.parquet").to_pylist()
    sure = Counter(row["country_code"] for row in rows if row["confidence"] >= 0.8)
    assert {country: mentions for country, mentions, _ in countries} == sure
    assert len(sure) > 1
    assert (valley[0][0], valley[0][3]) == ("Osh", TEXTS[0])
    assert {row[3] for row in valley} == set(TEXTS[:2])


def test_the_python_runs(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    [code] = blocks("python")
    printed: list[tuple[object, ...]] = []
    exec(code, {"print": lambda *words: printed.append(words)})
    assert printed[0] == (3, 0)
    assert printed[1] == ("corpus/news.jsonl#line=1", ["Osh", "Bishkek"])
