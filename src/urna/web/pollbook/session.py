"""Who is signed in at the poll book: a role, never a name; and for how long without a touch."""

from collections.abc import Callable

from urna.web.pollbook.access import Worker

IDLE_SECONDS = 300.0
"""Without a touch for so long, the screen locks."""

Ticks = Callable[[], float]
"""Seconds that only go forward, as `time.monotonic` counts them."""


class Session:
    """One screen, one person at a time.

    Args:
        ticks: for the idle lock; the wall clock may be set back.
    """

    def __init__(self, ticks: Ticks) -> None:
        self._ticks = ticks
        self._worker: Worker | None = None
        self._touched = 0.0

    @property
    def worker(self) -> Worker | None:
        """Who is signed in; None once the screen was left alone."""
        if self._worker is not None and self._ticks() - self._touched >= IDLE_SECONDS:
            self.end()
        return self._worker

    def begin(self, worker: Worker) -> None:
        """Somebody signed in."""
        self._worker = worker
        self.touch()

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = self._ticks()

    def end(self) -> None:
        """Signed out, or locked."""
        self._worker = None
