"""A known deck: what its sheet must say, and how one vote that went elsewhere is found."""

import pytest
from tests.roll.small import small_election

from urna.audit.examination import Result
from urna.audit.known_deck import compare_deck, expected_tallies, read_deck
from urna.errors import Findings, Malformed
from urna.tally.sheet import ContestTally, OptionVotes

ELECTION = small_election()
DECK = b"""ballot,style,contest,option
1,GENERAL,Q,YES
2,GENERAL,,
3,BOTH,Q,NO
3,BOTH,I,YES
4,BOTH,Q,YES
"""


def tally(contest: str, ballots: int, yes: int, no: int, undervotes: int) -> ContestTally:
    """A sheet's contest."""
    votes = (OptionVotes(option="YES", votes=yes), OptionVotes(option="NO", votes=no))
    return ContestTally(contest=contest, ballots=ballots, votes=votes, undervotes=undervotes)


RIGHT = [tally("Q", 4, 2, 1, 1), tally("I", 2, 1, 0, 1)]


def results(tallies: list[ContestTally]) -> dict[str, str]:
    """By subject, what did not pass, as it was found."""
    deck = read_deck(DECK, ELECTION, "S1", "deck")
    return {
        each.subject: each.found for each in compare_deck(ELECTION, deck, tallies) if each.result is not Result.PASSED
    }


def test_what_is_expected_is_counted_by_hand() -> None:
    """Two yes, one no, one blank; of the second contest one yes and one not used."""
    deck = read_deck(DECK, ELECTION, "S1", "deck")
    expected = {("Q", "YES"): 2, ("Q", "NO"): 1, ("Q", ""): 1, ("I", "YES"): 1, ("I", "NO"): 0, ("I", ""): 1}
    assert {(contest, option): number for contest, option, number in expected_tallies(ELECTION, deck)} == expected


def test_a_right_sheet_passes_and_every_wrong_number_is_named() -> None:
    """A vote moved from yes to no is two numbers; one that vanished is one."""
    assert results(RIGHT) == {}
    assert results([tally("Q", 4, 1, 2, 1), RIGHT[1]]) == {"S1 Q YES": "1", "S1 Q NO": "2"}
    assert results([tally("Q", 4, 1, 1, 1), RIGHT[1]]) == {"S1 Q YES": "1"}
    assert set(results(RIGHT[:1])) == {"S1 I YES", "S1 I NO", "S1 I (not used)"}


def test_a_withheld_contest_is_not_examined_and_never_passed() -> None:
    """Too few ballots: the sheet says nothing, and so the test says nothing."""
    withheld = ContestTally(contest="I", ballots=2, votes=None, undervotes=None)
    deck = read_deck(DECK, ELECTION, "S1", "deck")
    found = [each.result for each in compare_deck(ELECTION, deck, [RIGHT[0], withheld]) if each.subject[3] == "I"]
    assert found == [Result.NOT_EXAMINED] * 3


@pytest.mark.parametrize(
    "line",
    ["5,OTHER,Q,YES", "5,GENERAL,I,YES", "5,GENERAL,Q,MAYBE", "1,GENERAL,Q,YES", "1,GENERAL,Q,NO", "0,GENERAL,Q,YES",
     "1,BOTH,Q,YES", "5,GENERAL,Q", "x,GENERAL,Q,YES", "5,GENERAL,,YES"],
)  # fmt: skip
def test_a_line_that_no_machine_lets_anybody_press_is_refused(line: str) -> None:
    """Another style, contest or option, twice the same, too many, another style for the same ballot."""
    with pytest.raises(Findings):
        read_deck(DECK + line.encode() + b"\n", ELECTION, "S1", "deck")


@pytest.mark.parametrize("data", [b"", b"ballot,style\n1,GENERAL\n", b"\xff\xfe", DECK.splitlines()[0]])
def test_what_is_no_table_is_refused_whole(data: bytes) -> None:
    """Empty, other columns, not UTF-8, no line."""
    with pytest.raises(Malformed):
        read_deck(data, ELECTION, "S1", "deck")


def test_a_station_that_does_not_exist_has_no_deck() -> None:
    """It is said so."""
    with pytest.raises(Malformed, match="S9"):
        read_deck(DECK, ELECTION, "S9", "deck")
