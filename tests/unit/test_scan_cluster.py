"""A scan on a Dask cluster of separate processes gives the rows of a local one."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo import SettingsError
from geo.scan import Progress, scan
from tests.unit.test_scan import QUICK, content_of, quick, write_corpus

distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.enable_socket,  # scheduler and workers talk over the loopback
    pytest.mark.filterwarnings("ignore"),  # what Dask's own threads leave behind
]


# Any: Dask carries no types.
@pytest.fixture
def cluster() -> Iterator[object]:
    """Start two processes with a scheduler beside them."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as started:
        yield started


def test_a_cluster_writes_what_one_machine_writes(tmp_path: Path, cluster: object) -> None:
    write_corpus(tmp_path / "news.jsonl", 200)
    quick(tmp_path / "news.jsonl", tmp_path / "local")
    address = cluster.scheduler_address  # type: ignore[attr-defined]
    summary = quick(tmp_path / "news.jsonl", tmp_path / "out", cluster=address)
    assert summary.documents == 200
    assert content_of(tmp_path / "out") == content_of(tmp_path / "local")


def test_a_worker_that_dies_is_replaced_and_its_shard_done(tmp_path: Path, cluster: object) -> None:
    write_corpus(tmp_path / "news.jsonl", 600)
    quick(tmp_path / "news.jsonl", tmp_path / "local", workers=2)
    address = cluster.scheduler_address  # type: ignore[attr-defined]
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        if not killed and progress.shards_done >= 1:
            pid = cluster.workers[0].pid  # type: ignore[attr-defined]
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    source, out = str(tmp_path / "news.jsonl"), tmp_path / "out"
    summary = scan([source], str(out), settings=QUICK, cluster=address, on_progress=kill_one)
    assert killed
    assert (summary.documents, summary.failed) == (600, 0)
    assert content_of(out) == content_of(tmp_path / "local")


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.scan.cluster._CONNECT_SECONDS", 0.3)
    (tmp_path / "a.txt").write_text("To Osh.")
    with pytest.raises(SettingsError, match="no Dask scheduler answers"):
        quick(tmp_path / "a.txt", tmp_path / "out", cluster="tcp://127.0.0.1:9")
