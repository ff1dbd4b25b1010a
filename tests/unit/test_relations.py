"""Places told by others: offsets, surroundings, borders, and names placed by their neighbors."""

import pytest
from geopy.distance import geodesic

from geo.document import Document, Mention, Resolution
from geo.gazetteer import SqliteGazetteer
from geo.pipeline import Geoparser
from geo.place import Candidate, Place
from geo.resolver import RankingResolver, exact_only, with_relations
from geo.settings import Settings

BISHKEK = Place(
    id="x:bishkek", name="Bishkek", latitude=42.87, longitude=74.59, feature_class="P", radius_km=8
)
KYRGYZSTAN = Place(
    id="x:kg", name="Kyrgyzstan", latitude=41.5, longitude=75.0, feature_class="A", radius_km=250
)
TAJIKISTAN = Place(
    id="x:tj", name="Tajikistan", latitude=39.0, longitude=71.0, feature_class="A", radius_km=210
)
ALEPPO = Place(id="x:aleppo", name="Aleppo", latitude=36.2, longitude=37.16, radius_km=9)
PLACES = {place.name: place for place in (BISHKEK, KYRGYZSTAN, TAJIKISTAN, ALEPPO)}


def resolved(text: str) -> list[Resolution]:
    found = []
    for name, place in PLACES.items():
        start = text.find(name)
        if start >= 0:
            mention = Mention(start=start, end=start + len(name), text=name)
            found.append(Resolution(mention=mention, place=place, confidence=0.9))
    return sorted(found, key=lambda r: r.mention.start)


def areas(text: str) -> list[Resolution]:
    return [r for r in with_relations(text, resolved(text)) if r.approximate]


@pytest.mark.parametrize(
    ("text", "words", "km", "bearing"),
    [
        ("A bomb went off 20 km east of Bishkek.", "20 km east of", 20, 90),
        (
            "It lies about 12 miles (19 km) to the north-west of the city of Bishkek.",
            "about 12 miles (19 km) to the north-west of the city of",
            19.3,
            315,
        ),
        ("A camp 1,200 metres south of Bishkek.", "1,200 metres south of", 1.2, 180),
    ],
)
def test_a_distance_and_a_direction_are_an_offset(
    text: str, words: str, km: float, bearing: float
) -> None:
    [area] = areas(text)
    assert area.place is not None
    assert area.mention.text == words
    point = (area.place.latitude, area.place.longitude)
    wanted = geodesic(kilometers=km).destination((42.87, 74.59), bearing=bearing)
    assert geodesic(point, wanted).km < 0.1
    assert area.place.radius_km is not None
    assert km * 0.2 <= area.place.radius_km <= km * 0.2 + 8 + 3
    assert area.confidence < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "Fighting went on outside Aleppo.",
        "A village near Aleppo was shelled.",
        "They camp on the outskirts of the city of Aleppo.",
        "They were stopped 5 km outside Aleppo.",
    ],
)
def test_what_is_near_has_its_place_in_the_middle_and_a_radius(text: str) -> None:
    [area] = areas(text)
    assert area.place is not None
    assert (area.place.latitude, area.place.longitude) == (36.2, 37.16)
    assert area.place.radius_km is not None
    assert area.place.radius_km > 9
    assert "within about" in area.explanation


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Shots fell at the border of Kyrgyzstan and Tajikistan.", "border"),
        ("Shots fell on the border between Kyrgyzstan and Tajikistan.", "border"),
        ("Kyrgyzstan's border with Tajikistan is shut.", "border"),
        ("The Kyrgyzstan-Tajikistan frontier is shut.", "frontier"),
    ],
)
def test_a_border_lies_between_its_countries(text: str, word: str) -> None:
    [area] = areas(text)
    assert area.place is not None
    assert area.mention.text == word
    assert 39.0 < area.place.latitude < 41.5
    assert 71.0 < area.place.longitude < 75.0
    assert area.place.radius_km == 210


@pytest.mark.parametrize(
    "text",
    [
        "He flew from Bishkek.",
        "Order 20 of Bishkek stands.",
        "In Kyrgyzstan and Tajikistan it rains.",
        "They crossed the border. Kyrgyzstan and Tajikistan said nothing.",
        "Nearly all of Bishkek was dark.",
    ],
)
def test_other_words_tell_no_area(text: str) -> None:
    assert areas(text) == []


def test_the_names_keep_their_places_and_nothing_overlaps() -> None:
    text = "A bomb went off 20 km east of Bishkek, outside Aleppo."
    found = with_relations(text, resolved(text))
    assert [r.mention.text for r in found] == ["20 km east of", "Bishkek", "outside", "Aleppo"]
    ends = [0, *(r.mention.end for r in found)]
    assert all(r.mention.start >= end for r, end in zip(found, ends, strict=False))


def mentions_of(text: str, *names: str) -> list[Mention]:
    return [
        Mention(start=text.index(name), end=text.index(name) + len(name), text=name)
        for name in names
    ]


def test_a_name_without_a_place_stands_near_its_neighbor(gazetteer: SqliteGazetteer) -> None:
    text = "Children of Qqzzxqy School in Bishkek sang, as did those of Kara-Balta."
    document = Document(text=text)
    mentions = mentions_of(text, "Qqzzxqy School", "Bishkek", "Kara-Balta")
    school, city, _ = RankingResolver(gazetteer).resolve(document, mentions)
    assert school.place is not None
    assert city.place is not None
    assert school.approximate
    assert not city.approximate
    assert school.place.name == "near Bishkek"
    assert (school.place.latitude, school.place.longitude) == (
        city.place.latitude,
        city.place.longitude,
    )
    assert school.place.radius_km is not None
    assert school.place.radius_km >= 25
    assert school.confidence < city.confidence


def test_a_name_without_a_place_is_where_the_text_says(gazetteer: SqliteGazetteer) -> None:
    text = "The hamlet of Qqzzxqy, 20 km east of Bishkek, has no road."
    hamlet, city = RankingResolver(gazetteer).resolve(
        Document(text=text), mentions_of(text, "Qqzzxqy", "Bishkek")
    )
    assert hamlet.place is not None
    assert city.place is not None
    east = geodesic(kilometers=20).destination(
        (city.place.latitude, city.place.longitude), bearing=90
    )
    assert geodesic((hamlet.place.latitude, hamlet.place.longitude), east).km < 0.1
    assert hamlet.approximate
    assert "20 km east of Bishkek" in hamlet.explanation


def test_exact_only_places_nothing_by_its_neighbors() -> None:
    mention = Mention(start=0, end=6, text="School")
    near = Candidate(place=BISHKEK, name="Bishkek", match="near", score=0.6)
    own = Candidate(place=ALEPPO, name="School", match="alternate", score=0.3)
    told = Resolution(
        mention=mention, place=BISHKEK, confidence=0.5, candidates=(near,), approximate=True
    )
    [nothing] = exact_only([told])
    assert (nothing.place, nothing.reason) == (None, "no-candidate")
    two = Resolution(
        mention=mention, place=BISHKEK, confidence=0.5, candidates=(near, own), approximate=True
    )
    [exact] = exact_only([two])
    assert exact.place == ALEPPO
    assert exact.confidence == pytest.approx(0.3)
    assert exact.candidates == (own,)


@pytest.mark.parametrize("only", [True, False])
def test_settings_turn_areas_on_and_neighbors_off(gazetteer: SqliteGazetteer, only: bool) -> None:
    text = "Children of Qqzzxqy School sang 20 km east of Bishkek."
    settings = Settings(exact_only=only, relations=not only)
    with Geoparser(settings, gazetteer=gazetteer) as parser:
        parsed = parser.resolve(Document(text=text), mentions_of(text, "Qqzzxqy School", "Bishkek"))
    school, *middle, city = parsed.resolutions
    assert school.approximate is not only
    assert [r.mention.text for r in middle] == ([] if only else ["20 km east of"])
    assert city.place is not None
