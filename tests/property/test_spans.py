"""Sections cover the text, and every span lies within it, whatever the text."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from geo.sections import dateline, find_sections, title_of
from geo.sentences import sentence_span

_PROSE = (
    "The road is closed, and nobody at the ministry knows for how long it will be. The mayor of "
    "the town wrote to the capital twice, and had no answer, she said on Monday."
)
lines = st.sampled_from(
    [
        "",
        "",
        "",
        " ",
        "Floods reach the southern towns",
        "Floods Reach the Southern Towns",
        "Engine of change",
        "By Ann Lee",
        "BISHKEK, Kyrgyzstan (AP) -- " + _PROSE,
        "OSH: " + _PROSE,
        "* * *",
        "=====",
        "Published in The Post",
        "[See also: rain]",
        "May 5, 2012",
        "• a point",
        _PROSE,
        _PROSE[:70],
        "\u2028",
        "\ufeff",
    ]
)
pasted = st.builds(
    lambda parts, end: end.join(parts),
    st.lists(lines, max_size=40),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
)


@given(pasted | st.text())
def test_sections_cover_the_text_without_gaps(text: str) -> None:
    sections = find_sections(text)
    assert len(sections) != 1
    if sections:
        assert sections[0].start == 0
        assert sections[-1].end == len(text)
        for one, two in itertools.pairwise(sections):
            assert one.end == two.start
        assert all(section.start < section.end for section in sections)
        assert all(section.label.strip() for section in sections)


@given(pasted | st.text(), st.data())
def test_a_dateline_is_a_span_after_the_offset(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = dateline(text, start)
    if span is not None:
        assert start <= span[0] < span[1] <= len(text)
        assert text[slice(*span)].strip() == text[slice(*span)]


@given(pasted | st.text())
def test_a_title_is_a_line_of_the_text(text: str) -> None:
    title = title_of(text)
    if title is not None:
        assert 0 < len(title) <= 120
        assert "".join(title.split()) in "".join(text.split())


@given((pasted | st.text(min_size=1)).filter(bool), st.data())
def test_a_sentence_holds_its_mention_and_is_not_too_long(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first, last = sentence_span(text, start, end)
    assert 0 <= first <= start < end <= last <= len(text)
    assert last - first <= max(600, end - start)
    assert first == start or not text[first].isspace()
    assert last == end or not text[last - 1].isspace()
