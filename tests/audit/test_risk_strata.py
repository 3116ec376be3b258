"""Two strata: the risk of the worst pair of means on the null's line, never too low however coarse the cells."""

from fractions import Fraction
from math import exp, log
from random import Random

import pytest

from urna.audit.assertions import one_over_other
from urna.audit.risk.comparison import Compared
from urna.audit.risk.strata import Combined, Stratum, compared, fisher, polled, stratified
from urna.errors import Malformed

PAIR = one_over_other("C", {"A": 0, "B": 0}, "A", "B")
ONE, ZERO = Fraction(1), Fraction(0)
BOTH = list(Combined)


def slips(size: int, share: Fraction, seed: int) -> list[Fraction]:
    """Slips of a stratum in a random order: exactly this share for the winner."""
    votes = [ONE] * int(size * share) + [ZERO] * (size - int(size * share))
    Random(seed).shuffle(votes)
    return votes


def hybrid(draws: tuple[int, int], seed: int = 1) -> tuple[Stratum, Stratum]:
    """10,000 cards with records at 60 %, all right, and 2,000 without at 55 %."""
    records = [Compared(vote, vote) for vote in slips(10_000, Fraction(3, 5), seed)]
    paper = slips(2_000, Fraction(11, 20), seed)
    return (
        compared(PAIR, 10_000, records[: draws[0]], Fraction(3, 5)),
        polled(PAIR, 2_000, paper[: draws[1]], Fraction(11, 20)),
    )


@pytest.mark.parametrize("combined", BOTH)
def test_a_right_outcome_is_confirmed_by_a_few_slips_of_each_stratum(combined: Combined) -> None:
    """The stratum with records carries the margin, so the other needs few."""
    assert stratified(*hybrid((100, 200)), combined) <= 0.05


@pytest.mark.parametrize("combined", BOTH)
def test_without_a_sample_from_one_stratum_its_cards_may_all_be_for_the_loser(combined: Combined) -> None:
    """1,000 unseen cards leave 550 of 6,050 to spare; with 2,000 all could be for the loser: a tie."""
    risks = []
    for draws in (100, 200, 400):
        first, _ = hybrid((draws, 0))
        risks.append(stratified(first, polled(PAIR, 1_000, [], Fraction(11, 20)), combined))
        assert stratified(first, polled(PAIR, 2_000, [], Fraction(11, 20)), combined) == 1
    assert 1 > risks[0] > risks[1] > risks[2]


@pytest.mark.parametrize("combined", BOTH)
def test_finer_cells_only_lower_the_risk(combined: Combined) -> None:
    """Coarse ones are never too low."""
    strata = hybrid((80, 150))
    risks = [stratified(*strata, combined, cells=cells) for cells in (5, 50, 500, 2000)]
    assert risks == sorted(risks, reverse=True)
    assert risks[-1] == pytest.approx(risks[-2], rel=0.2)


@pytest.mark.parametrize("combined", BOTH)
def test_both_strata_counted_decide(combined: Combined) -> None:
    """The paper has the loser ahead, or a tie: 1; clearly the winner: 0."""
    for share, decided in ((Fraction(2, 5), 1), (Fraction(1, 2), 1), (Fraction(3, 5), 0)):
        first = polled(PAIR, 50, slips(50, share, 1), Fraction(3, 5))
        second = compared(PAIR, 50, [Compared(ONE, vote) for vote in slips(50, share, 2)], ONE)
        assert stratified(first, second, combined) == decided


@pytest.mark.parametrize("combined", BOTH)
def test_the_worst_pair_of_means_is_searched(combined: Combined) -> None:
    """Against any one pair on the line the risk is lower: taking one that suits would be too sure."""
    first, second = (polled(PAIR, 1000, slips(1000, Fraction(3, 5), seed)[:60], Fraction(3, 5)) for seed in (1, 2))
    found = stratified(first, second, combined)
    product, fishers = 1.0, 1.0
    for stratum in (first, second):
        total, stakes = 0.0, [1.0]
        for drawn, value in enumerate(stratum.values):
            mean = (500 - total) / (1000 - drawn)
            stakes.append(stakes[-1] * (1 + stratum.share(0.5) * (float(value) / mean - 1)))
            total += float(value)
        product, fishers = product / stakes[-1], fishers / max(stakes)
    at_the_middle = product if combined is Combined.PRODUCT else fisher(fishers)
    assert found >= at_the_middle * 0.9


def test_fishers_function_is_the_tail_of_chi_squared_with_four_degrees() -> None:
    """At x = -2 ln q it is exp(-x/2) (1 + x/2)."""
    for product in (0.001, 0.05, 0.7, 1.0):
        x = -2 * log(product)
        assert fisher(product) == pytest.approx(exp(-x / 2) * (1 + x / 2), rel=1e-12)
    assert fisher(0) == 0


def test_errors_in_the_records_raise_the_risk() -> None:
    """Two records that overstate by two votes."""
    _, second = hybrid((0, 200))
    good = [Compared(ONE, ONE)] * 98
    clean = compared(PAIR, 10_000, [*good, Compared(ONE, ONE), Compared(ONE, ONE)], Fraction(3, 5))
    wrong = compared(PAIR, 10_000, [*good, Compared(ONE, ZERO), Compared(ONE, ZERO)], Fraction(3, 5))
    assert stratified(clean, second, Combined.PRODUCT) < stratified(wrong, second, Combined.PRODUCT)


def test_what_cannot_be_strata_is_refused() -> None:
    """More draws than cards, values out of bounds, no cells."""
    first, second = hybrid((10, 10))
    with pytest.raises(Malformed, match="10 draws from 5"):
        stratified(first._replace(size=5), second, Combined.FISHER)
    with pytest.raises(Malformed, match="values from 0 to"):
        stratified(first, second._replace(values=(Fraction(2),)), Combined.FISHER)
    with pytest.raises(Malformed, match="at least one cell"):
        stratified(first, second, Combined.FISHER, cells=0)
