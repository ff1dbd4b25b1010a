"""`geo gazetteer`: what its commands print, and where."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.gazetteer.mirror import serving
from tests.fixtures.gazetteer.small import HERE, make_mirror


def geo(home: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "geo", *map(str, arguments)],
        env={"GEO_HOME": str(home), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with one list over the shipped gazetteer."""
    home = tmp_path_factory.mktemp("home")
    done = geo(home, "gazetteer", "add", HERE / "places.csv", "--name", "newsroom")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{home / 'gazetteer-1.sqlite'}\n"
    assert done.stderr == "newsroom: 3 places, 2 of them new; new names: 5\n"
    return home


def test_an_added_place_is_found_by_other_commands(home: Path) -> None:
    done = geo(home, "geocode", "Qyzyl Checkpoint", "--json")
    assert json.loads(done.stdout)["id"] == "newsroom:qyzyl-checkpoint"


def test_list_prints_a_table_or_a_line_of_json(home: Path) -> None:
    table = geo(home, "gazetteer", "list").stdout.splitlines()
    assert table[0].split()[:2] == ["name", "from"]
    assert table[1].split()[:4] == ["newsroom", "places.csv", "2", "1"]
    [line] = geo(home, "gazetteer", "list", "--json").stdout.splitlines()
    row = json.loads(line)
    assert (row["name"], row["kind"], row["new"], row["known"]) == ("newsroom", "places", 2, 1)


def test_info_names_the_lists(home: Path) -> None:
    assert "lists   newsroom" in geo(home, "gazetteer", "info").stdout.splitlines()
    row = json.loads(geo(home, "gazetteer", "info", "--json").stdout)
    assert row["lists"] == ["newsroom"]
    shipped = json.loads(geo(home / "none", "gazetteer", "info", "--json").stdout)
    assert (row["places"] - shipped["places"], row["names"] - shipped["names"]) == (2, 5)
    assert "newsroom" in row["sources"]


def test_an_empty_list_says_so_on_stderr(tmp_path: Path) -> None:
    done = geo(tmp_path, "gazetteer", "list")
    assert (done.stdout, done.returncode) == ("", 0)
    assert "nothing was added" in done.stderr


def test_remove_takes_the_shipped_one_again(home: Path, tmp_path: Path) -> None:
    geo(tmp_path, "gazetteer", "add", HERE / "places.csv", "-q")
    done = geo(tmp_path, "gazetteer", "remove", "places")
    assert done.stdout.endswith("gazetteer.sqlite\n")
    assert not (tmp_path / "gazetteer-1.sqlite").exists()


def test_a_broken_list_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("name,latitude,longitude\nA,1,1\nB,100,1\n")
    done = geo(tmp_path, "gazetteer", "add", file)
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("geo: places.csv, line 3: the latitude 100 lies outside ±90.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["install", "geonames"],
        ["install", "geonames", "--all", "--countries", "KG"],
        ["install", "openstreetmap", "--all"],
    ],
)
def test_wrong_usage_of_install_is_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    done = geo(tmp_path, "gazetteer", *arguments)
    assert (done.returncode, done.stdout) == (2, "")


def test_install_names_the_host_first(tmp_path: Path, socket_enabled: None) -> None:
    with serving(make_mirror(tmp_path / "mirror")) as server:
        done = geo(
            tmp_path / "home",
            "gazetteer",
            "install",
            "geonames",
            "--countries",
            "KG",
            "--mirror",
            server.url,
        )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stderr.splitlines()
    assert first == "fetching from 127.0.0.1"
    assert rest[-1].startswith("geonames: 10 places, ")
    done = geo(tmp_path / "home", "geocode", "Khan Tengri Camp", "--json")
    assert json.loads(done.stdout)["id"] == "geonames:11000005"


def test_install_takes_files_from_a_folder_without_a_network(tmp_path: Path) -> None:
    make_mirror(tmp_path / "mirror")
    done = geo(
        tmp_path / "home",
        "gazetteer",
        "install",
        "geonames",
        "--countries",
        "TJ",
        "--from",
        tmp_path / "mirror",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == f"taking files from {tmp_path / 'mirror'}"
