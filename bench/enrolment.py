"""Enrolment: how often the desk's rules are right on real fingers, and what writing one elector costs."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, permutations, product
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.roll.enrolling import ARCHIVE_KEY, an_enrolment, new_roll, station

from bench.figures import Figure, Skipped, of_runs, seconds_of, timed
from bench.places import SHARED, WORK
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score_cylinders, warm
from urna.biometrics.template import Template
from urna.devices.extractor import extract_all
from urna.devices.finger_files import read_image
from urna.election.definition import FingerRule
from urna.roll.enrolment_capsule import ArchivedImage, ArchivedImages, ArchiveEntry
from urna.roll.enrolment_rules import rules_for
from urna.storage.enrolment_archive import png_of, seal_enrolment
from urna.storage.enrolment_files import write_enrolled

SET = SHARED / "fingerprints/fvc2002_db1_b"
MILLION = 1_000_000
IMPRESSIONS = 3


def run(runs: int) -> Iterator[Figure]:
    """The rules on the development set, then sealing and writing twelve of its images."""
    if not SET.is_dir():
        raise Skipped(f"{SET} is absent (set URNA_SHARED)")
    images = {path.stem: read_image(path) for path in sorted(SET.glob("*.tif"))}
    yield from rules_on(images)
    yield from writing(list(images.values())[:12], runs)


def rules_on(images: Mapping[str, FingerImage]) -> Iterator[Figure]:
    """What the two thresholds of a desk do on real fingers."""
    warm()
    found = extract_all(list(images.values()), workers=2)
    yield from thresholds({name: each.template for name, each in zip(images, found, strict=True)})


def thresholds(templates: Mapping[str, Template]) -> Iterator[Figure]:
    """The counts behind the rules, from templates by name: 101_3 is finger 101's third impression."""
    fingers: dict[str, list[Cylinders]] = defaultdict(list)
    for name, template in sorted(templates.items(), key=lambda each: _order(each[0])):
        fingers[name.partition("_")[0]].append(encode(template))
    rules = rules_for(FingerRule().score_of_one)
    own = [_best(each, first) for all_of in fingers.values() for first, each in _firsts(all_of)]
    refused = sum(score < rules.same_finger for score in own)
    yield Figure("a finger's own later impressions", len(own), "impressions")
    yield Figure("of them refused as another finger", 100 * refused / len(own), "%")
    pairs = [(one, other) for a, b in combinations(fingers.values(), 2) for one in a for other in b]
    taken = sum(_best(one, [other]) >= rules.same_finger for one, other in pairs)
    yield Figure("another finger's impressions", len(pairs), "impressions")
    yield Figure("of them taken for the finger's own", taken, "impressions")
    again = [
        max(_best(each, first) for each in later) for all_of in fingers.values() for first, later in _parted(all_of)
    ]
    yield Figure("a finger presented for two positions", len(again), "cases")
    yield Figure("of them noticed", 100 * sum(score >= rules.presented_twice for score in again) / len(again), "%")
    strange = [
        max(_best(each, one[:IMPRESSIONS]) for each in other[:IMPRESSIONS])
        for one, other in combinations(fingers.values(), 2)
    ]
    yield Figure("two different fingers of one person", len(strange), "cases")
    yield Figure("of them taken for one finger", sum(score >= rules.presented_twice for score in strange), "cases")
    yield Figure("the most alike of them", max(strange) / MILLION, "score")
    yield Figure("the threshold", rules.presented_twice / MILLION, "score")


def writing(images: Sequence[FingerImage], runs: int) -> Iterator[Figure]:
    """Sealing an elector's images; writing an enrolment of nine small ones, each step durable before the next."""
    places = product((1, 2, 6, 7), (1, 2, 3))
    archived = tuple(
        ArchivedImage(position=position, impression=number, quality=50, png=png_of(image))
        for (position, number), image in zip(places, images, strict=True)
    )
    everything = ArchivedImages(enrolment="0" * 32, election="0" * 64, images=archived)
    entry = ArchiveEntry(enrolment="0" * 32, election="0" * 64, number="F1")
    yield Figure("twelve images as PNG", sum(len(each.png) for each in archived) / 1e6, "MB")
    yield timed("one image as PNG", lambda: png_of(images[0]), runs, times=5)
    yield timed(
        "sealing twelve images",
        lambda: seal_enrolment(everything, entry, ARCHIVE_KEY.public_hex, lambda size: b"e" * size),
        runs,
    )
    WORK.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=WORK) as folder:
        place = new_roll(Path(folder))
        done = [an_enrolment(place, index) for index in range(runs)]
        seconds = [seconds_of(partial(write_enrolled, place, station(place), [each])) for each in done]
        yield of_runs("writing one enrolment, on this disk", seconds, "ms")


def _order(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name)))


def _firsts(all_of: Sequence[Cylinders]) -> Iterator[tuple[Sequence[Cylinders], Cylinders]]:
    """Each impression as the first, and each other one as it is compared with it."""
    for one, other in permutations(range(len(all_of)), 2):
        yield all_of[one : one + 1], all_of[other]


def _parted(all_of: Sequence[Cylinders]) -> Iterator[tuple[Sequence[Cylinders], Sequence[Cylinders]]]:
    """Three impressions under one position, and three others under another."""
    for first in combinations(range(len(all_of)), IMPRESSIONS):
        rest = [index for index in range(len(all_of)) if index not in first]
        for later in combinations(rest, IMPRESSIONS):
            if first < later:
                yield [all_of[index] for index in first], [all_of[index] for index in later]


def _best(one: Cylinders, others: Sequence[Cylinders]) -> int:
    return max(int(score_cylinders(one, other) * MILLION) for other in others)
