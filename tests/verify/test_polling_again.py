"""Stakes, risks and sizes of audits of slips: the planner's fractions and the verifier's whole numbers are the same."""

import ast
import random
from collections.abc import Mapping
from fractions import Fraction
from math import exp, log, log1p
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.verify.test_audit_mathematics import NAMES, Case, contest_of

from urna.audit.assertions import one_over_other
from urna.audit.contest_assertions import of_contest
from urna.audit.polling_verdict import SlipBet, draws_needed, product_of, risk_of, slip_bet
from urna.audit.risk.bets import FixedStake
from urna.audit.risk.martingale import Draws, Population, Reals, log_stake
from urna.audit.risk.polling import bravo
from urna.audit.slip_reading import ContestReading
from urna.audit.slip_sums import Slip, sums_of_slips
from urna.election.definition import Contest
from urna.errors import Malformed
from urna.verify import audit_readings, audit_slips, polling_again
from urna.verify.assertions_again import Claim, claims_of
from urna.verify.audit_papers import ContestReading as ReadAgain
from urna.verify.audit_papers import OptionDraws
from urna.verify.audit_risk import RISK_UNIT
from urna.verify.polling_again import Stake, more_draws, risk_parts, stakes_of
from urna.verify.polling_again import product_of as product_again

LIMIT = Fraction(1, 20)


def again(reading: ContestReading) -> ReadAgain:
    """A reading as the verifier has it."""
    return ReadAgain(
        contest=reading.contest,
        options=tuple(OptionDraws(option=each.option, draws=each.draws) for each in reading.options),
        without_vote=reading.without_vote,
        not_found=reading.not_found,
    )


class Polled:
    """A contest with slips that were drawn, by both.

    Args:
        chance: where the numbers are from.
    """

    def __init__(self, chance: random.Random) -> None:
        case = Case(chance)
        self.contest: Contest = case.contest
        self.votes: Mapping[str, int] = {one.code: one.votes for one in case.result.lists}
        phantoms, papers = chance.choice((0, 0, 1, 9)), sum(case.cards) + 10
        try:
            assertions = of_contest(case.result, case.contest.votes_allowed)
        except Malformed:
            assertions = ()
        bets = [slip_bet(each, self.votes, phantoms, papers) for each in assertions]
        self.bets: dict[str, SlipBet] = {each.assertion.name: each for each in bets}
        claims = claims_of(case.contest, case.result)
        self.stakes: dict[str, Stake] = {
            each.claim.name: each for each in stakes_of(claims, self.votes, phantoms, papers)
        }
        self.slips: list[Slip] = [
            (self._slip(chance), chance.choice((1, 1, 1, 2))) for _ in range(chance.choice((0, 30, 300)))
        ]
        self.reading = sums_of_slips(case.contest, self.slips)

    def _slip(self, chance: random.Random) -> frozenset[str] | None:
        """Mostly as reported; blank, overvoted or not found now and then."""
        if chance.random() < 0.03:
            return None
        likely = [max(1, self.votes[name]) for name in NAMES]
        return frozenset(chance.choices(NAMES, weights=likely, k=chance.choice((0, 1, 1, 1, 1, 2))))


@settings(deadline=None, max_examples=150)
@given(st.integers())
def test_factors_risks_and_sizes_are_the_same(seed: int) -> None:
    """For every rule that has assertions, one vote or two, with phantoms and slips that nobody finds."""
    polled = Polled(random.Random(seed))
    assume(polled.bets)
    assert bool(polled.stakes) == all(each.stake > 0 for each in polled.bets.values())
    stands_for = {option.code: option.choice for option in polled.contest.options}
    for name, stake in polled.stakes.items():
        bet = polled.bets[name]
        for choice in NAMES:
            weight = stake.claim.weights.get(choice, 0)
            assert 1 + bet.stake * bet.assertion.weights[choice] == 1 + Fraction(stake.per_weight * weight, stake.whole)
        assert bet.growth == stake.growth
        ours = product_of(polled.contest, bet, [polled.reading])
        theirs = product_again(stake, stands_for, [again(polled.reading)])
        assert ours == theirs
        assert risk_of(ours) == Fraction(risk_parts(theirs), RISK_UNIT)
        if risk_of(ours) > LIMIT:
            assert draws_needed([(bet, ours)], LIMIT) == more_draws(stake, theirs, LIMIT)


@settings(deadline=None, max_examples=60)
@given(st.integers())
def test_the_product_is_the_library_s_bet_on_each_slip(seed: int) -> None:
    """1 + λ (assorter - 1/2) for each slip, in any order, is what the sums make of it; with several votes at most."""
    polled = Polled(random.Random(seed))
    assume(polled.bets)
    slips = [slip for slip, draws in polled.slips for _ in range(draws)]
    for bet in polled.bets.values():
        votes = [None if slip is None else dict.fromkeys(slip, 1) for slip in slips]
        values = [float(bet.assertion.value(each)) for each in votes]
        population = Population(None, bet.assertion.upper)
        draws = Draws(_array(values), _array([0.5] * len(values)), float(population.upper))
        stake = FixedStake(2 * -bet.assertion.floor * bet.stake)
        logarithms = log_stake(draws, stake)
        product = product_of(polled.contest, bet, [polled.reading])
        expected = float(logarithms[-1]) if values else 0.0
        found = log(product.denominator) - log(product.numerator)
        if polled.contest.votes_allowed == 1:
            assert found == pytest.approx(expected, abs=1e-6)
        else:
            assert found <= expected + 1e-6


@pytest.mark.parametrize(("winner", "loser"), [(120, 80), (10, 9), (1, 0), (700, 300), (0, 4)])
def test_two_candidates_are_bravo(winner: int, loser: int) -> None:
    """With the reported share of three fifths, exactly, and by the other implementation to eleven digits."""
    share, unit = Fraction(3, 5), 10**11
    contest = contest_of("plurality", 1, 1)
    votes = {"ANA": 600, "BEA": 400, "CAI": 0, "DEL": 0}
    bet = slip_bet(one_over_other("C", votes, "ANA", "BEA"), votes, 0, 5000)
    slips: list[Slip] = [(frozenset(["ANA"]), winner), (frozenset(["BEA"]), loser), (frozenset(), 50)]
    risk = risk_of(product_of(contest, bet, [sums_of_slips(contest, slips)]))
    exact = min(Fraction(1), 1 / ((2 * share) ** winner * (2 * (1 - share)) ** loser))
    assert risk == Fraction(-(-exact.numerator * unit // exact.denominator), unit)
    assert float(risk) == pytest.approx(bravo(winner, loser, share), abs=1e-10)


def test_a_million_draws_are_rounded_up_alike() -> None:
    """Longer than half a million bits, both give the same digits in a moment, for and against the outcome."""
    contest = contest_of("plurality", 1, 1)
    votes = {"ANA": 7_400_123, "BEA": 7_399_876, "CAI": 0, "DEL": 0}
    bet = slip_bet(one_over_other("C", votes, "ANA", "BEA"), votes, 0, 15_000_000)
    claim = Claim("ANA > BEA", {"ANA": 1, "BEA": -1}, -1, 1)
    (stake,) = stakes_of([claim], votes, 0, 15_000_000)
    stands_for = {option.code: option.choice for option in contest.options}
    for winner in (400_000, 500_100, 600_000):
        slips: list[Slip] = [(frozenset(["ANA"]), winner), (frozenset(["BEA"]), 1_000_000 - winner)]
        reading = sums_of_slips(contest, slips)
        ours = product_of(contest, bet, [reading])
        theirs = product_again(stake, stands_for, [again(reading)])
        assert abs(ours / theirs - 1) < Fraction(1, 10**200)
        assert risk_of(ours) == Fraction(risk_parts(theirs), RISK_UNIT)
        assert float(ours) == pytest.approx(exp(_log_risk(bet, winner)), rel=1e-6)


def _log_risk(bet: SlipBet, winner: int) -> float:
    stake = float(bet.stake)
    return -winner * log1p(stake) - (1_000_000 - winner) * log1p(-stake)


def test_a_slip_with_both_choices_only_raises_the_risk() -> None:
    """Sums do not say that nine slips have both: they multiply the stake by less than the 1 that they are worth."""
    contest = contest_of("plurality", 1, 2)
    votes = {"ANA": 60, "BEA": 40, "CAI": 0, "DEL": 0}
    bet = slip_bet(one_over_other("C", votes, "ANA", "BEA", 2), votes, 0, 100)
    apart: list[Slip] = [(frozenset(["ANA"]), 30)]
    both: list[Slip] = [*apart, (frozenset(["ANA", "BEA"]), 9)]
    without, with_both = (product_of(contest, bet, [sums_of_slips(contest, slips)]) for slips in (apart, both))
    assert with_both == without / (1 - bet.stake**2) ** 9 > without


def test_phantoms_that_could_make_up_the_margin_leave_no_stake() -> None:
    """Twenty more votes, and twenty papers that nobody has counted."""
    votes = {"ANA": 60, "BEA": 40, "CAI": 0, "DEL": 0}
    assertion = one_over_other("C", votes, "ANA", "BEA")
    assert slip_bet(assertion, votes, 19, 119).stake == Fraction(1, 119)
    assert slip_bet(assertion, votes, 20, 120).stake == 0


def test_a_slip_that_is_not_found_never_loses_all() -> None:
    """Of an outcome without any vote for another the stake is nine tenths: one bad slip is made up for by others."""
    votes = {"ANA": 60, "BEA": 0, "CAI": 0, "DEL": 0}
    contest = contest_of("plurality", 1, 1)
    bet = slip_bet(one_over_other("C", votes, "ANA", "BEA"), votes, 0, 60)
    assert bet.stake == Fraction(9, 10)
    slips: list[Slip] = [(None, 1), (frozenset(["ANA"]), 60)]
    assert product_of(contest, bet, [sums_of_slips(contest, slips)]) < Fraction(1, 10**9)


def test_the_verifier_shares_nothing_with_the_planner() -> None:
    """None of its modules for slips imports `urna.audit`."""
    for module in (audit_readings, audit_slips, polling_again):
        names = [
            node.module or ""
            for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))
            if isinstance(node, ast.ImportFrom)
        ]
        assert not [name for name in names if name.startswith("urna.audit")]


def _array(values: list[float]) -> Reals:
    return np.array(values, dtype=np.float64)
