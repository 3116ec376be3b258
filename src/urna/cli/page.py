"""`urna page RECORD --out FOLDER`: the public site of an election, from a record that verifies.

Called again on the same folder it writes what changed, and nothing else (`cli/page_files`).
"""

import os
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

import urna
from urna.cli.page_codes import update_codes
from urna.cli.page_files import MADE, Files, Item, Made, SiteFolder
from urna.cli.page_sheets import update_sheets
from urna.cli.page_tables import update_tables
from urna.cli.screen import out
from urna.cli.verify import verify_and_show
from urna.cli.words import say, say_in
from urna.election.definition import Definition, Election
from urna.encoding.canonical import Moment, digest
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.record.layout import DEFINITION, MAX_BYTES, Kind
from urna.record.newest import newest_results
from urna.storage.record import FolderReader
from urna.tally.results import Results
from urna.web.results.evidence import Evidence
from urna.web.results.geojson import MAX_GEO_BYTES, GeoMap, read_map
from urna.web.results.lookup import Lookup
from urna.web.results.page import ASSETS, SEARCH_SCRIPT, asset
from urna.web.results.site import Page, Site
from urna.web.results.station import Pictures
from urna.words import Sentence

LANGUAGES = ("es", "en")
SHEETS = "sheets"
PROGRAM = ("web/results", "web/results/templates", "interop/nist", "interop/nist/results", "papers")
"""Folders of the modules and templates that files of the site are made by."""


def run(
    record: Annotated[Path, typer.Argument(help=say("The folder of the public record."), metavar="RECORD")],
    out_folder: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help=say("A new folder for the site, or one of an earlier run."))
    ],
    geo: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help=say("GeoJSON outlines of the territories, each with its `code`."),
        ),
    ] = None,
    sheets: Annotated[
        bool,
        typer.Option("--sheets", show_default=False, help=say("Render the sheets that have no picture yet.")),
    ] = False,
    verified: Annotated[
        bool,
        typer.Option(
            "--verified",
            show_default=False,
            help=say("Do not verify: the centre's own record, just written."),
        ),
    ] = False,
    jobs: Annotated[int, typer.Option(min=0, help=say("Processes; 0 for as many as the machine has."))] = 0,
) -> None:
    """Verify a record and write its results as a site: in Spanish, with English beside it, readable without scripts.

    Pages of a record that does not verify are not written. Until the polls have closed the site says nothing of votes.
    """
    _check_folder(out_folder)
    if not verified and not verify_and_show(record):
        raise typer.Exit(1)
    reader = FolderReader(record)
    election = Election(read_document(reader.read(DEFINITION, MAX_BYTES[Kind.DEFINITION]), Definition, DEFINITION))
    results = newest_results(reader)
    link = _link(out_folder, record)
    made = write_pages(
        reader, election, results, out_folder, link, now=_now(results), geo=geo, sheets=sheets, processes=jobs
    )
    out.print()
    out.print(say("Pages written: {written}. Unchanged: {kept}.", written=made.written, kept=made.kept))
    out.print(say("Open in a browser: {page}", page=str(out_folder / "index.html")), markup=False)


def write_pages(
    reader: FolderReader,
    election: Election,
    results: Results,
    folder: Path,
    link: str = "record",
    *,
    now: Moment,
    geo: Path | None = None,
    sheets: bool = False,
    processes: int = 0,
) -> Made:
    """Writes the site, or what changed of it, in Spanish and English.

    1. What the record holds besides the results; the pictures of its sheets, if they are asked for.
    2. The pages whose inputs changed, the overview last.
    3. Where ballots are encrypted, the pages of their codes likewise; then the tables.

    Args:
        reader: the record, verified.
        election: its definition.
        results: the edition to show.
        folder: where to; made if absent.
        link: the way from there to the record.
        now: until the polls have closed, one page says so and nothing else is written.
        geo: a GeoJSON file.
        sheets: whether to render the sheets that have no picture.
        processes: how many; 0 for as many as the machine has.
    """
    languages = {code: say_in(code) for code in LANGUAGES}
    evidence = Evidence(reader)
    logged = {station for station in election.stations if evidence.sheets_of(station)}
    lookup = Lookup(election, results, logged)
    release, target = _release(), SiteFolder(folder)
    parts = [update_sheets(target, election, evidence, processes)] if sheets else []
    site = Site(
        lookup,
        languages,
        link,
        now=now,
        evidence=evidence,
        pictures=_pictures(folder),
        geo=_geo(geo, lookup),
        release=release,
    )
    parts.append(target.update(_assets(release), lambda name: [(name, asset(name))]))
    if site.is_closed and election.is_encrypted:
        parts.append(update_codes(target, reader, site, release, processes))
    if site.is_closed:
        parts.append(update_tables(target, site, processes))
    parts.append(target.update(map(_item, site.pages()), _Pages(site), processes))
    target.close()
    return Made(sum(part.written for part in parts), sum(part.kept for part in parts))


class _Pages:
    """Writes pages of a site; other processes inherit it, with what every page of a kind needs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        _ = site.prospects

    def __call__(self, page: Page) -> Files:
        return [(page.name, self._site.write(page))]


def _item(page: Page) -> Item:
    return Item(page.name, page.key, page)


def _assets(release: str) -> list[Item]:
    return [Item(name, release, name) for name in (*ASSETS, SEARCH_SCRIPT)]


def _release() -> str:
    """Stands for the program that writes pages and for its words: another one writes every page again."""
    package = files("urna")
    parts = [each for folder in PROGRAM for each in package.joinpath(*folder.split("/")).iterdir()]
    parts += [package / "locale" / code / "LC_MESSAGES" / "urna.mo" for code in LANGUAGES]
    hashes = [f"{each.name} {digest(each.read_bytes())}" for each in parts if each.is_file()]
    return digest("\n".join([urna.__version__, *sorted(hashes)]).encode())


def _pictures(folder: Path) -> Pictures:
    """The sheets that were rendered when they were accepted."""
    sheets = folder / SHEETS
    return Pictures(frozenset(f"{SHEETS}/{each.name}" for each in sheets.iterdir()) if sheets.is_dir() else frozenset())


def _geo(file: Path | None, lookup: Lookup) -> GeoMap | None:
    if file is None:
        return None
    with file.open("rb") as opened:
        return read_map(opened.read(MAX_GEO_BYTES + 1), lookup, str(file))


def _now(results: Results) -> Moment:
    """This computer's clock, or the centre's signed moment where that is later."""
    return max(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), results.issued_at)


def _check_folder(folder: Path) -> None:
    """Refuses a folder with other things in it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MADE).exists():
        raise OutOfOrder(
            Sentence("a new or empty folder, or one of an earlier run"),
            Sentence("one with other files in it"),
            Sentence("Name another folder; nothing was overwritten."),
            str(folder),
        )


def _link(pages: Path, record: Path) -> str:
    """The way from the pages to the record, for links that hold when both are moved together."""
    return Path(os.path.relpath(record.resolve(), pages.resolve())).as_posix()
