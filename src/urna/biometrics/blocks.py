"""Eight cylinders side by side, compared with one: the inner step of a search, in LLVM's vector operations.

A loop over eight lanes written in Python is not always turned into vectors, and a search of millions stands and
falls with this step; so it is written in the vectors themselves (ADR 104). LLVM fits them to the machine: one
register each with AVX-512, two with AVX2, four with SSE2 or NEON. Nothing here depends on which.

Bits are counted by a tree of full adders (Harley and Seal): three words of equal weight become a sum and a carry
of twice the weight, until few words are left whose bits are counted one by one.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from urna.biometrics.cylinders import WORDS

LANES = 8
"""Cylinders in a block."""

_I8, _I32, _I64, _F32 = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.FloatType()
_WORDS8, _REALS8, _TURNS8 = (ir.VectorType(kind, LANES) for kind in (_I64, _F32, _I8))
_COUNTS8 = ir.VectorType(_I32, LANES)

Emitted = tuple[Any, Callable[..., Any]]


def _lower_least(  # noqa: PLR0917
    _typing: Any,
    bits: Any,
    norms: Any,
    angles: Any,
    block: Any,
    probe_bits: Any,
    probe: Any,
    probe_norm: Any,
    probe_angle: Any,
    reach: Any,
    least: Any,
) -> Emitted:
    """Lowers `least`, lane by lane, where this block's cylinder is less unlike the probe's than any before.

    Unlikeness is d / (norm + probe norm)², d the number of bits that differ; so likeness is 1 - sqrt(unlikeness).
    A lane counts if its direction is within `reach` of the probe's. Nothing checks the places; the caller does.

    Args:
        bits: words, contiguous, shape (blocks, WORDS, LANES).
        norms: square roots of the numbers of ones, float32, shape (blocks, LANES).
        angles: directions in 1/256 of a turn, uint8, shape (blocks, LANES).
        block: which block, int64.
        probe_bits: words, shape (cylinders, WORDS).
        probe: which cylinder of it, int64.
        probe_norm: its norm, float32.
        probe_angle: its direction, uint8.
        reach: the greatest turn between the two, uint8, 0 to 127.
        least: float32, shape (LANES,).
    """
    given = (bits, norms, angles, block, probe_bits, probe, probe_norm, probe_angle, reach, least)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def data(place: int) -> Any:
            return context.make_array(signature.args[place])(context, builder, values[place]).data

        emit = _Emitter(builder)
        lane0 = builder.mul(values[3], emit.index(LANES))
        theirs = builder.gep(data(0), [builder.mul(lane0, emit.index(WORDS))])
        own = builder.gep(data(4), [builder.mul(values[5], emit.index(WORDS))])
        differ = emit.to_reals(emit.ones(emit.differing_words(theirs, own)))
        norm = builder.fadd(emit.load(data(1), lane0, _REALS8, 4), emit.all_lanes(values[6], _REALS8))
        unlike = builder.fdiv(differ, builder.fmul(norm, norm))
        near = emit.is_near(emit.load(data(2), lane0, _TURNS8, 1), values[7], values[8])
        place = builder.bitcast(data(9), _REALS8.as_pointer())
        before = builder.load(place, align=4)
        better = builder.and_(near, builder.fcmp_ordered("<", unlike, before))
        builder.store(builder.select(better, unlike, before), place, align=4)
        return context.get_dummy_value()

    return types.void(*given), generate


lower_least: Any = intrinsic(_lower_least)


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
        return self.builder.shuffle_vector(first, nothing, ir.Constant(_COUNTS8, [0] * LANES))

    def differing_words(self, theirs: Any, own: Any) -> list[Any]:
        """A and B of eight cylinders, A xor B, a vector for each of their words."""
        found = []
        for word in range(WORDS):
            mine = self.builder.load(self.builder.gep(own, [self.index(word)]))
            eight = self.load(theirs, self.index(word * LANES), _WORDS8, 8)
            found.append(self.builder.xor(eight, self.all_lanes(mine, _WORDS8)))
        return found

    def ones(self, words: list[Any]) -> Any:
        """How many bits are set in each lane, by full adders."""
        total, weight = ir.Constant(_WORDS8, [0] * LANES), 0
        while words:
            carries: list[Any] = []
            while len(words) >= 3:
                low, carry = self._full_adder(*words[:3])
                words, carries = [low, *words[3:]], [*carries, carry]
            for word in words:
                count = self.builder.shl(self._count(word), ir.Constant(_WORDS8, [weight] * LANES))
                total = self.builder.add(total, count)
            words, weight = carries, weight + 1
        return total

    def _full_adder(self, a: Any, b: Any, c: Any) -> tuple[Any, Any]:
        either = self.builder.xor(a, b)
        carry = self.builder.or_(self.builder.and_(a, b), self.builder.and_(either, c))
        return self.builder.xor(either, c), carry

    def _count(self, word: Any) -> Any:
        kind = ir.FunctionType(_WORDS8, [_WORDS8])
        name = f"llvm.ctpop.v{LANES}i64"
        function = cgutils.get_or_insert_function(self.builder.module, kind, name)  # type: ignore[no-untyped-call]
        return self.builder.call(function, [word])

    def to_reals(self, counts: Any) -> Any:
        """Counts below 2^24 as float32, without rounding."""
        return self.builder.uitofp(self.builder.trunc(counts, _COUNTS8), _REALS8)

    def is_near(self, angles: Any, angle: Any, reach: Any) -> Any:
        """Whether -reach <= angles - angle <= reach, in turns of 256."""
        turn = self.builder.sub(angles, self.all_lanes(angle, _TURNS8))
        shifted = self.builder.add(turn, self.all_lanes(reach, _TURNS8))
        width = self.builder.shl(reach, ir.Constant(_I8, 1))
        return self.builder.icmp_unsigned("<=", shifted, self.all_lanes(width, _TURNS8))
