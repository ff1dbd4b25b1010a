"""One sentence says how a name matched, what spoke for the place, and what is next best."""

from dataclasses import replace

import pytest

from geo.document import Hints
from geo.place import Candidate, Place
from geo.resolver.context import Container
from geo.resolver.explain import explain


def place(name: str, latitude: float, longitude: float, **facts: str) -> Place:
    return Place(
        id=f"x:{name}-{latitude}",
        name=name,
        latitude=latitude,
        longitude=longitude,
        feature_class=facts.get("feature_class", "P"),
        feature_code=facts.get("feature_code", "PPL"),
        country_code=facts.get("country_code", "US"),
        admin1=facts.get("admin1"),
        admin1_code=facts.get("admin1_code"),
    )


PARIS = place("Paris", 33.66, -95.56, admin1="Texas", admin1_code="US-TX")
FRANCE = place("Paris", 48.85, 2.35, admin1="Île-de-France", country_code="FR")
TEXAS = place("Texas", 31.25, -99.25, feature_class="A", feature_code="ADM1", admin1_code="US-TX")
USA = place("United States", 39.76, -98.5, feature_class="A", feature_code="PCLI")
RENO = place("Reno", 33.67, -95.46, admin1_code="US-TX")
HONEY_GROVE = place("Honey Grove", 33.58, -95.91, admin1_code="US-TX")

CHOSEN = Candidate(place=PARIS, name="Paris", match="primary", score=0.8)
OTHER = Candidate(place=FRANCE, name="Paris", match="primary", score=0.2)
TOLD = Container("Texas", "US", "US-TX", None)


@pytest.mark.parametrize(
    ("containers", "others", "hints", "clue"),
    [
        ([TOLD], [], Hints(), "Texas is named right behind"),
        ([], [("Texas", TEXAS), ("Reno", RENO)], Hints(), "Texas, which it lies in, is named too"),
        ([], [("Reno", RENO)], Hints(), "Reno in the text lies near it"),
        (
            [],
            [("Reno", RENO), ("Honey Grove", HONEY_GROVE)],
            Hints(),
            "Reno and one more name in the text lie near it",
        ),
        ([], [("the US", USA)], Hints(), "the US is named too"),
        ([], [], Hints(near=(33.5, -95.5)), "it is near where the text comes from"),
        ([], [], Hints(country="US"), "it is in the country the text is about"),
    ],
)
def test_the_strongest_clue_is_named(
    containers: list[Container], others: list[tuple[str, Place]], hints: Hints, clue: str
) -> None:
    said = explain(CHOSEN, [OTHER], containers, [("Paris", PARIS), *others], hints)
    assert said.startswith(f"Matches its name; {clue}; next best is Paris, Île-de-France, FR, ")
    km = float(said.split(", ")[-1].removesuffix(" km away.").replace(",", ""))
    assert 7_000 < km < 8_500


def test_without_a_clue_none_is_made_up() -> None:
    assert explain(CHOSEN, [], [], [], Hints()) == ("Matches its name; no other place goes by it.")


def test_a_neighbor_is_named_as_one() -> None:
    near = Candidate(place=PARIS, name="Paris", match="near", score=0.4)
    assert explain(near, [], [], [("Paris", PARIS)], Hints()) == (
        "No place of that name fits; the text names it beside Paris."
    )


def test_the_next_best_is_another_place_and_not_the_district_around_it() -> None:
    district = place("Paris District", 33.66, -95.57, feature_class="A", feature_code="ADM2")
    around = Candidate(place=district, name="Paris", match="variant", score=0.3)
    said = explain(CHOSEN, [around, OTHER], [], [], Hints())
    assert "next best elsewhere is Paris, Île-de-France" in said


def test_a_place_that_no_list_has_is_not_denied() -> None:
    beside = replace(OTHER, place=replace(FRANCE, id="near:x", name="near Reno"), match="near")
    assert explain(CHOSEN, [beside], [], [], Hints()) == (
        "Matches its name; no other listed place goes by it."
    )
