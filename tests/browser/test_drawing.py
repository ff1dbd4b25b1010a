"""What the map draws: pins by their mentions, names that keep apart, the base map by zoom."""

import pytest
from playwright.sync_api import Page

from geo.page.page import render
from tests.browser.conftest import Opened, OpenPage
from tests.browser.sample import article, other_article
from tests.browser.test_views import card_title, pin

#: Kept from before the page runs: what its canvases are told to draw.
RECORDER = """
    window.drawn = { words: [], lines: [] };
    const context = CanvasRenderingContext2D.prototype;
    const { fillText, stroke } = context;
    context.fillText = function (words, ...rest) {
        drawn.words.push(words);
        return fillText.call(this, words, ...rest);
    };
    context.stroke = function () {
        drawn.lines.push(`${this.strokeStyle} ${this.getLineDash()}`.trim());
        return stroke.call(this);
    };
"""

#: The boxes of what overlays the map, and to which marker each belongs.
BOXES = """() => [...document.querySelectorAll('#map .spot')].flatMap((spot, owner) =>
    [...spot.querySelectorAll('.disc, .name, .area .label')].map(node => {
        const { left, top, right, bottom } = node.getBoundingClientRect();
        return { owner, what: node.dataset.name || node.className, left, top, right, bottom,
                 isDisc: node.classList.contains('disc') };
    }).filter(box => box.right > box.left))"""


def set_view(page: Opened, latitude: float, longitude: float, zoom: float) -> None:
    page.page.evaluate(
        "([at, zoom]) => map_places.setView(at, zoom, {animate: false})",
        [[latitude, longitude], zoom],
    )
    page.still()


def size(page: Page, name: str) -> float:
    box = page.locator(f"{pin(name)} .disc").bounding_box()
    assert box is not None
    return box["width"]


def test_pins_grow_with_the_number_of_mentions(page: Opened) -> None:
    set_view(page, 42.86, 74.7, 10)
    assert size(page.page, "Bishkek") > size(page.page, "Kant Air Base")
    count = page.page.locator(f"{pin('Bishkek')} .disc").get_attribute("data-count")
    assert count == "3"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("zoom", [2, 3.5, 5, 7, 9])
def test_names_keep_apart_from_each_other_and_from_pins(
    open_html: OpenPage, corpus_html: str, zoom: float, width: int
) -> None:
    page = open_html(corpus_html, width=width)
    page.page.locator("mark", has_text="Kant airbase").click()  # with ghosts and a selected pin
    set_view(page, 42.8, 74.5, zoom)
    boxes = page.page.evaluate(BOXES)
    assert len(boxes) > 1
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if one["owner"] == other["owner"] or (one["isDisc"] and other["isDisc"]):
                continue
            apart = (
                one["right"] <= other["left"]
                or other["right"] <= one["left"]
                or one["bottom"] <= other["top"] + 1
                or other["bottom"] <= one["top"] + 1
            )
            assert apart, (one, other)


def test_a_selected_area_is_named_beside_the_pins_in_it(page: Opened) -> None:
    page.page.locator("mark", has_text="Kyrgyzstan").first.click()
    set_view(page, 41, 75, 5)
    boxes = page.page.evaluate(BOXES)
    [name] = [box for box in boxes if box["what"] == "Kyrgyzstan"]
    for disc in (box for box in boxes if box["isDisc"]):
        assert (
            disc["right"] <= name["left"]
            or disc["left"] >= name["right"]
            or (disc["bottom"] <= name["top"] or disc["top"] >= name["bottom"])
        )


def words_and_lines(page: Opened, zoom: float) -> tuple[set[str], set[str]]:
    page.page.evaluate("() => { drawn.words.length = drawn.lines.length = 0; }")
    set_view(page, 42.7, 75.0, zoom)
    words, lines = page.page.evaluate("[drawn.words, drawn.lines]")
    return set(words), set(lines)


def test_the_base_map_shows_more_the_nearer_one_comes(
    open_html: OpenPage, article_html: str
) -> None:
    opened = open_html(article_html, ready=False)
    opened.page.add_init_script(RECORDER)
    opened.page.reload()
    opened.ready()
    opened.still()
    colors = {
        name: opened.page.evaluate(
            "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()",
            f"--{name}",
        )
        for name in ("border", "division", "river")
    }
    far, far_lines = words_and_lines(opened, 3)
    near, near_lines = words_and_lines(opened, 9)
    assert "CHINA" in far  # a country that the text does not name
    assert "CHINA" not in near
    assert "Tokmok" in near
    assert "Tokmok" not in far
    assert {line.split()[0] for line in far_lines} >= {colors["border"]}
    assert colors["division"] not in {line.split()[0] for line in far_lines}
    assert f"{colors['division']} 2,2" in near_lines
    _, middle_lines = words_and_lines(opened, 5)
    assert colors["river"] in middle_lines
    assert f"{colors['border']} 4,3" in middle_lines  # on these, views differ


def test_lakes_are_of_the_color_of_the_sea(page: Opened) -> None:
    set_view(page, 42.45, 77.2, 7)  # Issyk-Kul
    seen = page.page.evaluate(
        """() => {
            const map = document.querySelector('#map').getBoundingClientRect();
            const at = map_places.latLngToContainerPoint([42.45, 77.2]);
            for (const tile of document.querySelectorAll('.leaflet-tile-pane canvas')) {
                const box = tile.getBoundingClientRect();
                const [x, y] = [at.x + map.x - box.x, at.y + map.y - box.y];
                if (x < 0 || y < 0 || x >= box.width || y >= box.height) continue;
                const pixel = tile.getContext('2d').getImageData(x, y, 1, 1).data;
                return '#' + [...pixel].slice(0, 3)
                    .map(value => value.toString(16).padStart(2, '0')).join('');
            }
        }"""
    )
    style = "getComputedStyle(document.documentElement).getPropertyValue('--sea').trim()"
    assert seen == page.page.evaluate(style)


def test_a_scale_bar_follows_the_zoom(page: Opened) -> None:
    lengths = []
    for zoom in (3, 9):
        set_view(page, 42.86, 74.7, zoom)
        lengths.append(page.page.locator(".leaflet-control-scale-line").inner_text())
    assert lengths[0].endswith("000 km")
    assert lengths[1].endswith("0 km")
    assert lengths[0] != lengths[1]


def test_a_click_that_meets_the_page_while_it_fills_is_not_lost(
    open_html: OpenPage, corpus_html: str
) -> None:
    opened = open_html(corpus_html, ready=False)
    page = opened.page
    # Held down from the first pin to the last river: whatever is drawn, the pin stays the same.
    page.add_init_script(
        """new MutationObserver((_, seen) => {
            if (!document.documentElement.dataset.pins) return;
            seen.disconnect();
            window.first = document.querySelector('#map [data-key^="place-"]');
        }).observe(document, { attributes: true, subtree: true });"""
    )
    page.reload()
    opened.ready()
    assert page.evaluate("first.isConnected")
    name = page.evaluate("first.getAttribute('aria-label').split(',')[0]")
    page.evaluate("first.click()")
    page.locator("#card h2").wait_for()
    assert card_title(page) == name


def test_texts_lie_in_pieces_that_are_unpacked_when_asked_for(
    open_html: OpenPage, bundle: None
) -> None:
    filler = "\n\n".join(f"Paragraph {n}. {'Words and words. ' * 60}" for n in range(450))
    first, other = article(), other_article()
    long = type(first.document)(text=filler, title="A long one")
    parsed = [first, type(first)(document=long), other]
    html = render(parsed)
    assert 'id="piece-1"' in html
    page = open_html(html).page
    page.click("#tab-documents")
    page.locator(".documents .row", has_text="river").click()
    page.locator("mark", has_text="Bishkek").click()
    page.locator("#card .sentences li").nth(3).wait_for()
    sentences = page.locator("#card .sentences li").all_inner_texts()
    assert any("Bishkek does not." in sentence for sentence in sentences)  # of the last piece
    assert any("Bishkek agreed." in sentence for sentence in sentences)  # of the first
