"""Activation: the poll book tells a booth "style S, once", and after a crash both agree on what happened.

The booth shows a fresh challenge; the poll book answers with a MAC over it and the style, under the key that the two
were paired with. Neither stores challenge or answer, so a raw copy of either medium joins nothing.

Each side keeps one durable slot per booth, without elector:

    poll book   free → armed(S) ──────────────────────────────────→ free
    booth       free ─────────→ armed(S) → ended(how) ───────────→ free
                    1 PB arms, 2 booth arms, 3 booth ends, 4 PB records and frees, 5 booth is told and frees

Each arrow is durable before the next begins, so a crash leaves one of the pairs between two arrows, and
`RECONCILIATION` says what each pair means. Pairs that no crash can leave go to the president.
This module knows neither booth nor poll book.
"""

from enum import StrEnum
from types import MappingProxyType

from urna.crypto.mac import authenticate, check_authentic
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Hash, Record
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

PURPOSE = "urna/activation/1"
CHALLENGE_BYTES = 16


class Free(Record, frozen=True, kw_only=True, tag="free"):
    """No activation is under way."""


class Armed(Record, frozen=True, kw_only=True, tag="armed"):
    """An activation of this style is under way."""

    style: Code


class Ended(Record, frozen=True, kw_only=True, tag="ended"):
    """The booth's activation ended in this way, and the poll book has not yet acknowledged it."""

    ending: Ending


PollBookSlot = Free | Armed
BoothSlot = Free | Armed | Ended


class Resolution(StrEnum):
    """What to do with a pair of slots. A booth may be armed only at READY and ACTIVATE_AGAIN."""

    READY = "ready"
    """Nothing is under way."""
    ACTIVATE_AGAIN = "activate_again"
    """The booth never got the answer: same elector, same activation, a fresh challenge."""
    CONTINUE = "continue"
    """The voter goes on at the booth."""
    RECORD_ENDING = "record_ending"
    """The poll book records how it ended and frees its slot; then the booth is told."""
    ACKNOWLEDGE = "acknowledge"
    """The poll book has recorded it already; the booth is told once more and frees its slot."""
    PRESIDENT = "president"
    """No crash leaves this pair. The president decides, and the decision is counted (`Ending.FAILURE`)."""


class Pair(StrEnum):
    """The slots of poll book and booth, without their values; `same` and `other` compare the styles."""

    FREE_FREE = "free, free"
    ARMED_FREE = "armed, free"
    ARMED_SAME = "armed, armed with the same style"
    ARMED_OTHER = "armed, armed with another style"
    ARMED_ENDED = "armed, ended"
    FREE_ENDED = "free, ended"
    FREE_ARMED = "free, armed"


RECONCILIATION = MappingProxyType(
    {
        # poll book, booth          what to do                    how the pair comes to be
        Pair.FREE_FREE: Resolution.READY,  # before arrow 1 or after arrow 5
        Pair.ARMED_FREE: Resolution.ACTIVATE_AGAIN,  # between 1 and 2: a booth that ended would say `ended`
        Pair.ARMED_SAME: Resolution.CONTINUE,  # between 2 and 3
        Pair.ARMED_ENDED: Resolution.RECORD_ENDING,  # between 3 and 4
        Pair.FREE_ENDED: Resolution.ACKNOWLEDGE,  # between 4 and 5
        Pair.ARMED_OTHER: Resolution.PRESIDENT,  # a medium was exchanged or restored
        Pair.FREE_ARMED: Resolution.PRESIDENT,  # a medium was exchanged or restored
    }
)
"""Every pair of slots and what it means. The poll book is never asked to guess whether somebody voted."""


def reconcile(poll_book: PollBookSlot, booth: BoothSlot) -> Resolution:
    """What to do with this pair of slots, by `RECONCILIATION`."""
    return RECONCILIATION[pair(poll_book, booth)]


def pair(poll_book: PollBookSlot, booth: BoothSlot) -> Pair:
    """The row of `RECONCILIATION` for these slots."""
    match poll_book, booth:
        case Armed(style=expected), Armed(style=found):
            return Pair.ARMED_SAME if expected == found else Pair.ARMED_OTHER
        case Armed(), Ended():
            return Pair.ARMED_ENDED
        case Armed(), _:
            return Pair.ARMED_FREE
        case _, Armed():
            return Pair.FREE_ARMED
        case _, Ended():
            return Pair.FREE_ENDED
        case _:
            return Pair.FREE_FREE


def check_may_arm(poll_book: PollBookSlot, booth: BoothSlot) -> None:
    """Returns if the poll book may answer this booth's challenge now.

    Raises:
        OutOfOrder: an activation is under way, or its ending is not yet recorded.
    """
    resolution = reconcile(poll_book, booth)
    if resolution not in {Resolution.READY, Resolution.ACTIVATE_AGAIN}:
        raise OutOfOrder(
            Sentence("a booth without an activation under way"),
            Sentence("slots (poll book, booth): {pair}", {"pair": pair(poll_book, booth)}),
            Sentence("Finish the activation of this booth first."),
        )


def answer(pairing_key: bytes, challenge: bytes, *, election: Hash, station: Code, booth: int, style: Code) -> bytes:
    """The poll book's answer: a MAC over all of it, 32 bytes (HMAC-SHA256, see `crypto/mac`).

    Args:
        pairing_key: 32 bytes that this booth and this poll book share.
        challenge: the 16 fresh bytes that the booth shows.
        election: the definition's hash.
        station: the station of both.
        booth: the booth's number, from 1.
        style: the ballot style of the elector.

    Raises:
        Malformed: a challenge of another length.
    """
    return authenticate(pairing_key, PURPOSE, *_claim(challenge, election, station, booth, style))


def check_answer(
    pairing_key: bytes, challenge: bytes, given: bytes, *, election: Hash, station: Code, booth: int, style: Code
) -> None:
    """Returns if the answer is the paired poll book's, to this challenge, for this booth and style.

    The caller forgets the challenge after the first answer, right or wrong: that is what makes a replay useless.

    Raises:
        Unproven: it is not.
    """
    claim = _claim(challenge, election, station, booth, style)
    check_authentic(pairing_key, given, PURPOSE, *claim, where=f"{station} booth {booth}")


def _claim(challenge: bytes, election: Hash, station: Code, booth: int, style: Code) -> tuple[bytes, ...]:
    """What an answer says: this booth may take one voter of this style, in reply to this challenge."""
    if len(challenge) != CHALLENGE_BYTES:
        raise Malformed(
            Sentence("a challenge of {size} bytes", {"size": CHALLENGE_BYTES}),
            Sentence("{size} bytes", {"size": len(challenge)}),
            Sentence("Copy the challenge that the booth shows now."),
        )
    return bytes.fromhex(election), station.encode(), str(booth).encode(), challenge, style.encode()
