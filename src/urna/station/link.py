"""The two ends of the activation channel as ports: what the poll book asks of a booth, and what a booth offers.

    station/station  ──BoothLink──  RemoteBooth ═══ activation channel ═══ server  ──BoothDesk──  the booth's process

Nothing here knows an elector or a ballot, and both sides may import it. Of a voter at the booth the poll book sees
`Presence` alone: whether a paper was spoiled or the machine challenged is between the voter and the booth, because
challenged ballots are opened in public.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Protocol

import msgspec

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment, Record
from urna.errors import OutOfOrder
from urna.station.activation import BoothSlot, Free
from urna.words import N_, Sentence


class Presence(StrEnum):
    """What the poll book sees of the booth's screen."""

    WAITING = "waiting"
    """Nobody is there; an activation may begin."""
    VOTING = "voting"
    """A voter is at the booth, at whatever step."""
    EXPIRED = "expired"
    """The time is over: a poll worker resumes or ends."""
    CAST = "cast"
    ENDED = "ended"
    """Ended without a vote."""
    STOPPED = "stopped"
    """It stopped in the middle of writing, and goes on from its medium as soon as it has started again."""


PRESENCE: Mapping[str, Presence] = MappingProxyType(
    {
        "waiting": Presence.WAITING,
        "choosing": Presence.VOTING,
        "reviewing": Presence.VOTING,
        "pending": Presence.VOTING,
        "printed": Presence.VOTING,
        "void": Presence.VOTING,
        "challenged": Presence.VOTING,
        "expired": Presence.EXPIRED,
        "expired_with_paper": Presence.EXPIRED,
        "cast": Presence.CAST,
        "ended": Presence.ENDED,
    }
)
"""The booth's states (`station/booth_session.State`) as the poll book sees them."""


class Stage(StrEnum):
    """How far the booth's machine has come; it never goes back."""

    SEALED = "sealed"
    """Not zeroed: it takes the readiness test, and then zeroing."""
    ZEROED = "zeroed"
    """Its box was empty and is whole: it takes votes."""
    RELEASED = "released"
    """It let go of its medium, which a closing process counts."""
    CLOSED = "closed"
    """Its closing had begun when it was started: it takes no vote any more."""


class Work(StrEnum):
    """What takes the booth longer than an answer may; only one at a time."""

    NONE = "none"
    TESTING = "testing"
    ZEROING = "zeroing"
    PRINTING = "printing"
    """Reports; a voter's papers are not seen from the poll book."""


WORK_WORDS: Mapping[Work, str] = MappingProxyType(
    {
        Work.NONE: N_("The booth has nothing to do."),
        Work.TESTING: N_("The booth votes its known deck and counts it."),
        Work.ZEROING: N_("The booth fills its ballot box with random bytes."),
        Work.PRINTING: N_("The booth prints."),
    }
)
"""For the poll worker's screen."""

Word = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z_]{0,31}\Z")]
"""A word of a closed vocabulary: a printer's state, a finding about the machine's health."""


class Part(Record, frozen=True, kw_only=True):
    """A `Sentence` on its way."""

    template: str
    values: dict[str, str | int] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, sentence: Sentence | str) -> "Part":
        """From a sentence."""
        if isinstance(sentence, str):
            return cls(template="{text}", values={"text": str(sentence)})
        return cls(template=sentence.template, values={name: _plain(each) for name, each in sentence.values.items()})

    def sentence(self) -> Sentence:
        """As it was."""
        return Sentence(self.template, self.values)


class Trouble(Record, frozen=True, kw_only=True):
    """Why the booth did not do something: the parts of an `UrnaError`, none of which is ever a secret."""

    kind: Annotated[str, msgspec.Meta(pattern=r"\A(?:malformed|unproven|out_of_order)\Z")]
    expected: Part
    found: Part
    remedy: Part
    where: str = ""


class Condition(Record, frozen=True, kw_only=True):
    """A booth at this moment. In memory alone, on both sides."""

    stage: Stage
    presence: Presence
    slot: BoothSlot = Free()
    printer: Word = "ready"
    """The printer's state, as the booth's own screen names it."""
    health: tuple[Word, ...] = ()
    """What is wrong with the machine: `disk_full`, `clock_moved` and so on; empty when nothing is."""
    work: Work = Work.NONE
    readiness_tested: bool = False
    """Since this process started, the known deck was counted right."""
    zero_reports: int = 0
    """Copies of the zero report printed since this process started."""
    trouble: Trouble | None = None
    """Why the last work failed; None after one that did not."""


class Alarm(StrEnum):
    """What a booth reports of its channel; nothing was done for whoever caused it."""

    WRONG_KEY = "wrong_key"
    """Somebody who is not the paired poll book."""
    SECOND_POLL_BOOK = "second_poll_book"
    """Somebody with the pairing key, while the poll book is there: two poll books with one identity."""
    FORGED = "forged"
    """A message in the poll book's own connection that is not its own, or came twice or out of its order."""
    GARBLED = "garbled"
    """Bytes that are no message."""


class NoAnswer(OutOfOrder):
    """The booth did not answer in time; what was asked was done once or not at all, and the slots say which."""


class BoothLink(Protocol):
    """What the poll book's side asks of a booth: `station/booth.Booth` in the same process, or a `RemoteBooth`."""

    @property
    def slot(self) -> BoothSlot:
        """The booth's durable activation slot."""
        ...

    @property
    def state(self) -> str:
        """Where the booth is, in a word."""
        ...

    def challenge(self) -> bytes:
        """A fresh challenge; the one before it is void."""
        ...

    def activate(self, style: Code, answer: bytes) -> None:
        """One voter of this style may begin, if the answer is right."""
        ...

    def check_idle(self) -> None:
        """Returns if no activation is under way."""
        ...

    def resume(self) -> None:
        """More time for the voter."""
        ...

    def end(self, ending: Ending) -> None:
        """The activation ends without a vote."""
        ...

    def acknowledge(self) -> None:
        """The poll book has durably recorded the ending."""
        ...


class BoothDesk(Protocol):
    """What the booth's process offers to its poll book.

    Called from the channel's thread, beside the voter's screen: whoever implements it takes the booth's lock for as
    long as an act takes and no longer. `condition` never waits for that lock. Test, zeroing and printing only begin
    when they are called; `condition` says how they go.
    """

    def condition(self) -> Condition:
        """The booth at this moment, within 50 ms whatever else goes on."""
        ...

    def challenge(self) -> bytes:
        """As `BoothLink`."""
        ...

    def activate(self, style: Code, answer: bytes) -> None:
        """As `BoothLink`."""
        ...

    def acknowledge(self) -> None:
        """As `BoothLink`."""
        ...

    def end(self, ending: Ending) -> None:
        """As `BoothLink`."""
        ...

    def resume(self) -> None:
        """As `BoothLink`."""
        ...

    def test_readiness(self) -> None:
        """Begins the known deck; refused once votes may be in the box."""
        ...

    def zero(self, now: Moment) -> None:
        """Begins zeroing, or goes on with one that a power cut interrupted; `now` is the moment of the report."""
        ...

    def zero_document(self) -> bytes:
        """The signed zero report, as it lies on the booth's medium."""
        ...

    def print_zero_report(self, copies: int) -> None:
        """Begins to print it."""
        ...

    def release(self) -> None:
        """Lets go of the medium, for the closing; no vote is taken any more until the booth is started again."""
        ...

    def stop(self) -> None:
        """The process ends in peace, soon after this returns."""
        ...


def check_waits(condition: Condition, where: str) -> None:
    """Returns if a booth in this condition waits for a voter; raises `OutOfOrder` otherwise."""
    if condition.stage is not Stage.ZEROED or condition.presence is not Presence.WAITING:
        raise OutOfOrder(
            Sentence("a booth that waits"),
            Sentence("one that is {stage}, {presence}", {"stage": condition.stage, "presence": condition.presence}),
            Sentence("Finish what this booth is doing first."),
            where,
        )


def _plain(value: str | int) -> str | int:
    """Without the class of an enumeration."""
    return int(value) if isinstance(value, int) else str(value)
