"""What the browser drew, in millimetres of the default display: VVSG 2.0's numbers, on every screen in every look."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.booth_face.ballots import sixty
from tests.booth_face.portraits import portraits
from tests.booth_face.rulers import contrast, gaps, measure, outside
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk

from urna.web.booth.photos import NO_PHOTOS
from urna.web.kiosk.display import CAPITAL_HEIGHT, DEFAULT

AXE = Path(__file__).parents[2] / ".venv/share/axe.min.js"
MM = DEFAULT.pixels_per_millimetre
CAPITALS = {"small": (3.5, 4.2), "normal": (4.8, 5.6), "large": (6.4, 7.1), "largest": (8.5, 9.0)}
CONTRASTS = {"normal": (10, 21), "highest": (20, 21), "dark": (10, 21), "low": (4.5, 8)}
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
LOOKS = (
    ("es", "normal", "normal", "off"),
    ("en", "small", "low", "off"),
    ("es", "large", "dark", "off"),
    ("es", "largest", "highest", "off"),
    ("en", "largest", "normal", "on"),
)
REHEARSED = (LOOKS[0], LOOKS[3])
PICTURED = (LOOKS[0], LOOKS[2], LOOKS[3])
"""With photos of candidates, on cards and in the review."""
AXE_LOOKS = (LOOKS[0], LOOKS[4])


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_every_screen_is_as_large_and_as_clear_as_the_standard_asks(browser: Browser, look: tuple[str, ...]) -> None:
    """Text, targets, gaps, contrasts; nothing cut off, nothing to scroll; and axe-core finds nothing."""
    clock = SteppedClock()
    election = sixty(purpose="rehearsal" if look in REHEARSED else "election")
    scene = Scene(election, clock=clock, photos=portraits() if look in PICTURED else NO_PHOTOS)
    with served(scene) as address:
        page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height})
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        walk = Walk(scene, clock, page)
        walk.prepare = lambda: walk.set(*look)
        walk.prepare()
        wrong: list[str] = []
        for step in walk.all_screens():
            if step == "26-closed":  # without a voter the settings are the usual ones
                break
            found = measure(page)
            wrong += [f"{step}: {each}" for each in (*_sizes(found, look[1]), *_colors(found, look[2]))]
            wrong += [f"{step}: axe {each}" for each in (_violations(page) if look in AXE_LOOKS else ())]
        page.close()
    assert not wrong, "\n".join(wrong)


def _violations(page: Page) -> list[str]:
    """What axe-core finds at WCAG 2.1 AA."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"async () => (await axe.run({{runOnly: {list(TAGS)}}})).violations")
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def _sizes(found: dict, size: str) -> list[str]:  # type: ignore[type-arg]
    low, high = CAPITALS[size]
    small = [each for each in found["controls"] if min(each["w"], each["h"]) < 12.7 * MM]
    text = [
        each
        for each in found["texts"]
        if not each["isSample"] and not low <= each["size"] * CAPITAL_HEIGHT / MM <= 1.45 * high
    ]
    close = [f"gap {gap / MM:.2f} mm: {one} / {two}" for gap, one, two in gaps(found) if gap < 2.54 * MM]
    return [
        *(f"too small {each['name']} {each['w'] / MM:.1f} x {each['h'] / MM:.1f} mm" for each in small),
        *(f"text {each['name']} {each['size'] * CAPITAL_HEIGHT / MM:.2f} mm" for each in text),
        *close,
        *(f"outside: {each}" for each in outside(found)),
        *(f"cut: {each}" for each in found["cut"]),
        *(f"cut: {each['name']}" for each in found["controls"] if each["cut"] and not each["isSample"]),
        *(["it scrolls"] if found["scrolls"] else []),
    ]


def _colors(found: dict, theme: str) -> list[str]:  # type: ignore[type-arg]
    low, high = CONTRASTS[theme]
    texts = [each for each in found["texts"] if not each["isSample"]]
    measured = {(each["name"], round(contrast(each["ink"], each["paper"]), 2)) for each in texts}
    return [f"contrast {ratio}: {name}" for name, ratio in measured if not low <= ratio <= high + 0.05]
