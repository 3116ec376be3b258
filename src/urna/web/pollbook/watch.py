"""The booths as they were seen last: asked beside the screen, so that no page waits for a cable."""

from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread

from urna.encoding.canonical import Moment
from urna.errors import Unproven, UrnaError
from urna.station.event_words import LogEvent
from urna.station.link import Condition
from urna.web.pollbook.ports import DeskBooth, Log

LOOK_SECONDS = 0.4
STOP_SECONDS = 2.0
"""How long the end waits for a booth that is just being asked."""


class BoothWatch:
    """Asks every booth how it is, again and again.

    Args:
        booths: by number.
        log: is told when one does not answer, and when it does again.
        now: the wall clock.
        after: is called after every round.
    """

    def __init__(
        self, booths: Mapping[int, DeskBooth], log: Log, now: Callable[[], Moment], after: Callable[[], None]
    ) -> None:
        self._booths, self._log, self._now, self._after = booths, log, now, after
        self._seen: dict[int, Condition | None] = dict.fromkeys(booths)
        self._lost: set[int] = set()
        self._strange: set[int] = set()
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None

    @property
    def seen(self) -> Mapping[int, Condition | None]:
        """Each booth's condition; None for one that does not answer."""
        return dict(self._seen)

    @property
    def strange(self) -> frozenset[int]:
        """Booths in whose place somebody answers who cannot prove to be that booth."""
        return frozenset(self._strange)

    def look(self) -> None:
        """Asks all of them once."""
        for number in self._booths:
            self.look_at(number)

    def look_at(self, number: int) -> None:
        """Asks one of them."""
        try:
            condition: Condition | None = self._booths[number].condition()
            self._strange.discard(number)
        except Unproven:
            condition = None
            self._strange.add(number)
        except UrnaError:
            condition = None
            self._strange.discard(number)
        self._seen[number] = condition
        self._report(number, condition is None)

    def start(self) -> None:
        """Goes on asking until `stop`."""
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends; whoever closes the booths' cables afterwards is not written down as having lost them."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self.look()
            self._after()

    def _report(self, number: int, is_lost: bool) -> None:
        with self._lock:
            if is_lost == (number in self._lost):
                return
            self._lost ^= {number}
        self._log.fault(LogEvent.BOOTH_LOST if is_lost else LogEvent.BOOTH_BACK, self._now(), booth=number)
