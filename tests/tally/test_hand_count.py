"""The hand-count sheet: what fits is taken, whatever the box held; sums that cannot be are named."""

from typing import Any

import msgspec
import pytest
from tests.papers.every_paper import DAY, hand_count

from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, Unproven
from urna.tally.hand_count import HandContest, HandCountSheet, check_hand_count
from urna.tally.sheet import OptionVotes

SHEET = hand_count()


def with_contest(number: int, **changes: Any) -> HandCountSheet:
    """The sheet with one contest changed."""
    contests = list(SHEET.contests)
    contests[number] = msgspec.structs.replace(contests[number], **changes)
    return msgspec.structs.replace(SHEET, contests=tuple(contests))


def votes(contest: HandContest, first: int) -> tuple[OptionVotes, ...]:
    """The votes of a contest, the first option's changed."""
    return (OptionVotes(option=contest.votes[0].option, votes=first), *contest.votes[1:])


def test_a_sheet_whose_sums_hold_is_taken() -> None:
    """And is read back as it was written."""
    check_hand_count(DAY.election, SHEET)
    assert decode(encode(SHEET), HandCountSheet) == SHEET


def test_it_is_of_a_kind_of_its_own() -> None:
    """Nobody takes it for a sheet that proves itself."""
    assert b'"type":"urna/hand-count-sheet/1"' in encode(SHEET)


@pytest.mark.parametrize("changes", [{"signatures": 380}, {"signatures": 742}, {"handed_out": 400}])
def test_a_difference_between_people_and_ballots_is_reported_and_never_refused(changes: dict[str, int]) -> None:
    """The box holds what it holds."""
    sheet = hand_count(**changes)
    check_hand_count(DAY.election, sheet)
    assert sheet.difference == 412 - sheet.signatures


@pytest.mark.parametrize(
    "sheet",
    [
        hand_count(signatures=743),
        with_contest(1, ballots=413, blank=10),
        with_contest(1, ballots=411, blank=8),
        with_contest(1, blank=10),
        with_contest(1, blank=410),
        with_contest(1, votes=votes(SHEET.contests[1], 181)),
        with_contest(1, votes=votes(SHEET.contests[1], 179)),
        with_contest(0, votes=votes(SHEET.contests[0], 401)),
        with_contest(0, votes=votes(SHEET.contests[0], 19)),
    ],
    ids=[
        "more signatures than registered",
        "more ballots than in the box",
        "a ballot of the box in no contest",
        "a blank ballot too many",
        "more blank and null than ballots",
        "a vote too many",
        "a vote too few",
        "more votes for one option than valid ballots",
        "fewer votes than valid ballots",
    ],
)
def test_sums_that_cannot_be_are_named(sheet: HandCountSheet) -> None:
    """The members count that again."""
    with pytest.raises(Unproven, match="Count this again"):
        check_hand_count(DAY.election, sheet)


@pytest.mark.parametrize(
    "sheet",
    [
        hand_count(election="0" * 64),
        hand_count(station="OTHER"),
        hand_count(contests=SHEET.contests[::-1]),
        hand_count(contests=SHEET.contests[1:]),
        with_contest(1, votes=SHEET.contests[1].votes[1:]),
        with_contest(1, votes=(SHEET.contests[1].votes[1], SHEET.contests[1].votes[0], *SHEET.contests[1].votes[2:])),
    ],
    ids=["election", "station", "order", "contest left out", "option left out", "order of options"],
)
def test_a_sheet_that_does_not_fit_the_definition_is_refused(sheet: HandCountSheet) -> None:
    """As a tally sheet is."""
    with pytest.raises(Malformed, match="definition"):
        check_hand_count(DAY.election, sheet)


def test_a_hand_count_carries_no_proof() -> None:
    """A nonce would make it look as if it proved itself."""
    nonced = OptionVotes(option=SHEET.contests[1].votes[0].option, votes=180, nonce="0" * 64)
    with pytest.raises(Malformed):
        check_hand_count(DAY.election, with_contest(1, votes=(nonced, *SHEET.contests[1].votes[1:])))
