"""Pictures of every screen of the booth: `python -m tests.booth_face.screens FOLDER [LOOK ...]`.

Both languages in four text sizes and in four contrasts; once with the sound on, and once in a rehearsal.
"""

import sys
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright
from tests.booth_face.ballots import Purpose, sixty
from tests.booth_face.rulers import measure, outside
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk
from tests.browser import CHROMIUM, FLAGS

from urna.election.definition import Rules
from urna.web.booth.settings import CONTRASTS, SIZES
from urna.web.kiosk.display import DEFAULT


class BoothLook(NamedTuple):
    """How the voter set the screen, and whether it is a rehearsal's."""

    language: str
    size: str = "normal"
    contrast: str = "normal"
    audio: str = "off"
    is_rehearsal: bool = False

    @property
    def purpose(self) -> Purpose:
        """Of the election."""
        return "rehearsal" if self.is_rehearsal else "election"

    @property
    def name(self) -> str:
        """For files."""
        more = ("sound",) if self.audio == "on" else ("rehearsal",) if self.is_rehearsal else ()
        return "-".join((self.language, f"{self.size}-text", f"{self.contrast}-contrast", *more))


LOOKS = (
    *(BoothLook(language, size) for size in SIZES for language in ("es", "en")),
    *(BoothLook(language, contrast=contrast) for contrast in CONTRASTS[1:] for language in ("es", "en")),
    BoothLook("es", audio="on"),
    BoothLook("en", audio="on"),
    BoothLook("es", is_rehearsal=True),
)


def take(browser: Browser, look: BoothLook, folder: Path) -> list[str]:
    """Every screen in this look, as SCREEN-LOOK.png; what does not fit on one."""
    clock, purpose, wrong = SteppedClock(), look.purpose, list[str]()
    scene = Scene(sixty(Rules(receipts=True, challenges=1, attempts=3), purpose=purpose), clock=clock)
    folder.mkdir(parents=True, exist_ok=True)
    with served(scene) as address:
        page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height})
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        walk = Walk(scene, clock, page)
        walk.prepare = lambda: walk.set(look.language, look.size, look.contrast, look.audio)
        walk.prepare()
        for step in walk.all_screens():
            page.screenshot(path=folder / f"{step}-{look.name}.png")
            wrong += [f"{step} {look.name}: {each}" for each in _unfit(measure(page))]
        page.close()
    return wrong


def _unfit(found: dict[str, Any]) -> list[str]:
    """What is outside the screen, or cut off."""
    scrolls = ["it scrolls"] if found["scrolls"] else []
    return [*(f"outside: {each}" for each in outside(found)), *(f"cut: {each}" for each in found["cut"]), *scrolls]


def main(folder: Path, wanted: list[str]) -> None:
    """All of them, in one folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for look in LOOKS:
            if not wanted or look.name in wanted:
                sys.stdout.writelines(f"{each}\n" for each in take(browser, look, folder))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
