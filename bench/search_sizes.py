"""The index by the size of the gallery: time of a search, memory, all against all; and what twenty millions would take.

Times of one core are processor time; the build of an index includes the first compilation. Strangers are synthetic
templates of 55 cylinders on average.
The extrapolation is a straight line through the two largest sizes: a share for looking up keys, which does not grow,
and a share for votes, which grows with the gallery. It is an estimate.
"""

import time
from collections.abc import Iterator, Sequence

import numpy as np

from bench.figures import Act, Figure, of_runs, rate_of_runs
from bench.galleries import SEED, processor_seconds, strangers
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.gallery import Gallery, cylinders_of, part_of
from urna.biometrics.hashing import HashIndex, build_index, votes
from urna.biometrics.match import warm
from urna.biometrics.shortlist import search_row, shortlist
from urna.biometrics.synthetic_templates import synthetic_template
from urna.compute.processes import over_processes

SIZES = (10_000, 30_000, 100_000)
ALL = 50_000
PROBES = 40
CANDIDATES = 20
NATION = 20_000_000


def run(runs: int) -> Iterator[Figure]:
    """1. A search at each size. 2. Twenty millions. 3. All against all. 4. All cores."""
    warm()
    probes = [encode(synthetic_template(SEED, 7 * number, 1)) for number in range(PROBES)]
    seconds = []
    for size in SIZES:
        gallery = strangers(size)
        begun = time.process_time()
        index = build_index(gallery)
        yield Figure(f"{size:,}: build the index", 1e6 * (time.process_time() - begun) / size, "µs/template")
        _filter(index, probes[:1])
        times = [processor_seconds(lambda index=index: _filter(index, probes)) / PROBES for _ in range(runs)]  # type: ignore[misc]
        seconds.append(min(times))
        yield rate_of_runs(f"{size:,}: search and short list of 1 %, one core", size, times, "templates/s")
        yield Figure(
            f"{size:,}: search and short list of 1 %",
            1e3 * float(np.median(times)),
            "ms",
            runs,
            1e3 * min(times),
            1e3 * max(times),
        )
        yield Figure(
            f"{size:,}: memory of the index", (index.postings.nbytes + index.starts.nbytes) / size, "bytes/template"
        )
    yield Figure("memory of the gallery", sum(column.nbytes for column in gallery) / size, "bytes/template")
    yield from _nation(SIZES, seconds)
    yield from _all_cores(index, probes, runs)
    yield from _all_against_all(part_of(gallery, 0, ALL), runs)


def _filter(index: HashIndex, probes: Sequence[Cylinders]) -> None:
    for probe in probes:
        shortlist(votes(index, probe), len(index.sizes) // 100)


def _nation(sizes: Sequence[int], seconds: Sequence[float]) -> Iterator[Figure]:
    each = (seconds[-1] - seconds[-2]) / (sizes[-1] - sizes[-2])
    whole = seconds[-1] + each * (NATION - sizes[-1])
    yield Figure("20 million, estimate: search and short list on one core", whole, "s")
    yield Figure(
        "20 million, estimate: one search for each template, each pair once", whole / 2 * NATION / 3600, "core-hours"
    )


def _all_cores(index: HashIndex, probes: Sequence[Cylinders], runs: int) -> Iterator[Figure]:
    """Every core with searches of its own; the start of the processes is not counted."""
    times = []
    for _ in range(runs):
        spans = list(over_processes(_Timed(index, probes), range(8), worth_it=2, chunk=1))
        times.append(max(end for _, end in spans) - min(start for start, _ in spans))
    searched = 8 * len(probes) * len(index.sizes)
    yield rate_of_runs(
        f"{len(index.sizes):,}: search and short list, all cores of this machine", searched, times, "templates/s"
    )


class _Timed:
    """Searches for all probes, and when they began and ended."""

    def __init__(self, index: HashIndex, probes: Sequence[Cylinders]) -> None:
        self.index, self.probes = index, probes

    def __call__(self, number: int) -> tuple[float, float]:
        start = time.monotonic()
        _filter(self.index, self.probes)
        return start, time.monotonic()


def _all_against_all(gallery: Gallery, runs: int) -> Iterator[Figure]:
    """A sample of the rows, spread over the gallery, each against the rows after it."""
    index = build_index(gallery)
    rows = range(50, ALL, ALL // 100)
    search_row(gallery, index, 0, CANDIDATES, CANDIDATES)
    count = len(rows)
    acts: tuple[tuple[str, Act], ...] = (
        (
            f"with {CANDIDATES} full comparisons",
            lambda: [search_row(gallery, index, row, CANDIDATES, CANDIDATES) for row in rows],
        ),
        (
            "short list alone",
            lambda: [shortlist(votes(index, cylinders_of(gallery, row), row), CANDIDATES) for row in rows],
        ),
    )
    for name, act in acts:
        times = [processor_seconds(act) / count for _ in range(runs)]
        yield of_runs(f"all against all, {ALL:,}: {name}, a template on one core", times, "ms")
