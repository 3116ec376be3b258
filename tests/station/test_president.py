"""The president's fingers: sealed until two cards come, and none of them anywhere else."""

from hashlib import sha256

import pytest
from tests.pollbook.world import template

from urna.errors import Unproven
from urna.roll.elector import Finger
from urna.station.president import BOX_BYTES, PresidentFingers, open_president, seal_president

KEY, NONCE, ELECTION = b"K" * 32, b"N" * 12, sha256(b"election").hexdigest()


def fingers(count: int, impressions: int = 1) -> list[Finger]:
    """So many, each with so many impressions."""
    found = [template("president", position) for position in (1, 2, 6, 7)[:count]]
    return [Finger(position=each.finger, templates=(each.to_iso(),) * impressions) for each in found]


def test_fingers_come_back_with_the_data_key() -> None:
    """As they were enrolled."""
    sealed = seal_president(fingers(3, 2), KEY, NONCE, ELECTION, "S-1")
    opened = open_president(sealed, KEY, ELECTION, "S-1")
    assert [each.position for each in opened] == [1, 2, 6]
    assert opened[0].templates[0].to_iso() == fingers(1)[0].templates[0]
    assert [len(each.templates) for each in opened] == [2, 2, 2]


def test_without_a_box_there_are_none() -> None:
    """Then two members authorize."""
    assert open_president(b"", KEY, ELECTION, "S-1") == ()


@pytest.mark.parametrize(
    ("key", "election", "station"),
    [(b"X" * 32, ELECTION, "S-1"), (KEY, sha256(b"other").hexdigest(), "S-1"), (KEY, ELECTION, "S-2")],
)
def test_another_key_election_or_station_opens_nothing(key: bytes, election: str, station: str) -> None:
    """So a box cannot be moved into another station's package."""
    sealed = seal_president(fingers(1), KEY, NONCE, ELECTION, "S-1")
    with pytest.raises(Unproven):
        open_president(sealed, key, election, station)


def test_all_boxes_have_one_length() -> None:
    """How many fingers somebody has does not show; the longest fits."""
    longest = [Finger(position=each, templates=(bytes(2048),) * 3) for each in (1, 2, 6, 7)]
    sizes = {len(seal_president(each, KEY, NONCE, ELECTION, "S-1")) for each in (fingers(1), fingers(4), longest)}
    assert sizes == {BOX_BYTES + 28}


def test_nothing_of_the_fingers_is_in_a_repr() -> None:
    """How many, never which."""
    assert repr(PresidentFingers(fingers=tuple(fingers(2)))) == "PresidentFingers(2)"
