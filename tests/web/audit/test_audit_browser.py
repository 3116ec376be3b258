"""An audit in chromium: four people at two boards and their coordinator, a typing mistake, a difference, two rounds."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page
from tests.browser import Watched
from tests.verify.audited_world import BOARD
from tests.web.audit.audit_scene import MAIN, PASSWORD, Table, at_table
from tests.web.looking import look

from urna.audit.board import AuditBoard
from urna.audit.report import Outcome
from urna.audit.seed import Method
from urna.audit.slip_reading import SlipReading
from urna.encoding.document import open_document
from urna.storage.audit_out import OUT

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
"""A photograph of one dot, PNG."""


class Person:
    """Somebody with a browser; axe runs in some of them, the others keep the pages' own policy."""

    def __init__(self, table: Table, browser: Browser, name: str, *, has_axe: bool) -> None:
        self.table, self.name, self.has_axe = table, name, has_axe
        context = browser.new_context(accept_downloads=True, bypass_csp=has_axe)
        self.watched = Watched(context.new_page())
        self.page: Page = self.watched.page
        self.seen = 0

    def sign_in(self) -> None:
        """Name and password."""
        self.go("/")
        self.look("sign-in")
        self.page.locator("[name=person]").fill(self.name)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.press("Sign in")

    def go(self, path: str) -> None:
        """To a page."""
        self.page.goto(f"{self.table.origin}/audit{path}")

    def press(self, name: str) -> None:
        """A button, and the page after it."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=name).click()

    def type_box(self, station: str, **changes: int) -> None:
        """As the sheet says, and so many votes more."""
        self.go(f"/boxes/{station}/type")
        for name, value in self.table.numbers(station, **changes).items():
            self.page.locator(f"[name={name}]").fill(value)
        self.press("Keep what I typed")

    def type_slips(self, station: str, **changes: Any) -> None:
        """What the drawn slips of a box say; changes as of `Table.slips`."""
        self.go(f"/slips/{station}/type")
        for name, values in self.table.slips(station, **changes).items():
            for value in values:
                field = self.page.locator(f"[name={name}]")
                if field.first.evaluate("each => each.tagName") == "SELECT":
                    field.select_option(value)
                else:
                    self.page.locator(f'[name={name}][value="{value}"]').check()
        self.press("Keep what I typed")

    def says(self, text: str) -> Locator:
        """A text that has to be there."""
        found = self.page.get_by_text(text).first
        found.wait_for()
        return found

    def look(self, name: str) -> None:
        """As everybody sees it (`looking.look`)."""
        look(self.watched, f"{name}-{self.name}", has_axe=self.has_axe)
        self.seen += 1

    def close(self) -> None:
        """Goes home; nothing was wrong in the browser."""
        assert self.watched.errors == []
        self.page.context.close()


def set_up(table: Table, maria: Person) -> None:
    """The coordinator makes the boards on the page; their people get accounts at this place."""
    maria.go("/boards")
    for code in ("T1", "T2"):
        maria.page.locator("[name=board]").fill(code)
        maria.page.locator("[name=title]").fill(f"Table {code[1]}")
        maria.page.locator("[name=place]").select_option(MAIN)
        maria.press("Make it")
    table.join("ana", "luis", "jose", "eva")
    maria.go("/boards")
    maria.says("Ana Sol, Luis Mar")
    maria.look("boards")


def give_out(maria: Person, name: str) -> None:
    """T1's boxes end in 1, T2's in 2."""
    maria.go("/boxes?board=-")
    maria.look(name)
    for board, last in (("T1", "1"), ("T2", "2")):
        maria.go("/boxes?board=-")
        marks = maria.page.locator(f'input[type=checkbox][value$="{last}"]')
        if marks.count():
            for mark in marks.all():
                mark.check()
            maria.page.locator(".acts [name=board]").select_option(board)
            maria.press("Give the marked ones")


def state(table: Table) -> AuditBoard:
    """As it stands."""
    with table.journal.reading() as board:
        return board


def count_open(table: Table, people: dict[str, Person], **changes: int) -> None:
    """All open boxes; the paper of A-01 says something else than its sheet."""
    for box in list(state(table).open_work):
        for name in ("ana", "luis") if box.station.endswith("1") else ("jose", "eva"):
            people[name].type_box(box.station, **(changes if box.station == "A-01" else {}))


@pytest.mark.slow
def test_an_audit_of_two_boards(browser: Browser, tmp_path: Path) -> None:
    """From the first draw to a report that says confirmed."""
    photo = tmp_path / "worksheet.png"
    photo.write_bytes(PIXEL)
    with at_table(tmp_path / "audit") as table:
        table.join("maria")
        maria = Person(table, browser, "maria", has_axe=True)
        maria.sign_in()
        maria.look("beginning")
        set_up(table, maria)
        people = {
            name: Person(table, browser, name, has_axe=name in {"ana", "luis"})
            for name in ("ana", "luis", "jose", "eva")
        }
        for person in people.values():
            person.sign_in()
        ana, luis = people["ana"], people["luis"]

        # The first round: drawn, fetched, given out.
        maria.go("/progress")
        maria.press("Draw the first round")
        maria.says("Round 1 is drawn")
        give_out(maria, "to-give-out")
        maria.go("/retrieval")
        maria.look("retrieval")

        # Ana types what the paper says; Luis makes a mistake; both read which line, and type again.
        ana.go("/mine")
        ana.look("mine")
        ana.go("/boxes/A-01/type")
        ana.look("type")
        ana.type_box("A-01", CAI=-1, ANA=1)
        ana.says("shown to nobody before another person")
        ana.look("typed-once")
        ana.page.locator("[name=photo]").set_input_files(photo)
        ana.press("Keep the photograph")
        luis.go("/mine")
        with luis.page.expect_navigation(wait_until="load"):
            luis.page.get_by_role("link", name="Type it as the second person").first.click()
        luis.type_box("A-01", CAI=-1, ANA=1, BEA=9)
        luis.says("These lines are not the same")
        assert luis.page.locator(".wide-card li").all_inner_texts() == ["NOM-1: BEA"]
        luis.look("different")
        maria.go("/boxes/A-01")
        maria.look("to-decide")
        luis.press("Both type it anew")
        luis.type_box("A-01", CAI=-1, ANA=1)
        ana.type_box("A-01", CAI=-1, ANA=1)
        ana.page.locator(".stage.counted").wait_for()
        assert ana.page.locator("tr.other").count() == 2
        ana.look("counted")

        # The other boxes; the risk meanwhile; the report says to go on.
        maria.go("/progress")
        maria.look("progress")
        count_open(table, people)
        maria.go("/differences")
        assert maria.page.locator("tbody tr").count() == 2
        maria.look("differences")
        maria.go("/progress")
        maria.press("Close the round and write its report")
        maria.says("Go on: not enough is read yet")
        maria.look("report-1")

        # The next round, and what it says.
        maria.go("/progress")
        maria.press("Draw the next round")
        if any(code not in state(table).assigned for code in state(table).boxes):
            give_out(maria, "to-give-out-again")
        count_open(table, people)
        maria.go("/progress")
        maria.look("progress-2")
        maria.press("Close the round and write its report")
        maria.says("Confirmed")
        maria.look("report-2")
        with maria.page.expect_download() as download:
            maria.page.get_by_role("link", name="The signed report").click()
        report = open_document(
            download.value.path().read_bytes(), type(state(table).reports[1]), [each.verifier for each in BOARD], 2
        )
        assert (report.outcome, len(report.differences)) == (Outcome.CONFIRMED, 2)
        assert {each.name for each in (table.folder / OUT).iterdir()} >= {
            "round-1.note",
            "round-2.note",
            "report-2.note",
        }
        assert [each.outcome for each in state(table).reports] == [Outcome.GO_ON, Outcome.CONFIRMED]
        assert {each.typed_by for each in state(table).counts.values()} == {
            ("Luis Mar", "Ana Sol"),
            ("José Río", "Eva Luz"),
        }

        maria.press("Español")
        maria.page.locator("html[lang=es]").wait_for()
        maria.look("report-es")
        for person in (maria, *people.values()):
            person.close()


@pytest.mark.slow
def test_a_decision_a_lost_box_and_a_full_count(browser: Browser, tmp_path: Path) -> None:
    """The coordinator decides slip by slip and a counter agrees; a box is lost, so every box is counted."""
    with at_table(tmp_path / "audit") as table:
        table.set_up()
        people = {name: Person(table, browser, name, has_axe=True) for name in ("maria", "ana", "luis", "jose", "eva")}
        maria, ana, luis = (people[name] for name in ("maria", "ana", "luis"))
        for person in people.values():
            person.sign_in()
        maria.press("Draw the first round")
        give_out(maria, "to-give-out-2")

        # One slip of BEA lay on CAI's pile: the coordinator types what the slips show, Luis looks at them and agrees.
        ana.type_box("A-01")
        luis.type_box("A-01", BEA=-1, CAI=1)
        maria.go("/boxes/A-01")
        for line, votes in (("BEA", 5), ("CAI", 31)):
            maria.page.get_by_label(line, exact=True).fill(str(votes))
        maria.page.locator("[name=reason]").fill("One slip of BEA lay on the pile of CAI; both counters looked.")
        maria.press("Decide so")
        maria.look("decided-coordinator")
        luis.go("/boxes/A-01")
        luis.look("decided")
        luis.press("I looked at the slips and agree")
        luis.page.locator(".stage.counted").wait_for()

        # Nobody finds A-02: two say so, and no sample can bring the risk down any more.
        for person in (people["jose"], people["eva"]):
            person.go("/boxes/A-02/type")
            person.page.locator("summary").click()
            person.look("lost-form")
            person.page.locator("[name=reason]").fill("Looked for in the store and at the school.")
            person.press("It is lost")
        people["eva"].page.locator(".stage.lost").wait_for()
        people["eva"].look("lost")
        maria.go("/differences")
        maria.look("differences-lost")
        maria.go("/progress")
        maria.press("Close the round and write its report")
        maria.says("Every box has to be counted")
        maria.look("report-full-count")
        maria.go("/progress")
        maria.press("Count every box")
        maria.look("full-count")
        give_out(maria, "to-give-out-all")
        count_open(table, people)
        maria.go("/progress")
        maria.press("Close the round and write its report")
        maria.says("(every box)")
        maria.look("report-2-full-count")
        for person in people.values():
            person.close()


@pytest.mark.slow
def test_an_audit_of_single_slips_of_two_boards(browser: Browser, tmp_path: Path) -> None:
    """Drawn, pulled, a slip read otherwise is caught, sums and report; then the round that confirms."""
    with at_table(tmp_path / "audit", method=Method.POLLING) as table:
        table.set_up()
        people = {name: Person(table, browser, name, has_axe=name != "luis") for name in ("maria", "ana", "luis")}
        maria, ana, luis = people.values()
        for person in people.values():
            person.sign_in()
        maria.press("Draw the first round")
        maria.says("Round 1 is drawn")
        give_out_centres(maria)
        maria.go("/retrieval")
        maria.look("slips-retrieval")

        # Ana types what the slips say; Luis reads one otherwise; both read which lines, and type again.
        ana.go("/slips/A-01/type")
        ana.look("slips-type")
        ana.press("Keep what I typed")
        ana.says("nothing is chosen")
        ana.look("slips-left-open")
        assert len(ana.watched.errors) == 1  # the answer 422 itself
        ana.watched.errors.clear()
        ana.type_slips("A-01")
        wrong = next(each.position for each in state(table).pulls["A-01"].slips if each.position < 20)
        luis.type_slips("A-01", swapped=wrong)
        luis.says("The two do not say the same")
        luis.look("slips-different")
        maria.go("/slips/A-01")
        maria.page.get_by_role("link", name="Look at the slips with both").click()
        maria.look("slips-decide")
        luis.press("Both type it anew")
        for person in (luis, ana):
            person.type_slips("A-01")
        ana.page.locator(".stage.counted").wait_for()
        ana.look("slips-counted")

        # The other boxes, and what the round says.
        read_open(table)
        maria.go("/progress")
        maria.press("Close the round and write its report")
        maria.says("Go on: not enough is read yet")
        maria.look("slips-report-1")
        maria.go("/progress")
        maria.press("Draw the next round")
        read_open(table)
        maria.go("/differences")
        maria.look("slips-differences")
        maria.go("/progress")
        maria.press("Close the round and write its report")
        maria.says("The audit may stop")
        maria.look("slips-report-2")
        with maria.page.expect_download() as download:
            maria.page.get_by_role("link", name="The signed sums").click()
        keys = [each.verifier for each in BOARD]
        reading = open_document(download.value.path().read_bytes(), SlipReading, keys, 2)
        assert (reading.round, len(reading.typed_by)) == (2, 4)
        assert [each.outcome for each in state(table).reports] == [Outcome.GO_ON, Outcome.CONFIRMED]
        for person in (maria, ana):
            person.press("Español")
            person.page.locator("html[lang=es]").wait_for()
            person.look("slips-es")
        for person in people.values():
            person.close()


def give_out_centres(maria: Person) -> None:
    """Centre A's boxes to T1, B's to T2."""
    for board, centre in (("T1", "A"), ("T2", "B")):
        maria.go("/boxes?board=-")
        for mark in maria.page.locator(f'input[type=checkbox][value^="{centre}"]').all():
            mark.check()
        maria.page.locator(".acts [name=board]").select_option(board)
        maria.press("Give the marked ones")


def read_open(table: Table) -> None:
    """Both of each board say of every open box what its slips say."""
    for pull in list(state(table).open_work):
        for person in ("ana", "luis") if pull.station.startswith("A") else ("jose", "eva"):
            table.journal.do(person, table.entered(pull.station), table.clock().moment)
