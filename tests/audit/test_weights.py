"""Whole-number weights: bounds rounded up once, and MACRO and ALPHA by the draw that they make."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.assertions import NoMargin, Quotient, one_over_other, quotient_over_other
from urna.audit.risk.batches import Bounds, Boxes, Hand, Sheets, alpha, bounds, boxes, macro, macro_bounds, sheets
from urna.audit.weights import (
    MOST_WEIGHTS,
    SCALE,
    comparison,
    draw_weights,
    largest_bounds,
    largest_overstatements,
    weighted_alpha,
    weighted_macro_risk,
)
from urna.errors import Malformed

CHOICES = ("A", "B", "X")
NONE = dict.fromkeys(CHOICES, 0)
PAIR = one_over_other("C", NONE, "A", "B")
DHONDT = quotient_over_other("C", NONE, Quotient("A", Fraction(2)), Quotient("B", Fraction(3)))
OTHER = one_over_other("D", {"P": 0, "Q": 0}, "P", "Q")
VOTES = [(60, 30, 5), (40, 45, 0), (70, 20, 8), (50, 50, 0)]
CARDS = [100, 90, 100, 100]
TABLE = sheets(CHOICES, VOTES, CARDS)
DISTRICT = sheets(("P", "Q"), [(0, 0), (50, 20), (40, 30), (0, 0)], [0, 90, 100, 0])
"""The second contest: only the second and the third station have it."""


def hand(table: Sheets, row: int, **changes: int) -> Hand:
    """A box that holds what its sheet says, but for these choices."""
    return Hand(row, dict(zip(table.choices, map(int, table.votes[row]), strict=True)) | changes)


def lined_up(of_all: Sequence[Bounds], *pairs: tuple[Sheets, Sequence[Hand]]) -> list[Boxes]:
    """The boxes of each assertion: those whose table has its choices."""
    counted = [boxes(table, hands) for table, hands in pairs]
    return [next(one for one in counted if set(one.table.choices) == set(each.assertion.weights)) for each in of_all]


def test_a_weight_is_the_largest_bound_by_margin_rounded_up() -> None:
    """In exact fractions, over two contests; a station without the second counts only for the first."""
    of_all = [bounds(PAIR, TABLE), bounds(DHONDT, TABLE), bounds(OTHER, DISTRICT)]
    exact = [max(Fraction(int(each.error[row]), each.margin) for each in of_all) for row in range(4)]
    assert largest_bounds(of_all) == tuple(exact)
    assert draw_weights(of_all) == tuple(ceil(SCALE * bound) for bound in exact)
    assert comparison(of_all).total - sum(exact) < Fraction(4, SCALE)
    assert draw_weights([bounds(OTHER, DISTRICT)])[::3] == (0, 0)


def test_weights_are_exact_where_64_bits_do_not_hold_the_product() -> None:
    """A bound of 2.5 * 10^12: times SCALE it is above 2^63."""
    wide = sheets(("A", "B"), [(10**12, 5 * 10**11)], [2 * 10**12])
    assert draw_weights([bounds(one_over_other("C", {"A": 0, "B": 0}, "A", "B"), wide)]) == (5 * SCALE,)


def test_a_margin_that_no_sample_can_confirm_is_refused_as_a_tie_is() -> None:
    """One vote of two hundred million: the steps would not fit into 2^53 - 1."""
    stations = 40_000
    table = sheets(("A", "B"), [(2500, 2500)] * (stations - 1) + [(2500, 2499)], [5000] * stations)
    with pytest.raises(NoMargin, match="90 million margins for A > B"):
        draw_weights([bounds(one_over_other("C", {"A": 0, "B": 0}, "A", "B"), table)])
    assert 90_000_000 * SCALE <= MOST_WEIGHTS


def test_without_rounding_the_risk_is_macros() -> None:
    """Margin 50 divides the scale: (1 - 1/U) per draw by 1 - taint, and the float function says the same."""
    table = sheets(CHOICES, [(60, 40, 0), (70, 40, 8)], [100, 120])
    of_all = [bounds(PAIR, table)]
    assert (of_all[0].margin, of_all[0].error.tolist()) == (50, [120, 150])
    draws = [hand(table, 0), hand(table, 1, A=65), hand(table, 0), hand(table, 1, A=65)]
    counted = boxes(table, draws)
    expected = (1 - Fraction(50, 270)) ** 4 / (1 - Fraction(5, 150)) ** 2
    assert weighted_macro_risk(of_all, draw_weights(of_all), [counted]) == expected
    assert macro(of_all, counted) == pytest.approx(float(expected), rel=1e-12)


ROOMY = sheets(CHOICES, VOTES, [110, 100, 110, 110])
CHANGES = st.lists(st.tuples(st.integers(0, 3), st.integers(-9, 30)), max_size=12)


@given(CHANGES)
def test_the_risk_is_the_one_of_the_exact_bounds_but_for_the_steps(changes: list[tuple[int, int]]) -> None:
    """Product over draws in exact fractions beside it; never below it as long as no sheet overstates."""
    of_all = [bounds(PAIR, ROOMY), bounds(DHONDT, ROOMY)]
    moved = dict(changes)
    counted = boxes(ROOMY, [hand(ROOMY, row, A=VOTES[row][0] - moved[row]) for row, _ in changes])
    total, by_row = sum(largest_bounds(of_all)), largest_bounds(of_all)
    errors = largest_overstatements(of_all, [counted] * 2)
    ratios = [(1 - 1 / total) / (1 - error / by_row[row]) for (row, _), error in zip(changes, errors, strict=True)]
    exact = min(Fraction(1), prod(ratios, start=Fraction(1)))
    found = weighted_macro_risk(of_all, draw_weights(of_all), [counted] * 2)
    if all(error <= 0 for error in errors):
        assert exact <= found
    assert float(found) == pytest.approx(float(exact), rel=1e-6)
    assert float(found) == pytest.approx(macro(of_all, counted), rel=1e-6)


@given(st.permutations(range(5)))
def test_the_order_of_draws_does_not_matter(order: list[int]) -> None:
    """Exactly."""
    draws = [hand(TABLE, 0, A=55), hand(TABLE, 1), hand(TABLE, 2, B=22), hand(TABLE, 0, A=55), hand(TABLE, 3)]
    of_all = [bounds(PAIR, TABLE)]
    first = weighted_macro_risk(of_all, draw_weights(of_all), [boxes(TABLE, draws)])
    assert weighted_macro_risk(of_all, draw_weights(of_all), [boxes(TABLE, [draws[at] for at in order])]) == first


def test_two_contests_share_a_draw_and_the_worst_of_each_box_counts() -> None:
    """An overstatement of the district alone, 3/40 of its margin, by the station's weight."""
    of_all = [bounds(PAIR, TABLE), bounds(OTHER, DISTRICT)]
    weights = draw_weights(of_all)
    first, second = [hand(TABLE, 1), hand(TABLE, 0)], [hand(DISTRICT, 1, P=47), hand(DISTRICT, 0)]
    counted = lined_up(of_all, (TABLE, first), (DISTRICT, second))
    assert largest_overstatements(of_all, counted) == (Fraction(3, 40), Fraction(0))
    step = 1 - Fraction(SCALE, sum(weights))
    assert weighted_macro_risk(of_all, weights, counted) == step**2 / (1 - Fraction(3, 40) * SCALE / weights[1])


def test_a_lost_box_weighs_all_that_it_can() -> None:
    """Its taint is 1, although its weight was rounded up."""
    of_all = [bounds(PAIR, TABLE), bounds(OTHER, DISTRICT)]
    weights, rows = draw_weights(of_all), (1, 2, 2, 1)
    clean, others = [hand(TABLE, row) for row in rows], [hand(DISTRICT, row) for row in rows]
    assert weighted_macro_risk(of_all, weights, lined_up(of_all, (TABLE, clean), (DISTRICT, others))) < 1
    lost = lined_up(of_all, (TABLE, [*clean, Hand(0, None)]), (DISTRICT, [*others, Hand(0, None)]))
    assert weights[0] > SCALE * largest_overstatements(of_all, lost)[-1]
    assert weighted_macro_risk(of_all, weights, lost) == 1


def test_a_contest_that_is_not_known_of_a_box_overstates_by_its_bound() -> None:
    """The station's other contest is counted: the bound of the one by the weight, which is the other's, or its own."""
    table = sheets(("P", "Q"), [(10, 0), (50, 20), (40, 30), (0, 0)], [12, 90, 100, 0])
    of_all = [bounds(PAIR, TABLE), bounds(OTHER, table)]
    weights = draw_weights(of_all)
    bound = Fraction(22, 50)
    assert weights[0] > SCALE * bound
    found = lined_up(of_all, (TABLE, [hand(TABLE, 0)]), (table, [Hand(0, None)]))
    assert largest_overstatements(of_all, found) == (bound,)
    step = 1 - Fraction(SCALE, sum(weights))
    assert weighted_macro_risk(of_all, weights, found) == min(1, step / (1 - bound * SCALE / weights[0]))


def test_no_draw_is_no_evidence_and_larger_weights_are_as_valid() -> None:
    """Risk 1 before any draw; doubled weights double U and halve the taints."""
    of_all = [bounds(PAIR, TABLE)]
    weights = draw_weights(of_all)
    assert weighted_macro_risk(of_all, weights, [boxes(TABLE, [])]) == 1
    counted = boxes(TABLE, [hand(TABLE, 0)])
    doubled = [2 * weight for weight in weights]
    assert weighted_macro_risk(of_all, doubled, [counted]) == 1 - Fraction(SCALE, 2 * sum(weights))


def test_weights_and_boxes_that_do_not_belong_are_refused() -> None:
    """Too small, too few, other boxes, other draws, other stations, a station that weighs nothing."""
    of_all = [bounds(PAIR, TABLE), bounds(DHONDT, TABLE)]
    weights, counted = draw_weights(of_all), boxes(TABLE, [hand(TABLE, 0)])
    for wrong in ((weights[0] - 1, *weights[1:]), weights[1:]):
        with pytest.raises(Malformed, match="a weight for each station, of its error bound"):
            weighted_macro_risk(of_all, wrong, [counted] * 2)
    with pytest.raises(Malformed, match="the boxes of each of 2 assertions, found 1"):
        weighted_macro_risk(of_all, weights, [counted])
    with pytest.raises(Malformed, match="the same draws in every contest"):
        weighted_macro_risk(of_all, weights, [counted, boxes(TABLE, [hand(TABLE, 1)])])
    with pytest.raises(Malformed, match="tables of the same stations, found 2, 4"):
        draw_weights([of_all[0], bounds(PAIR, sheets(CHOICES, VOTES[:2], CARDS[:2]))])
    with pytest.raises(Malformed, match="at least one assertion"):
        draw_weights([])
    only = [bounds(OTHER, DISTRICT)]
    with pytest.raises(Malformed, match="one that weighs nothing"):
        weighted_macro_risk(only, draw_weights(only), [boxes(DISTRICT, [Hand(0, {})])])


def test_alpha_by_weights_is_alpha_with_replacement_where_nothing_is_rounded() -> None:
    """One assertion, margin 50; it takes the draws in their order and forgives a lost box."""
    table = sheets(CHOICES, [(60, 40, 0), (70, 40, 8)], [100, 120])
    of_all = [bounds(PAIR, table)]
    counted = boxes(table, [hand(table, 0), hand(table, 1, A=65), *[hand(table, 0)] * 30])
    expected = alpha(of_all[0], counted, is_replaced=True)
    assert weighted_alpha(of_all, draw_weights(of_all), [counted]) == pytest.approx(expected, rel=1e-9)
    lost = boxes(table, [hand(table, 1, A=65), Hand(0, None), *[hand(table, 1, A=65)] * 60])
    assert weighted_alpha(of_all, draw_weights(of_all), [lost])[-1] < 1
    assert weighted_macro_risk(of_all, draw_weights(of_all), [lost]) == 1


def test_bounds_as_floats_are_those_of_macro() -> None:
    """The exact ones beside those that MACRO draws by."""
    of_all = [bounds(PAIR, TABLE), bounds(DHONDT, TABLE)]
    assert list(map(float, largest_bounds(of_all))) == pytest.approx(macro_bounds(of_all).tolist(), rel=1e-12)
