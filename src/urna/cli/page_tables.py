"""The site's tables: those whose stations changed, then those that are made of them, then NIST's report."""

from collections.abc import Iterator
from pathlib import Path

from urna.cli.page_files import Files, Item, Made, SiteFolder
from urna.web.results.nist import REPORT, report_files
from urna.web.results.site import Site
from urna.web.results.table_files import joined, table_files
from urna.web.results.tables import TableFile

JOINED = ("csv", "json", "parquet")


def update_tables(target: SiteFolder, site: Site, processes: int) -> Made:
    """Writes what changed of the tables.

    Args:
        target: the site's folder.
        site: the pages.
        processes: how many; 0 for as many as the machine has.
    """
    files = list(site.tables.files())
    single = target.update((_item(each) for each in files if not each.parts), _Tables(site), processes)
    whole = target.update((_item(each) for each in files if each.parts), _Joined(target.folder), processes)
    report = target.update([Item(f"{REPORT}.json", site.keys.edition, None)], _Report(site))
    parts = (single, whole, report)
    return Made(sum(part.written for part in parts), sum(part.kept for part in parts))


def _item(file: TableFile) -> Item:
    return Item(f"{file.stem}.csv", file.key, file)


class _Tables:
    """Writes a table in all its forms; other processes inherit it."""

    def __init__(self, site: Site) -> None:
        self._tables, self._issued_at = site.tables, site.lookup.results.issued_at

    def __call__(self, file: TableFile) -> Files:
        made = table_files(self._tables.table(file), self._issued_at, is_spreadsheet=file.is_spreadsheet)
        return ((f"{file.stem}.{ending}", data) for ending, data in made)


class _Report:
    """Writes the edition in NIST's format."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __call__(self, _: None) -> Files:
        lookup, evidence = self._site.lookup, self._site.evidence
        if evidence is None:
            raise ValueError(REPORT)
        stations = self._site.tables.report_has_stations
        return report_files(lookup.election, lookup.results, evidence.reader, stations=stations)


class _Joined:
    """Joins the parts that are on the disk already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, file: TableFile) -> Iterator[tuple[str, bytes]]:
        for ending in JOINED:
            parts = [(self._folder / f"{part}.{ending}").read_bytes() for part in file.parts]
            yield f"{file.stem}.{ending}", joined(ending, parts)
