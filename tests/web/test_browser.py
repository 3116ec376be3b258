"""The pages in a browser: both languages, phone and desktop, light and dark."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser import DESKTOP, PHONE, SMALLEST_PHONE, open_page
from tests.web.examples import Shown, example_results, hostile_results, large_results, nation_results, troubled_results
from tests.web.pictures import write_site

EXAMPLES = {"final": example_results, "troubled": troubled_results, "large": large_results, "hostile": hostile_results}
FILES = ("index.html", "index.en.html", "territory-es-SAB.html")
SIZES = {"320 px": SMALLEST_PHONE, "phone": PHONE, "desktop": DESKTOP}
LARGER_TEXT = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture(params=EXAMPLES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An example's pages, on disk."""
    make: Callable[[], Shown] = EXAMPLES[request.param]
    return write_site(make(), tmp_path)


def test_pages_open_from_a_folder_without_errors_or_sideways_scroll(browser: Browser, folder: Path) -> None:
    """Pages of each kind, at three widths, details closed and open; they ask only for their own style and icon."""
    for file in (folder / name for name in FILES):
        context, watched = open_page(browser, file.as_uri(), DESKTOP)
        for is_open in ("false", "true"):
            watched.page.evaluate(f"document.querySelectorAll('details').forEach(each => {{ each.open = {is_open} }})")
            for name, (width, height) in SIZES.items():
                watched.page.set_viewport_size({"width": width, "height": height})
                assert not watched.has_sideways_scroll(), f"{file.name}, {name}, details open: {is_open}"
        assert watched.errors == []
        assert {Path(url).name for url in watched.requests} <= {file.name, "style.css", "icon.svg"}
        assert all(url.startswith(folder.as_uri()) for url in watched.requests)
        context.close()


@pytest.mark.parametrize(("file", "other"), [("index.html", "English"), ("index.en.html", "Español")])
def test_seats_add_up_and_the_other_language_is_one_click_away(
    browser: Browser, serve: Callable[[Path], str], tmp_path: Path, file: str, other: str
) -> None:
    """Served by any web server: the title, 22 seats in the table and 22 circles, and the other language's page."""
    election, results = example_results()
    address = serve(write_site((election, results), tmp_path))
    context, watched = open_page(browser, f"{address}/{file}", PHONE)
    page = watched.page
    language = page.locator("html").get_attribute("lang") or ""
    assert page.title() == election.definition.title[language]
    assert page.locator("h1").inner_text() == election.definition.title[language]
    house = sum(result.rule.seats for result in results.seats)
    seats = page.locator("table.parties tbody tr td:last-child").all_inner_texts()
    assert sum(int(each) for each in seats) == house
    assert page.locator("section[aria-labelledby=seats] svg[role=img] circle").count() == house
    assert page.evaluate("getComputedStyle(document.querySelector('.status')).borderRadius") != "0px"
    page.get_by_role("link", name=other).click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") != language
    assert page.title() == election.definition.title[page.locator("html").get_attribute("lang") or ""]
    assert watched.errors == []
    assert all(url.startswith(address) for url in watched.requests)
    context.close()


def test_a_circuit_opens_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    """Collapsed at first, its winner in the line; Enter shows its table."""
    site = write_site(example_results(), tmp_path)
    context, watched = open_page(browser, (site / "index.html").as_uri(), DESKTOP)
    circuit = watched.page.locator("#c-NOM-MON-1")
    assert not circuit.locator("table").is_visible()
    assert circuit.locator(".winners").inner_text()
    circuit.locator("summary").first.focus()
    watched.page.keyboard.press("Enter")
    assert circuit.locator("table").is_visible()
    context.close()


def test_text_may_be_twice_as_large(browser: Browser, tmp_path: Path) -> None:
    """WCAG 2.2, 1.4.4: nothing runs out of a desktop's window at 200 %."""
    site = write_site(example_results(), tmp_path)
    context, watched = open_page(browser, (site / "index.html").as_uri(), DESKTOP)
    watched.page.evaluate(LARGER_TEXT)
    assert not watched.has_sideways_scroll()
    context.close()


def test_dark_is_dark_and_paper_is_white(browser: Browser, tmp_path: Path) -> None:
    """The reader's scheme on the screen; always light in print."""
    site = write_site(example_results(), tmp_path)
    context, watched = open_page(browser, (site / "index.html").as_uri(), PHONE, "dark")
    ink = "getComputedStyle(document.querySelector('h1')).color"
    assert brightness(str(watched.page.evaluate(ink))) > 600
    watched.page.emulate_media(media="print")
    assert brightness(str(watched.page.evaluate(ink))) < 200
    assert not watched.page.locator("nav.contents").is_visible()
    assert watched.page.locator("#c-NOM-MON-1 table").is_visible()
    context.close()


@pytest.mark.parametrize("file", ["index.html", "territory-es-03.html", "territory-en-03-02.html"])
def test_a_nations_pages_fit_the_smallest_phone(browser: Browser, tmp_path: Path, file: str) -> None:
    """Ten-digit numbers at 320 px."""
    site = write_site(nation_results(), tmp_path)
    context, watched = open_page(browser, (site / file).as_uri(), SMALLEST_PHONE)
    assert not watched.has_sideways_scroll()
    assert watched.errors == []
    context.close()


def test_states_lead_to_stations_and_back(browser: Browser, tmp_path: Path) -> None:
    """From the nation to a state, a municipality, its stations' sheets, and back up."""
    site = write_site(nation_results(), tmp_path)
    context, watched = open_page(browser, (site / "index.html").as_uri(), DESKTOP)
    page = watched.page
    page.get_by_role("link", name="State 5", exact=True).click()
    assert page.locator("h1").inner_text() == "State 5"
    page.get_by_role("link", name="Municipality 5-3", exact=True).click()
    sheets = page.locator("table.stations td a")
    assert re.fullmatch(r"record/stations/S\d+/sheet-0\.note", sheets.first.get_attribute("href") or "")
    page.locator("nav.above a").first.click()
    assert page.url.endswith("/index.html")
    context.close()


def brightness(color: str) -> int:
    """The sum of the channels of "rgb(r, g, b)"."""
    return sum(int(channel) for channel in re.findall(r"\d+", color)[:3])
