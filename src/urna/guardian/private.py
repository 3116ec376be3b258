"""A guardian's private file: what only this guardian knows, and what its machine must not forget.

    during the ceremony   the coefficients of both polynomials, and the key that opens the others' sealed shares
    afterwards            P(i) and P̂(i); during an opening also the seed of its random numbers

The file is replaced at every step, before anything that depends on the step leaves the machine. An old copy that is
put back could make one promise answer twice, and two answers give the share away: keep no copies but of a READY file.
"""

from typing import NamedTuple

import msgspec

from urna.ballot.ceremony import GuardianIndex
from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import NONCE_BYTES, SALT_BYTES, Kind, LockedFile, lock_file, read_locked, unlock
from urna.crypto.scalars import SCALAR_BYTES
from urna.crypto.threshold import Entropy
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.errors import Malformed
from urna.guardian.stages import Stage
from urna.words import Sentence

SEED_BYTES = 32

_REMEDY = Sentence("Make one with: urna guardian commit.")
_KIND = Kind("guardian", ("election", "guardian", "stage"), _REMEDY)
_LENGTH_BYTES = 4


class Session(Record, frozen=True, kw_only=True):
    """An opening under way."""

    request: Hash
    guardians: tuple[GuardianIndex, ...]
    """Who takes part, sorted."""
    promises: Hash | None = None
    """Over the promises that were answered by showing the own part; None before."""


class OpenedSet(Record, frozen=True, kw_only=True):
    """A set of stations whose sum this guardian helped to open, or was about to."""

    contest: Code
    stations: tuple[Code, ...]
    ballots: Hash
    """Over the roots of their ballots: later the same stations may count with others."""


class Memory(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/guardian-memory/1"):
    """What the machine must not forget. Nothing in it is secret."""

    commitments: Hash | None = None
    """Over the commitments that the own coefficients answered: they answer no others."""
    joint: Hash | None = None
    """SHA-256 of the joint key's record, as it was signed."""
    session: Session | None = None
    opened: tuple[OpenedSet, ...] = ()

    def during(self, session: Session | None) -> "Memory":
        """The same with another opening under way, or none."""
        return msgspec.structs.replace(self, session=session)


class Peek(NamedTuple):
    """What a private file says without its passphrase."""

    election: str
    guardian: int
    stage: Stage


class PrivateState:
    """A guardian's secrets with the stage they are at. They show in no message and no repr.

    Args:
        election: the election's identity.
        guardian: from 1.
        stage: how far the guardian has come.
        secrets: scalars and seeds one after the other, in the order of the module's docstring.
        memory: what goes with them.
    """

    def __init__(self, election: Hash, guardian: int, stage: Stage, secrets: bytearray, memory: Memory) -> None:
        self.election = election
        self.guardian = guardian
        self.stage = stage
        self.memory = memory
        self._secrets = secrets

    @property
    def polynomials(self) -> tuple[bytes, bytes]:
        """The coefficients for votes and for data, one after the other."""
        half = (len(self._secrets) - SEED_BYTES) // 2
        return bytes(self._secrets[:half]), bytes(self._secrets[half:-SEED_BYTES])

    @property
    def communication(self) -> bytes:
        """The X25519 secret that opens the others' shares."""
        return bytes(self._secrets[-SEED_BYTES:])

    @property
    def votes_share(self) -> bytes:
        """P(i)."""
        return bytes(self._secrets[:SCALAR_BYTES])

    @property
    def data_share(self) -> bytes:
        """P̂(i)."""
        return bytes(self._secrets[SCALAR_BYTES : 2 * SCALAR_BYTES])

    @property
    def seed(self) -> bytes:
        """The seed of the opening under way."""
        return bytes(self._secrets[2 * SCALAR_BYTES :])

    def moved(self, stage: Stage, memory: Memory, secrets: bytes | None = None) -> "PrivateState":
        """The state after a step; with new secrets the old ones are overwritten."""
        if secrets is None:
            return PrivateState(self.election, self.guardian, stage, self._secrets, memory)
        self.erase()
        return PrivateState(self.election, self.guardian, stage, bytearray(secrets), memory)

    def erase(self) -> None:
        """Overwrites the secrets. Copies that Python made on the way are beyond its reach."""
        self._secrets[:] = bytes(len(self._secrets))

    def lock(self, passphrase: str, entropy: Entropy, cost: Cost) -> bytes:
        """The bytes of the private file."""
        lines = {"election": self.election, "guardian": str(self.guardian), "stage": self.stage.value}
        secret = bytearray(len(self._secrets).to_bytes(_LENGTH_BYTES, "big")) + self._secrets + encode(self.memory)
        salt, nonce = entropy(SALT_BYTES), entropy(NONCE_BYTES)
        data = lock_file(_KIND, lines, secret, passphrase, salt=salt, nonce=nonce, cost=cost)
        secret[:] = bytes(len(secret))
        return data

    def __repr__(self) -> str:
        """Names whose it is."""
        return f"PrivateState(guardian={self.guardian}, stage={self.stage})"


def peek(data: bytes, where: str = "") -> Peek:
    """Whose private file this is, and at which stage.

    Raises:
        Malformed: not a private file.
    """
    return _peek(read_locked(data, _KIND, where), where)


def unlock_state(data: bytes, passphrase: str, where: str = "") -> PrivateState:
    """The state in a private file.

    Raises:
        Malformed: not a private file.
        Unproven: another passphrase, or a changed file.
    """
    file = read_locked(data, _KIND, where)
    seen = _peek(file, where)
    content = unlock(file, passphrase, where)
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    secrets, memory = content[_LENGTH_BYTES:end], decode(bytes(content[end:]), Memory, where)
    content[:] = bytes(len(content))
    return PrivateState(seen.election, seen.guardian, seen.stage, secrets, memory)


def _peek(file: LockedFile, where: str) -> Peek:
    guardian, stage = file.lines["guardian"], file.lines["stage"]
    if not guardian.isdecimal() or stage not in set(Stage):
        raise Malformed(Sentence("a guardian file of urna"), Sentence("something else"), _REMEDY, where)
    return Peek(file.lines["election"], int(guardian), Stage(stage))
