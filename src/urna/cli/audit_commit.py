"""`urna audit commit`: the rules of a draw, before its seed: what is audited, which boxes, how many, and by whom."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from urna.audit.box_comparison import Audited, ContestTable, contest_tables, weights_of
from urna.audit.draw_rules import check_commitment
from urna.audit.manifest import BallotManifest, read_manifest
from urna.audit.polling_verdict import draws_planned, planned_sizes, polling_tables
from urna.audit.reading_rules import check_growth
from urna.audit.risk.batches import macro_size
from urna.audit.seed import DrawCommitment, Method, SeedKind, Unit, WeightRecord
from urna.audit.shares import Rounding
from urna.audit.tickets import Procedure
from urna.audit.weights import SCALE
from urna.cli.audit_folder import (
    AuditArgument,
    FolderArgument,
    PassphraseOption,
    RecordArgument,
    check_members,
    name_of,
    open_record,
    signers_of,
    tell_note,
    write_notes,
)
from urna.cli.audit_manifest import MANIFEST
from urna.cli.center_server import now
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election, NamedKey, ratio
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed
from urna.log.note import NoteVerifier
from urna.record.audit_papers import AuditPapers
from urna.record.audit_record import audited_of, check_edition, newest_edition
from urna.record.keys import officer_verifiers
from urna.record.layout import Kind, audit_path
from urna.record.published_log import read_published_log
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

MethodOption = Annotated[
    Method,
    typer.Option(
        "--method",
        help=say(
            "macro: whole boxes until the risk is low; polling: single slips; share: of each centre; sample: only look."
        ),
    ),
]
UnitOption = Annotated[
    Unit | None,
    typer.Option("--unit", help=say("What is drawn: containers, or each paper of them; polling draws papers.")),
]
ContestOption = Annotated[
    list[str] | None, typer.Option("--contest", help=say("A contest that is audited; once for each."))
]
SizeOption = Annotated[
    list[int] | None,
    typer.Option("--size", min=1, help=say("Draws in all after each round; left out, macro and polling plan them.")),
]
LimitOption = Annotated[
    str, typer.Option("--limit", help=say("The risk limit as a ratio; the definition's by itself."))
]
ShareOption = Annotated[
    str, typer.Option("--share", help=say("The share of each centre as a ratio; the definition's by itself."))
]
RoundingOption = Annotated[
    Rounding | None,
    typer.Option("--rounding", help=say("What becomes of a part of a station; the definition's by itself.")),
]
EditionOption = Annotated[
    int | None,
    typer.Option("--edition", min=1, help=say("The edition that macro or polling audits; the newest by itself.")),
]
SeedOption = Annotated[SeedKind, typer.Option("--seed-kind", help=say("Dice, or words agreed upon in public."))]
BoardOption = Annotated[
    list[str],
    typer.Option("--board-key", help=say("A member of the audit board, as 'Name=key' from urna audit keygen.")),
]
QuorumOption = Annotated[int, typer.Option("--quorum", min=1, help=say("How many of the board sign its papers."))]
OfficerOption = Annotated[
    list[Path] | None, typer.Option("--officer", help=say("The key file of an officer who signs the rules."))
]
KeyOption = Annotated[
    list[Path] | None, typer.Option("--key", help=say("The key file of a member of the board who signs the manifest."))
]
ManifestOption = Annotated[
    Path | None,
    typer.Option("--manifest", help=say("From urna audit manifest; by itself that of FOLDER.")),
]


def commit(
    record: RecordArgument,
    audit: AuditArgument,
    folder: FolderArgument,
    *,
    method: MethodOption,
    board_key: BoardOption,
    quorum: QuorumOption,
    unit: UnitOption = None,
    contest: ContestOption = None,
    size: SizeOption = None,
    limit: LimitOption = "",
    share: ShareOption = "",
    rounding: RoundingOption = None,
    edition: EditionOption = None,
    seed_kind: SeedOption = SeedKind.DICE,
    officer: OfficerOption = None,
    key: KeyOption = None,
    manifest: ManifestOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Writes manifest.note, commitment.note and, for macro, weights.note, once all of it fits together."""
    reader, election = open_record(record)
    file = manifest or folder / MANIFEST
    boxes = read_manifest(read_limited(file), str(file))
    contests = _contests(election, method, contest or ())
    log = read_published_log(reader, election).log
    drawn_unit = unit or (Unit.PAPER if method is Method.POLLING else Unit.CONTAINER)
    fields: dict[str, Any] = {
        "election": election.identity,
        "audit": audit,
        "manifest": digest(encode(boxes)),
        "population": boxes.size if drawn_unit is Unit.PAPER else len(boxes.containers),
        "unit": drawn_unit,
        "procedure": Procedure.COUNTER if method.keeps_limit else Procedure.SORTED,
        "replacement": method.keeps_limit,
        "share": (share or election.rules.audit_share) if method is Method.SHARE else "0/1",
        "rounding": rounding or Rounding(election.rules.audit_rounding),
        "seed_kind": seed_kind,
        "log_size": log.size,
        "log_root": log.checkpoint().root.hex(),
        "method": method,
        "contests": contests,
        "edition": (edition or newest_edition(reader)) if method.keeps_limit else 0,
        "risk_limit": (limit or election.rules.risk_limit) if method.keeps_limit else "0/1",
        "board": tuple(map(_member, board_key)),
        "quorum": quorum,
        "decided_at": now(),
    }
    sizes, weights = tuple(size or ()), None
    tables: tuple[ContestTable, ...] = ()
    if method.keeps_limit:
        draft = _rules(fields | {"sizes": sizes or (1,), "weights": None})
        audited = audited_of(reader, election, draft, boxes)
        check_edition(audited)
        if method is Method.MACRO:
            weights, tables = _weigh(audited, draft)
            sizes = sizes or (_planned(weights, tables, ratio(draft.risk_limit)),)
        else:
            tables, planned = _poll(audited, draft)
            sizes = sizes or planned
    rules = _rules(fields | {"sizes": sizes, "weights": digest(encode(weights)) if weights else None})
    check_commitment(rules, boxes, weights)
    if method is Method.POLLING:
        check_growth(election, rules, rules.sizes)
    _sign_and_write(folder, election, (rules, boxes, weights), (officer or (), key or ()), passphrase_file)
    _tell(rules, tables)


def _sign_and_write(
    folder: Path,
    election: Election,
    records: tuple[DrawCommitment, BallotManifest, WeightRecord | None],
    keys: tuple[Sequence[Path], Sequence[Path]],
    passphrases: Sequence[Path] | None,
) -> None:
    """The officers sign the rules, the board the rest; enough signatures are checked as the centre will check them."""
    rules, boxes, weights = records
    signers = signers_of([*keys[0], *keys[1]], passphrases)
    officers, board = signers[: len(keys[0])], signers[len(keys[0]) :]
    authority = election.definition.authority
    check_members(officer_verifiers(authority.officers), officers)
    check_members([NoteVerifier(each.key_name, each.key) for each in rules.board], board)
    if not (officers and board):
        raise Malformed(
            Sentence("at least one --officer for the rules, and one --key of the board for the manifest"),
            Sentence("{officers} and {board}", {"officers": len(officers), "board": len(board)}),
            Sentence("Others add their signatures with: urna audit sign."),
            rules.audit,
        )
    signed: list[tuple[Kind, bytes, int]] = [
        (Kind.AUDIT_MANIFEST, sign_document(boxes, board), rules.quorum),
        (Kind.AUDIT_COMMITMENT, sign_document(rules, officers), authority.threshold),
    ]
    if weights is not None:
        signed.append((Kind.AUDIT_WEIGHTS, sign_document(weights, board), rules.quorum))
    notes = {name_of(audit_path(rules.audit, kind)): data for kind, data, _ in signed}
    if len(officers) >= authority.threshold and len(board) >= rules.quorum:
        AuditPapers(election).commit(notes["commitment.note"], notes["manifest.note"], notes.get("weights.note"))
    write_notes(folder, notes)
    for kind, data, needed in signed:
        tell_note(folder, name_of(audit_path(rules.audit, kind)), data, needed)


def _poll(audited: Audited, draft: DrawCommitment) -> tuple[tuple[ContestTable, ...], tuple[int, ...]]:
    """The contests of an audit of slips, and the rounds that their margins need."""
    tables = polling_tables(audited, draft.contests)
    limit = ratio(draft.risk_limit)
    needed = draws_planned(tables, limit)
    if needed > draft.population:
        said = say(
            "About {draws} draws would be needed, and there are {slips} slips: count boxes.",
            draws=needed,
            slips=draft.population,
        )
        out.print(said, say("The first report will order every box to be counted; with macro fewer may do."))
    return tuple(each.table for each in tables), planned_sizes(audited, tables, limit)


def _weigh(audited: Audited, draft: DrawCommitment) -> tuple[WeightRecord, tuple[ContestTable, ...]]:
    tables = contest_tables(audited, draft.contests)
    return weights_of(audited, draft.audit, tables), tables


def _planned(weights: WeightRecord, tables: Sequence[ContestTable], limit: Fraction) -> int:
    """As many draws as keep the limit without any error, and one more; without assertions one."""
    total = Fraction(sum(each.weight for each in weights.weights), SCALE)
    return macro_size(limit, total) if total > 1 and any(each.bounds for each in tables) else 1


def _rules(fields: dict[str, Any]) -> DrawCommitment:
    """The rules as they read back: a code or a ratio that is none is refused here."""
    rules = DrawCommitment(**fields)
    return decode(encode(rules), DrawCommitment, "commitment")


def _contests(election: Election, method: Method, asked: Sequence[str]) -> tuple[str, ...]:
    if asked or method is Method.SAMPLE:
        return tuple(sorted(set(asked)))
    return tuple(sorted(election.contests))


def _member(text: str) -> NamedKey:
    name, parted, vkey = text.partition("=")
    if not (name.strip() and parted):
        raise Malformed(
            Sentence("a member of the board as 'Name=key'"),
            Sentence("{text}", {"text": repr(text[:80])}),
            Sentence("Copy the line that urna audit keygen printed."),
            "--board-key",
        )
    verifier = NoteVerifier.of(vkey.strip())
    return NamedKey(name=name.strip(), key_name=verifier.name, key=verifier.public_hex)


def _tell(rules: DrawCommitment, tables: Sequence[ContestTable]) -> None:
    for table in tables:
        if table.why is not None:
            said = say("{contest}: every box has to be counted.", contest=table.contest.code)
            out.print(said, say(table.why), markup=False)
    if rules.sizes:
        out.print(say("Draws after each round: {sizes}.", sizes=", ".join(map(str, rules.sizes))))
    out.print(say("Now load the folder into the centre and publish; the seed comes after that: urna audit seed."))
