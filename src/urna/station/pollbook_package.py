"""What the authority loads into a station's poll book: its sealed roll, its code hashes, the centre's key.

Everything in it is either sealed, hashed or public, so the medium that carries it may be lost. The keys that
the poll book signs and answers with are not in it: they are made and held by its secure element.
"""

from collections.abc import Callable, Sequence

from urna.crypto.secretbox import NONCE_BYTES
from urna.election.certification import RollCommitment
from urna.encoding.canonical import Code, Hash, PublicKey, Record
from urna.errors import Malformed
from urna.roll.commitment import commit_part
from urna.roll.elector import Finger, RollPart
from urna.roll.sealed import open_part, seal_part
from urna.station.codes import CodeHashes
from urna.station.president import seal_president
from urna.words import Sentence

MAX_PACKAGE_BYTES = 64 * 1024 * 1024
"""A station of 1,000 electors with four fingers of three impressions each has about 6 MB."""


class PollBookPackage(
    Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/poll-book-package/1"
):
    """The package of one station's poll book; a signed document of the authority carries it."""

    election: Hash
    commitment: RollCommitment
    """Of this station, as the officers signed it."""
    roll: bytes
    """The station's part of the roll, sealed under the data key (roll/sealed)."""
    codes: CodeHashes
    centre: PublicKey
    """Whose responses open by telephone (station/telephone)."""
    president: bytes = b""
    """The president's fingers, sealed under the data key (station/president); empty: two members authorize."""

    def __post_init__(self) -> None:
        """The codes are this station's."""
        if (self.codes.election, self.codes.station) != (self.election, self.commitment.station):
            raise Malformed(
                Sentence("code hashes of station {station}", {"station": self.commitment.station}),
                Sentence("those of station {station}", {"station": self.codes.station}),
                Sentence("Make the package again."),
            )

    @property
    def station(self) -> Code:
        """Whose package it is."""
        return self.commitment.station


def make_package(
    part: RollPart,
    data_key: bytes,
    codes: CodeHashes,
    centre: PublicKey,
    entropy: Callable[[int], bytes],
    *,
    president: Sequence[Finger] = (),
) -> PollBookPackage:
    """The package for one station.

    Args:
        part: the station's electors, with their salts and fingers.
        data_key: 32 random bytes; split over the role cards afterwards (station/cards).
        codes: the hashes of the station's code sheet.
        centre: the public key of the centre.
        entropy: fresh randomness.
        president: fingers of the elector who presides; none: two members authorize.
    """
    return PollBookPackage(
        election=part.election,
        commitment=commit_part(part),
        roll=seal_part(part, data_key, entropy(NONCE_BYTES)),
        codes=codes,
        centre=centre,
        president=_sealed(part, data_key, entropy, president),
    )


def open_package(package: PollBookPackage, data_key: bytes) -> RollPart:
    """The station's electors.

    Raises:
        Unproven: another data key, or not the roll that was committed to.
    """
    return open_part(package.roll, data_key, package.election, package.commitment)


def _sealed(part: RollPart, data_key: bytes, entropy: Callable[[int], bytes], president: Sequence[Finger]) -> bytes:
    if not president:
        return b""
    return seal_president(president, data_key, entropy(NONCE_BYTES), part.election, part.station)
