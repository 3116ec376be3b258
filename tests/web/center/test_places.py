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
