"""Galleries of fingers that nobody has, made once, and the cylinders of the development set."""

import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.figures import Act, Skipped
from bench.places import SHARED, WORK
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.gallery import Gallery, build_gallery, cylinders_of, gallery_of, join, part_of
from urna.biometrics.synthetic_templates import synthetic_templates
from urna.biometrics.template import Template
from urna.compute.processes import over_processes
from urna.storage.gallery_files import open_gallery, write_gallery

SEED = 77
PART = 10_000
DEVELOPMENT = SHARED / "fingerprints/fvc2002_db1_b"


class Impression(NamedTuple):
    """One image of the development set: finger, number, cylinders."""

    finger: int
    number: int
    cylinders: Cylinders


def processor_seconds(act: Act) -> float:
    """What one act takes of one core: other work on the machine disturbs it less than the clock on the wall."""
    started = time.process_time()
    act()
    return time.process_time() - started


def strangers(count: int) -> Gallery:
    """A gallery of synthetic templates; parts that are not there are made, 2 ms a template."""
    parts = range(-(-count // PART))
    list(over_processes(_make, parts, worth_it=2, chunk=1))
    return part_of(join([open_gallery(_folder(part)) for part in parts]), 0, count)


def short_strangers(count: int, cylinders: int) -> Gallery:
    """Those that have so many cylinders, cut to the first of them: templates of one size, to compare speeds by."""
    whole = strangers(2 * count)
    rows = np.flatnonzero(whole.sizes >= cylinders)[:count]
    return gallery_of((int(row), cut(cylinders_of(whole, int(row)), cylinders)) for row in rows)


def cut(whole: Cylinders, count: int) -> Cylinders:
    """The first cylinders of a template."""
    return Cylinders(whole.bits[:count], whole.valid[:count], whole.x[:count], whole.y[:count], whole.angle[:count])


@cache
def development_set() -> tuple[Impression, ...]:
    """Every image of FVC2002 DB1_B through our own extractor.

    Raises:
        Skipped: the set is absent.
    """
    if not DEVELOPMENT.exists():
        raise Skipped(f"{DEVELOPMENT} is absent (set URNA_SHARED to the shared material)")
    from urna.devices.extractor import extract_all  # noqa: PLC0415 - needs urna[biometrics]
    from urna.devices.finger_files import read_image  # noqa: PLC0415 - likewise

    paths = sorted(DEVELOPMENT.glob("*_*.tif"))
    found = extract_all([read_image(path) for path in paths], 2)
    return tuple(_impression(path, each.template) for path, each in zip(paths, found, strict=True))


def _impression(path: Path, template: Template) -> Impression:
    finger, number = map(int, path.stem.split("_"))
    return Impression(finger, number, encode(template))


def genuine_pairs(images: tuple[Impression, ...]) -> list[tuple[int, int]]:
    """Probe and enrolled impression, by their places: all ordered pairs of one finger."""
    fingers = defaultdict(list)
    for place, image in enumerate(images):
        fingers[image.finger].append(place)
    return [(one, other) for own in fingers.values() for one in own for other in own if one != other]


def _folder(part: int) -> Path:
    return WORK / "galleries" / f"{SEED}-{part:03d}"


def _make(part: int) -> None:
    if not _folder(part).exists():
        numbers = range(part * PART, part * PART + PART)
        write_gallery(_folder(part), build_gallery(zip(numbers, synthetic_templates(SEED, numbers, 0), strict=True)))
