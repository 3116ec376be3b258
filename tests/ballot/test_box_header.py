"""The header page is strict, and its claims are limited before anything is allocated."""

import pytest

from urna.ballot.box_header import MAX_BOX_BYTES, PAGE_BYTES, BoxHeader, read_header, write_header
from urna.errors import Malformed, Unproven

KEY = bytes(range(32))
HEADER = BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=100, sealed_bytes=300)
PAGE = write_header(HEADER, KEY)


def test_a_page_reads_back() -> None:
    """4096 bytes, the record readable with `head -1`."""
    read_header(PAGE, HEADER, KEY)
    assert len(PAGE) == PAGE_BYTES
    assert PAGE.split(b"\n")[0].startswith(b'{"booth":1,')


@pytest.mark.parametrize(
    "page",
    [
        b"",
        PAGE[:-1],
        bytes(PAGE_BYTES),
        b"SQLite format 3\x00".ljust(PAGE_BYTES, b"\x00"),
        PAGE.replace(b"ballot-box/1", b"ballot-box/2"),
        PAGE.replace(b'"slots":100', b'"slots":1e2'),
        PAGE.replace(b'"slots":100', b'"slots":-10'),
        PAGE[:2000] + b"x" + PAGE[2001:],
    ],
)
def test_another_page_is_refused(page: bytes) -> None:
    """Empty, cut, foreign, another version, another spelling, bytes in the padding."""
    with pytest.raises(Malformed):
        read_header(page, HEADER, KEY)


@pytest.mark.parametrize("claim", [b'"slots":10000000', b'"slots":1000000', b'"slots":18446744073709551616'])
def test_a_header_that_claims_ten_gigabytes_is_refused(claim: bytes) -> None:
    """As a header, before any slot is looked at; 1,000,000 slots of these would be 2.5 times the limit."""
    text = PAGE.split(b"\n")[0].replace(b'"slots":100', claim).replace(b'"sealed_bytes":300', b'"sealed_bytes":4096')
    with pytest.raises(Malformed):
        read_header((text + b"\n").ljust(PAGE_BYTES, b"\x00"), HEADER, KEY)
    assert MAX_BOX_BYTES < 1_000_000 * 4096


@pytest.mark.parametrize(
    "other",
    [
        BoxHeader(election="cd" * 32, station="ST-1", booth=1, slots=100, sealed_bytes=300),
        BoxHeader(election="ab" * 32, station="ST-2", booth=1, slots=100, sealed_bytes=300),
        BoxHeader(election="ab" * 32, station="ST-1", booth=2, slots=100, sealed_bytes=300),
        BoxHeader(election="ab" * 32, station="ST-1", booth=1, slots=101, sealed_bytes=300),
    ],
)
def test_the_box_of_somebody_else_is_unproven(other: BoxHeader) -> None:
    """Another election, station, booth or measure."""
    with pytest.raises(Unproven):
        read_header(write_header(other, KEY), HEADER, KEY)


def test_a_header_under_another_key_is_unproven() -> None:
    """The box key made it."""
    with pytest.raises(Unproven):
        read_header(write_header(HEADER, bytes(32)), HEADER, KEY)
