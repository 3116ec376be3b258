"""`urna audit manifest`: which boxes there are, and how many slips each may hold."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.manifest import BallotManifest, Bound, Counted, make_manifest, over_bound
from urna.cli.audit_folder import RecordArgument, open_record, write_notes
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election
from urna.encoding.canonical import Code, digest, encode
from urna.errors import Malformed
from urna.record.audit_record import edition_sheets, newest_edition, read_edition
from urna.record.reader import RecordReader
from urna.storage.definition_folder import read_limited
from urna.tally.results import StationState
from urna.tally.sheet import TallySheet
from urna.words import Sentence

MANIFEST = "manifest.unsigned"
MAX_TABLE_BYTES = 16 * 1024 * 1024

PapersOption = Annotated[
    Path | None, typer.Option("--papers", help=say("Slips counted by hand, as CSV: station,papers."))
]
SignaturesOption = Annotated[
    Path | None, typer.Option("--signatures", help=say("Signatures counted by hand, as CSV: station,signatures."))
]
RegisteredOption = Annotated[
    bool, typer.Option("--registered", help=say("A box may hold as many slips as its station has electors."))
]
EditionOption = Annotated[
    int | None, typer.Option("--edition", min=0, help=say("The edition of the results; 0 for every station there is."))
]
OutFolder = Annotated[Path, typer.Argument(help=say("The folder for manifest.unsigned."), metavar="FOLDER")]


def manifest(
    record: RecordArgument,
    folder: OutFolder,
    *,
    papers: PapersOption = None,
    signatures: SignaturesOption = None,
    registered: RegisteredOption = False,
    edition: EditionOption = None,
) -> None:
    """The stations that count in an edition; slips that nobody counted by hand are as many as the sheet says."""
    if registered == (signatures is not None):
        raise Malformed(
            Sentence("either --signatures or --registered"),
            Sentence("both") if registered else Sentence("neither"),
            Sentence("Say from where it is known how many slips a box may hold: never from the machine alone."),
        )
    reader, election = open_record(record)
    number = newest_edition(reader) if edition is None else edition
    sheets = _sheets(reader, election, number)
    counted = _read(papers, "papers") if papers else {}
    bounds = _read(signatures, "signatures") if signatures else {c: election.stations[c].electors for c in sheets}
    made, over = _made(election, sheets, counted, bounds, Bound.SIGNATURES if signatures else Bound.REGISTERED)
    data = encode(made)
    write_notes(folder, {MANIFEST: data})
    for each in over:
        out.print(say("{code} has more slips than it may: {papers}.", code=each.code, papers=each.papers))
    out.print(
        say(
            "{boxes} boxes with {papers} slips, and {phantoms} that there may be besides.",
            boxes=len(made.containers),
            papers=made.papers,
            phantoms=made.phantoms,
        )
    )
    out.print(say("{file}: {hash}", file=str(folder / MANIFEST), hash=digest(data)), markup=False, soft_wrap=True)


def _sheets(reader: RecordReader, election: Election, edition: int) -> dict[Code, TallySheet | None]:
    """Each station whose box is in the manifest, with its sheet if it counts."""
    if not edition:
        return dict.fromkeys(election.stations)
    results = read_edition(reader, election, edition)
    counted = {each.station for each in results.stations if each.state is StationState.COUNTED}
    return dict(edition_sheets(reader, results, counted))


def _made(
    election: Election,
    sheets: Mapping[Code, TallySheet | None],
    papers: Mapping[Code, int],
    bounds: Mapping[Code, int],
    bound: Bound,
) -> tuple[BallotManifest, tuple[Counted, ...]]:
    """The manifest, and the boxes that hold more than their bound.

    A bound is never below what the sheet accounts for: otherwise an honest audit could not count what is there.
    """
    for code in sorted((papers.keys() | bounds.keys()) - sheets.keys()):
        raise Malformed(
            Sentence("stations whose boxes are audited"),
            Sentence("{code}", {"code": code}),
            Sentence("Leave it out, or audit an edition in which it counts."),
            code,
        )
    counted, most = [], {}
    for code, sheet in sheets.items():
        cast = sheet.cast if sheet is not None else 0
        counted.append(Counted(code, election.stations[code].centre, papers.get(code, cast)))
        if code in bounds:
            most[code] = max(bounds[code], cast)
    made = make_manifest(election.identity, counted, most, bound, sum(each.papers for each in counted))
    return made, over_bound(counted, most)


def _read(file: Path, column: str) -> dict[Code, int]:
    """A table of a number for each station.

    Raises:
        Malformed: another table, or a station twice.
    """
    try:
        text = read_limited(file, MAX_TABLE_BYTES).decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        found = {
            row[0].strip(): int(row[1]) for row in rows[1:] if row[1].strip().isascii() and row[1].strip().isdigit()
        }
        fits = [cell.strip() for cell in rows[0]] == ["station", column] and len(found) == len(rows) - 1
    except (UnicodeDecodeError, csv.Error, IndexError) as error:
        raise _no_table(file, column) from error
    if not fits or any(len(row) != 2 for row in rows):
        raise _no_table(file, column)
    return found


def _no_table(file: Path, column: str) -> Malformed:
    return Malformed(
        Sentence(
            "a table in UTF-8: the line station,{column}, then each station once with a number", {"column": column}
        ),
        Sentence("something else"),
        Sentence("Write it as a CSV file with these two columns."),
        str(file),
    )
