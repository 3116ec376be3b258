"""The one file where poll book and booths meet: it passes "style S, once", and back how it ended.

    poll book  ── style S, once ──→  booth        activate
    poll book  ←── cast, expired … ──  booth      record_ending
    poll book  ── recorded ─────────→  booth

What crosses is a style, a challenge with its answer, and an ending. No elector goes one way and no ballot the other,
and neither side keeps what crossed. It stands in the poll book's process and sees a booth only as a `BoothLink`
(station/link): the booth itself in a rehearsal, the booth at the other end of the activation channel in a station.
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.station.activation import Armed, Ended, Free, Resolution, reconcile
from urna.station.authorization import Authorization
from urna.station.link import BoothLink
from urna.station.pollbook import PollBook
from urna.words import Sentence

Link = TypeVar("Link", bound=BoothLink)


class Station(Generic[Link]):
    """A poll book and its booths, after each was opened from its own medium.

    Each side has recovered itself by then; `recover` does what is left between the two, when the voter at the booth
    has read the screen.

    Args:
        poll_book: the station's.
        booths: by number, from 1; a booth that stands apart (closed, exchanged) may be missing.
    """

    def __init__(self, poll_book: PollBook, booths: Mapping[int, Link]) -> None:
        self.poll_book = poll_book
        self.booths = dict(booths)

    def pair(self, number: int) -> Resolution:
        """What the pair of slots of a booth asks for now."""
        return reconcile(self.poll_book.slot(number), self.booths[number].slot)

    def recover(self, number: int) -> Resolution:
        """Does what a crash left undone, as far as the table knows it; returns what is asked for then.

        PRESIDENT stays: only a counted decision (`settle`) goes on from there.
        """
        if self.pair(number) in {Resolution.RECORD_ENDING, Resolution.ACKNOWLEDGE}:
            self.record_ending(number)
        return self.pair(number)

    def activate(self, number: int, style: Code) -> None:
        """Gives a booth to somebody who waits with this style; after a crash in between, once more.

        Raises:
            OutOfOrder: the booth is in use, or nobody waits with this style, or the station is not open.
        """
        booth = self.booths[number]
        challenge = booth.challenge()
        if self.pair(number) is Resolution.ACTIVATE_AGAIN:
            slot = self.poll_book.slot(number)
            style = slot.style if isinstance(slot, Armed) else style
            answer = self.poll_book.answer_again(number, challenge)
        else:
            answer = self.poll_book.arm(number, style, challenge)
        booth.activate(style, answer)

    def record_ending(self, number: int) -> Ending:
        """The poll book counts how the booth's activation ended, once; then the booth is free.

        A vote at a booth that the president had settled is counted as cast (`station/people.end`).

        Raises:
            OutOfOrder: the booth's activation has not ended.
        """
        booth = self.booths[number]
        slot = booth.slot
        if not isinstance(slot, Ended):
            raise OutOfOrder(
                Sentence("a booth whose activation has ended"),
                Sentence("state {state}", {"state": booth.state}),
                Sentence("Let the voter finish, or end the activation without a vote."),
                self._where(number),
            )
        self.poll_book.end(number, slot.ending)
        booth.acknowledge()
        return slot.ending

    def settle(self, number: int, authorization: Authorization) -> None:
        """The president's counted decision on a pair that no crash leaves: what is open ends as a failure.

        Raises:
            OutOfOrder: the table knows what to do; nothing needs a decision.
        """
        if self.pair(number) is not Resolution.PRESIDENT:
            raise OutOfOrder(
                Sentence("a pair of slots that the table leaves to the president"),
                Sentence("{pair}", {"pair": self.pair(number)}),
                Sentence("Go on at the booth."),
                self._where(number),
            )
        booth = self.booths[number]
        self.poll_book.settle(number, authorization)
        if not isinstance(booth.slot, Ended):
            booth.end(Ending.FAILURE)
        self.record_ending(number)

    def settle_without_booth(self, number: int, authorization: Authorization) -> None:
        """The president's counted decision on a booth that does not go on: what is open here ends as a failure.

        What the booth did last is not known, and the poll book keeps that it was settled so. If it goes on after all,
        its own side is settled then; a vote that it holds is counted as cast instead (`holds_late_vote`).

        Raises:
            OutOfOrder: nothing is open at this booth.
        """
        if isinstance(self.poll_book.slot(number), Free):
            raise OutOfOrder(
                Sentence("an activation that is open"),
                Sentence("none"),
                Sentence("Nothing is to be decided at this booth."),
                self._where(number),
            )
        self.poll_book.settle(number, authorization)

    def holds_late_vote(self, number: int) -> bool:
        """Whether a booth that the president had settled comes with a vote: it is about to be recorded."""
        slot = self.booths[number].slot
        return isinstance(slot, Ended) and slot.ending is Ending.CAST and self.poll_book.is_settled(number)

    def _where(self, number: int) -> str:
        return f"{self.poll_book.station} booth {number}"
