"""Boxes that nobody can count any more: the paper refutes an outcome only if no content of theirs could give it."""

import random
from collections.abc import Iterator
from itertools import combinations_with_replacement

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tampering.builder import build
from tests.verify.audit_attacks import change
from tests.verify.audited_world import AuditMaker, full_count
from tests.verify.test_audit_mathematics import METHODS, NAMES, contest_of
from tests.verify.test_audits import verify

from urna.audit.report import AuditReport, Outcome
from urna.audit.within_reach import Paper, is_lead_within_reach, is_within_reach
from urna.election.allocation_result import SeatResult
from urna.election.allocation_rule import SecondRound
from urna.election.definition import Contest, SeatRule
from urna.election.seats import allocate_seats
from urna.tally.winners import seat_rule
from urna.verify.audit_lost import Remains
from urna.verify.report import Check

Votes = dict[str, int]

SECOND_ROUNDS = (SecondRound(), SecondRound(share="9/20", lesser_share="2/5", lead="1/10", lead_crossing="at-least"))


def allocated(contest: Contest, votes: Votes) -> SeatResult:
    """By the contest's own rule."""
    return allocate_seats("C", seat_rule(contest), votes, seed="7")


def outcome(contest: Contest, votes: Votes, *, is_by_rule: bool) -> object:
    """Who is elected."""
    if not is_by_rule:
        return [code for code, number in votes.items() if number == max(votes.values())]
    result = allocated(contest, votes)
    ties = [result.undecided, result.second_round.undecided if result.second_round else None]
    places = {place.code for place in result.second_round.places} if result.second_round else set()
    return result.seats(), places, [tie and (tie.seats, tie.among) for tie in ties]


def by_both(contest: Contest, announced: Votes, paper: Paper, *, is_by_rule: bool = True) -> bool:
    """What planner and verifier say, which is the same."""
    result = allocated(contest, announced) if is_by_rule else None
    planned = (
        is_lead_within_reach(contest, announced, paper) if result is None else is_within_reach(contest, result, paper)
    )
    assert Remains(contest, paper.counted, paper.unknown, paper.extra).may_give(announced, result) == planned
    return planned


def contents(cards: int, allowed: int) -> Iterator[Votes]:
    """All that so many cards can hold, blank ones among them."""
    ballots: list[tuple[int, ...]] = [(), *((each,) for each in range(len(NAMES)))]
    if allowed == 2:
        ballots += [(one, other) for one in range(len(NAMES)) for other in range(one)]
    for box in combinations_with_replacement(ballots, cards):
        yield {name: sum(place in ballot for ballot in box) for place, name in enumerate(NAMES)}


@given(st.integers())
@settings(max_examples=150, deadline=None)
def test_no_content_gives_an_outcome_that_is_out_of_reach(seed: int) -> None:
    """Every content of up to three cards is tried: where one gives the announced outcome, neither refutes it."""
    chance = random.Random(seed)
    method = chance.choice(METHODS)
    allowed = chance.choice((1, 2)) if method == "plurality" else 1
    contest = contest_of(method, chance.randint(1, 4), allowed, chance.choice(("0/1", "5/100", "1/5", "1/2")))
    if method == "majority" and chance.random() < 0.7:
        first = SeatRule(method="majority", seats=1, second_round=chance.choice(SECOND_ROUNDS))
        contest = msgspec.structs.replace(contest, seat_rule=first)
    counted = {name: chance.randint(0, 9) for name in NAMES}
    extra = chance.choice((0, 0, 1))
    gone = {name: min(counted[name], chance.choice((0, 1))) for name in NAMES if extra}
    gone = gone if sum(gone.values()) <= allowed else {}
    cards, is_by_rule = chance.choice((1, 2, 3)), chance.random() < 0.9
    kept = {name: counted[name] - gone.get(name, 0) for name in NAMES}
    paper, every = Paper(counted, cards, extra), list(contents(cards, allowed))
    for lost in chance.sample(every, min(4, len(every))):
        announced = {name: kept[name] + lost[name] for name in NAMES}
        assert by_both(contest, announced, paper, is_by_rule=is_by_rule)
    other = {name: chance.randint(0, 12) for name in NAMES}
    if not by_both(contest, other, paper, is_by_rule=is_by_rule):
        wanted = outcome(contest, other, is_by_rule=is_by_rule)
        whole = ({name: kept[name] + lost[name] for name in NAMES} for lost in every)
        assert all(outcome(contest, votes, is_by_rule=is_by_rule) != wanted for votes in whole)


@pytest.mark.parametrize(
    ("rule", "announced", "counted", "enough"),
    [
        (("plurality", 1, "0/1"), (60, 50, 0, 0), (20, 50, 0, 0), 30),
        (("majority", 1, "0/1"), (60, 50, 0, 0), (20, 50, 0, 0), 30),
        (("majority", 1, "0/1"), (50, 50, 9, 0), (90, 10, 9, 0), 71),
        (("dhondt", 3, "0/1"), (90, 10, 0, 0), (20, 50, 0, 0), 130),
        (("hare", 4, "0/1"), (75, 25, 0, 0), (25, 75, 0, 0), 100),
        (("droop", 2, "0/1"), (90, 10, 0, 0), (40, 60, 0, 0), 20),
        (("dhondt", 3, "1/10"), (70, 30, 0, 5), (70, 2, 0, 1), 6),
    ],
)
def test_the_bound_is_as_near_as_the_rule_allows(
    rule: tuple[str, int, str], announced: tuple[int, ...], counted: tuple[int, ...], enough: int
) -> None:
    """So many lost cards keep the contest open; with one less the paper refutes it."""
    method, seats, threshold = rule
    contest = contest_of(method, seats, 1, threshold)
    reported, there = (dict(zip(NAMES, votes, strict=True)) for votes in (announced, counted))
    assert by_both(contest, reported, Paper(there, enough, 0))
    assert not by_both(contest, reported, Paper(there, enough - 1, 0))


def test_without_a_rule_the_most_votes_are_compared() -> None:
    """Thirty cards make the announced winner at least level; twenty-nine do not."""
    contest = contest_of("none", 0, 1)
    announced, there = ({**dict.fromkeys(NAMES, 0), "ANA": ana, "BEA": 50} for ana in (60, 20))
    assert by_both(contest, announced, Paper(there, 30, 0), is_by_rule=False)
    assert not by_both(contest, announced, Paper(there, 29, 0), is_by_rule=False)


TURNED = {("NOM-1", "ANA"): -12, ("NOM-1", "CAI"): -10, ("NOM-1", "BEA"): 22}


def _full(*, is_lost: bool) -> AuditMaker:
    """NOM-1, on the ballots of A-01 and A-02: in A-02 all are for the loser; A-01 is lost, or has blank slips alone."""

    def count(audit: AuditMaker, box: str) -> None:
        blank = {("NOM-1", each.option): -each.votes for each in audit.sheets[box].contests[0].votes or ()}
        apart = {"A-01": blank, "A-02": TURNED}.get(box)
        is_gone = box == "A-01" and is_lost
        audit.count(box, apart, is_lost=is_gone, reason="burnt" if is_gone else "")

    return full_count(build(), ("NOM-1",), count)


def test_a_lost_box_that_could_restore_the_outcome_never_refutes_it() -> None:
    """The counted box alone elects others, and the lost one has cards enough: the contest stays open for both."""
    audit = _full(is_lost=True)
    assert audit.reports[-1].outcome is Outcome.FULL_COUNT
    assert verify(audit.world).failed == frozenset()
    change(audit.world, "audits/RLA-2/report-2.note", AuditReport, outcome=Outcome.REFUTED)
    assert verify(audit.world).failed == {Check.AUDIT_RISK}


def test_the_same_box_on_the_table_refutes_it() -> None:
    """Nothing is unknown then, and the paper decides."""
    audit = _full(is_lost=False)
    assert audit.reports[-1].outcome is Outcome.REFUTED
    assert verify(audit.world).failed == frozenset()
    change(audit.world, "audits/RLA-2/report-2.note", AuditReport, outcome=Outcome.FULL_COUNT)
    assert verify(audit.world).failed == {Check.AUDIT_RISK}
