"""The table of regions and physical features: its form, and its points against a reference."""

import csv
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "geo/gazetteer/tables/regions.csv"
REFERENCE = Path(__file__).resolve().parents[3] / "shared/reference/natural-earth-names.tsv"

COLUMNS = [
    "id",
    "name",
    "aliases",
    "feature_class",
    "feature_code",
    "latitude",
    "longitude",
    "radius_km",
    "countries",
    "points",
]
CODES = {
    "H": "BAY CHN CNL DLTA FJD FLLS GLCR GULF LGN LK OCN RF RSV SD SEA STM STRT WTLD",
    "L": "CONT PRK RGN RGNH SALT",
    "T": "ATOL CAPE CNYN DPR DSRT GAP HLLS ISL ISLS ISTH MT MTS PASS PEN PLAT PLN UPLD VAL VLC",
    "V": "FRST",
}
TOLERANCE_KM = 50.0
KM_PER_DEGREE = 111.2

# Rows for which the reference is no measure. FRAGMENT: its box holds a piece of the feature only.
# MISPLACED: its point or label lies elsewhere. HOMONYM: its rows of that name are other places.
FRAGMENT = frozenset(
    {
        "air-mountains",
        "caucasus-mountains",
        "cumberland-plateau",
        "glomma",
        "hawaiian-islands",
        "karakum-desert",
        "kizilirmak",
        "korea-strait",
        "lesser-antilles",
        "luzon-strait",
        "ogaden",
        "putorana-plateau",
        "ryukyu-islands",
        "saint-lawrence-river",
        "scotia-sea",
        "serra-do-mar",
        "sierra-madre-del-sur",
        "strait-of-tartary",
        "tatra-mountains",
        "torne-river",
        "victoria-island",
        "western-dvina",
    }
)
MISPLACED = frozenset(
    {
        "angel-falls",
        "grampian-mountains",
        "inner-mongolia",
        "north-west-frontier-province",
        "plain-of-jars",
        "rockall",
        "tibet",
    }
)
HOMONYM = frozenset(
    {
        "asia-pacific",
        "cape-ann",
        "channel-islands",
        "geneva-lake",
        "humber",
        "james-river",
        "lake-louise",
        "leeward-islands",
        "litani-river",
        "mersey",
        "midlands",
        "mississippi-delta",
        "north-channel",
        "pearl-river",
        "river-clyde",
        "snake-river",
        "taiwan-island",
        "west-coast-of-the-united-states",
        "windward-islands",
    }
)

WORDS = {
    "arch": "archipelago",
    "c": "cape",
    "g": "gulf",
    "i": "island",
    "is": "islands",
    "l": "lake",
    "mt": "mount",
    "mts": "mountains",
    "pen": "peninsula",
    "plat": "plateau",
    "r": "river",
    "ra": "range",
    "res": "reservoir",
    "st": "saint",
    "str": "strait",
}
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "ß": "ss", "ı": "i", "œ": "oe"})

Row = dict[str, str]
Box = tuple[float, float, float, float]


def folded(name: str) -> str:
    """Lower case, no accents or punctuation, the reference's abbreviations written out."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘ʼ`´.]", "", plain)
    return " ".join(WORDS.get(word, word) for word in re.findall(r"[a-z0-9]+", plain))


def names(row: Row) -> list[str]:
    return [row["name"], *(a for a in row["aliases"].split("|") if a)]


def points(row: Row) -> list[tuple[float, float]]:
    pairs = (pair.split(" ") for pair in row["points"].split("|") if pair)
    return [(float(latitude), float(longitude)) for latitude, longitude in pairs]


def reference_kind(label: str) -> str:
    label = label.lower()
    if label.startswith("river"):
        return "stream"
    if label in {"lake", "lake centerline", "reservoir", "alkaline lake", "playa", "lagoon"}:
        return "lake"
    if label in {"sea", "gulf", "bay", "ocean", "strait", "sound", "channel", "fjord", "inlet"}:
        return "sea"
    if label in {"range/mtn", "mountain", "plateau", "foothills"}:
        return "mountain"
    if "park" in label:
        return "park"
    if "admin" in label or "island" in label or "cape" in label or "penins" in label:
        return "area"
    return "other"


def compatible_kinds(row: Row) -> set[str]:
    code = row["feature_code"]
    if code in {"STM", "CNL"}:
        return {"stream", "lake"}
    if code in {"LK", "RSV", "LGN", "SEA", "OCN", "GULF", "STRT", "BAY", "CHN", "SD", "FJD"}:
        return {"lake", "sea"}
    if code in {"MT", "VLC", "PASS", "GAP", "HLLS"}:
        return {"mountain", "other"}
    if code in {"MTS", "PLAT", "UPLD"}:
        return {"mountain", "area", "other"}
    if code in {"ISL", "ISLS", "ATOL", "PEN", "CAPE"}:
        return {"area", "other"}
    return {"mountain", "area", "park", "other"}


def distance_to_box(latitude: float, longitude: float, box: Box) -> float:
    south, west, north, east = box
    north_south = max(south - latitude, 0.0, latitude - north)
    turned = (longitude + turn for turn in (-360.0, 0.0, 360.0))
    east_west = min(max(west - x, 0.0, x - east) for x in turned)
    shrink = math.cos(math.radians(min(max(latitude, south), north)))
    return KM_PER_DEGREE * math.hypot(north_south, east_west * shrink)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def reference() -> dict[str, list[tuple[str, Box]]]:
    if not REFERENCE.is_file():
        pytest.skip("no reference of names and bounds beside the tree: points are not compared")
    boxes: dict[str, list[tuple[str, Box]]] = defaultdict(list)
    with REFERENCE.open(encoding="utf-8", newline="") as lines:
        for entry in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            try:
                south, west, north, east = (
                    float(entry[side]) for side in ("south", "west", "north", "east")
                )
            except ValueError:
                continue
            kind = reference_kind(entry["class"])
            boxes[folded(entry["name"])].append((kind, (south, west, north, east)))
    return boxes


def compared(
    rows: list[Row], reference: dict[str, list[tuple[str, Box]]]
) -> Iterator[tuple[str, float]]:
    """Each row that the reference knows, with its distance to the nearest box of that name."""
    for row in rows:
        kinds = compatible_kinds(row)
        keys = {folded(name) for name in names(row)}
        if row["feature_code"] == "STM":
            keys |= {key.removesuffix(" river") for key in keys}
        boxes = [box for key in keys for kind, box in reference.get(key, ()) if kind in kinds]
        if boxes:
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
            yield row["id"], min(distance_to_box(latitude, longitude, box) for box in boxes)


def test_header_is_exactly_the_documented_one() -> None:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines)) == COLUMNS


def test_there_are_at_least_700_rows(rows: list[Row]) -> None:
    assert len(rows) >= 700


def test_ids_are_sorted_unique_slugs(rows: list[Row]) -> None:
    ids = [row["id"] for row in rows]
    assert ids == sorted(set(ids), key=str.encode)
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []


def test_no_name_occurs_twice(rows: list[Row]) -> None:
    counted = Counter(folded(row["name"]) for row in rows)
    assert [name for name, count in counted.items() if count > 1] == []


def test_names_within_a_row_differ_and_are_trimmed(rows: list[Row]) -> None:
    wrong = [
        row["id"]
        for row in rows
        if len({name.casefold() for name in names(row)}) != len(names(row))
        or any(name != " ".join(name.split()) or not name for name in names(row))
    ]
    assert wrong == []


def test_feature_codes_are_known(rows: list[Row]) -> None:
    known = {(letter, code) for letter, codes in CODES.items() for code in codes.split()}
    used = {(row["feature_class"], row["feature_code"]) for row in rows}
    assert used <= known


def test_coordinates_and_radius_are_in_range(rows: list[Row]) -> None:
    for row in rows:
        assert re.fullmatch(r"-?\d{1,2}\.\d\d", row["latitude"]), row["id"]
        assert re.fullmatch(r"-?\d{1,3}\.\d\d", row["longitude"]), row["id"]
        assert re.fullmatch(r"[1-9]\d*", row["radius_km"]), row["id"]
        assert int(row["radius_km"]) <= 10_000, row["id"]
        for latitude, longitude in [
            (float(row["latitude"]), float(row["longitude"])),
            *points(row),
        ]:
            assert -90 <= latitude <= 90, row["id"]
            assert -180 <= longitude <= 180, row["id"]


def test_countries_are_iso_codes(rows: list[Row]) -> None:
    for row in rows:
        codes = row["countries"].split("|") if row["countries"] else []
        assert all(re.fullmatch(r"[A-Z]{2}", code) for code in codes), row["id"]
        assert codes == sorted(set(codes)), row["id"]


def test_every_river_and_canal_has_points(rows: list[Row]) -> None:
    bare = [
        row["id"]
        for row in rows
        if row["feature_code"] in {"STM", "CNL"} and not 3 <= len(points(row)) <= 8
    ]
    assert bare == []


def test_points_lie_in_the_reference(
    rows: list[Row], reference: dict[str, list[tuple[str, Box]]]
) -> None:
    excused = FRAGMENT | MISPLACED | HOMONYM
    distances = dict(compared(rows, reference))
    far = {i: round(km) for i, km in distances.items() if km > TOLERANCE_KM and i not in excused}
    assert far == {}
    assert len(distances) >= 700, "too few rows compared: did the folding of names change?"


def test_every_excuse_is_still_needed(
    rows: list[Row], reference: dict[str, list[tuple[str, Box]]]
) -> None:
    far = {i for i, km in compared(rows, reference) if km > TOLERANCE_KM}
    assert sorted((FRAGMENT | MISPLACED | HOMONYM) - far) == []
