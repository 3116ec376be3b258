"""What the authority hands to the centre: station keys, the roll's commitments, decisions, withdrawals.

Each is signed by k of n officers and has the next serial, so nothing can be slipped in between or left out.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from urna.election.certification import (
    Certification,
    Revocation,
    RollCommitment,
    RollCommitments,
    StationDecision,
    check_succession,
)
from urna.election.definition import Definition, Election
from urna.election.documents import require_station
from urna.encoding.canonical import Code, Count, Hash
from urna.encoding.document import open_document, read_document
from urna.errors import OutOfOrder, Unproven
from urna.record.keys import Keyring, officer_verifiers
from urna.record.layout import DEFINITION
from urna.record.withdrawal import Withdrawal, withdrawn_of
from urna.tally.winners import Withdrawn
from urna.words import Sentence


class _OfElection(Protocol):
    @property
    def election(self) -> Hash: ...


A = TypeVar("A", bound=_OfElection)


class Admission:
    """The authority's documents so far.

    Args:
        definition: the signed definition, the whole document.

    Raises:
        Malformed: not a definition.
        Unproven: too few of the officers whom it names signed it.
    """

    def __init__(self, definition: bytes) -> None:
        authority = read_document(definition, Definition, DEFINITION).authority
        self._officers = officer_verifiers(authority.officers)
        self._threshold = authority.threshold
        opened = open_document(definition, Definition, self._officers, self._threshold, DEFINITION)
        self.election = Election(opened)
        self.certifications: list[Certification] = []
        self.revocations: list[Revocation] = []
        self.decisions: list[StationDecision] = []
        self.withdrawals: list[Withdrawal] = []
        self.keyring = Keyring((), ())
        self.roll: dict[Code, RollCommitment] = {}

    def certify(self, document: bytes) -> Certification:
        """Takes the next certification; see `Raises` of `open_own`, and OutOfOrder for another serial."""
        certification = self.open_own(document, Certification)
        check_serial(certification.serial, len(self.certifications))
        self._check_stations(keys.station for keys in certification.stations)
        self.certifications.append(certification)
        self.keyring = Keyring(self.certifications, self.revocations)
        return certification

    def revoke(self, document: bytes) -> Revocation:
        """Takes the next revocation; see `Raises` of `open_own`, and OutOfOrder for another serial."""
        revocation = self.open_own(document, Revocation)
        check_serial(revocation.serial, len(self.revocations))
        self.revocations.append(revocation)
        self.keyring = Keyring(self.certifications, self.revocations)
        return revocation

    def commit_roll(self, document: bytes) -> RollCommitments:
        """Takes the roll's commitments, once; see `Raises` of `open_own`, and OutOfOrder the second time."""
        commitments = self.open_own(document, RollCommitments)
        if self.roll:
            raise OutOfOrder(
                Sentence("one roll, committed before the day"),
                Sentence("a second one"),
                Sentence("Keep the first; a roll that changed needs a new definition."),
            )
        self._check_stations(each.station for each in commitments.stations)
        self.roll = {each.station: each for each in commitments.stations}
        return commitments

    def decide(self, document: bytes) -> StationDecision:
        """Takes the next decision; raises as `read_decision`."""
        decision = self.read_decision(document)
        self.decisions.append(decision)
        return decision

    def read_decision(self, document: bytes) -> StationDecision:
        """The next decision, not taken yet.

        Raises:
            Malformed, Unproven: as `open_own`; also a station that the definition does not have.
            OutOfOrder: another serial, or it may not follow what was decided of the station before.
        """
        decision = self.open_own(document, StationDecision)
        check_serial(decision.serial, len(self.decisions))
        self._check_stations([decision.station])
        before = [each for each in self.decisions if each.station == decision.station]
        check_succession(before[-1] if before else None, decision)
        return decision

    def withdraw(self, document: bytes) -> Withdrawal:
        """Takes the next withdrawal; see `Raises` of `open_own`, and OutOfOrder for another serial."""
        withdrawal = self.open_own(document, Withdrawal)
        check_serial(withdrawal.serial, len(self.withdrawals))
        if withdrawal.candidate not in self.election.candidates:
            raise Unproven(
                Sentence("a candidate of this election"),
                Sentence("{candidate}", {"candidate": withdrawal.candidate}),
                Sentence("Check the candidate's code in the definition."),
            )
        self.withdrawals.append(withdrawal)
        return withdrawal

    def withdrawn(self) -> Withdrawn:
        """The candidates who withdrew, in the order of the serials."""
        return withdrawn_of(self.withdrawals)

    def open_own(self, document: bytes, kind: type[A]) -> A:
        """A document of this election's authority.

        Raises:
            Malformed: not such a document.
            Unproven: too few officers signed it, or it is another election's.
        """
        record = open_document(document, kind, self._officers, self._threshold)
        if record.election != self.election.identity:
            raise Unproven(
                Sentence("a document of election {election}", {"election": self.election.identity[:16]}),
                Sentence("one of {election}", {"election": record.election[:16]}),
                Sentence("Use the documents of this election."),
            )
        return record

    def _check_stations(self, stations: Iterable[Code]) -> None:
        for station in stations:
            require_station(self.election, station)


def check_serial(serial: Count, before: int) -> None:
    """Returns if a document has the serial that comes next; raises `OutOfOrder` otherwise."""
    if serial != before + 1:
        raise OutOfOrder(
            Sentence("the document with serial {serial}", {"serial": before + 1}),
            Sentence("serial {serial}", {"serial": serial}),
            Sentence("Hand over the documents in the order of their serials."),
        )
