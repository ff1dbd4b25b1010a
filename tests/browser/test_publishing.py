"""The page as its publisher wants it: theme, frame, borders, online map, hidden words."""

import gzip
import re
from pathlib import Path

import pytest

from geo.page.borders import Borders, read_borders
from geo.page.hiding import Hiding
from geo.page.look import Look, find_tiles
from geo.page.page import render
from tests.browser.conftest import OpenPage
from tests.browser.sample import article

#: A picture of one red pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cf"
    "c0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "light"), ("light", "dark")])
def test_a_chosen_theme_holds_against_the_readers_setting(
    open_html: OpenPage, bundle: None, theme: str, scheme: str
) -> None:
    page = open_html(render([article()], look=Look(theme=theme)), color_scheme=scheme).page  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    assert page.evaluate("document.documentElement.dataset.theme") == theme


def test_online_map_is_off_until_the_reader_turns_it_on(open_html: OpenPage, bundle: None) -> None:
    html = render([article()], look=Look(tiles=find_tiles("OpenStreetMap.Mapnik")))
    opened = open_html(html)
    page = opened.page
    asked: list[str] = []

    def answer(route: object) -> None:
        asked.append(route.request.url)  # type: ignore[attr-defined]
        route.fulfill(body=PIXEL, content_type="image/png")  # type: ignore[attr-defined]

    page.route(re.compile("^https:"), answer)
    page.keyboard.press("n")
    opened.still()
    assert len(opened.requests) == 1
    assert page.locator(".tiles-notice").is_hidden()
    page.get_by_label("Online map: OpenStreetMap.Mapnik").check()
    page.locator("img.leaflet-tile-loaded").first.wait_for()
    assert {url.split("/")[2] for url in asked} == {"tile.openstreetmap.org"}
    notice = page.locator(".tiles-notice").inner_text()
    assert "tile.openstreetmap.org" in notice
    assert "© OpenStreetMap contributors" in notice
    assert page.evaluate("map_places.getMaxZoom()") == 18
    page.get_by_label("Online map").uncheck()
    assert page.locator("img.leaflet-tile").count() == 0
    assert page.evaluate("map_places.getMaxZoom()") == 12
    page.keyboard.press("?")
    assert "until you turn the online map on" in page.locator("dialog").inner_text()
    # These were asked for on purpose.
    opened.requests[:] = opened.requests[:1]


def test_a_page_without_tiles_offers_none(open_html: OpenPage, article_html: str) -> None:
    assert open_html(article_html).page.locator("#online-map").count() == 0


def test_an_embedded_page_is_a_map_with_the_rest_behind_a_button(
    open_html: OpenPage, bundle: None
) -> None:
    opened = open_html(render([article()], look=Look(embed=True)), width=720, height=480)
    page = opened.page
    box = page.locator("#map").bounding_box()
    assert box is not None
    assert (box["width"], box["height"] > 380) == (720, True)
    assert page.locator("#panel").is_hidden()
    zoom = page.evaluate("map_places.getZoom()")
    page.mouse.move(360, 300)
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(300)
    assert page.evaluate("map_places.getZoom()") == zoom
    page.locator('[data-key^="place-"] .disc').first.click()
    page.locator("#card .sentences").wait_for()
    page.get_by_role("button", name="Text and lists").click()
    assert page.locator("mark.current").is_visible()
    opened.still()


def test_in_a_narrow_frame_the_card_leaves_the_selected_place_in_sight(
    open_html: OpenPage, bundle: None
) -> None:
    opened = open_html(render([article()], look=Look(embed=True)), width=390, height=600)
    page = opened.page
    for _ in range(2):  # an area, then a pin
        page.keyboard.press("n")
        opened.still()
        page.locator("#card .sentences").wait_for()
        place = page.locator("#map .area.selected .label, #map .pin.selected .disc").bounding_box()
        card = page.locator("#card").bounding_box()
        assert place is not None
        assert card is not None
        assert place["y"] + place["height"] < card["y"]


def _dark_pixels(open_html: OpenPage, borders: Borders) -> int:
    """Count pixels darker than the sea in the open Pacific, where the base map has no line."""
    opened = open_html(render([article()], look=Look(borders=borders)))
    page = opened.page
    page.evaluate("map_places.setView([0, -140], 4, {animate: false})")
    opened.still()
    count: int = page.evaluate(
        """() => {
            const colour = getComputedStyle(document.documentElement)
                .getPropertyValue('--sea').trim();
            const sea = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
            let found = 0;
            for (const canvas of document.querySelectorAll('.leaflet-tile-pane canvas')) {
                const data = canvas.getContext('2d')
                    .getImageData(0, 0, canvas.width, canvas.height).data;
                for (let i = 0; i < data.length; i += 4)
                    if (data[i + 3] && sea.every((c, j) => data[i + j] < c - 12)) found++;
            }
            return found;
        }"""
    )
    return count


def test_own_borders_are_drawn_and_disputed_ones_dashed(
    open_html: OpenPage, bundle: None, tmp_path: Path
) -> None:
    line = {"type": "LineString", "coordinates": [[-150, 0.5], [-130, 0.5]]}
    file = tmp_path / "a<b>view.geojson"
    found = []
    for disputed in ("false", "true"):
        geometry = str(line).replace("'", '"')
        file.write_text(
            f'{{"type":"Feature","properties":{{"disputed":{disputed}}},"geometry":{geometry}}}',
            encoding="utf-8",
        )
        found.append(_dark_pixels(open_html, read_borders(file)))
    nothing = gzip.compress(b"", mtime=0)
    empty = _dark_pixels(open_html, Borders(name="none", solid=nothing, disputed=nothing))
    assert empty < found[1] < found[0]
    page = open_html(render([article()], look=Look(borders=read_borders(file)))).page
    page.keyboard.press("?")
    assert "Borders: a<b>view.geojson" in page.locator("dialog").inner_text()


def test_a_page_that_hides_says_so_and_takes_no_corrections(
    open_html: OpenPage, bundle: None
) -> None:
    html = render([article()], hiding=Hiding(phrases=("Kant",), round_km=20))
    page = open_html(html).page
    assert page.locator("#panel").get_by_text("█████", exact=False).count() > 0
    assert page.locator("#tab-corrections").count() == 0
    page.locator("mark", has_text="Troy").click()
    card = page.locator("#card .coordinates")
    assert "20 km wide" in card.inner_text()
    assert not re.search(r"35\.36|79\.89", card.inner_text())
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    about = page.locator("dialog").inner_text()
    assert "Some words are blacked out" in about
    assert "rounded to cells 20 km wide" in about
