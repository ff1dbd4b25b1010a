"""What a page shall not tell is nowhere in its bytes."""

import base64
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from geo.document import Document, ParsedDocument, Section
from geo.errors import FormatError, ReadError, SettingsError, UnknownNameError
from geo.geodesy import great_circle_km
from geo.page.basemap import decode
from geo.page.borders import UNITS, read_borders
from geo.page.bundle import build
from geo.page.hiding import MASK, Hiding, read_phrases
from geo.page.look import Look, find_tiles
from geo.page.page import render
from geo.pipeline import with_coordinates
from tests.browser.sample import BISHKEK, KANT, article, other_article, resolution

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def bundle() -> None:
    build(ROOT / "geo/page/bundle", root=ROOT)


def everything(html: str) -> str:
    """Give all data of a page in plain: the blocks unpacked, our own script and style left out."""
    for name in ("style", "script"):
        html = re.sub(rf"<{name}>.*?</{name}>", "", html, flags=re.DOTALL)
    blocks = re.findall(r'<script type="application/octet-stream" id="([^"]+)">([^<]*)<', html)
    plain = [gzip.decompress(base64.b64decode(packed)) for _, packed in blocks]
    markup = re.sub(r">[A-Za-z0-9+/=]{40,}<", "><", html)
    return markup + "\n".join(data.decode("utf-8", "replace") for data in plain)


def test_hidden_phrases_are_nowhere_in_the_bytes() -> None:
    parsed = article()
    document = replace(
        parsed.document,
        title="Jets of Kant",
        source="news/kant-2012.txt",
        id="the Kánt story",
        sections=(Section(start=0, end=20, label="KANT"),),
    )
    told = [
        replace(r, explanation="It lies near Kant.") if r.place == BISHKEK else r
        for r in parsed.resolutions
    ]
    whole = ParsedDocument(document=document, resolutions=tuple(told))
    assert everything(render([whole])).lower().count("kant") > 5
    html = render(
        [whole],
        title="From Kant",
        provenance={"list": "kant.csv"},
        hiding=Hiding(phrases=("kant",)),
    )
    assert not re.search("k[aá]nt", everything(html), re.IGNORECASE)
    assert "Bishkek" in everything(html)
    assert '<h1 dir="auto">From █████</h1>' in html


def test_the_base_map_and_paths_do_not_tell_either() -> None:
    assert "kyrgyz" in everything(render([article()])).lower()
    html = render([article()], hiding=Hiding(phrases=("Kyrgyzstan", "Chuy", "Bishkek")))
    told = everything(html).lower()
    assert not any(word in told for word in ("kyrgyz", "chuy", "bishkek"))


@pytest.mark.parametrize(
    ("phrase", "text", "shown"),
    [
        ("Merida", "In MÉRIDA, today", f"In {MASK}, today"),
        ("Abu Ghosh", "at Abu-\nGhosh.", f"at {MASK}."),
        ("Kant", "the Kantian and kants", f"the {MASK} and {MASK}"),
        ("Kant", "K\u00adant and K\u0430nt", f"{MASK} and K\u0430nt"),
        ("北京", "我在北京", MASK),
        ("Straße", "STRASSE 5", f"{MASK} 5"),
        ("a+b.c", "a+b.c or aab c", f"{MASK} or aab c"),
    ],
)
def test_phrases_are_found_however_they_are_written(phrase: str, text: str, shown: str) -> None:
    assert Hiding(phrases=(phrase,)).words(text) == shown


def test_mentions_keep_their_words_when_text_before_them_is_hidden() -> None:
    text = "A long secret name, then Bishkek, then Kant airbase by the secret."
    rows = (resolution(text, "Bishkek", BISHKEK), resolution(text, "Kant airbase", KANT))
    parsed = ParsedDocument(document=Document(text=text), resolutions=rows)
    hidden = Hiding(phrases=("secret name",)).apply(parsed, countries={})
    assert [m.text for m in hidden.mentions] == ["Bishkek", "Kant airbase"]
    assert [hidden.document.text[m.start : m.end] for m in hidden.mentions] == [
        "Bishkek",
        "Kant airbase",
    ]
    assert hidden.document.id != parsed.document.id


def test_nothing_hidden_changes_nothing() -> None:
    assert Hiding().apply(article(), countries={}) is not None
    assert render([article()], hiding=Hiding()) == render([article()])


def test_exact_coordinates_are_nowhere_in_the_bytes() -> None:
    text = "They met at 42.85321, 74.84654 by the river, 20 km from Bishkek."
    parsed = with_coordinates(
        ParsedDocument(
            document=Document(text=text), resolutions=(resolution(text, "Bishkek", BISHKEK),)
        )
    )
    assert "42.85321" in everything(render([parsed]))
    told = everything(render([parsed], hiding=Hiding(round_km=25)))
    for number in ("42.853", "74.846", "42.87", "74.59"):
        assert number not in told
    assert "Bishkek" in told


@pytest.mark.parametrize("km", [0.5, 10, 300, 1000])
@pytest.mark.parametrize("point", [(42.87, 74.59), (-89.99, 0), (90, 180), (0, -180), (-33.9, 151)])
def test_a_rounded_point_lies_within_its_cell(km: float, point: tuple[float, float]) -> None:
    hiding = Hiding(round_km=km)
    latitude, longitude = hiding.point(*point)
    assert abs(latitude) <= 90
    assert abs(longitude) <= 180
    # Cells near a pole are wider than high: no whole number of squares goes round.
    assert great_circle_km(*point, latitude, longitude) <= km * 1.2 + 0.02
    assert hiding.point(latitude, longitude) == (latitude, longitude)


def test_neighbours_fall_together() -> None:
    points = {Hiding(round_km=50).point(42.87 + d, 74.59 + d) for d in (0, 0.001, 0.002)}
    assert len(points) == 1


def test_what_cannot_be_hidden_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 3 letters"):
        Hiding(phrases=("a-b",))
    for km in (-1, float("nan"), 1001):
        with pytest.raises(SettingsError, match="0 to 1000 km"):
            Hiding(round_km=km)
    file = tmp_path / "words.txt"
    with pytest.raises(ReadError, match=r"words\.txt"):
        read_phrases(file)
    file.write_text("# only this\n\n", encoding="utf-8")
    with pytest.raises(ReadError, match="no phrase"):
        read_phrases(file)
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ReadError, match="UTF-8"):
        read_phrases(file)
    file.write_text("\ufeff# names\n Kant \n\nAbu Ghosh\n", encoding="utf-8")
    assert read_phrases(file) == ("Kant", "Abu Ghosh")


def test_a_page_that_hides_holds_no_corrections() -> None:
    line = {"schema": "geo.corrections/1", "mention": "Zzyzxville"}
    assert "geo.corrections/1" in everything(render([other_article()], corrections=[line]))
    hidden = render([other_article()], corrections=[line], hiding=Hiding(round_km=5))
    assert "geo.corrections/1" not in everything(hidden)


def _geojson(tmp_path: Path, value: object) -> Path:
    file = tmp_path / "ours.geojson"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def _feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_borders_come_from_geojson(tmp_path: Path) -> None:
    ring = [(10.0, 50.0), (20.5, 50.0), (20.0, -55.25), (10.0, 50.0)]
    features = [
        _feature("LineString", [[-180, 90], [180, -90]]),
        _feature("MultiPolygon", [[ring]], disputed=True),
        _feature("LineString", [[1, 1], [1.0001, 1]]),
    ]
    value = {"type": "FeatureCollection", "name": "A view", "features": features}
    found = read_borders(_geojson(tmp_path, value))
    assert found.name == "A view"
    solid = decode(gzip.decompress(found.solid), units=UNITS, kind="line")
    assert solid == [[[(-180, 90), (180, -90)]]]
    disputed = decode(gzip.decompress(found.disputed), units=UNITS, kind="line")
    assert disputed == [[ring]]


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"type": "FeatureCollection"},
        {"type": "FeatureCollection", "features": []},
        _feature("LineString", [[500000, 0], [1, 1]]),
        _feature("LineString", [["a", 0], [1, 1]]),
        _feature("LineString", [[float("nan"), 0], [1, 1]]),
        _feature("Point", [1, 1]),
    ],
)
def test_what_is_no_border_is_said(tmp_path: Path, value: object) -> None:
    with pytest.raises(FormatError, match=r"ours\.geojson"):
        read_borders(_geojson(tmp_path, value))


def test_borders_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.geojson"):
        read_borders(tmp_path / "none.geojson")


def test_own_borders_replace_those_of_the_base_map(tmp_path: Path) -> None:
    file = _geojson(tmp_path, _feature("LineString", [[70, 40], [80, 45]]))
    html = render([article()], look=Look(borders=read_borders(file)))
    names = set(re.findall(r'id="ground-([a-z0-9-]+)"', html))
    assert {name for name in names if "borders" in name or "disputed" in name} == {
        "own-borders",
        "own-disputed",
    }
    assert "countries" not in names
    assert "Borders: ours.geojson" in html


def test_tiles_are_found_by_name_and_those_with_keys_refused() -> None:
    tiles = find_tiles("opentopomap")
    assert tiles.origins == tuple(f"https://{s}.tile.opentopomap.org" for s in "abc")
    assert find_tiles("OpenStreetMap.Mapnik").attribution == "© OpenStreetMap contributors"
    with pytest.raises(UnknownNameError, match=r'Did you mean "OpenStreetMap\.Mapnik"'):
        find_tiles("OpenStreetMap.Mapnk")
    with pytest.raises(UnknownNameError, match="needs a key"):
        find_tiles("Thunderforest.Landscape")


def test_tiles_add_their_hosts_to_the_policy_and_nothing_else() -> None:
    plain = render([article()])
    assert "img-src data:;" in plain
    tiles = find_tiles("OpenStreetMap.Mapnik")
    html = render([article()], look=Look(tiles=tiles))
    assert "img-src data: https://tile.openstreetmap.org;" in html
    assert html.count("connect-src") == 0
