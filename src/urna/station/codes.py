"""Override codes: what the president needs, besides a finger or two members, to admit without a match.

The authority draws them and prints them on a sheet under a scratch layer, sealed; the station holds only a
slow salted hash of each. A code is a line of the sheet and ten symbols:

    07 K7QFM 2XR9T        line 7; nine random symbols (44.5 bits) and a check symbol

31 symbols, without 0, 1, I, L and O; the check symbol, modulo the prime 31, shows every single wrong symbol and
every exchange of two, so a slip of the finger is not taken for guessing. Each code is for one use, at one
station, in one election. More codes come from the centre by telephone (station/telephone).
"""

import re
from hmac import compare_digest
from typing import Annotated, NamedTuple

import msgspec

from urna.crypto.kdf import SALT_BYTES, Cost, stretch
from urna.crypto.mac import join_parts
from urna.encoding.canonical import Code, Hash, Record
from urna.errors import Malformed, Unproven
from urna.station.cards import Entropy
from urna.words import Sentence

SYMBOLS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_SYMBOLS = 9
MAX_LINES = 99
MAX_WRONG_CODES = 10
"""Wrong codes in a whole day, after which the sheet is worth nothing any more and the telephone must help."""

Line = Annotated[int, msgspec.Meta(ge=1, le=MAX_LINES)]

_FORM = re.compile(rf"\A(\d\d?)[ -]?([{SYMBOLS}]{{5}})[ -]?([{SYMBOLS}]{{5}})\Z")


class CodeHash(Record, frozen=True, kw_only=True):
    """What the station holds of one code."""

    line: Line
    salt: bytes
    hash: bytes


class CodeHashes(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/code-hashes/1"):
    """What the station holds of its sheet."""

    election: Hash
    station: Code
    cost: Cost
    lines: tuple[CodeHash, ...]
    """Line 1 first."""


class CodeSheet(NamedTuple):
    """What the authority prints and seals, and what goes into the station's package."""

    codes: tuple[str, ...]
    hashes: CodeHashes

    def __repr__(self) -> str:
        """How many, not which."""
        return f"CodeSheet(station={self.hashes.station!r}, codes={len(self.codes)})"


class TypedCode(NamedTuple):
    """A code as it was typed, its check symbol right."""

    line: int
    symbols: str

    def __repr__(self) -> str:
        """The line only."""
        return f"TypedCode(line={self.line})"


def make_codes(election: Hash, station: Code, count: int, entropy: Entropy, cost: Cost) -> CodeSheet:
    """A fresh sheet.

    Args:
        election: the definition's hash.
        station: the station that the sheet is for.
        count: codes wanted, 1 to 99.
        entropy: fresh randomness.
        cost: what one guess costs; a code is checked while the voter waits.

    Raises:
        Malformed: no sheet holds so many.
    """
    if not 1 <= count <= MAX_LINES:
        raise Malformed(
            Sentence("1 to {most} codes", {"most": MAX_LINES}),
            Sentence("{count}", {"count": count}),
            Sentence("Ask for another number of codes; more come by telephone."),
        )
    typed = [draw_code(line, entropy) for line in range(1, count + 1)]
    hashes = []
    for each in typed:
        salt = entropy(SALT_BYTES)
        hashes.append(CodeHash(line=each.line, salt=salt, hash=slow_hash(election, station, each, salt, cost)))
    sheet = CodeHashes(election=election, station=station, cost=cost, lines=tuple(hashes))
    return CodeSheet(tuple(show_code(each) for each in typed), sheet)


def draw_code(line: int, entropy: Entropy) -> TypedCode:
    """A random code for a line of the sheet."""
    return TypedCode(line, draw_symbols(entropy, line))


def draw_symbols(entropy: Entropy, line: int = 0) -> str:
    """Nine random symbols and their check symbol; 16 random bytes make the bias smaller than 2^-83."""
    number = int.from_bytes(entropy(16), "big")
    symbols = "".join(SYMBOLS[number // 31**place % 31] for place in range(RANDOM_SYMBOLS))
    return symbols + check_symbol(symbols, line)


def check_symbol(symbols: str, line: int) -> str:
    """The check symbol: the sum of each symbol's value times its place, and ten times the line, modulo 31."""
    # Places 1 to 9, 10 for the line and -1 for the check symbol itself are all unlike modulo the prime 31.
    total = sum(place * SYMBOLS.index(symbol) for place, symbol in enumerate(symbols, start=1))
    return SYMBOLS[(total + 10 * line) % 31]


def show_code(code: TypedCode) -> str:
    """The code as it stands on the sheet."""
    return f"{code.line:02d} {code.symbols[:5]} {code.symbols[5:]}"


def read_code(text: str) -> TypedCode:
    """The code that was typed; small letters, spaces and dashes do not matter.

    Raises:
        Malformed: it cannot be a code, or its check symbol is wrong: a slip, not a guess, and not counted.
    """
    match = _FORM.match(text.strip().upper())
    code = TypedCode(int(match[1]), match[2] + match[3]) if match else None
    if code is None or check_symbol(code.symbols[:-1], code.line) != code.symbols[-1]:
        raise Malformed(
            Sentence("a line of the sheet and ten symbols, as 07 K7QFM 2XR9T"),
            Sentence("a code with a slip in it"),
            Sentence("Read it from the sheet again; there is no 0, 1, I, L or O among the ten symbols."),
        )
    return code


def check_code(hashes: CodeHashes, code: TypedCode) -> None:
    """Returns if this code stands on this station's sheet.

    Raises:
        Unproven: it does not: a guess, or a code of another station or election. The caller counts it.
    """
    for each in hashes.lines:
        if each.line == code.line:
            found = slow_hash(hashes.election, hashes.station, code, each.salt, hashes.cost)
            if compare_digest(found, each.hash):
                return
    raise Unproven(
        Sentence("a code of the sheet of station {station}", {"station": hashes.station}),
        Sentence("another one"),
        Sentence("Check that the sheet is this station's; wrong codes are counted."),
    )


def slow_hash(election: Hash, station: Code, code: TypedCode, salt: bytes, cost: Cost) -> bytes:
    """The 32-byte Argon2id hash of a code at one station in one election."""
    parts = (election.encode(), station.encode(), str(code.line).encode(), code.symbols.encode())
    return stretch(join_parts(b"urna/override-code/1", *parts), salt, cost)
