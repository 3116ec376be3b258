"""The day is played in chromium, and its sheet compared with the script."""

from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize
from tests.day.practice import DayStation
from tests.day.script import Expected, Visit, expected, visits
from tests.day.table import Table, codes
from tests.day.voter import Voter

from urna.election.statement import PollBookStatement
from urna.encoding.document import open_document, read_document
from urna.log.note import NoteVerifier
from urna.station.cards import Role
from urna.storage.out_folder import read_bundle
from urna.tally.sheet import TallySheet

SIZE: ViewportSize = {"width": 1920, "height": 1080}


class Pictures:
    """Takes one picture of each name.

    Args:
        folder: where they go; None takes none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder, self._seen = folder, set[str]()

    def look(self, page: Page, name: str) -> None:
        """Of this page, unless there is one of this name."""
        if self._folder is None or name in self._seen:
            return
        self._seen.add(name)
        page.screenshot(path=self._folder / f"{name}.png")


class Played:
    """Both faces in front of people.

    Args:
        browser: chromium.
        station: served.
        pictures: of what they see.
    """

    def __init__(self, browser: Browser, station: DayStation, pictures: Pictures) -> None:
        self.station = station
        desk = browser.new_context(viewport=SIZE, locale="en").new_page()
        self.table = Table(station, desk, lambda name: pictures.look(desk, f"poll-book-{name}"))
        self.voters = [self._booth(browser, pictures, number + 1) for number in range(len(station.lines))]
        self.codes = iter(codes(station.folder))
        self.done: list[Visit] = []

    def _booth(self, browser: Browser, pictures: Pictures, number: int) -> Voter:
        page = browser.new_context(viewport=SIZE).new_page()
        page.set_default_timeout(30_000)
        page.goto(self.station.entrance(f"booth-{number}"))
        return Voter(page, self.station.contests, lambda name: pictures.look(page, f"booth-{name}"))

    def day(self) -> None:
        """From the first card to the archive."""
        self.table.enter(Role.SECRETARY, Role.PRESIDENT)
        self.table.open_day()
        for turn, visit in enumerate(visits(self.station.made.electors, self.station.contests)):
            self.identify(visit)
            self.vote(turn % len(self.voters), visit)
            self.done.append(visit)
        self.table.find(self.done[0].elector.number)
        self.table.press('form[action="/people/refuse"] button')
        self.table.look("refused")
        self.table.close_day(len(self.done))

    def show_failure(self, folder: Path) -> None:
        """What each screen shows when the day cannot go on."""
        for number, page in enumerate((self.table.page, *(voter.page for voter in self.voters))):
            page.screenshot(path=folder / f"failed-{number}.png")

    def identify(self, visit: Visit) -> None:
        """At the table, until the person is admitted."""
        table = self.table
        table.find(visit.elector.number)
        for finger in visit.fingers or (visit.elector.number,):
            if finger == "none":
                table.page.click("details.more summary")
                table.press('form[action="/people/no-fingers"] button')
            else:
                table.read_finger(finger)
        if visit.by is not None:
            table.admit(next(self.codes), *visit.by)
        table.page.wait_for_selector(".outcome.good")
        if visit.companion:
            table.page.click("details.more:has(form[action='/people/companion']) summary")
            table.press('form[action="/people/companion"] button')

    def vote(self, booth: int, visit: Visit) -> None:
        """In a booth, until the vote is cast and the booth is free again."""
        voter = self.voters[booth]
        self.table.activate(booth + 1)
        voter.come()
        for does in visit.touches:
            voter.press(does)
            voter.look(f"contest-{does.replace(':', '-')}")
        for ballot in visit.ballots[:-1]:
            voter.fill(ballot)
            voter.print()
            voter.refuse() if visit.spoiled == "void" else voter.challenge()
        voter.fill(visit.ballots[-1])
        voter.print()
        voter.cast()
        voter.step("waiting")


def differences(station: DayStation, done: list[Visit]) -> list[str]:
    """Where the signed sheet is not what the script says; empty when it is."""
    folder, kit, election = station.folder, station.made.kit, station.made.election
    keys = [
        NoteVerifier(election.key_name(kit.station, f"booth-{number}"), key)
        for number, key in enumerate(kit.keys.booths, 1)
    ]
    sheet = open_document(read_bundle(folder / "out").sheet, TallySheet, keys)
    statement = read_document(sheet.statement.encode(), PollBookStatement)
    wanted = expected(done, station.contests)
    return [
        f"{name}: the script has {script}, the sheet {found}"
        for name, script, found in _rows(wanted, sheet, statement)
        if script != found
    ]


def _rows(wanted: Expected, sheet: TallySheet, statement: PollBookStatement) -> list[tuple[str, int, int]]:
    rows = [
        ("cast", wanted.cast, sheet.cast),
        ("void", wanted.void, sum(each.void for each in sheet.booths)),
        ("challenged", wanted.challenged, sum(each.challenged for each in sheet.booths)),
        ("overrides", wanted.overrides, sum(statement.overrides.values())),
        ("codes", wanted.overrides, statement.codes_used),
        ("second attempts", 1, statement.refused_second_attempts),
        ("signatures", wanted.cast, statement.signatures or 0),
        ("activations", wanted.cast, statement.activations),
    ]
    rows += [(f"identified {name}", wanted.identified[name], count) for name, count in statement.identified.items()]
    for tally in sheet.contests:
        rows += [
            (f"{tally.contest} {each.option}", wanted.votes[tally.contest, each.option], each.votes)
            for each in tally.votes or ()
        ]
        rows.append((f"{tally.contest} undervotes", wanted.undervotes[tally.contest], tally.undervotes or 0))
    return rows


def slips(station: DayStation) -> int:
    """Whole papers in the trays of the booths' printers."""
    return sum(not each.torn for line in station.lines for each in line.take())
