"""The cache of answers: what it keeps, for how long, and who waits for whom."""

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geo.errors import ReadError
from geo.geocoders.cache import Answer, AnswerCache, cache_path

OSH = Answer(address="Osh, Кыргызстан", latitude=40.53, longitude=72.8, raw={"a": [1, None]})


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("in_memory", [True, False])
def test_an_answer_is_kept_until_it_expires(tmp_path: Path, clock: Clock, in_memory: bool) -> None:
    path = None if in_memory else tmp_path / "a folder" / "answers.sqlite"
    with AnswerCache(path, clock=clock) as cache:
        assert cache.get("q") is None
        cache.put("q", [OSH], keep_s=60)
        cache.put("empty", [], keep_s=10)
        assert cache.get("q") == [OSH]
        assert cache.get("empty") == []
        clock.now += 10
        assert cache.get("empty") is None
        assert cache.get("q") == [OSH]
        assert cache.drop_expired() == 1
        clock.now += 50
        assert cache.get("q") is None


def test_a_later_answer_replaces_an_earlier_one(clock: Clock) -> None:
    cache = AnswerCache(None, clock=clock)
    cache.put("q", [], keep_s=60)
    cache.put("q", [OSH], keep_s=60)
    assert cache.get("q") == [OSH]


def test_what_may_not_be_kept_is_not(clock: Clock) -> None:
    cache = AnswerCache(None, clock=clock)
    cache.put("q", [OSH], keep_s=0)
    assert cache.get("q") is None


def test_answers_outlive_the_process(tmp_path: Path, clock: Clock) -> None:
    with AnswerCache(tmp_path / "a.sqlite", clock=clock) as cache:
        cache.put("q", [OSH], keep_s=60)
    with AnswerCache(tmp_path / "a.sqlite", clock=clock) as cache:
        assert cache.get("q") == [OSH]


def test_the_file_is_json_in_wal_mode(tmp_path: Path, clock: Clock) -> None:
    with AnswerCache(tmp_path / "a.sqlite", clock=clock) as cache:
        cache.put("q", [OSH], keep_s=86_400)
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    [(mode,)] = connection.execute("PRAGMA journal_mode")
    [(text, fetched, expires)] = connection.execute(
        "SELECT answer, fetched_at, expires_at FROM answer"
    )
    connection.close()
    assert mode == "wal"
    assert json.loads(text) == [
        {
            "address": "Osh, Кыргызстан",
            "latitude": 40.53,
            "longitude": 72.8,
            "raw": {"a": [1, None]},
        }
    ]
    assert fetched == "1970-01-12T13:46:40.000000Z"
    assert expires == "1970-01-13T13:46:40.000000Z"


def test_turns_lie_an_interval_apart(clock: Clock) -> None:
    cache = AnswerCache(None, clock=clock)
    assert [cache.take_turn("host", interval_s=1.0) for _ in range(3)] == [0.0, 1.0, 2.0]
    assert cache.take_turn("another", interval_s=1.0) == 0.0
    clock.now += 10
    assert cache.take_turn("host", interval_s=1.0) == 0.0


def test_a_host_that_is_held_is_waited_for(clock: Clock) -> None:
    cache = AnswerCache(None, clock=clock)
    cache.hold("host", seconds=7)
    cache.hold("host", seconds=3)
    assert cache.take_turn("host", interval_s=1.0) == 7.0


def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(clock: Clock) -> None:
    cache = AnswerCache(None, clock=clock)
    cache.take_turn("host", interval_s=1.0)
    clock.now -= 36_000
    assert cache.take_turn("host", interval_s=1.0) == 0.0


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"x" * 200])
def test_a_broken_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"a\.sqlite.*Delete it"):
        AnswerCache(path).get("q")


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.commit()
    connection.close()
    with pytest.raises(ReadError, match="no cache"):
        AnswerCache(path).get("q")


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReadError, match="GEO_HOME"):
        AnswerCache(tmp_path / "file" / "a.sqlite").get("q")


def test_the_file_lies_in_geo_home(tmp_path: Path) -> None:
    assert cache_path({"GEO_HOME": str(tmp_path)}) == tmp_path / "answers.sqlite"
    assert cache_path({}).name == "answers.sqlite"


def test_threads_share_one_cache(tmp_path: Path) -> None:
    with AnswerCache(tmp_path / "a.sqlite") as cache, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: cache.put(f"q{n}", [OSH], keep_s=60), range(50)))
        assert list(pool.map(lambda n: cache.get(f"q{n}"), range(50))) == [[OSH]] * 50


WORKER = """
import sys
from pathlib import Path
from geo.geocoders.cache import Answer, AnswerCache
cache = AnswerCache(Path(sys.argv[1]), clock=lambda: 1_000_000.0)
who = sys.argv[2]
for n in range(40):
    cache.put(f"{who}-{n}", [Answer(address=who, latitude=1.0, longitude=2.0, raw=n)], keep_s=60)
    print(cache.take_turn("host", interval_s=1.0))
"""


def test_two_processes_share_one_file_and_one_queue(tmp_path: Path, clock: Clock) -> None:
    """Both make the file at once; each answer arrives, and no turn is given twice."""
    path = tmp_path / "a.sqlite"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path), who], stdout=subprocess.PIPE, text=True
        )
        for who in ("one", "two")
    ]
    printed = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    turns = sorted(float(line) for each in printed for line in each.split())
    assert turns == [float(n) for n in range(80)]
    with AnswerCache(path, clock=clock) as cache:
        for who in ("one", "two"):
            assert all(cache.get(f"{who}-{n}") is not None for n in range(40))
