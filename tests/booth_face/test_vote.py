"""Whole votes in chromium: by touch in both languages, and with the browser's own back and reload."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from tests.booth_face.ballots import sixty
from tests.booth_face.scene import LAUNCH_KEY, Scene, served
from tests.browser import Watched

from urna.web.booth.steps import Step
from urna.web.kiosk.display import DEFAULT

pytestmark = pytest.mark.slow

KEPT = '{"htmx-current-path-for-history":"/"}'
"""All that htmx keeps in the browser: the address of the one page."""

SIZE: ViewportSize = {"width": DEFAULT.width, "height": DEFAULT.height}


class Sitting:
    """A voter's seat: one face, one page."""

    def __init__(self, scene: Scene, watched: Watched) -> None:
        self.scene = scene
        self.watched = watched
        self.page: Page = watched.page

    def step(self, step: str) -> None:
        """Waits for a step."""
        self.page.wait_for_selector(f"#screen.step-{step}")

    def contest(self, number: int) -> None:
        """Waits for a contest."""
        self.page.wait_for_function(
            "(n) => document.querySelector('.position')?.innerText.match(/\\d+/)?.[0] === String(n)", arg=number
        )


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[Scene, str]]:
    """One face for all of them."""
    scene = Scene(sixty())
    with served(scene) as url:
        yield scene, url


@pytest.fixture(scope="module")
def context_page(browser: Browser, address: tuple[Scene, str]) -> Iterator[Watched]:
    """The page that came through the entrance."""
    watched = Watched(browser.new_context(viewport=SIZE).new_page())
    watched.page.goto(f"{address[1]}/enter?key={LAUNCH_KEY}")
    yield watched
    watched.page.context.close()


@pytest.fixture
def sitting(address: tuple[Scene, str], context_page: Watched) -> Iterator[Sitting]:
    """Activated."""
    address[0].activate()
    made = Sitting(address[0], context_page)
    made.step("contest")
    yield made
    made.scene.acknowledge()
    made.step("waiting")
    assert context_page.errors == []
    context_page.requests.clear()


def test_a_plain_vote_takes_at_most_five_touches_beyond_one_a_contest(sitting: Sitting) -> None:
    """Four contests, the first with two votes; nothing of the choices is in an address or kept by the browser."""
    touches = 0

    def touch(selector: str) -> None:
        nonlocal touches
        sitting.page.click(selector)
        touches += 1

    touch("button[value='choose:NOM-0']")
    sitting.page.wait_for_selector("button[value='choose:NOM-0'][aria-pressed=true]")
    touch("button[value='choose:NOM-3']")
    sitting.page.wait_for_selector("button[value='choose:NOM-3'][aria-pressed=true]")
    touch("button[value=next]")
    for number, option in ((2, "ALC-1"), (3, "REG-2"), (4, "NAC-3")):
        sitting.contest(number)
        touch(f"button[value='choose:{option}']")
    sitting.step("review")
    touch("button[value=vote]")
    sitting.step("question")
    touch("button[value=yes]")
    sitting.step("cast")
    assert touches <= 4 + 5
    chosen = [each.options for each in sitting.scene.running.papers[-1].contests]
    assert chosen == [("NOM-0", "NOM-3"), ("ALC-1",), ("REG-2",), ("NAC-3",)]
    assert not [url for url in sitting.watched.requests if "NOM" in url or "ALC" in url]
    assert sitting.page.evaluate("[localStorage.length, JSON.stringify(sessionStorage), document.cookie]") == [
        0,
        KEPT,
        "",
    ]


def test_a_vote_in_english_with_everything_changed_once(sitting: Sitting) -> None:
    """Overvote, review, change, and the language of the page itself."""
    page = sitting.page
    page.click("text=English")
    page.wait_for_selector("#screen[lang=en]")
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    for option in ("NOM-0", "NOM-1", "NOM-2"):
        page.click(f"button[value='choose:{option}']")
        page.wait_for_timeout(120)
    assert "All 2 votes are used" in page.inner_text(".notice")
    for number in (2, 3, 4):
        page.click("button[value=next]")
        sitting.contest(number)
    page.click("button[value=next]")
    sitting.step("review")
    page.click("button[value='change:ALC']")
    sitting.contest(2)
    page.click("button[value='choose:ALC-0']")
    page.wait_for_selector("button[value='choose:ALC-0'][aria-pressed=true]")
    page.click("text=Back to the review")
    sitting.step("review")
    page.click("button[value=vote]")
    sitting.step("unused")
    page.click("text=Leave as it is")
    sitting.step("question")
    page.click("text=Yes, cast my vote")
    sitting.step("cast")
    assert page.inner_text("h1") == "Your vote was cast."


def test_back_reload_and_a_second_tab_show_where_the_booth_is(sitting: Sitting) -> None:
    """In the state where it would matter most: at the question, and after the vote."""
    page = sitting.page
    for number in (2, 3, 4):
        page.click("button[value=next]")
        sitting.contest(number)
    page.click("button[value=next]")
    sitting.step("review")
    page.reload()
    sitting.step("review")
    page.click("button[value=vote]")
    sitting.step("unused")
    second = page.context.new_page()
    second.goto(page.url)
    second.wait_for_selector("#screen.step-unused")
    page.click("button[value=leave]")
    sitting.step("question")
    second.wait_for_selector("#screen.step-question")
    second.close()
    page.reload()
    sitting.step("question")
    page.click("button[value=yes]")
    sitting.step("cast")
    page.go_back()
    page.wait_for_timeout(100)
    page.go_forward()
    sitting.step("cast")
    assert sitting.scene.face.look().step is Step.CAST
