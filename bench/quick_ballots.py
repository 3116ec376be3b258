"""Many distinct encrypted ballots in little time. BENCH DATA, NOT VOTES: their secrets pass through public kernels.

A booth encrypts in constant time through libsodium, at some milliseconds a ballot (`ballot/encryption`). A file of
200,000 ballots for a benchmark would take a quarter of an hour that way, and nobody's secret is in it: votes, nonces
and all draws follow from a number that is written here. So these ballots are computed a batch at a time, with tables of
both bases and the kernels that otherwise see public data alone. Never use this for anything that a person chose.

The ballots are what a booth would make: every one has its own id, nonces and proofs, and none is a copy. They are of
one contest with one vote, where each proof is over 0 or 1.
"""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from urna.ballot.context import BallotContext
from urna.ballot.forms import ID_BYTES, ballot_challenge
from urna.crypto.kernels import engine
from urna.crypto.kernels.engine import ColumnSum, Points, Rows

Array = npt.NDArray[np.uint8]

_WINDOWS, _DIGITS = 32, 256
"""A scalar is 32 digits of eight bits."""

_COLUMNS = 256
"""Multiples at once: what is added up for them is a megabyte, which stays near the processor."""


class QuickBallots(NamedTuple):
    """Ballots in both forms, in the order of their numbers."""

    committed: Array
    """Shape (n, committed bytes)."""
    compact: Array
    """Shape (n, compact bytes)."""
    nonces: bytes
    """The sum of the nonces of each option, 32 bytes an option: what a station's sheet shows of its cast ballots."""

    def hashes(self) -> list[str]:
        """SHA-256 of each compact form, as a ballot list has it."""
        return [sha256(row).hexdigest() for row in self.compact]


def vote_of(number: int, options: int) -> int:
    """The option that ballot `number` is for; `options` itself stands for a blank ballot."""
    return number % (options + 1)


class QuickEncryption:
    """Makes the ballots of one station and style.

    Args:
        context: of the station and style: one contest, one vote, no contest data.
        seed: everything follows from it and the ballots' numbers.

    Raises:
        ValueError: a shape of another kind.
    """

    def __init__(self, context: BallotContext, seed: int) -> None:
        shape = context.shape
        if len(shape.contests) != 1 or set(shape.proof_limits) != {1} or shape.data_proofs:
            raise ValueError("ballots of one contest with one vote and no contest data")
        self._context = context
        self._seed = seed
        self._base = _table(engine.GENERATOR)
        self._key = _table(context.keys.votes)

    def __call__(self, numbers: range, chosen: Sequence[int] = ()) -> QuickBallots:
        """The ballots with these numbers.

        Args:
            numbers: which.
            chosen: the option of each, as `vote_of` gives it; empty for that.

        1. Draw ids, nonces and what the proofs hide behind.
        2. Compute all points from the tables.
        3. Hash each ballot's challenge, and answer it.
        """
        count, options = len(numbers), self._context.shape.options
        draw = np.random.default_rng([self._seed, numbers.start]).bytes
        ids = _rows(draw(ID_BYTES * count), count, ID_BYTES)
        m = _votes(chosen or [vote_of(number, options) for number in numbers], options)
        nonces = _scalars(draw, (count, options))
        proof = _Proofs.draw(m, nonces, draw)
        points = self._points(nonces, m[:, :options], proof)
        challenges = self._challenges(ids, points)
        responses = proof.answer(challenges).reshape(count, -1)
        committed = np.concatenate([ids, points.ciphertexts, responses, points.commitments], axis=1)
        compact = np.concatenate([ids, challenges, points.ciphertexts, responses], axis=1)
        return QuickBallots(committed, compact, _total(np.swapaxes(nonces, 0, 1)).tobytes())

    def _points(self, nonces: Array, m: Array, proof: "_Proofs") -> "_Points":
        """α and β of each option, a and b of each branch."""
        count = len(m)
        on_base, on_key = proof.commitments()
        alphas, betas = self._base.times(nonces), self._key.times(_plus(nonces, m))
        a, b = self._base.times(on_base), self._key.times(on_key)
        ciphertexts, commitments = np.stack([alphas, betas], axis=2), np.stack([a, b], axis=3)
        return _Points(ciphertexts.reshape(count, -1), commitments.reshape(count, -1))

    def _challenges(self, ids: Array, points: "_Points") -> Array:
        rows = zip(ids, points.ciphertexts, points.commitments, strict=True)
        found = [ballot_challenge(self._context, i.tobytes(), e.tobytes(), b"", a.tobytes()) for i, e, a in rows]
        return _rows(b"".join(found), len(ids), 32)


class _Points(NamedTuple):
    """Encodings, each of shape (ballots, bytes)."""

    ciphertexts: Array
    commitments: Array


# Algorithm (docs/spec/protocol.md, Encrypting; `ballot/encryption` says why these are the commitments)
class _Proofs(NamedTuple):
    """The range proofs 0 ≤ m ≤ 1 of many ballots; scalars have shape (ballots, proofs, 32)."""

    m: Array
    """Shape (ballots, proofs)."""
    xi: Array
    c: Array
    """The drawn part of the challenge, in the false branch."""
    v: Array
    """The response of the false branch."""
    u: Array
    """What the true branch hides behind."""

    @classmethod
    def draw(cls, m: Array, nonces: Array, draw: Callable[[int], bytes]) -> "_Proofs":
        """For each option, and for their sum."""
        xi = np.concatenate([nonces, _total(nonces)[:, None]], axis=1)
        return cls(m, xi, *(_scalars(draw, m.shape) for _ in range(3)))

    def commitments(self) -> tuple[Array, Array]:
        """The scalars to G and to K, shape (ballots, proofs, branches, 32).

        True branch: u and u. False branch j = 1 - m: a = v + c·ξ, and a + c·(m - j), so one c more or less.
        """
        a = _each(engine.add_scalars, self.v, _each(engine.multiply_scalars, self.c, self.xi))
        b = np.where(self.m[..., None] == 1, _each(engine.add_scalars, a, self.c),
                     _each(engine.subtract_scalars, a, self.c))  # fmt: skip
        return self._by_branch(self.u, a), self._by_branch(self.u, b)

    def answer(self, challenges: Array) -> Array:
        """c_0, v_0, v_1 of each proof, shape (ballots, proofs, 3, 32)."""
        shared = np.broadcast_to(challenges[:, None], self.c.shape)
        c = _each(engine.subtract_scalars, shared, self.c)
        v = _each(engine.subtract_scalars, self.u, _each(engine.multiply_scalars, c, self.xi))
        parts, responses = self._by_branch(c, self.c), self._by_branch(v, self.v)
        return np.concatenate([parts[:, :, :1], responses], axis=2)

    def _by_branch(self, true: Array, false: Array) -> Array:
        """Branch 0 and branch 1; branch m is the true one."""
        is_first = self.m[..., None] == 0
        return np.stack([np.where(is_first, true, false), np.where(is_first, false, true)], axis=2)


class _Table:
    """All multiples d·256^w·P of a public point, for digits d and windows w: 4 MB."""

    def __init__(self, point: bytes) -> None:
        scalars = np.zeros((_WINDOWS, _DIGITS, 32), np.uint8)
        for window in range(_WINDOWS):
            scalars[window, :, window] = np.arange(_DIGITS)
        scalars[-1, 16:] = 0  # a scalar is below 2^253, so these are never asked for
        flat = scalars.reshape(-1, 32)
        identity = np.zeros_like(flat)  # 32 zeros encode the identity
        encoded = engine.multiples(flat, point, np.zeros_like(flat), identity)
        self._niels = engine.check_points(encoded).niels

    def times(self, scalars: Array) -> Array:
        """The encodings of scalar·P for canonical scalars, shape (…, 32)."""
        flat = np.ascontiguousarray(scalars).reshape(-1, 32)
        parts = [self._times(flat[first : first + _COLUMNS]) for first in range(0, len(flat), _COLUMNS)]
        return np.concatenate(parts).reshape(scalars.shape)

    def _times(self, scalars: Array) -> Array:
        rows = np.arange(_WINDOWS)[:, None] * _DIGITS + scalars.T
        total = ColumnSum(len(scalars))
        total.add_points(Points(self._niels.take(rows.reshape(-1), axis=0)))
        return total.result()


@cache
def _table(point: bytes) -> _Table:
    """One for all stations, which share both bases."""
    return _Table(point)


def _votes(chosen: Sequence[int], options: int) -> Array:
    """0 or 1 for each option and, last, for their sum; shape (ballots, proofs)."""
    m = np.zeros((len(chosen), options + 1), np.uint8)
    m[:, :options] = np.array(chosen)[:, None] == np.arange(options)
    m[:, options] = m[:, :options].sum(axis=1)
    return m


def _scalars(draw: Callable[[int], bytes], shape: tuple[int, ...]) -> Array:
    count = int(np.prod(shape))
    return engine.reduce_wide(_rows(draw(64 * count), count, 64)).reshape(*shape, 32)


def _plus(scalars: Array, small: Array) -> Array:
    """Each scalar and a number of one byte."""
    wide = np.zeros_like(scalars)
    wide[..., 0] = small
    return _each(engine.add_scalars, scalars, wide)


def _total(scalars: Array) -> Array:
    """Sums over the second axis of (n, k, 32); shape (n, 32)."""
    total = np.zeros((len(scalars), 32), np.uint8)
    for column in range(scalars.shape[1]):
        total = engine.add_scalars(total, np.ascontiguousarray(scalars[:, column]))
    return total


def _each(act: Callable[[Rows, Rows], Rows], left: Array, right: Array) -> Array:
    """Scalars of any shape, pair by pair."""
    pairs = (np.ascontiguousarray(each).reshape(-1, 32) for each in (left, right))
    return act(*pairs).reshape(left.shape)


def _rows(data: bytes, count: int, width: int) -> Array:
    return np.frombuffer(data, np.uint8).reshape(count, width)
