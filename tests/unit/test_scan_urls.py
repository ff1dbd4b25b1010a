"""A scan from an object store to an object store, against a server on the loopback."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.errors import ReadError
from geo.scan import ScannedCorpus, is_scan
from geo.scan.files import list_files, read_bytes
from tests.unit.test_scan import quick, rows_of, write_corpus

pytest.importorskip("s3fs")
pytest.importorskip("moto.server")

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore"),  # what the server's threads leave behind
]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Start a server that speaks S3, with a bucket of the test's own; give the bucket's URL."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    bucket = "news-" + hashlib.sha256(str(tmp_path).encode()).hexdigest()[:8]
    s3fs.S3FileSystem().mkdir(bucket)
    yield f"s3://{bucket}"
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def put(store: str, name: str, path: Path) -> None:
    import s3fs

    s3fs.S3FileSystem().put_file(str(path), f"{store.removeprefix('s3://')}/{name}")


def test_objects_are_scanned_to_objects(tmp_path: Path, store: str) -> None:
    write_corpus(tmp_path / "a.jsonl", 150)
    (tmp_path / "b.txt").write_text("To Osh.")
    put(store, "in/a.jsonl", tmp_path / "a.jsonl")
    put(store, "in/deep/b.txt", tmp_path / "b.txt")
    summary = quick(f"{store}/in", f"{store}/out")
    assert (summary.documents, summary.failed) == (151, 0)
    assert summary.shards > 1
    again = quick(f"{store}/in", f"{store}/out")
    assert again.shards_before == summary.shards
    found = [
        [m.text for m in parsed.mentions] for parsed in ScannedCorpus(f"{store}/out").documents()
    ]
    quick(tmp_path / "a.jsonl", tmp_path / "local")
    local = [row["mention"] for row in rows_of(tmp_path / "local")]
    assert [name for names in found[:150] for name in names] == local
    assert is_scan(f"{store}/out")
    assert not is_scan(f"{store}/in")


def test_an_object_that_changed_is_scanned_anew(tmp_path: Path, store: str) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    put(store, "in/a.txt", tmp_path / "a.txt")
    quick(f"{store}/in", tmp_path / "out")
    assert [row["source"] for row in rows_of(tmp_path / "out")] == [f"{store}/in/a.txt"]
    (tmp_path / "a.txt").write_text("To Rio.")
    put(store, "in/a.txt", tmp_path / "a.txt")
    quick(f"{store}/in", tmp_path / "out")
    assert [row["mention"] for row in rows_of(tmp_path / "out")] == ["Rio"]


def test_ranges_globs_and_what_is_missing(tmp_path: Path, store: str) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    put(store, "in/a.txt", tmp_path / "a.txt")
    assert read_bytes(f"{store}/in/a.txt", 3, 6) == b"Osh"
    [file] = list_files(f"{store}/in/*.txt", suffixes={".txt"})
    assert (file.path, file.size) == (f"{store}/in/a.txt", 7)
    with pytest.raises(ReadError, match="no such file"):
        list_files(f"{store}/missing.txt", suffixes={".txt"})


def test_the_manifest_names_the_objects(tmp_path: Path, store: str) -> None:
    (tmp_path / "a.txt").write_text("To Osh.")
    put(store, "in/a.txt", tmp_path / "a.txt")
    quick(f"{store}/in/a.txt", tmp_path / "out")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["shards"][0]["slices"][0][0] == f"{store}/in/a.txt"
