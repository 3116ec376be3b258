"""Child processes that shield this one from native libraries: a crash, an exit, a hang there is an error here.

    children = Children("urna.devices.wsq_child", seconds=20)
    answer = children.ask(question).answer()

A child is started at the first question and kept; as many run as there are questions at the same time. One that
dies or is late is killed with all it started, and the next question starts another. The child's side is
`urna.devices.child_side`.
"""

import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections import deque
from typing import NoReturn

from urna.devices.child_side import LENGTH, Status

MAX_ANSWER_BYTES = 32 * 1024 * 1024
_CHUNK = 1 << 16
_KEPT_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")


class ChildDied(Exception):
    """The child crashed, exited, was late or spoke nonsense. Says nothing about the question."""


class Children:
    """Processes of one program.

    Args:
        program: a module that calls `child_side.serve`.
        seconds: how long one answer may take.

    May be used by several threads, sent to another process, and shared over a fork: each process has its own.
    """

    def __init__(self, program: str, seconds: float) -> None:
        self.program = program
        self.seconds = seconds
        self._idle: deque[Child] = deque()

    def ask(self, question: bytes) -> "Pending":
        """Hands a question over; the answer is worked out while the caller goes on.

        Raises:
            ChildDied: it did not take the question.
        """
        child = self._take()
        child.ask(question)
        return Pending(self, child)

    def give_back(self, child: "Child") -> None:
        """The child is free for the next question."""
        self._idle.append(child)

    def _take(self) -> "Child":
        while self._idle:
            try:
                child = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if child.is_usable():
                return child
        return Child(self.program, self.seconds)

    def __getstate__(self) -> dict[str, object]:
        """The settings without the processes."""
        return {"program": self.program, "seconds": self.seconds, "_idle": deque()}


class Pending:
    """A question that a child is working on."""

    def __init__(self, home: Children, child: "Child") -> None:
        self._home = home
        self._child = child

    def answer(self) -> tuple[Status, bytes]:
        """Waits for the answer; to be called once.

        Raises:
            ChildDied: there is none.
        """
        reply = self._child.answer()
        self._home.give_back(self._child)
        return reply


class Child:
    """One process, for one thread at a time; killed when nobody holds it any more."""

    def __init__(self, program: str, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = 0.0
        self._owner = os.getpid()
        self._process = _start(program)
        self._to, self._from = _pipes(self._process)
        self._end = weakref.finalize(self, _kill, self._process, self._owner)

    def is_usable(self) -> bool:
        """Alive, and this process's own."""
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, question: bytes) -> None:
        """Writes the question.

        Raises:
            ChildDied: the child is gone or does not read.
        """
        self._deadline = time.monotonic() + self._seconds
        view = memoryview(LENGTH.pack(len(question)) + question)
        while view:
            self._wait(self._to, select.POLLOUT)
            try:
                view = view[os.write(self._to, view[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError:
                self._died()

    def answer(self) -> tuple[Status, bytes]:
        """Reads the answer.

        Raises:
            ChildDied: the child is gone, late, or its answer has no sense.
        """
        length = LENGTH.unpack(self._read(LENGTH.size))[0]
        if not 1 <= length <= MAX_ANSWER_BYTES:
            self._died()
        reply = self._read(length)
        if reply[0] not in set(Status):
            self._died()
        return Status(reply[0]), reply[1:]

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            self._wait(self._from, select.POLLIN)
            part = os.read(self._from, min(size, _CHUNK))
            if not part:
                self._died()
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self, place: int, event: int) -> None:
        waiting = select.poll()
        waiting.register(place, event)
        if not waiting.poll(max(0.0, self._deadline - time.monotonic()) * 1000.0):
            self._died()

    def _died(self) -> NoReturn:
        self._end()
        raise ChildDied


def _start(program: str) -> subprocess.Popen[bytes]:
    """A session of its own, so that it can be killed with what it forked; one thread a library, few variables."""
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={**variables, "OMP_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"},
        start_new_session=True,
    )


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    if process.stdin is None or process.stdout is None:
        raise ChildDied
    os.set_blocking(process.stdin.fileno(), False)
    return process.stdin.fileno(), process.stdout.fileno()


def _kill(process: subprocess.Popen[bytes], owner: int) -> None:
    """Ends the child and all it forked; a forked copy of its owner leaves it alone."""
    if os.getpid() != owner:
        return
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
