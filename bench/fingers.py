"""Fingerprints: speed of each act, from the finger on the reader to the outcome at the station, and error rates."""

from collections.abc import Iterator
from functools import partial

from bench import finger_errors
from bench.figures import Figure, of_runs, rate_of_runs, seconds_of, timed
from urna.biometrics.cylinders import encode
from urna.biometrics.decision import decide
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score, score_cylinders, warm
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.template import Template
from urna.devices.extractor import LeaderExtractor, extract_all
from urna.devices.finger_files import read_image
from urna.devices.reader import SimulatedReader
from urna.election.outcomes import Outcome

POSITIONS = (1, 2, 6, 7)
"""Enrolled: thumbs and index fingers, three impressions each."""

IMPRESSIONS = 3


def run(runs: int) -> Iterator[Figure]:
    """1. Draw, match, extract. 2. Capture to outcome. 3. Error rates, once: they do not change from run to run."""
    fingers = [SyntheticFinger(7000 + number) for number in range(len(POSITIONS))]
    yield from _drawing(fingers, runs)
    yield of_runs("kernels compiled or loaded, once", [seconds_of(warm)], "ms")
    probe, stored = _image(fingers[0]), _enrolled(fingers)
    yield from _matching(stored, runs)
    yield from _station(probe, stored, runs)
    yield from finger_errors.rules()
    yield from finger_errors.run()


def _drawing(fingers: list[SyntheticFinger], runs: int) -> Iterator[Figure]:
    """The skin grows at a finger's first impression."""
    yield of_runs("draw a finger", [seconds_of(partial(finger.impression, 0)) for finger in fingers], "ms")
    yield timed("draw it once more", partial(fingers[0].impression, 1), runs)


def _matching(stored: list[StoredFinger], runs: int) -> Iterator[Figure]:
    """1:1, with encoding and without."""
    one, other, foreign = stored[0].templates[0], stored[0].templates[1], stored[1].templates[0]
    encoded = [encode(template) for template in (one, other, foreign)]
    yield Figure("minutiae of the templates compared", len(one.minutiae), "minutiae")
    yield timed("encode a template", partial(encode, one), runs, times=50)
    yield timed("compare two of one finger, encoded", partial(score_cylinders, *encoded[:2]), runs, times=200)
    yield timed("compare two fingers, encoded", partial(score_cylinders, encoded[0], encoded[2]), runs, times=200)
    yield timed("compare two templates, both encoded first", partial(score, one, other), runs, times=50)


def _station(image: FingerImage, stored: list[StoredFinger], runs: int) -> Iterator[Figure]:
    """Capture, minutiae with quality on two threads, decision over four fingers with three impressions; each share."""
    extractor = LeaderExtractor(threads=2)
    capture = extractor.extract(image)
    if decide(capture, stored, False).outcome is not Outcome.MATCH:
        raise RuntimeError("the finger was not recognised")
    captured, extracted, decided = [], [], []
    for _ in range(runs):
        captured.append(seconds_of(SimulatedReader([image]).capture))
        extracted.append(seconds_of(partial(extractor.extract, image)))
        decided.append(seconds_of(partial(decide, capture, stored, False)))
    size = f"{image.width} x {image.height}"
    yield of_runs(f"station: image of {size} from a simulated reader", captured, "ms")
    yield of_runs("station: minutiae and quality, two threads", extracted, "ms")
    yield of_runs("station: decision against 4 fingers x 3 impressions", decided, "ms")
    whole = [sum(each) for each in zip(captured, extracted, decided, strict=True)]
    yield of_runs("station: capture to outcome", whole, "ms")
    images = [image] * 8
    seconds = seconds_of(partial(extract_all, images, finger_errors.WORKERS))
    yield rate_of_runs(f"extract, {finger_errors.WORKERS} at a time", len(images), [seconds], "images/s")


def _image(finger: SyntheticFinger) -> FingerImage:
    """A real image of the size that figures are compared at, if there is one; else a drawn one."""
    real = finger_errors.DEVELOPMENT / "101_4.tif"
    return read_image(real) if real.exists() else finger.impression(4)


def _enrolled(fingers: list[SyntheticFinger]) -> list[StoredFinger]:
    """Four fingers as they come from the roll; the first is the one that is laid down."""
    extractor = LeaderExtractor(threads=2)
    images = [[finger.impression(each) for each in range(IMPRESSIONS)] for finger in fingers]
    paths = [finger_errors.DEVELOPMENT / f"101_{each}.tif" for each in range(1, IMPRESSIONS + 1)]
    if paths[0].exists():
        images[0] = [read_image(path) for path in paths]
    return [
        StoredFinger(position, tuple(Template.from_iso(extractor.extract(each).template.to_iso()) for each in own))
        for position, own in zip(POSITIONS, images, strict=True)
    ]
