"""Hashes mapped to points in kernels: what the map in Python integers gives, and what RFC 9496 prints."""

import random

import numpy as np
from tests.crypto.rfc9496 import ONE_WAY_MAP

from urna.crypto import ristretto
from urna.crypto.kernels.map_points import hash_to_points
from urna.crypto.ristretto import P


def mapped(hashes: list[bytes]) -> list[bytes]:
    """The kernel's results."""
    found = hash_to_points(np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 64))
    return [row.tobytes() for row in found]


def test_the_vectors_of_the_rfc() -> None:
    """Appendix A.3."""
    assert mapped([bytes.fromhex(given) for given in ONE_WAY_MAP]) == [
        bytes.fromhex(each) for each in ONE_WAY_MAP.values()
    ]


def test_random_hashes_are_mapped_as_by_the_reference() -> None:
    """A thousand and one, which is no multiple of four."""
    chance = random.Random(9496)
    hashes = [chance.randbytes(64) for _ in range(1001)]
    assert mapped(hashes) == [ristretto.hash_to_point(each) for each in hashes]


def test_edge_values_are_mapped_as_by_the_reference() -> None:
    """0, ±1, p and more, the ignored bit, and t with r = -1, -D or -1/D, in either half; one alone and none."""
    inverse_d = pow(ristretto.D, -1, P)
    numbers = [0, 1, 2, P - 1, P, P + 1, 2**255 - 1, 2**255, 2**256 - 1]
    numbers += [
        root
        for square in (ristretto.SQRT_M1, inverse_d * ristretto.SQRT_M1, ristretto.D * ristretto.SQRT_M1)
        for root in _roots(square)
    ]
    halves = [number.to_bytes(32, "little") for number in numbers]
    hashes = [one + other for one in halves for other in halves]
    assert mapped(hashes) == [ristretto.hash_to_point(each) for each in hashes]
    assert mapped(hashes[:1]) == [ristretto.hash_to_point(hashes[0])]
    assert mapped([]) == []
    assert len(numbers) > 9


def _roots(square: int) -> list[int]:
    """Both, or none."""
    root = pow(square, (P + 3) // 8, P)
    return [r for r in (root, root * ristretto.SQRT_M1 % P) if r * r % P == square % P for r in (r, P - r)]
