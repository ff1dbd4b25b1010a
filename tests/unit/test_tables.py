"""The tables of names and sites: their form, and that what they point to exists."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TABLES = Path(__file__).resolve().parents[2] / "geo/gazetteer/tables"

HEADERS = {
    "abbreviations": "form target when rank",
    "country_names": "country_code name aliases capital",
    "demonyms": "form target kind rank",
    "divisions": "code name aliases",
    "former": (
        "id name aliases current country_code feature_class feature_code"
        " latitude longitude radius_km from_year to_year"
    ),
    "sites": (
        "id name aliases feature_class feature_code latitude longitude radius_km countries points"
    ),
}
FEWEST = {
    "abbreviations": 900,
    "country_names": 250,
    "demonyms": 1500,
    "divisions": 1000,
    "former": 200,
    "sites": 330,
}
# GeoNames' codes in use here, by class.
FEATURE_CODES = {
    "A": "PCLH ZN ZNB",
    "H": "CNL GLCR GYSR LK PND",
    "L": "BTL GASF INDS LCTY MILB NVB OILF PRK PRT RGNH RNGA",
    "P": "PPL PPLA2 PPLQ PPLX",
    "R": "PRMN RD RDJCT ST TNL TNLRD TNLRR",
    "S": (
        "AIRB AIRF AIRP AIRQ AMUS ANS BDG BLDG BUSTN CAVE CH CMP CMPRF CMTY CSTL CTHSE CTRS"
        " DAM DCKY DIP FT GATE HSP HSTS HTL ITTR LOCK MALL MFG MKT MN MNAU MNC MNCU MNFE MNMT"
        " MSQE MSTY MTRO MUS OBS OILR OILT OPRA PAL PMPO PRN PS PSN PSTB PYRS RECG RNCH RSTN"
        " SCH SHRN SQR STDM STNB SYG THTR TMB TMPL TOWR UNIV WALLA"
    ),
    "T": "ATOL BCH HLL ISL MT PASS VAL VLC",
}
US_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO"
    " MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
CA_PROVINCES = "AB BC MB NB NL NS NT NU ON PE QC SK YT".split()
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def ids(table: str) -> frozenset[str]:
    return frozenset(row["id"] for row in rows(table))


@cache
def country_codes() -> frozenset[str]:
    return frozenset(row["country_code"] for row in rows("country_names"))


def parts(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def links() -> list[dict[str, str]]:
    return [*rows("demonyms"), *rows("abbreviations")]


@pytest.mark.parametrize("table", HEADERS)
def test_header_and_size(table: str) -> None:
    text = (TABLES / f"{table}.csv").read_bytes().decode("utf-8")
    header, _, rest = text.partition("\n")
    assert header.split(",") == HEADERS[table].split()
    assert "\r" not in rest
    assert rest.endswith("\n")
    assert len(rows(table)) >= FEWEST[table]
    assert all(None not in row and None not in row.values() for row in rows(table))


@pytest.mark.parametrize("table", HEADERS)
def test_cells_are_trimmed(table: str) -> None:
    for row in rows(table):
        for cell in row.values():
            for part in cell.split("|"):
                assert part == part.strip(), row
        names = parts(row.get("aliases", ""))
        assert len(set(names)) == len(names), row
        assert all(names), row
        assert row.get("name") not in names, row


@pytest.mark.parametrize("table", ["country_names", "divisions", "former", "sites"])
def test_rows_are_sorted_and_unique(table: str) -> None:
    keys = [next(iter(row.values())).encode() for row in rows(table)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("table", ["abbreviations", "demonyms"])
def test_forms_are_sorted_and_ranked(table: str) -> None:
    keys = [(row["form"].encode(), int(row["rank"])) for row in rows(table)]
    assert keys == sorted(set(keys))
    pairs = Counter((row["form"], row["target"]) for row in rows(table))
    assert [pair for pair, count in pairs.items() if count > 1] == []
    for form, count in Counter(row["form"] for row in rows(table)).items():
        ranks = [int(row["rank"]) for row in rows(table) if row["form"] == form]
        assert ranks == list(range(1, count + 1)), form


def test_kinds_and_conditions_are_known() -> None:
    assert {row["kind"] for row in rows("demonyms")} == {"adjective", "noun", "language"}
    conditions = {row["when"] for row in rows("abbreviations")}
    assert conditions == {"caps", "exact", "exact-dotless-ok", "after-comma", "any"}
    for row in rows("abbreviations"):
        if row["when"] == "caps":
            assert row["form"].isupper(), row
        if row["when"] == "exact-dotless-ok":
            assert row["form"].endswith("."), row


def test_targets_follow_the_grammar() -> None:
    for row in links():
        kind, colon, rest = row["target"].partition(":")
        if not colon:
            assert re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", kind), row
            assert kind[:2] in country_codes(), row
        elif kind == "city":
            name, comma, country_code = rest.rpartition(",")
            assert name, row
            assert comma, row
            assert country_code in country_codes(), row
        else:
            assert kind in {"region", "former", "site"}, row
            assert SLUG.fullmatch(rest), row


@pytest.mark.parametrize("table", ["former", "site", "region"])
def test_targets_exist(table: str) -> None:
    name = table if table == "former" else f"{table}s"
    if not (TABLES / f"{name}.csv").exists():
        pytest.skip(f"no {name}.csv")
    wanted = {
        row["target"].partition(":")[2] for row in links() if row["target"].startswith(f"{table}:")
    }
    assert wanted
    assert sorted(wanted - ids(name)) == []


def test_former_targets_are_places_of_their_own() -> None:
    own = {row["id"] for row in rows("former") if not row["current"]}
    wanted = {
        row["target"].removeprefix("former:")
        for row in links()
        if row["target"].startswith("former:")
    }
    assert sorted(wanted - own) == []


def test_every_country_is_named_and_has_a_demonym() -> None:
    targets = {row["target"] for row in rows("demonyms")}
    assert sorted(country_codes() - targets) == []
    for row in rows("country_names"):
        assert re.fullmatch("[A-Z]{2}", row["country_code"]), row
        assert row["name"], row


@pytest.mark.parametrize("state", US_STATES)
def test_every_us_state_has_its_short_forms(state: str) -> None:
    target = f"US-{state}"
    short = {row["form"]: row["when"] for row in rows("abbreviations") if row["target"] == target}
    assert short[state] == "after-comma"
    assert any(form.endswith(".") for form in short)
    assert any(row["target"] == target for row in rows("demonyms"))


@pytest.mark.parametrize("province", CA_PROVINCES)
def test_every_canadian_province_has_its_short_forms(province: str) -> None:
    target = f"CA-{province}"
    assert any(row["form"] == province and row["target"] == target for row in rows("abbreviations"))
    assert any(row["target"] == target for row in rows("demonyms"))


@pytest.mark.parametrize("table", ["former", "sites"])
def test_places_are_on_the_globe(table: str) -> None:
    for row in rows(table):
        assert SLUG.fullmatch(row["id"]), row
        assert -90 <= float(row["latitude"]) <= 90, row
        assert -180 <= float(row["longitude"]) <= 180, row
        assert re.fullmatch(r"-?\d+\.\d{4}", row["latitude"]), row
        assert re.fullmatch(r"-?\d+\.\d{4}", row["longitude"]), row
        assert float(row["radius_km"]) > 0, row
        assert row["feature_code"] in FEATURE_CODES[row["feature_class"]].split(), row


def test_sites_are_small_and_lie_in_countries() -> None:
    for row in rows("sites"):
        assert 1 <= float(row["radius_km"]) <= 10, row
        codes = parts(row["countries"])
        assert codes, row
        assert set(codes) <= country_codes(), row


def test_former_places_name_their_present_and_their_years() -> None:
    for row in rows("former"):
        assert not row["country_code"] or row["country_code"] in country_codes(), row
        assert not row["current"] or row["country_code"], row
        years = [int(row[column]) for column in ("from_year", "to_year") if row[column]]
        assert years == sorted(years), row


def test_ids_are_not_shared_between_tables() -> None:
    assert sorted(ids("sites") & ids("former")) == []
    if (TABLES / "regions.csv").exists():
        assert sorted(ids("sites") & ids("regions")) == []


@pytest.mark.parametrize(
    ("table", "form", "targets"),
    [
        ("demonyms", "Kyrgyz", ["KG"]),
        ("demonyms", "Georgian", ["GE", "US-GA"]),
        ("demonyms", "Congolese", ["CD", "CG"]),
        ("demonyms", "Korean", ["KR", "KP"]),
        ("demonyms", "Dominican", ["DO", "DM"]),
        ("demonyms", "Soviet", ["former:soviet-union"]),
        ("demonyms", "Texan", ["US-TX"]),
        ("demonyms", "Parisian", ["city:Paris,FR"]),
        ("abbreviations", "U.S.", ["US"]),
        ("abbreviations", "CDJ", ["city:Ciudad Juárez,MX"]),
        ("abbreviations", "N.M.", ["US-NM"]),
        ("abbreviations", "WA", ["US-WA", "AU-WA"]),
    ],
)
def test_known_forms(table: str, form: str, targets: list[str]) -> None:
    assert [row["target"] for row in rows(table) if row["form"] == form] == targets


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("Kant Air Base", 42.8532, 74.8465),
        ("Manas Air Base", 43.0613, 74.4776),
        ("Transit Center at Manas", 43.0613, 74.4776),
        ("Diamer Bhasha Dam", 35.52, 73.74),
        ("Kamarata-1", 41.775, 73.333),
        ("White House", 38.8977, -77.0365),
    ],
)
def test_known_sites(name: str, latitude: float, longitude: float) -> None:
    [row] = [row for row in rows("sites") if name in [row["name"], *parts(row["aliases"])]]
    assert float(row["latitude"]) == pytest.approx(latitude, abs=0.02)
    assert float(row["longitude"]) == pytest.approx(longitude, abs=0.02)
