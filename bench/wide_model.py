"""A MODEL, NOT A MEASUREMENT: cycles of the wide kernels' hot loops, as llvm-mca predicts them where there is IFMA.

No machine that urna was measured on has AVX-512 IFMA. Another process compiles the wide kernels for Ice Lake, without
running them, and llvm-mca (Debian's package `llvm`) reads the assembly. It knows how long instructions take and which
units carry them out; it knows nothing of memory, caches, frequencies and other threads, so a real processor is slower.

What is not in the model at all: hashes, scalars and everything that `urna verify` does outside of these kernels.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench.figures import Figure, Skipped

PROCESSOR = "icelake-server"
FEATURES = "+avx,+avx2,+fma,+bmi,+bmi2,+avx512f,+avx512dq,+avx512bw,+avx512vl,+avx512ifma"
ITERATIONS = 100
"""Of a loop in the model; the time of one is their mean."""

LANES, BOTH = 8, 16
"""Elements in a vector; a root is found for two vectors at once."""

SQUARINGS, PRODUCTS = 253, 15
"""Of an inverse root (`wide_points.inverse_roots`): 251 and 12 in its power, 2 and 3 around it."""

OPTIONS, POINTS, ADDITIONS = 12, 76, 1200
"""A ballot of one contest with 12 options in a box of 1,024: points decoded, and digits that are not skipped, 24 for a
ciphertext's point and 12 for a commitment's (`engine.windows_for`)."""


class Block(NamedTuple):
    """Instructions that are carried out one after the other."""

    function: str
    label: str
    lines: tuple[str, ...]
    is_loop: bool
    """Whether it ends with a jump to its own beginning."""

    def count(self, *words: str) -> int:
        """How many instructions have all of these words."""
        return sum(all(word in line for word in words) for line in self.lines)

    @property
    def spills(self) -> int:
        """Instructions that move a vector to the stack or take one from it."""
        return sum("zmm" in line and re.search(r"\(%r[sb]p", line) is not None for line in self.lines)


def run(runs: int) -> Iterator[Figure]:
    """1. Compile for another processor. 2. Find the hot loops. 3. Ask the model. The same answer in every run.

    Raises:
        Skipped: llvm-mca is absent.
        RuntimeError: a loop is not made of the two instructions, or the squaring loop spills.
    """
    del runs
    if shutil.which("llvm-mca") is None:
        raise Skipped("llvm-mca is absent (Debian's package llvm)")
    with tempfile.TemporaryDirectory() as folder:
        kernels = {name: list(_blocks(text)) for name, text in _assembly(Path(folder)).items()}
    bucket, column = _largest(kernels["_accumulate"]), _largest(kernels["_sum_columns"])
    decoding = kernels["_decode_niels"]
    square = next(each for each in decoding if each.is_loop and "_sq_pair_times" in each.function)
    if square.spills:
        raise RuntimeError("the squaring loop moves vectors to the stack")
    sums = {"a bucket addition": bucket, "a column addition": column}
    for name, block in sums.items():
        yield from _described(name, block, LANES)
    yield from _described("a squaring", square, BOTH)
    decoded = _decoding_cycles(decoding, square)
    yield Figure("model: a point decoded", decoded, "cycles")
    total = POINTS * decoded + ADDITIONS * _cycles(bucket) / LANES + 2 * OPTIONS * _cycles(column) / LANES
    yield Figure(f"model: a ballot of {OPTIONS} options, these kernels alone", total, "cycles")


def _described(name: str, block: Block, elements: int) -> Iterator[Figure]:
    """Cycles for one element, and what the loop is made of."""
    low, high = block.count("vpmadd52luq"), block.count("vpmadd52huq")
    if min(low, high) < 15:
        raise RuntimeError(f"{name}: {low} VPMADD52LUQ and {high} VPMADD52HUQ")
    yield Figure(f"model: {name}", _cycles(block) / elements, "cycles")
    yield Figure(f"its loop, {elements} at once: instructions", len(block.lines), "instructions")
    yield Figure(f"its loop, {elements} at once: of IFMA", low + high, "instructions")
    yield Figure(f"its loop, {elements} at once: vectors to or from the stack", block.spills, "instructions")


def _decoding_cycles(blocks: Iterable[Block], square: Block) -> float:
    """Of one point: the root's squarings and products, and everything around the root once for eight points."""
    blocks = list(blocks)
    product = sum(_cycles(each) for each in blocks if "_mul_pair" in each.function)
    twice = ("decoding_denominator", "_root_from", "7decoded")
    around = sum(2 * _cycles(each) for each in blocks if any(part in each.function for part in twice))
    around += _cycles(_largest([each for each in blocks if "_decode_niels" in each.function]))
    return (SQUARINGS * _cycles(square) + PRODUCTS * product + around) / BOTH


def _largest(blocks: Iterable[Block]) -> Block:
    """The block with most products."""
    return max(blocks, key=lambda block: block.count("vpmadd52"))


def _cycles(block: Block) -> float:
    """Of one pass, calls and returns left out."""
    kept = [line for line in block.lines if not line.startswith(("call", "ret", "j"))]
    if not kept:
        return 0.0
    command = ["llvm-mca", f"-mcpu={PROCESSOR}", f"-iterations={ITERATIONS}", "-instruction-info=0"]
    answer = subprocess.run(command, input="\n".join(kept), capture_output=True, text=True, check=True)
    (cycles,) = re.findall(r"^Total Cycles:\s+(\d+)$", answer.stdout, re.MULTILINE)
    return int(cycles) / ITERATIONS


def _blocks(text: str) -> Iterator[Block]:
    """The blocks of an assembly text, each from its label to the next one."""
    function, label, lines = "", "", list[str]()
    for line in (*text.splitlines(), "end:"):
        name = re.match(r"([^\s:]+):", line)
        if name and (name[1].startswith(".LBB") or not name[1].startswith(".L")):
            if lines:
                yield Block(function, label, tuple(lines), any(re.match(rf"j\w+\s+{label}$", each) for each in lines))
            label, lines = name[1], []
            function = function if label.startswith(".LBB") else label
        elif (said := line.split("#")[0].strip()) and not said.startswith(".") and not name:
            lines.append(said)


def _assembly(folder: Path) -> dict[str, str]:
    """The kernels' text, compiled in a process that never runs them."""
    chosen = {"NUMBA_CPU_NAME": PROCESSOR, "NUMBA_CPU_FEATURES": FEATURES, "NUMBA_CACHE_DIR": str(folder)}
    command = [sys.executable, "-m", "bench.wide_model", str(folder)]
    subprocess.run(command, env={**os.environ, **chosen}, check=True)
    return {path.stem: path.read_text() for path in folder.glob("*.s")}


def _compile_into(folder: Path) -> None:
    from numba import types  # noqa: PLC0415 - only in the process that compiles

    from urna.crypto.kernels import wide, wide_lanes  # noqa: PLC0415 - likewise

    words, digits = (types.Array(each, 1, "C") for each in (types.uint64, types.int32))
    number, mode = types.int64, wide_lanes.ModeType(native=True)
    arguments = {
        "_decode_niels": (words, number, number, words, words),
        "_accumulate": (words, words, digits, number, number, number),
        "_sum_columns": (words, number, number, words),
    }
    kernels: list[Any] = [each for each in wide.KERNELS if each.__name__ in arguments]
    for kernel in kernels:
        kernel.compile((mode, *arguments[kernel.__name__]))
        (folder / f"{kernel.__name__}.s").write_text("".join(kernel.inspect_asm().values()))


if __name__ == "__main__":
    _compile_into(Path(sys.argv[1]))
