"""The one file where poll book and booths meet: it passes "style S, once", and back how it ended.

    poll book  ── style S, once ──→  booth        activate
    poll book  ←── cast, expired … ──  booth      record_ending
    poll book  ── recorded ─────────→  booth

What crosses is a style, a challenge with its answer, and an ending. No elector goes one way and no ballot the other,
and neither side keeps what crossed. In this part both stand in one process; each has its own store, keys and log.
"""

from collections.abc import Mapping, Sequence

from urna.ballot.keys import JointKeys
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, Moment, encode
from urna.encoding.document import open_document, sign_document
from urna.errors import OutOfOrder
from urna.log.note import NoteSigner, NoteVerifier
from urna.record.bundle import StationBundle
from urna.station.activation import Armed, Ended, Free, Resolution, reconcile
from urna.station.authorization import Authorization
from urna.station.booth import Booth
from urna.station.closing import ballot_list, build_sheet, check_own_proof, ciphertext_files, opened_list
from urna.station.counting import BoothResult
from urna.station.pollbook import PollBook
from urna.tally.sheet import OptionVotes, ZeroReport
from urna.words import Sentence


class Station:
    """A poll book and its booths, after each was opened from its own medium.

    Each side has recovered itself by then; `recover` does what is left between the two, when the voter at the booth
    has read the screen.

    Args:
        poll_book: the station's.
        booths: by number, from 1; a booth that stands apart (closed, exchanged) may be missing.
    """

    def __init__(self, poll_book: PollBook, booths: Mapping[int, Booth]) -> None:
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
        """The poll book counts how the booth's activation ended; then the booth is free.

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
        if not isinstance(self.poll_book.slot(number), Free):
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
        booth.acknowledge()

    def _where(self, number: int) -> str:
        return f"{self.poll_book.station} booth {number}"


def zero_report(
    election: Election, station: Code, number: int, *, slots: int, ballots: int, box_sha256: Hash, now: Moment
) -> ZeroReport:
    """What a booth states at opening.

    Args:
        election: the definition.
        station: the station's code.
        number: the booth's number.
        slots: slots of the ballot box file.
        ballots: slots of it that are not free.
        box_sha256: SHA-256 of the whole file as it lies on the medium.
        now: the opening.

    Raises:
        OutOfOrder: the box is not empty; that blocks the opening.
    """
    if ballots:
        raise OutOfOrder(
            Sentence("an empty ballot box"),
            Sentence("{ballots} ballots", {"ballots": ballots}),
            Sentence("Do not open. Keep the machine as it is, call the technician, and take a spare."),
            f"{station} booth {number}",
        )
    options = [option.code for contest in election.contests_of_station(station) for option in contest.options]
    return ZeroReport(
        election=election.identity,
        station=station,
        booth=number,
        slots=slots,
        ballots=0,
        votes=tuple(OptionVotes(option=option, votes=0) for option in options),
        box_sha256=box_sha256,
        opened_at=now,
    )


def sign_sheet(
    election: Election,
    keys: StationKeys,
    results: Sequence[BoothResult],
    *,
    statement: bytes,
    signers: Mapping[int, NoteSigner],
    now: Moment,
    joint_keys: JointKeys | None = None,
) -> StationBundle:
    """The signed tally sheet of a station, with its ballot list and, with guardians, its ciphertexts.

    1. The poll book's statement is the station's own, and speaks of as many cast ballots as the boxes hold:
       a difference is not hidden and not refused, both numbers stand on the sheet.
    2. With guardians: the sheet follows from the ciphertexts.
    3. List, ciphertexts and openings are made: after the signature nothing may fail.
    4. Every booth signs the one sheet over all booths.

    Args:
        election: the definition.
        keys: of this station.
        results: what each booth's box says.
        statement: the poll book's signed statement.
        signers: each booth's `sheet_signer`, by number.
        now: the closing.
        joint_keys: the guardians', in an election that has guardians.

    Raises:
        Unproven: the statement is not signed by this station's poll book, or the ciphertexts do not hold the votes.
        Malformed: something among the ciphertexts is not a point.
        OutOfOrder: guardians without keys, or keys without guardians.
    """
    name = election.key_name(keys.station, "poll-book")
    open_document(statement, PollBookStatement, [NoteVerifier(name, keys.poll_book)], where=keys.station)
    sheet = build_sheet(election, keys.station, results, statement=statement, closed_at=now)
    check_own_proof(election, sheet, results, joint_keys)
    ballots = encode(ballot_list(election, keys.station, results))
    ciphertexts = ciphertext_files(election, keys.station, results, joint_keys)
    opened = opened_list(election, keys.station, results)
    signed = sign_document(sheet, [signers[result.booth] for result in results])
    return StationBundle(sheet=signed, ballots=ballots, ciphertexts=ciphertexts, opened=opened)
