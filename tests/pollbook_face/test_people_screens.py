"""People in chromium: every page fits and axe finds nothing; a keyboard is enough."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served
from tests.pollbook_face.measure import PAGES, open_book
from tests.pollbook_face.people_walk import find, walk_people
from tests.pollbook_face.scene import with_fingers

SMALL: ViewportSize = {"width": 1280, "height": 800}


@pytest.mark.slow
def test_every_page_of_people_fits_and_axe_finds_nothing(browser: Browser) -> None:
    """WCAG 2.1 AA, no script error, nothing wider than the smallest display's pixels."""
    scene = DayScene(is_open=True)
    context = browser.new_context(viewport=SMALL, bypass_csp=True)
    walk = Walk(context.new_page())
    with served(scene) as address:
        walk_people(scene, walk, address)
    context.close()
    assert walk.seen > 30
    assert walk.wrong == []


def press_until(page: Page, selector: str) -> None:
    """The Tab key until this element has the focus, then Enter."""
    for _ in range(40):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} with the keyboard")


def test_a_keyboard_is_enough(browser: Browser) -> None:
    """Search, finger and booth for eight people with Enter alone: the primary button of each page has the focus."""
    scene = DayScene(is_open=True)
    context = browser.new_context(viewport=SMALL)
    with served(scene) as address:
        walk = open_book(context.new_page(), address)
        for elector in with_fingers(scene)[:8]:
            walk.page.keyboard.type(elector.number)
            scene.lay(elector)
            for shown in PAGES:
                walk.page.keyboard.press("Enter")
                walk.page.wait_for_selector(shown)
            scene.day_booths[1].vote()
            scene.desk.watch.look()
    context.close()
    assert walk.wrong == []
    assert scene.book.counts().activations == 8


def test_the_whole_screen_is_reached_with_the_tab_key(browser: Browser) -> None:
    """The bar, the panel and what is folded away, too."""
    scene = DayScene(is_open=True)
    context = browser.new_context(viewport=SMALL)
    with served(scene) as address:
        walk = open_book(context.new_page(), address)
        page, elector = walk.page, with_fingers(scene)[0]
        find(walk, elector.number)
        press_until(page, "details.more summary")
        press_until(page, 'form[action="/people/no-fingers"] button')
        page.wait_for_selector('a[href="/override"]:focus')
        press_until(page, '#bar a[href="/queue"]')
        page.wait_for_selector('#bar a[href="/queue"][aria-current]')
        press_until(page, 'form[action="/sign-out"] button')
        page.wait_for_selector("#pin")
    context.close()
    assert walk.wrong == []


def test_a_second_tab_acts_on_nothing_old_and_no_person_is_in_the_history(browser: Browser) -> None:
    """A reload, and an old form, show where the face is now."""
    scene = DayScene(is_open=True)
    context = browser.new_context(viewport=SMALL)
    with served(scene) as address:
        walk = open_book(context.new_page(), address)
        page, (one, two) = walk.page, with_fingers(scene)[:2]
        length = page.evaluate("history.length")
        find(walk, one.number)
        other = context.new_page()
        other.goto(address.split("/enter")[0] + "/people")
        assert one.name in other.content()
        page.bring_to_front()
        find(walk, two.number)
        assert page.evaluate("history.length") == length  # there is no older page to go back to
        other.bring_to_front()
        other.click('form[action="/people/leave"] button')
        other.wait_for_selector(".notice")
        assert two.name in other.content()
        page.reload()
        assert two.name in page.content()
    context.close()
