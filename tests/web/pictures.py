"""Pictures of the results page.

python -m tests.web.pictures FOLDER              every example, for designers
python -m tests.web.pictures docs/images SITE    the four of the README, of the site of the demo: demo
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
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

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
PHONE_OF_README = (360, 1080)
COLORS = 128


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


def take_readme_pictures(folder: Path, site: Path) -> None:
    """The overview in English as a desktop and a phone show it first, light and dark, in few colours."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name, size, scale in (("desktop", DESKTOP, 1.0), ("phone", PHONE_OF_README, 1.5)):
            for scheme in SCHEMES:
                page = browser.new_page(
                    viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, device_scale_factor=scale
                )
                page.goto((site.resolve() / "index.en.html").as_uri())
                _keep(page.screenshot(), folder / f"site-{name}-{scheme}.png")
                page.close()
        browser.close()


def _keep(png: bytes, picture: Path) -> None:
    with Image.open(BytesIO(png)) as image:
        image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(picture, "PNG", optimize=True)


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
    if len(sys.argv) > 2:
        take_readme_pictures(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        take_pictures(Path(sys.argv[1]))
