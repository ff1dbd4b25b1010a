"""How queries are read and places chosen, on a gazetteer of few places."""

import math

import pytest

from geo.geocoders.features import FEATURE_WORDS, feature_of, has_feature, parse_features
from geo.geocoders.lookup import Lookup
from geo.geocoders.query import parse_box, parse_country_codes, parse_point, readings
from geo.geocoders.search import country_name, nearest, search
from geo.place import Place
from geo.testing import MemoryGazetteer


def place(place_id: str, name: str, latitude: float, longitude: float, **fields: object) -> Place:
    given = {"feature_class": "P", "feature_code": "PPL", **fields}
    return Place(id=place_id, name=name, latitude=latitude, longitude=longitude, **given)  # type: ignore[arg-type]


PLACES = (
    place(
        "us",
        "United States",
        39.8,
        -98.6,
        feature_class="A",
        feature_code="PCLI",
        country_code="US",
        population=327_000_000,
    ),
    place(
        "ge",
        "Georgia",
        42.0,
        43.5,
        feature_class="A",
        feature_code="PCLI",
        country_code="GE",
        population=3_700_000,
    ),
    place(
        "us-ga",
        "Georgia",
        32.75,
        -83.5,
        feature_class="A",
        feature_code="ADM1",
        country_code="US",
        admin1="Georgia",
        population=10_000_000,
    ),
    place(
        "us-nc",
        "North Carolina",
        35.5,
        -80.0,
        feature_class="A",
        feature_code="ADM1",
        country_code="US",
        admin1="North Carolina",
        population=9_000_000,
    ),
    place(
        "us-ny",
        "New York",
        43.0,
        -75.5,
        feature_class="A",
        feature_code="ADM1",
        country_code="US",
        admin1="New York",
        population=19_000_000,
    ),
    place(
        "troy-ny",
        "Troy",
        42.73,
        -73.69,
        country_code="US",
        admin1="New York",
        admin2="Rensselaer County",
        population=50_000,
    ),
    place(
        "troy-nc",
        "Troy",
        35.36,
        -79.89,
        country_code="US",
        admin1="North Carolina",
        admin2="Montgomery County",
        population=3_000,
    ),
    place(
        "raleigh",
        "Raleigh",
        35.78,
        -78.64,
        country_code="US",
        admin1="North Carolina",
        admin2="Wake County",
        population=460_000,
    ),
    place(
        "rdu",
        "Raleigh-Durham Airport",
        35.87,
        -78.79,
        feature_class="S",
        feature_code="AIRP",
        country_code="US",
    ),
    place(
        "tbilisi",
        "Tbilisi",
        41.69,
        44.83,
        feature_code="PPLC",
        country_code="GE",
        admin1="Tbilisi",
        population=1_000_000,
    ),
)
NAMES = {
    "us": ["USA"],
    "us-nc": ["N.C.", "NC"],
    "ge": ["GE"],
}


@pytest.fixture
def gazetteer() -> MemoryGazetteer:
    return MemoryGazetteer(PLACES, names=NAMES)


def ids(gazetteer: MemoryGazetteer, query: object, **options: object) -> list[str]:
    return [c.place.id for c in search(gazetteer, query, **options).candidates]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Troy", ["troy-ny", "troy-nc"]),
        ("Troy, N.C.", ["troy-nc"]),
        ("Troy, North Carolina, USA", ["troy-nc"]),
        ("Troy (New York)", ["troy-ny"]),
        ("Troy NC", ["troy-nc"]),
        ("Troy North Carolina", ["troy-nc"]),
        ("Troy, NC 27371", ["troy-nc"]),
        ("Troy, Montgomery County", ["troy-nc"]),
        ("Troy, Montgomery, NC", ["troy-nc"]),
        ("Troy, Georgia", []),
        ("Georgia, USA", ["us-ga"]),
        ("Georgia, Georgia", []),
        ("Raleigh-Durham Airport, North Carolina", ["rdu"]),
        ("Raleigh-Durham Airport, New York", []),
        ("Raleigh-Durham Airport, Raleigh", ["rdu"]),
        ("  troy ,  usa ", ["troy-ny", "troy-nc"]),
        ("10 Main Street, Troy", []),
        ("ge", ["ge"]),
        ("", []),
        (" , ", []),
        ({"city": "Troy", "state": "NC"}, ["troy-nc"]),
        ({"city": "Troy", "county": "Rensselaer"}, ["troy-ny"]),
        ({"city": "Troy", "country": "Georgia"}, []),
        ({"state": "Georgia"}, ["us-ga"]),
        ({"country": "Georgia"}, ["ge"]),
        ({"city": "Georgia"}, []),
        ({"name": "Raleigh-Durham Airport", "country": "USA"}, ["rdu"]),
        ({"city": ""}, []),
    ],
)
def test_a_query_finds_what_lies_where_it_says(
    gazetteer: MemoryGazetteer, query: object, found: list[str]
) -> None:
    assert ids(gazetteer, query) == found


def test_parts_too_fine_for_a_gazetteer_are_named(gazetteer: MemoryGazetteer) -> None:
    found = search(gazetteer, {"street": "10 Main", "city": "Raleigh"})
    assert [c.place.id for c in found.candidates] == ["raleigh"]
    assert found.unused == ("street",)


def test_a_container_nearby_counts_for_less_than_one_around(gazetteer: MemoryGazetteer) -> None:
    [alone] = search(gazetteer, "Raleigh-Durham Airport").candidates
    [near] = search(gazetteer, "Raleigh-Durham Airport, Raleigh").candidates
    [inside] = search(gazetteer, "Raleigh-Durham Airport, USA").candidates
    assert near.score < inside.score == alone.score


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"limit": 1}, ["troy-ny"]),
        ({"country_codes": "us"}, ["troy-ny", "troy-nc"]),
        ({"country_codes": ["KG", "GE"]}, []),
        ({"features": "airport"}, []),
        ({"features": ["airport", "city"]}, ["troy-ny", "troy-nc"]),
        ({"near": (35.0, -80.0)}, ["troy-ny", "troy-nc"]),
        ({"viewbox": [(34, -81), (36, -79)], "bounded": True}, ["troy-nc"]),
        ({"viewbox": [-81, 34, -79, 36], "bounded": True}, ["troy-nc"]),
        ({"viewbox": [170, 34, -73, 44], "bounded": True}, ["troy-ny", "troy-nc"]),
        ({"viewbox": [-73, 34, 170, 44], "bounded": True}, []),
    ],
)
def test_filters_keep_to_what_they_say(
    gazetteer: MemoryGazetteer, options: dict[str, object], found: list[str]
) -> None:
    assert ids(gazetteer, "Troy", **options) == found


def test_what_is_close_comes_first() -> None:
    """Two towns of one size: only the bias can order them."""
    twins = MemoryGazetteer(
        [
            place("a", "Twin", 10.0, 10.0, population=5_000),
            place("b", "Twin", 50.0, 50.0, population=5_000),
        ]
    )
    assert ids(twins, "Twin") == ["a", "b"]
    assert ids(twins, "Twin", near="49.5,50.5") == ["b", "a"]
    assert ids(twins, "Twin", near=(10, 10)) == ["a", "b"]
    assert ids(twins, "Twin", viewbox=[(49, 49), (51, 51)]) == ["b", "a"]
    wide = MemoryGazetteer([place("a", "Wide", 10, 10), place("b", "Wide", 14, 10, radius_km=400)])
    assert ids(wide, "Wide", near=(11.5, 10)) == ["b", "a"], "the point lies within b"
    scores = [c.score for c in search(twins, "Twin", near=(50, 50)).candidates]
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"limit": 0}, "limit"),
        ({"country_codes": "kgz"}, "two letters"),
        ({"country_codes": ["k1"]}, "two letters"),
        ({"features": "citty"}, 'Did you mean "city"'),
        ({"near": "north"}, "LAT,LON"),
        ({"near": (91, 0)}, "latitude"),
        ({"near": (0, math.nan)}, "longitude"),
        ({"viewbox": [(0, 0)]}, "two corners"),
        ({"bounded": True}, "needs a viewbox"),
    ],
)
def test_a_wrong_argument_is_a_value_error(
    gazetteer: MemoryGazetteer, options: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        search(gazetteer, "Troy", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("query", [{"town_": "Troy"}, 7, ["Troy"]])
def test_a_query_of_another_kind_is_a_value_error(
    gazetteer: MemoryGazetteer, query: object
) -> None:
    with pytest.raises(ValueError, match=r"query"):
        search(gazetteer, query)  # type: ignore[arg-type]


def test_nearest_orders_by_distance_and_leaves_areas_out(gazetteer: MemoryGazetteer) -> None:
    found = nearest(gazetteer, (35.8, -78.7), radius_km=300)
    assert [p.id for _, p in found] == ["raleigh", "rdu", "troy-nc"]
    # 0.02 degrees of latitude and 0.06 of longitude: 2.2 and 5.4 km.
    assert found[0][0] == pytest.approx(5.86, abs=0.05)
    assert [p.id for _, p in nearest(gazetteer, (35.8, -78.7), radius_km=300, limit=2)] == [
        "raleigh",
        "rdu",
    ]
    assert nearest(gazetteer, (0, 0), radius_km=100) == []


def test_nearest_finds_areas_when_told_so(gazetteer: MemoryGazetteer) -> None:
    found = nearest(gazetteer, "35.5 -80", radius_km=400, features="state", limit=1)
    assert [p.id for _, p in found] == ["us-nc"]


@pytest.mark.parametrize("radius", [0, -1, math.nan, math.inf])
def test_nearest_refuses_a_radius_that_is_none(gazetteer: MemoryGazetteer, radius: float) -> None:
    with pytest.raises(ValueError, match="radius"):
        nearest(gazetteer, (0, 0), radius_km=radius)


def test_country_name_falls_back_on_the_code(gazetteer: MemoryGazetteer) -> None:
    assert country_name(gazetteer, "GE") == "Georgia"
    assert country_name(gazetteer, "XX") == "XX"


def test_readings_go_from_the_whole_to_its_parts() -> None:
    assert [q.name for q in readings("San Jose Costa Rica")] == [
        "San Jose Costa Rica",
        "San Jose Costa",
        "San Jose",
        "San",
    ]


@pytest.mark.parametrize("word", sorted(FEATURE_WORDS))
def test_every_feature_word_reads_in_both_numbers(word: str) -> None:
    assert parse_features(word) == FEATURE_WORDS[word] == parse_features(word.upper())
    plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"
    assert parse_features(plural) == FEATURE_WORDS[word]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("P", True),
        ("p.pplc", True),
        ("PPLC", True),
        ("PPL*", True),
        ("PPLA", False),
        ("S", False),
        ("capital", True),
        ("country", False),
        ("S, P", True),
        (None, True),
        ("", True),
    ],
)
def test_feature_filters(wanted: str | None, fits: bool) -> None:
    tbilisi = PLACES[-1]
    assert feature_of(tbilisi) == "P.PPLC"
    assert has_feature(tbilisi, parse_features(wanted)) is fits


def test_country_codes_read_lists_and_old_codes() -> None:
    assert parse_country_codes("kg, TJ") == parse_country_codes(["KG", "tj"]) == {"KG", "TJ"}
    assert parse_country_codes("UK") == {"GB"}
    assert parse_country_codes(None) == parse_country_codes([]) == frozenset()


def test_points_and_boxes() -> None:
    from geopy.point import Point

    assert parse_point("42.87,74.59") == parse_point(Point(42.87, 74.59)) == (42.87, 74.59)
    assert parse_box([(1, 2), (-3, 4)]) == (2, -3, 4, 1)
    assert parse_box(["1,2", "-3,4"]) == (2, -3, 4, 1)
    assert parse_box((170, -10, -170, 10)) == (170, -10, -170, 10)


def test_lookup_names_what_the_gazetteer_lacks_once(gazetteer: MemoryGazetteer) -> None:
    lookup = Lookup(gazetteer=gazetteer)
    assert lookup.lacking(["Nowhere", "Troy", "", "Nowhere", "Elsewhere"]) == [
        "Nowhere",
        "Elsewhere",
    ]
    assert [row.place.id for row in lookup.name("Troy")] == ["troy-ny"]
    assert lookup.name("Nowhere") == []
    [row] = lookup.point((35.78, -78.64))
    assert (row.place.id, row.distance_km, row.origin) == ("raleigh", 0.0, "gazetteer")
