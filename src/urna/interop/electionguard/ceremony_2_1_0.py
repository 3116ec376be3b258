"""The ceremony of 2.1.0: two polynomials, a key to talk with, one proof over all of it, shares encrypted with a proof.

**For test elections only**, as `ceremony`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.errors import Malformed, Unproven
from urna.interop.electionguard.ceremony import START_AGAIN, Polynomial, public_share
from urna.interop.electionguard.group import Element, Group
from urna.interop.electionguard.hashing import exclusive_or, scalar
from urna.interop.electionguard.proofs import Proof, Scalars, knowledge_commitment, prove_knowledge
from urna.interop.electionguard.v2_1_0 import coefficients_challenge, share_blocks, share_challenge, share_key
from urna.words import Sentence

VOTES = b"pk_vote"
DATA = b"pk_data"


class JointProof(NamedTuple):
    """(c, v_0, …, v_k): one challenge for all coefficients and the key to talk with (eq. 11 and 13)."""

    challenge: int
    responses: tuple[int, ...]


class PublicKeys(NamedTuple):
    """What a guardian publishes: K_ij, K̂_ij, κ_i and their proofs."""

    guardian: int
    votes: tuple[Element, ...]
    data: tuple[Element, ...]
    talk: Element
    votes_proof: JointProof
    data_proof: JointProof


class ShareCiphertext(NamedTuple):
    """E_ℓ(P_i(ℓ), P̂_i(ℓ)) = (C_0, C_1, C_2) (eq. 19-22)."""

    c0: Element
    c1: bytes
    proof: Proof


class Guardian:
    """A guardian's secrets; it shows none of them.

    Args:
        group: the group.
        parameter_hash: H_P.
        guardian: i, from 1.
        quorum: k.
        draw: draws secrets.
    """

    def __init__(self, group: Group, parameter_hash: bytes, guardian: int, quorum: int, draw: Scalars) -> None:
        self._group = group
        self._parameter_hash = parameter_hash
        self._draw = draw
        self.guardian = guardian
        self._votes = Polynomial(group, [draw() for _ in range(quorum)])
        self._data = Polynomial(group, [draw() for _ in range(quorum)])
        self._talk = draw()

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"<guardian {self.guardian}>"

    def publish(self) -> PublicKeys:
        """The public keys and their two proofs."""
        talk = self._group.generator.secret_power(self._talk)
        votes, data = self._votes.commitments(), self._data.commitments()
        return PublicKeys(
            self.guardian,
            votes,
            data,
            talk,
            self._prove(VOTES, self._votes, (*votes, talk)),
            self._prove(DATA, self._data, (*data, talk)),
        )

    def _prove(self, label: bytes, polynomial: Polynomial, keys: Sequence[Element]) -> JointProof:
        nonces = [self._draw() for _ in keys]
        commitments = [self._group.generator.secret_power(nonce) for nonce in nonces]
        challenge = coefficients_challenge(
            self._group, self._parameter_hash, label, self.guardian, keys=keys, commitments=commitments
        )
        last = (nonces[-1] - challenge * self._talk) % self._group.order
        return JointProof(challenge, (*polynomial.respond(challenge, nonces[:-1]), last))

    def encrypt_shares(self, receiver: PublicKeys) -> ShareCiphertext:
        """Its shares for another guardian, under that guardian's key to talk with (eq. 15-22)."""
        pair, group = (self.guardian, receiver.guardian), self._group
        nonce = self._draw()
        c0, beta = group.generator.secret_power(nonce), receiver.talk.secret_power(nonce)
        key = share_key(self._parameter_hash, pair, receiver.talk, c0, beta)
        plain = scalar(self._votes.share(receiver.guardian)) + scalar(self._data.share(receiver.guardian))
        c1 = exclusive_or(plain, share_blocks(key, pair))

        def ask(commitment: Element) -> int:
            return share_challenge(group, self._parameter_hash, pair, commitment=commitment, c0=c0, c1=c1)

        return ShareCiphertext(c0, c1, prove_knowledge(group, nonce, self._draw, ask))

    def own_shares(self) -> tuple[int, int]:
        """P_i(i) and P̂_i(i)."""
        return self._votes.share(self.guardian), self._data.share(self.guardian)

    def decrypt_shares(self, sender: PublicKeys, shares: ShareCiphertext) -> tuple[int, int]:
        """P_j(i) and P̂_j(i) of another guardian j, checked against its commitments (eq. 23, 28, 29).

        Raises:
            Unproven: the nonce's proof does not verify, or the shares are not those committed to.
            Malformed: what was encrypted is no pair of numbers below q.
        """
        pair, group = (sender.guardian, self.guardian), self._group
        commitment = knowledge_commitment(group, shares.c0, shares.proof)
        challenge = share_challenge(
            group, self._parameter_hash, pair, commitment=commitment, c0=shares.c0, c1=shares.c1
        )
        if not shares.c0.is_member or shares.proof.challenge != challenge:
            raise _unproven(Sentence("a proof that the sender knows the nonce"), sender)
        talk, beta = group.generator.secret_power(self._talk), shares.c0.secret_power(self._talk)
        key = share_key(self._parameter_hash, pair, talk, shares.c0, beta)
        votes, data = _numbers(group, exclusive_or(shares.c1, share_blocks(key, pair)))
        for share, commitments in ((votes, sender.votes), (data, sender.data)):
            if group.generator.secret_power(share) != public_share(group, commitments, self.guardian):
                raise _unproven(Sentence("the share that the guardian committed to"), sender)
        return votes, data


def check_guardian(group: Group, parameter_hash: bytes, keys: PublicKeys, quorum: int) -> None:
    """Box 2: members (A), responses in Z_q (B), challenges as hashed (C); and k coefficients in each polynomial.

    Raises:
        Unproven: one of it does not hold.
    """
    for label, coefficients, proof in (
        (VOTES, keys.votes, keys.votes_proof),
        (DATA, keys.data, keys.data_proof),
    ):
        secrets = (*coefficients, keys.talk)
        if len(coefficients) != quorum or len(proof.responses) != quorum + 1:
            raise _unproven(Sentence("coefficients and responses as the quorum asks"), keys)
        if not all(key.is_member for key in secrets) or not all(map(group.knows_scalar, proof.responses)):
            raise _unproven(Sentence("keys of the group and responses below q"), keys)
        commitments = [
            knowledge_commitment(group, key, Proof(proof.challenge, response))
            for key, response in zip(secrets, proof.responses, strict=True)
        ]
        challenge = coefficients_challenge(
            group, parameter_hash, label, keys.guardian, keys=secrets, commitments=commitments
        )
        if proof.challenge != challenge:
            raise _unproven(Sentence("a proof that the guardian knows its coefficient"), keys)


def _numbers(group: Group, plain: bytes) -> tuple[int, int]:
    votes, data = int.from_bytes(plain[:32], "big"), int.from_bytes(plain[32:], "big")
    if len(plain) != 64 or not group.knows_scalar(votes) or not group.knows_scalar(data):
        raise Malformed(Sentence("two numbers below q"), Sentence("something else"), START_AGAIN)
    return votes, data


def _unproven(expected: Sentence, keys: PublicKeys) -> Unproven:
    return Unproven(expected, Sentence("something else"), START_AGAIN, str(keys.guardian))
