"""The network together with the gazetteer: its rules, its dial, and the recognizers beside it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from geo.document import Document, Mention, Role
from geo.errors import MissingExtraError, SettingsError
from geo.gazetteer import SqliteGazetteer
from geo.recognizers.learned import LearnedRecognizer
from geo.recognizers.rules import mend
from geo.recognizers.spacy import SpacyRecognizer
from geo.registry import make_recognizer
from geo.settings import Settings

Found = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def find(gazetteer: SqliteGazetteer) -> Found:
    """Return what finds the literal places of a text, organizations left out."""
    return partial(_literal, LearnedRecognizer(gazetteer))


def _literal(recognizer: LearnedRecognizer, text: str) -> list[str]:
    [mentions] = recognizer.recognize([Document(text=text)])
    return [m.text for m in mentions if m.kind == "literal" and m.role != "organization"]


def _mended(
    gazetteer: SqliteGazetteer, text: str, found: str, *, role: Role = "name"
) -> list[Mention]:
    """Return what the rules make of one name that the network found."""
    start = text.index(found)
    mention = Mention(start=start, end=start + len(found), text=found, role=role, score=0.9)
    return mend(Document(text=text), [mention], gazetteer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clashes went on in Northeast Nebraska on Friday.", ["Nebraska"]),
        ("She flies from Moscow's Domodedovo Airport.", ["Moscow", "Domodedovo Airport"]),
        ("Rep. Boyd Wills, D-Charleston, voted no.", ["Charleston"]),
        ("He sued the U.S. Forest Service.", ["U.S."]),
        ("Tokmok; Talas; Naryn; Karakol", ["Tokmok", "Talas", "Naryn", "Karakol"]),
        ("- Gulu\n- Lira\n- Arua", ["Gulu", "Lira", "Arua"]),
        ("Kant", ["Kant"]),
        ("Camps in Cox's Bazar flooded, and so did King's Lynn.", ["Cox's Bazar", "King's Lynn"]),
        ("Schools in St. John's, Newfoundland, shut.", ["St. John's", "Newfoundland"]),
        ("London's mayor met Lyon's.", ["London", "Lyon"]),
        ("The mission left Copen-\nhagen on Monday.", ["Copen-\nhagen"]),
    ],
)
def test_the_gazetteer_mends_what_the_network_found(
    find: Found, text: str, expected: list[str]
) -> None:
    assert find(text) == expected


@pytest.mark.parametrize(
    ("text", "found", "mended"),
    [
        ("Between Quitoand the coast there is a road.", "Quitoand", "Quito"),
        ("It is closed: theUS embassy in Lima.", "theUS", "US"),
        ("A fire at Hali fax is out.", "Hali", "Hali fax"),
        ("A fire in Kant town hall is out.", "Kant", "Kant"),
        ("Forty wagons left for Kant on Monday.", "Kant", "Kant"),
        ("The Iraqis left in May.", "Iraqis", "Iraqis"),
    ],
)
def test_a_space_too_few_or_too_many_is_put_right(
    gazetteer: SqliteGazetteer, text: str, found: str, mended: str
) -> None:
    [first, *_] = _mended(gazetteer, text, found)
    assert (first.text, text[first.start : first.end]) == (mended, mended)


@pytest.mark.parametrize(
    ("text", "found", "mended"),
    [
        ("Boys were swimming off a Lancaster park.", "Lancaster park", "Lancaster"),
        ("Shelling went on in Idlib province.", "Idlib province", "Idlib"),
        ("The flight left Beirut airport late.", "Beirut airport", "Beirut airport"),
        ("Mechanics at Kant airbase walked out.", "Kant", "Kant airbase"),
        (
            "The Democratic People's Republic of Korea denied it.",
            "s Republic of Korea",
            "Democratic People's Republic of Korea",
        ),
    ],
)
def test_a_span_ends_where_the_gazetteer_says(
    gazetteer: SqliteGazetteer, text: str, found: str, mended: str
) -> None:
    assert [m.text for m in _mended(gazetteer, text, found)] == [mended]


@pytest.mark.parametrize(
    ("text", "found", "mended"),
    [
        ("Kansas City Power cut bills.", "Kansas", "Kansas City"),
        ("The Boulder City Council met.", "Boulder", "Boulder City"),
        ("The University of New Mexico won.", "New Mexico", "New Mexico"),
    ],
)
def test_an_office_is_that_of_the_longest_town(
    gazetteer: SqliteGazetteer, text: str, found: str, mended: str
) -> None:
    assert [m.text for m in _mended(gazetteer, text, found, role="inside")] == [mended]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Records went to the Anderson County Courthouse.", ["Anderson County"]),
        ("Talks with EU officials broke down over fish.", ["EU"]),
        ("CALL US NOW AND WIN A TRIP FOR TWO", []),
    ],
)
def test_what_can_mean_nothing_else_is_found_without_the_network(
    gazetteer: SqliteGazetteer, text: str, found: list[str]
) -> None:
    assert [m.text for m in mend(Document(text=text), [], gazetteer)] == found


def test_a_code_of_an_airport_alone_is_no_place(find: Found) -> None:
    assert find("He sent a GIF of the SUV to an NGO and to the IRS.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The tanker Murcia ran aground.",
        "He poured himself a glass of Burgundy.",
        "Ms. Holland took the oath.",
        "It was, by all accounts, OK, and no more.",
        "She drives a Seat Toledo.",
        "My uncle still drives a Cordoba from 1978.",
    ],
)
def test_other_things_of_that_name_are_no_places(find: Found, text: str) -> None:
    assert find(text) == []


def test_a_boat_from_a_place_leaves_the_place(find: Found) -> None:
    assert find("The boat from Madeira was late.") == ["Madeira"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Boston office closed.", ["Boston"]),
        ("The Mississippi was high, the Indus is low.", ["Mississippi", "Indus"]),
    ],
)
def test_articles_of_nouns_and_rivers_leave_the_place(
    find: Found, text: str, expected: list[str]
) -> None:
    assert find(text) == expected


def test_a_person_named_in_full_takes_the_surname_along(find: Found) -> None:
    text = "Council member Amelia Burlington spoke first. Burlington then left for Reno."
    assert find(text) == ["Reno"]


def test_caution_finds_less_and_its_reverse_no_less(gazetteer: SqliteGazetteer) -> None:
    text = (Path(__file__).parents[2] / "seeds" / "border-cities.txt").read_text("utf-8")
    careful, plain, daring = (
        LearnedRecognizer(gazetteer, caution=caution).recognize([Document(text=text)])[0]
        for caution in (3, 0, -3)
    )
    assert len(careful) < len(plain)
    assert all(any(m.start < d.end and d.start < m.end for d in daring) for m in plain)


def test_a_recognizer_is_made_by_name_with_its_model(
    gazetteer: SqliteGazetteer, tmp_path: Path
) -> None:
    recognizer = make_recognizer(f"spacy:{tmp_path}", gazetteer)
    assert isinstance(recognizer, SpacyRecognizer)
    with pytest.raises(SettingsError, match="no spaCy pipeline"):
        recognizer.recognize([Document(text="Osh")])


@pytest.mark.parametrize(
    ("name", "caution", "said"),
    [
        ("gazetteer:small", 0.0, 'recognizer "gazetteer" takes no model'),
        ("gazetteer", 1.0, 'recognizer "gazetteer" takes no caution'),
    ],
)
def test_what_a_recognizer_does_not_take_is_said(
    gazetteer: SqliteGazetteer, name: str, caution: float, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        make_recognizer(name, gazetteer, caution=caution)


def test_caution_has_bounds() -> None:
    with pytest.raises(SettingsError, match="within -5 and 5"):
        Settings(caution=9.0)


def test_gliner_names_its_extra(
    gazetteer: SqliteGazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gliner", None)
    with pytest.raises(MissingExtraError, match=r"mentionmap\[gliner\]"):
        make_recognizer("gliner", gazetteer).recognize([Document(text="Osh")])
