"""Where a slip has several votes, its factor vote by vote is never above what the whole slip is worth."""

from fractions import Fraction
from itertools import combinations
from math import prod

import pytest

from urna.audit.contest_assertions import of_contest
from urna.audit.polling_verdict import MOST_STAKE, slip_bet
from urna.election.seats import AllocationRule, SeatMethod, allocate_seats
from urna.errors import Malformed

VOTES = {"A": 90, "B": 60, "C": 31, "D": 17}
SEVERAL = (2, 3)


@pytest.mark.parametrize("method", SeatMethod)
@pytest.mark.parametrize("allowed", (1, *SEVERAL))
@pytest.mark.parametrize("seats", [1, 2, 3])
def test_no_slip_counts_for_more_than_it_says(method: SeatMethod, allowed: int, seats: int) -> None:
    """Two votes that both help an assertion would multiply to more: no rule with several votes has such a one."""
    try:
        assertions = of_contest(allocate_seats("C", AllocationRule(method=method, seats=seats), VOTES), allowed)
    except Malformed:
        assert method is not SeatMethod.PLURALITY, "the rule that several votes are for"
        return
    for each in assertions:
        for stake in (slip_bet(each, VOTES, 0, 200).stake, MOST_STAKE / -each.floor):
            for marked in (some for size in range(1, allowed + 1) for some in combinations(VOTES, size)):
                by_vote = prod(1 + stake * each.weights[choice] for choice in marked)
                assert 0 < by_vote <= 1 + stake * sum(each.weights[choice] for choice in marked), (each.name, marked)


def test_the_worst_slip_never_takes_all() -> None:
    """One that is not found leaves a tenth of the stake at least, however large the reported margin is."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=1)
    (assertion,) = of_contest(allocate_seats("C", rule, {"A": 200, "B": 0}))
    assert 1 + slip_bet(assertion, {"A": 200, "B": 0}, 0, 200).stake * assertion.floor == Fraction(1, 10)
