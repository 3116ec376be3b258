"""The law's corner cases, one by one."""

import msgspec
import pytest

from urna.election.seats import (
    AllocationRule,
    AwardedBy,
    Crossing,
    ListThreshold,
    SeatMethod,
    SeatResult,
    Shortage,
    Standing,
    Threshold,
    TieRule,
    allocate_seats,
    explain,
)
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed

DHONDT = SeatMethod.DHONDT


def standings(result: SeatResult) -> dict[str, str]:
    """The standing of each list."""
    return {one.code: one.standing.value for one in result.lists}


def test_the_example_in_spains_law_comes_out_as_printed() -> None:
    """LOREG art. 163: 480,000 votes, eight seats, six lists."""
    votes = {"A": 168_000, "B": 104_000, "C": 72_000, "D": 64_000, "E": 40_000, "F": 32_000}
    result = allocate_seats("PROVINCE", AllocationRule(method=DHONDT, seats=8), votes)
    assert result.seats() == {"A": 4, "B": 2, "C": 1, "D": 1, "E": 0, "F": 0}
    assert [award.code for award in result.awards] == ["A", "B", "A", "C", "D", "A", "B", "A"]
    assert [award.figure for award in result.awards][-1] == "42000/1"


def test_a_droop_allocation_can_leave_quota_as_its_critics_say() -> None:
    """360 seats, quota 2839: a published case in which the largest list has more than its share rounded up."""
    votes = {"P1": 885_292, "P2": 50_089, "P3": 1_536, "P4": 87_859}
    result = allocate_seats("C", AllocationRule(method=SeatMethod.DROOP, seats=360), votes)
    assert result.quota == "2839/1"
    assert result.seats() == {"P1": 312, "P2": 17, "P3": 0, "P4": 31}


def test_hare_hands_its_last_seats_to_the_largest_remainders() -> None:
    """100 votes, 3 seats: the quota stays 100/3, one whole quota, then remainders 33 and 26 2/3 before 7."""
    result = allocate_seats("C", AllocationRule(method=SeatMethod.HARE, seats=3), {"A": 60, "B": 33, "C": 7})
    assert result.quota == "100/3"
    assert [(one.code, one.by, one.figure) for one in result.awards] == [
        ("A", AwardedBy.QUOTA, "9/5"),
        ("B", AwardedBy.REMAINDER, "33/1"),
        ("A", AwardedBy.REMAINDER, "80/3"),
    ]


def test_the_first_divisor_is_a_parameter() -> None:
    """With 7/5 a list of 100 against 300 gets none of two seats; with 1/1 they tie for the second."""
    votes = {"A": 300, "B": 100}
    modified = AllocationRule(method=SeatMethod.MODIFIED_SAINTE_LAGUE, seats=2)
    plain = AllocationRule(method=SeatMethod.MODIFIED_SAINTE_LAGUE, seats=2, first_divisor="1/1")
    assert allocate_seats("C", modified, votes).seats() == {"A": 2, "B": 0}
    tie = allocate_seats("C", plain, votes).undecided
    assert tie is not None
    assert tie.among == ("A", "B")


def test_vote_for_n_elects_the_n_most_voted() -> None:
    """Three seats; the votes may add up to more than the valid ballots."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=3)
    votes = {"P1": 50, "P2": 70, "P3": 10, "P4": 60}
    result = allocate_seats("CIRCUIT", rule, votes, valid_votes=80)
    assert [award.code for award in result.awards] == ["P2", "P4", "P1"]
    assert {award.by for award in result.awards} == {AwardedBy.VOTES}


def test_a_majority_is_more_than_half() -> None:
    """Exactly half elects nobody; one more elects."""
    rule = AllocationRule(method=SeatMethod.MAJORITY, seats=1)
    half = allocate_seats("PRESIDENT", rule, {"A": 50, "B": 30, "C": 20})
    assert (half.unfilled, half.shortage) == (1, Shortage.BELOW_THRESHOLD)
    assert allocate_seats("PRESIDENT", rule, {"A": 51, "B": 30, "C": 19}).seats_of("A") == 1


@pytest.mark.parametrize(
    ("crossing", "standing"),
    [(Crossing.AT_LEAST, Standing.PASSED), (Crossing.MORE_THAN, Standing.BELOW_THRESHOLD)],
)
def test_exactly_on_the_threshold_is_in_or_out_as_the_law_says(crossing: Crossing, standing: Standing) -> None:
    """3 votes of 100 at three percent."""
    rule = AllocationRule(method=DHONDT, seats=50, threshold=Threshold(share="3/100", crossing=crossing))
    result = allocate_seats("C", rule, {"A": 97, "B": 3})
    assert standings(result)["B"] == standing
    assert result.seats_of("B") == (standing is Standing.PASSED)


def test_a_minoritys_list_can_be_free_of_the_threshold() -> None:
    """Share 0/1 for one list, and the count of votes does not hold for it either."""
    threshold = Threshold(share="5/100", votes=50, lists=(ListThreshold(code="SSW", share="0/1"),))
    rule = AllocationRule(method=DHONDT, seats=40, threshold=threshold)
    result = allocate_seats("C", rule, {"A": 900, "B": 40, "SSW": 30})
    assert standings(result) == {"A": "passed", "B": "below-threshold", "SSW": "passed"}
    assert result.seats_of("SSW") == 1
    assert [one.needed for one in result.lists] == ["50/1", "50/1", "0/1"]


def test_the_threshold_counts_all_valid_votes() -> None:
    """Votes for nobody on the ballot, where the law counts them, raise it."""
    rule = AllocationRule(method=DHONDT, seats=10, threshold=Threshold(share="1/10"))
    votes = {"A": 90, "B": 10}
    assert standings(allocate_seats("C", rule, votes))["B"] == "passed"
    assert standings(allocate_seats("C", rule, votes, valid_votes=101))["B"] == "below-threshold"


def test_a_tied_seat_goes_to_the_list_with_more_votes() -> None:
    """D'Hondt: 60/3 = 40/2 = 20 for the last seat."""
    votes = {"A": 40, "B": 60}
    result = allocate_seats("C", AllocationRule(method=DHONDT, seats=4, tie=TieRule.MORE_VOTES), votes)
    last = result.awards[-1]
    assert result.seats() == {"A": 1, "B": 3}
    assert (last.code, last.by, last.equals, last.figure) == ("B", AwardedBy.MORE_VOTES, ("A",), "20/1")


def test_the_lot_decides_among_lists_with_equal_votes_only() -> None:
    """60/2 = 30/1 = 30/1: two seats for three, one to the more voted, one drawn between the others."""
    votes = {"A": 30, "B": 30, "C": 60}
    rule = AllocationRule(method=DHONDT, seats=3, tie=TieRule.MORE_VOTES)
    result = allocate_seats("C", rule, votes, seed="1 2 3")
    assert [award.by for award in result.awards] == [
        AwardedBy.QUOTIENT,
        AwardedBy.MORE_VOTES,
        AwardedBy.LOT,
    ]
    assert result.awards[1].code == "C"
    assert result.awards[2].equals in {("A",), ("B",)}


def test_of_three_tied_lists_the_most_voted_gets_the_one_seat() -> None:
    """90/3 = 60/2 = 30/1 for the fourth seat."""
    rule = AllocationRule(method=DHONDT, seats=4, tie=TieRule.MORE_VOTES)
    result = allocate_seats("C", rule, {"A": 30, "B": 90, "C": 60})
    assert result.seats() == {"A": 0, "B": 3, "C": 1}
    assert result.awards[-1].equals == ("A", "C")


@pytest.mark.parametrize(("thirds", "seats"), [(1, {"A": 2, "B": 2}), (2, {"A": 1, "B": 3})])
def test_quotients_closer_than_a_float_can_tell_are_told_apart(thirds: int, seats: dict[str, int]) -> None:
    """At k = 3·10^15, k + 1/3, k + 1/2 and k + 2/3 are one double, and the last seat hangs on them."""
    k = 3_002_399_751_580_329
    votes = {"A": 2 * k + 1, "B": 3 * k + thirds}
    assert votes["A"] / 2 == votes["B"] / 3
    result = allocate_seats("C", AllocationRule(method=DHONDT, seats=4), votes)
    assert result.undecided is None
    assert result.seats() == seats


def test_equal_claims_that_all_fit_are_no_tie() -> None:
    """Two lists with equal votes and two seats: one each, each naming the other, nothing to decide."""
    result = allocate_seats("C", AllocationRule(method=DHONDT, seats=2), {"A": 7, "B": 7})
    assert result.undecided is None
    assert [(one.code, one.by, one.equals) for one in result.awards] == [
        ("A", AwardedBy.QUOTIENT, ("B",)),
        ("B", AwardedBy.QUOTIENT, ("A",)),
    ]


def test_an_open_tie_is_reported_with_its_seats() -> None:
    """Three candidates with equal votes for two seats, and a law that says nothing."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=3, tie=TieRule.UNDECIDED)
    result = allocate_seats("C", rule, {"P1": 9, "P2": 5, "P3": 5, "P4": 5}, seed="1 2 3")
    tie = result.undecided
    assert tie is not None
    assert (tie.seats, tie.among, tie.waits_for_seed) == (2, ("P2", "P3", "P4"), False)
    assert result.seats() == {"P1": 1, "P2": 0, "P3": 0, "P4": 0}
    assert str(explain(result)[-1]) == "Seats left undecided among P2, P3, P4, tied at 5: 2."


def test_before_the_seed_is_drawn_a_lot_is_awaited() -> None:
    """The law asks for a lot, nobody has thrown the dice: the seat waits."""
    result = allocate_seats("C", AllocationRule(method=DHONDT, seats=1, tie=TieRule.LOT), {"A": 7, "B": 7})
    assert result.undecided is not None
    assert result.undecided.waits_for_seed
    assert "that wait for the lot" in str(explain(result)[-1])


@pytest.mark.parametrize("method", [method for method in SeatMethod if method is not SeatMethod.NONE])
def test_without_a_vote_nobody_is_elected(method: SeatMethod) -> None:
    """No votes at all, or no lists at all: the seats stay unfilled, and the result says why."""
    for votes in ({"A": 0, "B": 0}, {}):
        result = allocate_seats("C", AllocationRule(method=method, seats=2), votes)
        assert (result.unfilled, result.shortage, result.awards) == (2, Shortage.NO_VOTES, ())


@pytest.mark.parametrize("method", [method for method in SeatMethod if method is not SeatMethod.NONE])
def test_if_none_passes_the_threshold_nobody_is_elected(method: SeatMethod) -> None:
    """Three lists of a third each, at one half."""
    rule = AllocationRule(method=method, seats=2, threshold=Threshold(share="1/2"))
    result = allocate_seats("C", rule, {"A": 5, "B": 5, "C": 5})
    assert (result.unfilled, result.shortage) == (2, Shortage.BELOW_THRESHOLD)


def test_fewer_candidates_than_seats_leave_seats_unfilled() -> None:
    """A candidate without a vote is not one."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=4)
    result = allocate_seats("C", rule, {"P1": 9, "P2": 5, "P3": 0})
    assert (result.seats(), result.unfilled) == ({"P1": 1, "P2": 1, "P3": 0}, 2)
    assert result.shortage is Shortage.TOO_FEW


def test_droop_says_when_votes_are_too_few_for_its_quota() -> None:
    """100 seats, 150 votes: quota 2, 75 whole quotas, three remainders, 22 seats left over."""
    votes = {"A": 50, "B": 50, "C": 50}
    result = allocate_seats("C", AllocationRule(method=SeatMethod.DROOP, seats=100), votes)
    assert (result.seats(), result.unfilled) == ({"A": 26, "B": 26, "C": 26}, 22)
    assert result.shortage is Shortage.TOO_FEW


def test_a_withdrawn_candidate_keeps_the_votes_and_gets_no_seat() -> None:
    """The next in votes is elected; the record shows the withdrawn one's votes."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=1)
    result = allocate_seats("C", rule, {"P1": 9, "P2": 5}, withdrawn=["P1"])
    assert standings(result) == {"P1": "withdrawn", "P2": "passed"}
    assert result.seats_of("P2") == 1


def test_a_referendum_gives_no_seats() -> None:
    """The method none, for a house of none, keeps the votes and gives nothing."""
    result = allocate_seats("Q", AllocationRule(method=SeatMethod.NONE, seats=0), {"YES": 5, "NO": 3})
    assert (result.awards, result.unfilled, result.shortage) == ((), 0, None)


@pytest.mark.parametrize(
    "votes",
    [{"A": -1}, {"A": 1.5}, {"A": True}, {"A": 2**53}, {"a b": 1}, {"A,B": 1}, {"": 1}, {"Ñ": 1}, {"A\n": 1}],
)
def test_votes_that_cannot_be_are_refused(votes: dict[str, int]) -> None:
    """Counts are whole, not negative, below 2^53; codes are codes."""
    with pytest.raises(Malformed):
        allocate_seats("C", AllocationRule(method=DHONDT, seats=1), votes)


def test_other_input_that_cannot_be_is_refused() -> None:
    """A contest that is no code, fewer valid votes than the first list has, an unknown withdrawal."""
    rule = AllocationRule(method=DHONDT, seats=1)
    with pytest.raises(Malformed):
        allocate_seats("c c", rule, {"A": 1})
    with pytest.raises(Malformed):
        allocate_seats("C", rule, {"A": 5}, valid_votes=4)
    with pytest.raises(Malformed):
        allocate_seats("C", rule, {"A": 5}, withdrawn=["B"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seats", -1),
        ("seats", 10_001),
        ("method", SeatMethod.NONE),
        ("first_divisor", "0/1"),
        ("first_divisor", "3/1"),
        ("first_divisor", "1.4"),
        ("first_divisor", "7/0"),
    ],
)
def test_a_rule_that_no_law_can_mean_is_refused(field: str, value: object) -> None:
    """Seats without bound, seats by no method, divisors that do not rise."""
    fields = {"method": DHONDT, "seats": 1, field: value}
    with pytest.raises(Malformed):
        AllocationRule(**fields)  # type: ignore[arg-type] # the fields under test are wrong on purpose


@pytest.mark.parametrize("share", ["101/100", "-1/2", "1/2 ", "0.5", "", "1/0"])
def test_a_threshold_is_a_share_of_the_whole(share: str) -> None:
    """Anything but a fraction from 0 to 1 is refused, for all lists or for one."""
    with pytest.raises(Malformed):
        Threshold(share=share)
    with pytest.raises(Malformed):
        Threshold(lists=(ListThreshold(code="A", share=share),))


def test_a_list_has_one_threshold_of_its_own() -> None:
    """Named twice, it is not clear which holds."""
    one = ListThreshold(code="A", share="0/1")
    with pytest.raises(Malformed):
        Threshold(lists=(one, one))


def test_a_result_whose_seats_do_not_add_up_cannot_be_read() -> None:
    """A seat moved from one list's line to another's, or added to nobody's."""
    result = allocate_seats("C", AllocationRule(method=DHONDT, seats=2), {"A": 70, "B": 40})
    data = encode(result)
    assert data.count(b'"seats":1') == 2
    with pytest.raises(Malformed):
        decode(data.replace(b'"seats":1', b'"seats":2', 1), SeatResult)
    with pytest.raises(Malformed):
        decode(data.replace(b'"unfilled":0', b'"unfilled":1'), SeatResult)
    stray = msgspec.structs.replace(result.awards[1], number=3, code="Z")
    with pytest.raises(Malformed):
        msgspec.structs.replace(
            result,
            rule=AllocationRule(method=DHONDT, seats=3),
            awards=(*result.awards, stray),
        )
