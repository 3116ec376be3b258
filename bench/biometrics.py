"""Fingerprints: error rates and speed. `python -m bench.biometrics [folder of 101_1.tif …]`, one minute.

The folder holds <finger>_<impression>.tif files as in FVC2002 DB1_B; by default the shared one, if present.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from urna.biometrics.calibration import (
    Scores,
    equal_error_rate,
    rates_at,
    rates_at_false_match,
    score_all_pairs,
    upper_bound,
)
from urna.biometrics.cylinders import encode
from urna.biometrics.decision import FIRST_VERSION, MILLION
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score_cylinders, warm
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.template import Template
from urna.devices.extractor import LeaderExtractor, extract_all
from urna.devices.finger_files import read_image

SHARED = Path(os.environ.get("URNA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
WORKERS = min(4, os.cpu_count() or 1)


def main() -> None:
    """1. Speed. 2. Fingers of our own. 3. Real fingers, if there are any."""
    drawn = draw(fingers=12, impressions=3)
    speed(drawn[0][0])
    report("synthetic, 12 fingers x 3", templates(drawn))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "fingerprints" / "fvc2002_db1_b"
    if folder.exists():
        report(f"{folder.name}", templates(load(folder)))
    else:
        print(f"no real fingers: {folder} is absent")


def draw(fingers: int, impressions: int) -> list[list[FingerImage]]:
    """Synthetic fingers, and how long they took: the skin grows at a finger's first impression."""
    SyntheticFinger(0).impression(0)
    drawn = [SyntheticFinger(1000 + number) for number in range(fingers)]
    first, images = time.perf_counter(), [[finger.impression(0)] for finger in drawn]
    second = time.perf_counter()
    for finger, own in zip(drawn, images, strict=True):
        own += [finger.impression(number) for number in range(1, impressions)]
    third = time.perf_counter()
    print(f"draw a finger         {1000 * (second - first) / fingers:8.1f} ms")
    print(f"draw it once more     {1000 * (third - second) / fingers / (impressions - 1):8.1f} ms")
    return images


def speed(image: FingerImage) -> None:
    """One image, one template, one comparison, on one thread."""
    start = time.perf_counter()
    warm()
    print(f"warm                  {1000 * (time.perf_counter() - start):8.1f} ms once")
    extractor = LeaderExtractor(threads=1)
    extraction = extractor.extract(image)
    cylinders = encode(extraction.template)
    each("extract", 5, lambda: extractor.extract(image))
    each("encode", 200, lambda: encode(extraction.template))
    each("match encoded", 2000, lambda: score_cylinders(cylinders, cylinders))


def each(name: str, rounds: int, act: Callable[[], object]) -> None:
    """Milliseconds an act."""
    start = time.perf_counter()
    for _ in range(rounds):
        act()
    print(f"{name:<21} {1000 * (time.perf_counter() - start) / rounds:8.2f} ms")


def load(folder: Path) -> list[list[FingerImage]]:
    """The images of a folder, by finger."""
    fingers: dict[str, list[FingerImage]] = defaultdict(list)
    for path in sorted(folder.glob("*_*.tif")):
        fingers[path.stem.split("_")[0]].append(read_image(path))
    return list(fingers.values())


def templates(fingers: list[list[FingerImage]]) -> list[list[Template]]:
    """Their templates, and how long extraction took."""
    start = time.perf_counter()
    found = iter(extract_all([image for own in fingers for image in own], WORKERS))
    result = [[next(found).template for _ in own] for own in fingers]
    count = sum(map(len, fingers))
    rate = count / (time.perf_counter() - start)
    print(f"extract, {WORKERS} at a time  {rate:8.1f} images/s ({count} images)")
    return result


def report(name: str, fingers: list[list[Template]]) -> None:
    """Error rates over all pairs."""
    scores = score_all_pairs(fingers)
    print(f"{name}: {len(scores.genuine)} genuine, {len(scores.impostor)} impostor pairs")
    print(f"  genuine least {scores.genuine[0]:.4f}  impostor greatest {scores.impostor[-1]:.4f}")
    print(f"  EER      {percent(equal_error_rate(scores))}")
    for title, most in (("FMR100", Fraction(1, 100)), ("FMR1000", Fraction(1, 1000)), ("ZeroFMR", Fraction(0))):
        rates = rates_at_false_match(scores, most)
        print(f"  {title:<8} {percent(rates.false_non_match)}  at {rates.threshold:.4f}")
    default(scores)


def default(scores: Scores) -> None:
    """What the default threshold does to these pairs."""
    rates = rates_at(scores, FIRST_VERSION.match_score / MILLION)
    bound = upper_bound(rates.false_match.numerator, len(scores.impostor)) if not rates.false_match else 0.0
    text = f", so at most {100 * bound:.3f} % at 95 %" if bound else ""
    print(f"  default threshold {rates.threshold:.4f}: FNMR {percent(rates.false_non_match)}, FMR "
          f"{percent(rates.false_match)}{text}")  # fmt: skip


def percent(rate: Fraction) -> str:
    """As a percentage, two decimals."""
    return f"{100 * float(rate):.2f} %"


if __name__ == "__main__":
    main()
