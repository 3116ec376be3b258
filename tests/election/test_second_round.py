"""The first round of two: who is elected, which two go on, and that a rule without a second round reads as before."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.election.allocation_result import SecondRoundPlaces
from urna.election.definition import SeatRule
from urna.election.seats import (
    AllocationRule,
    AwardedBy,
    SeatMethod,
    SeatResult,
    SecondRound,
    Shortage,
    TieRule,
    allocate_seats,
    explain,
)
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed

HALF = SecondRound()
COSTA_RICA = SecondRound(share="40/100")
ARGENTINA = SecondRound(share="45/100", lesser_share="40/100", lead="10/100")
BOLIVIA = SecondRound(lesser_share="40/100", lead="10/100", lead_crossing="at-least")
ECUADOR = SecondRound(lesser_share="40/100", lead="10/100")
LAWS = (HALF, COSTA_RICA, ARGENTINA, BOLIVIA, ECUADOR, SecondRound(share="55/100"))

Votes = dict[str, int]


def rule(second: SecondRound | None = HALF, tie: TieRule = TieRule.LOT) -> AllocationRule:
    """A majority for one seat."""
    return AllocationRule(method=SeatMethod.MAJORITY, seats=1, tie=tie, second_round=second)


def outcome(votes: Votes, second: SecondRound = HALF, seed: str = "4 2 6 6 1 3") -> tuple[str, ...]:
    """One code if elected, two if they go on."""
    result = allocate_seats("P", rule(second), votes, seed=seed)
    if result.second_round is not None:
        return result.second_round.between
    return tuple(award.code for award in result.awards)


def told(votes: Votes, second: SecondRound = HALF, seed: str = "", tie: TieRule = TieRule.LOT) -> list[str]:
    """The explanation."""
    return [str(each) for each in explain(allocate_seats("P", rule(second, tie), votes, seed=seed))]


def test_more_than_half_is_elected_and_half_is_not() -> None:
    """Of 100: 51 elect, 50 do not."""
    assert outcome({"A": 51, "B": 30, "C": 19}) == ("A",)
    assert outcome({"A": 50, "B": 30, "C": 20}) == ("A", "B")
    assert outcome({"C": 50, "B": 50}) == ("B", "C")


@pytest.mark.parametrize(
    ("second", "votes", "expected"),
    [
        (COSTA_RICA, {"A": 41, "B": 40, "C": 19}, ("A",)),
        (COSTA_RICA, {"A": 40, "B": 40, "C": 20}, ("A", "B")),
        (COSTA_RICA, {"A": 42, "B": 43, "C": 15}, ("B",)),
        (ARGENTINA, {"A": 46, "B": 45, "C": 9}, ("A",)),
        (ARGENTINA, {"A": 45, "B": 36, "C": 19}, ("A", "B")),
        (ARGENTINA, {"A": 45, "B": 35, "C": 20}, ("A", "B")),
        (ARGENTINA, {"A": 45, "B": 34, "C": 21}, ("A",)),
        (ARGENTINA, {"A": 40, "B": 29, "C": 31}, ("A", "C")),
        (ARGENTINA, {"A": 39, "B": 20, "C": 20, "D": 21}, ("A", "D")),
        (BOLIVIA, {"A": 40, "B": 30, "C": 30}, ("A",)),
        (BOLIVIA, {"A": 49, "B": 40, "C": 11}, ("A", "B")),
        (ECUADOR, {"A": 40, "B": 29, "C": 28, "D": 3}, ("A",)),
        (ECUADOR, {"A": 45, "B": 35, "C": 20}, ("A", "B")),
    ],
)
def test_the_laws_say_at_least_or_more_than(second: SecondRound, votes: Votes, expected: tuple[str, ...]) -> None:
    """Exactly on the share is not enough, exactly on the lesser share is, exactly on the lead where the law says so."""
    assert outcome(votes, second) == expected


def test_a_seat_in_a_second_round_is_nobodys_and_says_why() -> None:
    """One unfilled seat, its reason, and two places with the votes that gave them."""
    result = allocate_seats("P", rule(), {"A": 40, "B": 35, "C": 25})
    assert (result.unfilled, result.shortage, result.undecided) == (1, Shortage.SECOND_ROUND, None)
    assert result.second_round is not None
    assert [(each.number, each.code, each.figure) for each in result.second_round.places] == [
        (1, "A", "40/1"),
        (2, "B", "35/1"),
    ]
    assert told({"A": 40, "B": 35, "C": 25}) == [
        "A has 40 votes; more than 50 elect in the first round.",
        "B has 35 votes; more than 50 elect in the first round.",
        "C has 25 votes; more than 50 elect in the first round.",
        "Nobody has the votes that elect in the first round: a second round is held.",
        "Place 1 in the second round: A, among the most voted, with 40 votes.",
        "Place 2 in the second round: B, among the most voted, with 35 votes.",
    ]


def test_an_election_by_a_lead_is_told_with_its_numbers() -> None:
    """Who is elected, and in a second round that nobody had both; an ordinary majority is told with the share."""
    by_lead = "A has 42 votes, 12 more than the next: with at least 40 votes, a lead of more than 10 elects, too."
    assert told({"A": 42, "B": 30, "C": 28}, ECUADOR)[0] == by_lead
    assert told({"A": 60, "B": 30, "C": 10}, ECUADOR)[0] == "A has 60 votes; more than 50 elect in the first round."
    missed = "Nobody has at least 40 votes and at least 10 more than the next."
    assert missed in told({"A": 42, "B": 38, "C": 20}, BOLIVIA)


def test_a_tie_for_the_second_place_goes_by_the_contests_tie_rule() -> None:
    """By lot from the public seed; before it is drawn, and where the law says nothing, the place stays open."""
    votes = {"A": 40, "B": 30, "C": 30}
    drawn = allocate_seats("P", rule(), votes, seed="1 2").second_round
    assert drawn is not None
    assert [(each.code, each.by) for each in drawn.places] == [("A", AwardedBy.VOTES), ("C", AwardedBy.LOT)]
    assert "Place 2 in the second round: C, tied at 30 with B; drawn by lot with the ticket 53c41af0" in str(
        told(votes, seed="1 2")[-1]
    )
    waits = "Places in the second round that wait for the lot among B, C, tied at 30: 1."
    assert told(votes)[-1] == waits
    open_still = "Places in the second round left undecided among A, B, C, tied at 10: 2."
    assert told({"A": 10, "B": 10, "C": 10}, tie=TieRule.UNDECIDED)[-1] == open_still
    for tie in (TieRule.LOT, TieRule.UNDECIDED):
        second = allocate_seats("P", rule(tie=tie), votes).second_round
        assert second is not None
        assert second.between == ()


def test_a_tie_for_the_seat_itself_is_a_tie_for_a_seat() -> None:
    """Two with more than 40 in 100 each, and equal: no second round, the tie rule decides between them."""
    result = allocate_seats("P", rule(COSTA_RICA), {"A": 45, "B": 45, "C": 10})
    assert result.second_round is None
    assert result.undecided is not None
    assert result.undecided.among == ("A", "B")


def test_nobody_goes_on_without_votes() -> None:
    """No vote at all, or one candidate left whose votes are not enough: no second round."""
    assert allocate_seats("P", rule(), {"A": 0, "B": 0}).second_round is None
    left = allocate_seats("P", rule(), {"A": 60, "B": 40, "C": 0}, withdrawn=["A"])
    assert (left.second_round, left.shortage) == (None, Shortage.BELOW_THRESHOLD)
    assert outcome({"A": 1, "B": 0}) == ("A",)


@pytest.mark.parametrize(
    "second",
    [
        SecondRound(share="0/1"),
        SecondRound(share="1/1"),
        SecondRound(lesser_share="40/100"),
        SecondRound(lead="10/100"),
        SecondRound(lesser_share="50/100", lead="10/100"),
        SecondRound(lesser_share="40/100", lead="50/100"),
        SecondRound(lead_crossing="at-least"),
    ],
)
def test_shares_that_no_law_can_mean_are_refused(second: SecondRound) -> None:
    """None or all of the votes, a lesser share without a lead, one as large as the share."""
    with pytest.raises(Malformed, match="seat rule"):
        rule(second)


@pytest.mark.parametrize(("method", "seats"), [(SeatMethod.PLURALITY, 1), (SeatMethod.MAJORITY, 2)])
def test_only_a_majority_for_one_seat_has_a_second_round(method: SeatMethod, seats: int) -> None:
    """Anything else is refused."""
    with pytest.raises(Malformed, match="second round of a majority for one seat"):
        AllocationRule(method=method, seats=seats, second_round=HALF)


def test_a_record_with_other_than_two_places_is_refused() -> None:
    """One place, one candidate twice, or a second round beside a filled seat."""
    result = allocate_seats("P", rule(), {"A": 40, "B": 35, "C": 25})
    assert result.second_round is not None
    first, second = result.second_round.places
    for places in ((first,), (first, first), (first, second, first)):
        with pytest.raises(Malformed, match="2 places"):
            SecondRoundPlaces(places=places)
    with pytest.raises(Malformed):
        msgspec.structs.replace(result, shortage=Shortage.BELOW_THRESHOLD)
    with pytest.raises(Malformed):
        msgspec.structs.replace(result, second_round=None)


def test_rules_and_results_without_a_second_round_have_the_bytes_that_they_always_had() -> None:
    """Of the definition and of the results, as version 1 of urna wrote them; any other spelling is refused."""
    definition = b'{"method":"majority","seats":1,"threshold":"0/1","tie":"lot"}'
    assert encode(SeatRule(method="majority", seats=1)) == definition
    assert decode(definition, SeatRule).second_round is None
    with pytest.raises(Malformed, match="canonical"):
        decode(definition.replace(b',"threshold"', b',"second_round":null,"threshold"'), SeatRule)
    result = allocate_seats("P", rule(None, TieRule.UNDECIDED), {"A": 4, "B": 6, "C": 5})
    assert encode(result) == (
        b'{"awards":[],"contest":"P","lists":[{"code":"A","needed":"15/2","seats":0,"standing":"below-threshold",'
        b'"votes":4},{"code":"B","needed":"15/2","seats":0,"standing":"below-threshold","votes":6},{"code":"C",'
        b'"needed":"15/2","seats":0,"standing":"below-threshold","votes":5}],"quota":null,"rule":{"first_divisor":'
        b'"7/5","method":"majority","seats":1,"threshold":{"crossing":"at-least","lists":[],"share":"0/1","votes":0},'
        b'"tie":"undecided"},"seed":"","shortage":"below-threshold","type":"urna/seats/1","undecided":null,'
        b'"unfilled":1,"valid_votes":15}'
    )


counts = st.lists(st.integers(0, 12) | st.integers(0, 5_000_000), min_size=1, max_size=6)
laws = st.sampled_from(LAWS)
seeds = st.sampled_from(["", "4 2 6 6 1 3", "another-seed"])


def votes_of(numbers: list[int]) -> Votes:
    """By candidate."""
    return dict(zip("ABCDEF", numbers, strict=False))


def elected_by_hand(votes: Votes, second: SecondRound) -> set[str]:
    """The law's words, written again: whoever has enough, without looking at ties."""
    valid, found = sum(votes.values()), set()
    for one, mine in votes.items():
        following = max((each for other, each in votes.items() if other != one), default=0)
        lead = Fraction(mine - following, 1) - Fraction(second.lead) * valid
        has_lead = lead > 0 or (lead == 0 and second.lead_crossing == "at-least")
        is_enough = mine > Fraction(second.share) * valid
        if Fraction(second.lead):
            is_enough |= mine >= Fraction(second.lesser_share) * valid and has_lead
        if mine and mine >= following and is_enough:
            found.add(one)
    return found


@given(numbers=counts, second=laws, seed=seeds)
def test_the_outcome_is_the_laws(numbers: list[int], second: SecondRound, seed: str) -> None:
    """One of those with enough is elected, or, where nobody has, the two most voted go on; ties as the seed says."""
    votes = votes_of(numbers)
    result = allocate_seats("P", rule(second), votes, seed=seed)
    enough = elected_by_hand(votes, second)
    won = {award.code for award in result.awards} | set(result.undecided.among if result.undecided else ())
    assert won <= enough
    assert bool(won) == bool(enough)
    places = result.second_round
    assert (places is not None) == (not enough and sum(count > 0 for count in votes.values()) >= 2)
    if places is not None:
        held = [votes[place.code] for place in places.places]
        held += [votes[places.undecided.among[0]]] * places.undecided.seats if places.undecided else []
        assert held == sorted(votes.values(), reverse=True)[:2]


@given(numbers=counts, second=laws, seed=seeds)
def test_a_result_reads_back_and_is_told(numbers: list[int], second: SecondRound, seed: str) -> None:
    """The bytes say the same result, and every sentence can be filled."""
    result = allocate_seats("P", rule(second), votes_of(numbers), seed=seed)
    assert decode(encode(result), SeatResult) == result
    assert all(str(sentence) for sentence in explain(result))


@given(numbers=counts, second=laws, times=st.integers(2, 9))
def test_as_many_times_the_votes_change_nothing(numbers: list[int], second: SecondRound, times: int) -> None:
    """Shares are exact."""
    more = {code: count * times for code, count in votes_of(numbers).items()}
    assert outcome(more, second) == outcome(votes_of(numbers), second)


@given(numbers=counts, second=laws, place=st.integers(0, 5), more=st.integers(1, 20))
def test_votes_gained_never_cost_a_place(numbers: list[int], second: SecondRound, place: int, more: int) -> None:
    """Who is elected, or goes on, still is or does with more votes, all others' the same."""
    votes = votes_of(numbers)
    code = list(votes)[place % len(votes)]
    before = outcome(votes, second)
    after = outcome({**votes, code: votes[code] + more}, second)
    if code in before:
        assert code in after
        assert len(after) <= len(before)


@given(numbers=counts, seed=seeds)
def test_the_ordinary_rule_elects_whom_a_majority_alone_elects(numbers: list[int], seed: str) -> None:
    """With more than half a second round changes nothing; without it, it adds one."""
    votes = votes_of(numbers)
    plain = allocate_seats("P", rule(None), votes, seed=seed)
    first = allocate_seats("P", rule(HALF), votes, seed=seed)
    assert (first.lists, first.awards, first.undecided, first.unfilled) == (
        plain.lists,
        plain.awards,
        plain.undecided,
        plain.unfilled,
    )
