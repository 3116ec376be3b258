"""One audit's papers out of a record: found, opened with the keys that must have signed them, and named rightly."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from urna.encoding.canonical import Code, Hash, digest
from urna.encoding.document import open_document
from urna.errors import UrnaError
from urna.log.note import NoteVerifier, parse_note
from urna.record.keys import Keyring, log_verifier, officer_verifiers
from urna.record.layout import Kind, audit_count_path, audit_path
from urna.verify.audit_papers import AuditReport, BoxCount, Commitment, Manifest, Reading, Round, Seed, Weights
from urna.verify.authority import Inquiry, another_election
from urna.verify.leaves import Leaf
from urna.verify.report import Check, in_a_sentence
from urna.words import Sentence

R = TypeVar("R", Manifest, Weights, Commitment, Seed, Round, Reading, BoxCount, AuditReport)

_CHECKS = {
    Kind.AUDIT_READING: Check.AUDIT_COUNTS,
    Kind.AUDIT_COUNT: Check.AUDIT_COUNTS,
    Kind.AUDIT_REPORT: Check.AUDIT_RISK,
}
_EARLY = (Kind.AUDIT_MANIFEST, Kind.AUDIT_WEIGHTS)
"""What may lie there before the commitment."""


class Paper(NamedTuple, Generic[R]):
    """One document of an audit."""

    path: str
    place: int | None
    """Its leaf in the log; None if it has none."""
    data: bytes
    """The record's canonical bytes."""
    record: R

    @property
    def sha256(self) -> Hash:
        """By which other papers name it."""
        return digest(self.data)


class AuditPapers(NamedTuple):
    """An audit whose commitment verifies, with everything of it that does."""

    code: Code
    commitment: Paper[Commitment]
    manifest: Paper[Manifest] | None
    weights: Paper[Weights] | None
    seed: Paper[Seed] | None
    rounds: tuple[Paper[Round], ...]
    readings: tuple[Paper[Reading], ...]
    counts: Mapping[Code, tuple[Paper[BoxCount], ...]]
    """By station, in the order of their sequences."""
    reports: tuple[Paper[AuditReport], ...]


def audits_of(inquiry: Inquiry) -> dict[Code, list[str]]:
    """The paths of each audit."""
    found: dict[Code, list[str]] = defaultdict(list)
    for path, place in inquiry.folder.places.items():
        if place.audit:
            found[place.audit].append(path)
    return dict(sorted(found.items()))


def check_of(kind: Kind) -> Check:
    """The check that a paper of this kind belongs to."""
    return _CHECKS.get(kind, Check.AUDIT_DRAWS)


class AuditReader:
    """Opens one audit's papers and writes down what is wrong with them.

    Args:
        inquiry: the record.
        leaves: by path.
        code: the audit.
        paths: its files.
    """

    def __init__(self, inquiry: Inquiry, leaves: Mapping[str, Leaf], code: Code, paths: Sequence[str]) -> None:
        self._inquiry = inquiry
        self._leaves = leaves
        self._code = code
        self._paths = paths

    @property
    def is_begun(self) -> bool:
        """Whether there is more than a manifest, so that a commitment has to be there."""
        return any(self._inquiry.folder.places[path].kind not in _EARLY for path in self._paths)

    def read(self, keyring: Keyring) -> AuditPapers | None:
        """The audit; None without a commitment that k officers signed: nobody then knows whose papers the others are.

        1. The commitment, by the officers. 2. Its board: nobody's whose work is audited. 3. The rest, by the board.
        """
        authority = self._inquiry.election.definition.authority
        path = audit_path(self._code, Kind.AUDIT_COMMITMENT)
        if path not in self._paths:
            self._without_commitment()
            return None
        commitment = self.opened(path, Commitment, officer_verifiers(authority.officers), authority.threshold)
        if commitment is None:
            return None
        self._check_board(commitment, keyring)
        try:
            board = officer_verifiers(commitment.record.board)
        except UrnaError as error:
            self._find(Kind.AUDIT_COMMITMENT, in_a_sentence(error), path)
            return None
        signed = _Signed(self, board, commitment.record.quorum)
        return AuditPapers(
            self._code,
            commitment,
            manifest=signed.one(Kind.AUDIT_MANIFEST, Manifest),
            weights=signed.one(Kind.AUDIT_WEIGHTS, Weights),
            seed=signed.one(Kind.AUDIT_SEED, Seed),
            rounds=signed.all(Kind.AUDIT_ROUND, Round),
            readings=signed.all(Kind.AUDIT_READING, Reading),
            counts=self._by_station(signed.all(Kind.AUDIT_COUNT, BoxCount)),
            reports=signed.all(Kind.AUDIT_REPORT, AuditReport),
        )

    def _without_commitment(self) -> None:
        places = self._inquiry.folder.places
        for path in self._paths:
            if places[path].kind not in _EARLY:
                values: dict[str, str | int] = {"file": path, "audit": self._code}
                sentence = Sentence("{file} is there, and audit {audit} has no commitment.", values)
                self._find(places[path].kind, sentence, path)
        values = {"audit": self._code}
        self._inquiry.notebook.remarks.append(Sentence("Audit {audit} has no rules yet.", values))

    def _check_board(self, commitment: Paper[Commitment], keyring: Keyring) -> None:
        """Who is audited does not audit."""
        audited = {log_verifier(self._inquiry.election).public_hex: "log"}
        for station in sorted(keyring.stations()):
            for keys in (*keyring.standing(station), *keyring.revoked(station)):
                audited.update(dict.fromkeys((keys.poll_book, *keys.booths, keys.closing), station))
        for member in commitment.record.board:
            if member.key in audited:
                values: dict[str, str | int] = {
                    "audit": self._code,
                    "name": member.key_name,
                    "owner": audited[member.key],
                }
                sentence = Sentence("Audit {audit}: the key of {name} on its board is that of {owner}.", values)
                self._find(Kind.AUDIT_COMMITMENT, sentence, commitment.path)

    def paths(self, kind: Kind) -> Iterator[str]:
        """This audit's files of a kind, in the order of their numbers."""
        places = self._inquiry.folder.places
        found = ((places[path].number, path) for path in self._paths if places[path].kind is kind)
        return (path for _, path in sorted(found))

    def opened(self, path: str, kind: type[R], keys: Sequence[NoteVerifier], quorum: int) -> Paper[R] | None:
        """A paper that so many of these keys signed, and that is what its path says; None if it is not."""
        folder, election, _ = self._inquiry
        what = folder.places[path].kind
        try:
            data = folder.read(path)
            record = open_document(data, kind, keys, quorum, path)
        except UrnaError as error:
            self._find(what, in_a_sentence(error), path)
            return None
        if record.election != election.identity:
            self._find(what, another_election(path), path)
            return None
        leaf = self._leaves.get(path)
        paper = Paper(path, leaf.place if leaf else None, parse_note(data, path).text[:-1].encode(), record)
        if not _lies_right(paper.path, self._code, record):
            values: dict[str, str | int] = {"file": path, "audit": self._code}
            self._find(what, Sentence("{file} belongs to another audit, or has another number.", values), path)
            return None
        return paper

    def _by_station(self, counts: Sequence[Paper[BoxCount]]) -> dict[Code, tuple[Paper[BoxCount], ...]]:
        found: dict[Code, list[Paper[BoxCount]]] = defaultdict(list)
        for paper in counts:
            found[paper.record.station].append(paper)
        return {station: tuple(papers) for station, papers in sorted(found.items())}

    def _find(self, kind: Kind, sentence: Sentence, path: str) -> None:
        self._inquiry.notebook.find(check_of(kind), sentence, file=path)


class _Signed(NamedTuple):
    """What the board signed."""

    reader: AuditReader
    board: Sequence[NoteVerifier]
    quorum: int

    def all(self, kind: Kind, record: type[R]) -> tuple[Paper[R], ...]:
        """The papers of a kind, by number."""
        opened = (self.reader.opened(path, record, self.board, self.quorum) for path in self.reader.paths(kind))
        return tuple(paper for paper in opened if paper is not None)

    def one(self, kind: Kind, record: type[R]) -> Paper[R] | None:
        """The paper of a kind of which there is at most one."""
        return next(iter(self.all(kind, record)), None)


def _lies_right(path: str, audit: Code, record: object) -> bool:
    """Whether a paper says of itself what its path says; a manifest names no audit."""
    if isinstance(record, Manifest):
        return True
    if isinstance(record, BoxCount):
        return path == audit_count_path(record.audit, record.station, record.sequence)
    numbers = {Round: Kind.AUDIT_ROUND, Reading: Kind.AUDIT_READING, AuditReport: Kind.AUDIT_REPORT}
    if isinstance(record, Round | Reading | AuditReport):
        return path == audit_path(record.audit, numbers[type(record)], record.round)
    return getattr(record, "audit", None) == audit
