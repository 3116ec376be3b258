"""What a station sent, by hash: the centre decides on names and sizes, and the bytes may lie wherever they lie."""

from collections.abc import Mapping
from typing import NamedTuple

from urna.encoding.canonical import Code, Hash, digest
from urna.record.bundle import StationBundle


class Piece(NamedTuple):
    """One file: its SHA-256, its size, and its bytes where whoever handed it over had them in memory."""

    sha256: Hash
    size: int
    data: bytes | None = None

    @property
    def name(self) -> "Piece":
        """Without the bytes."""
        return Piece(self.sha256, self.size)


class Evidence(NamedTuple):
    """A sheet and what proves it."""

    sheet: Piece
    ballots: Piece | None
    ciphertexts: Mapping[Code, Piece]
    """By style."""
    opened: Piece | None

    @property
    def names(self) -> "Evidence":
        """Without any bytes: two that are equal are the same files."""
        return Evidence(
            self.sheet.name,
            self.ballots.name if self.ballots else None,
            {style: piece.name for style, piece in sorted(self.ciphertexts.items())},
            self.opened.name if self.opened else None,
        )


class Shown(NamedTuple):
    """A file of the record that is to be logged and shown; its bytes where the centre has them."""

    path: str
    sha256: Hash
    size: int
    data: bytes | None = None


def piece_of(data: bytes) -> Piece:
    """The piece that these bytes are."""
    return Piece(digest(data), len(data), data)


def evidence_of(bundle: StationBundle) -> Evidence:
    """What a bundle brings."""
    return Evidence(
        piece_of(bundle.sheet),
        piece_of(bundle.ballots) if bundle.ballots is not None else None,
        {style: piece_of(data) for style, data in bundle.ciphertexts.items()},
        piece_of(bundle.opened) if bundle.opened is not None else None,
    )
