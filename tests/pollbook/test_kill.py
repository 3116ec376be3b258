"""The process may be killed at any instant: on a real disk, with the standard library's SQLite."""

import contextlib
import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests.pollbook.test_power import WORLD, expected, script, state_of
from tests.pollbook.world import BEFORE_OPENING, DATA_KEY, Drawn

from urna.station.pollbook import load_poll_book, prepare_day
from urna.storage.pollbook import open_store, prepare_store

KILLS = 40


def prepared(path: Path) -> Path:
    """A loaded poll book on disk, before opening."""
    store = prepare_store(path)
    for event in BEFORE_OPENING:
        prepare_day(store, event)
    load_poll_book(store, WORLD.election, WORLD.package, DATA_KEY, Drawn("load"))
    store.close()
    return path


def run_until_killed(path: Path, done: int, acknowledged: int) -> None:
    """Does the rest of the script in a process of its own; writes a byte after each act that returned."""
    status = 1
    with contextlib.suppress(BaseException):
        book = WORLD.opened(open_store(path))
        os.write(acknowledged, b"!")
        for act in script()[done:]:
            act.do(book)
            os.write(acknowledged, b".")
        status = 0
    os._exit(status)


def kill_once(path: Path, done: int, chance: random.Random) -> tuple[int, bool]:
    """Starts a process, kills it somewhere; returns how many acts it acknowledged, and whether it was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        run_until_killed(path, done, write)
    os.close(write)
    os.read(read, 1)  # it is up
    time.sleep(chance.uniform(0, 0.01))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    acknowledged = b""
    while piece := os.read(read, 4096):
        acknowledged += piece
    os.close(read)
    return len(acknowledged), os.WIFSIGNALED(status)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 warns when threads are about
def test_forty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """Days in which the process is killed again and again, each time started where the last one left."""
    chance, kills, day, done = random.Random(1), 0, 0, 0
    path = prepared(tmp_path / "0.sqlite")
    while kills < KILLS:
        acknowledged, was_killed = kill_once(path, done, chance)
        store = open_store(path)
        found = state_of(WORLD.opened(store))
        store.close()
        assert found in expected()[done + acknowledged : done + acknowledged + 2]
        kills, done = kills + was_killed, done + acknowledged + (found != expected()[done + acknowledged])
        if done == len(script()):
            day, done = day + 1, 0
            path = prepared(tmp_path / f"{day}.sqlite")
