"""The roll on the authority's own machine: one file a station, readable by its owner only.

    <folder>/<STATION>.json      the canonical bytes of the station's `RollPart`, salts included

These files are personal data in clear: they belong on an encrypted disk, leave it only sealed in a station's
package, and are deleted after the legal period.
"""

from collections.abc import Sequence
from pathlib import Path

from urna.election.definition import Election
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, OutOfOrder
from urna.roll.elector import RollPart
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.words import Sentence

MAX_CSV_BYTES = 4 * 1024**3
"""A nation of 40 million electors has 2 GB."""

MAX_PART_BYTES = 64 * 1024**2


def write_roll(folder: Path, parts: Sequence[RollPart]) -> None:
    """Writes the parts into a folder that has no roll yet.

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
    for part in parts:
        write_secret_file(folder / f"{part.station}.json", encode(part))


def read_roll(folder: Path, election: Election) -> tuple[RollPart, ...]:
    """The parts of every station of the election, in the definition's order.

    Raises:
        Malformed: a station's file is missing, damaged, or of another station or election.
    """
    return tuple(_read_part(folder, station, election) for station in election.stations)


def _read_part(folder: Path, station: str, election: Election) -> RollPart:
    path = folder / f"{station}.json"
    if not path.is_file():
        raise Malformed(
            Sentence("the roll of station {station}", {"station": station}),
            Sentence("no file"),
            Sentence("Make the folder whole again with `urna roll import`."),
            str(path),
        )
    part = decode(read_limited(path, MAX_PART_BYTES), RollPart, str(path))
    if (part.election, part.station) != (election.identity, station):
        raise Malformed(
            Sentence(
                "the roll of station {station} in election {id}", {"station": station, "id": election.identity[:16]}
            ),
            Sentence("station {station}, election {id}", {"station": part.station, "id": part.election[:16]}),
            Sentence("Import the roll again with this definition."),
            str(path),
        )
    return part
