import dataclasses
from collections.abc import Callable

import pytest

from geo.document import Document, Mention, ParsedDocument, Resolution, Section, document_id
from geo.place import Candidate, Place


def test_a_document_without_an_id_is_named_after_its_text() -> None:
    assert Document(text="Osh").id == document_id("Osh")
    assert Document(text="Osh", id="7").id == "7"
    assert document_id("Osh") != document_id("Osh ")
    assert document_id("\ud800").startswith("sha256:")
    assert len(document_id("")) == len("sha256:") + 16


def test_records_compare_by_value_and_do_not_change(make_place: Callable[..., Place]) -> None:
    assert make_place() == make_place()
    assert dataclasses.replace(make_place(), population=5).population == 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_place().name = "Osh"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"latitude": 90.1}, "latitude"),
        ({"latitude": float("nan")}, "latitude"),
        ({"longitude": -180.5}, "longitude"),
        ({"longitude": float("inf")}, "longitude"),
        ({"country_code": "kg"}, "country code"),
        ({"country_code": "KGZ"}, "country code"),
        ({"country_code": ""}, "country code"),
    ],
)
def test_a_place_checks_itself(
    make_place: Callable[..., Place], wrong: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make_place(**wrong)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"start": -1, "end": 2, "text": "Osh"}, "spans"),
        ({"start": 2, "end": 2, "text": ""}, "spans"),
        ({"start": 0, "end": 2, "text": "Osh"}, "not as long as its span"),
        ({"start": 0, "end": 3, "text": "Osh", "score": 1.1}, "score"),
        ({"start": 0, "end": 3, "text": "Osh", "score": float("nan")}, "score"),
    ],
)
def test_a_mention_checks_itself(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Mention(**fields)  # type: ignore[arg-type]  # the point of the test


def test_a_section_lies_within_the_text() -> None:
    with pytest.raises(ValueError, match="spans"):
        Section(start=3, end=2, label="x")
    with pytest.raises(ValueError, match='section "x" ends beyond the text'):
        Document(text="Osh", sections=(Section(start=0, end=4, label="x"),))


def test_a_resolution_has_a_place_or_a_reason(make_place: Callable[..., Place]) -> None:
    mention = Mention(start=0, end=3, text="Osh")
    with pytest.raises(ValueError, match="a place, or a reason"):
        Resolution(mention=mention)
    with pytest.raises(ValueError, match="a place, or a reason"):
        Resolution(mention=mention, place=make_place(), reason="rejected")
    with pytest.raises(ValueError, match="confidence is 0"):
        Resolution(mention=mention, reason="rejected", confidence=0.5)
    with pytest.raises(ValueError, match="within 0 and 1"):
        Resolution(mention=mention, place=make_place(), confidence=1.5)


def test_alternatives_leave_out_the_chosen_place(make_place: Callable[..., Place]) -> None:
    places = [make_place(id=f"t:{i}") for i in range(3)]
    candidates = tuple(Candidate(place=p, name="x", match="primary", score=0.5) for p in places)
    mention = Mention(start=0, end=3, text="Osh")
    chosen = Resolution(mention=mention, place=places[1], confidence=1, candidates=candidates)
    assert [c.place.id for c in chosen.alternatives] == ["t:0", "t:2"]
    none = Resolution(mention=mention, reason="rejected", candidates=candidates)
    assert none.alternatives == candidates


def test_a_candidates_score_is_a_share(make_place: Callable[..., Place]) -> None:
    with pytest.raises(ValueError, match="score"):
        Candidate(place=make_place(), name="x", match="primary", score=2)


def test_places_are_given_once_in_the_order_of_first_mention(
    make_parsed: Callable[..., ParsedDocument], make_place: Callable[..., Place]
) -> None:
    osh, kant = make_place("Osh"), make_place("Kant")
    text = "Osh, Kant, OSH, Qux"
    parsed = make_parsed(text, {"Kant": kant, "Osh": osh, "Qux": None, "OSH": osh})
    assert parsed.places == (osh, kant)
    assert [mention.text for mention in parsed.mentions] == ["Osh", "Kant", "OSH", "Qux"]


@pytest.mark.parametrize(
    ("fields", "country", "area"),
    [
        ({"feature_class": "A", "feature_code": "PCLI", "radius_km": 350.0}, True, True),
        ({"feature_class": "A", "feature_code": "ADM1", "radius_km": 80.0}, False, True),
        ({"feature_class": "T", "feature_code": "MT", "radius_km": 2.0}, False, False),
        ({"feature_class": "P", "feature_code": "PPLC", "radius_km": 20.0}, False, False),
        ({}, False, False),
    ],
)
def test_countries_and_areas_are_known_by_their_feature(
    make_place: Callable[..., Place], fields: dict[str, object], country: bool, area: bool
) -> None:
    place = make_place(**fields)
    assert (place.is_country, place.is_area) == (country, area)
