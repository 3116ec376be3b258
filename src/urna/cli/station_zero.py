"""Verifies a booth's zero report for the poll book, which loads nothing of tallies itself.

    python -m urna.cli.station_zero STATION BOOTH < report

Ends with 0 where the booth's own key signed a report of this election, this booth, and nothing in its box.
"""

import sys
from pathlib import Path

from urna.cli.station_zero_check import not_zero
from urna.encoding.document import open_document
from urna.errors import UrnaError
from urna.log.note import NoteVerifier
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.tally.sheet import ZeroReport

MAX_REPORT_BYTES = 1024 * 1024


def main(arguments: list[str]) -> int:
    """Verifies one report."""
    try:
        identity = open_package(StationFolder(Path(arguments[0])))
        check_zero(identity, int(arguments[1]), sys.stdin.buffer.read(MAX_REPORT_BYTES))
    except UrnaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def check_zero(identity: StationIdentity, number: int, document: bytes) -> None:
    """Returns if the booth signed that its box is empty.

    Raises:
        Malformed: no zero report.
        Unproven: another key, election or booth, or anything but zero.
    """
    election, station = identity.election, identity.station
    name = election.key_name(station, f"booth-{number}")
    key = NoteVerifier(name, identity.keys.booths[number - 1])
    report = open_document(document, ZeroReport, [key], where=f"{station} booth {number}")
    numbers = [report.ballots, *(each.votes for each in report.votes)]
    if (report.election, report.station, report.booth) != (election.identity, station, number) or any(numbers):
        raise not_zero(station, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
