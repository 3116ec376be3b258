"""Stations against their sheets: bounds, taints, MACRO and ALPHA."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.assertions import NoMargin, Quotient, one_over_other, quotient_over_other
from urna.audit.risk.batches import (
    Hand,
    Sheets,
    alpha,
    bounds,
    boxes,
    macro,
    macro_bounds,
    macro_risk,
    macro_size,
    sheets,
)
from urna.audit.risk.bets import FixedShare
from urna.audit.risk.martingale import draws_needed
from urna.errors import Malformed

CHOICES = ("A", "B", "X")
NONE = dict.fromkeys(CHOICES, 0)
PAIR = one_over_other("C", NONE, "A", "B")
DHONDT = quotient_over_other("C", NONE, Quotient("A", Fraction(2)), Quotient("B", Fraction(3)))
VOTES = [(60, 30, 5), (40, 45, 0), (70, 20, 8), (50, 50, 0)]
CARDS = [100, 90, 100, 100]
TABLE = sheets(CHOICES, VOTES, CARDS)


def as_reported(table: Sheets, rows: Sequence[int]) -> list[Hand]:
    """Hand counts that find what the sheets say."""
    return [Hand(row, dict(zip(table.choices, map(int, table.votes[row]), strict=True))) for row in rows]


@pytest.mark.parametrize(("total", "size"), [(Fraction(21), 30), (Fraction(11), 16), (Fraction(23, 3), 11)])
def test_macro_sizes_as_printed(total: Fraction, size: int) -> None:
    """α = .25."""
    assert macro_size(Fraction(1, 4), total) == size


def test_the_bound_of_a_pair_is_its_margin_on_the_sheet_and_all_cards() -> None:
    """Stark 2009: u = (winner - loser + cards) / margin; all of them by the margin is U."""
    found = bounds(PAIR, TABLE)
    assert found.error.tolist() == [130, 85, 150, 100]
    assert (found.margin, found.total) == (75, Fraction(465, 75))


def test_weights_with_denominators_become_whole() -> None:
    """A's half votes against B's thirds: scaled by six."""
    found = bounds(DHONDT, TABLE)
    assert found.scale == 6
    assert found.reported.tolist() == [120, 30, 170, 50]
    assert found.error.tolist() == [320, 210, 370, 250]


def test_an_overstatement_is_what_the_sheet_has_above_the_hand_count() -> None:
    """Five slips from A to B, one more for A, and a box that is not there: the worst, the whole bound."""
    draws = [Hand(0, {"A": 55, "B": 35, "X": 5}), Hand(1, {"A": 41, "B": 45}), Hand(3, None)]
    assert boxes(TABLE, draws).of(bounds(PAIR, TABLE))[0].tolist() == [10, -1, 100]


def test_a_missing_slip_counts_as_the_worst_that_a_card_can_be() -> None:
    """Slips of the loser that are taken away would otherwise speak for the winner; never more than the bound."""
    bound = bounds(PAIR, TABLE)
    agreeing = {"A": 50, "B": 40, "X": 5}
    whole, taken, all_gone = (
        int(boxes(TABLE, [Hand(0, votes, missing)]).of(bound)[0][0])
        for votes, missing in ((agreeing, 0), ({**agreeing, "B": 20}, 20), ({}, 100))
    )
    assert taken == whole
    assert all_gone == int(bound.error[0])
    with pytest.raises(Malformed, match="missing slips"):
        boxes(TABLE, [Hand(0, agreeing, int(TABLE.cards[0]) + 1)])


@given(st.lists(st.fractions(-1, Fraction(9, 10), max_denominator=50), max_size=8), st.integers(2, 60))
def test_macro_is_the_product_of_its_ratios(taints: list[Fraction], total: int) -> None:
    """Kaplan-Markov in exact fractions."""
    exact = prod((1 - Fraction(1, total)) / (1 - taint) for taint in taints)
    assert macro_risk(taints, total) == pytest.approx(min(1.0, float(exact)), rel=1e-9)


def test_macro_from_sheets_and_boxes() -> None:
    """Two draws right, one tainted by 10/130: (1 - 75/465)³ / (1 - 1/13); in any order; a box gone: 1."""
    bound = bounds(PAIR, TABLE)
    draws = [*as_reported(TABLE, [2, 3]), Hand(0, {"A": 55, "B": 35, "X": 5})]
    expected = (1 - 75 / 465) ** 3 / (1 - 10 / 130)
    assert macro([bound], boxes(TABLE, draws)) == pytest.approx(expected, rel=1e-12)
    assert macro([bound], boxes(TABLE, draws[::-1])) == pytest.approx(expected, rel=1e-12)
    assert macro([bound], boxes(TABLE, [*draws, Hand(1, None)])) == 1
    assert macro([bound], boxes(TABLE, [])) == 1


def test_macro_takes_the_worst_of_several_assertions() -> None:
    """A station's bound and its error are the largest relative ones."""
    both = [bounds(PAIR, TABLE), bounds(DHONDT, TABLE)]
    each = [one.error / one.margin for one in both]
    assert macro_bounds(both).tolist() == [max(pair) for pair in zip(*each, strict=True)]
    draws = as_reported(TABLE, [0, 2])
    assert macro(both, boxes(TABLE, draws)) >= max(macro([one], boxes(TABLE, draws)) for one in both)


def many(stations: int, seed: int) -> tuple[Sheets, list[tuple[int, int, int]]]:
    """Sheets of a contest won by about ten points."""
    chance = Random(seed)
    votes = [(chance.randrange(120, 260), chance.randrange(100, 210), chance.randrange(20)) for _ in range(stations)]
    return sheets(CHOICES, votes, [sum(row) + 10 for row in votes]), votes


def test_alpha_needs_about_as_many_clean_stations_as_macro() -> None:
    """Without errors the bet is nearly all: within a tenth and two."""
    table, _ = many(300, 1)
    bound = bounds(PAIR, table)
    draws = as_reported(table, range(200))
    needed = draws_needed(alpha(bound, boxes(table, draws), is_replaced=True), Fraction(1, 20))
    planned = macro_size(Fraction(1, 20), bound.total)
    assert needed is not None
    assert needed <= planned * 1.1 + 2
    fewer = draws_needed(alpha(bound, boxes(table, draws), is_replaced=False), Fraction(1, 20))
    assert fewer is not None
    assert fewer <= needed


def test_alpha_forgives_one_lost_box_where_macro_never_does() -> None:
    """A taint of 1 ends Kaplan-Markov; ALPHA goes on, and needs many more stations."""
    table, _ = many(300, 1)
    bound = bounds(PAIR, table)
    draws = [Hand(0, None), *as_reported(table, range(1, 250))]
    assert macro([bound], boxes(table, draws)) == 1
    needed = draws_needed(alpha(bound, boxes(table, draws), is_replaced=True), Fraction(1, 20))
    clean = draws_needed(alpha(bound, boxes(table, as_reported(table, range(250))), is_replaced=True), Fraction(1, 20))
    assert needed is not None
    assert clean is not None
    assert needed > clean


def test_all_stations_counted_decide() -> None:
    """The boxes say that B won by one, or that it is a tie: 1, whatever the clean stations said before; else 0."""
    bound = bounds(PAIR, TABLE)
    clean = as_reported(TABLE, [0, 1, 3])
    for found, decided in (({"A": 9, "B": 35}, 1), ({"A": 9, "B": 34}, 1), ({"A": 9, "B": 33}, 0), ({"A": 15}, 0)):
        risks = alpha(bound, boxes(TABLE, [*clean, Hand(2, found)]), is_replaced=False)
        assert risks[-1] == decided
    assert alpha(bound, boxes(TABLE, as_reported(TABLE, [0, 1, 2, 3])), is_replaced=False)[-1] == 0


def test_a_station_drawn_again_is_not_a_new_draw_without_replacement() -> None:
    """With replacement it is, with the same hand count."""
    bound = bounds(PAIR, TABLE)
    twice = as_reported(TABLE, [0, 0])
    with pytest.raises(Malformed, match="each a new one"):
        alpha(bound, boxes(TABLE, twice), is_replaced=False)
    assert len(alpha(bound, boxes(TABLE, twice), is_replaced=True)) == 2
    with pytest.raises(Malformed, match="one hand count for a station"):
        macro([bound], boxes(TABLE, [*twice, Hand(0, {"A": 1})]))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (Hand(4, {}), "rows from 0 to 3"),
        (Hand(-1, {}), "rows from 0 to 3"),
        (Hand(0, {"Z": 1}), "choices of the contest"),
        (Hand(0, {"A": -1}), "votes from 0 to 100, found -1"),
        (Hand(0, {"A": 2**70}), "votes from 0 to 100"),
        (Hand(0, {"A": 60, "B": 41}), "at most 100 votes in the box, found 101"),
    ],
)
def test_hand_counts_that_cannot_be_are_refused(draw: Hand, message: str) -> None:
    """Before any risk is worked out."""
    with pytest.raises(Malformed, match=message):
        macro([bounds(PAIR, TABLE)], boxes(TABLE, [draw]))


def test_a_taint_above_the_bound_is_refused_and_so_is_a_bound_without_room() -> None:
    """A taint of more than 1 means that the bound of cards was wrong."""
    with pytest.raises(Malformed, match="taints of at most 1"):
        macro_risk([1.5], 10)
    with pytest.raises(Malformed, match="sum of bounds above 1"):
        macro_risk([0.0], 1)
    with pytest.raises(Malformed, match="sum of bounds above 1"):
        macro_size(Fraction(1, 20), Fraction(1))


@pytest.mark.parametrize(
    ("votes", "cards", "message"),
    [
        ([(1, 2)], [5], "votes of 3 choices"),
        ([(1, 2, 3)], [5, 6], "votes of 3 choices"),
        ([], [], "votes of 3 choices"),
        ([(1, -2, 3)], [9], "from 0 up"),
        ([(1, 2, 3), (1, 2)], [9, 9], "rows of one length"),
        ([(2**70, 2, 3)], [9], "fit into 64 bits"),
    ],
)
def test_sheets_that_are_no_table_are_refused(votes: list[tuple[int, ...]], cards: list[int], message: str) -> None:
    """Rows and columns have to fit."""
    with pytest.raises(Malformed, match=message):
        sheets(CHOICES, votes, cards)


def test_sheets_without_margin_or_with_too_many_votes_are_refused() -> None:
    """A tie, another winner, more votes than cards, another contest."""
    with pytest.raises(NoMargin):
        bounds(PAIR, sheets(CHOICES, [(5, 5, 0)], [10]))
    with pytest.raises(Malformed, match="contrary"):
        bounds(PAIR, sheets(CHOICES, [(5, 6, 0)], [11]))
    with pytest.raises(Malformed, match="more in row 2"):
        bounds(PAIR, sheets(CHOICES, [(6, 5, 0), (6, 5, 0)], [11, 10]))
    with pytest.raises(Malformed, match="choices of the assertion"):
        bounds(PAIR, sheets(("A", "B"), [(6, 5)], [11]))
    with pytest.raises(Malformed, match="fit into 62 bits"):
        bounds(PAIR, sheets(CHOICES, [(2**61, 5, 0)], [2**62]))


@given(order=st.permutations(range(4)), moved=st.lists(st.integers(-20, 20), min_size=4, max_size=4))
def test_alpha_on_stations_agrees_with_its_formula_in_exact_fractions(order: list[int], moved: list[int]) -> None:
    """Stark 2023, section 4.2, a fixed share of the greatest stake on right votes by bound, for three of four boxes."""
    bound = bounds(PAIR, TABLE)
    draws = [Hand(row, {"A": VOTES[row][0] - max(0, moved[row]), "B": VOTES[row][1]}) for row in order[:3]]
    null, left, stake, least = 465 - 75, 465, Fraction(1), Fraction(1)
    for row, *_ in draws:
        error = VOTES[row][0] - VOTES[row][1] + CARDS[row]
        right, mean = error - max(0, moved[row]), Fraction(max(null, 0), left)
        stake *= 1 + Fraction(9, 10) * (Fraction(right, error) / mean - 1) if mean else 1
        least = min(least, 1 / stake)
        null, left = null - right, left - error
    risks = alpha(bound, boxes(TABLE, draws), is_replaced=False, bet=FixedShare(Fraction(9, 10)))
    assert risks[-1] == pytest.approx(0.0 if null < 0 else float(least), rel=1e-9)
