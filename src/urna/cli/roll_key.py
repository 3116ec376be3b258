"""The key of a roll at the keyboard: made with the roll, opened once a command."""

import secrets
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from urna.cli.keys import ask_passphrase, choose_passphrase
from urna.cli.words import say
from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import NONCE_BYTES, SALT_BYTES
from urna.crypto.secretbox import KEY_BYTES
from urna.election.definition import Election
from urna.roll.at_rest import RollKey, lock_roll_key, read_roll_key, unlock_roll_key
from urna.storage.roll_files import KEY_FILE, read_key_file

RollPassphrase = Annotated[
    Path | None,
    typer.Option(
        "--roll-passphrase-file", help=say("Read the passphrase of the roll from this file instead of asking.")
    ),
]

COST = Cost.MODERATE
"""What a guess at the passphrase costs."""


class NewRollKey(NamedTuple):
    """A key that was just made, and the bytes of its file."""

    key: RollKey
    file: bytes


def make_roll_key(election: Election, passphrase_file: Path | None) -> NewRollKey:
    """A new key under a passphrase that is chosen now.

    Raises:
        Malformed: the passphrase is too short.
    """
    typed = choose_passphrase(say("Choose a passphrase for the roll"), passphrase_file)
    secret, salt, nonce = (secrets.token_bytes(size) for size in (KEY_BYTES, SALT_BYTES, NONCE_BYTES))
    file = lock_roll_key(secret, election.identity, typed, salt=salt, nonce=nonce, cost=COST)
    return NewRollKey(RollKey(secret, election.identity), file)


def open_roll_key(folder: Path, election: Election, passphrase_file: Path | None) -> RollKey:
    """The key of the roll in a folder.

    Raises:
        Malformed: the folder has no roll.
        Unproven: another passphrase, or the roll of another election.
    """
    where = str(folder / KEY_FILE)
    locked = read_roll_key(read_key_file(folder), election.identity, where)
    return unlock_roll_key(locked, ask_passphrase(say("Passphrase of the roll"), passphrase_file), where)
