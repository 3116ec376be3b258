"""ALPHA and the bets: printed values, second formulae, and what a sum alone decides."""

from fractions import Fraction
from itertools import pairwise
from math import prod
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.risk.bets import Agrapa, FixedMean, FixedShare, FixedStake, ShrinkTrunc, kaplan_kolmogorov
from urna.audit.risk.martingale import Bet, Population, course, draws_needed, risk
from urna.errors import Malformed

ZERO, HALF, ONE = Fraction(0), Fraction(1, 2), Fraction(1)
REPLACED = Population(None)
BETS: list[Bet] = [
    FixedMean(Fraction(3, 4)),
    FixedMean(Fraction(3, 4), 20),
    ShrinkTrunc(Fraction(3, 5)),
    FixedShare(ONE),
    FixedShare(Fraction(1, 2)),
    FixedStake(ONE),
    Agrapa(Fraction(3, 5)),
]


def test_alpha_with_eta_three_quarters_needs_eight_ones_or_fourteen_values_of_three_quarters() -> None:
    """The development values: limit 5 %, fixed η = 0.75."""
    bet = FixedMean(Fraction(3, 4))
    assert draws_needed(course([ONE] * 20, REPLACED, bet), Fraction(1, 20)) == 8
    assert draws_needed(course([Fraction(3, 4)] * 20, REPLACED, bet), Fraction(1, 20)) == 14


def test_walds_test_of_ten_ones_is_printed_as_16150558() -> None:
    """SPRT with η = 0.6 against 1/2: 1 / 1.2^10."""
    value = risk([ONE] * 10, REPLACED, FixedMean(Fraction(3, 5)))
    assert f"{value:.8f}" == "0.16150558"[:10]
    assert value == pytest.approx(1 / 1.2**10, rel=1e-14)


def test_the_stake_multiplies_each_draw_once() -> None:
    """The SPRT of SHANGRLA took the cumulative product twice: three ones were 1.2^(1+2+3)."""
    risks = course([ONE] * 3, REPLACED, FixedMean(Fraction(3, 5)))
    assert risks == pytest.approx([1 / 1.2, 1 / 1.2**2, 1 / 1.2**3], rel=1e-14)


def alpha_by_its_own_formula(sample: list[Fraction], size: int, mean: Fraction, weight: int) -> list[Fraction]:
    """Stark 2023, equation (1) with shrink-trunc and c = 0, in exact fractions, as a second way."""
    stake, total, stakes = ONE, ZERO, []
    for drawn, value in enumerate(sample):
        null = (size * HALF - total) / (size - drawn)
        eta = min(max((weight * mean + total) / (weight + drawn), null), Fraction(999_999, 1_000_000))
        stake *= (value * eta / null + (1 - value) * (1 - eta) / (1 - null)) if 0 < null < 1 else 1
        total += value
        stakes.append(stake)
    return [min(ONE, 1 / max(stakes[: place + 1])) for place in range(len(stakes))]


@given(st.lists(st.sampled_from([ZERO, HALF, ONE]), min_size=1, max_size=9))
def test_shrink_trunc_without_replacement_agrees_with_the_papers_formula_in_exact_fractions(
    sample: list[Fraction],
) -> None:
    """Twenty cards, up to nine drawn, so that the sums alone decide nothing."""
    bet = ShrinkTrunc(Fraction(7, 10), weight=10, gap=ZERO)
    second = [float(each) for each in alpha_by_its_own_formula(sample, 20, Fraction(7, 10), 10)]
    assert course(sample, Population(20), bet) == pytest.approx(second, rel=1e-9)


@given(st.lists(st.sampled_from([ZERO, HALF, ONE]), min_size=1, max_size=8), st.sampled_from([1, 2, 5]))
def test_kaplan_kolmogorov_is_the_product_of_padded_ratios(sample: list[Fraction], tenths: int) -> None:
    """Its own formula, product of (x + g) / (μ + g), which has a second way to the same number."""
    padding = Fraction(tenths, 10)
    population, bet = kaplan_kolmogorov(Population(30), padding)
    stakes, total, stake = [ONE], ZERO, ONE
    for drawn, value in enumerate(sample):
        stake *= (value + padding) / ((30 * HALF - total) / (30 - drawn) + padding)
        total += value
        stakes.append(stake)
    found = risk([value + padding for value in sample], population, bet)
    assert found == pytest.approx(float(min(ONE, 1 / max(stakes))), rel=1e-9)


def test_kaplan_wald_is_a_fixed_share() -> None:
    """Product of (γ x / t + 1 - γ), with replacement."""
    sample = [ONE, HALF, ONE, ZERO, ONE]
    stakes = [prod(Fraction(9, 10) * 2 * value + Fraction(1, 10) for value in sample[:place]) for place in range(1, 6)]
    found = risk(sample, REPLACED, FixedShare(Fraction(9, 10)))
    assert found == pytest.approx(float(1 / max(stakes)), rel=1e-12)


@pytest.mark.parametrize("bet", BETS)
def test_a_full_count_decides_whatever_the_sample_said_before(bet: Bet) -> None:
    """Nine ones first, then eleven noughts: the loser won, and no bet may call it confirmed; a tie neither."""
    population = Population(20)
    assert course([ONE] * 9 + [ZERO] * 11, population, bet)[-1] == 1
    assert course([ONE] * 10 + [ZERO] * 10, population, bet)[-1] == 1
    assert course([ZERO] * 9 + [ONE] * 11, population, bet)[-1] == 0


@pytest.mark.parametrize("bet", BETS)
def test_with_replacement_as_many_draws_as_cards_are_no_full_count(bet: Bet) -> None:
    """No number of draws is a count: the risk stays above 0, and at 1 where nothing speaks for the outcome."""
    assert 0 < risk([ONE, HALF] * 20, REPLACED, bet) < 1
    assert risk([ZERO] * 1000, REPLACED, bet) == 1


@pytest.mark.parametrize("bet", BETS)
@given(numbers=st.lists(st.integers(0, 4), min_size=1, max_size=20), seed=st.integers(0, 99))
def test_no_bet_looks_at_the_draw_that_it_stakes_on(bet: Bet, numbers: list[int], seed: int) -> None:
    """Another last draw changes the last risk alone; risks fall, unless the sums say that the null is true."""
    sample = [Fraction(number, 4) for number in numbers]
    changed = [*sample[:-1], Fraction(Random(seed).randrange(5), 4)]
    one, other = course(sample, Population(20), bet), course(changed, Population(20), bet)
    assert np.array_equal(one[:-1], other[:-1])
    assert all(later <= earlier or later == 1 for earlier, later in pairwise(one))
    assert all(0 <= each <= 1 for each in one)


def test_the_risk_is_zero_only_when_the_sample_leaves_the_null_no_room() -> None:
    """Eleven ones of twenty cards are more than half of all; ten are not."""
    risks = course([ONE] * 12, Population(20), FixedMean(Fraction(3, 4), 20))
    assert (risks[9] > 0, risks[10]) == (True, 0)


@pytest.mark.parametrize(
    ("sample", "population", "message"),
    [
        ([ONE] * 21, Population(20), "one drawn again is not a new one, found 21 draws from 20"),
        ([], Population(0), "0 draws from 0"),
        ([Fraction(3, 2)], Population(20), "values from 0 to 1, found 3/2"),
        ([Fraction(-1, 2)], Population(None), "values from 0 to 1"),
        ([ONE], Population(20, ONE, ONE), "null mean"),
        ([ONE], Population(20, ONE, ZERO), "null mean"),
    ],
)
def test_what_cannot_be_a_sample_is_refused(sample: list[Fraction], population: Population, message: str) -> None:
    """With what was expected and what was found."""
    with pytest.raises(Malformed, match=message):
        course(sample, population, FixedShare(HALF))


def test_without_a_draw_the_risk_is_all() -> None:
    """Nothing was seen."""
    assert risk([], REPLACED, FixedShare(HALF)) == 1


def test_a_padding_is_above_nothing() -> None:
    """Without it one 0 loses all, and the name would be wrong."""
    with pytest.raises(Malformed, match="padding above 0"):
        kaplan_kolmogorov(REPLACED, ZERO)


def test_agrapa_and_shrink_trunc_learn_from_the_sample() -> None:
    """Reported 0.55, true 0.8: both need fewer slips than the bet on the report."""
    sample = [ONE, ONE, ONE, ONE, ZERO] * 60
    reported = Fraction(11, 20)
    sizes = [
        draws_needed(course(sample, REPLACED, bet), Fraction(1, 20))
        for bet in (Agrapa(reported), ShrinkTrunc(reported, weight=10), FixedMean(reported))
    ]
    assert all(size is not None for size in sizes)
    assert sizes[0] < sizes[2] > sizes[1]  # type: ignore[operator]


@given(st.lists(st.sampled_from([ZERO, HALF, ONE]), min_size=1, max_size=9), st.sampled_from([None, 30]))
def test_agrapa_agrees_with_its_formula_in_exact_fractions(sample: list[Fraction], size: int | None) -> None:
    """Waudby-Smith and Ramdas's estimates, one draw after the other, as a second way."""
    mean, spread, total, stake, greatest = Fraction(3, 5), Fraction(1, 4), ZERO, ONE, ONE
    for drawn, value in enumerate(sample):
        null = HALF if size is None else (size * HALF - total) / (size - drawn)
        above, variance = mean - null, spread / (drawn + 1)
        share = max(ZERO, min(above / (variance + above**2), Fraction(3, 4) / null))
        stake *= 1 + share * (value - null)
        greatest = max(greatest, stake)
        total += value
        mean = (Fraction(3, 5) + total) / (drawn + 2)
        spread += (value - mean) ** 2
    assert risk(sample, Population(size), Agrapa(Fraction(3, 5))) == pytest.approx(float(1 / greatest), rel=1e-9)


@given(st.lists(st.sampled_from([ZERO, HALF, ONE]), min_size=1, max_size=9), st.integers(0, 3))
def test_a_fixed_stake_is_cut_to_what_cannot_be_lost_twice(sample: list[Fraction], stake: int) -> None:
    """λ up to 3, cut to 1/mean, without replacement, in exact fractions."""
    total, grown, greatest = ZERO, ONE, ONE
    for drawn, value in enumerate(sample):
        null = (20 * HALF - total) / (20 - drawn)
        grown *= 1 + min(Fraction(stake), 1 / null) * (value - null)
        greatest = max(greatest, grown)
        total += value
    assert risk(sample, Population(20), FixedStake(Fraction(stake))) == pytest.approx(float(1 / greatest), rel=1e-9)
