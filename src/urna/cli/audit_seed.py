"""`urna audit seed`: what the public dice said, once the rules are public."""

from typing import Annotated

import typer

from urna.audit.seed import SeedRecord, check_seed, seed_of
from urna.cli.audit_folder import (
    AuditArgument,
    FolderArgument,
    KeyOption,
    PassphraseOption,
    RecordArgument,
    board_signers,
    name_of,
    open_audit,
    tell_note,
    write_notes,
)
from urna.cli.center_server import now
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder
from urna.record.layout import Kind, audit_path
from urna.words import Sentence

SaidOption = Annotated[str, typer.Option("--said", help=say("What was read out, as it was written down."))]
PlaceOption = Annotated[str, typer.Option("--place", help=say("Where it was rolled."))]


def seed(
    record: RecordArgument,
    audit: AuditArgument,
    folder: FolderArgument,
    *,
    said: SaidOption,
    place: PlaceOption,
    key: KeyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Writes seed.note; there is one seed, and the record has to show the rules before it."""
    _, found = open_audit(record, audit)
    rules = found.papers.commitment
    if found.papers.seed is not None:
        raise OutOfOrder(
            Sentence("one seed for an audit"),
            Sentence("the seed {seed} in the record", {"seed": found.papers.seed.seed}),
            Sentence("Draw from that one: urna audit draw."),
            audit,
        )
    rolled = SeedRecord(
        election=rules.election,
        audit=audit,
        commitment=digest(encode(rules)),
        kind=rules.seed_kind,
        said=said,
        seed=seed_of(rules.seed_kind, said),
        place=place,
        rolled_at=now(),
    )
    rolled = decode(encode(rolled), SeedRecord, audit)
    check_seed(rules, rolled)
    name = name_of(audit_path(audit, Kind.AUDIT_SEED))
    note = sign_document(rolled, board_signers(rules, key, passphrase_file))
    write_notes(folder, {name: note})
    out.print(say("The seed is {seed}.", seed=rolled.seed), markup=False)
    tell_note(folder, name, note, rules.quorum)
