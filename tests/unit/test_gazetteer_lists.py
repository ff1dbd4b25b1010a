"""Lists of one's own: added, found, removed, made anew; and what may go wrong on the way."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from geo.errors import FormatError, GazetteerError, SettingsError, UnknownNameError
from geo.gazetteer import SqliteGazetteer, gazetteer_path
from geo.gazetteer.lists import OwnGazetteer
from geo.place import Place
from tests.fixtures.gazetteer.small import HERE, make_gazetteer


@pytest.fixture
def own(tmp_path: Path) -> OwnGazetteer:
    """Give an empty data folder over the small gazetteer."""
    return OwnGazetteer(tmp_path / "home", shipped=make_gazetteer(tmp_path / "shipped.sqlite"))


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["name,latitude,longitude,country_code", *rows]), encoding="utf-8")
    return path


def found(own: OwnGazetteer, name: str) -> list[Place]:
    with SqliteGazetteer(own.path) as gazetteer:
        return [candidate.place for candidate in gazetteer.lookup(name)]


def columns_of(path: Path) -> list[tuple[str, str, bytes, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM column_array ORDER BY name").fetchall()


def test_an_added_place_is_found_by_each_of_its_names(own: OwnGazetteer) -> None:
    record = own.add(HERE / "places.csv", name="newsroom")
    for name in ("Qyzyl Checkpoint", "qyzyl checkpoint", "Post 7", "Кызыл пост"):
        [place] = found(own, name)
        assert place.id == "newsroom:qyzyl-checkpoint"
    assert (place.latitude, place.longitude) == (42.5, 74.2)
    assert (place.feature_class, place.feature_code, place.country_code) == ("S", "PSTB", "KG")
    assert (place.admin1, place.admin1_code) == ("Chüy", "KG-C")
    assert place.source == "newsroom"
    assert (record.new, record.known) == (2, 1)


def test_a_division_may_be_named_by_code_and_a_feature_by_code_alone(own: OwnGazetteer) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    [place] = found(own, "Ак-Жол, north gate")
    assert (place.admin1, place.feature_class, place.feature_code) == ("Chüy", "S", "PSTB")


def test_a_row_about_a_known_place_gives_it_names(own: OwnGazetteer) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    [place] = found(own, "Frunze-Grad")
    assert place.id == "geonames:1528675"
    assert (place.latitude, place.longitude) == (42.87, 74.59)


def test_the_id_of_geonames_leads_to_its_place(own: OwnGazetteer, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("id,name,latitude,longitude\ngeonames:1528675,Pishpek,0,0\n")
    own.add(file)
    [place] = found(own, "Pishpek")
    assert (place.name, place.latitude) == ("Bishkek", 42.87)


def test_the_columns_for_many_names_know_the_new_places(own: OwnGazetteer) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    with SqliteGazetteer(own.path) as gazetteer:
        table = gazetteer.candidates(["Bishkek", "Post 7", "Kyrgyzstan"])
    labels = {name: text for name, _type, _data, text in columns_of(own.path)}
    assert table.latitude.tolist() == pytest.approx([42.87, 42.5, 41.5])
    features = [labels["feature"].split("\t")[n] for n in table.feature]
    assert features == ["P.PPL", "S.PSTB", "A.PCLI"]
    assert [labels["country"].split("\t")[n] for n in table.country] == ["KG"] * 3


def test_adding_nothing_new_leaves_the_columns_as_they_were(own: OwnGazetteer) -> None:
    shipped = own.shipped
    own.add(write(shipped.parent / "l.csv", "Bishkek,42.87,74.59,KG"))
    assert columns_of(own.path) == columns_of(shipped)


def test_the_gazetteer_in_use_is_the_extended_one(
    own: OwnGazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_HOME", str(own.folder))
    own.add(HERE / "places.csv", name="newsroom")
    assert gazetteer_path() == own.path
    own.remove("newsroom")
    assert gazetteer_path() != own.path
    assert own.lists() == []


def test_removing_gives_the_bytes_from_before(own: OwnGazetteer, tmp_path: Path) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    before = own.path.read_bytes()
    own.add(write(tmp_path / "other.csv", "Camp Delta,38.4,68.5,TJ"))
    assert found(own, "Camp Delta")
    assert own.path.read_bytes() != before
    own.remove("other")
    assert found(own, "Camp Delta") == []
    assert own.path.read_bytes() == before


def test_the_order_of_adding_does_not_hide_in_the_bytes(own: OwnGazetteer, tmp_path: Path) -> None:
    one, two = HERE / "places.csv", write(tmp_path / "two.csv", "Camp Delta,38.4,68.5,TJ")
    own.add(one, name="one")
    own.add(two)
    step_by_step = own.path.read_bytes()
    own.path.unlink()
    own.refresh()
    assert own.path.read_bytes() == step_by_step


def test_a_list_added_again_takes_the_place_of_the_old_one(
    own: OwnGazetteer, tmp_path: Path
) -> None:
    own.add(write(tmp_path / "list.csv", "Camp Delta,38.4,68.5,TJ"))
    own.add(write(tmp_path / "list.csv", "Camp Echo,38.5,68.6,TJ"))
    assert (len(found(own, "Camp Delta")), len(found(own, "Camp Echo"))) == (0, 1)
    assert [record.name for record in own.lists()] == ["list"]


def test_an_upgrade_of_the_package_is_noticed_and_the_lists_survive_it(own: OwnGazetteer) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    assert not own.is_stale()
    make_gazetteer(own.shipped, version="2")
    assert own.is_stale()
    own.refresh()
    assert not own.is_stale()
    assert found(own, "Post 7")


def test_a_gazetteer_that_the_user_built_is_the_base_and_comes_back(own: OwnGazetteer) -> None:
    own.folder.mkdir()
    make_gazetteer(own.path, version="built")
    built = own.path.read_bytes()
    own.add(HERE / "places.csv", name="newsroom")
    assert found(own, "Post 7")
    own.remove("newsroom")
    assert own.path.read_bytes() == built


def test_the_digest_follows_what_was_added(own: OwnGazetteer, tmp_path: Path) -> None:
    digests = set()
    for name in ("Camp Delta", "Camp Echo"):
        own.add(write(tmp_path / "list.csv", f"{name},38.4,68.5,TJ"))
        with SqliteGazetteer(own.path) as gazetteer:
            digests.add(gazetteer.meta["digest"])
            assert gazetteer.meta["places"] == "8"
    with SqliteGazetteer(own.shipped) as gazetteer:
        digests.add(gazetteer.meta["digest"])
    assert len(digests) == 3


def test_broken_rows_are_named_by_line_and_nothing_is_added(
    own: OwnGazetteer, tmp_path: Path
) -> None:
    rows = ["Fine,42,74,KG", "", "Bad latitude,142.2,74,KG", "Short,42", ",42,74,KG"]
    with pytest.raises(FormatError) as caught:
        own.add(write(tmp_path / "list.csv", *rows))
    message = str(caught.value)
    assert "line 4: the latitude 142.2 lies outside ±90" in message
    assert "line 5: it has 2 columns, the header has 4" in message
    assert "line 6: the name is empty" in message
    assert not own.path.exists()
    assert own.lists() == []


@pytest.mark.parametrize("name", ["geonames", "mentionmap", "Big", "a:b", "../up"])
def test_a_name_that_would_mix_up_ids_is_refused(own: OwnGazetteer, name: str) -> None:
    with pytest.raises(SettingsError):
        own.add(HERE / "places.csv", name=name)


def test_removing_what_was_never_added_names_the_nearest(own: OwnGazetteer) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    with pytest.raises(UnknownNameError, match='Did you mean "newsroom"'):
        own.remove("newsrom")


def test_an_interruption_leaves_the_old_file(own: OwnGazetteer, tmp_path: Path) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    before, lists = own.path.read_bytes(), own.lists()

    def interrupt(what: str, done: int, of: int) -> None:
        if what == "sorting names":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own.add(write(tmp_path / "other.csv", "Camp Delta,38.4,68.5,TJ"), progress=interrupt)
    assert own.path.read_bytes() == before
    assert own.lists() == lists
    assert [path for path in own.folder.rglob("*") if path.name.startswith(".")] == []
    own.add(tmp_path / "other.csv")
    assert found(own, "Camp Delta")


def test_what_a_killed_process_left_is_cleared_away(own: OwnGazetteer) -> None:
    own.folder.mkdir()
    left = own.folder / ".gazetteer-own-4711"
    left.write_bytes(b"half of a gazetteer")
    own.add(HERE / "places.csv", name="newsroom")
    assert not left.exists()


def test_a_second_writer_is_told_so(own: OwnGazetteer) -> None:
    own.folder.mkdir()
    with (
        FileLock(own.folder / "gazetteer.lock"),
        pytest.raises(GazetteerError, match="another process is changing"),
    ):
        own.add(HERE / "places.csv", name="newsroom")


def test_two_processes_do_not_spoil_each_others_work(own: OwnGazetteer, tmp_path: Path) -> None:
    first = write(tmp_path / "first.csv", "Camp Delta,38.4,68.5,TJ")
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from geo.gazetteer.lists import OwnGazetteer\n"
        "def wait(what, done, of):\n"
        "    if what == 'sorting names':\n"
        "        print('busy', flush=True)\n"
        "        sys.stdin.readline()\n"
        "folder, shipped, file = map(Path, sys.argv[1:])\n"
        "OwnGazetteer(folder, shipped=shipped).add(file, progress=wait)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(own.folder), str(own.shipped), str(first)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "busy\n"
        with pytest.raises(GazetteerError, match="another process"):
            own.add(HERE / "places.csv", name="newsroom")
        other.communicate("go on\n")
    assert other.returncode == 0
    own.add(HERE / "places.csv", name="newsroom")
    assert found(own, "Camp Delta")
    assert found(own, "Post 7")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("allowed", [8192, 200_000], ids=["copying", "extending"])
def test_a_full_disk_leaves_the_old_file(own: OwnGazetteer, tmp_path: Path, allowed: int) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    before = own.path.read_bytes()
    assert 8192 < len(before) < 200_000
    large = write(tmp_path / "large.csv", *(f"Camp {n},{n % 60},{n % 90},TJ" for n in range(4000)))
    # A limit on the size of files fails a write as a full disk does.
    code = (
        "import sys, resource, signal\n"
        "from pathlib import Path\n"
        "from geo.errors import GazetteerError\n"
        "from geo.gazetteer.lists import OwnGazetteer\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({allowed}, {allowed}))\n"
        "folder, shipped, file = map(Path, sys.argv[1:])\n"
        "try:\n"
        "    OwnGazetteer(folder, shipped=shipped).add(file)\n"
        "except GazetteerError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(own.folder), str(own.shipped), str(large)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("cannot write the gazetteer"), done.stderr
    assert own.path.read_bytes() == before
    assert [record.name for record in own.lists()] == ["newsroom"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_says_so(own: OwnGazetteer) -> None:
    own.folder.mkdir(mode=0o500)
    with pytest.raises(GazetteerError, match="cannot write the gazetteer"):
        own.add(HERE / "places.csv", name="newsroom")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": "geo.gazetteer-lists/9", "lists": []}', '{"lists": 7}']
)
def test_a_broken_record_says_what_to_do(own: OwnGazetteer, text: str) -> None:
    own.folder.mkdir()
    (own.folder / "gazetteer-lists.json").write_text(text)
    with pytest.raises(FormatError, match=r"gazetteer-lists\.json"):
        own.lists()


def test_the_years_of_a_list_are_kept_with_it(own: OwnGazetteer) -> None:
    own.add(HERE / "historical.jsonld", name="fortresses")
    rows = (own.folder / "gazetteer-lists/fortresses.jsonl").read_text().splitlines()
    assert [(json.loads(row).get("start"), json.loads(row).get("end")) for row in rows] == [
        (1825, 1860),
        (None, None),
    ]
    [place] = found(own, "Tokmok Qorghoni")
    assert place.id == "fortresses:https://example.org/places/p_1"
    assert [p.id for p in found(own, "Pishkek")] == ["geonames:1528675"]


def test_the_shipped_gazetteer_is_never_changed(own: OwnGazetteer) -> None:
    before = own.shipped.read_bytes()
    own.add(HERE / "places.csv", name="newsroom")
    own.refresh()
    own.remove("newsroom")
    assert own.shipped.read_bytes() == before


def test_the_folder_may_move(own: OwnGazetteer, tmp_path: Path) -> None:
    own.add(HERE / "places.csv", name="newsroom")
    shutil.move(own.folder, tmp_path / "elsewhere")
    moved = OwnGazetteer(tmp_path / "elsewhere", shipped=own.shipped)
    moved.refresh()
    assert found(moved, "Post 7")
