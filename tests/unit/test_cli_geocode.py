"""`geo geocode` as a stranger meets it, on the gazetteer that is shipped."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest


def geocode(
    *arguments: str | Path, stdin: str = "", home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GEO_")}
    return subprocess.run(
        [sys.executable, "-m", "geo", "geocode", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={
            **environment,
            "PYTHONIOENCODING": "utf-8",
            **({"GEO_HOME": str(home)} if home else {}),
        },
        check=False,
        timeout=120,
    )


def objects(done: "subprocess.CompletedProcess[str]") -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_name_prints_a_table() -> None:
    done = geocode("Juarez")
    header, row = done.stdout.splitlines()
    assert header.split() == (
        ["name", "country", "admin1", "feature", "population", "latitude", "longitude", "id"]
    )
    assert row.split()[:4] == ["Ciudad", "Juárez", "MX", "Chihuahua"]
    assert done.returncode == 0
    assert done.stderr == ""


def test_json_prints_an_object_a_place() -> None:
    [row] = objects(geocode("Troy, N.C.", "--json"))
    assert row["query"] == "Troy, N.C."
    assert (row["name"], row["admin1"], row["country_code"]) == ("Troy", "North Carolina", "US")
    assert (row["match"], row["origin"]) == ("primary", "gazetteer")
    assert set(row) >= {
        "feature_class",
        "feature_code",
        "population",
        "latitude",
        "longitude",
        "radius_km",
        "id",
        "score",
    }


@pytest.mark.parametrize(
    ("options", "country"),
    [
        ([], "FR"),
        (["--country", "us"], "US"),
        (["--country", "us,ca", "--feature", "city"], "US"),
        (["--near", "33.66,-95.55"], "US"),
    ],
)
def test_options_choose_among_places(options: list[str], country: str) -> None:
    [row] = objects(geocode("Paris", "--json", *options))
    assert row["country_code"] == country


def test_limit_gives_more_and_stdin_gives_names() -> None:
    rows = objects(geocode("-", "--json", "--limit", "2", stdin="Juarez\n\n  Osh \n"))
    assert [row["query"] for row in rows] == ["Juarez", "Juarez", "Osh", "Osh"]


def test_what_is_not_found_is_named_and_the_rest_is_printed() -> None:
    done = geocode("Xqzzt", "Osh", "Yqzzt", "--country", "kg")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    assert re.findall('"(.qzzt)"', done.stderr) == ["Xqzzt", "Yqzzt"]
    assert "--country" in done.stderr


def test_reverse_prints_what_is_near_with_its_distance() -> None:
    rows = objects(geocode("--reverse", "42.87,74.59", "--json", "--limit", "2"))
    assert (rows[0]["name"], rows[0]["distance_km"]) == ("Bishkek", 0.0)
    assert isinstance(rows[1]["distance_km"], float)
    assert rows[1]["distance_km"] > 1
    header = geocode("--reverse", "42.87,74.59").stdout.splitlines()[0]
    assert header.endswith("distance_km")


def test_reverse_reads_southern_points_after_two_dashes_and_from_stdin() -> None:
    assert objects(geocode("--reverse", "--json", "--", "-33.87,151.21"))[0]["country_code"] == "AU"
    done = geocode("--reverse", "--json", "-", stdin="-33.87,151.21\n0,-150\n")
    assert objects(done)[0]["country_code"] == "AU"
    assert "within 100 km of 0,-150" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give names"),
        (["Osh", "--batch", "x.csv"], "not both"),
        (["Osh", "-o", "x.csv"], "--batch"),
        (["--batch", "x.csv", "--json"], "--json"),
        (["Osh", "--dry-run"], "--online"),
        (["1,2", "--reverse", "--online", "photon"], "--reverse"),
        (["Osh", "--feature", "city", "--online", "photon"], "--feature"),
        (["Osh", "--country", "kgz"], "two letters"),
        (["Osh", "--feature", "citty"], "Did you mean"),
        (["Osh", "--near", "north"], "LAT,LON"),
        (["--reverse", "Osh"], "LAT,LON"),
        (["Osh", "--limit", "0"], "limit"),
    ],
)
def test_wrong_usage_exits_with_two(arguments: list[str], says: str) -> None:
    done = geocode(*arguments)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--batch", "missing.csv"], "cannot read missing.csv"),
        (["Osh", "--online", "nominatum"], 'Did you mean "nominatim"'),
        (["Osh", "--online", "opencage"], "GEO_KEY_OPENCAGE"),
    ],
)
def test_a_failure_is_one_line(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = geocode(*arguments, home=tmp_path)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_batch_appends_columns_and_counts_what_is_missing(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text('id,name\n1,"Troy, N.C."\n2,Xqzzt\n3,Kant airbase\n', encoding="utf-8")
    output = tmp_path / "out.csv"
    done = geocode("--batch", names, "-o", output)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [str(output)]
    assert done.stderr.splitlines() == ["3 rows, 1 not found"]
    troy, missing, kant = csv.DictReader(io.StringIO(output.read_text(encoding="utf-8")))
    assert (troy["id"], troy["admin1"], troy["country_code"]) == ("1", "North Carolina", "US")
    assert (missing["place_id"], missing["latitude"]) == ("", "")
    assert float(kant["latitude"]) == pytest.approx(42.85, abs=0.05)
    assert float(kant["longitude"]) == pytest.approx(74.85, abs=0.05)
    assert (kant["feature"], kant["match"]) == ("S.AIRB", "primary")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["names.csv", "out.csv"]


def test_batch_reads_stdin_and_writes_stdout() -> None:
    done = geocode("--batch", "-", "--column", "b", "-q", stdin="a;b\n1;Osh\n")
    assert done.stderr == ""
    header, row = done.stdout.splitlines()
    assert header.startswith("a;b;place_id;place;")
    assert row.startswith("1;Osh;geonames:1527534;Osh;40.5")


def test_batch_reverse_passes_over_what_is_no_point() -> None:
    done = geocode("--batch", "-", "--reverse", stdin="lat,lon\n42.87,74.59\nx,y\n,\n")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["place"] for row in rows] == ["Bishkek", "", ""]
    assert "3 rows, 2 not found" in done.stderr


def test_a_dry_run_counts_and_opens_no_connection(tmp_path: Path) -> None:
    """Were it to ask, it would wait and fail: there is no such host."""
    done = geocode(
        "Osh", "Xqzzt", "Yqzzt", "Xqzzt", "--online", "nominatim", "--dry-run", home=tmp_path
    )
    assert done.returncode == 0
    header, row = done.stdout.splitlines()
    assert header.split() == ["host", "questions", "kept", "seconds"]
    assert row.split() == ["nominatim.openstreetmap.org", "2", "0", "1"]
    assert done.stderr.splitlines()[0].startswith("would ask nominatim.openstreetmap.org")


def test_examples_of_the_help_run() -> None:
    shown = " ".join(geocode("--help").stdout.split())
    examples = re.findall(r"Example: geo geocode (.*?)(?= Example:| Arguments:| Options:)", shown)
    assert len(examples) == 3
    for example in examples:
        done = geocode(*shlex.split(example))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_a_southern_latitude_is_no_option_and_a_mistyped_option_no_name() -> None:
    [row, other] = objects(geocode("--reverse", "-33.87,151.21", "-22.91,-43.17", "--json"))
    assert (row["country_code"], other["country_code"]) == ("AU", "BR")
    done = geocode("--revers", "42.87,74.59")
    assert done.returncode == 2
    assert 'no such option: "--revers"' in done.stderr
