"""A key that n guardians hold together, so that any k of them can use it and k - 1 know nothing of it.

    P_i      guardian i's secret polynomial of k coefficients a_{i,0} … a_{i,k-1}
    K_{i,j}  a_{i,j}·G, published with a proof that i knows a_{i,j}
    P_i(l)   what i gives guardian l; l checks it against the K_{i,j}
    P(l)     the sum over all i: what l keeps. P(0) would be the key itself, and nobody ever computes it

Sources: Shamir 1979, Feldman 1987, Pedersen 1991; ElectionGuard 2.1.0, 3.2.2; docs/spec/protocol.md,
Keys. Coefficients and shares go through libsodium alone; indices, points and Lagrange coefficients are public.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from urna.crypto.group import base_edwards, base_times, edwards_total, secret_times, total
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import EDWARDS_IDENTITY, IDENTITY, check_point, from_edwards, to_edwards
from urna.crypto.scalars import SCALAR_BYTES, WIDE_BYTES, ZERO, L, check_scalar, from_int, hash_to_scalar, reduce_wide
from urna.crypto.scalars import add as add_scalars
from urna.crypto.scalars import mul as mul_scalars
from urna.crypto.scalars import sub as sub_scalars
from urna.errors import Malformed, Unproven
from urna.words import Sentence

MOST_GUARDIANS = 100
VOTES = b"votes"
DATA = b"data"

_COMMIT = b"urna/protocol/1/commit"
_POSSESSION = "urna/protocol/1/possession"
_POSSESSION_NONCE = "urna/protocol/1/possession-nonce"

Entropy = Callable[[int], bytes]
"""Fresh random bytes, as many as are asked for."""


class Possession(NamedTuple):
    """A Schnorr proof that a coefficient is known: c = hash(statement, v·G + c·K_{i,j})."""

    challenge: bytes
    response: bytes


class Holder(NamedTuple):
    """All that one guardian publishes, and so all that each proof of possession is bound to."""

    election: bytes
    """The election's identity, 32 bytes."""
    guardian: int
    """From 1."""
    votes: tuple[bytes, ...]
    """K_{i,0} … K_{i,k-1}."""
    data: tuple[bytes, ...]
    """K̂_{i,0} … K̂_{i,k-1}."""

    def points(self, kind: bytes) -> tuple[bytes, ...]:
        """The points of one of the two polynomials, `VOTES` or `DATA`."""
        return self.votes if kind == VOTES else self.data


class Polynomial:
    """A guardian's secret polynomial. It shows in no message and no repr, and can be overwritten.

    Args:
        coefficients: k canonical scalars, the constant one first.
    """

    def __init__(self, coefficients: Iterable[bytes]) -> None:
        self._coefficients = [bytearray(each) for each in coefficients]

    @classmethod
    def draw(cls, threshold: int, entropy: Entropy) -> "Polynomial":
        """A fresh polynomial of `threshold` coefficients."""
        return cls(draw_scalar(entropy) for _ in range(threshold))

    def points(self) -> tuple[bytes, ...]:
        """Each coefficient times G, which is published."""
        return tuple(base_times(bytes(each)) for each in self._coefficients)

    def share(self, index: int) -> bytes:
        """P_i(l), the secret value for guardian l.

        Raises:
            Malformed: l is not 1..100; P_i(0) would be the guardian's part of the key itself.
        """
        x = from_int(check_index(index))
        result = ZERO
        for coefficient in reversed(self._coefficients):
            result = add_scalars(mul_scalars(result, x), bytes(coefficient))
        return result

    def prove(self, holder: Holder, kind: bytes) -> tuple[Possession, ...]:
        """A proof of possession of each coefficient.

        The nonce is a hash of the coefficient and the whole statement, as in Ed25519: the same statement gives the
        same proof, so a file that was lost can be written again, and no nonce ever answers two challenges.
        """
        return tuple(_prove(holder, kind, j, bytes(each)) for j, each in enumerate(self._coefficients))

    def secret_bytes(self) -> bytes:
        """The coefficients one after the other: for the guardian's own locked file."""
        return b"".join(bytes(each) for each in self._coefficients)

    def erase(self) -> None:
        """Overwrites what this object holds. Copies that Python made on the way are beyond its reach."""
        for each in self._coefficients:
            each[:] = bytes(len(each))
        self._coefficients.clear()

    def __repr__(self) -> str:
        """Nothing of it."""
        return "Polynomial(secret)"


def draw_scalar(entropy: Entropy) -> bytes:
    """A uniformly random scalar."""
    return reduce_wide(entropy(WIDE_BYTES))


def check_index(index: int, where: str = "") -> int:
    """The index, if it is a guardian's.

    Raises:
        Malformed: not 1..100. At 0 the polynomial has the key itself.
    """
    if not 1 <= index <= MOST_GUARDIANS:
        raise Malformed(
            Sentence("a guardian's number from 1 to {most}", {"most": MOST_GUARDIANS}),
            Sentence("{index}", {"index": index}),
            Sentence("Use the guardian's place in the definition, the first is 1."),
            where,
        )
    return index


def index_bytes(number: int) -> bytes:
    """A small number as it stands in hashes: 4 bytes big-endian."""
    return number.to_bytes(4, "big")


def coefficients_hash(guardian: int, votes: Sequence[bytes], data: Sequence[bytes]) -> bytes:
    """What a guardian publishes before anybody shows a point (docs/spec/protocol.md, Keys 3); 32 bytes."""
    return hashlib.sha256(join_parts(_COMMIT, index_bytes(check_index(guardian)), *votes, *data)).digest()


def check_points(points: Sequence[bytes], threshold: int, where: str = "") -> None:
    """Returns if these are the points of a polynomial of exactly `threshold` coefficients, none of them zero.

    More coefficients would need more guardians than the definition says, fewer would need fewer.

    Raises:
        Malformed: another number, something that is not a point, or the identity.
    """
    if len(points) != threshold:
        raise Malformed(
            Sentence("exactly {count} points", {"count": threshold}),
            Sentence("{count}", {"count": len(points)}),
            Sentence("Ask this guardian to begin again with the definition that all have."),
            where,
        )
    for point in points:
        if check_point(point, where) == IDENTITY:
            raise Malformed(
                Sentence("points of secret coefficients"),
                Sentence("the identity, whose coefficient everybody knows"),
                Sentence("Ask this guardian to begin again."),
                where,
            )


def check_possession(holder: Holder, kind: bytes, proofs: Sequence[Possession], where: str = "") -> None:
    """Returns if each coefficient of a polynomial is proven to be known.

    Raises:
        Malformed: a scalar of a proof is not one.
        Unproven: another number of proofs, or a proof fails.
    """
    points = holder.points(kind)
    right = len(proofs) == len(points)
    for j, (point, proof) in enumerate(zip(points, proofs, strict=False)):
        check_scalar(proof.challenge, where)
        check_scalar(proof.response, where)
        # Algorithm (ElectionGuard 2.1.0, 3.2.2, Verification 2): h = v·G + c·K_{i,j}
        h = from_edwards(schnorr(proof.response, proof.challenge, to_edwards(point, where)))
        right = right and proof.challenge == _possession_challenge(holder, kind, j, h)
    if not right:
        raise Unproven(
            Sentence("proofs that guardian {guardian} knows what its points hide", {"guardian": holder.guardian}),
            Sentence("one that fails"),
            Sentence("Do not go on with these points: ask this guardian for the file as it was written."),
            where,
        )


def evaluate_points(points: Sequence[bytes], index: int) -> bytes:
    """Σ_j l^j·K_j, which is P(l)·G for the polynomial behind the points."""
    x = from_int(check_index(index))
    result = EDWARDS_IDENTITY
    for point in reversed(points):
        result = edwards_total([secret_times(x, result), to_edwards(point)])
    return from_edwards(result)


def check_share(points: Sequence[bytes], index: int, share: bytes, where: str = "") -> None:
    """Returns if a share is what the published points say: P_i(l)·G = Σ_j l^j·K_{i,j}.

    Raises:
        Malformed: not a scalar.
        Unproven: another value.
    """
    if base_times(check_scalar(share, where)) != evaluate_points(points, index):
        raise Unproven(
            Sentence("the share of guardian {index} that the published points prove", {"index": index}),
            Sentence("another value"),
            Sentence("Publish a complaint; the ceremony begins again without this share."),
            where,
        )


def joint_points(all_points: Sequence[Sequence[bytes]]) -> tuple[bytes, ...]:
    """The points of the sum of all guardians' polynomials; the first of them is the joint key.

    Args:
        all_points: of each guardian as many points.
    """
    return tuple(total(column) for column in zip(*all_points, strict=True))


def add_shares(shares: Iterable[bytes]) -> bytes:
    """The sum modulo the order; P(l) = Σ_i P_i(l) is what guardian l keeps."""
    result = ZERO
    for share in shares:
        result = add_scalars(result, share)
    return result


def lagrange(indices: Sequence[int]) -> dict[int, int]:
    """The coefficients w_i with P(0) = Σ w_i·P(i) for these guardians, as public integers below L.

    Raises:
        Malformed: an index that is not a guardian's, or one twice.

    # Algorithm (ElectionGuard 2.1.0, 3.6.4, eq. 85): w_i = Π l / (l - i) over the others l
    """
    check_indices(indices)
    return {i: _weight(i, [other for other in indices if other != i]) for i in indices}


def check_indices(indices: Sequence[int], where: str = "") -> None:
    """Returns if these are numbers of guardians, each once.

    Raises:
        Malformed: they are not.
    """
    for index in indices:
        check_index(index, where)
    if len(set(indices)) != len(indices):
        raise Malformed(
            Sentence("each guardian once"),
            Sentence("guardians {indices}", {"indices": ", ".join(map(str, indices))}),
            Sentence("Name each guardian who takes part once."),
            where,
        )


def combine_points(shares: dict[int, bytes]) -> bytes:
    """Σ w_i·M_i over the guardians in the dictionary: M = P(0)·A, if they are k or more and each M_i = P(i)·A."""
    weights = lagrange(list(shares))
    edwards = [secret_times(from_int(weights[i]), to_edwards(share)) for i, share in shares.items()]
    return from_edwards(edwards_total(edwards))


def schnorr(response: bytes, challenge: bytes, edwards: bytes) -> bytes:
    """v·G + c·P, what a proof of the logarithm of P was committed to; in Edwards encoding."""
    return edwards_total([base_edwards(response), secret_times(challenge, edwards)])


def _weight(i: int, others: Sequence[int]) -> int:
    above = below = 1
    for l in others:  # noqa: E741 - the letter of the specification
        above, below = above * l % L, below * (l - i) % L
    return above * pow(below, -1, L) % L


def _prove(holder: Holder, kind: bytes, j: int, coefficient: bytes) -> Possession:
    u = hash_to_scalar(_POSSESSION_NONCE, coefficient, *_statement(holder, kind, j))
    c = _possession_challenge(holder, kind, j, base_times(u))
    return Possession(c, sub_scalars(u, mul_scalars(c, coefficient)))


def _possession_challenge(holder: Holder, kind: bytes, j: int, h: bytes) -> bytes:
    return hash_to_scalar(_POSSESSION, *_statement(holder, kind, j), h)


def _statement(holder: Holder, kind: bytes, j: int) -> Iterator[bytes]:
    """Election, guardian, which polynomial, which coefficient and its point, then all points of the guardian."""
    yield holder.election
    yield index_bytes(holder.guardian)
    yield kind
    yield index_bytes(j)
    yield holder.points(kind)[j]
    yield from holder.votes
    yield from holder.data


def scalars_of(data: bytes | bytearray) -> Iterator[bytes]:
    """The scalars that stand one after the other, as `Polynomial.secret_bytes` writes them."""
    return (bytes(data[at : at + SCALAR_BYTES]) for at in range(0, len(data), SCALAR_BYTES))
