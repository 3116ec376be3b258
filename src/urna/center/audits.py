"""The audits' side of a centre: what audit boards and officers hand over, published as it was signed.

rules, manifest, weights     commit_audit, together
seed, rounds, readings,
counts, reports              take_audit_paper, one by one in their order (`record.audit_papers`)
examinations                 take_examination

A seed is taken only when its rules lie under a checkpoint that was published: whoever could publish both at one moment
could choose the sample.
"""

import json

from urna.audit.examination import Examination, check_examination
from urna.audit.seed import DrawCommitment, Method
from urna.center.admission import Admission, check_serial
from urna.center.journal import ActKind
from urna.center.reception import check_length
from urna.center.stations import Stations
from urna.election.certification import Certification
from urna.encoding.canonical import Code, digest
from urna.encoding.document import read_document
from urna.errors import Malformed, OutOfOrder
from urna.log.note import NoteSigner
from urna.record.audit_election import check_no_station_key
from urna.record.audit_papers import AuditPapers
from urna.record.keys import Keyring
from urna.record.layout import Kind, place_of, serial_path
from urna.tally.sheet import ContestTally
from urna.words import Sentence

AUDIT_TYPES = {
    "urna/draw-seed/1": Kind.AUDIT_SEED,
    "urna/draw-round/1": Kind.AUDIT_ROUND,
    "urna/slip-reading/1": Kind.AUDIT_READING,
    "urna/audit-count/1": Kind.AUDIT_COUNT,
    "urna/audit-report/1": Kind.AUDIT_REPORT,
}
"""What follows the rules, by the type that each record names."""


class Audits(Stations):
    """Every audit of an election, and its examinations.

    Args:
        authority: its documents so far.
        signer: the log's key.
    """

    def __init__(self, authority: Admission, signer: NoteSigner) -> None:
        super().__init__(authority, signer)
        self._audits: dict[Code, AuditPapers] = {}
        self._committed: dict[Code, int] = {}
        """How many leaves the centre had given out when it took an audit's rules, those included."""
        self._published_leaves = 0
        self._examinations = 0

    def note_published(self, leaves: int) -> None:
        """Says how long the log is that people can see: its newest witnessed checkpoint."""
        self._published_leaves = max(self._published_leaves, leaves)

    def commit_audit(self, commitment: bytes, manifest: bytes, weights: bytes | None = None) -> None:
        """Takes the rules of an audit with its manifest and weights.

        Raises:
            Malformed: a member of the board has the key of a station; a box is smaller than its sheet; or as
                `AuditPapers.commit`.
            Unproven, OutOfOrder: as `AuditPapers.commit`.
        """
        code = read_document(commitment, DrawCommitment, "commitment").audit
        for kind, document in (
            (Kind.AUDIT_COMMITMENT, commitment),
            (Kind.AUDIT_MANIFEST, manifest),
            (Kind.AUDIT_WEIGHTS, weights or b""),
        ):
            check_length(document, kind)
        papers = self._audits.get(code) or AuditPapers(self.election)
        files = papers.commit(commitment, manifest, weights)
        check_no_station_key(self._authority.keyring, papers.commitment)
        self._check_bounds(papers)
        self._audits[code] = papers
        *beside, rules = files
        hashes = tuple(digest(files[path]) for path in beside)
        self._acted(ActKind.AUDIT_RULES, document=digest(files[rules]), path=rules, documents=hashes)
        for path, document in files.items():
            self._publish(path, document)
        self._committed[code] = self.leaves_given

    def check_apart(self, certification: bytes) -> None:
        """Returns if no key that is to be certified is one of an audit's board; raises `Malformed` otherwise."""
        keys = Keyring([read_document(certification, Certification, "certification")], ())
        for papers in self._audits.values():
            check_no_station_key(keys, papers.commitment)

    def take_audit_paper(self, document: bytes, *, is_recalled: bool = False) -> None:
        """Takes a seed, a round, a reading, a count or a report.

        Args:
            document: signed by the audit's board.
            is_recalled: whether an act of the journal is taken again, whose seed came in time.

        Raises:
            Malformed: none of these.
            OutOfOrder: no rules yet; a seed before they were published; or as `AuditPapers`.
            Unproven: as `AuditPapers`.
        """
        kind, code = _named(document)
        check_length(document, kind)
        papers = self._audits.get(code)
        if papers is None:
            raise _out_of_order(code, Sentence("a paper of an audit whose rules were taken"), Sentence("no rules yet"))
        if kind is Kind.AUDIT_SEED and not is_recalled:
            self._check_published(code)
        take = {
            Kind.AUDIT_SEED: papers.roll,
            Kind.AUDIT_ROUND: papers.draw,
            Kind.AUDIT_READING: papers.read,
            Kind.AUDIT_COUNT: lambda each: papers.count(each, self._tallies),
            Kind.AUDIT_REPORT: papers.report,
        }[kind]
        self._publish(take(document), document, ActKind.AUDIT_PAPER)

    def take_examination(self, document: bytes) -> None:
        """Takes what officers examined before or during the day.

        Raises:
            Malformed, Unproven: not an examination of this election, or too few officers signed it.
            OutOfOrder: another serial, or a draw that is no audit of this centre, or has no seed yet.
        """
        check_length(document, Kind.EXAMINATION)
        examination = self._authority.open_own(document, Examination)
        check_serial(examination.serial, self._examinations)
        check_examination(examination)
        drawn = self._audits.get(examination.draw)
        if examination.draw and (drawn is None or drawn.seed is None):
            found = Sentence("no audit of this code") if drawn is None else Sentence("one without a seed")
            raise _out_of_order(examination.draw, Sentence("an examination of what an audit drew"), found)
        self._examinations += 1
        self._publish(serial_path(Kind.EXAMINATION, examination.serial), document, ActKind.EXAMINATION)

    def _tallies(self, station: Code) -> tuple[ContestTally, ...] | None:
        counted = self.counted_of(station)
        return counted[2].contests if counted is not None else None

    def _check_bounds(self, papers: AuditPapers) -> None:
        """A box of audited results may hold as many slips as its sheet has ballots of an audited contest, or more."""
        rules = papers.commitment
        boxes = papers.manifest.containers if rules.method in {Method.MACRO, Method.POLLING} else ()
        for box in boxes:
            sheet = self._tallies(box.code) or ()
            ballots = max((each.ballots for each in sheet if each.contest in rules.contests), default=0)
            if ballots > box.size:
                said: dict[str, str | int] = {"box": box.code, "count": ballots}
                raise Malformed(
                    Sentence("at least {count} slips in box {box}, one for each ballot of its sheet", said),
                    Sentence("{count}", {"count": box.size}),
                    Sentence("Make the manifest again from this record: urna audit manifest."),
                    rules.audit,
                )

    def _check_published(self, audit: Code) -> None:
        needed = self._committed[audit]
        if self._published_leaves < needed:
            raise OutOfOrder(
                Sentence("a published checkpoint of {leaves} leaves, the rules among them", {"leaves": needed}),
                Sentence("one of {leaves}", {"leaves": self._published_leaves}),
                Sentence("Publish the rules first (urna center publish), then roll a new seed in public."),
                audit,
            )


def _named(document: bytes) -> tuple[Kind, Code]:
    """Kind and audit of a paper, by what it says."""
    try:
        record = json.loads(document.partition(b"\n")[0])
        return AUDIT_TYPES[record["type"]], place_of_code(record["audit"])
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise Malformed(
            Sentence("a seed, a round, a reading, a count or a report of an audit"),
            Sentence("something else"),
            Sentence("Hand over the notes that urna audit wrote."),
        ) from error


def place_of_code(code: object) -> Code:
    """An audit's code as a paper says it; raises `KeyError` if it can be none."""
    if not isinstance(code, str) or place_of(f"audits/{code}/seed.note") is None:
        raise KeyError(code)
    return code


def _out_of_order(where: str, expected: Sentence, found: Sentence) -> OutOfOrder:
    remedy = Sentence("Hand over an audit's papers in their order: rules, seed, rounds, readings or counts, report.")
    return OutOfOrder(expected, found, remedy, where)
