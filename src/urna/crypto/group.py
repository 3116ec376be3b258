"""ristretto255 through libsodium, in constant time: what secrets are multiplied with.

PyNaCl computes on edwards25519, so a point goes in as the Edwards encoding of its representative (`crypto/ristretto`)
and comes out as one. Results that are published are encoded again, many in one batch; results that stay secret
never are. libsodium refuses the scalar 0 and the identity as operand; both are answered here.
"""

from collections.abc import Sequence

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import RuntimeError as SodiumRefusal

from urna.crypto.ristretto import EDWARDS_IDENTITY, POINT_BYTES, from_edwards, to_any_edwards, to_edwards


class FixedPoint:
    """A public point that is multiplied often; its Edwards encoding is computed once.

    Args:
        point: a canonical encoding.
        where: the place to name in an error.

    Raises:
        Malformed: not a point.
    """

    def __init__(self, point: bytes, where: str = "") -> None:
        self.point = point
        self.edwards = to_edwards(point, where)

    def times(self, scalar: bytes) -> bytes:
        """The point scalar·P, a result that is published."""
        return from_edwards(self.edwards_times(scalar))

    def times_all(self, scalars: Sequence[bytes]) -> list[bytes]:
        """The points of several scalars, encoded in one batch."""
        return encode_all([self.edwards_times(scalar) for scalar in scalars])

    def edwards_times(self, scalar: bytes) -> bytes:
        """The Edwards encoding of scalar·P: to be encoded in a batch, or to stay secret."""
        return secret_times(scalar, self.edwards)

    def __repr__(self) -> str:
        """The point's first digits."""
        return f"FixedPoint({self.point.hex()[:16]})"


def base_times(scalar: bytes) -> bytes:
    """The point scalar·G, a result that is published."""
    return from_edwards(base_edwards(scalar))


def base_times_all(scalars: Sequence[bytes]) -> list[bytes]:
    """The multiples of G for several scalars, encoded in one batch."""
    return encode_all([base_edwards(scalar) for scalar in scalars])


def times(scalar: bytes, point: bytes) -> bytes:
    """The point scalar·P, a result that is published.

    Raises:
        Malformed: not a point.
    """
    return FixedPoint(point).times(scalar)


def add(p: bytes, q: bytes) -> bytes:
    """The sum of two public points.

    Raises:
        Malformed: one of them is not a point.
    """
    return from_edwards(crypto_core_ed25519_add(to_any_edwards(p), to_any_edwards(q)))


def subtract(p: bytes, q: bytes) -> bytes:
    """The difference p - q of two public points.

    Raises:
        Malformed: one of them is not a point.
    """
    return from_edwards(crypto_core_ed25519_sub(to_any_edwards(p), to_any_edwards(q)))


def total(points: Sequence[bytes]) -> bytes:
    """The sum of any number of public points; of none, the identity.

    Raises:
        Malformed: one of them is not a point.
    """
    return from_edwards(edwards_total([to_any_edwards(point) for point in points]))


def edwards_total(points: Sequence[bytes]) -> bytes:
    """The sum of points in Edwards encodings, in Edwards encoding."""
    result = EDWARDS_IDENTITY
    for each in points:
        result = crypto_core_ed25519_add(result, each)
    return result


def base_edwards(scalar: bytes) -> bytes:
    """The Edwards encoding of scalar·G; constant time."""
    try:
        return crypto_scalarmult_ed25519_base_noclamp(scalar)
    except SodiumRefusal:
        if any(scalar):
            raise
        return EDWARDS_IDENTITY


def secret_times(scalar: bytes, edwards: bytes) -> bytes:
    """The Edwards encoding of scalar·P; constant time. As long as the result is secret, it is never encoded again.

    Args:
        scalar: canonical.
        edwards: P, the Edwards encoding of a representative (`to_edwards`).
    """
    if edwards == EDWARDS_IDENTITY:
        return EDWARDS_IDENTITY
    try:
        return crypto_scalarmult_ed25519_noclamp(scalar, edwards)
    except SodiumRefusal:
        if any(scalar):
            raise
        return EDWARDS_IDENTITY


def encode_all(edwards: Sequence[bytes]) -> list[bytes]:
    """The canonical encodings of points given in Edwards encodings, in one batch: of public points alone.

    Raises:
        Malformed: one of them is no point of the curve.
    """
    import numpy as np  # noqa: PLC0415 - with numba over a second to load, and most commands need neither

    from urna.crypto.kernels.engine import encode_edwards  # noqa: PLC0415 - the same

    rows = np.frombuffer(b"".join(edwards), np.uint8).reshape(-1, POINT_BYTES)
    return [row.tobytes() for row in encode_edwards(rows)]
