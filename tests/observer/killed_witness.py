"""A witness in a process of its own, which may be killed at any instant, or kills itself at a named call.

    python -m tests.observer.killed_witness FOLDER [CALLS]

Reads requests (hexadecimal, one a line), writes one line for each answer: "cosigned SIZE ROOT", or "refused SIZE" with
the size that the witness last cosigned where it says so to a log that asked from another one, else 0.
With CALLS it dies by SIGKILL just before that many-th call to the file system that writes something down.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

from tests.observer.asking import NOW, WITNESS

from urna.observer.witness import Status
from urna.storage.witness_folder import WitnessFolder

CALLS_OF_ONE_WRITE = 3
"""fsync of the file, its new name, fsync of the folder."""


def main() -> None:
    """Answers until the input ends."""
    if len(sys.argv) > 2:
        die_before(int(sys.argv[2]))
    witness = WitnessFolder(Path(sys.argv[1]), WITNESS)
    say("ready")
    for line in sys.stdin:
        verdict = witness.add_checkpoint(bytes.fromhex(line), NOW)
        if verdict.status is Status.COSIGNED and verdict.known:
            say(f"cosigned {verdict.known.checkpoint.size} {verdict.known.checkpoint.root.hex()}")
        else:
            say(f"refused {verdict.known_size}")


def say(line: str) -> None:
    """A line to whoever asked, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def die_before(calls: int) -> None:
    """Puts a trap into the calls that write something down."""
    counted = itertools.count(1)
    fsync, replace = os.fsync, Path.replace

    def step() -> None:
        if next(counted) == calls:
            os.kill(os.getpid(), signal.SIGKILL)

    def trapped_fsync(descriptor: int) -> None:
        step()
        fsync(descriptor)

    def trapped_replace(self: Path, target: Path) -> Path:
        step()
        return replace(self, target)

    os.fsync = trapped_fsync  # type: ignore[assignment]
    Path.replace = trapped_replace  # type: ignore[assignment]


if __name__ == "__main__":
    main()
