"""The small election's station, loaded from its kit as `urna station load` does it: package, cards, media on a disk."""

import hashlib
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

from tests.station.small import small_election, small_kit

from urna.cli.kit import StationKit
from urna.cli.kit_folder import load_station, write_kit
from urna.crypto.signatures import SigningKey
from urna.election.certification import Certification
from urna.election.definition import Election
from urna.encoding.canonical import encode
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.station.cards import Role


class LoadedStation(NamedTuple):
    """Its folder, and what people have in their hands."""

    folder: Path
    election: Election
    kit: StationKit

    def card(self, role: Role) -> tuple[bytes, str]:
        """Somebody's card file with the PIN."""
        return encode(self.kit.card_files()[role]), self.kit.pins[role]


def load_small_station(
    parent: Path, electors: int = 10, booths: int = 2, *, has_guardians: bool = True, secrecy_threshold: int = 1
) -> LoadedStation:
    """A new station in a folder of its own."""
    election = small_election(electors, booths, has_guardians=has_guardians, secrecy_threshold=secrecy_threshold)
    kit = small_kit(election)
    officers = [NoteSigner("small.example/officer", SigningKey(hashlib.sha256(b"officer").digest()))]
    certification = Certification(
        election=election.identity, serial=1, issued_at=election.definition.opens_at, stations=(kit.keys,)
    )
    write_kit(
        parent / "kit",
        election,
        kit,
        definition=sign_document(election.definition, officers),
        certification=sign_document(certification, officers),
        serial=1,
        officers=officers,
    )
    load_station(parent / "kit", parent / "station", token_bytes)
    return LoadedStation(parent / "station", election, kit)
