"""How quick the poll book's screen is in chromium: a key until its answer is there, a finger until a booth is ready.

Reader and extractor answer at once (`extraction` says what finding minutiae takes); booths and poll book are real, in
memory. The walk is tests/pollbook_face/measure.
"""

from collections.abc import Iterator
from statistics import median

from tests.pollbook_face.measure import Measured, measure

from bench.figures import Figure


def run(people: int) -> Iterator[Figure]:
    """So many people, at most those of the small station that have fingers; one more warms the browser up."""
    found = measure(people)
    yield from _figures("key to page", found, found.keys)
    yield from _figures("finger to booth ready, two pages", found, found.people)


def _figures(what: str, found: Measured, milliseconds: list[float]) -> Iterator[Figure]:
    least, greatest = min(milliseconds), max(milliseconds)
    yield Figure(what, median(milliseconds), "ms", len(milliseconds), least, greatest)
    yield Figure(f"{what}, 95 of 100 within", found.percentile(milliseconds, 95), "ms")
