"""The guardians' rehearsal: all of them played on one machine, with the files and steps of an election.

Each guardian has a folder; the papers are copied from one to another as people would carry them, and said aloud. The
keys are made for this and belong to nobody.
"""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from urna.ballot.keys import JointKeys
from urna.cli.election import read_source
from urna.cli.guardian_acts import (
    act_accept,
    act_answer,
    act_coefficients,
    act_combine,
    act_commit,
    act_join,
    act_promise,
    act_reveal,
    act_shares,
)
from urna.cli.guardian_desk import Carried, Desk, Seat, show_opening
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.encoding.canonical import encode
from urna.encoding.document import sign_document
from urna.guardian.rehearsal import RehearsedDefinition, guardian_signers, rehearsed_definition, rehearsed_request
from urna.guardian.request import OpeningRequest
from urna.storage.definition_folder import replace_file, write_secret_file
from urna.tally.decryption import AggregateOpening, check_opening

Step = Callable[[Desk, Seat], Sequence[Carried]]

_PASSPHRASE = "rehearsal of the guardians"  # noqa: S105 - of keys that belong to nobody


def run_rehearsal(source: Path, folder: Path) -> bool:
    """The ceremony and one opening with files in a new folder; whether every number came out as it was made.

    1. Make the rehearsal's definition, and a folder with a key for each guardian.
    2. Hold the ceremony: four steps of everybody, then the joint key.
    3. Invent sums, and let as many guardians as it takes open them, the last ones of the list.
    """
    rehearsed = rehearsed_definition(read_source(source)[0].definition, secrets.token_bytes)
    folder.mkdir(parents=True)
    replace_file(folder / "definition.note", sign_document(rehearsed.election.definition, rehearsed.officers))
    (folder / "passphrase").write_text(_PASSPHRASE + "\n")
    desks, seats = _sit_down(rehearsed, folder)
    everybody = range(1, len(desks) + 1)
    for number, (step, text) in enumerate(_ceremony_steps(), start=1):
        _tell(number, text)
        _everybody(step, desks, seats, everybody)
    for desk in desks:
        file, keys = act_join(desk)
    out.print(say("All guardians signed. The joint key is in {file}.", file=str(file)), style="green", markup=False)
    return _open(rehearsed, folder, keys, desks, seats)


def _sit_down(rehearsed: RehearsedDefinition, folder: Path) -> tuple[list[Desk], list[Seat]]:
    """A folder, a key file and a private file for each guardian."""
    desks, seats = [], []
    signers = guardian_signers(rehearsed.election, rehearsed.guardians)
    for number, (signer, seed) in enumerate(zip(signers, rehearsed.seeds, strict=True), start=1):
        own = folder / f"guardian-{number}"
        own.mkdir()
        salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
        data = seal_key(signer.name, seed, _PASSPHRASE, salt=salt, nonce=nonce, cost=Cost.INTERACTIVE)
        write_secret_file(own / "signing.key", data)
        desks.append(Desk(rehearsed.election, own))
        seats.append(Seat(signer, own / "private", _PASSPHRASE, Cost.INTERACTIVE))
    return desks, seats


def _ceremony_steps() -> list[tuple[Step, str]]:
    return [
        (act_commit, say("Everybody draws secret numbers and publishes a hash: urna guardian commit.")),
        (act_coefficients, say("Everybody shows points and proofs: urna guardian coefficients.")),
        (act_shares, say("Everybody seals a share to each other guardian: urna guardian shares.")),
        (act_accept, say("Everybody checks the shares and signs the joint key: urna guardian accept.")),
    ]


def _opening_steps(request: OpeningRequest, guardians: Sequence[int]) -> list[tuple[Step, str]]:
    return [
        (
            lambda desk, seat: act_promise(desk, seat, request, guardians),
            say("Who takes part checks the request and publishes a hash: urna guardian open-commit."),
        ),
        (lambda desk, seat: act_reveal(desk, seat, request), say("They show their parts: urna guardian open-reveal.")),
        (lambda desk, seat: act_answer(desk, seat, request), say("They answer, once: urna guardian open-respond.")),
    ]


def _open(
    rehearsed: RehearsedDefinition, folder: Path, keys: JointKeys, desks: Sequence[Desk], seats: Sequence[Seat]
) -> bool:
    election = rehearsed.election
    request = rehearsed_request(election, keys, secrets.token_bytes)
    replace_file(folder / "request.json", encode(request))
    threshold = election.definition.authority.guardian_threshold
    guardians = range(len(desks) - threshold + 1, len(desks) + 1)
    for number, (step, text) in enumerate(_opening_steps(request, guardians), start=5):
        _tell(number, text)
        _everybody(step, desks, seats, guardians)
    _tell(8, say("Anyone puts the answers together: urna guardian open-combine."))
    openings = act_combine(desks[-1], request)
    for opening, asked in zip(openings, request.aggregates, strict=True):
        check_opening(election, keys, opening, asked.ciphertexts)
        show_opening(opening)
    return _say_end(openings, folder)


def _everybody(step: Step, desks: Sequence[Desk], seats: Sequence[Seat], guardians: Sequence[int]) -> None:
    """One step of each guardian; the papers are carried when all have done it."""
    done = [(desks[index - 1], step(desks[index - 1], seats[index - 1])) for index in guardians]
    for desk, carried in done:
        desk.tell(carried)
        for each in carried:
            for receiver in each.receivers:
                desks[receiver - 1].write(each.name, (desk.folder / each.name).read_bytes())


def _tell(number: int, text: str) -> None:
    out.print(f"\n [bold cyan]{number}[/] {text}")


def _say_end(openings: Sequence[AggregateOpening], folder: Path) -> bool:
    """Every contest's first option has all ballots that the others left it, as the request was made."""
    right = all(
        opening.options[0].votes == opening.ballots - sum(each.votes for each in opening.options[1:])
        for opening in openings
    )
    if right:
        end = say("The rehearsal ended as it should; its files are in {folder}. Throw them away.", folder=str(folder))
        out.print(end, style="green", markup=False)
    else:
        out.print(say("The rehearsal did NOT end as it should."), style="bold red")
    return right
