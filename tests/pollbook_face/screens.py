"""Pictures of every screen of people: python -m tests.pollbook_face.screens OUTDIR."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.people_walk import walk_people
from tests.pollbook_face.test_day_screens import Walk, served

from urna.web.kiosk.display import DISPLAYS


def main(folder: Path) -> None:
    """In each language on the usual display, and once on the smallest."""
    runs = (("en", "15.6-inch"), ("es", "15.6-inch"), ("es", "10.1-inch"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for language, name in runs:
            display = DISPLAYS[name]
            scene = DayScene(is_open=True)
            scene.desk.language = language
            scene.pages.display = display
            context = browser.new_context(viewport={"width": display.width, "height": display.height}, bypass_csp=True)
            walk = Walk(context.new_page(), folder / f"{language}-{name}")
            with served(scene) as address:
                walk_people(scene, walk, address)
            context.close()
            sys.stdout.write(f"{language} {name}: {walk.seen} pictures, wrong: {walk.wrong}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
