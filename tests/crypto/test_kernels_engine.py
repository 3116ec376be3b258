"""What the engine promises about arrays, sums, refusals and compiling."""

import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pytest
from tests.crypto.rfc9496 import MULTIPLES

from urna.crypto.kernels import compiler, engine, tier
from urna.crypto.kernels.tier import Tier
from urna.errors import Malformed

Rows = npt.NDArray[np.uint8]

RFC = np.frombuffer(bytes.fromhex("".join(MULTIPLES)), np.uint8).reshape(16, 32)


def chunk(shape: tuple[int, ...], seed: int) -> tuple[npt.NDArray[np.int64], Rows]:
    """Random small multiples of the generator, as numbers and as points."""
    numbers = np.random.default_rng(seed).integers(0, 16, shape)
    return numbers, RFC[numbers]


def multiple(number: int) -> bytes:
    """A small multiple of the generator."""
    factor = np.frombuffer(number.to_bytes(32, "little"), np.uint8).reshape(1, 32)
    return engine.multiples(factor, engine.GENERATOR, np.zeros((1, 32), np.uint8), RFC[:1]).tobytes()


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 100])
def test_a_sum_of_points_is_their_sum(count: int) -> None:
    """Any number of points, none included."""
    numbers, points = chunk((count,), count)
    assert engine.sum_points(points) == multiple(int(numbers.sum()))


@pytest.mark.parametrize("columns", [1, 3, 4, 5, 24])
def test_columns_are_summed_apart(columns: int) -> None:
    """Any number of columns."""
    numbers, points = chunk((9, columns), columns)
    expected = [multiple(int(total)) for total in numbers.sum(axis=0)]
    assert [row.tobytes() for row in engine.sum_columns(points)] == expected


def test_groups_are_summed_apart() -> None:
    """Each row counts for its group; a group without rows has the identity."""
    numbers, points = chunk((20, 3), 30)
    groups = np.array([random.Random(i).choice([0, 1, 3]) for i in range(20)])
    sums = engine.sum_columns(points, groups)
    assert sums.shape == (4, 3, 32)
    assert not sums[2].any()
    for group in (0, 1, 3):
        totals = numbers[groups == group].sum(axis=0)
        assert [row.tobytes() for row in sums[group]] == [multiple(int(total)) for total in totals]


def test_a_running_sum_does_not_depend_on_its_chunks() -> None:
    """One chunk, many chunks, empty chunks."""
    _, points = chunk((20, 5), 31)
    whole, pieces = engine.ColumnSum(5), engine.ColumnSum(5)
    whole.add(points)
    for start, end in ((0, 1), (1, 1), (1, 13), (13, 20), (20, 20)):
        pieces.add(points[start:end])
        pieces.result()
    assert (whole.result() == pieces.result()).all()


def test_a_chunk_with_a_bad_point_adds_nothing() -> None:
    """The sum before it stands, and the row is named."""
    _, points = chunk((4, 5), 32)
    total = engine.ColumnSum(5)
    total.add(points)
    before = total.result()
    damaged = points.copy()
    damaged[2, 3] = 255
    with pytest.raises(Malformed, match="row 13"):
        total.add(damaged)
    assert (total.result() == before).all()


def test_arrays_may_lie_anywhere_in_memory() -> None:
    """Slices, columns, odd addresses and read-only bytes give the same."""
    wide = np.zeros((16, 77), np.uint8)
    wide[:, 5:37] = RFC
    odd = np.frombuffer(b"x" + RFC.tobytes(), np.uint8)[1:].reshape(16, 32)
    for points in (wide[:, 5:37], odd, np.asfortranarray(RFC), RFC[::-1]):
        decoded, bad = engine.decode_points(points)
        assert not bad.any()
        ones = np.zeros((16, 32), np.uint8)
        ones[:, 0] = 1
        assert engine.multi_scalar(decoded, ones) == multiple(120)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_no_points_are_no_trouble(rows: int) -> None:
    """Empty arrays decode, encode and add up to the identity."""
    points, bad = engine.decode_points(RFC[:rows])
    assert (points.size, bad.shape) == (rows, (rows,))
    none = np.zeros((0, 32), np.uint8)
    assert engine.encode_edwards(none).shape == (0, 32)
    assert engine.multiples(none, engine.GENERATOR, none, none).shape == (0, 32)
    assert engine.multi_scalar_is_identity(points.take(slice(0, 0)), none)


def test_a_base_that_is_no_point_is_refused() -> None:
    """Its bytes come from a record, too."""
    ones = np.zeros((1, 32), np.uint8)
    with pytest.raises(Malformed, match="ristretto255"):
        engine.multiples(ones, b"\xff" * 32, ones, RFC[:1])


@pytest.mark.parametrize(("scalar", "bits"), [(2**128, 128), (2**253, 253), (2**255, 253), (2**256 - 1, 254), (8, 3)])
def test_a_scalar_that_is_too_long_is_a_mistake_of_the_caller(scalar: int, bits: int) -> None:
    """Its upper bits are never dropped in silence."""
    factor = np.frombuffer(scalar.to_bytes(32, "little"), np.uint8).reshape(1, 32)
    with pytest.raises(ValueError, match="bits"):
        engine.multi_scalar(engine.check_points(RFC[1:2]), factor, bits)


def test_scalars_and_points_are_as_many() -> None:
    """One scalar for two points is a mistake of the caller."""
    with pytest.raises(ValueError, match="as many"):
        engine.multi_scalar(engine.check_points(RFC[1:3]), np.zeros((1, 32), np.uint8))


def test_the_wide_tier_is_offered_only_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling it elsewhere would end the process."""
    monkeypatch.setattr(tier, "native_available", lambda: False)
    assert tier.available() == (Tier.PORTABLE,)
    monkeypatch.setattr(tier, "native_available", lambda: True)
    assert tier.available() == (Tier.WIDE, Tier.PORTABLE)


@pytest.mark.slow
def test_warming_tells_its_progress_and_leaves_nothing_to_compile() -> None:
    """From 0 to all steps; afterwards every kernel has its machine code."""
    told: list[tuple[int, int]] = []
    engine.warm(lambda done, of: told.append((done, of)), Tier.PORTABLE)
    steps = told[-1][1]
    assert told == [(done, steps) for done in range(steps + 1)]
    kernels: list[Any] = list(engine.kernels_of(Tier.PORTABLE))
    assert all(len(kernel.signatures) >= 1 for kernel in kernels)


def test_warming_notices_a_kernel_that_computes_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stale cache is a mistake that nobody would see."""
    engine.kernels_of.cache_clear()
    monkeypatch.setattr(engine, "_PORTABLE", engine._PORTABLE._replace(sum_columns=lambda *_: None))
    with pytest.raises(RuntimeError, match="__pycache__"):
        engine.warm(tier=Tier.PORTABLE)
    engine.kernels_of.cache_clear()


def test_importing_compiles_nothing() -> None:
    """A program that only reads a record starts at once."""
    code = (
        "from numba.core.dispatcher import Dispatcher\n"
        "import urna.crypto.box_check, urna.crypto.kernels as k, sys\n"
        "found = [v for n, m in sys.modules.items() if n.startswith('urna.crypto.kernels') for v in vars(m).values()]\n"
        "found = [v for v in found if isinstance(v, Dispatcher)]\n"
        "assert len(found) > 20 and not any(v.signatures for v in found), found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_kernel_compiles_where_no_cache_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba refuses to cache on a sealed disk; the kernel then compiles anew."""
    real = numba.njit

    def sealed(*arguments: Any, **options: Any) -> Any:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", sealed)

    @compiler.compiled
    def twice(number: int) -> int:
        return 2 * number

    assert twice(21) == 42


def test_a_tier_that_computes_something_else_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kernel is compared with the portable one on this very machine, before anything rests on it."""
    honest = engine.kernels_of(Tier.PORTABLE)
    for name in ("decode_niels", "encode", "accumulate", "reduce_windows", "sum_columns", "combine"):
        broken = honest._replace(**{name: _spoiled(getattr(honest, name))})
        monkeypatch.setattr(engine, "kernels_of", lambda tier, kernels=broken: kernels if tier is Tier.WIDE else honest)
        monkeypatch.setattr(engine, "available", lambda: (Tier.WIDE, Tier.PORTABLE))
        engine.trusted_tier.cache_clear()
        assert engine.trusted_tier() is Tier.PORTABLE, name
    monkeypatch.setattr(engine, "kernels_of", lambda tier: honest)
    engine.trusted_tier.cache_clear()
    assert engine.trusted_tier() is Tier.WIDE
    engine.trusted_tier.cache_clear()


@pytest.mark.slow
def test_the_emulated_wide_tier_agrees() -> None:
    """As the native one has to before it is used."""
    assert engine.agrees(Tier.WIDE_EMULATED)


def _spoiled(kernel: Callable[..., None]) -> Callable[..., None]:
    """A kernel that writes something else in every place that it may write."""

    def run(*arguments: object) -> None:
        kernel(*arguments)
        for each in arguments:
            if isinstance(each, np.ndarray) and each.flags.writeable and each.size:
                np.add(each, each.dtype.type(1), out=each)

    return run
