"""The file: sealed, the same each time, small, and free of what texts would run."""

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import folium
import pytest
from folium.plugins import HeatMap

from geo.document import Document, ParsedDocument
from geo.errors import ExportError
from geo.page import page as page_module
from geo.page.bundle import build
from geo.page.elements import Script, pack
from geo.page.page import PageExporter, build_map, render
from tests.browser.sample import BISHKEK, HOSTILE, article, hostile_document, resolution

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def bundle() -> None:
    build(ROOT / "geo/page/bundle", root=ROOT)


def policy(html: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert found
    return found[1]


def block(html: str, name: str) -> str:
    found = re.search(rf'<script type="application/octet-stream" id="{name}">([^<]*)<', html)
    assert found
    return gzip.decompress(base64.b64decode(found[1])).decode("utf-8")


def test_equal_documents_give_equal_bytes() -> None:
    assert render([article()]) == render([article()])
    code = (
        "from tests.browser.sample import article; from geo.page.page import render;"
        "import hashlib; print(hashlib.sha256(render([article()]).encode()).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == hashlib.sha256(render([article()]).encode()).hexdigest()


def test_policy_allows_exactly_the_scripts_that_are_there() -> None:
    html = render([article()])
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(scripts) == 2
    for content in [*scripts, *styles]:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy(html)
    assert "default-src 'none'" in policy(html)
    assert "unsafe" not in policy(html)
    assert "http" not in policy(html)


def test_the_script_stands_before_what_it_unpacks_later() -> None:
    html = render([article()])
    places = [html.index(part) for part in ('id="geo-page"', "mentionmap.start(", 'id="ground-')]
    assert places == sorted(places)
    assert html.index('id="piece-0"') > places[-1]


def test_nothing_is_linked() -> None:
    html = render([article()])
    markup = re.sub(r"<script[^>]*>.*?</script>|<style>.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"<(link|iframe|object|embed|img|base)\b", markup)
    assert not re.search(r"\b(src|href)=\"(?!#)", markup)
    assert "<script src" not in html


def test_hostile_words_meet_no_template_and_no_markup(tmp_path: Path) -> None:
    parsed, shown = hostile_document()
    html = render([parsed], title=" ".join(HOSTILE))
    markup = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)
    # What a template would make of the words, and the words as markup, are nowhere.
    assert "1337" not in markup
    assert "<img" not in markup
    assert "window.PWNED=1</script>" not in html
    assert "{{ 7*191 }}" in markup  # escaped where braces need no escaping: title and heading
    assert not Path("pwned").exists()
    content = json.loads(block(html, "piece-0"))
    paragraphs = [
        "".join(run if isinstance(run, str) else "".join(run) for run in paragraph)
        for paragraph in content["documents"][0]["paragraphs"]
        if isinstance(paragraph, list)
    ]
    assert "\n\n".join(paragraphs) == shown
    html.encode("utf-8")


def test_a_page_of_one_long_article_is_small() -> None:
    # 35 kB of text with 400 mentions in many words: what the seeds' largest document needs.
    text = "\n\n".join(
        f"Paragraph {n} on Bishkek {'and other words ' * 20}{n * 7919}." for n in range(100)
    )
    rows = tuple(
        resolution(text, "Bishkek", BISHKEK, occurrence=n, explanation=f"Because of {n}.")
        for n in range(100)
    )
    parsed = ParsedDocument(document=Document(text=text), resolutions=rows)
    assert len(render([parsed]).encode("utf-8")) < 1_100_000


def test_exporter_writes_aside_then_renames(tmp_path: Path) -> None:
    path = tmp_path / "карта {{ 1+1 }}.html"
    path.write_text("old", encoding="utf-8")
    exporter = PageExporter(title="Mine", text="snippets", provenance={"gazetteer": "sha256:1"})
    exporter.export([article()], path)
    html = path.read_text(encoding="utf-8")
    assert "<title>Mine</title>" in html
    assert json.loads(block(html, "geo-page"))["provenance"] == {"gazetteer": "sha256:1"}
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert ".html" in PageExporter.suffixes


def test_exporter_says_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"cannot write .*missing.*: there is no folder"):
        PageExporter().export([article()], tmp_path / "missing" / "map.html")
    with pytest.raises(ExportError, match="cannot write"):
        PageExporter().export([article()], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_bundle_is_said_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "_BUNDLE", tmp_path)
    with pytest.raises(ExportError, match=r"page\.css is missing.*Install the package again"):
        render([article()])


@pytest.mark.parametrize(
    "layer",
    [
        folium.TileLayer("OpenStreetMap"),
        folium.WmsTileLayer("https://example.org/wms", layers="a"),
        HeatMap([(42.0, 74.0)]),  # type: ignore[no-untyped-call]  # folium's plugins have no types
        folium.Marker((42.0, 74.0), icon=folium.Icon()),
        folium.Marker((42.0, 74.0), icon=folium.CustomIcon("https://example.org/a.png")),
        folium.raster_layers.ImageOverlay("https://example.org/a.png", [[0, 0], [1, 1]]),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_layers_that_would_load_something_are_refused(layer: folium.map.Layer) -> None:
    drawn = build_map([article()])
    layer.add_to(drawn)
    with pytest.raises(ExportError, match=r"cannot make a page with .*\. Use "):
        drawn.get_root().render()


def test_a_link_in_the_header_is_refused() -> None:
    drawn = build_map([article()])
    page = drawn.get_root()
    assert isinstance(page, page_module.Page)
    page.header.add_child(folium.JavascriptLink("https://example.org/a.js"))
    with pytest.raises(ExportError, match=r"example\.org"):
        drawn.get_root().render()


def test_saving_a_map_twice_gives_the_same_file(tmp_path: Path) -> None:
    drawn = build_map([article()])
    drawn.save(str(tmp_path / "a.html"))
    drawn.save(str(tmp_path / "b.html"))
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_content_cannot_close_its_element() -> None:
    for content in ("a</script>b", "a</SCRIPT >b", "<!-- a"):
        with pytest.raises(ValueError, match="would end the element"):
            Script(content)


def test_packing_depends_on_the_text_alone() -> None:
    assert pack("Kant") == pack("Kant")
    assert gzip.decompress(pack("Kant é")).decode("utf-8") == "Kant é"


def test_importing_the_package_of_the_page_is_light() -> None:
    code = (
        "import sys, geo.page, geo.page.payload, geo.page.bundle, geo.page.basemap;"
        "print('folium' in sys.modules, 'numpy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["False", "False"]
