"""Sealed boxes are libsodium's, with the ephemeral secret as an argument."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from urna.crypto.sealing import OVERHEAD_BYTES, SealingKey, seal
from urna.errors import Malformed, Unproven

SECRET = bytes(range(32))
KEY = SealingKey(SECRET)


@given(message=st.binary(max_size=300), ephemeral=st.binary(min_size=32, max_size=32))
def test_libsodium_opens_what_urna_sealed(message: bytes, ephemeral: bytes) -> None:
    """Round trip through PyNaCl's own SealedBox."""
    sealed = seal(KEY.public_hex, message, ephemeral)
    assert len(sealed) == len(message) + OVERHEAD_BYTES
    assert SealedBox(PrivateKey(SECRET)).decrypt(sealed) == KEY.unseal(sealed) == message


def test_urna_opens_what_libsodium_sealed() -> None:
    """The other way round."""
    assert KEY.unseal(SealedBox(PrivateKey(SECRET).public_key).encrypt(b"hello")) == b"hello"


def test_the_same_secret_gives_the_same_bytes() -> None:
    """No randomness inside; another ephemeral secret gives another box."""
    first = seal(KEY.public_hex, b"hello", b"\x07" * 32)
    assert first == seal(KEY.public_hex, b"hello", b"\x07" * 32)
    assert first != seal(KEY.public_hex, b"hello", b"\x08" * 32)


@pytest.mark.parametrize("place", [0, 31, 32, 47, 48, 52])
def test_a_changed_byte_is_refused(place: int) -> None:
    """Key part, authentication or content: any change."""
    sealed = bytearray(seal(KEY.public_hex, b"hello", b"\x07" * 32))
    sealed[place] ^= 1
    with pytest.raises(Unproven):
        KEY.unseal(bytes(sealed))


@pytest.mark.parametrize("size", [0, 1, 32, 47, 48, 52])
def test_a_shortened_box_is_refused(size: int) -> None:
    """Every beginning."""
    with pytest.raises(Unproven):
        KEY.unseal(seal(KEY.public_hex, b"hello", b"\x07" * 32)[:size])


def test_another_key_opens_nothing() -> None:
    """Another station's closing key."""
    with pytest.raises(Unproven):
        SealingKey(bytes(32)).unseal(seal(KEY.public_hex, b"hello", b"\x07" * 32))


def test_secrets_have_one_length_and_do_not_show() -> None:
    """31 bytes are refused; the repr names the public half."""
    with pytest.raises(Malformed):
        SealingKey(bytes(31))
    with pytest.raises(Malformed):
        seal(KEY.public_hex, b"hello", bytes(31))
    assert SECRET.hex() not in repr(KEY)
    assert KEY.public_hex in repr(KEY)
