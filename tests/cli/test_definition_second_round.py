"""A contest in two rounds on the terminal: the table of contests says what elects in the first."""

import pytest
from tests.web.second_round import president_results

from urna.cli.definition_tables import method_of
from urna.election.seats import SecondRound

ARGENTINA = SecondRound(share="45/100", lesser_share="40/100", lead="10/100")
BOLIVIA = SecondRound(lesser_share="40/100", lead="10/100", lead_crossing="at-least")


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (None, "majority"),
        (SecondRound(), "majority > 1/2, or a second round"),
        (ARGENTINA, "majority > 45/100, or ≥ 40/100 and > 10/100 ahead, or a second round"),
        (BOLIVIA, "majority > 1/2, or ≥ 40/100 and ≥ 10/100 ahead, or a second round"),
    ],
)
def test_the_table_of_contests_says_what_elects_at_once(second: SecondRound | None, said: str) -> None:
    """More than the share; at least the lesser one, and so far ahead of the next."""
    election, _ = president_results(second=second)
    assert method_of(election.contests["PRES"].seat_rule) == said
    assert method_of(election.contests["NAC"].seat_rule) == "dhondt ≥ 3/100"
