"""Ballot polling: BRAVO by counts and by slips."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.assertions import one_over_other
from urna.audit.risk.bets import FixedMean
from urna.audit.risk.martingale import Population, course
from urna.audit.risk.polling import bravo, bravo_course, reported_share, slip_values
from urna.errors import Malformed

SHARE = Fraction(3, 5)
SLIPS = st.lists(st.sampled_from([True, False, None]), max_size=40)


@given(slips=SLIPS)
def test_bravo_is_the_product_of_its_ratios_each_slip_once(slips: list[bool | None]) -> None:
    """1 / 2s for the winner, 1 / 2(1 - s) for the loser, in exact fractions; others say nothing."""
    exact, least = Fraction(1), Fraction(1)
    for slip in slips:
        exact /= {True: 2 * SHARE, False: 2 * (1 - SHARE), None: Fraction(1)}[slip]
        least = min(least, exact)
    found = bravo_course(slips, SHARE)
    assert bravo(slips.count(True), slips.count(False), SHARE) == pytest.approx(min(1.0, float(exact)), rel=1e-12)
    if slips:
        assert found[-1] == pytest.approx(float(least), rel=1e-12)


@given(slips=st.lists(st.booleans(), min_size=1, max_size=40))
def test_bravo_is_alpha_with_the_reported_share(slips: list[bool]) -> None:
    """A second way: ALPHA, η the share, with replacement."""
    alpha = course([Fraction(slip) for slip in slips], Population(None), FixedMean(SHARE))
    assert bravo_course(list(slips), SHARE) == pytest.approx(alpha, rel=1e-9)


def test_slips_become_values_of_the_assorter() -> None:
    """For the winner, the loser, another, blank, overvoted, not found."""
    pair = one_over_other("C", {"A": 0, "B": 0, "X": 0}, "A", "B")
    values = slip_values(pair, [{"A": 1}, {"B": 1}, {"X": 1}, {}, {"A": 1, "X": 1}, None])
    half = Fraction(1, 2)
    assert list(values) == [1, 0, half, half, half, 0]


def test_the_reported_share_is_exact_and_above_half() -> None:
    """A tie has no such share."""
    assert reported_share(60, 40) == SHARE
    for winner, loser in ((50, 50), (40, 60), (0, 0)):
        with pytest.raises(Malformed, match="above 1/2"):
            reported_share(winner, loser)


def test_counts_below_nothing_and_impossible_shares_are_refused() -> None:
    """With all votes for the winner one slip for the loser would lose the stake: another test is needed there."""
    with pytest.raises(Malformed, match="counts from 0 up"):
        bravo(-1, 0, SHARE)
    with pytest.raises(Malformed, match="below 1"):
        bravo_course([True], Fraction(1))
