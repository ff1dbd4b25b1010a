"""Points written in texts: one point in many spellings, and strings that only look like points."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.recognizers.coordinates import Coordinates, find_coordinates

LATITUDE, LONGITUDE = 42.8531, 74.8464

SPELLINGS = [
    ("42.8531, 74.8464", "decimal"),
    ("42.8531,74.8464", "decimal"),
    ("42.8531 / 74.8464", "decimal"),
    ("42,8531; 74,8464", "decimal"),
    ("+42.8531, +74.8464", "decimal"),
    ("42.8531°, 74.8464°", "decimal"),
    ("42.8531° N, 74.8464° E", "decimal"),
    ("42.8531°N 74.8464°E", "decimal"),
    ("42,8531° N; 74,8464° E", "decimal"),
    ("42.8531 N, 74.8464 E", "decimal"),
    ("N 42.8531 E 74.8464", "decimal"),
    ("74.8464°E 42.8531°N", "decimal"),
    ("42.8531 degrees north, 74.8464 degrees east", "decimal"),
    ("latitude 42.8531, longitude 74.8464", "decimal"),
    ("lat 42.8531 lon 74.8464", "decimal"),
    ("lng: 74.8464, lat: 42.8531", "decimal"),
    ("lat=42.8531&lng=74.8464", "decimal"),
    ("42°51'11\"N 74°50'47\"E", "dms"),
    ("42° 51′ 11″ N, 74° 50′ 47″ E", "dms"),
    ("42º51’11”N, 74º50’47”E", "dms"),
    ("42°51'11''N 74°50'47''E", "dms"),
    ("42°51'11.2\"N, 74°50'47.0\"E", "dms"),
    ("N42°51'11\" E74°50'47\"", "dms"),
    ("N 42° 51' 11\", E 74° 50' 47\"", "dms"),
    ("42°51.186'N 74°50.784'E", "dms"),
    ("N 42° 51.186 E 074° 50.784", "dms"),
    ("42 51 11 N 74 50 47 E", "dms"),
    ("42-51-11N 074-50-47E", "dms"),
    ("42d51m11sN 74d50m47sE", "dms"),
    ("42 degrees 51 minutes 11 seconds north, 74 degrees 50 minutes 47 seconds east", "dms"),
    ("42°51′11″ с. ш. 74°50′47″ в. д.", "dms"),
    ("425111N 0745047E", "dms"),
    ("425111N0745047E", "dms"),
    ("geo:42.8531,74.8464", "geo-uri"),
    ("geo:42.8531,74.8464,750;crs=wgs84;u=35", "geo-uri"),
    ("+42.8531+074.8464/", "iso-6709"),
    ("+425111+0745047/", "iso-6709"),
    ("43TDH8745044513", "mgrs"),
    ("43T DH 87450 44513", "mgrs"),
    ("43T 487450 4744513", "utm"),
    ("43T 487450mE 4744513mN", "utm"),
    ("zone 43T E 487450 N 4744513", "utm"),
    ("43N 487450 4744513", "utm"),
    ("8JJPVR3W+6H", "plus-code"),
]
LINKS = [
    "https://maps.example.com/maps?q=42.8531,74.8464",
    "https://maps.example.com/maps/@42.8531,74.8464,15z",
    "https://maps.example.com/maps/place/x/data=!3d42.8531!4d74.8464",
    "https://map.example.org/#map=12/42.8531/74.8464",
    "https://map.example.org/?mlat=42.8531&mlon=74.8464#map=5/1/2",
]
HARMLESS = [
    "2.5",
    "2.5, 3.5",
    "42, 51",
    "50 N 30 E",
    "50 N, 30 E",
    "12 30 45",
    "12:30:45",
    "at 10 30 N and 12 45 E",
    "2012-09-19",
    "19.09.2012, 20.09.2012",
    "19.09.2012 - 20.09.2012",
    "pi is 3.142, e is 2.718",
    "1.2345, 2.3456, 3.4567",
    "0.1234/0.2345/0.3456",
    "sales of 42.853, 74.846 and more",
    "42,853; 74,846",
    "192.168.1.1, 10.0.0.1",
    "$42.8531, $74.8464",
    "42.8512%, 51.1234%",
    "Boeing 737-800 N 42 E 9",
    "43TDH87",
    "43T DH 87 44",
    "pages 12 S 14 W",
    "20 N. Main St, 30 E. Fifth St",
    "I-94 W 30 E",
    "v1.2345, 2.0001.3",
    "+996 312 123456",
    "ISBN 978-3-16-148410-0",
    "temperatures of 30°, 35°",
    "30°C, 35°C",
    "a turn of 90° and 45°",
    "He is 5'11\" and she is 6'2\"",
    "95.1234, 74.8464",
    "42.8531, 190.1234",
    "42°61'11\"N 74°50'47\"E",
    "42°51'11\"N 74°50'47\"N",
    "geo:95,200",
    "geo:42.85,74.84;crs=moon",
    "lat 42.8531 and nothing else",
    "99ZZZ1234512345",
    "43I 487450 4744513",
]


@pytest.mark.parametrize(("spelling", "notation"), SPELLINGS)
@pytest.mark.parametrize("around", ["{}", "The base ({}) is closed.", "It lies at {}, they say."])
def test_one_point_is_read_in_every_notation(spelling: str, notation: str, around: str) -> None:
    text = around.format(spelling)
    [found] = find_coordinates(text)
    assert text[found.start : found.end] == spelling
    assert found.notation == notation
    assert found.latitude == pytest.approx(LATITUDE, abs=3e-4)
    assert found.longitude == pytest.approx(LONGITUDE, abs=3e-4)


@pytest.mark.parametrize("link", LINKS)
def test_map_links_give_their_point(link: str) -> None:
    [found] = find_coordinates(f"See {link} for more.")
    assert (found.latitude, found.longitude) == (LATITUDE, LONGITUDE)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_numbers_are_no_points(text: str) -> None:
    assert find_coordinates(text) == []
    assert find_coordinates(f"They say {text} here.") == []


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("33°27'S 70°40'W", -33.45, -70.6667),
        ("33.4489 S, 70.6693 W", -33.4489, -70.6693),
        ("(-33.449, -70.669)", -33.449, -70.669),
        ("−33.4489, −70.6693", -33.4489, -70.6693),
        ("geo:-33.4489,-70.6693", -33.4489, -70.6693),
        ("-3327-07040/", -33.45, -70.6667),
        ("3327S07040W", -33.45, -70.6667),
        ("19H 344843 6297514", -33.4489, -70.6693),
        ("36M 700000mE 9950000mN", -0.4520, 34.7970),
        ("Coordinates: 42.85, 74.84.", 42.85, 74.84),
        ("latitude -33.4 and longitude -70.6", -33.4, -70.6),
        ('{"lat": 42.85, "lon": 74.84}', 42.85, 74.84),
        ("50°N 30°E", 50.0, 30.0),
    ],
)
def test_signs_sides_and_zones_are_kept(text: str, latitude: float, longitude: float) -> None:
    [found] = find_coordinates(text)
    assert found.latitude == pytest.approx(latitude, abs=2e-3)
    assert found.longitude == pytest.approx(longitude, abs=2e-3)


def test_an_mgrs_code_of_ten_meters_is_read_and_a_shorter_one_is_not() -> None:
    assert len(find_coordinates("43T DH 8745 4451")) == 1
    assert find_coordinates("43T DH 874 445") == []


def test_points_come_in_order_and_a_longer_reading_wins() -> None:
    text = "First 42.8531, 74.8464, then geo:41.1,73.2; last 43TDH8745044513."
    found = find_coordinates(text)
    assert [one.notation for one in found] == ["decimal", "geo-uri", "mgrs"]


@given(
    st.floats(-89.9, 89.9, allow_nan=False).map(lambda x: round(x, 5)),
    st.floats(-179.9, 179.9, allow_nan=False).map(lambda x: round(x, 5)),
)
def test_what_is_written_is_read_back(latitude: float, longitude: float) -> None:
    sides = f"{'NS'[latitude < 0]}", f"{'EW'[longitude < 0]}"
    minutes = [divmod(abs(value) * 60, 60) for value in (latitude, longitude)]
    written = [
        f"{latitude:.5f}, {longitude:.5f}",
        f"geo:{latitude:.5f},{longitude:.5f}",
        f"{abs(latitude):.5f}°{sides[0]} {abs(longitude):.5f}°{sides[1]}",
        f"{sides[0]}{abs(latitude):.5f} {sides[1]}{abs(longitude):.5f}",
        f"lat {latitude:.5f}, lon {longitude:.5f}",
        " ".join(
            f"{int(d)}°{min(m, 59.9999):.4f}'{side}"
            for (d, m), side in zip(minutes, sides, strict=True)
        ),
    ]
    for text in written:
        [found] = find_coordinates(f"at {text}.")
        assert found.latitude == pytest.approx(latitude, abs=5e-6)
        assert found.longitude == pytest.approx(longitude, abs=5e-6)


NUMBERS = st.text(
    alphabet=st.sampled_from("0123456789.,-+°'\" NSEWntgeo:/lat\n;43TDHº′″m"), max_size=60
)


@given(NUMBERS)
def test_any_text_gives_points_on_earth_in_order(text: str) -> None:
    found = find_coordinates(text)
    assert found == find_coordinates(text)
    ends = 0
    for one in found:
        assert isinstance(one, Coordinates)
        assert ends <= one.start < one.end <= len(text)
        assert abs(one.latitude) <= 90
        assert abs(one.longitude) <= 180
        ends = one.end


@pytest.mark.parametrize(
    "piece", ["1 ", "1°", "1", " ", "N 1 ", "1.2345, ", "lat 1.2 ", "geo:1,2;a=b", "1-", "+12"]
)
def test_hostile_texts_take_no_longer_than_their_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.perf_counter()
    find_coordinates(text)
    assert time.perf_counter() - start < 5
