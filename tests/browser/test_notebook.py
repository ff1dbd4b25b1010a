"""The page in a notebook: drawn in a frame that reaches nothing around it."""

from geo.page.notebook import NotebookMap, frame
from tests.browser.conftest import OpenPage
from tests.browser.sample import article, other_article


def notebook(cell: str) -> str:
    return f"<!DOCTYPE html><html><meta charset='utf-8'><body><h1>notebook</h1>{cell}</body></html>"


def test_a_parsed_document_shows_its_page(open_html: OpenPage, bundle: None) -> None:
    page = open_html(notebook(article()._repr_html_()), ready=False).page
    inside = page.frame_locator("iframe")
    inside.locator("html[data-page=ready]").wait_for(timeout=60_000)
    inside.locator(".leaflet-container").wait_for()
    assert inside.locator("mark").count() > 5
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert (box["height"], box["width"] > 1000) == (640, True)


def test_documents_are_shown_as_high_as_was_asked(open_html: OpenPage, bundle: None) -> None:
    shown = NotebookMap(iter([article(), other_article()]), title="Two", height=400)
    page = open_html(notebook(shown._repr_html_()), ready=False).page
    inside = page.frame_locator("iframe")
    inside.locator("html[data-page=ready]").wait_for(timeout=60_000)
    assert inside.locator("h1").inner_text() == "Two"
    assert page.locator("iframe").get_attribute("height") == "400"


def test_the_frame_reaches_neither_notebook_nor_storage(open_html: OpenPage) -> None:
    hostile = """<p>"quoted" & 'so' </iframe></p><script>
      const said = [];
      try { parent.document.body.remove(); } catch { said.push("parent"); }
      try { localStorage.setItem("a", "b"); } catch { said.push("storage"); }
      try { top.location = "https://example.org/"; } catch { said.push("top"); }
      document.title = said.join(" ");
      document.body.append(document.title);
    </script>"""
    opened = open_html(notebook(frame(hostile)), ready=False)
    inside = opened.page.frame_locator("iframe").locator("body")
    inside.get_by_text("parent storage top").wait_for()
    assert "\"quoted\" & 'so'" in inside.inner_text()
    assert opened.page.locator("h1").inner_text() == "notebook"
    # Chromium says aloud what it refused.
    assert len(opened.messages) == 1
    assert "navigation" in opened.messages[0]
    opened.messages.clear()
