"""The two forms of an encrypted ballot, and the plain check of its proofs."""

import hashlib
import random
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ballot.dishonest import ballot_of
from tests.ballot.encrypted import (
    CONTEXT,
    DEPUTIES,
    GOVERNOR,
    ID,
    KEYS,
    POINTS,
    SHAPE,
    VOTES,
    WRITE_IN,
    encrypted,
    twelve,
)

from urna.ballot.context import BallotContext, ballot_context, box_shape
from urna.ballot.equations import cut, equations, read_statement
from urna.ballot.forms import (
    EncryptedBallot,
    ballot_hash,
    committed_bytes,
    compact_bytes,
    read_committed,
    read_compact,
)
from urna.ballot.plain_check import check_ballot_plainly
from urna.ballot.shape import BallotShape
from urna.crypto import scalars
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import to_edwards
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven

MADE = encrypted(data=WRITE_IN)
COMMITTED, COMPACT = MADE.committed(), MADE.compact()


def check_both(context: BallotContext, made: EncryptedBallot) -> list[str]:
    """The names of the refusals: of the plain check of the committed form, and of reading the compact one."""
    verdicts = []
    for form, check in ((made.committed(), check_ballot_plainly), (made.compact(), read_compact)):
        try:
            check(context, form)
        except (Malformed, Unproven) as refused:
            verdicts.append(type(refused).__name__)
    return verdicts


def test_each_form_gives_the_other() -> None:
    """Commitments follow from the responses, and the challenge from the commitments."""
    assert read_compact(CONTEXT, COMPACT) == MADE
    assert read_committed(CONTEXT, COMMITTED) == MADE


def test_the_forms_are_laid_out_as_documented() -> None:
    """The order and sizes of docs/spec/protocol.md, counted by hand for the shape."""
    ciphertexts, data = 8 * 64, 32 + 64
    branches = [2] * 4 + [2] + [3] + [2] * 2 + [2] + [3] * 2 + [4]
    responses = 32 * (sum(2 * each - 1 for each in branches) + 1)
    commitments = 32 * (2 * sum(branches) + 1)
    assert len(COMPACT) == compact_bytes(SHAPE) == 16 + 32 + ciphertexts + data + responses
    assert len(COMMITTED) == committed_bytes(SHAPE) == 16 + ciphertexts + data + responses + commitments
    assert COMPACT[:16] == COMMITTED[:16] == ID
    assert COMPACT[16:48] == MADE.challenge
    assert COMPACT[48:] == COMMITTED[16:-commitments]


def test_a_ballot_of_twelve_options_has_the_size_to_reach() -> None:
    """At most 4.0 kB committed and 2.3 kB compact."""
    shape = twelve().shape
    assert (compact_bytes(shape), committed_bytes(shape)) == (2064, 3696)


def test_the_ballot_hash_is_that_of_the_compact_form() -> None:
    """As sha256sum prints it."""
    assert ballot_hash(COMPACT) == hashlib.sha256(COMPACT).hexdigest()


def test_context_and_challenge_are_those_of_the_protocol() -> None:
    """Recomputed by hand from the page."""
    style = join_parts(b"urna/protocol/1/style", KEYS.base_hash, KEYS.votes, KEYS.data, b"ST-1", encode(SHAPE))
    context = hashlib.sha256(style).digest()
    joined = join_parts(b"urna/protocol/1/challenge", context, ID, MADE.ciphertexts, MADE.data, MADE.commitments)
    c = int.from_bytes(hashlib.sha512(joined).digest(), "little") % scalars.L
    assert (context, scalars.from_int(c)) == (CONTEXT.context, MADE.challenge)


def test_a_context_is_another_for_another_key_station_or_shape() -> None:
    """Each part of it is bound."""
    contexts = [
        CONTEXT,
        ballot_context(KEYS, "ST-2", SHAPE),
        ballot_context(KEYS._replace(votes=KEYS.data), "ST-1", SHAPE),
        ballot_context(KEYS._replace(data=KEYS.votes), "ST-1", SHAPE),
        ballot_context(KEYS._replace(base_hash=bytes(32)), "ST-1", SHAPE),
        ballot_context(KEYS, "ST-1", BallotShape(style="FULL", contests=(DEPUTIES, GOVERNOR))),
        ballot_context(KEYS, "ST-1", BallotShape(style="FULL", contests=(GOVERNOR, DEPUTIES, POINTS))),
        ballot_context(KEYS, "ST-1", BallotShape(style="FULL", contests=(DEPUTIES, GOVERNOR, POINTS, POINTS))),
    ]
    assert len({each.context for each in contexts}) == len(contexts)


def test_the_kernels_are_told_which_proof_is_over_which_options() -> None:
    """Options, choices and limit of each contest, in the order of the ballot, counted by hand."""
    found = box_shape(CONTEXT)
    assert found.limits == (1, 1, 1, 1, 1, 2, 1, 1, 1, 2, 2, 3)
    assert found.sums == (
        *((0,), (1,), (2,), (3,), (0, 1), (0, 1, 2, 3)),
        *((4,), (5,), (4, 5)),
        *((6,), (7,), (6, 7)),
    )
    assert (found.options, found.data_bytes) == (8, (0, 64, 0))
    assert (found.context, found.votes_key) == (CONTEXT.context, KEYS.votes)
    assert len(CONTEXT.proof_names) == len(found.limits) == len(SHAPE.proof_limits)


# Changes


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, len(COMMITTED) - 1), change=st.integers(1, 255))
def test_any_changed_byte_of_the_committed_form_is_refused(place: int, change: int) -> None:
    """Id, ciphertexts, contest data, responses, commitments: all of it is bound."""
    changed = bytearray(COMMITTED)
    changed[place] ^= change
    with pytest.raises((Malformed, Unproven)):
        check_ballot_plainly(CONTEXT, bytes(changed))


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, len(COMPACT) - 1), change=st.integers(1, 255))
def test_any_changed_byte_of_the_compact_form_is_refused(place: int, change: int) -> None:
    """The same, the challenge included."""
    changed = bytearray(COMPACT)
    changed[place] ^= change
    with pytest.raises((Malformed, Unproven)):
        read_compact(CONTEXT, bytes(changed))


def flipped(data: bytes, step: int) -> Iterator[bytes]:
    """The data with one bit changed, every so many bytes."""
    chance = random.Random(1)
    for place in range(0, len(data), step):
        changed = bytearray(data)
        changed[place + chance.randrange(min(step, len(data) - place))] ^= 1 << chance.randrange(8)
        yield bytes(changed)


@pytest.mark.slow
def test_no_field_of_the_ballot_is_free() -> None:
    """One bit in each 16 bytes of either form, so that every point and every scalar is changed twice."""
    for changed in flipped(COMMITTED, 16):
        with pytest.raises((Malformed, Unproven)):
            check_ballot_plainly(CONTEXT, changed)
    for changed in flipped(COMPACT, 16):
        with pytest.raises((Malformed, Unproven)):
            read_compact(CONTEXT, changed)


@pytest.mark.parametrize("more", [-1, 1, -len(COMMITTED)])
def test_another_length_is_malformed(more: int) -> None:
    """Cut, longer or empty; the ballot is named."""
    for data, read in ((COMMITTED, read_committed), (COMMITTED, check_ballot_plainly), (COMPACT, read_compact)):
        with pytest.raises(Malformed, match="ST-1 ballot 3"):
            read(CONTEXT, data.ljust(len(data) + 1)[: max(len(data) + more, 0)], "ST-1 ballot 3")


def test_a_copied_ballot_under_another_id_is_refused() -> None:
    """Nobody repeats another voter's ballot (Cortier and Smyth 2011)."""
    assert check_both(CONTEXT, MADE._replace(ballot=bytes(16))) == ["Unproven"] * 2


@pytest.mark.parametrize(
    "context",
    [
        ballot_context(KEYS, "ST-2", SHAPE),
        ballot_context(KEYS._replace(base_hash=bytes(32)), "ST-1", SHAPE),
        ballot_context(KEYS, "ST-1", msgspec.structs.replace(SHAPE, style="OTHER")),
    ],
    ids=["station", "election", "style"],
)
def test_a_ballot_of_another_station_election_or_style_is_refused(context: BallotContext) -> None:
    """Its length is the same; its proofs are not."""
    assert check_both(context, MADE) == ["Unproven"] * 2


def test_exchanged_options_are_refused() -> None:
    """Ciphertexts stay where they were proven, even if both are good."""
    first, second, rest = MADE.ciphertexts[:64], MADE.ciphertexts[64:128], MADE.ciphertexts[128:]
    assert check_both(CONTEXT, MADE._replace(ciphertexts=second + first + rest)) == ["Unproven"] * 2


def test_contest_data_are_bound() -> None:
    """The hidden bytes cannot be changed, nor taken from another ballot."""
    other = encrypted(ballot=bytes(16), data={"GOV": b"Another"})
    changed = MADE.data[:-1] + bytes([MADE.data[-1] ^ 1])
    for data in (changed, other.data):
        assert check_both(CONTEXT, MADE._replace(data=data)) == ["Unproven"] * 2


def test_a_scalar_in_another_spelling_is_malformed() -> None:
    """Adding L leaves every equation true, but gives the ballot a second hash."""
    for place in range(0, len(MADE.responses), 32):
        number = int.from_bytes(MADE.responses[place : place + 32], "little") + scalars.L
        other = MADE.responses[:place] + number.to_bytes(32, "little") + MADE.responses[place + 32 :]
        assert check_both(CONTEXT, MADE._replace(responses=other)) == ["Malformed"] * 2


def test_a_challenge_in_another_spelling_is_malformed() -> None:
    """The compact form has it."""
    number = scalars.to_int(MADE.challenge) + scalars.L
    with pytest.raises(Malformed):
        read_compact(CONTEXT, MADE._replace(challenge=number.to_bytes(32, "little")).compact())


# A dishonest booth

CHEATS = {
    "an option twice": ((2, 0, 0, 0, 0, 0, 0, 0), ["contest DEP, option A1", "contest DEP, choice A"]),
    "two cards of one candidate": ((1, 1, 0, 0, 0, 0, 0, 0), ["contest DEP, choice A"]),
    "three votes of two": ((1, 0, 1, 1, 0, 0, 0, 0), ["contest DEP, limit"]),
    "two governors": ((0, 0, 0, 0, 1, 1, 0, 0), ["contest GOV, limit"]),
    "a negative vote that a sum hides": ((0, 0, 0, 0, -1, 1, 0, 0), ["contest GOV, option X"]),
    "three votes for one option of two": ((0, 0, 0, 0, 0, 0, 3, 0), ["contest PTS, option P"]),
    "four votes of three": ((0, 0, 0, 0, 0, 0, 2, 2), ["contest PTS, limit"]),
}
"""Votes that a style does not allow, and which proofs they make false."""


def false_proofs(made: EncryptedBallot) -> list[str]:
    """The range proofs with a commitment that does not belong to its response, each once."""
    statement = read_statement(CONTEXT, made.ciphertexts, made.data)
    right = equations(CONTEXT, statement, made.responses, made.challenge)
    found = (to_edwards(point) for point in cut(made.commitments))
    false = (name for (name, expected), point in zip(right, found, strict=True) if expected != point)
    return list(dict.fromkeys(name.partition(", branch")[0] for name in false))


@pytest.mark.parametrize(("votes", "names"), CHEATS.values(), ids=CHEATS.keys())
def test_a_booth_that_skips_the_limits_is_refused(votes: tuple[int, ...], names: list[str]) -> None:
    """It proves everything that is true; the false statement alone does not hold, and is named."""
    made = ballot_of(votes)
    assert false_proofs(made) == names
    with pytest.raises(Unproven, match=names[0]):
        check_ballot_plainly(CONTEXT, made.committed())
    with pytest.raises(Unproven):
        read_compact(CONTEXT, made.compact())


@pytest.mark.parametrize("votes", [VOTES, (0,) * 8, (1, 0, 0, 1, 1, 0, 1, 2)])
def test_two_provers_agree(votes: tuple[int, ...]) -> None:
    """A prover in plain integers is accepted where the votes are allowed, with the same ciphertexts."""
    made = ballot_of(votes)
    assert check_both(CONTEXT, made) == []
    assert made.ciphertexts == encrypted(votes=votes).ciphertexts


def test_ciphertexts_that_are_the_identity_are_points_like_others() -> None:
    """A booth with the nonce 0 hides nothing, but what it proves is true: both checks take it."""
    made = ballot_of((0,) * 8, nonces=[0] * 8)
    assert made.ciphertexts == bytes(8 * 64)
    assert check_both(CONTEXT, made) == []
