"""The shipped gazetteer, recognizers and resolver keep the contracts of their protocols."""

from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.protocols import Gazetteer
from geo.recognizers.gazetteer import GazetteerRecognizer
from geo.recognizers.learned import LearnedRecognizer
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


class TestRankingResolver(ResolverContract):
    make = RankingResolver
