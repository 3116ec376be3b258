"""One elector's enrolment as a state machine: what happened, what becomes of the image, what to ask for next.

    capturing ── captured, nothing captured ──> capturing, deciding, or reviewing after the last impression
    deciding  ── tried again ────────────────> capturing      the same impression, with fresh tries
              ── went on ────────────────────> the next finger, with the impressions that there are
    any       ── excepted ───────────────────> the next finger, this one left out for a reason
              ── began again ────────────────> capturing      this finger from its first impression
              ── abandoned ──────────────────> abandoned      nothing was written
    reviewing ── confirmed ──────────────────> confirmed      both operators sign

A capture is judged in this order:

1. It is like another finger of the person: the same finger was presented twice; refused.
2. It has too few minutiae: unusable.
3. It is not like the finger's impressions so far: another finger, or too poor to tell; refused.
4. Its quality is below the least: the best of the tries is held, and kept when they run out.
5. Otherwise it is kept.

Images and templates are the caller's; here they are numbers: their quality, their minutiae, their scores.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.errors import OutOfOrder
from urna.roll.enrolment_rules import EnrolmentRules, Reason
from urna.words import Sentence


class Stage(StrEnum):
    """How far an enrolment is."""

    CAPTURING = "capturing"
    DECIDING = "deciding"
    """The tries of an impression ran out, and nothing could be kept: the operators decide."""
    REVIEWING = "reviewing"
    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"


class Captured(NamedTuple):
    """An image came.

    Scores are in millionths: `own` is the best against the impressions of this finger that are kept, `others` the
    best against those of the person's other fingers; 0 where there are none.
    """

    quality: int
    minutiae: int
    own: int = 0
    others: int = 0


class NothingCaptured(NamedTuple):
    """No finger came."""


class TriedAgain(NamedTuple):
    """The operators want more tries for the same impression."""


class WentOn(NamedTuple):
    """The operators leave it at the impressions that are kept."""


class Excepted(NamedTuple):
    """The operators leave a finger out; what was kept of it is forgotten."""

    position: int
    reason: Reason


class BeganAgain(NamedTuple):
    """The operators take a finger again from its first impression, which may have been of another one."""

    position: int


class Confirmed(NamedTuple):
    """Both operators have signed."""


class Abandoned(NamedTuple):
    """The operators stop; nothing of this elector is written."""


Event = Captured | NothingCaptured | TriedAgain | WentOn | Excepted | BeganAgain | Confirmed | Abandoned


class Verdict(StrEnum):
    """What was seen in a capture."""

    KEPT = "kept"
    POOR = "poor"
    """Usable, and below the least quality."""
    UNUSABLE = "unusable"
    ANOTHER_FINGER = "another_finger"
    SAME_FINGER = "same_finger"
    """It is already enrolled as another one."""
    NOTHING = "nothing"


class Image(StrEnum):
    """What the caller does with its images, in order."""

    KEEP = "keep"
    """The captured one is the finger's next impression."""
    HOLD = "hold"
    """It is the best poor one of this impression: hold it, let go of the one held before."""
    KEEP_HELD = "keep_held"
    """The held one is the finger's next impression."""
    FORGET = "forget"
    """Let go of everything that was kept and held of the finger that the event names."""


class FingerWork(NamedTuple):
    """A finger during an enrolment."""

    position: int
    qualities: tuple[int, ...] = ()
    """Of the impressions kept, in their order."""
    held: int | None = None
    """Quality of the best poor impression of the one under way."""
    tries: int = 0
    """Captures for the impression under way."""
    captures: int = 0
    """All captures of the finger."""
    refused: int = 0
    """Captures that were of another finger."""
    exception: Reason | None = None
    is_settled: bool = False
    """Nothing more is asked of it."""


class Enrolment(NamedTuple):
    """The state: where it is, and every finger."""

    stage: Stage
    rules: EnrolmentRules
    fingers: tuple[FingerWork, ...]

    @property
    def finger(self) -> FingerWork:
        """The one under way: the first that is not settled."""
        return next(each for each in self.fingers if not each.is_settled)


class Step(NamedTuple):
    """The next state, what to do with the images, and the verdict of a capture."""

    state: Enrolment
    images: tuple[Image, ...] = ()
    verdict: Verdict | None = None


def begin(rules: EnrolmentRules) -> Enrolment:
    """An enrolment before its first capture."""
    return Enrolment(Stage.CAPTURING, rules, tuple(FingerWork(position) for position in rules.positions))


_OPEN = (Stage.CAPTURING, Stage.DECIDING, Stage.REVIEWING)

TRANSITIONS: Mapping[type[Event], tuple[Stage, ...]] = MappingProxyType(
    {
        Captured: (Stage.CAPTURING,),
        NothingCaptured: (Stage.CAPTURING,),
        TriedAgain: (Stage.DECIDING,),
        WentOn: (Stage.DECIDING,),
        Excepted: _OPEN,
        BeganAgain: _OPEN,
        Confirmed: (Stage.REVIEWING,),
        Abandoned: _OPEN,
    }
)
"""In which stages each event may come. Any other pair is out of order."""


def step(state: Enrolment, event: Event) -> Step:  # noqa: PLR0911 - one return per kind of event
    """The next state, and what goes with it.

    Raises:
        OutOfOrder: not now, by `TRANSITIONS`; a finger that is not asked for; or going on with no impression.
    """
    if state.stage not in TRANSITIONS[type(event)]:
        raise OutOfOrder(
            Sentence("what stage {stage} of an enrolment allows", {"stage": state.stage}),
            Sentence("{event}", {"event": type(event).__name__}),
            Sentence("Follow what the screen asks for."),
        )
    match event:
        case Captured() | NothingCaptured():
            return _capture(state, event)
        case TriedAgain():
            return Step(_with(state, state.finger))
        case WentOn():
            return _go_on(state)
        case Excepted(position, reason):
            work = FingerWork(position, captures=_named(state, position).captures, exception=reason, is_settled=True)
            return Step(_with(state, work), (Image.FORGET,))
        case BeganAgain(position):
            work = FingerWork(position, captures=_named(state, position).captures)
            return Step(_with(state, work), (Image.FORGET,))
        case Confirmed():
            return Step(state._replace(stage=Stage.CONFIRMED))
        case Abandoned():
            return Step(state._replace(stage=Stage.ABANDONED))


def judge(seen: Captured | NothingCaptured, finger: FingerWork, rules: EnrolmentRules) -> Verdict:
    """What a capture is, by the rules in the module's docstring: one return for each."""
    if isinstance(seen, NothingCaptured):
        return Verdict.NOTHING
    if seen.others >= rules.presented_twice:
        return Verdict.SAME_FINGER
    if seen.minutiae < rules.least_minutiae:
        return Verdict.UNUSABLE
    is_poor = seen.quality < rules.recapture_below
    if finger.qualities and seen.own < rules.same_finger:
        return Verdict.UNUSABLE if is_poor else Verdict.ANOTHER_FINGER
    return Verdict.POOR if is_poor else Verdict.KEPT


def _capture(state: Enrolment, seen: Captured | NothingCaptured) -> Step:
    finger, rules = state.finger, state.rules
    verdict = judge(seen, finger, rules)
    finger = finger._replace(tries=finger.tries + 1, captures=finger.captures + 1)
    images: tuple[Image, ...] = ()
    if isinstance(seen, Captured) and verdict is Verdict.KEPT:
        finger, images = _kept(finger, seen.quality, rules), (Image.KEEP,)
    elif isinstance(seen, Captured) and verdict is Verdict.POOR and seen.quality > _held_quality(finger):
        finger, images = finger._replace(held=seen.quality), (Image.HOLD,)
    elif verdict in {Verdict.ANOTHER_FINGER, Verdict.SAME_FINGER}:
        finger = finger._replace(refused=finger.refused + 1)
    if verdict is not Verdict.KEPT and finger.tries >= rules.tries:
        if finger.held is None:
            return Step(_with(state, finger)._replace(stage=Stage.DECIDING), images, verdict)
        finger, images = _kept(finger, finger.held, rules), (*images, Image.KEEP_HELD)
    return Step(_with(state, finger), images, verdict)


def _held_quality(finger: FingerWork) -> int:
    return -1 if finger.held is None else finger.held


def _kept(finger: FingerWork, quality: int, rules: EnrolmentRules) -> FingerWork:
    """The finger with one more impression."""
    qualities = (*finger.qualities, quality)
    return finger._replace(qualities=qualities, held=None, tries=0, is_settled=len(qualities) == rules.impressions)


def _go_on(state: Enrolment) -> Step:
    if not state.finger.qualities:
        raise OutOfOrder(
            Sentence("at least one impression of the finger"),
            Sentence("none"),
            Sentence("Try again, or leave the finger out and give the reason."),
        )
    return Step(_with(state, state.finger._replace(is_settled=True)))


def _named(state: Enrolment, position: int) -> FingerWork:
    found = next((each for each in state.fingers if each.position == position), None)
    if found is None:
        raise OutOfOrder(
            Sentence("one of the fingers of this enrolment"),
            Sentence("position {position}", {"position": position}),
            Sentence("Name a finger by its number: 1 right thumb, 2 right index, 6 left thumb, 7 left index."),
        )
    return found


def _with(state: Enrolment, work: FingerWork) -> Enrolment:
    """The state with this finger; capturing until every finger is settled, then reviewing.

    After a decision of the operators, whatever it was, every finger has fresh tries.
    """
    fingers = [work if each.position == work.position else each for each in state.fingers]
    if state.stage is Stage.DECIDING:
        fingers = [each._replace(tries=0) for each in fingers]
    stage = Stage.REVIEWING if all(each.is_settled for each in fingers) else Stage.CAPTURING
    return state._replace(stage=stage, fingers=tuple(fingers))
