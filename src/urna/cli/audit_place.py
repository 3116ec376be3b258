"""A place of an audit: its folder, which remembers the record, the audit and the key that signs there.

place.json    what was named at the first command, so that later ones need not name it again
journal.db    acts and accounts (storage/audit_journal)
photos/       photographs
out/          signed notes for `urna center load`; at the coordinator's place alone
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from urna.audit.board_acts import Place
from urna.audit.box_count import AuditCount
from urna.audit.slip_reading import SlipReading
from urna.cli.words import say
from urna.encoding.canonical import Code, Record, decode, encode
from urna.errors import Malformed, OutOfOrder
from urna.record.audit_record import audited_of, read_audit
from urna.storage.audit_accounts import AuditAccounts
from urna.storage.audit_journal import AuditJournal, open_database
from urna.storage.definition_folder import read_limited, replace_file
from urna.storage.record import FolderReader
from urna.web.audit.record_case import RecordCase
from urna.words import Sentence

SETTINGS = "place.json"

FolderArgument = Annotated[Path, typer.Argument(help=say("The audit's folder at this place."), metavar="FOLDER")]
RecordOption = Annotated[
    Path | None, typer.Option("--record", help=say("The public record; remembered after the first time."))
]
AuditOption = Annotated[
    str, typer.Option("--audit", help=say("The audit's code, such as RLA-1; remembered after the first time."))
]
PlaceOption = Annotated[
    str,
    typer.Option(
        "--place", help=say("The name of the board's key that signs at this place; remembered after the first time.")
    ),
]


class PlaceSettings(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/audit-place/1"):
    """What a place remembers."""

    record: str
    audit: Code
    place: Place


class AuditPlace(NamedTuple):
    """A place, opened."""

    settings: PlaceSettings
    case: RecordCase
    journal: AuditJournal
    accounts: AuditAccounts
    published: Mapping[Code, AuditCount]
    """The newest count of each station that the record has."""
    read: Sequence[SlipReading] = ()
    """The sums of rounds of slips that the record has."""


def open_place(folder: Path, record: Path | None = None, audit: str = "", place: str = "") -> AuditPlace:
    """A place with its record read and verified; what is named the first time is remembered.

    Args:
        folder: the place's.
        record: the public record; it may have moved.
        audit: the audit's code.
        place: the key's name; empty where the audit's rules name one key alone.

    Raises:
        Malformed: something is neither named nor remembered.
        OutOfOrder: another audit or place than the one that the folder remembers; an audit without its seed.
        Unproven: the record does not verify, or the folder is another audit's.
    """
    known = _remembered(folder)
    path = record or (Path(known.record) if known else None)
    code = audit or (known.audit if known else "")
    if path is None or not code:
        raise Malformed(
            Sentence("--record and --audit at the first command for this folder"),
            Sentence("neither or one of them"),
            Sentence("Name both once; the folder remembers them."),
            str(folder),
        )
    reader = FolderReader(path)
    found = read_audit(reader, code)
    rules = found.papers.commitment
    names = [each.key_name for each in rules.board]
    here = place or (known.place if known else names[0] if len(names) == 1 else "")
    if here not in names:
        raise Malformed(
            Sentence("a key of the audit board: {names}", {"names": ", ".join(names)}),
            Sentence("{place}", {"place": here or "-"}),
            Sentence("Name with --place whose key signs here; each place has a key of its own."),
            str(folder),
        )
    settings = PlaceSettings(record=str(path.resolve()), audit=code, place=here)
    if known is not None and (known.audit, known.place) != (settings.audit, settings.place):
        raise OutOfOrder(
            Sentence("audit {audit} at {place}", {"audit": known.audit, "place": known.place}),
            Sentence("audit {audit} at {place}", {"audit": code, "place": here}),
            Sentence("Take another folder for another audit or another place."),
            str(folder),
        )
    documents = found.papers.documents._replace(rounds=())
    case = RecordCase(audited_of(reader, found.election, rules, found.papers.manifest), documents)
    journal = AuditJournal(folder, case.frame, here, open_database(folder))
    if settings != known:
        replace_file(folder / SETTINGS, encode(settings))
    return AuditPlace(
        settings, case, journal, AuditAccounts(open_database(folder)), found.papers.counts, tuple(found.papers.readings)
    )


def _remembered(folder: Path) -> PlaceSettings | None:
    path = folder / SETTINGS
    return decode(read_limited(path, 10_000), PlaceSettings, str(path)) if path.is_file() else None
