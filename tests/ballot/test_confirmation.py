"""A confirmation code binds its ballot, and survives being read out and typed."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.ballot.confirmation import CODE_BYTES, confirmation_code, read_code, write_code
from urna.errors import Malformed

CODES = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES)
CONTEXT, BALLOT, CHALLENGE = b"c" * 32, b"i" * 16, b"s" * 32


@given(CODES)
def test_a_printed_code_is_read_back(code: bytes) -> None:
    """As printed, in small letters, without spaces, with hyphens."""
    printed = write_code(code)
    assert [len(group) for group in printed.split()] == [4] * 8
    for typed in (printed, printed.lower(), printed.replace(" ", ""), printed.replace(" ", "-")):
        assert read_code(typed) == code


def test_letters_that_look_like_digits_are_taken_as_digits() -> None:
    """O is 0; I and L are 1."""
    assert read_code("OIL0" + "0" * 28) == read_code("0110" + "0" * 28)


@pytest.mark.parametrize("typed", ["", "0" * 31, "0" * 33, "U" + "0" * 31, "é" + "0" * 31, "0" * 31 + "!"])
def test_anything_else_is_refused(typed: str) -> None:
    """Too short, too long, or with a letter that is none."""
    with pytest.raises(Malformed):
        read_code(typed)


def test_a_code_of_another_length_is_not_printed() -> None:
    """Nothing is padded or cut."""
    with pytest.raises(Malformed):
        write_code(b"1" * 19)


def test_the_code_is_the_one_of_the_specification() -> None:
    """Computed again with hashlib alone: length-prefixed parts, SHA-256, twenty bytes."""
    parts = [b"urna/protocol/1/code", CONTEXT, BALLOT, CHALLENGE]
    joined = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert confirmation_code(CONTEXT, BALLOT, CHALLENGE) == hashlib.sha256(joined).digest()[:20]


@pytest.mark.parametrize("place", range(3))
def test_another_context_id_or_challenge_has_another_code(place: int) -> None:
    """Each of them is bound."""
    parts = [CONTEXT, BALLOT, CHALLENGE]
    parts[place] = b"x" + parts[place][1:]
    assert confirmation_code(*parts) != confirmation_code(CONTEXT, BALLOT, CHALLENGE)
