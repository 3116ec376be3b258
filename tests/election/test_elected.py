"""Who is elected: places, substitutes, withdrawals, vacancies, open ties."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.election.elected import (
    Basis,
    ContestPersons,
    ListOfNominees,
    Nominee,
    PassedOver,
    Person,
    Race,
    Reason,
    elect_persons,
    explain_persons,
)
from urna.election.seats import AllocationRule, SeatMethod, TieRule, allocate_seats
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed


def nominee(code: str, *substitutes: str) -> Nominee:
    """A principal with substitutes; names are the codes in small letters."""
    return Nominee(
        code=code,
        name=code.lower(),
        substitutes=tuple(Person(code=one, name=one.lower()) for one in substitutes),
    )


def a_list(code: str, *nominees: str | Nominee) -> ListOfNominees:
    """A closed list in this order."""
    return ListOfNominees(
        code=code,
        nominees=tuple(one if isinstance(one, Nominee) else nominee(one) for one in nominees),
    )


def list_race(contest: str, seats: dict[str, int], *lists: ListOfNominees) -> Race:
    """A list race in which each list wins so many seats."""
    rule = AllocationRule(method=SeatMethod.HARE, seats=sum(seats.values()))
    return Race(result=allocate_seats(contest, rule, seats), lists=lists)


def nominal_race(contest: str, votes: dict[str, int], seats: int, *candidates: Nominee) -> Race:
    """A vote-for-n race; each candidate stands alone behind a choice of the same code."""
    rule = AllocationRule(method=SeatMethod.PLURALITY, seats=seats, tie=TieRule.UNDECIDED)
    result = allocate_seats(contest, rule, votes)
    return Race(result=result, lists=tuple(a_list(one.code, one) for one in candidates))


def holders(persons: ContestPersons) -> list[str]:
    """Who sits, by seat."""
    return [one.person for one in persons.elected]


def test_a_closed_list_is_seated_in_its_order() -> None:
    """Two seats to A and one to B: A1, A2 and B1, each by place."""
    race = list_race("L", {"A": 2, "B": 1}, a_list("A", "A1", "A2", "A3"), a_list("B", "B1", "B2"))
    (persons,) = elect_persons([race])
    assert {(one.choice, one.person, one.place, one.basis) for one in persons.elected} == {
        ("A", "A1", 1, Basis.LIST_PLACE),
        ("A", "A2", 2, Basis.LIST_PLACE),
        ("B", "B1", 1, Basis.LIST_PLACE),
    }
    assert [one.seat for one in persons.elected] == [1, 2, 3]


def test_whoever_is_elected_nominally_leaves_the_list_and_the_next_moves_up() -> None:
    """A1 wins the circuit, so the list's two seats go to A2 and A3, even if the list is given first."""
    party = a_list("A", "A1", "A2", "A3")
    races = [
        list_race("L", {"A": 2}, party),
        nominal_race("N", {"A1": 9, "B1": 5}, 1, nominee("A1", "S1"), nominee("B1")),
    ]
    on_list, nominal = elect_persons(races)
    assert holders(nominal) == ["A1"]
    assert nominal.elected[0].basis is Basis.VOTES
    assert holders(on_list) == ["A2", "A3"]
    assert on_list.elected[0].passed_over == (PassedOver(person="A1", reason=Reason.ELECTED_NOMINALLY),)
    assert on_list.elected[1].passed_over == ()


def test_nobody_sits_for_two_lists() -> None:
    """A1 stands on the regional and the national list: the regional one, given first, seats A1."""
    races = [
        list_race("REGION", {"A": 1}, a_list("A", "A1", "A2")),
        list_race("NATION", {"A": 1}, a_list("A", "A1", "A2")),
    ]
    region, nation = elect_persons(races)
    assert (holders(region), holders(nation)) == (["A1"], ["A2"])
    assert nation.elected[0].passed_over[0].reason is Reason.ELECTED_ON_A_LIST


def test_a_list_that_is_used_up_leaves_its_seats_vacant() -> None:
    """Three seats, two nominees, one of them elected nominally: one sits, two seats are vacant, and why is told."""
    races = [
        nominal_race("N", {"A1": 9}, 1, nominee("A1")),
        list_race("L", {"A": 3}, a_list("A", "A1", "A2")),
    ]
    _, persons = elect_persons(races)
    assert holders(persons) == ["A2"]
    assert [one.seat for one in persons.vacant] == [2, 3]
    assert [str(one) for one in explain_persons(persons)] == [
        "Seat 1: passed over A1, who is elected nominally.",
        "Seat 1: a2, place 2 of list A.",
        "Seat 2 of A is vacant: nobody is left to take it.",
        "Seat 3 of A is vacant: nobody is left to take it.",
    ]


def test_one_who_left_before_is_passed_over_for_the_next_on_the_list() -> None:
    """The list's substitute does not come in before the next nominee."""
    race = list_race("L", {"A": 2}, a_list("A", nominee("A1", "S1"), "A2", "A3"))
    (persons,) = elect_persons([race], withdrawn_before=["A1"])
    assert holders(persons) == ["A2", "A3"]


def test_where_voters_chose_a_person_the_substitute_comes_in() -> None:
    """The most voted left before the seats were filled, and the votes still stand: the substitute sits."""
    race = nominal_race("N", {"P1": 9, "P2": 5}, 1, nominee("P1", "S1", "S2"), nominee("P2"))
    (persons,) = elect_persons([race], withdrawn_before=["P1", "S1"])
    seat = persons.elected[0]
    assert (seat.person, seat.basis, seat.principal) == ("S2", Basis.SUBSTITUTE, "P1")
    assert [one.person for one in seat.passed_over] == ["P1", "S1"]
    assert str(explain_persons(persons)[-1]) == "Seat 1: s2, substitute of P1."


def test_one_elected_in_two_circuits_takes_the_first_and_a_substitute_the_second() -> None:
    """Nobody holds two seats."""
    races = [
        nominal_race("N1", {"P1": 9}, 1, nominee("P1", "S1")),
        nominal_race("N2", {"P1": 9}, 1, nominee("P1", "S1")),
    ]
    first, second = elect_persons(races)
    assert (holders(first), holders(second)) == (["P1"], ["S1"])


def test_a_vacancy_goes_to_the_own_substitutes_in_order_then_to_the_next_on_the_list() -> None:
    """A1 resigns, then S1, then S2, then A3: each time the next in the law's order, and A2 is never moved."""
    race = list_race("L", {"A": 2}, a_list("A", nominee("A1", "S1", "S2"), "A2", "A3", "A4"))
    gone = ["A1", "S1", "S2", "A3", "A4"]
    sitting = [holders(elect_persons([race], withdrawn_after=gone[:n])[0]) for n in range(6)]
    assert sitting == [["A1", "A2"], ["S1", "A2"], ["S2", "A2"], ["A3", "A2"], ["A4", "A2"], ["A2"]]
    (third,) = elect_persons([race], withdrawn_after=gone[:3])
    assert third.elected[0].basis is Basis.NEXT_ON_LIST
    assert [one.person for one in third.elected[0].passed_over] == ["A1", "S1", "S2"]


def test_a_nominal_seat_without_substitutes_is_vacant() -> None:
    """The runner-up does not inherit it."""
    race = nominal_race("N", {"P1": 9, "P2": 5}, 1, nominee("P1"), nominee("P2"))
    (persons,) = elect_persons([race], withdrawn_after=["P1"])
    assert persons.elected == ()
    assert persons.vacant[0].passed_over == (PassedOver(person="P1", reason=Reason.WITHDREW_AFTER),)


def test_one_who_gave_up_a_place_in_line_is_not_called() -> None:
    """A2 withdraws first, holding nothing; when A1 leaves, A3 is next."""
    race = list_race("L", {"A": 1}, a_list("A", "A1", "A2", "A3"))
    (persons,) = elect_persons([race], withdrawn_after=["A2", "A1"])
    assert holders(persons) == ["A3"]


def test_giving_up_a_nominal_seat_does_not_bring_back_the_place_on_the_list() -> None:
    """A1 won the circuit and resigns: S1 sits there, and the list stays as it was."""
    races = [
        nominal_race("N", {"A1": 9}, 1, nominee("A1", "S1")),
        list_race("L", {"A": 1}, a_list("A", "A1", "A2", "A3")),
    ]
    nominal, on_list = elect_persons(races, withdrawn_after=["A1"])
    assert (holders(nominal), holders(on_list)) == (["S1"], ["A2"])


def test_an_open_tie_seats_nobody_and_the_lists_wait_for_it() -> None:
    """P1 and P2 are tied in the circuit; P1 stands on the regional list, nobody of them on the other."""
    races = [
        nominal_race("N", {"P1": 5, "P2": 5}, 1, nominee("P1"), nominee("P2")),
        list_race("REGION", {"A": 1}, a_list("A", "P1", "A2")),
        list_race("NATION", {"A": 1}, a_list("A", "A7")),
    ]
    nominal, region, nation = elect_persons(races)
    assert (nominal.elected, nominal.undecided) == ((), 1)
    assert (region.waits_for, nation.waits_for) == (("N",), ())
    assert str(explain_persons(nominal)[-1]) == "Seats that wait for a tie to be decided: 1."
    assert str(explain_persons(region)[-1]) == "This can change with the undecided tie in N."


@pytest.mark.parametrize(
    ("before", "after"), [(["NOBODY"], []), ([], ["NOBODY"]), (["A1"], ["A1"]), ([], ["A1", "A1"])]
)
def test_a_mistyped_or_doubled_withdrawal_is_refused(before: list[str], after: list[str]) -> None:
    """Or somebody who gave up a seat would keep it unnoticed."""
    race = list_race("L", {"A": 1}, a_list("A", "A1", "A2"))
    with pytest.raises(Malformed):
        elect_persons([race], withdrawn_before=before, withdrawn_after=after)


def test_races_that_do_not_fit_together_are_refused() -> None:
    """A contest twice, a list twice, a person twice on a list, a seat for a list that is not there."""
    race = list_race("L", {"A": 1}, a_list("A", "A1"))
    lists = (a_list("A", "A1"), a_list("A", "A2"))
    for races in (
        [race, race],
        [list_race("L", {"A": 1}, *lists)],
        [list_race("L", {"A": 1}, a_list("A", "A1", "A1"))],
        [list_race("L", {"A": 1}, a_list("B", "B1"))],
    ):
        with pytest.raises(Malformed):
            elect_persons(races)


PEOPLE = [f"P{number:02}" for number in range(14)]
seats_by_list = st.fixed_dictionaries({"A": st.integers(0, 5), "B": st.integers(0, 5)})
orders = st.permutations(PEOPLE)
some_people = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=10)


@given(won=seats_by_list, order=orders, votes=st.permutations(range(1, 15)), cut=st.integers(0, 10), gone=some_people)
def test_each_seat_is_held_once_or_vacant(
    won: dict[str, int], order: list[str], votes: list[int], cut: int, gone: list[str]
) -> None:
    """Whatever the lists, circuits and withdrawals: no person twice, no gone person, no seat lost."""
    own = [nominee(code, *order[place + 1 : place + 3]) for place, code in enumerate(order)]
    races = [
        list_race("L1", won, a_list("A", *own[:6]), a_list("B", *own[6:])),
        list_race("L2", won, a_list("A", *own[3:]), a_list("B", *own[:3])),
        nominal_race("N", dict(zip(PEOPLE, votes, strict=True)), 3, *sorted(own, key=lambda one: one.code)),
    ]
    everything = elect_persons(races, withdrawn_before=gone[:cut], withdrawn_after=gone[cut:])
    held = Counter(one.person for persons in everything for one in persons.elected)
    assert not held or max(held.values()) == 1
    assert not set(held) & set(gone)
    for race, persons in zip(races, everything, strict=True):
        seats = sorted([one.seat for one in persons.elected] + [one.seat for one in persons.vacant])
        assert seats == list(range(1, race.result.rule.seats + 1))
        assert decode(encode(persons), ContestPersons) == persons
        assert len(explain_persons(persons)) >= len(seats)
    free = set(PEOPLE) - set(held) - set(gone)
    for persons, lists in ((everything[0], races[0].lists), (everything[1], races[1].lists)):
        for one in persons.vacant:
            line = next(own_list for own_list in lists if own_list.code == one.choice)
            assert not free & {person.code for person in line.nominees}
