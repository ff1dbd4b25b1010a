import datetime as dt
import json
import re
from pathlib import Path

import pytest

from geo.document import Document, Hints
from geo.errors import FormatError, GeoError
from geo.protocols import Source
from geo.readers.jsonl import JsonlReader, read_given
from geo.readers.options import ReadOptions


def source(*lines: object) -> Source:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return Source("news.jsonl", text.encode("utf-8", "surrogatepass"))


def read(*lines: object) -> list[Document]:
    return list(JsonlReader().read(source(*lines)))


def test_every_field_has_its_place() -> None:
    [document] = read(
        {
            "text": "Jets land in Osh.",
            "id": "k-1",
            "title": "Jets",
            "published": "2012-09-19T10:00:00Z",
            "language": "en",
            "outlet": "kabar.kg",
            "country": "kg",
            "near": [42.87, 74.59],
            "year": 2012,
            "mentions": [],
            "desk": "sport",
            "tags": ["a", 1],
            "nothing": None,
        }
    )
    assert document == Document(
        text="Jets land in Osh.",
        id="k-1",
        source="news.jsonl#line=1",
        title="Jets",
        published=dt.date(2012, 9, 19),
        language="en",
        hints=Hints(country="KG", near=(42.87, 74.59), outlet="kabar.kg", year=2012),
        metadata={"desk": "sport", "tags": '["a", 1]'},
    )


def test_text_is_enough_and_null_is_not_there() -> None:
    bare, nulls = read(
        {"text": "Osh"}, dict.fromkeys(["id", "near", "year"], None) | {"text": "Osh"}
    )
    assert bare == Document(text="Osh", source="news.jsonl#line=1")
    assert nulls == Document(text="Osh", source="news.jsonl#line=2")


def test_empty_lines_count_but_are_passed_over() -> None:
    assert [d.source for d in read("", {"text": "a"}, "  ", {"text": "b"}, "")] == [
        "news.jsonl#line=2",
        "news.jsonl#line=4",
    ]


def test_line_ends_within_strings_do_not_end_the_line() -> None:
    text = "Osh\u2028Kant\u0085\x0c"
    line = json.dumps({"text": text}, ensure_ascii=False)
    assert [d.text for d in read(line + "\r", line)] == [text, text]


def test_unusable_characters_are_replaced_one_for_one() -> None:
    [document] = read(r'{"text": "O\ud800s\u0000h 🛩", "id": "\udfff", "k\ud800": "\u0000"}')
    assert (document.text, document.id) == ("O\ufffds\ufffdh 🛩", "\ufffd")
    assert document.metadata == {"k\ufffd": "\ufffd"}


@pytest.mark.parametrize(
    ("near", "expected"),
    [("42.87,74.59", (42.87, 74.59)), (["42.87", 74.59], (42.87, 74.59)), ("", None)],
)
def test_near_is_a_pair_in_one_of_two_spellings(
    near: object, expected: tuple[float, float] | None
) -> None:
    assert read({"text": "Osh", "near": near})[0].hints.near == expected


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"text": "Osh"', "no valid JSON"),
        ("Osh", "no valid JSON: Expecting value at column 1"),
        ('{"text": "Osh", "near": NaN}', "NaN is no number"),
        ("[" * 100_000, "no usable JSON"),
        ('{"text": "Osh", "year": ' + "1" * 5000 + "}", "no usable JSON"),
        ([1], "a list, not an object"),
        ('"Osh"', "text, not an object"),
        ({}, 'no "text"'),
        ({"text": None}, 'no "text"'),
        ({"text": ""}, '"text" is empty'),
        ({"text": " \n"}, '"text" is empty'),
        ({"text": 7}, '"text" is a number, not text'),
        ({"text": "Osh", "id": ["x"]}, '"id" is a list, not text'),
        ({"text": "Osh", "id": True}, '"id" is true or false, not text'),
        ({"text": "Osh", "title": {}}, '"title" is an object, not text'),
        ({"text": "Osh", "published": "May 2012"}, '"published" is "May 2012"'),
        ({"text": "Osh", "country": "Kyrgyzstan"}, '"country" is "Kyrgyzstan"'),
        ({"text": "Osh", "near": [91, 0]}, '"near" is [91, 0]'),
        ({"text": "Osh", "near": "here"}, '"near" is "here"'),
        ({"text": "Osh", "near": [1, 2, 3]}, '"near" is'),
        ({"text": "Osh", "year": "MMXII"}, '"year" is "MMXII"'),
        ({"text": "Osh", "year": 0}, '"year" is 0'),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(line: object, what: str) -> None:
    given = source({"text": "first"}, "", line, {"text": "last"})
    first, error, last = JsonlReader().read_each(given)
    assert isinstance(error, FormatError)
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert (first.text, last.text) == ("first", "last")
    assert str(error).startswith("cannot read news.jsonl, line 3: ")
    assert what in str(error)
    with pytest.raises(FormatError, match="line 3"):
        list(JsonlReader().read(given))


def test_whole_numbers_will_do_as_ids() -> None:
    assert read({"text": "Osh", "id": 7})[0].id == "7"


def given(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(source(*lines).content)
    return path


def test_given_mentions_are_read_with_their_document(tmp_path: Path) -> None:
    path = given(
        tmp_path,
        {
            "id": "1",
            "text": "🛩 over Osh, Kyrgyz Osh",
            "mentions": [
                {"start": 7, "end": 10, "text": "Osh", "lat": 40.5, "lon": None},
                {"start": 12, "end": 18, "kind": "associative", "role": "inside", "score": 0.5},
                {"start": 12, "end": 22},
            ],
        },
        {"id": "2", "text": "None"},
        {"id": "3", "text": "None", "mentions": []},
    )
    (document, mentions), *rest = read_given([path])
    assert document.id == "1"
    assert [(m.text, m.kind, m.role, m.score) for m in mentions] == [
        ("Osh", "literal", "name", 1.0),
        ("Kyrgyz", "associative", "inside", 0.5),
        ("Kyrgyz Osh", "literal", "name", 1.0),
    ]
    assert [(d.id, m) for d, m in rest] == [("2", []), ("3", [])]


@pytest.mark.parametrize(
    ("mentions", "what"),
    [
        ({}, '"mentions" is an object'),
        ([3], "mention 1 is a number"),
        ([{"start": 0}], "mention 1 has no whole numbers"),
        ([{"start": 0, "end": 1.0}], "mention 1 has no whole numbers"),
        ([{"start": True, "end": 2}], "mention 1 has no whole numbers"),
        ([{"start": 0, "end": 3}, {"start": 2, "end": 2}], "mention 2 at 2–2 is empty"),
        ([{"start": 3, "end": 1}], "mention 1 at 3–1 is empty"),
        ([{"start": -1, "end": 1}], "mention 1 at -1–1 lies outside the text of 3 characters"),
        ([{"start": 0, "end": 4}], "mention 1 at 0–4 lies outside the text of 3 characters"),
        (
            [{"start": 0, "end": 3, "text": "Ost"}],
            'mention 1 at 0–3 is given as "Ost", but the text reads "Osh" there',
        ),
        ([{"start": 0, "end": 3, "kind": "x"}], 'mention 1 has the kind "x"'),
        ([{"start": 0, "end": 3, "role": 1}], "mention 1 has the role 1"),
        ([{"start": 0, "end": 3, "score": 2}], "mention 1 has the score 2"),
    ],
)
def test_a_wrong_mention_is_named_and_the_other_lines_are_read(
    tmp_path: Path, mentions: object, what: str
) -> None:
    path = given(tmp_path, {"text": "first"}, {"text": "Osh", "mentions": mentions}, {"text": "b"})
    errors: list[GeoError] = []
    assert [d.text for d, _ in read_given([path], on_error=errors.append)] == ["first", "b"]
    [error] = errors
    assert str(error).startswith(f"cannot read {path}, line 2: ")
    assert what in str(error)
    with pytest.raises(FormatError, match="line 2"):
        list(read_given([path]))


def test_a_missing_file_of_given_mentions_is_reported(tmp_path: Path) -> None:
    errors: list[GeoError] = []
    path = given(tmp_path, {"text": "Osh"})
    sources = [tmp_path / "none.jsonl", path]
    assert len(list(read_given(sources, on_error=errors.append))) == 1
    assert "no such file" in str(errors[0])


def with_options(line: str, **options: object) -> Document:
    reader = JsonlReader().with_options(ReadOptions(**options))  # type: ignore[arg-type]  # a test's
    [document] = reader.read(Source("a.jsonl", line.encode()))
    return document


def test_text_id_and_date_are_the_keys_that_were_named() -> None:
    line = (
        '{"lead": "Osh.", "body2": "Kant.", "nr": 7, "day": "19.9.2012", "id": "x", "text": "no"}'
    )
    document = with_options(line, text_columns=("lead", "body2"), id_column="nr", date_column="day")
    assert document.text == "Osh.\n\nKant."
    assert [(s.label, document.text[s.start : s.end]) for s in document.sections] == [
        ("lead", "Osh."),
        ("body2", "Kant."),
    ]
    assert (document.id, document.published) == ("7", dt.date(2012, 9, 19))
    assert not {"lead", "body2", "nr", "day"} & set(document.metadata)
    assert with_options('{"story": "Osh. "}', text_columns=("story",)).text == "Osh. "


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a": "Osh"}', 'line 1: no "story". Its keys: "a".'),
        ('{"story": " "}', 'line 1: "story" is empty.'),
        ('{"story": "Osh", "day": "1/2/2012"}', 'line 1: "day" is "1/2/2012". Give an ISO date'),
    ],
)
def test_a_line_without_what_was_named_is_told(line: str, message: str) -> None:
    with pytest.raises(FormatError, match=re.escape(message)):
        with_options(line, text_columns=("story",), date_column="day")
