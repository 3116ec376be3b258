"""Pictures of every screen of people: python -m tests.pollbook_face.screens OUTDIR."""

import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served
from tests.pollbook_face.people_walk import walk_people
from tests.pollbook_face.scene import as_election

from urna.web.kiosk.display import DEFAULT, DISPLAYS, Display


class DeskLook(NamedTuple):
    """How the poll book is shown: a real day's screen, or a practice's."""

    language: str
    display: Display = DEFAULT
    is_practice: bool = False

    def show(self, scene: DayScene) -> None:
        """From now on."""
        scene.desk.language = self.language
        scene.pages.display = self.display
        if not self.is_practice:
            as_election(scene)

    def walk(self, browser: Browser, folder: Path, *, has_axe: bool = True) -> Walk:
        """A window as large as the display, whose pictures go into this folder."""
        size = {"width": self.display.width, "height": self.display.height}
        context = browser.new_context(viewport=size, bypass_csp=True)  # type: ignore[arg-type]  # two whole numbers
        return Walk(context.new_page(), folder, has_axe=has_axe, has_fold=self.display == DEFAULT)


LOOKS = (DeskLook("es"), DeskLook("en"), DeskLook("es", DISPLAYS["10.1-inch"], is_practice=True))
"""In each language on the usual display, and a practice on the smallest."""


def take(browser: Browser, look: DeskLook, folder: Path, *, has_axe: bool = True) -> Walk:
    """Every page that people at the table lead to."""
    scene = DayScene(is_open=True)
    look.show(scene)
    walk = look.walk(browser, folder, has_axe=has_axe)
    with served(scene) as address:
        walk_people(scene, walk, address)
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
