"""The exact scan: how alike one finger is to every template of a gallery, by its cylinders alone.

1. For each cylinder of the probe, find the most alike cylinder of the template among those turned alike.
2. The score is the mean likeness of the best nP of them.

Local similarity sort (Cappelli, Ferrara, Maltoni, IEEE TPAMI 32(12), 2010, §4.1; bits by eq. 26, without masks): a
filter, not a verdict. It says which few templates are worth a full comparison (`urna.biometrics.shortlist`).

Scores are the same on every machine and in every order: counts are whole, and each template's few float32 steps are
those of IEEE 754 in a fixed order.
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.blocks import least_unlike
from urna.biometrics.cylinders import Bits, Cylinders
from urna.biometrics.gallery import Gallery, whole_turns
from urna.biometrics.kernel import compiled
from urna.biometrics.match import MAX_PAIRS, MIN_PAIRS

REACH = 32
"""Cylinders turned more than 45 degrees apart are not compared (1/256 of a turn). Fingers are laid down upright."""

ANY_TURN = 127
"""A reach that leaves out nothing but cylinders turned exactly to the opposite."""

Scores = NDArray[np.float32]

_WANTED = np.array([MIN_PAIRS + round((MAX_PAIRS - MIN_PAIRS) / (1 + math.exp(-0.4 * (n - 20)))) for n in range(256)])
"""nP of eq. 13, by the smaller number of cylinders."""


class Probe(NamedTuple):
    """The finger that is searched for: its cylinders that have any ones, as the scan reads them.

    `bits` (n, WORDS) uint64; `norms` (n,) float32; `angles` (n,) uint8, 1/256 of a turn.
    """

    bits: Bits
    norms: NDArray[np.float32]
    angles: NDArray[np.uint8]


class ScanKernel(Protocol):
    """What fills in the scores of some rows; another one may do it on other hardware, with the same results."""

    def __call__(self, gallery: Gallery, probe: Probe, reach: int, first: int, scores: Scores, /) -> None:
        """Scores of the rows from `first` on, as many as `scores` has places; releases Python's lock meanwhile."""
        ...


def probe_of(cylinders: Cylinders) -> Probe:
    """A finger as the scan wants it."""
    counts = np.bitwise_count(cylinders.bits).sum(axis=1)
    some = counts > 0
    bits = np.ascontiguousarray(cylinders.bits[some])
    return Probe(bits, np.sqrt(counts[some]).astype(np.float32), whole_turns(cylinders.angle[some]))


@compiled
def scan_rows(gallery: Gallery, probe: Probe, reach: int, first: int, scores: Scores) -> None:
    """The `ScanKernel` of processors."""
    top = np.empty(MAX_PAIRS, np.float32)
    for place in range(len(scores)):
        row = first + place
        top[:] = np.float32(1.0)
        for cylinder in range(len(probe.angles)):
            unlike = least_unlike(
                gallery.bits,
                gallery.norms,
                gallery.angles,
                gallery.offsets[row],
                gallery.offsets[row + 1],
                probe.bits,
                cylinder,
                probe.norms[cylinder],
                probe.angles[cylinder],
                np.uint8(reach),
            )
            _insert(top, unlike)
        wanted = _WANTED[min(len(probe.angles), gallery.sizes[row], 255)]
        scores[place] = _mean_likeness(top, wanted)


def scan(gallery: Gallery, probe: Cylinders, reach: int = REACH, kernel: ScanKernel = scan_rows) -> Scores:
    """How alike a finger is to every template of the gallery, shape (N,), 0 to 1.

    Args:
        gallery: the templates.
        probe: the finger.
        reach: the greatest turn between cylinders that are compared, 1/256 of a turn, 0 to 127.
        kernel: what does it.
    """
    scores = np.empty(len(gallery.owners), np.float32)
    kernel(gallery, probe_of(probe), reach, 0, scores)
    return scores


@compiled
def _insert(top: Scores, value: float) -> None:
    """Keeps the smallest values, in order."""
    if value < top[-1]:
        place = len(top) - 1
        while place > 0 and top[place - 1] > value:
            top[place] = top[place - 1]
            place -= 1
        top[place] = value


@compiled
def _mean_likeness(top: Scores, wanted: int) -> np.float32:
    total = np.float32(0.0)
    for place in range(wanted):
        total += np.float32(1.0) - np.sqrt(top[place])
    return total / np.float32(wanted)
