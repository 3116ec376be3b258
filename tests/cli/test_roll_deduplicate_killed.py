"""A search that is killed at any instant and taken up again writes what one run writes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from tests.cli.test_roll_deduplicate import WORDS, officers_election
from tests.compute.people import finger
from tests.election.officers import OFFICERS
from tests.pollbook.world import Drawn

from urna.crypto.kdf import Cost
from urna.crypto.sealing import SealingKey
from urna.encoding.document import sign_document
from urna.roll.at_rest import RollKey, lock_roll_key
from urna.roll.commitment import salted_parts
from urna.roll.deduplication import Case
from urna.roll.elector import Elector, Finger
from urna.roll.synthetic import synthesize_roll
from urna.storage.roll_files import write_roll
from urna.storage.worklist import WorkList

KEY = SealingKey(b"\x42" * 32)
TWICE = 4
ROOT = Path(__file__).parents[2]


def enrolled(roll: tuple[Elector, ...]) -> tuple[Elector, ...]:
    """Two fingers each; the last electors are the first ones again."""
    people = []
    for at, elector in enumerate(roll):
        who, impression = (at - len(roll) + TWICE, 1) if at >= len(roll) - TWICE else (at, 0)
        fingers = [Finger(position=p, templates=(finger(who, p, impression).to_iso(),)) for p in (1, 6)]
        people.append(msgspec.structs.replace(elector, fingers=tuple(fingers)))
    return tuple(people)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sealed roll with its definition."""
    election = officers_election(general=60)
    (tmp_path / "definition.note").write_bytes(sign_document(election.definition, OFFICERS[:2]))
    (tmp_path / "words").write_text(WORDS)
    secret, drawn = bytes(range(32)), Drawn("roll")
    locked = lock_roll_key(secret, election.identity, WORDS, salt=drawn(16), nonce=drawn(12), cost=Cost.TOY)
    parts = salted_parts(enrolled(synthesize_roll(election, 1)), election, drawn)
    write_roll(tmp_path / "roll", parts, RollKey(secret, election.identity), locked, drawn)
    return tmp_path


def started(folder: Path, out: str, *options: str, at_most: int = 1_000_000) -> subprocess.Popen[bytes]:
    """A search in a process group of its own, which stands still after so many parts."""
    words = ("--definition", "definition.note", "--roll-passphrase-file", "words", "--case-key", KEY.public_hex)
    work = ("--out", out, "--processes", "2", "--part-size", "4", "--candidates", "4", *options)
    command = [sys.executable, "-m", "tests.cli.halting_search", str(at_most), "deduplicate", "roll", *words, *work]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, start_new_session=True, stdout=subprocess.DEVNULL, env=environment)


def cases(folder: Path) -> dict[str, Case]:
    """All cases of a work list by name."""
    return dict(WorkList(folder).cases(KEY))


@pytest.mark.slow
def test_a_search_killed_again_and_again_finds_what_one_run_finds(folder: Path) -> None:
    """Killed with kill -9 when some parts are done and others are not, then taken up; no case is lost or double."""
    assert started(folder, "whole").wait() == 0
    whole = WorkList(folder / "whole")
    assert len(cases(folder / "whole")) == TWICE
    options: tuple[str, ...] = ()
    for wanted in (2, 15):
        process = started(folder, "killed", *options, at_most=wanted + 5)
        parts = folder / "killed" / "parts"
        while not (parts.is_dir() and len(list(parts.glob("*.json"))) >= wanted):
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        options = ("--resume",)
    done = len(WorkList(folder / "killed").parts_done())
    assert 15 <= done <= 20 < whole.head.parts
    assert started(folder, "killed", "--resume").wait() == 0
    assert cases(folder / "killed") == cases(folder / "whole")
    assert WorkList(folder / "killed").parts_done() == whole.parts_done()
