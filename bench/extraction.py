"""Extraction with quality: how long it takes, what the network's threshold and the cut change, what quality means.

Two benches: `run` measures time, `tables` errors on FVC2002 DB1_B (the development set) and on its images made worse.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from bench.figures import Figure, Skipped, compared, of_runs, seconds_of
from bench.impressions import finger, moved, over_the_edge, part
from bench.places import SHARED
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.decision import MILLION, SHIPPED
from urna.biometrics.evaluation import all_pairs, score_matrix
from urna.biometrics.evaluation_rates import error_rates
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score_cylinders, warm
from urna.biometrics.quality import Box, Hint, hints, look_at
from urna.biometrics.synthetic import SyntheticFinger, Touch
from urna.biometrics.template import Template
from urna.devices.extractor import LeaderExtractor, extract_all, part_to_see, read_planes
from urna.devices.finger_files import read_folder
from urna.devices.image_quality import ImageQuality
from urna.devices.wsq import decode_wsq

FOLDER = SHARED / "fingerprints/fvc2002_db1_b"
IMPRESSIONS = 8
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
BANDS = ((0, 9), (10, 19), (20, 29), (30, 44), (45, 100))
WIDTH, HEIGHT = 388, 374
EACH = 4
"""Every so manieth real image is made worse: two of each finger."""

SYNTHETIC = 12
"""Synthetic fingers, pressed once for each way of being dry."""

LEAST = SHIPPED.scores[0] / MILLION
"""The shipped threshold for one finger."""


def run(runs: int) -> Iterator[Figure]:
    """Eight images of 388 x 374 pixels, real ones where they are, by one and by two threads."""
    images, whose = _images_of_the_size()
    yield Figure(f"images of {WIDTH} x {HEIGHT} pixels, {whose}", len(images), "images")
    for threads in (1, 2):
        extractor = LeaderExtractor(threads)
        extractor.warm()
        yield from _compared(extractor, images, runs)
    quality = ImageQuality()
    quality.measure(images[0])
    yield _each("quality alone: NFIQ 2 and hints", quality.measure, images, runs)
    yield _each("… of which seeing the finger", look_at, images, runs)
    yield from _wsq(images[0], runs)


def _compared(extractor: LeaderExtractor, images: Sequence[FingerImage], runs: int) -> Iterator[Figure]:
    def whole() -> None:
        for image in images:
            extractor.planes(image, Box(0, 0, image.height, image.width))

    def extract() -> None:
        for image in images:
            extractor.extract(image)

    threads = f"{extractor.threads} thread{'s' if extractor.threads > 1 else ''}"
    sizes = (len(images), len(images))
    names = f"extraction with quality, {threads}", f"the bare network over the whole image, {threads}"
    yield from compared(*names, (extract, whole), runs, sizes=sizes)


def _each(what: str, act: Callable[[FingerImage], object], images: Sequence[FingerImage], runs: int) -> Figure:
    return of_runs(what, [seconds_of(lambda: [act(each) for each in images]) / len(images) for _ in range(runs)], "ms")


def _wsq(image: FingerImage, runs: int) -> Iterator[Figure]:
    """What the process of its own costs."""
    extension = import_module("_wsq")
    data = bytes(extension.compress(image.pixels.tobytes(), image.height, image.width, 12))
    acts = (lambda: decode_wsq(data, image.width), lambda: extension.decompress(data))
    yield from compared("a WSQ file, in a process forked for it", "the decoder alone", acts, runs, times=20)


def _images_of_the_size() -> tuple[list[FingerImage], str]:
    if FOLDER.exists():
        return list(read_folder(FOLDER)[:IMPRESSIONS]), "FVC2002 DB1_B"
    return [_on_paper(SyntheticFinger(1).impression(number)) for number in range(IMPRESSIONS)], "synthetic"


def _on_paper(image: FingerImage) -> FingerImage:
    sheet = np.full((HEIGHT, WIDTH), 235, np.uint8)
    rows = image.pixels[(image.height - HEIGHT) // 2 :][:HEIGHT]
    left = (WIDTH - image.width) // 2
    sheet[:, left : left + image.width] = rows
    return FingerImage(sheet)


def tables(runs: int) -> Iterator[Figure]:
    """Errors by threshold, whole and cut; by quality; and how often each hint is given. Once: they do not change."""
    del runs
    warm()
    yield from _by_threshold()
    yield from _by_quality()
    yield from _by_hint()


@cache
def _real() -> tuple[FingerImage, ...]:
    if not FOLDER.exists():
        raise Skipped(f"{FOLDER} is absent (set URNA_SHARED to the shared material)")
    return tuple(read_folder(FOLDER))


def _by_threshold() -> Iterator[Figure]:
    """EER and FMR1000, all pairs, over the network's threshold, of the whole image and of the part with the finger."""
    extractor = LeaderExtractor()
    seen: dict[tuple[str, float], list[Cylinders]] = {}
    for image in _real():
        boxes = {"whole": Box(0, 0, image.height, image.width), "cut": part_to_see(image, look_at(image))}
        for name, box in boxes.items():
            planes = extractor.planes(image, box)
            for least in THRESHOLDS:
                minutiae = read_planes(planes, box, least)
                template = Template(width=image.width, height=image.height, minutiae=minutiae)
                seen.setdefault((name, least), []).append(encode(template))
    for (name, least), found in sorted(seen.items()):
        rates = error_rates(all_pairs(score_matrix(_of_fingers(found))))
        what = f"minutiae from {least} on, {name} image"
        yield Figure(f"{what}: EER", 100 * float(rates.equal), "%")
        yield Figure(f"{what}: FMR1000", 100 * float(rates.fmr1000), "%")
        yield Figure(f"{what}: ZeroFMR", 100 * float(rates.zero_fmr), "%")


def _of_fingers(found: Sequence[Cylinders]) -> list[Sequence[Cylinders]]:
    """Each finger's impressions."""
    return [found[start : start + IMPRESSIONS] for start in range(0, len(found), IMPRESSIONS)]


class _Seen(NamedTuple):
    """An image's minutiae and quality."""

    cylinders: Cylinders
    score: int


class _Pair(NamedTuple):
    """A genuine pair: NFIQ 2 of the worse image, and how alike they are."""

    quality: int
    score: float


def _by_quality() -> Iterator[Figure]:
    """Genuine pairs missed at the shipped threshold, by NFIQ 2 of the worse image.

    The real images with each other; each worse image with the other real images of its finger; dry synthetic
    impressions with an ordinary one.
    """
    real = _seen(_real())
    pairs = [_pair(real[one], real[other]) for one in range(len(real)) for other in _others(one) if one < other]
    yield from _bands("real images", pairs)
    for name, worsened in WORSE.items():
        chosen = range(0, len(real), EACH)
        worse = dict(zip(chosen, _seen([worsened(_real()[one]) for one in chosen]), strict=True))
        missed = [_pair(worse[one], real[other]) for one in chosen for other in _others(one)]
        yield from _missed(f"images made worse, {name}", list(worse.values()), missed)
        pairs += missed
    fingers = [finger(seed) for seed in range(SYNTHETIC)]
    ordinary = _seen([each.impression(0) for each in fingers])
    for name, touch in DRIER.items():
        dry = _seen([each.press(1, touch) for each in fingers])
        missed = [_pair(one, other) for one, other in zip(ordinary, dry, strict=True)]
        yield from _missed(f"synthetic impressions, {name}", dry, missed)
        pairs += missed
    yield from _bands("all of these", pairs)


def _seen(images: Sequence[FingerImage]) -> list[_Seen]:
    return [_Seen(encode(each.template), each.quality) for each in extract_all(images, workers=2)]


def _others(index: int) -> Iterator[int]:
    """The other impressions of an image's finger."""
    start = index - index % IMPRESSIONS
    return (other for other in range(start, start + IMPRESSIONS) if other != index)


def _pair(one: _Seen, other: _Seen) -> _Pair:
    return _Pair(min(one.score, other.score), score_cylinders(one.cylinders, other.cylinders))


def _missed(what: str, worse: Sequence[_Seen], pairs: Sequence[_Pair]) -> Iterator[Figure]:
    yield Figure(f"{what}: median NFIQ 2", float(np.median([each.score for each in worse])), "of 100")
    yield Figure(f"{what}: genuine pairs missed", 100 * float(np.mean([each.score < LEAST for each in pairs])), "%")


def _bands(what: str, pairs: Sequence[_Pair]) -> Iterator[Figure]:
    for low, high in BANDS:
        inside = [each.score < LEAST for each in pairs if low <= each.quality <= high]
        if inside:
            yield Figure(f"{what}, NFIQ 2 {low} to {high}: genuine pairs", len(inside), "pairs")
            yield Figure(f"{what}, NFIQ 2 {low} to {high}: missed", 100 * float(np.mean(inside)), "%")


def _filtered(image: FingerImage, by: ImageFilter.Filter) -> FingerImage:
    return FingerImage(np.asarray(Image.fromarray(image.pixels).filter(by)))


WORSE: dict[str, Callable[[FingerImage], FingerImage]] = {
    "moved by 0.8 mm": lambda image: moved(image, 16, 1),
    "moved by 1.2 mm": lambda image: moved(image, 24, 0),
    "over the edge by 7.6 mm": lambda image: over_the_edge(image, 150, 1),
    "a part of 7 x 9 mm": lambda image: part(image, 140, 180),
    "ridges thinner by 5 pixels": lambda image: _filtered(image, ImageFilter.MaxFilter(5)),
    "ridges thicker by 5 pixels": lambda image: _filtered(image, ImageFilter.MinFilter(5)),
}
"""The real images, made worse in one way each."""

DRIER = {
    f"dryness {dryness}, pressure {pressure}": Touch(0.0, 0.0, 0.05, pressure, dryness, 2.0)
    for dryness, pressure in ((0.8, -0.4), (1.2, -0.6), (1.6, -0.8), (2.0, -1.2))
}
"""Ever drier touches."""

EXPECTED = {
    "moved by 0.8 mm": (Hint.MOVED,),
    "moved by 1.2 mm": (Hint.MOVED,),
    "over the edge by 7.6 mm": (Hint.OFF_CENTRE,),
    "a part of 7 x 9 mm": (Hint.TOO_LITTLE,),
    "ridges thinner by 5 pixels": (Hint.TOO_DRY, Hint.TOO_LITTLE, Hint.EMPTY),
    "ridges thicker by 5 pixels": (Hint.TOO_WET,),
}
"""The hints that are right then."""


def _by_hint() -> Iterator[Figure]:
    """How many images have a hint, and how many of the worse ones the right one; NFIQ 2 left out of it."""
    given = [hints(look_at(image), 100) for image in _real()]
    yield Figure("real images with any hint", 100 * float(np.mean([bool(each) for each in given])), "%")
    for name, worsened in WORSE.items():
        given = [hints(look_at(worsened(image)), 100) for image in _real()]
        right = [bool(set(each) & set(EXPECTED[name])) for each in given]
        yield Figure(f"images made worse, {name}: right hint", 100 * float(np.mean(right)), "%")
        yield Figure(f"images made worse, {name}: no hint", 100 * float(np.mean([not each for each in given])), "%")
