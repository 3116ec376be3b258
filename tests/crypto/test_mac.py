"""Message authentication codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto.mac import authenticate, check_authentic, join_parts
from urna.errors import Malformed, Unproven

KEY = bytes(range(32))
PARTS = st.lists(st.binary(max_size=20), max_size=4)


@given(parts=PARTS)
def test_an_honest_code_is_accepted(parts: list[bytes]) -> None:
    """Round trip."""
    check_authentic(KEY, authenticate(KEY, "test/1", *parts), "test/1", *parts)


@given(one=PARTS, other=PARTS)
def test_unlike_parts_never_join_alike(one: list[bytes], other: list[bytes]) -> None:
    """The joining is injective."""
    assert (join_parts(*one) == join_parts(*other)) == (one == other)


@pytest.mark.parametrize(
    ("key", "purpose", "parts"),
    [
        (bytes(32), "test/1", (b"a", b"b")),
        (KEY, "test/2", (b"a", b"b")),
        (KEY, "test/1", (b"ab", b"")),
        (KEY, "test/1", ()),
    ],
)
def test_another_key_purpose_or_message_is_refused(key: bytes, purpose: str, parts: tuple[bytes, ...]) -> None:
    """A code speaks for one key, one purpose and one message."""
    code = authenticate(KEY, "test/1", b"a", b"b")
    with pytest.raises(Unproven):
        check_authentic(key, code, purpose, *parts)


def test_a_shortened_code_is_refused() -> None:
    """Half a code is no code."""
    with pytest.raises(Unproven):
        check_authentic(KEY, authenticate(KEY, "test/1")[:16], "test/1")


def test_a_short_key_is_refused() -> None:
    """A key of less than 16 bytes can be guessed."""
    with pytest.raises(Malformed):
        authenticate(b"short", "test/1")
