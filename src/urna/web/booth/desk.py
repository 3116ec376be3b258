"""The booth's desk: what the poll book asks of it over the activation channel (`station/link.BoothDesk`).

poll book ── activation channel ──> Desk ──> Machine, Booth <── BoothFace ── voter
"""

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment
from urna.errors import OutOfOrder
from urna.station.booth import Booth
from urna.station.link import Stage, Work
from urna.web.booth.workbench import Job, Workbench
from urna.words import Sentence


class Desk(Workbench):
    """A booth's machine, as the port `BoothDesk` offers it to the poll book."""

    def challenge(self) -> bytes:
        """A fresh challenge."""
        return self.act(Booth.challenge)

    def activate(self, style: Code, answer: bytes) -> None:
        """Lets one voter begin."""
        self.act(lambda booth: booth.activate(style, answer))

    def acknowledge(self) -> None:
        """The ending is recorded."""
        self.act(Booth.acknowledge)

    def end(self, ending: Ending) -> None:
        """Ends the activation without a vote."""
        self.act(lambda booth: booth.end(ending))

    def resume(self) -> None:
        """Gives the voter more time."""
        self.act(Booth.resume)

    def test_readiness(self) -> None:
        """Begins the known deck."""
        with self.lock:
            self._check_stage(Stage.SEALED)
            self._begin(Job(self._test, Work.TESTING))

    def zero(self, now: Moment) -> None:
        """Begins zeroing."""
        with self.lock:
            self._check_stage(Stage.SEALED)
            self._begin(Job(lambda: self._zero(now), Work.ZEROING))

    def zero_document(self) -> bytes:
        """The signed zero report."""
        with self.lock:
            return self._machine.zero_document()

    def print_zero_report(self, copies: int) -> None:
        """Begins to print it; not while somebody votes, whose papers come from the same printer."""
        with self.lock:
            if self._condition.stage is Stage.ZEROED:
                self.act(Booth.check_idle)
            self._begin(Job(lambda: self._print_zero_report(copies), Work.PRINTING))

    def release(self) -> None:
        """Lets go of the medium."""
        with self.lock:
            self._check_stage(Stage.ZEROED)
            self.act(Booth.check_idle)
            self._booth = None
            self._machine.release()
            self._tell(stage=Stage.RELEASED)
            self.renew()

    def stop(self) -> None:
        """The process ends soon."""
        self._machine.stop()

    def _test(self) -> None:
        self._machine.test_readiness()
        self._tell(readiness_tested=True)

    def _zero(self, now: Moment) -> None:
        self._machine.zero(now)
        self._tell(stage=self._machine.stage())
        if self._condition.stage is Stage.ZEROED:
            self._restart()

    def _print_zero_report(self, copies: int) -> None:
        self._machine.print_zero_report(copies)
        self._tell(zero_reports=self._condition.zero_reports + copies)

    def _check_stage(self, stage: Stage) -> None:
        if self._condition.stage is not stage:
            raise OutOfOrder(
                Sentence("a booth that is {stage}", {"stage": stage}),
                Sentence("one that is {stage}", {"stage": self._condition.stage}),
                Sentence("Do the steps of the day in their order; docs/day.md shows them."),
            )
