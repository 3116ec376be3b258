"""A search behind a verb: what was asked, the progress, the work list that comes of it."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from urna.biometrics.pair_rule import pair_scores_at
from urna.cli.roll_search_options import Threshold
from urna.cli.screen import err
from urna.cli.words import say
from urna.compute.deduplication import Plan, Search, Spread, parts_of, prepare, search_parts, slices_of
from urna.compute.processes import over_processes
from urna.compute.searched_people import People, case_of, head_of, people_of, people_of_captures
from urna.encoding.canonical import Hash, PublicKey, decode, encode
from urna.roll.deduplication import Source
from urna.roll.deduplication_report import DuplicateRule, PartDone
from urna.roll.elector import RollPart
from urna.station.captures import Capture
from urna.storage.calibration_file import read_calibration, shipped_calibration
from urna.storage.worklist import WorkList


class Asked(NamedTuple):
    """The options of a search; those of `Plan` and `WorkListHead`, and who carries it out."""

    election: Hash
    source: Source
    least_minutiae: int
    key: PublicKey
    positions: tuple[int, ...]
    across: bool
    candidates: int
    exact: bool
    slices: int
    threshold: Threshold
    part_size: int
    processes: int
    cluster: str
    wire_is_safe: bool


def search_roll(parts: Iterable[RollPart], asked: Asked, folder: Path, resume: bool) -> WorkList:
    """Searches the enrolled fingers of these electors."""
    return search_people(people_of(parts, asked.least_minutiae), asked, folder, resume)


def search_captures(captures: Iterable[Capture], asked: Asked, folder: Path, resume: bool) -> WorkList:
    """Searches the fingers with which electors were admitted."""
    return search_people(people_of_captures(captures, asked.least_minutiae), asked, folder, resume)


def search_people(people: People, asked: Asked, folder: Path, resume: bool) -> WorkList:
    """Searches the fingers of these people, into a new work list or one that was begun.

    1. Begin the work list, or take it up.
    2. Search the parts that are not done.
    """
    plan = Plan(
        positions=asked.positions,
        rule=_rule(asked, people),
        candidates=asked.candidates,
        across=asked.across,
        slices=asked.slices,
        exact=asked.exact,
    )
    head = head_of(
        people,
        plan,
        election=asked.election,
        source=asked.source,
        key=asked.key,
        made_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        part_size=asked.part_size,
    )
    work = WorkList.resume(folder, head) if resume else WorkList.begin(folder, head)
    with _spread(asked) as spread:
        search_into(work, people, plan, spread)
    return work


def _rule(asked: Asked, people: People) -> DuplicateRule:
    """The thresholds: somebody's own, or those of a calibration for this rate and so many impressions a finger."""
    scores, rate = asked.threshold.scores, asked.threshold.false_match_rate
    most = people.impressions
    if scores:
        rule = DuplicateRule(scores=scores, false_match_rate=rate, impressions=most)
        return decode(encode(rule), DuplicateRule, "--false-match-rate")
    path = asked.threshold.calibration
    calibration = read_calibration(path) if path else shipped_calibration()
    return DuplicateRule(
        scores=pair_scores_at(calibration.deciding, Fraction(rate), most, across=asked.across),
        false_match_rate=rate,
        impressions=most,
        calibration=calibration.identity,
        provisional=calibration.provisional,
    )


def search_into(work: WorkList, people: People, plan: Plan, spread: Spread) -> None:
    """Does the parts that are not done yet, slice after slice."""
    head = work.head
    done = {part.part for part in work.parts_done()}
    with _bar() as bar:
        task = bar.add_task(say("parts searched"), total=head.parts, completed=len(done))
        first = 0
        for slice_ in slices_of(head.people, plan.slices):
            numbered = dict(enumerate(parts_of(slice_.stop, head.part_size), start=first))
            first += len(numbered)
            if missing := {number: part for number, part in numbered.items() if number not in done}:
                search = prepare(people.prints, plan, slice_, spread)
                for _ in _search_slice(work, people, search, missing, spread):
                    bar.advance(task)


def _search_slice(
    work: WorkList, people: People, search: Search, missing: dict[int, range], spread: Spread
) -> Iterator[int]:
    """The numbers of the parts, as they are done; a part's cases are on the medium before it counts as done."""
    head = work.head
    found = search_parts(search, list(missing.values()), spread)
    for number, each in zip(missing, found, strict=True):
        for hit in each.hits:
            work.add_case(*case_of(hit, people, head.election, head.source), secrets.token_bytes)
        work.finish_part(PartDone(part=number, probes=each.probes, comparisons=each.comparisons))
        yield number


@contextmanager
def _spread(asked: Asked) -> Iterator[Spread]:
    """What carries out the tasks: processes of this machine, or a cluster."""
    if not asked.cluster:
        yield partial(over_processes, processes=asked.processes, worth_it=2, chunk=1)
        return
    from urna.compute.cluster import joined  # noqa: PLC0415 - Ray is there for whoever asks for it

    with joined(asked.cluster, is_wire_safe=asked.wire_is_safe) as found:
        yield found.spread


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
