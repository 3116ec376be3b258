"""Work that takes longer than an answer may: the poll book's page waits, and goes on by itself."""

import threading

from playwright.sync_api import Browser
from starlette.types import ASGIApp
from tests.kiosk.serving import serving
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.scene import LAUNCH, PINS

from urna.station.cards import Role
from urna.web.pollbook.app import poll_book_app
from urna.web.pollbook.work import QUICK_SECONDS

FINGER_SECONDS = 120
"""The reader waits no longer, so that a test that fails ends."""


class SlowReader(DayScene):
    """A station whose reader waits for a finger."""

    def __init__(self) -> None:
        self.finger = threading.Event()
        super().__init__()

    def _check_reader(self) -> None:
        assert self.finger.wait(FINGER_SECONDS)


def test_an_opening_act_slower_than_an_answer_leads_on_by_itself(browser: Browser) -> None:
    """The waiting page is shown while it lasts; when it is over, the next step comes without a touch."""
    scene = SlowReader()
    client = scene.client()
    for role in (Role.SECRETARY, Role.PRESIDENT):
        scene.give(client, role, PINS[role])
    scene.post(client, "/day/clock")

    def app(origin: str) -> ASGIApp:
        return poll_book_app(scene.desk, scene.pages, origin=origin, launch_key=LAUNCH, day=scene.day_ports())

    page = browser.new_page()
    with serving(app) as origin:
        page.goto(f"{origin}/enter?key={LAUNCH}")
        page.goto(f"{origin}/day")
        page.click("#primary")
        page.wait_for_selector("[hx-get='/working']")
        page.wait_for_timeout(2 * QUICK_SECONDS * 1000)
        assert page.locator("[hx-get='/working']").count() == 1
        scene.finger.set()
        page.wait_for_selector("form[action='/day/readiness']")
        page.close()
