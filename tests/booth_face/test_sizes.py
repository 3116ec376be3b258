"""What the browser drew, in millimetres of the default display: VVSG 2.0's numbers, on every screen in every look."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
from playwright.sync_api import Browser, Page
from tests.booth_face.ballots import sixty
from tests.booth_face.portraits import portraits
from tests.booth_face.rulers import contrast, gaps, measure, outside
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk

from urna.election.outcomes import Ending
from urna.errors import OutOfOrder
from urna.web.booth.photos import NO_PHOTOS
from urna.web.booth.settings import Settings
from urna.web.kiosk.display import CAPITAL_HEIGHT, DEFAULT

AXE = Path(__file__).parents[2] / ".venv/share/axe.min.js"
MM = DEFAULT.pixels_per_millimetre
CAPITALS = {"small": (3.5, 4.2), "normal": (4.8, 5.6), "large": (6.4, 7.1), "largest": (8.5, 9.0)}
CONTRASTS = {"normal": (10, 21), "highest": (20, 21), "dark": (10, 21), "low": (4.5, 8)}
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
ELECTION, REHEARSAL = sixty(), sixty(purpose="rehearsal")
PHOTOS = portraits()
ANEW = """async () => {
  const drawn = document.createElement("template");
  drawn.innerHTML = await (await fetch("/pulse")).text();
  const screen = drawn.content.firstElementChild;
  document.getElementById("screen").replaceWith(screen);
  htmx.process(screen);
  document.dispatchEvent(new Event("htmx:afterSettle"));
  await Promise.all([...document.images].map((each) => each.decode().catch(() => null)));
}"""
"""Fetches the screen as the pulse would, without waiting for it, and waits for its pictures."""


class Look(NamedTuple):
    """How a screen is looked at."""

    settings: Settings
    is_rehearsal: bool = False
    has_photos: bool = False
    has_axe: bool = False


LOOKS = (
    Look(Settings("es", "normal", "normal"), is_rehearsal=True, has_axe=True),
    Look(Settings("en", "small", "low")),
    Look(Settings("en", "normal", "normal", "on"), has_photos=True),
    Look(Settings("es", "large", "dark"), has_photos=True),
    Look(Settings("es", "largest", "highest"), is_rehearsal=True),
    Look(Settings("en", "largest", "normal", "on"), has_axe=True),
)


@pytest.mark.slow
def test_every_screen_is_as_large_and_as_clear_as_the_standard_asks(browser: Browser) -> None:
    """Text, targets, gaps, contrasts; nothing cut off, nothing to scroll; and axe-core finds nothing."""
    clock = SteppedClock()
    scene = Scene(ELECTION, clock=clock)
    wrong: list[str] = []
    with served(scene) as address:
        page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height}, bypass_csp=True)
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        page.add_script_tag(path=AXE)
        walk = Walk(scene, clock, page)
        for step in walk.all_screens():
            scene.face.tick()  # what lingers is over before it is looked at
            for look in LOOKS:
                wrong += [f"{step} {'-'.join(map(str, look.settings))}: {each}" for each in _all_wrong(walk, look)]
        page.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_what_a_voter_reads_after_a_restart_fits_above_the_review(browser: Browser) -> None:
    """In every look: nothing is cut off, nothing scrolls, and every button is whole."""
    clock = SteppedClock()
    scene = Scene(ELECTION, clock=clock)
    with served(scene) as address:
        page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height}, bypass_csp=True)
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        page.add_script_tag(path=AXE)
        walk = Walk(scene, clock, page)
        walk.activate()
        for does in ("choose:NOM-0", "choose:NOM-1"):
            walk.press(does)
        walk.to_review()
        scene.running.booth._slot.write = _fails  # type: ignore[method-assign]
        with pytest.raises(OutOfOrder):
            scene.face.end(Ending.LEFT)
        walk.step("stopped")
        walk.pass_time(10)
        walk.step("review")
        assert page.locator(".notice").count() == 2
        wrong = [f"{'-'.join(map(str, look.settings))}: {each}" for look in LOOKS for each in _all_wrong(walk, look)]
        page.close()
    assert not wrong, "\n".join(wrong)


def _fails(*_: object, **__: object) -> NoReturn:
    raise OSError(5, "Input/output error")


def _all_wrong(walk: Walk, look: Look) -> list[str]:
    """On the page that is shown, and on the last one where there are more."""
    with _wearing(walk, look):
        found = _wrong(walk.page, look)
        voting = walk.scene.face.voting
        if walk.page.query_selector("button[value='more']") and voting is not None:
            before, voting.first = voting.first, walk.scene.face.pages()[-1].start
            _draw(walk)
            found += _wrong(walk.page, look)
            voting.first = before
        return found


@contextmanager
def _wearing(walk: Walk, look: Look) -> Iterator[None]:
    """The screen in this look, and as it was afterwards: nothing was touched in between."""
    face = walk.scene.face
    before = face.settings
    with face.lock:
        face.settings, face.election = look.settings, REHEARSAL if look.is_rehearsal else ELECTION
        face.photos = PHOTOS if look.has_photos else NO_PHOTOS
    _draw(walk)
    yield
    with face.lock:
        face.settings, face.election, face.photos = before, ELECTION, NO_PHOTOS
    _draw(walk)


def _draw(walk: Walk) -> None:
    walk.scene.face.renew()
    walk.page.evaluate(ANEW)
    walk.settle()


def _wrong(page: Page, look: Look) -> list[str]:
    found = measure(page)
    wrong = [*_sizes(found, look.settings.size), *_colors(found, look.settings.contrast)]
    return [*wrong, *(f"axe {each}" for each in (_violations(page) if look.has_axe else ()))]


def _violations(page: Page) -> list[str]:
    """What axe-core finds at WCAG 2.1 AA."""
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
