"""The lines of a reader's self-test: what a few captures of one finger say about the reader."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import combinations
from statistics import median
from typing import NamedTuple

from urna.biometrics.capture import Extraction
from urna.biometrics.decision import decide
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.image import FingerImage
from urna.biometrics.quality import GOOD_AT_ENROLMENT, LEAST_AT_ENROLMENT, look_at
from urna.devices.reader_measure import LEAST_CONTRAST, RIDGE_PERIODS, contrast, has_dark_ridges, ridge_period
from urna.election.outcomes import Outcome
from urna.words import Sentence

LEAST_WIDTH, LEAST_HEIGHT = 250, 325
"""Pixels of the smallest window for one finger: 12.7 x 16.5 mm, FAP 10 of the mobile ID profiles."""

MOST_MILLISECONDS = 1000
"""From image to outcome at a station, the design's limit."""


class Status(StrEnum):
    """How a line of the test ended; advice fails nothing."""

    PASSED = "passed"
    FAILED = "failed"
    ADVICE = "advice"
    NOT_TESTED = "not tested"


class Line(NamedTuple):
    """One line: what was tested, how it ended, what was found, what to do where it did not pass."""

    name: Sentence
    status: Status
    found: Sentence
    remedy: Sentence | str = ""


class Captured(NamedTuple):
    """One capture; `seconds` from image to outcome."""

    image: FingerImage
    extraction: Extraction
    seconds: float


def judge(taken: Sequence[Captured]) -> Iterator[Line]:
    """The lines about the images and templates of one finger, at least two, laid down anew each time."""
    pairs = [(each.image, look_at(each.image)) for each in taken]
    extractions = [each.extraction for each in taken]
    yield _renewed([each.image for each in taken])
    yield _size([each.image for each in taken])
    yield _contrast(round(median(contrast(*pair) for pair in pairs)))
    yield _ridges([has_dark_ridges(*pair) for pair in pairs])
    yield _resolution(median(ridge_period(*pair) for pair in pairs))
    yield _quality(extractions)
    yield _repeats(extractions)
    yield _speed(round(1000.0 * median(each.seconds for each in taken)))


def is_match(one: Extraction, other: Extraction) -> bool:
    """Whether the rule that decides at a station takes both for one finger."""
    return decide(one, [StoredFinger(1, (other.template,))], no_fingers=False).outcome is Outcome.MATCH


def _renewed(images: Sequence[FingerImage]) -> Line:
    name = Sentence("Each image is a new one")
    if len(set(images)) == len(images):
        return Line(name, Status.PASSED, Sentence("{count} images, none like another", {"count": len(images)}))
    return Line(
        name,
        Status.FAILED,
        Sentence("the same image twice, pixel by pixel"),
        Sentence("The reader or its program repeats an old image: unplug it, and test again; else do not use it."),
    )


def _size(images: Sequence[FingerImage]) -> Line:
    name = Sentence("The window is large enough")
    width, height = min(image.width for image in images), min(image.height for image in images)
    found = Sentence("{width} x {height} pixels", {"width": width, "height": height})
    if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        return Line(name, Status.PASSED, found)
    return Line(
        name,
        Status.ADVICE,
        found,
        Sentence(
            "Less than {width} x {height}: on a small window fingers are missed more often.",
            {"width": LEAST_WIDTH, "height": LEAST_HEIGHT},
        ),
    )


def _contrast(levels: int) -> Line:
    name = Sentence("The ridges stand out")
    found = Sentence("{levels} grey levels of 255", {"levels": levels})
    if levels >= LEAST_CONTRAST:
        return Line(name, Status.PASSED, found)
    return Line(name, Status.FAILED, found, Sentence("Clean the window; set the reader's contrast or exposure higher."))


def _ridges(dark: Sequence[bool | None]) -> Line:
    name = Sentence("Ridges are dark on a light ground")
    seen = [each for each in dark if each is not None]
    if not seen:
        return Line(name, Status.NOT_TESTED, Sentence("the finger fills the image"))
    if sum(seen) * 2 > len(seen):
        return Line(name, Status.PASSED, Sentence("dark"))
    return Line(
        name,
        Status.FAILED,
        Sentence("light ridges, or a dark ground"),
        Sentence(
            "Look at an image (urna reader show): if the ridges are light, set the reader's program to dark ones."
        ),
    )


def _resolution(period: float) -> Line:
    name = Sentence("The resolution is 500 dots an inch")
    low, high = (f"{limit:.1f}" for limit in RIDGE_PERIODS)
    found = Sentence("a ridge every {period} pixels", {"period": f"{period:.1f}"})
    if RIDGE_PERIODS[0] <= period <= RIDGE_PERIODS[1]:
        return Line(name, Status.PASSED, found)
    return Line(
        name,
        Status.FAILED,
        found,
        Sentence(
            "Human ridges are {low} to {high} pixels apart: state the reader's true resolution (docs/readers.md).",
            {"low": low, "high": high},
        ),
    )


def _quality(extractions: Sequence[Extraction]) -> Line:
    name = Sentence("The images are good")
    scores = [each.quality for each in extractions]
    found = Sentence("NFIQ 2 from {low} to {high} of 100", {"low": min(scores), "high": max(scores)})
    worst = min(extractions, key=lambda each: each.quality)
    advice = worst.hints[0].advice if worst.hints else Sentence("Wipe window and finger; try another person's finger.")
    if median(scores) < LEAST_AT_ENROLMENT:
        return Line(name, Status.FAILED, found, advice)
    if min(scores) < GOOD_AT_ENROLMENT:
        return Line(name, Status.ADVICE, found, advice)
    return Line(name, Status.PASSED, found)


def _repeats(extractions: Sequence[Extraction]) -> Line:
    name = Sentence("The captures are one finger")
    pairs = list(combinations(extractions, 2))
    matching = sum(is_match(one, other) for one, other in pairs)
    found = Sentence("{matching} of {pairs} pairs match", {"matching": matching, "pairs": len(pairs)})
    if matching == len(pairs):
        return Line(name, Status.PASSED, found)
    remedy = Sentence("Test again with one finger, laid flat and in the middle; if it fails again, change the reader.")
    return Line(name, Status.ADVICE if matching * 2 >= len(pairs) else Status.FAILED, found, remedy)


def _speed(milliseconds: int) -> Line:
    name = Sentence("The outcome comes within a second")
    found = Sentence("{milliseconds} ms from image to outcome", {"milliseconds": milliseconds})
    if milliseconds <= MOST_MILLISECONDS:
        return Line(name, Status.PASSED, found)
    return Line(name, Status.ADVICE, found, Sentence("Close other programs; if it stays slow, voters will wait."))
