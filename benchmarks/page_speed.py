"""Time the page in a browser, from outside: when a click lands, not when a script says so.

    python -m benchmarks.page_speed out/map.html

Prints, as the median of five openings: milliseconds until a click on a pin opens its card, until
the whole base map is drawn, until a filter shows in the list; and the share of frames under 34 ms
while the map is dragged. Beside the page it is given, it makes pages of 10,000 mentions and of
100,000 in 10,000 documents (30 MB of text), and folium's own MarkerCluster of the same 10,000.
The first row is a page of one button: what the browser and the one who clicks take of each figure.
"""

import argparse
import json
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.page import cities
from geo.page.bundle import run_npm
from geo.page.page import PageExporter
from geo.place import Candidate, Place

_BUNDLE = Path(__file__).parents[1] / "geo/page/bundle"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_FILLER = (
    "the report says that nothing of note was seen on the road that day , and so it went on . "
)
#: What folium's cluster needs, so that nothing of its time is the network's.
_LIBRARIES = {"jquery": "3.7.1", "leaflet": "1.9.4", "leaflet.markercluster": "1.5.3"}
_CACHE = Path(".cache/bench-page")
#: A pin and a card, and nothing else.
_BUTTON = """<!DOCTYPE html>
<html lang="en" data-pins="ready" data-page="ready">
<title>One button</title>
<div data-key="place-0"><button class="disc">1</button></div>
<div id="card" hidden><h2>Card</h2></div>
<script>document.querySelector(".disc").onclick = () => { card.hidden = false; };</script>
</html>
"""


def main() -> None:
    """Measure the page given, the synthetic ones, and folium's."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("page", type=Path)
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    executable = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        raise SystemExit(f"none of {', '.join(_BROWSERS)} is here. Install Chromium.")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        print(f"{'page':38}{'MB':>6}{'build s':>9}{'click ms':>10}{'whole ms':>10}", end="")
        print(f"{'filter ms':>11}{'frames < 34 ms':>16}")
        button = Path(scratch, "button.html")
        _report_button(browser, button, given.times)
        _report(browser, "the page given", given.page, 0.0, given.times)
        for mentions, documents, length in ((10_000, 1_000, 3000), (100_000, 10_000, 3000)):
            path = Path(scratch, f"{mentions}.html")
            start = time.perf_counter()
            PageExporter(title=f"{mentions:,} mentions").export(
                synthetic(mentions, documents, length), path
            )
            built = time.perf_counter() - start
            _report(browser, f"{mentions:,} in {documents:,} documents", path, built, given.times)
        _report_folium(browser, Path(scratch, "folium.html"), given.times)
        browser.close()


def synthetic(mentions: int, documents: int, length: int) -> Iterator[ParsedDocument]:
    """Yield documents of about `length` characters that mention cities, the large ones often."""
    chance = random.Random(7)
    rows_of_cities = json.loads((_BUNDLE / cities.FILE).read_text(encoding="utf-8"))
    names = rows_of_cities[: max(100, mentions // 10)]
    weights = [1 / (rank + 3) for rank in range(len(names))]
    each = mentions // documents
    for number in range(documents):
        parts: list[str] = []
        rows: list[Resolution] = []
        at = 0
        for name, latitude, longitude, _ in chance.choices(names, weights, k=each):
            filler = " ".join(chance.sample(_FILLER.split(), 18)) + ". "
            lead = (filler * (1 + length // each // len(filler)))[: length // each]
            place = Place(
                id=f"city:{name}:{latitude}",
                name=name,
                latitude=latitude,
                longitude=longitude,
                feature_class="P",
                feature_code="PPL",
            )
            parts += [lead, name, ". "]
            at += len(lead)
            rows.append(
                Resolution(
                    mention=Mention(start=at, end=at + len(name), text=name),
                    place=place,
                    confidence=chance.choice((0.95, 0.9, 0.7, 0.4)),
                    candidates=(Candidate(place=place, name=name, match="primary", score=0.9),),
                )
            )
            at += len(name) + 2
        document = Document(text="".join(parts), title=f"Report {number + 1}")
        yield ParsedDocument(document=document, resolutions=tuple(rows))


def _report(browser: Browser, name: str, path: Path, built: float, times: int) -> None:
    runs = [_run(browser, path) for _ in range(times)]
    click, whole, filtered, frames = _medians(runs)
    _print_row(name, path, built, [click, whole], f"{filtered:11.0f}{frames:15.0%}")


def _print_row(name: str, path: Path, built: float, times: Sequence[float], rest: str = "") -> None:
    size = path.stat().st_size / 1e6
    milliseconds = "".join(f"{time:10.0f}" for time in times)
    print(f"{name:38}{size:6.1f}{built:9.1f}{milliseconds}{rest}", flush=True)


def _medians(runs: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def _new_page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 800})


def _open(page: Page, path: Path) -> tuple[float, float]:
    """Open a file; give the milliseconds until a click has landed, and until all is drawn."""
    start = time.perf_counter()
    page.goto(path.resolve().as_uri(), wait_until="commit")
    page.wait_for_selector("html[data-pins=ready]", timeout=120_000)
    page.locator('[data-key^="place-"] .disc').last.click()
    page.locator("#card h2").wait_for()
    click = time.perf_counter() - start
    page.wait_for_selector("html[data-page=ready]", timeout=120_000)
    return click * 1000, (time.perf_counter() - start) * 1000


def _report_button(browser: Browser, path: Path, times: int) -> None:
    path.write_text(_BUTTON, encoding="utf-8")
    runs = []
    for _ in range(times):
        page = _new_page(browser)
        runs.append(_open(page, path))
        page.close()
    _print_row("a page of one button", path, 0.0, _medians(runs))


def _run(browser: Browser, path: Path) -> tuple[float, float, float, float]:
    page = _new_page(browser)
    click, whole = _open(page, path)
    page.keyboard.press("Escape")
    filtered: float = page.evaluate(
        """() => new Promise(done => {
            const slider = document.getElementById("confidence");
            const summary = document.getElementById("summary");
            const before = summary.textContent;
            const begun = performance.now();
            new MutationObserver((_, seen) => {
                if (summary.textContent === before) return;
                seen.disconnect();
                requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
            }).observe(summary, { childList: true, characterData: true, subtree: true });
            slider.value = "800";
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    frames = _smooth(page)
    page.close()
    return click, whole, filtered, frames


def _smooth(page: Page) -> float:
    """Drag the map about; return the share of frames that came within 34 ms."""
    page.evaluate(
        """() => {
            window.frames_ = [];
            let last = performance.now();
            const next = now => {
                window.frames_.push(now - last);
                last = now;
                window.watching = requestAnimationFrame(next);
            };
            requestAnimationFrame(next);
        }"""
    )
    for by in (-240, 200, -160):
        page.mouse.move(900, 450)
        page.mouse.down()
        page.mouse.move(900 + by, 450 + by // 2, steps=20)
        page.mouse.up()
    times: list[float] = page.evaluate(
        "() => { cancelAnimationFrame(window.watching); return window.frames_; }"
    )
    return sum(time < 34 for time in times) / max(1, len(times))


def _report_folium(browser: Browser, path: Path, times: int) -> None:
    """Time folium's MarkerCluster of the same 10,000 mentions, a marker and a popup each."""
    import folium
    from folium.plugins import MarkerCluster

    modules = _libraries()
    start = time.perf_counter()
    drawn = folium.Map((20, 10), zoom_start=2, tiles=None)
    drawn.options["max_zoom"] = 18  # without a tile layer the cluster finds no end
    cluster = MarkerCluster().add_to(drawn)
    for parsed in synthetic(10_000, 1_000, 3000):
        for row in parsed.resolutions:
            if row.place is not None:
                at = (row.place.latitude, row.place.longitude)
                folium.Marker(at, popup=row.place.name).add_to(cluster)
    drawn.save(str(path))
    built = time.perf_counter() - start
    runs = []
    for _ in range(times):
        page = _new_page(browser)
        # Its scripts come from a CDN: here from the disk, and those it can do without not at all.
        page.route(re.compile("^https?:"), lambda route: _from_here(route, modules))
        begun = time.perf_counter()
        page.goto(path.resolve().as_uri(), wait_until="commit")
        page.wait_for_selector(".marker-cluster", timeout=120_000)
        runs.append((time.perf_counter() - begun) * 1000)
        page.close()
    median = statistics.median(runs)
    _print_row("folium MarkerCluster, 10,000", path, built, [median, median])


def _libraries() -> Path:
    """Install what folium's cluster needs, once."""
    if not (_CACHE / "node_modules").is_dir():
        _CACHE.mkdir(parents=True, exist_ok=True)
        (_CACHE / "package.json").write_text(json.dumps({"dependencies": _LIBRARIES}))
        run_npm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], _CACHE)
    return _CACHE / "node_modules"


def _from_here(route: Route, modules: Path) -> None:
    """Answer with the library that is asked for; with nothing where the cluster needs none."""
    name = re.sub(r"-[\d.]+\d", "", route.request.url.split("/")[-1])
    found = next(modules.glob(f"*/dist/{name}"), None)
    if found is None:
        route.fulfill(body="")
    else:
        route.fulfill(path=found)


if __name__ == "__main__":
    main()
