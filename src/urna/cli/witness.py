"""`urna witness`: for an observer who watches that the log of an election only grows, and says so with a signature.

init     the witness's key and folder; the lines for election.toml
watch    add a log, as the definition or its owner names it
serve    answer logs over HTTP (C2SP tlog-witness)
sign     cosign from a folder or a file, without a network
judge    whether a file of evidence convicts a log
"""

import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.keys import agree, ask_signing_key, make_key
from urna.cli.screen import groups_of_four, out
from urna.cli.witness_request import read_asked
from urna.cli.words import in_spoken, say
from urna.election.signing import open_definition
from urna.errors import Malformed, Unproven
from urna.log.cosignature import WitnessSigner, WitnessVerifier
from urna.log.note import NoteVerifier
from urna.observer.evidence import MAX_EVIDENCE_BYTES, judge_fork, read_fork
from urna.observer.witness import Status, Verdict
from urna.record.keys import log_verifier, witness_verifiers
from urna.storage.definition_folder import read_limited, refuse_taken, replace_file
from urna.storage.witness_folder import FORKS, KEY, WitnessFolder, watch_log
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help=say("The witness's folder."), metavar="FOLDER")]
Passphrase = Annotated[Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))]
Definition = Annotated[Path | None, typer.Option(help=say("The signed definition.note that names the log."))]
LogKey = Annotated[str, typer.Option("--log", help=say("The log's key, as its owner publishes it: name+id+base64."))]


@app.command(help=say("Make a witness: its folder and key; print the lines for election.toml."))
def init(
    folder: Folder,
    name: Annotated[str, typer.Option(help=say("The witness's name, as observers.example/w1."))] = "",
    person: Annotated[str, typer.Option(help=say("The name of its owner, for election.toml."))] = "",
    key: Annotated[Path | None, typer.Option(help=say("Take this key file instead of making one."))] = None,
    passphrase_file: Passphrase = None,
) -> None:
    """The key cosigns and does nothing else; what is printed is public."""
    if (name == "") == (key is None):
        raise Malformed(
            Sentence("either a name for a new key, or a key file"),
            Sentence("both or neither"),
            Sentence("Give --name, or --key with a file from urna authority keygen --role witness."),
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if key is None:
        make_key(name, folder / KEY, passphrase_file)
    else:
        _take_key(key, folder / KEY)
    verifier = _public_half(folder)
    out.print(say("The witness is in {folder}. These lines go into election.toml:", folder=str(folder)), markup=False)
    lines = f'name = "{person}"\nkey_name = "{verifier.name}"\nkey = "{verifier.public_hex}"'
    out.print(f"\n[[authority.witness]]\n{lines}\n", markup=False)
    out.print(say("The same for logs and verifiers: {vkey}", vkey=verifier.vkey()), markup=False)


@app.command(help=say("Watch one log more: from a signed definition, or by its key."))
def watch(folder: Folder, definition: Definition = None, log: LogKey = "") -> None:
    """What the definition says of witnesses is shown, so that a slip shows before the night."""
    verifier = _chosen_log(definition, log, _public_half(folder))
    if watch_log(folder, verifier):
        out.print(say("This witness watches {log} now.", log=verifier.name), markup=False)
    else:
        out.print(say("This witness watches {log} already.", log=verifier.name), markup=False)


@app.command(help=say("Answer logs that ask for cosignatures, over HTTP."))
def serve(
    folder: Folder,
    host: Annotated[str, typer.Option(help=say("The address to listen at; behind a server with TLS, this one."))] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help=say("The port; 0 for any that is free."))] = 8300,
    passphrase_file: Passphrase = None,
) -> None:
    """One process; the folder is locked as long as it runs. Ctrl-C ends it."""
    try:
        from urna.cli.witness_server import serve_witness  # noqa: PLC0415 - needs the packages of urna[center]
    except ModuleNotFoundError as error:
        raise Malformed(
            Sentence("the package {package}, which `urna witness serve` needs", {"package": error.name or ""}),
            Sentence("an installation without it"),
            Sentence("Install it with: pip install 'urna[station,center]'."),
        ) from error
    witness = WitnessFolder(folder, _ask_key(folder, passphrase_file))
    try:
        for log in witness.logs:
            known = witness.known(log.name)
            size = known.checkpoint.size if known else 0
            out.print(say("Watching {log}, cosigned up to {size} entries.", log=log.name, size=size), markup=False)
        serve_witness(witness, host, port, _tell)
    finally:
        witness.close()


@app.command(help=say("Cosign a checkpoint without a network: from a record's folder, or a request in a file."))
def sign(
    folder: Folder,
    asked: Annotated[Path, typer.Argument(help=say("The record's folder, or the log's request."), metavar="RECORD")],
    file: Annotated[Path, typer.Option("--out", help=say("The cosignature to write; the log adds it."))],
    passphrase_file: Passphrase = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))] = False,
) -> None:
    """What a witness checks over the network is checked here in the same way."""
    signer = _ask_key(folder, passphrase_file)
    witness = WitnessFolder(folder, signer)
    try:
        request = read_asked(asked, witness)
        out.print(say("{log}: {size} entries, root {root}", **request.facts()), markup=False)
        agree(say("Cosign this checkpoint?"), yes)
        verdict = witness.add_checkpoint(request.body, int(time.time()))
    finally:
        witness.close()
    if verdict.status is not Status.COSIGNED or verdict.signature is None:
        _warn_of_fork(verdict, folder)
        raise _refused(verdict, asked)
    replace_file(file, verdict.signature.line().encode())
    out.print(say("The cosignature is in {file}.", file=str(file)), markup=False)


@app.command(help=say("Judge a file of evidence: did this log sign two histories?"))
def judge(
    evidence: Annotated[Path, typer.Argument(help=say("The file."), metavar="EVIDENCE")],
    definition: Definition = None,
    log: LogKey = "",
) -> None:
    """Exit code 0 if it convicts the log, 1 if it proves nothing, 2 if it cannot be read."""
    verifier = _chosen_log(definition, log, None)
    fork = read_fork(read_limited(evidence, MAX_EVIDENCE_BYTES), str(evidence))
    try:
        first, second = judge_fork(fork, verifier, str(evidence))
    except Unproven as error:
        out.print(say("This proves nothing against {log}.", log=verifier.name), style="yellow", markup=False)
        out.print(say(error.found), markup=False)
        raise typer.Exit(1) from error
    out.print(
        say(
            "{log} signed two histories: one with {first} entries, and one with {second} that begins otherwise.",
            log=verifier.name,
            first=first.size,
            second=second.size,
        ),
        style="bold red",
        markup=False,
    )


def _take_key(key: Path, place: Path) -> None:
    """Copies a key file, closed as it is; one that is there already is never overwritten."""
    refuse_taken(place)
    with key.open("rb") as source, place.open("xb") as target:
        place.chmod(0o600)
        shutil.copyfileobj(source, target)


def _public_half(folder: Path) -> WitnessVerifier:
    from urna.crypto.keyfile import MAX_KEYFILE_BYTES, read_keyfile  # noqa: PLC0415 - read where it is asked for

    closed = read_keyfile(read_limited(folder / KEY, MAX_KEYFILE_BYTES), str(folder / KEY))
    return WitnessVerifier(closed.name, closed.public_hex)


def _ask_key(folder: Path, passphrase_file: Path | None) -> WitnessSigner:
    name, key = ask_signing_key(folder / KEY, passphrase_file)
    return WitnessSigner(name, key)


def _chosen_log(definition: Path | None, log: str, witness: WitnessVerifier | None) -> NoteVerifier:
    """The log of a definition, or the one whose key was given.

    Raises:
        Malformed: both or neither.
    """
    if (definition is None) == (log == ""):
        raise Malformed(
            Sentence("either a definition or a log's key"),
            Sentence("both or neither"),
            Sentence("Give --definition with a file, or --log with a key."),
        )
    if definition is None:
        return NoteVerifier.of(log)
    election = open_definition(read_limited(definition), str(definition))
    out.print(in_spoken(election.definition.title), groups_of_four(election.identity), markup=False)
    if witness is not None and witness.public_hex not in {each.public_hex for each in witness_verifiers(election)}:
        out.print(
            say("This definition does not name this witness: its cosignatures do not count there."), style="yellow"
        )
    return log_verifier(election)


def _tell(verdict: Verdict) -> None:
    """One line for the operator: when, whose, what."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if verdict.known is not None:
        line = say("cosigned {size} entries of {log}", size=verdict.known.checkpoint.size, log=verdict.origin)
    else:
        reason = say(verdict.reason) if verdict.reason else ""
        line = say("refused ({status}): {reason}", status=int(verdict.status), reason=reason)
    out.print(f"{now} {line}", markup=False)
    if verdict.fork is not None:
        out.print(say("{log} SIGNED TWO HISTORIES; both are kept.", log=verdict.origin), style="bold red", markup=False)
    sys.stdout.flush()


def _warn_of_fork(verdict: Verdict, folder: Path) -> None:
    if verdict.fork is not None:
        out.print(
            say(
                "{log} SIGNED TWO HISTORIES; the evidence is in {folder}.",
                log=verdict.origin,
                folder=str(folder / FORKS),
            ),
            style="bold red",
            markup=False,
        )


def _refused(verdict: Verdict, asked: Path) -> Unproven:
    return Unproven(
        Sentence("a checkpoint that grew out of what this witness cosigned"),
        verdict.reason or Sentence("another"),
        Sentence("Nothing was signed. Ask the log for its request again; if it stays so, tell everybody."),
        str(asked),
    )
