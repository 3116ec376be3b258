"""The exact scan: templates a second, beside a loop in C on the same gallery and with the same probes.

The loop (bench/scan_loop.c) is compiled with gcc where there is one. A processor with VPOPCNTDQ is estimated from
the laboratory's measurement of a C loop on such a processor (design, lab notes §5.1), by the number of 64-bit words
compared: an estimate, not a measurement. Rates of one core are of processor time.
"""

import ctypes
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bench.figures import Act, Figure, Skipped, rate_of_runs, ratio
from bench.galleries import development_set, processor_seconds, short_strangers, strangers
from urna.biometrics.blocks import LANES
from urna.biometrics.cylinders import WORDS, Cylinders
from urna.biometrics.gallery import Gallery, cylinders_of, part_of
from urna.biometrics.scan import ANY_TURN, REACH, Probe, Scores, probe_of, scan, scan_rows
from urna.compute.processes import over_processes

ROWS = 10_000
SIZE = 40
WANTED = 12
LOOP = Path(__file__).with_name("scan_loop.c")

LAB_WORDS = 48 * 40 * WORDS * 0.305e6
"""64-bit words a second of the laboratory's C loop on one core with VPOPCNTDQ: 48 and 40 cylinders, 0.305 M/s."""


def run(runs: int) -> Iterator[Figure]:
    """1. Templates of one size, ours beside C. 2. What a processor with VPOPCNTDQ would do. 3. Whole templates."""
    gallery = short_strangers(ROWS, SIZE)
    probe = probe_of(cylinders_of(gallery, 7))
    for name, reach in (("any direction", ANY_TURN), ("within 45°", REACH)):
        yield from _beside_c(name, gallery, probe, reach, runs)
        yield from _estimate(name, gallery, probe, reach)
    yield from _all_cores(gallery, probe, runs)
    yield from _whole(runs)


def _beside_c(name: str, gallery: Gallery, probe: Probe, reach: int, runs: int) -> Iterator[Figure]:
    loop = c_loop()
    ours, theirs = np.empty(ROWS, np.float32), np.empty(ROWS, np.float32)
    acts: tuple[Act, Act] = (
        lambda: loop(gallery, probe, reach, theirs),
        lambda: scan_rows(gallery, probe, reach, 0, ours),
    )
    for act in acts:
        act()
    assert np.allclose(ours, theirs, atol=1e-6), "the two loops disagree"
    seconds = [tuple(processor_seconds(act) for act in acts) for _ in range(runs)]
    c, own = zip(*seconds, strict=True)
    yield rate_of_runs(f"scan, {name}, {SIZE} against {SIZE} cylinders: C for AVX2, one core", ROWS, c, "templates/s")
    yield rate_of_runs(f"scan, {name}, {SIZE} against {SIZE} cylinders, one core", ROWS, own, "templates/s")
    yield ratio(f"scan, {name}: C ÷ ours, by time", c, own)


def _estimate(name: str, gallery: Gallery, probe: Probe, reach: int) -> Iterator[Figure]:
    words = words_compared(gallery, probe, reach) / ROWS
    yield Figure(f"scan, {name}: words of 64 bits compared", words, "words/template")
    yield Figure(f"scan, {name}: estimate for one core with VPOPCNTDQ, not measured", LAB_WORDS / words, "templates/s")


def words_compared(gallery: Gallery, probe: Probe, reach: int) -> int:
    """How many words the scan looks at: blocks with a direction near the probe's, eight cylinders each."""
    low, high = gallery.angles[:, 0].astype(int), gallery.angles[:, -1].astype(int)
    visits = sum(int((((int(angle) - low + reach) & 255) <= high - low + 2 * reach).sum()) for angle in probe.angles)
    return visits * LANES * WORDS


def _all_cores(gallery: Gallery, probe: Probe, runs: int) -> Iterator[Figure]:
    """All cores at once, each with its part; the start of processes is left out by a first, empty round."""
    times = [list(over_processes(_Timed(gallery, probe), range(8), worth_it=2, chunk=1)) for _ in range(runs)]
    begun = [min(start for start, _ in each) for each in times]
    ended = [max(end for _, end in each) for each in times]
    seconds = [end - start for start, end in zip(begun, ended, strict=True)]
    yield rate_of_runs("scan, within 45°, all cores of this machine", 8 * ROWS, seconds, "templates/s")


class _Timed:
    """One scan of the gallery and when it began and ended."""

    def __init__(self, gallery: Gallery, probe: Probe) -> None:
        self.gallery, self.probe = gallery, probe

    def __call__(self, number: int) -> tuple[float, float]:
        start = time.monotonic()
        scan_rows(self.gallery, self.probe, REACH, 0, np.empty(ROWS, np.float32))
        return start, time.monotonic()


def _whole(runs: int) -> Iterator[Figure]:
    """Probes of the development set against whole templates, as in the figures of accuracy."""
    gallery = part_of(strangers(ROWS), 0, ROWS)
    probes = [image.cylinders for image in development_set()[::8]]
    yield Figure("whole templates: cylinders of a gallery's template", float(gallery.sizes.mean()), "cylinders")
    yield Figure("whole templates: cylinders of a probe", float(np.mean([len(p.x) for p in probes])), "cylinders")
    for name, reach in (("any direction", ANY_TURN), ("within 45°", REACH)):
        seconds = [processor_seconds(lambda reach=reach: _scan_all(gallery, probes, reach)) for _ in range(runs)]  # type: ignore[misc]
        yield rate_of_runs(f"whole templates, {name}, one core", ROWS * len(probes), seconds, "templates/s")


def _scan_all(gallery: Gallery, probes: list[Cylinders], reach: int) -> None:
    for probe in probes:
        scan(gallery, probe, reach)


def c_loop() -> Callable[[Gallery, Probe, int, Scores], None]:
    """The loop in C, compiled for this machine.

    Raises:
        Skipped: no gcc, or no AVX2.
    """
    cpuinfo = Path("/proc/cpuinfo")
    if not shutil.which("gcc"):
        raise Skipped("no gcc, so no loop in C to compare with")
    if not cpuinfo.exists() or " avx2 " not in cpuinfo.read_text(encoding="utf-8"):
        raise Skipped("the loop in C needs AVX2")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "scan_loop.so"
        command = ["gcc", "-O3", "-mavx2", "-mfma", "-shared", "-fPIC", "-o", library, LOOP, "-lm"]
        subprocess.run([str(each) for each in command], check=True)
        function = ctypes.CDLL(str(library)).scan
    return lambda gallery, probe, reach, scores: _call(function, gallery, probe, reach, scores)


def _call(function: Callable[..., object], gallery: Gallery, probe: Probe, reach: int, scores: Scores) -> None:
    def at(column: np.ndarray) -> ctypes.c_void_p:
        return ctypes.c_void_p(column.ctypes.data)

    function(
        *(at(column) for column in (gallery.bits, gallery.norms, gallery.angles, gallery.offsets)),
        ctypes.c_int64(len(scores)),
        *(at(column) for column in probe),
        ctypes.c_int64(len(probe.angles)),
        ctypes.c_int(reach),
        ctypes.c_int(WANTED),
        at(scores),
    )
