"""Plans: printed sizes, the table of the nation, and simulations against what they simulate."""

from fractions import Fraction
from random import Random
from statistics import mean as average

import numpy as np
import pytest

from urna.audit.planning import (
    Group,
    Nation,
    plan_nation,
    polling_expected,
    polling_quantile,
    quantile,
    simulated,
    station_votes,
)
from urna.audit.risk.bets import FixedShare, ShrinkTrunc
from urna.audit.risk.comparison import Discrepancies
from urna.audit.risk.martingale import Population, course, draws_needed
from urna.audit.simulation import uniforms
from urna.errors import Malformed

ONE, ZERO, HALF = Fraction(1), Fraction(0), Fraction(1, 2)
TENTH, TWENTIETH = Fraction(1, 10), Fraction(1, 20)


@pytest.mark.parametrize(("percent", "size"), [(90, 8), (80, 14), (70, 31), (60, 119), (55, 470)])
def test_bravos_expected_samples_as_printed(percent: int, size: int) -> None:
    """α = .10."""
    assert polling_expected(Fraction(percent, 100), TENTH) == size


@pytest.mark.parametrize(("percent", "size"), [(70, 60), (65, 108), (60, 244), (58, 381), (55, 974)])
def test_bravos_table_1_90th_percentiles_as_printed(percent: int, size: int) -> None:
    """α = .1; the paper simulated them, here they come from the distribution."""
    assert polling_quantile(Fraction(percent, 100), TENTH, Fraction(9, 10)) == size


@pytest.mark.parametrize(
    ("margin", "comparison", "polling", "stations"),
    [
        (Fraction(16, 1000), 397, 23_860, 190),
        (Fraction(5, 100), 125, 2_379, 62),
        (Fraction(10, 100), 61, 586, 32),
    ],
)
def test_the_table_of_the_nation_within_a_tenth(margin: Fraction, comparison: int, polling: int, stations: int) -> None:
    """30,026 stations, shares normal with sd .10, 410 slips each, limit 5 %, no errors; polling by two ways."""
    plan = plan_nation(Nation(margin=margin))
    assert plan.comparison == pytest.approx(comparison, rel=0.1)
    assert plan.polling == pytest.approx(polling, rel=0.1)
    assert polling_expected((1 + margin) / 2, TWENTIETH) == pytest.approx(polling, rel=0.1)
    assert plan.stations == pytest.approx(stations, rel=0.1)
    assert plan.stations <= plan.draws
    assert plan.polling_late > plan.polling


def test_the_nations_stations_are_as_modelled() -> None:
    """The margin but for rounding, and the spread of the shares."""
    nation = Nation()
    votes = station_votes(nation, 7)
    assert len(votes) == 30_026
    assert 2 * votes.mean() / nation.slips - 1 == pytest.approx(0.05, abs=2e-5)
    assert (votes / nation.slips).std() == pytest.approx(0.10, rel=0.02)
    assert not np.array_equal(votes, station_votes(nation, 8))


def test_errors_in_records_cost_slips() -> None:
    """Two in a thousand by one vote; and so many by two that no sample does: all slips."""
    clean = plan_nation(Nation(), runs=10)
    some = plan_nation(Nation(), Discrepancies(over_one=Fraction(2, 1000)), runs=10)
    assert some.comparison > clean.comparison
    none = plan_nation(Nation(), Discrepancies(over_two=Fraction(1, 10)), runs=10)
    assert none.comparison == 30_026 * 410


@pytest.mark.parametrize(
    "bet", [ShrinkTrunc(Fraction(3, 5), weight=20), ShrinkTrunc(Fraction(3, 5), 5, ZERO), FixedShare(Fraction(1, 5))]
)
def test_the_compiled_loop_simulates_the_risk_function(bet: ShrinkTrunc | FixedShare) -> None:
    """Two ways to the same distribution: mean and 90th percentile of 400 audits by `course`, within chance."""
    groups = [Group(ONE, 280), Group(HALF, 40), Group(ZERO, 180)]
    population, chance = Population(500), Random(5)
    paper = [group.value for group in groups for _ in range(group.cards)]
    audits = [draws_needed(course(chance.sample(paper, 500), population, bet), TWENTIETH) or 500 for _ in range(400)]
    sizes = simulated(groups, population, bet, TWENTIETH, runs=4000, seed=5)
    spread = 4 * float(np.std(audits)) / 400**0.5
    assert float(sizes.mean()) == pytest.approx(average(audits), abs=spread)
    assert quantile(sizes, Fraction(9, 10)) == pytest.approx(sorted(audits)[359], rel=0.15)


def test_one_order_of_draws_gives_the_same_size_in_both() -> None:
    """All cards alike: no chance is left, so the two agree to the draw."""
    for value, bet in ((ONE, ShrinkTrunc(Fraction(3, 5))), (Fraction(5, 9), FixedShare(Fraction(9, 10)))):
        population = Population(1000, Fraction(10, 9))
        needed = draws_needed(course([value] * 1000, population, bet), TWENTIETH)
        sizes = simulated([Group(value, 1000)], population, bet, TWENTIETH, runs=3, seed=1)
        assert sizes.tolist() == [needed] * 3


def test_paper_that_says_the_contrary_is_counted_in_full() -> None:
    """But for the audits that are wrong, one in twenty at most: here none, as half the paper is for the loser."""
    sizes = simulated(
        [Group(ONE, 300), Group(ZERO, 700)], Population(1000), ShrinkTrunc(Fraction(3, 5)), TWENTIETH, runs=200, seed=1
    )
    assert (sizes == 1000).mean() >= 0.95


def test_a_seed_gives_the_same_audits_again() -> None:
    """And another gives others."""
    groups, bet = [Group(ONE, 600), Group(ZERO, 400)], ShrinkTrunc(Fraction(3, 5))
    once, again, other = (simulated(groups, Population(1000), bet, TWENTIETH, runs=50, seed=seed) for seed in (1, 1, 2))
    assert once.tolist() == again.tolist() != other.tolist()
    assert once.tolist() == sorted(once)


def test_the_generator_is_splitmix64_as_published() -> None:
    """Seed 1234567: the first outputs of the reference are 6457827717110365317, 3203168211198807973."""
    expected = [(number >> 11) / 2**53 for number in (6457827717110365317, 3203168211198807973)]
    assert uniforms(2, 1234567).tolist() == expected


def test_a_quantile_is_a_size_that_was_seen() -> None:
    """The least within which at least that part ended."""
    sizes = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 50])
    assert [quantile(sizes, part) for part in (TENTH, HALF, Fraction(9, 10), Fraction(91, 100), ONE)] == [
        1,
        5,
        9,
        50,
        50,
    ]
    with pytest.raises(Malformed, match="part above 0"):
        quantile(sizes, ZERO)


def test_plans_that_cannot_be_are_refused() -> None:
    """Groups that are not the population, an impossible margin, limit or share."""
    bet = FixedShare(HALF)
    with pytest.raises(Malformed, match="as many cards in groups"):
        simulated([Group(ONE, 9)], Population(10), bet, TENTH, runs=1, seed=1)
    with pytest.raises(Malformed, match="as many cards in groups"):
        simulated([Group(ONE, 10)], Population(None), bet, TENTH, runs=1, seed=1)
    with pytest.raises(Malformed, match="values from 0 to 1"):
        simulated([Group(Fraction(2), 10)], Population(10), bet, TENTH, runs=1, seed=1)
    with pytest.raises(Malformed, match="weight of the reported mean"):
        simulated([Group(ONE, 10)], Population(10), ShrinkTrunc(Fraction(3, 5), 0), TENTH, runs=1, seed=1)
    with pytest.raises(Malformed, match="margin above 0"):
        plan_nation(Nation(margin=ZERO))
    with pytest.raises(Malformed, match="risk limit"):
        polling_expected(Fraction(3, 5), ZERO)
    with pytest.raises(Malformed, match="share of the two above 1/2"):
        polling_quantile(HALF, TENTH, HALF)
