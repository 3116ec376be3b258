"""Opening a ciphertext by k guardians, none of whom ever has the key, with one proof for all of them.

    A, B           the ciphertext, a sum over many ballots; t votes are in it: B = M + t·K with M = P(0)·A
    M_i, a_i, b_i  P(i)·A, u_i·G, u_i·A: each guardian commits to them by a hash, then shows them
    c              one challenge over everything
    v_i            u_i - c·w_i·P(i), with the Lagrange coefficient w_i

Σ w_i·M_i = M, and (c, Σ v_i) is a Chaum-Pedersen proof that M and K have the same logarithm to the bases A and G. A
guardian whose v_i is false is named by the own public share P(i)·G. The commitments come first, so nobody chooses
a_i after seeing the others' (and concurrent sessions give no forgery, Drijvers et al. 2019).

Source: ElectionGuard 2.1.0, 3.6.2 to 3.6.5; docs/spec/protocol.md, Opening aggregates.
"""

from collections.abc import Mapping
from math import isqrt
from typing import NamedTuple

from nacl.bindings import crypto_core_ed25519_add, crypto_core_ed25519_sub

from urna.crypto.group import FixedPoint, base_times, edwards_total, secret_times, subtract, times, total
from urna.crypto.ristretto import EDWARDS_IDENTITY, from_edwards, to_edwards
from urna.crypto.scalars import check_scalar, from_int, hash_to_scalar
from urna.crypto.scalars import mul as mul_scalars
from urna.crypto.scalars import sub as sub_scalars
from urna.crypto.threshold import add_shares, combine_points, index_bytes, lagrange, schnorr
from urna.errors import Unproven
from urna.words import Sentence

_CHALLENGE = "urna/protocol/1/open"


class Target(NamedTuple):
    """What is opened: everything that the challenge is bound to before the guardians' own values."""

    base_hash: bytes
    """H_E, 32 bytes: the election with all points of all guardians."""
    key: bytes
    """K."""
    description: bytes
    """32 bytes: the hash of what the sum is over."""
    option: int
    """The option's number in the contest, from 0."""
    alpha: bytes
    """A."""
    beta: bytes
    """B."""


class Partial(NamedTuple):
    """What one guardian shows of one target after all have committed themselves."""

    share: bytes
    """M_i = P(i)·A."""
    a: bytes
    """u_i·G."""
    b: bytes
    """u_i·A."""


class Proof(NamedTuple):
    """What is published of one target: M, and that it is right."""

    share: bytes
    """M."""
    challenge: bytes
    response: bytes


def begin(secret_share: bytes, nonce: bytes, target: Target) -> Partial:
    """A guardian's own part.

    Args:
        secret_share: P(i).
        nonce: u_i, a fresh uniformly random scalar for this target and this session alone.
        target: what is opened.

    Raises:
        Malformed: A is not a point.
    """
    alpha = FixedPoint(target.alpha)
    return Partial(alpha.times(secret_share), base_times(nonce), alpha.times(nonce))


def combine(partials: Mapping[int, Partial]) -> Partial:
    """M, a and b of all guardians who take part, by index; meaningful for k of them or more."""
    return Partial(
        combine_points({i: each.share for i, each in partials.items()}),
        total([each.a for each in partials.values()]),
        total([each.b for each in partials.values()]),
    )


def challenge(target: Target, combined: Partial) -> bytes:
    """The one challenge c, over the target and M, a, b."""
    return hash_to_scalar(
        _CHALLENGE,
        target.base_hash,
        target.key,
        target.description,
        index_bytes(target.option),
        target.alpha,
        target.beta,
        *combined,
    )


def respond(secret_share: bytes, nonce: bytes, joint_challenge: bytes, weight: int) -> bytes:
    """v_i = u_i - c·w_i·P(i). A nonce that answered once must never answer again: two answers give P(i) away."""
    return sub_scalars(nonce, mul_scalars(mul_scalars(joint_challenge, from_int(weight)), secret_share))


def finish(target: Target, partials: Mapping[int, Partial], responses: Mapping[int, bytes]) -> Proof:
    """The proof that is published, not yet checked.

    Args:
        target: what is opened.
        partials: of each guardian who takes part, by index.
        responses: v_i of the same guardians.
    """
    combined = combine(partials)
    return Proof(combined.share, challenge(target, combined), add_shares(responses[i] for i in partials))


def check_proof(target: Target, proof: Proof, where: str = "") -> None:
    """Returns if M is P(0)·A: a = v·G + c·K, b = v·A + c·M, and c is the challenge over them.

    Raises:
        Malformed: a point or a scalar is not one.
        Unproven: the proof fails.
    """
    v, c = check_scalar(proof.response, where), check_scalar(proof.challenge, where)
    # Algorithm (ElectionGuard 2.1.0, 3.6.5, Verification 10)
    if c != challenge(target, Partial(proof.share, *_commitments(target, v, c, target.key, proof.share))):
        raise Unproven(
            Sentence("a proof that the guardians opened option {number} rightly", {"number": target.option + 1}),
            Sentence("one that fails"),
            Sentence("Do not use this number; ask the guardians which of them answered falsely, and open again."),
            where,
        )


def is_honest(target: Target, partials: Mapping[int, Partial], guardian: int, response: bytes, public: bytes) -> bool:
    """Whether one guardian's answer is the one that its public share proves; for naming who cheated.

    a_i = v_i·G + c·w_i·S_i and b_i = v_i·A + c·w_i·M_i, with the public share S_i = P(i)·G.

    Args:
        target: what is opened.
        partials: of all who take part, by index.
        guardian: whose answer.
        response: v_i.
        public: S_i.
    """
    part = partials[guardian]
    weight = from_int(lagrange(list(partials))[guardian])
    weighted = mul_scalars(challenge(target, combine(partials)), weight)
    return _commitments(target, response, weighted, public, part.share) == (part.a, part.b)


def _commitments(target: Target, v: bytes, c: bytes, public: bytes, share: bytes) -> tuple[bytes, bytes]:
    """v·G + c·S and v·A + c·M, where S and M have one logarithm to the bases G and A."""
    alpha = FixedPoint(target.alpha)
    a = schnorr(v, c, to_edwards(public))
    b = edwards_total([alpha.edwards_times(v), secret_times(c, to_edwards(share))])
    return from_edwards(a), from_edwards(b)


def check_votes(target: Target, share: bytes, votes: int, where: str = "") -> None:
    """Returns if a number is what M opens: t·K = B - M.

    Raises:
        Malformed: B or M is not a point.
        Unproven: another number.
    """
    if times(from_int(votes), target.key) != subtract(target.beta, share):
        raise Unproven(
            Sentence("the number that the proven share opens, option {number}", {"number": target.option + 1}),
            Sentence("{votes}", {"votes": votes}),
            Sentence("Do not use this number; find it again from the guardians' share."),
            where,
        )


class VotesTable:
    """Finds t from t·K, for small t: baby steps and giant steps (Shanks 1971), on public points alone.

    All multiples lie in the prime-order subgroup of edwards25519, where a point has one encoding, so the steps are
    compared as libsodium writes them.

    Args:
        key: K.
        most: the greatest t that can be; the table has about its square root of entries.
    """

    def __init__(self, key: bytes, most: int) -> None:
        self._most = most
        self._size = isqrt(most) + 1
        fixed = FixedPoint(key)
        self._giant = fixed.edwards_times(from_int(self._size))
        self._steps: dict[bytes, int] = {}
        step = EDWARDS_IDENTITY
        for number in range(self._size):
            self._steps[step] = number
            step = crypto_core_ed25519_add(step, fixed.edwards)

    def find(self, point: bytes, where: str = "") -> int:
        """The t with t·K = the point.

        Raises:
            Unproven: there is none up to the most.
        """
        left = to_edwards(point)
        for giants in range(self._size + 1):
            votes = giants * self._size + self._steps.get(left, self._most + 1)
            if votes <= self._most:
                return votes
            left = crypto_core_ed25519_sub(left, self._giant)
        raise Unproven(
            Sentence("a number of votes up to {most}", {"most": self._most}),
            Sentence("none that opens the sum"),
            Sentence("Check that the sum is over the ballots that the plan names, all of them proven."),
            where,
        )


def votes_point(target: Target, share: bytes) -> bytes:
    """B - M, which is t·K."""
    return subtract(target.beta, share)
