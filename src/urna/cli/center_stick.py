"""The parcels on a stick, as `devices/stick_sender` wrote them: a folder for each station, its files, their hashes."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from urna.devices.stick_sender import SUMS, announcement_beside
from urna.encoding.canonical import Code, Hash, digest, encode
from urna.encoding.document import read_document
from urna.errors import Malformed, Unproven
from urna.station.announcement import MOST_DOCUMENT_BYTES, read_announcement
from urna.station.sending import Parcel, sums_of
from urna.storage.definition_folder import read_limited
from urna.tally.hand_count import HandCountSheet
from urna.tally.sheet import TallySheet, ZeroReport
from urna.words import Sentence

MOST_STATION_BYTES = 1024 * 1024 * 1024
MOST_FILES = 200


class OnStick(NamedTuple):
    """What a stick has of a station."""

    station: Code
    parcel: bytes
    announcement: bytes | None = None
    """Of this very parcel; whether the station signed it is for the centre to see."""


def read_stick(stick: Path) -> Iterator[OnStick]:
    """Each station's parcel; the stick itself may be one station's folder.

    Raises:
        Malformed: no station's folder, or more than one station has.
        Unproven: a file is not what was written there.
    """
    folders = [stick] if (stick / SUMS).is_file() else sorted(path.parent for path in stick.glob(f"urna-*/{SUMS}"))
    if not folders:
        raise Malformed(
            Sentence("folders of stations, urna-…, each with {file}", {"file": SUMS}),
            Sentence("none"),
            Sentence("Name the stick that the station wrote."),
            str(stick),
        )
    for folder in folders:
        parcel = _read_folder(folder)
        data = encode(parcel)
        yield OnStick(parcel.station, data, _announcement(announcement_beside(folder.absolute()), digest(data)))


def _announcement(path: Path, parcel: Hash) -> bytes | None:
    """What lies beside a folder; None if that is no announcement of its parcel: it is sent without one then."""
    try:
        document = read_limited(path, MOST_DOCUMENT_BYTES)
        return document if read_announcement(document).parcel == parcel else None
    except (OSError, Malformed):
        return None


def _read_folder(folder: Path) -> Parcel:
    paths = sorted(path for path in folder.iterdir() if path.name != SUMS and path.is_file())
    if len(paths) > MOST_FILES or sum(path.stat().st_size for path in paths) > MOST_STATION_BYTES:
        raise Malformed(
            Sentence("at most {files} files and {limit} bytes", {"files": MOST_FILES, "limit": MOST_STATION_BYTES}),
            Sentence("more"),
            Sentence("Keep the stick as it is and call the station."),
            str(folder),
        )
    files = {path.name: read_limited(path, MOST_STATION_BYTES) for path in paths}
    if sums_of(files) != read_limited(folder / SUMS):
        raise Unproven(
            Sentence("the files that the station wrote"),
            Sentence("others, or other bytes, than {file} says", {"file": SUMS}),
            Sentence("Take another stick; the station has everything still."),
            str(folder),
        )
    election, station = _whose(files, str(folder))
    return Parcel(election=election, station=station, files=files)


def _whose(files: dict[str, bytes], where: str) -> tuple[Hash, Code]:
    """As a sheet, a hand count or a zero report says; whether it is signed is for the centre to see."""
    for name, data in files.items():
        if name.startswith("sheet-"):
            sheet = read_document(data, TallySheet, name)
            return sheet.election, sheet.station
        if name.startswith("hand-"):
            counted = read_document(data, HandCountSheet, name)
            return counted.election, counted.station
        if name.startswith("zero-"):
            report = read_document(data, ZeroReport, name)
            return report.election, report.station
    raise Malformed(
        Sentence("a sheet, a hand count or a zero report"),
        Sentence("none"),
        Sentence("Name the stick that the station wrote."),
        where,
    )
