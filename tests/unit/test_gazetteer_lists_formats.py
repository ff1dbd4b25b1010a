"""The formats of lists: what is read from each, and which rows are refused."""

import json
import sqlite3
import struct
from pathlib import Path

import pytest

from geo.errors import FormatError, GeoWarning, ReadError
from geo.gazetteer.entry import CODE, Entry, Name
from geo.gazetteer.geometry import from_geojson, from_gpkg, from_wkt
from geo.gazetteer.sources.custom import Facts, Listed, read
from tests.fixtures.gazetteer.small import HERE

FACTS = Facts(
    countries=frozenset({"KG", "TJ", "GB", "CN"}),
    classes={"PPL": "P", "PSTB": "S", "ADM1": "A", "ADM2": "A"},
)


def read_text(tmp_path: Path, text: str, suffix: str = ".csv") -> list[Entry]:
    path = tmp_path / f"list{suffix}"
    path.write_bytes(text.encode())
    return [listed.entry for listed in read(path, name="mine", facts=FACTS)]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("A,91,0,,,,", "line 2: the latitude 91 lies outside ±90"),
        ("A,0,180.5,,,,", "line 2: the longitude 180.5 lies outside ±180"),
        ("A,nan,0,,,,", "line 2: the latitude nan lies outside ±90"),
        ("A,north,0,,,,", 'line 2: the latitude "north" is no number'),
        ("A,,,,,,", 'line 2: the latitude "" is no number'),
        (" ,1,1,,,,", "line 2: the name is empty"),
        ("!!!,1,1,,,,", 'line 2: nothing of the name "!!!" is a letter'),
        ("A,1,1,,UK,,", 'country_code "UK" is not in ISO 3166-1 alpha-2 (the United Kingdom'),
        ("A,1,1,,,PSTX,", 'feature_code "PSTX" is not known'),
        ("A,1,1,,,X.PSTB,", 'feature_code "X.PSTB" has no class'),
        ("A,1,1,,,,-4", "the population -4 is negative"),
        ("A,1,1,,,,many", 'the population "many" is no number'),
        ("A,1,1", "it has 3 columns, the header has 7"),
        ("A,1,1,,,,\nB,1,1,7,,,\nC,1,1,7,,,", 'line 4: the id "7" was given before, in line 3'),
    ],
)
def test_a_broken_row_is_refused_by_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_text(
            tmp_path, f"name,latitude,longitude,id,country_code,feature_code,population\n{row}\n"
        )
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("list.csv, line")


def test_only_the_first_broken_rows_are_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"line 6: .*; and 15 more rows\."):
        read_text(tmp_path, "name,latitude,longitude\n" + "A,91,0\n" * 20)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name,latitude\nA,1\n", "line 1: no column longitude"),
        ("", "line 1: no column name, latitude, longitude"),
        ("name,latitude,longitude\n", "has no place"),
    ],
)
def test_a_header_without_what_is_needed_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(FormatError, match=complaint):
        read_text(tmp_path, text)


def test_a_file_of_another_encoding_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name,latitude,longitude\nA,1,1\nChüy,1,1\n".encode("latin-1"))
    with pytest.raises(FormatError, match="line 3: not UTF-8"):
        read(path, name="mine", facts=FACTS)


def test_a_missing_file_and_an_unknown_suffix_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read(tmp_path / "none.csv", name="mine", facts=FACTS)
    with pytest.raises(ReadError, match="no such file"):
        read(tmp_path / "none.gpkg", name="mine", facts=FACTS)
    with pytest.raises(FormatError, match=r"Lists end in \.csv"):
        read(tmp_path / "list.shp", name="mine", facts=FACTS)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_may_be_parted_by_commas_semicolons_or_tabs(tmp_path: Path, delimiter: str) -> None:
    rows = ["\ufeffName,Lat,Lng", "Čechov,42.5,74.2"]
    [entry] = read_text(tmp_path, "\r\n".join(rows).replace(",", delimiter))
    assert (entry.name, entry.latitude, entry.longitude) == ("Čechov", 42.5, 74.2)


def test_places_of_one_name_get_ids_of_their_own(tmp_path: Path) -> None:
    entries = read_text(tmp_path, "name,latitude,longitude\nCamp A,1,1\nCamp A,2,2\ncamp a,3,3\n")
    assert [entry.id for entry in entries] == ["mine:camp-a", "mine:camp-a-2", "mine:camp-a-3"]


def test_geojson_gives_points_areas_and_lines() -> None:
    with pytest.warns(GeoWarning, match="left out 1 place without a position"):
        listed = read(HERE / "places.geojson", name="mine", facts=FACTS)
    sector, camp, road = (item.entry for item in listed)
    assert (sector.id, sector.latitude, sector.longitude) == ("mine:7", 42.5, 74.5)
    assert sector.radius_km == pytest.approx(69.2, abs=0.5)
    assert [name.text for name in sector.names] == ["Sector 7", "S-VII"]
    assert (camp.feature_class, camp.feature_code, camp.country_code) == ("S", "CMPRF", "TJ")
    assert camp.radius_km is None
    assert (road.feature_class, road.latitude, road.longitude) == ("R", 42.6, 74.5)
    assert road.points == [(42.5, 74.0), (42.6, 74.5), (42.7, 75.0)]


def test_boundaries_keep_their_p_codes_for_look_ups() -> None:
    [listed] = read(HERE / "boundaries.geojson", name="cod", facts=FACTS)
    entry = listed.entry
    assert (entry.name, entry.code, entry.admin1) == ("Alamudun", "KG03206", "Chüy")
    assert (entry.feature_class, entry.feature_code, entry.country_code) == ("A", "ADM2", "KG")
    assert Name("KG03206", "abbreviation", CODE) in entry.names
    assert Name("Аламудун", "alternate") in entry.names


def test_linked_places_give_years_and_former_names() -> None:
    fortress, town = read(HERE / "historical.jsonld", name="old", facts=FACTS)
    assert (fortress.start, fortress.end) == (1825, 1860)
    assert fortress.entry.names == [Name("Tokmok Qorghoni", "former")]
    assert (fortress.entry.feature_class, fortress.entry.country_code) == ("S", "KG")
    assert town.entry.id == "geonames:1528675"
    assert town.entry.names == [Name("Pishkek", "former")]


def test_linked_places_tables_are_read_as_they_are() -> None:
    with pytest.warns(GeoWarning, match="left out 1 place"):
        suyab, road = read(HERE / "historical.tsv", name="old", facts=FACTS)
    assert (suyab.entry.name, suyab.start, suyab.end) == ("Suyab", 500, 1100)
    assert (suyab.entry.feature_class, suyab.entry.feature_code) == ("P", "PPLH")
    assert suyab.entry.names == [Name("Ak-Beshim", "former"), Name("Суяб", "former")]
    assert (road.start, road.entry.country_code) == (-130, None)
    assert (road.entry.latitude, road.entry.longitude) == (42.5, 75.0)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"type": "FeatureCollection",\n "features": [', "line 2: not valid JSON"),
        ('{"type": "Topology"}', "has no features"),
        ('{"type": "FeatureCollection", "features": [7]}', "feature 1: it is no object"),
        (
            '{"crs": {"properties": {"name": "EPSG:3857"}}, "features": []}',
            "not in WGS84 degrees",
        ),
    ],
)
def test_broken_geojson_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(FormatError, match=complaint):
        read_text(tmp_path, text, ".geojson")


def test_a_broken_geometry_is_refused_by_its_feature(tmp_path: Path) -> None:
    feature = {"properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [500, 1]}}
    with pytest.raises(FormatError, match="feature 1: longitude 500 lies outside"):
        read_text(tmp_path, json.dumps({"features": [feature]}), ".geojson")


def gpkg_point(longitude: float, latitude: float, *, envelope: bool = False) -> bytes:
    flags = 0b00000011 if envelope else 0b00000001
    box = struct.pack("<4d", longitude, longitude, latitude, latitude) if envelope else b""
    header = b"GP" + bytes([0, flags]) + struct.pack("<i", 4326)
    return header + box + struct.pack("<BI2d", 1, 1, longitude, latitude)


def make_gpkg(path: Path, rows: list[tuple[str, bytes | None]], *, system: int = 4326) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT,"
        " organization_coordsys_id INTEGER);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
        "CREATE TABLE camps (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, country_code TEXT);"
        f"INSERT INTO gpkg_spatial_ref_sys VALUES ('', {system}, 'EPSG', {system});"
        f"INSERT INTO gpkg_geometry_columns VALUES ('camps', 'geom', {system});"
    )
    connection.executemany(
        "INSERT INTO camps (geom, name, country_code) VALUES (?, ?, 'TJ')",
        [(geometry, name) for name, geometry in rows],
    )
    connection.commit()
    connection.close()
    return path


def read_gpkg(path: Path) -> list[Listed]:
    return read(path, name="mine", facts=FACTS)


def test_a_geopackage_gives_its_points(tmp_path: Path) -> None:
    path = make_gpkg(
        tmp_path / "camps.gpkg",
        [("Camp A", gpkg_point(68.5, 38.4)), ("Camp B", gpkg_point(68.6, 38.5, envelope=True))],
    )
    one, two = (listed.entry for listed in read_gpkg(path))
    assert (one.id, one.latitude, one.longitude) == ("mine:camp-a", 38.4, 68.5)
    assert (two.latitude, two.longitude, two.country_code) == (38.5, 68.6, "TJ")


@pytest.mark.parametrize(
    ("geometry", "complaint"),
    [
        (b"", "not a GeoPackage's"),
        (b"GP\x00\x01", "not a GeoPackage's"),
        (gpkg_point(1, 1)[:-4], "cut off"),
        (b"GP\x00\x11" + b"\x00" * 4, "geometry is empty"),
        (gpkg_point(1, 91), "latitude 91 lies outside"),
    ],
)
def test_a_broken_geometry_is_refused_by_its_row(
    tmp_path: Path, geometry: bytes, complaint: str
) -> None:
    path = make_gpkg(tmp_path / "camps.gpkg", [("Fine", gpkg_point(1, 1)), ("Broken", geometry)])
    with pytest.raises(FormatError, match=f"camps row 2: .*{complaint}"):
        read_gpkg(path)


def test_a_geopackage_in_another_system_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="EPSG:3857"):
        read_gpkg(make_gpkg(tmp_path / "a.gpkg", [("A", gpkg_point(1, 1))], system=3857))
    (tmp_path / "b.gpkg").write_bytes(b"not a database at all")
    with pytest.raises(FormatError, match="no GeoPackage"):
        read_gpkg(tmp_path / "b.gpkg")


def test_an_area_across_the_antimeridian_lies_where_it_is() -> None:
    ring = [(179.0, -18.0), (-179.0, -18.0), (-179.0, -16.0), (179.0, -16.0), (179.0, -18.0)]
    shape = from_geojson({"type": "Polygon", "coordinates": [ring]})
    assert abs(shape.longitude) == pytest.approx(180.0)
    assert shape.latitude == pytest.approx(-17.0)
    assert shape.radius_km is not None
    assert shape.radius_km < 200


def test_the_point_of_a_crescent_lies_inside_it() -> None:
    shape = from_wkt("POLYGON ((0 0, 10 0, 10 1, 1 1, 1 9, 10 9, 10 10, 0 10, 0 0))")
    assert [shape.latitude, shape.longitude] == pytest.approx([5.0, 0.5])


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("POINT(74.59 42.87)", 42.87, 74.59),
        ("SRID=4326;Point Z (74.59 42.87 750)", 42.87, 74.59),
        ("MULTIPOINT ((74 42), (76 44))", 43.0, 75.0),
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((9 9, 10 9, 10 10, 9 10, 9 9)))", 2.0, 2.0),
        ("GEOMETRYCOLLECTION (POINT (74 42), POINT (76 42))", 42.0, 75.0),
    ],
)
def test_well_known_text_is_read(text: str, latitude: float, longitude: float) -> None:
    shape = from_wkt(text)
    assert (shape.latitude, shape.longitude) == (latitude, longitude)


@pytest.mark.parametrize("text", ["", "POINT", "POINT EMPTY", "POINT (a b)", "CIRCLE (1 2)"])
def test_what_is_no_well_known_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_wkt(text)


def test_well_known_binary_of_either_byte_order_and_with_height_is_read() -> None:
    header = b"GP\x00\x01" + struct.pack("<i", 4326)
    ring = [(0, 0, 5), (4, 0, 5), (4, 4, 5), (0, 4, 5), (0, 0, 5)]
    body = struct.pack(">BII", 0, 1006, 1) + struct.pack(">BIII", 0, 1003, 1, len(ring))
    body += b"".join(struct.pack(">3d", *point) for point in ring)
    shape = from_gpkg(header + body)
    assert (shape.latitude, shape.longitude) == (2.0, 2.0)
