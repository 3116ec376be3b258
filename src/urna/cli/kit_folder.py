"""A station's kit on disk, each part for another hand; and how a station is loaded from it, once.

    <KIT>/package/       to every machine of the station, with its candidates' photos; may be lost, but not changed
    <KIT>/seeds.json     to whoever loads the machines; destroyed by loading
    <KIT>/cards/         a file for each person; the same as text, and as a QR code on paper
    <KIT>/pins/          a slip for each person, in another envelope than the card
    <KIT>/codes/         the sealed code sheet, to the president; as text and on paper

Loading builds the whole station beside its place, gives it its name in one step, and then destroys the seeds: a key is
in one element or in none. A power cut in between is made good by loading again.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from urna.ballot.keys import JointKeys
from urna.cli.kit import StationKit
from urna.cli.station_medium import create_log
from urna.cli.words import say_in
from urna.crypto.signatures import SigningKey
from urna.devices.printer_typst import paper_pdf
from urna.devices.secure_element import first_memory
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.papers.code_sheet import code_sheet
from urna.papers.role_card import role_card
from urna.station.card_file import card_text
from urna.station.cards import Entropy
from urna.station.joint_keys import write_joint_keys
from urna.station.manifest import CERTIFICATION, DEFINITION, JOINT_KEYS, MANIFEST, POLL_BOOK, make_manifest
from urna.station.photos import photo_files
from urna.storage.booth_medium import create_element_file
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.durable import sync_folder
from urna.storage.pollbook import prepare_store
from urna.storage.sign_in_file import create_sign_in_file
from urna.storage.station_folder import POLL_BOOK as POLL_BOOK_MEDIUM
from urna.storage.station_folder import (
    STORE,
    Pairing,
    StationFolder,
    StationIdentity,
    open_package,
    write_pairing,
)
from urna.storage.wiping import wipe_file
from urna.words import Sentence

SEEDS = "seeds.json"
MAX_SEEDS_BYTES = 16 * 1024

NO_PHOTOS: Mapping[Code, bytes] = MappingProxyType({})


class StationSeeds(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/station-seeds/1"):
    """What goes into the secure elements of one station, in hexadecimal."""

    election: Hash
    station: Code
    poll_book: Hash
    booths: tuple[Hash, ...]
    pairing: tuple[Hash, ...]

    def __repr__(self) -> str:
        """Whose they are."""
        return f"StationSeeds(station={self.station!r})"


def write_kit(
    root: Path,
    election: Election,
    kit: StationKit,
    *,
    definition: bytes,
    certification: bytes,
    serial: int,
    officers: Sequence[NoteSigner],
    photos: Mapping[Code, bytes] = NO_PHOTOS,
) -> None:
    """A kit into a new folder.

    1. The package, and its manifest signed by the officers.
    2. What goes to each hand: seeds, cards, PINs, codes.

    Args:
        root: the folder; it must be new.
        election: the definition.
        kit: what was made for the station.
        definition: the signed definition.
        certification: signed, with this station's keys in it.
        serial: of the manifest, from 1.
        officers: those who act for the authority.
        photos: in plain form, by candidate; the package gets those of the station's own candidates.
    """
    folder = StationFolder(root)
    for each in (root, folder.package, folder.cards, root / "pins", root / "codes"):
        each.mkdir(mode=0o700, parents=True)
    folder.write_package(package_files(election, kit, definition, certification, serial, officers, photos))
    _write_hands(root, election, kit)


def package_files(
    election: Election,
    kit: StationKit,
    definition: bytes,
    certification: bytes,
    serial: int,
    officers: Sequence[NoteSigner],
    photos: Mapping[Code, bytes] = NO_PHOTOS,
) -> dict[str, bytes]:
    """The files of a package, the signed manifest among them."""
    files = {DEFINITION: definition, CERTIFICATION: certification, POLL_BOOK: encode(kit.package)}
    files |= _joint_keys(election, kit.joint_keys) | photo_files(photos, election.contests_of_station(kit.station))
    manifest = make_manifest(election, kit.station, files, kit.card_files().values(), serial)
    return files | {MANIFEST: sign_document(manifest, officers)}


def load_station(kit: Path, station: Path, entropy: Entropy) -> StationIdentity:
    """A station's machines from its kit; returns whose station it is now.

    1. The kit's package is whole, and its seeds are those of the certified keys.
    2. Everything is built beside the station's place, and gets its name in one step.
    3. The seeds are destroyed.

    Args:
        kit: the kit's folder.
        station: where the station's folder is to be.
        entropy: fresh random bytes.

    Raises:
        OutOfOrder: the station, or a station from this kit, is loaded already.
        Malformed: a file of the kit is missing.
        Unproven: the package or the seeds do not fit.
    """
    identity = open_package(StationFolder(kit))
    is_there = station.exists() and any(station.iterdir())
    seeds = _read_seeds(kit, identity)
    if not is_there:
        _build(station, identity, seeds, entropy)
    elif open_package(StationFolder(station)).manifest != identity.manifest:
        raise _loaded(station)
    wipe_file(kit / SEEDS)
    return identity


def _build(station: Path, identity: StationIdentity, seeds: StationSeeds, entropy: Entropy) -> None:
    beside = StationFolder(station.with_name(f".{station.name}.loading"))
    shutil.rmtree(beside.root, ignore_errors=True)
    beside.make(len(seeds.booths))
    beside.write_package(identity.files)
    pairing = {"election": seeds.election, "station": seeds.station}
    create_element_file(beside.medium(0), first_memory(bytes.fromhex(seeds.poll_book)), entropy)
    keys = {f"booth-{number}": key for number, key in enumerate(seeds.pairing, 1)}
    write_pairing(beside.poll_book, Pairing(keys=keys, **pairing))
    create_sign_in_file(beside.medium(0), entropy)
    prepare_store(beside.poll_book / STORE).close()
    create_log(beside.medium(0), identity, POLL_BOOK_MEDIUM)
    for number, seed in enumerate(seeds.booths, 1):
        name = f"booth-{number}"
        create_element_file(beside.medium(number), first_memory(bytes.fromhex(seed)), entropy)
        write_pairing(beside.booth(number), Pairing(keys={name: keys[name]}, **pairing))
        create_log(beside.medium(number), identity, name)
    for each in (*beside.root.rglob("*"), beside.root):
        if each.is_dir():
            sync_folder(each)
    if station.exists():
        station.rmdir()
    beside.root.rename(station)
    sync_folder(station.parent)


def _write_hands(root: Path, election: Election, kit: StationKit) -> None:
    seeds = StationSeeds(
        election=election.identity,
        station=kit.station,
        poll_book=kit.poll_book_seed.hex(),
        booths=tuple(seed.hex() for seed in kit.booth_seeds),
        pairing=tuple(key.hex() for key in kit.pairing_keys),
    )
    write_secret_file(root / SEEDS, encode(seeds))
    for role, file in kit.card_files().items():
        write_secret_file(root / "cards" / file.name, encode(file))
        write_secret_file(root / "cards" / f"{role}.txt", card_text(file).encode() + b"\n")
        write_secret_file(root / "pins" / f"{role}.txt", kit.pins[role].encode() + b"\n")
    write_secret_file(root / "codes" / "codes.txt", "".join(f"{line}\n" for line in kit.code_lines).encode())
    _write_papers(root, election, kit)


def _write_papers(root: Path, election: Election, kit: StationKit) -> None:
    """Cards and codes on paper, in the definition's first language."""
    language = election.rules.languages[0]
    say = say_in(language)
    for role, file in kit.card_files().items():
        card = role_card(election, kit.station, card_text(file), role=role, say=say, language=language)
        write_secret_file(root / "cards" / f"{role}.pdf", paper_pdf(card))
    sheet = code_sheet(election, kit.station, kit.code_lines, say=say, language=language)
    write_secret_file(root / "codes" / "codes.pdf", paper_pdf(sheet))


def _joint_keys(election: Election, keys: JointKeys | None) -> dict[str, bytes]:
    return {} if keys is None else {JOINT_KEYS: write_joint_keys(election, keys)}


def _read_seeds(kit: Path, identity: StationIdentity) -> StationSeeds:
    """The seeds of a kit, if they are of the certified keys."""
    if not (kit / SEEDS).is_file():
        raise OutOfOrder(
            Sentence("a kit with the seeds of its keys"),
            Sentence("one without: it was loaded already"),
            Sentence("A key is in one machine only. For a spare machine take the memory, or ask for another kit."),
            str(kit),
        )
    seeds = decode(read_limited(kit / SEEDS, MAX_SEEDS_BYTES), StationSeeds, str(kit / SEEDS), MAX_SEEDS_BYTES)
    found = tuple(SigningKey(bytes.fromhex(each)).public_hex for each in (seeds.poll_book, *seeds.booths))
    if found != (identity.keys.poll_book, *identity.keys.booths) or len(seeds.pairing) != len(seeds.booths):
        raise Unproven(
            Sentence("the seeds of the certified keys of station {station}", {"station": identity.station}),
            Sentence("others"),
            Sentence("Take the kit as the authority made it; nothing was loaded."),
            str(kit / SEEDS),
        )
    return seeds


def _loaded(station: Path) -> OutOfOrder:
    return OutOfOrder(
        Sentence("a new or empty folder"),
        Sentence("a station that is loaded already"),
        Sentence("Nothing was changed. Use the station as it is, or choose another folder."),
        str(station),
    )


def needs_new(root: Path) -> None:
    """Returns if nothing is there yet.

    Raises:
        OutOfOrder: something is.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise OutOfOrder(
            Sentence("a new or empty folder"),
            Sentence("one with files in it"),
            Sentence("Choose another folder; nothing was overwritten."),
            str(root),
        )
