"""Our table of country radii says what the gazetteer says."""

import csv
from pathlib import Path

from geo.evaluation.continents import CONTINENTS
from geo.gazetteer import SqliteGazetteer

TABLE = Path(__file__).resolve().parents[2] / "geo/evaluation/country_radii.csv"


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_radii_are_those_of_the_gazetteer(gazetteer: SqliteGazetteer) -> None:
    compared = 0
    for row in rows():
        known = [
            candidate.place
            for candidate in gazetteer.lookup(row["name"], limit=50)
            if candidate.place.is_country and candidate.place.country_code == row["country_code"]
        ]
        for place in known:
            assert place.radius_km is not None
            # The gazetteer keeps a decimal of a kilometer, the table none.
            assert abs(place.radius_km - float(row["radius_km"])) <= 0.56, row["name"]
            compared += 1
    assert compared > 240


def test_each_country_of_the_gazetteer_is_in_the_table(gazetteer: SqliteGazetteer) -> None:
    listed = {row["country_code"] for row in rows()}
    known = {code for code in CONTINENTS if gazetteer.lookup(code) and code not in listed}
    # The Vatican and remote islands are smaller than the 161 km that are right anyway.
    assert known <= {"VA", "UM", "IO", "TK", "BV", "HM"}


def test_every_country_in_the_table_is_on_a_continent() -> None:
    assert {row["country_code"] for row in rows()} - set(CONTINENTS) <= {"AN", "CS"}
