"""The booth's process as its poll book may use it: the machine from sealed to released, with one lock for the booth.

    sealed ──test_readiness, zero──→ zeroed ──votes──→ zeroed ──release──→ released

The voter's screen and the channel take turns by `in_hand`. A `condition` never waits for it: a printer may take half a
minute over a slip. What takes long (the known deck, zeroing, reports) only begins in the call and runs in the
background; while it runs the screen's and the channel's other acts are refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment
from urna.errors import OutOfOrder, UrnaError
from urna.station.activation import BoothSlot, Free
from urna.station.booth import Booth
from urna.station.link import PRESENCE, Condition, Presence, Stage, Trouble, Work
from urna.station.link_messages import trouble_of
from urna.words import Sentence

LOCK_SECONDS = 1.0
"""How long the channel waits for the screen: less than the poll book waits for an answer."""


class TimedLock(Protocol):
    """A lock of `threading`."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Whether it is held now."""
        ...

    def release(self) -> None:
        """Gives it back."""
        ...


class Hardware(Protocol):
    """A booth's machine with its printer, as a command line puts it together (`cli/booth_hardware`)."""

    @property
    def stage(self) -> Stage:
        """How far its element has come."""
        ...

    def test_readiness(self) -> None:
        """Votes and counts the known decks on a booth in memory; `UrnaError` when something is wrong."""
        ...

    def zero(self, now: Moment) -> None:
        """Fills the box, and makes the signed zero report durable; after a power cut, once more."""
        ...

    def zero_document(self) -> bytes:
        """The signed zero report."""
        ...

    def print_zero_report(self) -> None:
        """One copy."""
        ...

    def start(self) -> Booth:
        """The booth, recovered from its medium."""
        ...

    def release(self) -> None:
        """Lets go of the medium."""
        ...

    def printer(self) -> str:
        """The printer's state in a word, at once and without asking the printer."""
        ...

    def health(self) -> tuple[str, ...]:
        """What is wrong with the machine, in words, at once."""
        ...


class MachineDesk:
    """A `BoothDesk` over a machine. Making one starts the booth, if its box is whole.

    Args:
        hardware: the machine.
        lock: of this booth, a `threading.Lock`.
        background: runs a work beside everything else.
        restart: called when the booth stopped in the middle of writing; the process should end and be started again.
        stop: called when the poll book ends the day.
    """

    def __init__(
        self,
        hardware: Hardware,
        *,
        lock: TimedLock,
        background: Callable[[Callable[[], None]], None],
        restart: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._hardware, self._lock, self._background = hardware, lock, background
        self._restart, self._stop = restart, stop
        self._work = Work.NONE
        self._trouble: Trouble | None = None
        self._tested = False
        self._copies = 0
        self._stage = hardware.stage
        self._booth = hardware.start() if self._stage is Stage.ZEROED else None

    @contextmanager
    def in_hand(self, seconds: float = LOCK_SECONDS) -> Iterator[Booth]:
        """The booth, for one act; nobody else acts meanwhile.

        Raises:
            OutOfOrder: somebody else acts for longer than that, or the booth takes no votes.
        """
        with self._holding(seconds):
            if self._booth is None:
                raise self._not_now(Sentence("a booth that takes votes"))
            try:
                yield self._booth
            finally:
                if self._booth is not None and self._booth.is_stopped:
                    self._restart()

    def condition(self) -> Condition:
        """The booth at this moment, without waiting for anybody."""
        booth = self._booth
        return Condition(
            stage=self._stage,
            presence=_presence(booth),
            slot=_slot(booth),
            printer=self._hardware.printer(),
            health=self._hardware.health(),
            work=self._work,
            readiness_tested=self._tested,
            zero_reports=self._copies,
            trouble=self._trouble,
        )

    def challenge(self) -> bytes:
        """A fresh challenge."""
        with self.in_hand() as booth:
            return booth.challenge()

    def activate(self, style: Code, answer: bytes) -> None:
        """One voter of this style may begin, if the answer is right."""
        with self.in_hand() as booth:
            booth.activate(style, answer)

    def acknowledge(self) -> None:
        """The ending is recorded."""
        with self.in_hand() as booth:
            booth.acknowledge()

    def end(self, ending: Ending) -> None:
        """A poll worker ends the activation."""
        with self.in_hand() as booth:
            booth.end(ending)

    def resume(self) -> None:
        """A poll worker gives more time."""
        with self.in_hand() as booth:
            booth.resume()

    def test_readiness(self) -> None:
        """Begins the known decks."""
        self._begin(Work.TESTING, Stage.SEALED, self._test)

    def zero(self, now: Moment) -> None:
        """Begins zeroing."""
        self._begin(Work.ZEROING, Stage.SEALED, lambda: self._zero(now))

    def zero_document(self) -> bytes:
        """The signed zero report.

        Raises:
            OutOfOrder: not zeroed yet.
        """
        if self._stage is Stage.SEALED:
            raise self._not_now(Sentence("a booth that was zeroed"))
        return self._hardware.zero_document()

    def print_zero_report(self, copies: int) -> None:
        """Begins to print."""
        self._begin(Work.PRINTING, Stage.ZEROED, lambda: self._print(copies))

    def release(self) -> None:
        """Lets go of the medium; doing it twice is harmless.

        Raises:
            OutOfOrder: a voter is at the booth, or it was not zeroed.
        """
        with self._holding(LOCK_SECONDS):
            if self._stage is Stage.SEALED:
                raise self._not_now(Sentence("a booth that was zeroed"))
            if self._booth is not None:
                self._booth.check_idle()
            self._booth = None
            self._stage = Stage.RELEASED
            self._hardware.release()

    def stop(self) -> None:
        """The process ends."""
        self._stop()

    def _test(self) -> None:
        self._tested = False
        self._hardware.test_readiness()
        self._tested = True

    def _zero(self, now: Moment) -> None:
        self._hardware.zero(now)
        self._booth = self._hardware.start()
        self._stage = Stage.ZEROED

    def _print(self, copies: int) -> None:
        for _ in range(copies):
            self._hardware.print_zero_report()
            self._copies += 1

    def _begin(self, work: Work, stage: Stage, act: Callable[[], None]) -> None:
        """Starts a work; the voter's booth is not locked for it, because no voter is there by then."""
        with self._holding(LOCK_SECONDS):
            if self._stage is not stage:
                raise self._not_now(Sentence("a booth that is {stage}", {"stage": stage}))
            if self._booth is not None:
                self._booth.check_idle()
            self._work, self._trouble = work, None
        self._background(lambda: self._run(act))

    def _run(self, act: Callable[[], None]) -> None:
        try:
            act()
        except UrnaError as error:
            self._trouble = trouble_of(error)
        except BaseException:
            self._restart()
            raise
        finally:
            self._work = Work.NONE

    @contextmanager
    def _holding(self, seconds: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=seconds):
            raise self._not_now(Sentence("a booth at rest"))
        try:
            if self._work is not Work.NONE:
                raise self._not_now(Sentence("a booth at rest"))
            yield
        finally:
            self._lock.release()

    def _not_now(self, expected: Sentence) -> OutOfOrder:
        return OutOfOrder(
            expected,
            Sentence("one that is {stage}, work: {work}", {"stage": self._stage, "work": self._work}),
            Sentence("Wait a moment and look at the booth's screen."),
        )


def _presence(booth: Booth | None) -> Presence:
    if booth is None:
        return Presence.WAITING
    return PRESENCE[booth.state]


def _slot(booth: Booth | None) -> BoothSlot:
    return Free() if booth is None else booth.slot
