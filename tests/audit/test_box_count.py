"""What two people typed of one box."""

import pytest

from urna.audit.box_count import BoxState, DrawnBox, HandLine, Typed, agreed_count, lost_box, read_typed
from urna.errors import Findings, Malformed, UrnaError

BOX = DrawnBox(election="e1" * 32, audit="RLA-1", seed="5e" * 32, station="M-01")
LINES = {("NAC", "B"): 7, ("NAC", "A"): 12}


def test_what_both_typed_alike_is_kept_in_order() -> None:
    """Whoever typed it in which."""
    other = dict(reversed(LINES.items()))
    count = agreed_count(BOX, Typed("Ana  Paz", 20, LINES), Typed("Luis Gil", 20, other))
    assert count.typed_by == ("Ana Paz", "Luis Gil")
    assert count.lines == (
        HandLine(contest="NAC", option="A", votes=12),
        HandLine(contest="NAC", option="B", votes=7),
    )


def test_a_zero_is_not_a_missing_line() -> None:
    """Whoever leaves an option out has not counted it."""
    with pytest.raises(Findings, match="typed 0, Luis Gil typed -"):
        agreed_count(BOX, Typed("Ana Paz", 20, {**LINES, ("NAC", "C"): 0}), Typed("Luis Gil", 20, LINES))


@pytest.mark.parametrize("second", ["Ana Paz", "ANA  paz", ""])
def test_one_person_cannot_type_twice(second: str) -> None:
    """Nor nobody; and neither can one person look for a box twice."""
    with pytest.raises(Malformed):
        agreed_count(BOX, Typed("Ana Paz", 20, LINES), Typed(second, 20, LINES))
    with pytest.raises(Malformed):
        lost_box(BOX._replace(reason="The river."), "Ana Paz", second)


def test_a_lost_box_and_a_later_count_need_a_reason() -> None:
    """Everybody will read it."""
    with pytest.raises(Malformed, match="the reason"):
        lost_box(BOX, "Ana Paz", "Luis Gil")
    assert lost_box(BOX._replace(reason="The  river."), "Ana Paz", "Luis Gil").state is BoxState.LOST
    with pytest.raises(Malformed, match="the reason"):
        agreed_count(BOX._replace(sequence=2), Typed("Ana Paz", 20, LINES), Typed("Luis Gil", 20, LINES))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "contest,option,votes\n",
        "option,contest,votes\nA,NAC,1\n",
        "contest,option,votes\nNAC,A,-1\n",
        "contest,option,votes\nNAC,A,1.0\n",
        "contest,option,votes\nNAC,A,\u0661\n",
        "contest,option,votes\nNAC,A,1\nNAC,A,1\n",
        "contest,option,votes\nnac,A,1\n",
        'contest,option,votes\nNAC,"A,1\n',
    ],
)
def test_a_file_that_is_no_count_is_refused_whole(typed: str) -> None:
    """Also if both typed the same nonsense."""
    with pytest.raises(UrnaError):
        read_typed(typed.encode(), "one.csv")
    assert read_typed(b"contest,option,votes\nNAC,A,12\nNAC,B,7\n", "one.csv") == LINES
