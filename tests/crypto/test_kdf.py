"""Derived keys agree with independent implementations."""

import hmac

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from urna.crypto.kdf import Cost, derive_key, stretch
from urna.errors import Malformed


def test_a_derived_key_is_hkdf_expand() -> None:
    """RFC 5869 §2.3 written out with the standard library's HMAC gives the same 48 bytes."""
    key = bytes(range(32))
    first = hmac.digest(key, b"purpose\x01", "sha256")
    second = hmac.digest(key, first + b"purpose\x02", "sha256")
    assert derive_key(key, "purpose", 48) == (first + second)[:48]


def test_purposes_give_unlike_keys() -> None:
    """One key, two purposes, two keys."""
    assert derive_key(bytes(32), "a") != derive_key(bytes(32), "b")


@pytest.mark.parametrize(
    ("cost", "passes", "memory_kib"), [(Cost.TOY, 1, 8), (Cost.INTERACTIVE, 2, 65536), (Cost.MODERATE, 3, 262144)]
)
def test_a_stretched_pin_is_argon2id(cost: Cost, passes: int, memory_kib: int) -> None:
    """OpenSSL's Argon2id gives the same bytes as libsodium's with the costs that the docstring states."""
    salt = bytes(range(16))
    oracle = Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory_kib)
    assert stretch(b"123456", salt, cost) == oracle.derive(b"123456")


def test_wrong_lengths_are_refused() -> None:
    """A key has 32 bytes and a salt 16."""
    with pytest.raises(Malformed):
        derive_key(b"short", "purpose")
    with pytest.raises(Malformed):
        stretch(b"123456", b"short", Cost.TOY)
