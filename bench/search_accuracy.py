"""How often the right finger is on the short list: real probes, real mates, synthetic strangers.

Every ordered pair of impressions of one finger of the development set is a search: one is the probe, the other lies
among the strangers. Its rank is the number of strangers that score as much or more. Two fingers: every pair of
fingers of the set is taken as one person's, and the short list is the union of each finger's list of half the size.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure
from bench.galleries import Impression, development_set, genuine_pairs, strangers
from urna.biometrics.cylinders import Cylinders
from urna.biometrics.gallery import gallery_of, join
from urna.biometrics.hashing import build_index, plan_of, votes
from urna.biometrics.scan import ANY_TURN, Scores, scan

STRANGERS = 20_000
SCANNED = 5_000

Filter = Callable[[Cylinders], Scores]
Ranks = dict[tuple[int, int], int]


class Point(NamedTuple):
    """An operating point: its name, how many strangers, and what filters."""

    name: str
    strangers: int
    filter: Filter


def run(runs: int) -> Iterator[Figure]:
    """The rates do not change from run to run, so it runs once."""
    del runs
    images = development_set()
    yield Figure("searches, one finger", len(genuine_pairs(images)), "pairs")
    for point in _points(images):
        ranks = _ranks(point, images)
        yield from _rates(point, np.array(list(ranks.values())))
        yield from _two_fingers(point, images, ranks)


def _points(images: tuple[Impression, ...]) -> Iterator[Point]:
    enrolled = gallery_of((number, image.cylinders) for number, image in enumerate(images))
    few = join([enrolled, strangers(SCANNED)])
    yield Point("scan, any direction", SCANNED, lambda probe: scan(few, probe, ANY_TURN))
    yield Point("scan, within 45°", SCANNED, lambda probe: scan(few, probe))
    many = join([enrolled, strangers(STRANGERS)])
    for name, tables, common in (("24 tables", 24, 0.015), ("16 tables", 16, 0.01)):
        index = build_index(many, plan_of([many], tables, common))
        yield Point(f"index, {name}", STRANGERS, lambda probe, index=index: votes(index, probe))  # type: ignore[misc]


def _ranks(point: Point, images: tuple[Impression, ...]) -> Ranks:
    """The rank of every genuine pair: how many strangers do as well or better."""
    scores = [point.filter(image.cylinders) for image in images]
    found = {}
    for probe, enrolled in genuine_pairs(images):
        own = scores[probe][enrolled]
        better = int((scores[probe][len(images) :] >= own).sum()) if own > 0 else point.strangers
        found[probe, enrolled] = better
    return found


def _rates(point: Point, ranks: NDArray[np.int64]) -> Iterator[Figure]:
    for name, most in (
        ("first", 1),
        ("in the top 0.1 %", point.strangers // 1000),
        ("in the top 1 %", point.strangers // 100),
    ):
        yield Figure(f"{point.name}, {point.strangers:,} strangers: right finger {name}", _percent(ranks < most), "%")


def _two_fingers(point: Point, images: tuple[Impression, ...], ranks: Ranks) -> Iterator[Figure]:
    most = point.strangers // 200
    places = {(image.finger, image.number): place for place, image in enumerate(images)}
    fingers, numbers = ({key[k] for key in places} for k in (0, 1))
    hits = [
        min(ranks[places[finger, probe], places[finger, enrolled]] for finger in two) < most
        for two in combinations(sorted(fingers), 2)
        for probe in numbers
        for enrolled in numbers
        if probe != enrolled
    ]
    yield Figure(
        f"{point.name}, two fingers ({len(hits):,} searches): right person in the top 1 %",
        _percent(np.array(hits)),
        "%",
    )


def _percent(hits: NDArray[np.bool_]) -> float:
    return 100.0 * float(hits.mean())
