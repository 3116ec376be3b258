"""Key files and passphrases at the keyboard: the only place where a person's secret is typed."""

import secrets
from pathlib import Path

import typer

from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, open_key, read_keyfile, seal_key
from urna.crypto.signatures import SEED_BYTES, SigningKey
from urna.errors import Malformed
from urna.log.note import NoteSigner
from urna.storage.definition_folder import read_limited, refuse_taken, write_secret_file
from urna.words import Sentence

LEAST_LETTERS = 12
"""Of a passphrase: below that, a stolen file is opened by trying."""

MAX_SECRET_BYTES = 4096


def ask_signer(file: Path, passphrase_file: Path | None = None) -> NoteSigner:
    """The signer of a key file, its passphrase asked for at the keyboard or read from a file."""
    return NoteSigner(*ask_signing_key(file, passphrase_file))


def ask_signing_key(file: Path, passphrase_file: Path | None = None) -> tuple[str, SigningKey]:
    """The name and the private key of a key file, its passphrase asked for or read from a file."""
    closed = read_keyfile(read_limited(file, MAX_SECRET_BYTES), str(file))
    typed = ask_passphrase(say("Passphrase of {name}", name=closed.name), passphrase_file)
    return closed.name, open_key(closed, typed, str(file))


def make_key(name: str, file: Path, passphrase_file: Path | None = None) -> str:
    """Make a key and write its file, which only the owner of the account may read; returns the public key.

    Raises:
        Malformed: the name cannot be a key's, or the passphrase is too short.
        OutOfOrder: a file of that name is there; nobody is asked for a passphrase.
    """
    refuse_taken(file)
    typed = choose_passphrase(say("Choose a passphrase for {name}", name=name), passphrase_file)
    seed, salt, nonce = (secrets.token_bytes(size) for size in (SEED_BYTES, SALT_BYTES, NONCE_BYTES))
    data = seal_key(name, seed, typed, salt=salt, nonce=nonce, cost=Cost.MODERATE)
    write_secret_file(file, data)
    return read_keyfile(data).public_hex


def ask_passphrase(question: str, file: Path | None) -> str:
    """A passphrase that exists: typed, or read from a file."""
    if file is not None:
        return _read_passphrase(file)
    return str(typer.prompt(question, hide_input=True, err=True))


def choose_passphrase(question: str, file: Path | None) -> str:
    """A new passphrase: typed twice, or read from a file.

    Raises:
        Malformed: it is too short.
    """
    if file is not None:
        typed = _read_passphrase(file)
    else:
        typed = str(typer.prompt(question, hide_input=True, confirmation_prompt=True, err=True))
    if len(typed) < LEAST_LETTERS:
        raise Malformed(
            Sentence("a passphrase of at least {count} letters", {"count": LEAST_LETTERS}),
            Sentence("{count}", {"count": len(typed)}),
            Sentence("Take four or five words that do not belong together."),
        )
    return typed


def agree(question: str, is_agreed: bool) -> None:
    """Ask before something is signed, unless that was agreed on the command line; a no ends the command."""
    if not is_agreed and not typer.confirm(question, err=True):
        out.print(say("Nothing was signed."))
        raise typer.Exit(2)


def _read_passphrase(file: Path) -> str:
    return read_limited(file, MAX_SECRET_BYTES).decode("utf-8", errors="replace").rstrip("\r\n")
