"""Keyboard, themes, narrow screens, print, no script, accessibility."""

import pytest

from geo.document import Document, ParsedDocument
from geo.page.page import render
from tests.browser.conftest import VIOLATIONS, Opened, OpenPage
from tests.browser.sample import BISHKEK, KANT, article, resolution
from tests.browser.test_views import card_title, pin


def test_n_and_p_walk_through_the_mentions(page: Opened) -> None:
    press = page.page.keyboard.press
    press("n")
    assert page.page.locator("mark.current").inner_text() == "Pamirs"
    press("n")
    assert page.page.locator("mark.current").inner_text() == "BISHKEK"
    assert card_title(page.page) == "Bishkek"
    press("p")
    press("p")
    assert page.page.locator("mark.current").evaluate("n => n.parentNode.textContent") == (
        "Bishkek agreed."
    )


def test_slash_filters_and_escape_leaves(page: Opened) -> None:
    page.page.keyboard.press("/")
    page.page.keyboard.type("osh")
    page.page.locator("#summary", has_text="1 place").wait_for()
    page.page.keyboard.press("Escape")
    page.page.locator("#summary", has_text="7 places").wait_for()


def test_question_mark_helps_and_escape_closes(page: Opened) -> None:
    page.page.keyboard.press("?")
    dialog = page.page.locator("dialog.about")
    assert dialog.is_visible()
    assert "Natural Earth" in dialog.inner_text()
    assert "test gazetteer" in dialog.inner_text()
    page.page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_enter_on_a_pin_opens_its_card_and_escape_gives_the_focus_back(page: Opened) -> None:
    page.page.evaluate("map_places.setView([42.86, 74.7], 10, {animate: false})")
    page.still()
    page.page.locator(pin("Kant Air Base")).focus()
    page.page.keyboard.press("Enter")
    assert card_title(page.page) == "Kant Air Base"
    page.page.keyboard.press("Escape")
    assert page.page.locator("#card").is_hidden()
    focused = page.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Kant Air Base, 1 mention"


def test_arrows_move_among_marks_with_one_tab_stop(page: Opened) -> None:
    assert page.page.locator('mark[tabindex="0"]').count() == 1
    page.page.locator("mark").first.focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    assert card_title(page.page) == "Bishkek"
    assert page.page.locator('mark[tabindex="0"]').count() == 1


def test_arrows_move_among_tabs(page: Opened) -> None:
    page.page.locator("#tab-text").focus()
    page.page.keyboard.press("ArrowRight")
    assert page.page.locator("#tab-places").get_attribute("aria-selected") == "true"
    assert page.page.locator("#room-places").is_visible()
    assert not page.page.locator("#room-text").is_visible()


def test_selection_is_announced(page: Opened) -> None:
    page.page.locator("mark", has_text="Kant airbase").click()
    assert page.page.locator("#live").inner_text() == "Kant Air Base, 1 mention"


def test_dark_follows_the_reader_and_the_button(open_html: OpenPage, article_html: str) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = open_html(article_html).page.evaluate(background)
    page = open_html(article_html, color_scheme="dark").page
    dark = page.evaluate(background)
    assert dark != light
    page.get_by_role("button", name="Light", exact=True).click()
    assert page.evaluate(background) == light


@pytest.mark.parametrize("width", [320, 390, 640, 1024])
def test_no_width_scrolls_sideways(open_html: OpenPage, corpus_html: str, width: int) -> None:
    page = open_html(corpus_html, width=width, height=700)
    for tab in ("text", "places", "unplaced", "documents"):
        page.page.click(f"#tab-{tab}")
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    page.page.click("#tab-text")
    page.page.locator("mark", has_text="BISHKEK").first.click()
    page.still()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("#map", "#card", "mark.current"):
        box = page.page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
    covered = page.page.evaluate(
        """() => {
            const box = document.querySelector('mark.current').getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return !top.matches('mark.current');
        }"""
    )
    assert not covered


def test_printing_shows_map_text_and_places(page: Opened) -> None:
    page.page.emulate_media(media="print")
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    order = page.page.evaluate(
        "['#top', '#map', '#room-text', '#room-places', '#room-unplaced']"
        ".map(s => document.querySelector(s).getBoundingClientRect())"
        ".map(box => [box.top, box.height])"
    )
    tops = [top for top, _ in order]
    assert tops == sorted(tops)
    assert all(height > 20 for _, height in order)
    assert not page.page.locator("#actions").is_visible()
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_without_script_the_places_are_listed(open_html: OpenPage, article_html: str) -> None:
    page = open_html(article_html, ready=False, java_script_enabled=False).page
    shown = page.locator("#panel").inner_text()
    assert "Kant Air Base air base, Chuy, Kyrgyzstan, 42.8532, 74.8465, 1 mention" in shown
    assert page.locator("h1").inner_text() == "Jets over the Pamirs"


def test_text_from_right_to_left_stands_right(open_html: OpenPage, bundle: None) -> None:
    text = "عقد الاجتماع في Bishkek أمس.\n\nA line in English on Kant airbase."
    rows = (resolution(text, "Bishkek", BISHKEK), resolution(text, "Kant airbase", KANT))
    document = Document(text=text, title="اجتماع", language="ar")
    page = open_html(render([ParsedDocument(document=document, resolutions=rows)])).page
    directions = page.locator(".text p").evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).direction)"
    )
    assert directions == ["rtl", "ltr"]
    assert page.locator(".text").get_attribute("lang") == "ar"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation(
    open_html: OpenPage, corpus_html: str, axe: str, scheme: str, width: int
) -> None:
    page = open_html(corpus_html, width=width, color_scheme=scheme)
    page.page.evaluate(axe)
    assert page.page.evaluate(VIOLATIONS) == []
    page.page.locator("mark", has_text="Troy").click()
    page.still()
    page.page.locator("#card .sentences").wait_for()
    assert page.page.evaluate(VIOLATIONS) == []
    page.page.keyboard.press("Escape")
    page.page.get_by_role("button", name="Filters").click()
    for tab in ("places", "unplaced", "documents", "corrections"):
        page.page.click(f"#tab-{tab}")
        assert page.page.evaluate(VIOLATIONS) == []
    page.page.keyboard.press("?")
    assert page.page.evaluate(VIOLATIONS) == []


def test_the_article_is_quiet_from_first_to_last(page: Opened) -> None:
    # The fixture asserts at its end that nothing was asked for and no message was logged.
    for row in range(len(article().places)):
        page.page.keyboard.press("n")
        assert row >= 0
    page.still()
    assert page.requests
