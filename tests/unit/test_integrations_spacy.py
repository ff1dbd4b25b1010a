"""The component of spaCy: entities, labels, ids, and what other processes and files carry."""

import sys
from pathlib import Path

# Any: spaCy is not followed by the type checker, so its documents are untyped here.
from typing import Any

import pytest

from geo.errors import MissingExtraError
from geo.integrations.spacy import GeoComponent

spacy = pytest.importorskip("spacy")

TEXT = "Russian jets fly from the Kant airbase, 20 km east of Bishkek."
CONFIG: dict[str, object] = {"settings": {"recognizer": "gazetteer"}}


def pipeline(**config: object) -> Any:
    nlp = spacy.blank("en")
    nlp.add_pipe("geo", config={**CONFIG, **config})
    return nlp


def test_mentions_are_entities_with_the_id_of_their_place() -> None:
    doc = pipeline()(TEXT)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [
        ("Russian", "NORP"),
        ("Kant airbase", "FAC"),
        ("Bishkek", "GPE"),
    ]
    kant = doc.ents[1]
    assert kant.kb_id_ == kant._.place.id == "airports:UAFW"
    assert 0 < kant._.confidence <= 1
    assert kant._.explanation.endswith(".")
    assert [span.text for span in doc.spans["geo"]] == [ent.text for ent in doc.ents]
    assert doc[0:2]._.place is None
    assert doc[0:2]._.confidence is None


def test_a_mention_is_widened_to_whole_tokens() -> None:
    nlp = pipeline()
    words, spaces = ["In", "Bishkek,there", "."], [True, False, False]
    doc = nlp(spacy.tokens.Doc(nlp.vocab, words=words, spaces=spaces))
    assert [ent.text for ent in doc.ents] == ["Bishkek,there"]
    assert doc.ents[0]._.place.name == "Bishkek"


@pytest.mark.parametrize(
    ("overwrite", "found"),
    [
        (False, [("Kant airbase, 20", "ORG", ""), ("Bishkek", "CITY", "geonames:1528675")]),
        (True, [("Kant airbase", "FAC", "airports:UAFW"), ("Bishkek", "CITY", "geonames:1528675")]),
    ],
)
def test_entities_found_before_keep_their_labels(
    overwrite: bool, found: list[tuple[str, str, str]]
) -> None:
    nlp = pipeline(overwrite=overwrite)
    doc = nlp.make_doc(TEXT)
    bishkek = TEXT.index("Bishkek")
    kant = TEXT.index("Kant")
    doc.ents = [
        doc.char_span(kant, kant + len("Kant airbase, 20"), label="ORG"),
        doc.char_span(bishkek, bishkek + 7, label="CITY"),
    ]
    doc = nlp.get_pipe("geo")(doc)
    assert [(ent.text, ent.label_, ent.kb_id_) for ent in doc.ents][1:] == found
    assert len(doc.spans["geo"]) == 3


def test_documents_carry_their_places_in_bytes_and_between_processes() -> None:
    nlp = pipeline()
    read = spacy.tokens.Doc(nlp.vocab).from_bytes(nlp(TEXT).to_bytes())
    assert read.ents[2]._.place == nlp(TEXT).ents[2]._.place
    docs = list(nlp.pipe([TEXT, "Nothing.", "Osh is far."], n_process=2, batch_size=1))
    assert [[ent._.place.name for ent in doc.ents] for doc in docs] == [
        ["Russia", "Kant Air Base", "Bishkek"],
        [],
        ["Osh"],
    ]


def test_a_pipeline_is_saved_and_loaded(tmp_path: Path) -> None:
    pipeline(overwrite=True).to_disk(tmp_path / "nlp")
    loaded = spacy.load(tmp_path / "nlp")
    assert loaded.config["components"]["geo"]["overwrite"] is True
    assert [ent.text for ent in loaded(TEXT).ents] == ["Russian", "Kant airbase", "Bishkek"]


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(Exception, match='unknown setting "recogniser"'):
        pipeline(settings={"recogniser": "onnx"})


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    with pytest.raises(MissingExtraError, match=r'pip install "mentionmap\[spacy\]"'):
        GeoComponent()
