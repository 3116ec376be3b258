"""The exact upper bound of a share, from a sample."""

from fractions import Fraction
from math import comb

import pytest

from urna.audit.examination_bound import upper_bound
from urna.errors import Malformed


@pytest.mark.parametrize(
    ("found", "sampled", "expected"),
    [(0, 1, 0.95), (0, 100, 0.029513), (0, 300, 0.009936), (1, 10, 0.394163), (5, 100, 0.1022534), (10, 10, 1.0)],
)
def test_the_bound_is_clopper_and_pearsons(found: int, sampled: int, expected: float) -> None:
    """One-sided, 95 %: closed forms for nobody and everybody, the beta distribution's quantiles for the rest."""
    assert float(upper_bound(found, sampled)) == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(("found", "sampled"), [(0, 59), (2, 400), (7, 30), (30, 31)])
def test_at_the_bound_so_few_are_found_once_in_twenty(found: int, sampled: int) -> None:
    """The bound is the first millionth at which the exact probability is no longer above 5 %."""
    bound = upper_bound(found, sampled)

    def likely(share: Fraction) -> Fraction:
        return sum(
            (comb(sampled, n) * share**n * (1 - share) ** (sampled - n) for n in range(found + 1)), start=Fraction(0)
        )

    assert likely(bound) <= Fraction(1, 20) < likely(bound - Fraction(1, 10**6))


def test_more_wrong_never_gives_a_lower_bound() -> None:
    """It rises with what is found, and falls with what is drawn."""
    bounds = [upper_bound(found, 50) for found in range(51)]
    assert bounds == sorted(bounds)
    assert upper_bound(3, 500) < upper_bound(3, 50)


@pytest.mark.parametrize(("found", "sampled"), [(2, 1), (-1, 5), (0, 0), (0, 20_001)])
def test_a_sample_that_cannot_be_is_refused(found: int, sampled: int) -> None:
    """More wrong than drawn, nothing drawn, too many."""
    with pytest.raises(Malformed):
        upper_bound(found, sampled)
