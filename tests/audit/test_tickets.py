"""Tickets are those that the published procedures give, digit for digit."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit import published

from urna.audit.tickets import (
    ARLO_DIGITS,
    arlo_unit,
    counter_number,
    first_ticket,
    next_ticket,
    shortened,
    sorted_ticket,
)

SEEDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(SEEDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_sorted_ticket_is_what_sha256sum_prints_for_seed_comma_unit(seed: str, unit: str) -> None:
    """In UTF-8, with nothing before, between or after."""
    text = seed.encode() + b"," + unit.encode()
    assert sorted_ticket(seed, unit) == hashlib.sha256(text).hexdigest()


def test_the_decimal_tickets_are_those_that_rivest_prints() -> None:
    """All 77 digits of a first ticket, a second one, and one that follows five digits."""
    assert first_ticket(*published.FIRST) == published.FIRST_TICKET
    assert next_ticket(published.FIRST_TICKET) == published.SECOND_TICKET
    assert next_ticket(published.BEFORE) == published.AFTER


def test_a_printed_ticket_keeps_its_nines_and_is_cut() -> None:
    """Rivest's own example; and as many digits as Arlo prints."""
    assert shortened("0.9991234567890", 4) == "0.9991234"
    assert len(shortened(published.FIRST_TICKET, ARLO_DIGITS)) == 2 + ARLO_DIGITS
    assert shortened("0.99") == "0.99"


@given(SEEDS, st.integers(1, 40))
def test_a_unit_that_goes_back_gets_a_greater_ticket_below_one(seed: str, times: int) -> None:
    """However often; the digits decide, not their number."""
    ticket = first_ticket(seed, "C-1")
    for _ in range(times):
        later = next_ticket(ticket)
        assert ticket < later < "1"
        ticket = later


def test_a_ticket_of_nines_alone_still_has_a_next_one() -> None:
    """The corner that a short-sighted loop would never leave."""
    assert "0.9999" < next_ticket("0.9999") < "1"


@pytest.mark.parametrize(("seed", "total", "expected"), published.RIVEST_2011)
def test_counter_numbers_are_those_of_rivest_2011(seed: str, total: int, expected: tuple[int, ...]) -> None:
    """With leading zeros in the seed, letters, and more digits than a JavaScript number holds."""
    assert tuple(counter_number(seed, turn, total) for turn in range(1, len(expected) + 1)) == expected


@given(SEEDS, st.integers(1, 10**9), st.integers(1, 2**53))
def test_a_counter_number_is_one_of_the_units(seed: str, turn: int, total: int) -> None:
    """From 1 to the total."""
    assert 1 <= counter_number(seed, turn, total) <= total


def test_a_ballot_is_named_as_arlo_names_it() -> None:
    """Python's spelling of a pair, quotes that change with the content included."""
    assert arlo_unit("pct 2", 3) == "('pct 2', 3)"
    assert arlo_unit("St. John's", 12) == '("St. John\'s", 12)'
