"""The workers at the poll book's table, in front of its screen."""

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as Late
from tests.day.practice import DayStation

from urna.station.cards import Role

WAIT = 120_000
"""Milliseconds that the slowest act may take, a readiness test, on a small machine with much else to do."""

LAY_MILLISECONDS = 500
LAY_AGAIN_MILLISECONDS = 8_000
"""A finger after which nothing followed came before the reader waited for one: it is laid once more."""

LAYS = 15
FOLLOWS = """old => document.querySelector('main input[name=turn]')?.value !== old
  && !document.querySelector('[hx-get="/working"]') && document.querySelector('main h1')
  && document.readyState !== 'loading'"""
IS_DONE = """path => !document.querySelector(`form[action="${path}"]`)
  && !document.querySelector('[hx-get="/working"]') && document.querySelector('main h1')
  && document.readyState !== 'loading'"""

COPIES = 3
"""Of the tally sheet; one more is printed again."""


class Table:
    """Hands and eyes of the poll workers.

    Args:
        station: with its cards and its reader.
        page: a new page of a browser.
        look: takes a picture of the page under this name.
    """

    def __init__(self, station: DayStation, page: Page, look: Callable[[Page, str], None]) -> None:
        self.station, self.page, self._look = station, page, look
        page.set_default_timeout(WAIT)

    def look(self, name: str) -> None:
        """A picture, once in each language."""
        language = self.page.get_attribute("html", "lang")
        self._look(self.page, f"{name}-{language}")

    def enter(self, *roles: Role) -> None:
        """Each gives card and PIN."""
        self.page.goto(self.station.parts["poll-book"].entrance)
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
            self.lay(finger, FOLLOWS, before)
        self.page.wait_for_function(FOLLOWS, arg=before)

    def lay(self, who: str, until: str, about: str | None) -> None:
        """Once the reader waits, and again until something holds on the page: what lay there before is nobody's."""
        for _ in range(LAYS):
            self.page.wait_for_timeout(LAY_MILLISECONDS)
            self.station.lay(who)
            with suppress(Late):
                self.page.wait_for_function(until, arg=about, timeout=LAY_AGAIN_MILLISECONDS)
                return

    def go(self, path: str) -> None:
        """By the address line."""
        self.page.goto("/".join(self.page.url.split("/", 3)[:3]) + path)

    def speak(self, language: str) -> None:
        """The screen's language."""
        self.press(f"#bar button[lang={language}]")

    def choose_card(self, role: Role, which: str = "") -> None:
        """A card and its PIN among a form's fields."""
        self.page.select_option(f"#{which}stick", f"{role}.urna-card")
        self.page.fill(f"#{which}pin", self.station.made.kit.pins[role])

    def two_cards(self, first: Role, second: Role) -> None:
        """Two members with their PINs."""
        self.choose_card(first)
        self.choose_card(second, "second_")

    def say_why(self) -> None:
        """The first reason of the list, where one is asked for."""
        reason = self.page.query_selector('main select[name="reason"]')
        if reason:
            reason.select_option(index=1)

    def step(self, name: str, path: str, fill: Callable[[], None] = lambda: None, finger: str = "") -> None:
        """The primary button of this step of opening or closing, once it is there."""
        self.page.wait_for_selector(f'form[action="{path}"] #primary')
        self.look(f"day-{name}")
        fill()
        self.page.click(f'form[action="{path}"] #primary')
        if finger:
            self.lay(finger, IS_DONE, path)

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

    def close_day(self, signatures: int) -> None:
        """Every step of the closing, with a sheet printed once more."""
        self.go("/closing")
        self.step("close", "/closing/close", self.say_why)
        self.step("signatures", "/closing/signatures", lambda: self.page.fill("#count", str(signatures)))
        self.page.wait_for_selector("section.now p.notice + form #count")
        self.step("signatures-again", "/closing/signatures", lambda: self.page.fill("#count", str(signatures)))
        self.step("count", "/closing/count", lambda: self.two_cards(Role.MEMBER, Role.PRESIDENT))
        self.step("sheet", "/closing/sheet", lambda: self.page.fill("#copies", str(COPIES)))
        self.page.wait_for_selector('form[action="/closing/draw"] #primary')
        self.print_again()
        self.step("draw", "/closing/draw")
        self.page.wait_for_selector("#send-stick")
        self.look("day-send")
        self.page.click("#send-stick")
        self.step("archive", "/closing/archive")
        self.page.wait_for_selector('form[action="/closing/wipe"] #primary')
        self.look("day-wipe")

    def print_again(self) -> None:
        """One more copy of the sheet, which says that it is a reprint."""
        self.page.click("details.more:has(#again-sheet) summary")
        self.look("day-reprint")
        self.press("#again-sheet")

    def print_marks(self) -> None:
        """The paper book's list with its marks, which nobody had before the day was over."""
        self.go("/book")
        self.look("book-with-marks")
        self.press('form[action="/book/with-marks"] button')

    def wipe(self) -> None:
        """The booths' memories, when everything else was looked at."""
        self.go("/closing")
        self.step("wipe", "/closing/wipe")
        self.page.wait_for_selector("section.now p.lead")
        self.look("day-over")
