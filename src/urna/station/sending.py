"""How a station's closing leaves it: signed files as one parcel, by whatever way, as often as it takes.

A parcel says nothing that its files do not prove, so anybody may carry it, and sending it twice is harmless: its name
is the SHA-256 of its bytes.
"""

from collections.abc import Mapping
from typing import Annotated, NamedTuple, Protocol

import msgspec

from urna.encoding.canonical import Code, Hash, Record, digest, encode
from urna.errors import OutOfOrder
from urna.words import Sentence

FileName = Annotated[str, msgspec.Meta(pattern=r"\A[a-zA-Z0-9][a-zA-Z0-9._-]{0,79}\Z")]


class Parcel(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/parcel/1"):
    """Everything that a closed station sends, file by file."""

    election: Hash
    station: Code
    files: dict[FileName, bytes]

    @property
    def sha256(self) -> Hash:
        """Its name."""
        return digest(encode(self))

    def __repr__(self) -> str:
        """Whose, and how much."""
        return f"Parcel(station={self.station!r}, files={len(self.files)})"


class Receipt(NamedTuple):
    """A parcel arrived, or was written and read back."""

    parcel: Hash
    answer: bytes = b""
    """The centre's own words; empty of a stick."""


class Sender(Protocol):
    """One way out of the station."""

    def send(self, parcel: Parcel) -> Receipt:
        """Sends it; once more does no harm.

        Raises:
            NotSent: it did not arrive; it is kept, where this way keeps it.
        """
        ...


class NotSent(OutOfOrder):
    """The parcel did not arrive this time."""


def not_sent(found: Sentence, remedy: Sentence) -> NotSent:
    """The error of a way that is not open now."""
    return NotSent(Sentence("a way to the centre"), found, remedy)


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The files' hashes as `sha256sum --check` reads them, sorted by name."""
    return "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items())).encode()
