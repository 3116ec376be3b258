"""`urna authority`: officers' keys, which stations' keys they certify and revoke, and how stations count.

Several officers sign one document, each with the same command on a machine of their own: the first makes the
file, the next reads it, compares it with what lies before them, and adds a signature.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from urna.cli.drill import run_drill
from urna.cli.election import print_signatures
from urna.cli.keys import agree, ask_signer, make_key
from urna.cli.screen import out
from urna.cli.second_round import write_second_round
from urna.cli.words import say
from urna.election.certification import Certification, Revocation, StationDecision, StationKeys
from urna.election.definition import Election
from urna.election.documents import (
    Decision,
    Machines,
    Reason,
    new_certification,
    new_decision,
    new_revocation,
    read_station_keys,
)
from urna.election.signing import join_signature, open_certification, open_definition, sign_first
from urna.encoding.canonical import Code, Hash, digest
from urna.encoding.document import read_document
from urna.errors import Malformed
from urna.log.cosignature import WitnessVerifier
from urna.log.note import NoteVerifier
from urna.record.layout import MAX_BYTES, Kind
from urna.storage.definition_folder import read_limited, replace_file
from urna.tally.hand_count import HandCountSheet, check_hand_count
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

R = TypeVar("R", Certification, Revocation)

MAX_STATION_KEYS_BYTES = 64 * 1024

Definition = Annotated[Path, typer.Argument(help=say("The signed definition.note."), metavar="NOTE")]
Key = Annotated[Path, typer.Option(help=say("Your key file, from urna authority keygen."))]
Serial = Annotated[int, typer.Option(min=1, help=say("Its number, counted from 1 in this election."))]
Passphrase = Annotated[Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))]
Yes = Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))]


@app.command(help=say("Make a key for an officer, the log or a witness; print the lines for election.toml."))
def keygen(
    name: Annotated[str, typer.Argument(help=say("The key's name, as council.example/ana."), metavar="NAME")],
    file: Annotated[Path, typer.Option("--out", help=say("The key file to write; keep a copy in another place."))],
    role: Annotated[Literal["officer", "log", "witness"], typer.Option(help=say("Whose key it is."))] = "officer",
    person: Annotated[str, typer.Option(help=say("The name of its owner, for election.toml."))] = "",
    passphrase_file: Passphrase = None,
) -> None:
    """The private key never leaves the file; what is printed is public."""
    public_hex = make_key(name, file, passphrase_file)
    header = "[authority.log]" if role == "log" else f"[[authority.{role}]]"
    out.print(say("The key is in {file}. These lines go into election.toml:", file=str(file)), markup=False)
    out.print(f'\n{header}\nname = "{person}"\nkey_name = "{name}"\nkey = "{public_hex}"\n', markup=False)
    verifier = (WitnessVerifier if role == "witness" else NoteVerifier)(name, public_hex)
    out.print(say("The same for verifiers: {vkey}", vkey=verifier.vkey()), markup=False)


@app.command(help=say("Certify the keys of stations: a folder with the public key file of each."))
def certify(
    definition: Definition,
    keys: Annotated[Path, typer.Argument(help=say("The folder of the stations' .json files."), metavar="FOLDER")],
    key: Key,
    document: Annotated[Path, typer.Option("--out", help=say("The certification; the next officer adds to it."))],
    serial: Serial,
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Read the keys, compare with what others signed, ask, sign."""
    election = open_definition(read_limited(definition), str(definition))
    issued_at = _issued_at(document, Certification)
    certification = new_certification(election, _read_keys(keys), serial, issued_at)
    out.print(
        say(
            "Certification {serial}: the keys of {count} of {all} stations.",
            serial=serial,
            count=len(certification.stations),
            all=len(election.stations),
        )
    )
    _sign(election, certification, document, key, passphrase_file, yes)


@app.command(help=say("Revoke the keys of a station that was stolen, lost or broken: nothing they signed counts."))
def revoke(
    definition: Definition,
    certification: Annotated[
        Path, typer.Argument(help=say("The certification with the station's keys."), metavar="CERTIFICATION")
    ],
    station: Annotated[str, typer.Argument(help=say("The station's code."), metavar="STATION")],
    key: Key,
    document: Annotated[Path, typer.Option("--out", help=say("The revocation; the next officer adds to it."))],
    serial: Serial,
    reason: Annotated[Reason, typer.Option(help=say("What happened."))],
    note: Annotated[str, typer.Option(help=say("In words, with place, time and number of the report."))],
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Find the keys, compare with what others signed, ask, sign."""
    election = open_definition(read_limited(definition), str(definition))
    certified = open_certification(read_limited(certification), election, str(certification))
    revocation = new_revocation(
        certified, station, serial=serial, issued_at=_issued_at(document, Revocation), reason=reason, note=note
    )
    line = say(
        "Revocation {serial}: {station}, {reason}: {note}", serial=serial, station=station, reason=reason, note=note
    )
    out.print(line, markup=False)
    _sign(election, revocation, document, key, passphrase_file, yes)


@app.command(help=say("Decide that a station never opened, is annulled, or counts a hand count."))
def decide(
    definition: Definition,
    station: Annotated[str, typer.Argument(help=say("The station's code."), metavar="STATION")],
    key: Key,
    document: Annotated[Path, typer.Option("--out", help=say("The decision; the next officer adds to it."))],
    serial: Serial,
    state: Annotated[Decision, typer.Option(help=say("How the station counts."))],
    reason: Annotated[str, typer.Option(help=say("Why, in words that everybody may read."))],
    hand: Annotated[Path | None, typer.Option(help=say("The hand count that counts, as it is published."))] = None,
    machines: Annotated[
        Machines | None, typer.Option(help=say("Of a hand count: what of the machines' sheet."))
    ] = None,
    replaces: Annotated[int, typer.Option(min=0, help=say("The decision on the station that stands; 0 if none."))] = 0,
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Read and show the hand count, compare with what others signed, ask, sign."""
    election = open_definition(read_limited(definition), str(definition))
    decision = new_decision(
        election,
        station,
        state=state,
        serial=serial,
        decided_at=_decided_at(document),
        reason=reason,
        hand=_show_hand_count(election, station, hand) if hand is not None else None,
        machines=machines,
        replaces=replaces,
    )
    how = " ".join(each for each in (decision.state, decision.machines) if each)
    out.print(
        say("Decision {serial}: {station}, {how}: {reason}", serial=serial, station=station, how=how, reason=reason),
        markup=False,
    )
    _sign(election, decision, document, key, passphrase_file, yes)


@app.command(name="second-round", help=say("Draft a second round's definition from the first one's final results."))
def second_round(
    definition: Definition,
    results: Annotated[Path, typer.Argument(help=say("The results, as they are published."), metavar="RESULTS")],
    contest: Annotated[str, typer.Argument(help=say("The contest's code."), metavar="CONTEST")],
    folder: Annotated[Path, typer.Option("--out", help=say("The folder to make."))],
) -> None:
    """Nothing is signed: the folder is checked and signed as any definition."""
    write_second_round(definition, results, contest, folder)


@app.command(help=say("Rehearse the theft of a station, step by step, with keys that are thrown away."))
def drill() -> None:
    """Everything happens in memory; exit code 1 if a step does not end as it should."""
    if not run_drill():
        raise typer.Exit(1)


def _show_hand_count(election: Election, station: Code, file: Path) -> Hash:
    """The SHA-256 of a station's hand count whose sums hold, after saying what it is.

    Raises:
        Malformed: not a hand count of this station, or it does not fit the definition.
        Unproven: its sums do not hold.
    """
    data = read_limited(file, MAX_BYTES[Kind.HAND_COUNT])
    sheet = read_document(data, HandCountSheet, str(file))
    check_hand_count(election, sheet)
    if sheet.station != station:
        raise Malformed(
            Sentence("a hand count of station {station}", {"station": station}),
            Sentence("one of {station}", {"station": sheet.station}),
            Sentence("Give the hand count that the decision is about."),
            str(file),
        )
    out.print(
        say(
            "Hand count {sequence} of {station}: {ballots} ballots, {signatures} signatures, {registered} registered.",
            sequence=sheet.sequence,
            station=station,
            ballots=sheet.ballots,
            signatures=sheet.signatures,
            registered=sheet.registered,
        ),
        markup=False,
    )
    return digest(data)


def _decided_at(document: Path) -> str:
    """When it was decided: now, or as the officer wrote who signed it first."""
    if document.exists():
        return read_document(read_limited(document), StationDecision, str(document)).decided_at
    return _now()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_keys(folder: Path) -> list[StationKeys]:
    """The stations' keys in a folder, by file name."""
    files = sorted(folder.glob("*.json"))
    return [read_station_keys(read_limited(file, MAX_STATION_KEYS_BYTES), str(file)) for file in files]


def _issued_at(document: Path, kind: type[R]) -> str:
    """When the document was made: now, or as the officer wrote who signed it first."""
    if document.exists():
        return read_document(read_limited(document), kind, str(document)).issued_at
    return _now()


def _sign(
    election: Election,
    record: Certification | Revocation | StationDecision,
    document: Path,
    key: Path,
    passphrase_file: Path | None,
    yes: bool,
) -> None:
    """Add this officer's signature; what others signed must be the same text."""
    signer = ask_signer(key, passphrase_file)
    authority = election.definition.authority
    agree(say("Sign this document?"), yes)
    if document.exists():
        signed = join_signature(read_limited(document), record, authority, signer, str(document))
    else:
        signed = sign_first(record, authority, signer)
    replace_file(document, signed)
    print_signatures(election, signed, str(document))
