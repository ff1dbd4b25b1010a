"""Hostile words stay words, and the page may load nothing."""

from pathlib import Path

import folium
import pytest

from geo.page.page import PageExporter, build_map, render
from tests.browser.conftest import OpenPage
from tests.browser.sample import HOSTILE, article, hostile_document
from tests.browser.test_views import card_title


@pytest.fixture(scope="module")
def hostile_html(bundle: None) -> str:
    parsed, _ = hostile_document()
    return render([parsed, parsed], title=" ".join(HOSTILE))


def test_hostile_words_are_shown_letter_for_letter(open_html: OpenPage, hostile_html: str) -> None:
    _, shown = hostile_document()
    page = open_html(hostile_html).page
    paragraphs = page.locator(".text p:not(.facts):not(.section)").evaluate_all(
        "nodes => nodes.map(node => node.textContent)"
    )
    assert "\n\n".join(paragraphs) == shown
    # White space in a title is collapsed by HTML itself.
    collapse = "text => text.replace(/[ \\t\\n]+/g, ' ').trim()"
    title = page.evaluate(collapse, " ".join(HOSTILE))
    assert page.evaluate(f"({collapse})(document.title)") == title
    assert page.locator("h1").evaluate("node => node.textContent") == " ".join(HOSTILE)


def test_hostile_words_do_not_run(open_html: OpenPage, hostile_html: str) -> None:
    opened = open_html(hostile_html)
    page = opened.page
    for tab in ("places", "unplaced", "documents", "text"):
        page.click(f"#tab-{tab}")
    page.locator("mark", has_text="Paris").first.click()
    opened.still()
    assert card_title(page) == f"Paris {' '.join(HOSTILE)}"
    page.locator(".alternatives button").first.wait_for(state="attached")
    page.keyboard.press("?")
    opened.still()
    assert page.evaluate("window.PWNED") is None
    assert "1337" not in page.evaluate("document.documentElement.textContent")
    assert page.locator("#card img, .text img, .text script, #card script").count() == 0


def test_hostile_words_do_not_run_without_script_either(
    open_html: OpenPage, hostile_html: str
) -> None:
    page = open_html(hostile_html, ready=False, java_script_enabled=False).page
    assert "{{ 7*191 }}" in page.locator("noscript").first.inner_text()
    assert page.locator("noscript img").count() == 0


def test_hostile_file_name_title_and_links(
    open_html: OpenPage, bundle: None, tmp_path: Path
) -> None:
    path = tmp_path / "{{ 7*191 }} <img src=x onerror=window.PWNED=1>.html"
    PageExporter(title=path.name).export([article()], path)
    page = open_html(path.read_text(encoding="utf-8"), fragment="#filter=<img src=x>").page
    assert page.locator("h1").inner_text() == path.name
    assert page.evaluate("window.PWNED") is None


def test_policy_stops_what_gets_in(open_html: OpenPage, article_html: str) -> None:
    opened = open_html(article_html)
    outcome = opened.page.evaluate(
        """async () => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', e => seen.push(e));
            const image = document.createElement('img');
            image.setAttribute('onerror', 'window.PWNED = 1');
            image.src = 'https://example.org/a.png';
            const script = document.createElement('script');
            script.textContent = 'window.PWNED = 2';
            document.body.append(image, script);
            let failed = false;
            try { await fetch('https://example.org/'); } catch { failed = true; }
            await new Promise(done => setTimeout(done, 300));
            return [failed, window.PWNED ?? null, seen.length >= 3];
        }"""
    )
    assert outcome == [True, None, True]
    # These were asked for on purpose; the fixture shall not find them.
    opened.messages.clear()
    opened.requests.clear()


def test_layers_of_folium_are_drawn(open_html: OpenPage, bundle: None) -> None:
    drawn = build_map([article()])
    folium.CircleMarker((42.0, 74.0), radius=9, tooltip="mine").add_to(drawn)
    folium.Marker((43.0, 75.0)).add_to(drawn)
    line = {"type": "LineString", "coordinates": [[70, 40], [75, 43]]}
    folium.GeoJson({"type": "Feature", "properties": {}, "geometry": line}).add_to(drawn)
    folium.LayerControl().add_to(drawn)
    page = open_html(drawn.get_root().render()).page
    assert page.locator("path.leaflet-interactive").count() == 2
    icon = page.locator("img.leaflet-marker-icon")
    assert icon.evaluate("node => node.complete && node.naturalWidth > 0")
    assert page.locator("mark").count() == 14
