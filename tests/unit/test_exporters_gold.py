"""Corrected documents as gold: what is judged, what is optional, what `geo evaluate` reads."""

import json
from pathlib import Path

import pytest

from geo.corrections import Correction, replay
from geo.document import Document, Hints, Mention, ParsedDocument, Resolution
from geo.evaluation import read_corpus
from geo.exporters.gold import GoldExporter
from geo.place import Place
from geo.testing import ExporterContract

TEXT = "Jets left Kant \U0001f30d for Osh. Monday was in Tokmok, said the Russian."
DOCUMENT = Document(text=TEXT, id="a", title="Jets", hints=Hints(country="KG", near=(42.9, 74.6)))
KANT = Place(id="x:kant", name="Kant", latitude=42.89, longitude=74.85, feature_code="PPL")
OSH = Place(id="x:osh", name="Osh", latitude=40.53, longitude=72.8)
PAMIRS = Place(
    id="x:pamirs",
    name="Pamirs",
    latitude=38.5,
    longitude=73,
    feature_class="T",
    feature_code="MTS",
    radius_km=200,
)


class TestGoldExporter(ExporterContract):
    """The contract, on documents that somebody corrected."""

    make = GoldExporter

    def parsed(self) -> list[ParsedDocument]:
        return [
            replay(one, [said(one, one.mentions[0].text, "reject")]) if one.mentions else one
            for one in super().parsed()
        ]


def said(parsed: ParsedDocument, words: str, action: str, place: Place | None = None) -> Correction:
    start = parsed.document.text.index(words)
    return Correction(
        document_id=parsed.document.id,
        start=start,
        end=start + len(words),
        mention=words,
        action=action,  # type: ignore[arg-type]  # one of the four
        place=place,
    )


@pytest.fixture
def parsed() -> ParsedDocument:
    def found(words: str, place: Place | None) -> Resolution:
        start = TEXT.index(words)
        return Resolution(
            mention=Mention(start=start, end=start + len(words), text=words),
            place=place,
            confidence=0.6 if place else 0.0,
            reason=None if place else "no-candidate",
        )

    rows = (found("Kant", KANT), found("Osh", OSH), found("Monday", OSH))
    return ParsedDocument(document=DOCUMENT, resolutions=rows)


def test_what_was_said_counts_and_the_rest_is_optional(
    parsed: ParsedDocument, tmp_path: Path
) -> None:
    fixes = [
        said(parsed, "Kant", "confirm", KANT),
        said(parsed, "Monday", "reject"),
        said(parsed, "Tokmok", "add", PAMIRS),
    ]
    path = tmp_path / "gold.jsonl"
    untouched = Document(text="Osh.", id="b")
    others = [ParsedDocument(document=untouched, resolutions=())]
    GoldExporter().export([replay(parsed, fixes), *others], path)
    corpus = read_corpus(path)
    [gold] = corpus.documents
    assert gold.document.text == TEXT
    assert gold.document.id == "a"
    assert gold.document.hints == DOCUMENT.hints
    assert [(m.text, m.optional, m.latitude, m.radius_km) for m in gold.mentions] == [
        ("Kant", False, 42.89, None),
        ("Osh", True, 40.53, None),
        ("Tokmok", False, 38.5, 200),
    ]
    assert all(TEXT[m.start : m.end] == m.text for m in gold.mentions)


def test_a_place_that_nobody_located_has_a_null_point(
    parsed: ParsedDocument, tmp_path: Path
) -> None:
    path = tmp_path / "gold.jsonl"
    GoldExporter().export([replay(parsed, [said(parsed, "Tokmok", "add")])], path)
    mention = json.loads(path.read_text(encoding="utf-8"))["mentions"][-1]
    assert (mention["text"], mention["lat"], mention["lon"]) == ("Tokmok", None, None)
    assert "optional" not in mention
