"""The booth's words: its states, what may happen to it, what it does then, and what it holds meanwhile."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from urna.ballot.selections import Selections
from urna.election.outcomes import BallotState, Ending
from urna.encoding.canonical import BallotId, Code, Count, Hash, Record
from urna.encoding.secret import Secret
from urna.station.activation import Armed, BoothSlot, Ended, Free


class State(StrEnum):
    """Where the booth is."""

    WAITING = "waiting"
    CHOOSING = "choosing"
    REVIEWING = "reviewing"
    PENDING = "pending"
    """The ballot is durable, the paper is on its way."""
    PRINTED = "printed"
    """The question is asked: are your printed selections correct?"""
    CAST = "cast"
    VOID = "void"
    """Not cast; the paper is spoiled; the voter may choose again within the rule's attempts."""
    CHALLENGED = "challenged"
    EXPIRED = "expired"
    """The time passed, with no paper out: a poll worker resumes or ends."""
    EXPIRED_WITH_PAPER = "expired_with_paper"
    """The time passed at the question: a poll worker resumes or ends."""
    ENDED = "ended"
    """Ended without a vote."""


class Draft(Secret, frozen=True, kw_only=True):
    """A ballot in memory at the review: made, stored nowhere, and forgotten when the voter goes back."""

    ballot: BallotId
    selections: Selections
    seed: Hash | None = None
    """What the encryption's nonces follow from; None without guardians."""
    ciphertext: bytes = b""
    """As a slot keeps it (`ballot/stored`); empty without guardians."""
    code: str = ""
    """The confirmation code as it is printed; empty where no code slip is."""


class Happening(msgspec.Struct, frozen=True):
    """The base of the events. No two kinds are equal, and none is empty, as bare tuples would be."""


class Activated(Happening, frozen=True):
    """The poll book's answer was right."""

    style: Code


class Reviewed(Happening, frozen=True):
    """The voter asks for the review; the ballot is made by then."""

    draft: Draft


class WentBack(Happening, frozen=True):
    """The voter wants to change something before anything is printed."""


class Confirmed(Happening, frozen=True):
    """The voter presses VOTE; the slot was drawn by chance."""

    slot: int


class PaperPrinted(Happening, frozen=True):
    """The paper is out."""


class PaperFailed(Happening, frozen=True):
    """The printer could not print it, or the code slip before it."""


class SaidYes(Happening, frozen=True):
    """Yes, cast."""


class SaidNo(Happening, frozen=True):
    """No, change."""


class SaidChallenge(Happening, frozen=True):
    """Challenge the machine."""


class ChoseAgain(Happening, frozen=True):
    """The voter gave the spoiled paper away and starts anew."""


class TimePassed(Happening, frozen=True):
    """The time limit of the rules is over."""


class Resumed(Happening, frozen=True):
    """A poll worker gives the voter more time."""


class EndedByWorker(Happening, frozen=True):
    """A poll worker ends the activation without a vote."""

    ending: Ending


class Acknowledged(Happening, frozen=True):
    """The poll book has recorded how the activation ended."""


Event = (
    Activated
    | Reviewed
    | WentBack
    | Confirmed
    | PaperPrinted
    | PaperFailed
    | SaidYes
    | SaidNo
    | SaidChallenge
    | ChoseAgain
    | TimePassed
    | Resumed
    | EndedByWorker
    | Acknowledged
)


class Cause(StrEnum):
    """Why a ballot is not cast, for the words on the screen."""

    VOTER = "voter"
    PRINTER = "printer"
    POWER = "power"


class Session(Secret, frozen=True, kw_only=True):
    """What the booth holds in memory of the activation under way."""

    state: State = State.WAITING
    style: Code = ""
    selections: Selections | None = None
    """What is under review, or on the paper that the question is about."""
    draft: Draft | None = None
    """The ballot under review."""
    spoiled: int = 0
    """Papers of this activation that the voter spoiled. A crash and a printer's fault cost no attempt."""
    challenges: int = 0
    slot: int | None = None
    """Box slot of the attempt under way."""
    ending: Ending | None = None
    cause: Cause = Cause.VOTER


class Attempting(Record, frozen=True, kw_only=True, tag="attempting"):
    """The durable activation slot while armed: the style, what was used of the rules, and the box slot in hand."""

    style: Code
    spoiled: Count
    challenges: Count
    slot: Count | None


class Kept(Record, frozen=True, kw_only=True):
    """What the activation slot's file holds, without elector: overwritten whole at every change."""

    slot: Free | Attempting | Ended

    def seen(self) -> BoothSlot:
        """The slot as the reconciliation with the poll book sees it."""
        return Armed(style=self.slot.style) if isinstance(self.slot, Attempting) else self.slot


class Keep(NamedTuple):
    """Write the activation slot, durable."""

    kept: Kept


class StoreBallot(NamedTuple):
    """Write the body of a box slot, durable."""

    slot: int
    draft: Draft


class PrintCode(Secret, frozen=True):
    """Print the signed code slip, which the voter keeps; only a failure comes back as an event."""

    code: str


class PrintPaper(NamedTuple):
    """Print the paper; the printer's word comes back as an event."""

    selections: Selections


class SetMark(NamedTuple):
    """Write the mark of a box slot, durable."""

    slot: int
    state: BallotState


class ShowSession(NamedTuple):
    """Put the session's screen before the voter."""

    session: Session


Effect = Keep | StoreBallot | PrintCode | PrintPaper | SetMark | ShowSession
