"""Pictures of opening, closing and contingency: python -m tests.pollbook_face.day_screens OUTDIR."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served, walk_day
from tests.pollbook_face.screens import LOOKS, DeskLook


def take(browser: Browser, look: DeskLook, folder: Path, *, has_axe: bool = True) -> Walk:
    """Every page of the day."""
    with tempfile.TemporaryDirectory() as stick:
        scene = DayScene(Path(stick))
        look.show(scene)
        walk = look.walk(browser, folder, has_axe=has_axe)
        with served(scene) as address:
            walk_day(scene, walk, address)
        walk.page.context.close()
    return walk


def main(folder: Path) -> None:
    """All looks, each in its folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for look in LOOKS:
            walk = take(browser, look, folder / f"{look.language}-{look.display.name}")
            sys.stdout.write(f"{look.language} {look.display.name}: {walk.seen} pictures, wrong: {walk.wrong}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
