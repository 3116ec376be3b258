"""The two proofs that everything rests on, apart from what is hashed into their challenges.

A challenge is a function of the commitments: who calls says which labels, keys and ciphertexts go into it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from urna.interop.electionguard.group import Ciphertext, Element, Group

Scalars = Callable[[], int]
"""Draws a uniform number below q."""

Challenge = Callable[[Sequence[Element]], int]
"""The challenge for commitments, in the order of the specification."""


class Proof(NamedTuple):
    """A challenge c and a response v, as they were read: perhaps out of range."""

    challenge: int
    response: int


RangeProof = tuple[Proof, ...]
"""One branch for each value 0, 1, …, limit."""


def prove_range(
    group: Group,
    key: Element,
    ciphertext: Ciphertext,
    *,
    value: int,
    limit: int,
    nonce: int,
    draw: Scalars,
    ask: Challenge,
) -> RangeProof:
    """Shows that a ciphertext holds one of 0, 1, …, limit, and not which.

    Args:
        group: the group.
        key: K, prepared.
        ciphertext: (α, β) with this value and nonce.
        value: ℓ.
        limit: R or L.
        nonce: ξ.
        draw: for the u_j and the other branches' c_j.
        ask: the challenge, for a_0, b_0, a_1, b_1, ….
    """
    # Algorithm (ElectionGuard 2.1.0 section 3.3.7, eq. 57-61; (α, β) enters through the challenge)
    q, g = group.order, group.generator
    u = [draw() for _ in range(limit + 1)]
    c = [draw() if j != value else 0 for j in range(limit + 1)]
    t = [(u[j] + (value - j) * c[j]) % q for j in range(limit + 1)]
    commitments = [part for j in range(limit + 1) for part in (g ** u[j], key ** t[j])]
    c[value] = (ask(commitments) - sum(c)) % q
    return tuple(Proof(c[j], (u[j] - c[j] * nonce) % q) for j in range(limit + 1))


def range_commitments(group: Group, key: Element, ciphertext: Ciphertext, proof: RangeProof) -> list[Element]:
    """a_0, b_0, a_1, b_1, … as a proof whose numbers are in range implies them (2.1.0 eq. 6.1 and 6.2)."""
    found = []
    for j, (c, v) in enumerate(proof):
        found.append(group.generator**v * ciphertext.pad**c)
        found.append(key ** ((v - j * c) % group.order) * ciphertext.data**c)
    return found


def challenge_sum(group: Group, proof: RangeProof) -> int:
    """c_0 + c_1 + … modulo q."""
    return sum(branch.challenge for branch in proof) % group.order


def prove_knowledge(group: Group, secret: int, draw: Scalars, ask: Callable[[Element], int]) -> Proof:
    """Schnorr's proof that one knows s with g^s = K, with (c, v = u - c·s)."""
    u = draw()
    challenge = ask(group.generator.secret_power(u))
    return Proof(challenge, (u - challenge * secret) % group.order)


def knowledge_commitment(group: Group, key: Element, proof: Proof) -> Element:
    """g^v · K^c, which is the commitment if the proof is right."""
    return group.generator**proof.response * key**proof.challenge


def decryption_commitments(
    group: Group, key: Element, pad: Element, factor: Element, proof: Proof
) -> tuple[Element, Element]:
    """A = g^v · K^c and b = A^v · M^c (2.1.0 eq. 10.2 and 10.3)."""
    c, v = proof.challenge, proof.response
    return group.generator**v * key**c, pad**v * factor**c
