"""The site's tables: those whose stations changed, then those that are made of them."""

from collections.abc import Iterator
from pathlib import Path

from urna.cli.page_files import Files, Item, Made, SiteFolder
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
    return Made(single.written + whole.written, single.kept + whole.kept)


def _item(file: TableFile) -> Item:
    return Item(f"{file.stem}.csv", file.key, file)


class _Tables:
    """Writes a table in all its forms; other processes inherit it."""

    def __init__(self, site: Site) -> None:
        self._tables, self._issued_at = site.tables, site.lookup.results.issued_at

    def __call__(self, file: TableFile) -> Files:
        made = table_files(self._tables.table(file), self._issued_at, is_spreadsheet=file.is_spreadsheet)
        return ((f"{file.stem}.{ending}", data) for ending, data in made)


class _Joined:
    """Joins the parts that are on the disk already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, file: TableFile) -> Iterator[tuple[str, bytes]]:
        for ending in JOINED:
            parts = [(self._folder / f"{part}.{ending}").read_bytes() for part in file.parts]
            yield f"{file.stem}.{ending}", joined(ending, parts)
