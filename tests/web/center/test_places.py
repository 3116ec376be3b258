"""Places are shared: whoever has many gives way to whoever has few, the slowest first, and nobody else does."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.web.center.places import YOUNG_SECONDS, Crowded, Places, share_of


@dataclass(eq=False)
class Coming:
    """A body that somebody sends."""

    holder: str
    address: str = ""
    size: int = 0
    in_file: int = 0
    began: float = 0.0
    is_whole: bool = False
    pushed: list[str] = field(default_factory=list)

    def push_out(self) -> None:
        """It is noted."""
        self.pushed.append(self.holder)


def places(most: int, of_holder: int = 100, most_bytes: int = 1000, now: float = 100.0) -> Places:
    """With a clock that stands."""
    return Places(most, of_holder, most_bytes, lambda: now)


def entered(found: Places, *holders: str) -> list[Coming]:
    """A body of each."""
    bodies = [Coming(holder) for holder in holders]
    for body in bodies:
        found.enter(body)
    return bodies


def test_while_there_is_room_anybody_has_it() -> None:
    """Up to what one holder may have."""
    found = places(4, of_holder=3)
    bodies = entered(found, "a", "a", "a")
    with pytest.raises(Crowded):
        entered(found, "a")
    assert entered(found, "b")
    assert not any(body.pushed for body in bodies)


def test_the_slowest_of_whoever_has_the_most_gives_way() -> None:
    """The one that has come in less time is faster, with as many bytes; one byte at once is not fast."""
    found = places(4)
    bodies = entered(found, "a", "a", "a", "b")
    bodies[0].size, bodies[0].began = 5000, 0.0
    bodies[1].size, bodies[1].began = 5000, 50.0
    bodies[2].size, bodies[2].began = 6000 // int(YOUNG_SECONDS), 100.0
    bodies[2].size = 400
    entered(found, "c")
    assert [bool(body.pushed) for body in bodies] == [False, False, True, False]


def test_equal_shares_give_way_to_nobody() -> None:
    """A newcomer who would have as many as the one who lost a place does not get it."""
    found = places(2)
    bodies = entered(found, "a", "b")
    with pytest.raises(Crowded):
        entered(found, "c")
    assert not any(body.pushed for body in bodies)


def test_a_station_comes_before_every_stranger() -> None:
    """However few places each of them has."""
    found = places(2)
    bodies = entered(found, "a", "b")
    found.enter(Coming("station B-01"), is_first=True)
    assert sum(bool(body.pushed) for body in bodies) == 1


def test_what_is_whole_gives_way_to_nobody() -> None:
    """It is being decided on; the next of that holder goes, or the next holder's."""
    found = places(4)
    bodies = entered(found, "a", "a", "b", "b")
    bodies[0].is_whole = bodies[1].is_whole = True
    entered(found, "c")
    assert [bool(body.pushed) for body in bodies[:2]] == [False, False]
    assert sum(bool(body.pushed) for body in bodies[2:]) == 1


def test_bytes_are_shared_in_the_same_way() -> None:
    """Whoever has the most of them gives way to whoever will still have fewer; a place is free with its bytes."""
    found = places(10, most_bytes=1000)
    large, small = entered(found, "a", "b")
    found.grow(large, 900)
    found.put_down(large, 900)
    with pytest.raises(Crowded):
        found.grow(small, 950)
    found.grow(small, 500)
    assert (bool(large.pushed), bool(small.pushed)) == (True, False)
    found.put_down(small, 500)
    found.leave(large)
    with pytest.raises(Crowded):
        found.grow(small, 501)
    found.leave(small)
    found.grow(Coming("c"), 1000)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=200))
def test_nobody_has_more_than_the_places_and_few_never_yield_to_many(acts: list[tuple[str, bool]]) -> None:
    """Whatever comes and goes: whoever is pushed out had at least as many, after it, as the newcomer."""
    found, most = places(8, of_holder=6), 8
    under_way: list[Coming] = []
    for holder, comes in acts:
        if comes:
            body = Coming(holder)
            try:
                found.enter(body)
            except Crowded:
                continue
            under_way.append(body)
            gone = [each for each in under_way if each.pushed]
            under_way = [each for each in under_way if not each.pushed]
            held = Counter(each.holder for each in under_way)
            assert len(gone) <= 1
            assert all(held[each.holder] >= held[holder] for each in gone)
        elif under_way:
            found.leave(under_way.pop(0))
        assert len(under_way) <= most
        assert all(count <= 6 for count in Counter(each.holder for each in under_way).values())


def announced(now: float = 100.0) -> Places:
    """Four places of each station, where a body has ten seconds."""
    return Places(8, 4, 1000, lambda: now, trial_seconds=10.0)


def come(found: Places, *addresses: str, began: float = 95.0) -> list[Coming]:
    """A body of each address, all of one station."""
    bodies = [Coming("station B-01", address, began=began) for address in addresses]
    for body in bodies:
        found.enter(body)
    return bodies


def test_within_a_station_whoever_has_many_gives_way_at_once() -> None:
    """Though they all began just now: a newcomer from elsewhere has a place, the slowest of the many none."""
    found = announced()
    bodies = come(found, "a", "a", "a", "b")
    bodies[0].size = bodies[2].size = 10
    come(found, "c")
    assert [bool(body.pushed) for body in bodies] == [False, True, False, False]


def test_within_a_station_the_slowest_that_had_its_time_gives_way() -> None:
    """Where no address has more than the others; whoever began just now goes on, and so does what is whole."""
    found = announced()
    old = come(found, "a", "b", "c", began=80.0)
    (young,) = come(found, "d")
    old[0].size, old[1].size, old[2].size, old[2].is_whole = 30, 20, 0, True
    come(found, "e")
    assert [bool(body.pushed) for body in (*old, young)] == [False, True, False, False]


def test_within_a_station_whoever_has_many_takes_nothing_of_whoever_has_few() -> None:
    """However slow that is, and for how long: a newcomer of the many takes a place of its own, or none."""
    found = announced()
    (station,) = come(found, "a", began=0.0)
    many = come(found, "b", "b", "b")
    with pytest.raises(Crowded):
        come(found, "b")
    many[1].began = 50.0
    come(found, "b")
    assert [bool(body.pushed) for body in (station, *many)] == [False, False, True, False]
    come(found, "a")  # a second one has what the others have too many of
    assert not station.pushed


def test_within_a_station_nobody_gives_way_at_once_to_an_equal() -> None:
    """And what one station's bodies do to each other takes nothing from another station."""
    found = announced()
    bodies = come(found, "a", "b", "c", "d")
    with pytest.raises(Crowded):
        come(found, "e")
    entered(found, "station A-01", "station A-01")
    assert found.holds("station A-01")
    assert not any(body.pushed for body in bodies)


@pytest.mark.parametrize(
    ("address", "share"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_who_stands_behind_an_address(address: str, share: str) -> None:
    """All of a /64 are one; an IPv4 address in IPv6 form is itself."""
    assert share_of(address) == share
