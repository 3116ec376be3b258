"""Many public points at once as libsodium takes them, for multiplications with secrets.

An element of ristretto255 is decoded to a point of 2E, which may carry torsion of order 2 or 4; libsodium multiplies
no such point. Four times the point carries none. So s·P is computed as (s/4)·(4P), whatever the torsion was.
"""

from collections.abc import Iterable, Sequence

from nacl.bindings import crypto_core_ed25519_add

from urna.crypto.group import secret_times
from urna.crypto.ristretto import POINT_BYTES, P
from urna.crypto.scalars import L, from_int
from urna.crypto.scalars import mul as mul_scalars

_QUARTER = from_int(pow(4, -1, L))
_HALF = (P + 1) // 2
_SIGN = 1 << 255


def to_any_edwards_all(data: bytes) -> list[bytes]:
    """The Edwards encoding of one of each element's four points: enough to be added, not to be multiplied.

    Args:
        data: canonical encodings, 32 bytes each, one after the other.

    Raises:
        Malformed: one of them is not a point; the first is named by its place.
    """
    import numpy as np  # noqa: PLC0415 - with numba over a second to load, and most commands need neither

    from urna.crypto.kernels.engine import check_points  # noqa: PLC0415 - the same
    from urna.crypto.kernels.field import from_words  # noqa: PLC0415 - the same

    niels = check_points(np.frombuffer(data, np.uint8).reshape(-1, POINT_BYTES)).niels.tolist()
    return [_compress(from_words(row[:5]), from_words(row[5:10])) for row in niels]


class FixedPoints:
    """Public points that are multiplied with secrets.

    Args:
        data: canonical encodings, 32 bytes each, one after the other.

    Raises:
        Malformed: one of them is not a point.
    """

    def __init__(self, data: bytes) -> None:
        self._fourfold = [_twice(_twice(each)) for each in to_any_edwards_all(data)]

    def __len__(self) -> int:
        """How many points."""
        return len(self._fourfold)

    def edwards_times(self, quarters: Sequence[bytes], first: int = 0, step: int = 1) -> Iterable[bytes]:
        """The Edwards encodings of s·P for the points first, first + step, …; constant time.

        Args:
            quarters: each s as `quarter` gives it.
            first: the place of the first point.
            step: from one point to the next.
        """
        return map(secret_times, quarters, self._fourfold[first::step])


def quarter(scalar: bytes) -> bytes:
    """The scalar s/4 modulo L."""
    return mul_scalars(scalar, _QUARTER)


def _twice(edwards: bytes) -> bytes:
    return crypto_core_ed25519_add(edwards, edwards)


def _compress(plus: int, minus: int) -> bytes:
    """The Edwards encoding of the affine point with these y + x and y - x."""
    x, y = (plus - minus) * _HALF % P, (plus + minus) * _HALF % P
    return (y | (_SIGN if x & 1 else 0)).to_bytes(POINT_BYTES, "little")
