"""A whole box of encrypted ballots checked by one sum (docs/spec/protocol.md, Verifying a box).

1. Recompute every ballot's challenge from its contents.
2. Name the ballots in which a scalar is not canonical or a point does not decode.
3. Draw a fresh 128-bit weight for every equation, after the ballots are fixed, and collect what each point is
   multiplied by: α and β from all equations they are in, G and K over the whole box. The last part of each
   disjunction follows from the challenge.
4. Evaluate one sum; it is the identity of ristretto255, or some equation is false.
5. If it is not, halve the box and repeat, with fresh weights, until every bad ballot is named.

A false equation passes with probability at most 2^-128 for a run, if the weights are unpredictable to whoever made the
ballots. Everything here is public.
"""

import hashlib
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.box_shape import BoxShape
from urna.crypto.kernels import box, engine
from urna.crypto.kernels.engine import Points, Term
from urna.crypto.kernels.tier import Tier
from urna.crypto.mac import join_parts
from urna.errors import Malformed
from urna.words import Sentence

Rows: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.int64]
Coefficients: TypeAlias = Callable[[int], bytes]
"""So many fresh random bytes that nobody could foresee when the ballots were made."""

ID_BYTES = 16
ENCODING_BYTES = 32
WEIGHT_BYTES = 16
WEIGHT_BITS = 128

_LABEL = b"urna/protocol/1/challenge"


class CheckedBox(NamedTuple):
    """What the check of some rows found, and what it computed on the way."""

    bad: list[int]
    """The numbers of the rows that are not proven, in order."""
    challenges: Rows
    """C of each row, computed from its contents, shape (n, 32)."""
    sound: Numbers
    """The numbers of the rows whose points and scalars are canonical, in order."""
    ciphertexts: Points
    """α, β of all options of each sound row."""


def check_box(
    shape: BoxShape, rows: Rows, coefficients: Coefficients, tier: Tier | None = None, *, box_rows: int = 1024
) -> list[int]:
    """The numbers of the rows that are not proven, in order; none if the whole box is.

    Args:
        shape: what the ballots of this station and style prove.
        rows: ballots in committed form, shape (n, committed bytes); must not change while this runs.
        coefficients: called after the rows are given.
        tier: the kernels to use; None for the fastest here.
        box_rows: ballots to take into one sum, 1 or more; longer arrays are checked one box after the other.

    Raises:
        Malformed: rows of another length than the shape has, or a votes key that is not a point.
    """
    layout = _layout(shape)
    _check_width(rows, layout.committed_bytes)
    bad: list[int] = []
    for first in range(0, len(rows), box_rows):
        checked = _check_one_box(layout, rows[first : first + box_rows], coefficients, tier)
        bad += (first + row for row in checked.bad)
    return bad


def check_one_box(shape: BoxShape, rows: Rows, coefficients: Coefficients, tier: Tier | None = None) -> CheckedBox:
    """All rows by one sum, and what callers would otherwise compute again; arguments as for `check_box`."""
    layout = _layout(shape)
    _check_width(rows, layout.committed_bytes)
    return _check_one_box(layout, rows, coefficients, tier)


def _check_one_box(layout: "_Layout", rows: Rows, coefficients: Coefficients, tier: Tier | None) -> CheckedBox:
    parts = _cut(layout, rows)
    challenges = _challenges(layout, parts)
    sound, prepared = _decoded(layout, parts, challenges, tier)
    places = np.flatnonzero(sound)
    bad = set(np.flatnonzero(~sound).tolist())
    if len(places):
        bad.update(int(places[row]) for row in _false_ballots(prepared, 0, len(places), coefficients, tier))
    return CheckedBox(sorted(bad), challenges, places, _ciphertexts_of(layout, prepared.statements))


def _ciphertexts_of(layout: "_Layout", statements: Points) -> Points:
    """The α, β alone; behind them stand the α̂ of each ballot."""
    if not layout.data:
        return statements
    niels = statements.niels.reshape(-1, layout.statements, statements.niels.shape[-1])
    options = niels[:, : 2 * layout.shape.options]
    return Points(np.ascontiguousarray(options).reshape(-1, niels.shape[-1]))


def recompute_commitments(shape: BoxShape, rows: Rows, tier: Tier | None = None) -> Rows:
    """The commitments that the responses of compact ballots belong to: a = v·G + c·A, b = (v - j·c)·K + c·B.

    They make the committed form. Whether the ballot is proven shows there: with another challenge than the hash of its
    contents, the committed form fails `check_box`.

    Args:
        shape: what the ballots of this station and style prove.
        rows: ballots in compact form, shape (n, compact bytes).
        tier: the kernels to use; None for the fastest here.

    Returns:
        Shape (n, commitment bytes).

    Raises:
        Malformed: rows of another length, or a ballot with a scalar or point that is not canonical; the first is named.
    """
    layout = _layout(shape)
    _check_width(rows, layout.compact_bytes)
    challenges, parts = _cut_compact(layout, rows)
    points, bad = _statements(layout, parts, tier)
    good = ~bad & _canonical(layout, parts.responses) & engine.scalars_are_canonical(challenges)
    if not good.all():
        raise Malformed(
            Sentence("ballots of canonical points and scalars"),
            Sentence("another encoding in row {row}", {"row": int(np.flatnonzero(~good)[0])}),
            Sentence("Treat this ballot as forged, and tell the authority."),
        )
    return (
        _recomputed(layout, parts.responses, challenges, points, tier)
        if len(rows)
        else np.zeros((0, layout.commitments * ENCODING_BYTES), np.uint8)
    )


# ---------------------------------------------------------------- where everything lies


class _Layout(NamedTuple):
    """A shape with its lengths, in points, scalars and bytes of one ballot."""

    shape: BoxShape
    limits: Numbers
    sum_starts: Numbers
    sum_options: Numbers
    data: int
    """Contests with data."""
    data_total: int
    """Bytes of contest data, each with its α̂."""
    branches: int
    """Of all range proofs."""
    responses: int
    commitments: int

    @property
    def statements(self) -> int:
        """Points that proofs are about: α, β of each option and α̂ of each contest with data."""
        return 2 * self.shape.options + self.data

    @property
    def committed_bytes(self) -> int:
        """Length of the committed form."""
        return self.compact_bytes - ENCODING_BYTES + ENCODING_BYTES * self.commitments

    @property
    def compact_bytes(self) -> int:
        """Length of the compact form."""
        encodings = 1 + 2 * self.shape.options + self.responses
        return ID_BYTES + ENCODING_BYTES * encodings + self.data_total


def _layout(shape: BoxShape) -> _Layout:
    data = [size for size in shape.data_bytes if size]
    branches = sum(limit + 1 for limit in shape.limits)
    return _Layout(
        shape=shape,
        limits=np.array(shape.limits, np.int64),
        sum_starts=np.array([0, *accumulate(len(options) for options in shape.sums)], np.int64),
        sum_options=np.array([option for options in shape.sums for option in options], np.int64),
        data=len(data),
        data_total=sum(ENCODING_BYTES + size for size in data),
        branches=branches,
        responses=sum(2 * limit + 1 for limit in shape.limits) + len(data),
        commitments=2 * branches + len(data),
    )


class _Parts(NamedTuple):
    """The parts of ballots, each of shape (n, its bytes)."""

    ids: Rows
    ciphertexts: Rows
    data: Rows
    responses: Rows
    commitments: Rows


def _cut(layout: _Layout, rows: Rows) -> _Parts:
    lengths = (
        ID_BYTES,
        2 * ENCODING_BYTES * layout.shape.options,
        layout.data_total,
        ENCODING_BYTES * layout.responses,
        ENCODING_BYTES * layout.commitments,
    )
    ends = list(accumulate(lengths))
    ranges = zip([0, *ends[:-1]], ends, strict=True)
    return _Parts(*(np.ascontiguousarray(rows[:, start:end]) for start, end in ranges))


def _cut_compact(layout: _Layout, rows: Rows) -> tuple[Rows, _Parts]:
    """The challenges and the other parts; there are no commitments."""
    end = ID_BYTES + ENCODING_BYTES
    challenges = np.ascontiguousarray(rows[:, ID_BYTES:end])
    return challenges, _cut(layout, np.concatenate([rows[:, :ID_BYTES], rows[:, end:]], axis=1))


def _check_width(rows: Rows, width: int) -> None:
    if rows.ndim != 2 or rows.shape[1] != width:
        raise Malformed(
            Sentence("encrypted ballots of {width} bytes each", {"width": width}),
            Sentence("an array of shape {shape}", {"shape": str(rows.shape)}),
            Sentence("Ask whoever made it for the file as it was written."),
        )


# ---------------------------------------------------------------- challenges


def _challenges(layout: _Layout, parts: _Parts) -> Rows:
    """C of each ballot: SHA-512 over context, id, ciphertexts, data and commitments, modulo L; shape (n, 32)."""
    start = hashlib.sha512(join_parts(_LABEL, layout.shape.context))
    hashed = np.concatenate(list(_with_lengths(parts)), axis=1)
    digests = bytearray()
    for row in hashed:
        state = start.copy()
        state.update(row)
        digests += state.digest()
    return engine.reduce_wide(np.frombuffer(digests, np.uint8).reshape(-1, 64))


def _with_lengths(parts: _Parts) -> Iterator[Rows]:
    """The parts that are hashed, each after its length in eight bytes, as `crypto/mac.join_parts` writes them."""
    for part in (parts.ids, parts.ciphertexts, parts.data, parts.commitments):
        length = np.frombuffer(part.shape[1].to_bytes(8, "big"), np.uint8)
        yield np.broadcast_to(length, (len(part), 8))
        yield part


# ---------------------------------------------------------------- decoding


class _Prepared(NamedTuple):
    """Ballots whose points and scalars are sound, ready for any number of sums."""

    layout: _Layout
    responses: Rows
    challenges: Rows
    statements: Points
    commitments: Points
    key: Points


def _decoded(layout: _Layout, parts: _Parts, challenges: Rows, tier: Tier | None) -> tuple[Flags, _Prepared]:
    """Which ballots decode, and those ballots decoded."""
    key = engine.point_of(layout.shape.votes_key, tier)
    statements, bad_statements = _statements(layout, parts, tier)
    commitments, bad = engine.decode_points(parts.commitments.reshape(-1, ENCODING_BYTES), tier)
    bad_commitments = np.asarray(bad.reshape(len(parts.ids), layout.commitments).any(axis=1), np.bool_)
    sound = _canonical(layout, parts.responses) & ~bad_statements & ~bad_commitments
    if not sound.all():
        statements = statements.take(np.repeat(sound, layout.statements))
        commitments = commitments.take(np.repeat(sound, layout.commitments))
    return sound, _Prepared(layout, parts.responses[sound], challenges[sound], statements, commitments, key)


def _statements(layout: _Layout, parts: _Parts, tier: Tier | None) -> tuple[Points, Flags]:
    """α, β of all options and then α̂ of all contests with data, ballot by ballot; and the ballots where one is none."""
    encodings = np.concatenate([parts.ciphertexts, *_data_points(layout, parts.data)], axis=1)
    points, bad = engine.decode_points(encodings.reshape(-1, ENCODING_BYTES), tier)
    return points, np.asarray(bad.reshape(len(parts.ids), layout.statements).any(axis=1), np.bool_)


def _data_points(layout: _Layout, data: Rows) -> Iterator[Rows]:
    start = 0
    for size in filter(None, layout.shape.data_bytes):
        yield data[:, start : start + ENCODING_BYTES]
        start += ENCODING_BYTES + size


def _canonical(layout: _Layout, responses: Rows) -> Flags:
    good = np.zeros(len(responses), np.uint64)
    box.canonical_ballots(engine.words(responses), layout.responses, len(responses), good)
    return np.asarray(good != 0, np.bool_)


# ---------------------------------------------------------------- the sum


def _false_ballots(
    prepared: _Prepared, first: int, end: int, coefficients: Coefficients, tier: Tier | None
) -> Iterator[int]:
    """The ballots from first to end - 1 that have a false equation, by halving."""
    if _holds(prepared, first, end, coefficients, tier):
        return
    if end - first == 1:
        yield first
        return
    middle = (first + end) // 2
    yield from _false_ballots(prepared, first, middle, coefficients, tier)
    yield from _false_ballots(prepared, middle, end, coefficients, tier)


def _holds(prepared: _Prepared, first: int, end: int, coefficients: Coefficients, tier: Tier | None) -> bool:
    """Whether all equations of the ballots from first to end - 1 hold."""
    layout, count = prepared.layout, end - first
    equations = count * layout.commitments
    weights = np.zeros((equations, ENCODING_BYTES), np.uint8)
    drawn = np.frombuffer(coefficients(WEIGHT_BYTES * equations), np.uint8).reshape(equations, WEIGHT_BYTES)
    weights[:, :WEIGHT_BYTES] = drawn
    on_statements = np.zeros((count * layout.statements, 4), np.uint64)
    on_base = np.zeros((2, 4), np.uint64)
    box.weigh_equations(
        layout.limits,
        layout.sum_starts,
        layout.sum_options,
        layout.shape.options,
        layout.data,
        engine.words(prepared.responses[first:end]),
        engine.words(prepared.challenges[first:end]),
        engine.words(drawn),
        count,
        on_statements.reshape(-1),
        on_base.reshape(-1),
    )
    bases = engine.joined(engine.point_of(engine.GENERATOR, tier), prepared.key)
    terms = (
        Term(bases, on_base.view(np.uint8)),
        Term(_part(prepared.statements, layout.statements, first, end), on_statements.view(np.uint8)),
        Term(_part(prepared.commitments, layout.commitments, first, end), weights, WEIGHT_BITS),
    )
    return engine.terms_are_identity(terms, tier)


def _part(points: Points, width: int, first: int, end: int) -> Points:
    return points.take(slice(first * width, end * width))


# ---------------------------------------------------------------- commitments from responses


def _recomputed(layout: _Layout, responses: Rows, challenges: Rows, points: Points, tier: Tier | None) -> Rows:
    """The commitments in their order: for each proof a_0, b_0 … a_R, b_R, then â of each contest with data."""
    count, branches = len(responses), layout.branches
    on_alphas = np.zeros((count, branches + layout.data, 2, 4), np.uint64)
    on_betas = np.zeros((count, branches, 2, 4), np.uint64)
    box.split_responses(
        layout.limits,
        layout.data,
        engine.words(responses),
        engine.words(challenges),
        count,
        on_alphas.reshape(-1),
        on_betas.reshape(-1),
    )
    alphas, betas = _proof_points(layout, points, count, tier)
    first = _multiples(on_alphas, engine.GENERATOR, alphas, tier)
    second = _multiples(on_betas, layout.shape.votes_key, betas, tier)
    pairs = np.stack([first[:, :branches], second], axis=2).reshape(count, 2 * branches, ENCODING_BYTES)
    return np.concatenate([pairs, first[:, branches:]], axis=1).reshape(count, -1)


def _multiples(scalars: npt.NDArray[np.uint64], base: bytes, points: Points, tier: Tier | None) -> Rows:
    """v·base + c·point for scalars of shape (ballots, points, 2, 4); shape (ballots, points, 32)."""
    pairs = np.ascontiguousarray(scalars).view(np.uint8).reshape(-1, 2, ENCODING_BYTES)
    result = engine.multiples_of_points(pairs[:, 0], base, pairs[:, 1], points, tier)
    return result.reshape(*scalars.shape[:2], ENCODING_BYTES)


def _proof_points(layout: _Layout, points: Points, count: int, tier: Tier | None) -> tuple[Points, Points]:
    """What each branch is about: A for every branch and then every α̂, and B for every branch, ballot by ballot."""
    niels = points.niels.reshape(count, layout.statements, -1)
    alphas, betas = [], []
    for proof, limit in enumerate(layout.shape.limits):
        pair = _sum_over_options(niels, layout.shape.sums[proof], tier)
        alphas += [pair[:, 0]] * (limit + 1)
        betas += [pair[:, 1]] * (limit + 1)
    alphas += [niels[:, place] for place in range(2 * layout.shape.options, layout.statements)]
    return _stacked(alphas), _stacked(betas)


def _sum_over_options(
    niels: npt.NDArray[np.uint64], options: tuple[int, ...], tier: Tier | None
) -> npt.NDArray[np.uint64]:
    """Σα and Σβ over some options of each ballot, as niels rows, shape (ballots, 2, 16)."""
    count = len(niels)
    picked = np.stack([niels[:, 2 * option : 2 * option + 2] for option in options])
    if len(options) == 1:
        return np.ascontiguousarray(picked[0])
    total = engine.ColumnSum(2 * count, tier)
    total.add_points(Points(np.ascontiguousarray(picked).reshape(-1, picked.shape[-1])))
    return engine.check_points(total.result(), tier).niels.reshape(count, 2, -1)


def _stacked(columns: list[npt.NDArray[np.uint64]]) -> Points:
    return Points(np.ascontiguousarray(np.stack(columns, axis=1)).reshape(-1, columns[0].shape[-1]))
