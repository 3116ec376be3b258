"""A key file opens with its passphrase, and only as it was written."""

import pytest

from urna.crypto.kdf import Cost
from urna.crypto.keyfile import open_key, read_keyfile, seal_key
from urna.crypto.signatures import SigningKey
from urna.errors import Malformed, Unproven

SEED = bytes(range(32))
WORDS = "correct horse"


def sealed(passphrase: str = WORDS, name: str = "council.example/ana") -> bytes:
    """A key file that opens fast."""
    return seal_key(name, SEED, passphrase, salt=bytes(16), nonce=bytes(12), cost=Cost.TOY)


def test_what_was_sealed_opens() -> None:
    """The same key comes out, and its public half and name stand outside."""
    file = read_keyfile(sealed())
    assert (file.name, file.public_hex) == ("council.example/ana", SigningKey(SEED).public_hex)
    assert open_key(file, WORDS).public_hex == file.public_hex


def test_another_passphrase_does_not_open() -> None:
    """And the message does not say what was typed."""
    with pytest.raises(Unproven) as caught:
        open_key(read_keyfile(sealed()), "battery staple")
    assert "battery" not in str(caught.value)


def test_letters_that_look_the_same_are_the_same() -> None:
    """A passphrase with an accent opens from any keyboard."""
    assert open_key(read_keyfile(sealed("corazón")), "corazo\u0301n").public_hex == SigningKey(SEED).public_hex


def test_the_seed_is_not_in_the_file() -> None:
    """Neither as bytes nor in hexadecimal."""
    assert SEED not in sealed()
    assert SEED.hex().encode() not in sealed()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"council.example/ana", b"council.example/eva"),
        (b"cost toy", b"cost interactive"),
        (b"salt 0000", b"salt 0001"),
        (SigningKey(SEED).public_hex.encode(), b"0" * 64),
    ],
)
def test_a_changed_file_does_not_open(old: bytes, new: bytes) -> None:
    """Name, public key, cost and salt are bound to the box."""
    changed = sealed().replace(old, new)
    assert changed != sealed()
    with pytest.raises(Unproven):
        open_key(read_keyfile(changed), WORDS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"urna key 1\n",
        sealed()[:-1],
        sealed() + b"\n",
        sealed().replace(b"cost toy", b"cost free"),
        b"\xff" * 9000,
    ],
)
def test_what_is_no_key_file_is_malformed(data: bytes) -> None:
    """Truncated, extended or of an unknown cost: refused before any work is done."""
    with pytest.raises(Malformed):
        read_keyfile(data)


def test_a_name_that_no_note_can_carry_is_refused() -> None:
    """A space or a plus sign would break the signature line."""
    for name in ("two words", "a+b", ""):
        with pytest.raises(Malformed):
            sealed(name=name)
