"""The shipped model on sentences of our own, and the rules after it on spans by hand."""

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise

import pytest

from geo.document import Document, Mention
from geo.protocols import Recognizer
from geo.recognizers.onnx import OnnxRecognizer
from geo.recognizers.span_rules import FoundSpan, apply_rules

KANT = "Russian jets fly from the Kant airbase, 20 km east of Bishkek, Kyrgyzstan."


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer()


def _mentions(recognizer: OnnxRecognizer, text: str) -> list[Mention]:
    [mentions] = recognizer.recognize([Document(text=text)])
    return mentions


def _literal(recognizer: OnnxRecognizer, text: str) -> list[str]:
    return [m.text for m in _mentions(recognizer, text) if m.kind == "literal"]


def test_it_is_a_recognizer(recognizer: OnnxRecognizer) -> None:
    assert isinstance(recognizer, Recognizer)


def test_importing_it_loads_no_heavy_package() -> None:
    code = (
        "import sys, geo.recognizers.onnx; "
        "sys.exit(bool({'onnxruntime', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "No place is named here."])
def test_a_text_without_places_has_no_mentions(recognizer: OnnxRecognizer, text: str) -> None:
    assert _mentions(recognizer, text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The talks moved from Vienna to Almaty on Tuesday.", ["Vienna", "Almaty"]),
        ("She lives in Troy, N.Y., near the Hudson River.", ["Troy", "N.Y.", "Hudson River"]),
        ("Moscow said that Ankara had agreed.", ["Moscow", "Ankara"]),
        ("Snow fell in northern Mali.", ["Mali"]),
        ("OFFICIALS IN BISHKEK AND TASHKENT AGREED", ["BISHKEK", "TASHKENT"]),
        ("officials in bishkek and tashkent agreed", ["bishkek", "tashkent"]),
        ("The mayor of Ciudad Jua\u0301rez resigned.", ["Ciudad Jua\u0301rez"]),
        ("Bangkok’s canals and Venice's boats", ["Bangkok", "Venice"]),
        ("The Hague is in the Netherlands.", ["Hague", "Netherlands"]),
        ("It lies in\u00a0Lagos,\u00a0Nigeria.", ["Lagos", "Nigeria"]),
    ],
)
def test_places_are_found(recognizer: OnnxRecognizer, text: str, places: list[str]) -> None:
    assert _literal(recognizer, text) == places


def test_bishkek_and_the_airbase_are_found(recognizer: OnnxRecognizer) -> None:
    found = _literal(recognizer, KANT)
    assert found[0].startswith("Kant")
    assert found[1:] == ["Bishkek", "Kyrgyzstan"]


@pytest.mark.parametrize(
    "text", ["Michael Jordan scored 30 points.", "In March and May we met Paris Hilton."]
)
def test_people_and_months_are_no_places(recognizer: OnnxRecognizer, text: str) -> None:
    assert _literal(recognizer, text) == []


def test_a_place_in_a_longer_name_has_that_role(recognizer: OnnxRecognizer) -> None:
    text = "He studied at the University of Sussex and lives in Brighton."
    roles = {m.text: m.role for m in _mentions(recognizer, text)}
    assert roles == {
        "University of Sussex": "organization",
        "Sussex": "inside",
        "Brighton": "name",
    }


def test_an_adjective_is_associative(recognizer: OnnxRecognizer) -> None:
    kinds = {m.text: m.kind for m in _mentions(recognizer, "Turkish troops are in Syria.")}
    assert kinds["Syria"] == "literal"
    assert kinds["Turkish"] == "associative"


def test_an_adjective_of_several_words_is_one_mention(recognizer: OnnxRecognizer) -> None:
    found = _mentions(recognizer, "The Sri Lankan president spoke to the Russian-Turkish council.")
    assert [m.text for m in found] == ["Sri Lankan", "Russian", "Turkish"]
    assert {m.kind for m in found[1:]} == {"associative"}


@pytest.mark.parametrize("before", ["🛩️ ", "👨‍👩‍👧‍👦🇰🇬 ", "𝄞𝄞 ", "e\u0301\u00ad\u200b "])
def test_offsets_hold_after_characters_of_several_units(
    recognizer: OnnxRecognizer, before: str
) -> None:
    text = before + KANT
    found = _mentions(recognizer, text)
    assert "Bishkek" in [m.text for m in found]
    assert all(text[m.start : m.end] == m.text for m in found)


def test_the_batch_does_not_change_a_result(recognizer: OnnxRecognizer) -> None:
    texts = [KANT, "Paris", "", "The mayor of Lagos met a delegation from Accra. " * 60]
    documents = [Document(text=text) for text in texts]
    together = recognizer.recognize(documents)
    assert together == [recognizer.recognize([document])[0] for document in documents]
    assert together[::-1] == recognizer.recognize(documents[::-1])


def test_a_long_text_is_read_to_its_end(recognizer: OnnxRecognizer) -> None:
    sentence = "The road from Tashkent to Samarkand was closed by snow for a second day. "
    text = sentence * 300 + "It reopened near Bukhara."
    found = _literal(recognizer, text)
    assert found.count("Tashkent") == found.count("Samarkand") == 300
    assert found[-1] == "Bukhara"


def test_mentions_are_in_order_and_apart(recognizer: OnnxRecognizer) -> None:
    found = _mentions(recognizer, KANT * 20)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_scores_are_probabilities(recognizer: OnnxRecognizer) -> None:
    assert all(0.3 < m.score <= 1 for m in _mentions(recognizer, KANT))


def test_caution_finds_fewer_mentions(recognizer: OnnxRecognizer) -> None:
    text = KANT + " The Georgia team met at Union Station and at the Old Mill."
    many, few = (len(_mentions(OnnxRecognizer(caution=c), text)) for c in (-6.0, 12.0))
    assert few < len(_mentions(recognizer, text)) <= many


def _ruled(text: str, *names: str) -> list[str]:
    spans = [FoundSpan(text.index(n), text.index(n) + len(n), 0.9) for n in names]
    found: Sequence[FoundSpan] = apply_rules(text, spans)
    return [text[s.start : s.end] for s in found]


@pytest.mark.parametrize(
    ("text", "span", "name"),
    [
        ("in the Pamirs", "the Pamirs", "Pamirs"),
        ("in northern Mali", "northern Mali", "Mali"),
        ("in Northern Ireland", "Northern Ireland", "Northern Ireland"),
        ("Bangkok’s canals", "Bangkok’s", "Bangkok"),
        ("Frankfort, Ky. police", "Ky", "Ky."),
        ("in the U.S. today", "U.S", "U.S."),
        ("He left Kabul.", "Kabul.", "Kabul"),
        ("(Lagos)", "(Lagos)", "Lagos"),
        ("A bus left Mt. Airy at six.", "Airy", "Mt. Airy"),
        ("A shop at 12 Main St. Dublin burned.", "Dublin", "Dublin"),
    ],
)
def test_a_span_is_fitted_to_its_name(text: str, span: str, name: str) -> None:
    assert _ruled(text, span) == [name]


@pytest.mark.parametrize("word", ["Eastern", "the", "South", "River", "-", "2024"])
def test_junk_is_dropped(word: str) -> None:
    assert _ruled(f"It is {word} here", word) == []


def test_a_name_found_once_is_found_again() -> None:
    assert _ruled("Kant is near. They left Kant.", "Kant") == ["Kant", "Kant"]


@pytest.mark.parametrize(
    "text", ["Paris is near. Paris Hilton is not.", "Jordan is near. Michael Jordan is not."]
)
def test_a_name_is_not_propagated_into_a_longer_one(text: str) -> None:
    assert _ruled(text, text.split()[0]) == text.split()[:1]


def test_a_name_mostly_not_found_is_not_propagated() -> None:
    assert _ruled("Reading is near. Reading helps. Reading, Reading.", "Reading") == ["Reading"]


def test_the_longer_of_overlapping_spans_is_kept() -> None:
    assert _ruled("in New York City", "York City", "New York City") == ["New York City"]
