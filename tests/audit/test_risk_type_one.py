"""No risk function confirms a wrong outcome more often than its limit says: 300 audits of a tie each.

The full table, 10,000 each, is `python -m bench audit-type-one`; docs/audits.md has it.
"""

from math import exp, lgamma, log, log1p
from random import Random

import numpy as np
import pytest
from bench.audit_type_one import CARDS, LIMIT, NULLS, Null, wrongly_confirmed

RUNS = 300
MOST = RUNS * LIMIT + 3 * (RUNS * LIMIT * (1 - LIMIT)) ** 0.5


@pytest.mark.parametrize("null", NULLS, ids=lambda null: null.name)
def test_a_tie_is_confirmed_no_more_often_than_the_limit(null: Null) -> None:
    """5 %, and three standard deviations of 300 audits above it."""
    assert wrongly_confirmed(null, RUNS) <= MOST


def doubled(chance: Random) -> bool:
    """Wald's test with the cumulative product taken twice, as a tool once had it."""
    ratios = [1.2 if chance.random() < 0.5 else 0.8 for _ in range(CARDS)]
    return bool(np.cumprod(np.cumprod(ratios)).max() >= 1 / LIMIT)


def forgetful(chance: Random) -> bool:
    """Ten rounds that take the same fifty slips as new ones each time, by BRAVO's ratios."""
    first = [1.2 if chance.random() < 0.5 else 0.8 for _ in range(50)]
    return bool(np.cumprod(first * 10).max() >= 1 / LIMIT)


@pytest.mark.parametrize("mistake", [doubled, forgetful])
def test_the_simulation_catches_known_mistakes(mistake: object) -> None:
    """Both are far above what the test allows: the check can fail."""
    assert callable(mistake)
    assert wrongly_confirmed(Null("mistake", mistake), RUNS) > 1.5 * MOST


def upper_bound(found: int, runs: int) -> float:
    """Clopper and Pearson's one-sided 95 % bound: the rate at which so few are found once in twenty times."""
    low, high = found / runs, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        chances = [
            exp(lgamma(runs + 1) - lgamma(k + 1) - lgamma(runs - k + 1) + k * log(middle) + (runs - k) * log1p(-middle))
            for k in range(found + 1)
        ]
        low, high = (middle, high) if sum(chances) > 0.05 else (low, middle)
    return high


@pytest.mark.slow
@pytest.mark.parametrize("stations", [1, 10, 100])
def test_altered_sheets_that_change_the_outcome_are_missed_no_more_often_than_the_limit(stations: int) -> None:
    """Four thousand audits each: the 95 % upper bound of the rate of misses is below the limit and 1.5 points."""
    null = next(each for each in NULLS if each.name == f"sheets altered in {stations} of 300 stations")
    assert upper_bound(wrongly_confirmed(null, 4000), 4000) < LIMIT + 0.015


def test_the_upper_bound_is_clopper_and_pearsons() -> None:
    """No miss in 59 audits is 4.95 %; 50 in 1,000 are 6.30 %."""
    assert upper_bound(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59), rel=1e-6)
    assert upper_bound(50, 1000) == pytest.approx(0.0630, abs=2e-4)
