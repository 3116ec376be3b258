"""Part of check 30: the papers of an audit are in the log in an order that leaves nobody a choice.

What is drawn from, then the rules, then a published checkpoint, then the seed; then rounds, counts and reports, each
after what it rests on.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from urna.encoding.canonical import Code
from urna.errors import Unproven
from urna.log.merkle import MerkleTree
from urna.verify.audit_draws import check_logged_order
from urna.verify.audit_papers import BoxCount, Seed
from urna.verify.audit_reading import AuditPapers, Paper
from urna.verify.report import in_a_sentence
from urna.words import Sentence


class _Logged(Protocol):
    @property
    def path(self) -> str: ...

    @property
    def place(self) -> int | None: ...


class LogSeen(NamedTuple):
    """The log of a record: its tree, and the sizes at which it was published."""

    tree: MerkleTree
    checkpoints: Sequence[int]


def doubts_of_order(papers: AuditPapers, log: LogSeen, edition: int | None) -> Iterator[tuple[str, Sentence]]:
    """What stands in the wrong place of the log, each with its path. Papers without a leaf are check 9's.

    1. The edition, then the commitment's size, which has the root that it says, then the commitment.
    2. Manifest and weights, the commitment, a published checkpoint, the seed.
    3. Rounds after the seed, one after the other; a box's count after the round that drew it, or after the seed; a
       round's reading after it.
    4. A report after its round, that round's reading, and the counts that it names.

    Args:
        papers: the audit.
        log: where they are logged.
        edition: the leaf of the edition that is audited; None if none is.
    """
    rules = papers.commitment
    if rules.place is None:
        return
    yield from _before_the_rules(papers, log, edition)
    if papers.seed is not None and papers.seed.place is not None:
        yield from _seed(papers, papers.seed, rules.place, log)
        yield from _after_the_seed(papers, papers.seed)


def _before_the_rules(papers: AuditPapers, log: LogSeen, edition: int | None) -> Iterator[tuple[str, Sentence]]:
    path, place, _, rules = papers.commitment
    size = rules.log_size
    if place is None or not size <= place:
        values: dict[str, str | int] = {"file": path, "left": place or 0, "right": size}
        yield path, Sentence("{file} is leaf {left}, and says that the log had {right} leaves before it.", values)
    elif log.tree.root(size).hex() != rules.log_root:
        values = {"file": path, "size": size, "left": rules.log_root, "right": log.tree.root(size).hex()}
        sentence = Sentence("{file} says that the log's first {size} leaves make {left}; they make {right}.", values)
        yield path, sentence
    if edition is not None and edition >= size:
        values = {"file": path, "left": edition, "right": size}
        yield (
            path,
            Sentence("{file} audits results that are leaf {left}, and draws from a log of {right} leaves.", values),
        )


def _seed(papers: AuditPapers, seed: Paper[Seed], rules: int, log: LogSeen) -> Iterator[tuple[str, Sentence]]:
    before = [rules, *(each.place for each in (papers.manifest, papers.weights) if each and each.place is not None)]
    try:
        check_logged_order(max(before), seed.place or 0, log.checkpoints, papers.code)
    except Unproven as error:
        yield seed.path, in_a_sentence(error)


def _after_the_seed(papers: AuditPapers, seed: Paper[Seed]) -> Iterator[tuple[str, Sentence]]:
    if papers.rounds:
        yield from _late(seed, papers.rounds[0])
    for before, after in pairwise(papers.rounds):
        yield from _late(before, after)
    yield from _readings(papers)
    drawn = drawn_in(papers)
    for station, counts in papers.counts.items():
        for earlier, later in pairwise(counts):
            yield from _late(earlier, later)
        if counts:
            yield from _late(papers.rounds[drawn[station]] if station in drawn else seed, counts[0])
    for report in papers.reports:
        number = report.record.round
        if number <= len(papers.rounds):
            yield from _late(papers.rounds[number - 1], report)
        for reading in (each for each in papers.readings if each.record.round == number):
            yield from _late(reading, report)
        for count in _named(papers.counts, [(each.station, each.sequence) for each in report.record.counts]):
            yield from _late(count, report)
    for first, second in pairwise(papers.reports):
        yield from _late(first, second)


def _readings(papers: AuditPapers) -> Iterator[tuple[str, Sentence]]:
    """Each after its round, and one after the other."""
    for reading in papers.readings:
        for drawn in papers.rounds[reading.record.round - 1 : reading.record.round]:
            yield from _late(drawn, reading)
    for before, after in pairwise(papers.readings):
        yield from _late(before, after)


def drawn_in(papers: AuditPapers) -> dict[str, int]:
    """The round, counted from 0, that drew a box, or a slip, first."""
    found: dict[str, int] = {}
    for number, one in enumerate(papers.rounds):
        for draw in one.record.draws:
            found.setdefault(draw.unit, number)
    return found


def _named(
    counts: Mapping[Code, Sequence[Paper[BoxCount]]], names: Sequence[tuple[Code, int]]
) -> Iterator[Paper[BoxCount]]:
    for station, sequence in names:
        yield from (each for each in counts.get(station, ()) if each.record.sequence == sequence)


def _late(before: _Logged, after: _Logged) -> Iterator[tuple[str, Sentence]]:
    if before.place is not None and after.place is not None and before.place > after.place:
        values: dict[str, str | int] = {"file": before.path, "left": before.place, "right": after.place}
        yield before.path, Sentence("{file} is leaf {left}, expected at or before leaf {right}.", values)
