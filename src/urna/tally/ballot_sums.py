"""Sums of ciphertexts: what a set of encrypted ballots says together, option by option, in one ciphertext each.

Everything here is public; the additions run in the kernels of `crypto/kernels`.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from urna.ballot.shape import POINT_BYTES, BallotShape
from urna.ballot.stored import ID_BYTES
from urna.crypto.elgamal import Ciphertext, add_ciphertexts
from urna.crypto.kernels.engine import ColumnSum
from urna.encoding.canonical import Code

Rows = npt.NDArray[np.uint8]
"""Ballots as rows of bytes: shape (n, length of a ballot's form)."""


class OptionOf(NamedTuple):
    """An option of a contest."""

    contest: Code
    option: Code


Sums = Mapping[OptionOf, Ciphertext]
"""The sum of the ciphertexts of each option."""


def options_of(shape: BallotShape) -> tuple[OptionOf, ...]:
    """The options of a ballot style, in the order of its ciphertexts."""
    return tuple(OptionOf(contest.contest, option) for contest in shape.contests for option in contest.options)


class StyleSum:
    """The running sum of ballots of one style, in memory that does not grow with their number."""

    def __init__(self, shape: BallotShape) -> None:
        self._options = options_of(shape)
        self._columns = ColumnSum(2 * len(self._options))

    def add(self, ciphertexts: Rows) -> None:
        """Adds ballots.

        Args:
            ciphertexts: shape (n, 64 × options), n may be 0; every point decoded before by whoever checked the proofs.
        """
        self._columns.add(ciphertexts.reshape(len(ciphertexts), 2 * len(self._options), POINT_BYTES))

    def result(self) -> dict[OptionOf, Ciphertext]:
        """The sums by option."""
        points = [bytes(point) for point in self._columns.result()]
        pairs = zip(points[::2], points[1::2], strict=True)
        return {option: Ciphertext(*pair) for option, pair in zip(self._options, pairs, strict=True)}


def sum_committed(shape: BallotShape, forms: Iterable[bytes]) -> dict[OptionOf, Ciphertext]:
    """The sums over a few ballots in their committed form."""
    end = ID_BYTES + shape.ciphertext_bytes
    data = b"".join(form[ID_BYTES:end] for form in forms)
    total = StyleSum(shape)
    total.add(np.frombuffer(data, np.uint8).reshape(-1, shape.ciphertext_bytes))
    return total.result()


def merge_sums(parts: Iterable[Sums]) -> dict[OptionOf, Ciphertext]:
    """Sums of several styles or stations in one."""
    merged: dict[OptionOf, Ciphertext] = {}
    for part in parts:
        for option, ciphertext in part.items():
            merged[option] = add_ciphertexts(merged[option], ciphertext) if option in merged else ciphertext
    return merged
