"""The base map holds what an atlas would say, and can be cut by rectangle and budget."""

import gzip
import hashlib
import itertools
import json
import math
from pathlib import Path

import pytest

from geo.page import basemap
from geo.page.basemap import Ring
from geo.place import Bounds

Feature = list[Ring]

CENTRAL_ASIA = (68.0, 38.0, 80.0, 44.0)
EL_PASO = (-110.0, 29.0, -103.0, 34.5)
FILES = Path(basemap.__file__).with_name("basemap")


def features(packed: bytes, *, units: int, kind: basemap.Kind) -> list[Feature]:
    return basemap.decode(gzip.decompress(packed), units=units, kind=kind)


def world(name: str) -> list[Feature]:
    return features(basemap.world_layers()[name], units=100, kind=basemap.KINDS[name])


def detail(name: str, *boxes: Bounds) -> list[Feature]:
    cut = basemap.detail(boxes, budget_bytes=1_000_000)
    return features(cut.layers[name], units=500, kind=basemap.KINDS[name])


def shape(code: str) -> list[Feature]:
    return features(basemap.country_shapes([code]).data, units=100, kind="polygon")


def inside(polygons: list[Feature], longitude: float, latitude: float) -> bool:
    """Tell whether a point lies in a polygon: its ray to the east crosses oddly many sides."""
    return any(
        sum(crosses(ring, longitude, latitude) for ring in polygon) % 2 for polygon in polygons
    )


def crosses(ring: Ring, longitude: float, latitude: float) -> int:
    count = 0
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > latitude) != (y1 > latitude):
            count += longitude < x0 + (latitude - y0) / (y1 - y0) * (x1 - x0)
    return count


def distance(lines: list[Feature], longitude: float, latitude: float) -> float:
    """Give the distance from a point to the nearest line, in degrees."""
    nearest = math.inf
    for [line] in lines:
        for (x0, y0), (x1, y1) in itertools.pairwise(line):
            dx, dy = x1 - x0, y1 - y0
            t = ((longitude - x0) * dx + (latitude - y0) * dy) / (dx * dx + dy * dy)
            t = min(1.0, max(0.0, t))
            nearest = min(nearest, math.hypot(x0 + t * dx - longitude, y0 + t * dy - latitude))
    return nearest


def test_decode_reads_holes_negative_steps_and_several_bytes_a_number() -> None:
    polygon = bytes([2, 3, 0, 0, 0xC8, 0x01, 0, 0, 0xC8, 0x01, 3, 2, 2, 0, 2, 2, 1])
    assert basemap.decode(polygon, units=100, kind="polygon") == [
        [
            [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)],
            [(0.01, 0.01), (0.01, 0.02), (0.02, 0.01), (0.01, 0.01)],
        ]
    ]
    assert basemap.decode(bytes([1, 2, 1, 2, 4, 3]), units=1, kind="line") == [
        [[(-1.0, 1.0), (1.0, -1.0)]]
    ]


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "is_land"),
    [
        ("Bishkek", 74.59, 42.87, True),
        ("Ciudad Juárez", -106.46, 31.72, True),
        ("South Pole", 0.0, -89.9, True),
        ("Chukotka beyond the antimeridian", -175.0, 66.9, True),
        ("Pacific", -140.0, 0.0, False),
        ("Caspian Sea", 51.0, 41.0, False),
    ],
)
def test_land_is_where_it_should_be(
    place: str, longitude: float, latitude: float, is_land: bool
) -> None:
    assert inside(world("land"), longitude, latitude) is is_land, place
    coarse = features(basemap.coarse_layers()["land"], units=100, kind="polygon")
    # At 1:110m the Caspian Sea has no hole of its own in every atlas; only the sea is asked.
    if place != "Caspian Sea":
        assert inside(coarse, longitude, latitude) is is_land, place


def test_detail_has_the_lakes_and_land_of_its_tiles() -> None:
    assert inside(detail("lakes", CENTRAL_ASIA), 77.2, 42.4)  # Issyk-Kul
    assert inside(detail("land", CENTRAL_ASIA), 74.59, 42.87)
    assert not inside(detail("lakes", CENTRAL_ASIA), 74.59, 42.87)


@pytest.mark.parametrize(
    ("place", "longitude", "latitude"),
    [("El Paso, the Rio Grande", -106.487, 31.752), ("Anapra", -107.3, 31.784)],
)
def test_borders_pass_where_they_should(place: str, longitude: float, latitude: float) -> None:
    assert distance(detail("borders", EL_PASO), longitude, latitude) < 0.03, place
    assert distance(world("borders"), longitude, latitude) < 0.1, place


@pytest.mark.parametrize(
    ("line", "longitude", "latitude"),
    [
        ("Perekop", 33.67, 46.2),
        ("the parallel of 27.67 degrees north in Western Sahara", -11.0, 27.67),
        ("the berm in Western Sahara", -11.6, 26.5),
        ("Line of Control in Kashmir", 75.5, 34.5),
        ("buffer zone of Cyprus", 33.3, 35.15),
        ("Korean demarcation line", 127.1, 38.25),
    ],
)
def test_lines_on_which_views_differ_are_dashed_in_both_scales(
    line: str, longitude: float, latitude: float
) -> None:
    around = (longitude - 1, latitude - 1, longitude + 1, latitude + 1)
    assert distance(world("disputed"), longitude, latitude) < 0.15, line
    assert distance(world("borders"), longitude, latitude) > 0.15, line
    assert distance(detail("disputed", around), longitude, latitude) < 0.15, line


def test_settled_borders_are_not_dashed() -> None:
    assert "disputed" not in basemap.detail([EL_PASO], budget_bytes=1_000_000).layers
    assert distance(world("disputed"), 20.0, 49.2) > 5  # Slovakia and Poland


@pytest.mark.parametrize("name", basemap.WORLD_LAYERS)
def test_every_ring_of_the_world_lies_within_bounds(name: str) -> None:
    for feature in world(name):
        for ring in feature:
            assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
            assert len(ring) >= (4 if basemap.KINDS[name] == "polygon" else 2)


def test_shapes_do_not_run_over_the_antimeridian() -> None:
    codes = [label.code for label in basemap.country_labels()]
    everything = basemap.country_shapes(codes)
    for feature in features(everything.data, units=100, kind="polygon"):
        for ring in feature:
            assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
            steps = [abs(b[0] - a[0]) for a, b in itertools.pairwise(ring)]
            # Only Antarctica has a long side: the one along the pole.
            assert max(steps) < 90 or min(y for _, y in ring) == -90


def test_shapes_follow_the_united_nations() -> None:
    assert inside(shape("UA"), 34.1, 45.2)  # Crimea
    assert not inside(shape("RU"), 34.1, 45.2)
    assert inside(shape("EH"), -14.0, 24.5)
    assert inside(shape("CY"), 33.4, 35.28)
    assert inside(shape("RU"), 37.6, 55.75)
    assert inside(shape("RU"), -175.0, 66.9)
    assert not inside(shape("FR"), -53.0, 4.0)
    assert inside(shape("GF"), -53.0, 4.0)


def test_shapes_say_which_polygons_are_whose() -> None:
    shapes = basemap.country_shapes(["RU", "KG", "ZZ", "KG"])
    assert shapes.codes == ("KG", "RU")
    polygons = features(shapes.data, units=100, kind="polygon")
    assert len(polygons) == sum(shapes.counts)
    assert inside(polygons[: shapes.counts[0]], 74.59, 42.87)
    assert not inside(polygons[shapes.counts[0] :], 74.59, 42.87)


def test_no_country_is_asked_for_and_none_is_given() -> None:
    shapes = basemap.country_shapes([])
    assert (shapes.codes, shapes.counts, gzip.decompress(shapes.data)) == ((), (), b"")


def test_labels_have_a_code_a_name_and_the_country_s_size() -> None:
    labels = {label.code: label for label in basemap.country_labels()}
    assert len(labels) == len(basemap.country_labels()) > 240
    assert labels["KG"].name == "Kyrgyzstan"
    assert labels["KG"].radius_km == pytest.approx(math.sqrt(199_951 / math.pi), rel=0.02)
    assert labels["RU"].radius_km == pytest.approx(math.sqrt(17_098_246 / math.pi), rel=0.02)
    assert labels["RU"].min_zoom < labels["KG"].min_zoom
    assert all(label.code.isalpha() and "." not in label.name[-2:] for label in labels.values())
    assert inside(shape("KG"), labels["KG"].longitude, labels["KG"].latitude)


@pytest.mark.parametrize("budget", [0, 100, 2_000, 5_000, 20_000])
def test_detail_honors_the_budget(budget: int) -> None:
    cut = basemap.detail([CENTRAL_ASIA, EL_PASO], budget_bytes=budget)
    assert cut.size <= budget
    assert cut.size == sum(map(len, cut.layers.values()))


def test_detail_spends_most_of_its_budget_on_the_first_box() -> None:
    cut = basemap.detail([CENTRAL_ASIA, EL_PASO], budget_bytes=5_000)
    assert cut.size > 3_500
    assert all(west >= 68 for west, _, _, _ in cut.bounds)


def test_detail_is_deterministic() -> None:
    boxes = [CENTRAL_ASIA, EL_PASO]
    first = basemap.detail(boxes, budget_bytes=8_000)
    assert first == basemap.detail(boxes, budget_bytes=8_000)
    assert first.layers["land"][4:8] == b"\0\0\0\0"  # no time in gzip's header


def test_detail_bounds_cover_the_box_without_overlap() -> None:
    cut = basemap.detail([(73.5, 41.0, 75.5, 43.0)], budget_bytes=1_000_000)
    assert cut.bounds == ((72.0, 40.0, 76.0, 44.0),)
    apart = basemap.detail([(0.5, 50.5, 1.0, 51.0), (2.5, 52.5, 3.0, 53.0)], budget_bytes=10**6)
    assert apart.bounds == ((0.0, 50.0, 2.0, 52.0), (2.0, 52.0, 4.0, 54.0))


def test_detail_crosses_the_antimeridian() -> None:
    cut = basemap.detail([(179.0, 66.0, -179.0, 67.0)], budget_bytes=1_000_000)
    assert cut.bounds == ((-180.0, 66.0, -178.0, 68.0), (178.0, 66.0, 180.0, 68.0))


def test_detail_of_the_open_sea_is_covered_but_empty() -> None:
    cut = basemap.detail([(-139.0, 1.0, -139.0, 1.0)], budget_bytes=1_000)
    assert cut.layers == {}
    assert cut.bounds == ((-140.0, 0.0, -138.0, 2.0),)


def test_tiles_reach_little_over_their_edges() -> None:
    for feature in detail("land", (10.0, 58.0, 12.0, 60.0)):
        for x, y in feature[0]:
            assert 9.98 <= x <= 12.02
            assert 57.98 <= y <= 60.02
    for [line] in detail("admin1", (10.0, 58.0, 12.0, 60.0)):
        assert all(10 <= x <= 12 and 58 <= y <= 60 for x, y in line)


def test_files_are_those_that_the_list_of_sources_names() -> None:
    sources = json.loads((FILES / "sources.json").read_bytes())
    for name, facts in sources["files"].items():
        assert hashlib.sha256((FILES / name).read_bytes()).hexdigest() == facts["sha256"], name
    made = {path.name for path in FILES.iterdir()} - {"FORMAT.md", "sources.json"}
    assert made == set(sources["files"])
    assert sum(facts["bytes"] for facts in sources["files"].values()) < 2_500_000
