"""The resolver: the right place by what the document says."""

import pytest

from geo.document import Document, Hints, Mention, Resolution
from geo.gazetteer import SqliteGazetteer
from geo.resolver import RankingResolver
from geo.resolver.context import find_named, named_beside
from geo.sections import find_sections


def resolve(
    gazetteer: SqliteGazetteer, text: str, *names: str, hints: Hints | None = None
) -> list[Resolution]:
    document = Document(text=text, sections=find_sections(text), hints=hints or Hints())
    mentions, at = [], 0
    for name in names:
        at = text.index(name, at)
        mentions.append(Mention(start=at, end=at + len(name), text=name))
        at += len(name)
    return RankingResolver(gazetteer).resolve(document, mentions)


@pytest.mark.parametrize(
    ("text", "name", "country_code", "admin1"),
    [
        ("Police in Long Beach, Calif., said so.", "Long Beach", "US", "California"),
        ("TROY, N.C. -- A storm hit the town.", "TROY", "US", "North Carolina"),
        ("Students in Paris, Texas, went home.", "Paris", "US", "Texas"),
        ("A man from Moscow, Idaho, won.", "Moscow", "US", "Idaho"),
        ("They met in Tripoli, Lebanon, on Monday.", "Tripoli", "LB", None),
        ("The bishop of Cordoba (Argentina) resigned.", "Cordoba", "AR", None),
        ("Washington denied it.", "Washington", "US", "District of Columbia"),
        ("Moscow denied it.", "Moscow", "RU", None),
    ],
)
def test_what_is_written_right_behind_decides(
    gazetteer: SqliteGazetteer, text: str, name: str, country_code: str, admin1: str | None
) -> None:
    [resolution] = resolve(gazetteer, text, name)
    assert resolution.place is not None
    assert resolution.place.country_code == country_code
    if admin1 is not None:
        assert resolution.place.admin1 == admin1


def test_the_other_places_of_a_text_decide(gazetteer: SqliteGazetteer) -> None:
    text = "Colombia sent troops from Bogota and Neiva to San Vicente."
    *_, resolution = resolve(gazetteer, text, "Colombia", "Bogota", "Neiva", "San Vicente")
    assert resolution.place is not None
    assert resolution.place.country_code == "CO"


def test_sections_keep_their_contexts_apart(gazetteer: SqliteGazetteer) -> None:
    text = (
        "TRIPOLI, Libya (NW) -- Ministers met in Tripoli after talks in Benghazi.\n\n\n\n"
        "TRIPOLI, Lebanon (NW) -- Bakers in Tripoli went on strike, as did those of Beirut.\n"
    )
    names = ["TRIPOLI", "Libya", "Tripoli", "Benghazi", "TRIPOLI", "Lebanon", "Tripoli", "Beirut"]
    found = resolve(gazetteer, text, *names)
    codes = [r.place.country_code if r.place else None for r in found]
    assert codes == ["LY"] * 4 + ["LB"] * 4


def test_two_places_of_one_name_are_told_apart(gazetteer: SqliteGazetteer) -> None:
    text = "Hyderabad in India and Hyderabad in Pakistan are twins."
    found = resolve(gazetteer, text, "Hyderabad", "India", "Hyderabad", "Pakistan")
    assert [r.place.country_code if r.place else None for r in found] == ["IN", "IN", "PK", "PK"]


def test_the_owner_of_a_town_is_around_it(gazetteer: SqliteGazetteer) -> None:
    text = "Traders of Pakistan's Hyderabad shut their shops."
    *_, found = resolve(gazetteer, text, "Pakistan", "Hyderabad")
    assert found.place is not None
    assert found.place.country_code == "PK"


def test_a_telephone_number_tells_the_state(gazetteer: SqliteGazetteer) -> None:
    plain, called = (
        resolve(gazetteer, f"Tickets for the fair in Newark are at {where}.", "Newark")[0]
        for where in ("the door", "(302) 555-0142")
    )
    assert plain.place is not None
    assert called.place is not None
    assert (plain.place.admin1, called.place.admin1) == ("New Jersey", "Delaware")


def test_no_name_speaks_for_itself(gazetteer: SqliteGazetteer) -> None:
    areas = find_named(gazetteer, "Georgia and Georgia lie far from Armenia.")
    assert set(named_beside(areas, "georgia").countries) == {"AM"}
    assert set(named_beside(areas, "armenia").countries) == {"GE"}


def test_no_alternative_is_likelier_than_the_place(gazetteer: SqliteGazetteer) -> None:
    text = "Springfield, Victoria, Gao, San Jose, Troy and Puno drew crowds, Newark and Lima none."
    names = text.replace(" and", ",").removesuffix(" none.").replace(" drew crowds", "").split(", ")
    for sure in (1.0, 0.8, 0.3):
        document = Document(text=text)
        mentions = [
            Mention(start=text.index(n), end=text.index(n) + len(n), text=n, score=sure)
            for n in names
        ]
        for found in RankingResolver(gazetteer).resolve(document, mentions):
            scores = [candidate.score for candidate in found.candidates]
            assert scores[0] == found.confidence == max(scores)
            assert sum(scores) <= 1.001


def test_a_short_form_takes_the_place_of_its_long_form(gazetteer: SqliteGazetteer) -> None:
    text = (
        "US forces at Manas Air Base stay. Manas is vital, and so is Ciudad Juarez. Juarez mourns."
    )
    names = ["Manas Air Base", "Manas", "Ciudad Juarez", "Juarez"]
    base, short, city, short_city = resolve(gazetteer, text, *names)
    assert short.place == base.place
    assert short_city.place == city.place
    assert 'Short for "Manas Air Base"' in short.explanation


def test_an_unknown_name_has_a_reason(gazetteer: SqliteGazetteer) -> None:
    [resolution] = resolve(gazetteer, "The road to Qqzzxqy is closed.", "Qqzzxqy")
    assert resolution.place is None
    assert resolution.reason == "no-candidate"
    assert resolution.confidence == 0
    assert "Qqzzxqy" in resolution.explanation


def test_a_hint_of_the_country_counts(gazetteer: SqliteGazetteer) -> None:
    plain = resolve(gazetteer, "The fire in Hamilton is out.", "Hamilton")[0]
    hinted = resolve(
        gazetteer, "The fire in Hamilton is out.", "Hamilton", hints=Hints(country="NZ")
    )[0]
    assert plain.place is not None
    assert hinted.place is not None
    assert (plain.place.country_code, hinted.place.country_code) == ("CA", "NZ")


def test_candidates_are_ordered_and_explained(gazetteer: SqliteGazetteer) -> None:
    [resolution] = resolve(gazetteer, "Students in Paris, Texas, went home.", "Paris")
    scores = [candidate.score for candidate in resolution.candidates]
    assert scores == sorted(scores, reverse=True)
    assert resolution.candidates[0].place == resolution.place
    assert "Texas is named right behind" in resolution.explanation
    assert "next best is Paris" in resolution.explanation
    assert 0 < resolution.confidence <= 1
