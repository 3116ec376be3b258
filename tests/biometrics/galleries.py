"""Small galleries for tests, and a slow reading of the scan's formula."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tests.biometrics.clouds import finger, jittered, moved

from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.gallery import Gallery, build_gallery
from urna.biometrics.template import Template


def fingers(count: int, first: int = 0) -> list[Template]:
    """Different fingers, from 3 to 45 minutiae each."""
    return [finger(seed, 3 + (7 * seed) % 43) for seed in range(first, first + count)]


@cache
def gallery(count: int) -> Gallery:
    """A gallery of so many fingers; the owner of row r is 100 + r."""
    return build_gallery((100 + row, template) for row, template in enumerate(fingers(count)))


def again(template: Template, seed: int) -> Template:
    """Another impression of a finger."""
    return jittered(moved(template, 6, -9, 0.12), seed, 1.0)


def slow_likeness(probe: Cylinders, other: Cylinders, reach: int) -> float:
    """Local similarity sort, word for word: the mean of the nP best of each probe cylinder's best, without masks."""
    best = []
    for i in range(len(probe.x)):
        alike = 0.0
        for j in range(len(other.x)):
            turn = (round(math.degrees(probe.angle[i] - other.angle[j]) * 256 / 360) + 128) % 256 - 128
            a, b = int(_number(probe.bits[i])), int(_number(other.bits[j]))
            if abs(turn) <= reach and a and b:
                norms = math.sqrt(a.bit_count()) + math.sqrt(b.bit_count())
                alike = max(alike, 1.0 - math.sqrt((a ^ b).bit_count()) / norms)
        best.append(alike)
    fewest = min(sum(1 for row in probe.bits if row.any()), len(other.x))
    wanted = 4 + round(8 / (1 + math.exp(-0.4 * (fewest - 20))))
    return sum(sorted(best, reverse=True)[:wanted]) / wanted


def encoded(templates: list[Template]) -> list[Cylinders]:
    """Their cylinders."""
    return [encode(template) for template in templates]


def _number(words: NDArray[np.uint64]) -> int:
    return int.from_bytes(words.astype("<u8").tobytes(), "little")
