"""Many points multiplied by one secret, with one proof for all of them.

    S = s·G        published before; s is a guardian's share of the key, or drawn to blind a list
    Q_j = s·P_j    of every point in a list
    X, Y           Σ ρ_j·P_j and Σ ρ_j·Q_j, with ρ_j from a hash over both lists
    c, v           v = u - c·s, and c a hash over u·G and u·X

If one Q_j were another multiple, Y = s·X would hold for at most one in L of the ρ_j. Source: Chaum and Pedersen 1992,
with the batching of Bellare, Garay, Rabin 1998; docs/spec/secret-comparison.md, One factor for many points.
"""

import hashlib
from typing import NamedTuple

from urna.crypto.group import FixedPoint, base_times, edwards_total, encode_all, secret_times
from urna.crypto.mac import join_parts
from urna.crypto.point_lists import FixedPoints, quarter
from urna.crypto.ristretto import IDENTITY, POINT_BYTES, from_edwards, to_edwards
from urna.crypto.scalars import check_scalar, hash_to_scalar, mul, sub
from urna.crypto.threshold import Entropy, draw_scalar, index_bytes, schnorr
from urna.errors import Malformed, Unproven
from urna.words import Sentence

_LISTS = b"urna/same-factor/1/lists"
_WEIGHT = "urna/same-factor/1/weight"
_CHALLENGE = "urna/same-factor/1/challenge"


class Multiplied(NamedTuple):
    """The statement: each of the multiples is the point at its place times the logarithm of `public`."""

    context: bytes
    """32 bytes: what this is for; a proof for another context fails."""
    public: bytes
    """S, not the identity."""
    points: bytes
    """Canonical encodings one after the other, one or more."""
    multiples: bytes
    """As many."""


class FactorProof(NamedTuple):
    """Two scalars."""

    challenge: bytes
    response: bytes


def multiply_all(factor: bytes, points: bytes) -> bytes:
    """Each point times the secret factor, a result that is published.

    Raises:
        Malformed: something that is not a point.
    """
    bases = FixedPoints(points)
    return b"".join(encode_all(list(bases.edwards_times([quarter(factor)] * len(bases)))))


def prove_factor(statement: Multiplied, factor: bytes, entropy: Entropy) -> FactorProof:
    """The proof; right only if the multiples were made with this factor, and S too.

    Args:
        statement: what is proven.
        factor: s.
        entropy: fresh random bytes.
    """
    seed, x, _ = _weighted(statement)
    u = draw_scalar(entropy)
    c = hash_to_scalar(_CHALLENGE, seed, base_times(u), FixedPoint(x).times(u))
    return FactorProof(c, sub(u, mul(c, factor)))


def check_factor(statement: Multiplied, proof: FactorProof, where: str = "") -> None:
    """Returns if the statement is proven.

    Raises:
        Malformed: no points, another number of multiples, S the identity, or something that is not a point or scalar.
        Unproven: the proof fails.
    """
    c, v = check_scalar(proof.challenge, where), check_scalar(proof.response, where)
    size = len(statement.points)
    if statement.public == IDENTITY or not size or size % POINT_BYTES or len(statement.multiples) != size:
        raise Malformed(
            Sentence("multiples of {count} points by a factor other than 0", {"count": size // POINT_BYTES}),
            Sentence("{count} multiples", {"count": len(statement.multiples) // POINT_BYTES}),
            Sentence("Ask the guardian for the file as it was written."),
            where,
        )
    seed, x, y = _weighted(statement)
    a = schnorr(v, c, to_edwards(statement.public, where))
    b = edwards_total([secret_times(v, to_edwards(x)), secret_times(c, to_edwards(y))])
    if c != hash_to_scalar(_CHALLENGE, seed, from_edwards(a), from_edwards(b)):
        raise Unproven(
            Sentence("points that are all multiplied by one factor, the published one"),
            Sentence("a proof that fails"),
            Sentence("Do not use these points; ask this guardian to begin again, or go on without this one."),
            where,
        )


def _weighted(statement: Multiplied) -> tuple[bytes, bytes, bytes]:
    """The seed, X and Y."""
    import numpy as np  # noqa: PLC0415 - with numba over a second to load, and most commands need neither

    from urna.crypto.kernels.engine import check_points, multi_scalar  # noqa: PLC0415 - the same

    seed = hashlib.sha256(join_parts(_LISTS, *statement)).digest()
    count = len(statement.points) // POINT_BYTES
    weights = b"".join(hash_to_scalar(_WEIGHT, seed, index_bytes(j)) for j in range(count))
    scalars, *lists = (
        np.frombuffer(each, np.uint8).reshape(-1, POINT_BYTES)
        for each in (weights, statement.points, statement.multiples)
    )
    x, y = (multi_scalar(check_points(each), scalars) for each in lists)
    return seed, x, y
