"""Fingers that nobody has: how fast they are made, and how far their scores are from real ones.

Three sets are compared: real fingers (the development set, where it is present), drawn fingers with minutiae
found by the extractor, and templates without images. Each pair of sets has a distance for each measure, the
two-sample Kolmogorov-Smirnov statistic: the greatest difference between two cumulative distributions, 0 to 1.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure, of_runs, rate_of_runs
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score_cylinders, warm
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.synthetic_templates import synthetic_template, synthetic_templates
from urna.biometrics.template import Template
from urna.devices.extractor import extract_all
from urna.devices.finger_files import read_image

SHARED = Path(os.environ.get("URNA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
REAL = SHARED / "fingerprints" / "fvc2002_db1_b"
WORKERS = min(4, os.cpu_count() or 1)
SEED = 7000

DRAWN = (5,) * 20 + (1,) * 40
"""Impressions of each drawn finger: some laid down often for genuine pairs, many more for impostor pairs."""

MADE = (5,) * 60 + (1,) * 240
"""The same for templates without images."""

QUANTILES = (1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 99.0)
TAIL = (10.0, 50.0, 90.0, 99.0, 99.9, 99.99)

Fingers = list[list[Template]]
Reals = NDArray[np.float64]


class Measures(NamedTuple):
    """What is compared of a set of fingers; each array sorted upwards."""

    genuine: Reals
    impostor: Reals
    minutiae: Reals
    quality: Reals


def run(runs: int) -> Iterator[Figure]:
    """1. Speed. 2. The three sets. 3. Their quantiles, and how far they are from each other."""
    warm()
    yield from _speed(runs)
    sets = {"drawn": _measure(_draw()), "templates": _measure(_make())}
    if REAL.exists():
        sets = {"real": _measure(_read()), **sets}
    for name, measures in sets.items():
        yield from _describe(name, measures)
    for (one, first), (other, second) in combinations(sets.items(), 2):
        for measure, a, b in zip(Measures._fields, first, second, strict=True):
            if measure != "quality" or "templates" not in {one, other}:
                yield Figure(f"distance {one}, {other}: {measure}", distance(a, b), "")


def distance(one: Reals, other: Reals) -> float:
    """The two-sample Kolmogorov-Smirnov statistic, 0 (equal) to 1 (apart); both arrays sorted upwards."""
    places = np.concatenate((one, other))
    ranks = [np.searchsorted(values, places, side="right") / len(values) for values in (one, other)]
    return float(np.abs(ranks[0] - ranks[1]).max())


def _speed(runs: int) -> Iterator[Figure]:
    """In processor time, which other work on the machine changes little."""
    SyntheticFinger(0).impression(0)
    synthetic_template(0, 0, 0)
    finger = SyntheticFinger(2)
    finger.impression(0)
    first = [_processor_seconds(lambda: SyntheticFinger(1).impression(0)) for _ in range(runs)]
    again = [_processor_seconds(lambda: finger.impression(1)) for _ in range(runs)]
    made = [_processor_seconds(lambda: list(synthetic_templates(SEED, range(1000), 0))) for _ in range(runs)]
    yield of_runs("draw a finger and its first impression, processor time", first, "ms")
    yield of_runs("draw it once more, processor time", again, "ms")
    yield rate_of_runs("templates without images in a second of processor time", 1000, made, "templates")


def _processor_seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def _draw() -> Fingers:
    fingers = [(SyntheticFinger(SEED + number), count) for number, count in enumerate(DRAWN)]
    return _extract([[finger.impression(number) for number in range(count)] for finger, count in fingers])


def _make() -> Fingers:
    return [[synthetic_template(SEED, finger, n) for n in range(count)] for finger, count in enumerate(MADE)]


def _read() -> Fingers:
    fingers: dict[str, list[FingerImage]] = {}
    for path in sorted(REAL.glob("*_*.tif")):
        fingers.setdefault(path.stem.split("_")[0], []).append(read_image(path))
    return _extract(list(fingers.values()))


def _extract(images: Sequence[Sequence[FingerImage]]) -> Fingers:
    found = iter(extract_all([image for own in images for image in own], WORKERS))
    return [[next(found).template for _ in own] for own in images]


def _measure(fingers: Fingers) -> Measures:
    owned = [(owner, encode(template)) for owner, own in enumerate(fingers) for template in own]
    templates = [template for own in fingers for template in own]
    return Measures(
        _scores(owned, same=True),
        _scores(owned, same=False),
        np.sort([float(len(template.minutiae)) for template in templates]),
        np.sort([float(template.quality) for template in templates]),
    )


def _scores(owned: Sequence[tuple[int, Cylinders]], *, same: bool) -> Reals:
    pairs = ((one, other) for (a, one), (b, other) in combinations(owned, 2) if (a == b) is same)
    return np.sort([score_cylinders(one, other) for one, other in pairs])


def _describe(name: str, measures: Measures) -> Iterator[Figure]:
    yield Figure(f"{name}: genuine pairs", len(measures.genuine), "pairs")
    yield Figure(f"{name}: impostor pairs", len(measures.impostor), "pairs")
    for measure, values in zip(Measures._fields, measures, strict=True):
        if measure == "quality" and name == "templates":
            continue
        for quantile in TAIL if measure == "impostor" else QUANTILES:
            if len(values) * (100.0 - quantile) >= 50.0:
                yield Figure(f"{name}: {measure}, {quantile:g} % below", float(np.percentile(values, quantile)), "")
    yield Figure(f"{name}: greatest impostor", float(measures.impostor[-1]), "")
