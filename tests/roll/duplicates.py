"""Cases, adjudicators and decisions for tests; nobody in them exists."""

from urna.crypto.signatures import SigningKey
from urna.election.definition import NamedKey
from urna.encoding.canonical import digest, encode
from urna.log.note import NoteSigner
from urna.roll.deduplication import (
    Adjudicators,
    Case,
    CaseDecision,
    CaseReason,
    FingerScore,
    Judgement,
    Person,
    Source,
    Verdict,
)
from urna.roll.deduplication_report import DuplicateRule, WorkListHead

ELECTION = "ab" * 32
SIGNERS = tuple(NoteSigner(f"desk/{name}", SigningKey(bytes([at + 50] * 32))) for at, name in enumerate("abcd"))
PEOPLE = tuple(NamedKey(name=s.name[-1].upper(), key_name=s.name, key=s.verifier.public_hex) for s in SIGNERS)
ADJUDICATORS = Adjudicators(election=ELECTION, people=PEOPLE)
RULE = DuplicateRule(scores=(80_000, 90_000, 100_000, 110_000), false_match_rate="1/1000000000")


def case(score: int = 500_000, one: str = "F1", other: str = "F2") -> Case:
    """A case of two fictional electors."""
    return Case(
        election=ELECTION,
        source=Source.ROLL,
        one=Person(number=one, station="S1"),
        other=Person(number=other, station="S3"),
        score=score,
        fingers=(FingerScore(one=1, other=1, score=score),),
    )


def decision(verdict: Verdict, about: Case | None = None) -> CaseDecision:
    """A decision on a case."""
    return CaseDecision(
        election=ELECTION,
        case=digest(encode(about or case())),
        verdict=verdict,
        reason=CaseReason.FINGERS_LOOKED_AT,
        decided_at="2020-11-01T10:00:00Z",
    )


def judgement(person: int, verdict: Verdict) -> Judgement:
    """A decision of one of the four adjudicators, its signature taken as verified."""
    return Judgement(PEOPLE[person], decision(verdict))


def head(people: int = 10, part_size: int = 4, key: str = "cd" * 32) -> WorkListHead:
    """The head of a small work list."""
    return WorkListHead(
        election=ELECTION,
        source=Source.ROLL,
        made_at="2020-11-01T09:00:00Z",
        searched="ef" * 32,
        key=key,
        rule=RULE,
        positions=(1, 6),
        candidates=20,
        people=people,
        with_fingers=people,
        searchable=people,
        templates=4 * people,
        least_minutiae=8,
        left_out=0,
        part_size=part_size,
    )
