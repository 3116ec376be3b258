"""Proving that rows were shuffled rightly, saying nothing of the order (docs/spec/secret-comparison.md, The proof).

1. Commit to the order: c_k for each row of the input. Only now are the row challenges u known.
2. Build the chain ĉ over the u in the new order: it ends at the product of all u, so each is there once.
3. Commit to t: what the answers to the last challenge will be compared with.
4. Draw the challenge from a hash over everything, and answer.

Source: Terelius and Wikström, "Proofs of Restricted Shuffles" (2010), as in Haenni, Locher, Koenig, Dubuis (2017), for
rows of w ciphertexts; the chain from two fixed bases as in Haenni and Locher (2020). Secrets go through libsodium
alone; places in lists are as much as Python can hide (docs/spec/security.md, Constant time and memory).
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from nacl.bindings import crypto_core_ed25519_add

from urna.crypto.group import FixedPoint, base_edwards, edwards_total, encode_all
from urna.crypto.point_lists import FixedPoints, quarter, to_any_edwards_all
from urna.crypto.scalars import ONE, ZERO, add, mul, negate
from urna.crypto.shuffle import ShuffleSecret, check_secret
from urna.crypto.shuffle_transcript import (
    ShuffleProof,
    Statement,
    check_statement,
    columns,
    generators,
    proof_challenge,
    row_challenges,
)
from urna.crypto.threshold import Entropy, draw_scalar

Scalars = Sequence[bytes]


def prove_shuffle(statement: Statement, secret: ShuffleSecret, entropy: Entropy) -> ShuffleProof:
    """The proof. It is right only if `statement.after` was made with this secret; it is not checked.

    Args:
        statement: what is proven.
        secret: the order and the factors.
        entropy: fresh random bytes.

    Raises:
        Malformed: something in the statement is not a point, or the lists differ in size.
        ValueError: a secret for other rows.
    """
    check_statement(statement)
    check_secret(statement.before, secret)
    count = statement.before.size
    bases = _Bases(statement)
    r = _draw(count, entropy)
    c = _commit_to_order(bases, secret.order, r)
    seed, u = row_challenges(statement, c)
    u_new = [u[source] for source in secret.order]
    r_chain = _draw(count, entropy)
    chain = _chain(u_new, r_chain)
    hidden = _Hidden.draw(statement, entropy)
    points = encode_all([*_chain_points(bases, chain), *_t_points(bases, statement, hidden, chain)])
    width = statement.before.width
    cuts = (0, count, count + 3, count + 3 + 2 * width, len(points))
    parts = [tuple(points[first:end]) for first, end in pairwise(cuts)]
    challenge = proof_challenge(seed, parts)
    known = _Known(
        s=(_sum(r), chain.g[-1], _inner(u, r)),
        s_rows=[_inner(u_new, [row[column] for row in secret.factors]) for column in range(width)],
        s_chain=r_chain,
        s_order=u_new,
    )
    return ShuffleProof(tuple(c), *parts, *_answers(hidden, known, challenge))


class _Bases:
    """The public points that secrets are multiplied with."""

    def __init__(self, statement: Statement) -> None:
        encoded = generators(statement.before.size)
        self.key = FixedPoint(statement.key)
        self.h = FixedPoint(encoded[0])
        self.h_any = to_any_edwards_all(b"".join(encoded[1:]))
        self.h_rows = FixedPoints(b"".join(encoded[1:]))
        self.after = FixedPoints(statement.after.data)


class _Known(NamedTuple):
    """What the proof shows knowledge of, part by part as it is answered for."""

    s: Scalars
    """r̄, r̂, r: of the sum of c, of the end of the chain, of the sum of c weighted with u."""
    s_rows: Scalars
    """Of each column, the factors weighted with u in the new order."""
    s_chain: Scalars
    s_order: Scalars
    """u in the new order."""


class _Hidden(NamedTuple):
    """The ω behind which each of them is hidden, drawn for one proof."""

    s: Scalars
    s_rows: Scalars
    s_chain: Scalars
    s_order: Scalars

    @classmethod
    def draw(cls, statement: Statement, entropy: Entropy) -> "_Hidden":
        count, width = statement.before.size, statement.before.width
        return cls(*(_draw(size, entropy) for size in (3, width, count, count)))


class _Chain(NamedTuple):
    """ĉ_i = g_i·G + h_i·H, for i from 0; ĉ_0 = H. Two fixed bases, so no link waits for the one before."""

    g: Scalars
    h: Scalars


def _commit_to_order(bases: _Bases, order: Sequence[int], r: Scalars) -> list[bytes]:
    """c_k = r_k·G + h_i, if row k of the input is row i of the result."""
    points = [b""] * len(order)
    for h, source in zip(bases.h_any, order, strict=True):
        points[source] = crypto_core_ed25519_add(base_edwards(r[source]), h)
    return encode_all(points)


def _chain(u_new: Scalars, r_chain: Scalars) -> _Chain:
    """ĉ_i = r̂_i·G + ũ_i·ĉ_(i-1)."""
    g, h = [ZERO], [ONE]
    for u, r in zip(u_new, r_chain, strict=True):
        g.append(add(r, mul(u, g[-1])))
        h.append(mul(u, h[-1]))
    return _Chain(g, h)


def _chain_points(bases: _Bases, chain: _Chain) -> Iterable[bytes]:
    return (_on_two_bases(bases, g, h) for g, h in zip(chain.g[1:], chain.h[1:], strict=True))


def _t_points(bases: _Bases, statement: Statement, hidden: _Hidden, chain: _Chain) -> Iterable[bytes]:
    """t_1, t_2, t_3, then t_4 column by column, then t̂."""
    quarters = [quarter(each) for each in hidden.s_order]
    yield base_edwards(hidden.s[0])
    yield base_edwards(hidden.s[1])
    yield edwards_total([base_edwards(hidden.s[2]), *bases.h_rows.edwards_times(quarters)])
    width = statement.before.width
    for column, place in columns(width):
        less = negate(hidden.s_rows[column])
        for own, factor in ((place, base_edwards(less)), (place + 1, bases.key.edwards_times(less))):
            yield edwards_total([factor, *bases.after.edwards_times(quarters, own, 2 * width)])
    for omega, omega_order, g, h in zip(hidden.s_chain, hidden.s_order, chain.g[:-1], chain.h[:-1], strict=True):
        yield _on_two_bases(bases, add(omega, mul(omega_order, g)), mul(omega_order, h))


def _on_two_bases(bases: _Bases, g: bytes, h: bytes) -> bytes:
    return crypto_core_ed25519_add(base_edwards(g), bases.h.edwards_times(h))


def _answers(hidden: _Hidden, known: _Known, challenge: bytes) -> list[tuple[bytes, ...]]:
    """Of each secret x: s = ω + c·x."""
    return [
        tuple(add(omega, mul(challenge, x)) for omega, x in zip(omegas, xs, strict=True))
        for omegas, xs in zip(hidden, known, strict=True)
    ]


def _draw(count: int, entropy: Entropy) -> list[bytes]:
    return [draw_scalar(entropy) for _ in range(count)]


def _sum(values: Iterable[bytes]) -> bytes:
    return reduce(add, values, ZERO)


def _inner(left: Scalars, right: Scalars) -> bytes:
    """Σ a_i·b_i."""
    return _sum(map(mul, left, right))
