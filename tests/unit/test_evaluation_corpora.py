"""Gold readers, on small files written by hand in each format."""

from pathlib import Path

import pytest

from geo.errors import FormatError, GeoError, ReadError
from geo.evaluation import Corpus, GoldMention, located, read_corpus, with_outlets
from geo.testing import PLACES, MemoryGazetteer

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/evaluation"


def mentions(corpus: Corpus) -> list[tuple[str, float | None, float | None, bool]]:
    return [
        (m.text, m.latitude, m.longitude, m.optional)
        for gold in corpus.documents
        for m in gold.mentions
    ]


def broken(tmp_path: Path, name: str, content: str) -> str:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GeoError) as caught:
        read_corpus(path)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_jsonl_gold_has_points_and_optional_mentions() -> None:
    corpus = read_corpus(FIXTURES / "gold.jsonl")
    assert corpus.name == "gold.jsonl"
    assert [gold.document.id for gold in corpus.documents] == ["road", "game", "quiet", "unlinked"]
    assert mentions(corpus)[:4] == [
        ("Osh", 40.53, 72.80, False),
        ("Sary-Tash", 39.73, 73.25, False),
        ("Bishkek", 42.87, 74.59, False),
        ("Kyrgyz", 41.5, 75.0, True),
    ]
    assert corpus.documents[0].mentions[0].place_id == "geonames:1527534"
    assert corpus.is_linked


def test_jsonl_gold_leaves_out_other_labels_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "ner.jsonl"
    path.write_text(
        '{"text": "Ann of Cork", "mentions": [{"start": 0, "end": 3, "label": "PER"}, '
        '{"start": 7, "end": 11, "label": "LOC", "radius_km": 3}]}\n\n'
        '{"text": null, "mentions": []}\n',
        encoding="utf-8",
    )
    [gold] = read_corpus(path).documents
    assert gold.mentions == (GoldMention(start=7, end=11, text="Cork", radius_km=3.0),)
    assert not read_corpus(path).is_linked


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "Cork", "mentions": [{"start": 0}]}', "no span"),
        ('{"text": "Cork", "mentions": [{"start": 0, "end": 9}]}', "beyond"),
        ('{"text": "Cork", "mentions": [{"start": 0, "end": 4, "text": "Kerry"}]}', '"Kerry"'),
        (
            '{"text": "Cork", "mentions": [{"start": 0, "end": 4, "lat": 91, "lon": 0}]}',
            "no latitude",
        ),
        (
            '{"text": "Cork", "mentions": [{"start": 0, "end": 4, "lat": 51.9, "lon": null}]}',
            "no latitude",
        ),
        ('{"text": "Cork", "mentions": {}}', "no list"),
        ('{"text": "Cork", "mentions": [1]}', "no object"),
        ('{"text": "Cork"', "JSON"),
        ('{"mentions": [{"start": 0, "end": 4}]}', '"text"'),
    ],
)
def test_broken_jsonl_gold_names_its_line(tmp_path: Path, line: str, says: str) -> None:
    said = broken(tmp_path, "gold.jsonl", '{"text": "Fine."}\n' + line)
    assert "gold.jsonl, line 2" in said
    assert says in said


def test_empty_mentions_list_is_a_document_without_mentions(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "Fine."}\n', encoding="utf-8")
    assert mentions(read_corpus(path)) == []


def test_xml_in_the_manner_of_lgl() -> None:
    first, second = read_corpus(FIXTURES / "articles.xml").documents
    assert first.document.id == "7001"
    assert first.document.title == "Ferry back in service"
    assert first.document.metadata == {"domain": "example-herald.com"}
    assert first.document.text.startswith("Ferry back in service. The boat")
    stranraer, larne = first.mentions
    assert (stranraer.latitude, stranraer.longitude) == (54.90, -5.03)
    assert (stranraer.place_id, stranraer.feature_code) == ("geonames:2636767", "PPL")
    # Its offsets count "&amp;" as five characters; the phrase tells where it is.
    assert first.document.text[larne.start : larne.end] == larne.text == "Larne"
    assert not larne.is_linked
    assert second.mentions == ()


def test_xml_in_the_manner_of_geowebnews() -> None:
    assert mentions(read_corpus(FIXTURES / "geowebnews.xml")) == [
        ("Welsh", None, None, True),
        ("Brecon", 51.95, -3.39, False),
        ("London", 51.51, -0.13, False),
    ]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("<articles>\n<article>\n</articles>", 3, "well-formed"),
        ("<articles>\n<article/>\n</articles>", 2, "without text"),
        ("<things>\n</things>", 1, "article"),
        (
            "<article><text>Cork</text>\n<toponym><start>0</start></toponym></article>",
            2,
            "without start and end",
        ),
        (
            '<article><text>Cork</text>\n<toponym start="0" end="4" phrase="Kerry"/></article>',
            2,
            '"Kerry"',
        ),
        (
            '<article><text>Cork</text>\n<toponym start="5" end="9"/></article>',
            2,
            "4 characters",
        ),
        (
            '<article><text>Cork</text>\n<toponym start="0" end="4" lat="x" lon="1"/></article>',
            2,
            "no latitude",
        ),
        ('<!DOCTYPE a [\n<!ENTITY b "bb">]>\n<article><text>&b;</text></article>', 2, "entity"),
    ],
)
def test_broken_xml_names_its_line(tmp_path: Path, content: str, line: int, says: str) -> None:
    said = broken(tmp_path, "gold.xml", content)
    assert f"gold.xml, line {line}" in said
    assert says in said


def test_conll_gives_texts_and_spans_of_places_only() -> None:
    first, second = read_corpus(FIXTURES / "sentences.conll").documents
    assert first.document.text == (
        "Heavy rain fell on New Ross and Wexford .\nMary Byrne left Ireland"
    )
    assert [m.text for m in first.mentions] == ["New Ross", "Wexford", "Ireland"]
    assert [first.document.text[m.start : m.end] for m in first.mentions] == [
        m.text for m in first.mentions
    ]
    assert (second.document.text, second.mentions) == ("No news", ())
    assert [first.document.id, second.document.id] == ["sentences#1", "sentences#2"]


def test_conll_splits_mentions_where_the_tags_say(tmp_path: Path) -> None:
    path = tmp_path / "x.bio"
    path.write_text(
        "Cork\tB-GPE\nKerry\tB-GPE\nWest\tB-LOC\nCork\tE-LOC\nClare\tS-geo-loc\n", encoding="utf-8"
    )
    assert [m.text for m in read_corpus(path).documents[0].mentions] == [
        "Cork",
        "Kerry",
        "West Cork",
        "Clare",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("rain O\nCork\n", "one column"),
        ("rain O\nCork X-LOC\n", '"X-LOC" is no tag'),
        ("rain O\nCork NNP B-LOC\n", "3 columns"),
    ],
)
def test_broken_conll_names_its_line(tmp_path: Path, content: str, says: str) -> None:
    said = broken(tmp_path, "gold.conll", content)
    assert "gold.conll, line 2" in said
    assert says in said


def test_brat_reads_notes_references_and_attributes() -> None:
    corpus = read_corpus(FIXTURES / "brat")
    assert mentions(corpus) == [
        ("Ardrossan", 55.64, -4.81, False),
        ("Brodick", None, None, False),
        ("Scottish", None, None, True),
    ]
    assert corpus.documents[0].mentions[1].place_id == "geonames:2654813"
    assert corpus.documents[0].document.id == "ferry"


@pytest.mark.parametrize("name", ["ferry.txt", "ferry.ann"])
def test_brat_reads_one_pair_by_either_name(name: str) -> None:
    assert len(read_corpus(FIXTURES / "brat" / name).documents) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("T2 LOC 0 4 Cork", "no entity"),
        ("T2\tLOC 0 9\tCork", "4 characters"),
        ("T2\tLOC 0 4\tKerry", '"Kerry"'),
        ("#1\tAnnotatorNotes T1\t99.5, 12.1", "no latitude"),
    ],
)
def test_broken_brat_names_its_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "a.txt").write_text("Cork", encoding="utf-8")
    said = broken(tmp_path, "a.ann", f"T1\tLOC 0 4\tCork\n{line}\n")
    assert "a.ann, line 2" in said
    assert says in said


def test_brat_without_its_text_is_an_error(tmp_path: Path) -> None:
    assert "beside a.ann" in broken(tmp_path, "a.ann", "T1\tLOC 0 4\tCork\n")


def test_brat_without_annotations_has_no_mentions(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Cork", encoding="utf-8")
    (tmp_path / "a.ann").write_text("", encoding="utf-8")
    assert mentions(read_corpus(tmp_path)) == []


def test_reading_goes_on_after_a_broken_document(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "Cork"}\n{}\nx\n{"text": "Kerry"}\n', encoding="utf-8")
    errors: list[GeoError] = []
    corpus = read_corpus(path, on_error=errors.append)
    assert [gold.document.text for gold in corpus.documents] == ["Cork", "Kerry"]
    assert len(errors) == 1


def test_documents_of_the_same_id_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n', encoding="utf-8")
    assert [gold.document.id for gold in read_corpus(path).documents] == ["1", "1#2"]


def test_a_missing_file_and_an_empty_one_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_corpus(tmp_path / "none.jsonl")
    (tmp_path / "gold.jsonl").write_text('{"text": ""}\n', encoding="utf-8")
    with pytest.raises(FormatError, match="no gold document"):
        read_corpus(tmp_path / "gold.jsonl")


def test_format_is_told_by_content_where_the_suffix_is_strange(tmp_path: Path) -> None:
    for fixture in ("gold.jsonl", "articles.xml", "sentences.conll"):
        path = tmp_path / f"{Path(fixture).stem}.gold"
        path.write_bytes((FIXTURES / fixture).read_bytes())
        assert mentions(read_corpus(path)) == mentions(read_corpus(FIXTURES / fixture))


def test_located_asks_the_gazetteer_for_points() -> None:
    gazetteer = MemoryGazetteer(PLACES)
    corpus = read_corpus(FIXTURES / "brat")
    assert mentions(located(corpus, gazetteer)) == mentions(corpus)  # none of these is known
    bishkek = GoldMention(start=0, end=7, text="Bishkek", place_id="test:bishkek")
    one = Corpus(
        name="x",
        documents=(
            type(corpus.documents[0])(document=corpus.documents[0].document, mentions=(bishkek,)),
        ),
    )
    assert mentions(located(one, gazetteer)) == [("Bishkek", 42.87, 74.59, False)]


def test_outlets_become_hints() -> None:
    hinted = with_outlets(read_corpus(FIXTURES / "gold.jsonl"))
    assert hinted.documents[0].document.hints.outlet == "example.kg"
    assert hinted.documents[1].document.hints.outlet is None
