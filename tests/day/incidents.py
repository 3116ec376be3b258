"""What disturbs a day: one method for each event of the script, and the day in its order."""

import time
from collections.abc import Callable, Sequence

from tests.day.play import Played
from tests.day.script import PRESENTS, Visit

from urna.devices.printer_twin import Mishap

JAM_ROWS = 200
"""Into the ballot's paper."""


class Day:
    """A day with its incidents.

    Args:
        played: the faces.
        tell: puts a line on the screen of whoever waits for the day to end.
    """

    def __init__(self, played: Played, tell: Callable[[str], None] = lambda line: None) -> None:
        self.played, self.reception, self.table = played, played.reception, played.table
        self._tell = tell
        self._slow: tuple[int, Visit] | None = None
        """Somebody whose time runs out, and the booth."""
        self._turn = 0

    def play(self, script: Sequence[Visit]) -> None:
        """From the first card to the archive; the pages that belong to nobody are looked at by the way."""
        self._tell("opening")
        self.played.open_day()
        for number, visit in enumerate(script):
            booth = self._free_booth()
            self._tell(f"voter {number + 1} of {len(script)}, booth {booth}: {visit.event.replace('_', ' ')}")
            if visit.event == PRESENTS:
                self.played.present(visit, booth)
            else:
                getattr(self, visit.event)(visit, booth)
            self.played.done.append(visit)
            self._watch_the_slow()
            if number == len(script) // 3:
                self.go_round()
        self._wait_for_the_slow()
        self._tell("closing")
        self.played.close_day()

    def go_round(self) -> None:
        """A pause, a note of an incident, and every page beside people."""
        table = self.table
        for name in ("queue", "supplies", "contingency"):
            table.go(f"/{name}")
            table.look(name)
        table.go("/contingency/case/printer")
        table.look("contingency-printer")
        self._pause()
        self._note()
        table.go("/book")
        table.look("book")
        table.press('form[action="/book/to-sign"] button')
        table.speak("es")
        table.go("/people")
        table.look("who-comes")
        table.speak("en")

    def waits(self, visit: Visit, booth: int) -> None:
        """Admitted, waits in the queue, and is sent to the booth from the list of booths."""
        self.reception.identify(visit)
        self.reception.let_wait()
        self.reception.send_waiting(booth)
        self.played.voters[booth].come(visit.hands)
        self.played.vote(booth, visit)

    def comes_twice(self, visit: Visit, booth: int) -> None:
        """Votes, and comes once more."""
        self.played.present(visit, booth)
        self.reception.refuse(visit.elector)

    def withdraws_and_returns(self, visit: Visit, booth: int) -> None:
        """Goes home from the queue, comes back, and is let in again."""
        self.reception.identify(visit)
        self.reception.withdraw()
        self.reception.let_in_again(visit.elector)
        self.played.send(booth, visit)
        self.played.vote(booth, visit)

    def takes_too_long(self, visit: Visit, booth: int) -> None:
        """Touches the screen now and then until the limit is over; the others vote meanwhile."""
        self._wait_for_the_slow()
        self.reception.identify(visit)
        self.played.send(booth, visit)
        self.played.set_up(booth, visit)
        self._slow = booth, visit

    def falls_silent(self, visit: Visit, booth: int) -> None:
        """Does not touch anything any more; the others vote meanwhile."""
        self.takes_too_long(visit, booth)

    def leaves(self, visit: Visit, booth: int) -> None:
        """Goes away from the ballot, and does not come back."""
        self.reception.identify(visit)
        self.played.send(booth, visit)
        self.reception.attend(booth, "booth-in-use")
        self.reception.end_without_vote("left")
        self.played.voters[booth].step("ended", "waiting")
        self.played.voters[booth].look("ended")

    def meets_a_jam(self, visit: Visit, booth: int) -> None:
        """The paper jams in the middle of the ballot: it is void, and the choices are printed once more."""
        voter, printer = self.played.voters[booth], self.played.station.printers[booth - 1]
        self.reception.identify(visit)
        self.played.send(booth, visit)
        self.played.choose(booth, visit)
        printer.plan(Mishap.JAM, after=1, rows=JAM_ROWS)
        voter.print()
        voter.step("void")
        self._see_printer("jammed")
        printer.mend()
        voter.press("again")
        voter.step("review")
        self.played.finish(booth, visit)

    def meets_an_empty_printer(self, visit: Visit, booth: int) -> None:
        """Nobody is sent to a booth without paper, not even from a page that is older; a new roll, and it goes on."""
        printer = self.played.station.printers[booth - 1]
        self.reception.identify(visit)
        printer.run_out()
        self._see_printer("out-of-paper")
        self.reception.activate(booth)
        self.table.page.wait_for_selector("main .notice")
        self.table.look("not-without-paper")
        printer.mend()
        self.table.page.wait_for_selector("#booths .booth .printer", state="detached")
        self.table.go("/people")
        self.played.send(booth, visit)
        self.played.vote(booth, visit)

    def meets_a_broken_machine(self, visit: Visit, booth: int) -> None:
        """The machine dies with a paper on the table: a spare goes on with its memory, and the paper is void."""
        played = self.played
        self.reception.identify(visit)
        played.send(booth, visit)
        played.set_up(booth, visit)
        played.choose(booth, visit)
        played.voters[booth].print()
        played.times.collect(played.voters[booth].page)
        played.station.break_booth(booth)
        self.table.page.wait_for_selector("#booths .is-lost")
        self.reception.attend(booth, "booth-lost")
        played.station.replace_booth(booth)
        voter = played.voters[booth] = played.enter_booth(booth)
        voter.step("void")
        voter.look("void-after-spare")
        voter.press("again")
        played.vote(booth, visit)

    def _free_booth(self) -> int:
        """The other one than before, unless somebody is slow there."""
        booths = [number for number in self.played.voters if self._slow is None or number != self._slow[0]]
        self._turn += 1
        return booths[self._turn % len(booths)]

    def _wait_for_the_slow(self) -> None:
        """One at a time is slow: on a quick machine the others have all voted before the limit is over."""
        while self._slow:
            self._watch_the_slow()
            time.sleep(0.5)

    def _watch_the_slow(self) -> None:
        """Whoever is asked "are you still there?" answers, or does not; and what follows when the time is over."""
        if self._slow is None:
            return
        booth, visit = self._slow
        voter = self.played.voters[booth]
        if voter.is_at("silent"):
            voter.look("silent")
            if visit.event == "takes_too_long":
                voter.press("here")
        if voter.is_at("expired"):
            voter.look("expired")
            self._slow = None
            self._go_on(booth, visit)

    def _go_on(self, booth: int, visit: Visit) -> None:
        """More time; or the end of this activation, and another one."""
        self.reception.attend(booth, "booth-expired")
        if visit.event == "takes_too_long":
            self.reception.give_time()
            self.played.voters[booth].step("contest")
        else:
            self.reception.end_without_vote("expired")
            self.reception.let_in_again(visit.elector)
            self.played.send(booth, visit)
        self.played.choose(booth, visit)
        self.played.finish(booth, visit)

    def _see_printer(self, name: str) -> None:
        """The poll book says what is wrong with the printer."""
        self.table.page.wait_for_selector("#booths .booth.needs .printer")
        self.table.look(f"printer-{name}")

    def _pause(self) -> None:
        self.table.go("/day")
        self.table.say_why()
        self.table.look("pause")
        self.table.press("#pause")
        self.table.page.wait_for_selector("#resume")
        self.table.look("paused")
        self.table.press("#resume")

    def _note(self) -> None:
        self.table.go("/incidents")
        self.table.page.check('input[value="printer_failed"]')
        self.table.page.fill("#happened", "The printer of booth 1 was slow.")
        self.table.page.fill("#done", "Its roll was changed.")
        self.table.look("incident")
        self.table.press('form[action="/incidents"] button.primary')
        self.table.look("incident-noted")
