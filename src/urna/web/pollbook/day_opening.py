"""The acts of opening and of the day: each asks the guide once more whether it is its turn.

What takes long runs beside the screen; a power cut anywhere leaves facts from which the guide goes on.
"""

from urna.errors import OutOfOrder, UrnaError
from urna.station.day import Day, DayEvent
from urna.station.day_facts import Facts, is_early, needs_reason_to_open
from urna.station.day_guide import check_now, opening
from urna.station.day_notes import DayReason, pause, resume, show_box
from urna.station.day_steps import StepName
from urna.station.event_words import LogEvent, Paper
from urna.station.link import WORK_WORDS, Stage, Work
from urna.station.sign_in import CardAndPin
from urna.web.pollbook.access import Worker
from urna.web.pollbook.day_desk import DayDesk
from urna.words import Sentence

ROUND_SECONDS = 0.1
LAY = Sentence("Lay a finger on the reader; nothing of it is kept.")
MOST_ROUNDS = 9000
"""A quarter of an hour: a test of a large station on a small machine takes minutes."""


class Opening:
    """From the sealed machine to the open station, with pauses.

    Args:
        table: the day.
    """

    def __init__(self, table: DayDesk) -> None:
        self._table, self._desk, self._ports = table, table.desk, table.ports

    def check_clock(self) -> None:
        """Somebody compared the clock; the package is looked at once more."""
        if self._table.package_block(anew=True) is None:
            self._desk.act(LogEvent.PACKAGE_CHECKED)
        check_now(opening(self._table.look()), StepName.PACKAGE)
        self._table.note(clock_checked=True)
        self._ports.accept_clock()

    def test_parts(self, *, has_reader: bool = True) -> None:
        """Reader and report printer; runs beside the screen. Without a reader a station opens, and the log says so."""
        self._check(StepName.PARTS)
        if has_reader:
            self._desk.work.hint = LAY
            self._ports.check_reader()
        else:
            self._desk.ports.log.fault(LogEvent.READER_FAILED, self._table.now)
        self._desk.ports.reports.print_report(self._ports.test_paper())
        with self._desk.lock:
            self._table.note(parts_checked=True)

    def test_readiness(self) -> None:
        """Every booth votes and counts its decks; runs beside the screen.

        1. Begin wherever it was not passed, and wait for all.
        2. Any that failed: the log says so, and the step stays.
        3. All passed: the day goes on, and the reports are printed.
        """
        facts = self._check(StepName.READINESS)
        untested = [booth.number for booth in facts.booths if booth.condition and not booth.condition.readiness_tested]
        for number in untested:
            self._ports.booths[number].test_readiness()
        seen = self._wait_for(Work.TESTING)
        with self._desk.lock:
            for booth in seen.booths:
                passed = booth.condition is not None and booth.condition.readiness_tested
                event = LogEvent.READINESS_PASSED if passed else LogEvent.READINESS_FAILED
                self._desk.act(event, booth=booth.number)
            _refuse_unless(all(each.condition and each.condition.readiness_tested for each in seen.booths))
            self._table.advance(DayEvent.TEST_READINESS)
        self.print_readiness()

    def print_readiness(self) -> None:
        """The readiness report of every booth; runs beside the screen."""
        for booth in self._table.look().booths:
            if booth.condition is not None:
                self._desk.ports.reports.print_report(self._ports.readiness_paper(booth.number, booth.condition))
                self._desk.act(LogEvent.PAPER_PRINTED, paper=Paper.READINESS_REPORT)
        with self._desk.lock:
            self._table.note(readiness_reports=self._table.notes().readiness_reports + 1)

    def zero(self) -> None:
        """Every booth that is not empty yet fills its box, and proves it; runs beside the screen."""
        facts = self._check(StepName.ZERO)
        for booth in facts.booths:
            if booth.condition is not None and booth.condition.stage is Stage.SEALED:
                self._ports.booths[booth.number].zero(self._table.now)
        self._wait_for(Work.ZEROING)
        self._check_zeros()
        self._desk.act(LogEvent.MACHINE_ZEROED)

    def print_zero(self, copies: int) -> None:
        """Every booth prints its zero report; more copies later, too. Runs beside the screen.

        1. Each report is the booth's own, and says zero.
        2. All are printed.
        3. The day goes on.
        """
        if self._table.day() is not Day.ZERO_REPORTED:
            self._check(StepName.ZERO_REPORT)
        self._check_zeros()
        before = self._printed()
        for booth in self._ports.booths.values():
            booth.print_zero_report(copies)
        self._wait_for(Work.PRINTING)
        after = self._printed()
        if any(after[number] - before[number] < copies for number in after):
            raise OutOfOrder(
                Sentence("{count} copies of each zero report", {"count": copies}),
                Sentence("fewer"),
                Sentence("Mend the printer that stopped, and print again; one copy more does no harm."),
            )
        with self._desk.lock:
            self._table.advance(DayEvent.PRINT_ZERO_REPORT)
            self._desk.act(LogEvent.PAPER_PRINTED, paper=Paper.ZERO_REPORT, copy=copies)

    def show_box(self, given: CardAndPin) -> None:
        """Who is signed in and a second member saw the box empty and sealed it; runs beside the screen."""
        self._check(StepName.BOX)
        second = self._table.check_member(given)
        with self._desk.lock:
            self._table.keep(show_box(self._table.notes(), str(self._desk.who()), str(second)))

    def open(self, reason: DayReason | None) -> None:
        """Opens; before or after its hour with a reason, and before it by the president alone.

        Raises:
            OutOfOrder: another step comes first, or a reason or the president is missing.
        """
        facts = self._check(StepName.OPEN)
        needs = needs_reason_to_open(facts)
        if needs and reason is None:
            raise OutOfOrder(
                Sentence("a reason, because it is not the hour of opening"),
                Sentence("none"),
                Sentence("Choose why the station opens early or late."),
            )
        if is_early(facts):
            self._check_president()
        self._check_zeros()
        # The hour first: after a power cut in between it is written once more.
        self._table.note(opened_at=facts.now, opening_reason=reason if needs else None)
        self._table.advance(DayEvent.OPEN)
        self._desk.act(LogEvent.OPENED)

    def pause(self, reason: DayReason) -> None:
        """Nobody is identified or activated; who is in a booth finishes."""
        self._desk.poll_book.advance(DayEvent.PAUSE)
        self._table.keep(pause(self._table.notes(), self._table.now, reason))
        self._desk.act(LogEvent.PAUSED)

    def resume(self) -> None:
        """Voting goes on."""
        self._desk.poll_book.advance(DayEvent.RESUME)
        self._table.keep(resume(self._table.notes(), self._table.now))
        self._desk.act(LogEvent.RESUMED)

    def _check(self, name: StepName) -> Facts:
        facts = self._table.look()
        check_now(opening(facts), name)
        return facts

    def _check_president(self) -> None:
        if self._desk.who() is not Worker.PRESIDENT:
            raise OutOfOrder(
                Sentence("the president, because it is before the hour"),
                Sentence("another role"),
                Sentence("Let the president sign in and open, or wait for the hour."),
            )

    def _check_zeros(self) -> None:
        for number, booth in sorted(self._ports.booths.items()):
            try:
                self._ports.check_zero(number, booth.zero_document())
            except UrnaError:
                self._desk.ports.log.fault(LogEvent.BOX_NOT_EMPTY, self._table.now, booth=number)
                raise

    def _printed(self) -> dict[int, int]:
        return {each.number: each.condition.zero_reports for each in self._table.look().booths if each.condition}

    def _wait_for(self, work: Work) -> Facts:
        """Until no booth is at it."""
        for _ in range(MOST_ROUNDS):
            facts = self._table.look()
            busy = sum(each.condition is not None and each.condition.work is work for each in facts.booths)
            if not busy:
                return facts
            self._desk.work.hint = Sentence("{count} booths are at work.", {"count": busy})
            self._ports.pause_seconds(ROUND_SECONDS)
        raise OutOfOrder(
            Sentence("a booth that is done"),
            Sentence("{work}", {"work": WORK_WORDS[work]}),
            Sentence("Look at the booth's screen; then begin the step again."),
        )


def _refuse_unless(passed: bool) -> None:
    if not passed:
        raise OutOfOrder(
            Sentence("every booth tested right"),
            Sentence("one that was not"),
            Sentence("Do not open with it. Read what this page says of the booth, and take a spare."),
        )
