"""The shipped gazetteer: what it knows, how it looks up, what it refuses."""

import itertools
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from geo.errors import GazetteerError
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.gazetteer.build import build
from geo.gazetteer.sources.points import subdivisions
from geo.gazetteer.sources.tables import rows
from geo.geodesy import great_circle_km
from geo.names import fold
from geo.place import Place
from geo.protocols import MATCHES
from tests.conftest import SHIPPED


def first(gazetteer: SqliteGazetteer, name: str) -> Place:
    return gazetteer.lookup(name)[0].place


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "country_code", "feature_code"),
    [
        ("Kant airbase", 42.853, 74.846, "KG", "AIRB"),
        ("Manas Air Base", 43.061, 74.477, "KG", None),
        ("Diamer Bhasha Dam", 35.52, 73.74, "PK", "DAM"),
        ("CDJ", 31.72, -106.46, "MX", None),
        ("Juarez", 31.72, -106.46, "MX", None),
        ("Bishkek", 42.87, 74.59, "KG", "PPLC"),
        ("Dushanbe", 38.54, 68.78, "TJ", "PPLC"),
        ("Washington", 38.9, -77.04, "US", "PPLC"),
        ("Fergana Valley", 40.9, 71.5, None, "VAL"),
        ("Hindu Kush", 35.8, 70.5, None, "MTS"),
        ("Pamirs", 38.5, 73.0, None, None),
        ("North Waziristan", 32.95, 69.95, "PK", None),
        ("US", 39.76, -98.5, "US", "PCLI"),
        ("Russian", 60.0, 100.0, "RU", "PCLI"),
        ("Rapides Parish", 31.2, -92.53, "US", "ADM2"),
        ("N.M.", 34.5, -106.0, "US", "ADM1"),
    ],
)
def test_a_name_leads_to_its_place(
    gazetteer: SqliteGazetteer,
    name: str,
    latitude: float,
    longitude: float,
    country_code: str | None,
    feature_code: str | None,
) -> None:
    place = first(gazetteer, name)
    assert great_circle_km(place.latitude, place.longitude, latitude, longitude) < 60
    if country_code is not None:
        assert place.country_code == country_code
    if feature_code is not None:
        assert place.feature_code == feature_code


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("Bishkek", "primary"),
        ("Frunze", "former"),
        ("Kyrgyz", "demonym"),
        ("Calif.", "abbreviation"),
        ("Juarez", "alternate"),
        ("greater Bishkek", "variant"),
    ],
)
def test_a_candidate_says_how_it_matched(gazetteer: SqliteGazetteer, name: str, match: str) -> None:
    assert match in {candidate.match for candidate in gazetteer.lookup(name)}


def test_an_abbreviation_must_be_written_so(gazetteer: SqliteGazetteer) -> None:
    assert not [c for c in gazetteer.lookup("us") if c.place.feature_code == "PCLI"]
    assert not [c for c in gazetteer.lookup("calif") if c.match == "abbreviation"]


def test_a_place_has_its_divisions(gazetteer: SqliteGazetteer) -> None:
    place = first(gazetteer, "Ciudad Juárez")
    assert (place.admin1, place.admin1_code) == ("Chihuahua", "MX-CHH")


@pytest.mark.parametrize(
    ("name", "country_code"),
    [("Krivy Rig", "UA"), ("Baden-Wuerttemberg", "DE"), ("Novosibrisk", "RU")],
)
def test_a_long_misspelled_name_is_found_as_fuzzy(
    gazetteer: SqliteGazetteer, name: str, country_code: str
) -> None:
    best = gazetteer.lookup(name)[0]
    assert (best.match, best.place.country_code) == ("fuzzy", country_code)


def test_a_short_misspelled_name_is_not(gazetteer: SqliteGazetteer) -> None:
    assert gazetteer.lookup("Bishkekk") == []


def test_a_name_that_is_another_places_own_is_contested(gazetteer: SqliteGazetteer) -> None:
    by_name = {c.place.name: c for c in gazetteer.lookup("Oklahoma")}
    assert by_name["Oklahoma City"].contested
    assert not by_name["Oklahoma"].contested  # the state


def test_what_is_no_name_leads_nowhere(gazetteer: SqliteGazetteer) -> None:
    assert gazetteer.lookup("Qqzzxqy") == []
    assert gazetteer.lookup("") == []
    assert gazetteer.lookup("…") == []


def test_scan_finds_the_longest_names(gazetteer: SqliteGazetteer) -> None:
    text = "From New York to the Kant airbase, to Rio de Janeiro, St. Louis and Sana’a."
    found = [text[span.start : span.end] for span in gazetteer.scan(text)]
    for name in ("New York", "Kant airbase", "Rio de Janeiro", "St. Louis", "Sana’a"):
        assert name in found
    assert "York" not in found


def test_near_gives_the_nearest_first(gazetteer: SqliteGazetteer) -> None:
    found = gazetteer.near(42.87, 74.59, radius_km=30)
    distances = [great_circle_km(42.87, 74.59, p.latitude, p.longitude) for p in found]
    assert found[0].name == "Bishkek"
    assert max(distances) <= 30.2
    assert all(b >= a - 0.2 for a, b in itertools.pairwise(distances))
    assert "Kant Air Base" in {place.name for place in found}


def test_near_crosses_the_antimeridian(gazetteer: SqliteGazetteer) -> None:
    east = {p.id for p in gazetteer.near(-16.8, 179.99, radius_km=60)}
    west = {p.id for p in gazetteer.near(-16.8, -179.99, radius_km=60)}
    assert east & west


def test_columns_agree_with_records(gazetteer: SqliteGazetteer) -> None:
    names = ["Bishkek", "Qqzzxqy", "Juarez", "US", "us"]
    table = gazetteer.candidates(names)
    assert sorted(set(table.name.tolist())) == [0, 2, 3, 4]
    for number, name in enumerate(names):
        rows = np.flatnonzero(table.name == number)
        points = {
            (round(float(table.latitude[r]), 3), round(float(table.longitude[r]), 3)) for r in rows
        }
        records = gazetteer.lookup(name, limit=1000)
        if name == "Qqzzxqy":
            assert not points
            continue
        expected = {
            (
                round(float(np.float32(c.place.latitude)), 3),
                round(float(np.float32(c.place.longitude)), 3),
            )
            for c in records
        }
        assert points == expected
        assert {MATCHES[table.match[r]] for r in rows} >= {records[0].match}
        assert max(table.population[r] for r in rows) == max(
            c.place.population or 0 for c in records
        )


def test_many_countries_and_places_are_there(gazetteer: SqliteGazetteer) -> None:
    counts = gazetteer.counts()
    assert counts["countries"] >= 240
    assert counts["places"] >= 300_000


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    seen: list[str] = []
    target = build(tmp_path / "again.sqlite", progress=lambda what, _done, _of: seen.append(what))
    assert target.read_bytes() == SHIPPED.read_bytes()
    assert seen[0] == "countries"
    assert list(tmp_path.iterdir()) == [target]


def test_a_build_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "gazetteer.sqlite"
    target.mkdir()
    with pytest.raises(GazetteerError, match=r"cannot write the gazetteer .*gazetteer\.sqlite"):
        build(target)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("broken", ["missing", "text", "empty", "schema"])
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "my gazetteer.sqlite"
    if broken == "text":
        path.write_text("not a database, but long enough to be read as one" * 100)
    elif broken == "empty":
        path.touch()
    elif broken == "schema":
        shutil.copy(SHIPPED, path)
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
        connection.close()
    with pytest.raises(GazetteerError, match="geo gazetteer build") as caught:
        open_gazetteer(path)
    assert "my gazetteer.sqlite" in str(caught.value)


def test_the_own_gazetteer_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEO_HOME", str(tmp_path))
    with open_gazetteer() as opened:
        assert opened.path == SHIPPED
    own = tmp_path / "gazetteer-1.sqlite"
    shutil.copy(SHIPPED, own)
    with open_gazetteer() as opened:
        assert opened.path == own


def test_each_spelling_of_our_abbreviations_leads_to_its_place(gazetteer: SqliteGazetteer) -> None:
    for row in rows("abbreviations"):
        target, found = row["target"], gazetteer.lookup(row["form"], limit=60)
        assert any(
            candidate.place.country_code == target[:2]
            and candidate.place.is_country == ("-" not in target)
            for candidate in found
        ) or (":" in target and found), row


@pytest.mark.parametrize(
    ("name", "shown", "country_code"),
    [
        ("Bavaria", "Bavaria", "DE"),
        ("Bayern", "Bavaria", "DE"),
        ("Kabardino-Balkaria", "Kabardino-Balkaria", "RU"),
        ("Zabaykalsky Krai", "Zabaykalsky Krai", "RU"),
        ("Donetska oblast", "Donetsk Oblast", "UA"),
        ("Cherkashchyna", "Cherkasy Oblast", "UA"),
        ("North Jeolla", "North Jeolla", "KR"),
        ("Southern Denmark", "Southern Denmark", "DK"),
        ("Middle Shebelle", "Middle Shebelle", "SO"),
        ("Burgundy-Franche-Comté", "Bourgogne-Franche-Comté", "FR"),
        ("Xizang", "Tibet", "CN"),
    ],
)
def test_a_division_is_shown_by_its_english_name_and_found_by_its_own(
    gazetteer: SqliteGazetteer, name: str, shown: str, country_code: str
) -> None:
    place = first(gazetteer, name)
    assert (place.name, place.admin1, place.country_code) == (shown, shown, country_code)
    assert place.feature_code == "ADM1"


def test_a_town_tells_its_division_in_english(gazetteer: SqliteGazetteer) -> None:
    assert first(gazetteer, "Sudzha").admin1 == "Kursk Oblast"


@pytest.mark.parametrize(
    ("name", "city", "division"),
    [
        ("Moscow", "Moscow", "Moscow"),
        ("Osh", "Osh", "Osh Region"),
        ("Donetsk", "Donetsk", "Donetsk Oblast"),
        ("Kursk", "Kursk", "Kursk Oblast"),
        ("Tripoli", "Tripoli", "Tripoli"),
    ],
)
def test_a_city_comes_before_the_division_of_its_name(
    gazetteer: SqliteGazetteer, name: str, city: str, division: str
) -> None:
    found = [candidate.place for candidate in gazetteer.lookup(name)]
    assert (found[0].name, found[0].feature_class) == (city, "P")
    assert division in {place.name for place in found if place.feature_code == "ADM1"}


def test_no_division_of_iran_has_the_name_of_another(gazetteer: SqliteGazetteer) -> None:
    """CLDR has names for codes that Iran has since given to other provinces."""
    divisions = [d for d in subdivisions() if d.level == 1 and d.code.startswith("IR.")]
    assert len(divisions) == 31
    for division in divisions:
        place = gazetteer.place(f"geonames:{division.geonames_id}")
        assert place is not None
        own = {fold(name) for name in (division.name, *division.alternates)}
        assert fold(place.name) in own or fold(f"{place.name} Province") in own
        assert place.name.isascii()


@pytest.mark.parametrize(
    ("name", "city"),
    [("New York", "New York City"), ("Ho Chi Minh", "Ho Chi Minh City")],
)
def test_a_great_city_in_a_division_of_its_name_bears_that_name(
    gazetteer: SqliteGazetteer, name: str, city: str
) -> None:
    matches = {
        candidate.place.name: candidate.match
        for candidate in gazetteer.lookup(name)
        if candidate.place.feature_class == "P"
    }
    assert matches[city] == "primary"


@pytest.mark.parametrize("name", ["Mexico", "Panama", "Guatemala", "Kuwait", "Oklahoma", "Quebec"])
def test_a_country_or_state_comes_before_its_city(gazetteer: SqliteGazetteer, name: str) -> None:
    place, *_ = (candidate.place for candidate in gazetteer.lookup(name))
    assert place.feature_class == "A"
    cities = [c.match for c in gazetteer.lookup(name) if c.place.name == f"{name} City"]
    assert "primary" not in cities


@pytest.mark.parametrize(
    ("name", "country_code"),
    [("Bali", "ID"), ("White House", "US"), ("Talas", "KG"), ("Juarez", "MX"), ("Qamishli", "SY")],
)
def test_the_first_candidate_is_what_texts_mean(
    gazetteer: SqliteGazetteer, name: str, country_code: str
) -> None:
    assert gazetteer.lookup(name)[0].place.country_code == country_code
