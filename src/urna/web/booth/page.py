"""The page that is shown: whose touch counts.

1. A touch carries the turn of the page that it was made on; an older page changes nothing (`web/kiosk/turns`).
2. A touch so soon after a page appeared was meant for the page before.
3. A finger that touches twice is told nothing: the first touch did what it was meant to do.
"""

from collections.abc import Callable

from urna.errors import OutOfOrder, UrnaError
from urna.web.kiosk.turns import Turns
from urna.words import Sentence

SETTLE_SECONDS = 0.25
"""A touch so soon after a page appeared was meant for the page before: a finger that touches twice."""


class ShownPage:
    """The page that is shown now.

    Args:
        clock: seconds that only go forward.
        settle_seconds: how long a new page ignores touches.
    """

    def __init__(self, clock: Callable[[], float], settle_seconds: float) -> None:
        self._clock = clock
        self._settle_seconds = settle_seconds
        self._turns = Turns()
        self._turn_before = ""
        self._appeared = clock() - settle_seconds
        self.start = ""
        """What was touched last, where a listener goes on reading; empty on a new page."""
        self.came_by_itself = False
        """No touch led to it."""

    @property
    def turn(self) -> str:
        """What its forms carry."""
        return self._turns.current

    def take(self, turn: str) -> bool:
        """Whether a touch counts: it is of this page, and this page was there long enough to be read.

        Raises:
            OutOfOrder: it is of an older page, and not of the one just before.
        """
        before = self._turns.current
        if turn == before and self._clock() - self._appeared < self._settle_seconds:
            return False
        try:
            self._turns.take(turn)
        except OutOfOrder:
            if turn == self._turn_before:
                return False
            self.start = ""
            raise
        self._turn_before, self.came_by_itself = before, False
        return True

    def appear(self) -> None:
        """A touch led to another page, which is to be read first."""
        self.start = ""
        self._appeared = self._clock()

    def renew(self) -> None:
        """Another page is shown, though nothing was touched."""
        self._turn_before = self._turns.current
        self._turns.renew()
        self.came_by_itself = True
        self.appear()


def remedy(error: UrnaError) -> Sentence:
    """What to do next, as a sentence."""
    return error.remedy if isinstance(error.remedy, Sentence) else Sentence("{text}", {"text": error.remedy})
