"""A walk over every screen of the booth, for pictures, for axe-core and for rulers."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page
from tests.booth_face.scene import Scene, SteppedClock

from urna.election.outcomes import Ending


class Walk:
    """One browser page in front of one scene, whose clock is stepped.

    Args:
        scene: with a `SteppedClock`.
        page: at the entrance already.
    """

    def __init__(self, scene: Scene, clock: SteppedClock, page: Page) -> None:
        self.scene = scene
        self.clock = clock
        self.page = page
        self.prepare: Callable[[], None] = lambda: None
        """Settings of the voter, made anew after each activation."""
        self._position = ""

    def press(self, does: str) -> None:
        """Touches a button, and waits for the screen that follows."""
        before = self.turn()
        self._position = self.position()
        self.touch(does)
        self.wait(before)

    def touch(self, does: str) -> None:
        """Touches a button."""
        self.page.click(f"button[value='{does}']:visible")

    def wait(self, before: str) -> None:
        """Until another screen is shown than the one with this turn."""
        self.page.wait_for_function("(before) => document.getElementById('seen')?.value !== before", arg=before)

    def touch_card(self, does: str) -> None:
        """Turns pages until the card is there, and touches it."""
        while not self.page.query_selector(f"button[value='{does}']"):
            self.press("more")
        self.press(does)

    def goes_on(self) -> None:
        """Where nobody listens, the next contest follows a first choice by itself."""
        if self.page.get_attribute("#screen", "data-audio") == "off":
            # Not the turn: the next contest may be there already.
            self.page.wait_for_function(
                "(before) => (document.querySelector('.position')?.innerText ?? '') !== before", arg=self._position
            )
        else:
            self.press("next")

    def settle(self) -> None:
        """Until the page shows what the face shows."""
        for _ in range(2400):
            if self.turn() == self.scene.face.look().turn:
                return
            self.page.wait_for_timeout(25)
        raise AssertionError("the page does not show what the face shows")

    def step(self, step: str) -> None:
        """Until this step is shown."""
        self.page.wait_for_selector(f"#screen.step-{step}")

    def position(self) -> str:
        """Which contest it is; empty where there is none."""
        return str(self.page.evaluate("document.querySelector('.position')?.innerText ?? ''"))

    def turn(self) -> str:
        """Of the page."""
        return self.page.input_value("#seen")

    def activate(self) -> None:
        """The poll book activates the booth."""
        self.scene.activate()
        self.step("contest")
        self.prepare()

    def set(self, language: str, size: str, contrast: str, audio: str = "off") -> None:
        """The bar's settings."""
        for does in (f"language:{language}", f"size:{size}", f"contrast:{contrast}"):
            self.press(does)
        if audio == "on" and self.page.query_selector("button[value='audio:on']"):
            self.press("audio:on")

    def pass_time(self, seconds: float) -> None:
        """The clock goes on, and the face looks at it."""
        self.clock.now += seconds
        self.scene.face.tick()
        self.settle()

    def to_review(self) -> None:
        """Leaves every contest as it is."""
        while not self.page.query_selector("#screen.step-review"):
            self.press("next")

    def print_ballot(self) -> None:
        """From the review to the question."""
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        if self.page.query_selector("#screen.step-unused"):
            self.press("leave")
        self.step("question")

    def all_screens(self) -> Iterator[str]:
        """Every step once; the name of the screen that is shown now."""
        yield from self._choosing()
        yield from self._printed()
        yield from self._ends()

    def _choosing(self) -> Iterator[str]:
        yield "01-waiting"
        self.activate()
        yield "02-contest"
        self.press("choose:NOM-0")
        yield "03-chosen"
        if self.page.query_selector("button[value='more']"):
            self.press("more")
            yield "04-more-options"
            self.press("less")
        for option in (1, 2):
            self.touch_card(f"choose:NOM-{option}")
        yield "05-overvote"
        self.press("next")
        self.press("choose:ALC-0")
        self.goes_on()
        self.press("back")
        self.touch_card("choose:ALC-1")
        yield "06-replaced"
        self.press("help")
        yield "07-help"
        self.press("continue")
        self.pass_time(125)
        yield "08-silent"
        self.press("here")
        self.to_review()
        yield "09-review"

    def _printed(self) -> Iterator[str]:
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        yield "10-unused"
        self.press("leave")
        self.step("question")
        yield "11-question"
        self.press("challenge")
        yield "12-sure"
        self.press("sure")
        yield "13-challenged"
        self.press("again")
        self.to_review()
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        yield "14-nothing-chosen"
        self.press("leave")
        self.step("question")
        self.press("no")
        yield "15-void"
        self.press("again")
        self.to_review()
        self.print_ballot()
        yield "16-last-paper"
        self.pass_time(100)
        self.press("size:normal")
        self.prepare()
        self.pass_time(85)
        yield "17-last-minute"
        self.press("yes")
        yield "18-cast"
        self.scene.acknowledge()

    def _ends(self) -> Iterator[str]:
        self.activate()
        self.pass_time(400)
        yield "19-expired"
        self.scene.face.end(Ending.EXPIRED)
        self.settle()
        yield "20-ended"
        self.scene.acknowledge()
        self.activate()
        self.to_review()
        self.scene.running.printer_fails = True
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        self.press("leave")
        self.step("void")
        yield "21-printer-failed"
        self.scene.running.printer_fails = False
        self.press("again")
        self.step("contest")
        self.scene.running.gate.clear()
        self.to_review()
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        self.press("leave")
        yield "22-printing"
        self.scene.running.breaks = True
        self.scene.machine.cannot_start = True
        self.scene.running.gate.set()
        self.step("stopped")
        yield "23-stopped"
        self.scene.running.breaks = False
        self.scene.machine.cannot_start = False
        self.pass_time(10)
        self.step("void")
        yield "24-after-the-power-failed"
        self.scene.face.end(Ending.LEFT)
        self.settle()
        yield "25-left"
        self.scene.acknowledge()
        self.scene.face.release()
        self.settle()
        yield "26-closed"
