"""SHA-256 in bulk gives what `hashlib` gives."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.crypto.kernels.sha256 import DIGEST_WORDS, MAX_NUMBER, digest_of, sha256_numbered

BLOCK = 64
# Around these lengths the digits, or the padding, move into another block.
LENGTHS = st.one_of(st.integers(0, 3 * BLOCK), st.sampled_from([*range(44, 68), *range(110, 132)]))


def _agree(prefix: bytes, first: int, count: int) -> None:
    words = sha256_numbered(prefix, first, count)
    assert words.shape == (count, DIGEST_WORDS)
    for row, number in zip(words, range(first, first + count), strict=True):
        assert digest_of(row) == hashlib.sha256(prefix + str(number).encode()).digest(), (prefix, number)


@given(st.data(), st.integers(0, MAX_NUMBER - 100), st.integers(0, 100))
def test_every_text_has_the_hash_that_hashlib_gives(data: st.DataObject, first: int, count: int) -> None:
    """For prefixes of every length up to three blocks, and numbers of every length."""
    prefix = data.draw(LENGTHS.flatmap(lambda length: st.binary(min_size=length, max_size=length)))
    _agree(prefix, first, count)


@pytest.mark.parametrize("length", range(140))
def test_numbers_that_grow_by_a_digit_cross_every_boundary(length: int) -> None:
    """9 to 10, 99 to 100 and 999 to 1,000, after a prefix of each length."""
    for first in (0, 95, 990):
        _agree(b"x" * length, first, 16)


def test_the_hash_that_sha256sum_prints() -> None:
    """As `printf abc1 | sha256sum` prints it, from outside both."""
    expected = "dbfcfd0d87220f629339bd3adcf452d083fde3246625fb3a93e314f833e20d37"
    assert digest_of(sha256_numbered(b"abc", 1, 1)[0]).hex() == expected


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, -1), (MAX_NUMBER, 1)])
def test_numbers_out_of_range_are_refused(first: int, count: int) -> None:
    """They would be written otherwise than people write them."""
    with pytest.raises(ValueError, match="numbers from"):
        sha256_numbered(b"", first, count)
