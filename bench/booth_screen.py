"""How quick the booth's screen is in chromium: from a tap to its picture, and from YES to "cast".

60 options over four contests, encrypted; the walk is tests/booth_face/measure. VVSG 2.0 7.2-N: an answer within 100 ms.
"""

from collections.abc import Iterator
from statistics import median

from tests.booth_face.measure import Measured, measure

from bench.figures import Figure


def run(voters: int) -> Iterator[Figure]:
    """So many voters; one more warms the browser up."""
    found = measure(voters)
    yield from _figures("tap to picture", found, found.taps)
    yield from _figures("YES to cast", found, found.casts)


def _figures(what: str, found: Measured, milliseconds: list[float]) -> Iterator[Figure]:
    least, greatest = min(milliseconds), max(milliseconds)
    yield Figure(what, median(milliseconds), "ms", len(milliseconds), least, greatest)
    yield Figure(f"{what}, 95 of 100 within", found.percentile(milliseconds, 95), "ms")
