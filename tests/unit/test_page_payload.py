"""What the page is told of places, mentions and documents."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from geo.document import Document, ParsedDocument, Resolution
from geo.page.features import feature_words, path
from geo.page.payload import Payload, TextMode, build_payload
from geo.place import Candidate, Place
from tests.browser.sample import BISHKEK, KANT, KYRGYZSTAN, PAMIRS, article, resolution

Make = Callable[..., Any]


# Any: decoded JSON.
def piece(payload: Payload, number: int = 0) -> Any:
    return json.loads(payload.pieces[number])


def columns(payload: Payload, name: str) -> Any:
    return payload.meta[name]


def test_places_come_once_in_order_of_first_mention() -> None:
    places = columns(build_payload([article(), article()]), "places")
    assert places["name"][:4] == ["Pamirs", "Bishkek", "Kyrgyzstan", "Russia"]
    assert len(set(places["id"])) == len(places["id"]) == 8


def test_the_same_id_at_another_point_is_another_place(make_place: Make) -> None:
    near = make_place("near", 42.0, 74.0, id="x:1")
    far = make_place("near", 43.0, 75.0, id="x:1")
    text = "Osh and Kant"
    rows = (resolution(text, "Osh", near), resolution(text, "Kant", far))
    parsed = ParsedDocument(document=Document(text=text), resolutions=rows)
    assert columns(build_payload([parsed]), "places")["latitude"] == [42.0, 43.0]


def test_countries_and_regions_are_areas() -> None:
    places = columns(build_payload([article()]), "places")
    shapes = dict(zip(places["name"], places["shape"], strict=True))
    assert shapes["Kyrgyzstan"] == 2
    assert shapes["Pamirs"] == 1
    assert shapes["Bishkek"] == 0


def test_mentions_carry_place_confidence_and_flags() -> None:
    mentions = columns(build_payload([article()]), "mentions")
    places = columns(build_payload([article()]), "places")["name"]
    rows = article().resolutions
    assert [places[n] if n >= 0 else None for n in mentions["place"]] == [
        r.place.name if r.place else None for r in rows
    ]
    assert mentions["confidence"][9] == 600
    assert mentions["flags"][3] == 1  # "Russian" is associative
    assert mentions["flags"][7] == 8  # Osh is approximate
    assert mentions["flags"][11] == 16  # the Frogfoot was rejected


def test_a_confidence_is_never_rounded_up() -> None:
    text = "Osh"
    row = resolution(text, "Osh", BISHKEK, confidence=0.79996)
    parsed = ParsedDocument(document=Document(text=text), resolutions=(row,))
    assert columns(build_payload([parsed]), "mentions")["confidence"] == [799]


def test_alternatives_and_explanations_go_with_the_text() -> None:
    content = piece(build_payload([article()]))
    document = content["documents"][0]
    others = content["alternatives"][document["alternatives"][9]]
    assert [content["places"][number][1] for number, _ in others] == ["Troy"]
    assert content["explanations"][document["explanations"][1]] == (
        "The dateline names the capital."
    )
    starts = document["spans"][::2]
    assert starts == [r.mention.start for r in article().resolutions]


def test_what_was_not_placed_is_named() -> None:
    assert columns(build_payload([article()]), "unplaced") == ["Frogfoot", "Zzyzxville"]


def test_without_text_nothing_of_it_is_there() -> None:
    payload = build_payload([article()], text="none", title="T")
    packed = json.dumps([payload.meta, payload.pieces])
    for words in ("agreed", "Zzyzxville", "Frogfoot", "dateline", "convoy"):
        assert words not in packed
    assert "Bishkek" in packed  # the gazetteer's name


def test_snippets_leave_other_sentences_out() -> None:
    packed = "".join(build_payload([article()], text="snippets").pieces)
    assert "Bishkek agreed." in packed or '"Bishkek"," agreed."' in packed
    text = "Keep this secret. Osh is a town."
    parsed = ParsedDocument(
        document=Document(text=text), resolutions=(resolution(text, "Osh", BISHKEK),)
    )
    assert "secret" not in "".join(build_payload([parsed], text="snippets", title="T").pieces)


@pytest.mark.parametrize(
    ("titles", "given_title", "expected"),
    [
        (["One"], None, "One"),
        (["One", "Two"], None, "Places in 2 documents"),
        ([None], None, "Places mentioned"),
        ([], None, "Places mentioned"),
        (["One"], "Mine", "Mine"),
    ],
)
def test_the_page_has_a_title(
    titles: list[str | None], given_title: str | None, expected: str
) -> None:
    documents = [
        ParsedDocument(document=Document(text="some words only", title=title)) for title in titles
    ]
    assert build_payload(documents, title=given_title).title == expected


def test_documents_fill_pieces_and_know_theirs() -> None:
    text = "Osh. " + "x" * 300_000
    parsed = ParsedDocument(
        document=Document(text=text), resolutions=(resolution(text, "Osh", BISHKEK),)
    )
    payload = build_payload([parsed] * 5)
    assert columns(payload, "documents")["piece"] == [0, 0, 1, 1, 2]
    assert [len(piece(payload, n)["documents"]) for n in range(3)] == [2, 2, 1]


def test_an_empty_corpus_and_an_empty_document_are_fine() -> None:
    assert build_payload([]).pieces == ()
    empty = build_payload([ParsedDocument(document=Document(text=""))])
    assert piece(empty)["documents"][0]["paragraphs"] == []


def test_offsets_of_a_resolution_out_of_order_are_kept(make_resolution: Make) -> None:
    text = "Osh and Kant"
    rows: tuple[Resolution, ...] = (
        resolution(text, "Kant", KANT),
        resolution(text, "Osh", BISHKEK),
    )
    document = piece(
        build_payload([ParsedDocument(document=Document(text=text), resolutions=rows)])
    )["documents"][0]
    assert document["marks"] == [1, 0]
    assert document["spans"] == [8, 4, 0, 3]


def test_a_place_says_what_it_is_and_lies_in() -> None:
    names = {"KG": "Kyrgyzstan", "US": "United States"}
    assert feature_words(KANT) == "air base"
    assert path(KANT, countries=names) == "Chuy, Kyrgyzstan"
    assert path(KANT, countries={}) == "Chuy, KG"
    assert feature_words(KYRGYZSTAN) == "country"
    assert path(KYRGYZSTAN, countries=names) == ""
    assert feature_words(PAMIRS) == "mountains"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"feature_class": "P", "feature_code": "PPL", "population": 1_500_000}, "city"),
        ({"feature_class": "P", "feature_code": "PPL", "population": 900}, "populated place"),
        ({"feature_class": "P", "feature_code": "PPLC", "population": 900_000}, "capital"),
        ({"feature_class": "S", "feature_code": "XYZ"}, "site"),
        ({}, "place"),
    ],
)
def test_feature_codes_have_words(make_place: Make, fields: dict[str, Any], words: str) -> None:
    assert feature_words(make_place(**fields)) == words


def test_a_path_does_not_repeat_itself(make_place: Make) -> None:
    place: Place = make_place("Moscow", country_code="RU", admin1="Moscow", admin2="Moscow")
    assert path(place, countries={"RU": "Russia"}) == "Russia"
    city = make_place("Singapore", country_code="SG", admin1="Singapore")
    assert path(city, countries={"SG": "Singapore"}) == "Singapore"


def test_candidates_beyond_the_first_few_are_left_out(make_place: Make) -> None:
    text = "Osh"
    others = tuple(make_place(f"Other {n}", id=f"o:{n}") for n in range(30))
    row = resolution(text, "Osh", BISHKEK, others=others)
    assert all(isinstance(c, Candidate) for c in row.candidates)
    parsed = ParsedDocument(document=Document(text=text), resolutions=(row,))
    assert [len(rows) for rows in piece(build_payload([parsed]))["alternatives"]] == [6]


@pytest.mark.parametrize(
    ("text", "correctable", "expected"),
    [("full", True, True), ("snippets", True, True), ("none", True, False), ("full", False, False)],
)
def test_only_a_page_with_the_text_as_it_was_can_be_corrected(
    text: TextMode, correctable: bool, expected: bool
) -> None:
    line = {"mention": "Frogfoot", "note": "a secret"}
    payload = build_payload(
        [article()], text=text, title="T", corrections=[line], correctable=correctable
    )
    assert payload.meta["correctable"] is expected
    assert payload.meta["corrections"] == ([line] if expected else [])


def test_pages_of_other_content_have_another_digest() -> None:
    modes: tuple[TextMode, ...] = ("full", "snippets")
    digests = {
        build_payload([article()], title=title, text=text).meta["digest"]
        for title in ("T", "U")
        for text in modes
    }
    assert len(digests) == 4
    assert build_payload([article()], title="T").meta["digest"] in digests


def test_paragraphs_tell_where_they_begin() -> None:
    text = "\U0001f30d First.\n\nSecond, in Osh. Third.\n\nOsh again."
    rows = (resolution(text, "Osh", BISHKEK), resolution(text, "Osh", BISHKEK, occurrence=1))
    parsed = ParsedDocument(document=Document(text=text), resolutions=rows)
    expected: list[tuple[TextMode, list[str]]] = [
        ("full", ["\U0001f30d", "Second", "Osh"]),
        ("snippets", ["Second", "Osh"]),
    ]
    for mode, begins in expected:
        content = piece(build_payload([parsed], text=mode))["documents"][0]
        paragraphs = [p for p in content["paragraphs"] if isinstance(p, list)]
        for paragraph, start, words in zip(paragraphs, content["starts"], begins, strict=True):
            whole = "".join(run if isinstance(run, str) else "".join(run) for run in paragraph)
            assert text[start:].startswith(whole)
            assert whole.startswith(words)
