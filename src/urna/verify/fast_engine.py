"""The fast engine: boxes of ballots in the kernels, with the verifier's own random numbers."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from urna.ballot.context import BallotContext, box_shape
from urna.ballot.forms import ballot_challenge, committed_bytes, compact_bytes, read_committed
from urna.ballot.shape import POINT_BYTES, SCALAR_BYTES
from urna.ballot.stored import ID_BYTES
from urna.crypto.box_check import CheckedBox, check_one_box, recompute_commitments
from urna.crypto.box_shape import BoxShape
from urna.crypto.kernels.engine import ColumnSum, Points
from urna.errors import Malformed
from urna.verify.engines import Examined
from urna.verify.work import Coefficients
from urna.words import N_, Sentence

_FALSE = N_("a proof in it does not hold; the plain engine names the equation.")
"""Why a ballot is not proven, as far as one sum over many ballots says it."""

_Block = npt.NDArray[np.uint8]


class _Decoded(NamedTuple):
    """The ciphertexts of the box that was examined last: the cast ones among them are added up next."""

    numbers: dict[bytes, int]
    """By the bytes of a ballot's ciphertexts, its place in `points`."""
    points: Points

    def find(self, rows: Sequence[bytes]) -> Points | None:
        """The points of these rows, in their order; None if one was not there."""
        found = [self.numbers.get(row) for row in rows]
        places = [number for number in found if number is not None]
        if len(places) < len(found):
            return None
        width = self.points.size // len(self.numbers)
        return self.points.take((np.array(places)[:, None] * width + np.arange(width)).reshape(-1))


class Fast:
    """Boxes in the kernels.

    Args:
        coefficients: fresh random bytes that whoever made the ballots cannot foresee.
    """

    box_rows = 1024

    def __init__(self, coefficients: Coefficients) -> None:
        self._coefficients = coefficients
        self._last: _Decoded | None = None

    def examine(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> Examined:
        """Checks every proof; a box that does not hold is halved until each bad ballot is named."""
        shape = box_shape(context)
        compact: Iterable[bytes] = rows
        if form == "compact":
            self._last = None
            bad = _bad_compact(context, shape, rows)
        else:
            block = _block(rows, committed_bytes(context.shape))
            checked = check_one_box(shape, block, self._coefficients)
            self._last = _decoded(context, checked, block)
            bad, compact = checked.bad, _all_compact(context, block, checked.challenges)
        hashes = tuple(hashlib.sha256(row).digest() for row in compact)
        return Examined({number: Sentence(_FALSE, {}) for number in bad}, hashes)

    def convert(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> list[bytes]:
        """The other form of each ballot."""
        if form == "compact":
            block = _block(rows, compact_bytes(context.shape))
            commitments = recompute_commitments(box_shape(context), block)
            return [_committed(row, each) for row, each in zip(rows, commitments, strict=True)]
        return [read_committed(context, row).compact() for row in rows]

    def total(self, rows: Sequence[bytes]) -> bytes:
        """The sums, in the kernels; points of the box that was examined last are decoded already."""
        columns = len(rows[0]) // POINT_BYTES
        total = ColumnSum(columns)
        known = self._last.find(rows) if self._last else None
        if known is not None:
            total.add_points(known)
        else:
            total.add(_block(rows, len(rows[0])).reshape(len(rows), columns, POINT_BYTES))
        return total.result().tobytes()


def _decoded(context: BallotContext, checked: CheckedBox, block: _Block) -> _Decoded | None:
    """The ciphertexts that were decoded; none if two ballots have the same."""
    ciphertexts = block[checked.sound, ID_BYTES : ID_BYTES + context.shape.ciphertext_bytes]
    numbers = {row.tobytes(): number for number, row in enumerate(ciphertexts)}
    return _Decoded(numbers, checked.ciphertexts) if 0 < len(numbers) == len(ciphertexts) else None


def _all_compact(context: BallotContext, block: _Block, challenges: _Block) -> Iterator[bytes]:
    """Committed ballots in their compact form."""
    end = compact_bytes(context.shape) - SCALAR_BYTES
    compact = np.concatenate([block[:, :ID_BYTES], challenges, block[:, ID_BYTES:end]], axis=1)
    return (row.tobytes() for row in compact)


def _bad_compact(context: BallotContext, shape: BoxShape, rows: Sequence[bytes]) -> list[int]:
    """The compact ballots whose challenge is not the hash of their own contents.

    Their commitments are recomputed, so their equations hold; what is left to check is the challenge, and no random
    number is needed.
    """
    block = _block(rows, compact_bytes(context.shape))
    commitments, bad = _recompute(shape, block, 0)
    for number, row in enumerate(rows):
        if number in commitments and _challenge(context, row, commitments[number]) != _said(row):
            bad.append(number)
    return sorted(bad)


def _recompute(shape: BoxShape, block: _Block, first: int) -> tuple[dict[int, bytes], list[int]]:
    """The commitments of each ballot by its number, and the ballots that have none, by halving."""
    try:
        found = recompute_commitments(shape, block)
    except Malformed:
        if len(block) == 1:
            return {}, [first]
        middle = len(block) // 2
        one, bad = _recompute(shape, block[:middle], first)
        other, worse = _recompute(shape, block[middle:], first + middle)
        return one | other, bad + worse
    return {first + number: row.tobytes() for number, row in enumerate(found)}, []


def _challenge(context: BallotContext, row: bytes, commitments: bytes) -> bytes:
    shape, start = context.shape, ID_BYTES + SCALAR_BYTES
    middle = start + shape.ciphertext_bytes
    end = middle + shape.data_bytes_total
    return ballot_challenge(context, row[:ID_BYTES], row[start:middle], row[middle:end], commitments)


def _said(row: bytes) -> bytes:
    return row[ID_BYTES : ID_BYTES + SCALAR_BYTES]


def _committed(compact: bytes, commitments: _Block) -> bytes:
    return compact[:ID_BYTES] + compact[ID_BYTES + SCALAR_BYTES :] + commitments.tobytes()


def _block(rows: Sequence[bytes], width: int) -> _Block:
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), width)
