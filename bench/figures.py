"""A measured figure: several runs, their median, least and greatest, and the machine they ran on."""

import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

Act = Callable[[], object]


class Figure(NamedTuple):
    """One line of the report."""

    what: str
    value: float | int
    """The median of the runs, or a count."""
    unit: str
    runs: int = 1
    least: float | None = None
    """The best and the worst run; None for a count."""
    greatest: float | None = None

    def text(self) -> str:
        """As it stands in a report: 3.21 ms (3.10 to 3.52, 5 runs)."""
        if self.least is None or self.greatest is None:
            return f"{number(self.value)} {self.unit}"
        around = f"{number(self.least)} to {number(self.greatest)}, " if self.runs > 1 else ""
        return f"{number(self.value)} {self.unit} ({around}{self.runs} {'runs' if self.runs > 1 else 'run'})"


class Skipped(Exception):
    """A benchmark that cannot run here, and why."""


Bench = Callable[[int], Iterator[Figure]]
"""Measures, each act so many times, and gives its figures as they come."""


def number(value: float | int) -> str:
    """Three digits that mean something, thousands apart."""
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if 0 < abs(value) < 0.1 else f"{value:.{1 if abs(value) >= 10 else 2}f}"


def seconds_of(act: Act) -> float:
    """How long one act takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def timed(what: str, act: Act, runs: int, *, times: int = 1, unit: str = "ms") -> Figure:
    """The time of one act.

    Args:
        what: the figure's name.
        act: what is done.
        runs: how often it is measured.
        times: how often it is done in each run, for acts too short to measure alone.
        unit: s, ms or µs.
    """
    return of_runs(what, [_seconds_each(act, times) for _ in range(runs)], unit)


def _seconds_each(act: Act, times: int) -> float:
    return seconds_of(lambda: [act() for _ in range(times)]) / times


def of_runs(what: str, seconds: Sequence[float], unit: str = "s") -> Figure:
    """The figure of measured seconds, in a unit of time."""
    scale = {"s": 1, "ms": 1e3, "µs": 1e6}[unit]
    values = [scale * each for each in seconds]
    return Figure(what, median(values), unit, len(values), min(values), max(values))


def rate_of_runs(what: str, count: int, seconds: Sequence[float], unit: str) -> Figure:
    """How many of something in each second."""
    values = [count / each for each in seconds]
    return Figure(what, median(values), unit, len(values), min(values), max(values))


def compared(
    slow: str,
    fast: str,
    acts: tuple[Act, Act],
    runs: int,
    *,
    times: int = 1,
    unit: str = "ms",
    sizes: tuple[int, int] = (1, 1),
) -> Iterator[Figure]:
    """Two ways of doing one thing, by turns in one run, and how much longer the first one takes.

    Taking turns lets both meet the same other work on the machine; the ratio is the median of each turn's own.

    Args:
        slow: name of the first.
        fast: name of the second.
        acts: the two.
        runs: turns.
        times: how often each is done in its turn.
        unit: s, ms or µs.
        sizes: how many things each act does at once; figures and ratio are of one thing.
    """
    both = tuple(zip(acts, sizes, strict=True))
    pairs = [[_seconds_each(act, times) / size for act, size in both] for _ in range(runs)]
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    yield of_runs(slow, first, unit)
    yield of_runs(fast, second, unit)
    yield ratio(f"{slow} ÷ {fast}", first, second)


def ratio(what: str, first: Sequence[float], second: Sequence[float]) -> Figure:
    """How much longer the first takes than the second, each turn for itself."""
    ratios = [one / other for one, other in zip(first, second, strict=True)]
    return Figure(what, median(ratios), "times", len(ratios), min(ratios), max(ratios))


def machine() -> str:
    """Where this runs: processor, cores that this process may use, memory, system, Python; and what else runs."""
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}"
    name = model[1] if model else platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{name}, {cores} cores, {memory:.0f} GB, {system}, {python}; load {os.getloadavg()[0]:.1f} at the start"
