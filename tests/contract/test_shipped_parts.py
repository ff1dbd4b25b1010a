"""The shipped gazetteer, recognizers and resolver keep the contracts of their protocols."""

from functools import partial
from pathlib import Path

import pytest

from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.protocols import Gazetteer
from geo.recognizers.gazetteer import GazetteerRecognizer
from geo.recognizers.learned import LearnedRecognizer
from geo.recognizers.spacy import SpacyRecognizer
from geo.resolver import RankingResolver
from geo.testing import GazetteerContract, RecognizerContract, ResolverContract
from tests.conftest import SHIPPED


def shipped() -> SqliteGazetteer:
    return open_gazetteer(SHIPPED)


class TestSqliteGazetteer(GazetteerContract):
    make = staticmethod(shipped)


class TestGazetteerRecognizer(RecognizerContract):
    make = GazetteerRecognizer

    def gazetteer(self) -> Gazetteer:
        return shipped()


class TestLearnedRecognizer(RecognizerContract):
    make = LearnedRecognizer

    def gazetteer(self) -> Gazetteer:
        return shipped()


class TestSpacyRecognizer(RecognizerContract):
    """A pipeline of rules stands for a learned one: no model is to be had offline."""

    @pytest.fixture(autouse=True)
    def pipeline(self, tmp_path: Path) -> None:
        import spacy

        nlp = spacy.blank("en")
        ruler = nlp.add_pipe("entity_ruler")
        ruler.add_patterns(
            [
                {"label": "GPE", "pattern": name}
                for name in ("Osh", "Bishkek", "the Kyrgyz Republic", "Juárez")
            ]
        )
        nlp.to_disk(tmp_path)
        self.make = partial(SpacyRecognizer, model=str(tmp_path))

    def gazetteer(self) -> Gazetteer:
        return shipped()


class TestRankingResolver(ResolverContract):
    make = RankingResolver
