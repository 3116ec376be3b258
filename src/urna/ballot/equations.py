"""The equations of a ballot's proofs, through libsodium alone: which commitments its responses belong to.

    range proof, branch j over (A, B)    a_j = v_j·G + c_j·A     b_j = (v_j - j·c_j)·K + c_j·B
    proof of a data nonce                â = v̂·G + c·α̂

(A, B) is the sum of the ciphertexts that the proof is over. The parts c_j of a proof sum to the ballot's challenge c,
so the last one is not written but follows. No kernel is used here: this is the second opinion on them.
"""

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

from urna.ballot.context import BallotContext
from urna.ballot.shape import POINT_BYTES, SCALAR_BYTES, BallotShape
from urna.crypto import scalars
from urna.crypto.group import base_edwards, edwards_total, secret_times
from urna.crypto.ristretto import to_edwards


class RangeResponses(NamedTuple):
    """What one range proof of 0..R answers."""

    parts: tuple[bytes, ...]
    """c_0 … c_R, the last one derived."""
    responses: tuple[bytes, ...]
    """v_0 … v_R."""


class Statement(NamedTuple):
    """What a ballot's proofs are about, in Edwards encodings of representatives."""

    alphas: tuple[bytes, ...]
    """α of each option."""
    betas: tuple[bytes, ...]
    """β of each option."""
    data: tuple[bytes, ...]
    """α̂ of each contest with data."""


def read_statement(context: BallotContext, ciphertexts: bytes, data: bytes, where: str = "") -> Statement:
    """The points of the ciphertexts and contest data.

    Args:
        context: of the ballot.
        ciphertexts: of the length that the shape has.
        data: contest data, of the length that the shape has.
        where: the ballot, to name in an error.

    Raises:
        Malformed: one of them is not the canonical encoding of a point; the option or contest is named.
    """
    names = [_place(where, name) for name in context.option_names]
    points = cut(ciphertexts)
    alphas, betas = map(to_edwards, points[::2], names), map(to_edwards, points[1::2], names)
    hats = (to_edwards(data[at : at + POINT_BYTES], _place(where, name)) for name, at in data_places(context.shape))
    return Statement(tuple(alphas), tuple(betas), tuple(hats))


def read_responses(
    shape: BallotShape, responses: bytes, challenge: bytes
) -> tuple[tuple[RangeResponses, ...], tuple[bytes, ...]]:
    """The answers of the range proofs, and those of the data proofs.

    Args:
        shape: of the ballot.
        responses: of the length that the shape has; canonical scalars.
        challenge: c, which the last part of each proof follows from.
    """
    values = iter(cut(responses))
    proofs = tuple(_range_responses(values, limit, challenge) for limit in shape.proof_limits)
    return proofs, tuple(values)


def equations(
    context: BallotContext, statement: Statement, responses: bytes, challenge: bytes
) -> Iterator[tuple[str, bytes]]:
    """What each commitment has to be, in the order of the committed form: its name and its Edwards encoding."""
    proofs, data = read_responses(context.shape, responses, challenge)
    for name, over, proof in zip(context.proof_names, context.proof_sums, proofs, strict=True):
        alpha = edwards_total([statement.alphas[option] for option in over])
        beta = edwards_total([statement.betas[option] for option in over])
        yield from _branches(context, name, alpha, beta, proof)
    for (name, _), alpha_hat, response in zip(data_places(context.shape), statement.data, data, strict=True):
        yield f"{name}, proof", _sum_of(base_edwards(response), secret_times(challenge, alpha_hat))


def data_places(shape: BallotShape) -> Iterator[tuple[str, int]]:
    """Contests with data: "contest SENATE, data", and where its α̂ begins in the ballot's contest data."""
    at = 0
    for contest in shape.contests:
        if contest.data_bytes:
            yield f"contest {contest.contest}, data", at
            at += POINT_BYTES + contest.data_bytes


def cut(data: bytes) -> list[bytes]:
    """Points or scalars that stand one after the other."""
    return [data[at : at + SCALAR_BYTES] for at in range(0, len(data), SCALAR_BYTES)]


def _range_responses(values: Iterator[bytes], limit: int, challenge: bytes) -> RangeResponses:
    parts = [next(values) for _ in range(limit)]
    last = reduce(scalars.sub, parts, challenge)
    return RangeResponses((*parts, last), tuple(next(values) for _ in range(limit + 1)))


# Algorithm (ElectionGuard 2.1.0, 3.3.5, over ristretto255)
def _branches(
    context: BallotContext, name: str, alpha: bytes, beta: bytes, proof: RangeResponses
) -> Iterator[tuple[str, bytes]]:
    for j, (c, v) in enumerate(zip(*proof, strict=True)):
        w = scalars.sub(v, scalars.mul(scalars.from_int(j), c))
        yield f"{name}, branch {j}, a", _sum_of(base_edwards(v), secret_times(c, alpha))
        yield f"{name}, branch {j}, b", _sum_of(context.votes_key.edwards_times(w), secret_times(c, beta))


def _sum_of(*points: bytes) -> bytes:
    return edwards_total(points)


def _place(where: str, name: str) -> str:
    return f"{where}: {name}" if where else name
