"""The two forms of an encrypted ballot (docs/spec/protocol.md, Two forms of one ballot).

    compact      id, c, ciphertexts, contest data, responses
    committed    id, ciphertexts, contest data, responses, commitments

    ciphertexts     α, β of each option in the order of the shape
    contest data    α̂ and the data, of each contest that has data
    responses       of each range proof c_0 … c_(R-1), v_0 … v_R; then v̂ of each contest with data
    commitments     of each range proof a_0, b_0 … a_R, b_R; then â of each contest with data

All lengths follow from the shape. Each form is computed from the other, so both are self-checking, and a ballot has one
hash whichever form carries it.
"""

from typing import NamedTuple

from urna.ballot.context import BallotContext
from urna.ballot.equations import cut, equations, read_statement
from urna.ballot.shape import SCALAR_BYTES, BallotShape
from urna.crypto.ristretto import from_edwards
from urna.crypto.scalars import check_scalar, hash_to_scalar
from urna.encoding.canonical import Code, Hash, digest
from urna.errors import Malformed, Unproven
from urna.words import Sentence

ID_BYTES = 16
"""A ballot's id, with which both forms begin."""

_LABEL = "urna/protocol/1/challenge"


class EncryptedBallot(NamedTuple):
    """A ballot's public bytes, cut into their parts."""

    ballot: bytes
    """Its id, 16 bytes."""
    challenge: bytes
    """c, which all of its proofs share."""
    ciphertexts: bytes
    data: bytes
    responses: bytes
    commitments: bytes

    def compact(self) -> bytes:
        """The short form: the commitments are computed again from the responses."""
        return b"".join((self.ballot, self.challenge, self.ciphertexts, self.data, self.responses))

    def committed(self) -> bytes:
        """The form that verifies fast: the challenge is computed again from the commitments."""
        return b"".join((self.ballot, self.ciphertexts, self.data, self.responses, self.commitments))

    def __repr__(self) -> str:
        """The id."""
        return f"EncryptedBallot({self.ballot.hex()})"


def compact_bytes(shape: BallotShape) -> int:
    """The length of the compact form."""
    return ID_BYTES + SCALAR_BYTES + shape.ciphertext_bytes + shape.data_bytes_total + shape.response_bytes


def committed_bytes(shape: BallotShape) -> int:
    """The length of the committed form."""
    return compact_bytes(shape) - SCALAR_BYTES + shape.commitment_bytes


def read_committed(context: BallotContext, committed: bytes, where: str = "") -> EncryptedBallot:
    """The parts of a committed form, and its challenge. Nothing is proven by reading it.

    Raises:
        Malformed: another length.
    """
    shape = context.shape
    lengths = (ID_BYTES, shape.ciphertext_bytes, shape.data_bytes_total, shape.response_bytes, shape.commitment_bytes)
    ballot, ciphertexts, data, responses, commitments = _parts(shape.style, committed, lengths, where)
    challenge = ballot_challenge(context, ballot, ciphertexts, data, commitments)
    return EncryptedBallot(ballot, challenge, ciphertexts, data, responses, commitments)


def read_compact(context: BallotContext, compact: bytes, where: str = "") -> EncryptedBallot:
    """The parts of a compact form, its commitments computed again; all of its proofs hold if this returns.

    Raises:
        Malformed: another length, or something in it is not the canonical encoding of a point or scalar.
        Unproven: its proofs do not belong to its ciphertexts, id, station or style.
    """
    shape = context.shape
    lengths = (ID_BYTES, SCALAR_BYTES, shape.ciphertext_bytes, shape.data_bytes_total, shape.response_bytes)
    ballot, challenge, ciphertexts, data, responses = _parts(shape.style, compact, lengths, where)
    for scalar in (challenge, *cut(responses)):
        check_scalar(scalar, where)
    statement = read_statement(context, ciphertexts, data, where)
    commitments = b"".join(from_edwards(each) for _, each in equations(context, statement, responses, challenge))
    if ballot_challenge(context, ballot, ciphertexts, data, commitments) != challenge:
        raise Unproven(
            Sentence("a ballot of this station and style whose proofs hold"),
            Sentence("one whose challenge is another than its own contents give"),
            Sentence("Treat this ballot as forged, and tell the authority."),
            where,
        )
    return EncryptedBallot(ballot, challenge, ciphertexts, data, responses, commitments)


def ballot_challenge(
    context: BallotContext, ballot: bytes, ciphertexts: bytes, data: bytes, commitments: bytes
) -> bytes:
    """The challenge c of the whole ballot (docs/spec/protocol.md, Encrypting 7)."""
    return hash_to_scalar(_LABEL, context.context, ballot, ciphertexts, data, commitments)


def ballot_hash(compact: bytes) -> Hash:
    """SHA-256 of the compact form."""
    return digest(compact)


def _parts(style: Code, data: bytes, lengths: tuple[int, ...], where: str) -> list[bytes]:
    """The bytes, cut at these lengths."""
    if len(data) != sum(lengths):
        raise Malformed(
            Sentence("an encrypted ballot of style {style}, {size} bytes", {"style": style, "size": sum(lengths)}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Ask whoever made it for the file as it was written."),
            where,
        )
    ends = [sum(lengths[: number + 1]) for number in range(len(lengths))]
    return [data[end - length : end] for end, length in zip(ends, lengths, strict=True)]
