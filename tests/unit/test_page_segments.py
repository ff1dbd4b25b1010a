"""The text of a document arrives on the page whole, in pieces that need no offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document, Mention, Section
from geo.page.segments import Segments, clean, cut, sentences_only


def mentions(text: str, *words: str) -> list[Mention]:
    found = []
    for word in words:
        start = text.index(word)
        found.append(Mention(start=start, end=start + len(word), text=word))
    return sorted(found, key=lambda m: (m.start, -m.end))


def pieces(segments: Segments) -> list[str]:
    texts = []
    for paragraph in segments.paragraphs:
        if not isinstance(paragraph, dict):
            texts.append("".join(r if isinstance(r, str) else "".join(r) for r in paragraph))
    return texts


def marked(segments: Segments) -> list[str]:
    return [
        run[at]
        for paragraph in segments.paragraphs
        if not isinstance(paragraph, dict)
        for run in paragraph
        if not isinstance(run, str)
        for at in range(1, len(run), 2)
    ]


def test_sentences_with_mentions_are_cut_out_of_plain_text() -> None:
    text = "Nothing here. Jets flew to Osh and Kant. Nothing there."
    segments = cut(Document(text=text), mentions(text, "Osh", "Kant"))
    assert segments.paragraphs == [
        ["Nothing here. ", ["Jets flew to ", "Osh", " and ", "Kant", "."], " Nothing there."]
    ]
    assert segments.marks == [0, 1]
    assert segments.behind == []


def test_offsets_count_code_points_not_utf_16_units() -> None:
    text = "🌍🌍😀 Osh 🌍 Kant"
    segments = cut(Document(text=text), mentions(text, "Osh", "Kant"))
    assert marked(segments) == ["Osh", "Kant"]
    assert pieces(segments) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.\n \n\nThree.", ["One.", "Two.", "Three."]),
        ("One.\r\n\r\nTwo.", ["One.\r", "Two."]),
        ("wrapped by\nhand here", ["wrapped by\nhand here"]),
        ("Title\n" + "long " * 40 + "\nAnother.", ["Title", "long " * 40, "Another."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_paragraphs_end_at_blank_lines_and_after_long_lines(text: str, expected: list[str]) -> None:
    assert pieces(cut(Document(text=text), [])) == expected


def test_what_utf_8_and_html_cannot_carry_is_replaced_one_for_one() -> None:
    text = "a\x00b\ud83dc Osh"
    assert clean(text) == "a\ufffdb\ufffdc Osh"
    assert marked(cut(Document(text=text), mentions(text, "Osh"))) == ["Osh"]


def test_of_nested_mentions_the_place_is_marked_and_the_organization_is_behind_it() -> None:
    text = "The University of New Mexico won."
    found = mentions(text, "University of New Mexico", "New Mexico")
    inner = Mention(start=found[1].start, end=found[1].end, text="New Mexico", role="inside")
    outer = Mention(start=found[0].start, end=found[0].end, text=found[0].text, role="organization")
    segments = cut(Document(text=text), [outer, inner])
    assert marked(segments) == ["New Mexico"]
    assert segments.marks == [1]
    assert segments.behind == [(0, 0, "University of New Mexico")]


def test_a_section_begins_a_paragraph_and_names_itself_unless_its_text_does() -> None:
    text = "First story\nIt was in Osh.\nSecond story\nIt was in Kant."
    second = text.index("Second")
    sections = (
        Section(start=0, end=second, label="page 1"),
        Section(start=second, end=len(text), label="Second story"),
    )
    segments = cut(Document(text=text, sections=sections), mentions(text, "Osh", "Kant"))
    assert segments.paragraphs[0] == {"section": "page 1"}
    assert segments.paragraphs[2] == {"section": ""}
    assert pieces(segments) == [text[: second - 1], text[second:]]


def test_snippets_hold_sentences_of_mentions_only() -> None:
    text = "Secret one. Jets flew to Osh. Secret two.\n\nSecret three."
    segments = sentences_only(cut(Document(text=text), mentions(text, "Osh")))
    assert segments.paragraphs == [[["Jets flew to ", "Osh", "."]]]


@given(
    st.text(alphabet=st.sampled_from("aB. \n\r\t🌍é\x00\u2028"), max_size=300),
    st.lists(st.tuples(st.integers(0, 299), st.integers(1, 12)), max_size=12),
)
def test_nothing_is_lost_but_blank_lines(text: str, spans: list[tuple[int, int]]) -> None:
    found = [
        Mention(start=start, end=min(start + length, len(text)), text=text[start : start + length])
        for start, length in sorted(spans, key=lambda s: (s[0], -s[1]))
        if start < len(text)
    ]
    segments = cut(Document(text=text), found)
    assert "".join("".join(pieces(segments)).split()) == "".join(clean(text).split())
    assert marked(segments) == [clean(found[number].text) for number in segments.marks]
    assert len(segments.marks) + len(segments.behind) == len(found)
    for number, mark, words in segments.behind:
        other = found[segments.marks[mark]]
        assert found[number].start < other.end
        assert other.start < found[number].end
        assert words == clean(found[number].text)
