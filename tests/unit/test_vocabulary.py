"""Words that tell a country: the table, and what a text is taken to say."""

import csv
from importlib.resources import files

import pytest

from geo.gazetteer import SqliteGazetteer
from geo.resolver.vocabulary import spoken_countries, words_of


def table() -> list[dict[str, str]]:
    text = files("geo.resolver").joinpath("country_words.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_table_is_sorted_and_names_countries(gazetteer: SqliteGazetteer) -> None:
    words = [row["word"] for row in table()]
    assert words == sorted(set(words))
    for row in table():
        assert row["word"] == row["word"].lower().strip()
        assert len(row["word"].split()) <= 3
        for code in row["countries"].split("|"):
            assert any(c.place.country_code == code for c in gazetteer.lookup(code)), row


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The selectmen met at the theater. The sheriff's office was closed.", "US"),
        ("Gardaí said the secondary school was shut by the county council.", "IE"),
        ("Three lakh rupees were paid to the panchayat, the Lok Sabha heard.", "IN"),
        ("The RCMP seized the toonies near the band council.", "CA"),
    ],
)
def test_words_speak_for_the_country_that_uses_them(text: str, code: str) -> None:
    found = spoken_countries(text)
    assert max(found, key=lambda one: found[one]) == code
    assert 0 < found[code] < 1
    assert sorted(found.values())[-2:-1] != [found[code]]  # for no other as much


def test_plain_words_speak_for_none_and_more_words_say_more() -> None:
    assert spoken_countries("It rained in the night, and the road was closed.") == {}
    one, two = spoken_countries("the gardaí"), spoken_countries("the gardaí met the taoiseach")
    assert two["IE"] > one["IE"]
    assert "gardaí" in words_of("IE")
