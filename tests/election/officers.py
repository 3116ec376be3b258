"""An authority of three officers with keys that the tests hold, and stations' keys made from numbers."""

import hashlib

import msgspec

from urna.crypto.signatures import SigningKey
from urna.election.certification import StationKeys
from urna.election.definition import Definition, Election, NamedKey
from urna.election.folder import read_folder
from urna.log.note import NoteSigner
from urna.storage.definition_folder import example_files

NOW = "2026-11-20T12:00:00Z"


def signer(number: int) -> NoteSigner:
    """The officer with this number, from 0."""
    return NoteSigner(f"council.example/officer-{number}", SigningKey(bytes([number + 1] * 32)))


OFFICERS = tuple(signer(number) for number in range(3))


def definition() -> Definition:
    """The example with officers who can sign; two of three are needed."""
    read = read_folder(example_files())
    officers = tuple(
        NamedKey(name=f"Officer {number}", key_name=each.name, key=each.verifier.public_hex)
        for number, each in enumerate(OFFICERS)
    )
    return msgspec.structs.replace(read, authority=msgspec.structs.replace(read.authority, officers=officers))


def election() -> Election:
    """Its election."""
    return Election(definition())


def station_keys(held: Election, station: str, label: str = "") -> StationKeys:
    """Keys of a station, the same for the same label."""

    def public(role: str) -> str:
        return SigningKey(hashlib.sha256(f"{station} {label} {role}".encode()).digest()).public_hex

    booths = tuple(public(f"booth-{number}") for number in range(held.stations[station].booths))
    return StationKeys(station=station, poll_book=public("poll-book"), booths=booths, closing=public("closing"))
