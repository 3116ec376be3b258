"""The booth's machine behind its face: its state, the work beside the screen, and its restarts.

Everything that touches the booth does so under one lock, and what takes longer (printing, zeroing, the known deck) is
done by one thread of the workbench while the lock is free; until it is done nobody else touches the booth. When the
booth stopped in the middle of writing, a new one reads the medium and goes on: docs/booth.md.
"""

import logging
from collections.abc import Callable
from queue import SimpleQueue
from threading import Condition as Settled
from threading import RLock, Thread
from typing import NamedTuple, TypeVar

import msgspec

from urna.errors import OutOfOrder, UrnaError
from urna.station.activation import BoothSlot
from urna.station.booth import Booth
from urna.station.booth_screens import Screen
from urna.station.link import PRESENCE, Condition, Presence, Stage, Trouble, Work
from urna.station.link_messages import trouble_of
from urna.web.booth.machine import Machine
from urna.words import Sentence

LOG = logging.getLogger("urna.booth")
"""Kinds of failures and nothing else: no message, no value of a variable."""

T = TypeVar("T")
Clock = Callable[[], float]

QUICK_SECONDS = 5.0
"""To wait at most for work that takes a moment: a ballot that is being encrypted."""

RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Between attempts to start a booth that stopped."""


class Job(NamedTuple):
    """Work beside the screen."""

    do: Callable[[], None]
    work: Work = Work.NONE
    is_quick: bool = False


class Workbench:
    """A booth's machine, and what is being done with it.

    Args:
        machine: the booth's.
        clock: seconds that only go forward.
    """

    def __init__(self, machine: Machine, clock: Clock) -> None:
        self.lock = RLock()
        self.clock = clock
        self._machine = machine
        self._settled = Settled(self.lock)
        self._jobs: list[Job] = []
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._booth: Booth | None = None
        self._retries = 0
        self._retry_at = 0.0
        self._seen: tuple[str, tuple[str, ...]] = ("ready", ())
        self._seen_at = clock()
        self._condition = Condition(stage=machine.stage(), presence=Presence.WAITING)
        self._thread = Thread(target=self._work, name="booth-work", daemon=True)

    def condition(self) -> Condition:
        """The booth at this moment; waits for nothing."""
        return self._condition

    def open(self) -> None:
        """Starts the booth, if its box is there, and the thread for long work."""
        self._thread.start()
        if self._condition.stage is Stage.ZEROED:
            self._restart()

    def act(self, do: Callable[[Booth], T]) -> T:
        """Does something with the booth and returns what it returned.

        Raises:
            UrnaError: what the booth refuses; or it works, stands still, or is not there.
        """
        with self.lock:
            self._settled.wait_for(lambda: not any(job.is_quick for job in self._jobs), QUICK_SECONDS)
            if self._jobs:
                raise _works()
            booth = self._running()
            try:
                return do(booth)
            except UrnaError:
                raise
            except Exception as error:
                _log(error)
                raise _stopped() from None
            finally:
                self._look_after(booth)

    def renew(self) -> None:
        """Something changed that the screen shows."""

    def show(self, screen: Screen) -> None:
        """Puts the booth's screen before the voter."""

    def started(self) -> None:
        """The booth goes on from its medium, and has shown its screen."""

    def tick(self) -> None:
        """A few times a second: looks at printer and health, and starts a booth that stopped."""
        self._look_at_machine()
        with self.lock:
            stopped = self._condition.stage is Stage.ZEROED and self._booth is None
            if stopped and not self._jobs and self.clock() >= self._retry_at:
                self._begin(Job(self._restart))

    @property
    def is_stopped(self) -> bool:
        """Whether the booth stands still until it is started anew."""
        return self._condition.stage is Stage.ZEROED and self._booth is None

    def _begin(self, job: Job) -> None:
        """Gives work to the thread: after quick work that it has, and quick work after any."""
        if not job.is_quick and not all(each.is_quick for each in self._jobs):
            raise _works()
        self._jobs.append(job)
        if job.work is not Work.NONE:
            self._tell(work=job.work, trouble=None)
            self.renew()
        self._queue.put(job)

    def _work(self) -> None:
        """The thread: one job after another."""
        while True:
            self._carry_out(self._queue.get())

    def _carry_out(self, job: Job) -> None:
        trouble: Trouble | None = None
        with self.lock:
            pass  # the act that gave the work may not be over: it uses the booth until it lets go of the lock
        try:
            job.do()
        except UrnaError as error:
            trouble = trouble_of(error) if job.work is not Work.NONE else None
        except Exception as error:
            _log(error)
            trouble = trouble_of(_stopped())
        with self.lock:
            self._jobs.remove(job)
            if job.work is not Work.NONE:
                self._tell(work=Work.NONE, trouble=trouble)
                self.renew()
            if self._booth is not None:
                self._look_after(self._booth)
            self._settled.notify_all()

    def _restart(self) -> None:
        """A booth from its medium; if it cannot start, the next attempt comes later."""
        wait = RETRY_SECONDS[min(self._retries, len(RETRY_SECONDS) - 1)]
        self._retries, self._retry_at = self._retries + 1, self.clock() + wait
        try:
            booth = self._machine.start(self.show)
        except UrnaError as error:
            self._tell(presence=Presence.STOPPED, trouble=trouble_of(error))
        except Exception as error:
            _log(error)
            self._tell(presence=Presence.STOPPED, trouble=trouble_of(_stopped()))
        else:
            self._retries = 0
            with self.lock:
                self._booth = booth
                self._look_after(booth)
                self.started()
        self.renew()

    def _running(self) -> Booth:
        if self._booth is None:
            raise _stopped() if self._condition.stage is Stage.ZEROED else _not_open()
        return self._booth

    def _look_after(self, booth: Booth) -> None:
        """The condition after an act; a booth that stopped is let go."""
        with self.lock:
            if booth.is_stopped:
                self._booth = None
                self._tell(presence=Presence.STOPPED)
                self.renew()
            else:
                self._tell(presence=PRESENCE[booth.state], slot=booth.slot)

    def _look_at_machine(self) -> None:
        """Printer and health, once a second, with no lock held: hardware may be slow to answer."""
        if self.clock() - self._seen_at >= 1 and not self._jobs:
            self._seen_at = self.clock()
            self._seen = (self._machine.printer_word(), self._machine.health())
            self._tell()

    def _words(self) -> tuple[str, ...]:
        """What stands in the condition beside the machine's own health."""
        return ()

    def _tell(
        self,
        *,
        stage: Stage | None = None,
        presence: Presence | None = None,
        slot: BoothSlot | None = None,
        **changes: object,
    ) -> None:
        """Puts a new condition in the place of the old one."""
        with self.lock:
            now = self._condition
            printer, health = self._seen
            self._condition = msgspec.structs.replace(
                now,
                stage=stage or now.stage,
                presence=presence or now.presence,
                slot=now.slot if slot is None else slot,
                printer=printer,
                health=(*health, *self._words()),
                **changes,
            )


def _log(error: Exception) -> None:
    """The kind of an error and the line that raised it; its message might hold what somebody chose."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}"
    LOG.error("%s in %s", type(error).__name__, where)


def _works() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a booth with nothing else to do"), Sentence("one that prints or works"), Sentence("Wait a moment.")
    )


def _stopped() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a booth that runs"),
        Sentence("one that stopped in the middle of writing"),
        Sentence("Wait until it has started again; it goes on from what is durable."),
    )


def _not_open() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a booth that takes votes"), Sentence("one that does not"), Sentence("Zero it, or use another booth.")
    )
