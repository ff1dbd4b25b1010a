"""The `never` and `always` lists: kept off everywhere, placed everywhere, and said so."""

from pathlib import Path

import pytest

from geo import Geoparser, ReadError, SettingsError
from geo.gazetteer import SqliteGazetteer
from geo.settings import Settings, load_settings

TEXT = "The Merida Initiative began in Merida. Camp Alpha lies near Springfield."


def settings(folder: Path, text: str) -> Settings:
    (folder / "geo.toml").write_text(text, encoding="utf-8")
    return load_settings(environment={}, folder=folder)


def test_never_keeps_a_phrase_off_and_says_so(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    given = settings(tmp_path, 'never = ["merida initiative"]')
    with Geoparser(given, gazetteer=gazetteer, recognizer="gazetteer") as parser:
        found = [r for r in parser.parse(TEXT).resolutions if r.mention.text == "Merida"]
    assert [(r.place is None, r.reason) for r in found] == [(True, "rejected"), (False, None)]
    assert 'keeps "merida initiative" off' in found[0].explanation


def test_always_places_a_name_even_an_unknown_one(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    given = settings(
        tmp_path, '[always]\n"Camp Alpha" = "42.5,74.5"\n"Springfield" = "geonames:4951788"\n'
    )
    with Geoparser(given, gazetteer=gazetteer, recognizer="gazetteer") as parser:
        found = {r.mention.text: r for r in parser.parse(TEXT).resolutions}
    camp, town = found["Camp Alpha"], found["Springfield"]
    assert camp.place is not None
    assert town.place is not None
    assert (camp.place.latitude, camp.place.longitude) == (42.5, 74.5)
    assert town.place.id == "geonames:4951788"
    assert (camp.origin, camp.confidence) == ("correction", 1.0)


def test_lists_may_lie_in_files(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    never, always = tmp_path / "never.txt", tmp_path / "always.csv"
    never.write_text("# not places\nMerida Initiative\n", encoding="utf-8")
    always.write_text('name,place\nCamp Alpha,"1.0,2.0"\n', encoding="utf-8")
    given = settings(tmp_path, f"never = '@{never}'\nalways = '@{always}'\n")
    with Geoparser(given, gazetteer=gazetteer, recognizer="gazetteer") as parser:
        found = parser.parse(TEXT).resolutions
    assert found[0].reason == "rejected"
    assert [r.place.latitude for r in found if r.place and r.mention.text == "Camp Alpha"] == [1.0]


def test_a_wrong_place_or_file_is_named(gazetteer: SqliteGazetteer, tmp_path: Path) -> None:
    given = settings(tmp_path, 'always = {"Camp Alpha" = "nowhere"}')
    with pytest.raises(SettingsError, match=r'"Camp Alpha" the place "nowhere"'):
        Geoparser(given, gazetteer=gazetteer, recognizer="gazetteer")
    given = settings(tmp_path, 'never = "@missing.txt"')
    with pytest.raises(ReadError, match=r"missing\.txt"):
        Geoparser(given, gazetteer=gazetteer, recognizer="gazetteer")
