"""The confirmation code: what a voter takes home, and finds again in the record.

It binds the whole ballot, because the challenge does, and says nothing of what was chosen. On paper it is eight
groups of four digits of Crockford's base 32, which has no I, L, O and U, so that it can be read out and typed.
"""

import hashlib
from types import MappingProxyType

from urna.crypto.mac import join_parts
from urna.errors import Malformed
from urna.words import Sentence

CODE_BYTES = 20
"""Two ballots with the same code cost 2^80 hashes: a machine cannot give one code to two voters."""

_LABEL = b"urna/protocol/1/code"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = MappingProxyType({digit: value for value, digit in enumerate(_DIGITS)} | {"O": 0, "I": 1, "L": 1})
_LENGTH = CODE_BYTES * 8 // 5
_GROUP = 4


def confirmation_code(context: bytes, ballot: bytes, challenge: bytes) -> bytes:
    """The 20 bytes of a ballot's code (docs/spec/protocol.md, Encrypting 9).

    Args:
        context: 32 bytes, of the ballot's station and style.
        ballot: the ballot's id, 16 bytes.
        challenge: the canonical scalar that all its proofs share, 32 bytes.
    """
    return hashlib.sha256(join_parts(_LABEL, context, ballot, challenge)).digest()[:CODE_BYTES]


def write_code(code: bytes) -> str:
    """The code as it is printed: "7Z0K 3M…", eight groups of four digits.

    Raises:
        Malformed: not 20 bytes.
    """
    if len(code) != CODE_BYTES:
        raise _not_a_code(Sentence("{size} bytes", {"size": len(code)}))
    number = int.from_bytes(code, "big")
    digits = "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return " ".join(digits[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def read_code(text: str) -> bytes:
    """The code that somebody typed: spaces, hyphens and small letters are taken, O as 0, I and L as 1.

    Raises:
        Malformed: not 32 digits of a code.
    """
    digits = [_VALUES.get(digit) for digit in text.upper() if digit not in " -"]
    values = [digit for digit in digits if digit is not None]
    if len(digits) != _LENGTH or len(values) != _LENGTH:
        raise _not_a_code(Sentence("something else"))
    number = 0
    for value in values:
        number = number << 5 | value
    return number.to_bytes(CODE_BYTES, "big")


def _not_a_code(found: Sentence) -> Malformed:
    return Malformed(
        Sentence("a confirmation code: eight groups of four letters and digits"),
        found,
        Sentence("Type it again as it stands on the slip."),
    )
