"""Encrypting ballots: what is proven, what is refused, and that all calls are the same for every vote."""

from collections import Counter
from collections.abc import Callable
from itertools import product

import nacl.bindings
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ballot.encrypted import (
    CONTEXT,
    DATA_SECRET,
    ID,
    KEYS,
    SEED,
    SHAPE,
    VOTES,
    VOTES_SECRET,
    WRITE_IN,
    encrypted,
    entropy,
)
from tests.booth.sample import ELECTION

from urna.ballot import contest_data
from urna.ballot.contest_data import open_contest_data
from urna.ballot.encryption import encrypt_ballot, option_nonce, option_nonces, option_votes, sum_nonces
from urna.ballot.plain_check import check_ballot_plainly
from urna.ballot.selections import choose
from urna.ballot.shape import ballot_shape
from urna.crypto import group, scalars
from urna.crypto.elgamal import read_ciphertexts, sum_ciphertexts
from urna.crypto.group import base_times, times
from urna.crypto.ristretto import to_edwards
from urna.crypto.scalars import from_int
from urna.errors import Malformed

ALLOWED = [
    votes
    for votes in product((0, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1, 2), (0, 1, 2))
    if sum(votes[:4]) <= 2 and sum(votes[:2]) <= 1 and sum(votes[4:6]) <= 1 and sum(votes[6:]) <= 3
]
"""Everything that a ballot of the shape may hold, by the rules in plain words."""

TOO_MUCH = {
    "an option twice": (2, 0, 0, 0, 0, 0, 0, 0),
    "two cards of one candidate": (1, 1, 0, 0, 0, 0, 0, 0),
    "three votes of two": (1, 0, 1, 1, 0, 0, 0, 0),
    "two governors": (0, 0, 0, 0, 1, 1, 0, 0),
    "three votes for one option of two": (0, 0, 0, 0, 0, 0, 3, 0),
    "four votes of three": (0, 0, 0, 0, 0, 0, 2, 2),
    "a negative vote": (0, 0, 0, 0, -1, 0, 0, 0),
    "a negative vote that a sum hides": (0, 0, 0, 0, -1, 1, 0, 0),
    "an option left out": (0, 0, 0, 0, 0, 0, 0),
    "an option too many": (0, 0, 0, 0, 0, 0, 0, 0, 0),
}


def decrypted(ciphertexts: bytes) -> tuple[int, ...]:
    """What the holder of the key reads: β - s·α = m·K, searched among small numbers."""
    small = {times(from_int(number), KEYS.votes): number for number in range(10)}
    each = read_ciphertexts(ciphertexts)
    return tuple(small[group.subtract(beta, times(VOTES_SECRET, alpha))] for alpha, beta in each)


@settings(max_examples=10, deadline=None)
@given(votes=st.sampled_from(ALLOWED), seed=st.integers())
def test_every_ballot_that_the_style_allows_is_proven_and_holds_its_votes(votes: tuple[int, ...], seed: int) -> None:
    """Honest ballots are accepted, and the key opens them to what was chosen."""
    made = encrypt_ballot(CONTEXT, votes, ID, SEED, entropy(seed), data=WRITE_IN)
    check_ballot_plainly(CONTEXT, made.committed())
    assert decrypted(made.ciphertexts) == votes


@pytest.mark.parametrize("votes", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_votes_beyond_a_limit_are_refused_before_anything_is_drawn(votes: tuple[int, ...]) -> None:
    """No random byte is taken for a ballot that no proof could speak for."""

    def none_left(size: int) -> bytes:
        raise AssertionError(size)

    with pytest.raises(Malformed):
        encrypt_ballot(CONTEXT, votes, ID, SEED, none_left)


@pytest.mark.parametrize(("ballot", "seed"), [(ID[:15], SEED), (ID, SEED[:31]), (ID + b"0", SEED), (ID, b"")])
def test_an_id_or_seed_of_another_length_is_refused(ballot: bytes, seed: bytes) -> None:
    """16 and 32 bytes."""
    with pytest.raises(Malformed):
        encrypt_ballot(CONTEXT, VOTES, ballot, seed, entropy(1))


def test_nonces_are_those_of_the_protocol() -> None:
    """The scalar hash of seed, id, and both numbers from 0, option by option."""
    number = [(contest).to_bytes(4, "big") for contest in range(5)]
    expected = [
        scalars.hash_to_scalar("urna/protocol/1/nonce", SEED, ID, number[contest], number[option])
        for contest, options in enumerate((4, 2, 2))
        for option in range(options)
    ]
    assert list(option_nonces(SHAPE, SEED, ID)) == expected
    assert option_nonce(SEED, ID, 1, 1) == expected[5]
    assert len(set(expected)) == 8
    assert [alpha for alpha, _ in read_ciphertexts(encrypted().ciphertexts)] == [base_times(each) for each in expected]


def test_the_sum_of_nonces_opens_the_sum_of_ballots() -> None:
    """Σα = R·G and Σβ = (R + t)·K over three ballots, for each option."""
    ids = [bytes([number]) * 16 for number in range(3)]
    ballots = [read_ciphertexts(encrypted(ballot=each).ciphertexts) for each in ids]
    nonces = [option_nonces(SHAPE, SEED, each) for each in ids]
    for option, m in enumerate(VOTES):
        alpha, beta = sum_ciphertexts(ballot[option] for ballot in ballots)
        r = sum_nonces([each[option] for each in nonces])
        assert alpha == base_times(r)
        assert beta == times(scalars.add(r, from_int(3 * m)), KEYS.votes)
    assert sum_nonces([]) == scalars.ZERO


def test_another_seed_or_draw_makes_another_ballot() -> None:
    """Ciphertexts follow from the seed alone, proofs from the draw; the same inputs give the same ballot."""
    one = encrypt_ballot(CONTEXT, VOTES, ID, SEED, entropy(1))
    assert one == encrypt_ballot(CONTEXT, VOTES, ID, SEED, entropy(1))
    drawn = encrypt_ballot(CONTEXT, VOTES, ID, SEED, entropy(2))
    assert (drawn.ciphertexts, drawn.commitments != one.commitments) == (one.ciphertexts, True)
    assert encrypt_ballot(CONTEXT, VOTES, ID, SEED[::-1], entropy(1)).ciphertexts != one.ciphertexts


# Secrecy


def counted(monkeypatch: pytest.MonkeyPatch, votes: tuple[int, ...]) -> tuple[Counter[str], list[int]]:
    """Calls of the group and of scalars while a ballot is made, and how many random bytes it takes."""
    calls: Counter[str] = Counter()
    sizes: list[int] = []

    def counting(name: str, real: Callable[..., bytes]) -> Callable[..., bytes]:
        def call(*arguments: bytes) -> bytes:
            calls[name] += 1
            return real(*arguments)

        return call

    def draw(size: int) -> bytes:
        sizes.append(size)
        return entropy("same")(size)

    with monkeypatch.context() as patch:
        for module in (group, scalars):
            for name in dir(nacl.bindings):
                if name.startswith(("crypto_core", "crypto_scalarmult")) and hasattr(module, name):
                    patch.setattr(module, name, counting(name, getattr(module, name)))
        encrypt_ballot(CONTEXT, votes, ID, SEED, draw, data=WRITE_IN)
    return calls, sizes


def test_the_same_calls_are_made_and_the_same_bytes_drawn_for_every_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Number and kind of operations say nothing of the vote."""
    blank = counted(monkeypatch, (0,) * 8)
    assert blank[0]["crypto_scalarmult_ed25519_noclamp"] > 30
    for votes in (VOTES, (1, 0, 0, 1, 1, 0, 1, 2), (0, 0, 0, 0, 0, 1, 0, 0)):
        assert counted(monkeypatch, votes) == blank


def test_nothing_secret_shows_in_a_repr() -> None:
    """A traceback with a ballot in it names its id."""
    assert repr(encrypted()) == f"EncryptedBallot({ID.hex()})"


# Selections


def test_selections_become_votes_in_the_order_of_the_shape() -> None:
    """1 for each selected option, whatever the order of choosing."""
    shape = ballot_shape(ELECTION, "FULL")
    selections = choose(ELECTION, "FULL", {"REF": ["REF-NO"], "DEP": ["DEP-3", "DEP-1-TWIN"]})
    options = [option for contest in shape.contests for option in contest.options]
    chosen = {"REF-NO", "DEP-3", "DEP-1-TWIN"}
    assert option_votes(shape, selections) == tuple(int(option in chosen) for option in options)


def test_selections_of_another_style_are_refused() -> None:
    """They would be cut, or stand for a ballot that the voter did not have; what was chosen is not named."""
    shape = ballot_shape(ELECTION, "FULL")
    with pytest.raises(Malformed) as refused:
        option_votes(shape, choose(ELECTION, "SHORT", {"REF": ["REF-NO"]}))
    assert "REF-NO" not in str(refused.value)


# Contest data


@pytest.mark.parametrize("text", [b"", b"Somebody else", b"x" * 63, b"\x80\x00"])
def test_contest_data_open_to_what_was_written(text: bytes) -> None:
    """With the shared point that the holder of the second key computes."""
    made = encrypted(data={"GOV": text})
    shared = group.secret_times(DATA_SECRET, to_edwards(made.data[:32]))
    assert len(made.data) == 32 + 64
    assert open_contest_data(CONTEXT, ID, 1, made.data, shared) == text


def test_contest_data_left_out_are_as_long_as_any() -> None:
    """Length says nothing."""
    assert len(encrypted().data) == len(encrypted(data=WRITE_IN).data)


@pytest.mark.parametrize("data", [{"GOV": b"x" * 64}, {"DEP": b"x"}, {"NONE": b""}])
def test_contest_data_that_do_not_fit_are_refused(data: dict[str, bytes]) -> None:
    """Too long, of a contest without data, or of none."""
    with pytest.raises(Malformed):
        encrypted(data=data)


def test_the_data_of_a_contest_without_data_cannot_be_opened() -> None:
    """There are none."""
    with pytest.raises(Malformed):
        open_contest_data(CONTEXT, ID, 0, encrypted().data, SEED)


def test_another_point_opens_nothing() -> None:
    """Neither the text nor its end mark; the key of votes is another key."""
    made = encrypted(data=WRITE_IN)
    shared = group.secret_times(VOTES_SECRET, to_edwards(made.data[:32]))
    with pytest.raises(Malformed):
        open_contest_data(CONTEXT, ID, 1, made.data, shared)


def test_the_key_stream_is_that_of_the_protocol() -> None:
    """SHAKE-256 over label, id, number, α̂ and the shared point, added by XOR."""
    made = encrypted(data=WRITE_IN)
    shared = group.secret_times(contest_data.data_nonce(SEED, ID, 1), CONTEXT.data_key.edwards)
    hidden = contest_data.hide_contest_data(ID, 1, made.data[:32], shared, made.data[32:])
    assert hidden == (b"Somebody else\x80").ljust(64, b"\x00")
