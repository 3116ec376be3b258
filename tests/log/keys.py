"""Keys for the tests of the log, from seeds that everyone can see."""

from urna.crypto.signatures import SigningKey
from urna.log.cosignature import WitnessSigner
from urna.log.note import NoteSigner


def note_signer(name: str, seed: int) -> NoteSigner:
    """A key for notes under a name."""
    return NoteSigner(name, SigningKey(bytes([seed]) * 32))


def witness_signer(name: str, seed: int) -> WitnessSigner:
    """A key for cosignatures under a name."""
    return WitnessSigner(name, SigningKey(bytes([seed]) * 32))


LOG = note_signer("urna.example/2020/log", 1)
WITNESSES = tuple(witness_signer(f"witness{n}.example", 10 + n) for n in range(3))
