"""espeak-ng as a child process: a text goes in through a pipe, a wave comes out through another, nothing else exists.

A spoken selection is the vote, so the child

1. gets the text on its standard input: not in its arguments, which every process can read, and not in a file;
2. may write no file: the kernel refuses the first byte (RLIMIT_FSIZE of 0), and writes no core file;
3. has no environment but for two names that keep it from a sound server: espeak-ng looks for one even when it
   writes to a pipe, and a sound server may stand on another machine;
4. is killed when it takes too long.

docs/adr/0124-espeak-ng.md
"""

import resource
import subprocess
from collections.abc import Sequence

MAX_SECONDS = 5.0

ENVIRONMENT = {"HOME": "/nonexistent", "PULSE_SERVER": "unix:/nonexistent"}


class NoVoice(Exception):
    """The child is missing, failed or was late. Says nothing about the text."""


def limits(cpu_seconds: int = 5, memory_bytes: int = 1_000_000_000) -> tuple[str, ...]:
    """Stand before a command: prlimit, since a function between fork and exec may deadlock where threads run."""
    # Not 0: to a core_pattern that is a program, the kernel would pipe the whole memory in spite of 0. It takes 1 as
    # "to no program", and 1 byte is too little for a file. core(5), fs/coredump.c. Whoever has 0 cannot go up to 1.
    core = 0 if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0 else 1
    return (
        "/usr/bin/prlimit",
        "--fsize=0",
        f"--core={core}:{core}",
        f"--cpu={cpu_seconds}",
        f"--as={memory_bytes}",
        "--",
    )


def run(command: Sequence[str], text: str, seconds: float = MAX_SECONDS) -> bytes:
    """What a command writes when it is given a text.

    Raises:
        NoVoice: it is missing, failed or was late.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, fixed paths, the text is not among the arguments
            [*limits(), *command],
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            timeout=seconds,
            check=True,
            # Python ignores SIGXFSZ, and so does the child then: a refused write is an error and not its end.
            restore_signals=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise NoVoice from None  # the error would hold what was spoken so far
    return done.stdout
