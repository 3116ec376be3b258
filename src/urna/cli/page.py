"""`urna page RECORD --out FOLDER`: the results pages of a record, after verifying it.

Where ballots are encrypted, the pages of their confirmation codes are written beside them, in codes/.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.screen import out
from urna.cli.verify import verify_and_show
from urna.cli.words import say, say_in
from urna.election.definition import Definition, Election
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.record.layout import DEFINITION, MAX_BYTES, Kind, place_of
from urna.storage.record import FolderReader
from urna.tally.results import Results
from urna.verify.code_search import open_for_codes
from urna.verify.pins import Pins
from urna.web.results.codes import codes_site, station_codes
from urna.web.results.page import results_site
from urna.words import Sentence


def run(
    record: Annotated[Path, typer.Argument(help=say("The folder of the public record."), metavar="RECORD")],
    out_folder: Annotated[Path, typer.Option("--out", metavar="FOLDER", help=say("A new folder for the pages."))],
) -> None:
    """Verify a record and write its results as pages: in Spanish, with English beside it, without scripts.

    Pages of a record that does not verify are not written.
    """
    if out_folder.exists() and any(out_folder.iterdir()):
        raise OutOfOrder(
            Sentence("a new or empty folder"),
            Sentence("one with files in it"),
            Sentence("Name another folder; nothing was overwritten."),
            str(out_folder),
        )
    if not verify_and_show(record):
        raise typer.Exit(1)
    reader = FolderReader(record)
    election = Election(read_document(reader.read(DEFINITION, MAX_BYTES[Kind.DEFINITION]), Definition, DEFINITION))
    results = _newest_results(reader)
    write_pages(reader, election, results, out_folder, _link(out_folder, record))
    out.print()
    out.print(say("Open in a browser: {page}", page=str(out_folder / "index.html")), markup=False)


def write_pages(reader: FolderReader, election: Election, results: Results, folder: Path, link: str = "record") -> None:
    """Writes the results pages, and those of the codes where there are any, in Spanish and English.

    Args:
        reader: the record.
        election: its definition.
        results: the edition to show.
        folder: where to; made if absent.
        link: the way from there to the record.
    """
    languages = {"es": say_in("es"), "en": say_in("en")}
    _write(folder, results_site(election, results, languages, link).items())
    if not election.is_encrypted:
        return
    opened = open_for_codes(reader, Pins())
    stations = (station_codes(opened, station) for station in election.stations)
    _write(folder, codes_site(election, results, stations, languages, link))


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _newest_results(reader: FolderReader) -> Results:
    """The last edition; a record that was verified without one has nothing to show."""
    places = {path: place_of(path) for path in reader.list().sizes}
    editions = {place.number: path for path, place in places.items() if place and place.kind is Kind.RESULTS}
    if not editions:
        raise OutOfOrder(
            Sentence("a record with results"),
            Sentence("none yet"),
            Sentence("Come back when the centre has published the first edition."),
            reader.root,
        )
    path = editions[max(editions)]
    return read_document(reader.read(path, MAX_BYTES[Kind.RESULTS]), Results, path)


def _link(pages: Path, record: Path) -> str:
    """The way from the pages to the record, for links that hold when both are moved together."""
    return Path(os.path.relpath(record.resolve(), pages.resolve())).as_posix()
