"""One browser that walks through a station's day at the poll book, and looks at every page on its way."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page
from tests.pollbook_face.day_scene import CLOSING_HOUR, DayScene
from tests.pollbook_face.scene import LAUNCH, PINS

from urna.station.cards import Role
from urna.station.contingency import Case
from urna.station.health import Condition
from urna.station.health_rules import Trouble
from urna.web.pollbook.app import poll_book_app

AXE = Path(__file__).parents[2] / ".venv/share/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
WHOLE = ".at-hand { position: static !important; }"
"""On a picture of the whole page nothing stays at the foot of the screen."""
PRIMARIES = """() => {
  scrollTo(0, 0);
  return [...document.querySelectorAll('main .primary')].filter((each) => each.getClientRects().length)
    .map((each) => [each.innerText, each.getBoundingClientRect().bottom, innerHeight]);
}"""
"""Words of each primary button that is shown, where it ends before anybody scrolls, and how high the screen is."""


@contextmanager
def served(scene: DayScene) -> Iterator[str]:
    """The face on a free port of this machine."""
    config = uvicorn.Config(scene.app, port=0, log_level="error", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as station_process does
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config.app = poll_book_app(scene.desk, scene.pages, origin=origin, launch_key=LAUNCH, day=scene.day_ports())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"{origin}/enter?key={LAUNCH}"
    server.should_exit = True
    thread.join()


class Walk:
    """One browser that walks through the day and looks at every page on its way.

    Args:
        page: of the browser.
        pictures: where they go; None: nowhere.
        has_axe: whether axe looks, too.
        has_fold: whether the primary button of each page must be seen without scrolling.
    """

    def __init__(
        self, page: Page, pictures: Path | None = None, *, has_axe: bool = True, has_fold: bool = False
    ) -> None:
        self.page, self._pictures, self._has_axe, self.seen = page, pictures, has_axe, 0
        self._has_fold, self.primaries = has_fold, 0
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)

    def sign_in(self, role: Role) -> None:
        """Card on a stick, and PIN."""
        self.page.check(f'input[value="{role}.urna-card"]')
        self.page.fill("#pin", PINS[role])
        self.press("main form.fields button")

    def look(self, name: str) -> None:
        """A picture, and what is wrong on the page."""
        self.page.wait_for_selector("h1:not(:text('One moment'))")
        self.seen += 1
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self._pictures / f"{self.seen:02}-{name}.png", full_page=True, style=WHOLE)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.wrong.append(f"{name}: wider than the screen")
        self.wrong += self._hidden(name) if self._has_fold else ()
        self.wrong += self._violations(name) if self._has_axe else ()

    def _hidden(self, name: str) -> list[str]:
        """The primary buttons that do not lie wholly on the first screenful of the page."""
        ends: list[tuple[str, float, float]] = self.page.evaluate(PRIMARIES)
        self.primaries += len(ends)
        return [f"{name}: {text!r} ends at {end:.0f} of {high} pixels" for text, end, high in ends if end > high]

    def _violations(self, name: str) -> list[str]:
        """What axe finds at WCAG 2.1 AA."""
        self.page.evaluate(AXE.read_text())
        # The watermark is decoration, which 1.4.3 leaves out; the banner says the same in full contrast.
        run = f"axe.run({{exclude: ['.watermark']}}, {{runOnly: {TAGS}}})"
        found = self.page.evaluate(f"async () => (await {run}).violations")
        return [f"{name}: {each['id']} {[node['html'] for node in each['nodes']][:2]}" for each in found]

    def press(self, selector: str = "#primary") -> None:
        """Presses, and waits for what follows."""
        before = self.page.get_attribute("input[name=turn]", "value")
        self.page.click(selector)
        self.page.wait_for_function(
            "old => document.querySelector('input[name=turn]')?.value !== old"
            " && !document.querySelector('[hx-get=\"/working\"]') && document.readyState !== 'loading'",
            arg=before,
        )

    def go(self, path: str) -> None:
        """To a page of the bar."""
        self.page.click(f'#bar a[href="{path}"]')
        self.page.wait_for_selector(f'#bar a[href="{path}"][aria-current]')


def walk_day(scene: DayScene, walk: Walk, address: str) -> None:
    """The whole day, every page looked at."""
    page = walk.page
    page.goto(address)
    for role in (Role.SECRETARY, Role.PRESIDENT):
        page.wait_for_selector("#pin")
        walk.sign_in(role)
    page.wait_for_selector("#role")
    walk.go("/day")
    for name in ("clock", "parts", "readiness", "zero", "zero-report"):
        walk.look(f"opening-{name}")
        walk.press()
    walk.look("opening-box")
    page.select_option("#stick", "member.urna-card")
    page.fill("#pin", PINS[Role.MEMBER])
    walk.press()
    scene.moment = "2020-12-06T10:40:00Z"
    walk.go("/day")
    walk.look("opening-late")
    page.select_option("#open-reason", "members_late")
    walk.press()
    walk.look("open")
    page.select_option("#pause-reason", "no_power")
    walk.press("#pause")
    walk.look("paused")
    walk.press("#resume")
    walk_contingency(scene, walk)
    walk_closing(scene, walk)


def walk_contingency(scene: DayScene, walk: Walk) -> None:
    """What went wrong, and paper ballots."""
    scene.conditions.append(Condition(Trouble.ON_BATTERY, value=70))
    walk.go("/contingency")
    walk.look("contingency")
    for case in (Case.BOOTH_BROKEN, Case.ANNULLED, Case.PAPER_VOTING):
        walk.page.click(f'.cases a[href="/contingency/case/{case}"]')
        walk.page.wait_for_selector(".way-on")
        walk.look(f"contingency-{case}")
        if case is not Case.PAPER_VOTING:
            walk.page.click('main a[href="/contingency"]')
            walk.page.wait_for_selector(".cases")
    walk.press("#paper")
    walk.look("hand-count")


def give_cards(walk: Walk, pins: dict[str, str]) -> None:
    """The president's and a member's card, each with the PIN at its place."""
    for which, role in (("", Role.PRESIDENT), ("second_", Role.MEMBER)):
        walk.page.select_option(f"#{which}stick", f"{role}.urna-card")
        walk.page.fill(f"#{which}pin", pins[which])
    walk.press()


def walk_closing(scene: DayScene, walk: Walk) -> None:
    """From the line to the wiped machine."""
    page = walk.page
    walk.go("/closing")
    walk.look("closing-early")
    scene.moment = CLOSING_HOUR
    walk.go("/closing")
    walk.look("closing-close")
    walk.press()
    for name in ("first", "second"):
        walk.look(f"closing-signatures-{name}")
        page.fill("#count", "0")
        page.press("#count", "Enter") if name == "first" else walk.press()
        page.wait_for_selector(".now .notice" if name == "first" else "#second_stick")
    walk.look("closing-cards")
    page.click("summary")
    walk.press("#lost")
    walk.look("closing-lost")
    walk.press("#found")
    give_cards(walk, {"": "111112", "second_": "111112"})
    walk.look("closing-cards-refused")
    give_cards(walk, {"": PINS[Role.PRESIDENT], "second_": PINS[Role.MEMBER]})
    for name in ("sheet", "draw"):
        walk.look(f"closing-{name}")
        walk.press()
    walk.look("closing-send")
    walk.press("#send-network")
    walk.look("closing-not-sent")
    walk.press("#send-stick")
    for name in ("archive", "wipe"):
        walk.look(f"closing-{name}")
        walk.press()
    walk.look("closing-over")
