"""Kills an act before each of its touches of the disk, as a power cut would."""

import os
import signal
import sys
from collections.abc import Callable

FILE_EVENTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"})
"""What changes a disk, as Python reports it to an audit hook (PEP 578)."""


def killed_at(instant: int, act: Callable[[], object]) -> bool:
    """Runs the act in a process that is killed before it touches the disk for the time `instant`; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            sys.addaudithook(_Killer(instant))
            act()
            os._exit(0)
        finally:  # an error must not go on with the tests in two processes
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


class _Killer:
    """Counts touches of the disk down, and kills its own process."""

    def __init__(self, instant: int) -> None:
        self._left = instant

    def __call__(self, event: str, _arguments: object) -> None:
        if event in FILE_EVENTS:
            self._left -= 1
            if self._left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
