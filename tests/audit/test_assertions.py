"""Assertions and their assorters: what one card, many cards, a blank and a missing one are."""

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.assertions import (
    Assertion,
    NoMargin,
    Quotient,
    Remainder,
    above_share,
    below_share,
    one_over_other,
    quotient_over_other,
    remainder_over_other,
)
from urna.errors import Malformed

LISTS = {"A": 0, "B": 0, "C": 0}
HALF = Fraction(1, 2)


def all_kinds() -> list[Assertion]:
    """One of each."""
    return [
        one_over_other("C", LISTS, "A", "B"),
        above_share("C", LISTS, "A", Fraction(2, 3)),
        below_share("C", LISTS, "A", Fraction(1, 20)),
        quotient_over_other("C", LISTS, Quotient("A", Fraction(3)), Quotient("B", Fraction(2))),
        remainder_over_other("C", LISTS, Remainder("A", 3), Remainder("B", 1), among=LISTS, seats=5),
    ]


def test_plurality_gives_one_to_the_winner_and_nothing_to_the_loser() -> None:
    """And 1/2 to everybody else, to blanks and to overvotes; a card that was not found is the worst: 0."""
    pair = one_over_other("C", LISTS, "A", "B")
    cards = [{"A": 1}, {"B": 1}, {"C": 1}, {}, {"A": 1, "B": 1}, {"A": 2}, None]
    assert [pair.value(card) for card in cards] == [1, 0, HALF, HALF, HALF, HALF, 0]
    assert pair.upper == 1


def test_a_super_majority_of_two_thirds_gives_three_quarters_to_the_winner() -> None:
    """SHANGRLA 2.3: 1/2f for the winner, 0 for others, 1/2 for what is not valid."""
    assertion = above_share("C", LISTS, "A", Fraction(2, 3))
    assert [assertion.value(card) for card in ({"A": 1}, {"B": 1}, {})] == [Fraction(3, 4), 0, HALF]


def test_below_a_threshold_the_others_are_worth_a_little_more_than_half() -> None:
    """1/2(1 - f) for the others: they have more than 1 - f of the votes."""
    assertion = below_share("C", LISTS, "A", Fraction(1, 20))
    assert [assertion.value(card) for card in ({"A": 1}, {"B": 1}, {})] == [0, Fraction(10, 19), HALF]


def test_a_dhondt_pair_weighs_each_vote_by_its_divisor() -> None:
    """Blom et al. 2021: (d/s + 1)/2 for the list with the last seat, where d is the other's next divisor."""
    assertion = quotient_over_other("C", LISTS, Quotient("A", Fraction(4)), Quotient("B", Fraction(3)))
    assert [assertion.value(card) for card in ({"A": 1}, {"B": 1}, {"C": 1})] == [Fraction(7, 8), 0, HALF]


def test_with_two_votes_on_a_card_a_pair_stays_a_pair() -> None:
    """Vote-for-two: a card for both is 1/2, a card with three is overvoted."""
    pair = one_over_other("C", LISTS, "A", "B", votes_allowed=2)
    cards = [{"A": 1, "C": 1}, {"A": 1, "B": 1}, {"B": 1}, {"A": 1, "B": 1, "C": 1}]
    assert [pair.value(card) for card in cards] == [1, HALF, 0, HALF]


@pytest.mark.parametrize("kind", range(5))
@given(counts=st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_the_mean_of_cards_is_above_half_exactly_if_the_weighted_votes_are_above_nothing(
    kind: int, counts: list[int]
) -> None:
    """Card by card and in sum the assorter is the same, blanks with it."""
    assertion = all_kinds()[kind]
    votes, blanks = dict(zip("ABC", counts, strict=False)), counts[3]
    one_by_one = sum(assertion.value({choice: 1}) * count for choice, count in votes.items()) + HALF * blanks
    cards = sum(counts)
    assert assertion.total(votes, cards) == one_by_one
    assert (one_by_one > HALF * cards) == (assertion.weigh(votes) > 0)
    assert all(0 <= assertion.value({choice: 1}) <= assertion.upper for choice in "ABC")


@pytest.mark.parametrize("kind", range(4))
def test_bounds_hold_for_every_card_with_two_votes(kind: int) -> None:
    """The floor is reached by some card, and so is the ceiling."""
    makers = [
        one_over_other("C", LISTS, "A", "B", 2),
        above_share("C", LISTS, "A", Fraction(1, 3), 2),
        below_share("C", LISTS, "A", Fraction(1, 3), 2),
        quotient_over_other("C", LISTS, Quotient("A", Fraction(3)), Quotient("B", Fraction(2)), 2),
    ]
    assertion = makers[kind]
    pairs = [{one: 1, other: 1} for one, other in combinations_with_replacement("ABC", 2) if one != other]
    cards: list[dict[str, int]] = [*pairs, {"A": 1}, {"B": 1}, {"C": 1}, {}]
    weights = [assertion.weigh(card) for card in cards]
    assert (min(weights), max(weights)) == (assertion.floor, assertion.ceiling)


def test_blank_cards_and_phantoms_dilute_the_margin() -> None:
    """60 to 40 on 200 cards is a margin of 1/10; a mean without the blank halves would say 1/5."""
    pair = one_over_other("C", LISTS, "A", "B")
    votes = {"A": 60, "B": 40}
    assert pair.margin(votes, 200) == Fraction(1, 10)
    assert pair.total(votes, 200) / 200 == Fraction(11, 20)
    assert pair.margin(votes, 100) == Fraction(1, 5)


def test_a_tie_and_a_contrary_result_are_refused_apart() -> None:
    """The first needs a hand count; in the second somebody named the wrong winner."""
    pair = one_over_other("C", LISTS, "A", "B")
    with pytest.raises(NoMargin, match="tie where the outcome needs A > B"):
        pair.margin({"A": 50, "B": 50}, 100)
    with pytest.raises(Malformed, match="contrary of A > B") as caught:
        pair.margin({"A": 49, "B": 50}, 100)
    assert not isinstance(caught.value, NoMargin)


def test_more_votes_than_the_cards_can_hold_are_refused() -> None:
    """101 votes on 100 cards: the upper bound of cards is wrong, or the votes are."""
    with pytest.raises(Malformed, match="at most 100 votes on 100 cards, found 101"):
        one_over_other("C", LISTS, "A", "B").margin({"A": 101}, 100)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1), Fraction(-1, 2), Fraction(3, 2)])
def test_a_share_is_above_nothing_and_below_all(share: Fraction) -> None:
    """Others would be an assertion that no vote can decide."""
    with pytest.raises(Malformed, match="share above 0 and below 1"):
        above_share("C", LISTS, "A", share)


def test_a_float_is_no_share() -> None:
    """0.05 is not 5/100: the margin would be off in its last digits, and a tie would not be one."""
    with pytest.raises(TypeError, match="not float"):
        above_share("C", LISTS, "A", 0.05)  # type: ignore[arg-type]


def test_unknown_choices_are_refused() -> None:
    """In the assertion and in the votes."""
    with pytest.raises(Malformed, match="choices of the contest"):
        one_over_other("C", LISTS, "A", "X")
    with pytest.raises(Malformed, match="choices of the contest"):
        one_over_other("C", LISTS, "A", "B").value({"X": 1})
    with pytest.raises(Malformed, match="votes from 0 up"):
        one_over_other("C", LISTS, "A", "B").weigh({"A": -1})
