"""The journal: every act that changes the centre, in order, as small records without the bytes that they name.

Acts that are taken again on a fresh centre (`center/replay`) give the same state, the same incidents and the same
leaves. What changes nothing (a repeated sheet, a stranger's) is no act.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from urna.center.evidence import Evidence, Piece
from urna.center.receipt import Held
from urna.encoding.canonical import Code, Count, Hash, Record
from urna.words import Sentence


class ActKind(StrEnum):
    """What was done."""

    DEFINITION = "definition"
    CERTIFICATION = "certification"
    REVOCATION = "revocation"
    ROLL = "roll"
    COMMITMENTS = "commitments"
    KEYS = "keys"
    OPENING = "opening"
    DECISION = "decision"
    WITHDRAWAL = "withdrawal"
    ZERO_REPORT = "zero_report"
    SHEET = "sheet"
    """A sheet that counts at once, or that waits for its proof."""
    HELD = "held"
    """A sheet that does not count: only its hash and the reason are kept."""
    KEPT = "kept"
    """What came beside a sheet and is in no record: event logs, papers; kept as it came, and not looked at."""
    HAND_COUNT = "hand_count"
    """A sheet of paper ballots is shown; it counts by a decision alone."""
    PROOF = "proof"
    """A waiting sheet was proven from its ballots, or was not."""
    RESULTS = "results"
    AUDIT_RULES = "audit_rules"
    """The rules of an audit, with its manifest and weights."""
    AUDIT_PAPER = "audit_paper"
    """A seed, a round, a count or a report."""
    EXAMINATION = "examination"


class Named(Record, frozen=True, kw_only=True):
    """A file by name."""

    sha256: Hash
    size: Count


class NamedEvidence(Record, frozen=True, kw_only=True):
    """A sheet and what proves it, by name."""

    sheet: Named
    ballots: Named | None
    ciphertexts: dict[Code, Named]
    opened: Named | None


class Words(Record, frozen=True, kw_only=True):
    """A sentence that can be translated later."""

    template: str
    values: dict[str, str | int]


class HeldWords(Record, frozen=True, kw_only=True):
    """Why a sheet does not count."""

    kind: Literal["quarantined", "conflict"]
    reason: Words
    public: Words


class Act(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One act; which fields it has follows from its kind."""

    kind: ActKind
    station: str = ""
    document: str = ""
    """SHA-256 of the document that it is about."""
    path: str = ""
    """Where that lies in the record, if it does."""
    documents: tuple[Hash, ...] = ()
    """Of the guardians: one for each; of an audit's rules: manifest and weights."""
    evidence: NamedEvidence | None = None
    held: HeldWords | None = None
    sums: str = ""
    """SHA-256 of the sums (`proving.write_sums`) of a proven sheet."""
    kept: dict[str, Named] | None = None
    """By file name, what came beside a sheet."""
    at: str = ""
    """The moment that an incident names."""

    @property
    def verdict(self) -> str:
        """A word for lists: what became of what came."""
        if self.held is not None:
            return "refused" if self.held.kind == "conflict" else "quarantined"
        return "accepted"

    def contents(self) -> tuple[Hash, ...]:
        """Every file that has to be kept for this act to be taken again."""
        found = [self.sums] if self.sums else []
        if self.kind not in {ActKind.HELD, ActKind.PROOF, ActKind.KEPT} and self.document:
            found.append(self.document)
        found += self.documents
        found += [each.sha256 for each in (self.kept or {}).values()]
        if self.evidence is not None and self.kind is ActKind.SHEET:
            each = self.evidence
            pieces = [each.sheet, each.ballots, *each.ciphertexts.values(), each.opened]
            found += [piece.sha256 for piece in pieces if piece is not None]
        return tuple(dict.fromkeys(found))


def name_kept(pieces: Mapping[str, Piece]) -> dict[str, Named]:
    """Files by name, as a journal names them."""
    return {name: _name(piece) for name, piece in sorted(pieces.items())}


def name_evidence(evidence: Evidence) -> NamedEvidence:
    """The evidence as a journal names it."""
    return NamedEvidence(
        sheet=_name(evidence.sheet),
        ballots=_name(evidence.ballots) if evidence.ballots else None,
        ciphertexts={style: _name(piece) for style, piece in sorted(evidence.ciphertexts.items())},
        opened=_name(evidence.opened) if evidence.opened else None,
    )


def read_evidence(named: NamedEvidence) -> Evidence:
    """The evidence that a journal names, without bytes."""
    return Evidence(
        _piece(named.sheet),
        _piece(named.ballots) if named.ballots else None,
        {style: _piece(each) for style, each in named.ciphertexts.items()},
        _piece(named.opened) if named.opened else None,
    )


def write_held(held: Held) -> HeldWords:
    """Why a sheet does not count, to be kept."""
    return HeldWords(kind=held.kind, reason=write_words(held.reason), public=write_words(held.public))


def read_held(words: HeldWords) -> Held:
    """The same, read back."""
    return Held(words.kind, read_words(words.reason), read_words(words.public))


def write_words(sentence: Sentence | str) -> Words:
    """A sentence to be kept; a sentence inside it stays in English."""
    if isinstance(sentence, str):
        return Words(template="{text}", values={"text": sentence})
    values = {name: each if isinstance(each, int) else str(each) for name, each in sentence.values.items()}
    return Words(template=sentence.template, values=values)


def read_words(words: Words) -> Sentence:
    """The sentence."""
    return Sentence(words.template, words.values)


def _name(piece: Piece) -> Named:
    return Named(sha256=piece.sha256, size=piece.size)


def _piece(named: Named) -> Piece:
    return Piece(named.sha256, named.size)
