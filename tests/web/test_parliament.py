"""The parliament chart draws the seats that were won."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.web.results.parliament import parliament


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 150), max_size=8))
def test_every_seat_is_drawn_once_inside_the_picture(seats: dict[str, int]) -> None:
    """As many circles per party as seats, none outside the box."""
    drawn = parliament(seats.items())
    assert Counter(seat.party for seat in drawn) == Counter({party: n for party, n in seats.items() if n})
    assert all(seat.x - seat.radius >= 0 and seat.x + seat.radius <= 200 for seat in drawn)
    assert all(seat.y - seat.radius >= 0 and seat.y + seat.radius <= 108 for seat in drawn)


@pytest.mark.parametrize("total", [1, 2, 5, 22, 167, 277])
def test_circles_do_not_overlap(total: int) -> None:
    """From a council of one to the Assembly of 2020."""
    drawn = parliament([("A", total)])
    for number, one in enumerate(drawn):
        for other in drawn[:number]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (1.9 * one.radius) ** 2


def test_parties_stand_from_left_to_right() -> None:
    """The first party's seats lie left of the last one's."""
    drawn = parliament([("A", 40), ("B", 40)])
    assert max(s.x for s in drawn if s.party == "A") <= 100 <= min(s.x for s in drawn if s.party == "B")
