"""Mentions as frames: types, missing values, geometry, and a column of texts."""

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import geo
from geo.document import ParsedDocument
from geo.errors import MissingExtraError
from geo.exporters.rows import COLUMNS, rows
from geo.integrations.pandas import geoparse, to_dataframe, to_geodataframe
from geo.place import Place

pd = pytest.importorskip("pandas")

Make = Callable[..., ParsedDocument]


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8532, 74.8465, population=7)
    return make_parsed(
        "Jets left Kant, far from Qux.",
        {"Kant": place, "Qux": None},
        title="\ud800 =1+1 🛩",
        published=dt.date(2012, 9, 19),
    )


def test_a_frame_has_the_shared_columns_and_a_row_a_mention(kant: ParsedDocument) -> None:
    frame = geo.to_dataframe([kant, kant])
    assert tuple(frame.columns) == COLUMNS
    assert frame["mention"].tolist() == ["Kant", "Qux"] * 2
    assert frame["title"].tolist() == ["? =1+1 🛩"] * 4
    first, second = frame.head(2).to_dict("records")
    known = next(rows(kant))
    for column in ("start", "end", "latitude", "longitude", "population", "confidence"):
        assert first[column] == known[column]
    assert first["published"] == dt.datetime(2012, 9, 19)
    missing = {column for column in COLUMNS if column != "alternatives" and pd.isna(second[column])}
    assert {"place", "latitude", "population", "country_code"} <= missing
    assert second["reason"] == "no-candidate"


def test_an_empty_frame_has_the_same_types(kant: ParsedDocument) -> None:
    empty = to_dataframe([])
    assert len(empty) == 0
    assert empty.dtypes.equals(to_dataframe(kant).dtypes)
    assert str(empty.dtypes["population"]) == "Int64"
    assert str(empty.dtypes["published"]) == "datetime64[s]"


def test_a_geoframe_has_points_in_wgs84_and_none_where_nothing_was_placed(
    kant: ParsedDocument,
) -> None:
    pytest.importorskip("geopandas")
    frame = geo.to_geodataframe(kant)
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.iloc[0].coords[0] == (74.8465, 42.8532)
    assert frame.geometry.iloc[1] is None
    assert to_geodataframe([]).crs.to_epsg() == 4326


def test_a_geoframe_is_written_and_read_again(kant: ParsedDocument, tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    to_geodataframe(kant).to_file(tmp_path / "a.gpkg")
    found = geopandas.read_file(tmp_path / "a.gpkg")
    assert found["mention"].tolist() == ["Kant", "Qux"]
    assert found["title"].tolist() == ["? =1+1 🛩"] * 2
    assert found.geometry.iloc[0].coords[0] == (74.8465, 42.8532)


def test_a_geoframe_can_be_explored(kant: ParsedDocument) -> None:
    pytest.importorskip("geopandas")
    pytest.importorskip("mapclassify")
    drawn = to_geodataframe(kant).explore().get_root().render()
    assert "74.8465" in drawn
    assert "Kant Air Base" in drawn


def test_a_column_of_texts_keeps_its_index() -> None:
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2), ("b", 2), ("c", 3)], names=["k", "n"])
    texts = pd.Series(["The road to Osh.", None, "No name.", "From Paris to London."], index=index)
    found = geoparse(texts)
    assert found.index.names == ["k", "n"]
    assert found.index.tolist() == [("a", 1), ("c", 3), ("c", 3)]
    assert found["place"].tolist() == ["Osh", "Paris", "London"]
    assert geoparse(pd.Series([], dtype="string")).empty


def test_a_parser_of_ones_own_is_asked(kant: ParsedDocument) -> None:
    class Parser(geo.Geoparser):
        def __init__(self) -> None:
            pass

        def parse_all(self, documents: Iterable[object]) -> Iterator[ParsedDocument]:
            return (kant for _ in documents)

    found = geoparse(pd.Series(["a", "b"], index=["x", "y"]), parser=Parser())
    assert found.index.tolist() == ["x", "x", "y", "y"]


def test_a_value_that_is_no_text_is_named() -> None:
    with pytest.raises(TypeError, match="the value at index 'b' is a int, no text"):
        geoparse(pd.Series(["Osh", 3], index=["a", "b"]))


@pytest.mark.parametrize("given", [["Osh"], pd.DataFrame({"body": ["Osh"]}), "Osh"])
def test_what_is_no_column_is_told_how_to_be_one(given: object) -> None:
    with pytest.raises(TypeError, match=r"geoparse takes one column of texts \(a Series\), got "):
        geoparse(given)


@pytest.mark.parametrize(
    ("module", "make"), [("pandas", to_dataframe), ("geopandas", to_geodataframe)]
)
def test_without_the_extra_it_says_what_to_install(
    module: str, make: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf'pip install "mentionmap\[{module}\]"'):
        make([])
