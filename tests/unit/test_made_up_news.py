"""The made-up news that the ranker learns from: spans, places and hints are what they claim."""

import pytest

from geo.gazetteer import SqliteGazetteer
from training.made_up_news import Drawn, draw


@pytest.fixture(scope="module")
def drawn(gazetteer: SqliteGazetteer) -> list[Drawn]:
    return list(draw(gazetteer.path, count=96))


def test_names_stand_where_they_are_said_to_stand(
    gazetteer: SqliteGazetteer, drawn: list[Drawn]
) -> None:
    assert len(drawn) == 96
    for document, mentions, points in drawn:
        assert len(mentions) == len(points) > 0
        ends = [0, *(mention.end for mention in mentions)]
        for mention, end, (latitude, longitude) in zip(mentions, ends, points, strict=False):
            assert document.text[mention.start : mention.end] == mention.text
            assert mention.start >= end
            assert any(
                abs(candidate.place.latitude - latitude) < 1e-6
                and abs(candidate.place.longitude - longitude) < 1e-6
                for candidate in gazetteer.lookup(mention.text, limit=2000)
            ), f"{mention.text} is not at {latitude}, {longitude}"


def test_a_hint_is_true(gazetteer: SqliteGazetteer, drawn: list[Drawn]) -> None:
    hinted = [one for one in drawn if one.document.hints.country]
    assert hinted
    for document, mentions, _ in hinted:
        codes = {
            candidate.place.country_code
            for mention in mentions
            for candidate in gazetteer.lookup(mention.text, limit=2000)
        }
        assert document.hints.country in codes


def test_the_same_seed_draws_the_same(gazetteer: SqliteGazetteer, drawn: list[Drawn]) -> None:
    assert list(draw(gazetteer.path, count=3)) == drawn[:3]
