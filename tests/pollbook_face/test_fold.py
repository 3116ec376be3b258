"""The usual display in chromium: what is pressed next is seen without scrolling; what is typed is seen whole."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.pollbook_face import day_screens, screens
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served
from tests.pollbook_face.people_walk import find, sign_in
from tests.pollbook_face.scene import without_fingers

from urna.station.cards import Role
from urna.web.kiosk.display import DEFAULT

GROUPS = " ".join(["MMMM"] * 26)
"""As long as the centre's answer, in its widest letters."""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_primary_button_of_every_page_of_people_is_seen_without_scrolling(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    """Sign-in, people, exceptions, booths, queue, incidents, supplies, paper book."""
    walk = screens.take(browser, screens.DeskLook(language), tmp_path, has_axe=False)
    assert walk.wrong == []
    assert walk.primaries > 25


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_primary_button_of_every_page_of_the_day_is_seen_without_scrolling(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    """Opening, contingency, closing; also where a card was refused just before."""
    walk = day_screens.take(browser, screens.DeskLook(language), tmp_path, has_axe=False)
    assert walk.wrong == []
    assert walk.primaries > 18


def test_a_button_below_the_fold_is_found(browser: Browser) -> None:
    """On a screen of a third of the height the sign-in's button is hidden, and said to be."""
    scene = DayScene()
    context = browser.new_context(viewport={"width": DEFAULT.width, "height": DEFAULT.height // 3})
    with served(scene) as address:
        walk = Walk(context.new_page(), has_axe=False, has_fold=True)
        walk.page.goto(address)
        walk.page.wait_for_selector("#pin")
        walk.look("sign-in")
    context.close()
    assert len(walk.wrong) == 1
    assert "of 360 pixels" in walk.wrong[0]


@pytest.mark.parametrize("display", screens.LOOKS[1:], ids=lambda look: look.display.name)
def test_the_centres_whole_answer_is_seen_where_it_is_typed(browser: Browser, display: screens.DeskLook) -> None:
    """Twenty-six groups of four letters, on the usual display and on the smallest."""
    scene = DayScene(is_open=True)
    display.show(scene)
    size = {"width": display.display.width, "height": display.display.height}
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]  # two whole numbers
    with served(scene) as address:
        walk = Walk(context.new_page(), has_axe=False)
        to_the_telephone(scene, walk, address)
        walk.page.fill("#response", GROUPS)
        hidden = walk.page.evaluate("(e => e.scrollHeight - e.clientHeight)(document.getElementById('response'))")
    context.close()
    assert hidden <= 0


def to_the_telephone(scene: DayScene, walk: Walk, address: str) -> None:
    """Two cards, somebody of whom nothing is stored, and a challenge for the centre."""
    walk.page.goto(address)
    for role in (Role.SECRETARY, Role.PRESIDENT):
        walk.page.wait_for_selector("#pin")
        sign_in(walk, role)
    walk.page.wait_for_selector("#words:focus")  # keys before would go nowhere
    find(walk, without_fingers(scene)[0].number)
    walk.press('form[action="/people/no-image"] button')
    walk.page.click('main a[href="/override"]')
    walk.page.click('main a[href="/override/telephone"]')
    walk.page.wait_for_selector('form[action="/override/telephone/call"]')
    walk.press('form[action="/override/telephone/call"] button')
