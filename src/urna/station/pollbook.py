"""The poll book: who may vote, each once, and what was counted of them. It knows nothing of ballots.

    admitted (station/reception) → waiting → arm → end
                                   waiting → withdraw
         marked elector → readmit → waiting

Every act is one durable transaction of the store: counts, mark and slot change together or not at all, and a
method returns only when they are on the medium. Nothing that is written has a time, a number in an order, or
an elector beside an activation.
"""

from collections.abc import Sequence

from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder
from urna.log.note import NoteSigner
from urna.roll.checking import check_part
from urna.station import people as rules
from urna.station.activation import Armed, PollBookSlot, answer
from urna.station.authorization import Authorization
from urna.station.captures import capture_seal
from urna.station.cards import Entropy
from urna.station.day import Day, DayEvent, is_over, step
from urna.station.people import Companion, WithdrawalReason
from urna.station.pollbook_package import PollBookPackage, open_package
from urna.station.pollbook_rows import PollBookRows, PollBookStore
from urna.station.pollbook_statement import state
from urna.station.reception import Decide, Identification, Reception, Step
from urna.station.vault import Vault
from urna.words import Sentence

__all__ = ["Decide", "Identification", "PollBook", "Step", "load_poll_book", "prepare_day"]


def load_poll_book(
    store: PollBookStore, election: Election, package: PollBookPackage, data_key: bytes, entropy: Entropy
) -> None:
    """Fills an empty store with the electors of a package.

    Args:
        store: as it was prepared.
        election: the definition.
        package: of the station.
        data_key: from two role cards.
        entropy: fresh randomness.

    Raises:
        Unproven: another data key; not the roll that was committed to; or one that does not fit the definition.
        OutOfOrder: the store is loaded already.
    """
    part = open_package(package, data_key)
    check_part(part, election)
    vault = Vault(data_key, election.identity, package.station, entropy)
    keeping = capture_seal(election, package.station, entropy)
    PollBookRows(store, vault, keeping).load(part, rules.nobody(election.stations[package.station]))


def prepare_day(store: PollBookStore, event: DayEvent) -> Day:
    """Takes the day one step before the role cards come: readiness test and zero report.

    Raises:
        OutOfOrder: not now, or an event that needs the open poll book.
    """
    with store.acting():
        after = step(Day(store.day()), event)
        if event not in {DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT}:
            raise OutOfOrder(
                Sentence("a poll book opened with two role cards"),
                Sentence("one that is not open"),
                Sentence("Bring two role cards with their PINs."),
            )
        store.write_day(after)
    return after


class PollBook(Reception):
    """An open poll book: the reception, the queue, a slot for each booth, and the day. One thread at a time.

    Args:
        store: a loaded store.
        election: the definition.
        package: of this station.
        data_key: from two role cards.
        pairing_keys: one for each booth, booth 1 first, 32 bytes.
        decide: how a finger is judged.
        entropy: fresh randomness.

    Raises:
        OutOfOrder: the roll is not loaded yet.
        Unproven: another data key, or a store that was changed.
    """

    def __init__(
        self,
        store: PollBookStore,
        election: Election,
        package: PollBookPackage,
        data_key: bytes,
        *,
        pairing_keys: Sequence[bytes],
        decide: Decide,
        entropy: Entropy,
    ) -> None:
        super().__init__(store, election, package, data_key, decide=decide, entropy=entropy)
        self._pairing_keys = tuple(pairing_keys)
        if is_over(self.day):
            self._rows.forget_order()  # the power may have gone between closing and forgetting

    def advance(self, event: DayEvent) -> Day:
        """Takes the day one step; closing needs that nobody waits and every booth is free.

        Raises:
            OutOfOrder: not now.
        """
        with self._store.acting():
            after = step(self.day, event)
            if event is DayEvent.CLOSE:
                rules.check_may_close(self.counts())
            self._store.write_day(after)
        if event is DayEvent.CLOSE:
            self._rows.forget_order()
        return after

    def withdraw(self, style: Code, reason: WithdrawalReason = WithdrawalReason.NOT_STATED) -> None:
        """Somebody who waits with this style leaves before a booth is activated; who it is, is not asked.

        Raises:
            OutOfOrder: nobody waits with this style, or the day is neither open nor paused.
        """
        self._check_day(Day.OPEN, Day.PAUSED)
        self._rows.change(lambda people: rules.withdraw(people, style, reason))

    def bring_companion(self, companion: Companion) -> None:
        """A voter who waits brings somebody into the booth: counted by kind, nobody's name is asked.

        Raises:
            OutOfOrder: the station is not open.
        """
        self._check_day(Day.OPEN)
        self._rows.change(lambda people: rules.bring_companion(people, companion))

    def readmit(self, number: str, authorization: Authorization) -> Code:
        """The president lets a marked elector in again; returns the style with which the elector waits.

        Raises:
            OutOfOrder: the elector is not marked; or no activation without a vote and no withdrawal is left
                for which nobody was let in again; or the station is not open.
        """
        self._check_day(Day.OPEN)
        entry = self.find(number)
        if not entry.mark.is_admitted:
            raise OutOfOrder(
                Sentence("an elector who was admitted before"),
                Sentence("one who was not"),
                Sentence("Identify the elector."),
            )
        rules.readmit(self.counts(), entry.elector.style)
        authorization.use()
        self._rows.change(lambda people: rules.readmit(people, entry.elector.style))
        return entry.elector.style

    def arm(self, booth: int, style: Code, challenge: bytes) -> bytes:
        """Gives a booth to somebody who waits with this style; returns the answer to the booth's challenge.

        The slot is durable before the answer exists; neither answer nor challenge is stored.

        Raises:
            OutOfOrder: the booth's slot is not free, or nobody waits with this style, or not open.
        """
        self._check_day(Day.OPEN)
        self._rows.change(lambda people: rules.arm(people, booth, style))
        return self.answer_again(booth, challenge)

    def answer_again(self, booth: int, challenge: bytes) -> bytes:
        """Answers a fresh challenge of a booth whose slot is armed here already, and counts nothing.

        Raises:
            OutOfOrder: the slot is free.
        """
        slot = self.slot(booth)
        if not isinstance(slot, Armed):
            raise OutOfOrder(
                Sentence("a booth that is armed"), Sentence("a free one"), Sentence("Activate the booth first.")
            )
        key, identity = self._pairing_keys[booth - 1], self._election.identity
        return answer(key, challenge, election=identity, station=self.station, booth=booth, style=slot.style)

    def end(self, booth: int, ending: Ending) -> None:
        """The activation of a booth ended; telling it twice counts once."""
        self._rows.change(lambda people: rules.end(people, booth, ending))

    def settle(self, booth: int, authorization: Authorization) -> None:
        """The president settles a pair of slots that no crash leaves: counted, and a failure if armed here.

        After closing, too: a booth that comes back with a voter in it would keep the station from its count.

        Raises:
            OutOfOrder: the day is neither open, paused nor closed, or the authorization was used before.
        """
        self._check_day(Day.OPEN, Day.PAUSED, Day.CLOSED)
        authorization.use()
        self._rows.change(lambda people: rules.settle(people, booth))

    def is_settled(self, booth: int) -> bool:
        """Whether its last activation was ended by decision, and it has not yet said how it ended there."""
        return booth in self.counts().settled

    def slot(self, booth: int) -> PollBookSlot:
        """The durable slot of a booth."""
        return rules.slot_of(self.counts(), booth)

    def sign_captures(self, signer: NoteSigner) -> bytes:
        """The captures of a closed day (`SealedCaptures`), signed with the poll book's own key.

        Raises:
            OutOfOrder: the station is not closed, or the definition has no captures kept.
        """
        self._check_day(*filter(is_over, Day))
        if self._keeping is None:
            raise OutOfOrder(
                Sentence("a definition with a captures_key"),
                Sentence("one without"),
                Sentence("This election keeps no captures: there is nothing to hand over."),
            )
        return sign_document(self._keeping.gather(self._store.captures()), [signer])

    def sign_statement(self, closed_at: Moment, signatures: int | None, signer: NoteSigner) -> bytes:
        """The statement of a closed day (`PollBookStatement`), signed with the poll book's own key.

        Args:
            closed_at: when the station closed.
            signatures: in the paper book, counted by hand; None when nobody counted.
            signer: the poll book's key, under the name that the election gives it.

        Raises:
            OutOfOrder: the station is not closed.
        """
        self._check_day(*filter(is_over, Day))
        statement = state(
            self.counts(),
            self._package.commitment,
            election=self._election.identity,
            closed_at=closed_at,
            signatures=signatures,
        )
        self._rows.change(rules.close_counts)
        self._store.compact()  # the journal is empty again, as the closing left it
        return sign_document(statement, [signer])
