"""The recognizer of gazetteer lists: what it finds, and what it leaves."""

import itertools

import pytest

from geo.document import Document, Mention
from geo.gazetteer import SqliteGazetteer
from geo.recognizers.gazetteer import GazetteerRecognizer


def found(gazetteer: SqliteGazetteer, text: str) -> list[Mention]:
    [mentions] = GazetteerRecognizer(gazetteer).recognize([Document(text=text)])
    return mentions


def names(gazetteer: SqliteGazetteer, text: str, kind: str = "literal") -> list[str]:
    return [m.text for m in found(gazetteer, text) if m.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jets at the Kant airbase near Bishkek.", ["Kant airbase", "Bishkek"]),
        ("BISHKEK, Kyrgyzstan (AP) -- Drills began.", ["BISHKEK", "Kyrgyzstan"]),
        ("Troops left the U.S. for Iraq.", ["U.S.", "Iraq"]),
        ("Police in Long Beach, Calif., said so.", ["Long Beach", "Calif."]),
        ("The Hague and the Pamirs", ["Hague", "Pamirs"]),
        ("Snow fell in northern Mali.", ["Mali"]),
        ("Juarez’s mayor went to El Paso, Texas.", ["Juarez", "El Paso", "Texas"]),
        ("\U0001f600\U0001f600 Flights to Tashkent resumed", ["Tashkent"]),
        ("He flew to Port-au-Prince.", ["Port-au-Prince"]),
        ("Trade with New\u00a0Zealand grew.", ["New\u00a0Zealand"]),
    ],
)
def test_it_finds_places(gazetteer: SqliteGazetteer, text: str, expected: list[str]) -> None:
    assert names(gazetteer, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "President Juan Manuel Santos spoke. Santos left.",
        "In March the Army and the Police agreed.",
        "We saw reading lists. Reading is good.",
        "The Internet is down, said Mr. Lincoln.",
        "I think so.",
        "",
        "no capital anywhere, not even for paris",
    ],
)
def test_it_leaves_people_and_ordinary_words(gazetteer: SqliteGazetteer, text: str) -> None:
    assert names(gazetteer, text) == []


def test_demonyms_are_associative(gazetteer: SqliteGazetteer) -> None:
    text = "Russian and Kyrgyz officers met Pakistanis."
    assert names(gazetteer, text, "associative") == ["Russian", "Kyrgyz", "Pakistanis"]
    assert names(gazetteer, text) == []


def test_a_place_in_an_organization_is_inside(gazetteer: SqliteGazetteer) -> None:
    [mention] = found(gazetteer, "She studied law at the University of New Mexico.")
    assert (mention.text, mention.role) == ("New Mexico", "inside")


def test_spans_are_slices_and_do_not_overlap(gazetteer: SqliteGazetteer) -> None:
    text = "New York City, N.Y., and Kansas City, Mo., are not New Kansas. " * 3
    mentions = found(gazetteer, text)
    assert mentions
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in itertools.pairwise(mentions))
