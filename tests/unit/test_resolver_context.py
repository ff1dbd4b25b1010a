"""What is written around a name: containers, class words, articles, what it is said to be in."""

import pytest

from geo.document import Document, Mention
from geo.gazetteer import SqliteGazetteer
from geo.resolver.context import (
    class_words_near,
    find_containers,
    is_after_the,
    names_before,
    told_names,
)


def mention(text: str, name: str, after: str = "") -> Mention:
    start = text.index(name, text.index(after))
    return Mention(start=start, end=start + len(name), text=name)


@pytest.mark.parametrize(
    ("text", "name", "container", "country_code", "is_before"),
    [
        ("It rained in Troy, N.C., all day.", "Troy", "N.C.", "US", False),
        ("He died in Lititz, Pa., at 95.", "Lititz", "Pa.", "US", False),
        ("Ships call at Victoria, the small capital of the Seychelles.", "Victoria", "Seychelles",
         "SC", False),
        ("Astana, capital of Kazakhstan, froze.", "Astana", "Kazakhstan", "KZ", False),
        ("In the Syrian city of Aleppo shops closed.", "Aleppo", "Syrian", "SY", True),
        ("Kenya's capital, Nairobi, was quiet.", "Nairobi", "Kenya", "KE", True),
        ("The Mexican state of Oaxaca voted.", "Oaxaca", "Mexican", "MX", True),
    ],
)  # fmt: skip
def test_a_container_is_read_beside_the_name(
    gazetteer: SqliteGazetteer,
    text: str,
    name: str,
    container: str,
    country_code: str,
    is_before: bool,
) -> None:
    found = find_containers(Document(text=text), mention(text, name), gazetteer)
    assert (container, country_code) in {(one.name, one.country_code) for one in found}
    assert {one.is_before for one in found} == {is_before}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Aleppo, the mayor said, was calm.", "Aleppo"),
        ("The Syrian delegation left Geneva.", "Geneva"),
        ("In Troy, it rained.", "Troy"),
    ],
)
def test_other_words_contain_nothing(gazetteer: SqliteGazetteer, text: str, name: str) -> None:
    assert find_containers(Document(text=text), mention(text, name), gazetteer) == ()


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Niger, the largest state of Nigeria, voted.", "Niger", ("state",)),
        ("roads in Becker, Clay, Otter Tail and Wilkin counties are closed", "Clay", ("counties",)),
        ("roads in Becker, Clay and Wilkin are closed", "Clay", ()),
        ("the Kazakh capital Astana", "Astana", ("capital",)),
    ],
)
def test_class_words_stand_beside_a_name_or_behind_its_list(
    text: str, name: str, words: tuple[str, ...]
) -> None:
    assert class_words_near(Document(text=text), mention(text, name)) == words


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("The bridge over the Zambezi at Caia is open.", "Zambezi", True),
        ("They crossed the Niger.", "Niger", True),
        ("They met the London mayor.", "London", False),
        ("They met in Niger.", "Niger", False),
    ],
)
def test_an_article_is_the_names_own_or_that_of_a_noun(
    text: str, name: str, expected: bool
) -> None:
    assert is_after_the(Document(text=text), mention(text, name)) is expected


def test_names_stand_before_others_and_are_told_by_them() -> None:
    text = "Le Cygne in Lyon, France, is older than London's Savoy; so is Albany (New York)."
    names = ("Le Cygne", "Lyon", "France", "London", "Savoy", "Albany", "New York")
    mentions = [mention(text, name) for name in names]
    document, order = Document(text=text), range(len(mentions))
    before = names_before(document, mentions, order)
    assert {names[i]: names[other] for i, other in before.items()} == {
        "France": "Lyon",
        "New York": "Albany",
    }
    told = {(names[i], names[other]) for i, other in told_names(document, mentions, order)}
    assert told == {
        ("Le Cygne", "Lyon"),
        ("Lyon", "France"),
        ("Savoy", "London"),
        ("Albany", "New York"),
    }
