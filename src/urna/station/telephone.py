"""Override codes by telephone, when the sheet is used up or lost: challenge and response with the centre.

1. The poll book shows a fresh challenge of ten symbols; a poll worker reads it out, or sends it as a message.
2. The centre signs (election, station, challenge) with its Ed25519 key and sends the response back.
3. The poll book verifies the response with the centre's public key, for one use.

The challenge lives in memory only: after a power cut a new one is asked for, and an old response is worthless.
The response is a whole signature, 26 groups of four letters, made to be sent as a text message: a shorter one
could be guessed by whoever has the poll book's disk. Both sides count these codes, apart from the sheet's.
"""

import base64
import binascii

from urna.crypto.mac import join_parts
from urna.crypto.signatures import SIGNATURE_BYTES, SigningKey, verify_signature
from urna.encoding.canonical import Code, Hash, PublicKey
from urna.errors import Malformed, Unproven
from urna.station.cards import Entropy
from urna.station.codes import SYMBOLS, check_symbol, draw_symbols
from urna.words import Sentence

_PURPOSE = b"urna/telephone-code/1"
_PADDING = "=" * (-(SIGNATURE_BYTES * 8 // 5 + 1) % 8)


def draw_challenge(entropy: Entropy) -> str:
    """A fresh challenge: two groups of five symbols, the last a check symbol."""
    symbols = draw_symbols(entropy)
    return f"{symbols[:5]} {symbols[5:]}"


def answer_challenge(key: SigningKey, election: Hash, station: Code, challenge: str) -> str:
    """The centre's response.

    Args:
        key: the centre's key, whose public half is in the station's package.
        election: the definition's hash.
        station: the station that calls.
        challenge: as it was read out; spaces, dashes and small letters do not matter.

    Raises:
        Malformed: a slip in the challenge.
    """
    signature = key.sign(_message(election, station, read_challenge(challenge)))
    text = base64.b32encode(signature).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def check_response(centre: PublicKey, election: Hash, station: Code, challenge: str, response: str) -> None:
    """Returns if the response is the centre's, for this challenge of this station.

    Raises:
        Unproven: it is not, or has a slip in it.
    """
    text = "".join(response.upper().replace("-", " ").split())
    try:
        signature = base64.b32decode(text + _PADDING)
        verify_signature(centre, _message(election, station, read_challenge(challenge)), signature)
    except (binascii.Error, ValueError, Unproven):
        raise Unproven(
            Sentence("the centre's response to the challenge that is shown"),
            Sentence("another one, or one with a slip in it"),
            Sentence("Compare it with the message; if it is the same, ask for a new challenge."),
            station,
        ) from None


def read_challenge(text: str) -> str:
    """The ten symbols of a challenge, without spaces.

    Raises:
        Malformed: it cannot be a challenge, or its check symbol is wrong.
    """
    symbols = "".join(text.upper().replace("-", " ").split())
    right = len(symbols) == 10 and set(symbols) <= set(SYMBOLS)
    if not right or check_symbol(symbols[:-1], 0) != symbols[-1]:
        raise Malformed(
            Sentence("a challenge of ten symbols"),
            Sentence("one with a slip in it"),
            Sentence("Ask the station to read it out once more."),
        )
    return symbols


def _message(election: Hash, station: Code, symbols: str) -> bytes:
    return join_parts(_PURPOSE, bytes.fromhex(election), station.encode(), symbols.encode())
