"""Slices of a file, read one by one, give the documents of the whole file."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document
from geo.errors import FormatError, GeoError
from geo.protocols import Source
from geo.readers import ReadOptions
from geo.readers.dispatching import read_source
from geo.scan.files import Listed, list_files
from geo.scan.plan import Shard, plan_shards
from geo.scan.slices import Slice, cut, read_slice

pytest.importorskip("fsspec")
SUFFIXES = {".jsonl", ".csv", ".parquet", ".txt"}


def listed(path: Path) -> Listed:
    [file] = list_files(str(path), suffixes=SUFFIXES)
    return file


def read_cut(path: Path, size: int) -> list[Document | GeoError]:
    slices = cut(listed(path), size)
    return [document for one in slices for document in read_slice(one, ReadOptions())]


def read_whole(path: Path) -> list[Document | GeoError]:
    return list(read_source(Source(str(path), path.read_bytes()), ReadOptions()))


def write_lines(path: Path, texts: list[str]) -> None:
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_table(path: Path, texts: list[str], *, line_end: str = "\n") -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=line_end)
    writer.writerows([["id", "text"], *([str(n), text] for n, text in enumerate(texts))])
    path.write_bytes(stream.getvalue().encode())


texts = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff")
        | st.just("\n"),
        min_size=1,
    )
    .map(lambda text: text + " in Osh")
    .filter(str.strip),
    min_size=1,
    max_size=12,
)


@given(texts=texts, size=st.integers(20, 200))
def test_lines_are_cut_without_loss(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "news.jsonl"
    write_lines(path, texts)
    assert read_cut(path, size) == read_whole(path)


@given(texts=texts, size=st.integers(20, 200), line_end=st.sampled_from(["\n", "\r\n"]))
def test_tables_are_cut_between_rows_only(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, line_end: str
) -> None:
    path = tmp_path_factory.mktemp("cut") / "news.csv"
    # Enough plain rows that the delimiter can be told in each slice.
    write_table(path, ["a, b" * 10, *texts], line_end=line_end)
    whole = [(d.text, d.source, d.id) for d in read_whole(path) if isinstance(d, Document)]
    cut_up = [(d.text, d.source, d.id) for d in read_cut(path, size) if isinstance(d, Document)]
    assert cut_up == whole


@pytest.mark.parametrize("group", [3, 100], ids=["several row groups", "one row group"])
def test_parquet_is_cut_by_rows(tmp_path: Path, group: int) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "news.parquet"
    table = pa.table({"id": range(20), "text": [f"Osh, {n} of {'x' * 90}" for n in range(20)]})
    pq.write_table(table, path, row_group_size=group, compression="none")
    slices = list(cut(listed(path), 700))
    assert len(slices) > 2
    assert read_cut(path, 700) == read_whole(path)


def test_a_file_in_utf_16_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text('{"text": "Osh"}\n' * 50, encoding="utf-16")
    assert [one.end for one in cut(listed(path), 100)] == [None]
    assert len(read_cut(path, 100)) == 50


def test_a_truncated_parquet_says_so(tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 5000)
    with pytest.raises(FormatError, match="broken or cut short"):
        list(cut(listed(path), 1000))


def test_a_file_that_shrinks_is_an_error_of_its_slice(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    write_lines(path, ["Osh"] * 50)
    slices = list(cut(listed(path), 300))
    path.write_bytes(path.read_bytes()[:310])
    [error] = read_slice(slices[-1], ReadOptions())
    assert "cut short" in str(error)


def test_a_slice_survives_json() -> None:
    one = Slice("a.csv", "12 7", 5, 3, 8, 2, 3)
    assert Slice(*json.loads(json.dumps(one.as_row()))) == one


def test_folders_stand_for_their_known_files_by_path(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", ".hidden/d.txt", "e.unknown"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Osh")
    found = [file.path for file in list_files(str(tmp_path), suffixes=SUFFIXES)]
    assert found == [str(tmp_path / "a/c.txt"), str(tmp_path / "b.txt")]


def test_small_files_share_a_shard_and_large_ones_are_cut(tmp_path: Path) -> None:
    for n in range(200):
        (tmp_path / f"{n:03}.txt").write_text("Osh" * 10)
    write_lines(tmp_path / "large.jsonl", ["Osh " * 100] * 400)
    files = list_files(str(tmp_path), suffixes=SUFFIXES)
    shards, refused = plan_shards(files)
    assert refused == []
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert plan_shards(files) == (shards, [])
    named = [one.path for shard in shards for one in shard.slices]
    assert set(named) == {file.path for file in files}
    assert named.count(str(tmp_path / "large.jsonl")) > 5
    assert max(len(shard.slices) for shard in shards) > 1


def test_the_digest_of_a_shard_tells_what_state_its_files_are_in() -> None:
    one, other = (Shard(0, (Slice("a.txt", state, 3),)) for state in ("3 1", "3 2"))
    assert one.digest != other.digest
