"""`urna audit during`: what is examined on the day, each a signed note for the record and a report to sign by hand.

Exit codes: 0 everything that was to be examined is right; 1 something is not, or was not examined, and the note says
so; or an input has mistakes, which are listed, and nothing was written; 2 nothing was written.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.examination import Evidence, ExaminationKind, Result, Subject
from urna.audit.hourly_counts import read_looks, reconcile
from urna.audit.known_deck import COLUMNS
from urna.cli.audit_decks import deck_subjects, read_decks, require_test
from urna.cli.audit_during_record import challenges, incidents
from urna.cli.audit_examination import (
    DefinitionNote,
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
from urna.cli.sheet_trust import Trust, load_trust, open_sheet
from urna.cli.words import say
from urna.election.definition import Election
from urna.election.signing import open_definition
from urna.encoding.canonical import Code
from urna.errors import Malformed, UrnaError
from urna.record.layout import MAX_BYTES, Kind
from urna.station.decks import decks as known_decks
from urna.storage.definition_folder import read_limited, replace_file
from urna.tally.sheet import TallySheet
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

MAX_TABLE_BYTES = 64 * 1024 * 1024

StationOption = Annotated[
    list[str] | None, typer.Option("--station", help=say("A station to examine, if none were drawn; more than once."))
]


@examination
def parallel(
    sitting: Sitting,
    test_definition: Annotated[
        Path, typer.Argument(help=say("The signed definition of the test, a rehearsal."), metavar="TEST-NOTE")
    ],
    *,
    decks: Annotated[Path, typer.Option("--decks", help=say("The folder of the known decks, STATION.csv each."))],
    sheet: Annotated[list[Path], typer.Option("--sheet", help=say("A tested station's signed sheet; more than once."))],
    certification: Annotated[
        list[Path], typer.Option("--certification", help=say("The test's certification of keys, or their folder."))
    ],
    draw: DrawOption = None,
    station: StationOption = None,
) -> None:
    """Stations drawn on the day vote a known deck under a rehearsal's keys; their sheets must say it, option by option.

    1. The test's definition is a rehearsal with the election's ballots.
    2. Each sheet is signed by its machines.
    3. Each number of a sheet is the one that the deck pressed.
    """
    election = sitting.election()
    drawn = read_round(draw, election) if draw else None
    stations = chosen_stations(election, drawn, station or [], everybody=False)
    note = read_limited(test_definition)
    tested = open_definition(note, str(test_definition))
    require_test(election, tested, stations, str(test_definition))
    evidence: list[Evidence] = [evidence_of(test_definition, note, "definition.note of the test")]
    known = read_decks(decks, tested, stations, evidence)
    broken: list[Subject] = []
    sheets = _sheets(sheet, load_trust(test_definition, certification, []), evidence, broken)
    subjects = [*deck_subjects(tested, stations, known, sheets), *broken]
    found = Found(subjects, {"stations": len(stations)}, evidence=evidence, draw=drawn.audit if drawn else "")
    issue(sitting, election, ExaminationKind.PARALLEL, found)


def deck(
    definition: DefinitionNote,
    station: Annotated[str, typer.Argument(help=say("The station."), metavar="STATION")],
    target: Annotated[Path, typer.Argument(help=say("The deck to write, STATION.csv."), metavar="FILE")],
    times: Annotated[int, typer.Option(min=1, max=100, help=say("How often all of it is pressed."))] = 1,
) -> None:
    """The decks of the readiness test as a table: they touch every position and tell any two apart."""
    election = open_definition(read_limited(definition), str(definition))
    chosen_stations(election, None, [station])
    if target.exists():
        raise Malformed(
            Sentence("a new file"), Sentence("one that is there"), Sentence("Choose another name."), str(target)
        )
    rows = list(_deck_rows(election, station, times))
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerows([COLUMNS, *rows])
    replace_file(target, text.getvalue().encode())
    out.print(say("{count} ballots for {station}.", count=int(rows[-1][0]), station=station))


@examination
def reconcile_day(
    sitting: Sitting,
    table: Annotated[
        Path, typer.Argument(help=say("What was counted at the tables; see docs/examinations.md."), metavar="TABLE")
    ],
    *,
    draw: DrawOption = None,
) -> None:
    """Each look at a station: book, people, activations, ballots and slips against each other.

    Looks are half an hour and ten people apart at least, and no sum of them is written down.
    """
    election = sitting.election()
    drawn = read_round(draw, election) if draw else None
    looks = read_looks(read_limited(table, MAX_TABLE_BYTES), election, str(table))
    seen = {look.station for look in looks}
    wanted = chosen_stations(election, drawn, sorted(seen) if drawn is None else ())
    unseen = (
        Subject(subject=code, result=Result.NOT_EXAMINED, expected="equal", found="nobody counted")
        for code in wanted
        if code not in seen
    )
    figures = {"stations": len(seen), "looks": len(looks)}
    found = Found([*reconcile(looks), *unseen], figures, draw=drawn.audit if drawn else "")
    issue(sitting, election, ExaminationKind.RECONCILIATION, found)


def _sheets(
    files: Sequence[Path], trust: Trust, evidence: list[Evidence], broken: list[Subject]
) -> dict[Code, TallySheet]:
    """The sheets by station; one that does not verify is a failure of its own, and counts for no station."""
    found: dict[Code, TallySheet] = {}
    for number, file in enumerate(files, start=1):
        data = read_limited(file, MAX_BYTES[Kind.SHEET])
        evidence.append(evidence_of(file, data, f"sheet {number}: {file.name}"))
        try:
            sheet, _ = open_sheet(data, trust, str(file))
        except UrnaError as error:
            said = f"expected {error.expected}, found {error.found}"
            broken.append(
                Subject(
                    subject=f"sheet {number}: {file.name}"[:200],
                    result=Result.FAILED,
                    expected="a sheet signed by its machines",
                    found=said[:200],
                )
            )
            continue
        if sheet.station in found:
            raise Malformed(
                Sentence("one sheet for each station"),
                Sentence("two of {station}", {"station": sheet.station}),
                Sentence("Give the sheet of the closing alone."),
                str(file),
            )
        found[sheet.station] = sheet
    return found


def _deck_rows(election: Election, station: Code, times: int) -> Iterator[tuple[str, str, str, str]]:
    number = 0
    for _ in range(times):
        for cards in known_decks(election, station):
            for card in cards:
                number += 1
                marks = _marks(card.pressed.items())
                for contest, option in marks or [("", "")]:
                    yield str(number), card.style, contest, option


def _marks(pressed: Iterable[tuple[Code, tuple[Code, ...]]]) -> list[tuple[Code, Code]]:
    return [(contest, option) for contest, options in pressed for option in options]


app.command(help=say("Stations drawn on the day that voted a known deck, compared with their sheets."))(parallel)
app.command(help=say("Write a known deck for a station."))(deck)
app.command("reconcile", help=say("What was counted at the tables against what the machines show."))(reconcile_day)
app.command(help=say("Every challenged ballot of a record: opened, and encrypted as it said."))(challenges)
app.command(help=say("The register of incidents: the record's and those on paper, each with its state."))(incidents)
