"""A box opens with its own key and label only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto.secretbox import OVERHEAD_BYTES, open_box, seal_box
from urna.errors import Malformed, Unproven

KEY, NONCE = bytes(range(32)), bytes(range(12))


@given(plaintext=st.binary(max_size=300), label=st.binary(max_size=50))
def test_a_box_opens_to_what_was_put_in(plaintext: bytes, label: bytes) -> None:
    """Round trip, and the length is the plaintext's and 28."""
    box = seal_box(KEY, plaintext, NONCE, label)
    assert open_box(KEY, box, label) == plaintext
    assert len(box) == len(plaintext) + OVERHEAD_BYTES


def test_the_published_vector_is_met() -> None:
    """Test case 14 of the GCM specification (McGrew and Viega): AES-256, zero key, nonce and block."""
    box = seal_box(bytes(32), bytes(16), bytes(12), b"")
    assert box[12:].hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


@given(at=st.integers(0, OVERHEAD_BYTES + 4), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_refused(at: int, bit: int) -> None:
    """Nonce, ciphertext and tag are all covered."""
    box = bytearray(seal_box(KEY, b"elect", NONCE, b"label"))
    box[at] ^= 1 << bit
    with pytest.raises(Unproven):
        open_box(KEY, bytes(box), b"label")


@pytest.mark.parametrize(
    ("key", "label", "size"), [(bytes(32), b"label", 33), (KEY, b"other", 33), (KEY, b"label", 32), (KEY, b"label", 5)]
)
def test_another_key_label_or_length_is_refused(key: bytes, label: bytes, size: int) -> None:
    """And the error does not tell which it was."""
    box = seal_box(KEY, b"elect", NONCE, b"label")
    with pytest.raises(Unproven, match="sealed box that this key opens"):
        open_box(key, box[:size], label)


def test_a_short_key_or_nonce_is_refused() -> None:
    """Both have one length."""
    with pytest.raises(Malformed):
        seal_box(KEY[:16], b"", NONCE, b"")
    with pytest.raises(Malformed):
        seal_box(KEY, b"", NONCE[:8], b"")
