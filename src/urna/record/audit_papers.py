"""One audit's papers, taken in the order in which they are logged: whoever takes them refuses what cannot follow.

    commit    the rules, by k officers; with them the manifest and the weights, by the board that the rules name
    roll      the seed, by the board
    draw      a round, drawn again and compared
    read      what the slips of a round say, as sums; one for each round
    count     a box that was drawn; any box once a report says that all have to be counted
    report    over the newest counts of exactly the boxes that it needs; its mathematics is not done again here

Each returns the path at which the document lies in the record. That the rules were public before the seed is for the
caller to know (`record.audit_record`, `center.audits`).
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from urna.audit.box_comparison import AuditDocuments
from urna.audit.box_count import AuditCount, BoxState
from urna.audit.count_rules import check_count, contests_counted
from urna.audit.draw_rules import board_verifiers, check_commitment
from urna.audit.manifest import BallotManifest, Container, check_manifest
from urna.audit.reading_rules import check_growth, check_reading
from urna.audit.report import AuditReport, CountUsed, Outcome
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, Method, SeedRecord, WeightRecord, check_seed
from urna.audit.slip_reading import SlipReading
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, digest, encode
from urna.encoding.document import open_document
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteVerifier
from urna.record.audit_election import check_of_election
from urna.record.keys import officer_verifiers
from urna.record.layout import Kind, audit_count_path, audit_path
from urna.tally.sheet import ContestTally
from urna.words import Sentence

Tallies = Callable[[Code], Sequence[ContestTally] | None]
"""The contests on the sheet of a station that counts; None if there is none."""


class _OfAudit(Protocol):
    @property
    def election(self) -> Hash: ...
    @property
    def audit(self) -> Code: ...


A = TypeVar("A", bound=_OfAudit)


class AuditPapers:
    """The papers of one audit so far; `commit` comes first.

    Args:
        election: the definition.
    """

    def __init__(self, election: Election) -> None:
        self._election = election
        self._board: list[NoteVerifier] = []
        self._commitment: DrawCommitment | None = None
        self._manifest: BallotManifest | None = None
        self.weights: WeightRecord | None = None
        self.seed: SeedRecord | None = None
        self.rounds: list[DrawRound] = []
        self._containers: dict[Code, Container] = {}
        self._drawn: dict[Code, None] = {}
        self.readings: list[SlipReading] = []
        self.counts: dict[Code, AuditCount] = {}
        """The newest of each station."""
        self.reports: list[AuditReport] = []

    @property
    def commitment(self) -> DrawCommitment:
        """The rules; raises `OutOfOrder` before there are any."""
        if self._commitment is None:
            raise _not_yet("", Sentence("the rules of an audit"), Sentence("none"))
        return self._commitment

    @property
    def manifest(self) -> BallotManifest:
        """The manifest; raises `OutOfOrder` before there is one."""
        if self._manifest is None:
            raise _not_yet("", Sentence("the manifest of an audit"), Sentence("none"))
        return self._manifest

    @property
    def documents(self) -> AuditDocuments:
        """Rules, seed, rounds and readings; raises `OutOfOrder` before the seed."""
        return AuditDocuments(
            self.commitment, self.weights, self._rolled(), tuple(self.rounds), readings=tuple(self.readings)
        )

    @property
    def drawn(self) -> tuple[Code, ...]:
        """The boxes that were drawn, each once, in the order of their first draw."""
        return tuple(self._drawn)

    @property
    def is_full_count(self) -> bool:
        """Whether a report said that every box has to be counted."""
        return any(each.outcome is Outcome.FULL_COUNT for each in self.reports)

    def commit(self, commitment: bytes, manifest: bytes, weights: bytes | None = None) -> dict[str, bytes]:
        """Takes rules, manifest and weights together; returns them by path.

        Raises:
            Malformed: not such documents, or rules that contradict each other.
            Unproven: too few officers or members of the board signed, or they do not belong together.
            OutOfOrder: there are rules already, or rounds of slips that are too small.
        """
        authority = self._election.definition.authority
        officers = officer_verifiers(authority.officers)
        rules = open_document(commitment, DrawCommitment, officers, authority.threshold, "commitment")
        if self._commitment is not None:
            raise _not_yet(rules.audit, Sentence("one commitment for an audit"), Sentence("another one"))
        board = board_verifiers(rules)
        boxes = open_document(manifest, BallotManifest, board, rules.quorum, "manifest")
        weighed = open_document(weights, WeightRecord, board, rules.quorum, "weights") if weights is not None else None
        if rules.election != self._election.identity:
            raise _foreign(rules.audit, rules.election)
        check_manifest(boxes, rules.audit)
        check_commitment(rules, boxes, weighed)
        check_of_election(self._election, rules, boxes)
        if rules.method is Method.POLLING:
            check_growth(self._election, rules, rules.sizes)
        self._commitment, self._manifest, self.weights, self._board = rules, boxes, weighed, board
        self._containers = {each.code: each for each in boxes.containers}
        found = {audit_path(rules.audit, Kind.AUDIT_MANIFEST): manifest}
        if weights is not None:
            found[audit_path(rules.audit, Kind.AUDIT_WEIGHTS)] = weights
        return found | {audit_path(rules.audit, Kind.AUDIT_COMMITMENT): commitment}

    def roll(self, document: bytes) -> str:
        """Takes the seed.

        Raises:
            Malformed, Unproven: not signed by the board, not what was read out, or of other rules.
            OutOfOrder: there is one already, or it is older than the rules by its own clock.
        """
        seed = self._open(document, SeedRecord)
        if self.seed is not None:
            raise _not_yet(seed.audit, Sentence("one seed for an audit"), Sentence("another one"))
        check_seed(self.commitment, seed)
        self.seed = seed
        return audit_path(seed.audit, Kind.AUDIT_SEED)

    def draw(self, document: bytes) -> str:
        """Takes the next round.

        Raises:
            Malformed, Unproven: not signed by the board, or not what rules and seed draw.
            OutOfOrder: no seed yet, another number, a round of too few slips, or a full count was reported.
        """
        drawn = self._open(document, DrawRound)
        self._check_number(drawn.audit, drawn.round, len(self.rounds))
        if self.reports and self.reports[-1].round > len(self.rounds):
            raise _not_yet(drawn.audit, Sentence("no round after a full count"), Sentence("one"))
        self.check_growth(drawn)
        before = self.rounds[-1] if self.rounds else None
        again = draw_round(
            self.commitment, self._rolled(), self.manifest, before, drawn.size or None, weights=self.weights
        )
        if again != drawn:
            raise Unproven(
                Sentence("the round that rules, seed and manifest draw"),
                Sentence("another one"),
                Sentence("Draw it again: urna audit draw."),
                drawn.audit,
            )
        self.rounds.append(drawn)
        self._drawn.update((each.unit.partition(",")[0], None) for each in drawn.draws)
        return audit_path(drawn.audit, Kind.AUDIT_ROUND, drawn.round)

    def check_growth(self, drawn: DrawRound) -> None:
        """Returns if a round draws enough to be read; raises `OutOfOrder` if its sums would show too few slips."""
        if self.commitment.method is Method.POLLING:
            check_growth(self._election, self.commitment, (*(each.size for each in self.rounds), drawn.size))

    def read(self, document: bytes) -> str:
        """Takes what the slips of the next round say.

        Raises:
            Malformed, Unproven: not signed by the board, of another round, or it cannot be.
            OutOfOrder: no audit of slips, another number, or a round that is not drawn yet.
        """
        reading = self._open(document, SlipReading)
        self.check_reading(reading)
        self.readings.append(reading)
        return audit_path(reading.audit, Kind.AUDIT_READING, reading.round)

    def check_reading(self, reading: SlipReading) -> None:
        """Returns if a reading may be taken next; raises as `read`."""
        rules = self.commitment
        if rules.method is not Method.POLLING:
            raise _not_yet(rules.audit, Sentence("an audit that reads single slips"), Sentence("one of boxes"))
        self._check_number(rules.audit, reading.round, len(self.readings))
        if reading.round > len(self.rounds):
            raise _not_yet(rules.audit, Sentence("a reading after its round"), Sentence("no such round yet"))
        check_reading(self._election, rules, self.manifest, self.rounds[reading.round - 1], reading)

    def count(self, document: bytes, tallies: Tallies) -> str:
        """Takes what was found in a box.

        Args:
            document: the signed count.
            tallies: what the station's sheet says.

        Raises:
            Malformed, Unproven: not signed by the board, of another seed, or it cannot be.
            OutOfOrder: a box that was not drawn, another number, or no sheet of the station yet.
        """
        count = self._open(document, AuditCount)
        self.check_count(count, tallies)
        self.counts[count.station] = count
        return audit_count_path(count.audit, count.station, count.sequence)

    def check_count(self, count: AuditCount, tallies: Tallies) -> None:
        """Returns if a count may be taken next; raises as `count`."""
        audit = self.commitment.audit
        if count.seed != digest(encode(self._rolled())):
            raise _foreign(audit, count.seed)
        container = self._containers.get(count.station)
        may_be_any = self.is_full_count and self.commitment.method.keeps_limit
        if self.commitment.method is Method.POLLING and not may_be_any:
            expected = Sentence("a report that orders every box to be counted, before any box of an audit of slips")
            raise _not_yet(count.station, expected, Sentence("none"))
        if container is None or not (may_be_any or count.station in self._drawn):
            raise _not_yet(count.station, Sentence("a box that was drawn"), Sentence("{box}", {"box": count.station}))
        before = self.counts.get(count.station)
        self._check_number(count.station, count.sequence, before.sequence if before else 0)
        found = tallies(count.station)
        if found is None and count.state is not BoxState.LOST:
            raise _not_yet(count.station, Sentence("a count after the station's sheet"), Sentence("no sheet yet"))
        contests = contests_counted(self._election, self.commitment.contests, count.station)
        check_count(count, contests, found or ())

    def report(self, document: bytes) -> str:
        """Takes a report.

        Raises:
            Malformed, Unproven: not signed by the board, of another audit, or it rests on other counts than the newest.
            OutOfOrder: another number, or it comes before its round.
        """
        report = self._open(document, AuditReport)
        rules = self.commitment
        hashes = (digest(encode(rules)), digest(encode(self._rolled())))
        if (report.commitment, report.seed) != hashes:
            raise _foreign(rules.audit, report.commitment)
        self._check_number(rules.audit, report.round, len(self.reports))
        is_full = rules.method.keeps_limit and report.round > len(self.rounds)
        if rules.method is Method.SAMPLE or not self.rounds:
            raise _not_yet(rules.audit, Sentence("a round of boxes to compare"), Sentence("none"))
        needed = sorted(each.code for each in self.manifest.containers) if is_full else self._needed(report.round)
        if report.counts != tuple(self._used(code) for code in needed if code in self.counts) or any(
            code not in self.counts for code in needed
        ):
            raise Unproven(
                Sentence("a report on the newest counts of {count} boxes", {"count": len(needed)}),
                Sentence("one on {count} counts, or on other ones", {"count": len(report.counts)}),
                Sentence("Publish the counts, then make the report again: urna audit report."),
                rules.audit,
            )
        self.reports.append(report)
        return audit_path(rules.audit, Kind.AUDIT_REPORT, report.round)

    def _needed(self, number: int) -> list[Code]:
        """The boxes that a report on rounds up to this one rests on; of slips none, but the readings of these rounds.

        Raises:
            OutOfOrder: a round is not read yet.
        """
        if self.commitment.method is not Method.POLLING:
            return sorted({each.unit for one in self.rounds[:number] for each in one.draws})
        if len(self.readings) < number:
            raise _not_yet(
                self.commitment.audit,
                Sentence("the readings of {count} rounds", {"count": number}),
                Sentence("{count}", {"count": len(self.readings)}),
            )
        return []

    def _used(self, station: Code) -> CountUsed:
        count = self.counts[station]
        return CountUsed(station=station, sequence=count.sequence, count=digest(encode(count)))

    def _open(self, document: bytes, kind: type[A]) -> A:
        rules = self.commitment
        record = open_document(document, kind, self._board, rules.quorum, rules.audit)
        if (record.election, record.audit) != (rules.election, rules.audit):
            raise _foreign(rules.audit, record.audit)
        return record

    def _rolled(self) -> SeedRecord:
        if self.seed is None:
            raise _not_yet(self.commitment.audit, Sentence("a seed"), Sentence("none yet"))
        return self.seed

    def _check_number(self, where: str, number: int, before: int) -> None:
        if number != before + 1:
            raise _not_yet(
                where, Sentence("number {number}", {"number": before + 1}), Sentence("{number}", {"number": number})
            )


def _foreign(audit: Code, found: str) -> Unproven:
    return Unproven(
        Sentence("a document of this election and this audit, which names its rules and its seed by their hashes"),
        Sentence("one of {found}", {"found": found[:40]}),
        Sentence("Hand over the documents of this audit."),
        audit,
    )


def _not_yet(where: str, expected: Sentence, found: Sentence) -> OutOfOrder:
    remedy = Sentence("Hand over an audit's papers in their order: rules, seed, rounds, readings or counts, report.")
    return OutOfOrder(expected, found, remedy, where)
