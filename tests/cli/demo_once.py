"""One demo for all tests that look at what a demo leaves behind: it takes minutes, so it is played once.

The first test that asks plays it, under a lock, and those in other processes wait for it. Its folder for temporary
files and its home are empty ones of its own, so that what it leaves there is seen, too.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

SEED = 2020
_URNA = [sys.executable, "-m", "urna.cli.main"]


def demo_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo; beside it lie output.txt, and the folders temp and home.

    Nothing there may be changed: other processes read it at the same time.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-once"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (shared / "failed.txt").exists():
            pytest.fail((shared / "failed.txt").read_text())
        if not (shared / "output.txt").exists():
            _play(shared)
    return shared / "demo"


def _play(shared: Path) -> None:
    for name in ("temp", "home"):
        (shared / name).mkdir(exist_ok=True)
    done = subprocess.run(
        [*_URNA, "--lang", "en", "demo", str(shared / "demo"), "--seed", str(SEED), "--jobs", "2"],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "200", "PATH": "", "TMPDIR": str(shared / "temp"), "HOME": str(shared / "home")},
    )
    if done.returncode != 0:
        (shared / "failed.txt").write_text(done.stdout + done.stderr)
        pytest.fail(done.stdout + done.stderr)
    (shared / "errors.txt").write_text(done.stderr)
    (shared / "output.txt").write_text(done.stdout)
