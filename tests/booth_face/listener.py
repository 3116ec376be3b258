"""A voter who hears and presses keys: what to press next is decided by what was heard, and by nothing else."""

import time
from collections.abc import Callable

from tests.booth_face.ears import Ears
from tests.booth_face.keypad import Keypad

NEXT, SELECT, AGAIN, SOUND, DARK = "1", "2", "3", "9", "0"
MOST_PRESSES = 150
"""No screen has so many things to say: who has pressed so often does not find it."""


class Lost(AssertionError):
    """The voter has gone round and not heard it."""


class Listener:
    """One voter with headphones and a keypad.

    Args:
        ears: what is heard.
        keypad: what is pressed.
        wait: lets so many seconds pass, in which the page goes on.
    """

    def __init__(self, ears: Ears, keypad: Keypad, wait: Callable[[float], None]) -> None:
        self._ears = ears
        self._keypad = keypad
        self._wait = wait
        self._known = len(ears.heard)
        self.all: list[str] = []
        """Everything that was heard."""

    @property
    def last(self) -> str:
        """What was heard last."""
        return self.all[-1] if self.all else ""

    def press(self, key: str) -> str:
        """Presses, and answers what is heard then; "" if nothing is."""
        self._keypad.press(key)
        return self._listen()

    def hear(self, *wanted: str, seconds: float = 60) -> str:
        """Waits, without a key, until the booth says one of these."""
        until = time.monotonic() + seconds
        while not any(each in self.last for each in wanted):
            if time.monotonic() > until:
                raise Lost(f"not heard: {wanted}; last: {self.last}")
            self._wait(0.05)
            self._listen()
        return self.last

    def find(self, *wanted: str) -> str:
        """Goes on until one of these is heard; turns pages where there are more."""
        for _ in range(MOST_PRESSES):
            heard = self.press(NEXT)
            if heard.startswith(wanted):
                return heard
            if heard.startswith("More"):
                self.press(SELECT)
        raise Lost(f"not found: {wanted}")

    def select(self, *wanted: str) -> str:
        """Goes to one of these and chooses it; what is heard then."""
        self.find(*wanted)
        return self.press(SELECT)

    def read_until(self, *wanted: str) -> list[str]:
        """Goes on until one of these is heard; all that was heard on the way."""
        before = len(self.all)
        self.find(*wanted)
        return self.all[before:]

    def _listen(self) -> str:
        """The new things; "" if there is nothing new."""
        new = self._ears.heard[self._known :]
        self._known += len(new)
        self.all += new
        return new[-1] if new else ""
