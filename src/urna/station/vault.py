"""The poll book's rows under the data key: whose row it is cannot be told, and what is in it cannot be read.

    row of an elector = HMAC-SHA256(row key, number)            the order of rows says nothing of numbers
    content           = AES-256-GCM(content key, …)             bound to election, station, table and row

Both keys come from the data key (`crypto/kdf`). Contents are padded: their length tells nobody how many
fingers an elector has enrolled.
"""

from urna.crypto.kdf import derive_key
from urna.crypto.mac import authenticate, join_parts
from urna.crypto.secretbox import NONCE_BYTES, open_box, seal_box
from urna.encoding.canonical import Code, Hash
from urna.errors import Malformed
from urna.station.cards import Entropy
from urna.words import Sentence


class Vault:
    """Seals and opens the rows of one station's poll book.

    Args:
        data_key: 32 bytes, from two role cards.
        election: the definition's hash.
        station: the station's code.
        entropy: fresh randomness for nonces.
    """

    def __init__(self, data_key: bytes, election: Hash, station: Code, entropy: Entropy) -> None:
        self._row_key = derive_key(data_key, "urna/poll-book/rows/1")
        self._content_key = derive_key(data_key, "urna/poll-book/contents/1")
        self._place = (bytes.fromhex(election), station.encode())
        self._entropy = entropy

    def row_of(self, number: str) -> bytes:
        """The 32 bytes under which an elector's rows stand."""
        return authenticate(self._row_key, "urna/poll-book/row/1", *self._place, number.encode())

    def seal(self, table: str, row: bytes, content: bytes) -> bytes:
        """The content, to be written in this row of this table."""
        return seal_box(self._content_key, content, self._entropy(NONCE_BYTES), self._label(table, row))

    def open(self, table: str, row: bytes, sealed: bytes) -> bytes:
        """The content of this row of this table.

        Raises:
            Unproven: another data key, or a row that was changed, moved or taken from another poll book.
        """
        return open_box(self._content_key, sealed, self._label(table, row), "poll book")

    def __repr__(self) -> str:
        """No key."""
        return "Vault()"

    def _label(self, table: str, row: bytes) -> bytes:
        return join_parts(b"urna/poll-book/1", *self._place, table.encode(), row)


def pad(content: bytes, step: int) -> bytes:
    """The content after its length in four bytes, filled with zeros to a multiple of `step` bytes."""
    return (len(content).to_bytes(4, "big") + content).ljust(padded_size(content, step), b"\0")


def padded_size(content: bytes, step: int) -> int:
    """How many bytes the content has once padded."""
    return -(-(len(content) + 4) // step) * step


def unpad(padded: bytes) -> bytes:
    """What was padded.

    Raises:
        Malformed: it was not.
    """
    size = int.from_bytes(padded[:4], "big")
    if len(padded) < 4 + size or any(padded[4 + size :]):
        raise Malformed(
            Sentence("a padded content"),
            Sentence("other bytes"),
            Sentence("Stop using this poll book and call the authority."),
        )
    return padded[4 : 4 + size]
