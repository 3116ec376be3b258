"""A card file: what one person at a station holds, on a stick or as a QR code that a scanner types.

    president, secretary, member    two role cards under one PIN: a part of the data key, a part of the closing key
    technician                      one card that opens nothing and whose PIN can be checked

As text (`card_text`) a card is letters and digits only, so that it fits one QR code (alphanumeric, error level M) and
comes through a scanner that types as a keyboard, whatever the keyboard's language:

    URNA1 ‖ base32(check ‖ zlib(file))        check = the first 4 bytes of SHA-256(file)
"""

import re
import zlib
from base64 import b32decode, b32encode
from collections.abc import Mapping
from hashlib import sha256

from urna.crypto.kdf import Cost
from urna.encoding.canonical import Code, Hash, Record, decode, digest, encode
from urna.errors import Malformed
from urna.station.cards import Entropy, Purpose, Role, RoleCard, check_card_pin, read_card, sign_in_card
from urna.words import Sentence

MAX_FILE_BYTES = 16 * 1024
MAX_TEXT = 2000
"""Letters of a card's text: what one QR code carries with room to spare."""

SUFFIX = ".urna-card"
MARK = "URNA1"
CHECK_BYTES = 4

_PURPOSES = {
    Role.PRESIDENT: (Purpose.DATA_KEY, Purpose.CLOSING_KEY),
    Role.SECRETARY: (Purpose.DATA_KEY, Purpose.CLOSING_KEY),
    Role.MEMBER: (Purpose.DATA_KEY, Purpose.CLOSING_KEY),
    Role.TECHNICIAN: (Purpose.SIGN_IN,),
}
"""Which cards a role's file holds, in order."""

_TEXT = re.compile(rf"{MARK}([A-Z2-7]{{8,{MAX_TEXT}}})")


class CardFile(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/card-file/1"):
    """One person's cards, all of one role, one station and one election."""

    election: Hash
    station: Code
    role: Role
    cards: tuple[RoleCard, ...]

    def __post_init__(self) -> None:
        """The cards are the ones that the role has."""
        found = tuple(card.purpose for card in self.cards)
        owners = {(card.election, card.station, card.role) for card in self.cards}
        if found != _PURPOSES[self.role] or owners != {(self.election, self.station, self.role)}:
            raise Malformed(
                Sentence("the cards of one person of one station, as that role has them"),
                Sentence("others"),
                Sentence("Take the card as the authority handed it out."),
                self.station,
            )

    @property
    def data_key(self) -> bytes | None:
        """The card with a part of the data key; None on the technician's."""
        return self._card(Purpose.DATA_KEY)

    @property
    def closing_key(self) -> bytes | None:
        """The card with a part of the closing key; None on the technician's."""
        return self._card(Purpose.CLOSING_KEY)

    @property
    def name(self) -> str:
        """What the file is called on a stick."""
        return f"{self.role}{SUFFIX}"

    @property
    def sha256(self) -> Hash:
        """By which a station's manifest knows it."""
        return digest(encode(self))

    def __repr__(self) -> str:
        """Whose it is, not what it carries."""
        return f"CardFile(station={self.station!r}, role={self.role!s})"

    def _card(self, purpose: Purpose) -> bytes | None:
        return next((encode(card) for card in self.cards if card.purpose is purpose), None)


def card_files(data_cards: Mapping[Role, bytes], closing_cards: Mapping[Role, bytes]) -> dict[Role, CardFile]:
    """The files of those who hold parts of both keys.

    Args:
        data_cards: as `cards.split_secret` made them.
        closing_cards: of the same roles, under the same PINs.
    """
    pairs = {role: (read_card(data_cards[role]), read_card(closing_cards[role])) for role in data_cards}
    return {
        role: CardFile(election=pair[0].election, station=pair[0].station, role=role, cards=pair)
        for role, pair in pairs.items()
    }


def technician_file(pin: str, entropy: Entropy, *, election: Hash, station: Code, cost: Cost) -> CardFile:
    """The technician's file.

    Raises:
        Malformed: a PIN that is none.
    """
    card = sign_in_card(Role.TECHNICIAN, pin, entropy, election=election, station=station, cost=cost)
    return CardFile(election=election, station=station, role=Role.TECHNICIAN, cards=(read_card(card),))


def check_file_pin(file: CardFile, pin: str) -> None:
    """Returns if this is the PIN of a card file; its cards have one and the same.

    Raises:
        Unproven: another one.
    """
    check_card_pin(file.cards[0], pin)


def read_card_file(data: bytes, where: str = "") -> CardFile:
    """The card file that these bytes are: a file from a stick, or a card's text.

    Raises:
        Malformed: they are none.
    """
    if data[: len(MARK)].upper() == MARK.encode():
        return read_card_text(data[: 2 * MAX_TEXT].decode("ascii", errors="replace"), where)
    return decode(data, CardFile, where, MAX_FILE_BYTES)


def card_text(file: CardFile) -> str:
    """The card as text, at most `MAX_TEXT` letters and digits."""
    data = encode(file)
    packed = sha256(data).digest()[:CHECK_BYTES] + zlib.compress(data, 9)
    return MARK + b32encode(packed).decode().rstrip("=")


def read_card_text(text: str, where: str = "") -> CardFile:
    """The card file of a text, as a scanner typed it: capitals or not, with spaces and line ends or without.

    Raises:
        Malformed: no card's text, or a letter of it is wrong or missing.
    """
    match = _TEXT.fullmatch("".join(text.split()).upper())
    if match is None:
        raise _not_a_text(Sentence("something else"), where)
    packed = _unpack(match[1], where)
    unfolding = zlib.decompressobj()
    try:
        data = unfolding.decompress(packed[CHECK_BYTES:], MAX_FILE_BYTES)
    except zlib.error as error:
        raise _slip(where) from error
    if not unfolding.eof or unfolding.unused_data or sha256(data).digest()[:CHECK_BYTES] != packed[:CHECK_BYTES]:
        raise _slip(where)
    return decode(data, CardFile, where, MAX_FILE_BYTES)


def _unpack(letters: str, where: str) -> bytes:
    """The bytes of base32 letters, of which there is one spelling only."""
    try:
        packed = b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise _slip(where) from error
    if b32encode(packed).decode().rstrip("=") != letters:
        raise _slip(where)
    return packed


def _slip(where: str) -> Malformed:
    return _not_a_text(Sentence("one with a letter that is wrong or missing"), where)


def _not_a_text(found: Sentence, where: str) -> Malformed:
    return Malformed(
        Sentence("the text of a role card"), found, Sentence("Scan the card again, or use the stick."), where
    )
