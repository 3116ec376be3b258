"""An announcement is of one parcel of one station in one election, by a key that speaks for it, piece by piece."""

import base64
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto.signatures import SigningKey
from urna.encoding.canonical import digest
from urna.encoding.document import sign_document
from urna.errors import Malformed, Unproven
from urna.log.note import NoteSigner
from urna.station.announcement import (
    LEAST_PIECE_BYTES,
    MOST_BYTES,
    MOST_DOCUMENT_BYTES,
    MOST_HEADER_BYTES,
    MOST_PIECES,
    Announcement,
    announce,
    as_header,
    open_announcement,
    piece_bytes,
    read_header,
)

ELECTION, STATION = "ab" * 32, "B-01"
KEY = NoteSigner("urna/abab/B-01/poll-book", SigningKey(bytes(32)))
OTHER = NoteSigner(KEY.name, SigningKey(bytes(31) + b"1"))
PARCEL = bytes(range(256)) * 400
"""Seven pieces, the last one short."""


def opened(document: bytes, election: str = ELECTION, station: str = STATION) -> Announcement:
    """By the station's key."""
    return open_announcement(document, election, station, [KEY.verifier])


@given(st.integers(1, 3 * LEAST_PIECE_BYTES * MOST_PIECES))
def test_a_parcel_of_any_size_has_a_few_pieces_that_cover_it(size: int) -> None:
    """Sixty-four at most, and half as long ones would not do, or would be shorter than the least."""
    length = piece_bytes(size)
    assert -(-size // length) <= MOST_PIECES
    assert length == LEAST_PIECE_BYTES or -(-size // (length // 2)) > MOST_PIECES


def test_every_piece_of_the_parcel_is_taken_where_it_belongs() -> None:
    """One after the other they are all of it; at the end an empty one."""
    found, offset = opened(announce(ELECTION, STATION, PARCEL, KEY)), 0
    assert (found.parcel, found.size) == (digest(PARCEL), len(PARCEL))
    while length := found.length_at(offset):
        found.check_piece(offset, PARCEL[offset : offset + length])
        offset += length
    assert offset == len(PARCEL)
    found.check_piece(offset, b"")


@pytest.mark.parametrize(
    ("offset", "data"),
    [
        (0, PARCEL[: LEAST_PIECE_BYTES - 1]),
        (0, PARCEL[: LEAST_PIECE_BYTES + 1]),
        (0, b"x" + PARCEL[1:LEAST_PIECE_BYTES]),
        (0, b""),
        (1, PARCEL[1 : 1 + LEAST_PIECE_BYTES]),
        (LEAST_PIECE_BYTES, PARCEL[:LEAST_PIECE_BYTES][::-1]),
        (len(PARCEL), b"x"),
        (len(PARCEL) + LEAST_PIECE_BYTES, b""),
    ],
    ids=["short", "long", "other", "empty", "between", "elsewhere", "behind the end", "far behind it"],
)
def test_other_bytes_are_no_piece(offset: int, data: bytes) -> None:
    """However little they differ."""
    with pytest.raises(Unproven, match="as the station announced it"):
        opened(announce(ELECTION, STATION, PARCEL, KEY)).check_piece(offset, data)


def test_it_is_of_one_station_in_one_election() -> None:
    """Whoever signed it."""
    document = announce(ELECTION, STATION, PARCEL, KEY)
    for election, station in (("cd" * 32, STATION), (ELECTION, "B-02")):
        with pytest.raises(Unproven, match="in this election"):
            opened(document, election, station)


def test_another_key_announces_nothing() -> None:
    """Nor does a key that was certified once; a signature under other words fails."""
    with pytest.raises(Unproven, match="none by a trusted key"):
        opened(announce(ELECTION, STATION, PARCEL, OTHER))
    document = announce(ELECTION, STATION, PARCEL, KEY)
    with pytest.raises(Unproven, match="certified for station B-01 now"):
        open_announcement(document, ELECTION, STATION, [])
    with pytest.raises(Unproven, match="does not verify"):
        opened(document.replace(digest(PARCEL).encode(), b"0" * 64))


@pytest.mark.parametrize("size", [0, MOST_BYTES + 1])
def test_a_parcel_without_end_is_not_announced(size: int) -> None:
    """Nor an empty one."""

    class Long(bytes):
        def __len__(self) -> int:
            return size

    with pytest.raises(Malformed, match="at most"):
        announce(ELECTION, STATION, Long(), KEY)


def test_it_has_a_hash_of_each_piece() -> None:
    """One more or one less is no announcement, though it is signed."""
    found = opened(announce(ELECTION, STATION, PARCEL, KEY))
    for pieces in (found.pieces[:-32], found.pieces + bytes(32), found.pieces[:-1], b""):
        wrong = msgspec.structs.asdict(found) | {"pieces": pieces}
        text = msgspec.json.encode({"type": "urna/announcement/1", **wrong}, order="sorted").decode()
        with pytest.raises(Malformed, match="hashes of 7 pieces"):
            msgspec.json.decode(text, type=Announcement)


def test_the_longest_one_fits_into_a_head() -> None:
    """Below the eight thousand letters that web servers in front take of a header."""
    longest = Announcement(election=ELECTION, station="S" * 40, parcel="0" * 64, size=MOST_BYTES, pieces=bytes(64 * 32))
    document = sign_document(longest, [NoteSigner(f"urna/{'a' * 16}/{'S' * 40}/poll-book", SigningKey(bytes(32)))])
    assert len(document) <= MOST_DOCUMENT_BYTES
    assert len(as_header(document)) <= MOST_HEADER_BYTES < 8000
    assert read_header(as_header(document)) == document


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text + "\n",
        lambda text: text[:-1],
        lambda text: "é" + text,
        lambda text: base64.b64encode(bytes(MOST_DOCUMENT_BYTES + 1)).decode(),
        lambda text: "A" * (MOST_HEADER_BYTES + 4),
    ],
    ids=["empty", "a line more", "cut", "another letter", "too long", "far too long"],
)
def test_a_header_is_one_line_of_base64(spoil: Callable[[str], str]) -> None:
    """In one spelling."""
    text = as_header(announce(ELECTION, STATION, PARCEL, KEY))
    with pytest.raises(Malformed, match="announcement in base64"):
        read_header(spoil(text))


def test_what_is_no_announcement_is_malformed() -> None:
    """Not a note, or a note of something else."""
    for document in (b"rubbish", sign_document(_Else(election=ELECTION), [KEY])):
        with pytest.raises(Malformed):
            opened(document)


class _Else(msgspec.Struct, tag_field="type", tag="urna/else/1"):
    election: str
