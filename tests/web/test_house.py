"""The house gives every party a letter and every seat a circle, from a council to a full assembly."""

from itertools import pairwise

import pytest
from tests.web.examples import example_results, troubled_results

from urna.web.results.house import PartyRow, house_of
from urna.web.results.lookup import Lookup
from urna.web.results.parliament import parliament, wedge_labels


def rows() -> tuple[PartyRow, ...]:
    """The lines of the troubled example."""
    return house_of(Lookup(*troubled_results())).rows


def test_letters_are_given_once_in_the_order_of_seats() -> None:
    """A for the largest; what is not decided or filled has a sign of its own."""
    lettered = [row for row in rows() if row.state in ("party", "none")]
    assert [row.letter for row in lettered] == list("ABCDE")
    parties = [row.seats for row in lettered if row.state == "party"]
    assert parties == sorted(parties, reverse=True)
    assert [row.state for row in rows()][-3:] == ["none", "undecided", "unfilled"]
    assert len({row.letter for row in rows()}) == len(rows())


def test_columns_tell_how_members_are_chosen() -> None:
    """By name, regional and national lists and the indigenous seat, which add up to each party's seats."""
    house = house_of(Lookup(*example_results()))
    assert [column.title for column in house.columns] == ["By name", "Regional lists", "National list", "Indigenous"]
    assert house.sums == (10, 6, 5, 1)
    assert house.majority == 12
    assert all(sum(row.counts) == row.seats for row in house.rows)


def test_circles_of_a_small_house_carry_letters_those_of_a_large_one_do_not() -> None:
    """22 seats are large enough to write in; the 277 of 2020 have their letters outside the ring."""
    house = house_of(Lookup(*example_results()))
    assert house.has_letters
    assert house.labels == ()
    large = [("A", parliament([("A", 277)]))]
    (label,) = wedge_labels(large)
    assert (label.x, label.text) == (100.0, "A")
    assert label.y < 0


@pytest.mark.parametrize("seats", [[140, 100, 30, 1, 1, 1, 1, 1, 1, 1], [200] + [1] * 40])
def test_labels_never_touch(seats: list[int]) -> None:
    """Parties too small for a label of their own lose it; the table beside names all in order."""
    drawn = parliament((str(number), count) for number, count in enumerate(seats))
    wedges = [(str(n), [seat for seat in drawn if seat.party == str(n)]) for n in range(len(seats))]
    labels = wedge_labels(wedges)
    assert 2 <= len(labels) <= len(seats)
    for one, other in pairwise(labels):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= 6.0**2
        assert one.x < other.x
