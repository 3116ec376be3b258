"""A journalist's visit, end to end, in a browser: from the front page to a sheet, the tables, the incidents."""

import csv
import hashlib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser import DESKTOP, open_page
from tests.tampering.builder import build

from urna.cli.page import write_pages
from urna.encoding.document import read_document
from urna.record.layout import results_path, sheet_path
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import Results


@pytest.mark.slow
def test_a_journalists_visit(browser: Browser, serve: Callable[[Path], str], tmp_path: Path) -> None:
    """Status, territory, station, sheet, proof, table, incident, and the same page in the other language."""
    published = dict(build().publish())
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in published.items():
        writer.write(path, data)
    results = read_document(published[results_path(2)], Results)
    site = tmp_path / "site"
    write_pages(FolderReader(tmp_path / "record"), build().election, results, site, "../record", now=results.issued_at)
    address = serve(tmp_path)
    context, watched = open_page(browser, f"{address}/site/index.en.html", DESKTOP)
    page = watched.page

    # 1. The front page says what these numbers are.
    assert page.locator(".status").inner_text() == "Final results"

    # 2. A territory, then a station of it.
    page.locator("table.places a").first.click()
    page.wait_for_load_state()
    assert "/territory-en-" in page.url
    page.get_by_role("link", name="A-01", exact=True).first.click()
    page.wait_for_load_state()
    assert page.url.endswith("/stations/A-01.en.html")

    # 3. The sheet behind the page has the digits that the page prints.
    printed = page.locator("#check + p + ol code").first.inner_text().split("\n")[1]
    link = page.locator("table.files a", has_text="tally sheet").first.get_attribute("href") or ""
    fetched = page.request.get(f"{address}/site/stations/{link}").body()
    assert hashlib.sha256(fetched).hexdigest() == printed
    assert fetched == published[sheet_path("A-01", 0)]

    # 4. The table of the contest says the same of the station as its page.
    page.get_by_role("link", name="Downloads").click()
    page.wait_for_load_state()
    with page.expect_download() as download:
        page.locator("table.files a[href='data/LIST-N.csv']").evaluate("each => { each.download = ''; each.click() }")
    rows = list(csv.DictReader(StringIO(Path(download.value.path()).read_text())))
    row = next(each for each in rows if each["station"] == "A-01")
    total = results.total("LIST-N", build().election.contests["LIST-N"].territory)
    assert total is not None
    assert row["sheet"] == printed
    assert sum(int(each["ballots"] or 0) for each in rows) == total.ballots

    # 5. What was not counted is one click away, and leads back to its station.
    page.get_by_role("link", name="Incidents and corrections").click()
    page.wait_for_load_state()
    page.locator("#incidents ~ table a", has_text="B-01").first.click()
    page.wait_for_load_state()
    assert page.url.endswith("/stations/B-01.en.html")
    assert page.locator("#incidents").is_visible()

    # 6. The same page in the other language.
    page.get_by_role("link", name="Español").click()
    page.wait_for_load_state()
    assert page.url.endswith("/stations/B-01.html")
    assert page.locator("html").get_attribute("lang") == "es"
    assert watched.errors == []
    assert all(url.startswith(address) for url in watched.requests)
    context.close()
