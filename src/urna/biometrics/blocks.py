"""Eight cylinders side by side, compared with one: the inner step of a search, in LLVM's vector operations.

A loop over eight lanes written in Python is not always turned into vectors, and a search of millions stands and
falls with this step; so it is written in the vectors themselves (ADR 104). LLVM fits them to the machine: one
register each with AVX-512, two with AVX2, four with SSE2 or NEON. Nothing here depends on which.

Ones are counted byte by byte and the bytes added up, which is one instruction for eight, sixteen or thirty-two
bytes where processors count bits of bytes (NEON, AVX-512 BITALG), and six with the byte shuffles of AVX2.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # it has no stubs
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from urna.biometrics.cylinders import WORDS

LANES = 8
"""Cylinders in a block."""

_I8, _I32, _I64, _F32 = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.FloatType()
_WORDS8, _BYTES8 = ir.VectorType(_I64, LANES), ir.VectorType(_I8, 8 * LANES)
_COUNTS8, _REALS8, _TURNS8 = (ir.VectorType(kind, LANES) for kind in (_I32, _F32, _I8))

Emitted = tuple[Any, Callable[..., Any]]


def _least_unlike(  # noqa: PLR0917 - a kernel takes its columns one by one
    _typing: Any,
    bits: Any,
    norms: Any,
    angles: Any,
    first: Any,
    last: Any,
    probe_bits: Any,
    probe: Any,
    probe_norm: Any,
    probe_angle: Any,
    reach: Any,
) -> Emitted:
    """How unlike a cylinder is to the most alike one in the blocks from `first` up to `last`; at most 1.

    Unlikeness is d / (norm + probe norm)², d the number of bits that differ; so likeness is 1 - sqrt(unlikeness).
    A lane counts if its direction is within `reach` of the probe's. Directions ascend within a block, and a block
    that has none so near is skipped. Nothing checks the places; the caller does.

    Args:
        bits: words, contiguous, shape (blocks, WORDS, LANES).
        norms: square roots of the numbers of ones, float32, shape (blocks, LANES).
        angles: directions in 1/256 of a turn, uint8, shape (blocks, LANES).
        first: the first block, int64.
        last: the block after the last, int64.
        probe_bits: words, shape (cylinders, WORDS).
        probe: which cylinder of it, int64.
        probe_norm: its norm, float32.
        probe_angle: its direction, uint8.
        reach: the greatest turn between the two, uint8, 0 to 127.
    """
    given = (bits, norms, angles, first, last, probe_bits, probe, probe_norm, probe_angle, reach)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def data(place: int) -> Any:
            return context.make_array(signature.args[place])(context, builder, values[place]).data

        emit = _Emitter(builder)
        own = builder.gep(data(5), [builder.mul(values[6], emit.index(WORDS))])
        norm, angle, reach = emit.all_lanes(values[7], _REALS8), values[8], values[9]
        least = cgutils.alloca_once_value(builder, ir.Constant(_REALS8, [1.0] * LANES))  # type: ignore[no-untyped-call]
        builder.store(ir.Constant(_REALS8, [1.0] * LANES), least)
        with cgutils.for_range_slice(builder, values[3], values[4], emit.index(1)) as (block, _):
            lane0 = builder.mul(block, emit.index(LANES))
            turns = builder.gep(data(2), [lane0])
            with builder.if_then(emit.may_be_near(turns, angle, reach)):
                theirs = builder.gep(data(0), [builder.mul(lane0, emit.index(WORDS))])
                norms_of_two = builder.fadd(emit.load(data(1), lane0, _REALS8, 4), norm)
                squares = builder.fmul(norms_of_two, norms_of_two)
                unlike = builder.fdiv(emit.differing(theirs, own), squares)
                near = emit.is_near(emit.load(turns, emit.index(0), _TURNS8, 1), angle, reach)
                before = builder.load(least)
                better = builder.and_(near, builder.fcmp_ordered("<", unlike, before))
                builder.store(builder.select(better, unlike, before), least)
        return emit.least_lane(builder.load(least))

    return types.float32(*given), generate


least_unlike: Any = intrinsic(_least_unlike)


class _Emitter:
    """Writes the parts of the step as LLVM instructions."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    @staticmethod
    def index(value: int) -> Any:
        return ir.Constant(_I64, value)

    def load(self, data: Any, place: Any, vector: Any, align: int) -> Any:
        """Eight neighbours of an array."""
        address = self.builder.gep(data, [place])
        return self.builder.load(self.builder.bitcast(address, vector.as_pointer()), align=align)

    def all_lanes(self, value: Any, vector: Any) -> Any:
        """One value in every lane."""
        nothing = ir.Constant(vector, ir.Undefined)
        first = self.builder.insert_element(nothing, value, ir.Constant(_I32, 0))
        zeros = ir.Constant(ir.VectorType(_I32, vector.count), [0] * vector.count)
        return self.builder.shuffle_vector(first, nothing, zeros)

    def differing(self, theirs: Any, own: Any) -> Any:
        """How many bits of one cylinder and of each of eight differ, as float32, without rounding."""
        counts = self._sum_of_bytes(self._differing_bytes(theirs, own))
        return self.builder.uitofp(self.builder.trunc(counts, _COUNTS8), _REALS8)

    def _differing_bytes(self, theirs: Any, own: Any) -> Any:
        """The ones of A xor B of each cylinder, added up byte by byte: at most 8 · WORDS, which a byte holds."""
        total = ir.Constant(_BYTES8, [0] * _BYTES8.count)
        for word in range(WORDS):
            mine = self.builder.load(self.builder.gep(own, [self.index(word)]))
            eight = self.load(theirs, self.index(word * LANES), _WORDS8, 8)
            differ = self.builder.xor(eight, self.all_lanes(mine, _WORDS8))
            total = self.builder.add(total, self._ones(self.builder.bitcast(differ, _BYTES8)))
        return self.builder.bitcast(total, _WORDS8)

    def _ones(self, values: Any) -> Any:
        """How many bits are set in each byte."""
        kind = ir.FunctionType(_BYTES8, [_BYTES8])
        name = f"llvm.ctpop.v{_BYTES8.count}i8"
        function = cgutils.get_or_insert_function(self.builder.module, kind, name)  # type: ignore[no-untyped-call]
        return self.builder.call(function, [values])

    def _sum_of_bytes(self, words: Any) -> Any:
        """The eight bytes of each word together, by way of four sums of two."""
        low = self._each(0x00FF00FF00FF00FF)
        pairs = self.builder.and_(self.builder.lshr(words, self._each(8)), low)
        pairs = self.builder.add(pairs, self.builder.and_(words, low))
        fours = self.builder.add(pairs, self.builder.lshr(pairs, self._each(32)))
        whole = self.builder.add(fours, self.builder.lshr(fours, self._each(16)))
        return self.builder.and_(whole, self._each(0xFFFF))

    @staticmethod
    def _each(word: int) -> Any:
        return ir.Constant(_WORDS8, [word] * LANES)

    def may_be_near(self, turns: Any, angle: Any, reach: Any) -> Any:
        """Whether the directions from a block's first to its last come within `reach` of an angle."""
        first, last = (self._wide(self.builder.load(self.builder.gep(turns, [self.index(k)]))) for k in (0, LANES - 1))
        twice = self._wide(self.builder.shl(reach, ir.Constant(_I8, 1)))
        turn = self.builder.and_(self._sum(self._wide(angle), self._wide(reach), first), self.index(255))
        return self.builder.icmp_signed("<=", turn, self._sum(last, twice, first))

    def _wide(self, value: Any) -> Any:
        return self.builder.zext(value, _I64)

    def _sum(self, a: Any, b: Any, minus: Any) -> Any:
        return self.builder.sub(self.builder.add(a, b), minus)

    def is_near(self, angles: Any, angle: Any, reach: Any) -> Any:
        """Whether -reach <= angles - angle <= reach, in turns of 256."""
        turn = self.builder.sub(angles, self.all_lanes(angle, _TURNS8))
        shifted = self.builder.add(turn, self.all_lanes(reach, _TURNS8))
        width = self.builder.shl(reach, ir.Constant(_I8, 1))
        return self.builder.icmp_unsigned("<=", shifted, self.all_lanes(width, _TURNS8))

    def least_lane(self, reals: Any) -> Any:
        """The smallest of eight."""
        for distance in (4, 2, 1):
            places = ir.Constant(_COUNTS8, [(lane + distance) % LANES for lane in range(LANES)])
            other = self.builder.shuffle_vector(reals, reals, places)
            reals = self.builder.select(self.builder.fcmp_ordered("<", other, reals), other, reals)
        return self.builder.extract_element(reals, ir.Constant(_I32, 0))
