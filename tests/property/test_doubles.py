"""The doubles of `geo.testing` pass the contracts they are used to test others with."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document, Mention, Resolution
from geo.protocols import Gazetteer, Resolver
from geo.testing import (
    GazetteerContract,
    ListRecognizer,
    MemoryGazetteer,
    RecognizerContract,
    ResolverContract,
)


class TestMemoryGazetteer(GazetteerContract):
    make = MemoryGazetteer


class TestListRecognizer(RecognizerContract):
    def make(self, gazetteer: Gazetteer) -> ListRecognizer:
        return ListRecognizer(["Osh", "Bishkek"], demonyms=["Kyrgyz"])


class FirstCandidate:
    """The simplest resolver there is."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def resolve(self, document: Document, mentions: Sequence[Mention]) -> list[Resolution]:
        return [self._resolve(mention) for mention in mentions]

    def _resolve(self, mention: Mention) -> Resolution:
        found = tuple(self._gazetteer.lookup(mention.text))
        if not found:
            return Resolution(mention=mention, reason="no-candidate")
        return Resolution(
            mention=mention, place=found[0].place, confidence=found[0].score, candidates=found
        )


class TestFirstCandidate(ResolverContract):
    def make(self, gazetteer: Gazetteer) -> Resolver:
        return FirstCandidate(gazetteer)


def test_a_list_recognizer_knows_demonyms_and_takes_the_longest() -> None:
    recognizer = ListRecognizer(["Kant", "Kant airbase"], demonyms=["Kyrgyz"])
    [mentions] = recognizer.recognize([Document(text="The Kyrgyz Kant airbase, not Kantian Kant")])
    assert [(m.text, m.kind) for m in mentions] == [
        ("Kyrgyz", "associative"),
        ("Kant airbase", "literal"),
        ("Kant", "literal"),
    ]


def test_a_memory_gazetteer_knows_further_names_and_ranks_by_population() -> None:
    gazetteer = MemoryGazetteer(
        names={"test:bishkek": ["Frunze", "Namesake"], "test:osh": ["Namesake"]},
        demonyms={"test:kyrgyzstan": ["Kyrgyz"]},
    )
    assert [(c.place.name, c.match) for c in gazetteer.lookup("FRUNZE")] == [
        ("Bishkek", "alternate")
    ]
    assert [c.place.name for c in gazetteer.lookup("namesake")] == ["Bishkek", "Osh"]
    assert [c.match for c in gazetteer.lookup("Kyrgyz")] == ["demonym"]


@given(st.text(alphabet=st.sampled_from("Osh Bikeé.-\n’0ß😀"), max_size=60))
def test_scanned_spans_are_names_of_the_gazetteer(text: str) -> None:
    gazetteer = MemoryGazetteer()
    for span in gazetteer.scan(text):
        assert gazetteer.lookup(text[span.start : span.end])
