"""The ids of all ballots that count are a set, in few bytes."""

import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.center.ballot_ids import BallotIds

few_bytes = st.sampled_from([0, 1, 255])
ids = st.lists(few_bytes, min_size=16, max_size=16).map(bytes)
"""Of few values, so that many begin alike and some are found across two others."""


@given(st.lists(ids), st.lists(ids))
def test_they_are_a_set(added: list[bytes], asked: list[bytes]) -> None:
    """What was added is there, once; nothing else is."""
    found = BallotIds()
    found.update(added[: len(added) // 2])
    found.update(added)
    assert len(found) == len(set(added))
    assert [each in found for each in (*asked, *added)] == [each in set(added) for each in (*asked, *added)]


def test_an_id_across_two_others_is_none() -> None:
    """The end of one and the beginning of the next, of one place."""
    found = BallotIds()
    found.update([b"pp" + b"a" * 7 + b"b" * 7, b"pp" + b"c" * 7 + b"d" * 7])
    assert b"pp" + b"b" * 7 + b"c" * 7 not in found
    assert b"pp" + b"c" * 7 + b"d" * 7 in found


def test_what_is_no_id_is_not_there() -> None:
    """Another length is not found, and not added."""
    found = BallotIds()
    found.update([bytes(16)])
    assert (bytes(15) in found, b"" in found, "0" * 16 in found) == (False, False, False)
    with pytest.raises(ValueError, match="15"):
        found.update([bytes(15)])


def test_they_take_few_bytes() -> None:
    """Little more than sixteen each; a set takes a hundred. Here they begin alike, as those of a nation do."""
    draw, count = random.Random(1), 40_000
    tracemalloc.start()
    try:
        found = BallotIds()
        for number in range(count):
            found.update([b"p" + bytes([number % 100]) + draw.randbytes(14)])
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(found) == count
    assert held < 20 * count
