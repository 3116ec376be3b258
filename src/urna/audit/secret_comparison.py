"""Ballot comparison without a record of votes: rows are shuffled, drawn ones opened and compared with their papers.

1. One row for each cast ballot with the contest: its encrypted slip id and its encrypted options (`secret_rows`).
2. Mixers shuffle the rows in turn (`crypto/shuffle`); each proves it.
3. Guardians show, blinded, which rows have one id (`audit/distinct_ids`); none should.
4. A public seed draws rows. Numbers above the rows are ballots without a proven id, then cards without a ballot.
5. The guardians open the rows drawn, with proofs: the id, which the paper has, and the votes.
6. The board reads the papers; each row and its paper give the overstatement that `audit/risk/comparison` tests.

Nobody learns which ballot, and so which voter's code, a row was. Source: docs/spec/secret-comparison.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from urna.audit.assertions import Assertion, Votes
from urna.audit.risk.comparison import Compared, compare
from urna.audit.secret_rows import ComparisonSet
from urna.ballot.slip_id import id_point
from urna.crypto.joint_opening import Proof, Target, VotesTable, check_proof, votes_point
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.words import Sentence


class OpenedRow(NamedTuple):
    """A drawn row, opened and proven."""

    number: int
    """From 1, in the order of the last mixer."""
    point: bytes
    """P of the slip's id in this contest."""
    votes: tuple[int, ...]
    """By option, in ballot order."""


class Sample(NamedTuple):
    """The rows drawn, and what is known of them."""

    described: ComparisonSet
    drawn: tuple[int, ...]
    """Numbers from 1, in the order of the draws; above the rows they are cards without a row."""
    opened: Mapping[int, OpenedRow]
    """Every drawn row, by number."""
    doubled: frozenset[int]
    """Rows that share an id with another one (`audit/distinct_ids`)."""


class SlipRead(NamedTuple):
    """What the board read of one paper."""

    contest_id: bytes
    """16 bytes, of the paper's machine-readable code and the contest (`ballot/slip_id.contest_id`)."""
    votes: Votes
    """By choice, from the words."""


def read_opening(
    targets: Sequence[Target], proofs: Sequence[Proof], table: VotesTable, row: int, where: str = ""
) -> OpenedRow:
    """What the guardians opened, each part proven.

    Args:
        targets: of this row, `Comparison.row_targets`.
        proofs: one for each.
        table: finds votes up to the most that an option takes.
        row: its number.
        where: the place to name in an error.

    Raises:
        Malformed: another number of proofs, or something in them is not a point or a scalar.
        Unproven: a proof fails, or an option holds more votes than it takes.
    """
    if len(proofs) != len(targets):
        raise Malformed(
            Sentence("a proof for the id and for each of {count} options", {"count": len(targets) - 1}),
            Sentence("{count} proofs", {"count": len(proofs)}),
            Sentence("Ask the guardians to open the whole row."),
            where,
        )
    for target, proof in zip(targets, proofs, strict=True):
        check_proof(target, proof, where)
    points = [votes_point(target, proof.share) for target, proof in zip(targets, proofs, strict=True)]
    return OpenedRow(row, points[0], tuple(table.find(point, where) for point in points[1:]))


def compare_rows(
    assertion: Assertion, choices: Sequence[Code], sample: Sample, slips: Iterable[SlipRead]
) -> tuple[Compared, ...]:
    """The assorter of each drawn row and of its paper, in the order of the draws.

    A row without a paper, a row that shares its id, and a card without a row count as the worst paper there can be; a
    ballot without a row, besides, as the best record, since its votes are in the total. Of several papers with one id
    the one that is worst for the assertion is taken: another row then has none.

    Args:
        assertion: what is tested. Its margin is over `cards_of` cards.
        choices: for each option, in ballot order, the choice that it counts for.
        sample: what was drawn and opened.
        slips: the papers that were found.
    """
    papers: dict[bytes, list[Votes]] = {}
    for slip in slips:
        papers.setdefault(id_point(slip.contest_id), []).append(slip.votes)
    return tuple(_compared(assertion, choices, sample, number, papers) for number in sample.drawn)


def _compared(
    assertion: Assertion, choices: Sequence[Code], sample: Sample, number: int, papers: Mapping[bytes, list[Votes]]
) -> Compared:
    if number > sample.described.ballots:
        return compare(assertion, {}, None)
    if number > sample.described.rows:
        return Compared(assertion.upper, Fraction(0))
    row = sample.opened[number]
    found = [] if number in sample.doubled else papers.get(row.point, [])
    return compare(assertion, row_votes(choices, row.votes), min(found, key=assertion.value, default=None))


def row_votes(choices: Sequence[Code], votes: Sequence[int]) -> dict[str, int]:
    """Votes by choice of a row's votes by option."""
    total: Counter[str] = Counter()
    for choice, count in zip(choices, votes, strict=True):
        total[choice] += count
    return dict(total)
