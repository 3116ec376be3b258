"""Everybody against everybody, with synthetic templates: what it finds, what it costs, what a nation would cost.

    python -m bench deduplication                      a small size, a minute or two
    python -m bench.deduplication 3000 6000 12000 50000 --processes 2

People have four fingers; some enrol a second time, under another number, with other impressions of all four.
Templates come from `urna.biometrics.synthetic_templates`: what is found of them says how much the search loses
against comparing everybody in full, and nothing about real fingers. Each part that is done is a line in
.bench/deduplication-SIZE.jsonl, and a run that was cut off goes on from there.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.figures import Figure, machine
from bench.places import WORK
from urna.biometrics.match import warm
from urna.biometrics.pair_rule import pair_scores_at
from urna.biometrics.pairs import pair_score
from urna.biometrics.synthetic_templates import synthetic_template
from urna.compute.deduplication import (
    Plan,
    Search,
    hand_of,
    parts_of,
    prepare,
    search_part,
)
from urna.compute.impressions import Prints, impressions_of, shows_enough
from urna.compute.processes import over_processes
from urna.election.definition import FingerRule
from urna.roll.deduplication_report import DuplicateRule
from urna.storage.calibration_file import shipped_calibration

POSITIONS = (1, 2, 6, 7)
RATE = "1/1000000000"
"""Of pairs of strangers, by the calibration's model, those that reach the threshold."""

SEED = 2020
MOST_TWICE = 200
PART = 250
NATION = 20_000_000
SMALL = (500, 1000, 2000)
"""The sizes of the quick benchmark."""

Pair = tuple[int, int]


class Done(NamedTuple):
    """One part: its number, processor seconds, what was compared, whom it found."""

    part: int
    seconds: float
    probes: int
    comparisons: int
    hits: list[Pair]


class Result(NamedTuple):
    """One size."""

    people: int
    twice: int
    found: int
    strangers: int
    """Hits of people who are not one."""
    template_seconds: float
    prepare_seconds: float
    """Processor seconds, over all processes; so is the next."""
    search_seconds: float
    comparisons: int
    wall_seconds: float
    processes: int
    memory_bytes: int
    """Of galleries, index and records."""
    first_pass: int
    """Of those enrolled twice, how many would be found by comparing them in full."""
    threshold: int
    """Of four fingers, millionths."""


def run(runs: int) -> Iterator[Figure]:
    """Three small sizes, and the cost curve through them."""
    del runs
    yield from figures([measure(size, os.cpu_count() or 1, is_fresh=True) for size in SMALL])


def measure(size: int, processes: int, *, is_fresh: bool = False) -> Result:
    """One size, from templates to hits.

    Args:
        size: enrolments, those of people who are there twice included.
        processes: how many.
        is_fresh: forget what an earlier run has done.
    """
    warm()
    began, making, preparing = time.monotonic(), _Meter(processes), _Meter(processes)
    prints = _prints(size, making)
    _log(size, f"{len(POSITIONS) * size} templates in {making.seconds:.0f} processor seconds")
    search = prepare(prints, _plan(), range(size), preparing.spread)
    _log(size, f"prepared in {preparing.seconds:.0f} processor seconds, {_bytes(search) / 1e6:.0f} MB")
    done = _search(search, size, processes, is_fresh)
    pairs = {pair for each in done for pair in each.hits}
    expected = set(_twice(size))
    return Result(
        people=size,
        twice=len(expected),
        found=len(pairs & expected),
        strangers=len(pairs - expected),
        template_seconds=making.seconds,
        prepare_seconds=preparing.seconds,
        search_seconds=sum(each.seconds for each in done),
        comparisons=sum(each.comparisons for each in done),
        wall_seconds=time.monotonic() - began,
        processes=processes,
        memory_bytes=_bytes(search),
        first_pass=_reached(prints, sorted(expected), search.plan.rule),
        threshold=search.plan.rule.scores[-1],
    )


def figures(results: Sequence[Result]) -> Iterator[Figure]:
    """Each size, and from three sizes on what 20 million people would cost."""
    for each in results:
        name = f"{each.people:,} people x {len(POSITIONS)}"
        yield Figure(f"{name}: enrolled twice", each.twice, "people")
        yield Figure(
            f"{name}: threshold of four fingers, by the model {RATE} of strangers", each.threshold, "millionths"
        )
        yield Figure(f"{name}: of them, above the threshold if compared in full", each.first_pass, "people")
        yield Figure(f"{name}: found", each.found, "people")
        yield Figure(f"{name}: cases of different people", each.strangers, "cases")
        yield Figure(f"{name}: fingers compared in full", each.comparisons, "comparisons")
        yield Figure(f"{name}: templates made", each.template_seconds, "core-seconds")
        yield Figure(f"{name}: encoded and indexed", each.prepare_seconds, "core-seconds")
        yield Figure(f"{name}: searched", each.search_seconds, "core-seconds")
        yield Figure(f"{name}: a person", 1000 * each.search_seconds / each.people, "core-ms")
        yield Figure(f"{name}: memory", each.memory_bytes / 2**30, "GB")
        yield Figure(f"{name}: from first to last on {each.processes} processes", each.wall_seconds / 60, "min")
    if len(results) >= 3:
        yield from _nation(results)


def _nation(results: Sequence[Result]) -> Iterator[Figure]:
    """Core-seconds of a person's search = a + b · people, through the two largest sizes.

    In the small ones the start of every process weighs more than the roll.
    """
    sizes = np.array([each.people for each in results[-2:]], float)
    seconds = np.array([each.search_seconds / each.people for each in results[-2:]])
    b, a = np.polyfit(sizes, seconds, 1)
    if b * sizes.max() < a / 50:  # the largest size costs hardly more: noise
        _log(len(results), "sizes too near to each other, or a machine too busy, to show how the cost grows")
        return
    prepare_each = results[-1].prepare_seconds / results[-1].people
    hours = NATION * (a + b * NATION + prepare_each) / 3600
    yield Figure("cost curve: a person, whatever the size", 1000 * float(a), "core-ms")
    yield Figure("cost curve: a person, for each million of others", 1e6 * float(b), "core-s")
    yield Figure("20 million people, extrapolated", float(hours), "core-hours")
    memory = results[-1].memory_bytes / results[-1].people * NATION / 2**30
    yield Figure("20 million people, memory over all machines", memory, "GB")


def _people(size: int) -> list[tuple[int, int]]:
    """Who each enrolment is, and which impression is taken: the last ones enrol again."""
    twice = _twice(size)
    return [(person, 0) for person in range(size - len(twice))] + [(one, 1) for one, _ in twice]


def _twice(size: int) -> list[Pair]:
    """The pairs of enrolments of one person."""
    count = min(MOST_TWICE, size // 15)
    step = (size - count) // count
    return [(step * at, size - count + at) for at in range(count)]


class _Meter:
    """Spreads tasks over processes and adds up the processor seconds of the tasks."""

    def __init__(self, processes: int) -> None:
        self.processes, self.seconds = processes, 0.0

    def spread(self, work: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
        """As `over_processes`."""
        for seconds, found in over_processes(partial(_metered, work), items, self.processes, worth_it=2, chunk=1):
            self.seconds += seconds
            yield found


def _metered(work: Callable[[Any], Any], item: Any) -> tuple[float, Any]:
    began = time.process_time()
    found = work(item)
    return time.process_time() - began, found


def _prints(size: int, meter: _Meter) -> Prints:
    people = _people(size)
    parts = parts_of(size, 500)
    columns: dict[int, list[tuple[int, bytes]]] = {at: [] for at in POSITIONS}
    for found in meter.spread(partial(_records, people), parts):
        for at, records in zip(POSITIONS, found, strict=True):
            columns[at] += records
    return {at: impressions_of(columns.pop(at)) for at in POSITIONS}


def _records(people: Sequence[tuple[int, int]], part: range) -> list[list[tuple[int, bytes]]]:
    made = [
        [(n, synthetic_template(SEED, len(POSITIONS) * people[n][0] + at, people[n][1]).to_iso()) for n in part]
        for at in range(len(POSITIONS))
    ]
    least = FingerRule().least_minutiae
    return [[(n, record) for n, record in records if shows_enough(record, least)] for records in made]


def _search(search: Search, size: int, processes: int, is_fresh: bool) -> list[Done]:
    path = WORK / f"deduplication-{size}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_fresh:
        path.unlink(missing_ok=True)
    done = _read(path)
    parts = list(enumerate(parts_of(size, PART)))
    missing = [part for part in parts if part[0] not in {each.part for each in done}]
    with path.open("a", encoding="ascii") as file:
        for each in over_processes(partial(_timed, search), missing, processes=processes, worth_it=2, chunk=1):
            done.append(each)
            file.write(json.dumps(each) + "\n")
            file.flush()
            if len(done) % 20 == 0:
                _log(size, f"{len(done)} of {len(parts)} parts, {sum(len(d.hits) for d in done)} hits")
    return done


def _read(path: Path) -> list[Done]:
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    return [
        Done(part, seconds, probes, comparisons, [(one, other) for one, other in hits])
        for part, seconds, probes, comparisons, hits in rows
    ]


def _timed(search: Search, numbered: tuple[int, range]) -> Done:
    began = time.process_time()
    found = search_part(search, numbered[1])
    hits = [(hit.one, hit.other) for hit in found.hits]
    return Done(numbered[0], time.process_time() - began, found.probes, found.comparisons, hits)


def _plan() -> Plan:
    """As `urna roll deduplicate` searches if nothing else is asked for: with the shipped calibration's thresholds."""
    calibration = shipped_calibration()
    scores = pair_scores_at(calibration.deciding, Fraction(RATE))
    rule = DuplicateRule(scores=scores, false_match_rate=RATE, calibration=calibration.identity)
    return Plan(positions=(1, 6), rule=rule)


def _reached(prints: Prints, pairs: Sequence[Pair], rule: DuplicateRule) -> int:
    """How many of these pairs reach the rule when all their fingers are compared."""
    scores = [pair_score(hand_of(prints, one), hand_of(prints, other)) for one, other in pairs]
    return sum(rule.is_case(score.total, len(score.fingers)) for score in scores)


def _bytes(search: Search) -> int:
    """Of all columns that a search holds."""
    held: list[object] = [*search.galleries.values(), *search.prints.values(), *search.indexes.values()]
    return sum(column.nbytes for columns in held for column in columns if isinstance(column, np.ndarray))  # type: ignore[attr-defined,misc]


def _log(size: int, line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {size}: {line}", file=sys.stderr, flush=True)


def main() -> None:
    """Measures the sizes that were asked for and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run has done")
    asked = parser.parse_args()
    print(machine())
    results = [measure(size, asked.processes, is_fresh=asked.fresh) for size in asked.sizes]
    for figure in figures(results):
        print(f"{figure.what:70} {figure.text()}")


if __name__ == "__main__":
    main()
