"""How a station's machine is, looked at again and again beside its screen; its event log has what begins and what ends.

A booth looks at itself and tells its poll book words. The poll book looks at itself; of a booth it writes what the
booth cannot: that somebody else answers in its place. What a voter asks for ("help_wanted") is no fault and in no log.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Lock, Thread

from urna.devices.health import ClockWatch, look_at_medium, look_at_power
from urna.election.definition import Definition
from urna.encoding.canonical import Moment
from urna.papers.printer import PrinterState
from urna.station.day import Day
from urna.station.event_entry import LogEntry
from urna.station.health import Condition, FaultLog, check, write_changes
from urna.station.health_facts import OWN, Clock, Facts
from urna.station.health_rules import Trouble

LOOK_SECONDS = 5.0

BOOTH_TELLS = frozenset(
    {
        Trouble.MEDIUM_MISSING,
        Trouble.MEDIUM_READ_ONLY,
        Trouble.MEDIUM_DAMAGED,
        Trouble.DISK_FULL,
        Trouble.DISK_LOW,
        Trouble.CLOCK_MOVED,
        Trouble.ON_BATTERY,
        Trouble.BATTERY_LOW,
    }
)
"""The printer has a word of its own in the condition; the day and its hours are the poll book's."""

PRINTER_TROUBLES = frozenset(each for each in Trouble if each.startswith("printer_"))

OTHERS_WRITE = PRINTER_TROUBLES | {Trouble.BOOTH_SILENT}
"""Not for the poll book's log: the booth writes of its printer, and `web/pollbook/watch` of a cable."""


class LogClock:
    """The machine's clock, held against one that only goes on and against the hours that its own log has.

    The latest hour counts, not the last entry's: what is written at an hour before the others would hide that it was.

    Args:
        entries: of the machine's log.
        watch: the clock.
    """

    def __init__(self, entries: Callable[[], Sequence[LogEntry]], watch: ClockWatch | None = None) -> None:
        self._entries, self._watch = entries, watch or ClockWatch()
        self._accepted = 0

    def look(self) -> Clock:
        """What the clock says now."""
        moments = [each.moment for each in self._entries()[self._accepted :]]
        return self._watch.look(max(moments, default=None))

    def accept(self) -> None:
        """The members compared the clock with others: it is right, whatever hours were written before."""
        self._watch.accept()
        self._accepted = len(self._entries())


class HealthLog:
    """Writes what begins and what is over into a machine's log.

    Args:
        log: the machine's own.
        now: the clock that people set.
    """

    def __init__(self, log: FaultLog, now: Callable[[], Moment]) -> None:
        self._log, self._now, self._lock = log, now, Lock()
        self._known: tuple[Condition, ...] = ()

    def write(self, found: Sequence[Condition]) -> None:
        """What is wrong now; from any thread."""
        with self._lock:
            self._known = write_changes(self._log, self._known, found, self._now())


class HealthWatch:
    """Looks at the poll book again and again, from a thread of its own.

    Args:
        log: where it is written.
        conditions: what is wrong now.
        seconds: between two looks.
    """

    def __init__(
        self, log: HealthLog, conditions: Callable[[], Sequence[Condition]], seconds: float = LOOK_SECONDS
    ) -> None:
        self._log, self._conditions, self._seconds = log, conditions, seconds
        self._stop = Event()
        self._thread = Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Goes on until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; when it returns nothing is written any more."""
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Once."""
        self._log.write([each for each in self._conditions() if each.trouble not in OTHERS_WRITE])

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            self.look()


class BoothHealth:
    """How a booth's machine is: written into its log, and told to its poll book.

    Args:
        log: the booth's; not written any more once `may_write` says so.
        number: the booth's.
        memory: the folder of its removable memory.
        definition: whose day it is.
        second_poll_book: whether one was refused just now.
        may_write: whether the memory is still this process's.
    """

    def __init__(
        self,
        log: HealthLog,
        number: int,
        memory: Path,
        definition: Definition,
        *,
        second_poll_book: Callable[[], bool],
        may_write: Callable[[], bool],
    ) -> None:
        self._log, self._number, self._memory, self._definition = log, number, memory, definition
        self._second, self._may_write = second_poll_book, may_write
        self._clock = ClockWatch()

    def __call__(self, printer: PrinterState) -> tuple[str, ...]:
        """What is wrong, in words of `Trouble`.

        Args:
            printer: how the printer is, which its own thread has just asked.
        """
        found = [each for each in self._check(printer) if each.trouble in BOOTH_TELLS | PRINTER_TROUBLES]
        if self._may_write():
            self._log.write(found)
        words = [str(each.trouble) for each in found if each.trouble in BOOTH_TELLS]
        return (*words, *([str(Trouble.SECOND_POLL_BOOK)] if self._second() else []))

    def _check(self, printer: PrinterState) -> tuple[Condition, ...]:
        return check(
            Facts(
                clock=self._clock.look(),
                day=Day.OPEN,  # the booth does not know it, and what hangs on it is left out
                opens_at=self._definition.opens_at,
                closes_at=self._definition.closes_at,
                media={OWN: look_at_medium(self._memory)},
                printers={self._number: printer},
                power=look_at_power(),
            )
        )
