"""The demo's audits: its slips are counted as the paper that they are, and compared with the sheets.

    HOT-1   a share of each centre's boxes, every contest: what was found, and the risk that such a share achieves
    RLA-1   boxes drawn by what they could hide, one contest: until the risk is at the limit, or all are counted

The board is played: two of it read the words of every slip, each from their own pile.
"""

import secrets
import time
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import msgspec

from urna.audit.box_comparison import AuditDocuments, ContestTable, contest_tables, report_of, weights_of
from urna.audit.box_count import AuditCount, DrawnBox, Typed, agreed_count
from urna.audit.count_rules import contests_counted, withheld_on
from urna.audit.manifest import BallotManifest, Bound, Counted, make_manifest
from urna.audit.report import AuditReport
from urna.audit.risk.batches import macro_size
from urna.audit.rounds import draw_round
from urna.audit.seed import DrawCommitment, Method, SeedKind, SeedRecord, Unit, WeightRecord, seed_of
from urna.audit.shares import Rounding
from urna.audit.tickets import Procedure
from urna.audit.weights import comparison
from urna.center.centre import Centre
from urna.cli.demo.preparation import Prepared
from urna.cli.words import say_in
from urna.crypto.signatures import SigningKey
from urna.devices.escpos_picture import burn_all
from urna.election.definition import NamedKey, ratio
from urna.encoding.canonical import Code, Moment, digest, encode
from urna.encoding.document import sign_document
from urna.errors import Unproven
from urna.log.note import NoteSigner
from urna.papers.slip_reading import SlipReader
from urna.record.audit_record import audited_of, newest_tallies
from urna.record.published_log import read_published_log
from urna.storage.record import FolderReader
from urna.words import Sentence

HOT, LIMITED = "HOT-1", "RLA-1"
DICE = {HOT: "7 0 3 1 9 9 4 2 5 5 8 6 1 0 0 3 7 2 9 4", LIMITED: "1 8 4 4 6 0 2 9 3 7 5 1 1 6 8 0 9 2 4 3"}
BOARD = ("Ana Paz", "Luis Gil", "Eva Sol")
QUORUM = 2
HOUR = 3600

Publish = Callable[[int], None]
"""Publishes what the centre has, at this moment in seconds since 1970."""


class DemoAudit(NamedTuple):
    """What became of one audit."""

    code: Code
    boxes: int
    """That were opened."""
    report: AuditReport


class _Rules(NamedTuple):
    """One audit's rules, and the boxes that they are about."""

    commitment: DrawCommitment
    manifest: BallotManifest
    weights: WeightRecord | None


class _Board:
    """The played audit board, and the boxes that it may open.

    Args:
        prepared: the election.
        folder: the demo's.
    """

    def __init__(self, prepared: Prepared, folder: Path) -> None:
        self.prepared, self.election = prepared, prepared.election
        self._papers = folder / "papers"
        keys = [SigningKey(secrets.token_bytes(32)) for _ in BOARD]
        names = [f"mesa.example/auditora-{number}" for number in range(1, len(keys) + 1)]
        self._signers = [NoteSigner(name, key) for name, key in zip(names, keys, strict=True)]
        self.members = tuple(
            NamedKey(name=person, key_name=each.name, key=each.verifier.public_hex)
            for person, each in zip(BOARD, self._signers, strict=True)
        )

    def sign(self, record: msgspec.Struct) -> bytes:
        """As many of the board as it takes."""
        return sign_document(record, self._signers[:QUORUM])

    def slips_in(self, station: Code) -> list[tuple[bytes, int]]:
        """Each kind of slip in a box, and how many there are."""
        files = sorted((self._papers / station / "slips").glob("*.escpos"))
        return [(file.read_bytes(), int(file.stem.rpartition("-x")[2])) for file in files]

    def count(self, station: Code, person: str, counted: Collection[Code]) -> Typed:
        """What one of the board reads of these contests on the slips of a box; of others nothing is typed."""
        reader = SlipReader(self.election, station, say_in("es"), "es")
        contests = [each for each in self.election.contests_of_station(station) if each.code in counted]
        votes: Counter[tuple[str, str]] = Counter(
            {(contest.code, option.code): 0 for contest in contests for option in contest.options}
        )
        slips = 0
        for paper, how_many in self.slips_in(station):
            read = reader.read(burn_all(paper).text)
            if read.selections is None:
                raise _unread(station, read.unclear)
            slips += how_many
            for selected in read.selections.contests:
                if selected.contest in counted:
                    votes.update({(selected.contest, option): how_many for option in selected.options})
        return Typed(person, slips, votes)


def hold_audits(prepared: Prepared, centre: Centre, folder: Path, publish: Publish, closed: Moment) -> list[DemoAudit]:
    """Both audits on the demo's record, each paper in the log before the next.

    1. The rules of both, signed by officers, with the manifest and the weights; published.
    2. The dice of both; published.
    3. What they draw; the boxes are opened and counted by two; published.
    4. The reports; published.

    Args:
        prepared: the election and its keys.
        centre: with the final results, published.
        folder: the demo's.
        publish: logs, cosigns and shows what the centre has.
        closed: when the polls closed.
    """
    board, reader = _Board(prepared, folder), FolderReader(folder / "record")
    start = timegm(time.strptime(closed, "%Y-%m-%dT%H:%M:%SZ"))
    manifest = _manifest(board)
    every = {
        HOT: _rules(reader, board, manifest, HOT, start + 2 * HOUR),
        LIMITED: _rules(reader, board, manifest, LIMITED, start + 2 * HOUR),
    }
    officers = prepared.keys.officer_signers(prepared.election)
    for rules in every.values():
        weights = board.sign(rules.weights) if rules.weights is not None else None
        centre.commit_audit(sign_document(rules.commitment, officers), board.sign(manifest), weights)
    publish(start + 2 * HOUR)
    seeds = {code: _seed(rules.commitment, start + 3 * HOUR) for code, rules in every.items()}
    for seed in seeds.values():
        centre.take_audit_paper(board.sign(seed))
    publish(start + 3 * HOUR)
    counts = {code: _draw_and_count(reader, board, centre, rules, seeds[code]) for code, rules in every.items()}
    publish(start + 5 * HOUR)
    held = [
        DemoAudit(code, len(counts[code]), _report(reader, centre, board, every[code], seeds[code], counts[code]))
        for code in every
    ]
    publish(start + 6 * HOUR)
    return held


def _manifest(board: _Board) -> BallotManifest:
    """Every box: its slips counted, and as many that there may be as its station has electors."""
    election = board.election
    counted = [
        Counted(code, station.centre, sum(how_many for _, how_many in board.slips_in(code)))
        for code, station in election.stations.items()
    ]
    bounds = {code: station.electors for code, station in election.stations.items()}
    papers = sum(each.papers for each in counted)
    return make_manifest(election.identity, counted, bounds, Bound.REGISTERED, papers)


def _rules(reader: FolderReader, board: _Board, manifest: BallotManifest, code: Code, at: int) -> _Rules:
    election, is_macro = board.election, code == LIMITED
    log = read_published_log(reader, election).log
    draft = DrawCommitment(
        election=election.identity,
        audit=code,
        manifest=digest(encode(manifest)),
        population=len(manifest.containers),
        unit=Unit.CONTAINER,
        procedure=Procedure.COUNTER if is_macro else Procedure.SORTED,
        replacement=is_macro,
        sizes=(1,) if is_macro else (),
        share="0/1" if is_macro else election.rules.audit_share,
        rounding=Rounding(election.rules.audit_rounding),
        seed_kind=SeedKind.DICE,
        log_size=log.size,
        log_root=log.checkpoint().root.hex(),
        method=Method.MACRO if is_macro else Method.SHARE,
        contests=tuple(sorted(election.contests)),
        edition=2 if is_macro else 0,
        risk_limit=election.rules.risk_limit if is_macro else "0/1",
        weights=None,
        board=board.members,
        quorum=QUORUM,
        decided_at=moment(at),
    )
    if not is_macro:
        return _Rules(draft, manifest, None)
    audited = audited_of(reader, election, draft, manifest)
    size, contest = _smallest(contest_tables(audited, election.contests), ratio(draft.risk_limit))
    weights = weights_of(audited, code, contest_tables(audited, [contest]))
    changes = {"contests": (contest,), "weights": digest(encode(weights)), "sizes": (size,)}
    return _Rules(msgspec.structs.replace(draft, **changes), manifest, weights)


def _smallest(tables: Sequence[ContestTable], limit: Fraction) -> tuple[int, Code]:
    """The contest that a sample confirms with the fewest draws, and how many; without any one that needs every box."""
    sizes = [(macro_size(limit, comparison(each.bounds).total), each.contest.code) for each in tables if each.bounds]
    return min(sizes, default=(1, tables[0].contest.code))


def _seed(commitment: DrawCommitment, at: int) -> SeedRecord:
    said = DICE[commitment.audit]
    return SeedRecord(
        election=commitment.election,
        audit=commitment.audit,
        commitment=digest(encode(commitment)),
        kind=SeedKind.DICE,
        said=said,
        seed=seed_of(SeedKind.DICE, said),
        place="Lumara",
        rolled_at=moment(at),
    )


def _draw_and_count(
    reader: FolderReader, board: _Board, centre: Centre, rules: _Rules, seed: SeedRecord
) -> dict[Code, AuditCount]:
    """The first round, and the count of each of its boxes, as the centre takes them."""
    drawn = draw_round(rules.commitment, seed, rules.manifest, weights=rules.weights)
    centre.take_audit_paper(board.sign(drawn))
    tallies = newest_tallies(reader, read_published_log(reader, board.election))
    counts = {}
    for station in dict.fromkeys(drawn.to_fetch):
        audited = rules.commitment.contests
        withheld = withheld_on(tallies(station) or (), audited)
        counted = {each.code for each in contests_counted(board.election, audited, station)} - set(withheld)
        box = DrawnBox(board.election.identity, seed.audit, digest(encode(seed)), station, withheld=withheld)
        typed = [board.count(station, person, counted) for person in BOARD[:2]]
        counts[station] = agreed_count(box, *typed)
        centre.take_audit_paper(board.sign(counts[station]))
    return counts


def _report(
    reader: FolderReader,
    centre: Centre,
    board: _Board,
    rules: _Rules,
    seed: SeedRecord,
    counts: Mapping[Code, AuditCount],
) -> AuditReport:
    audited = audited_of(reader, board.election, rules.commitment, rules.manifest)
    drawn = draw_round(rules.commitment, seed, rules.manifest, weights=rules.weights)
    documents = AuditDocuments(rules.commitment, rules.weights, seed, (drawn,))
    at = timegm(time.strptime(seed.rolled_at, "%Y-%m-%dT%H:%M:%SZ")) + 2 * HOUR
    report = report_of(documents, audited, counts, moment(at))
    centre.take_audit_paper(board.sign(report))
    return report


def moment(seconds: int) -> Moment:
    """A moment in seconds since 1970 as records write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _unread(station: Code, unclear: Sentence | None) -> Unproven:
    return Unproven(
        Sentence("slips whose words can be read"),
        unclear or Sentence("others"),
        Sentence("This is a fault of urna's demo: please report it."),
        station,
    )
