"""How quick the poll book's screen is, in chromium: from a key to the page that answers, and to a booth that is ready.

`python -m tests.pollbook_face.measure [PEOPLE]`. A key is timed in the page itself: from the Enter key until the next
page is there and has the focus. Real are poll book, booths and their boxes, in memory; reader and extractor answer at
once, so what finding the minutiae of an image takes comes on top.
"""

import sys
from statistics import quantiles
from typing import NamedTuple

from playwright.sync_api import Page, ViewportSize, sync_playwright
from tests.browser import CHROMIUM, FLAGS
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk, served
from tests.pollbook_face.people_walk import sign_in
from tests.pollbook_face.scene import with_fingers

from urna.roll.elector import Elector
from urna.station.cards import Role

SIZE: ViewportSize = {"width": 1920, "height": 1080}

PAGES = (
    'form[action="/people/capture"] button:focus',
    'form[action="/people/activate"] button:focus',
    "#words:focus",
)
"""What has the focus on the pages that three keys lead to: the person, admitted, the next one."""

ANSWER = """(selector) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const measure = async () => {
    const started = await new Promise((done) =>
      addEventListener('keydown', () => done(performance.now()), {once: true, capture: true}));
    while (!document.querySelector(selector)) await frame();
    await frame();
    return performance.now() - started;
  };
  const late = new Promise((done, fail) => setTimeout(
    () => fail(new Error(`${selector} is not shown after 30 s, but: ${document.body.innerText}`)), 30000));
  return Promise.race([measure(), late]);
}"""
"""Waits for a key, and answers the milliseconds from it until this is shown and has the focus, and is drawn."""


class Measured(NamedTuple):
    """Milliseconds of each key, and of each person from the finger to the booth that is ready: two keys, two pages."""

    keys: list[float]
    people: list[float]

    def percentile(self, values: list[float], share: int) -> float:
        """Of the values, in percent."""
        return quantiles(values, n=100, method="inclusive")[share - 1]


def measure(people: int) -> Measured:
    """So many people come, are identified and sent to a booth, with the keyboard alone."""
    found = Measured([], [])
    scene = DayScene(is_open=True)
    electors = with_fingers(scene)[: people + 1]
    with served(scene) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        walk = open_book(browser.new_context(viewport=SIZE).new_page(), address)
        for number, elector in enumerate(electors):
            keys = send_to_booth(scene, walk.page, elector)
            if number:  # the first one warms the browser up
                found.keys.extend(keys)
                found.people.append(sum(keys[1:]))
        browser.close()
    return found


def open_book(page: Page, address: str) -> Walk:
    """Two cards open it."""
    walk = Walk(page)
    page.goto(address)
    for role in (Role.SECRETARY, Role.PRESIDENT):
        page.wait_for_selector("#pin")
        sign_in(walk, role)
    page.wait_for_selector(
        "#words:focus"
    )  # htmx gives the focus a moment after it shows the page; keys before it are lost
    return walk


def send_to_booth(scene: DayScene, page: Page, elector: Elector) -> list[float]:
    """Search, finger, booth, each with the Enter key; milliseconds of each. Then the person votes."""
    page.keyboard.type(elector.number)
    scene.lay(elector)
    keys = [answered(page, selector) for selector in PAGES]
    scene.day_booths[1].vote()
    scene.desk.watch.look()
    return keys


def answered(page: Page, selector: str) -> float:
    """Milliseconds from the Enter key until this is shown and has the focus, on the page's own clock."""
    page.evaluate(f"selector => {{ window.answer = ({ANSWER})(selector); }}", selector)
    page.keyboard.press("Enter")
    return float(page.evaluate("window.answer"))


def main(people: int) -> None:
    """Prints them."""
    found = measure(people)
    for name, values in (("key to page", found.keys), ("finger to booth ready", found.people)):
        half, most = found.percentile(values, 50), found.percentile(values, 95)
        sys.stdout.write(
            f"{name}: {len(values)} times, p50 {half:.1f} ms, p95 {most:.1f} ms, most {max(values):.1f} ms\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 34)
