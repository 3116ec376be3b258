"""Four 64-bit words computed at once: the vector that the portable kernels are written in.

A `Lanes` is LLVM's `<4 x i64>`. It is one register with AVX2, two with SSE2 or NEON; LLVM splits it where it must, so
the same text runs anywhere. Nothing here knows about fields or curves.
"""

from typing import Any, TypeAlias

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import models, register_model

from urna.crypto.kernels.compiler import emitted, written

WIDTH = 4

I64 = ir.IntType(64)
VECTOR = ir.VectorType(I64, WIDTH)
I32 = ir.IntType(32)

_PREFETCH = "llvm.prefetch.p0"

Lanes: TypeAlias = Any
"""Four 64-bit words. numba knows the type; for other readers it is opaque."""


class LanesType(types.Type):
    """numba's name of the type."""

    def __init__(self) -> None:
        super().__init__(name="UrnaLanes4")


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, of_type: Any) -> None:
        super().__init__(manager, of_type, VECTOR)  # type: ignore[no-untyped-call]


lanes = LanesType()


def several(of_type: Any, count: int) -> Any:
    """Numba's type of a tuple of so many."""
    return types.UniTuple(of_type, count)  # type: ignore[no-untyped-call]


FOUR_LANES = several(lanes, 4)


def constant(word: int) -> Any:
    """The same word in every lane."""
    return ir.Constant(VECTOR, [word % 2**64] * WIDTH)


def pack(builder: Any, values: Any) -> Any:
    """A tuple of lanes from a list of them."""
    whole = ir.Constant(ir.ArrayType(VECTOR, len(values)), ir.Undefined)
    for place, value in enumerate(values):
        whole = builder.insert_value(whole, value, place)
    return whole


def unpack(builder: Any, whole: Any) -> list[Any]:
    """The list of lanes in a tuple."""
    return [builder.extract_value(whole, place) for place in range(whole.type.count)]


@emitted(lanes, types.uint64, types.uint64, types.uint64, types.uint64)
def lanes_of(builder: Any, *words: Any) -> Any:
    """Four words, one in each lane."""
    whole = ir.Constant(VECTOR, ir.Undefined)
    for place, word in enumerate(words):
        whole = builder.insert_element(whole, word, ir.Constant(I32, place))
    return whole


@emitted(several(types.uint64, 4), lanes)
def words_of(builder: Any, whole: Any) -> Any:
    """The four words of the lanes."""
    words = ir.Constant(ir.ArrayType(I64, WIDTH), ir.Undefined)
    for place in range(WIDTH):
        words = builder.insert_value(words, builder.extract_element(whole, ir.Constant(I32, place)), place)
    return words


@emitted(lanes, lanes, lanes)
def either(builder: Any, left: Any, right: Any) -> Any:
    """Bitwise or; of masks: one or the other."""
    return builder.or_(left, right)


@emitted(lanes, lanes)
def opposite(builder: Any, mask: Any) -> Any:
    """The other lanes of a mask."""
    return builder.xor(mask, constant(-1))


def emit_mask(builder: Any, condition: Any) -> Any:
    """All bits set where the condition holds."""
    return builder.sext(condition, VECTOR)


def emit_choice(builder: Any, mask: Any, yes: Any, no: Any) -> Any:
    """In each lane `yes` where the mask is set, else `no`."""
    return builder.select(builder.icmp_unsigned("!=", mask, constant(0)), yes, no)


def emit_transpose(builder: Any, rows: Any) -> list[Any]:
    """Columns of a square of 4 by 4 words, from its rows."""

    def shuffle(left: Any, right: Any, *places: int) -> Any:
        return builder.shuffle_vector(left, right, ir.Constant(ir.VectorType(I32, WIDTH), list(places)))

    first, second, third, fourth = rows
    even_top, odd_top = shuffle(first, second, 0, 4, 2, 6), shuffle(first, second, 1, 5, 3, 7)
    even_low, odd_low = shuffle(third, fourth, 0, 4, 2, 6), shuffle(third, fourth, 1, 5, 3, 7)
    return [
        shuffle(even_top, even_low, 0, 1, 4, 5),
        shuffle(odd_top, odd_low, 0, 1, 4, 5),
        shuffle(even_top, even_low, 2, 3, 6, 7),
        shuffle(odd_top, odd_low, 2, 3, 6, 7),
    ]


def _address(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    return builder.gep(context.make_array(array_type)(context, builder, array).data, [place])


def _vector_address(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    return builder.bitcast(_address(context, builder, array_type, array, place), VECTOR.as_pointer())


@written
def gather(_typing: Any, array: Any, _a: Any, _b: Any, _c: Any, _d: Any) -> Any:
    """Four words from each of four places of a flat array: word k of lane l is array[place l + k].

    Nothing checks that the places lie in the array; the caller does.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        places = [_vector_address(context, builder, signature.args[0], values[0], place) for place in values[1:]]
        return pack(builder, emit_transpose(builder, [builder.load(place, align=8) for place in places]))

    return FOUR_LANES(array, types.int64, types.int64, types.int64, types.int64), generate


@written
def scatter(_typing: Any, array: Any, _a: Any, _b: Any, _c: Any, _d: Any, _columns: Any) -> Any:
    """The inverse of `gather`."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        rows = emit_transpose(builder, unpack(builder, values[5]))
        for place, row in zip(values[1:5], rows, strict=True):
            builder.store(row, _vector_address(context, builder, signature.args[0], values[0], place), align=8)
        return context.get_dummy_value()

    return types.void(array, types.int64, types.int64, types.int64, types.int64, FOUR_LANES), generate


@written
def broadcast(_typing: Any, array: Any, _place: Any) -> Any:
    """One word of a flat array in every lane."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        word = builder.load(_address(context, builder, signature.args[0], values[0], values[1]))
        start = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), word, ir.Constant(I32, 0))
        places = ir.Constant(ir.VectorType(I32, WIDTH), [0] * WIDTH)
        return builder.shuffle_vector(start, ir.Constant(VECTOR, ir.Undefined), places)

    return lanes(array, types.int64), generate


@written
def fetch_early(_typing: Any, array: Any, _place: Any) -> Any:
    """A hint that the cache line with this word will be written soon; it may be ignored."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address = _address(context, builder, signature.args[0], values[0], values[1])
        pointer = builder.bitcast(address, ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, I32, I32, I32])
        function = cgutils.get_or_insert_function(builder.module, kind, _PREFETCH)  # type: ignore[no-untyped-call]
        builder.call(function, [pointer, ir.Constant(I32, 1), ir.Constant(I32, 3), ir.Constant(I32, 1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate
