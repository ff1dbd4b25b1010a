"""Keyboard, themes, narrow screens, print, no script, accessibility."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from geo import __version__
from geo.document import Document, ParsedDocument
from geo.page.borders import read_borders
from geo.page.look import Look, find_tiles
from geo.page.page import render
from geo.place import Place
from tests.browser.conftest import VIOLATIONS, Opened, OpenPage
from tests.browser.sample import BISHKEK, KANT, article, other_article, resolution
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


def test_paper_shows_the_land_and_lists_every_place(
    open_html: OpenPage, bundle: None, tmp_path: Path
) -> None:
    names = [f"Hamlet {n}" for n in range(230)]
    text = "\n".join(names)
    rows = tuple(
        resolution(text, name, Place(id=name, name=name, latitude=n % 60, longitude=n - 115))
        for n, name in enumerate(names)
    )
    parsed = ParsedDocument(document=Document(text=text, title="A list"), resolutions=rows[::-1])
    page = open_html(render([parsed]), color_scheme="dark").page
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    picture = pdf[0].render(scale=1).to_pil().convert("RGB")
    colors = dict((color, amount) for amount, color in picture.getcolors(picture.size[0] ** 2))
    # Light on paper, whatever the reader's setting; the sea, and the land in it.
    assert colors.get((0xD3, 0xE0, 0xE5), 0) > 20_000
    assert colors.get((0xF7, 0xF4, 0xED), 0) > 5_000
    index = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    listed = re.sub(r"\s", "", index)  # the reader of the test parts some words into letters
    for name in names:
        assert f"{name.replace(' ', '')}place1" in listed
    pdf.close()
    # What was printed is put back.
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation_where_a_page_has_more(
    open_html: OpenPage, bundle: None, axe: str, scheme: str, width: int, tmp_path: Path
) -> None:
    file = tmp_path / "a view of our own.geojson"
    file.write_text('{"type":"LineString","coordinates":[[70,40],[75,43]]}', encoding="utf-8")
    borders = read_borders(file)
    tiles = find_tiles("OpenStreetMap.Mapnik")
    for look in (Look(tiles=tiles, borders=borders), Look(tiles=tiles, embed=True)):
        opened = open_html(render([article()], look=look), width=width, color_scheme=scheme)
        page = opened.page
        page.route(re.compile("^https:"), lambda route: route.abort())
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS) == []
        page.get_by_label("Online map").check()
        page.locator(".tiles-notice").wait_for()
        assert page.evaluate(VIOLATIONS) == []
        page.get_by_label("Online map").uncheck()
        if look.embed:
            page.get_by_role("button", name="Text and lists").click()
        page.locator("mark", has_text="Troy").click()
        page.locator("#card .sentences").wait_for()
        assert page.evaluate(VIOLATIONS) == []
        page.locator(".menu summary").click()
        assert page.evaluate(VIOLATIONS) == []
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.locator("dialog details summary").click()
        page.locator("dialog details dl").wait_for()
        assert page.evaluate(VIOLATIONS) == []
        # These were asked for on purpose, and refused.
        opened.requests.clear()
        opened.messages.clear()


def test_forced_colors_tell_filled_pins_from_hollow_ones(
    open_html: OpenPage, article_html: str
) -> None:
    page = open_html(article_html, forced_colors="active")

    def color(selector: str, across: float, down: float) -> object:
        """A color of the screen: what is forced does not show in the computed style."""
        shot = page.page.locator(selector).first.screenshot()
        picture = Image.open(io.BytesIO(shot)).convert("RGB")
        width, height = picture.size
        return picture.getpixel((int(width * across), int(height * down)))

    found = {}
    for words, name in (("Kant airbase", "Kant Air Base"), ("Troy", "Troy")):
        page.page.locator("mark", has_text=words).click()
        page.still()
        page.page.keyboard.press("Escape")
        found[name] = color(f"{pin(name)} .disc", 0.5, 0.5)
    assert found["Kant Air Base"] != found["Troy"]
    page.page.locator("mark", has_text="BISHKEK").first.click()
    current = color("mark.current", 0.1, 0.1)
    assert current != color("mark.same:not(.current)", 0.1, 0.1)


def test_what_has_the_focus_is_seen(page: Opened) -> None:
    seen = set()
    for _ in range(40):
        page.page.keyboard.press("Tab")
        name, outline = page.page.evaluate(
            """() => {
                const at = document.activeElement;
                const drawn = [at, ...at.querySelectorAll('.disc, .label')];
                const widths = drawn.map(node => getComputedStyle(node))
                    .filter(style => style.outlineStyle !== 'none')
                    .map(style => parseFloat(style.outlineWidth));
                return [at.tagName + at.className + at.id, Math.max(0, ...widths)];
            }"""
        )
        if name.startswith("BODY"):
            break
        seen.add(name)
        assert outline >= 1, name
    assert len(seen) > 12  # buttons, fields, a tab, a mark, pins, the map's own controls


def test_fingers_do_what_clicks_do(open_html: OpenPage, article_html: str) -> None:
    page = open_html(article_html, width=390, height=844, has_touch=True, is_mobile=True)
    page.page.locator("mark", has_text="Kant airbase").tap()
    page.still()
    assert card_title(page.page) == "Kant Air Base"
    page.page.locator("#card .close").tap()
    page.page.locator(pin("Kant Air Base")).locator(".disc").tap()
    page.page.locator("#card .sentences").wait_for()
    assert card_title(page.page) == "Kant Air Base"


def test_the_dialog_tells_versions_and_digests(open_html: OpenPage, bundle: None) -> None:
    html = render([article()], provenance={"gazetteer": "sha256:1", "settings": "sha256:2"})
    page = open_html(html).page
    page.keyboard.press("?")
    page.locator("dialog details summary").click()
    page.locator("dialog details dl").wait_for()
    told = page.locator("dialog").inner_text()
    for words in (f"mentionmap {__version__}", "sha256:1", "sha256:2", article().document.id):
        assert words in told


def test_a_title_stands_in_the_text_once(open_html: OpenPage, bundle: None) -> None:
    text = "Snow in Osh\n\nIt snowed in Osh."
    osh = Place(id="t:osh", name="Osh", latitude=40.5, longitude=72.8, feature_class="P")
    rows = (resolution(text, "Osh", osh), resolution(text, "Osh", osh, occurrence=1))
    parsed = ParsedDocument(document=Document(text=text, source="osh.txt"), resolutions=rows)
    page = open_html(render([parsed, other_article()])).page
    assert page.locator(".text").inner_text().count("Snow in Osh") == 1
    heading = page.locator(".text").get_by_role("heading", name="Snow in", level=2)
    assert heading.locator("mark").inner_text() == "Osh"
    assert page.locator(".text > *").all_inner_texts()[1] == "osh.txt · 2 mentions"
    # A title that the text does not open with stands above it.
    page.click("#tab-documents")
    page.locator(".documents .row", has_text="river").click()
    page.locator(".text h2", has_text="Across the river").wait_for()


def test_the_article_is_quiet_from_first_to_last(page: Opened) -> None:
    # The fixture asserts at its end that nothing was asked for and no message was logged.
    for row in range(len(article().places)):
        page.page.keyboard.press("n")
        assert row >= 0
    page.still()
    assert page.requests
