"""A gallery: the templates of one finger position of many people, in columns that a search reads from end to end.

Row r is one template. Its cylinders stand in order of direction, eight to a block, so that a search that compares
only cylinders turned alike skips most blocks. Columns are plain arrays that may be mapped from a file; they can be
cut between any two rows and joined again.

    row r     blocks offsets[r] to offsets[r + 1], sizes[r] cylinders, the last block filled up with empty lanes
    block b   bits[b, word, lane]: eight words side by side; norms, angles, places, valid, ranks [b, lane]

A gallery holds biometric data: at rest it belongs on an encrypted disk or in memory.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.blocks import LANES
from urna.biometrics.cylinders import CELLS, SECTIONS, WORDS, Cylinders, encode
from urna.biometrics.kernel import compiled, ones
from urna.biometrics.template import Template

CELL_WORDS = (CELLS + 63) // 64
TURN = 256
"""Directions are whole 1/256 of a turn, as in the ISO record."""

_UNIT = 2.0 * np.pi / TURN
_SECTIONS, _S64 = np.uint64(SECTIONS), np.uint64(64)
_SIX = np.uint64((1 << SECTIONS) - 1)


class Gallery(NamedTuple):
    """The columns. N templates in B blocks of LANES cylinders.

    `owners` (N,) are the caller's numbers, int64; `offsets` (N + 1,) count blocks, int64; `sizes` (N,) count
    cylinders, int32. `bits` (B, WORDS, LANES) uint64; `norms` (B, LANES) float32, square roots of the numbers of
    ones; `angles` (B, LANES) uint8. For comparing in full: `places` (B, LANES, 2) int16, x and y upwards in pixels;
    `valid` (B, LANES, CELL_WORDS) uint64, one bit a cell; `ranks` (B, LANES) uint8, the cylinder's number in the
    template.
    """

    owners: NDArray[np.int64]
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int32]
    bits: NDArray[np.uint64]
    norms: NDArray[np.float32]
    angles: NDArray[np.uint8]
    places: NDArray[np.int16]
    valid: NDArray[np.uint64]
    ranks: NDArray[np.uint8]

    def __repr__(self) -> str:
        """How many, nothing else: templates are personal data."""
        return f"Gallery({len(self.owners)} templates)"


Columns = tuple[
    NDArray[np.uint64],
    NDArray[np.float32],
    NDArray[np.uint8],
    NDArray[np.int16],
    NDArray[np.uint64],
    NDArray[np.uint8],
]

BLOCK_COLUMNS = ("bits", "norms", "angles", "places", "valid", "ranks")


def build_gallery(items: Iterable[tuple[int, Template]]) -> Gallery:
    """The gallery of templates, a row each, in their order.

    Args:
        items: the owner's number and the template; an owner may come more than once.
    """
    return gallery_of((owner, encode(template)) for owner, template in items)


def gallery_of(items: Iterable[tuple[int, Cylinders]]) -> Gallery:
    """The gallery of templates that were encoded before."""
    rows = [_row(owner, cylinders) for owner, cylinders in items]
    return join(rows) if rows else _empty()


def join(parts: Sequence[Gallery]) -> Gallery:
    """One gallery of several, their rows one after another."""
    if not parts:
        return _empty()
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Gallery._fields}
    return frozen(Gallery(**{**columns, "offsets": offsets}))


def part_of(gallery: Gallery, first: int, last: int) -> Gallery:
    """Rows from `first` up to `last`, which is left out; the large columns are not copied."""
    start, end = int(gallery.offsets[first]), int(gallery.offsets[last])
    columns = {name: getattr(gallery, name)[start:end] for name in BLOCK_COLUMNS}
    offsets = gallery.offsets[first : last + 1] - start
    return frozen(Gallery(gallery.owners[first:last], offsets, gallery.sizes[first:last], **columns))


def cylinders_of(gallery: Gallery, row: int) -> Cylinders:
    """The cylinders of a row as `encode` gave them: same order, same bits.

    Raises:
        IndexError: there is no such row; the kernel would not notice.
    """
    if not 0 <= row < len(gallery.owners):
        raise IndexError(row)
    bits, valid, points = _unpacked(gallery, row)
    return Cylinders(bits, valid, points[0], points[1], points[2] * _UNIT)


def whole_turns(angle: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Directions in radians as 1/256 of a turn; those of a template are such multiples."""
    return (np.rint(angle / _UNIT).astype(np.int64) % TURN).astype(np.uint8)


def frozen(gallery: Gallery) -> Gallery:
    """The same, contiguous and locked against writing."""
    columns: list[NDArray[Any]] = [np.ascontiguousarray(column) for column in gallery]
    for column in columns:
        column.setflags(write=False)
    return Gallery(*columns)


def _row(owner: int, cylinders: Cylinders) -> Gallery:
    """A gallery of one template."""
    size = len(cylinders.x)
    angles = whole_turns(cylinders.angle)
    columns = _packed(cylinders, angles, np.argsort(angles, kind="stable"))
    return Gallery(
        np.array([owner], np.int64),
        np.array([0, -(-size // LANES)], np.int64),
        np.array([size], np.int32),
        *columns,
    )


def _empty() -> Gallery:
    none = np.zeros(0, np.float64)
    words = np.zeros((0, WORDS), np.uint64)
    row = _row(0, Cylinders(words, words, none, none, none))
    return frozen(row._replace(owners=row.owners[:0], offsets=row.offsets[:1], sizes=row.sizes[:0]))


@compiled
def _packed(cylinders: Cylinders, angles: NDArray[np.uint8], order: NDArray[np.int64]) -> Columns:
    """The columns of `BLOCK_COLUMNS`; empty lanes have the last direction and nothing else."""
    blocks = (len(order) + LANES - 1) // LANES
    bits, valid = np.zeros((blocks, WORDS, LANES), np.uint64), np.zeros((blocks, LANES, CELL_WORDS), np.uint64)
    norms, turns = np.zeros((blocks, LANES), np.float32), np.zeros((blocks, LANES), np.uint8)
    places, ranks = np.zeros((blocks, LANES, 2), np.int16), np.zeros((blocks, LANES), np.uint8)
    for place in range(blocks * LANES):
        block, lane = place // LANES, place % LANES
        own = order[min(place, len(order) - 1)]
        turns[block, lane] = angles[own]
        if place < len(order):
            count = np.uint64(0)
            for word in range(WORDS):
                bits[block, word, lane] = cylinders.bits[own, word]
                count += ones(cylinders.bits[own, word])
            norms[block, lane] = math.sqrt(count)
            places[block, lane, 0], places[block, lane, 1] = cylinders.x[own], cylinders.y[own]
            ranks[block, lane] = own
            _gather(cylinders.valid[own], valid[block, lane])
    return bits, norms, turns, places, valid, ranks


@compiled
def _gather(valid: NDArray[np.uint64], cells: NDArray[np.uint64]) -> None:
    """One bit a cell instead of SECTIONS equal ones."""
    for cell in range(CELLS):
        bit = SECTIONS * cell
        one = (valid[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1)
        cells[cell >> 6] |= one << np.uint64(cell & 63)


@compiled
def _unpacked(gallery: Gallery, row: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.float64]]:
    """Bits, masks, and x, y and direction (3, n) of a row, by the cylinders' numbers."""
    size = gallery.sizes[row]
    bits, valid = np.zeros((size, WORDS), np.uint64), np.zeros((size, WORDS), np.uint64)
    points = np.zeros((3, size))
    for place in range(size):
        block, lane = gallery.offsets[row] + place // LANES, place % LANES
        rank = min(np.int64(gallery.ranks[block, lane]), size - 1)
        for word in range(WORDS):
            bits[rank, word] = gallery.bits[block, word, lane]
        _spread(gallery.valid[block, lane], valid[rank])
        points[0, rank] = gallery.places[block, lane, 0]
        points[1, rank] = gallery.places[block, lane, 1]
        points[2, rank] = gallery.angles[block, lane]
    return bits, valid, points


@compiled
def _spread(cells: NDArray[np.uint64], valid: NDArray[np.uint64]) -> None:
    """The inverse of `_gather` for one cylinder: every cell's bit SECTIONS times."""
    for cell in range(CELLS):
        one = (cells[cell >> 6] >> np.uint64(cell & 63)) & np.uint64(1)
        if one:
            bit = SECTIONS * cell
            word, low = bit >> 6, np.uint64(bit & 63)
            valid[word] |= _SIX << low
            if low > _S64 - _SECTIONS:
                valid[word + 1] |= _SIX >> (_S64 - low)
