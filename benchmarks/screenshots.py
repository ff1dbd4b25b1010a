"""Take the pictures of the page that stand in the README.

python -m benchmarks.screenshots out/map.html docs/pictures
"""

import shutil
import sys
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page, sync_playwright

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(page: Path, folder: Path) -> None:
    """Open the page wide, narrow, dark, with a card and for print, and save a picture of each."""
    found = next(path for name in _BROWSERS if (path := shutil.which(name)))
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=found, args=_ARGUMENTS)
        _shoot(browser, page, folder / "wide.png", width=1280, height=800)
        _shoot(browser, page, folder / "card.png", width=1280, height=800, card=True)
        _shoot(browser, page, folder / "dark.png", width=1280, height=800, dark=True)
        _shoot(browser, page, folder / "narrow.png", width=390, height=844)
        _print(browser, page, folder / "print.png")
        browser.close()


def _shoot(
    browser: Browser,
    page: Path,
    picture: Path,
    *,
    width: int,
    height: int,
    dark: bool = False,
    card: bool = False,
) -> None:
    shown: Page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    shown.goto(page.resolve().as_uri())
    shown.wait_for_selector("html[data-page=ready]")
    if card:
        for _ in range(3):
            shown.keyboard.press("n")
        shown.wait_for_timeout(800)
    shown.screenshot(path=str(picture))
    shown.close()
    print(picture)


def _print(browser: Browser, page: Path, picture: Path) -> None:
    """Save the first sheet as the browser prints it: a picture of the screen would flatter it."""
    shown = browser.new_page(color_scheme="light", reduced_motion="reduce")
    shown.goto(page.resolve().as_uri())
    shown.wait_for_selector("html[data-page=ready]")
    printed = pypdfium2.PdfDocument(shown.pdf(prefer_css_page_size=True, format="A4"))
    printed[0].render(scale=1.25).to_pil().save(picture)
    shown.close()
    print(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
