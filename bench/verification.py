"""`urna verify` over the demo's record and over a nation's."""

from collections.abc import Iterator

from bench.figures import Figure, compared, of_runs
from bench.places import demo_record, make_demo, nation_record, urna
from urna.compute.processes import over_processes
from urna.storage.record import FolderReader
from urna.verify.procedure import Spread, in_turn, verify_record


def demo(runs: int) -> Iterator[Figure]:
    """The demo: making it, and verifying its record from the command line."""
    yield of_runs("urna demo, start to end", [make_demo().seconds])
    yield of_runs("urna verify", [urna("verify", demo_record()).seconds for _ in range(runs)])


def nation(runs: int) -> Iterator[Figure]:
    """The record of the nation's rehearsal: the command, and its checks in one process and in several."""
    record = nation_record()
    ended = [urna("verify", record) for _ in range(runs)]
    yield of_runs("urna verify", [each.seconds for each in ended])
    yield Figure("memory of the largest process", max(each.megabytes for each in ended), "MB")
    reader = FolderReader(record)

    def checks(spread: Spread) -> None:
        if not verify_record(reader, spread=spread).is_proven:
            raise RuntimeError("the nation's record does not verify")

    acts = (lambda: checks(in_turn), lambda: checks(over_processes))
    yield from compared("checks in 1 process", "checks in a process a core", acts, runs, unit="s")
