"""No risk function confirms a wrong outcome more often than its limit says: 300 audits of a tie each.

The full table, 10,000 each, is `python -m bench audit-type-one`; docs/audits.md has it.
"""

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
