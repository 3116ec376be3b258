"""The order of tests where several processes run them: files that take long come first, shared out and whole.

xdist's `worksteal` gives each process an equal part of the list, in its order; who is done takes from another's end. So
what stands at the ends of the parts should be short: in the order of names one process is left alone with minutes.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

DEMO = "demo"
TOGETHER = {"tests/cli/test_demo.py": DEMO, "tests/forensics/test_fingers_private.py": DEMO}
"""Files that wait for the same thing to be made: no two processes should wait for it."""

SECONDS = {
    DEMO: 200,
    "tests/day/test_day.py": 150,
    "tests/rehearsal/test_rehearse_2012.py": 130,
    "tests/forensics/test_station_day.py": 100,
    "tests/night/test_night.py": 80,
    "tests/station/test_kill.py": 60,
    "tests/compute/test_cluster.py": 50,
    "tests/cli/test_biometrics.py": 50,
    "tests/verify/test_audits.py": 50,
}
"""Roughly, where it is most; of every other file some for each test that is marked as slow."""

SLOW_SECONDS = 6


def in_parts(tests: Sequence[T], file_of: Callable[[T], str], is_slow: Callable[[T], bool], parts: int) -> list[T]:
    """The same tests in another order, one part for each process after the other.

    1. Files with a slow test, the longest first, each to the part that has least to do.
    2. What is left, in its order, so that all parts have as many tests.

    Args:
        tests: in any order.
        file_of: the path of a test's file below the project's folder.
        is_slow: whether it is marked as slow.
        parts: processes, 1 or more.
    """
    files: dict[str, list[T]] = {}
    seconds: dict[str, float] = {}
    for test in tests:
        name = TOGETHER.get(file_of(test), file_of(test))
        files.setdefault(name, []).append(test)
        seconds[name] = seconds.get(name, SECONDS.get(name, 0)) + SLOW_SECONDS * is_slow(test)
    first: list[list[T]] = [[] for _ in range(parts)]
    busy = [0.0] * parts
    for name in sorted((name for name in files if seconds[name]), key=lambda name: -seconds[name]):
        least = busy.index(min(busy))
        first[least] += files[name]
        busy[least] += seconds[name]
    rest = [test for name, own in files.items() if not seconds[name] for test in own]
    found: list[T] = []
    for number, begun in enumerate(first):
        room = (len(tests) - len(found)) // (parts - number) - len(begun)
        found += begun + rest[: max(room, 0)]
        del rest[: max(room, 0)]
    return found + rest
