"""Turns: only the page that was shown last may act, once."""

import pytest

from urna.errors import OutOfOrder
from urna.web.kiosk.turns import Turns


def test_a_turn_is_taken_once() -> None:
    """A form that is sent twice acts once."""
    turns = Turns()
    shown = turns.current
    turns.take(shown)
    with pytest.raises(OutOfOrder):
        turns.take(shown)


def test_an_older_page_is_refused_and_the_newer_one_still_acts() -> None:
    """The other tab, and the back button."""
    turns = Turns()
    older = turns.current
    turns.renew()
    with pytest.raises(OutOfOrder):
        turns.take(older)
    turns.take(turns.current)


@pytest.mark.parametrize("given", ["", "x", "ключ"])
def test_something_else_is_no_turn(given: str) -> None:
    """Nor is nothing."""
    with pytest.raises(OutOfOrder):
        Turns().take(given)
