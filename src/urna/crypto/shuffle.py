"""Rows of ciphertexts in another order and encrypted again, so that nobody can tell which row became which.

A row is what belongs together, such as a slip's id and its votes in one contest; every row of a list has as many
ciphertexts. Encrypting (α, β) again gives (α + r·G, β + r·K) with a fresh r: the same content under another nonce.
That it was done rightly is proven by `crypto/shuffle_proof` (docs/spec/secret-comparison.md, Shuffling).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nacl.bindings import crypto_core_ed25519_add

from urna.crypto.elgamal import CIPHERTEXT_BYTES, Ciphertext, read_ciphertexts, write_ciphertexts
from urna.crypto.group import FixedPoint, base_edwards, encode_all
from urna.crypto.point_lists import to_any_edwards_all
from urna.crypto.threshold import Entropy, draw_scalar
from urna.errors import Malformed
from urna.words import Sentence

MOST_ROWS = 2**24
MOST_WIDTH = 1000

_CHOICE_BYTES = 32
"""Reduced modulo 2^24 or less, so many uniform bytes are biased by less than 2^-230."""


class Rows(NamedTuple):
    """A list of rows; `read_rows` and `join_rows` make it. Whether they hold points is for whoever decodes them."""

    width: int
    """Ciphertexts in a row, 1 or more."""
    data: bytes
    """α, β of each ciphertext, row after row, 64 bytes each."""

    @property
    def row_bytes(self) -> int:
        """Length of one row."""
        return CIPHERTEXT_BYTES * self.width

    @property
    def size(self) -> int:
        """How many rows, 1 or more."""
        return len(self.data) // self.row_bytes

    def row(self, number: int) -> tuple[Ciphertext, ...]:
        """The ciphertexts of a row.

        Args:
            number: from 0.
        """
        return read_ciphertexts(self.data[number * self.row_bytes : (number + 1) * self.row_bytes])


class ShuffleSecret(NamedTuple):
    """What the mixer knows, and forgets when the proof is made. It shows in no repr."""

    order: tuple[int, ...]
    """Row i of the result is row order[i] of the input."""
    factors: tuple[tuple[bytes, ...], ...]
    """r of each ciphertext of row i of the result."""

    def __repr__(self) -> str:
        """Nothing of it."""
        return "ShuffleSecret(secret)"


def read_rows(data: bytes, width: int, where: str = "") -> Rows:
    """The rows that stand one after the other.

    Raises:
        Malformed: no row, a part of one, too many, or an impossible width.
    """
    rows = Rows(width, data)
    if not 1 <= width <= MOST_WIDTH or len(data) % rows.row_bytes or not 1 <= rows.size <= MOST_ROWS:
        raise Malformed(
            Sentence("1 to {rows} rows of {width} ciphertexts", {"rows": MOST_ROWS, "width": width}),
            Sentence("{size} bytes", {"size": len(data)}),
            Sentence("Ask whoever made it for the file as it was written."),
            where,
        )
    return rows


def join_rows(rows: Sequence[Sequence[Ciphertext]], where: str = "") -> Rows:
    """Rows of one width as a list.

    Raises:
        Malformed: no row, or rows of different widths.
    """
    widths = sorted({len(row) for row in rows})
    if len(widths) != 1:
        raise Malformed(
            Sentence("rows with the same number of ciphertexts"),
            Sentence("{widths}", {"widths": ", ".join(map(str, widths)) or "0"}),
            Sentence("Take the ballots of one contest together, and no others."),
            where,
        )
    return read_rows(b"".join(map(write_ciphertexts, rows)), widths[0], where)


def draw_secret(rows: Rows, entropy: Entropy) -> ShuffleSecret:
    """A uniformly random order and fresh factors for these rows.

    Args:
        rows: what will be shuffled.
        entropy: fresh random bytes.
    """
    order = list(range(rows.size))
    for last in range(rows.size - 1, 0, -1):  # Fisher and Yates
        other = int.from_bytes(entropy(_CHOICE_BYTES), "little") % (last + 1)
        order[last], order[other] = order[other], order[last]
    factors = tuple(tuple(draw_scalar(entropy) for _ in range(rows.width)) for _ in order)
    return ShuffleSecret(tuple(order), factors)


def shuffle(key: FixedPoint, rows: Rows, secret: ShuffleSecret) -> Rows:
    """The rows in their new order, encrypted again.

    Args:
        key: K.
        rows: the input.
        secret: drawn for these rows, and used once.

    Raises:
        Malformed: something in the rows is not a point.
        ValueError: a secret for other rows.
    """
    check_secret(rows, secret)
    points = to_any_edwards_all(rows.data)
    width = 2 * rows.width
    encoded = encode_all(
        [
            crypto_core_ed25519_add(point, factor)
            for source, factors in zip(secret.order, secret.factors, strict=True)
            for point, factor in zip(
                points[source * width : (source + 1) * width], _encrypted_nothing(key, factors), strict=True
            )
        ]
    )
    return Rows(rows.width, b"".join(encoded))


def check_secret(rows: Rows, secret: ShuffleSecret) -> None:
    """Crashes on a secret that does not fit, a mistake of the caller; nothing of it is said."""
    fits = all(len(factors) == rows.width for factors in secret.factors)
    if not fits or len(secret.factors) != rows.size or sorted(secret.order) != list(range(rows.size)):
        raise ValueError("an order and factors for other rows")


def _encrypted_nothing(key: FixedPoint, factors: Sequence[bytes]) -> Iterator[bytes]:
    """r·G, r·K of each factor."""
    for factor in factors:
        yield base_edwards(factor)
        yield key.edwards_times(factor)
