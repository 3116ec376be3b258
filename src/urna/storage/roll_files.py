"""The roll on the authority's own machine: sealed at rest, readable by its owner's account only.

    <folder>/roll.key            the roll's key, which a passphrase opens
    <folder>/<STATION>.box       the station's electors, salts, fingers and links to enrolments (roll/at_rest)
    <folder>/operators.box       who may enrol
    <folder>/enrolments/…        the signed records of enrolment (storage/enrolment_files)

What leaves the folder leaves it sealed in a station's package; what is left of it is wiped after the legal period
(storage/wiping).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from urna.crypto.secretbox import NONCE_BYTES
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed, OutOfOrder
from urna.roll.at_rest import RollKey, StoredPart
from urna.roll.elector import RollPart
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.durable import sync_folder
from urna.words import Sentence

MAX_CSV_BYTES = 4 * 1024**3
"""A nation of 40 million electors has 2 GB."""

MAX_PART_BYTES = 64 * 1024**2

KEY_FILE = "roll.key"

Entropy = Callable[[int], bytes]


def write_roll(folder: Path, parts: Sequence[RollPart], key: RollKey, key_file: bytes, entropy: Entropy) -> None:
    """Writes the parts into a folder that has no roll yet; the key's file comes first.

    Args:
        folder: new or empty.
        parts: of all stations.
        key: seals them.
        key_file: the same key, locked with a passphrase.
        entropy: fresh randomness.

    Raises:
        OutOfOrder: the folder has files already; nothing was written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise OutOfOrder(
            Sentence("a new or empty folder"),
            Sentence("one with files in it"),
            Sentence("Choose another folder; the salts of a roll are drawn once and never overwritten."),
            str(folder),
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_secret_file(folder / KEY_FILE, key_file)
    for part in parts:
        write_secret_file(box_path(folder, part.station), key.seal_part(StoredPart(part=part), entropy(NONCE_BYTES)))


def read_roll(folder: Path, election: Election, key: RollKey) -> tuple[RollPart, ...]:
    """The parts of every station of the election, in the definition's order.

    Raises:
        Malformed: a station's file is missing.
        Unproven: one is damaged, or of another station, election or key.
    """
    return tuple(read_stored(folder, station, key).part for station in election.stations)


def read_stored(folder: Path, station: Code, key: RollKey) -> StoredPart:
    """One station's electors with the links to their enrolments; errors as for `read_roll`."""
    path = box_path(folder, station)
    if not path.is_file():
        raise Malformed(
            Sentence("the roll of station {station}", {"station": station}),
            Sentence("no file"),
            Sentence("Make the folder whole again with `urna roll import`."),
            str(path),
        )
    return key.open_part(station, read_limited(path, MAX_PART_BYTES), str(path))


def replace_stored(folder: Path, stored: StoredPart, key: RollKey, entropy: Entropy) -> None:
    """Puts a station's new box in the place of its old one: a power cut leaves the one or the other."""
    box = key.seal_part(stored, entropy(NONCE_BYTES))
    replace_secret_file(box_path(folder, stored.part.station), box)


def read_key_file(folder: Path) -> bytes:
    """The bytes of the roll's key file.

    Raises:
        Malformed: there is none.
    """
    path = folder / KEY_FILE
    if not path.is_file():
        raise Malformed(
            Sentence("a folder with a roll and its roll.key"),
            Sentence("none"),
            Sentence("Check the path; `urna roll import` makes the folder."),
            str(folder),
        )
    return read_limited(path, 4096)


def box_path(folder: Path, name: str) -> Path:
    """Where the box of this name lies."""
    return folder / f"{name}.box"


def replace_secret_file(path: Path, data: bytes) -> None:
    """Writes a file that only its owner may read whole or not at all, durable with its name in the folder."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    write_secret_file(beside, data)
    beside.replace(path)
    sync_folder(path.parent)
