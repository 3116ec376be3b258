"""A booth's medium that one process holds, and lets go of: no second process opens it meanwhile.

The kernel keeps the hold (a lock on the folder) and gives it back when the process dies, however it dies.
"""

import fcntl
import os
import time
from pathlib import Path

from urna.errors import OutOfOrder
from urna.storage.medium import DiskMedium
from urna.words import Sentence

HOLD_SECONDS = 5.0
"""How long to wait for a process that is about to let go."""


class HeldMedium(DiskMedium):
    """A directory as a medium, held from its making to `let_go`.

    Args:
        directory: it exists.
        seconds: how long to wait for another process.

    Raises:
        OutOfOrder: another process holds it for longer than that.
    """

    def __init__(self, directory: Path, seconds: float = HOLD_SECONDS) -> None:
        super().__init__(directory)
        self._hold = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        deadline = time.monotonic() + seconds
        while not self._is_held():
            if time.monotonic() > deadline:
                os.close(self._hold)
                raise _held(directory)
            time.sleep(0.02)

    def let_go(self) -> None:
        """Closes every file and gives the hold back; doing it twice is harmless."""
        self.close()
        if self._hold >= 0:
            os.close(self._hold)
            self._hold = -1

    def _is_held(self) -> bool:
        try:
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _held(directory: Path) -> OutOfOrder:
    return OutOfOrder(
        Sentence("a medium that no other process holds"),
        Sentence("one that is in use"),
        Sentence("End the process of this booth first: let the poll book release it, or stop urna station serve."),
        str(directory),
    )
