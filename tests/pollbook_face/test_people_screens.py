"""People in chromium: every page fits and axe finds nothing; a keyboard is enough; answers are quick."""

from statistics import quantiles

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served
from tests.pollbook_face.people_walk import find, sign_in, walk_people
from tests.pollbook_face.scene import with_fingers

from urna.station.cards import Role

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


def test_a_keyboard_is_enough_and_answers_come_at_once(browser: Browser) -> None:
    """Search, finger and booth for eight people with Enter alone: the primary button of each page has the focus.

    From identification to activation within two seconds, and a touch seen within 0.1 s in the middle (95th
    percentiles over a few acts would measure the machine's other work).
    """
    scene = DayScene(is_open=True)
    context = browser.new_context(viewport=SMALL)
    walk = Walk(context.new_page())
    page, spent, seen = walk.page, [], []
    with served(scene) as address:
        page.goto(address)
        for role in (Role.SECRETARY, Role.PRESIDENT):
            page.wait_for_selector("#pin")
            sign_in(walk, role)
        page.wait_for_selector("#words")
        for elector in with_fingers(scene)[:8]:
            page.keyboard.type(elector.number)
            seen.append(answered(page, 'form[action="/people/capture"] button:focus'))
            scene.lay(elector)
            first = answered(page, 'form[action="/people/activate"] button:focus')
            second = answered(page, "#words:focus")
            spent.append(first + second)
            scene.day_booths[1].vote()
            scene.desk.watch.look()
    context.close()
    assert walk.wrong == []
    assert sorted(seen)[len(seen) // 2] < 1000  # a machine with other work; the figures are in docs/poll-book.md
    assert quantiles(spent, n=20)[-1] < 2000
    assert scene.book.counts().activations == 8


def answered(page: Page, selector: str) -> float:
    """Milliseconds from the Enter key until this is shown and has the focus, on the page's own clock."""
    page.evaluate(
        """selector => { window.answer = new Promise(done => {
          addEventListener('keydown', () => {
            const start = performance.now();
            const look = () => document.querySelector(selector)
              ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look);
            look();
          }, {once: true, capture: true}); }); }""",
        selector,
    )
    page.keyboard.press("Enter")
    return float(page.evaluate("window.answer"))


def test_the_whole_screen_is_reached_with_the_tab_key(browser: Browser) -> None:
    """The bar, the panel and what is folded away, too."""
    scene = DayScene(is_open=True)
    context = browser.new_context(viewport=SMALL)
    walk = Walk(context.new_page())
    page, elector = walk.page, with_fingers(scene)[0]
    with served(scene) as address:
        page.goto(address)
        for role in (Role.SECRETARY, Role.PRESIDENT):
            page.wait_for_selector("#pin")
            sign_in(walk, role)
        page.wait_for_selector("#words")
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
    walk = Walk(context.new_page())
    page, (one, two) = walk.page, with_fingers(scene)[:2]
    with served(scene) as address:
        page.goto(address)
        for role in (Role.SECRETARY, Role.PRESIDENT):
            page.wait_for_selector("#pin")
            sign_in(walk, role)
        page.wait_for_selector("#words")
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
