"""Pictures of the results page, for README and for designers: `python -m tests.web.pictures FOLDER`."""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright
from tests.browser import CHROMIUM, DESKTOP, FLAGS, PHONE
from tests.web.examples import Shown, example_results, hostile_results, large_results, nation_results, troubled_results
from tests.web.spanish import in_spanish

from urna.web.results.page import results_site
from urna.words import in_english

EXAMPLES = {
    "example": example_results,
    "trouble": troubled_results,
    "large": large_results,
    "nation": nation_results,
    "hostile": hostile_results,
}


def write_site(shown: Shown, folder: Path) -> Path:
    """Write an example's pages, Spanish first, and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in results_site(*shown, {"es": in_spanish, "en": in_english}).items():
        (folder / name).write_bytes(data)
    return folder


def take_pictures(folder: Path) -> None:
    """Every example on a desktop and a phone, light and dark, and the first one on paper."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name, make in EXAMPLES.items():
            site = write_site(make(), folder / name)
            _take(browser, site / "index.html", folder / f"{name}-desktop.png", DESKTOP)
            _take(browser, site / "index.html", folder / f"{name}-phone.png", PHONE)
            _take(browser, site / "index.html", folder / f"{name}-dark.png", DESKTOP, "dark")
        page = browser.new_page()
        page.goto((folder / "example" / "index.html").as_uri())
        page.pdf(path=str(folder / "example.pdf"), format="Letter")
        browser.close()


def _take(
    browser: Browser, file: Path, picture: Path, size: tuple[int, int], scheme: Literal["light", "dark"] = "light"
) -> None:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, device_scale_factor=1.5
    )
    page.goto(file.as_uri())
    page.screenshot(path=str(picture), full_page=True)
    page.close()


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
