"""Eight field elements side by side: the numba types and instructions that the wide kernels are written in.

A `lane` is one of eight 64-bit words in a vector; a vector is what numba sees as `LanesType`, LLVM as <8 x i64>; a
field element is a tuple of five vectors. How two lanes are multiplied is part of the type: a kernel takes a `Mode`
as its first argument, and is compiled once for each mode it is called with.

    native     the instructions VPMADD52LUQ and VPMADD52HUQ (AVX-512 IFMA)
    emulated   the same two functions in ordinary instructions, slow, for every processor

Everything else is the same text and the same LLVM operations. So tests of the emulated mode prove the kernels; they
do not prove the two instructions themselves, nor LLVM's choice of registers for AVX-512. For these the tests compile
the native kernels to assembly for processors that have IFMA, and run them where the test machine has it.

Compiling the native mode for a processor without IFMA would abort the process; `_refuse_without_ifma` raises before.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal, TypeAlias, cast

from llvmlite import binding, ir  # type: ignore[import-untyped] # it has no types
from numba import types
from numba.core import cgutils
from numba.core import config as numba_config
from numba.core.errors import TypingError
from numba.extending import NativeValue, intrinsic, models, register_model, typeof_impl, unbox

from urna.crypto.kernels import wide_field
from urna.crypto.kernels.compiler import called
from urna.crypto.kernels.wide_field import LIMBS, PRIME, limbs_of

LANES = 8
IFMA_FEATURES = ("avx512f", "avx512dq", "avx512ifma")

Vector: TypeAlias = Any
"""Eight words, in a kernel's text."""
Field: TypeAlias = Any
"""Eight field elements: five vectors."""
Words8: TypeAlias = Any
"""Eight vectors."""

_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
# RFC 9496 section 4.1, INVSQRT_A_MINUS_D: the even root of 1 / (-1 - d).
_INVERSE_ROOT_OF_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
ZERO, ONE, D, TWICE_D, ROOT_OF_MINUS_ONE, MINUS_ONE, MINUS_ROOT, INVERSE_ROOT_OF_A_MINUS_D = range(8)
FIELD_CONSTANTS = (
    0,
    1,
    _D,
    2 * _D % PRIME,
    _ROOT_OF_MINUS_ONE,
    PRIME - 1,
    PRIME - _ROOT_OF_MINUS_ONE,
    _INVERSE_ROOT_OF_A_MINUS_D,
)

_WORD = ir.IntType(64)
_INDEX = ir.IntType(32)
_VECTOR = ir.VectorType(_WORD, LANES)
_MASK = ir.VectorType(_INDEX, LANES)


class Mode:
    """Which instructions multiply: the first argument of every wide kernel.

    Args:
        native: True for AVX-512 IFMA, which `native_available()` must have allowed.
    """

    def __init__(self, native: bool) -> None:
        self.native = native


NATIVE = Mode(native=True)
EMULATED = Mode(native=False)


class ModeType(types.Opaque):
    """What numba sees of a `Mode`: nothing at run time, the choice of instructions at compile time."""

    def __init__(self, native: bool) -> None:
        self.native = native
        super().__init__(name=f"UrnaMode({'native' if native else 'emulated'})")


class LanesType(types.Type):
    """Eight 64-bit words, multiplied in one mode."""

    def __init__(self, native: bool) -> None:
        self.native = native
        super().__init__(name=f"UrnaLanes({'native' if native else 'emulated'})")


@register_model(ModeType)
class _ModeModel(models.OpaqueModel):
    pass


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: LanesType) -> None:
        cast(Any, super()).__init__(manager, lanes, _VECTOR)


@typeof_impl.register(Mode)
def _type_of_mode(mode: Mode, _context: Any) -> ModeType:
    return ModeType(mode.native)


@cast(Any, unbox)(ModeType)  # type: ignore[untyped-decorator]
def _unbox_mode(_type: ModeType, _object: Any, context: Any) -> Any:
    return cast(Any, NativeValue)(context.context.get_dummy_value())


def native_available() -> bool:
    """Whether this processor multiplies 52 bits by 52 bits in eight lanes, and numba is to compile for it."""
    return has_ifma(_host_features()) and has_ifma(_target_features())


def has_ifma(features: Mapping[str, bool]) -> bool:
    """Whether a processor with these features, named as LLVM names them, can run the native mode."""
    return all(features.get(name, False) for name in IFMA_FEATURES)


def _host_features() -> Mapping[str, bool]:
    """What this processor can do."""
    return cast(Mapping[str, bool], binding.get_host_cpu_features())


def _target_features() -> Mapping[str, bool]:
    """What numba compiles for: this processor, or another one that NUMBA_CPU_FEATURES describes, as tests do."""
    told = cast(str | None, vars(numba_config).get("CPU_FEATURES"))
    if told is None:
        return _host_features()
    return {feature[1:]: feature.startswith("+") for feature in told.split(",")}


class Emitter:
    """The `Words` machine that writes LLVM operations on vectors.

    Args:
        builder: where the operations are written.
        native: whether halves of products are instructions or emulated.
    """

    _HALVES: ClassVar = {"low": "llvm.x86.avx512.vpmadd52l.uq.512", "high": "llvm.x86.avx512.vpmadd52h.uq.512"}

    def __init__(self, builder: ir.IRBuilder, native: bool) -> None:
        self.builder = builder
        self.native = native

    def constant(self, value: int) -> ir.Value:
        """The value in each lane."""
        return ir.Constant(_VECTOR, [value % 2**64] * LANES)

    def add(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """A + b, lane by lane."""
        return self.builder.add(a, b)

    def subtract(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """A - b, lane by lane."""
        return self.builder.sub(a, b)

    def times(self, a: ir.Value, factor: int) -> ir.Value:
        """A * factor, lane by lane."""
        return self.builder.mul(a, self.constant(factor))

    def below(self, a: ir.Value, bits: int) -> ir.Value:
        """The lowest bits of each lane."""
        return self.builder.and_(a, self.constant(2**bits - 1))

    def above(self, a: ir.Value, bits: int) -> ir.Value:
        """The bits above, of each lane."""
        return self.builder.lshr(a, self.constant(bits))

    def add_low(self, total: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        """Total + the lowest 52 bits of a * b; a and b count with their lowest 52 bits only."""
        if self.native:
            return self._instruction("low", total, a, b)
        outer, middle, _ = self._parts(a, b)
        return self.add(total, self.below(self.add(outer, self.builder.shl(middle, self.constant(26))), 52))

    def add_high(self, total: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        """Total + the bits 52 to 103 of a * b; a and b count with their lowest 52 bits only."""
        if self.native:
            return self._instruction("high", total, a, b)
        outer, middle, inner = self._parts(a, b)
        # outer + middle·2^26 may exceed 64 bits, so its bits from 26 up are summed first: below 2^26 + 2^53.
        carried = self.above(self.add(self.above(outer, 26), middle), 26)
        return self.add(total, self.add(inner, carried))

    def _parts(self, a: ir.Value, b: ir.Value) -> tuple[ir.Value, ir.Value, ir.Value]:
        """The three parts, at 2^0, 2^26 and 2^52, of a product of two numbers of 52 bits; each below 2^53."""
        a_low, a_high = self.below(a, 26), self.below(self.above(a, 26), 26)
        b_low, b_high = self.below(b, 26), self.below(self.above(b, 26), 26)
        multiply = self.builder.mul
        return (
            multiply(a_low, b_low),
            self.add(multiply(a_low, b_high), multiply(a_high, b_low)),
            multiply(a_high, b_high),
        )

    def _instruction(self, half: str, total: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        """One VPMADD52 instruction."""
        signature = ir.FunctionType(_VECTOR, [_VECTOR, _VECTOR, _VECTOR])
        function = _declared(self.builder.module, signature, self._HALVES[half])
        return self.builder.call(function, [total, a, b])


def _tuple_of(element: Any, count: int) -> Any:
    """The numba type of a tuple of equal things."""
    return cast(Any, types).UniTuple(element, count)


def _declared(module: ir.Module, signature: ir.FunctionType, name: str) -> ir.Function:
    """A function of LLVM's, declared in the module once."""
    return cast(Any, cgutils).get_or_insert_function(module, signature, name)


def _instruction(definition: Callable[..., Any]) -> Any:
    """The definition (types, then LLVM operations) as a function that kernels may call."""
    return intrinsic(definition)


# ------------------------------------------------------------------------------------------- vectors


def _operation(emit: Callable[[Emitter, list[ir.Value]], ir.Value]) -> Any:
    """An instruction from vectors of one mode to a vector of that mode."""

    def typed(arguments: Sequence[types.Type]) -> Any:
        return arguments[0](*arguments), lambda _context, builder, signature, values: emit(
            Emitter(builder, signature.return_type.native), values
        )

    return typed


_both_bits = _operation(lambda words, values: words.builder.and_(*values))
_either_bits = _operation(lambda words, values: words.builder.or_(*values))
_other_bits = _operation(lambda words, values: words.builder.xor(*values))


@_instruction
def both(_typing: Any, a: Any, b: Any) -> Any:
    """The bits set in a and in b."""
    return _both_bits((a, b))


@_instruction
def either(_typing: Any, a: Any, b: Any) -> Any:
    """The bits set in a or in b."""
    return _either_bits((a, b))


@_instruction
def unlike(_typing: Any, a: Any, b: Any) -> Any:
    """The bits in which a and b differ."""
    return _other_bits((a, b))


def _shift(name: Literal["shl", "lshr"], vector: Any, bits: Any) -> Any:
    """A shift of each lane by a number of bits known when the kernel is compiled."""
    if not isinstance(bits, types.IntegerLiteral):
        return None
    count = bits.literal_value

    def emit(_context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        return getattr(builder, name)(values[0], Emitter(builder, signature.return_type.native).constant(count))

    return vector(vector, bits), emit


@_instruction
def left(_typing: Any, vector: Any, bits: Any) -> Any:
    """Each lane shifted left; what leaves the 64 bits is lost."""
    return _shift("shl", vector, bits)


@_instruction
def right(_typing: Any, vector: Any, bits: Any) -> Any:
    """Each lane shifted right."""
    return _shift("lshr", vector, bits)


@_instruction
def is_zero_word(_typing: Any, vector: Any) -> Any:
    """All ones in the lanes that are 0, else 0."""

    def emit(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        return builder.sext(builder.icmp_unsigned("==", values[0], ir.Constant(_VECTOR, [0] * LANES)), _VECTOR)

    return vector(vector), emit


@_instruction
def same(_typing: Any, mode: Any, value: Any) -> Any:
    """A number known when the kernel is compiled, in every lane."""
    if not isinstance(value, types.IntegerLiteral):
        return None
    number = value.literal_value

    def emit(_context: Any, builder: ir.IRBuilder, _signature: Any, _values: Any) -> ir.Value:
        return Emitter(builder, mode.native).constant(number)

    return LanesType(mode.native)(mode, value), emit


# ------------------------------------------------------------------------------------- field elements


def _field_type(native: bool) -> Any:
    return _tuple_of(LanesType(native), LIMBS)


def _packed(builder: ir.IRBuilder, vectors: Sequence[ir.Value]) -> ir.Value:
    aggregate = ir.Constant(ir.ArrayType(_VECTOR, len(vectors)), ir.Undefined)
    for k, vector in enumerate(vectors):
        aggregate = builder.insert_value(aggregate, vector, k)
    return aggregate


def _unpacked(builder: ir.IRBuilder, aggregate: ir.Value, count: int = LIMBS) -> list[ir.Value]:
    return [builder.extract_value(aggregate, k) for k in range(count)]


def _on_elements(operation: Callable[..., list[ir.Value]], elements: Sequence[Any], own_function: bool = False) -> Any:
    """An operation of `wide_field` as an instruction on field elements.

    Args:
        operation: takes a `Words` machine and lists of limbs.
        elements: numba's types of the arguments: field elements of one mode.
        own_function: in the emulated mode, call one function instead of writing hundreds of operations at each use,
            which would take three times as long to compile.
    """
    native = elements[0].dtype.native

    def emit(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        if native:
            _refuse_without_ifma()
        if own_function and not native:
            return builder.call(_emulated_function(builder.module, operation, len(values)), values)
        return _packed(builder, operation(Emitter(builder, native), *(_unpacked(builder, value) for value in values)))

    return elements[0](*elements), emit


def _emulated_function(module: ir.Module, operation: Callable[..., list[ir.Value]], count: int) -> ir.Function:
    """The module's one emulated `product` or `square`."""
    name = f"urna_emulated_{operation.__name__}"
    if name in module.globals:
        return module.globals[name]
    element = ir.ArrayType(_VECTOR, LIMBS)
    function = ir.Function(module, ir.FunctionType(element, [element] * count), name)
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(_packed(builder, operation(Emitter(builder, False), *(_unpacked(builder, a) for a in function.args))))
    return function


def _refuse_without_ifma() -> None:
    """Stops a compilation that LLVM would abort the process for.

    Raises:
        RuntimeError: the processor compiled for has no IFMA.
    """
    if not has_ifma(_target_features()):
        raise RuntimeError("a wide kernel was compiled in the native mode for a processor without AVX-512 IFMA")


@_instruction
def mul(_typing: Any, a: Any, b: Any) -> Any:
    """A * b, carried."""
    return _on_elements(wide_field.product, (a, b), own_function=True)


@_instruction
def sq(_typing: Any, a: Any) -> Any:
    """A * a, carried."""
    return _on_elements(wide_field.square, (a,), own_function=True)


@_instruction
def add(_typing: Any, a: Any, b: Any) -> Any:
    """A + b, carried."""
    return _on_elements(wide_field.total, (a, b))


@_instruction
def sub(_typing: Any, a: Any, b: Any) -> Any:
    """A - b, carried."""
    return _on_elements(wide_field.difference, (a, b))


@_instruction
def neg(_typing: Any, a: Any) -> Any:
    """-a, loose."""
    return _on_elements(wide_field.opposite, (a,))


@_instruction
def freeze(_typing: Any, a: Any) -> Any:
    """The canonical limbs of a."""
    return _on_elements(wide_field.canonical, (a,))


@_instruction
def constant(_typing: Any, mode: Any, which: Any) -> Any:
    """One of `FIELD_CONSTANTS` in every lane, by its place in the list."""
    if not isinstance(which, types.IntegerLiteral):
        return None
    limbs = limbs_of(FIELD_CONSTANTS[which.literal_value])

    def emit(_context: Any, builder: ir.IRBuilder, _signature: Any, _values: Any) -> ir.Value:
        words = Emitter(builder, mode.native)
        return _packed(builder, [words.constant(limb) for limb in limbs])

    return _field_type(mode.native)(mode, which), emit


@_instruction
def select(_typing: Any, lanes: Any, a: Any, b: Any) -> Any:
    """Lane by lane: a where the lane is not 0, else b."""

    def emit(_context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
        chosen = builder.icmp_unsigned("!=", values[0], ir.Constant(_VECTOR, [0] * LANES))
        pairs = zip(_unpacked(builder, values[1]), _unpacked(builder, values[2]), strict=True)
        return _packed(builder, [builder.select(chosen, x, y) for x, y in pairs])

    return a(lanes, a, b), emit


@called
def is_zero(a: Field) -> Vector:
    """All ones in the lanes where a is 0 modulo p."""
    f = freeze(a)
    return is_zero_word(either(either(either(f[0], f[1]), either(f[2], f[3])), f[4]))


@called
def is_negative(mode: Any, a: Field) -> Vector:
    """Not 0 in the lanes where a is negative: odd, in RFC 9496's sense."""
    return both(freeze(a)[0], same(mode, 1))


# --------------------------------------------------------------------------------------------- memory


def _address(context: Any, builder: ir.IRBuilder, array_type: Any, array: ir.Value, index: ir.Value) -> ir.Value:
    """The address of array[index], as that of a vector."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


def _check_words(array: Any) -> None:
    """Refuses, when a kernel is compiled, what an address would be computed wrongly for."""
    if array.ndim != 1 or array.layout != "C" or array.dtype != types.uint64:
        raise TypingError(f"expected a contiguous array of 64-bit words, found {array}")


@_instruction
def load(_typing: Any, mode: Any, array: Any, index: Any) -> Any:
    """The eight words array[index : index + 8]; nobody checks that they exist."""
    _check_words(array)

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        return builder.load(_address(context, builder, signature.args[1], values[1], values[2]), align=8)

    return LanesType(mode.native)(mode, array, types.int64), emit


@_instruction
def store(_typing: Any, array: Any, index: Any, vector: Any) -> Any:
    """Writes eight words to array[index : index + 8]; nobody checks that they exist."""
    _check_words(array)

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        builder.store(values[2], _address(context, builder, signature.args[0], values[0], values[1]), align=8)
        return context.get_dummy_value()

    return types.void(array, types.int64, vector), emit


@_instruction
def prefetch(_typing: Any, array: Any, index: Any) -> Any:
    """Tells the processor that the cache line of array[index] will be read and written soon."""
    _check_words(array)

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        place = builder.bitcast(
            _address(context, builder, signature.args[0], values[0], values[1]), ir.IntType(8).as_pointer()
        )
        function_type = ir.FunctionType(ir.VoidType(), [place.type, _INDEX, _INDEX, _INDEX])
        function = _declared(builder.module, function_type, "llvm.prefetch.p0")
        builder.call(function, [place, ir.Constant(_INDEX, 1), ir.Constant(_INDEX, 3), ir.Constant(_INDEX, 1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), emit


_EIGHT_PLACES = _tuple_of(types.int64, LANES)


@_instruction
def load_rows(_typing: Any, mode: Any, array: Any, places: Any, shift: Any) -> Any:
    """Eight words from each of eight places, turned: vector k holds word `shift + k` of every place."""
    _check_words(array)
    if not isinstance(shift, types.IntegerLiteral):
        return None
    offset = ir.Constant(_WORD, shift.literal_value)

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        rows = []
        for place in _unpacked(builder, values[2], LANES):
            address = _address(context, builder, signature.args[1], values[1], builder.add(place, offset))
            rows.append(builder.load(address, align=8))
        return _packed(builder, _turned(builder, rows))

    return _tuple_of(LanesType(mode.native), LANES)(mode, array, _EIGHT_PLACES, shift), emit


@_instruction
def load_encodings(_typing: Any, mode: Any, array: Any, places: Any) -> Any:
    """Four words from each of eight places, turned: vectors 0 to 3; vectors 4 to 7 are 0."""
    _check_words(array)
    half = ir.VectorType(_WORD, 4)

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        rows = []
        for place in _unpacked(builder, values[2], LANES):
            address = builder.bitcast(
                _address(context, builder, signature.args[1], values[1], place), half.as_pointer()
            )
            words = builder.load(address, align=8)
            rows.append(builder.shuffle_vector(words, ir.Constant(half, [0] * 4), ir.Constant(_MASK, list(range(8)))))
        return _packed(builder, _turned(builder, rows))

    return _tuple_of(LanesType(mode.native), LANES)(mode, array, _EIGHT_PLACES), emit


@_instruction
def store_rows(_typing: Any, array: Any, places: Any, shift: Any, vectors: Any) -> Any:
    """The reverse of `load_rows`: word `shift + k` of every place becomes vector k's."""
    _check_words(array)
    if not isinstance(shift, types.IntegerLiteral):
        return None
    offset = ir.Constant(_WORD, shift.literal_value)

    def emit(context: Any, builder: ir.IRBuilder, signature: Any, values: Any) -> ir.Value:
        rows = _turned(builder, _unpacked(builder, values[3], LANES))
        for place, row in zip(_unpacked(builder, values[1], LANES), rows, strict=True):
            address = _address(context, builder, signature.args[0], values[0], builder.add(place, offset))
            builder.store(row, address, align=8)
        return context.get_dummy_value()

    return types.void(array, _EIGHT_PLACES, shift, vectors), emit


def _turned(builder: ir.IRBuilder, rows: Sequence[ir.Value]) -> list[ir.Value]:
    """The transpose of eight rows of eight words: pairs of words, then of pairs, then of halves."""
    for distance in (1, 2, 4):
        rows = _exchanged(builder, rows, distance)
    return list(rows)


def _exchanged(builder: ir.IRBuilder, rows: Sequence[ir.Value], distance: int) -> list[ir.Value]:
    """Row i and row i + distance exchange the blocks of that width that lie off the diagonal."""
    kept = [lane if not lane & distance else lane - distance + LANES for lane in range(LANES)]
    moved = [lane + distance if not lane & distance else lane + LANES for lane in range(LANES)]
    done = list(rows)
    for i in range(LANES):
        if not i & distance:
            a, b = rows[i], rows[i + distance]
            done[i] = builder.shuffle_vector(a, b, ir.Constant(_MASK, kept))
            done[i + distance] = builder.shuffle_vector(a, b, ir.Constant(_MASK, moved))
    return done


@called
def evenly(first: int, step: int) -> tuple[int, ...]:
    """Eight places, one step apart."""
    return (
        first,
        first + step,
        first + 2 * step,
        first + 3 * step,
        first + 4 * step,
        first + 5 * step,
        first + 6 * step,
        first + 7 * step,
    )


@called
def listed(places: Any, at: int) -> tuple[int, ...]:
    """Eight places from a list of them."""
    return (
        places[at],
        places[at + 1],
        places[at + 2],
        places[at + 3],
        places[at + 4],
        places[at + 5],
        places[at + 6],
        places[at + 7],
    )
