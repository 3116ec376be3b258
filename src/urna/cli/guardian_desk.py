"""A guardian's desk: the folder of papers, the key file, the private file, one passphrase for both.

    commitments/2.note    coefficients/2.note    joint/2.note    one of each guardian
    shares/2-to-5.box     sealed: of guardian 2 for guardian 5
    complaints/5-about-2.note
    joint-key.note        the result, signed by all
    openings/<request>/   promises/2.note  parts/2.note  answers/2.note
    aggregates/0001.json  what was opened

Each guardian has a folder of their own; what is carried from one to another is put in the same place there.
"""

import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from urna.ballot.ceremony import Ceremony, guardians_of, open_joint_key, read_coefficients
from urna.cli.keys import LEAST_LETTERS, MAX_SECRET_BYTES
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import open_key, read_keyfile
from urna.election.definition import Election
from urna.errors import Malformed
from urna.guardian.ceremony import Papers
from urna.guardian.opening_papers import Round
from urna.guardian.private import PrivateState, unlock_state
from urna.log.note import NoteSigner
from urna.storage.definition_folder import read_limited, replace_file, write_secret_file
from urna.tally.decryption import AggregateOpening
from urna.words import Sentence

JOINT_KEY = "joint-key.note"


class Carried(NamedTuple):
    """A paper and the guardians it has to be brought to."""

    name: str
    """Its place in a guardian's folder, the same in everybody's."""
    receivers: Sequence[int]


class Desk(NamedTuple):
    """A guardian's folder of papers."""

    election: Election
    folder: Path

    def papers(self) -> Papers:
        """The commitments and coefficients that lie here."""
        return Papers(self.read("commitments"), self.read("coefficients"))

    def ceremony(self) -> Ceremony:
        """The finished ceremony, signed by all, read from its documents."""
        papers = self.papers()
        ceremony = read_coefficients(self.election, papers.commitments, papers.coefficients)
        file = self.folder / JOINT_KEY
        open_joint_key(self.election, ceremony, read_limited(file), str(file))
        return ceremony

    def round(self, request: str) -> Round:
        """What lies here of an opening."""
        return Round(*(self.read(f"openings/{request[:16]}/{kind}") for kind in ("promises", "parts", "answers")))

    def boxes_for(self, guardian: int) -> dict[int, bytes]:
        """The sealed shares for a guardian, by giver."""
        count = len(guardians_of(self.election))
        files = {giver: self.folder / "shares" / f"{giver}-to-{guardian}.box" for giver in range(1, count + 1)}
        return {giver: read_limited(file) for giver, file in files.items() if file.exists()}

    def read(self, kind: str) -> list[bytes]:
        """All notes of a kind."""
        return [read_limited(file) for file in sorted((self.folder / kind).glob("*.note"))]

    def write(self, name: str, data: bytes) -> Path:
        """A paper, in its place."""
        file = self.folder / name
        replace_file(file, data)
        return file

    def tell(self, carried: Iterable[Carried]) -> None:
        """Says which file goes to whom."""
        for each in carried:
            names = [f"{index} {guardians_of(self.election)[index - 1].name}" for index in each.receivers]
            line = say("Carry {file} to: {names}.", file=str(self.folder / each.name), names=", ".join(names))
            out.print(line, markup=False)


class Seat(NamedTuple):
    """A guardian at the desk: who signs, and how the private file is locked."""

    signer: NoteSigner
    private: Path
    passphrase: str
    cost: Cost

    def state(self) -> PrivateState:
        """What the private file holds."""
        return unlock_state(read_limited(self.private), self.passphrase, str(self.private))

    def keep(self, state: PrivateState) -> None:
        """Replaces the private file, and overwrites the old one."""
        data = state.lock(self.passphrase, secrets.token_bytes, self.cost)
        if self.private.exists():
            _replace_secret(self.private, data)
        else:
            write_secret_file(self.private, data)
        state.erase()

    def __repr__(self) -> str:
        """Whose seat it is; nothing of the passphrase."""
        return f"Seat({self.signer!r})"


def take_seat(key: Path, private: Path, passphrase_file: Path | None) -> Seat:
    """A guardian's signing key, opened with the passphrase that opens the private file too.

    Raises:
        Malformed: not a key file, or a passphrase that is too short to protect a guardian's share.
        Unproven: another passphrase.
    """
    closed = read_keyfile(read_limited(key, MAX_SECRET_BYTES), str(key))
    if passphrase_file is None:
        typed = str(typer.prompt(say("Passphrase of {name}", name=closed.name), hide_input=True, err=True))
    else:
        data = read_limited(passphrase_file, MAX_SECRET_BYTES)
        typed = data.decode("utf-8", errors="replace").rstrip("\r\n")
    if len(typed) < LEAST_LETTERS:
        raise Malformed(
            Sentence("a passphrase of at least {count} letters", {"count": LEAST_LETTERS}),
            Sentence("{count}", {"count": len(typed)}),
            Sentence("Take four or five words that do not belong together."),
        )
    return Seat(NoteSigner(closed.name, open_key(closed, typed, str(key))), private, typed, closed.cost)


def show_opening(opening: AggregateOpening) -> None:
    """The votes of an opened sum on one line."""
    votes = ", ".join(f"{each.option} {each.votes}" for each in opening.options)
    out.print(f"{opening.serial}. {opening.contest} {opening.territory}: {votes}", markup=False)


def _replace_secret(path: Path, data: bytes) -> None:
    """The new file whole or the old one; then zeros over the old one's bytes, as far as the medium honours that."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    write_secret_file(beside, data)
    with path.open("r+b") as old:
        size = os.fstat(old.fileno()).st_size
        beside.replace(path)
        old.write(bytes(size))
        old.flush()
        os.fsync(old.fileno())
