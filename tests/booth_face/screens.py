"""Pictures of every screen of the booth: `python -m tests.booth_face.screens FOLDER [SIZE ...]`.

Both languages at the default size and contrast; then every size and every contrast in Spanish.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.booth_face.ballots import sixty
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk
from tests.browser import CHROMIUM, FLAGS

from urna.election.definition import Rules
from urna.web.kiosk.display import DEFAULT

LOOKS = (
    ("es", "normal", "normal", "off"),
    ("en", "normal", "normal", "off"),
    ("es", "small", "low", "off"),
    ("es", "large", "dark", "off"),
    ("es", "largest", "highest", "off"),
    ("en", "largest", "normal", "on"),
)


def main(folder: Path, wanted: list[str]) -> None:
    """All of them, in one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for look in LOOKS:
            name = "-".join(look).removesuffix("-off")
            if wanted and name not in wanted:
                continue
            clock = SteppedClock()
            scene = Scene(sixty(Rules(receipts=True, challenges=1, attempts=3)), clock=clock)
            with served(scene) as address:
                page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height})
                page.goto(f"{address}/enter?key={LAUNCH_KEY}")
                walk = Walk(scene, clock, page)
                walk.prepare = lambda walk=walk, look=look: walk.set(*look)  # type: ignore[misc]
                walk.prepare()
                for step in walk.all_screens():
                    page.screenshot(path=folder / f"{name}-{step}.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
