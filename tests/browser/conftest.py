"""A page in headless Chromium: opened from a file, watched for requests and messages."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from geo.page.bundle import BundleError, build, install
from geo.page.page import render
from tests.browser.sample import article, other_article

ROOT = Path(__file__).parents[2]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
#: What axe-core, once evaluated, finds wrong in the page as it is now.
VIOLATIONS = """async () => (await axe.run()).violations.map(
    v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; ')
)"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Opened:
    """An open page and what it asked for and said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def ready(self) -> None:
        self.page.wait_for_selector("html[data-page=ready]", timeout=60_000)

    def still(self) -> None:
        """Wait until the map has stopped moving."""
        self.page.wait_for_timeout(100)
        self.page.wait_for_function(
            """() => {
                const spot = document.querySelector('#map .leaflet-map-pane');
                const state = spot.style.transform + map_places.getZoom();
                const same = window._seen === state
                    && !document.querySelector('.leaflet-zoom-anim');
                window._seen = state;
                return same;
            }""",
            polling=150,
            timeout=20_000,
        )


@pytest.fixture(scope="session")
def bundle() -> None:
    """Make the page's script, if its sources changed."""
    build(ROOT / "geo/page/bundle", root=ROOT)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        reason = f"NO BROWSER: none of {', '.join(_BROWSERS)} found, the page is NOT TESTED"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def article_html(bundle: None) -> str:
    return render([article()])


@pytest.fixture(scope="session")
def corpus_html(bundle: None) -> str:
    return render([article(), other_article()], title="Two articles")


OpenPage = Callable[..., Opened]


@pytest.fixture
def open_html(chromium: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """`open_html(html, hash=, width=, height=, **context)`; at the end it must have been quiet."""
    opened: list[tuple[Opened, str]] = []

    def open_page(
        html: str,
        *,
        fragment: str = "",
        width: int = 1280,
        height: int = 800,
        ready: bool = True,
        # Any: options of the browser's context, passed on as they are.
        **context: Any,
    ) -> Opened:
        path = tmp_path / f"page {len(opened)}.html"
        path.write_bytes(html.encode("utf-8"))
        context.setdefault("reduced_motion", "reduce")
        made = chromium.new_context(viewport={"width": width, "height": height}, **context)
        page = made.new_page()
        page.set_default_timeout(20_000)
        watched = Opened(page=page)
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("console", lambda message: watched.messages.append(message.text))
        page.on("pageerror", lambda error: watched.messages.append(str(error)))
        address = path.as_uri()
        opened.append((watched, address))
        page.goto(address + fragment)
        if ready:
            watched.ready()
            watched.still()
        return watched

    yield open_page
    for watched, address in opened:
        asked = [url for url in watched.requests if url.split("#")[0] != address]
        watched.page.context.close()
        assert [url for url in asked if not url.startswith(("blob:", "data:"))] == []
        assert watched.messages == []


@pytest.fixture
def page(open_html: OpenPage, article_html: str) -> Opened:
    """Give the article's page."""
    return open_html(article_html)


@pytest.fixture
def corpus(open_html: OpenPage, corpus_html: str) -> Opened:
    """Give the page of two articles."""
    return open_html(corpus_html)


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the source of axe-core, kept below the folder `.cache`."""
    kept = ROOT / ".cache" / "axe.min.js"
    if not kept.is_file():
        app = tmp_path_factory.mktemp("axe") / "app"
        try:
            install(app, root=ROOT, development=True)
        except (BundleError, OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"axe-core is not here and cannot be fetched: {error}")
        kept.parent.mkdir(exist_ok=True)
        aside = kept.with_suffix(f".{app.parent.name}")
        shutil.copy(app / "node_modules/axe-core/axe.min.js", aside)
        aside.replace(kept)
    return Path(kept).read_text(encoding="utf-8")
