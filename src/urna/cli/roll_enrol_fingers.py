"""One elector's fingers during an enrolment: images and templates in memory, and how they compare.

The state machine (roll/enrolment) sees numbers only; this is where the numbers come from, and where its word on
each image is carried out. Nothing here is written to a disk.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from urna.biometrics.capture import Extractor
from urna.biometrics.cylinders import Cylinders, encode
from urna.biometrics.image import FingerImage
from urna.biometrics.match import score_cylinders
from urna.biometrics.template import Template
from urna.encoding.canonical import Hash
from urna.roll.at_rest import EnrolmentId
from urna.roll.enrolment import (
    BeganAgain,
    Captured,
    Enrolment,
    Event,
    Excepted,
    Image,
    NothingCaptured,
    Stage,
    TriedAgain,
    Verdict,
    WentOn,
    begin,
    step,
)
from urna.roll.enrolment_capsule import ArchivedImage, ArchivedImages
from urna.roll.enrolment_rules import EnrolmentRules, Reason
from urna.storage.enrolment_archive import png_of
from urna.words import Sentence

MILLION = 1_000_000

LIVE_SCAN_PLAIN = 0
"""The impression type of a finger laid flat on a reader (ISO/IEC 19794-2:2005, table 5)."""


class Taken(NamedTuple):
    """One capture: the image, and what was found in it."""

    image: FingerImage
    template: Template
    cylinders: Cylinders
    quality: int
    hints: tuple[Sentence, ...] = ()
    """What the poll worker can do about it."""
    source: str = ""
    """The file that it came from, where it came from one."""

    def __repr__(self) -> str:
        """Its quality."""
        return f"Taken(quality={self.quality})"


class Following(NamedTuple):
    """An enrolment after an event: the next state, and the verdict if the event was a capture."""

    state: Enrolment
    verdict: Verdict | None


class Fingers:
    """What is kept of an elector's fingers so far."""

    def __init__(self) -> None:
        self._kept: dict[int, list[Taken]] = {}
        self._held: dict[int, Taken] = {}

    def compare(self, taken: Taken, position: int) -> Captured:
        """The capture in numbers, as one of this position."""
        return Captured(
            quality=taken.quality,
            minutiae=len(taken.template.minutiae),
            own=_best(taken, self._kept.get(position, ())),
            others=_best(taken, (each for at, own in self._kept.items() if at != position for each in own)),
        )

    def follow(self, state: Enrolment, event: Event, taken: Taken | None = None) -> Following:
        """The state after an event, its word on the images carried out.

        Args:
            state: before it.
            event: what happened; a capture's numbers are those of `compare`.
            taken: the capture, if it was one.

        Raises:
            OutOfOrder: the event may not come now.
        """
        at = event.position if isinstance(event, Excepted | BeganAgain) else None
        if at is None and isinstance(event, Captured | NothingCaptured):
            at = state.finger.position
        after = step(state, event)
        for image in after.images:
            self._carry_out(image, at or 0, taken)
        return Following(after.state, after.verdict)

    def templates(self) -> dict[int, list[bytes]]:
        """The ISO/IEC 19794-2:2005 records of what is kept, by position."""
        return {at: [_placed(each.template, at).to_iso() for each in kept] for at, kept in self.kept().items()}

    def kept(self) -> dict[int, tuple[Taken, ...]]:
        """What is kept, by position."""
        return {at: tuple(kept) for at, kept in sorted(self._kept.items()) if kept}

    def archived(self, enrolment: EnrolmentId, election: Hash) -> ArchivedImages:
        """The images that are kept, as the archive takes them."""
        images = [
            ArchivedImage(position=at, impression=number, quality=each.quality, png=png_of(each.image))
            for at, kept in self.kept().items()
            for number, each in enumerate(kept, start=1)
        ]
        return ArchivedImages(enrolment=enrolment, election=election, images=tuple(images))

    def __repr__(self) -> str:
        """How many impressions."""
        return f"Fingers({sum(map(len, self._kept.values()))})"

    def _carry_out(self, image: Image, at: int, taken: Taken | None) -> None:
        kept = self._kept.setdefault(at, [])
        if image is Image.FORGET:
            kept.clear()
            self._held.pop(at, None)
        elif image is Image.KEEP_HELD:
            kept.append(self._held.pop(at))
        elif taken is not None and image is Image.HOLD:
            self._held[at] = taken
        elif taken is not None:
            kept.append(taken)
            self._held.pop(at, None)


class Impression(NamedTuple):
    """An image that was handed in for a finger."""

    position: int
    taken: Taken


class HandedIn(NamedTuple):
    """An elector whose images were all there at once: the enrolment, and the images that were refused."""

    state: Enrolment
    fingers: Fingers
    refused: tuple[tuple[str, Verdict], ...]
    """Sources of images that are of another finger than they say, or of one finger for two."""


def take(image: FingerImage, extractor: Extractor, source: str = "") -> Taken:
    """A capture with what the extractor finds in it."""
    extraction = extractor.extract(image)
    hints = tuple(hint.advice for hint in extraction.hints)
    return Taken(image, extraction.template, encode(extraction.template), extraction.quality, hints, source)


def hand_in(
    impressions: Sequence[Impression], left_out: Iterable[tuple[int, Reason]], rules: EnrolmentRules
) -> HandedIn:
    """An enrolment from images of another system: no finger can be asked for again.

    1. Leave out the fingers that come with a reason.
    2. Take each finger's images in their order, each with a single try.
    3. A finger without a usable image is left out: nothing was handed in, or nothing readable.
    """
    state, fingers = begin(rules._replace(tries=1)), Fingers()
    for position, reason in left_out:
        state, _ = fingers.follow(state, Excepted(position, reason))
    refused: list[tuple[str, Verdict]] = []
    while state.stage in {Stage.CAPTURING, Stage.DECIDING}:
        own = [each for each in impressions if each.position == state.finger.position]
        state, unlike = _hand_in_finger(own, state, fingers)
        refused += unlike
    return HandedIn(state, fingers, tuple(refused))


def _hand_in_finger(
    impressions: Sequence[Impression], state: Enrolment, fingers: Fingers
) -> tuple[Enrolment, list[tuple[str, Verdict]]]:
    """The state once this finger is settled, and its refused images."""
    position = state.finger.position
    refused: list[tuple[str, Verdict]] = []
    for each in impressions[: state.rules.impressions]:
        state, verdict = fingers.follow(state, fingers.compare(each.taken, position), each.taken)
        if verdict in {Verdict.ANOTHER_FINGER, Verdict.SAME_FINGER}:
            refused.append((each.taken.source, verdict))
        if state.stage is Stage.DECIDING:
            state, _ = fingers.follow(state, TriedAgain())
    if state.stage is Stage.CAPTURING and state.finger.position == position:
        state, _ = fingers.follow(state, NothingCaptured())
        reason = Reason.UNREADABLE if impressions else Reason.NOT_CAPTURED
        end = WentOn() if state.finger.qualities else Excepted(position, reason)
        state, _ = fingers.follow(state, end)
    return state, refused


def _best(taken: Taken, others: Iterable[Taken]) -> int:
    """The best score, in millionths, rounded down."""
    return max((int(score_cylinders(taken.cylinders, each.cylinders) * MILLION) for each in others), default=0)


def _placed(template: Template, position: int) -> Template:
    return msgspec.structs.replace(template, finger=position, impression=LIVE_SCAN_PLAIN)
