"""The whole booth by ear and keypad, in chromium, with the screen black: nothing is decided by what it shows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page
from tests.booth.sample import ELECTION
from tests.booth_face.ballots import PEOPLE, sixty
from tests.booth_face.keypad import Keypad
from tests.booth_face.listener import DARK, SELECT, SOUND, Listener
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.browser import Watched

from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.web.kiosk.display import DEFAULT

pytestmark = pytest.mark.slow

WANTED = {
    "Members by name: circuit 1": (PEOPLE[1], PEOPLE[13]),
    "Mayor of Monteverde": (PEOPLE[9],),
    "Regional list: Monteverde": ("Partido del Faro",),
    "National list": ("Voz de los Ríos",),
}
"""What the voter has come for, as it stands on the poster; and on a small ballot."""

SMALL = {"Deputies": ("Card 1", "Card 2", "Card 3"), "List": ("RED",), "Ref": ("YES",)}

QUESTION = "Carefully check your printed ballot. Are your printed selections correct?"


class Blind:
    """A voter with headphones at a real booth; the clock is stepped."""

    def __init__(self, scene: Scene, clock: SteppedClock, page: Page, keypad: Keypad) -> None:
        self.scene, self.clock, self.page = scene, clock, page
        self.ear = Listener(scene.ears, keypad, lambda seconds: page.wait_for_timeout(1000 * seconds))

    def come_in(self) -> str:
        """Activated; the first key turns the sound on, the voter finds the language, and the screen goes black."""
        self.scene.activate()
        self.page.wait_for_selector("#screen.step-contest")
        ear = self.ear
        assert "Contienda 1 de" in ear.press(SOUND)
        assert "Contest 1 of" in ear.select("English")
        heard = ear.press(DARK)
        assert heard.startswith("The screen is off.")
        return heard

    def fill(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """One contest after another, each known by its title, until the review."""
        while "Contest" in self.ear.last:
            title = next(each for each in wanted if each in self.ear.last)
            for name in wanted[title]:
                assert "Chosen" in self.ear.select(name)
            self.ear.select("Next.")
        assert self.ear.last.startswith("Review your choices")

    def print_ballot(self) -> None:
        """From the review to the question whether the paper is right."""
        self.ear.select("Print my ballot")
        if self.ear.last.startswith("You have"):
            self.ear.select("Leave as it is, and print", "Vote blank")
        self.ear.hear(QUESTION)

    def pass_time(self, seconds: float) -> None:
        """The clock goes on."""
        self.clock.now += seconds
        self.scene.face.tick()

    def leave(self) -> None:
        """The poll book records how it ended."""
        assert self.page.locator(".screen-off").count() == 1, "the screen was lit"
        self.scene.acknowledge()
        self.page.wait_for_selector("#screen.step-waiting")


@contextmanager
def _seated(browser: Browser, election: Election) -> Iterator[Blind]:
    clock = SteppedClock()
    scene = Scene(election, clock=clock)
    page = browser.new_context(viewport={"width": DEFAULT.width, "height": DEFAULT.height}).new_page()
    watched, keypad = Watched(page), Keypad(page)
    with served(scene) as address:
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        yield Blind(scene, clock, page, keypad)
        assert watched.errors == []
        page.context.close()


@pytest.fixture
def blind(browser: Browser) -> Iterator[Blind]:
    """At a booth with sixty options."""
    with _seated(browser, sixty()) as voter:
        yield voter


@pytest.fixture(scope="module")
def at_a_small_ballot(browser: Browser) -> Iterator[Blind]:
    """One booth and one page for all the ends."""
    with _seated(browser, ELECTION) as voter:
        yield voter


def test_a_whole_vote_by_ear(blind: Blind) -> None:
    """Two votes over two pages of cards, one too many, the review, a change, votes left, the paper, the question."""
    ear = blind.ear
    blind.come_in()
    wanted = WANTED | {"Regional list: Monteverde": (), "Mayor of Monteverde": (PEOPLE[8],)}
    one, two = wanted["Members by name: circuit 1"]
    ear.select(one)
    assert ear.last.endswith("You may choose 2. Remaining: 1.")
    ear.select(two)
    assert ear.last.endswith("You may choose 2. Remaining: 0.")
    too_many = ear.select(PEOPLE[14])
    assert "All 2 votes are used" in too_many
    assert "Not chosen" in too_many
    ear.select("Next.")
    blind.fill(wanted)
    heard = ear.read_until("Change. Regional list: Monteverde")
    assert any(one in each and two in each for each in heard)
    assert any(PEOPLE[8] in each for each in heard)
    assert any("Regional list: Monteverde. Nothing is chosen here." in each for each in heard)
    ear.select("Change. Mayor")
    assert "Chosen" in ear.select(PEOPLE[9])
    assert "was replaced by" in ear.last
    assert ear.select("Back to the review").startswith("Review your choices")
    assert ear.select("Print my ballot").startswith("You have votes left. Regional list: Monteverde. One vote left.")
    assert "Regional list: Monteverde" in ear.select("Complete")
    ear.select("Partido del Faro")
    ear.select("Back to the review")
    ear.select("Print my ballot")
    ear.hear(QUESTION)
    printed = ear.read_until("National list")
    assert sum(name in each for each in printed for names in WANTED.values() for name in names) == 5
    assert ear.select("Yes, cast my vote").startswith("Your vote was cast. Fold your paper and put it into the box.")
    chosen = [each.options for each in blind.scene.running.papers[-1].contests]
    assert chosen == [("NOM-1", "NOM-13"), ("ALC-9",), ("REG-3",), ("NAC-7",)]
    blind.leave()


def test_every_other_end_by_ear(at_a_small_ballot: Blind) -> None:
    """A challenge, a paper that is not right, a printer that fails, help, silence, the last minute; and it is cast."""
    blind = at_a_small_ballot
    ear = blind.ear
    blind.come_in()
    blind.fill(SMALL)
    blind.print_ballot()
    assert ear.select("Challenge the machine").startswith(
        "Do you want to challenge the machine? Then this ballot is NOT"
    )
    assert ear.select("No, back to the question").startswith(QUESTION)
    ear.select("Challenge the machine")
    assert ear.select("Yes, challenge the machine").startswith("Your vote was NOT cast. Keep the code")
    assert "Contest 1 of 3" in ear.select("Choose again")
    blind.fill(SMALL)
    blind.print_ballot()
    assert ear.select("No, change").startswith("Your vote was NOT cast.")
    assert "paper" in ear.last
    assert ear.select("Choose again").startswith("Review your choices")
    blind.scene.running.printer_fails = True
    ear.select("Print my ballot")
    ear.hear("Your vote was NOT cast.")
    blind.scene.running.printer_fails = False
    ear.select("Choose again")
    assert ear.select("Help: call a poll worker").startswith("Please wait for a poll worker. Raise your hand.")
    ear.select("Back to my ballot")
    blind.pass_time(125)
    assert "I am here" not in ear.hear("Are you still there? Touch the button within 30 seconds.")
    assert ear.select("I am here").startswith("Review your choices")
    blind.pass_time(110)
    ear.find("Previous", "Back", "Print my ballot")
    ear.press(SELECT)
    blind.pass_time(80)
    ear.hear("Less than one minute is left.")
    while not ear.last.startswith("Review"):
        ear.select("Next.", "Back to the review")
    blind.print_ballot()
    assert ear.select("Yes, cast my vote").startswith("Your vote was cast.")
    blind.leave()


def test_time_that_is_over_and_what_a_poll_worker_does_by_ear(at_a_small_ballot: Blind) -> None:
    """The voter hears that nothing is lost; resumed, the ballot is read; ended, that it is not cast."""
    blind = at_a_small_ballot
    ear = blind.ear
    blind.come_in()
    ear.select("Card 1")
    blind.pass_time(125)
    ear.hear("Are you still there?")
    blind.pass_time(31)
    ear.hear("Please call a poll worker.")
    blind.scene.face.resume()
    ear.hear("Deputies. Contest 1 of 3. You may choose 3. Remaining: 2.")
    blind.pass_time(400)
    ear.hear("Please call a poll worker.")
    blind.scene.face.end(Ending.EXPIRED)
    ear.hear("Your vote was NOT cast.")
    blind.leave()


def test_a_booth_that_stops_says_so_and_what_became_of_the_paper(at_a_small_ballot: Blind) -> None:
    """Nothing is lost, or what is: by ear too."""
    blind = at_a_small_ballot
    ear, running, machine = blind.ear, blind.scene.running, blind.scene.machine
    blind.come_in()
    blind.fill(SMALL)
    running.breaks = machine.cannot_start = True
    ear.select("Print my ballot")
    ear.hear("This machine stopped, and starts again. Nothing is lost.")
    running.breaks = machine.cannot_start = False
    blind.pass_time(10)
    assert "paper" in ear.hear("Your vote was NOT cast.")
    ear.select("Choose again")
    blind.scene.face.end(Ending.LEFT)
    ear.hear("Your vote was NOT cast.")
    blind.leave()
