"""An encrypted ballot in its slot: one length for every style of the station, and nothing after the ballot."""

import msgspec
import pytest
from tests.booth.sample import ELECTION, OFFICER, STATION

from urna.ballot.forms import committed_bytes
from urna.ballot.shape import ballot_shape
from urna.ballot.stored import StoredForm, pack_stored, stored_bytes, unpack_stored
from urna.election.definition import Election
from urna.errors import Malformed

AUTHORITY = msgspec.structs.replace(ELECTION.definition.authority, guardians=(OFFICER,), guardian_threshold=1)
ENCRYPTED = Election(msgspec.structs.replace(ELECTION.definition, authority=AUTHORITY))


def form(style: str, fill: bytes = b"\x07") -> StoredForm:
    """Bytes of the length of a ballot of the style."""
    return StoredForm(style, fill * committed_bytes(ballot_shape(ENCRYPTED, style)))


@pytest.mark.parametrize("style", ["FULL", "SHORT"])
def test_what_is_packed_is_unpacked(style: str) -> None:
    """Style and committed form come back, also where the form ends with zeros."""
    for fill in (b"\x07", b"\x00"):
        stored = pack_stored(ENCRYPTED, STATION, form(style, fill))
        assert unpack_stored(ENCRYPTED, STATION, stored) == form(style, fill)


def test_every_style_of_a_station_has_one_length() -> None:
    """The longest style's; a station with short ballots alone needs less."""
    lengths = {len(pack_stored(ENCRYPTED, STATION, form(style))) for style in ("FULL", "SHORT")}
    assert lengths == {stored_bytes(ENCRYPTED, STATION)}
    assert stored_bytes(ENCRYPTED, "ST-2") < stored_bytes(ENCRYPTED, STATION)


def test_without_guardians_nothing_is_stored() -> None:
    """A box of such an election has no room for ciphertexts."""
    assert stored_bytes(ELECTION, STATION) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda stored: stored[:-1],
        lambda stored: stored + b"\x00",
        lambda stored: stored[:-1] + b"\x01",
        lambda stored: b"\x00\x02" + stored[2:],
        lambda stored: b"\xff\xff" + stored[2:],
        lambda stored: b"",
    ],
)
def test_what_is_no_stored_ballot_is_refused(change: object) -> None:
    """A byte less or more, anything after the ballot, a style that the station does not have."""
    assert callable(change)
    stored = pack_stored(ENCRYPTED, STATION, form("SHORT"))
    with pytest.raises(Malformed):
        unpack_stored(ENCRYPTED, STATION, change(stored))


def test_a_stored_ballot_shows_in_no_log() -> None:
    """Its style alone."""
    assert repr(form("SHORT")) == "StoredForm(SHORT)"
