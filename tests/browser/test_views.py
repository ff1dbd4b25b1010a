"""Text, map, lists and card select each other."""

import pytest
from playwright.sync_api import Page

from geo.document import Document, ParsedDocument
from geo.page.page import render
from geo.place import Place
from tests.browser.conftest import Opened, OpenPage
from tests.browser.sample import BISHKEK, EL_PASO, KANT, PAMIRS, article, resolution


def pin(name: str) -> str:
    return f'#map [role="button"][aria-label^="{name},"]'


def distance_px(page: Page, selector: str, place: Place) -> float:
    """Say how far, in pixels, a marker stands from where a place is on the map."""
    measured: float = page.evaluate(
        """([selector, latitude, longitude]) => {
            const disc = document.querySelector(selector + ' .disc').getBoundingClientRect();
            const map = document.querySelector('#map').getBoundingClientRect();
            const at = map_places.latLngToContainerPoint([latitude, longitude]);
            return Math.hypot(disc.x + disc.width / 2 - map.x - at.x,
                              disc.y + disc.height / 2 - map.y - at.y);
        }""",
        [selector, place.latitude, place.longitude],
    )
    return measured


def card_title(page: Page) -> str:
    return page.locator("#card h2").inner_text()


def test_text_is_shown_with_its_mentions_marked(page: Opened) -> None:
    shown = page.page.locator(".text").inner_text()
    for line in article().document.text.splitlines():
        assert line in shown
    marks = page.page.locator("mark").all_inner_texts()
    assert marks == [r.mention.text for r in article().resolutions]


def test_pins_stand_where_the_rows_say(page: Opened) -> None:
    page.page.evaluate("map_places.setView([42.86, 74.7], 10, {animate: false})")
    page.still()
    for place in (BISHKEK, KANT):
        assert distance_px(page.page, pin(place.name), place) < 2


def test_click_on_a_mention_flies_to_its_pin_and_opens_its_card(page: Opened) -> None:
    page.page.locator("mark", has_text="Kant airbase").click()
    page.still()
    assert card_title(page.page) == "Kant Air Base"
    assert "air base" in page.page.locator("#card .kind").inner_text()
    assert "42.8532, 74.8465" in page.page.locator("#card .coordinates").inner_text()
    assert distance_px(page.page, pin("Kant Air Base"), KANT) < 2
    centre = page.page.evaluate("[map_places.getCenter().lat, map_places.getCenter().lng]")
    assert centre == pytest.approx([KANT.latitude, KANT.longitude], abs=0.5)
    assert page.page.evaluate("map_places.getZoom()") >= 6
    assert page.page.locator("mark.current").inner_text() == "Kant airbase"


def test_click_on_a_pin_lists_its_sentences_and_selects_its_mention(page: Opened) -> None:
    page.page.evaluate("map_places.setView([42.86, 74.7], 10, {animate: false})")
    page.still()
    page.page.locator(pin("Bishkek")).locator(".disc").click()
    assert card_title(page.page) == "Bishkek"
    sentences = page.page.locator("#card .sentences li").all_inner_texts()
    assert len(sentences) == 3
    assert "20 km east of Bishkek." in sentences[1]
    assert page.page.locator("#card .sentences strong").all_inner_texts() == [
        "BISHKEK",
        "Bishkek",
        "Bishkek",
    ]
    assert page.page.locator("mark.current").inner_text() == "BISHKEK"
    assert page.page.locator("mark.same").count() == 3


def test_click_on_a_sentence_selects_its_mention(page: Opened) -> None:
    page.page.locator("mark", has_text="BISHKEK").first.click()
    page.page.locator("#card .sentences button", has_text="agreed").click()
    assert page.page.locator("mark[aria-current]").evaluate("n => n.parentNode.textContent") == (
        "Bishkek agreed."
    )


def test_click_in_the_list_selects_on_map_and_in_text(page: Opened) -> None:
    page.page.click("#tab-places")
    page.page.locator(".row", has_text="Kant Air Base").click()
    page.still()
    assert card_title(page.page) == "Kant Air Base"
    assert distance_px(page.page, pin("Kant Air Base"), KANT) < 2
    assert page.page.locator('.row[aria-current="true"] .title').inner_text() == "Kant Air Base"
    page.page.click("#tab-text")
    assert page.page.locator("mark.current").inner_text() == "Kant airbase"


def test_list_counts_places_and_orders_them(page: Opened) -> None:
    page.page.click("#tab-places")
    rows = page.page.locator(".places .row")
    names = rows.locator(".title").all_inner_texts()
    assert names == ["Bishkek", "Kyrgyzstan", "Pamirs", "Gwadar", "Kant Air Base", "Osh", "Troy"]
    assert rows.locator(".amount").first.evaluate("n => n.firstChild.data") == "3"
    assert page.page.locator("#summary").inner_text() == "7 places · 11 mentions"


def test_countries_and_regions_are_names_not_pins(page: Opened) -> None:
    for name in ("Kyrgyzstan", "Pamirs"):
        page.page.locator("mark", has_text=name).first.click()
        page.still()
        marker = page.page.locator(pin(name))
        assert marker.locator(".label").count() == 1
        assert marker.locator(".disc").count() == 0
        assert card_title(page.page) == name
    # A region without a shape shows how far it reaches.
    assert page.page.locator("path.extent").count() == 1
    assert PAMIRS.radius_km


def test_mentioned_countries_are_tinted(page: Opened) -> None:
    page.page.evaluate("map_places.setView([42, 72], 5, {animate: false})")
    page.still()
    color = """([latitude, longitude]) => {
        const map = document.querySelector('#map').getBoundingClientRect();
        const at = map_places.latLngToContainerPoint([latitude, longitude]);
        for (const tile of document.querySelectorAll('.leaflet-tile-container canvas')) {
            const box = tile.getBoundingClientRect();
            const x = at.x + map.x - box.x, y = at.y + map.y - box.y;
            if (x < 0 || y < 0 || x >= box.width || y >= box.height) continue;
            const scale = tile.width / box.width;
            // Chromium complains of repeated reading from a canvas that is not made for it.
            const options = {willReadFrequently: true};
            const copy = document.createElement('canvas').getContext('2d', options);
            copy.drawImage(tile, x * scale, y * scale, 1, 1, 0, 0, 1, 1);
            const pixel = copy.getImageData(0, 0, 1, 1).data;
            return [...pixel].slice(0, 3).join();
        }
    }"""
    naryn, kazakhstan, aral = (
        page.page.evaluate(color, at) for at in ((41.2, 75.5), (46.8, 70.2), (42.5, 51.0))
    )
    assert naryn != kazakhstan
    assert len({naryn, kazakhstan, aral}) == 3


def test_what_was_not_placed_is_listed_with_the_reason(page: Opened) -> None:
    page.page.click("#tab-unplaced")
    rows = page.page.locator(".unplaced .row").all_inner_texts()
    assert any("Zzyzxville" in row and "no place of this name is known" in row for row in rows)
    assert any("Frogfoot" in row and "probably not meant as a place" in row for row in rows)
    page.page.locator(".unplaced .row", has_text="Zzyzxville").click()
    assert card_title(page.page) == "Zzyzxville"
    assert "Not placed" in page.page.locator("#card").inner_text()
    assert page.page.locator("mark.current").inner_text() == "Zzyzxville"


def test_confidence_and_nearness_are_drawn(page: Opened) -> None:
    for words, name, expected in (
        ("Kant airbase", "Kant Air Base", set()),
        ("Troy", "Troy", {"hollow"}),
        ("Osh", "Osh", {"approximate"}),
    ):
        page.page.locator("mark", has_text=words).click()
        page.still()
        page.page.keyboard.press("Escape")
        classes = page.page.locator(f"{pin(name)} .pin").get_attribute("class") or ""
        drawn = set(classes.split()) & {"hollow", "approximate", "doubtful"}
        assert drawn == expected, name


def test_doubtful_places_are_only_listed(page: Opened) -> None:
    page.page.evaluate("map_places.setView([25.12, 62.32], 8, {animate: false})")
    page.still()
    assert page.page.locator(pin("Gwadar")).count() == 0
    page.page.click("#tab-places")
    row = page.page.locator(".row", has_text="Gwadar")
    assert "only listed" in row.inner_text()
    row.click()
    page.still()
    assert page.page.locator(f"{pin('Gwadar')} .pin.doubtful").count() == 1


def test_card_tells_confidence_and_why(page: Opened) -> None:
    page.page.locator("mark", has_text="BISHKEK").first.click()
    assert page.page.locator("#card .confidence b").inner_text() == "0.95"
    assert "all but certain" in page.page.locator("#card .confidence").inner_text()
    assert page.page.locator("#card .why").inner_text() == "The dateline names the capital."
    assert "capital · Chuy, Kyrgyzstan" in page.page.locator("#card .kind").inner_text()


def test_alternatives_are_ghosts_on_the_map_and_a_click_shows_them(page: Opened) -> None:
    page.page.locator("mark", has_text="Troy").click()
    page.still()
    assert page.page.locator(".pin.ghost").count() == 1
    page.page.locator(".alternatives button:not(.use)").click()
    page.still()
    centre = page.page.evaluate("[map_places.getCenter().lat, map_places.getCenter().lng]")
    assert centre == pytest.approx([42.73, -73.69], abs=1.5)
    assert page.page.locator(".pin.ghost .disc").is_visible()
    page.page.keyboard.press("Escape")
    assert page.page.locator(".pin.ghost").count() == 0


def test_coordinates_can_be_copied(open_html: OpenPage, article_html: str) -> None:
    page = open_html(article_html, permissions=["clipboard-read", "clipboard-write"])
    page.page.locator("mark", has_text="Kant airbase").click()
    page.page.locator("#card .copy").click()
    page.page.locator("#card .copy", has_text="Copied").wait_for()
    assert page.page.evaluate("navigator.clipboard.readText()") == "42.8532, 74.8465"


def test_a_cluster_opens_where_it_splits(page: Opened) -> None:
    page.page.evaluate("map_places.setView([42.86, 74.7], 6, {animate: false})")
    page.still()
    cluster = page.page.locator('#map [aria-label*="more nearby"]')
    assert cluster.count() == 1
    cluster.locator(".disc").click()
    page.still()
    assert page.page.locator(pin("Bishkek")).count() == 1
    assert page.page.locator(pin("Kant Air Base")).count() == 1


def test_a_cluster_that_holds_the_selected_place_says_so(page: Opened) -> None:
    page.page.locator("mark", has_text="Kant airbase").click()
    page.still()
    page.page.evaluate("map_places.setView([42.86, 74.7], 6, {animate: false})")
    page.still()
    assert page.page.locator("#map .pin.selected").count() == 1
    assert page.page.locator("#map .pin.cluster.selected").count() == 1


def test_documents_are_listed_and_open(corpus: Opened) -> None:
    page = corpus.page
    assert page.title() == "Two articles"
    assert "2 documents" in page.locator("#summary").inner_text()
    page.click("#tab-documents")
    page.fill(".documents input[type=search]", "river")
    assert page.locator(".documents .row .title").all_inner_texts() == ["Across the river"]
    page.locator(".documents .row").click()
    page.locator("mark", has_text="El Paso").first.wait_for()
    assert page.locator(".text h2").inner_text() == "Across the river"
    page.locator("mark", has_text="El Paso").first.click()
    corpus.still()
    assert distance_px(page, pin("El Paso"), EL_PASO) < 2


def test_one_document_alone_on_the_map(corpus: Opened) -> None:
    page = corpus.page
    page.click("#tab-documents")
    page.locator(".documents .row", has_text="river").click()
    page.click("#tab-documents")
    page.check("#one-document")
    page.click("#tab-places")
    page.locator(".places .row").nth(2).wait_for(state="detached")
    assert page.locator(".places .title").all_inner_texts() == ["El Paso", "Bishkek"]


def test_a_place_of_another_document_opens_that_document(corpus: Opened) -> None:
    page = corpus.page
    page.click("#tab-places")
    page.locator(".row", has_text="El Paso").click()
    page.locator(".text h2", has_text="Across the river").wait_for(state="attached")
    assert page.locator("mark.current").inner_text() == "El Paso"
    assert page.locator("#card .sentences small").first.inner_text() == "Across the river"


def test_map_flies_for_those_who_like_motion(open_html: OpenPage, article_html: str) -> None:
    page = open_html(article_html, reduced_motion="no-preference")
    page.page.locator("mark", has_text="Kant airbase").click()
    page.page.wait_for_timeout(900)
    page.still()
    assert distance_px(page.page, pin("Kant Air Base"), KANT) < 2
    assert card_title(page.page) == "Kant Air Base"


def test_map_does_not_fly_for_those_who_like_none(page: Opened) -> None:
    # In one turn of the page's own clock: there is no time to fly in.
    zooms = page.page.evaluate(
        """() => {
            const before = map_places.getZoom();
            const marks = [...document.querySelectorAll('mark')];
            marks.find(mark => mark.textContent === 'Kant airbase').click();
            return [before, map_places.getZoom()];
        }"""
    )
    assert zooms[1] > zooms[0]
    assert distance_px(page.page, pin("Kant Air Base"), KANT) < 2


def test_a_pin_under_the_card_is_moved_clear_of_it(page: Opened) -> None:
    page.page.evaluate("map_places.setView([42.86, 74.0], 9, {animate: false})")
    page.still()
    page.page.locator(pin("Kant Air Base")).locator(".disc").click()
    page.still()
    disc = page.page.locator(f"{pin('Kant Air Base')} .disc").bounding_box()
    card = page.page.locator("#card").bounding_box()
    assert disc is not None
    assert card is not None
    assert disc["x"] + disc["width"] < card["x"]


def test_places_on_both_sides_of_the_date_line_are_shown_together(
    open_html: OpenPage, bundle: None
) -> None:
    text = "From Suva to Apia."
    suva = Place(id="t:suva", name="Suva", latitude=-18.14, longitude=178.44, feature_class="P")
    apia = Place(id="t:apia", name="Apia", latitude=-13.83, longitude=-171.77, feature_class="P")
    rows = (resolution(text, "Suva", suva), resolution(text, "Apia", apia))
    page = open_html(render([ParsedDocument(document=Document(text=text), resolutions=rows)]))
    assert page.page.evaluate("map_places.getZoom()") >= 5
    for name in ("Suva", "Apia"):
        assert page.page.locator(pin(name)).locator(".disc").is_visible()


@pytest.mark.parametrize(
    "parsed",
    [
        [],
        [ParsedDocument(document=Document(text=""))],
        [ParsedDocument(document=Document(text="No"))],
    ],
    ids=["no document", "empty", "no place"],
)
def test_a_page_of_nothing_is_a_page(
    open_html: OpenPage, bundle: None, parsed: list[ParsedDocument]
) -> None:
    page = open_html(render(parsed)).page
    assert page.locator("#summary").inner_text() == "0 places · 0 mentions"
    assert page.locator(".leaflet-tile-container canvas").count() > 0
    page.keyboard.press("n")
    page.keyboard.press("0")


def test_the_button_shows_everything_again(page: Opened) -> None:
    before = page.page.evaluate("map_places.getZoom()")
    page.page.evaluate("map_places.setView([0, 0], 9, {animate: false})")
    page.page.get_by_role("button", name="Show all places").click()
    page.still()
    assert page.page.evaluate("map_places.getZoom()") == before


def test_a_mention_far_down_a_long_text_is_scrolled_to(open_html: OpenPage, bundle: None) -> None:
    filler = "\n\n".join(f"Paragraph {n}. {'Words and words. ' * 40}" for n in range(600))
    text = f"Osh comes first.\n\n{filler}\n\nThe end is in Osh."
    osh = Place(id="t:osh", name="Osh", latitude=40.5, longitude=72.8, feature_class="P")
    rows = (resolution(text, "Osh", osh), resolution(text, "Osh", osh, occurrence=1))
    opened = open_html(render([ParsedDocument(document=Document(text=text), resolutions=rows)]))
    opened.page.keyboard.press("p")
    opened.still()
    mark = opened.page.locator("mark.current").bounding_box()
    panel = opened.page.locator("#room-text").bounding_box()
    assert mark is not None
    assert panel is not None
    assert panel["y"] < mark["y"] < panel["y"] + panel["height"]
