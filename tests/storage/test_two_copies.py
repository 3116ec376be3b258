"""A value in two copies is the former or the new one after any cut, and nothing of the former is left after a write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.booth.sample import seeded

from urna.errors import Malformed, Unproven
from urna.storage.medium import MemoryMedium
from urna.storage.two_copies import COPY_BYTES, TwoCopies

KEY = bytes(range(32))


def made(value: bytes) -> tuple[MemoryMedium, TwoCopies]:
    """A new value."""
    medium = MemoryMedium()
    return medium, TwoCopies.create(medium, "slot", KEY, seeded("two copies"), value)


def opened(content: bytes) -> TwoCopies:
    """A value from a file with this content."""
    medium = MemoryMedium()
    medium.create("slot", len(content)).write(0, content)
    return TwoCopies.open(medium, "slot", KEY, seeded("again"))


@given(first=st.binary(max_size=900), second=st.binary(max_size=900))
def test_a_value_reads_back(first: bytes, second: bytes) -> None:
    """The first, and what replaced it, also after opening again."""
    medium, copies = made(first)
    assert copies.read() == first
    copies.write(second)
    assert copies.read() == second
    assert TwoCopies.open(medium, "slot", KEY, seeded("again")).read() == second


@pytest.mark.parametrize("copy", [0, 1])
def test_a_copy_torn_at_any_byte_leaves_one_of_the_two_values(copy: int) -> None:
    """Every prefix length of either copy's write; the file is whole again after opening."""
    medium, copies = made(b"former")
    before = medium.copy()["slot"]
    copies.write(b"new")
    after = medium.copy()["slot"]
    start = copy * COPY_BYTES
    middle = after[:start] + before[start:]  # copy 1 is written when copy 0 is done
    for cut in range(COPY_BYTES + 1):
        torn = opened(middle[:start] + after[start : start + cut] + middle[start + cut :])
        assert torn.read() == (b"new" if copy == 1 or cut == COPY_BYTES else b"former")


def test_after_a_write_both_copies_hold_the_new_value() -> None:
    """Either one may be lost then."""
    medium, copies = made(b"former")
    copies.write(b"new")
    content = medium.copy()["slot"]
    assert opened(bytes(COPY_BYTES) + content[COPY_BYTES:]).read() == b"new"
    assert opened(content[:COPY_BYTES] + bytes(COPY_BYTES)).read() == b"new"


@pytest.mark.parametrize("content", [bytes(2 * COPY_BYTES), b"", bytes(100), bytes(3 * COPY_BYTES)])
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    """Zeros, empty, too short, too long."""
    with pytest.raises((Malformed, Unproven)):
        opened(content)


def test_another_key_or_name_opens_nothing() -> None:
    """Both are bound in."""
    medium, _ = made(b"value")
    with pytest.raises(Unproven):
        TwoCopies.open(medium, "slot", bytes(32), seeded(0))
    medium.rename("slot", "other")
    with pytest.raises(Unproven):
        TwoCopies.open(medium, "other", KEY, seeded(0))


def test_swapped_copies_are_refused() -> None:
    """A copy's place is bound in."""
    medium, _ = made(b"value")
    content = medium.copy()["slot"]
    with pytest.raises(Unproven):
        opened(content[COPY_BYTES:] + content[:COPY_BYTES])


def test_a_value_too_long_is_refused() -> None:
    """Nothing is written then."""
    medium, copies = made(b"value")
    before = medium.copy()
    with pytest.raises(Malformed):
        copies.write(bytes(COPY_BYTES))
    assert medium.copy() == before
