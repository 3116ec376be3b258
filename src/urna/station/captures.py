"""Fingers that were laid down and admitted, kept for a search after the election, if the definition says so.

    at loading    every elector's row gets an empty capture, sealed to the authority's captures key
    admitted      a match writes the finger's minutiae over it, sealed to that key too, in its place
    closed        all rows leave as one signed document, sorted by their bytes

The station has the public half only: what it wrote, it cannot read. A row with a finger and one without look alike
and are equally long. Sealed bytes begin with a fresh random key, so their order says nothing, and no row has a
time or a number. What the authority reads is who was admitted by finger, which the paper book says too, and with
which finger; nothing of it leads to a ballot.
"""

from collections.abc import Iterable

from urna.biometrics.template import Template
from urna.crypto.sealing import SECRET_BYTES, SealingKey, seal
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, PublicKey, Record, decode, encode
from urna.errors import Unproven
from urna.roll.elector import ElectorNumber, IsoRecord
from urna.station.cards import Entropy
from urna.station.vault import pad, unpad
from urna.words import Sentence

CAPTURE_BYTES = 2560
"""Contents are padded to so many bytes: a template of 255 minutiae fits."""

MAX_CAPTURES_BYTES = 64 * 1024 * 1024
"""A station of 1,000 electors has 4 MB."""


class Capture(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/capture/1"):
    """An admitted elector's finger as it was laid down."""

    election: Hash
    station: Code
    number: ElectorNumber
    template: IsoRecord

    def __repr__(self) -> str:
        """The station only."""
        return f"Capture(station={self.station!r})"


class SealedCaptures(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/sealed-captures/1"):
    """All rows of one station, with a finger or without, sorted; the poll book's key signs them."""

    election: Hash
    station: Code
    key: PublicKey
    """The captures key (X25519) to which each row is sealed."""
    rows: tuple[bytes, ...]


class CaptureSeal:
    """Seals the captures of one station; it cannot open them.

    Args:
        key: the captures key's public half.
        election: the definition's hash.
        station: whose captures they are.
        entropy: fresh randomness.
    """

    def __init__(self, key: PublicKey, election: Hash, station: Code, entropy: Entropy) -> None:
        self.key = key
        self._election, self._station, self._entropy = election, station, entropy

    def nothing(self) -> bytes:
        """A row without a finger."""
        return self._seal(b"")

    def finger(self, number: str, template: Template) -> bytes:
        """A row with the finger of an admitted elector."""
        capture = Capture(election=self._election, station=self._station, number=number, template=template.to_iso())
        return self._seal(encode(capture))

    def gather(self, rows: Iterable[bytes]) -> SealedCaptures:
        """All rows in an order that has nothing of the day."""
        return SealedCaptures(election=self._election, station=self._station, key=self.key, rows=tuple(sorted(rows)))

    def _seal(self, content: bytes) -> bytes:
        return seal(self.key, pad(content, CAPTURE_BYTES), self._entropy(SECRET_BYTES))


def capture_seal(election: Election, station: Code, entropy: Entropy) -> CaptureSeal | None:
    """What seals a station's captures; None where the definition has none kept."""
    key = election.rules.captures_key
    return CaptureSeal(key, election.identity, station, entropy) if key else None


def open_captures(sealed: SealedCaptures, key: SealingKey) -> tuple[Capture, ...]:
    """The fingers of a station, sorted by the electors' numbers.

    Raises:
        Unproven: another key; a changed row; or a row of another station or election, or an elector twice.
    """
    contents = [unpad(key.unseal(row, sealed.station)) for row in sealed.rows]
    found = [decode(content, Capture, sealed.station) for content in contents if content]
    places = {(capture.election, capture.station) for capture in found}
    numbers = {capture.number for capture in found}
    if places - {(sealed.election, sealed.station)} or len(numbers) < len(found):
        raise Unproven(
            Sentence("captures of station {station}, each elector's once", {"station": sealed.station}),
            Sentence("rows of another station or election, or an elector twice"),
            Sentence("Ask the station for its file; if this is it, inquire who put rows into it."),
            sealed.station,
        )
    return tuple(sorted(found, key=lambda capture: capture.number))
