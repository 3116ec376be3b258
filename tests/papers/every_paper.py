"""One of every paper, in a language: for reference images, damage and privacy."""

from collections.abc import Callable
from hashlib import shake_256
from typing import Any

from tests.papers.examples import PEOPLE, STATION, day, key
from tests.papers.spanish import in_spanish

from urna.audit.report import AuditReport, ContestRisk, CountUsed, Difference, Outcome
from urna.audit.rounds import Drawn, DrawRound
from urna.audit.seed import DrawCommitment, Method, SeedKind, SeedRecord, Unit
from urna.audit.shares import Rounding
from urna.audit.slip_sums import slips_by_box
from urna.audit.tickets import Procedure
from urna.ballot.code_slip import CodeSlip
from urna.ballot.selections import choose
from urna.election.definition import NamedKey
from urna.encoding.canonical import digest, encode
from urna.encoding.document import sign_document
from urna.errors import Unproven
from urna.papers.audit_report import audit_report
from urna.papers.audit_worksheet import audit_worksheet
from urna.papers.code_sheet import code_sheet
from urna.papers.code_slip import code_slip
from urna.papers.hand_count_sheet import hand_count_sheet
from urna.papers.incident_sheet import IncidentKind, incident_sheet
from urna.papers.paper import Paper
from urna.papers.poll_book_list import PollBookRow, poll_book_list
from urna.papers.readiness_report import PartTest, Readiness, readiness_report
from urna.papers.reprint import reprint
from urna.papers.retrieval_list import ToFetch, retrieval_list
from urna.papers.role_card import role_card
from urna.papers.slip import slip
from urna.papers.slip_list import slip_list
from urna.papers.slip_worksheet import slip_worksheet
from urna.papers.tally_sheet import tally_sheet
from urna.papers.zero_report import zero_report
from urna.tally.hand_count import HandContest, HandCountReason, HandCountSheet
from urna.tally.sheet import OptionVotes
from urna.words import Sentence, in_english

DAY = day()
REHEARSAL = day("rehearsal")
CODES = [f"{line:02} K7QFM 2XR{line % 8 + 2}T" for line in range(1, 13)]
CARD = "URNA1" + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32] for byte in shake_256(b"card").digest(1395))
"""As long as a real one."""
FOUND = Readiness(
    station=STATION,
    booth=1,
    package=digest(b"package"),
    decks=6,
    ballots=64,
    positions=322,
    parts=(PartTest("screen", True), PartTest("sound", True), PartTest("printer", True), PartTest("battery", True)),
    tested_at="2030-11-29T14:05:00Z",
)
NOT_READY = FOUND._replace(
    failure=Unproven(
        Sentence("{count} votes for {name} in {contest}", {"count": 1, "name": "N04", "contest": "NOM-CAP-1"}),
        Sentence("{found}", {"found": 0}),
        Sentence("Do not open. Keep the machine as it is, call the technician, and take a spare."),
    ),
    parts=(PartTest("screen", True), PartTest("printer", False, Sentence("no paper"))),
)


BOARD = tuple(
    NamedKey(name=name, key_name=f"urna.example/board/{number}", key=key(name).public_hex)
    for number, name in enumerate(("Ana Paz", "Luis Gil", "Rosa Mar"), start=1)
)
CENTRE = DAY.election.stations[STATION].centre
RULES = DrawCommitment(
    election=DAY.election.identity,
    audit="RLA-1",
    manifest=digest(b"manifest"),
    population=13_517,
    unit=Unit.CONTAINER,
    procedure=Procedure.COUNTER,
    replacement=True,
    sizes=(62, 124),
    share="0/1",
    rounding=Rounding.UP,
    seed_kind=SeedKind.DICE,
    log_size=27_100,
    log_root=digest(b"root"),
    method=Method.MACRO,
    contests=("LIST-CAP", "NOM-CAP-1", "REF-1"),
    edition=3,
    risk_limit="5/100",
    weights=digest(b"weights"),
    board=BOARD,
    quorum=2,
    decided_at="2030-12-03T14:00:00Z",
)
SEED = SeedRecord(
    election=DAY.election.identity,
    audit="RLA-1",
    commitment=digest(encode(RULES)),
    kind=SeedKind.DICE,
    said="4 2 6 6 1  3 9 9 9 9  1 2 3 4 5  6 7 8 9 0",
    seed="42661399991234567890",
    place="Caracas, Plaza Bolívar",
    rolled_at="2030-12-04T15:00:00Z",
)
DIFFERING = (
    Difference(station=STATION, contest="LIST-CAP", option="L03", sheet=212, box=209),
    Difference(station=STATION, contest="REF-1", option="NO", sheet=40, box=43),
)
SLIPS_DRAWN = DrawRound(
    election=DAY.election.identity,
    audit="RLA-1",
    commitment=digest(encode(RULES)),
    seed=digest(encode(SEED)),
    round=2,
    after=83,
    size=123,
    draws=tuple(
        Drawn(ticket=str(number), unit=f"{STATION},{1 + 61 * number % 401}", times=2 if number % 9 == 4 else 1)
        for number in (*range(36), 7, 7, 12, 30)
    ),
)
"""Forty draws of one box, some of them twice, some read before."""


def audit_found(differences: tuple[Difference, ...] = ()) -> AuditReport:
    """62 draws, all alike; or one box that differs, and one that is lost."""
    return AuditReport(
        election=DAY.election.identity,
        audit="RLA-1",
        commitment=digest(encode(RULES)),
        seed=digest(encode(SEED)),
        round=1,
        edition=3,
        counts=(CountUsed(station=STATION, sequence=1, count=digest(b"count")),),
        differences=differences,
        lost=("070104001-3",) if differences else (),
        overfull=(),
        withheld=(),
        risks=(
            ContestRisk(
                contest="LIST-CAP", assertions=("L03 > L01",), risk="41/1000" if not differences else "211/1000"
            ),
            ContestRisk(contest="NOM-CAP-1", assertions=(), risk="1/1")
            if differences
            else ContestRisk(contest="NOM-CAP-1", assertions=("N01 > N04",), risk="1/100000"),
            ContestRisk(contest="REF-1", assertions=("SI > 1/2",), risk="311/12345"),
        ),
        outcome=Outcome.FULL_COUNT if differences else Outcome.CONFIRMED,
        next_size=0,
        made_at="2030-12-05T19:30:00Z",
    )


def hand_count(**changes: Any) -> HandCountSheet:
    """412 paper ballots; three of them spoiled before the box."""
    fields: dict[str, Any] = {
        "election": DAY.election.identity,
        "station": STATION,
        "sequence": 0,
        "reason": HandCountReason.MACHINE_FAILED,
        "registered": 742,
        "signatures": 413,
        "handed_out": 415,
        "ballots": 412,
        "contests": tuple(_counted(contest.code) for contest in DAY.election.contests_of_station(STATION)),
        "closed_at": "2030-12-01T22:40:00Z",
    }
    return HandCountSheet(**fields | changes)


def _counted(code: str) -> HandContest:
    options = DAY.election.contests[code].options
    votes = [20] * len(options)
    votes[0] += 400 - sum(votes) if len(options) < 20 else 0
    return HandContest(
        contest=code,
        votes=tuple(OptionVotes(option=o.code, votes=v) for o, v in zip(options, votes, strict=True)),
        blank=9,
        null=3,
        ballots=412,
    )


def electors(*, voted: bool | None = None) -> list[PollBookRow]:
    """Invented people."""
    return [
        PollBookRow(f"V-{1_234_567 + 7919 * n}", PEOPLE[n % len(PEOPLE)], None if voted is None else n % 3 > 0)
        for n in range(30)
    ]


def papers(language: str, *, of: Any = DAY) -> dict[str, Paper]:
    """Every paper by a name for its file; `of` is the day that it is of."""
    how: dict[str, Any] = {"say": in_spanish if language == "es" else in_english, "language": language}
    election = of.election
    chosen = {"NOM-CAP-1": ["N01", "N04"], "LIST-CAP": ["L03"], "REF-1": ["SI"]}
    code = CodeSlip(election=election.identity, station=STATION, code="MMMM WWWW QGH2 7K4P XT9D B3NV 8JRC 5YFA")
    sheet = tally_sheet(election, of.sheet, of.statement, of.sheet_document, copies=5, **how)
    counted = hand_count(election=election.identity)
    making: dict[str, Callable[[], Paper]] = {
        "slip": lambda: slip(election, STATION, choose(election, "GENERAL", chosen), **how),
        "code-slip": lambda: code_slip(election, code, sign_document(code, [of.signer("booth-1")]), **how),
        "zero-report": lambda: zero_report(election, of.zero, of.zero_document, **how),
        "tally-sheet": lambda: sheet,
        "tally-sheet-reprint": lambda: reprint(sheet, say=how["say"]),
        "readiness": lambda: readiness_report(election, FOUND, **how),
        "readiness-failed": lambda: readiness_report(election, NOT_READY, **how),
        "incident-blank": lambda: incident_sheet(election, STATION, **how),
        "incident": lambda: incident_sheet(
            election,
            STATION,
            number=3,
            kinds=frozenset({IncidentKind.POWER_CUT, IncidentKind.INTERRUPTED}),
            what_happened="La luz se fue en toda la cuadra. / The power failed in the whole block.",
            what_was_done="Se esperó con la caja a la vista de todos. / We waited, the box in everybody's sight.",
            **how,
        ),
        "audit-worksheet": lambda: audit_worksheet(election, STATION, 120, contests=("LIST-CAP", "REF-1"), **how),
        "audit-boxes": lambda: retrieval_list(election, SEED, CENTRE, [ToFetch(STATION, 611)], **how),
        "audit-slips": lambda: slip_list(election, SEED, CENTRE, slips_by_box(SLIPS_DRAWN), 2, **how),
        "audit-slip-tally": lambda: slip_worksheet(
            election, SLIPS_DRAWN, [election.contests[code] for code in ("NOM-CAP-1", "REF-1")], **how
        ),
        "audit-report": lambda: audit_report(election, RULES, SEED, audit_found(), **how),
        "audit-report-differing": lambda: audit_report(election, RULES, SEED, audit_found(DIFFERING), **how),
        "hand-count": lambda: hand_count_sheet(election, counted, b"{}\n", copies=3, **how),
        "poll-book-to-sign": lambda: poll_book_list(election, STATION, electors(), **how),
        "poll-book-marked": lambda: poll_book_list(election, STATION, electors(voted=True), **how),
        "code-sheet": lambda: code_sheet(election, STATION, CODES, **how),
        "role-card": lambda: role_card(election, STATION, CARD, role="president", **how),
    }
    return {name: make() for name, make in making.items()}
