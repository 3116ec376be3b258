"""axe-core finds nothing on any kind of page, light or dark, on a phone or a desktop; nothing scrolls sideways."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Browser
from tests.browser import DESKTOP, PHONE, SMALLEST_PHONE, open_page
from tests.tampering.builder import build
from tests.web.examples import republic_results
from tests.web.pictures import write_site

from urna.cli.page import write_pages
from urna.encoding.document import read_document
from urna.record.layout import results_path
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import Results

AXE = Path(__file__).parents[2] / ".venv/share/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true })"
OF_RECORD = (
    "index.html",
    "stations/A-01.html",
    "stations/B-01.en.html",
    "stations/B-03.html",
    "outstanding.html",
    "changes.en.html",
    "downloads.html",
    "search/index.html",
    "territory-es-STATE-A.html",
)
OF_REPUBLIC = ("index.html", "outstanding.en.html", "elected.html", "territory-es-S01.html", "territory-es-C01.html")


@cache
def record_site() -> Path:
    """The site of a small record's first edition: provisional, with stations received and not yet proven."""
    folder = Path(mkdtemp(prefix="urna-site-"))
    writer = FolderWriter(folder / "record", durable=False)
    published = dict(build().publish())
    for path, data in published.items():
        writer.write(path, data)
    results = read_document(published[results_path(1)], Results)
    now = max(results.issued_at, build().election.definition.closes_at)
    write_pages(FolderReader(folder / "record"), build().election, results, folder / "site", "../record", now=now)
    return folder / "site"


@cache
def republic_site() -> Path:
    """The pages of an election as large as a nation's assembly."""
    return write_site(republic_results(), Path(mkdtemp(prefix="urna-site-")))


@cache
def embargo_site() -> Path:
    """The page that stands there before the polls close."""
    folder = Path(mkdtemp(prefix="urna-site-"))
    record = FolderReader(record_site().parent / "record")
    results = read_document(record.read(results_path(1), 10**8), Results)
    write_pages(record, build().election, results, folder, "../record", now="2019-01-01T00:00:00Z")
    return folder


@pytest.mark.parametrize(
    ("site", "name"),
    [
        *((record_site, name) for name in OF_RECORD),
        *(pytest.param(republic_site, name, marks=pytest.mark.slow) for name in OF_REPUBLIC),
        (embargo_site, "index.html"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_axe_finds_nothing(browser: Browser, site: object, name: str) -> None:
    """Details open, at three widths and in both schemes; no error, no request to elsewhere."""
    assert callable(site)
    folder: Path = site()
    for scheme in ("light", "dark"):
        context, watched = open_page(browser, (folder / name).as_uri(), DESKTOP, scheme)
        watched.page.evaluate(OPEN)
        for size in (DESKTOP, PHONE, SMALLEST_PHONE):
            watched.page.set_viewport_size({"width": size[0], "height": size[1]})
            assert not watched.has_sideways_scroll(), size
        assert watched.errors == []
        watched.page.evaluate(AXE.read_text())
        found = watched.page.evaluate(f"async () => (await axe.run({{runOnly: {list(TAGS)}}})).violations")
        assert [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found] == []
        context.close()
