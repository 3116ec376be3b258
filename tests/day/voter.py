"""A voter in front of a booth's screen."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as Late
from tests.day.hands import HANDS

from urna.election.definition import Contest

Ballot = Mapping[str, tuple[str, ...]]
"""By contest, the codes of the options that are chosen."""

AGAIN_MILLISECONDS = 3_000
"""A touch after which nothing followed is made once more."""

TOUCHES = 20
SETTLE_MILLISECONDS = 300
"""A touch sooner after a new page is ignored."""


class Voter:
    """Hands and eyes of whoever is in the booth.

    Args:
        page: of the booth's screen.
        contests: of the ballot, in its order.
        look: takes a picture of the page under this name.
    """

    def __init__(self, page: Page, contests: tuple[Contest, ...], look: Callable[[Page, str], None]) -> None:
        self.page, self.contests, self._look = page, contests, look
        self.hands = "touch"

    def press(self, does: str) -> None:
        """A touch, and the screen that follows."""
        before = self.page.input_value("#seen")
        for _ in range(TOUCHES):
            self.page.wait_for_timeout(SETTLE_MILLISECONDS)
            if self.page.input_value("#seen") == before:
                HANDS[self.hands].press(self.page, does)
            if self._follows(before):
                return
        raise AssertionError(f"nothing follows {does}")

    def step(self, *steps: str) -> None:
        """Until one of these is shown."""
        self.page.wait_for_selector(", ".join(f"#screen.step-{each}" for each in steps))

    def is_at(self, step: str) -> bool:
        """Whether this is shown."""
        return self.page.query_selector(f"#screen.step-{step}") is not None

    def look(self, name: str) -> None:
        """A picture, once for each setting of the screen."""
        screen = self.page.locator("#screen")
        look = [str(screen.get_attribute(each)) for each in ("lang", "data-size", "data-contrast")]
        self._look(self.page, "-".join((name, *look)))

    def come(self, hands: str) -> None:
        """The ballot is on the screen."""
        self.hands = hands
        self.step("contest")
        self.look("contest")

    def fill(self, ballot: Ballot, over: str = "") -> None:
        """From the first contest to the review; `over` is touched in the first one although no vote is left."""
        for number, contest in enumerate(self.contests):
            self.step("contest")
            for option in ballot[contest.code]:
                self._show(option)
                self.look(f"contest-{number + 1}")
                self.choose(contest, option)
            if over and not number:
                self._touch_too_many(over)
            if contest.votes_allowed > 1 or not ballot[contest.code]:
                self.press("next")
        self.step("review")
        self.look("review")

    def choose(self, contest: Contest, option: str) -> None:
        """Touches a card. A contest of one vote leads on by itself, unless somebody listens."""
        self._show(option)
        title = self.page.inner_text("#screen h1")
        self.press(f"choose:{option}")
        if contest.votes_allowed > 1:
            self.page.wait_for_selector(f"button[value='choose:{option}'][aria-pressed=true]")
        elif self.page.get_attribute("#screen", "data-audio") == "off":
            self.page.wait_for_function("old => document.querySelector('#screen h1').innerText !== old", arg=title)
        else:
            self.press("next")

    def change(self, contest: str, option: str) -> None:
        """At the review: another choice in a contest of one vote, which takes the place of the old one."""
        self.press(f"change:{contest}")
        self._show(option)
        self.press(f"choose:{option}")
        self.page.wait_for_selector(f"button[value='choose:{option}'][aria-pressed=true]")
        self.look("replaced")
        self.press("next")
        self.step("review")

    def print(self) -> None:
        """From the review to the question whether the paper is right; votes that are left stay unused."""
        self.ask_to_print()
        if self.is_at("unused"):
            self.press("leave")
        self.step("question", "void")
        self.look("question" if self.is_at("question") else "printer-failed")

    def ask_to_print(self) -> None:
        """From the review to the paper, or to the notice that votes are left."""
        while self.page.query_selector("button[value='more']"):
            self.press("more")
        self.press("vote")
        if self.is_at("unused"):
            self.look("unused")

    def complete(self, ballot: Ballot) -> None:
        """At the notice that votes are left: back to the contest, and the vote that was left is given."""
        self.press("complete")
        contest = self.contests[0]
        for option in ballot[contest.code]:
            self._show(option)
            if self.page.get_attribute(f"button[value='choose:{option}']", "aria-pressed") == "false":
                self.choose(contest, option)
        self.press("next")
        self.step("review")

    def cast(self) -> None:
        """The paper is right."""
        self.press("yes")
        self.step("cast")
        self.look("cast")

    def refuse(self) -> None:
        """The paper is not right: it is void, and what was chosen is there to be changed."""
        self.press("no")
        self.step("void")
        self.look("void")
        self.press("again")
        self.step("review")

    def challenge(self) -> None:
        """The machine is challenged; the next ballot begins blank."""
        self.press("challenge")
        self.look("sure")
        self.press("sure")
        self.step("challenged")
        self.look("challenged")
        self.press("again")

    def _touch_too_many(self, option: str) -> None:
        self._show(option)
        self.press(f"choose:{option}")
        self.page.wait_for_selector("#screen .notice")
        self.look("overvote")

    def _show(self, option: str) -> None:
        """The page of the contest with this card: onward, and then back."""
        for way in ("more", "less"):
            while not self.page.query_selector(f"button[value='choose:{option}']"):
                if not self.page.query_selector(f"button[value='{way}']"):
                    break
                self.press(way)

    def _follows(self, before: str) -> bool:
        """Whether another screen comes soon."""
        try:
            self.page.wait_for_function(
                "old => document.getElementById('seen')?.value !== old", arg=before, timeout=AGAIN_MILLISECONDS
            )
        except Late:
            return False
        return True
