"""A voter in front of a booth's screen."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from urna.election.definition import Contest

Ballot = Mapping[str, int | None]
"""By contest, which option, from 0; None leaves it blank."""


class Voter:
    """Hands and eyes of whoever is in the booth.

    Args:
        page: of the booth's screen.
        contests: of the ballot, in its order.
        look: takes a picture under this name.
    """

    def __init__(self, page: Page, contests: tuple[Contest, ...], look: Callable[[str], None]) -> None:
        self.page, self.contests, self.look = page, contests, look
        self.touches = 0

    def press(self, does: str) -> None:
        """A touch, and the screen that follows."""
        before = self.page.input_value("#seen")
        self.page.click(f"button[value='{does}']:visible")
        self.touches += 1
        self.follow(before)

    def follow(self, before: str) -> None:
        """Until another screen is shown."""
        self.page.wait_for_function("old => document.getElementById('seen')?.value !== old", arg=before)

    def step(self, *steps: str) -> None:
        """Until one of these is shown."""
        self.page.wait_for_selector(", ".join(f"#screen.step-{each}" for each in steps))

    def come(self) -> None:
        """The ballot is on the screen."""
        self.step("contest")
        self.touches = 0
        self.look("contest")

    def fill(self, ballot: Ballot) -> None:
        """From the first contest to the review."""
        for contest in self.contests:
            self.step("contest")
            option = ballot[contest.code]
            if option is None:
                self.press("next")
                continue
            does = f"choose:{contest.options[option].code}"
            while not self.page.query_selector(f"button[value='{does}']"):
                self.press("more")
            self.press(does)
            self.go_on()
        self.step("review")
        self.look("review")

    def go_on(self) -> None:
        """Where nobody listens, the next contest follows a first choice by itself."""
        if self.page.get_attribute("#screen", "data-audio") == "off":
            self.follow(self.page.input_value("#seen"))
        else:
            self.press("next")

    def print(self) -> None:
        """From the review to the question whether the paper is right."""
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        if self.page.query_selector("#screen.step-unused"):
            self.look("unused")
            self.press("leave")
        self.step("question", "void")
        self.look("question")

    def cast(self) -> None:
        """The paper is right."""
        self.press("yes")
        self.step("cast")
        self.look("cast")

    def refuse(self) -> None:
        """The paper is not right: it is void."""
        self.press("no")
        self.step("void")
        self.look("void")
        self.press("again")

    def challenge(self) -> None:
        """The machine is challenged, and shows what it has encrypted."""
        self.press("challenge")
        self.press("sure")
        self.step("challenged")
        self.look("challenged")
        self.press("again")
