"""The site of a small record: five stations, two editions, a correction, an incident, a station that never opened."""

from collections.abc import Mapping
from functools import cache

from tests.tampering.builder import build

from urna.encoding.document import read_document
from urna.record.layout import results_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.web.results.evidence import Evidence
from urna.web.results.lookup import Lookup
from urna.web.results.site import Site
from urna.words import Say, in_english

STATIONS = ("A-01", "A-02", "B-01", "B-02", "B-03")


@cache
def record() -> dict[str, bytes]:
    """The files of the record."""
    return dict(build().publish())


def site_of(number: int, languages: Mapping[str, Say], now: str = "") -> dict[str, bytes]:
    """Its pages, as one of its editions says."""
    evidence = Evidence(RecordInMemory(record()))
    results = read_document(record()[results_path(number)], Results)
    logged = {station for station in STATIONS if evidence.sheets_of(station)}
    lookup = Lookup(build().election, results, logged)
    pages = Site(lookup, languages, now=now or results.issued_at, evidence=evidence)
    return {page.name: pages.write(page) for page in pages.pages()}


@cache
def site(number: int = 2) -> dict[str, bytes]:
    """The same in English."""
    return site_of(number, {"en": in_english})
