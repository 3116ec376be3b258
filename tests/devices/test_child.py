"""Whatever a native library does in its child, this process goes on and gets an error."""

import contextlib
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from urna.devices.child import ChildDied, Children
from urna.devices.child_side import Status

ROOT = Path(__file__).parents[2]
KEPT, ANEW = "tests.devices.child_program", "tests.devices.child_program_anew"

Make = Callable[..., Children]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Children of a test program, which they find below the project's folder."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def made(program: str, seconds: float = 30.0) -> Children:
        return Children(program, seconds)

    return made


@pytest.mark.parametrize("program", [KEPT, ANEW])
def test_a_long_question_has_its_answer(make: Make, program: str) -> None:
    """Longer than a pipe holds, both ways, twice."""
    children, question = make(program), os.urandom(300_000)
    for _ in range(2):
        assert children.ask(question).answer() == (Status.ANSWERED, question[::-1])


@pytest.mark.parametrize("misdeed", [b"crash", b"exit", b"burn"])
@pytest.mark.parametrize(("program", "survives"), [(KEPT, False), (ANEW, True)])
def test_a_child_that_ends_is_an_error_here(make: Make, program: str, survives: bool, misdeed: bytes) -> None:
    """Aborted, exited, or over its second of processor; the next question is answered."""
    children = make(program)
    if survives:
        assert children.ask(misdeed).answer() == (Status.DIED, b"")
    else:
        with pytest.raises(ChildDied):
            children.ask(misdeed).answer()
    assert children.ask(b"ab").answer() == (Status.ANSWERED, b"ba")


@pytest.mark.parametrize("program", [KEPT, ANEW])
def test_a_child_that_is_late_is_killed_with_all_it_started(make: Make, program: str) -> None:
    """It sleeps for an hour; after a second nothing of its session is left."""
    children = make(program, 1.0)
    children.ask(b"who").answer()
    group = children._idle[0]._process.pid
    with pytest.raises(ChildDied):
        children.ask(b"sleep").answer()
    deadline = time.monotonic() + 120.0
    while _alive(group) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _alive(group) == []
    assert children.ask(b"ab").answer() == (Status.ANSWERED, b"ba")


def _alive(group: int) -> list[str]:
    """The states of a process group's members, without those that only wait to be buried."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, of = path.read_text().rpartition(") ")[2].split()[:3]
            if int(of) == group and state not in "ZX":
                found.append(state)
    return found


@pytest.mark.parametrize(
    ("question", "status"),
    [(b"refuse", Status.REFUSED), (b"fill", Status.REFUSED), (b"write", Status.REFUSED), (b"missing", Status.MISSING)],
)
def test_a_child_is_held_to_its_limits(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, question: bytes, status: Status
) -> None:
    """A gigabyte is not had, no byte is written to a disk; a package that is absent is said to be."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    children = make(KEPT)
    assert children.ask(question).answer() == (status, b"")
    assert children.ask(b"ab").answer() == (Status.ANSWERED, b"ba")
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) == 0


def test_what_a_library_prints_goes_nowhere(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither into the answers nor onto the operator's screen."""
    assert make(KEPT).ask(b"print").answer() == (Status.ANSWERED, b"tnirp")
    assert capfd.readouterr() == ("", "")


def test_a_child_gets_none_of_our_variables(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets may stand in them."""
    monkeypatch.setenv("URNA_TEST_SECRET", "hunter2")
    assert make(KEPT).ask(b"secret").answer() == (Status.ANSWERED, b"none")


def test_a_process_forked_for_a_question_sees_no_other_question_or_answer(make: Make) -> None:
    """It holds one pipe, into which its own answer goes."""
    assert make(ANEW).ask(b"pipes").answer() == (Status.ANSWERED, b"1")


def test_several_threads_have_a_child_each_and_children_are_kept(make: Make) -> None:
    """Two questions at once are two processes; afterwards no third is started."""
    children = make(KEPT)
    first, second = children.ask(b"who"), children.ask(b"who")
    pids = {first.answer()[1], second.answer()[1]}
    assert len(pids) == 2
    with ThreadPoolExecutor(2) as pool:
        again = {answer for _, answer in pool.map(lambda _: children.ask(b"who").answer(), range(8))}
    assert again <= pids


def test_children_are_not_shared_with_another_process(make: Make) -> None:
    """Pickled: the same program, no process. Forked: the copy starts its own, and its end ends nobody else's."""
    children = make(KEPT)
    pid = children.ask(b"who").answer()[1]
    sent: Children = pickle.loads(pickle.dumps(children))  # noqa: S301 - our own bytes
    assert sent.ask(b"who").answer()[1] != pid
    copy = os.fork()
    if copy == 0:
        other = children.ask(b"who").answer()[1]
        os._exit(0 if other != pid else 1)
    assert os.waitpid(copy, 0)[1] == 0
    assert children.ask(b"who").answer()[1] == pid


def test_a_child_ends_with_its_parent(make: Make) -> None:
    """A program that used one ends in silence, and so does the child."""
    program = f"""
from urna.devices.child import Children
children = Children({KEPT!r}, 30.0)
print(children.ask(b"who").answer()[1].decode())
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, check=True)
    assert done.stderr == b""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
