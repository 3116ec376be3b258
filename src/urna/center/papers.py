"""What the authority and the guardians hand over, found by what each document says it is, in the order of the day.

Any order of files will do: certifications, then revocations, the roll, the guardians' promises and keys, decisions,
withdrawals, what the guardians opened, examinations, and audits; within each kind by serial, guardian or number.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from urna.audit.box_count import AuditCount
from urna.audit.examination import Examination
from urna.audit.manifest import BallotManifest
from urna.audit.report import AuditReport
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment, SeedRecord, WeightRecord
from urna.audit.slip_reading import SlipReading
from urna.ballot.ceremony import GuardianCoefficients, GuardianCommitment, JointKey
from urna.center.centre import Centre
from urna.center.journal import ActKind
from urna.election.certification import Certification, Revocation, RollCommitments, StationDecision
from urna.encoding.canonical import Hash, Record, decode, digest
from urna.encoding.document import read_document
from urna.errors import Malformed, OutOfOrder
from urna.record.withdrawal import Withdrawal
from urna.tally.decryption import AggregateOpening
from urna.words import Sentence


class PaperKind(IntEnum):
    """In the order in which a centre takes them."""

    CERTIFICATION = 1
    REVOCATION = 2
    ROLL = 3
    COMMITMENT = 4
    COEFFICIENTS = 5
    JOINT_KEY = 6
    DECISION = 7
    WITHDRAWAL = 8
    OPENING = 9
    AUDIT_MANIFEST = 10
    AUDIT_WEIGHTS = 11
    AUDIT_RULES = 12
    EXAMINATION = 13
    AUDIT_SEED = 14
    AUDIT_ROUND = 15
    AUDIT_READING = 16
    AUDIT_COUNT = 17
    AUDIT_REPORT = 18


_BY_TYPE = {
    "urna/certification/1": PaperKind.CERTIFICATION,
    "urna/revocation/1": PaperKind.REVOCATION,
    "urna/roll-commitments/1": PaperKind.ROLL,
    "urna/guardian-commitment/1": PaperKind.COMMITMENT,
    "urna/guardian-coefficients/1": PaperKind.COEFFICIENTS,
    "urna/joint-key/1": PaperKind.JOINT_KEY,
    "urna/station-decision/1": PaperKind.DECISION,
    "urna/withdrawal/1": PaperKind.WITHDRAWAL,
    "urna/aggregate/1": PaperKind.OPENING,
    "urna/ballot-manifest/1": PaperKind.AUDIT_MANIFEST,
    "urna/draw-weights/1": PaperKind.AUDIT_WEIGHTS,
    "urna/draw-commitment/1": PaperKind.AUDIT_RULES,
    "urna/examination/1": PaperKind.EXAMINATION,
    "urna/draw-seed/1": PaperKind.AUDIT_SEED,
    "urna/draw-round/1": PaperKind.AUDIT_ROUND,
    "urna/slip-reading/1": PaperKind.AUDIT_READING,
    "urna/audit-count/1": PaperKind.AUDIT_COUNT,
    "urna/audit-report/1": PaperKind.AUDIT_REPORT,
}


PAPER_ACTS = (
    ActKind.CERTIFICATION,
    ActKind.REVOCATION,
    ActKind.ROLL,
    ActKind.COMMITMENTS,
    ActKind.KEYS,
    ActKind.DECISION,
    ActKind.WITHDRAWAL,
    ActKind.AUDIT_RULES,
    ActKind.AUDIT_PAPER,
    ActKind.EXAMINATION,
)
"""The acts that take papers as they were handed over; an opening is signed anew, and is known by what it says."""


class Paper(NamedTuple):
    """A document that was handed over."""

    kind: PaperKind
    number: int
    """Its serial, its guardian, or its round, sequence or report; 0 of the roll, the joint key and rules."""
    name: str
    """Of its file, for people."""
    data: bytes

    @property
    def sha256(self) -> Hash:
        """Of its bytes."""
        return digest(self.data)


class Handing(NamedTuple):
    """One act of handing over: of the guardians all together, of an audit its rules, otherwise one document each."""

    papers: tuple[Paper, ...]
    take: Callable[[Centre], object]


def sort_papers(documents: Mapping[str, bytes]) -> list[Paper]:
    """Documents by file name, in the order in which a centre takes them.

    Raises:
        Malformed: one that is nothing of this kind.
    """
    return sorted((_read(name, data) for name, data in documents.items()), key=lambda paper: paper[:3])


def handings(papers: Iterable[Paper]) -> list[Handing]:
    """What to do with sorted papers, act by act.

    Raises:
        OutOfOrder: the guardians' coefficients without the joint key, or the key without them.
    """
    every = list(papers)
    together = {PaperKind.COMMITMENT, PaperKind.COEFFICIENTS, PaperKind.JOINT_KEY, *_OF_RULES}
    acts = [(paper.kind, Handing((paper,), _single(paper))) for paper in every if paper.kind not in together]
    commitments, coefficients, joint = (
        tuple(paper for paper in every if paper.kind is kind)
        for kind in (PaperKind.COMMITMENT, PaperKind.COEFFICIENTS, PaperKind.JOINT_KEY)
    )
    if commitments:
        documents = [paper.data for paper in commitments]
        acts.append((PaperKind.COMMITMENT, Handing(commitments, lambda centre: centre.take_commitments(documents))))
    if bool(coefficients) != bool(joint):
        raise OutOfOrder(
            Sentence("the coefficients of all guardians and their joint key together"),
            Sentence("one without the other"),
            Sentence("Hand over the guardians' whole public folder."),
        )
    if joint:
        shown, key = [paper.data for paper in coefficients], joint[0].data
        acts.append(
            (PaperKind.JOINT_KEY, Handing((*coefficients, *joint), lambda centre: centre.take_keys(shown, key)))
        )
    acts += [(PaperKind.AUDIT_RULES, each) for each in _rules([paper for paper in every if paper.kind in _OF_RULES])]
    return [handing for _, handing in sorted(acts, key=lambda act: act[0])]


def apart(papers: Iterable[Paper]) -> list[list[Paper]]:
    """Papers in groups that are judged apart; one that `handings` refuses says nothing against the others.

    The guardians' promises are one, their coefficients with the joint key, the rules of audits with what they name,
    and each other paper is one alone.
    """
    groups: dict[object, list[Paper]] = {}
    for paper in papers:
        together = next((kinds for kinds in _TOGETHER if paper.kind in kinds), paper.name)
        groups.setdefault(together, []).append(paper)
    return list(groups.values())


def _rules(papers: list[Paper]) -> Iterator[Handing]:
    """Each audit's rules, with the manifest and the weights that they name.

    Raises:
        OutOfOrder: one of them without the others.
    """
    beside = {digest(line_of(paper.data)): paper for paper in papers if paper.kind is not PaperKind.AUDIT_RULES}
    used: set[Hash] = set()
    for paper in papers:
        if paper.kind is PaperKind.AUDIT_RULES:
            rules = read_document(paper.data, DrawCommitment, paper.name)
            named = [each for each in (rules.manifest, rules.weights) if each is not None]
            if any(each not in beside for each in named):
                raise _apart(paper.name)
            used.update(named)
            found = [beside[each] for each in named]
            yield Handing((paper, *found), _committing(paper, found))
    if others := [paper for each, paper in beside.items() if each not in used]:
        raise _apart(others[0].name)


def _committing(rules: Paper, beside: list[Paper]) -> Callable[[Centre], object]:
    return lambda centre: centre.commit_audit(rules.data, *[each.data for each in beside])


def line_of(document: bytes) -> bytes:
    """The canonical bytes of a document's record: its first line."""
    return document.partition(b"\n")[0]


def _apart(where: str) -> OutOfOrder:
    return OutOfOrder(
        Sentence("the rules of an audit with the manifest and the weights that they name"),
        Sentence("one without the others"),
        Sentence("Hand over the whole folder that urna audit commit wrote."),
        where,
    )


def _single(paper: Paper) -> Callable[[Centre], object]:
    data = paper.data
    takes: dict[PaperKind, Callable[[Centre], object]] = {
        PaperKind.CERTIFICATION: lambda centre: centre.certify(data),
        PaperKind.REVOCATION: lambda centre: centre.revoke(data),
        PaperKind.ROLL: lambda centre: centre.commit_roll(data),
        PaperKind.DECISION: lambda centre: centre.decide(data),
        PaperKind.WITHDRAWAL: lambda centre: centre.withdraw(data),
        PaperKind.EXAMINATION: lambda centre: centre.take_examination(data),
        PaperKind.OPENING: lambda centre: centre.open_aggregate(decode(data, AggregateOpening, paper.name)),
    }
    return takes.get(paper.kind, lambda centre: centre.take_audit_paper(data))


def _read(name: str, data: bytes) -> Paper:
    kind = _kind_of(data)
    if kind is None:
        raise Malformed(
            Sentence("a document of the authority, the guardians or an audit board"),
            Sentence("something else"),
            Sentence(
                "Hand over certifications, the roll's commitments, the guardians' papers, decisions, openings, audits."
            ),
            name,
        )
    return Paper(kind, _number(kind, data, name), name, data)


_OF_RULES = frozenset({PaperKind.AUDIT_MANIFEST, PaperKind.AUDIT_WEIGHTS, PaperKind.AUDIT_RULES})
_TOGETHER = (
    frozenset({PaperKind.COMMITMENT}),
    frozenset({PaperKind.COEFFICIENTS, PaperKind.JOINT_KEY}),
    _OF_RULES,
)
_NUMBERED: dict[PaperKind, tuple[type[Record], str]] = {
    PaperKind.CERTIFICATION: (Certification, "serial"),
    PaperKind.REVOCATION: (Revocation, "serial"),
    PaperKind.ROLL: (RollCommitments, ""),
    PaperKind.COMMITMENT: (GuardianCommitment, "guardian"),
    PaperKind.COEFFICIENTS: (GuardianCoefficients, "guardian"),
    PaperKind.JOINT_KEY: (JointKey, ""),
    PaperKind.DECISION: (StationDecision, "serial"),
    PaperKind.WITHDRAWAL: (Withdrawal, "serial"),
    PaperKind.EXAMINATION: (Examination, "serial"),
    PaperKind.AUDIT_MANIFEST: (BallotManifest, ""),
    PaperKind.AUDIT_WEIGHTS: (WeightRecord, ""),
    PaperKind.AUDIT_RULES: (DrawCommitment, ""),
    PaperKind.AUDIT_SEED: (SeedRecord, ""),
    PaperKind.AUDIT_ROUND: (DrawRound, "round"),
    PaperKind.AUDIT_READING: (SlipReading, "round"),
    PaperKind.AUDIT_COUNT: (AuditCount, "sequence"),
    PaperKind.AUDIT_REPORT: (AuditReport, "round"),
}
"""What each kind is, and the field by which those of one kind are in order."""


def _number(kind: PaperKind, data: bytes, name: str) -> int:
    if kind is PaperKind.OPENING:
        return decode(data, AggregateOpening, name).serial
    record, field = _NUMBERED[kind]
    found = read_document(data, record, name)
    return int(getattr(found, field)) if field else 0


def _kind_of(data: bytes) -> PaperKind | None:
    """By the type that its record names."""
    try:
        record = json.loads(line_of(data))
    except (ValueError, RecursionError):
        return None
    named = record.get("type") if isinstance(record, dict) else None
    return _BY_TYPE.get(named) if isinstance(named, str) else None
