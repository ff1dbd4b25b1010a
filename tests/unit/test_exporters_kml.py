import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.document import ParsedDocument
from geo.exporters.kml import KmlExporter
from geo.exporters.rows import COLUMNS, rows
from geo.place import Place

Make = Callable[..., ParsedDocument]
KML = "{http://www.opengis.net/kml/2.2}"


def written(*parsed: ParsedDocument) -> bytes:
    stream = io.BytesIO()
    KmlExporter().write(iter(parsed), stream)
    return stream.getvalue()


def placemarks(*parsed: ParsedDocument) -> list[ET.Element]:
    return list(ET.fromstring(written(*parsed)).iter(f"{KML}Placemark"))


def data(placemark: ET.Element) -> dict[str, str]:
    return {e.attrib["name"]: e.text or "" for e in placemark.iter(f"{KML}SimpleData")}


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8531999, 74.846501, population=0)
    return make_parsed("Jets left Kant, far from Qux.", {"Kant": place, "Qux": None})


def test_kml_has_longitude_first_and_no_point_where_nothing_was_placed(
    kant: ParsedDocument,
) -> None:
    placed, unplaced = placemarks(kant)
    assert placed.findtext(f"{KML}name") == "Kant Air Base"
    assert placed.findtext(f"{KML}Point/{KML}coordinates") == "74.8465,42.8532"
    assert unplaced.findtext(f"{KML}name") == "Qux"
    assert unplaced.find(f"{KML}Point") is None


def test_kml_declares_all_columns_and_gives_those_that_are_known(kant: ParsedDocument) -> None:
    root = ET.fromstring(written(kant))
    assert [e.attrib["name"] for e in root.iter(f"{KML}SimpleField")] == list(COLUMNS)
    for placemark, row in zip(placemarks(kant), rows(kant), strict=True):
        assert list(data(placemark)) == [c for c in COLUMNS if row[c] is not None]
    values = data(placemarks(kant)[0])
    assert (values["population"], values["approximate"], values["alternatives"]) == (
        "0",
        "false",
        "[]",
    )


def test_kml_keeps_markup_and_line_ends_and_replaces_what_xml_cannot_carry(
    make_parsed: Make,
) -> None:
    title = "]]> <b>&amp; \r\n\t\"' \0\x0b\ufffe\ud800 🛩"
    [placemark] = placemarks(make_parsed("Bishkek", title=title))
    assert data(placemark)["title"] == "]]> <b>&amp; \r\n\t\"' \ufffd\ufffd\ufffd\ufffd 🛩"


def test_kml_balloons_run_no_markup_and_no_fields(make_parsed: Make) -> None:
    [placemark] = placemarks(make_parsed("<img src=x onerror=alert(1)> $[title] Bishkek"))
    assert placemark.findtext(f"{KML}description") == (
        "<p>&lt;img src=x onerror=alert(1)&gt; &#36;[title] Bishkek</p>"
    )


def test_kml_is_read_by_gdal(kant: ParsedDocument, tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    file = tmp_path / "a.kml"
    KmlExporter().export([kant], file)
    info = pyogrio.read_info(file)
    assert (info["crs"], info["features"]) == ("EPSG:4326", 2)
