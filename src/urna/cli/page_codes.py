"""The pages of confirmation codes: only those of stations whose ballots changed are computed again."""

from collections.abc import Iterator

from urna.cli.page_files import Files, Item, Made, SiteFolder
from urna.record.layout import ballots_path, opened_path, sheet_path
from urna.storage.record import FolderReader
from urna.verify.code_search import Opened, open_for_codes
from urna.verify.pins import Pins
from urna.web.results.codes import SCRIPT, STATIONS_IN_INDEX, CodesSite, script, station_codes, station_line
from urna.web.results.evidence import Evidence
from urna.web.results.keys import key_of
from urna.web.results.site import Site

INDEX = ""
"""In place of a station."""


def update_codes(target: SiteFolder, reader: FolderReader, site: Site, release: str, processes: int) -> Made:
    """Writes what changed of the codes' pages.

    Args:
        target: the site's folder.
        reader: the record, verified.
        site: the other pages.
        release: stands for the program and its words.
        processes: how many; 0 for as many as the machine has.

    Raises:
        Unproven: a list of ballots that is not its sheet's, or lacks a ciphertext.
    """
    if site.evidence is None:
        raise ValueError(release)
    opened = open_for_codes(reader, Pins())
    items = list(_items(site, site.evidence))
    made = target.update(items, _Codes(opened, site), processes)
    target.update([Item(f"codes/{SCRIPT}", release, SCRIPT)], lambda _: [(f"codes/{SCRIPT}", script())])
    return made


def _items(site: Site, evidence: Evidence) -> Iterator[Item]:
    """Each station's pages, all languages together, then the index."""
    keys = []
    first = site.names.languages.all[0]
    for station in site.lookup.election.stations:
        paths = (ballots_path(station), opened_path(station), sheet_path(station, 0))
        hashes = [evidence.leaves[path].sha256 if path in evidence.leaves else "" for path in paths]
        keys.append(key_of(site.keys.site, hashes, site.lookup.states[station].state.value))
        yield Item(site.names.languages.codes_file(station, first), keys[-1], station)
    yield Item(site.names.languages.codes_file("index", first), key_of(keys), INDEX)


class _Codes:
    """Writes codes' pages; other processes inherit it."""

    def __init__(self, opened: Opened, site: Site) -> None:
        self._opened = opened
        self._pages = CodesSite(site.lookup, site.names.languages, site.names.record, site.names.places)
        self._stations = list(site.lookup.election.stations)

    def __call__(self, station: str) -> Files:
        if station:
            return self._pages.station(station_codes(self._opened, station))
        if len(self._stations) > STATIONS_IN_INDEX:
            return self._pages.index([])
        return self._pages.index([station_line(self._opened, each) for each in self._stations])
