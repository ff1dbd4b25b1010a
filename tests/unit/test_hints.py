"""What is known beside a text: the outlet's home, the country, the year."""

from typing import Any

import pytest

from geo.document import Document, Hints, Mention, Resolution
from geo.gazetteer import SqliteGazetteer
from geo.resolver import RankingResolver, home_of
from geo.resolver.hints import with_home


def place_of(gazetteer: SqliteGazetteer, text: str, name: str, hints: Hints) -> Resolution:
    start = text.index(name)
    mention = Mention(start=start, end=start + len(name), text=name)
    [found] = RankingResolver(gazetteer).resolve(Document(text=text, hints=hints), [mention])
    return found


@pytest.mark.parametrize(
    "outlet",
    ["parispi.net", "www.parispi.net", "https://parispi.net/a/b", "The Paris Post-Intelligencer"],
)
def test_the_home_of_an_outlet_is_known_by_domain_and_name(outlet: str) -> None:
    assert home_of(outlet) == (36.302, -88.327)


def test_an_unknown_outlet_has_no_home() -> None:
    assert home_of("qqzzxqy.example") is None
    assert home_of("") is None


def test_a_name_that_two_newspapers_share_has_no_home() -> None:
    assert home_of("thegazette.com") is not None
    assert home_of("The Dominion Post") == home_of("stuff.co.nz")
    assert home_of("Daily Herald") is not None
    assert home_of("The Advertiser") == home_of("adelaidenow.com.au")


@pytest.mark.parametrize(
    "wrong", [{"country": "kg"}, {"country": "KGZ"}, {"near": (100, 200)}, {"near": (42, 999)}]
)
def test_a_hint_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"two capitals|latitude and longitude"):
        Hints(**wrong)


def test_a_point_that_is_given_wins_over_the_outlet() -> None:
    assert with_home(Hints(near=(1.0, 2.0), outlet="kabar.kg")).near == (1.0, 2.0)
    assert with_home(Hints(outlet="kabar.kg")).near == (42.87, 74.59)


def test_the_outlet_decides_where_nothing_else_does(gazetteer: SqliteGazetteer) -> None:
    text = "The mayor of Paris opened the new fire hall on Monday."
    found = place_of(gazetteer, text, "Paris", Hints(outlet="parispi.net"))
    assert found.place is not None
    assert found.place.admin1 == "Tennessee"


def test_an_address_of_the_paper_tells_its_home(gazetteer: SqliteGazetteer) -> None:
    text = "The mayor of Paris opened the fire hall. Write to desk@parispi.net with news."
    admin1 = [
        found.place.admin1 if found.place else None
        for hints in (Hints(), Hints(outlet="kabar.kg"))
        for found in [place_of(gazetteer, text, "Paris", hints)]
    ]
    assert admin1[0] == "Tennessee"
    assert admin1[1] != "Tennessee"  # what is told wins


@pytest.mark.parametrize(
    ("name", "year", "country_code"),
    [("Frunze", 1950, "KG"), ("Salisbury", 1970, "ZW"), ("Batavia", 2012, "US")],
)
def test_the_year_weighs_names_by_when_they_were_in_use(
    gazetteer: SqliteGazetteer, name: str, year: int, country_code: str
) -> None:
    found = place_of(gazetteer, f"The fair in {name} is over.", name, Hints(year=year))
    assert found.place is not None
    assert found.place.country_code == country_code


def test_a_name_of_old_is_read_for_some_years_more(gazetteer: SqliteGazetteer) -> None:
    text = "Gold Coast, now Ghana, held an election."
    codes = [
        found.place.country_code if found.place else None
        for year in (1950, 1961, 1995)
        for found in [place_of(gazetteer, text, "Gold Coast", Hints(year=year))]
    ]
    assert codes[:2] == ["GH", "GH"]
    assert codes[2] != "GH"


def test_a_name_of_old_is_less_sure_after_its_time(gazetteer: SqliteGazetteer) -> None:
    text = "The fair in Batavia is over."
    then, now = (
        place_of(gazetteer, text, "Batavia", Hints(year=year)).candidates for year in (1930, 2012)
    )
    scores = [
        next((c.score for c in found if c.place.country_code == "ID"), 0.0) for found in (then, now)
    ]
    assert scores[0] > 0.5 > scores[1]
