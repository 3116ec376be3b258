"""A line's certificate is a station's if the station's key signed it and its time is not over; anything else is not."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto.signatures import SigningKey
from urna.crypto.station_certificate import certify_line, check_line, open_issuer
from urna.devices.secure_element import SimulatedElement, first_memory
from urna.errors import Unproven

ELECTION = "ab" * 32
NOW = datetime(2026, 12, 6, 23, tzinfo=UTC)
KEY, OTHER = SigningKey(b"k" * 32), SigningKey(b"o" * 32)


class Cell:
    """A memory that is there as long as a test."""

    def __init__(self, value: bytes) -> None:
        self.value = value

    def read(self) -> bytes:
        """It."""
        return self.value

    def write(self, value: bytes) -> None:
        """Another one."""
        self.value = value


def line_of(key: SigningKey | SimulatedElement, begins: datetime = NOW - timedelta(days=1)) -> bytes:
    """The first certificate of a line, DER."""
    ends = begins + timedelta(days=3)
    chain = certify_line(ELECTION, "A-01", key, seed=b"l" * 32, serial=7, begins=begins, ends=ends).decode()
    end = "-----END CERTIFICATE-----\n"
    return ssl.PEM_cert_to_DER_cert(chain[: chain.index(end) + len(end)])


def test_a_certificate_of_one_of_the_stations_keys_is_taken() -> None:
    """Whichever of them it is, and also if the key stays in its element."""
    check_line(line_of(KEY), "A-01", (OTHER.public_hex, KEY.public_hex), NOW)
    element = SimulatedElement(Cell(first_memory(b"e" * 32)), bytes)
    check_line(line_of(element), "A-01", (element.public_hex,), NOW)


@pytest.mark.parametrize(
    ("certificate", "keys", "at"),
    [
        (line_of(KEY), (OTHER.public_hex,), NOW),
        (line_of(KEY), (), NOW),
        (line_of(KEY), (KEY.public_hex,), NOW + timedelta(days=3)),
        (line_of(KEY), (KEY.public_hex,), NOW - timedelta(days=2)),
        (b"", (KEY.public_hex,), NOW),
        (b"no certificate", (KEY.public_hex,), NOW),
        (ssl.PEM_cert_to_DER_cert(open_issuer(ELECTION).decode()), (KEY.public_hex,), NOW),
    ],
    ids=["another key", "no key", "over", "not yet", "none", "rubbish", "the open issuer's own"],
)
def test_any_other_is_none(certificate: bytes, keys: tuple[str, ...], at: datetime) -> None:
    """With a sentence that says what was asked for."""
    with pytest.raises(Unproven, match="certified for it now"):
        check_line(certificate, "A-01", keys, at)


@given(st.integers(0, len(line_of(KEY)) - 1), st.integers(1, 255))
def test_a_changed_byte_makes_it_none(place: int, change: int) -> None:
    """Wherever it is."""
    changed = bytearray(line_of(KEY))
    changed[place] ^= change
    with pytest.raises(Unproven):
        check_line(bytes(changed), "A-01", (KEY.public_hex,), NOW)


def test_everybody_can_make_the_open_issuer() -> None:
    """The same for everybody, another one for another election."""
    assert open_issuer(ELECTION) == open_issuer(ELECTION) != open_issuer("cd" * 32)
