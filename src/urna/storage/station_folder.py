"""A station's folder: its package, and the media of its machines, each opened alone.

    package/        read only, the same on every machine of the station (station/manifest, station/photos)
    poll-book/      the poll book's medium: poll-book.db, secure-element, pairing, sign-in, statement
    booth-1/ …      each booth's removable memory: secure-element, pairing, activation, ballots
    run/            volatile: sockets, launch addresses
    papers/         reports as PDF, never a voter's slip
    out/            what is transmitted
    cards/, fingers/    on a practice station only

Folders are for their owner alone (0700), files too (0600). The `pairing` file stands for what a real secure element
would hold and answer with: whoever copies it has the key of that pair, as docs/threat-model.md says.

Opening a package tells apart a file that is missing, one that was changed, and the wrong package.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.election.signing import open_certification, open_definition
from urna.encoding.canonical import Code, Hash, PublicKey, Record, decode, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.manifest import (
    CERTIFICATION,
    DEFINITION,
    MANIFEST,
    StationManifest,
    check_files,
    open_manifest,
    read_manifest,
    wrong_package,
)
from urna.station.photos import MAX_PHOTO_BYTES, MOST_PHOTOS, is_photo
from urna.storage.definition_folder import MAX_FILE_BYTES, read_limited, write_secret_file
from urna.storage.medium import DiskMedium
from urna.words import Sentence

POLL_BOOK = "poll-book"
STORE = "poll-book.db"
PAIRING = "pairing"
MAX_PAIRING_BYTES = 4096
MOST_FILES = 16
"""In a package beside the photos; more are looked at no further, nor are more photos than a station may have."""


class Pairing(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/pairing/1"):
    """The keys of pairs: all of the station's on the poll book's medium, its own on a booth's."""

    election: Hash
    station: Code
    keys: dict[Annotated[str, msgspec.Meta(pattern=r"\Abooth-[1-9]\Z")], Hash]
    """By booth ("booth-1"), 32 bytes in hexadecimal."""

    def __repr__(self) -> str:
        """Whose, not which."""
        return f"Pairing(station={self.station!r}, booths={sorted(self.keys)})"


class StationIdentity(NamedTuple):
    """What a package says that was opened: whose it is, and which keys speak for it."""

    election: Election
    station: Code
    keys: StationKeys
    manifest: StationManifest
    files: Mapping[str, bytes]
    """All files of the package, as the manifest names them."""

    @property
    def is_practice(self) -> bool:
        """Whether nothing that happens here can ever count."""
        return self.manifest.purpose == "practice"

    def __repr__(self) -> str:
        """Which station."""
        return f"StationIdentity({self.station}, {self.manifest.purpose})"


class StationFolder:
    """Where everything of a station lies.

    Args:
        root: the folder; for `make` it may be new.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.package = root / "package"
        self.poll_book = root / POLL_BOOK
        self.run, self.papers, self.out = root / "run", root / "papers", root / "out"
        self.cards, self.fingers = root / "cards", root / "fingers"

    def booth(self, number: int) -> Path:
        """A booth's memory."""
        return self.root / f"booth-{number}"

    def booths(self) -> list[int]:
        """The booths whose memory is here."""
        found = (path.name.removeprefix("booth-") for path in self.root.glob("booth-*") if path.is_dir())
        return sorted(int(number) for number in found if number.isdigit())

    def make(self, booths: int) -> None:
        """The folders, for their owner alone; those that are there stay."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.package, self.poll_book, self.run, self.papers, self.out):
            folder.mkdir(mode=0o700, exist_ok=True)
        for number in range(1, booths + 1):
            self.booth(number).mkdir(mode=0o700, exist_ok=True)

    def medium(self, number: int) -> DiskMedium:
        """The poll book's medium (0) or a booth's.

        Raises:
            Malformed: there is none.
        """
        folder = self.booth(number) if number else self.poll_book
        if not folder.is_dir():
            raise Malformed(
                Sentence("the medium {name}", {"name": folder.name}),
                Sentence("none"),
                Sentence("Put the medium in, or load the station: urna station load."),
                str(self.root),
            )
        return DiskMedium(folder)

    def write_package(self, files: Mapping[str, bytes]) -> None:
        """New files, for their owner to read and nobody to write."""
        for name, data in files.items():
            write_secret_file(self.package / name, data)
            (self.package / name).chmod(stat.S_IRUSR)

    def exposed(self) -> list[Path]:
        """What others than its owner could read or write: nothing, as it is made."""
        known = [self.root, *self.root.rglob("*")]
        return [path for path in known if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def open_package(folder: StationFolder) -> StationIdentity:
    """What a station's package says, all of it checked.

    1. Every file that the manifest names is there, and has the hash that the manifest says.
    2. The definition is signed by the officers that it names.
    3. The manifest is signed by these officers, for a station of this election and for its purpose.
    4. The certification is signed by them, and covers the station's keys.

    Raises:
        Malformed: a file is missing, or is not what it should be.
        Unproven: a file was changed; the wrong package; a signature that fails.
    """
    files = read_package(folder)
    manifest_file = files.pop(MANIFEST, None)
    if manifest_file is None:
        raise _no_manifest(folder)
    check_files(read_manifest(manifest_file), files)
    election = open_definition(files[DEFINITION], DEFINITION)
    manifest = open_manifest(manifest_file, election)
    certification = open_certification(files[CERTIFICATION], election, CERTIFICATION)
    keys = next((each for each in certification.stations if each.station == manifest.station), None)
    if keys is None or len(keys.booths) != election.stations[manifest.station].booths:
        raise Unproven(
            Sentence("the certified keys of station {station} and its booths", {"station": manifest.station}),
            Sentence("a certification without them"),
            Sentence("Call the centre: this package was put together wrongly."),
            CERTIFICATION,
        )
    return StationIdentity(election, manifest.station, keys, manifest, {**files, MANIFEST: manifest_file})


def read_package(folder: StationFolder) -> dict[str, bytes]:
    """The files of a package by name; nothing is checked."""
    names = sorted(path.name for path in folder.package.iterdir()) if folder.package.is_dir() else []
    photos = [name for name in names if is_photo(name)][:MOST_PHOTOS]
    limits = {name: MAX_FILE_BYTES for name in names if not is_photo(name)}
    wanted = [*list(limits)[:MOST_FILES], *photos]
    paths = [folder.package / name for name in wanted]
    return {path.name: read_limited(path, limits.get(path.name, MAX_PHOTO_BYTES)) for path in paths if path.is_file()}


def write_pairing(folder: Path, pairing: Pairing) -> None:
    """A medium's pairing keys."""
    write_secret_file(folder / PAIRING, encode(pairing))


def read_pairing(folder: Path, identity: StationIdentity) -> Pairing:
    """The pairing keys of a medium of this station.

    Raises:
        Malformed: none are there.
        Unproven: they are of another election or station.
    """
    path = folder / PAIRING
    if not path.is_file():
        raise Malformed(
            Sentence("a medium that was loaded for a station"),
            Sentence("one without pairing keys"),
            Sentence("Put in the right medium, or load the station: urna station load."),
            str(folder),
        )
    pairing = decode(read_limited(path, MAX_PAIRING_BYTES), Pairing, str(path), MAX_PAIRING_BYTES)
    if (pairing.election, pairing.station) != (identity.election.identity, identity.station):
        raise wrong_package(
            Sentence("a package of station {station}, as this medium", {"station": pairing.station}),
            Sentence(
                "one of station {station}, election {id}",
                {"station": identity.station, "id": identity.election.identity[:16]},
            ),
            str(folder),
        )
    return pairing


def pairing_key(pairing: Pairing, booth: int, where: str = "") -> bytes:
    """The key of a pair.

    Raises:
        OutOfOrder: the medium is of another booth.
    """
    key = pairing.keys.get(f"booth-{booth}")
    if key is None:
        raise OutOfOrder(
            Sentence("the medium of booth-{booth}", {"booth": booth}),
            Sentence("that of {found}", {"found": ", ".join(sorted(pairing.keys))}),
            Sentence("Put each memory into its own booth."),
            where,
        )
    return bytes.fromhex(key)


def check_own_key(found: PublicKey, certified: PublicKey, station: Code, where: str) -> None:
    """Returns if an element holds the key that the authority certified.

    Raises:
        Unproven: another one.
    """
    if found != certified:
        raise Unproven(
            Sentence("the certified key {key} of station {station}", {"key": certified[:16], "station": station}),
            Sentence("an element with the key {key}", {"key": found[:16]}),
            Sentence("This medium belongs to another machine or package: put in the right one, or call the centre."),
            where,
        )


def _no_manifest(folder: StationFolder) -> Malformed:
    return Malformed(
        Sentence("a package with {name}", {"name": MANIFEST}),
        Sentence("none"),
        Sentence("A file is missing: copy the whole package again from the spare copy, or call the centre."),
        os.fspath(folder.package),
    )
