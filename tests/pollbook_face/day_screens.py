"""Pictures of opening, closing and contingency: python -m tests.pollbook_face.day_screens OUTDIR."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.test_day_screens import Walk, served, walk_day


def main(folder: Path) -> None:
    """Walks the day once in each language."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for language in ("en", "es"):
            scene = DayScene(Path(tempfile.mkdtemp()))
            scene.desk.language = language
            context = browser.new_context(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
            walk = Walk(context.new_page(), folder / language)
            with served(scene) as address:
                walk_day(scene, walk, address)
            context.close()
            sys.stdout.write(f"{language}: {walk.seen} pictures, wrong: {walk.wrong}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
