"""PyPI's `electionguard` beside ours: ballots of the same size, encrypted and verified in the same run.

It lives in a throwaway environment below `.bench`, made with pip when it is first wanted, and is in no lock file of
urna. `electionguard` 1.4.0 is the ElectionGuard 1.x of Microsoft in Python: ciphertexts and proofs in the integers
modulo a prime of 4096 bits, through gmpy2. It cannot be imported from Python 3.11 on, where dataclasses refuse
`tally.py`'s mutable default, so this looks for a Python 3.10 or 3.9; `URNA_ELECTIONGUARD_PYTHON` names another.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.ballots import Sample, check_fast, encrypt_one, sample
from bench.figures import Figure, Skipped, of_runs, ratio, seconds_of
from bench.places import ROOT, WORK

RELEASE = "electionguard==1.4.0"
PLACE = WORK / "electionguard"
PYTHONS = ("python3.10", "python3.9")
OPTIONS = (12, 30)
INSTALL_SECONDS, RUN_SECONDS = 600, 600


class Theirs(msgspec.Struct, frozen=True):
    """What `electionguard_program` says."""

    encrypt: list[float]
    """Seconds of each ballot."""
    verify: list[float]
    bytes: int


def run(runs: int) -> Iterator[Figure]:
    """Encrypting and verifying, theirs and ours by turns, one process."""
    python = environment()
    for options in OPTIONS:
        made = sample(options)
        turns = [(_theirs(python, options), *_ours(made)) for _ in range(runs)]
        theirs = [sum(each.encrypt) / len(each.encrypt) for each, _, _ in turns]
        verified = [sum(each.verify) / len(each.verify) for each, _, _ in turns]
        ours, checked = [encrypt for _, encrypt, _ in turns], [verify for _, _, verify in turns]
        yield of_runs(f"{options} options: encrypted by electionguard", theirs, "ms")
        yield of_runs(f"{options} options: encrypted by urna", ours, "ms")
        yield ratio(f"{options} options: encryption, electionguard ÷ urna", theirs, ours)
        yield of_runs(f"{options} options: verified by electionguard", verified, "ms")
        yield of_runs(f"{options} options: verified by urna, one core", checked, "ms")
        yield ratio(f"{options} options: verification, electionguard ÷ urna", verified, checked)
        yield Figure(f"{options} options: a cast ballot of electionguard, JSON", turns[0][0].bytes, "bytes")
        yield Figure(f"{options} options: a ballot of urna, committed form", made.committed.shape[1], "bytes")


def _ours(made: Sample) -> tuple[float, float]:
    """Seconds of one ballot, encrypted and verified."""
    encrypted = min(seconds_of(lambda: encrypt_one(made)) for _ in range(2))
    return encrypted, seconds_of(lambda: check_fast(made)) / len(made.committed)


def _theirs(python: Path, options: int) -> Theirs:
    """Two ballots in a process of its own, after one that fills its tables."""
    command = [str(python), str(ROOT / "bench" / "electionguard_program.py"), str(options), "2"]
    said = subprocess.run(command, capture_output=True, check=False, timeout=RUN_SECONDS)
    if said.returncode:
        raise Skipped(f"{RELEASE} does not run: {_last_line(said.stderr)}")
    return msgspec.convert(json.loads(said.stdout.splitlines()[-1]), Theirs)


def environment() -> Path:
    """The throwaway environment's Python; made if it is not there.

    Raises:
        Skipped: no Python that the package runs on, or it cannot be installed; with what pip or Python said.
    """
    python = PLACE / "bin" / "python"
    if not _imports(python):
        _make(_python_for_it(), python)
    return python


def _make(base: Path, python: Path) -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    WORK.mkdir(exist_ok=True)
    venv = [base, "-m", "venv", PLACE]
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", RELEASE]
    for step in (venv, pip):
        done = subprocess.run(list(map(str, step)), capture_output=True, check=False, timeout=INSTALL_SECONDS)
        if done.returncode:
            raise Skipped(f"{RELEASE} cannot be installed: {_last_line(done.stderr)}")
    if not _imports(python):
        raise Skipped(f"{RELEASE} cannot be imported on {base}")


def _python_for_it() -> Path:
    named = os.environ.get("URNA_ELECTIONGUARD_PYTHON")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [named] if named else [shutil.which(name) for name in PYTHONS]
    found += sorted(map(str, [*pyenv.glob("3.10.*/bin/python"), *pyenv.glob("3.9.*/bin/python")]), reverse=True)
    for each in found:
        if each and _runs(Path(each)):
            return Path(each)
    raise Skipped(
        f"{RELEASE} cannot be imported on Python 3.11 or later (a mutable default in tally.py), and there is no "
        "Python 3.10 or 3.9 here; URNA_ELECTIONGUARD_PYTHON may name one"
    )


def _runs(python: Path) -> bool:
    """Whether it starts: a shim of pyenv may stand for nothing."""
    return _succeeds([str(python), "-c", "import venv"])


def _imports(python: Path) -> bool:
    return python.exists() and _succeeds([str(python), "-c", "import electionguard.encrypt"])


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=RUN_SECONDS).returncode == 0
    except OSError:
        return False


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it says nothing"
