"""Corrections made in the page: shown at once, kept, saved, loaded, and replayed."""

import datetime as dt
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from geo.corrections import Correction, Corrections, read, row, write
from geo.document import Document, ParsedDocument
from geo.exporters.rows import rows as exported_rows
from geo.page.page import render
from geo.place import Place
from tests.browser.conftest import VIOLATIONS, Opened, OpenPage
from tests.browser.sample import (
    BISHKEK,
    EL_PASO,
    KANT,
    KYRGYZSTAN,
    TROY_ELSEWHERE,
    article,
    other_article,
    resolution,
)

#: What a page tells of a mention that a replay decides.
COMPARED = (
    "document_id start end mention place_id place latitude longitude confidence origin"
    " approximate explanation reason"
).split()

Rows = list[dict[str, object]]


def card(page: Page, name: str) -> None:
    page.locator("#card .desk").get_by_role("button", name=name, exact=True).click()


def mark(page: Page, words: str, nth: int = 0) -> None:
    page.locator("mark", has_text=words).nth(nth).click()
    page.locator("#card .desk").wait_for()


def scope(page: Page, name: str) -> None:
    page.locator("#card .scope select").select_option(name)


def said(page: Page, amount: int) -> None:
    """Wait until the page holds that many corrections."""
    page.wait_for_function(
        "n => document.querySelectorAll('.ledger > ol > li').length === n", arg=amount
    )


def download(page: Page, path: Path) -> list[Correction]:
    page.click("#tab-corrections")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download corrections.jsonl").click()
    saved.value.save_as(path)
    return read(path)


def load(page: Page, path: Path) -> None:
    page.locator('.ledger input[type="file"]').set_input_files(path)


def view(page: Page, tmp_path: Path) -> Rows:
    """The rows that the page downloads, those compared of their keys."""
    if page.locator("#demonyms").count():
        page.locator("#demonyms").set_checked(True)
        page.wait_for_function("() => location.hash.includes('demonyms')")
    page.locator(".menu summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="GeoJSON of this view").click()
    saved.value.save_as(tmp_path / "view.geojson")
    features = json.loads((tmp_path / "view.geojson").read_text(encoding="utf-8"))["features"]
    return [{key: feature["properties"][key] for key in COMPARED} for feature in features]


def replayed(corrections: Sequence[Correction], *parsed: ParsedDocument) -> Rows:
    replay = Corrections(corrections).replay
    found = [row for one in parsed for row in exported_rows(replay(one))]
    return [{key: row[key] for key in COMPARED} for row in found]


def test_another_candidate_is_chosen_and_shown_everywhere(page: Opened, tmp_path: Path) -> None:
    tab = page.page
    mark(tab, "Troy")
    tab.get_by_role("button", name="Use Troy, populated place").click()
    said(tab, 1)
    page.still()
    assert "42.7300, -73.6900" in tab.locator("#card .coordinates").inner_text()
    assert "1.00" in tab.locator("#card .confidence").inner_text()
    label = tab.locator("mark.current").get_attribute("aria-label")
    assert label == "Troy: Troy, confidence 1.00, corrected"
    assert tab.locator("#tab-corrections").inner_text() == "Corrections 1"
    assert tab.locator(".reminder").inner_text() == "Save 1 correction"
    assert tab.locator("#live").inner_text() == "Troy: Troy. 1 mention changed."
    assert tab.evaluate("map_places.getCenter().lat") == pytest.approx(42.73, abs=1)
    [line] = download(tab, tmp_path / "c.jsonl")
    assert (line.action, line.applies_to, line.place and line.place.id) == (
        "place",
        "mention",
        TROY_ELSEWHERE.id,
    )
    assert article().document.text[line.start : line.end] == line.mention == "Troy"
    assert tab.locator(".reminder").is_hidden()


def test_not_a_place_leaves_map_list_and_counts(page: Opened) -> None:
    tab = page.page
    assert tab.locator("#summary").inner_text() == "7 places · 11 mentions"
    mark(tab, "Gwadar")
    card(tab, "Not a place")
    said(tab, 1)
    assert tab.locator("#summary").inner_text() == "6 places · 10 mentions"
    assert tab.locator("#tab-unplaced").inner_text() == "Not placed 3"
    assert "said to be no place" in tab.locator("#card .kind").inner_text()
    assert tab.locator(".places .title", has_text="Gwadar").count() == 0
    card(tab, "Undo: not a place")
    said(tab, 0)
    assert tab.locator("#summary").inner_text() == "7 places · 11 mentions"
    assert tab.locator("#tab-unplaced").inner_text() == "Not placed 2"


def test_coordinates_are_typed_or_clicked_on_the_map(page: Opened, tmp_path: Path) -> None:
    tab = page.page
    mark(tab, "Zzyzxville")
    card(tab, "Place it…")
    tab.get_by_label("Latitude, longitude").fill("the moon")
    card(tab, "Put it there")
    assert "no coordinates" in tab.locator(".mover .trouble").inner_text()
    tab.get_by_label("Latitude, longitude").fill("35°08′30″N 116°06′W")
    tab.get_by_label("Name of the place").fill("Zzyzx")
    card(tab, "Put it there")
    said(tab, 1)
    page.still()
    assert tab.locator("#card h2").inner_text() == "Zzyzx"
    assert tab.locator('#map [aria-label="Zzyzx, 1 mention"]').count() == 1
    card(tab, "Elsewhere…")
    box = tab.locator("#map").bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + 200, box["y"] + 300)
    at = tab.evaluate(
        "(() => {const p = map_places.containerPointToLatLng([200, 300]); return [p.lat, p.lng]})()"
    )
    card(tab, "Put it there")
    tab.locator("#card h2", has_text="Zzyzxville").wait_for()
    [line] = download(tab, tmp_path / "c.jsonl")
    assert line.place is not None
    assert (line.place.latitude, line.place.longitude) == pytest.approx(tuple(at), abs=0.005)
    assert line.place.name == "Zzyzxville"


def test_a_pin_is_taken_while_a_place_is_chosen(page: Opened, tmp_path: Path) -> None:
    tab = page.page
    mark(tab, "Frogfoot")
    card(tab, "Place it…")
    tab.evaluate("map_places.setView([42.86, 74.7], 10, {animate: false})")
    page.still()
    tab.locator('#map [aria-label^="Kant Air Base,"] .disc').click()
    said(tab, 1)
    [line] = download(tab, tmp_path / "c.jsonl")
    assert line.place is not None
    assert line.place.id == KANT.id


SELECT = """words => {
    const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
        const at = node.data.indexOf(words);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + words.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return;
    }
}"""


def test_a_missed_mention_is_added_by_selecting_its_words(
    open_html: OpenPage, tmp_path: Path
) -> None:
    text = "\U0001f30d\U0001f600 Jets left Osh\u0301.\n\nOn \U0001d54f: Tokmok slept. So did Osh."
    parsed = ParsedDocument(
        document=Document(text=text, id="a"),
        resolutions=(resolution(text, "Osh", BISHKEK, occurrence=1),),
    )
    opened = open_html(render([parsed]))
    tab = opened.page
    tab.evaluate(SELECT, "Tokmok")
    tab.get_by_role("button", name="Add as a place").click()
    said(tab, 1)
    assert tab.locator("mark").all_inner_texts() == ["Tokmok", "Osh"]
    assert tab.locator("#card h2").inner_text() == "Tokmok"
    tab.get_by_label("Latitude, longitude").fill("42.83, 75.28")
    card(tab, "Put it there")
    tab.locator("#summary", has_text="2 places").wait_for()
    [line] = download(tab, tmp_path / "c.jsonl")
    assert (line.action, line.document_id, line.mention) == ("add", "a", "Tokmok")
    assert text[line.start : line.end] == "Tokmok"
    assert view(tab, tmp_path) == replayed([line], parsed)
    # Taken back, the text is as it was.
    tab.keyboard.press("Control+z")
    tab.keyboard.press("Control+z")
    said(tab, 0)
    assert tab.locator("mark").all_inner_texts() == ["Osh"]
    assert view(tab, tmp_path) == replayed([], parsed)


def test_a_missed_mention_is_added_by_keyboard(page: Opened, tmp_path: Path) -> None:
    tab = page.page
    tab.click("#tab-corrections")
    tab.get_by_text("Add a missed mention").press("Enter")
    tab.get_by_label("Words in the open document").fill("aircraft")
    offer = tab.locator(".add-form .offers button")
    assert "The Frogfoot is an aircraft, and Zzyzxville" in offer.inner_text()
    offer.press("Enter")
    said(tab, 1)
    tab.click("#tab-text")
    assert tab.locator(".text mark.said").all_inner_texts() == ["aircraft"]
    [line] = download(tab, tmp_path / "c.jsonl")
    assert article().document.text[line.start : line.end] == "aircraft"


def test_a_word_for_the_document_or_the_corpus_reaches_as_far(
    corpus: Opened, tmp_path: Path
) -> None:
    tab = corpus.page
    tab.evaluate(SELECT, "aircraft")
    tab.get_by_role("button", name="Add as a place").click()
    said(tab, 1)
    assert tab.locator(".text .facts").inner_text() == "jets.txt · 15 mentions"
    assert tab.locator(".documents .amount").all_text_contents() == ["15 mentions", "3 mentions"]
    card(tab, "Cancel")
    tab.keyboard.press("Control+z")
    said(tab, 0)
    mark(tab, "BISHKEK")
    scope(tab, "document")
    card(tab, "Not a place")
    said(tab, 1)
    assert tab.locator("#live").inner_text() == "BISHKEK: not a place. 3 mentions changed."
    scope(tab, "corpus")
    card(tab, "Place it…")
    tab.get_by_label("Latitude, longitude").fill("10, 20")
    card(tab, "Put it there")
    # The narrower word would have gone on to win, so this very mention is named too.
    said(tab, 3)
    lines = download(tab, tmp_path / "c.jsonl")
    assert [c.applies_to for c in lines] == ["document", "corpus", "mention"]
    assert view(tab, tmp_path) == replayed(lines, article(), other_article())


def test_the_browser_keeps_the_work_and_says_what_is_unsaved(
    open_html: OpenPage, article_html: str
) -> None:
    opened = open_html(article_html)
    tab = opened.page
    mark(tab, "Gwadar")
    card(tab, "Confirm")
    said(tab, 1)
    tab.reload()
    opened.ready()
    said(tab, 1)
    assert tab.locator(".reminder").inner_text() == "Save 1 correction"
    mark(tab, "Gwadar")
    assert "Confirmed on" in tab.locator("#card .why").inner_text()


def test_another_page_does_not_see_it_but_a_later_one_offers_it(
    open_html: OpenPage, article_html: str
) -> None:
    opened = open_html(article_html)
    mark(opened.page, "Gwadar")
    card(opened.page, "Confirm")
    said(opened.page, 1)
    path = Path(opened.page.url.split("#")[0].removeprefix("file://").replace("%20", " "))
    path.write_text(render([other_article()]), encoding="utf-8")
    opened.page.reload()
    opened.ready()
    said(opened.page, 0)
    assert opened.page.locator(".ledger .offer").is_hidden()
    # One of the same documents offers to go on with it.
    path.write_text(render([article()], title="Made again"), encoding="utf-8")
    opened.page.reload()
    opened.ready()
    said(opened.page, 0)
    opened.page.click("#tab-corrections")
    assert "1 correction of these documents" in opened.page.locator(".ledger .offer").inner_text()
    opened.page.get_by_role("button", name="Take over").click()
    said(opened.page, 1)
    assert opened.page.locator(".reminder").inner_text() == "Save 1 correction"


def test_a_browser_that_keeps_nothing_is_told_of(open_html: OpenPage, article_html: str) -> None:
    opened = open_html(article_html, ready=False)
    tab = opened.page
    tab.add_init_script(
        """Object.defineProperty(window, 'localStorage', {
            get() { throw new DOMException('no', 'SecurityError'); },
        })"""
    )
    tab.reload()
    opened.ready()
    mark(tab, "Gwadar")
    card(tab, "Confirm")
    said(tab, 1)
    tab.click("#tab-corrections")
    assert "keeps nothing" in tab.locator(".ledger .state").inner_text()
    with tab.expect_event("dialog") as asked:
        tab.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()


def test_two_windows_of_a_page_do_not_overwrite_each_other(
    open_html: OpenPage, article_html: str
) -> None:
    opened = open_html(article_html)
    other = opened.page.context.new_page()
    other.goto(opened.page.url)
    other.wait_for_selector("html[data-page=ready]")
    mark(opened.page, "Gwadar")
    card(opened.page, "Confirm")
    said(opened.page, 1)
    mark(other, "Troy")
    card(other, "Not a place")
    said(other, 2)
    said(opened.page, 2)


def test_a_file_is_loaded_and_a_bad_one_is_refused_whole(page: Opened, tmp_path: Path) -> None:
    tab = page.page
    tab.click("#tab-corrections")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"schema":"geo.corrections/9"}\n', encoding="utf-8")
    load(tab, bad)
    trouble = tab.locator(".ledger .trouble")
    trouble.filter(has_text="line 1").wait_for()
    assert "newer release" in trouble.inner_text()
    said(tab, 0)
    text = article().document.text
    start = text.index("Osh")
    good = [
        Correction(
            document_id=article().document.id,
            start=start,
            end=start + 3,
            mention="Osh",
            action="reject",
        ),
        Correction(
            document_id=article().document.id, start=0, end=3, mention="Osh", action="reject"
        ),
        Correction(document_id="elsewhere", start=0, end=3, mention="Osh", action="reject"),
    ]
    write(good, tmp_path / "good.jsonl")
    load(tab, tmp_path / "good.jsonl")
    said(tab, 3)
    state = tab.locator(".ledger .state").inner_text()
    assert "All saved" in state
    assert "1 line about documents that are not in this page" in state
    assert "1 line out of date" in state
    assert view(tab, tmp_path) == replayed(good[:1], article())
    assert download(tab, tmp_path / "again.jsonl") == good


def test_what_the_page_was_made_with_shows_and_goes_into_the_file(
    open_html: OpenPage, tmp_path: Path
) -> None:
    text = article().document.text
    start = text.index("Troy")
    given = Correction(
        document_id=article().document.id,
        start=start,
        end=start + 4,
        mention="Troy",
        action="place",
        place=TROY_ELSEWHERE,
        author="Jo",
    )
    fixed = Corrections([given])
    parsed = fixed.replay(article())
    opened = open_html(render([parsed], corrections=map(row, fixed.of([parsed]))))
    tab = opened.page
    mark(tab, "Troy")
    assert "Corrected by Jo" in tab.locator("#card .why").inner_text()
    assert tab.locator(".reminder").is_hidden()
    scope(tab, "document")
    card(tab, "Not a place")
    # The line given for this mention is narrower, so the page repeats the word for the mention.
    said(tab, 2)
    lines = download(tab, tmp_path / "c.jsonl")
    assert lines[0] == given
    assert len(lines) == 3
    assert "1 correction the page was made with" in tab.locator(".given").inner_text()
    assert view(tab, tmp_path) == replayed(lines, article())


def test_a_page_without_text_offers_no_corrections(open_html: OpenPage) -> None:
    opened = open_html(render([article()], text="none"))
    opened.page.locator(".places .row").first.click()
    opened.page.locator("#card h2").wait_for()
    assert opened.page.locator(".desk").count() == 0
    assert opened.page.locator("#tab-corrections").count() == 0


def test_snippets_can_be_corrected(open_html: OpenPage, tmp_path: Path) -> None:
    opened = open_html(render([article()], text="snippets"))
    tab = opened.page
    tab.evaluate(SELECT, "town that")
    tab.get_by_role("button", name="Add as a place").click()
    said(tab, 1)
    mark(tab, "Troy")
    card(tab, "Not a place")
    said(tab, 2)
    for line in download(tab, tmp_path / "c.jsonl"):
        assert line.fits(article().document)


def test_keys_confirm_reject_and_undo(page: Opened, tmp_path: Path) -> None:
    tab = page.page
    press = tab.keyboard.press
    # Without a look at the card in between: what is said is said of the selected mention.
    for key in "nynx":
        press(key)
    said(tab, 2)
    assert tab.locator("#card .kind").inner_text() == "Not placed: said to be no place"
    press("u")
    said(tab, 1)
    [line] = download(tab, tmp_path / "c.jsonl")
    assert (line.action, line.mention) == ("confirm", "Pamirs")


def test_the_focus_stays_in_the_card(page: Opened) -> None:
    tab = page.page
    mark(tab, "Gwadar")
    tab.get_by_role("button", name="Not a place", exact=True).focus()
    tab.keyboard.press("Enter")
    said(tab, 1)
    tab.wait_for_function("() => document.activeElement.textContent === 'Undo'")
    tab.keyboard.press("Enter")
    said(tab, 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation_in_what_corrects(
    open_html: OpenPage, corpus_html: str, axe: str, scheme: str, width: int
) -> None:
    opened = open_html(corpus_html, width=width, color_scheme=scheme)
    tab = opened.page
    tab.evaluate(axe)
    mark(tab, "Troy")
    card(tab, "Elsewhere\u2026")
    card(tab, "Put it there")  # without coordinates: the form says what is wrong
    assert tab.evaluate(VIOLATIONS) == []
    tab.get_by_label("Latitude, longitude").fill("10, 20")
    card(tab, "Put it there")
    said(tab, 1)
    opened.still()
    assert tab.evaluate(VIOLATIONS) == []
    tab.evaluate(SELECT, "nobody")
    assert tab.evaluate(VIOLATIONS) == []
    tab.get_by_role("button", name="Add as a place").click()
    said(tab, 2)
    tab.keyboard.press("Escape")
    tab.click("#tab-corrections")
    tab.get_by_text("Add a missed mention").click()
    tab.get_by_label("Words in the open document").fill("town")
    tab.locator(".add-form .offers button").first.wait_for()
    assert tab.evaluate(VIOLATIONS) == []
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not tab.evaluate(sideways)


def random_corrections(choose: random.Random, parsed: Sequence[ParsedDocument]) -> list[Correction]:
    """Lines about mentions, other words and overlapping spans, of all kinds and scopes."""
    places: list[Place] = [BISHKEK, EL_PASO, KANT, KYRGYZSTAN, TROY_ELSEWHERE]
    places.append(Place(id="correction:1.00000,2.00000", name="Nowhere", latitude=1, longitude=2))
    found: list[Correction] = []
    for number in range(choose.randint(1, 9)):
        document = choose.choice(parsed)
        text = document.document.text
        mention = choose.choice(document.mentions)
        start, end = mention.start, mention.end
        if choose.random() < 0.4:
            line = text.index("\n", start) if "\n" in text[start:] else len(text)
            end = min(line, end + choose.randint(1, 6))
            if text[start:end] != text[start:end].strip():
                end = mention.end
        action = choose.choice(["place", "confirm", "reject", "add"])
        wide = choose.choice(["mention", "document", "corpus"])
        place = choose.choice(places)
        needless = action == "reject" or (action == "add" and choose.random() < 0.3)
        found.append(
            Correction(
                document_id=document.document.id,
                start=start,
                end=end,
                mention=text[start:end],
                action=action,  # type: ignore[arg-type]  # one of them
                place=None if needless else place,
                applies_to=wide,  # type: ignore[arg-type]  # one of them
                author=choose.choice(["", "Jo"]),
                note=str(number),
            )
        )
    return found


def test_the_rest_of_a_document_is_confirmed_in_one_step(corpus: Opened, tmp_path: Path) -> None:
    tab = corpus.page
    mark(tab, "Troy")
    card(tab, "Not a place")
    said(tab, 1)
    tab.click("#tab-corrections")
    tab.get_by_role("button", name="Confirm the rest").click()
    # The demonym is not shown, two mentions have no place, and Troy was spoken of.
    said(tab, 11)
    lines = download(tab, tmp_path / "c.jsonl")
    assert {c.action for c in lines[1:]} == {"confirm"}
    assert {c.document_id for c in lines} == {article().document.id}
    assert view(tab, tmp_path) == replayed(lines, article(), other_article())
    tab.keyboard.press("u")
    said(tab, 1)


@pytest.mark.parametrize("seed", range(4))
def test_a_page_goes_on_from_what_it_was_made_with(
    open_html: OpenPage, tmp_path: Path, seed: int
) -> None:
    choose = random.Random(seed)
    parsed = [article(), other_article()]
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    lines = [
        replace(line, created=start + dt.timedelta(hours=number))
        for number, line in enumerate(random_corrections(choose, parsed)[:7])
    ]
    given, own = lines[:4], lines[4:]
    fixed = Corrections(given)
    built = [fixed.replay(one) for one in parsed]
    tab = open_html(render(built, corrections=map(row, fixed.of(built)))).page
    tab.click("#tab-corrections")
    write(own, tmp_path / "own.jsonl")
    load(tab, tmp_path / "own.jsonl")
    said(tab, len(own))
    assert view(tab, tmp_path) == replayed([*given, *own], *parsed)


@pytest.mark.parametrize("seed", range(3))
def test_the_page_shows_what_a_replay_gives(corpus: Opened, tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    parsed = [article(), other_article()]
    tab = corpus.page
    tab.click("#tab-corrections")
    for turn in range(12):
        lines = random_corrections(choose, parsed)
        path = tmp_path / f"{turn}.jsonl"
        write(lines, path)
        load(tab, path)
        said(tab, len(set(lines)))
        assert view(tab, tmp_path) == replayed(lines, *parsed), path.read_text(encoding="utf-8")
        tab.get_by_role("button", name="Undo", exact=True).first.click()
        said(tab, 0)
    assert view(tab, tmp_path) == replayed([], *parsed)
