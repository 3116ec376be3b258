"""The workers at the poll book's table, in front of its screen."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from tests.day.practice import DayStation

from urna.station.cards import Role

WAIT = 20_000
"""Milliseconds that the slowest act may take on a small machine: a readiness test of two booths."""

LAY_MILLISECONDS = 500


class Table:
    """Hands and eyes of the poll workers.

    Args:
        station: with its cards and its reader.
        page: a new page of a browser.
        look: takes a picture under this name.
    """

    def __init__(self, station: DayStation, page: Page, look: Callable[[str], None]) -> None:
        self.station, self.page, self.look = station, page, look
        page.set_default_timeout(WAIT)

    def enter(self, *roles: Role) -> None:
        """Each gives card and PIN."""
        self.page.goto(self.station.entrance("poll-book"))
        for role in roles:
            self.look(f"sign-in-{role}")
            self.page.check(f'input[value="{role}.urna-card"]')
            self.page.fill("#pin", self.station.made.kit.pins[role])
            self.press("main form.fields button.primary")

    def press(self, button: str, finger: str = "") -> None:
        """Presses it, lays a finger if one is asked for, and waits for a page that does not only wait."""
        before = self.page.get_attribute("main input[name=turn]", "value")
        self.page.click(button)
        if finger:
            self.lay(finger)
        self.page.wait_for_function(
            "old => document.querySelector('main input[name=turn]')?.value !== old"
            " && !document.querySelector('[hx-get=\"/working\"]') && document.querySelector('main h1')",
            arg=before,
        )

    def lay(self, who: str) -> None:
        """Once the reader waits: what lay on it before is taken for nobody's finger."""
        self.page.wait_for_timeout(LAY_MILLISECONDS)
        self.station.lay(who)

    def go(self, path: str) -> None:
        """By the address line."""
        self.page.goto(self.page.url.split("/", 3)[0] + "//" + self.page.url.split("/", 3)[2] + path)

    def choose_card(self, role: Role, which: str = "") -> None:
        """A card and its PIN among a form's fields."""
        self.page.select_option(f"#{which}stick", f"{role}.urna-card")
        self.page.fill(f"#{which}pin", self.station.made.kit.pins[role])

    def open_day(self) -> None:
        """Every step of the opening, one primary button after the other."""
        self.go("/day")
        self.step("clock", "/day/clock")
        self.step("parts", "/day/parts", finger="president")
        self.step("readiness", "/day/readiness")
        self.step("zero", "/day/zero")
        self.step("zero-report", "/day/zero-report")
        self.step("box", "/day/box", lambda: self.choose_card(Role.MEMBER))
        self.step("open", "/day/open", self.say_why)
        self.page.wait_for_selector('form[action="/day/pause"]')
        self.look("opening-done")

    def say_why(self) -> None:
        """The first reason of the list, where one is asked for."""
        reason = self.page.query_selector('main select[name="reason"]')
        if reason:
            reason.select_option(index=1)

    def step(self, name: str, path: str, fill: Callable[[], None] = lambda: None, finger: str = "") -> None:
        """The primary button of this step, once it is there."""
        self.page.wait_for_selector(f'form[action="{path}"] #primary')
        self.look(f"day-{name}")
        fill()
        self.page.click(f'form[action="{path}"] #primary')
        if finger:
            self.lay(finger)

    def find(self, number: str) -> None:
        """Somebody comes to the table."""
        self.go("/people")
        if self.page.query_selector('form[action="/people/leave"] button'):
            self.press('form[action="/people/leave"] button')
        self.page.fill("#words", number)
        self.press("form.search button.primary")
        self.look("person")

    def read_finger(self, who: str) -> None:
        """Once; the outcome is on the page then."""
        self.press('form[action="/people/capture"] button', who)
        self.look(f"finger-of-{who if who.isalpha() else 'voter'}")

    def admit(self, code: str, *members: Role) -> None:
        """The president's exception: reason and code, then the president's finger, or two members' cards."""
        self.page.click('main a[href="/override"]')
        self.page.wait_for_selector("#code")
        self.page.check('input[value="document_checked"]')
        self.page.fill("#code", code)
        self.look("override")
        self.press("main form.fields button.primary")
        self.look("authorize")
        if not members:
            self.press('form[action="/authorize/finger"] button', "president")
            return
        self.page.click("details.more summary")
        for role, which in zip(members, ("", "second_"), strict=True):
            self.choose_card(role, which)
        self.press('form[action="/authorize/members"] button')

    def activate(self, booth: int) -> None:
        """The person goes to this booth."""
        self.page.wait_for_selector(".outcome.good")
        self.look("admitted")
        self.press(f'form[action="/people/activate"]:has(input[name="booth"][value="{booth}"]) button')

    def close_day(self, signatures: int) -> None:
        """Every step of the closing."""
        self.go("/closing")
        self.step("close", "/closing/close", self.say_why)
        self.step("signatures", "/closing/signatures", lambda: self.page.fill("#count", str(signatures)))
        self.page.wait_for_selector("section.now p.notice + form #count")
        self.step("signatures-again", "/closing/signatures", lambda: self.page.fill("#count", str(signatures)))
        self.step("count", "/closing/count", self.two_cards)
        self.step("sheet", "/closing/sheet", lambda: self.page.fill("#copies", "3"))
        self.step("draw", "/closing/draw")
        self.page.wait_for_selector("#send-stick")
        self.look("day-send")
        self.page.click("#send-stick")
        self.step("archive", "/closing/archive")
        self.page.wait_for_selector('form[action="/closing/wipe"] #primary')
        self.look("closing-done")

    def two_cards(self) -> None:
        """The closing key."""
        self.choose_card(Role.MEMBER)
        self.choose_card(Role.PRESIDENT, "second_")


def codes(folder: Path) -> list[str]:
    """Of the sealed sheet, in order, each as it is typed."""
    return (folder / "codes" / "codes.txt").read_text().splitlines()
