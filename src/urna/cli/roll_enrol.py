"""`urna roll enrol` and the verbs beside it: who may enrol, enrolling at a desk, and checking what was enrolled.

What needs a reader and an extractor is imported by the verb that does it: an authority without them can import a roll
and commit to it.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from urna.biometrics.template import Template
from urna.cli.election import read_source
from urna.cli.keys import ask_signer, make_key
from urna.cli.roll_key import RollPassphrase, open_roll_key
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election, NamedKey
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed
from urna.log.note import NoteSigner
from urna.roll.at_rest import RollKey
from urna.roll.elector import Elector
from urna.roll.enrolled import OPERATORS, EnrolmentSetup, check_record, open_record
from urna.roll.enrolment_archive_key import ArchiveKey
from urna.roll.enrolment_rules import FINGERS, Reason
from urna.storage.definition_folder import read_limited, refuse_taken, write_secret_file
from urna.storage.enrolment_archive import archived, check_sealed
from urna.storage.enrolment_files import holding, read_record, read_setup, record_path, records_in, replace_setup
from urna.storage.roll_files import read_stored
from urna.words import Sentence

MAX_KEY_FILE_BYTES = 4096

Roll = Annotated[Path, typer.Argument(help=say("The folder of the roll."), metavar="ROLL")]
Definition = Annotated[
    Path, typer.Option("--definition", help=say("The definition: its folder, or the signed definition.note."))
]
Archive = Annotated[Path, typer.Option("--archive", help=say("The folder of the archive; on a medium of its own."))]
Keys = Annotated[list[Path], typer.Option("--key", help=say("An operator's key file; give two, of two people."))]
Passphrases = Annotated[
    list[Path] | None,
    typer.Option("--passphrase-file", help=say("Read an operator's passphrase from this file; in the order of --key.")),
]


class Opened(NamedTuple):
    """A roll with its election, opened for a command."""

    election: Election
    folder: Path
    key: RollKey


def open_roll(folder: Path, definition: Path, passphrase_file: Path | None) -> Opened:
    """The roll in a folder; asks for its passphrase."""
    election, _ = read_source(definition)
    return Opened(election, folder, open_roll_key(folder, election, passphrase_file))


def ask_signers(keys: Sequence[Path], passphrase_files: Sequence[Path] | None) -> tuple[NoteSigner, ...]:
    """The operators' signers; a passphrase is asked of each.

    Raises:
        Malformed: other than two keys, or not a passphrase file for each.
    """
    files: list[Path | None] = [*passphrase_files] if passphrase_files else [None] * len(keys)
    if len(keys) != OPERATORS or len(files) != len(keys):
        raise Malformed(
            Sentence("two keys, and a passphrase file for each or none"),
            Sentence(
                "{keys} keys, {files} passphrase files", {"keys": len(keys), "files": len(passphrase_files or ())}
            ),
            Sentence("Two people enrol together: --key ana.key --key berta.key."),
        )
    return tuple(ask_signer(key, file) for key, file in zip(keys, files, strict=True))


def operator_keygen(
    name: Annotated[str, typer.Argument(help=say("The key's name, as desk-4.example/ana."), metavar="NAME")],
    person: Annotated[str, typer.Option(help=say("The name of its owner."))],
    file: Annotated[Path, typer.Option("--out", help=say("The key file to write; it stays with its owner."))],
    passphrase_file: Annotated[
        Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))
    ] = None,
) -> None:
    """The private file stays with the operator; the public one beside it, .json, goes to whoever keeps the roll."""
    public = file.with_suffix(".json")
    refuse_taken(file, public)
    operator = NamedKey(name=person, key_name=name, key=make_key(name, file, passphrase_file))
    write_secret_file(public, encode(decode(encode(operator), NamedKey, str(public))))
    out.print(
        say("The key is in {file}, its public half in {public}.", file=str(file), public=str(public)), markup=False
    )
    out.print(say("Next: urna roll enrol-setup ROLL --operator {public}", public=str(public)), markup=False)


def enrol_setup(
    roll: Roll,
    definition: Definition,
    operator: Annotated[
        list[Path] | None, typer.Option("--operator", help=say("The public key file of somebody who may enrol."))
    ] = None,
    archive_key: Annotated[
        Path | None, typer.Option("--archive-key", help=say("The archive's public key file, archive.json."))
    ] = None,
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Adds operators, sets the archive's key, and shows both; only who opens the roll can."""
    opened = open_roll(roll, definition, roll_passphrase_file)
    added = [decode(read_limited(file, MAX_KEY_FILE_BYTES), NamedKey, str(file)) for file in operator or ()]
    with holding(roll):
        setup = read_setup(roll, opened.key).with_operators(added)
        if archive_key is not None:
            public = decode(read_limited(archive_key, MAX_KEY_FILE_BYTES), ArchiveKey, str(archive_key))
            setup = EnrolmentSetup(election=setup.election, operators=setup.operators, archive=public.key)
        replace_setup(roll, setup, opened.key, secrets.token_bytes)
    for each in setup.operators:
        out.print(say("May enrol: {name}, {key}", name=each.name, key=each.key_name), markup=False)
    out.print(say("Images are sealed to: {key}", key=setup.archive or say("no key yet")), markup=False)


def enrol(
    roll: Roll,
    definition: Definition,
    archive: Archive,
    reader: Annotated[
        str, typer.Option(help=say("The reader: libfprint, folder:PATH, images:PATH or synthetic:SEED."))
    ],
    key: Keys,
    number: Annotated[
        list[str] | None, typer.Argument(help=say("Electors' numbers; asked for if none is given."), metavar="NUMBER")
    ] = None,
    passphrase_file: Passphrases = None,
    roll_passphrase_file: RollPassphrase = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--leave-out", help=say("Leave a finger out without asking: its position and why, as 2=bandaged.")
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=say("Enrol electors again who are enrolled already."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("Ask nothing: go on with the images that come."))] = False,
) -> None:
    """A session of two operators: they unlock their keys once, then one elector after the other."""
    from urna.cli.roll_enrol_session import Session, hold_session  # noqa: PLC0415 - needs Pillow and onnxruntime

    opened = open_roll(roll, definition, roll_passphrase_file)
    hold_session(
        Session(
            opened.election,
            roll,
            archive,
            opened.key,
            ask_signers(key, passphrase_file),
            reader,
            dict(read_left_out(each) for each in leave_out or ()),
            again,
            yes,
        ),
        number,
    )


def enrol_folder(
    roll: Roll,
    folder: Annotated[
        Path, typer.Argument(help=say("NUMBER/POSITION_IMPRESSION.png, or a manifest.csv."), metavar="FOLDER")
    ],
    definition: Definition,
    archive: Archive,
    key: Keys,
    passphrase_file: Passphrases = None,
    roll_passphrase_file: RollPassphrase = None,
    report: Annotated[Path, typer.Option(help=say("The signed report to write."))] = Path("enrolment-report.note"),
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help=say("Leave electors with mistakes aside and enrol the others."))
    ] = False,
    again: Annotated[bool, typer.Option("--again", help=say("Enrol electors again who are enrolled already."))] = False,
    processes: Annotated[int, typer.Option(min=0, help=say("How many processes; 0 for one a core."))] = 0,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))] = False,
) -> None:
    """Everything is looked at first; with a mistake, nothing is written."""
    from urna.cli import roll_enrol_folder as work  # noqa: PLC0415 - needs Pillow and onnxruntime

    opened = open_roll(roll, definition, roll_passphrase_file)
    signers = ask_signers(key, passphrase_file)
    work.enrol_folder(
        work.FolderSession(
            opened.election, roll, archive, opened.key, signers, folder, report, skip_bad, again, yes, processes
        )
    )


def enrol_check(
    roll: Roll,
    definition: Definition,
    archive: Annotated[
        Path | None, typer.Option("--archive", help=say("The folder of the archive, to compare with the records."))
    ] = None,
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Every enrolment's record against the roll and, as far as that goes without its key, the archive."""
    opened = open_roll(roll, definition, roll_passphrase_file)
    setup = read_setup(roll, opened.key)
    linked: list[str] = []
    electors = fingers = images = 0
    for station in opened.election.stations:
        stored = read_stored(roll, station, opened.key)
        for member in stored.part.members:
            enrolment = stored.enrolment_of(member.elector.number)
            electors += 1
            if enrolment is None:
                continue
            where = str(record_path(roll, enrolment))
            record = open_record(read_record(roll, enrolment), setup, where)
            check_record(record, member, where)
            _check_templates(member.elector, where)
            linked.append(enrolment)
            fingers += len(record.fingers)
            if archive is not None and record.archive is not None:
                check_sealed(archive, enrolment, record.archive)
                images += 1
    _check_nothing_more(roll, records_in(roll), linked)
    count = {"enrolled": len(linked), "electors": electors, "fingers": fingers}
    out.print(say("{enrolled} of {electors} electors are enrolled; fingers: {fingers}.", **count), style="green")
    if archive is not None:
        more = len(set(archived(archive)) - set(linked))
        out.print(say("The archive has the images of all {count}, unchanged.", count=images), style="green")
        if more:
            out.print(say("It has those of {count} more, which this roll does not know.", count=more), style="yellow")


def read_left_out(text: str) -> tuple[int, Reason]:
    """A finger's position and why it is left out, as 2=bandaged.

    Raises:
        Malformed: not that.
    """
    position, _, reason = text.partition("=")
    if not (position.isdecimal() and int(position) in FINGERS and reason in set(Reason)):
        raise Malformed(
            Sentence("a finger's position and a reason: {reasons}", {"reasons": ", ".join(Reason)}),
            Sentence("{found}", {"found": repr(text[:40])}),
            Sentence("Write for example --leave-out 2=bandaged."),
        )
    return int(position), Reason(reason)


def _check_templates(elector: Elector, where: str) -> None:
    """Returns if every template is a strict ISO/IEC 19794-2:2005 record of the finger it stands under.

    Raises:
        Malformed: one is not.
    """
    for finger in elector.fingers:
        for data in finger.templates:
            if Template.from_iso(data, where).finger != finger.position:
                raise Malformed(
                    Sentence("a template of finger {position}", {"position": finger.position}),
                    Sentence("one of another finger"),
                    Sentence("Enrol this elector again."),
                    where,
                )


def _check_nothing_more(roll: Path, records: Sequence[str], linked: Sequence[str]) -> None:
    if sorted(linked) != list(records):
        raise Malformed(
            Sentence("a record for each enrolled elector and no other"),
            Sentence("{records} records, {linked} electors", {"records": len(records), "linked": len(linked)}),
            Sentence("Somebody changed the folder: take your copy of it."),
            str(roll),
        )


def register(app: typer.Typer) -> None:
    """Adds these verbs to `urna roll`."""
    app.command(help=say("Make a key for an operator of enrolment."))(operator_keygen)
    app.command(help=say("Say who may enrol, and to whose key the images are sealed."))(enrol_setup)
    app.command(help=say("Enrol electors' fingers at a reader; two operators sign."))(enrol)
    app.command(help=say("Enrol many electors from a folder of images; two operators sign."))(enrol_folder)
    app.command(help=say("Check every enrolment's record against the roll and the archive."))(enrol_check)
