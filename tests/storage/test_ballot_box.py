"""The ballot box file: any sequence of acts reads back, and a hostile file is refused before anything is taken."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.booth.sample import seeded

from urna.ballot.box_header import PAGE_BYTES, BoxHeader, write_header
from urna.ballot.slot import SlotContent, SlotState
from urna.election.outcomes import BallotState
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.storage.ballot_box import BallotBox, destroy_box
from urna.storage.medium import MemoryMedium

KEY = bytes(range(32))
HEADER = BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=12, sealed_bytes=100)
ENCRYPTED = BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=12, sealed_bytes=100, ciphertext_bytes=3700)
HEADERS = pytest.mark.parametrize("header", [HEADER, ENCRYPTED], ids=["plain", "encrypted"])


def content(number: int, header: BoxHeader = HEADER) -> SlotContent:
    """Ballot number n."""
    chance = random.Random(number)
    ballot = chance.randbytes(16).hex()
    return SlotContent(ballot, bytes([number]) * 100, chance.randbytes(header.ciphertext_bytes))


def new_box(header: BoxHeader = HEADER) -> tuple[MemoryMedium, BallotBox]:
    """An empty box."""
    medium = MemoryMedium()
    return medium, BallotBox.create(medium, "ballots", header, KEY)


@HEADERS
@settings(max_examples=60)
@given(fates=st.lists(st.sampled_from([None, *BallotState]), max_size=12), chance=st.integers())
def test_what_was_stored_and_marked_reads_back(header: BoxHeader, fates: list[BallotState | None], chance: int) -> None:
    """Every ballot with its state, sorted by id, in the same process and in the next."""
    medium, box = new_box(header)
    entropy = seeded(chance)
    expected = {}
    for number, fate in enumerate(fates):
        slot = box.draw(entropy(16))
        box.store(slot, content(number, header), entropy(12))
        if fate is not None:
            box.mark(slot, fate)
        expected[content(number).ballot] = (SlotState(fate) if fate else SlotState.PENDING, content(number, header))
    for each in (box, BallotBox.open(medium, "ballots", header, KEY)):
        found = list(each.ballots())
        assert {ballot.content.ballot: (ballot.state, ballot.content) for ballot in found} == expected
        assert [ballot.content.ballot for ballot in found] == sorted(expected)
        assert each.count(SlotState.FREE) == 12 - len(fates)


@HEADERS
def test_a_new_box_is_all_free_and_has_one_name(header: BoxHeader) -> None:
    """Nothing of its making is left."""
    medium, box = new_box(header)
    assert box.count(SlotState.FREE) == header.slots
    assert medium.names() == {"ballots"}
    assert len(medium.copy()["ballots"]) == header.box_bytes == PAGE_BYTES + 12 * header.slot_bytes


@pytest.mark.parametrize("size", [0, 1, 3699, 3701, 100_000])
def test_an_encrypted_ballot_of_another_length_is_refused(size: int) -> None:
    """Its length would say something of it; nothing is written then."""
    medium, box = new_box(ENCRYPTED)
    before = medium.copy()
    with pytest.raises(Malformed, match="3700"):
        box.store(0, content(1, ENCRYPTED)._replace(ciphertext=bytes(size)), bytes(12))
    assert medium.copy() == before
    assert box.state(0) is SlotState.FREE


def test_a_box_of_a_large_station_is_within_the_limit_and_a_larger_one_is_not() -> None:
    """Room for 10,000 attempts with ballots of 200 options; a claim beyond two gigabytes is refused as a header."""

    def with_slots(slots: int) -> BoxHeader:
        return BoxHeader(
            election="ab" * 32, station="ST-1", booth=1, slots=slots, sealed_bytes=9000, ciphertext_bytes=61_000
        )

    assert with_slots(10_000).box_bytes < 2**30
    with pytest.raises(Malformed, match="a ballot box of at most"):
        with_slots(100_000)


@pytest.mark.parametrize("place", [0, 15, 16, 115, 116, 2000, 3815, -1])
def test_a_flipped_bit_anywhere_in_an_encrypted_body_is_damage(place: int) -> None:
    """In nonce, id, opening, ciphertext, zeros or tag: it does not become another ballot."""
    medium, box = new_box(ENCRYPTED)
    box.store(5, content(5, ENCRYPTED), bytes(12))
    box.mark(5, BallotState.CAST)
    file = medium.open("ballots")
    at = ENCRYPTED.offset(5) + place % ENCRYPTED.body_bytes
    file.write(at, bytes([file.read(at, 1)[0] ^ 1]))
    assert BallotBox.open(medium, "ballots", ENCRYPTED, KEY).count(SlotState.DAMAGED) == 1


def test_a_box_is_made_once() -> None:
    """A second zeroing overwrites nothing."""
    medium, _ = new_box()
    before = medium.copy()
    with pytest.raises(OutOfOrder):
        BallotBox.create(medium, "ballots", HEADER, KEY)
    assert medium.copy() == before


def test_every_slot_is_drawn_once_and_then_the_box_is_full() -> None:
    """A full box says so; nothing is overwritten."""
    _, box = new_box()
    entropy = seeded("full")
    assert {box.draw(entropy(16)) for _ in range(12)} == set(range(12))
    with pytest.raises(OutOfOrder, match="none of 12"):
        box.draw(entropy(16))


def test_draws_are_even() -> None:
    """Over many boxes every slot is first about as often (chi-square of 11 degrees, limit 35: chance 0.0003)."""
    _, box = new_box()
    counts = [0] * 12
    entropy = seeded("even")
    for _ in range(1200):
        slot = box.draw(entropy(16))
        counts[slot] += 1
        box._free.append(slot)
    assert sum((count - 100) ** 2 / 100 for count in counts) < 35


def test_acts_out_of_order_are_refused() -> None:
    """No ballot over another, no mark without a ballot, no second fate."""
    _, box = new_box()
    with pytest.raises(OutOfOrder):
        box.mark(0, BallotState.CAST)
    box.store(0, content(1), bytes(12))
    with pytest.raises(OutOfOrder):
        box.store(0, content(2), bytes(12))
    box.mark(0, BallotState.VOID)
    box.mark(0, BallotState.VOID)
    for other in (BallotState.CAST, BallotState.CHALLENGED):
        with pytest.raises(OutOfOrder):
            box.mark(0, other)


def test_pending_ballots_are_void_at_closing() -> None:
    """And nothing else changes."""
    _, box = new_box()
    for slot in range(3):
        box.store(slot, content(slot), bytes(12))
    box.mark(1, BallotState.CAST)
    box.void_pending()
    assert [box.state(slot) for slot in range(4)] == [SlotState.VOID, SlotState.CAST, SlotState.VOID, SlotState.FREE]


@pytest.mark.parametrize("size", [0, 1, 100, PAGE_BYTES - 1, PAGE_BYTES, PAGE_BYTES + 1, HEADER.box_bytes - 1])
def test_a_truncated_box_is_refused(size: int) -> None:
    """At any length."""
    medium, _ = new_box()
    whole = medium.copy()["ballots"]
    short = MemoryMedium()
    short.create("ballots", size).write(0, whole[:size])
    with pytest.raises(Malformed):
        BallotBox.open(short, "ballots", HEADER, KEY)


def test_a_longer_box_is_refused() -> None:
    """Something was appended."""
    medium, _ = new_box()
    longer = MemoryMedium()
    longer.create("ballots", HEADER.box_bytes + 512).write(0, medium.copy()["ballots"])
    with pytest.raises(Malformed):
        BallotBox.open(longer, "ballots", HEADER, KEY)


def test_the_box_of_another_booth_election_or_key_is_refused() -> None:
    """Before a slot is read."""
    for other in (
        BoxHeader(election="ab" * 32, station="ST-1", booth=2, slots=12, sealed_bytes=100),
        BoxHeader(election="cd" * 32, station="ST-1", booth=1, slots=12, sealed_bytes=100),
    ):
        medium, _ = new_box(other)
        with pytest.raises(Unproven):
            BallotBox.open(medium, "ballots", HEADER, KEY)
    medium, _ = new_box()
    with pytest.raises(Unproven):
        BallotBox.open(medium, "ballots", HEADER, bytes(32))


def test_a_small_file_with_a_big_claim_allocates_nothing() -> None:
    """A valid header that claims more than the file has is refused by the file's size."""
    big = BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=1_000_000, sealed_bytes=100)
    medium = MemoryMedium()
    medium.create("ballots", PAGE_BYTES).write(0, write_header(big, KEY))
    with pytest.raises(Malformed, match="4096 bytes"):
        BallotBox.open(medium, "ballots", big, KEY)


def test_a_flipped_bit_in_a_cast_ballot_is_damage_and_not_silence() -> None:
    """Nothing is dropped: the slot counts as damaged."""
    medium, box = new_box()
    box.store(5, content(5), bytes(12))
    box.mark(5, BallotState.CAST)
    file = medium.open("ballots")
    place = HEADER.offset(5) + 50
    file.write(place, bytes([file.read(place, 1)[0] ^ 1]))
    again = BallotBox.open(medium, "ballots", HEADER, KEY)
    assert (again.count(SlotState.DAMAGED), again.count(SlotState.CAST)) == (1, 0)


def test_destroying_changes_every_slot_and_may_be_done_again() -> None:
    """The header stays: the file can still be named."""
    medium, box = new_box()
    box.store(5, content(5), bytes(12))
    before = medium.copy()["ballots"]
    destroy_box(medium, "ballots", seeded("destroy"))
    destroy_box(medium, "ballots", seeded("destroy again"))
    after = medium.copy()["ballots"]
    assert after[:PAGE_BYTES] == before[:PAGE_BYTES]
    assert len(after) == len(before)
    again = BallotBox.open(medium, "ballots", HEADER, KEY)
    assert again.count(SlotState.DAMAGED) == 12


def test_the_hash_is_that_of_the_whole_file() -> None:
    """As `sha256sum` prints it."""
    medium, box = new_box()
    assert box.sha256() == hashlib.sha256(medium.copy()["ballots"]).hexdigest()
