"""Tests of the two ways to multiply lanes: the emulation against integers, the native one as assembly text."""

import ctypes
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from llvmlite import binding, ir  # type: ignore[import-untyped] # it has no types

from urna.crypto.kernels import wide_field, wide_lanes
from urna.crypto.kernels.wide_field import LIMBS, PRIME, TWICE_PRIME, value_of
from urna.crypto.kernels.wide_lanes import FIELD_CONSTANTS, INVERSE_ROOT_OF_A_MINUS_D, LANES, D, Emitter

VECTOR = ir.VectorType(ir.IntType(64), LANES)
MODES = [
    pytest.param(False, id="emulated"),
    pytest.param(
        True,
        id="native",
        marks=pytest.mark.skipif(not wide_lanes.native_available(), reason="this processor has no AVX-512 IFMA"),
    ),
]
Operation = Callable[..., list[ir.Value]]


def vector_function(operation: Operation, inputs: int, native: bool) -> ir.Module:
    """A module with one function: pointers to inputs and to outputs, each several vectors in a row."""
    module = ir.Module()
    pointer = VECTOR.as_pointer()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), "operation")
    builder = ir.IRBuilder(function.append_basic_block())

    def at(start: ir.Value, k: int) -> ir.Value:
        return builder.gep(start, [ir.Constant(ir.IntType(64), k)])

    loaded = [builder.load(at(function.args[0], k), align=8) for k in range(inputs)]
    for k, vector in enumerate(operation(Emitter(builder, native), loaded)):
        builder.store(vector, at(function.args[1], k), align=8)
    builder.ret_void()
    return module


def parsed(module: ir.Module, triple: str = "") -> Any:
    """The module as LLVM reads it; the compiler is made ready for every processor it knows."""
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    reference = binding.parse_assembly(str(module))
    reference.triple = triple or binding.get_default_triple()
    reference.verify()
    return reference


def run(module: ir.Module, inputs: np.ndarray[Any, Any], outputs: int) -> np.ndarray[Any, Any]:
    """Compiles for this processor and calls once."""
    machine = binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(), opt=2
    )
    results = np.zeros(outputs * LANES, np.uint64)
    with binding.create_mcjit_compiler(parsed(module), machine) as engine:
        engine.finalize_object()
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(engine.get_function_address("operation"))
        function(inputs.ctypes.data, results.ctypes.data)
    return results


def assembly(module: ir.Module, processor: str) -> str:
    """The text for another processor, which nobody runs."""
    triple = "x86_64-unknown-linux-gnu"
    reference = parsed(module, triple)
    machine = binding.Target.from_triple(triple).create_target_machine(cpu=processor, features="", opt=3)
    return str(machine.emit_assembly(reference))


def halves(words: Emitter, loaded: list[ir.Value]) -> list[ir.Value]:
    """Both halves of one product of lanes."""
    return [words.add_low(*loaded), words.add_high(*loaded)]


def product(words: Emitter, loaded: list[ir.Value]) -> list[ir.Value]:
    """One product of field elements."""
    return wide_field.product(words, loaded[:LIMBS], loaded[LIMBS:])


def square(words: Emitter, loaded: list[ir.Value]) -> list[ir.Value]:
    """One square."""
    return wide_field.square(words, loaded)


@pytest.mark.parametrize("native", MODES)
def test_halves_of_products_are_exactly_those_of_integers(native: bool) -> None:
    """The low and the high 52 bits are added to the total modulo 2^64; bits of factors above 52 do not count."""
    chance = random.Random(26)
    edges = [0, 1, 2**26 - 1, 2**26, 2**26 + 1, 2**51, 2**52 - 2**26, 2**52 - 1, 2**52, 2**63 + 5, 2**64 - 1]
    factors = [(a, b) for a in edges for b in edges]
    factors += [(chance.getrandbits(64), chance.getrandbits(64)) for _ in range(20_000)]
    factors += [(chance.getrandbits(52), chance.getrandbits(52)) for _ in range(20_000)]
    totals = [chance.choice([0, 2**64 - 1, chance.getrandbits(64)]) for _ in factors]
    size = len(factors) // LANES * LANES
    inputs = np.array([totals[:size], [a for a, _ in factors[:size]], [b for _, b in factors[:size]]], np.uint64)
    low, high = halves_of_many(inputs, native)
    for k in range(size):
        whole = (factors[k][0] % 2**52) * (factors[k][1] % 2**52)
        assert int(low[k]) == (totals[k] + whole % 2**52) % 2**64
        assert int(high[k]) == (totals[k] + (whole >> 52)) % 2**64


def halves_of_many(inputs: np.ndarray[Any, Any], native: bool) -> np.ndarray[Any, Any]:
    """Both halves for many lanes in one call: the same operation written once for a block of vectors, and looped."""
    module = ir.Module()
    word, pointer = ir.IntType(64), VECTOR.as_pointer()
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer, pointer]), "operation")
    entry, loop, end = (function.append_basic_block() for _ in range(3))
    count = inputs.shape[1] // LANES
    builder = ir.IRBuilder(entry)
    builder.branch(loop)
    builder.position_at_end(loop)
    index = builder.phi(word)
    index.add_incoming(ir.Constant(word, 0), entry)

    def at(start: ir.Value, row: int) -> ir.Value:
        return builder.gep(start, [builder.add(index, ir.Constant(word, row * count))])

    loaded = [builder.load(at(function.args[0], row), align=8) for row in range(3)]
    for row, vector in enumerate(halves(Emitter(builder, native), loaded)):
        builder.store(vector, at(function.args[1], row), align=8)
    following = builder.add(index, ir.Constant(word, 1))
    index.add_incoming(following, loop)
    builder.cbranch(builder.icmp_unsigned("<", following, ir.Constant(word, count)), loop, end)
    builder.position_at_end(end)
    builder.ret_void()
    return run(module, np.ascontiguousarray(inputs).reshape(-1), 2 * count).reshape(2, -1)


@pytest.mark.parametrize("native", MODES)
@pytest.mark.parametrize(("operation", "elements"), [(product, 2), (square, 1)])
def test_products_of_eight_loose_elements_are_right_modulo_p(operation: Operation, elements: int, native: bool) -> None:
    """The compiled product and square, with limbs at their maxima and at random, equal those of integers."""
    chance = random.Random(64)
    limits = np.array(TWICE_PRIME * elements, np.uint64)
    module = vector_function(operation, LIMBS * elements, native)
    for case in range(20):
        lanes = [
            [limit if case % 3 == 0 or chance.random() < 0.2 else chance.randint(0, limit) for limit in limits.tolist()]
            for _ in range(LANES)
        ]
        out = run(module, np.array(lanes, np.uint64).T.reshape(-1).copy(), LIMBS).reshape(LIMBS, LANES)
        for lane, limbs in enumerate(lanes):
            values = [value_of(limbs[LIMBS * k : LIMBS * (k + 1)]) for k in range(elements)]
            assert value_of(out[:, lane].tolist()) == values[0] * values[-1] % PRIME


@pytest.mark.parametrize("processor", ["znver4", "znver5", "icelake-server", "sapphirerapids"])
@pytest.mark.parametrize(("operation", "inputs", "products"), [(product, 10, 25), (square, 5, 15)])
def test_the_native_product_is_one_instruction_for_each_half(
    operation: Operation, inputs: int, products: int, processor: str
) -> None:
    """25 low and 25 high halves of a product, 15 and 15 of a square, in 512-bit registers, and one low for a carry."""
    text = assembly(vector_function(operation, inputs, native=True), processor)
    assert len(re.findall(r"\tvpmadd52luq\t.*%zmm", text)) == products + 1
    assert len(re.findall(r"\tvpmadd52huq\t.*%zmm", text)) == products
    assert "call" not in text


@pytest.mark.parametrize("processor", ["x86-64", "znver3"])
def test_the_emulation_needs_no_such_instruction(processor: str) -> None:
    """The emulated product compiles for processors without AVX-512."""
    assert "vpmadd52" not in assembly(vector_function(product, 10, native=False), processor)


def test_a_processor_needs_all_three_features() -> None:
    """Without one of AVX-512 F, DQ and IFMA the native mode is not available."""
    every = dict.fromkeys(wide_lanes.IFMA_FEATURES, True)
    assert wide_lanes.has_ifma(every)
    assert not any(wide_lanes.has_ifma({**every, name: False}) for name in every)
    assert not wide_lanes.has_ifma({})


def test_the_constants_are_those_of_the_curve() -> None:
    """The curve's d solves 121666·d = -121665, and the inverse root squared times (-1 - d) is 1, and is even."""
    d, root = FIELD_CONSTANTS[D], FIELD_CONSTANTS[INVERSE_ROOT_OF_A_MINUS_D]
    assert 121666 * d % PRIME == PRIME - 121665
    assert root * root * (-1 - d) % PRIME == 1
    assert root % 2 == 0
    assert FIELD_CONSTANTS[wide_lanes.ROOT_OF_MINUS_ONE] ** 2 % PRIME == PRIME - 1
