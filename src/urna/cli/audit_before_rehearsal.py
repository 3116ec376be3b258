"""`urna audit before rehearsal`: drawn stations voted known decks, and their votes are followed up to the totals."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.examination import Evidence, ExaminationKind, Result, Subject
from urna.cli.audit_decks import deck_subjects, read_decks, require_test
from urna.cli.audit_examination import (
    DrawOption,
    Found,
    Sitting,
    chosen_stations,
    evidence_of,
    examination,
    issue,
    read_round,
)
from urna.cli.screen import out
from urna.cli.verify import verify_and_show
from urna.cli.words import say
from urna.election.signing import open_definition
from urna.encoding.canonical import Code, Hash, digest
from urna.encoding.document import read_document
from urna.errors import Unproven
from urna.record.layout import DEFINITION, MAX_BYTES, Kind, place_of
from urna.record.reader import RecordReader
from urna.storage.record import FolderReader
from urna.tally.results import Results
from urna.tally.sheet import TallySheet
from urna.words import Sentence

RecordFolder = Annotated[Path, typer.Argument(help=say("The rehearsal's public record."), metavar="RECORD")]
DecksOption = Annotated[Path, typer.Option("--decks", help=say("The folder of the known decks, STATION.csv each."))]
StationOption = Annotated[
    list[str] | None, typer.Option("--station", help=say("A station to examine, if none were drawn; more than once."))
]


@examination
def rehearsal(
    sitting: Sitting,
    record: RecordFolder,
    *,
    decks: DecksOption,
    draw: DrawOption = None,
    station: StationOption = None,
) -> None:
    """Decks against sheets, and sheets against the results that count them.

    1. The record of the rehearsal verifies, and it is one of this election's ballots.
    2. Every drawn station's sheet says what its deck pressed.
    3. The newest results count exactly that sheet.
    """
    election = sitting.election()
    drawn = read_round(draw, election) if draw else None
    stations = chosen_stations(election, drawn, station or [], everybody=False)
    if not verify_and_show(record):
        raise Unproven(
            Sentence("a rehearsal's record that verifies"),
            Sentence("one that does not"),
            Sentence("See above which check failed; nothing was written."),
            str(record),
        )
    reader = FolderReader(record)
    note = reader.read(DEFINITION, MAX_BYTES[Kind.DEFINITION])
    rehearsed = open_definition(note, str(record / DEFINITION))
    require_test(election, rehearsed, stations, str(record))
    evidence: list[Evidence] = [evidence_of(record, note, "definition.note of the rehearsal")]
    known = read_decks(decks, rehearsed, stations, evidence)
    sheets = _newest_sheets(reader, stations)
    subjects = [
        *deck_subjects(rehearsed, stations, known, {code: sheet for code, (sheet, _) in sheets.items()}),
        *_in_results(reader, {code: hashed for code, (_, hashed) in sheets.items()}),
    ]
    out.print(say("The rehearsal's record verifies; {count} stations were compared.", count=len(sheets)))
    found = Found(subjects, {"stations": len(stations)}, evidence=evidence, draw=drawn.audit if drawn else "")
    issue(sitting, election, ExaminationKind.REHEARSAL, found)


def _newest_sheets(reader: RecordReader, stations: Iterable[Code]) -> dict[Code, tuple[TallySheet, Hash]]:
    """The sheet of each station with the highest sequence, and the hash of its document."""
    wanted, newest = set(stations), dict[Code, tuple[int, str]]()
    for path in reader.list().sizes:
        place = place_of(path)
        if place is not None and place.kind is Kind.SHEET and place.station in wanted:
            newest[place.station] = max(newest.get(place.station, (-1, "")), (place.number, path))
    found = {}
    for station, (_, path) in newest.items():
        data = reader.read(path, MAX_BYTES[Kind.SHEET])
        found[station] = read_document(data, TallySheet, path), digest(data)
    return found


def _in_results(reader: RecordReader, sheets: dict[Code, Hash]) -> Iterator[Subject]:
    """Whether the newest edition of the results counts these sheets."""
    editions = [path for path in reader.list().sizes if (place := place_of(path)) and place.kind is Kind.RESULTS]
    counted: dict[Code, Hash | None] = {}
    if editions:
        path = max(editions)
        results = read_document(reader.read(path, MAX_BYTES[Kind.RESULTS]), Results, path)
        counted = {each.station: each.sheet for each in results.stations}
    for station, hashed in sheets.items():
        found = counted.get(station)
        yield Subject(
            subject=f"{station} in the results",
            result=Result.PASSED if found == hashed else Result.FAILED,
            expected=hashed,
            found=found or "not counted",
        )
