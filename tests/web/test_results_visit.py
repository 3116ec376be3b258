"""A journalist's visit, end to end, in a browser: from the front page to a sheet, the tables, the incidents."""

import csv
import hashlib
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, Page
from tests.browser import DESKTOP, open_page
from tests.tampering.builder import build

from urna.cli.page import write_pages
from urna.encoding.document import read_document
from urna.interop.nist.results.reading import read_report
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


EARLY, CLOSED = "2020-12-06T10:00:00Z", "2020-12-07T02:00:00Z"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[int, str], Results]:
    """Writes the site of an edition at a moment into one and the same folder."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    published = dict(build().publish())
    for path, data in published.items():
        writer.write(path, data)

    def write_edition(number: int, now: str) -> Results:
        results = read_document(published[results_path(number)], Results)
        write_pages(
            FolderReader(tmp_path / "record"), build().election, results, tmp_path / "site", "../record", now=now
        )
        return results

    return write_edition


def opens(name: str, data: bytes) -> bool:
    """Whether a program that reads such files finds something in it."""
    match name.rpartition(".")[2]:
        case "csv":
            return bool(list(csv.DictReader(StringIO(data.decode()))))
        case "parquet":
            return bool(pyarrow.parquet.read_table(BytesIO(data)).num_rows)
        case "xlsx":
            return bool(openpyxl.load_workbook(BytesIO(data))["urna"].max_row > 1)
        case "json" if "nist" not in name:
            return bool(json.loads(data))
        case _:
            return bool(read_report(data, name).contests)


@pytest.mark.slow
def test_a_journalist_who_comes_before_during_and_after(
    browser: Browser, serve: Callable[[Path], str], tmp_path: Path, write: Callable[[int, str], Results]
) -> None:
    """Nothing before the close; then provisional numbers; the link that was noted then shows the final ones later."""
    write(1, EARLY)
    address = serve(tmp_path)
    context, watched = open_page(browser, f"{address}/site/index.en.html", DESKTOP)
    page = watched.page
    assert "No results before the polls have closed" in page.inner_text("main")
    assert page.request.get(f"{address}/site/data/totals.csv").status == 404
    assert page.request.get(f"{address}/site/stations/A-01.html").status == 404

    context.close()

    write(1, CLOSED)
    context, watched = open_page(browser, f"{address}/site/index.en.html", DESKTOP)
    page = watched.page
    assert page.locator(".status").inner_text() == "Provisional results"
    page.get_by_role("link", name="Find a station").click()
    page.fill("#typed", "b-02")
    page.locator("#found a").first.click()
    page.wait_for_load_state()
    noted = page.url
    assert noted.endswith("/stations/B-02.en.html")
    assert page.locator(".status").inner_text() == "Provisional results"

    assert watched.errors == []
    context.close()

    write(2, CLOSED)
    context, watched = open_page(browser, noted, DESKTOP)
    page = watched.page
    assert page.locator(".status").inner_text() == "Final results"
    page.get_by_role("link", name="Incidents and corrections").click()
    page.wait_for_load_state()
    corrected = page.locator("#corrections ~ table tbody tr").first
    assert "correction 1" in corrected.inner_text()
    assert "counted" in corrected.inner_text()
    for link in corrected.locator("a").all():
        reached = page.request.get(
            page.evaluate("link => new URL(link, location.href).href", link.get_attribute("href"))
        )
        assert reached.ok
    assert watched.errors == []
    context.close()


@pytest.mark.slow
def test_every_download_opens(
    browser: Browser, serve: Callable[[Path], str], tmp_path: Path, write: Callable[[int, str], Results]
) -> None:
    """Each file on the page of downloads, read by a program for such files."""
    write(2, CLOSED)
    address = serve(tmp_path)
    context, watched = open_page(browser, f"{address}/site/downloads.en.html", DESKTOP)
    links = [each.get_attribute("href") or "" for each in watched.page.locator("table.files a").all()]
    forms = {"csv", "json", "parquet", "xlsx", "xml"}
    assert {each.rpartition(".")[2] for each in links} == forms
    assert len(links) == 4 * (4 + len(build().election.contests)) + 2
    for link in links:
        reached = watched.page.request.get(f"{address}/site/{link}")
        assert reached.ok
        assert opens(link, reached.body()), link
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["index", "territory-{}-STATE-A", "stations/A-01", "outstanding", "changes", "downloads"]
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_each_page_says_its_status_on_the_screen_and_on_paper(
    browser: Browser,
    serve: Callable[[Path], str],
    tmp_path: Path,
    write: Callable[[int, str], Results],
    *,
    name: str,
    language: str,
) -> None:
    """Seen without scrolling, in the page's language; printed, with the numbers and without what leads elsewhere."""
    write(1, CLOSED)
    is_first = language == "es" or "{}" in name
    file = f"{name.format(language)}{'' if is_first else '.en'}.html"
    context, watched = open_page(browser, f"{serve(tmp_path)}/site/{file}", DESKTOP)
    page = watched.page
    said = {"es": "Resultados provisionales", "en": "Provisional results"}[language]
    status = page.locator(".status")
    assert status.inner_text() == said
    box = status.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < DESKTOP[1]
    page.emulate_media(media="print")
    assert status.is_visible()
    assert not page.locator(".languages").is_visible()
    assert _pages_of(page) >= 1
    context.close()


def _pages_of(page: Page) -> int:
    """How many sheets of paper it takes."""
    return page.pdf(format="A4").count(b"/Type /Page\n")
