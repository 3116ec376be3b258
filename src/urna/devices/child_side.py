"""What runs in a child process: questions from standard input, answers to standard output, within hard limits.

A native library that reads strangers' bytes, or that is known to exit, runs in such a child (`urna.devices.child`
is the parent's side). Questions and answers are frames: four bytes of length, big-endian, and so many bytes; the
first byte of an answer is its `Status`. Only the standard library is imported here, so that a child starts fast.
"""

import os
import resource
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

Answer = Callable[[bytes], bytes]

LENGTH = struct.Struct(">I")
MAX_QUESTION_BYTES = 32 * 1024 * 1024
_CHUNK = 1 << 16


class Status(IntEnum):
    """The first byte of an answer."""

    ANSWERED = 0
    REFUSED = 1
    """The library said no, or raised."""
    MISSING = 2
    """The library is not installed."""
    DIED = 3
    """The process that was forked for this question crashed, exited or went over its limits."""


class Limits(NamedTuple):
    """What the child may use: bytes of address space, and seconds of processor for one question."""

    memory_bytes: int
    cpu_seconds: int


class Refused(Exception):
    """Raised by an `Answer`: the library cannot do this one."""


def serve(answer: Answer, limits: Limits, *, anew: bool) -> None:
    """Answers until standard input ends.

    1. Take standard output for the answers; whatever the library prints goes nowhere.
    2. Limit the process: no core file (it would hold a finger), no file written, so much memory.
    3. Read a question, answer it, write the answer.

    Args:
        answer: from a question to an answer; may raise `Refused`, or anything.
        limits: see there.
        anew: each question is answered by a process forked for it, so that nothing a hostile file leaves behind
            reaches the next one.
    """
    answers = _take_output()
    _limit(limits)
    act = _forked if anew else _kept
    while (question := _read_frame()) is not None:
        reply = act(answer, question, limits)
        _write(answers, LENGTH.pack(len(reply)) + reply)


def _take_output() -> int:
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return answers


def _limit(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):
        resource.setrlimit(kind, (most, most))


def _limit_processor(seconds: int) -> None:
    """So many seconds more than were used; the system ends the process that goes over them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _kept(answer: Answer, question: bytes, limits: Limits) -> bytes:
    _limit_processor(limits.cpu_seconds)
    try:
        return bytes([Status.ANSWERED]) + answer(question)
    except ImportError:
        return bytes([Status.MISSING])
    except Exception:  # a native library's binding may raise anything at all
        return bytes([Status.REFUSED])


def _forked(answer: Answer, question: bytes, limits: Limits) -> bytes:
    """The answer of a process of its own; this one only waits for it.

    The forked process keeps its own end of one pipe: neither the next questions nor the answers of others.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(0)
            os.closerange(3, writing)
            _write(writing, _kept(answer, question, limits))
        finally:
            os._exit(0)
    os.close(writing)
    parts = []
    while part := os.read(reading, _CHUNK):
        parts.append(part)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    whole = b"".join(parts)
    return whole if status == 0 and whole else bytes([Status.DIED])


def _read_frame() -> bytes | None:
    head = _read(LENGTH.size)
    if head is None:
        return None
    length = LENGTH.unpack(head)[0]
    return _read(length) if length <= MAX_QUESTION_BYTES else None


def _read(size: int) -> bytes | None:
    """So many bytes, or None at the end."""
    parts = []
    while size:
        part = os.read(0, min(size, _CHUNK))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write(place: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(place, view) :]
