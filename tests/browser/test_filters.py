"""Filters act on map, list, text and counts together; the address keeps them."""

import csv
import io
import json
from pathlib import Path

from geo.document import Document, ParsedDocument
from geo.page.page import render
from geo.place import Place
from tests.browser.conftest import Opened, OpenPage
from tests.browser.sample import BISHKEK, article, other_article, resolution
from tests.browser.test_views import card_title, pin


def test_words_filter_map_list_text_and_counts(page: Opened) -> None:
    page.page.fill(".search", "air base")
    page.page.locator("#summary", has_text="1 place · 1 mention").wait_for()
    assert page.page.locator(".places .title").all_inner_texts() == ["Kant Air Base"]
    assert page.page.locator("#map [data-key]").count() == 1
    marks = page.page.locator("mark:not(.off):not(.unplaced):not(.light)")
    assert marks.all_inner_texts() == ["Kant airbase"]


def test_words_are_found_without_case_and_accents(page: Opened) -> None:
    page.page.fill(".search", "KYRGYZSTÁN")
    page.page.locator("#summary", has_text="4 places").wait_for()
    assert "Gwadar" not in page.page.locator(".places .title").all_inner_texts()


def test_confidence_filters(page: Opened) -> None:
    page.page.locator("#confidence").fill("700")
    page.page.locator("#summary", has_text="5 places").wait_for()
    assert page.page.locator(".options output").inner_text() == "0.70"
    names = page.page.locator(".places .title").all_inner_texts()
    assert "Troy" not in names
    assert "Gwadar" not in names
    assert "off" in (page.page.locator("mark", has_text="Troy").get_attribute("class") or "")


def test_demonyms_are_marked_but_drawn_only_on_request(page: Opened) -> None:
    assert "light" in (page.page.locator("mark", has_text="Russian").get_attribute("class") or "")
    assert "Russia" not in page.page.locator(".places .title").all_inner_texts()
    page.page.evaluate("map_places.setView([60, 90], 3, {animate: false})")
    assert page.page.locator(pin("Russia")).count() == 0
    page.page.check("#demonyms")
    page.page.locator(pin("Russia")).wait_for(state="attached")
    assert "Russia" in page.page.locator(".places .title").all_inner_texts()
    assert "12 mentions" in page.page.locator("#summary").inner_text()


def test_organizations_filter(open_html: OpenPage, bundle: None) -> None:
    text = "The University of Osh is in Osh."
    osh = Place(id="t:osh", name="Osh", latitude=40.5, longitude=72.8, feature_class="P")
    named = resolution(text, "University of Osh", osh, role="organization")
    rows = (named, resolution(text, "Osh", osh, occurrence=1))
    page = open_html(render([ParsedDocument(document=Document(text=text), resolutions=rows)])).page
    assert page.locator("#summary").inner_text() == "1 place · 2 mentions"
    page.uncheck("#organizations")
    page.locator("#summary", has_text="1 place · 1 mention").wait_for()
    assert page.url.endswith("#organizations=off")
    assert "off" in (page.locator("mark", has_text="University").get_attribute("class") or "")


def test_a_link_with_dates_filters_by_them(open_html: OpenPage, corpus_html: str) -> None:
    page = open_html(corpus_html, fragment="#from=2012-09-01&to=2012-09-30").page
    assert page.locator("#summary").inner_text() == "2 places · 3 mentions · 1 document"
    assert page.locator('[aria-label="Published from"]').input_value() == "2012-09-01"


def test_kind_country_and_dates_filter(corpus: Opened) -> None:
    page = corpus.page
    page.get_by_role("button", name="Filters").click()
    page.select_option('[aria-label="Kind of place"]', label="Sites and buildings")
    page.locator("#summary", has_text="1 place · 1 mention").wait_for()
    assert page.locator(".places .title").all_inner_texts() == ["Kant Air Base"]
    page.select_option('[aria-label="Kind of place"]', "")
    page.select_option('[aria-label="Country"]', label="United States")
    page.locator("#summary", has_text="2 places").wait_for()
    assert page.locator(".places .title").all_inner_texts() == ["El Paso", "Troy"]
    page.select_option('[aria-label="Country"]', "")
    page.fill('[aria-label="Published from"]', "2012-09-01")
    page.locator("#summary", has_text="2 places · 3 mentions · 1 document").wait_for()
    assert page.locator(".documents .title").all_inner_texts() == ["Across the river"]
    assert page.url.endswith("#from=2012-09-01")
    page.fill('[aria-label="Published until"]', "2012-09-02")
    page.locator("#summary", has_text="0 places").wait_for()
    assert page.locator(".places .empty").is_visible() is False  # the list's tab is not open
    page.click("#tab-places")
    assert page.locator(".places .empty").is_visible()


def test_links_address_place_mention_and_filters(
    open_html: OpenPage, article_html: str, corpus_html: str
) -> None:
    page = open_html(article_html, fragment="#place=test:kant")
    assert card_title(page.page) == "Kant Air Base"
    assert page.page.locator("mark.current").inner_text() == "Kant airbase"
    page = open_html(article_html, fragment="#mention=14")
    assert card_title(page.page) == "Bishkek"
    sentence = page.page.locator("mark.current").evaluate("n => n.parentNode.textContent")
    assert sentence == "Bishkek agreed."
    page = open_html(article_html, fragment="#filter=osh&confidence=0.5&demonyms")
    assert page.page.locator("#summary").inner_text() == "1 place · 1 mention"
    assert page.page.locator("#demonyms").is_checked()
    page = open_html(corpus_html, fragment="#document=2")
    assert page.page.locator(".text h2").inner_text() == "Across the river"
    page = open_html(article_html, fragment="#kind=site&country=KG")
    assert page.page.locator("#summary").inner_text() == "1 place · 1 mention"
    page = open_html(article_html, fragment="#place=%3Cscript%3E&mention=x&document=99")
    assert page.page.locator("#card").is_hidden()


def test_the_address_follows_what_is_selected(page: Opened) -> None:
    page.page.locator("mark", has_text="Kant airbase").click()
    assert page.page.url.endswith("#mention=5")
    page.page.evaluate("location.hash = '#place=test:osh'")
    page.page.locator("#card h2", has_text="Osh").wait_for()
    page.page.keyboard.press("Escape")
    assert "#" not in page.page.url


def test_view_downloads_as_geojson_and_csv(page: Opened, tmp_path: Path) -> None:
    page.page.fill(".search", "bishkek")
    page.page.locator("#summary", has_text="1 place · 3 mentions").wait_for()
    found = {}
    for label in ("GeoJSON", "CSV"):
        page.page.click(".menu summary")
        with page.page.expect_download() as download:
            page.page.click(f".menu button:has-text('{label}')")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        found[path.suffix] = path.read_bytes().decode("utf-8")
    collection = json.loads(found[".geojson"])
    assert collection["schema"] == "geo.geojson/1"
    assert [f["geometry"]["coordinates"] for f in collection["features"]] == [
        [BISHKEK.longitude, BISHKEK.latitude]
    ] * 3
    text = article().document.text
    for feature in collection["features"]:
        row = feature["properties"]
        assert text[row["start"] : row["end"]] == row["mention"]
        assert row["place_id"] == "test:bishkek"
    rows = list(csv.DictReader(io.StringIO(found[".csv"])))
    assert [row["mention"] for row in rows] == ["BISHKEK", "Bishkek", "Bishkek"]
    assert rows[2]["sentence"] == "Bishkek agreed."


def test_page_without_text_shows_places_only(open_html: OpenPage, bundle: None) -> None:
    html = render([article(), other_article()], text="none")
    page = open_html(html)
    assert page.page.locator("#tab-text").count() == 0
    page.page.locator(".row", has_text="Bishkek").click()
    assert card_title(page.page) == "Bishkek"
    assert "agreed" not in page.page.locator("body").inner_text()


def test_page_of_snippets_shows_sentences_only(open_html: OpenPage, bundle: None) -> None:
    page = open_html(render([article()], text="snippets"))
    shown = page.page.locator(".text").inner_text()
    assert "Bishkek agreed." in shown
    page.page.keyboard.press("?")
    assert "only the sentences" in page.page.locator("dialog").inner_text()
