"""The hand-count sheet: what fits is taken, whatever the box held; sums that cannot be are named."""

from typing import Any

import msgspec
import pytest
from tests.papers.every_paper import DAY, hand_count

from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, Unproven
from urna.tally.hand_count import (
    HandContest,
    HandCountSheet,
    check_hand_count,
    check_sums,
    count_with,
    part_of,
    withhold,
)
from urna.tally.sheet import OptionVotes

SHEET = hand_count()


def with_contest(number: int, **changes: Any) -> HandCountSheet:
    """The sheet with one contest changed."""
    contests = list(SHEET.contests)
    contests[number] = msgspec.structs.replace(contests[number], **changes)
    return msgspec.structs.replace(SHEET, contests=tuple(contests))


def votes(contest: HandContest, first: int) -> tuple[OptionVotes, ...]:
    """The votes of a contest, the first option's changed."""
    assert contest.votes is not None
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
        with_contest(1, votes=votes(SHEET.contests[1], 180)[1:]),
        with_contest(1, votes=votes(SHEET.contests[1], 180)[::-1]),
    ],
    ids=["election", "station", "order", "contest left out", "option left out", "order of options"],
)
def test_a_sheet_that_does_not_fit_the_definition_is_refused(sheet: HandCountSheet) -> None:
    """As a tally sheet is."""
    with pytest.raises(Malformed, match="definition"):
        check_hand_count(DAY.election, sheet)


def test_a_hand_count_carries_no_proof() -> None:
    """A nonce would make it look as if it proved itself."""
    first, *others = votes(SHEET.contests[1], 180)
    with pytest.raises(Malformed):
        check_hand_count(DAY.election, with_contest(1, votes=(msgspec.structs.replace(first, nonce="0" * 64), *others)))


def few(**changes: Any) -> HandCountSheet:
    """Nine ballots, one blank in every contest, each other one with one vote for the first option."""
    contests = [
        HandContest(
            contest=contest.code,
            votes=tuple(
                OptionVotes(option=option.code, votes=8 * (place == 0)) for place, option in enumerate(contest.options)
            ),
            blank=1,
            null=0,
            ballots=9,
        )
        for contest in DAY.election.contests_of_station(SHEET.station)
    ]
    return hand_count(signatures=9, handed_out=9, ballots=9, contests=tuple(contests), **changes)


def test_of_few_ballots_no_vote_leaves_the_station() -> None:
    """Nine ballots, ten is the threshold: their number stays, and votes, blank and null ones go."""
    check_sums(DAY.election, few())
    sheet = withhold(DAY.election, few())
    check_hand_count(DAY.election, sheet)
    assert {(each.votes, each.blank, each.null, each.ballots) for each in sheet.contests} == {(None, None, None, 9)}
    assert withhold(DAY.election, SHEET) == SHEET


@pytest.mark.parametrize("field", ["votes", "blank", "null"])
def test_each_number_of_few_ballots_is_withheld(field: str) -> None:
    """One that is left says of a few people what they did; one that is hidden of many hides it from everybody."""
    shown, hidden = few().contests[1], withhold(DAY.election, few())
    contests = list(hidden.contests)
    contests[1] = msgspec.structs.replace(contests[1], **{field: getattr(shown, field)})
    with pytest.raises(Unproven, match="from 10 ballots on"):
        check_hand_count(DAY.election, msgspec.structs.replace(hidden, contests=tuple(contests)))
    with pytest.raises(Unproven, match="from 10 ballots on"):
        check_hand_count(DAY.election, with_contest(1, **{field: None}))


def test_sums_of_few_ballots_are_checked_before_they_are_withheld() -> None:
    """The members count them again, as of any other contest."""
    sheet = few()
    wrong = (msgspec.structs.replace(sheet.contests[0], blank=10), *sheet.contests[1:])
    with pytest.raises(Unproven, match="Count this again"):
        check_sums(DAY.election, msgspec.structs.replace(sheet, contests=wrong))


def test_what_it_adds_keeps_the_sum_of_every_total() -> None:
    """Blank and null ballots, and what valid ones left, are votes not used."""
    for counted, tally in zip(SHEET.contests, part_of(DAY.election, SHEET).contests, strict=True):
        allowed = DAY.election.contests[counted.contest].votes_allowed
        given = sum(each.votes for each in tally.votes or ())
        assert given + (tally.undervotes or 0) == counted.ballots * allowed
    assert all(each.undervotes is None for each in part_of(DAY.election, withhold(DAY.election, few())).contests)


def test_ballots_are_never_more_than_electors() -> None:
    """742 electors: 412 paper ballots and 330 of machines are all of them, one more is too many."""
    count = count_with(DAY.election, SHEET, None)
    assert (count.is_by_hand_alone, count.cast, count.hand and count.hand.ballots) == (True, 0, 412)
    machines = count._replace(cast=330, hand=None)
    assert count_with(DAY.election, SHEET, machines).cast == 330
    with pytest.raises(Unproven, match="at most 742 ballots"):
        count_with(DAY.election, SHEET, machines._replace(cast=331))
