"""The public site of 30,000 stations: from scratch, with nothing new, with one station more, with a thousand more."""

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, of_runs, rate_of_runs, seconds_of
from bench.places import WORK, Ended, emptied, urna
from bench.site_record import STATIONS, SiteRecord
from urna.cli.page_sheets import sheet_files
from urna.storage.record import FolderReader
from urna.web.results.evidence import Evidence

RECORD, SITE = WORK / "site-record", WORK / "site"
SHEETS = 40
MORE = 1_000
OVERVIEW = ("index.html", "style.css", "icon.svg")


def run(runs: int) -> Iterator[Figure]:
    """`urna page` as the centre calls it, after its own verification: start, reading and writing included."""
    record = SiteRecord(emptied(RECORD))
    record.issue(1, STATIONS - MORE - 1)
    whole = [_page(emptied(SITE)) for _ in range(runs)]
    files = [path for path in SITE.rglob("*") if path.is_file()]
    yield Figure("stations", STATIONS, "stations")
    yield Figure("pages", sum(path.suffix == ".html" for path in files), "pages")
    yield Figure("files, tables and the search's included", len(files), "files")
    yield Figure("site", sum(path.stat().st_size for path in files) / 1e6, "MB")
    yield Figure(
        "overview with style sheet and icon", sum((SITE / name).stat().st_size for name in OVERVIEW) / 1e3, "kB"
    )
    yield of_runs("from scratch, a process a core", [each.seconds for each in whole])
    yield of_runs("from scratch, processor time of all", [each.processor_seconds for each in whole])
    yield Figure("memory of the largest process", max(each.megabytes for each in whole), "MB")
    yield of_runs("nothing changed", [_page(SITE).seconds for _ in range(runs)])
    yield from _after(record, 2, STATIONS - MORE, "one station more", files)
    yield from _after(record, 3, STATIONS, f"{MORE:,} stations more", files)
    yield from _sheets(record, runs)


def _page(folder: Path) -> Ended:
    return urna("page", RECORD, "--out", folder, "--verified")


def _after(record: SiteRecord, edition: int, counted: int, what: str, files: list[Path]) -> Iterator[Figure]:
    """An edition more, and the site after it."""
    record.issue(edition, counted)
    before = {path: path.stat().st_ino for path in files}
    ended = _page(SITE)
    yield of_runs(what, [ended.seconds])
    yield of_runs(f"{what}, processor time of all", [ended.processor_seconds])
    yield Figure(f"{what}: files written", sum(path.stat().st_ino != before[path] for path in files), "files")


def _sheets(record: SiteRecord, runs: int) -> Iterator[Figure]:
    """Pictures and PDFs of sheets, as they are rendered when sheets are accepted."""
    evidence = Evidence(FolderReader(RECORD))
    read = [evidence.sheet(code, 0) for code in list(record.election.stations)[:SHEETS]]
    made = [[dict(sheet_files(record.election, each)) for each in read[:1]]]
    seconds = [seconds_of(lambda: [dict(sheet_files(record.election, each)) for each in read]) for _ in range(runs)]
    yield rate_of_runs("sheets rendered, PDF and picture, 1 process", SHEETS, seconds, "sheets/s")
    yield Figure("a sheet's PDF and picture", sum(len(data) for data in made[0][0].values()) / 1e3, "kB")
