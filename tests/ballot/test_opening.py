"""Sealed openings have one size, open with the closing key alone, and are checked when they open."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.booth.sample import CLOSING, ELECTION, some_choices

from urna.ballot.opening import Opening, padded_bytes, seal_opening, sealed_bytes, unseal_opening
from urna.ballot.selections import ContestSelections, Selections, choose
from urna.crypto.sealing import SealingKey, seal
from urna.encoding.canonical import encode
from urna.encoding.padding import pad, unpad
from urna.errors import Malformed, Unproven

SIZE = padded_bytes(ELECTION)


def some_opening(seed: int, style: str = "FULL") -> Opening:
    """Any valid opening."""
    selections = choose(ELECTION, style, some_choices(ELECTION, style, random.Random(seed)))
    return Opening(ballot=random.Random(seed).randbytes(16).hex(), selections=selections)


@given(seed=st.integers(), style=st.sampled_from(["FULL", "SHORT"]), ephemeral=st.binary(min_size=32, max_size=32))
def test_every_opening_has_one_size_and_reads_back(seed: int, style: str, ephemeral: bytes) -> None:
    """Any style, any choices, blank or full."""
    opening = some_opening(seed, style)
    sealed = seal_opening(opening, SIZE, CLOSING.public_hex, ephemeral)
    assert len(sealed) == sealed_bytes(ELECTION)
    assert unseal_opening(ELECTION, sealed, CLOSING) == opening


def test_the_longest_opening_just_fits() -> None:
    """The size is computed from the longest codes that votes can name together."""
    longest = choose(
        ELECTION, "FULL", {"DEP": ("DEP-2", "DEP-3", "DEP-1-TWIN"), "LIST": ("LIST-GREEN",), "REF": ("REF-YES",)}
    )
    room = SIZE - len(encode(Opening(ballot="0" * 32, selections=longest)))
    assert 1 <= room <= 64


def test_another_closing_key_opens_nothing() -> None:
    """Nor does a changed byte."""
    sealed = seal_opening(some_opening(1), SIZE, CLOSING.public_hex, bytes(32))
    with pytest.raises(Unproven):
        unseal_opening(ELECTION, sealed, SealingKey(bytes(32)))
    with pytest.raises(Unproven):
        unseal_opening(ELECTION, sealed[:-1] + bytes([sealed[-1] ^ 1]), CLOSING)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"\x80" + bytes(10),
        pad(b"{}", 64),
        pad(encode(Opening(ballot="0" * 32, selections=Selections(style="FULL", contests=()))), SIZE),
        pad(
            encode(
                Opening(
                    ballot="0" * 32,
                    selections=Selections(
                        style="SHORT",
                        contests=(
                            ContestSelections(contest="LIST", options=("LIST-RED", "LIST-BLUE")),
                            ContestSelections(contest="REF", options=()),
                        ),
                    ),
                )
            ),
            SIZE,
        ),
    ],
)
def test_what_a_false_booth_sealed_is_not_counted(inside: bytes) -> None:
    """Not padded, not a record, contests missing, an overvote: refused at closing, whoever sealed it."""
    with pytest.raises(Malformed):
        unseal_opening(ELECTION, seal(CLOSING.public_hex, inside, bytes(32)), CLOSING)


@given(data=st.binary(max_size=63))
def test_padding_reads_back(data: bytes) -> None:
    """Also for data that ends in zeros or in the end mark."""
    assert unpad(pad(data, 64)) == data


def test_what_does_not_fit_is_refused() -> None:
    """There is room for the end mark, always."""
    with pytest.raises(Malformed):
        pad(bytes(64), 64)


def test_an_opening_shows_in_no_repr() -> None:
    """Not even its ballot's id."""
    opening = some_opening(3)
    assert opening.ballot not in repr(opening)
    assert "DEP" not in repr(opening)
