"""What takes long to make and is only looked at: made once in a run, by whichever process of pytest asks first."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[], T]) -> T:
    """What `make` gives; processes that ask meanwhile wait for it, and read what the first one wrote.

    Args:
        factory: pytest's own, of folders for temporary files.
        name: of the thing, unlike every other's.
        make: gives what can be pickled. Where it fails, the next one who asks tries again.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    shared.mkdir(exist_ok=True)
    made = shared / "made.pickle"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _write(made, pickle.dumps(make()))
        found: T = pickle.loads(made.read_bytes())  # noqa: S301 - this run wrote it
    return found


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.rename(path)
