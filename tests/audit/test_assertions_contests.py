"""Sets of assertions: all of them true means that the outcome is right, for every way the votes could be."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit.assertions import NoMargin, Votes
from urna.audit.contest_assertions import (
    Assertions,
    Contested,
    ListRule,
    as_one,
    list_seats,
    majority,
    of_contest,
    of_parallel,
    plurality,
    referendum,
    runoff,
    super_majority,
)
from urna.election.seats import (
    AllocationRule,
    Crossing,
    ListThreshold,
    SeatMethod,
    SeatResult,
    SecondRound,
    Threshold,
    TieRule,
    allocate_seats,
)
from urna.errors import Malformed

HALF = Fraction(1, 2)
DHONDT = ListRule(SeatMethod.DHONDT)
LOREG = {"A": 168_000, "B": 104_000, "C": 72_000, "D": 64_000, "E": 40_000, "F": 32_000}


def all_true(assertions: Assertions, votes: Votes) -> bool:
    """Whether these votes bear every assertion out."""
    return all(assertion.weigh(votes) > 0 for assertion in assertions)


def names(assertions: Assertions) -> set[str]:
    """By which records know them."""
    return {assertion.name for assertion in assertions}


def test_vote_for_two_has_every_winner_against_every_loser() -> None:
    """Two winners and two losers: four pairs."""
    pairs = plurality("C", {"A": 9, "B": 8, "C": 3, "D": 1}, ["A", "B"], votes_allowed=2)
    assert names(pairs) == {"A > C", "A > D", "B > C", "B > D"}


def test_where_everybody_wins_nothing_needs_an_audit() -> None:
    """No loser, no assertion."""
    assert plurality("C", {"A": 9}, ["A"]) == ()


def test_ties_and_wrong_winners_are_refused() -> None:
    """With the pair that is tied."""
    with pytest.raises(NoMargin, match="A > B"):
        plurality("C", {"A": 9, "B": 9}, ["A"])
    with pytest.raises(Malformed, match="contrary of B > A"):
        plurality("C", {"A": 9, "B": 8}, ["B"])
    with pytest.raises(NoMargin, match="A > 2/3"):
        super_majority("C", {"A": 6, "B": 3}, "A", Fraction(2, 3))


def test_a_referendum_is_audited_whichever_way_it_went() -> None:
    """Approved, rejected, and exactly on the share."""
    assert names(referendum("R", {"yes": 51, "no": 49}, "yes")) == {"yes > 1/2"}
    assert names(referendum("R", {"yes": 51, "no": 49}, "yes", Fraction(2, 3))) == {"yes < 2/3"}
    with pytest.raises(NoMargin):
        referendum("R", {"yes": 50, "no": 50}, "yes")


def test_without_a_majority_a_runoff_has_threshold_pairs_beside_the_others() -> None:
    """The pairs alone leave out that the leader has no majority, which may be the closest of all."""
    votes = {"A": 496, "B": 300, "C": 204}
    assertions = runoff("P", votes)
    assert names(assertions) == {"A > C", "B > C", "A < 1/2", "B < 1/2"}
    margins = {each.name: each.margin(votes, 1000) for each in assertions}
    assert min(margins, key=lambda name: margins[name]) == "A < 1/2"
    elected = {"A": 504, "B": 296, "C": 200}
    assert all_true(plurality("P", votes, ["A", "B"]), elected)
    assert not all_true(assertions, elected)


def test_with_a_majority_there_is_no_runoff() -> None:
    """One assertion: it has more than half."""
    assert names(runoff("P", {"A": 6, "B": 3, "C": 2})) == {"A > 1/2"}


def test_nobody_elected_says_that_nobody_has_a_majority() -> None:
    """All of them, since nobody is known to be behind."""
    assert names(majority("P", {"A": 4, "B": 3, "C": 3})) == {"A < 1/2", "B < 1/2", "C < 1/2"}


def test_spains_printed_example_has_its_closest_pair_between_the_last_seat_and_the_next() -> None:
    """LOREG art. 163: A's fourth seat (42,000) before E's first (40,000): 4 × 40,000 against 168,000."""
    assertions = list_seats("PROVINCE", LOREG, {"A": 4, "B": 2, "C": 1, "D": 1}, DHONDT)
    assert len(assertions) == 4 * 5
    margins = {each.name: each.margin(LOREG, 480_000) for each in assertions}
    closest = min(margins, key=lambda name: margins[name])
    assert (closest, margins[closest]) == ("A/4 > E/1", Fraction(2000, 480_000))


def test_seats_that_do_not_follow_are_refused() -> None:
    """One seat moved from A to E; and a seat below the threshold."""
    with pytest.raises(Malformed, match="contrary"):
        list_seats("PROVINCE", LOREG, {"A": 3, "B": 2, "C": 1, "D": 1, "E": 1}, DHONDT)
    with pytest.raises(Malformed, match="past the threshold"):
        list_seats("PROVINCE", LOREG, {"A": 4, "F": 4}, ListRule(SeatMethod.DHONDT, Fraction(1, 10)))


METHODS = [SeatMethod.DHONDT, SeatMethod.SAINTE_LAGUE, SeatMethod.MODIFIED_SAINTE_LAGUE, SeatMethod.HARE]
SMALL = st.lists(st.integers(0, 60), min_size=3, max_size=4)


@pytest.mark.parametrize("method", METHODS)
@given(reported=SMALL, true=SMALL, seats=st.integers(1, 6), share=st.sampled_from(["0/1", "1/10"]))
def test_if_all_assertions_hold_in_the_true_votes_the_true_seats_are_the_reported(
    method: SeatMethod, reported: list[int], true: list[int], seats: int, share: str
) -> None:
    """Any reported and any true votes: the paper cannot bear the assertions out and still give other seats."""
    threshold = Threshold(share=share, crossing=Crossing.MORE_THAN)
    rule = AllocationRule(method=method, seats=seats, threshold=threshold)
    said = allocate_seats("C", rule, dict(zip("ABCD", reported, strict=False)))
    paper = dict(zip("ABCD", [*true, 0][: len(reported)], strict=False))
    try:
        assertions = of_contest(said)
    except Malformed:
        return
    assert all_true(assertions, {one.code: one.votes for one in said.lists})
    found = allocate_seats("C", rule, paper)
    if all_true(assertions, paper):
        assert found.seats() == said.seats()
    elif found.undecided is None and not found.unfilled and share == "0/1":
        assert found.seats() != said.seats()


@given(reported=st.lists(st.integers(0, 30), min_size=3, max_size=4), winners=st.integers(1, 3))
def test_vote_for_n_by_the_contests_own_rule(reported: list[int], winners: int) -> None:
    """Every reordering of the same votes: the winners change exactly if an assertion is false."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=winners)
    votes = dict(zip("ABCD", reported, strict=False))
    said = allocate_seats("C", rule, votes)
    try:
        assertions = of_contest(said, winners)
    except Malformed:
        return
    for changed in product((0, 10, 20, 30), repeat=len(votes)):
        paper = dict(zip(votes, changed, strict=True))
        found = allocate_seats("C", rule, paper)
        if found.undecided is None and not found.unfilled:
            assert (found.seats() == said.seats()) == all_true(assertions, paper)


MAJORITY = AllocationRule(method=SeatMethod.MAJORITY, seats=1)
FIRST_OF_TWO = AllocationRule(method=SeatMethod.MAJORITY, seats=1, second_round=SecondRound())
LAWS = (
    SecondRound(),
    SecondRound(share="2/5"),
    SecondRound(share="45/100", lesser_share="2/5", lead="1/10"),
    SecondRound(lesser_share="2/5", lead="1/10", lead_crossing="at-least"),
)


@given(reported=st.lists(st.integers(0, 30), min_size=3, max_size=4))
def test_a_first_round_by_the_contests_own_rule(reported: list[int]) -> None:
    """Elected, or the same two go on: exactly if all assertions are true, for any true votes without a tie."""
    votes = dict(zip("ABCD", reported, strict=False))
    said = allocate_seats("C", FIRST_OF_TWO, votes)
    try:
        assertions = of_contest(said)
    except Malformed:
        return
    for changed in product((0, 7, 10, 30), repeat=len(votes)):
        paper = dict(zip(votes, changed, strict=True))
        ordered = sorted(changed, reverse=True)
        if 2 * ordered[0] == sum(changed) or (2 * ordered[0] < sum(changed) and ordered[1] == ordered[2]):
            continue
        assert (_first_round(paper) == _first_round(votes)) == all_true(assertions, paper)


@pytest.mark.parametrize("law", LAWS, ids=["half", "two fifths", "more than a lead", "at least a lead"])
@given(
    reported=st.lists(st.integers(0, 30), min_size=2, max_size=4),
    changes=st.lists(st.integers(-6, 6), min_size=4, max_size=4),
)
def test_if_a_first_rounds_assertions_hold_in_the_true_votes_so_does_its_outcome(
    law: SecondRound, reported: list[int], changes: list[int]
) -> None:
    """Every law: the paper cannot bear the assertions out and still elect somebody else, or send another two on."""
    rule = AllocationRule(method=SeatMethod.MAJORITY, seats=1, second_round=law)
    said = allocate_seats("C", rule, dict(zip("ABCD", reported, strict=False)))
    try:
        assertions = of_contest(said)
    except Malformed:
        return
    assert all_true(assertions, {one.code: one.votes for one in said.lists})
    paper = {code: max(0, each + change) for code, each, change in zip("ABCD", reported, changes, strict=False)}
    if all_true(assertions, paper):
        assert _outcome(allocate_seats("C", rule, paper)) == _outcome(said)


def _outcome(result: SeatResult) -> tuple[dict[str, int], set[str]]:
    """Seats, and who goes on."""
    return result.seats(), set(result.second_round.between if result.second_round else ())


def test_a_first_round_with_a_lead_says_why_nobody_has_it() -> None:
    """Of each of the two that go on: less than the lesser share, or less than the lead over the other."""
    argentina = AllocationRule(method=SeatMethod.MAJORITY, seats=1, second_round=LAWS[2])
    low = allocate_seats("C", argentina, {"A": 39, "B": 25, "C": 36})
    assert names(of_contest(low)) == {"A > B", "C > B", "A < 9/20", "C < 9/20", "A < 2/5", "C < 2/5"}
    close = allocate_seats("C", argentina, {"A": 42, "B": 40, "C": 18})
    shares = {"A < 9/20", "B < 9/20"}
    assert names(of_contest(close)) == {"A > C", "B > C", "A < B + 1/10", "B < A + 1/10", *shares}
    elected = allocate_seats("C", argentina, {"A": 42, "B": 30, "C": 28})
    assert names(of_contest(elected)) == {"A > 2/5", "A > B + 1/10", "A > C + 1/10"}
    with pytest.raises(NoMargin):
        of_contest(allocate_seats("C", argentina, {"A": 42, "B": 32, "C": 26}))


def test_below_half_a_share_alone_does_not_elect() -> None:
    """With 2/5 two can have enough, and the most voted of them is elected: it is above all others, too."""
    costa_rica = AllocationRule(method=SeatMethod.MAJORITY, seats=1, second_round=LAWS[1])
    said = allocate_seats("C", costa_rica, {"A": 45, "B": 43, "C": 12})
    assert names(of_contest(said)) == {"A > 2/5", "A > B", "A > C"}


def test_a_tie_for_a_place_in_the_second_round_needs_a_hand_count() -> None:
    """Open or drawn by lot: no sample can confirm who goes on."""
    for seed in ("", "1234"):
        with pytest.raises(NoMargin, match="by lot"):
            of_contest(allocate_seats("C", _by_lot(), {"A": 4, "B": 3, "C": 3}, seed=seed))


def _by_lot() -> AllocationRule:
    return AllocationRule(method=SeatMethod.MAJORITY, seats=1, tie=TieRule.LOT, second_round=SecondRound())


def _first_round(votes: Votes) -> set[str]:
    """By hand: one with more than half, or the two with most votes."""
    ordered = sorted(votes, key=lambda choice: -votes[choice])
    return set(ordered[:1] if 2 * votes[ordered[0]] > sum(votes.values()) else ordered[:2])


def test_where_the_law_has_no_second_round_nobody_elected_is_an_outcome() -> None:
    """Each has less than half; with one, the two that go on; with more than half both ways are the same."""
    said = allocate_seats("C", MAJORITY, {"A": 4, "B": 3, "C": 2})
    assert names(of_contest(said)) == {"A < 1/2", "B < 1/2", "C < 1/2"}
    first = allocate_seats("C", FIRST_OF_TWO, {"A": 4, "B": 3, "C": 2})
    assert names(of_contest(first)) == {"A > C", "B > C", "A < 1/2", "B < 1/2"}
    elected = allocate_seats("C", MAJORITY, {"A": 8, "B": 3, "C": 2})
    assert of_contest(elected) == of_contest(allocate_seats("C", FIRST_OF_TWO, {"A": 8, "B": 3, "C": 2}))
    assert names(of_contest(elected)) == {"A > 1/2"}


def test_a_majority_of_other_votes_than_those_of_the_candidates_is_refused() -> None:
    """11 of 17 for candidates, of 20 that the law counts: no card shows the other three."""
    with pytest.raises(Malformed, match="other votes"):
        of_contest(allocate_seats("C", MAJORITY, {"A": 11, "B": 6}, valid_votes=20))


def test_a_second_round_belongs_to_one_vote_on_a_card() -> None:
    """With two there are no assertions for it; after another rule there is none (tests/election/test_second_round)."""
    with pytest.raises(Malformed, match="the method majority with 2 votes"):
        of_contest(allocate_seats("C", FIRST_OF_TWO, {"A": 10, "B": 6, "C": 3}), 2)


def test_a_seat_by_lot_and_an_undecided_one_need_a_hand_count() -> None:
    """No sample can confirm a tie."""
    for tie, seed in ((TieRule.LOT, "1234"), (TieRule.UNDECIDED, "")):
        rule = AllocationRule(method=SeatMethod.PLURALITY, seats=1, tie=tie)
        with pytest.raises(NoMargin, match="by lot"):
            of_contest(allocate_seats("C", rule, {"A": 5, "B": 5}, seed=seed))


@pytest.mark.parametrize(
    "rule",
    [
        AllocationRule(method=SeatMethod.DROOP, seats=3),
        AllocationRule(method=SeatMethod.DHONDT, seats=3, threshold=Threshold(votes=3)),
        AllocationRule(method=SeatMethod.PLURALITY, seats=1, threshold=Threshold(share="1/10")),
        AllocationRule(method=SeatMethod.DHONDT, seats=2, threshold=Threshold(share="9/10")),
        AllocationRule(
            method=SeatMethod.DHONDT,
            seats=2,
            threshold=Threshold(share="1/10", lists=(ListThreshold(code="C", share="1/20"),)),
        ),
        AllocationRule(method=SeatMethod.PLURALITY, seats=4),
        AllocationRule(method=SeatMethod.NONE, seats=0),
    ],
)
def test_rules_without_assertions_are_refused_before_an_audit(rule: AllocationRule) -> None:
    """They need a full hand count, and that is said."""
    with pytest.raises(Malformed, match="seat rule that can be written as assertions"):
        of_contest(allocate_seats("C", rule, {"A": 10, "B": 6, "C": 3}))


def test_a_threshold_of_other_votes_than_those_of_the_lists_is_refused() -> None:
    """Valid votes that no list has would be in the base, and no card shows them."""
    rule = AllocationRule(method=SeatMethod.DHONDT, seats=3, threshold=Threshold(share="1/10"))
    with pytest.raises(Malformed, match="other votes"):
        of_contest(allocate_seats("C", rule, {"A": 9, "B": 6}, valid_votes=20))


def test_a_parallel_system_is_the_union_of_its_contests() -> None:
    """Lists by D'Hondt and a circuit of two seats: no assertion speaks of both."""
    lists = allocate_seats("STATE", AllocationRule(method=SeatMethod.DHONDT, seats=3), {"P": 700, "Q": 400, "R": 90})
    nominal = allocate_seats(
        "CIRCUIT", AllocationRule(method=SeatMethod.PLURALITY, seats=2), {"X": 50, "Y": 40, "Z": 30}
    )
    sets = of_parallel([Contested(lists), Contested(nominal, votes_allowed=2)])
    assert {contest: names(each) for contest, each in sets.items()} == {
        "STATE": {"P/2 > Q/2", "P/2 > R/1", "Q/1 > P/3", "Q/1 > R/1"},
        "CIRCUIT": {"X > Z", "Y > Z"},
    }
    assert {each.votes_allowed for each in sets["CIRCUIT"]} == {2}


def test_a_parallel_system_is_one_outcome() -> None:
    """Every assertion of every contest once; a contest that no sample can confirm, or that is there twice, stops it."""
    lists = Contested(allocate_seats("STATE", AllocationRule(method=SeatMethod.DHONDT, seats=3), {"P": 700, "Q": 400}))
    first = Contested(allocate_seats("CIRCUIT", FIRST_OF_TWO, {"X": 45, "Y": 40, "Z": 30}))
    whole = as_one(of_parallel([lists, first]))
    assert [(each.contest, each.name) for each in whole] == [
        ("STATE", "P/2 > Q/2"),
        ("STATE", "Q/1 > P/3"),
        ("CIRCUIT", "X > Z"),
        ("CIRCUIT", "Y > Z"),
        ("CIRCUIT", "X < 1/2"),
        ("CIRCUIT", "Y < 1/2"),
    ]
    tied = Contested(allocate_seats("TIED", AllocationRule(method=SeatMethod.PLURALITY, seats=1), {"X": 5, "Y": 5}))
    with pytest.raises(NoMargin, match="TIED"):
        of_parallel([lists, tied])
    droop = Contested(allocate_seats("QUOTA", AllocationRule(method=SeatMethod.DROOP, seats=3), {"X": 7, "Y": 5}))
    with pytest.raises(Malformed, match="QUOTA: expected a seat rule that can be written as assertions"):
        of_parallel([lists, droop])
    with pytest.raises(Malformed, match="each contest once, found STATE"):
        of_parallel([lists, lists])
