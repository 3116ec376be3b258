"""Two keys and nothing else, with the sound on and with the sound off: every screen of the booth, and every end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.booth_face.ballots import sixty
from tests.booth_face.keypad import Keypad
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk
from tests.browser import Watched

from urna.ballot.slot import SlotState
from urna.web.kiosk.display import DEFAULT

NEXT, SELECT = "1", "2"
AWAY = """(does) => {
  const shown = (each) => !each.disabled && each.getClientRects().length > 0;
  const all = [...document.querySelectorAll("[data-say]")].filter(shown);
  const here = all.findIndex((each) => each.hasAttribute("data-here"));
  const there = all.findIndex((each) => each.value === does);
  return there < 0 ? -1 : (there - here + all.length) % all.length;
}"""
"""How many places the voter, who sees the outline, has to go on."""

STANDS_ON = "document.querySelector('[data-here]')?.value ?? ''"
CHOSEN = {"NOM": ("NOM-0", "NOM-14"), "ALC": ("ALC-9",), "REG": ("REG-2",), "NAC": ("NAC-14",)}


class TwoKeys(Walk):
    """A walk over the booth's screens with two keys."""

    def __init__(self, scene: Scene, clock: SteppedClock, page: Page, keypad: Keypad) -> None:
        super().__init__(scene, clock, page)
        self._keypad = keypad

    def touch(self, does: str) -> None:
        """Goes on with one key until the button is reached, and presses the other."""
        self.settle()
        self._keypad.rest()
        away = self.page.evaluate(AWAY, does)
        assert away >= 0, f"{does} is not among the places"
        self._keypad.press(NEXT, times=away)
        assert self.page.evaluate(STANDS_ON) == does
        self._keypad.press(SELECT)

    def turn_the_sound_on(self) -> None:
        """Unless it is."""
        if self.page.query_selector("button[value='audio:on']"):
            self.press("audio:on")


@pytest.fixture(params=["off", "on"])
def walk(browser: Browser, request: pytest.FixtureRequest) -> Iterator[TwoKeys]:
    """With the sound off, and on, which is turned on with the two keys as well."""
    clock = SteppedClock()
    scene = Scene(sixty(), clock=clock)
    page = browser.new_context(viewport={"width": DEFAULT.width, "height": DEFAULT.height}).new_page()
    watched, keypad = Watched(page), Keypad(page)
    with served(scene) as address:
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        made = TwoKeys(scene, clock, page, keypad)
        if request.param == "on":
            made.prepare = made.turn_the_sound_on
        yield made
        assert watched.errors == []
        page.context.close()


@pytest.mark.slow
def test_every_contest_is_voted_and_cast_with_two_keys(walk: TwoKeys) -> None:
    """Options of both pages of cards, one of them chosen, taken back and chosen again."""
    walk.activate()
    for contest, options in CHOSEN.items():
        for option in options:
            walk.touch_card(f"choose:{option}")
        if contest == "NOM":
            walk.press("choose:NOM-14")
            walk.press("choose:NOM-14")
            walk.press("next")
        else:
            walk.goes_on()
    walk.step("review")
    walk.press("vote")
    walk.step("question")
    walk.press("yes")
    walk.step("cast")
    assert [each.options for each in walk.scene.running.papers[-1].contests] == list(CHOSEN.values())
    assert walk.scene.running.box.count(SlotState.CAST) == 1


@pytest.mark.slow
def test_every_screen_and_every_end_with_two_keys(walk: TwoKeys) -> None:
    """Help, silence, the last minute, challenge, void, time over, a printer that fails, a booth that stops."""
    seen = list(walk.all_screens())
    assert {"07-help", "08-silent", "13-challenged", "15-void", "17-last-minute", "18-cast", "26-closed"} <= set(seen)
