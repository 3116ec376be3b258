"""Every box counted: the contest's own rule over the paper's votes.

Docs: docs/spec/audits.md, "Macro, every container counted".
"""

from collections import Counter
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction

from urna.audit.box_count import AuditCount
from urna.audit.contest_tables import Audited, ContestTable, extra_slips, found_in, reported, seats_of
from urna.audit.report import Outcome
from urna.audit.verdict import Verdict
from urna.audit.within_reach import Paper, is_lead_within_reach, is_within_reach
from urna.election.allocation_result import SeatResult, UndecidedSeats
from urna.election.definition import Contest
from urna.election.seats import allocate_seats
from urna.encoding.canonical import Code
from urna.tally.winners import seat_rule

Votes = dict[Code, int]


class _Said(Enum):
    """What the paper says of one contest."""

    SAME = 1
    OTHERS = 2
    OPEN = 3
    """A lost or withheld box, or slips too many in one, could change it."""


def full_verdict(audited: Audited, tables: tuple[ContestTable, ...], counts: Mapping[Code, AuditCount]) -> Verdict:
    """The verdict when every container has a count, be it that it is lost.

    Args:
        audited: with the edition.
        tables: of the contests.
        counts: of every container.
    """
    said = [_says(audited, table, counts) for table in tables]
    risks = tuple(Fraction(each is not _Said.SAME) for each in said)
    if _Said.OTHERS in said:
        return Verdict(tables, risks, Outcome.REFUTED)
    return Verdict(tables, risks, Outcome.FULL_COUNT if _Said.OPEN in said else Outcome.CONFIRMED)


def _says(audited: Audited, table: ContestTable, counts: Mapping[Code, AuditCount]) -> _Said:
    """1. What the rule makes of the paper. 2. If others: whether the unknown could undo it. 3. Or do it."""
    contest, announced = table.contest, _in_edition(audited, table.contest)
    counted, unknown = _counted(audited, table, counts)
    paper = Paper(counted, unknown, _extra(audited, contest, counts))
    is_known = not (unknown or paper.extra)
    if _outcome(audited, contest, counted + _opened(audited, contest)) != _outcome(audited, contest, announced):
        return _Said.OPEN if not is_known and _may_be_as(audited, contest, announced, paper) else _Said.OTHERS
    is_sure = table.assertions and all(paper.least(each) > 0 for each in table.assertions)
    return _Said.SAME if is_sure or is_known else _Said.OPEN


def _may_be_as(audited: Audited, contest: Contest, announced: Votes, paper: Paper) -> bool:
    result = _allocated(audited, contest, announced)
    if result is None:
        return is_lead_within_reach(contest, announced, paper)
    return is_within_reach(contest, result, paper)


def _extra(audited: Audited, contest: Contest, counts: Mapping[Code, AuditCount]) -> int:
    """Slips beyond those that the boxes with this contest may hold."""
    return sum(
        extra_slips(audited, row, counts[each.code])
        for row, each in enumerate(audited.manifest.containers)
        if contest in audited.election.contests_of_station(each.code)
    )


def _counted(audited: Audited, table: ContestTable, counts: Mapping[Code, AuditCount]) -> tuple[Counter[Code], int]:
    """The votes of the boxes whose votes are published, and the cards of the others."""
    total: Counter[Code] = Counter()
    unknown = 0
    for row, each in enumerate(audited.manifest.containers):
        found = found_in(counts[each.code], table.contest)
        if found is None:
            unknown += int(table.table.cards[row])
        else:
            total.update(found)
    return total, unknown


def _opened(audited: Audited, contest: Contest) -> Counter[Code]:
    """What the edition has beyond its sheets: votes that they withhold and the guardians opened."""
    total = Counter(_in_edition(audited, contest))
    for each in audited.manifest.containers:
        total.subtract(reported(audited, each.code, contest) or {})
    return total


def _in_edition(audited: Audited, contest: Contest) -> Votes:
    total = audited.results.total(contest.code, contest.territory) if audited.results else None
    return {each.choice: each.votes for each in total.choices} if total else {}


def _outcome(audited: Audited, contest: Contest, votes: Mapping[Code, int]) -> object:
    """Who is elected with these votes: what has to be the same."""
    again = _allocated(audited, contest, votes)
    if again is None:
        every = {choice.code: votes.get(choice.code, 0) for choice in contest.choices}
        most = max(every.values(), default=0)
        return tuple(sorted(code for code, number in every.items() if number == most))
    second = again.second_round
    going_on = sorted(each.code for each in second.places) if second else ()
    seats = {code: won for code, won in again.seats().items() if won}
    return seats, _left_open(again.undecided), going_on, _left_open(second.undecided if second else None)


def _left_open(tie: UndecidedSeats | None) -> object:
    """How much of whom is open; the votes with which they are level are no part of an outcome."""
    return (tie.seats, tie.among) if tie else None


def _allocated(audited: Audited, contest: Contest, votes: Mapping[Code, int]) -> SeatResult | None:
    """What the contest's rule makes of these votes, with the edition's lot seed; None without a rule."""
    result = seats_of(audited.results, contest.code)
    if result is None:
        return None
    every = {choice.code: votes.get(choice.code, 0) for choice in contest.choices}
    return allocate_seats(contest.code, seat_rule(contest), every, seed=result.seed)
