"""A station's manifest: every file of its package and every card by their hashes, signed by the authority.

    election, station   whose it is
    serial              counted from 1; a package that is made anew has the next one
    purpose             election or practice: a practice package never opens as another
    files               each file of the package, by name, candidates' photos too: SHA-256 of its bytes
    cards               each card file of the station, by role: SHA-256 of its bytes

Machines trust a package because of this document alone, so three mistakes are told apart: a package of another
election or station, a package with a file that was changed, and a package with a file that is missing.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec

from urna.election.definition import Election
from urna.election.signing import officers_of
from urna.encoding.canonical import Code, Count, Hash, Record, digest
from urna.encoding.document import open_document, read_document
from urna.errors import Malformed, Unproven
from urna.station.card_file import CardFile
from urna.station.cards import Role
from urna.station.photos import PHOTO_PATTERN
from urna.words import Sentence

DEFINITION = "definition.note"
CERTIFICATION = "certification.note"
JOINT_KEYS = "joint-keys.json"
POLL_BOOK = "poll-book.json"
MANIFEST = "manifest.note"

ALWAYS = frozenset({DEFINITION, CERTIFICATION, POLL_BOOK})
"""Files that every package has; with guardians it has their joint keys too."""

MAX_MANIFEST_BYTES = 64 * 1024

FileName = Annotated[str, msgspec.Meta(pattern=rf"\A(?:[a-z0-9][a-z0-9-]{{0,39}}\.(?:note|json)|{PHOTO_PATTERN})\Z")]

StationPurpose = Literal["election", "practice"]


class StationManifest(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/station-manifest/1"):
    """What belongs to a station; a document of the authority carries it."""

    election: Hash
    station: Code
    serial: Count
    purpose: StationPurpose
    files: dict[FileName, Hash]
    cards: dict[Role, Hash]


def make_manifest(
    election: Election, station: Code, files: Mapping[str, bytes], cards: Iterable[CardFile], serial: int
) -> StationManifest:
    """The manifest of a station's files and cards; of a rehearsal's definition it is a practice one.

    Args:
        election: the definition.
        station: the station's code.
        files: the package, by name, without the manifest itself.
        cards: what the station's people hold.
        serial: its number, from 1.
    """
    return StationManifest(
        election=election.identity,
        station=station,
        serial=serial,
        purpose=purpose_of(election),
        files={name: digest(data) for name, data in files.items()},
        cards={card.role: card.sha256 for card in cards},
    )


def purpose_of(election: Election) -> StationPurpose:
    """Practice for a rehearsal, election for an election: a definition decides it, not a switch."""
    return "practice" if election.definition.purpose == "rehearsal" else "election"


def open_manifest(data: bytes, election: Election, where: str = MANIFEST) -> StationManifest:
    """The manifest that enough officers signed, of a station of this election.

    Raises:
        Malformed: no manifest, or one without a file that every package has.
        Unproven: of another election, too few officers signed it, or its purpose is not the definition's.
    """
    stated = read_manifest(data, where)
    _check_place(stated, election, where)
    wanted = ALWAYS | ({JOINT_KEYS} if election.is_encrypted else set())
    for name in sorted(wanted - set(stated.files)):
        raise _missing(name)
    authority = election.definition.authority
    return open_document(data, StationManifest, officers_of(authority), authority.threshold, where)


def read_manifest(data: bytes, where: str = MANIFEST) -> StationManifest:
    """The manifest, its signatures NOT verified: to name the file that was changed before whoever signed is known.

    Raises:
        Malformed: no manifest.
    """
    return read_document(data, StationManifest, where)


def check_files(manifest: StationManifest, files: Mapping[str, bytes]) -> None:
    """Returns if these files are the package that the manifest names, none missing, changed or foreign.

    Args:
        manifest: opened, or to be opened next.
        files: the package's files by name, without the manifest.

    Raises:
        Malformed: a file is missing.
        Unproven: a file was changed, or is none of the package's.
    """
    for name in sorted(ALWAYS | set(manifest.files)):
        if name not in files:
            raise _missing(name)
    for name, data in sorted(files.items()):
        if manifest.files.get(name) != digest(data):
            raise _tampered(name)


def card_role(manifest: StationManifest, card: CardFile) -> Role:
    """The role of a card that belongs to this station.

    Raises:
        Unproven: a card of another election or station, or one that was replaced or changed.
    """
    if card.election != manifest.election:
        raise _foreign(Sentence("a card of another election"))
    if card.station != manifest.station:
        raise _foreign(Sentence("a card of station {station}", {"station": card.station}))
    if manifest.cards.get(card.role) != card.sha256:
        raise Unproven(
            Sentence("a card that the authority made with this package"),
            Sentence("one that was made before, or changed"),
            Sentence("Take the card from the sealed envelope of this station; if it is that one, call the centre."),
            manifest.station,
        )
    return card.role


def _check_place(stated: StationManifest, election: Election, where: str) -> None:
    found = (stated.election, stated.purpose)
    if found != (election.identity, purpose_of(election)) or stated.station not in election.stations:
        raise wrong_package(
            Sentence("a package of {purpose} {id}", {"purpose": purpose_of(election), "id": election.identity[:16]}),
            Sentence(
                "one of {purpose} {id}, station {station}",
                {"purpose": stated.purpose, "id": stated.election[:16], "station": stated.station},
            ),
            where,
        )


def wrong_package(expected: Sentence, found: Sentence, where: str) -> Unproven:
    """What a package of another election or station is answered with."""
    remedy = Sentence("This is the wrong package: take the one with this station's name, or call the centre.")
    return Unproven(expected, found, remedy, where)


def _tampered(name: str) -> Unproven:
    return Unproven(
        Sentence("the file {name} as the authority signed it", {"name": name}),
        Sentence("a changed one"),
        Sentence("Do not open with it: the package was changed. Keep the medium, call the centre, use the spare copy."),
        name,
    )


def _missing(name: str) -> Malformed:
    return Malformed(
        Sentence("the file {name} in the package", {"name": name}),
        Sentence("none"),
        Sentence("A file is missing: copy the whole package again from the spare copy, or call the centre."),
        name,
    )


def _foreign(found: Sentence) -> Unproven:
    return Unproven(
        Sentence("a card of this station"), found, Sentence("Use a card from the sealed envelope of this station.")
    )
