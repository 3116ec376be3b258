"""A voter with a slip and a browser: the code is found by its link, by typing it, and without scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser import DESKTOP, PHONE, SMALLEST_PHONE, open_page
from tests.web.encrypted import codes_of, crowded, edition, world, write_whole_site

from urna.web.results.codes import CodeRow, codes_site
from urna.words import in_english

STATION = "A-01"
VISIBLE = (
    "id => { const r = document.getElementById(id).getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight }"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The pages of the small record, on disk."""
    yield write_whole_site(tmp_path)


def row_with_look_alikes() -> CodeRow:
    """A ballot whose code has a 0 and a 1, which people read as O and I or l."""
    return next(row for row in reversed(codes_of(STATION).rows) if "0" in row.code and "1" in row.code)


def test_a_link_to_a_code_shows_its_ballot(browser: Browser, folder: Path) -> None:
    """The permalink: the last ballot of the page is on the screen, marked, with what became of it."""
    row = codes_of(STATION).rows[-1]
    context, watched = open_page(browser, f"{(folder / f'codes/{STATION}.en.html').as_uri()}#{row.anchor}", PHONE)
    page = watched.page
    assert page.evaluate(VISIBLE, row.anchor)
    assert row.word in page.locator("tbody:target td").first.inner_text()
    marked, plain = (
        page.evaluate("s => getComputedStyle(document.querySelector(s)).backgroundColor", each)
        for each in ("tbody:target", "tbody:not(:target)")
    )
    assert marked != plain
    context.close()


@pytest.mark.parametrize(
    "spell",
    [
        lambda code: code,
        lambda code: f"  {code.lower()} ",
        lambda code: code.replace(" ", "-"),
        lambda code: code.replace(" ", "").replace("0", "O").replace("1", "I"),
        lambda code: code.lower().replace("0", "o").replace("1", "l"),
        lambda code: code[:9],
    ],
    ids=["as printed", "small", "hyphens", "O and I", "o and l", "eight digits"],
)
def test_a_typed_code_is_found_however_it_is_spelt(browser: Browser, folder: Path, spell: Callable[[str], str]) -> None:
    """Enter jumps to the ballot, opens its proof and puts the focus on it; nothing is asked of any server."""
    row = row_with_look_alikes()
    context, watched = open_page(browser, (folder / f"codes/{STATION}.html").as_uri(), PHONE)
    page = watched.page
    page.locator("#typed").fill(spell(row.code))
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#{row.anchor}")
    assert page.evaluate(VISIBLE, row.anchor)
    assert page.evaluate("document.activeElement.textContent") == row.code
    assert page.locator("tbody:target pre").is_visible()
    assert page.locator("#found").inner_text() == ""
    assert watched.errors == []
    assert {Path(url.partition("#")[0]).name for url in watched.requests} <= {
        f"{STATION}.html",
        "find.js",
        "style.css",
        "icon.svg",
    }
    context.close()


def test_a_link_with_the_code_as_printed_is_found_too(browser: Browser, folder: Path) -> None:
    """Somebody sends the code with its spaces behind the page's address."""
    row = row_with_look_alikes()
    address = f"{(folder / f'codes/{STATION}.html').as_uri()}#{row.code.lower().replace(' ', '%20')}"
    context, watched = open_page(browser, address, DESKTOP)
    assert watched.page.url.endswith(f"#{row.anchor}")
    assert watched.page.evaluate(VISIBLE, row.anchor)
    context.close()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ", "No ballot of this station has this code."),
        ("7Z", "Type at least the first four letters and digits."),
        ('"] *, [id="', "Type at least the first four letters and digits."),
    ],
)
def test_a_code_that_is_not_there_is_said_aloud(browser: Browser, folder: Path, typed: str, said: str) -> None:
    """In a live region, beside the link to what to do then; the page stays where it is."""
    context, watched = open_page(browser, (folder / f"codes/{STATION}.en.html").as_uri(), DESKTOP)
    page = watched.page
    page.locator("#typed").fill(typed)
    page.get_by_role("button", name="Find").click()
    assert page.get_by_role("status").inner_text().startswith(said)
    assert "#" not in page.url
    page.get_by_role("link", name="If your code is not there").click()
    assert page.locator("#absent").is_visible()
    assert "index.en.html#absent" in page.url
    assert watched.errors == []
    context.close()


def test_without_scripts_a_code_is_two_links_away(browser: Browser, tmp_path: Path) -> None:
    """No form that cannot work; the first character, then the first four, lead to the ballot among a thousand."""
    codes = crowded()
    row = codes.rows[700]
    write_whole_site(tmp_path)
    for name, data in codes_site(world().election, edition(), [codes], {"en": in_english}):
        (tmp_path / name).write_bytes(data)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((tmp_path / "codes" / f"{STATION}.html").as_uri())
    assert not page.locator("form").is_visible()
    page.locator("#search ~ ul").get_by_role("link", name=row.code[0], exact=True).click()
    page.locator(f"#begin-{row.code[0]} + ul").get_by_role("link", name=row.code[:4], exact=True).click()
    assert page.url.endswith(f"#{row.anchor}")
    place = page.locator(f"tbody[id='{row.anchor}']")
    box = place.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 740
    place.locator("summary").click()
    assert row.proof[0] in place.locator("pre").inner_text()
    context.close()


def test_a_voter_walks_from_the_results_to_the_ballot(
    browser: Browser, serve: Callable[[Path], str], folder: Path
) -> None:
    """Results, codes, station, an opened ballot, back; and the same page in the other language."""
    address = serve(folder)
    context, watched = open_page(browser, f"{address}/index.en.html", PHONE)
    page = watched.page
    page.get_by_role("link", name="Find a ballot by its code").click()
    page.get_by_role("link", name=STATION, exact=True).click()
    assert page.url.endswith(f"/codes/{STATION}.en.html")
    page.get_by_role("link", name="What it said").first.click()
    challenged = [row.anchor for row in codes_of(STATION).rows if row.state.value == "challenged"]
    assert page.url.endswith(f"#open-{challenged[0]}")
    assert page.evaluate(VISIBLE, f"open-{challenged[0]}")
    page.get_by_role("link", name="Español").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "es"
    page.locator("nav.above a").first.click()
    assert page.url.endswith("/index.html")
    assert watched.errors == []
    assert all(url.startswith(address) for url in watched.requests)
    context.close()


@pytest.mark.parametrize("file", [f"codes/{STATION}.html", f"codes/{STATION}.en.html", "codes/index.html"])
def test_pages_of_codes_fit_every_screen(browser: Browser, folder: Path, file: str) -> None:
    """Proofs closed and open, three widths, and text twice as large; nothing goes wrong."""
    context, watched = open_page(browser, (folder / file).as_uri(), DESKTOP)
    for is_open in ("false", "true"):
        watched.page.evaluate(f"document.querySelectorAll('details').forEach(each => {{ each.open = {is_open} }})")
        for width, height in (SMALLEST_PHONE, PHONE, DESKTOP):
            watched.page.set_viewport_size({"width": width, "height": height})
            assert not watched.has_sideways_scroll(), f"{width} px, open: {is_open}"
    watched.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not watched.has_sideways_scroll()
    assert watched.errors == []
    context.close()


def test_paper_has_every_code_and_only_the_proofs_that_were_open(browser: Browser, folder: Path) -> None:
    """A station's list on a few sheets, to hang on its door."""
    context, watched = open_page(browser, (folder / f"codes/{STATION}.html").as_uri(), DESKTOP)
    page = watched.page
    page.locator("tbody[id] summary").nth(2).click()
    page.emulate_media(media="print")
    codes = page.locator("tbody[id] th")
    assert [codes.nth(n).is_visible() for n in range(codes.count())] == [True] * len(codes_of(STATION).rows)
    proofs = page.locator("tbody[id] pre")
    assert [n for n in range(proofs.count()) if proofs.nth(n).is_visible()] == [2]
    assert not page.locator("form").is_visible()
    context.close()
