"""Corrections: read strictly, replayed in rank, never applied where the text changed."""

import datetime as dt
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.corrections import (
    SCHEMA,
    Correction,
    Corrections,
    check,
    merge,
    read,
    replay,
    write,
)
from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import ExportError, FormatError, GeoWarning, ReadError
from geo.gazetteer import SqliteGazetteer
from geo.place import Candidate, Place

TEXT = "Kant airbase lies near Kant. Juarez saw Kant and Nice."
ELSEWHERE = "Planes left Kant, nice and early. Nice waits."
BASE = Place(id="airports:UAFW", name="Kant Air Base", latitude=42.8532, longitude=74.8465)
TOWN = Place(id="geonames:1528193", name="Kant", latitude=42.89, longitude=74.85)
OTHER = Place(id="test:other", name="Other", latitude=1.0, longitude=2.0)
ROW: dict[str, object] = {
    "schema": SCHEMA,
    "document_id": "a",
    "start": 0,
    "end": 12,
    "mention": "Kant airbase",
    "action": "place",
    "place": {"id": "airports:UAFW", "name": "Kant", "latitude": 42.8, "longitude": 74.8},
    "applies_to": "document",
    "created": "2026-11-24T10:00:00Z",
    "author": "",
    "note": "",
}


def line(mention: str, action: str, *, n: int = 0, **fields: object) -> Correction:
    """Correct the `n`-th occurrence of `mention` in TEXT, unless told otherwise."""
    start = -1
    for _ in range(n + 1):
        start = TEXT.index(mention, start + 1)
    default: dict[str, object] = {
        "document_id": "a",
        "start": start,
        "end": start + len(mention),
        "mention": mention,
        "action": action,
    }
    return Correction(**{**default, **fields})  # type: ignore[arg-type]  # any field of the record


def parse(text: str = TEXT, name: str = "a") -> ParsedDocument:
    """Resolve every "Kant" to the town, and "Juarez" to nothing."""
    resolutions = []
    for words in ("Kant", "Juarez"):
        start = text.find(words)
        while start >= 0:
            placed = words == "Kant"
            resolutions.append(
                Resolution(
                    mention=Mention(start=start, end=start + len(words), text=words),
                    place=TOWN if placed else None,
                    confidence=0.7 if placed else 0.0,
                    candidates=tuple(
                        Candidate(place=p, name=p.name, match="primary", score=0.5)
                        for p in (TOWN, BASE)
                        if placed
                    ),
                    reason=None if placed else "no-candidate",
                )
            )
            start = text.find(words, start + 1)
    resolutions.sort(key=lambda r: r.mention.start)
    return ParsedDocument(document=Document(text=text, id=name), resolutions=tuple(resolutions))


def told(parsed: ParsedDocument) -> list[tuple[str, str | None]]:
    return [(r.mention.text, r.place.id if r.place else r.reason) for r in parsed.resolutions]


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, tzinfo=dt.UTC)


# Replay


def test_place_changes_one_mention_and_no_other() -> None:
    before = parse()
    after = replay(before, [line("Kant", "place", n=1, place=BASE, author="Jo", created=at(24))])
    changed = after.resolutions[1]
    assert (changed.place, changed.confidence, changed.origin) == (BASE, 1.0, "correction")
    assert changed.explanation == 'Corrected by Jo on 2026-11-24: "Kant" means Kant Air Base.'
    assert [c.place for c in changed.candidates] == [BASE, TOWN]
    assert [r for n, r in enumerate(after.resolutions) if n != 1] == [
        r for n, r in enumerate(before.resolutions) if n != 1
    ]


def test_confirm_makes_the_resolvers_choice_certain() -> None:
    after = replay(parse(), [line("Kant", "confirm", n=1)])
    assert [(r.place, r.confidence) for r in after.resolutions[:2]] == [(TOWN, 0.7), (TOWN, 1.0)]
    assert after.resolutions[1].explanation.startswith("Confirmed")


def test_reject_leaves_a_reason() -> None:
    [first, *_] = replay(parse(), [line("Kant", "reject")]).resolutions
    assert (first.place, first.reason, first.confidence) == (None, "rejected", 0.0)
    assert first.explanation == 'Rejected in a correction: "Kant" is not a place.'


def test_add_takes_the_room_of_what_it_overlaps() -> None:
    corrections = [line("Kant", "reject"), line("Kant airbase", "add", place=BASE)]
    assert told(replay(parse(), corrections))[:2] == [("Kant airbase", BASE.id), ("Kant", TOWN.id)]


def test_add_without_a_place_is_a_mention_without_one() -> None:
    assert ("Nice", "no-candidate") in told(replay(parse(), [line("Nice", "add")]))


def test_a_placed_span_that_was_not_recognized_comes_back() -> None:
    assert ("Nice", OTHER.id) in told(replay(parse(), [line("Nice", "place", place=OTHER)]))


def test_document_scope_reaches_the_same_words_in_this_document_only() -> None:
    corrections = [line("Kant", "place", place=BASE, applies_to="document")]
    assert [p for words, p in told(replay(parse(), corrections)) if words == "Kant"] == [
        BASE.id
    ] * 3
    assert told(replay(parse(ELSEWHERE, "b"), corrections)) == [("Kant", TOWN.id)]


def test_corpus_scope_is_the_first_choice_elsewhere_and_says_so() -> None:
    corrections = [line("Kant", "confirm", place=BASE, applies_to="corpus", author="Jo")]
    [found] = replay(parse(ELSEWHERE, "b"), corrections).resolutions
    assert (found.place, found.confidence) == (BASE, 1.0)
    assert found.explanation == 'Confirmed by Jo for the whole corpus: "Kant" means Kant Air Base.'


def test_corpus_add_finds_the_words_as_they_are_written() -> None:
    corrections = [line("Nice", "add", place=OTHER, applies_to="corpus")]
    after = replay(parse(ELSEWHERE, "b"), corrections)
    assert [r.mention.start for r in after.resolutions if r.place == OTHER] == [
        ELSEWHERE.index("Nice")
    ]


def test_the_narrower_scope_wins_then_the_later() -> None:
    narrow = line("Kant", "place", place=BASE, created=at(1))
    wide = line("Kant", "reject", applies_to="document", created=at(2))
    wider = line("Kant", "place", place=OTHER, applies_to="corpus", created=at(3))
    expected = [("Kant", BASE.id), ("Kant", "rejected"), ("Juarez", "no-candidate")]
    assert told(replay(parse(), [wider, wide, narrow]))[:3] == expected
    later = line("Kant", "place", place=OTHER, created=at(2))
    assert told(replay(parse(), [later, narrow]))[0] == ("Kant", OTHER.id)


def test_a_line_without_a_time_counts_as_the_time_of_the_line_before() -> None:
    dated = line("Kant", "place", place=BASE, created=at(1))
    assert told(replay(parse(), [dated, line("Kant", "reject")]))[0] == ("Kant", "rejected")
    assert told(replay(parse(), [line("Kant", "reject"), dated]))[0] == ("Kant", BASE.id)


@pytest.mark.parametrize("scope", ["mention", "document", "corpus"])
def test_a_stale_line_is_reported_and_not_applied(scope: str) -> None:
    stale = line("Kant", "place", start=1, end=5, place=BASE, applies_to=scope, source="f", line=3)
    with pytest.warns(GeoWarning, match='corrections f, line 3: no text "Kant" at 1–5 in a'):
        assert replay(parse(), [stale]) == parse()


def test_a_confirmation_of_nothing_is_reported() -> None:
    with pytest.warns(GeoWarning, match='"Juarez" has no place to confirm'):
        assert replay(parse(), [line("Juarez", "confirm")]) == parse()


def test_nested_mentions_stay_nested() -> None:
    inner, outer = parse().resolutions[0], Mention(start=0, end=12, text="Kant airbase")
    before = ParsedDocument(
        document=parse().document,
        resolutions=(Resolution(mention=outer, reason="no-candidate"), inner),
    )
    after = replay(before, [line("Kant", "confirm")])
    assert told(after) == [("Kant airbase", "no-candidate"), ("Kant", TOWN.id)]


def test_the_candidates_know_what_the_file_does_not_say() -> None:
    full = Place(id="x", name="X", latitude=1.0, longitude=2.0, country_code="KG")
    bare = Place(id="x", name="X", latitude=1.0, longitude=2.0001)
    moved = Place(id="x", name="X", latitude=1.0, longitude=2.5)
    candidate = Candidate(place=full, name="X", match="primary")
    resolution = Resolution(
        mention=Mention(start=0, end=4, text="Kant"),
        candidates=(candidate,),
        reason="no-candidate",
    )
    before = ParsedDocument(document=Document(text=TEXT, id="a"), resolutions=(resolution,))
    for said, expected in ((bare, full), (moved, moved)):
        [after] = replay(before, [line("Kant", "place", place=said)]).resolutions
        assert after.place == expected
        assert len(after.candidates) == 1


def test_the_gazetteer_knows_what_the_file_does_not_say(gazetteer: SqliteGazetteer) -> None:
    [known] = [p for p in [gazetteer.place("geonames:1528675")] if p is not None]
    bare = Place(id=known.id, name="B", latitude=known.latitude, longitude=known.longitude)
    after = Corrections([line("Kant", "place", place=bare)]).replay(parse(), gazetteer=gazetteer)
    assert after.resolutions[0].place == known


# Properties

WORDS = ["Kant", "kant", "airbase", "Nice", "Kant airbase", "airbase Nice"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[ParsedDocument, list[Correction]]:
    text = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8)))
    edges = sorted({0, *(n for n, c in enumerate(text) if c == " "), len(text)})

    def span() -> tuple[int, int]:
        first = draw(st.integers(0, len(edges) - 2))
        last = draw(st.integers(first + 1, min(first + 3, len(edges) - 1)))
        return edges[first] + (text[edges[first]] == " "), edges[last]

    places = st.sampled_from([BASE, TOWN, OTHER])
    resolutions = []
    for start, end in sorted({span() for _ in range(draw(st.integers(0, 5)))}):
        place = draw(st.none() | places)
        resolutions.append(
            Resolution(
                mention=Mention(start=start, end=end, text=text[start:end]),
                place=place,
                confidence=0.5 if place else 0.0,
                reason=None if place else "no-candidate",
            )
        )
    resolutions.sort(key=lambda r: (r.mention.start, -r.mention.end))
    corrections = []
    for _ in range(draw(st.integers(0, 6))):
        start, end = span()
        action = draw(st.sampled_from(["place", "confirm", "reject", "add"]))
        scope = draw(st.sampled_from(["mention", "document", "corpus"]))
        bare = action in ("reject", "add") or (action == "confirm" and scope == "mention")
        corrections.append(
            Correction(
                document_id=draw(st.sampled_from(["a", "a", "b"])),
                start=start,
                end=end,
                mention=draw(st.sampled_from([text[start:end]] * 4 + ["stale"])),
                action=action,  # type: ignore[arg-type]  # one of them
                place=draw(st.none() | places) if bare else draw(places),
                applies_to=scope,  # type: ignore[arg-type]  # one of them
                created=draw(st.none() | st.integers(1, 5).map(at)),
            )
        )
    document = Document(text=text, id="a")
    return ParsedDocument(document=document, resolutions=tuple(resolutions)), corrections


@given(cases())
def test_replaying_twice_equals_once(case: tuple[ParsedDocument, list[Correction]]) -> None:
    parsed, corrections = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoWarning)
        once = replay(parsed, corrections)
        assert replay(once, corrections) == once
    spans = [(r.mention.start, -r.mention.end) for r in once.resolutions]
    assert spans == sorted(spans)
    assert all(
        r.mention.text == parsed.document.text[r.mention.start : r.mention.end]
        for r in once.resolutions
    )


@given(cases())
def test_no_correction_no_change(case: tuple[ParsedDocument, list[Correction]]) -> None:
    parsed, corrections = case
    assert replay(parsed, []) == parsed
    others = [c for c in corrections if c.document_id == "b" and c.applies_to != "corpus"]
    assert replay(parsed, others) == parsed


@given(cases())
def test_a_file_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[ParsedDocument, list[Correction]]
) -> None:
    path = tmp_path_factory.mktemp("corrections") / "c.jsonl"
    write(case[1], path)
    assert read(path) == case[1]


@given(cases(), st.integers(0, 6))
def test_merging_loses_no_line_and_a_file_agrees_with_itself(
    case: tuple[ParsedDocument, list[Correction]], cut: int
) -> None:
    _, corrections = case
    merged, _ = merge([corrections[:cut], corrections[cut:]])
    assert set(merged) == set(corrections)
    assert merge([corrections, corrections])[1] == []


# The file


def test_read_numbers_the_lines_and_keeps_all_fields(tmp_path: Path) -> None:
    path = tmp_path / "fixes.jsonl"
    row = json.dumps({**ROW, "note": "a\u2028b", "later": 1}, ensure_ascii=False)
    path.write_text(f"\ufeff\n{row}\r\n\n", encoding="utf-8")
    [found] = read(path)
    assert (found.source, found.line, found.note) == (str(path), 2, "a\u2028b")
    assert found.created == dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
    assert found.place == Place(id="airports:UAFW", name="Kant", latitude=42.8, longitude=74.8)


def test_a_place_by_hand_needs_coordinates_only(tmp_path: Path) -> None:
    path = tmp_path / "fixes.jsonl"
    row = {**ROW, "place": {"latitude": 1, "longitude": 2.5}}
    path.write_text(json.dumps(row), encoding="utf-8")
    [found] = read(path)
    assert found.place == Place(
        id="correction:1.00000,2.50000", name="Kant airbase", latitude=1.0, longitude=2.5
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "geo.corrections/2"}, '"geo.corrections/2" is not read by this release'),
        ({"schema": None}, '"schema" is not "geo.corrections/1"'),
        ({"action": "move"}, '"action" is "move". Known: place, confirm, reject, add'),
        ({"applies_to": "world"}, '"applies_to" is "world"'),
        ({"place": None}, 'the action "place" needs a "place"'),
        ({"place": [1, 2]}, '"place" is not an object'),
        ({"place": {"name": "X"}}, 'no "latitude" and "longitude"'),
        ({"place": {"latitude": 91, "longitude": 0}}, "latitude lies within ±90"),
        ({"place": {"latitude": True, "longitude": 0}}, '"latitude" is not a usable number'),
        ({"place": {"latitude": 10**400, "longitude": 0}}, '"latitude" is not a usable number'),
        ({"action": "confirm", "place": None}, 'needs a "place"'),
        ({"start": -1}, '"start" is not a whole number'),
        ({"start": True}, '"start" is not a whole number'),
        ({"start": 12}, "is not 0 <= start < end"),
        ({"mention": ""}, 'no "mention"'),
        ({"author": 3}, '"author" is not text'),
        ({"created": "yesterday"}, '"created" is "yesterday"'),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "fixes.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{json.dumps({**ROW, **change})}\n", encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read(path)
    assert "fixes.jsonl, line 2: " in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[]", "NaN", "[" * 100_000, "1" * 5000])
def test_what_is_no_object_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fixes.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match="line 1: "):
        read(path)


def test_a_minor_version_is_read_and_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "fixes.jsonl"
    path.write_text(json.dumps({**ROW, "schema": "geo.corrections/1.3"}), encoding="utf-8")
    assert len(read(path)) == 1
    with pytest.raises(ReadError, match=r"none\.jsonl: no such file"):
        read(tmp_path / "none.jsonl")
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(FormatError, match="not UTF-8"):
        read(path)


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, make_place: Callable[..., Place]
) -> None:
    path = tmp_path / "fixes.jsonl"
    write([line("Kant", "place", place=make_place())], path)
    before = path.read_bytes()

    def broken() -> "list[Correction]":
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write((c for _ in [0] for c in broken()), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["fixes.jsonl"]
    with pytest.raises(ExportError):
        write([], tmp_path / "no" / "folder.jsonl")


# Check and merge


def test_check_names_changed_text_and_missing_documents() -> None:
    good, moved = line("Kant", "reject"), line("Kant", "reject", start=1, end=5)
    gone = line("Kant", "reject", document_id="z")
    wide = line("Kant", "reject", document_id="z", applies_to="corpus")
    stale = check([good, moved, gone, wide], [parse().document])
    assert [(s.correction, s.reason) for s in stale] == [
        (moved, 'no text "Kant" at 1–5 in a'),
        (gone, "no document z"),
    ]


def test_merge_keeps_all_lines_by_time_and_names_conflicts() -> None:
    anna = [
        line("Kant", "place", place=BASE, created=at(2), source="anna.jsonl", line=1),
        line("Juarez", "reject", created=at(3), source="anna.jsonl", line=2),
    ]
    bo = [
        line("Kant", "reject", created=at(1), source="bo.jsonl", line=1),
        line("Juarez", "reject", created=at(3), source="bo.jsonl", line=2),
    ]
    merged, conflicts = merge([anna, bo])
    assert merged == [bo[0], anna[0], anna[1]]
    assert [str(c) for c in conflicts] == [
        '"Kant" at 0–4 in a: bo.jsonl, line 1: not a place; '
        "anna.jsonl, line 1: Kant Air Base (airports:UAFW)"
    ]
    assert told(replay(parse(), merged))[0] == ("Kant", BASE.id)


def test_a_word_that_was_taken_back_is_no_conflict() -> None:
    first, second = (
        line("Kant", "place", place=BASE, created=at(1)),
        line("Kant", "reject", created=at(2)),
    )
    assert merge([[first, second], [first]])[1] == []


def test_the_same_place_under_another_action_is_no_conflict() -> None:
    confirmed = line("Kant", "confirm", place=TOWN)
    assert merge([[confirmed], [line("Kant", "place", place=TOWN)]])[1] == []
    assert len(merge([[confirmed], [line("Kant", "place", place=BASE)]])[1]) == 1


def test_words_of_the_corpus_conflict_across_documents() -> None:
    one = line("Kant", "confirm", place=TOWN, applies_to="corpus")
    other = line("Kant", "reject", document_id="z", applies_to="corpus")
    assert len(merge([[one], [other]])[1]) == 1
