"""The cards and the manifest of the small election's station, for tests of who may do what."""

import hashlib
from functools import cache
from typing import NamedTuple

from tests.station.small import STATION, entropy_from, small_election

from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.election.definition import Election
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.station.card_file import CardFile, card_files, technician_file
from urna.station.cards import Purpose, Role, split_secret
from urna.station.manifest import CERTIFICATION, DEFINITION, POLL_BOOK, StationManifest, make_manifest

PINS = {Role.PRESIDENT: "135790", Role.SECRETARY: "246801", Role.MEMBER: "975310", Role.TECHNICIAN: "864209"}
THREE = (Role.PRESIDENT, Role.SECRETARY, Role.MEMBER)
DATA_KEY, CLOSING_KEY = b"D" * 32, b"C" * 32
FILES = {DEFINITION: b"definition", CERTIFICATION: b"certification", POLL_BOOK: b"poll book"}


class Cards(NamedTuple):
    """A station's card files by role, and its manifest."""

    files: dict[Role, CardFile]
    manifest: StationManifest


@cache
def cards_of(seed: str = "cards", station: str = STATION) -> Cards:
    """Four cards of one station; another seed makes other cards."""
    election, draw = small_election(), entropy_from(seed)

    def split(secret: bytes, purpose: Purpose) -> dict[Role, bytes]:
        place = {"election": election.identity, "station": station}
        return split_secret(secret, THREE, PINS, draw, purpose=purpose, cost=Cost.TOY, **place)

    files = card_files(split(DATA_KEY, Purpose.DATA_KEY), split(CLOSING_KEY, Purpose.CLOSING_KEY))
    files[Role.TECHNICIAN] = technician_file(
        PINS[Role.TECHNICIAN], draw, election=election.identity, station=station, cost=Cost.TOY
    )
    return Cards(files, make_manifest(election, station, FILES, files.values(), serial=1))


def officer_of(election: Election, name: str = "officer") -> NoteSigner:
    """The small election's officer, or somebody with another key under the same name."""
    seed = hashlib.sha256(name.encode()).digest()
    return NoteSigner(election.definition.authority.officers[0].key_name, SigningKey(seed))


def signed(manifest: StationManifest, name: str = "officer") -> bytes:
    """The manifest, signed."""
    return sign_document(manifest, [officer_of(small_election(), name)])
