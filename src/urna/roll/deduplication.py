"""Two electors whose fingers look like one person's: a case for two people, never for a machine.

    hit of the search → case → verdict of one adjudicator → verdict of another ┬→ same person
                                                                               ├→ different people
                                            third adjudicator where they differ └→ referred to the registry

Nothing here changes the roll. A case names two electors, so it lies sealed to the authority's case key; what
leaves it is the list of decided cases for the registry, and counts for everybody (roll/deduplication_report).
Adjudicators are named beforehand in a document that k of n officers sign, each person with one key.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, NamedTuple

import msgspec

from urna.crypto.mac import join_parts
from urna.election.definition import NamedKey
from urna.encoding.canonical import Code, Count, Hash, Moment, Record, decode, digest, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner, NoteVerifier, open_note
from urna.roll.elector import ElectorNumber
from urna.words import Sentence

MOST_DECISIONS = 3
"""Two adjudicators, and a third where they do not agree."""

Position = Annotated[int, msgspec.Meta(ge=0, le=10)]
"""Of a finger, as ISO/IEC 19794-2 numbers them; 0 where it is not known."""

Note = Annotated[str, msgspec.Meta(max_length=300, pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*\Z")]


class Source(StrEnum):
    """What was searched."""

    ROLL = "roll"
    """The enrolled fingers of all electors."""
    CAPTURES = "captures"
    """The fingers with which electors were admitted on the day."""


class FingerScore(Record, frozen=True, kw_only=True):
    """How alike one finger of each elector is, in millionths; positions differ only in a search across them."""

    one: Position
    other: Position
    score: Count


class Person(Record, frozen=True, kw_only=True):
    """One of the two electors of a case."""

    number: ElectorNumber
    station: Code

    def __repr__(self) -> str:
        """The station only."""
        return f"Person(station={self.station!r})"


class Case(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/duplicate-case/1"):
    """Two electors to be looked at by people. `score` is the fused one, in millionths of a finger."""

    election: Hash
    source: Source
    one: Person
    other: Person
    score: Count
    fingers: tuple[FingerScore, ...]

    def __post_init__(self) -> None:
        """The two are in the order of their numbers, so that a pair has one spelling."""
        if self.one.number >= self.other.number:
            raise Malformed(
                Sentence("two electors in the order of their numbers"),
                Sentence("another order, or one elector twice"),
                Sentence("Search again; this case was not made by urna."),
            )

    def __repr__(self) -> str:
        """Neither person."""
        return f"Case(source={self.source!r})"


class Verdict(StrEnum):
    """What an adjudicator says of a case."""

    SAME_PERSON = "same_person"
    DIFFERENT_PEOPLE = "different_people"
    CANNOT_TELL = "cannot_tell"


class CaseReason(StrEnum):
    """Why; a closed list, so that reasons can be counted and hold nothing personal."""

    FINGERS_LOOKED_AT = "fingers_looked_at"
    """The images were compared by eye."""
    DOCUMENTS_AGREE = "documents_agree"
    DOCUMENTS_DIFFER = "documents_differ"
    PEOPLE_HEARD = "people_heard"
    """One or both came in person."""
    FILED_WRONGLY = "filed_wrongly"
    """One person's fingers were stored under another's number."""
    TOO_POOR = "too_poor"
    """Images or documents are too poor to tell."""


class CaseDecision(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/case-decision/1"):
    """One adjudicator's verdict on one case, signed with the adjudicator's own key."""

    election: Hash
    case: Hash
    """SHA-256 of the case's canonical bytes: the verdict holds for what was looked at and nothing else."""
    verdict: Verdict
    reason: CaseReason
    note: Note = ""
    decided_at: Moment


class Adjudicators(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/adjudicators/1"):
    """Who may decide cases; a document of the officers, k of n."""

    election: Hash
    people: tuple[NamedKey, ...]

    def __post_init__(self) -> None:
        """At least two people, each with an own name and an own key."""
        columns = zip(*((each.name, each.key_name, each.key) for each in self.people), strict=True)
        if len(self.people) < 2 or any(len(set(column)) < len(self.people) for column in columns):
            raise Malformed(
                Sentence("at least two adjudicators, each with a name and a key of their own"),
                Sentence("{count} lines, or a name or key twice", {"count": len(self.people)}),
                Sentence("Name each person once, with the key that this person alone holds."),
            )


class Judgement(NamedTuple):
    """A decision whose signature was verified, and whose it is."""

    adjudicator: NamedKey
    decision: CaseDecision


class Standing(StrEnum):
    """How far a case has come; the last three are final."""

    OPEN = "open"
    ONE_SAME = "one_same"
    ONE_DIFFERENT = "one_different"
    ONE_UNCLEAR = "one_unclear"
    SPLIT = "split"
    """One says same, one says different: a third decides."""
    SAME_OR_UNCLEAR = "same_or_unclear"
    """One says same, one cannot tell: only a third who says same makes two."""
    DIFFERENT_OR_UNCLEAR = "different_or_unclear"
    SAME_PERSON = "same_person"
    DIFFERENT_PEOPLE = "different_people"
    REFERRED = "referred"
    """Adjudicators did not agree: the registry inquires, and the roll stays as it is."""


_SAME, _DIFFERENT, _UNCLEAR = Verdict.SAME_PERSON, Verdict.DIFFERENT_PEOPLE, Verdict.CANNOT_TELL

TRANSITIONS: Mapping[tuple[Standing, Verdict], Standing] = {
    (Standing.OPEN, _SAME): Standing.ONE_SAME,
    (Standing.OPEN, _DIFFERENT): Standing.ONE_DIFFERENT,
    (Standing.OPEN, _UNCLEAR): Standing.ONE_UNCLEAR,
    (Standing.ONE_SAME, _SAME): Standing.SAME_PERSON,
    (Standing.ONE_SAME, _DIFFERENT): Standing.SPLIT,
    (Standing.ONE_SAME, _UNCLEAR): Standing.SAME_OR_UNCLEAR,
    (Standing.ONE_DIFFERENT, _SAME): Standing.SPLIT,
    (Standing.ONE_DIFFERENT, _DIFFERENT): Standing.DIFFERENT_PEOPLE,
    (Standing.ONE_DIFFERENT, _UNCLEAR): Standing.DIFFERENT_OR_UNCLEAR,
    (Standing.ONE_UNCLEAR, _SAME): Standing.SAME_OR_UNCLEAR,
    (Standing.ONE_UNCLEAR, _DIFFERENT): Standing.DIFFERENT_OR_UNCLEAR,
    (Standing.ONE_UNCLEAR, _UNCLEAR): Standing.REFERRED,
    (Standing.SPLIT, _SAME): Standing.SAME_PERSON,
    (Standing.SPLIT, _DIFFERENT): Standing.DIFFERENT_PEOPLE,
    (Standing.SPLIT, _UNCLEAR): Standing.REFERRED,
    (Standing.SAME_OR_UNCLEAR, _SAME): Standing.SAME_PERSON,
    (Standing.SAME_OR_UNCLEAR, _DIFFERENT): Standing.REFERRED,
    (Standing.SAME_OR_UNCLEAR, _UNCLEAR): Standing.REFERRED,
    (Standing.DIFFERENT_OR_UNCLEAR, _SAME): Standing.REFERRED,
    (Standing.DIFFERENT_OR_UNCLEAR, _DIFFERENT): Standing.DIFFERENT_PEOPLE,
    (Standing.DIFFERENT_OR_UNCLEAR, _UNCLEAR): Standing.REFERRED,
}
"""Two equal, definite verdicts decide, whoever comes first; nothing leads out of a final standing."""

FINAL = frozenset({Standing.SAME_PERSON, Standing.DIFFERENT_PEOPLE, Standing.REFERRED})


def case_name(one_salt: Hash, other_salt: Hash) -> str:
    """The name of a case's file: 32 hexadecimal digits that say nothing to whoever has no roll.

    Made from the secret salts of both electors, in either order, so that a search that was interrupted, or that
    finds a pair from both sides, writes one case once.
    """
    salts = sorted((bytes.fromhex(one_salt), bytes.fromhex(other_salt)))
    return sha256(join_parts(b"urna/duplicate-case/1", *salts)).hexdigest()[:32]


def stand(case: Case, judgements: Sequence[Judgement]) -> Standing:
    """How far a case has come.

    1. Every decision is on this very case.
    2. Nobody decided it twice.
    3. Take the verdicts one after another.

    Raises:
        Unproven: a decision on another case, or two by one person.
        OutOfOrder: a decision after the case was decided.
    """
    _check_same_case(case, judgements)
    _check_different_people(judgements)
    standing = Standing.OPEN
    for judgement in judgements:
        standing = step(standing, judgement.decision.verdict)
    return standing


def step(standing: Standing, verdict: Verdict) -> Standing:
    """The standing after one more verdict.

    Raises:
        OutOfOrder: the case is decided already.
    """
    if (standing, verdict) not in TRANSITIONS:
        raise OutOfOrder(
            Sentence("a case that is not decided yet"),
            Sentence("one that is"),
            Sentence("Take the next case; a decided one is the registry's."),
        )
    return TRANSITIONS[standing, verdict]


def sign_decision(decision: CaseDecision, adjudicators: Adjudicators, signer: NoteSigner) -> bytes:
    """The decision as a signed document.

    Raises:
        Unproven: the key is no adjudicator's.
    """
    if not any((each.key_name, each.key) == (signer.name, signer.verifier.public_hex) for each in adjudicators.people):
        raise Unproven(
            Sentence("the key of one of {count} adjudicators", {"count": len(adjudicators.people)}),
            Sentence("the key {vkey}", {"vkey": signer.verifier.vkey()}),
            Sentence("Ask the officers to name this adjudicator: urna roll cases appoint."),
        )
    return sign_document(decision, [signer])


def open_decision(data: bytes, adjudicators: Adjudicators, where: str = "") -> Judgement:
    """A decision and the one adjudicator who signed it.

    Raises:
        Malformed: not a decision.
        Unproven: no adjudicator signed it, or several did, or the signature fails.
    """
    people = {each.key: each for each in adjudicators.people}
    text, signed_by = open_note(data, [NoteVerifier(each.key_name, each.key) for each in people.values()], where)
    if len(signed_by) != 1:
        raise Unproven(
            Sentence("the signature of one adjudicator"),
            Sentence("{count}", {"count": len(signed_by)}),
            Sentence("Each adjudicator decides alone and signs an own file."),
            where,
        )
    return Judgement(people[signed_by[0].public_hex], decode(text[:-1].encode(), CaseDecision, where))


def _check_same_case(case: Case, judgements: Sequence[Judgement]) -> None:
    identity = digest(encode(case))
    for judgement in judgements:
        if (judgement.decision.election, judgement.decision.case) != (case.election, identity):
            raise Unproven(
                Sentence("a decision on this case"),
                Sentence("one on another case or election"),
                Sentence("Take the decision out and inquire who put it there."),
            )


def _check_different_people(judgements: Sequence[Judgement]) -> None:
    people = {judgement.adjudicator.key for judgement in judgements}
    if len(people) < len(judgements):
        raise Unproven(
            Sentence("decisions of different adjudicators"),
            Sentence("two by one of them"),
            Sentence("Let another adjudicator decide: nobody decides a case alone."),
        )
