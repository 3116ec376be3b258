"""The day is played in chromium: the table, the booths, and everybody who comes."""

import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from tests.day.practice import DayStation
from tests.day.printers import Papers
from tests.day.reception import Reception
from tests.day.script import EVENTS, Visit
from tests.day.table import WAIT, Table
from tests.day.times import Times
from tests.day.voter import Voter

from urna.station.cards import Role

SIZE: ViewportSize = {"width": 1920, "height": 1080}
LISTENS = ["--autoplay-policy=no-user-gesture-required"]
"""As the station starts its booths' browsers."""


class Pictures:
    """Takes one picture of each name.

    Args:
        folder: where they go; None takes none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder, self._seen = folder, set[str]()

    @property
    def names(self) -> tuple[str, ...]:
        """Of those that were taken."""
        return tuple(sorted(self._seen))

    def look(self, page: Page, name: str) -> None:
        """Of this page, unless there is one of this name."""
        if self._folder is None or name in self._seen:
            return
        self._seen.add(name)
        page.screenshot(path=self._folder / f"{name}.png")


class Played:
    """All faces in front of people.

    Args:
        browser: chromium.
        station: served.
        pictures: of what they see.
    """

    def __init__(self, browser: Browser, station: DayStation, pictures: Pictures) -> None:
        self.station, self.times, self.pictures = station, Times(), pictures
        self._browser, self._contexts = browser, list[BrowserContext]()
        desk = self._new_page()
        self.table = Table(station, desk, lambda page, name: pictures.look(page, f"poll-book-{name}"))
        self.reception = Reception(self.table, self.times)
        self.voters = {number: self.enter_booth(number) for number in range(1, len(station.printers) + 1)}
        self.papers = self.sheets = Papers(0, 0)
        self.spoken = 0
        """Places that were spoken to somebody who listens."""
        self.done: list[Visit] = []

    def enter_booth(self, number: int) -> Voter:
        """A browser shows this booth's face."""
        page = self._new_page()
        page.set_default_timeout(WAIT)
        self.times.watch(page)
        page.on("response", lambda answer: self._heard(answer.url, answer.status))
        page.goto(self.station.parts[f"booth-{number}"].entrance)
        return Voter(page, self.station.contests, lambda page, name: self.pictures.look(page, f"booth-{name}"))

    def open_day(self) -> None:
        """From the first card to the open polls; what the printers printed until then is no voter's."""
        self.voters[1].step("prepared")
        self.voters[1].look("prepared")
        self.table.enter(Role.SECRETARY, Role.PRESIDENT)
        self.table.speak("en")
        self.table.open_day()
        self.voters[1].look("waiting")
        for printer in self.station.printers:
            printer.take()

    def present(self, visit: Visit, booth: int) -> None:
        """Somebody comes, is admitted, votes and goes."""
        self.reception.identify(visit)
        self.send(booth, visit)
        self.vote(booth, visit)

    def send(self, booth: int, visit: Visit) -> None:
        """The person at the table goes to the booth, and sees the ballot."""
        began = time.monotonic()
        self.reception.activate(booth)
        self.voters[booth].come(visit.hands)
        self.times.activation(time.monotonic() - began)

    def vote(self, booth: int, visit: Visit) -> None:
        """In a booth, from the ballot until the vote is cast."""
        self.set_up(booth, visit)
        self.choose(booth, visit)
        self.finish(booth, visit)

    def set_up(self, booth: int, visit: Visit) -> None:
        """The voter makes the screen as it should be, and may ask for help."""
        voter = self.voters[booth]
        for does in visit.touches:
            voter.press(does)
        if visit.asks_for_help:
            voter.press("help")
            voter.look("help")
            self.table.go("/people")
            self.table.page.wait_for_selector("#booths .alert")
            self.table.look("help-wanted")
            voter.press("continue")

    def choose(self, booth: int, visit: Visit) -> None:
        """To the review of the first ballot."""
        voter = self.voters[booth]
        voter.fill(visit.completes or visit.ballots[0], visit.over)
        if visit.completes:
            voter.ask_to_print()
            voter.complete(visit.ballots[0])

    def finish(self, booth: int, visit: Visit) -> None:
        """From the review until the vote is cast, over every paper that is spoiled."""
        voter = self.voters[booth]
        for before, after in zip(visit.ballots, visit.ballots[1:], strict=False):
            voter.print()
            if visit.spoiled == "void":
                voter.refuse()
                for contest in (code for code in before if before[code] != after[code]):
                    voter.change(contest, *after[contest])
            else:
                voter.challenge()
                voter.fill(after)
        voter.print()
        voter.cast()
        self.times.collect(voter.page)

    def close_day(self) -> None:
        """When the last voter is gone: the papers are counted, and the polls closed."""
        for voter in self.voters.values():
            voter.step("waiting")
        taken = [printer.take() for printer in self.station.printers]
        self.papers = Papers(sum(each.whole for each in taken), sum(each.torn for each in taken))
        self.station.reports.take()
        self.table.close_day(len(self.done))
        self.sheets = self.station.reports.take()
        self.table.print_marks()

    def show_failure(self, folder: Path) -> None:
        """What each screen shows when the day cannot go on."""
        for number, page in enumerate((self.table.page, *(voter.page for voter in self.voters.values()))):
            page.screenshot(path=folder / f"failed-{number}.png")

    @property
    def incidents(self) -> dict[str, int]:
        """What happened, and how often."""
        return {name: count for name in EVENTS if (count := sum(each.event == name for each in self.done))}

    def close(self) -> None:
        """Every screen is switched off."""
        for context in self._contexts:
            context.close()

    def _new_page(self) -> Page:
        self._contexts.append(self._browser.new_context(viewport=SIZE))
        return self._contexts[-1].new_page()

    def _heard(self, url: str, status: int) -> None:
        if url.endswith(".wav") and status == 200:
            self.spoken += 1
