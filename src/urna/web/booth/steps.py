"""The steps of the booth's screen, and what a voter may do in each: the whole table of the face.

Behind them stand the booth's own states (`station/booth_session`); a step says more finely what is shown. What a page
sends that its step does not offer changes nothing.
"""

from enum import StrEnum
from types import MappingProxyType

from urna.station.booth_session import State


class Step(StrEnum):
    """What the screen shows."""

    PREPARED = "prepared"
    """Not zeroed yet."""
    CLOSED = "closed"
    """No vote is taken any more."""
    STOPPED = "stopped"
    """It stopped and starts again."""
    WAITING = "waiting"
    CONTEST = "contest"
    REVIEW = "review"
    UNUSED = "unused"
    """Votes are left: complete or leave them."""
    PRINTING = "printing"
    QUESTION = "question"
    SURE = "sure"
    VOID = "void"
    CHALLENGED = "challenged"
    EXPIRED = "expired"
    CAST = "cast"
    ENDED = "ended"
    SILENT = "silent"
    """Nobody touched anything for a while: are you still there?"""
    HELP = "help"
    """A poll worker is called; the choices are out of sight."""


STEPS = MappingProxyType(
    {
        State.WAITING: Step.WAITING,
        State.PENDING: Step.PRINTING,
        State.VOID: Step.VOID,
        State.CHALLENGED: Step.CHALLENGED,
        State.EXPIRED: Step.EXPIRED,
        State.EXPIRED_WITH_PAPER: Step.EXPIRED,
        State.CAST: Step.CAST,
        State.ENDED: Step.ENDED,
    }
)
"""States of the booth that look one way; in the others the voter's place on the ballot says what is shown."""

VOTING = frozenset(
    {Step.CONTEST, Step.REVIEW, Step.UNUSED, Step.QUESTION, Step.SURE, Step.VOID, Step.CHALLENGED, Step.SILENT}
)
"""Steps in which a voter is there and the time runs; HELP hides one of them."""

ACTS = MappingProxyType(
    {
        Step.CONTEST: ("choose", "next", "back", "more", "less"),
        Step.REVIEW: ("change", "back", "more", "less", "vote"),
        Step.UNUSED: ("complete", "leave"),
        Step.QUESTION: ("yes", "no", "challenge", "more", "less"),
        Step.SURE: ("sure", "keep"),
        Step.VOID: ("again",),
        Step.CHALLENGED: ("again",),
        Step.SILENT: ("here",),
        Step.HELP: ("continue",),
    }
)
"""What the buttons of each step do; the bar on top does the same in every step."""

BAR = ("language", "size", "contrast", "audio", "speed", "dark", "help")
