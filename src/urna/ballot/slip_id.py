"""A slip's id: random, on the paper for machines alone, and encrypted beside the ballot, contest by contest.

    slip          16 random bytes, printed on the paper and nowhere else
    contest id    16 bytes for each contest, a hash of slip and contest: rows of two contests cannot be joined by it
    P             the point that the contest id is hashed to; nobody knows its logarithm
    A, B          η·G, η·K + P, with a proof that η is known, bound to this one ballot and contest

Whoever copies or varies somebody else's ciphertext knows no η, so no row can follow another one through the shuffle.
Source: docs/spec/secret-comparison.md, The id of a slip.
"""

import hashlib
from typing import NamedTuple

from nacl.bindings import crypto_core_ed25519_add

from urna.crypto.elgamal import Ciphertext
from urna.crypto.group import FixedPoint, base_edwards, base_times, encode_all
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import check_point, from_edwards, hash_to_point, to_any_edwards, to_edwards
from urna.crypto.scalars import check_scalar, hash_to_scalar, mul, sub
from urna.crypto.threshold import Entropy, draw_scalar, schnorr
from urna.encoding.canonical import Code
from urna.errors import Malformed, Unproven
from urna.words import Sentence

SLIP_BYTES = 16

_CONTEST = b"urna/slip-id/1/contest"
_POINT = b"urna/slip-id/1/point"
_PROOF = "urna/slip-id/1/proof"


class Bound(NamedTuple):
    """The ballot and the contest that an encrypted id belongs to; all of it is in the proof's hash."""

    context: bytes
    """32 bytes: election, guardians' keys, station and style (`ballot/context`)."""
    contest: Code
    ballot_hash: bytes
    """32 bytes: SHA-256 of the ballot's compact form, and so its id and all its ciphertexts."""


class EncryptedId(NamedTuple):
    """What is published beside the ballot: four times 32 bytes for each contest."""

    ciphertext: Ciphertext
    challenge: bytes
    response: bytes


def contest_id(slip: bytes, contest: Code) -> bytes:
    """The id of the slip's row in one contest, 16 bytes.

    Raises:
        Malformed: a slip's bytes of another length.
    """
    return hashlib.sha256(join_parts(_CONTEST, _sixteen(slip), contest.encode())).digest()[:SLIP_BYTES]


def id_point(id_of_contest: bytes) -> bytes:
    """P. The time it takes depends on the id, which says nothing of the vote.

    Raises:
        Malformed: an id of another length.
    """
    return hash_to_point(hashlib.sha512(join_parts(_POINT, _sixteen(id_of_contest))).digest())


def encrypt_id(key: FixedPoint, bound: Bound, id_of_contest: bytes, entropy: Entropy) -> EncryptedId:
    """The id encrypted, with its proof.

    Args:
        key: K.
        bound: the ballot and the contest.
        id_of_contest: 16 bytes, `contest_id`.
        entropy: fresh random bytes.
    """
    nonce, u = draw_scalar(entropy), draw_scalar(entropy)
    beta = crypto_core_ed25519_add(key.edwards_times(nonce), to_any_edwards(id_point(id_of_contest)))
    ciphertext = Ciphertext(*encode_all([base_edwards(nonce), beta]))
    c = _challenge(key.point, bound, ciphertext, base_times(u))
    return EncryptedId(ciphertext, c, sub(u, mul(c, nonce)))


def check_id(key: bytes, bound: Bound, encrypted: EncryptedId, where: str = "") -> None:
    """Returns if whoever encrypted the id knew its nonce, and did it for this ballot and contest.

    Which id it is, nothing says: a false one makes a row without a paper, and counts as such when it is drawn.

    Raises:
        Malformed: a point or a scalar is not one.
        Unproven: the proof fails.
    """
    check_point(encrypted.ciphertext.beta, where)
    c, v = check_scalar(encrypted.challenge, where), check_scalar(encrypted.response, where)
    a = from_edwards(schnorr(v, c, to_edwards(encrypted.ciphertext.alpha, where)))
    if c != _challenge(key, bound, encrypted.ciphertext, a):
        raise Unproven(
            Sentence("an encrypted slip id that is proven to belong to its ballot"),
            Sentence("a proof that fails"),
            Sentence("Treat this ballot's id as forged, and tell the authority; its card counts as one without a row."),
            where,
        )


def _challenge(key: bytes, bound: Bound, ciphertext: Ciphertext, a: bytes) -> bytes:
    return hash_to_scalar(_PROOF, bound.context, key, bound.contest.encode(), bound.ballot_hash, *ciphertext, a)


def _sixteen(data: bytes) -> bytes:
    if len(data) != SLIP_BYTES:
        raise Malformed(
            Sentence("a slip's id of {size} bytes", {"size": SLIP_BYTES}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Read the paper's code again."),
        )
    return data
