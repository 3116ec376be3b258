"""Ballot comparison: the values that the papers and today's tools print, and what is refused."""

from fractions import Fraction
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.assertions import Quotient, above_share, one_over_other, quotient_over_other
from urna.audit.risk.bets import FixedShare
from urna.audit.risk.comparison import (
    GAMMA,
    Compared,
    Discrepancies,
    compare,
    kaplan_markov,
    kaplan_markov_size,
    pool_mean,
    record_population,
    record_values,
    super_simple_size,
)
from urna.audit.risk.martingale import course as course_of
from urna.audit.risk.martingale import draws_needed, risk
from urna.errors import Malformed

TENTH = Fraction(1, 10)
RATES = Discrepancies(Fraction(1, 1000), Fraction(1, 10_000), Fraction(1, 1000), Fraction(1, 10_000))
PAIR = one_over_other("C", {"A": 0, "B": 0, "X": 0}, "A", "B")


@pytest.mark.parametrize(
    ("winner", "loser", "ballots", "size"),
    [
        (60_000, 40_000, 100_000, 27),
        (30_000, 24_000, 60_000, 54),
        (18_000, 12_600, 36_000, 36),
        (8_000, 6_000, 15_000, 40),
        (10_000, 0, 10_000, 6),
    ],
)
def test_super_simple_sizes_are_those_of_todays_tools(winner: int, loser: int, ballots: int, size: int) -> None:
    """α = .10, one-vote rates .001, two-vote rates .0001, γ 1.03905."""
    assert super_simple_size(TENTH, Fraction(winner - loser, ballots), RATES) == size


def test_the_gentle_introductions_sizes() -> None:
    """α = .1, margin .05: 96 without errors, 80 with one understatement by one vote."""
    assert kaplan_markov_size(TENTH, Fraction(5, 100)) == 96
    assert kaplan_markov_size(TENTH, Fraction(5, 100), Discrepancies(under_one=1)) == 80


def test_kaplan_markov_with_one_overstatement_as_printed() -> None:
    """Printed with 17 digits; exact arithmetic gives …031611, so the last three are the printer's rounding."""
    margin = Fraction(354_040 - 337_589, 354_040 + 337_589 + 33_234)
    exact = (1 - margin / (2 * GAMMA)) ** 200 / (1 - 1 / (2 * GAMMA))
    found = kaplan_markov(200, margin, Discrepancies(over_one=1))
    assert found == pytest.approx(0.21438135077031842, rel=2e-14)
    assert found == pytest.approx(float(exact), rel=1e-14)


@pytest.mark.parametrize(
    ("over_one", "over_two", "printed"), [(0, 0, ".007"), (3, 0, ".054"), (0, 1, ".698"), (0, 2, "1.000")]
)
def test_the_super_simple_papers_table_3(over_one: int, over_two: int, printed: str) -> None:
    """With n = 500, margin .02, γ = 1.01."""
    found = kaplan_markov(500, Fraction(2, 100), Discrepancies(over_one, over_two), Fraction(101, 100))
    assert f"{found:.3f}".removeprefix("0") == printed


@given(
    draws=st.integers(4, 400),
    counts=st.lists(st.integers(0, 1), min_size=4, max_size=4),
    margin=st.integers(1, 100),
)
def test_kaplan_markov_agrees_with_its_formula_in_exact_fractions(draws: int, counts: list[int], margin: int) -> None:
    """The second formula: a product of fractions."""
    mu, one, two = Fraction(margin, 100), 1 / (2 * GAMMA), 1 / GAMMA
    o1, o2, u1, u2 = counts
    exact = (1 - mu * one) ** draws / (1 - one) ** o1 / (1 - two) ** o2 / (1 + one) ** u1 / (1 + two) ** u2
    assert kaplan_markov(draws, mu, Discrepancies(*counts)) == pytest.approx(min(1.0, float(exact)), rel=1e-9)


@given(margin=st.integers(1, 100), counts=st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_a_sample_of_the_planned_size_keeps_the_limit(margin: int, counts: list[int]) -> None:
    """Whatever was found, if no more of it comes."""
    found = Discrepancies(*counts)
    size = kaplan_markov_size(TENTH, Fraction(margin, 100), found)
    assert size is not None
    assert kaplan_markov(size, Fraction(margin, 100), found) <= 0.1


def test_gamma_one_ends_at_the_first_overstatement_by_two() -> None:
    """The stake is lost: no number of draws brings it back, and the plan says so."""
    found = Discrepancies(over_two=1)
    assert kaplan_markov(10_000, TENTH, found, Fraction(1)) == 1
    assert kaplan_markov_size(TENTH, TENTH, found, Fraction(1)) is None


def test_rates_that_eat_the_margin_need_a_full_hand_count() -> None:
    """No sample would ever keep the limit."""
    assert super_simple_size(TENTH, Fraction(1, 1000), Discrepancies(over_two=Fraction(1, 100))) is None


def test_drawing_as_many_as_there_are_is_no_count() -> None:
    """With replacement, 100 draws from 100 cards: never a risk of 0, and 1 if each shows the loser ahead."""
    assert kaplan_markov(100, Fraction(1, 2)) == pytest.approx(exp(100 * -0.2754), rel=0.02)
    assert kaplan_markov(100, Fraction(1, 2), Discrepancies(over_two=100)) == 1


@pytest.mark.parametrize(
    ("draws", "margin", "found", "gamma", "message"),
    [
        (10, Fraction(0), Discrepancies(), GAMMA, "diluted margin above 0"),
        (10, Fraction(2), Discrepancies(), GAMMA, "diluted margin above 0 and at most 1"),
        (10, TENTH, Discrepancies(over_one=11), GAMMA, "11 in 10 draws"),
        (10, TENTH, Discrepancies(over_one=-1), GAMMA, "discrepancies from 0 up"),
        (10, TENTH, Discrepancies(), Fraction(99, 100), "γ of at least 1"),
    ],
)
def test_what_cannot_be_a_comparison_is_refused(
    draws: int, margin: Fraction, found: Discrepancies, gamma: Fraction, message: str
) -> None:
    """Each with what was expected."""
    with pytest.raises(Malformed, match=message):
        kaplan_markov(draws, margin, found, gamma)


@pytest.mark.parametrize("limit", [Fraction(0), Fraction(1), Fraction(-1)])
def test_a_risk_limit_is_above_nothing_and_below_all(limit: Fraction) -> None:
    """0 would never end, 1 would never start."""
    with pytest.raises(Malformed, match="risk limit"):
        kaplan_markov_size(limit, TENTH)


CLEAN, UNDER_TWO = Compared(Fraction(1), Fraction(1)), Compared(Fraction(0), Fraction(1))
OVER_ONE, OVER_TWO = Compared(Fraction(1), Fraction(1, 2)), Compared(Fraction(1), Fraction(0))


@pytest.mark.parametrize(
    ("tenths", "card", "value"),
    [
        (2, CLEAN, Fraction(10, 18)),
        (3, UNDER_TWO, Fraction(20, 17)),
        (1, OVER_ONE, Fraction(5, 19)),
        (1, OVER_TWO, Fraction(0)),
    ],
)
def test_the_overstatement_assorter_as_printed(tenths: int, card: Compared, value: Fraction) -> None:
    """SHANGRLA: v = .2 clean 1/1.8; v = .3 two-vote under 2/1.7; v = .1 one-vote over .5/1.9, two-vote over 0."""
    assert record_values(PAIR, Fraction(tenths, 10), [card]) == (value,)


def test_phantoms_are_blank_as_reported_and_the_worst_as_found() -> None:
    """A record without paper overstates by 1/2; paper without a record, found for the winner, understates."""
    assert compare(PAIR, {}, None) == Compared(Fraction(1, 2), Fraction(0))
    assert compare(PAIR, {"A": 1}, None) == OVER_TWO
    assert compare(PAIR, {"B": 1}, {"A": 1}) == UNDER_TWO
    assert compare(PAIR, {"A": 1}, {"X": 1}) == OVER_ONE


@pytest.mark.parametrize("name", ["pair", "share", "dhondt"])
@given(
    records=st.lists(st.sampled_from(["A", "B", "X", ""]), min_size=6, max_size=6),
    slips=st.lists(st.sampled_from(["A", "B", "X", "", None]), min_size=6, max_size=6),
)
def test_the_mean_of_the_overstatement_assorter_is_above_half_exactly_if_the_assertion_is_true(
    name: str, records: list[str], slips: list[str | None]
) -> None:
    """Of all cards, for records that bear the assertion out; card by card, and with pools of three (ONEAudit)."""
    choices = {"A": 0, "B": 0, "X": 0}
    assertion = {
        "pair": PAIR,
        "share": above_share("C", choices, "A", Fraction(1, 3)),
        "dhondt": quotient_over_other("C", choices, Quotient("A", Fraction(2)), Quotient("B", Fraction(3))),
    }[name]
    cards = [{choice: 1} if choice else {} for choice in records]
    paper = [None if choice is None else {choice: 1} if choice else {} for choice in slips]
    votes = {choice: records.count(choice) for choice in choices}
    if assertion.weigh(votes) <= 0:
        return
    margin = assertion.margin(votes, 6)
    single = [compare(assertion, record, slip) for record, slip in zip(cards, paper, strict=True)]
    pools = [
        pool_mean(assertion, {each: half.count(each) for each in choices}, 3) for half in (records[:3], records[3:])
    ]
    pooled = [Compared(pools[place // 3], card.observed) for place, card in enumerate(single)]
    true = sum(card.observed for card in single) > 3
    population = record_population(assertion, margin, 6)
    for compared in (single, pooled):
        values = record_values(assertion, margin, compared)
        assert (sum(values) > 3) == true
        assert all(0 <= value <= population.upper for value in values)
        assert risk(values, population, FixedShare(Fraction(9, 10))) == (0 if true else 1)


def test_pools_cost_more_slips_than_records_and_much_less_than_polling() -> None:
    """ONEAudit's point: 60 to 40 in pools that are nearly uniform."""
    margin = Fraction(1, 5)
    high, low = pool_mean(PAIR, {"A": 95, "B": 5}, 100), pool_mean(PAIR, {"A": 25, "B": 75}, 100)
    slips = [Compared(high, Fraction(1))] * 19 + [Compared(high, Fraction(0))]
    slips += ([Compared(low, Fraction(0))] * 3 + [Compared(low, Fraction(1))]) * 5
    pooled = record_values(PAIR, margin, slips * 20)
    single = record_values(PAIR, margin, [CLEAN] * 800)
    polled = [card.observed for card in slips * 20]
    population = record_population(PAIR, margin, None)
    limit = Fraction(1, 20)
    one = draws_needed(course_of(single, population, FixedShare(Fraction(9, 10))), limit)
    pool = draws_needed(course_of(pooled, population, FixedShare(Fraction(1, 2))), limit)
    assert one is not None
    assert pool is not None
    assert one < pool < len(polled)


def test_a_margin_that_no_votes_can_have_is_refused() -> None:
    """At most 2u - 1: every card for the winner."""
    for margin in (Fraction(0), Fraction(11, 10)):
        with pytest.raises(Malformed, match="margin above 0 and at most 1"):
            record_values(PAIR, margin, [CLEAN])
    with pytest.raises(Malformed, match="pool of at least one card"):
        pool_mean(PAIR, {}, 0)
