"""A witness that is killed at any instant never signs two histories: what it signed is on the medium before."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from tests.log.keys import LOG
from tests.observer.asking import asked, grown
from tests.observer.killed_witness import CALLS_OF_ONE_WRITE

from urna.storage.witness_folder import watch_log

ROOT = Path(__file__).resolve().parents[2]
Signed = tuple[int, str]
"""A size and a root that the witness cosigned, as somebody outside saw it."""


class Process:
    """The witness's process, spoken to by lines."""

    def __init__(self, folder: Path, *calls: int) -> None:
        self.size = 0
        """The largest size that it said it cosigned, now or in an earlier life."""
        command = [sys.executable, "-m", "tests.observer.killed_witness", str(folder), *map(str, calls)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def tell(self, request: bytes) -> None:
        """Sends a request without waiting for the answer."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(request.hex() + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return

    def hear(self) -> Signed | None:
        """The next answer: what was cosigned, or None for a refusal and for a process that died."""
        assert self.process.stdout is not None
        return self.read(self.process.stdout.readline())

    def kill(self) -> list[Signed]:
        """Kills it without warning; what it had still said is heard."""
        self.process.kill()
        said, _ = self.process.communicate()
        return [one for line in said.splitlines() if (one := self.read(line)) is not None]

    def read(self, line: str) -> Signed | None:
        """What was cosigned by an answer; its size is remembered."""
        words = line.split()
        if not words:
            return None
        self.size = max(self.size, int(words[1]))
        return (int(words[1]), words[2]) if words[0] == "cosigned" else None


@contextmanager
def running(folder: Path, *calls: int) -> Iterator[Process]:
    """A process that is gone when the block ends."""
    process = Process(folder, *calls)
    try:
        yield process
    finally:
        process.kill()


def histories_of(signed: set[Signed]) -> set[str]:
    """Which of the two histories the cosignatures are of."""
    names = {(n, log.checkpoint(n).root.hex()): name for name, log in LOGS.items() for n in range(1, LARGEST + 1)}
    return {names[one] for one in signed}


LARGEST = 200
LOGS = {"true": grown(LARGEST), "forged": grown(LARGEST, "forged")}


@pytest.mark.parametrize("calls", range(1, 2 * CALLS_OF_ONE_WRITE + 2))
def test_a_witness_killed_while_it_writes_signs_one_history(tmp_path: Path, calls: int) -> None:
    """Killed before each call of its first two writes, then asked for the other history, and for the same one again."""
    watch_log(tmp_path, LOG.verifier)
    signed: set[Signed] = set()
    with running(tmp_path, calls) as process:
        for old, new in ((0, 5), (5, 9)):
            process.tell(asked(LOGS["true"], old, new))
            if (one := process.hear()) is not None:
                signed.add(one)
    with running(tmp_path) as process:
        for history, old in product(("forged", "true"), (0, 5, 9)):
            process.tell(asked(LOGS[history], old, 20))
            if (one := process.hear()) is not None:
                signed.add(one)
    assert len(histories_of(signed)) == 1


@pytest.mark.slow
def test_a_witness_killed_at_random_signs_one_history(tmp_path: Path) -> None:
    """Twelve lives, in each both histories ask at once; what was cosigned in one life binds all later ones.

    What a life stored and never said is learned at the next one's first answer, as an honest log learns it: otherwise
    every later question would be from a size that is past, and nothing more would be signed.
    """
    chance = random.Random(6)
    watch_log(tmp_path, LOG.verifier)
    signed: set[Signed] = set()
    for _ in range(12):
        process = Process(tmp_path)
        process.tell(asked(LOGS[chance.choice(["true", "forged"])], 0, 1))
        if (one := process.hear()) is not None:
            signed.add(one)
        for _ in range(30):
            history = LOGS[chance.choice(["true", "forged"])]
            process.tell(asked(history, process.size, min(process.size + chance.randint(0, 3), LARGEST)))
            if chance.random() < 0.5 and (one := process.hear()) is not None:
                signed.add(one)
        time.sleep(chance.random() * 0.02)
        signed.update(process.kill())
    assert len(histories_of(signed)) == 1
    assert len(signed) > 12
