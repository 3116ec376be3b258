"""The fast engine: boxes of ballots in the kernels, with the verifier's own random numbers."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from urna.ballot.context import BallotContext, box_shape
from urna.ballot.forms import ballot_challenge, committed_bytes, compact_bytes
from urna.ballot.shape import POINT_BYTES, SCALAR_BYTES
from urna.ballot.stored import ID_BYTES
from urna.crypto.box_check import check_box, recompute_commitments
from urna.crypto.box_shape import BoxShape
from urna.crypto.kernels.engine import ColumnSum
from urna.errors import Malformed
from urna.verify.engines import Examined
from urna.verify.work import Coefficients
from urna.words import N_, Sentence

_FALSE = N_("a proof in it does not hold; the plain engine names the equation.")
"""Why a ballot is not proven, as far as one sum over many ballots says it."""

_Block = npt.NDArray[np.uint8]


class Fast:
    """Boxes in the kernels.

    Args:
        coefficients: fresh random bytes that whoever made the ballots cannot foresee.
    """

    box_rows = 1024

    def __init__(self, coefficients: Coefficients) -> None:
        self._coefficients = coefficients

    def examine(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> Examined:
        """Checks every proof; a box that does not hold is halved until each bad ballot is named."""
        shape = box_shape(context)
        if form == "compact":
            bad = _bad_compact(context, shape, rows)
        else:
            width = committed_bytes(context.shape)
            bad = check_box(shape, _block(rows, width), self._coefficients, box_rows=self.box_rows)
        compact = rows if form == "compact" else _all_compact(context, rows)
        hashes = tuple(hashlib.sha256(row).digest() for row in compact)
        return Examined({number: Sentence(_FALSE, {}) for number in bad}, hashes)

    def convert(self, context: BallotContext, form: str, rows: Sequence[bytes]) -> list[bytes]:
        """The other form of each ballot."""
        if form == "compact":
            block = _block(rows, compact_bytes(context.shape))
            commitments = recompute_commitments(box_shape(context), block)
            return [_committed(row, each) for row, each in zip(rows, commitments, strict=True)]
        return list(_all_compact(context, rows))

    def total(self, rows: Sequence[bytes]) -> bytes:
        """The sums, in the kernels."""
        columns = len(rows[0]) // POINT_BYTES
        total = ColumnSum(columns)
        total.add(_block(rows, len(rows[0])).reshape(len(rows), columns, POINT_BYTES))
        return total.result().tobytes()


def _all_compact(context: BallotContext, rows: Sequence[bytes]) -> Iterator[bytes]:
    """Committed ballots in their compact form; where each part ends is the same for all of them."""
    shape = context.shape
    middle = ID_BYTES + shape.ciphertext_bytes
    end = middle + shape.data_bytes_total
    commitments = end + shape.response_bytes
    for row in rows:
        parts = row[:ID_BYTES], row[ID_BYTES:middle], row[middle:end], row[commitments:]
        yield row[:ID_BYTES] + ballot_challenge(context, *parts) + row[ID_BYTES:commitments]


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
