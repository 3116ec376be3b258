"""Who comes to the table: identified, admitted, refused, sent to a booth."""

import time
from collections.abc import Iterator

from tests.day.script import Visit
from tests.day.table import Table
from tests.day.times import Times

from urna.roll.elector import Elector
from urna.station.cards import Role
from urna.station.telephone import answer_challenge

STATED = {"none": "no-fingers", "no reader": "no-image"}
"""What a poll worker states in the place of a finger."""


class Reception:
    """What the poll workers do with people.

    Args:
        table: their screen.
        times: how long it took.
    """

    def __init__(self, table: Table, times: Times) -> None:
        self.table, self._times = table, times
        lines = (table.station.folder / "codes" / "codes.txt").read_text().splitlines()
        self._codes: Iterator[str] = iter(lines)

    def identify(self, visit: Visit) -> None:
        """Until the person is admitted."""
        self.find(visit.elector)
        for finger in visit.fingers or ("",):
            self._try(visit, finger)
        if visit.by is not None:
            self._admit(visit, visit.by)
        self.table.page.wait_for_selector(".outcome.good")
        if visit.companion:
            self._more("companion", f"[value={visit.companion}]")
        self.table.look("admitted")

    def find(self, elector: Elector) -> None:
        """Somebody comes to the table."""
        table = self.table
        table.go("/people")
        if table.page.query_selector('form[action="/people/leave"] button'):
            table.press('form[action="/people/leave"] button')
        table.look("who-comes")
        table.page.fill("#words", elector.number)
        table.press("form.search button.primary")

    def activate(self, booth: int) -> None:
        """The person goes to this booth."""
        self.table.press(f'form[action="/people/activate"]:has(input[name="booth"][value="{booth}"]) button')

    def let_wait(self) -> None:
        """The person waits in the queue, and the next one comes."""
        self.table.press('.after form[action="/people/leave"] button')

    def send_waiting(self, booth: int) -> None:
        """Whoever waits goes to this booth."""
        self.table.look("waiting")
        self.table.press(f"#send-{booth}-1")

    def withdraw(self) -> None:
        """The person leaves before a booth is activated."""
        self._more("withdraw", "[value=unwell]")

    def refuse(self, elector: Elector) -> None:
        """Somebody who was admitted before comes again."""
        self.find(elector)
        self.table.page.wait_for_selector(".outcome.bad")
        self.table.look("marked")
        self.table.press('form[action="/people/refuse"] button')

    def let_in_again(self, elector: Elector) -> None:
        """By the president's finger: the booth, or the queue, was left without a vote."""
        self.find(elector)
        self.table.page.click('details.more:has(form[action="/readmit"]) summary')
        self.table.press('form[action="/readmit"] button')
        self.table.look("authorize-again")
        self._authorize(())

    def attend(self, booth: int, name: str) -> None:
        """The booth that needs a poll worker, once it does."""
        self.table.go("/people")
        self.table.page.wait_for_selector(f"#look-{booth}")
        self.table.look(name)
        self.table.press(f"#look-{booth}")
        self.table.look(f"{name}-attended")

    def give_time(self) -> None:
        """More time for the voter at the booth that is attended."""
        self.table.press('form[action="/booth/time"] button')

    def end_without_vote(self, ending: str) -> None:
        """At the booth that is attended."""
        self._more("booth/end", f"[value={ending}]", below="/")

    def _more(self, act: str, value: str, below: str = "/people/") -> None:
        """A button that is folded away."""
        self.table.page.click(f'details.more:has(form[action="{below}{act}"]) summary')
        self.table.look(f"more-{act.replace('/', '-')}")
        self.table.press(f'form[action="{below}{act}"]:has({value}) button')

    def _try(self, visit: Visit, finger: str) -> None:
        """One finger, or the statement that there is none."""
        table = self.table
        table.look("nothing-stored" if visit.outcome == "nothing_stored" else "person")
        if visit.outcome == "nothing_stored":
            table.press('form[action="/people/no-image"] button')
        elif finger in STATED:
            self._more(STATED[finger], "button")
        else:
            began = time.monotonic()
            table.press('form[action="/people/capture"] button', finger or visit.elector.number)
            self._times.identification(time.monotonic() - began)
            table.look(f"finger-{finger or 'own'}")

    def _admit(self, visit: Visit, by: tuple[Role, ...]) -> None:
        """The president's exception: reason and code, then who authorizes it."""
        page = self.table.page
        self.table.look(f"ask-president-{visit.outcome}")
        page.click('main a[href="/override"]')
        page.wait_for_selector("#code")
        field = "#response" if visit.by_telephone else "#code"
        code = self._call() if visit.by_telephone else next(self._codes)
        page.check(f'input[value="{visit.reason}"]')
        page.fill(field, code)
        self.table.look("telephone" if visit.by_telephone else "override")
        self.table.press("main form.fields button.primary")
        self._authorize(by)

    def _call(self) -> str:
        """The centre's response to the challenge on the screen."""
        table, made = self.table, self.table.station.made
        table.page.click('main a[href="/override/telephone"]')
        table.page.wait_for_selector('form[action="/override/telephone/call"]')
        table.look("no-code-left")
        table.press('form[action="/override/telephone/call"] button')
        challenge = table.page.inner_text("p.challenge")
        return answer_challenge(made.centre, made.election.identity, made.kit.station, challenge)

    def _authorize(self, by: tuple[Role, ...]) -> None:
        """The president's finger, or two members' cards."""
        self.table.look("authorize")
        if not by:
            self.table.press('form[action="/authorize/finger"] button', "president")
            return
        self.table.page.click("details.more summary")
        self.table.two_cards(*by)
        self.table.press('form[action="/authorize/members"] button')
