"""A booth that encrypts what it likes, for any ballot style: its false statements are proven as well as they can be.

With votes that are allowed it is an honest prover: its ballots verify.
"""

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from urna.ballot.context import BallotContext
from urna.ballot.encryption import option_nonces
from urna.ballot.forms import EncryptedBallot, ballot_challenge
from urna.crypto.elgamal import encrypt, write_ciphertexts
from urna.crypto.group import base_times_all
from urna.crypto.scalars import L, from_int, to_int


class _Proof(NamedTuple):
    """One range proof of `votes` votes; its branch `claimed` is said to be the true one."""

    votes: int
    claimed: int
    nonce: int
    parts: list[int]
    draws: list[int]


def dishonest_ballot(
    context: BallotContext, votes: Sequence[int], ballot: bytes, seed: bytes, *, shape: BallotContext | None = None
) -> EncryptedBallot:
    """A ballot with any numbers for votes.

    Args:
        context: what its challenge is bound to.
        votes: for each option, in the order of the shape.
        ballot: its id.
        seed: its nonces follow from it, as an honest ballot's do.
        shape: the context whose options and limits it proves, if they are not those of the first.
    """
    proven = shape or context
    chance = random.Random(seed + ballot)
    nonces = [to_int(each) for each in option_nonces(proven.shape, seed, ballot)]
    ciphertexts = write_ciphertexts(
        [encrypt(context.votes_key, m, from_int(xi)) for m, xi in zip(votes, nonces, strict=True)]
    )
    proofs = [
        _draw(chance, limit, sum(votes[one] for one in over), sum(nonces[one] for one in over))
        for limit, over in zip(proven.shape.proof_limits, proven.proof_sums, strict=True)
    ]
    commitments = b"".join(_commitments(context, proof) for proof in proofs)
    challenge = ballot_challenge(context, ballot, ciphertexts, b"", commitments)
    responses = b"".join(from_int(each) for proof in proofs for each in _responses(proof, to_int(challenge)))
    return EncryptedBallot(ballot, challenge, ciphertexts, b"", responses, commitments)


def sealed_again(context: BallotContext, ballot: EncryptedBallot) -> EncryptedBallot:
    """The parts of a ballot with the challenge that they make now, whether or not its proofs hold."""
    parts = ballot.ballot, ballot.ciphertexts, ballot.data, ballot.commitments
    return ballot._replace(challenge=ballot_challenge(context, *parts))


def with_piece(data: bytes, number: int, piece: bytes) -> bytes:
    """Points or scalars that stand one after the other, one of them exchanged."""
    return data[: 32 * number] + piece + data[32 * number + 32 :]


def piece_of(data: bytes, number: int) -> bytes:
    """One of the points or scalars that stand one after the other."""
    return data[32 * number : 32 * number + 32]


def exchanged(data: bytes, pairs: Iterable[tuple[int, int]]) -> bytes:
    """Points or scalars that stand one after the other, some of them in each other's place."""
    for one, other in pairs:
        first, second = piece_of(data, one), piece_of(data, other)
        data = with_piece(with_piece(data, one, second), other, first)
    return data


def unreduced(scalar: bytes) -> bytes:
    """The same scalar written as a number above the order."""
    return (to_int(scalar) + L).to_bytes(32, "little")


def _draw(chance: random.Random, limit: int, votes: int, nonce: int) -> _Proof:
    claimed = min(max(votes, 0), limit)
    parts = [chance.randrange(L) for _ in range(limit + 1)]
    parts[claimed] = 0
    return _Proof(votes, claimed, nonce, parts, [chance.randrange(L) for _ in range(limit + 1)])


def _commitments(context: BallotContext, proof: _Proof) -> bytes:
    """Right for every branch but a claimed one that is false."""
    a = [v + c * proof.nonce for v, c in zip(proof.draws, proof.parts, strict=True)]
    b = [each + c * (proof.votes - j) for j, (each, c) in enumerate(zip(a, proof.parts, strict=True))]
    left = base_times_all(list(map(from_int, a)))
    right = context.votes_key.times_all(list(map(from_int, b)))
    return b"".join(point for pair in zip(left, right, strict=True) for point in pair)


def _responses(proof: _Proof, challenge: int) -> list[int]:
    parts, draws = list(proof.parts), list(proof.draws)
    parts[proof.claimed] = challenge - sum(parts)
    draws[proof.claimed] -= parts[proof.claimed] * proof.nonce
    return parts[:-1] + draws
