"""The other end of `libfprint_child`: starts it, speaks its frames, and trusts none of them.

Native drivers run in the child. Whatever comes from there is measured before it is kept: each kind of frame has
its longest body, each wait an end. A child that breaks the rules, hangs or dies is killed, and the next use
starts another.
"""

import os
import select
import subprocess
import time
from pathlib import Path
from typing import IO, NamedTuple

from urna.devices.finger_files import MAX_SOURCE_SIDE
from urna.devices.libfprint_child import HEAD, HELLO, IMAGE_HEAD, RETRY, TIMED_OUT
from urna.devices.reader import ReaderFailed
from urna.words import Sentence

DEBIAN_PYTHON = Path("/usr/bin/python3")
"""The Python that Debian's python3-gi is made for."""

PROGRAM = Path(__file__).with_name("libfprint_child.py")

_LONGEST = {
    b"H": len(HELLO),
    b"D": 65_536,
    b"O": 4096,
    b"W": 0,
    b"I": IMAGE_HEAD.size + MAX_SOURCE_SIDE * MAX_SOURCE_SIDE,
    b"R": RETRY.size,
    b"T": TIMED_OUT.size,
    b"C": 0,
    b"E": 256,
}
"""The kinds of frames that may come, and the longest body of each, bytes."""

_START_SECONDS = 20.0
_END_SECONDS = 2.0


class Frame(NamedTuple):
    """What the child said: a kind of `libfprint_child`, and its body."""

    kind: bytes
    body: bytes

    def __repr__(self) -> str:
        """The size only: the body may be a finger."""
        return f"Frame({self.kind!r}, {len(self.body)} bytes)"


class ChildProcess:
    """A running child.

    Args:
        virtual: the socket of libfprint's virtual image device, for tests; empty: the child gets none and
            sees real readers only.
        python: the interpreter that has PyGObject.
        program: the child; another one in tests.

    Raises:
        ReaderFailed: it does not start.
    """

    def __init__(self, virtual: str = "", python: Path = DEBIAN_PYTHON, program: Path = PROGRAM) -> None:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | (
            {"FP_VIRTUAL_IMAGE": virtual} if virtual else {}
        )
        try:
            self._process = subprocess.Popen(  # noqa: S603 - fixed paths, no shell
                [str(python), "-I", str(program)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                bufsize=0,
            )
        except OSError as error:
            raise no_library() from error
        hello = self.receive(_START_SECONDS)
        if hello.kind == b"E":
            self.kill()
            raise no_library()
        if hello != (b"H", HELLO):
            self.kill()
            raise broken()

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """Writes one frame.

        Raises:
            ReaderFailed: the child is gone.
        """
        try:
            os.write(_number_of(self._process.stdin), HEAD.pack(kind, len(body)) + body)
        except OSError as error:
            self.kill()
            raise broken() from error

    def receive(self, seconds: float) -> Frame:
        """The next frame; a child that sends none in time, or one that breaks the rules, is killed.

        Raises:
            ReaderFailed: it was killed, or is gone.
        """
        end = time.monotonic() + seconds
        kind, length = HEAD.unpack(self._read(HEAD.size, end))
        if length > _LONGEST.get(kind, -1):
            self.kill()
            raise broken()
        return Frame(kind, self._read(length, end))

    def _read(self, count: int, end: float) -> bytes:
        pipe = _number_of(self._process.stdout)
        waiting = select.poll()  # select refuses the numbers from 1024 on of a process that has many files open
        waiting.register(pipe, select.POLLIN)
        parts: list[bytes] = []
        while count:
            ready = waiting.poll(1000 * max(0.0, end - time.monotonic()))
            part = os.read(pipe, min(count, 1 << 20)) if ready else b""
            if not part:
                self.kill()
                raise broken()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    @property
    def is_running(self) -> bool:
        """Whether it can be spoken to."""
        return self._process.poll() is None

    def end(self) -> None:
        """Asks it to close its device and end; kills it if it takes long."""
        try:
            self.send(b"q")
            while self.receive(_END_SECONDS).kind != b"C":
                pass
            self._process.wait(_END_SECONDS)
        except (ReaderFailed, subprocess.TimeoutExpired):
            pass
        self.kill()

    def kill(self) -> None:
        """Ends it at once; twice does no harm."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _number_of(pipe: IO[bytes] | None) -> int:
    return pipe.fileno() if pipe is not None and not pipe.closed else -1


def no_library() -> ReaderFailed:
    """Debian's Python or its libfprint is not there."""
    return ReaderFailed(
        Sentence("libfprint for Debian's Python"),
        Sentence("none"),
        Sentence("Install it: sudo apt-get install python3-gi gir1.2-fprint-2.0"),
    )


def broken() -> ReaderFailed:
    """The child hangs, has crashed, or says what it must not."""
    return ReaderFailed(
        Sentence("an answer from the reader's driver"),
        Sentence("a driver that crashed or hangs; it was stopped"),
        Sentence("Unplug the reader, plug it in again, and capture again."),
    )
