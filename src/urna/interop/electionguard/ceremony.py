"""How guardians make a joint key: polynomials, commitments, proofs, shares (2.0.0 §3.2.2 and 2.1.0 §3.2.2).

**For test elections only.** Secrets are Python integers and their powers go through GMP: nothing here is constant in
time. Real guardians use urna's own protocol, `crypto/threshold`, with libsodium.
"""

import hmac
from collections.abc import Callable, Sequence
from typing import NamedTuple

from urna.errors import Malformed, Unproven
from urna.interop.electionguard.group import Element, Group
from urna.interop.electionguard.hashing import H, small
from urna.interop.electionguard.proofs import Proof, Scalars, knowledge_commitment, prove_knowledge
from urna.interop.electionguard.v2_0_0 import coefficient_challenge
from urna.words import Sentence

START_AGAIN = Sentence("Begin the ceremony again without that guardian.")


class Polynomial:
    """A guardian's secret polynomial P(x) = a_0 + a_1·x + … of k coefficients; it shows none of them.

    Args:
        group: the group of the commitments.
        coefficients: a_0, …, a_{k-1}, drawn uniformly below q.
    """

    def __init__(self, group: Group, coefficients: Sequence[int]) -> None:
        self._group = group
        self._coefficients = tuple(coefficients)

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"<polynomial of {len(self._coefficients)} coefficients>"

    def share(self, guardian: int) -> int:
        """P(i) mod q, for the guardian with this index.

        Raises:
            Malformed: an index below 1; P(0) is the key itself.
        """
        if guardian < 1:
            raise Malformed(
                Sentence("a guardian's index from 1"),
                Sentence("{index}", {"index": guardian}),
                Sentence("Number the guardians from 1."),
            )
        value = 0
        for coefficient in reversed(self._coefficients):
            value = (value * guardian + coefficient) % self._group.order
        return value

    def commitments(self) -> tuple[Element, ...]:
        """K_0, …, K_{k-1}, with K_j = g^{a_j}."""
        return tuple(self._group.generator.secret_power(coefficient) for coefficient in self._coefficients)

    def prove(self, draw: Scalars, ask: Callable[[int, Element, Element], int]) -> tuple[Proof, ...]:
        """A proof of possession of each coefficient; `ask` gives the challenge for j, K_j and the commitment."""
        return tuple(
            prove_knowledge(
                self._group,
                secret,
                draw,
                lambda commitment, j=j, key=key: ask(j, key, commitment),  # type: ignore[misc]
            )
            for j, (secret, key) in enumerate(zip(self._coefficients, self.commitments(), strict=True))
        )

    def respond(self, challenge: int, nonces: Sequence[int]) -> tuple[int, ...]:
        """v_j = u_j - c·a_j, for one challenge over all coefficients (2.1.0)."""
        order = self._group.order
        return tuple((u - challenge * a) % order for u, a in zip(nonces, self._coefficients, strict=True))


class Share:
    """A guardian's part z_i = P(i) of the joint secret key; it does not show it.

    Args:
        guardian: i, from 1.
        value: z_i.
    """

    def __init__(self, guardian: int, value: int) -> None:
        self.guardian = guardian
        self.value = value

    def __repr__(self) -> str:
        """Without the secret."""
        return f"<share of guardian {self.guardian}>"


class GuardianKeys(NamedTuple):
    """What a guardian publishes in 2.0.0: K_i0, … and the proof of each."""

    guardian: int
    commitments: tuple[Element, ...]
    proofs: tuple[Proof, ...]


class Ceremony(NamedTuple):
    """What a ceremony leaves: everybody's public keys, the joint key, and the secret shares."""

    guardians: tuple[GuardianKeys, ...]
    joint_key: Element
    shares: tuple[Share, ...]


def hold_ceremony(group: Group, parameter_hash: bytes, guardians: int, quorum: int, draw: Scalars) -> Ceremony:
    """A whole ceremony of 2.0.0 in one process.

    1. Each guardian draws a polynomial.
    2. Each publishes a hash of its commitments, before anybody shows any: who waits for the others cannot bias the key.
    3. Each shows them, with proofs; the others compare and check.
    4. Each hands every other its share, who checks it against the commitments.
    """
    polynomials = {i: Polynomial(group, [draw() for _ in range(quorum)]) for i in range(1, guardians + 1)}
    promises = {i: promise(parameter_hash, i, each.commitments()) for i, each in polynomials.items()}
    published = []
    for i, polynomial in polynomials.items():
        keys = _publish(group, parameter_hash, i, polynomial, draw)
        check_promise(parameter_hash, promises[i], keys)
        check_keys(group, parameter_hash, keys)
        published.append(keys)
    shares = tuple(_gather(group, i, polynomials, published) for i in polynomials)
    joint = group.product(keys.commitments[0] for keys in published)
    return Ceremony(tuple(published), joint, shares)


def _publish(group: Group, parameter_hash: bytes, guardian: int, polynomial: Polynomial, draw: Scalars) -> GuardianKeys:
    def ask(coefficient: int, key: Element, commitment: Element) -> int:
        return coefficient_challenge(group, parameter_hash, (guardian, coefficient), key, commitment)

    return GuardianKeys(guardian, polynomial.commitments(), polynomial.prove(draw, ask))


def promise(parameter_hash: bytes, guardian: int, commitments: Sequence[Element]) -> bytes:
    """The hash that a guardian publishes first. ElectionGuard has none: the label is ours, and no file carries it."""
    return H(parameter_hash, b"urna/interop/commit", small(guardian), *map(bytes, commitments))


def check_promise(parameter_hash: bytes, promised: bytes, keys: GuardianKeys) -> None:
    """Returns if the commitments are those that the guardian promised before it saw the others'.

    Raises:
        Unproven: they are others.
    """
    if not hmac.compare_digest(promised, promise(parameter_hash, keys.guardian, keys.commitments)):
        raise Unproven(
            Sentence("the commitments that the guardian promised"),
            Sentence("others"),
            START_AGAIN,
            str(keys.guardian),
        )


def check_keys(group: Group, parameter_hash: bytes, keys: GuardianKeys) -> None:
    """Returns if the guardian proved to know every coefficient (box 2).

    Raises:
        Unproven: a proof does not verify.
    """
    for j, (key, proof) in enumerate(zip(keys.commitments, keys.proofs, strict=True)):
        commitment = knowledge_commitment(group, key, proof)
        challenge = coefficient_challenge(group, parameter_hash, (keys.guardian, j), key, commitment)
        if not key.is_member or proof.challenge != challenge:
            raise Unproven(
                Sentence("a proof that the guardian knows its coefficient"),
                Sentence("one that does not verify"),
                START_AGAIN,
                f"{keys.guardian}/{j}",
            )


def public_share(group: Group, commitments: Sequence[Element], guardian: int) -> Element:
    """g^{P(i)} from the commitments alone: the product of K_j^(i^j) (2.0.0 eq. 13)."""
    return group.product(key ** pow(guardian, j, group.order) for j, key in enumerate(commitments))


def check_share(group: Group, share: Share, commitments: Sequence[Element], sender: int) -> None:
    """Returns if P(i) is the one that the sender committed to (2.0.0 eq. 21).

    Raises:
        Unproven: it is not; whoever shows the share proves it.
    """
    if group.generator.secret_power(share.value) != public_share(group, commitments, share.guardian):
        raise Unproven(
            Sentence("the share that the guardian committed to"), Sentence("another one"), START_AGAIN, str(sender)
        )


def _gather(
    group: Group, receiver: int, polynomials: dict[int, Polynomial], published: Sequence[GuardianKeys]
) -> Share:
    """z_i, the sum of all shares of guardian i, each checked (2.0.0 eq. 22)."""
    total = 0
    for keys in published:
        share = Share(receiver, polynomials[keys.guardian].share(receiver))
        check_share(group, share, keys.commitments, keys.guardian)
        total += share.value
    return Share(receiver, total % group.order)
