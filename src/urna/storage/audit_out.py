"""The notes of an audit that wait to be published: FOLDER/out, for `urna center load`.

What belongs there follows from the acts, so what a killed process did not write is written when the next one starts; a
note that is there is never changed.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from urna.audit.board import AuditBoard
from urna.audit.rounds import DrawRound
from urna.record.layout import Kind, audit_count_path, audit_path
from urna.storage.definition_folder import replace_file

OUT = "out"


def write_out_notes(
    folder: Path, board: AuditBoard, rounds: Sequence[DrawRound], sign: Callable[[msgspec.Struct], bytes]
) -> list[str]:
    """Writes those that are missing; their names.

    Args:
        folder: the audit's.
        board: how it stands.
        rounds: that were drawn.
        sign: makes a note of a record.
    """
    written = []
    for name, record in _records(board, rounds):
        path = folder / OUT / name
        if not path.exists():
            replace_file(path, sign(record))
            written.append(name)
    return written


def report_note(number: int) -> str:
    """The name of a report's note."""
    return f"report-{number}.note"


def reading_note(number: int) -> str:
    """The name of the note of a round's slips."""
    return f"reading-{number}.note"


def _records(board: AuditBoard, rounds: Sequence[DrawRound]) -> Iterator[tuple[str, msgspec.Struct]]:
    audit = board.frame.drawing.audit
    for each in rounds:
        yield _name(audit_path(audit, Kind.AUDIT_ROUND, each.round)), each
    for box in board.boxes.values():
        for count in box.counts:
            yield _name(audit_count_path(audit, box.station, count.sequence)), count
    for reading in board.readings:
        yield reading_note(reading.round), reading
    for number, report in enumerate(board.reports, start=1):
        yield _name(audit_path(audit, Kind.AUDIT_REPORT, number)), report


def _name(path: str) -> str:
    return path.rpartition("/")[2]
