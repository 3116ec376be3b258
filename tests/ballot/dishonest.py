"""A booth that encrypts what it likes: a second prover, in plain integers, that proves as much as can be proven.

Where the votes are allowed it is an honest prover, which the tests make sure of.
"""

import random
from collections.abc import Sequence
from typing import NamedTuple

from tests.ballot.encrypted import CONTEXT, ID, SEED, SHAPE

from urna.ballot.contest_data import data_nonce
from urna.ballot.encryption import option_nonces
from urna.ballot.forms import EncryptedBallot, ballot_challenge
from urna.crypto.elgamal import encrypt, write_ciphertexts
from urna.crypto.group import base_times, base_times_all
from urna.crypto.scalars import L, from_int, to_int


class Proof(NamedTuple):
    """One range proof: its branch `claimed` is said to be the true one."""

    claimed: int
    nonce: int
    parts: list[int]
    draws: list[int]


def ballot_of(votes: Sequence[int], nonces: Sequence[int] | None = None) -> EncryptedBallot:
    """A ballot of the shape with any numbers for votes, its false statements proven as well as possible."""
    chance = random.Random(repr(votes))
    nonces = nonces or [to_int(each) for each in option_nonces(SHAPE, SEED, ID)]
    ciphertexts = [encrypt(CONTEXT.votes_key, m, from_int(xi)) for m, xi in zip(votes, nonces, strict=True)]
    xi_hat, u_hat = to_int(data_nonce(SEED, ID, 1)), chance.randrange(L)
    data = base_times(from_int(xi_hat)) + chance.randbytes(64)
    proofs, commitments = [], b""
    for limit, over in zip(SHAPE.proof_limits, CONTEXT.proof_sums, strict=True):
        m, xi = sum(votes[option] for option in over), sum(nonces[option] for option in over)
        proof = _drawn(chance, limit, min(max(m, 0), limit), xi)
        proofs.append(proof)
        commitments += _commitments(proof, m)
    commitments += base_times(from_int(u_hat))
    c = ballot_challenge(CONTEXT, ID, write_ciphertexts(ciphertexts), data, commitments)
    responses = [each for proof in proofs for each in _responses(proof, to_int(c))]
    responses.append(u_hat - to_int(c) * xi_hat)
    return EncryptedBallot(ID, c, write_ciphertexts(ciphertexts), data, b"".join(map(from_int, responses)), commitments)


def _drawn(chance: random.Random, limit: int, claimed: int, nonce: int) -> Proof:
    parts = [chance.randrange(L) for _ in range(limit + 1)]
    parts[claimed] = 0
    return Proof(claimed, nonce, parts, [chance.randrange(L) for _ in range(limit + 1)])


def _commitments(proof: Proof, m: int) -> bytes:
    """Right for every branch but a claimed one that is false."""
    a = [v + c * proof.nonce for v, c in zip(proof.draws, proof.parts, strict=True)]
    b = [each + c * (m - j) for j, (each, c) in enumerate(zip(a, proof.parts, strict=True))]
    left = base_times_all(list(map(from_int, a)))
    right = CONTEXT.votes_key.times_all(list(map(from_int, b)))
    return b"".join(point for pair in zip(left, right, strict=True) for point in pair)


def _responses(proof: Proof, c: int) -> list[int]:
    parts, draws = list(proof.parts), list(proof.draws)
    parts[proof.claimed] = c - sum(parts)
    draws[proof.claimed] -= parts[proof.claimed] * proof.nonce
    return parts[:-1] + draws
