"""The small record of tests/tampering with three audits and an examination, made by `urna.audit` as boards make them.

RLA-1 (macro, NOM-1) goes on after its first round and is confirmed by the second; HOT is a share of each centre; RLA-2
(macro, NOM-2) draws a withheld box, counts every box and is confirmed by the paper. LOOK is a sample of stations.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from tests.audit.slips import Pile, piles_of, read_round
from tests.tampering.builder import NIGHT, World, build, named, officers_sign, signing_key

from urna.audit.box_comparison import AuditDocuments, Audited, contest_tables, report_of, weights_of
from urna.audit.box_count import AuditCount, BoxState, HandLine
from urna.audit.examination import Examination, ExaminationKind, Figure
from urna.audit.manifest import BallotManifest, Bound, Counted, make_manifest
from urna.audit.report import AuditReport
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, Method, SeedKind, SeedRecord, Unit, WeightRecord, seed_of
from urna.audit.shares import Rounding
from urna.audit.slip_reading import SlipReading
from urna.audit.tickets import Procedure
from urna.center.publication import File, Publication
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document, sign_document
from urna.log.checkpoint import read_checkpoint
from urna.log.note import NoteSigner
from urna.record.layout import Kind, audit_count_path, audit_path, results_path, serial_path
from urna.tally.results import Results, StationState
from urna.tally.sheet import TallySheet

BOARD = tuple(NoteSigner(f"board.example/{n}", signing_key(f"board-{n}")) for n in (1, 2, 3))
DICE = "3 1 4 1 5  9 2 6 5 3  5 8 9 7 9  3 2 3 8 4"
OTHER_DICE = "00000000000000000001"
"""Of an audit of NOM-2 they draw B-02, which withholds its votes."""
BOXES = ("A-01", "A-02", "B-01", "B-02")

Lines = Mapping[tuple[str, str], int]
"""How many votes a box holds more than its sheet, by contest and option."""

replace = msgspec.structs.replace


def last_edition(world: World) -> Results | None:
    """The newest results."""
    numbers = [number for number in range(1, 9) if results_path(number) in world.files]
    return world.results(numbers[-1]) if numbers else None


def sheets_of(world: World) -> dict[str, TallySheet]:
    """The sheets that count in the last edition; without one those of the closing."""
    edition = last_edition(world)
    if edition is None:
        return {box: world.sheet(box) for box in BOXES}
    counted = [each for each in edition.stations if each.state is StationState.COUNTED]
    return {each.station: world.sheet(each.station, each.sequence or 0) for each in counted}


class AuditMaker:
    """Makes one audit's papers and puts them into a world, batch by batch.

    Args:
        world: it gets new batches at its end.
        code: of the audit.
        said: the dice.
        boxes: those of the manifest.
    """

    def __init__(self, world: World, code: str, said: str = DICE, boxes: Sequence[str] = BOXES) -> None:
        self.world = world
        self.code = code
        self._said = said
        self.sheets = sheets_of(world)
        self.manifest = self._manifest(boxes)
        self.audited = Audited(world.election, last_edition(world), self.sheets, self.manifest)
        self.rounds: list[DrawRound] = []
        self.readings: list[SlipReading] = []
        self.counts: dict[str, AuditCount] = {}
        self.reports: list[AuditReport] = []
        self.commitment: DrawCommitment
        self.seed: SeedRecord
        self.weights: WeightRecord | None = None
        self.weigh: Callable[[WeightRecord], WeightRecord] = lambda weights: weights
        """What is done to the weights before anybody signs them."""

    def _manifest(self, boxes: Sequence[str]) -> BallotManifest:
        election = self.world.election
        counted = [Counted(box, election.stations[box].centre, self.sheets[box].cast) for box in boxes]
        bounds = {box: self.sheets[box].cast + 1 for box in boxes}
        return make_manifest(election.identity, counted, bounds, Bound.SIGNATURES, sum(each.papers for each in counted))

    def put(self, path: str, record: msgspec.Struct, signers: Iterable[NoteSigner] = BOARD[:2]) -> None:
        """A paper of the board in the newest batch."""
        self.world.add(path, sign_document(record, signers))

    def path(self, kind: Kind, number: int = 0) -> str:
        """Where one of its papers lies."""
        return audit_path(self.code, kind, number)

    def commit(self, method: Method, contests: tuple[str, ...], sizes: tuple[int, ...] = (), **changes: Any) -> None:
        """Manifest, weights and rules, in a batch of their own."""
        size, root = log_of(self.world)
        if method is Method.MACRO:
            tables = contest_tables(self.audited, contests)
            self.weights = self.weigh(weights_of(self.audited, self.code, tables))
        is_share, is_read = method is Method.SHARE, method is Method.POLLING
        fields: dict[str, Any] = {
            "election": self.world.election.identity,
            "audit": self.code,
            "manifest": digest(encode(self.manifest)),
            "population": self.manifest.size if is_read else len(self.manifest.containers),
            "unit": Unit.PAPER if is_read else Unit.CONTAINER,
            "procedure": Procedure.COUNTER if method.keeps_limit else Procedure.SORTED,
            "replacement": method.keeps_limit,
            "sizes": sizes,
            "share": "1/2" if is_share else "0/1",
            "rounding": Rounding.UP,
            "seed_kind": SeedKind.DICE,
            "log_size": size,
            "log_root": root,
            "method": method,
            "contests": contests,
            "edition": self.audited.results.edition if method.keeps_limit and self.audited.results else 0,
            "risk_limit": "5/100" if method.keeps_limit else "0/1",
            "weights": digest(encode(self.weights)) if self.weights else None,
            "board": tuple(named(each) for each in BOARD),
            "quorum": 2,
            "decided_at": "2020-12-07T03:00:00Z",
        }
        self.commitment = DrawCommitment(**(fields | changes))
        self.world.batches.append([])
        self.put(self.path(Kind.AUDIT_MANIFEST), self.manifest)
        if self.weights is not None:
            self.put(self.path(Kind.AUDIT_WEIGHTS), self.weights)
        self.world.add(self.path(Kind.AUDIT_COMMITMENT), officers_sign(self.world, self.commitment))

    def roll(self, kind: SeedKind = SeedKind.DICE) -> None:
        """The seed, in a batch of its own."""
        self.seed = SeedRecord(
            election=self.world.election.identity,
            audit=self.code,
            commitment=digest(encode(self.commitment)),
            kind=kind,
            said=self._said,
            seed=seed_of(kind, self._said),
            place="Caracas",
            rolled_at="2020-12-07T04:00:00Z",
        )
        self.world.batches.append([])
        self.put(self.path(Kind.AUDIT_SEED), self.seed)

    def draw(self) -> DrawRound:
        """The next round, in a batch of its own."""
        before = self.rounds[-1] if self.rounds else None
        drawn = draw_round(self.commitment, self.seed, self.manifest, before, weights=self.weights)
        self.rounds.append(drawn)
        self.world.batches.append([])
        self.put(self.path(Kind.AUDIT_ROUND, drawn.round), drawn)
        return drawn

    def count(
        self, box: str, more: Lines | None = None, *, is_lost: bool = False, reason: str = "", slips: int = 0
    ) -> AuditCount:
        """What two people found: what the sheet says, and these votes more or fewer, on so many slips more."""
        sheet, apart = self.sheets[box], more or {}
        audited = [tally for tally in sheet.contests if tally.contest in self.commitment.contests]
        lines = [
            HandLine(contest=code, option=each.option, votes=each.votes + apart.get((code, each.option), 0))
            for code, votes in ((tally.contest, tally.votes or ()) for tally in audited)
            for each in votes
        ]
        before = self.counts.get(box)
        count = AuditCount(
            election=self.world.election.identity,
            audit=self.code,
            seed=digest(encode(self.seed)),
            station=box,
            sequence=before.sequence + 1 if before else 1,
            state=BoxState.LOST if is_lost else BoxState.COUNTED,
            papers=0 if is_lost else sheet.cast + slips,
            typed_by=("Ana Paz", "Eva Sol"),
            lines=() if is_lost else tuple(sorted(lines, key=lambda each: (each.contest, each.option))),
            withheld=() if is_lost else tuple(sorted(tally.contest for tally in audited if tally.votes is None)),
            reason=reason,
        )
        self.counts[box] = count
        self.put(audit_count_path(self.code, box, count.sequence), count)
        return count

    def read(self, piles: Mapping[str, Pile], **found: Any) -> SlipReading:
        """What the slips of the last round say, if the boxes hold these piles."""
        reading = read_round(self.audited, self.commitment, self.rounds[-1], piles, **found)
        self.readings.append(reading)
        self.put(self.path(Kind.AUDIT_READING, reading.round), reading)
        return reading

    def report(self, number: int | None = None) -> AuditReport:
        """What follows."""
        rounds, readings = tuple(self.rounds), tuple(self.readings)
        documents = AuditDocuments(self.commitment, self.weights, self.seed, rounds, readings)
        report = report_of(documents, self.audited, self.counts, NIGHT, number)
        self.reports.append(report)
        self.put(self.path(Kind.AUDIT_REPORT, report.round), report)
        return report


def log_of(world: World) -> tuple[int, str]:
    """Size and root of a world's log as it stands."""
    publication = Publication(world.keys.log)
    for paths in world.batches:
        checkpoint = publication.prepare([File(path, world.files[path]) for path in paths]).checkpoint
    read = read_checkpoint(checkpoint)
    return read.size, read.root.hex()


def confirmed(
    world: World, more: Lines | None = None, weigh: Callable[[WeightRecord], WeightRecord] | None = None
) -> AuditMaker:
    """A macro audit of NOM-1 that goes on once."""
    audit = AuditMaker(world, "RLA-1")
    audit.weigh = weigh or audit.weigh
    audit.commit(Method.MACRO, ("NOM-1",), (4, 14))
    audit.roll()
    apart = {("NOM-1", "CAI"): -1, ("NOM-1", "ANA"): 1} if more is None else more
    for _ in (1, 2):
        for box in sorted(set(audit.draw().to_fetch)):
            audit.count(box, apart if box == "A-01" else None)
        audit.report()
    return audit


def hot(world: World, boxes: Sequence[str] = BOXES) -> AuditMaker:
    """A share of each centre's boxes."""
    audit = AuditMaker(world, "HOT", boxes=boxes)
    audit.commit(Method.SHARE, ("IND", "LIST-N", "NOM-1", "NOM-2", "REF"))
    audit.roll()
    for box in sorted(audit.draw().to_fetch):
        audit.count(box, {("LIST-N", "SKY"): 1} if box == "A-02" else None)
    audit.report()
    return audit


def full_count(
    world: World,
    contests: tuple[str, ...] = ("NOM-2",),
    change: Callable[[AuditMaker, str], None] | None = None,
    said: str = OTHER_DICE,
) -> AuditMaker:
    """A macro audit that may have to count every box; by default it draws one whose sheet withholds its votes."""
    audit = AuditMaker(world, "RLA-2", said)
    audit.commit(Method.MACRO, contests, (3,))
    audit.roll()
    count = change or (lambda maker, box: maker.count(box) and None)
    for box in sorted(set(audit.draw().to_fetch)):
        count(audit, box)
    if audit.report().outcome.value == "full_count":
        world.batches.append([])
        for box in BOXES:
            if box not in audit.counts:
                count(audit, box)
        audit.report(2)
    return audit


def polled(
    world: World,
    piles: Mapping[str, Pile] | None = None,
    contests: tuple[str, ...] = ("NOM-1", "NOM-2"),
    sizes: tuple[int, ...] = (70, 210),
    **found: Any,
) -> AuditMaker:
    """An audit of single slips: of two seats, where a slip has two votes, and of one; by default it goes on once."""
    audit = AuditMaker(world, "SLIPS")
    audit.commit(Method.POLLING, contests, sizes)
    audit.roll()
    there = piles if piles is not None else piles_of(audit.sheets, world.election)
    for _ in (1, 2):
        audit.draw()
        audit.read(there, **found)
        if audit.report().outcome.value != "go_on":
            break
    return audit


def look(world: World) -> AuditMaker:
    """A sample of two stations to look at, and an examination of them."""
    audit = AuditMaker(world, "LOOK")
    audit.commit(Method.SAMPLE, (), (2,))
    audit.roll()
    audit.draw()
    for serial, draw in ((1, "LOOK"), (2, "")):
        examination = Examination(
            election=world.election.identity,
            serial=serial,
            kind=ExaminationKind.READINESS,
            draw=draw,
            held_at="2020-12-07T05:00:00Z",
            place="Caracas",
            present=("Ana Paz", "Eva Sol"),
            subjects=(),
            figures=(Figure(name="stations", number=2),),
            bounds=(),
            evidence=(),
            conclusion="Both were ready.",
        )
        world.add(serial_path(Kind.EXAMINATION, serial), officers_sign(world, examination))
    return audit


MAKERS: dict[str, Callable[[World], AuditMaker]] = {
    "RLA-1": confirmed,
    "HOT": hot,
    "RLA-2": full_count,
    "LOOK": look,
    "SLIPS": polled,
}


@cache
def _good(*audits: str) -> World:
    world = build()
    for audit in audits:
        MAKERS[audit](world)
    return world


def audited_world(*audits: str) -> World:
    """A copy, which may be changed, of the small record with these audits; by default with all but that of slips.

    An audit's rules name the log before them, so a change of an earlier audit would show in the later ones, too.
    """
    return _good(*(audits or ("RLA-1", "HOT", "RLA-2", "LOOK"))).copy()


def paper(world: World, path: str, kind: type[Any]) -> Any:
    """A paper as it stands."""
    return read_document(world.files[path], kind)
