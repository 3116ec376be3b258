"""The small election's station on disk: a kit, and the station loaded from it, signed by the small officer."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.station.cards_of import PINS, officer_of
from tests.station.small import KEYS, entropy_from, small_election

from urna.cli.kit import StationKit, make_kit
from urna.cli.kit_folder import NO_PHOTOS, load_station, write_kit
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.election.certification import Certification
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.encoding.document import sign_document
from urna.roll.commitment import salted_parts
from urna.roll.synthetic import synthesize_roll
from urna.station.cards import Role

NOON = "2026-12-06T16:00:00Z"


class Loaded(NamedTuple):
    """Where kit and station lie, and what was made."""

    kit_folder: Path
    folder: Path
    election: Election
    kit: StationKit

    def card(self, role: Role) -> tuple[bytes, str]:
        """What one of the station's people brings."""
        return (self.kit_folder / "cards" / f"{role}.urna-card").read_bytes(), PINS[role]


def small_station(
    folder: Path,
    *,
    booths: int = 2,
    guardians: bool = True,
    purpose: str = "election",
    photos: Mapping[Code, bytes] = NO_PHOTOS,
) -> Loaded:
    """A station of 24 electors, loaded; `folder` is new."""
    made = small_kit_folder(folder, booths=booths, guardians=guardians, purpose=purpose, photos=photos)
    load_station(made.kit_folder, made.folder, entropy_from("load"))
    return made


def small_kit_folder(
    folder: Path,
    *,
    booths: int = 2,
    guardians: bool = True,
    purpose: str = "election",
    seed: str = "kit",
    photos: Mapping[Code, bytes] = NO_PHOTOS,
) -> Loaded:
    """Its kit, not loaded yet."""
    election = _election(booths, guardians, purpose)
    draw, officer = entropy_from(seed), officer_of(election)
    part = salted_parts(synthesize_roll(election, 7), election, draw)[0]
    kit = make_kit(
        election,
        part,
        pins=PINS,
        centre=SigningKey(hashlib.sha256(b"centre").digest()).public_hex,
        entropy=draw,
        cost=Cost.TOY,
        codes=2,
        joint_keys=KEYS if guardians else None,
    )
    certification = Certification(election=election.identity, serial=1, issued_at=NOON, stations=(kit.keys,))
    write_kit(
        folder / "kit",
        election,
        kit,
        definition=sign_document(election.definition, [officer]),
        certification=sign_document(certification, [officer]),
        serial=1,
        officers=[officer],
        photos=photos,
    )
    return Loaded(folder / "kit", folder / "station", election, kit)


def _election(booths: int, guardians: bool, purpose: str) -> Election:
    definition = small_election(12, booths, has_guardians=guardians).definition
    return Election(msgspec.structs.replace(definition, purpose=purpose))
