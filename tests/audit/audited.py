"""Audits of the small record (`tests/tampering/builder`): rules, seeds, counts, and the record that has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from tests.tampering.builder import World, build, officers_sign, signing_key

from urna.audit.box_comparison import AuditDocuments, Audited, contest_tables, report_of, weights_of
from urna.audit.box_count import AuditCount, BoxState, HandLine
from urna.audit.count_rules import withheld_on
from urna.audit.manifest import BallotManifest, Bound, Counted, make_manifest
from urna.audit.report import AuditReport
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, Method, SeedKind, SeedRecord, Unit
from urna.audit.shares import Rounding
from urna.audit.tickets import Procedure
from urna.election.definition import NamedKey
from urna.encoding.canonical import digest, encode
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.record.audit_record import audited_of, read_edition
from urna.record.layout import Kind, audit_count_path, audit_path
from urna.record.published_log import read_published_log
from urna.record.reader import RecordInMemory

BOARD = tuple(NoteSigner(f"board.example/{name}", signing_key(f"board-{name}")) for name in ("ana", "luis", "eva"))
DICE = "4 2 6 6 1  3 9 9 9 9  1 2 3 4 5  6 7 8 9 0"
LATER, ROLLED, REPORTED = "2020-12-07T03:00:00Z", "2020-12-07T04:00:00Z", "2020-12-08T04:00:00Z"


def board_sign(record: msgspec.Struct, count: int = 2) -> bytes:
    """A document that so many of the board sign."""
    return sign_document(record, BOARD[:count])


def sheets_manifest(world: World, stations: Sequence[str] = ("A-01", "A-02", "B-01", "B-02")) -> BallotManifest:
    """The boxes of some stations: as many papers as the newest sheet says, up to the signatures."""
    counted, bounds = [], {}
    for code in stations:
        counted.append(Counted(code, world.election.stations[code].centre, world.sheet(code).cast))
        bounds[code] = max(world.statement(code).signatures or 0, world.sheet(code).cast)
    papers = sum(each.papers for each in counted)
    return make_manifest(world.election.identity, counted, bounds, Bound.SIGNATURES, papers)


@dataclass
class Audit:
    """One audit of a world, paper by paper; each is put into the world, to be published in its own batch."""

    world: World
    code: str = "RLA-1"
    method: Method = Method.MACRO
    contests: tuple[str, ...] = ("LIST-N",)
    sizes: tuple[int, ...] = (8, 16)
    limit: str = "1/5"
    counts: dict[str, AuditCount] = field(default_factory=dict)
    rounds: list[DrawRound] = field(default_factory=list)

    def put(self, path: str, data: bytes, *, is_new_batch: bool = True) -> None:
        """Puts a paper into the record."""
        if is_new_batch:
            self.world.batches.append([])
        self.world.add(path, data)

    def path(self, kind: Kind, number: int = 0) -> str:
        """Where a paper of this audit lies."""
        return audit_path(self.code, kind, number)

    def commit(self, **changes: Any) -> DrawCommitment:
        """Rules, manifest and weights."""
        world, is_macro = self.world, self.method is Method.MACRO
        reader = RecordInMemory(world.publish())
        log = read_published_log(reader, world.election).log
        self.manifest = sheets_manifest(world)
        edition = 2 if is_macro else 0
        results = read_edition(reader, world.election, 2)
        audited = Audited(world.election, results, {}, self.manifest)
        self.weights = None
        if is_macro:
            audited = audited._replace(sheets=self._sheets(results.stations))
            self.weights = weights_of(audited, self.code, contest_tables(audited, self.contests))
        fields: dict[str, Any] = {
            "election": world.election.identity,
            "audit": self.code,
            "manifest": digest(encode(self.manifest)),
            "population": len(self.manifest.containers),
            "unit": Unit.CONTAINER,
            "procedure": Procedure.COUNTER if is_macro else Procedure.SORTED,
            "replacement": is_macro,
            "sizes": self.sizes if is_macro else (),
            "share": "0/1" if is_macro else "54/100",
            "rounding": Rounding.UP,
            "seed_kind": SeedKind.DICE,
            "log_size": log.size,
            "log_root": log.checkpoint().root.hex(),
            "method": self.method,
            "contests": self.contests,
            "edition": edition,
            "risk_limit": self.limit if is_macro else "0/1",
            "weights": digest(encode(self.weights)) if self.weights is not None else None,
            "board": tuple(
                NamedKey(name=each.name, key_name=each.name, key=each.verifier.public_hex) for each in BOARD
            ),
            "quorum": 2,
            "decided_at": LATER,
        }
        self.commitment = DrawCommitment(**(fields | changes))
        self.put(self.path(Kind.AUDIT_MANIFEST), board_sign(self.manifest))
        if self.weights is not None:
            self.put(self.path(Kind.AUDIT_WEIGHTS), board_sign(self.weights), is_new_batch=False)
        self.put(self.path(Kind.AUDIT_COMMITMENT), officers_sign(world, self.commitment), is_new_batch=False)
        return self.commitment

    def roll(self, said: str = DICE, **changes: Any) -> SeedRecord:
        """The seed."""
        self.seed = SeedRecord(
            election=self.world.election.identity,
            audit=self.code,
            commitment=digest(encode(self.commitment)),
            kind=SeedKind.DICE,
            said=said,
            seed="".join(said.split()),
            place="Caracas",
            rolled_at=ROLLED,
        )
        self.seed = msgspec.structs.replace(self.seed, **changes)
        self.put(self.path(Kind.AUDIT_SEED), board_sign(self.seed))
        return self.seed

    def draw(self, size: int | None = None) -> DrawRound:
        """The next round."""
        before = self.rounds[-1] if self.rounds else None
        drawn = draw_round(self.commitment, self.seed, self.manifest, before, size, weights=self.weights)
        self.rounds.append(drawn)
        self.put(self.path(Kind.AUDIT_ROUND, drawn.round), board_sign(drawn))
        return drawn

    @property
    def numbers(self) -> list[int]:
        """The weight of each box; none where all are alike."""
        return [each.weight for each in self.weights.weights] if self.weights is not None else []

    @property
    def drawn(self) -> tuple[str, ...]:
        """The boxes drawn, each once."""
        return tuple(dict.fromkeys(each.unit for one in self.rounds for each in one.draws))

    def box(self, station: str, changes: Mapping[tuple[str, str], int] | None = None, **fields: Any) -> AuditCount:
        """The count of a box that is as its sheet says, but for these options; not put into the record."""
        sheet = self.world.sheet(station, 1 if station == "A-02" else 0)
        lines = [
            HandLine(contest=tally.contest, option=each.option, votes=each.votes)
            for tally in sheet.contests
            if tally.contest in self.commitment.contests
            for each in tally.votes or ()
        ]
        votes = {(each.contest, each.option): each.votes for each in lines} | dict(changes or {})
        before = self.counts.get(station)
        count = AuditCount(
            election=self.world.election.identity,
            audit=self.code,
            seed=digest(encode(self.seed)),
            station=station,
            sequence=before.sequence + 1 if before else 1,
            state=BoxState.COUNTED,
            papers=sheet.cast,
            typed_by=("Ana Paz", "Luis Gil"),
            lines=tuple(HandLine(contest=key[0], option=key[1], votes=number) for key, number in sorted(votes.items())),
            withheld=withheld_on(sheet.contests, self.commitment.contests),
            reason="Counted again." if before else "",
        )
        return msgspec.structs.replace(count, **fields)

    def lost(self, station: str) -> AuditCount:
        """The count of a box that nobody finds; not put into the record."""
        return self.box(station, state=BoxState.LOST, papers=0, lines=(), withheld=(), reason="It fell into the river.")

    def count(self, *counts: AuditCount) -> None:
        """Puts counts into the record."""
        for each in counts:
            self.counts[each.station] = each
            self.put(audit_count_path(self.code, each.station, each.sequence), board_sign(each))

    @property
    def documents(self) -> AuditDocuments:
        """Rules, seed, rounds."""
        return AuditDocuments(self.commitment, self.weights, self.seed, tuple(self.rounds))

    @property
    def audited(self) -> Audited:
        """What the record says that it looks at."""
        reader = RecordInMemory(self.world.publish())
        return audited_of(reader, self.world.election, self.commitment, self.manifest)

    def report(self, number: int | None = None) -> AuditReport:
        """The report that follows, put into the record."""
        made = report_of(self.documents, self.audited, self.counts, REPORTED, number)
        self.put(self.path(Kind.AUDIT_REPORT, made.round), board_sign(made))
        return made

    def _sheets(self, stations: Sequence[Any]) -> dict[str, Any]:
        return {
            each.station: self.world.sheet(each.station, each.sequence)
            for each in stations
            if each.sequence is not None
        }


def audit_of(world: World | None = None, **fields: Any) -> Audit:
    """A macro audit of the small record, drawn and not yet counted."""
    audit = Audit(world.copy() if world else build(), **fields)
    audit.commit()
    audit.roll()
    audit.draw()
    return audit
