"""A slot means one thing to the booth, whatever a power cut did to it, and nothing to anybody else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urna.ballot.box_header import SECTOR_BYTES, BoxHeader
from urna.ballot.slot import MEANING, Body, Mark, SlotCipher, SlotContent, SlotState
from urna.election.outcomes import BallotState
from urna.errors import Malformed, Unproven

HEADER = BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=10, sealed_bytes=300)
CIPHER = SlotCipher(HEADER, bytes(range(32)))
CONTENT = SlotContent(ballot="cd" * 16, sealed_opening=bytes(300), ciphertext=b"")
FILLER = CIPHER.filler(3)
BODY = CIPHER.body(3, CONTENT, b"\x05" * 12)
FREE_MARK = FILLER[HEADER.body_bytes :]
MARKS = {state: CIPHER.mark(3, state) for state in BallotState}


@given(
    ballot=st.binary(min_size=16, max_size=16), opening=st.binary(min_size=300, max_size=300), slot=st.integers(0, 9)
)
def test_a_body_reads_back(ballot: bytes, opening: bytes, slot: int) -> None:
    """In its own slot, and as torn in any other."""
    content = SlotContent(ballot.hex(), opening, b"")
    body = CIPHER.body(slot, content, bytes(12))
    assert CIPHER.content(slot, body) == content
    with pytest.raises(Unproven):
        CIPHER.content((slot + 1) % 10, body)


def test_ciphertexts_have_their_room() -> None:
    """A box of part 2 holds both, in slots of whole sectors."""
    header = BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=10, sealed_bytes=300, ciphertext_bytes=5000)
    content = SlotContent("cd" * 16, bytes(300), b"\x01" * 5000)
    cipher = SlotCipher(header, bytes(32))
    assert cipher.content(0, cipher.body(0, content, bytes(12))) == content
    assert header.body_bytes % SECTOR_BYTES == 0


def test_every_state_is_recognised() -> None:
    """Free, pending, cast, void, challenged."""
    assert CIPHER.state(3, FILLER) is SlotState.FREE
    assert CIPHER.state(3, BODY + FREE_MARK) is SlotState.PENDING
    for state, mark in MARKS.items():
        assert CIPHER.state(3, BODY + mark) == SlotState(state)


def test_a_body_torn_at_any_byte_is_spoiled() -> None:
    """Every prefix length, written over filler, and every suffix."""
    old = FILLER[: HEADER.body_bytes]
    for cut in range(1, HEADER.body_bytes):
        for torn in (BODY[:cut] + old[cut:], old[:cut] + BODY[cut:]):
            if torn not in {BODY, old}:
                assert CIPHER.state(3, torn + FREE_MARK) is SlotState.SPOILED


@pytest.mark.parametrize("state", list(BallotState))
def test_a_mark_torn_at_any_byte_is_still_pending(state: BallotState) -> None:
    """Every prefix length and every suffix: no screen said anything yet."""
    mark = MARKS[state]
    for cut in range(1, SECTOR_BYTES):
        for torn in (mark[:cut] + FREE_MARK[cut:], FREE_MARK[:cut] + mark[cut:]):
            if torn not in {mark, FREE_MARK}:
                assert CIPHER.state(3, BODY + torn) is SlotState.PENDING


@settings(max_examples=50)
@given(places=st.sets(st.integers(0, HEADER.body_bytes - 1), min_size=1), state=st.sampled_from(BallotState))
def test_a_marked_slot_with_a_changed_body_is_damaged(places: set[int], state: BallotState) -> None:
    """A power cut cannot do that: the body was durable before the mark was written."""
    body = bytearray(BODY)
    for place in places:
        body[place] ^= 0x55
    assert CIPHER.state(3, bytes(body) + MARKS[state]) is SlotState.DAMAGED


def test_the_table_names_every_pair_that_a_cut_can_leave() -> None:
    """A filler body has a filler mark; a torn body has a filler mark; a written body may have any."""
    assert {body for body, mark in MEANING if mark is not Mark.FILLER} == {Body.WRITTEN}
    assert {mark for body, mark in MEANING if body is Body.WRITTEN} == set(Mark)


def test_a_body_moved_to_another_slot_or_box_does_not_open() -> None:
    """Slot number and header are bound in."""
    assert CIPHER.state(4, BODY + CIPHER.mark(4, Mark.FILLER)) is SlotState.SPOILED
    assert CIPHER.state(4, BODY + MARKS[BallotState.CAST]) is SlotState.DAMAGED
    header = BoxHeader(election="ab" * 32, station="ST-1", booth=2, slots=10, sealed_bytes=300)
    other = SlotCipher(header, bytes(range(32)))
    assert other.state(3, BODY + MARKS[BallotState.CAST]) is SlotState.DAMAGED


def test_marks_and_filler_of_all_slots_differ() -> None:
    """No two sectors of a box are the same, so no pattern shows."""
    seen = [CIPHER.mark(slot, mark) for slot in range(10) for mark in Mark]
    seen += [
        CIPHER.filler(slot)[at : at + SECTOR_BYTES]
        for slot in range(10)
        for at in range(0, HEADER.slot_bytes, SECTOR_BYTES)
    ]
    fillers = 10  # the filler mark stands in both lists
    assert len(set(seen)) == len(seen) - fillers


def test_content_of_another_size_is_refused() -> None:
    """The header says the lengths."""
    for content in (CONTENT._replace(sealed_opening=bytes(299)), CONTENT._replace(ciphertext=b"x")):
        with pytest.raises(Malformed):
            CIPHER.body(3, content, bytes(12))


def test_the_keys_do_not_show() -> None:
    """A repr says whose slots."""
    assert repr(CIPHER) == "SlotCipher(ST-1 booth 1)"
