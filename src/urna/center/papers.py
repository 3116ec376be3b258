"""What the authority and the guardians hand over, found by what each document says it is, in the order of the day.

Any order of files will do: certifications, then revocations, the roll, the guardians' promises and keys, decisions,
withdrawals, and what the guardians opened; within each kind by serial or by guardian.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple

from urna.ballot.ceremony import GuardianCoefficients, GuardianCommitment, JointKey
from urna.center.centre import Centre
from urna.center.journal import ActKind
from urna.election.certification import Certification, Revocation, RollCommitments, StationDecision
from urna.encoding.canonical import Hash, decode, digest
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
}


PAPER_ACTS = (
    ActKind.CERTIFICATION,
    ActKind.REVOCATION,
    ActKind.ROLL,
    ActKind.COMMITMENTS,
    ActKind.KEYS,
    ActKind.DECISION,
    ActKind.WITHDRAWAL,
)
"""The acts that take papers as they were handed over; an opening is signed anew, and is known by what it says."""


class Paper(NamedTuple):
    """A document that was handed over."""

    kind: PaperKind
    number: int
    """Its serial, or its guardian; 0 of the roll and the joint key."""
    name: str
    """Of its file, for people."""
    data: bytes

    @property
    def sha256(self) -> Hash:
        """Of its bytes."""
        return digest(self.data)


class Handing(NamedTuple):
    """One act of handing over: of the guardians all together, otherwise one document each."""

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
    together = {PaperKind.COMMITMENT, PaperKind.COEFFICIENTS, PaperKind.JOINT_KEY}
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
    return [handing for _, handing in sorted(acts, key=lambda act: act[0])]


def _single(paper: Paper) -> Callable[[Centre], object]:
    data = paper.data
    takes: dict[PaperKind, Callable[[Centre], object]] = {
        PaperKind.CERTIFICATION: lambda centre: centre.certify(data),
        PaperKind.REVOCATION: lambda centre: centre.revoke(data),
        PaperKind.ROLL: lambda centre: centre.commit_roll(data),
        PaperKind.DECISION: lambda centre: centre.decide(data),
        PaperKind.WITHDRAWAL: lambda centre: centre.withdraw(data),
        PaperKind.OPENING: lambda centre: centre.open_aggregate(decode(data, AggregateOpening, paper.name)),
    }
    return takes[paper.kind]


def _read(name: str, data: bytes) -> Paper:
    kind = _kind_of(data)
    if kind is None:
        raise Malformed(
            Sentence("a document of the authority or the guardians"),
            Sentence("something else"),
            Sentence("Hand over certifications, the roll's commitments, the guardians' papers, decisions, openings."),
            name,
        )
    return Paper(kind, _number(kind, data, name), name, data)


_SERIAL: dict[PaperKind, type[Certification | Revocation | StationDecision | Withdrawal]] = {
    PaperKind.CERTIFICATION: Certification,
    PaperKind.REVOCATION: Revocation,
    PaperKind.DECISION: StationDecision,
    PaperKind.WITHDRAWAL: Withdrawal,
}


def _number(kind: PaperKind, data: bytes, name: str) -> int:
    if kind in _SERIAL:
        return read_document(data, _SERIAL[kind], name).serial
    if kind is PaperKind.OPENING:
        return decode(data, AggregateOpening, name).serial
    if kind is PaperKind.COMMITMENT:
        return read_document(data, GuardianCommitment, name).guardian
    if kind is PaperKind.COEFFICIENTS:
        return read_document(data, GuardianCoefficients, name).guardian
    read_document(data, RollCommitments if kind is PaperKind.ROLL else JointKey, name)
    return 0


def _kind_of(data: bytes) -> PaperKind | None:
    """By the type that its record names."""
    line = data.partition(b"\n")[0]
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return _BY_TYPE.get(record.get("type", "")) if isinstance(record, dict) else None
