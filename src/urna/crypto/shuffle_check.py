"""A proof of a shuffle checked by one sum in the kernels (docs/spec/secret-comparison.md, The proof).

All equations are linear in the group. Each gets a fresh 128-bit weight from the verifier's own randomness, drawn after
the proof is fixed, and the sum of all is the identity of ristretto255, or an equation is false. A false one passes with
probability at most 2^-128. `verify/shuffles` checks the same equations one by one and shares no code with this.

    s_1·G = t_1 + c·(Σ c_k - Σ h_i)                 the committed rows sum to one of each
    s_2·G = t_2 + c·(ĉ_N - Πu·H)                    the chain has each u once
    s_3·G + Σ s̃_i·h_i = t_3 + c·Σ u_k·c_k           the u in the chain are in the committed order
    Σ s̃_i·α'_i - s_4·G = t_4 + c·Σ u_k·α_k          each column of the result is the input, encrypted again;
    Σ s̃_i·β'_i - s_4·K = t_4' + c·Σ u_k·β_k         the same order in every column
    ŝ_i·G + s̃_i·ĉ_(i-1) = t̂_i + c·ĉ_i              each link of the chain
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels import engine
from urna.crypto.kernels.engine import Points, Term
from urna.crypto.kernels.tier import Tier
from urna.crypto.ristretto import GENERATOR, IDENTITY
from urna.crypto.scalars import L, check_scalar, from_int, to_int
from urna.crypto.shuffle_transcript import (
    ShuffleProof,
    Statement,
    check_statement,
    generators,
    proof_challenge,
    row_challenges,
)
from urna.errors import Malformed, Unproven
from urna.words import Sentence

Rows: TypeAlias = npt.NDArray[np.uint8]
Coefficients: TypeAlias = Callable[[int], bytes]
"""So many fresh random bytes that nobody could foresee when the proof was made."""

_WEIGHT_BYTES = 16
_WEIGHT_BITS = 128


def check_shuffle(
    statement: Statement, proof: ShuffleProof, coefficients: Coefficients, tier: Tier | None = None, where: str = ""
) -> None:
    """Returns if the statement is proven.

    Args:
        statement: what is to be proven.
        proof: as it was published.
        coefficients: called after everything else is given.
        tier: the kernels to use; None for the fastest here.
        where: the mixer or file to name in an error.

    Raises:
        Malformed: lists of different sizes, the identity as key, or something that is not a point or a scalar.
        Unproven: an equation is false.
    """
    check_statement(statement, where)
    check_key(statement.key, where)
    for scalar in (*proof.s, *proof.s_rows, *proof.s_chain, *proof.s_order):
        check_scalar(scalar, where)
    points = _decoded(statement, proof, tier)
    seed, u = row_challenges(statement, proof.c)
    c = proof_challenge(seed, (proof.chain, proof.t, proof.t_rows, proof.t_chain))
    weights = _Weights.draw(statement, coefficients)
    if not engine.terms_are_identity(_terms(points, proof, _Values(_rows(u), u, c), weights), tier):
        raise Unproven(
            Sentence("rows that are proven to be the ones before them in another order"),
            Sentence("a proof that fails"),
            Sentence("Do not use these rows; let another mixer take the rows before them."),
            where,
        )


def check_key(key: bytes, where: str = "") -> None:
    """Returns if it may be a key; that it is a point is not looked at.

    Raises:
        Malformed: the identity, to which everything is encrypted alike.
    """
    if key == IDENTITY:
        raise Malformed(
            Sentence("the guardians' joint key"),
            Sentence("the identity, whose secret everybody knows"),
            Sentence("Take the key from the ceremony's record."),
            where,
        )


class _Decoded(NamedTuple):
    """All points of the statement and the proof."""

    before: Points
    after: Points
    h: Points
    """h_1 … h_N."""
    c: Points
    chain: Points
    """H, which is ĉ_0, and ĉ_1 … ĉ_N."""
    t: Points
    """t_1 … t_4."""
    t_chain: Points
    bases: Points
    """G, K."""


class _Values(NamedTuple):
    """What is recomputed: u as rows and as bytes, and the challenge."""

    u: Rows
    u_bytes: Sequence[bytes]
    c: bytes


class _Weights(NamedTuple):
    """A fresh number of 128 bits for each equation, shape (n, 32)."""

    t: Rows
    """Of the first three and of t_4, 3 + 2w of them."""
    chain: Rows
    """Of the N links."""

    @classmethod
    def draw(cls, statement: Statement, coefficients: Coefficients) -> "_Weights":
        return cls(*(_fresh(size, coefficients) for size in (3 + 2 * statement.before.width, statement.before.size)))


def _decoded(statement: Statement, proof: ShuffleProof, tier: Tier | None) -> _Decoded:
    h = generators(statement.before.size)
    return _Decoded(
        *(
            engine.check_points(_rows(each), tier)
            for each in (
                (statement.before.data,),
                (statement.after.data,),
                h[1:],
                proof.c,
                (h[0], *proof.chain),
                (*proof.t, *proof.t_rows),
                proof.t_chain,
                (GENERATOR, statement.key),
            )
        )
    )


def _terms(points: _Decoded, proof: ShuffleProof, values: _Values, weights: _Weights) -> list[Term]:
    """Right side less left side of every equation, each times its weight, by the points that are multiplied."""
    one, two, three, *columns = _ints(weights.t)
    c, count = to_int(values.c), len(proof.c)
    s_order, per_column = _rows(proof.s_order), _rows(map(from_int, columns))
    product = reduce(lambda so_far, u: so_far * to_int(u) % L, values.u_bytes, 1)
    links = np.zeros((count + 1, 32), np.uint8)
    links[1:] = _times(weights.chain, c)
    links[:-1] = engine.subtract_scalars(links[:-1], engine.multiply_scalars(weights.chain, s_order))
    links[-1:] = _plus(links[-1:], two * c)
    links[:1] = _plus(links[:1], -two * c * product)
    return [
        Term(points.before, _in_columns(_times(values.u, c), per_column)),
        Term(points.after, _in_columns(_times(s_order, -1), per_column)),
        Term(points.h, _plus(_times(s_order, -three), -one * c)),
        Term(points.c, _plus(_times(values.u, three * c), one * c)),
        Term(points.chain, links),
        Term(points.t, weights.t, _WEIGHT_BITS),
        Term(points.t_chain, weights.chain, _WEIGHT_BITS),
        Term(points.bases, _bases(proof, weights)),
    ]


def _bases(proof: ShuffleProof, weights: _Weights) -> Rows:
    """What G and K are multiplied by."""
    first, columns = _ints(weights.t[:3]), _ints(weights.t[3:])
    s_rows = [to_int(each) for each in proof.s_rows]
    g = _inner(columns[0::2], s_rows) - _inner(first, [to_int(each) for each in proof.s])
    g -= _inner(_ints(weights.chain), [to_int(each) for each in proof.s_chain])
    return _rows((from_int(g), from_int(_inner(columns[1::2], s_rows))))


# ---------------------------------------------------------------- rows of public scalars


def _in_columns(scalars: Rows, columns: Rows) -> Rows:
    """Each row's scalar times each column's weight, row after row."""
    repeated = np.repeat(scalars, len(columns), axis=0)
    return engine.multiply_scalars(repeated, np.tile(columns, (len(scalars), 1)))


def _times(scalars: Rows, number: int) -> Rows:
    return engine.multiply_scalars(scalars, _same(number, len(scalars)))


def _plus(scalars: Rows, number: int) -> Rows:
    return engine.add_scalars(scalars, _same(number, len(scalars)))


def _same(number: int, count: int) -> Rows:
    return _rows((from_int(number),) * count)


def _fresh(count: int, coefficients: Coefficients) -> Rows:
    drawn = np.frombuffer(coefficients(_WEIGHT_BYTES * count), np.uint8).reshape(count, _WEIGHT_BYTES)
    return np.concatenate([drawn, np.zeros_like(drawn)], axis=1)


def _rows(values: Iterable[bytes]) -> Rows:
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, 32)


def _ints(scalars: Rows) -> list[int]:
    return [to_int(each.tobytes()) for each in scalars]


def _inner(left: Iterable[int], right: Iterable[int]) -> int:
    return sum(map(operator.mul, left, right))
