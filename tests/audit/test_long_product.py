"""Products of many powers: exact as long as that takes no time, then rounded up by next to nothing."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from urna.audit.assertions import one_over_other
from urna.audit.long_product import DIGITS, EXACT_BITS, product_of_powers
from urna.audit.report import written_risk
from urna.audit.risk.batches import Hand, bounds, boxes, sheets
from urna.audit.weights import draw_weights, weighted_macro_risk
from urna.verify.assertions_again import Claim
from urna.verify.audit_risk import Found, macro_of, reported, written

NEAR_ONE = st.fractions(min_value=Fraction(99, 100), max_value=Fraction(101, 100), max_denominator=10**12)


@given(st.dictionaries(NEAR_ONE, st.integers(0, 9), max_size=4))
def test_short_products_are_exact(powers: dict[Fraction, int]) -> None:
    """The product itself, in any order."""
    exact = Fraction(1)
    for base, times in powers.items():
        exact *= base**times
    assert product_of_powers(powers) == product_of_powers(dict(reversed(powers.items()))) == exact


@given(NEAR_ONE, st.integers(0, 500))
@settings(max_examples=12, deadline=None)
def test_long_ones_are_above_by_less_than_a_part_in_10_to_280(base: Fraction, more: int) -> None:
    """Compared in whole numbers, without cancelling anything."""
    assume(base.denominator > 1)
    times = EXACT_BITS // max(base.as_integer_ratio()).bit_length() + 1 + more
    found = product_of_powers({base: times})
    top, bottom = base.numerator**times, base.denominator**times
    assume(Fraction(1, 10**200) < found < 10**200)
    above = found.numerator * bottom - top * found.denominator
    assert above >= 0
    assert above * 10**280 < top * found.denominator


@pytest.mark.parametrize(("base", "bound"), [("1/3", Fraction(1, 10**DIGITS)), ("3", Fraction(10**DIGITS))])
def test_what_no_report_can_tell_apart_stays_within_bounds(base: str, bound: Fraction) -> None:
    """A million times a third, or three."""
    assert product_of_powers({Fraction(base): 10**6}) == bound


def test_planner_and_verifier_say_the_same_where_the_product_is_too_long() -> None:
    """A margin of 1,999 votes on 500 sheets, a third of which overstate it by one: the digits of the report agree."""
    rows = [(1_000 + 3 * place, 996 + 3 * place + (place == 0)) for place in range(500)]
    cards = [sum(row) + 5 for row in rows]
    table, names = sheets(("A", "B"), rows, cards), [f"S{place}" for place in range(500)]
    bound = bounds(one_over_other("C", {"A": 1, "B": 1}, "A", "B"), table)
    weights = draw_weights([bound])
    hands = [{"A": a - (place % 3 == 0), "B": b} for place, (a, b) in enumerate(rows)]
    draws = [place * place % 500 for place in range(14_000)]
    counted = boxes(table, [Hand(place, hands[place]) for place in draws])
    risk = weighted_macro_risk([bound], weights, [counted])
    votes = {name: {"A": a, "B": b} for name, (a, b) in zip(names, rows, strict=True)}
    mine = reported((Claim("A > B", {"A": 1, "B": -1}, -1, 1),), votes, dict(zip(names, cards, strict=True)))
    found = Found(mine, dict(zip(names, hands, strict=True)))
    macro = macro_of([found], dict(zip(names, weights, strict=True)), [names[place] for place in draws])
    assert Fraction(1, 10**9) < risk < 1
    assert risk.denominator < 10 ** (2 * DIGITS), "it was rounded up, not worked out"
    assert written(macro.risk) == written_risk(risk)
