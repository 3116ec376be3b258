"""What the verifier knows from elsewhere: the officers' keys, how many must sign, a checkpoint seen before.

Without pins a record proves that it agrees with itself and with the officers that it names. With them it proves
whose record it is, and that it is not another one shown to this reader alone.
"""

import re
from typing import NamedTuple

from urna.errors import Malformed
from urna.log.note import NoteVerifier
from urna.words import Sentence

MAX_PIN_BYTES = 1024 * 1024

_THRESHOLD = re.compile(r"\Athreshold (\d{1,3})\Z", re.ASCII)


class Pins(NamedTuple):
    """Officers' keys (all of them), how many must sign (None: as the definition says), checkpoints seen before."""

    officers: tuple[NoteVerifier, ...] = ()
    threshold: int | None = None
    seen: tuple[bytes, ...] = ()


def read_pins(data: bytes, where: str = "") -> Pins:
    """The pins in a file: one officer's key a line in C2SP's format, and a line "threshold 2".

    The threshold is not optional: without it one officer could write a definition that asks for one signature.
    Empty lines and lines that begin with # are passed over.

    Raises:
        Malformed: a line that is none of these, no key at all, or a threshold that the keys cannot meet.
    """
    officers, threshold = [], None
    for number, line in enumerate(_lines(data, where), start=1):
        if match := _THRESHOLD.match(line):
            threshold = int(match[1])
        elif line and not line.startswith("#"):
            officers.append(_officer(line, f"{where}:{number}"))
    if threshold is None or not 1 <= threshold <= len(officers):
        values = {"count": len(officers), "threshold": "–" if threshold is None else threshold}
        raise Malformed(
            Sentence("officers' keys, and a line such as “threshold 2” that they can meet"),
            Sentence("{count} keys, threshold {threshold}", values),
            Sentence("Write one key a line, and how many officers have to sign, as the authority publishes them."),
            where,
        )
    return Pins(tuple(officers), threshold)


def _lines(data: bytes, where: str) -> list[str]:
    try:
        return [line.strip() for line in data[:MAX_PIN_BYTES].decode("utf-8").splitlines()]
    except UnicodeDecodeError as error:
        raise Malformed(
            Sentence("a text file in UTF-8"),
            Sentence("other bytes"),
            Sentence("Write one key a line, as the officers publish them."),
            where,
        ) from error


def _officer(line: str, where: str) -> NoteVerifier:
    try:
        return NoteVerifier.of(line)
    except Malformed as error:
        error.where = where
        raise
