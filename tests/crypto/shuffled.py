"""Shuffles for tests: rows under a known key, honest proofs, and a second prover in plain integers that may lie.

The second prover is written from docs/spec/secret-comparison.md and shares nothing with the first but the group. It
draws in the same order, so from the same random bytes both make the same proof.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import NamedTuple

from urna.crypto.elgamal import Ciphertext, encrypt
from urna.crypto.group import FixedPoint, add, base_times, times, total
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import hash_to_point
from urna.crypto.scalars import L, from_int, hash_to_scalar, to_int
from urna.crypto.shuffle import Rows, ShuffleSecret, draw_secret, join_rows, shuffle
from urna.crypto.shuffle_proof import prove_shuffle
from urna.crypto.shuffle_transcript import Statement
from urna.verify.shuffles import Shuffled

KEY_SECRET = from_int(19990815)
KEY = FixedPoint(base_times(KEY_SECRET))
OTHER_KEY = base_times(from_int(4))
CONTEXT = hashlib.sha256(b"a shuffle of the tests").digest()


class Case(NamedTuple):
    """A shuffle with everything that was secret."""

    statement: Statement
    secret: ShuffleSecret
    proof: bytes


def entropy(label: str) -> Callable[[int], bytes]:
    """Bytes that are the same at every run."""
    numbers = count()
    return lambda size: hashlib.shake_256(f"{label} {next(numbers)}".encode()).digest(size)


def some_rows(number: int, width: int, label: str = "rows") -> Rows:
    """Rows with different contents."""
    draw = entropy(f"{label} {number} {width}")
    return join_rows(
        [[encrypt(KEY, 100 * row + column, _scalar(draw)) for column in range(width)] for row in range(number)]
    )


@cache
def honest(number: int, width: int, label: str = "honest") -> Case:
    """A shuffle with its proof, the same at every call."""
    before = some_rows(number, width)
    draw = entropy(f"{label} {number} {width}")
    secret = draw_secret(before, draw)
    statement = Statement(CONTEXT, KEY.point, before, shuffle(KEY, before, secret))
    return Case(statement, secret, prove_shuffle(statement, secret, draw).written())


def published(statement: Statement, proof: bytes) -> Shuffled:
    """The same as the plain verifier takes it."""
    return Shuffled(
        statement.context, statement.key, statement.before.width, statement.before.data, statement.after.data, proof
    )


def decrypted(rows: Rows) -> list[tuple[bytes, ...]]:
    """M - the point m·K - of each ciphertext, by whoever has the whole key."""
    return [tuple(_content(each) for each in rows.row(number)) for number in range(rows.size)]


def _content(ciphertext: Ciphertext) -> bytes:
    return add(ciphertext.beta, times(from_int(-to_int(KEY_SECRET)), ciphertext.alpha))


def _scalar(draw: Callable[[int], bytes]) -> bytes:
    return from_int(int.from_bytes(draw(64), "little"))


# ---------------------------------------------------------------- the second prover


Numbers = Sequence[int]


class Lie(NamedTuple):
    """Where a prover departs from the protocol; by default nowhere."""

    matrix: Sequence[Numbers] | None = None
    """What is committed to: entry [i][k] says how much of row k of the input is in row i of the result."""
    mine: Callable[[Numbers], Numbers] | None = None
    """The u that the answers are for, of the true u; by default what the matrix makes of them."""
    chained: Callable[[Numbers], Numbers] | None = None
    """The u that the chain is built from; by default those of the answers."""
    rows: Callable[[Numbers, Numbers], Numbers] | None = None
    """Of each column, what s_4 hides, of the u and those of the answers; by default what the factors give."""


HONEST = Lie()


def permutation(order: Numbers) -> list[list[int]]:
    """The matrix of an order, which need be none: a row may stand twice."""
    return [[int(k == source) for k in range(len(order))] for source in order]


def prove_plainly(
    statement: Statement,
    order: Numbers,
    factors: Sequence[Sequence[bytes]],
    draw: Callable[[int], bytes],
    lie: Lie = HONEST,
) -> bytes:
    """A proof by plain integers. It never looks whether there is anything true to prove.

    Args:
        statement: what is claimed.
        order: row i of the result is row order[i] of the input; it need be no permutation.
        factors: of each row of the result.
        draw: random bytes.
        lie: what is not as the protocol says.
    """
    n, w = statement.before.size, statement.before.width
    matrix = lie.matrix or permutation(order)
    h = [_generator(number) for number in range(n + 1)]
    r = _scalars(n, draw)
    c = [add(_base(r[k]), _combine([row[k] for row in matrix], h[1:])) for k in range(n)]
    seed = _seed(statement, c)
    u = [to_int(hash_to_scalar("urna/shuffle/1/row", seed, k.to_bytes(4, "big"))) for k in range(n)]
    mine = lie.mine(u) if lie.mine else [_inner(row, u) for row in matrix]
    r_hat, chain, end = _scalars(n, draw), [h[0]], 0
    for each, blind in zip(lie.chained(u) if lie.chained else mine, r_hat, strict=True):
        chain.append(add(_base(blind), times(from_int(each), chain[-1])))
        end = (blind + each * end) % L
    o, o_rows, o_chain, o_order = (_scalars(size, draw) for size in (3, w, n, n))
    t = [_base(o[0]), _base(o[1]), add(_base(o[2]), _combine(o_order, h[1:]))]
    points = [[p for each in statement.after.row(i) for p in each] for i in range(n)]
    t4 = [
        add(
            times(from_int(-o_rows[place // 2]), _side(statement, place)), _combine(o_order, [p[place] for p in points])
        )
        for place in range(2 * w)
    ]
    t_hat = [add(_base(o_chain[i]), times(from_int(o_order[i]), chain[i])) for i in range(n)]
    groups = [chain[1:], t, t4, t_hat]
    e = to_int(hash_to_scalar("urna/shuffle/1/challenge", seed, *(b"".join(group) for group in groups)))
    rows = lie.rows(u, mine) if lie.rows else [_inner(mine, [to_int(row[j]) for row in factors]) for j in range(w)]
    known = [sum(r), end, _inner(u, r), *rows, *r_hat, *mine]
    answers = [from_int(a + e * x) for a, x in zip([*o, *o_rows, *o_chain, *o_order], known, strict=True)]
    return b"".join([*c, *(each for group in groups for each in group), *answers])


def _scalars(size: int, draw: Callable[[int], bytes]) -> list[int]:
    return [to_int(_scalar(draw)) for _ in range(size)]


def _inner(left: Numbers, right: Numbers) -> int:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _side(statement: Statement, place: int) -> bytes:
    return statement.key if place % 2 else _base(1)


def _seed(statement: Statement, c: Sequence[bytes]) -> bytes:
    before, after = statement.before, statement.after
    sizes = (before.size.to_bytes(4, "big"), before.width.to_bytes(4, "big"))
    parts = (statement.context, statement.key, *sizes, before.data, after.data)
    stated = hashlib.sha256(join_parts(b"urna/shuffle/1/statement", *parts)).digest()
    return hashlib.sha256(join_parts(b"urna/shuffle/1/committed", stated, b"".join(c))).digest()


def _generator(number: int) -> bytes:
    wide = hashlib.sha512(join_parts(b"urna/shuffle/1/generator", number.to_bytes(4, "big"))).digest()
    return hash_to_point(wide)


def _base(number: int) -> bytes:
    return base_times(from_int(number))


def _combine(numbers: Sequence[int], points: Sequence[bytes]) -> bytes:
    return total([times(from_int(a), p) for a, p in zip(numbers, points, strict=True)])
