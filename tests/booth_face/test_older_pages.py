"""Back, forward, reload, a second tab and a form sent once more, in every state of the booth: nothing changes."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from tests.booth_face.ballots import sixty
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk
from tests.browser import Watched

from urna.ballot.slot import SlotState
from urna.election.definition import Rules
from urna.web.kiosk.display import DEFAULT

READY: Literal["domcontentloaded"] = "domcontentloaded"
EVERY_ACT = ("yes", "no", "sure", "vote", "leave", "next", "again", "choose:NOM-5", "audio:on")
ONCE_MORE = """async ([turn, acts]) => {
  const body = (act) => new URLSearchParams({ turn, do: act });
  const sent = acts.map((act) => fetch("/touch", { method: "POST", body: body(act), redirect: "manual" }));
  return (await Promise.all(sent)).every((answer) => answer.type === "opaqueredirect");
}"""
"""What an older page would send, with its own turn; whether the booth took each for a touch, and led to its page."""


class Watching(Walk):
    """A walk that knows what the booth holds."""

    def holds(self) -> tuple[object, ...]:
        """Step, place and choices of the face, papers and box of the booth."""
        look, running = self.scene.face.look(), self.scene.running
        voting = look.voting
        on_ballot = voting and (voting.place, voting.number, voting.first, dict(voting.choices.for_ballot()))
        box = tuple(running.box.count(each) for each in (SlotState.CAST, SlotState.VOID, SlotState.CHALLENGED))
        return (look.step, on_ballot, look.settings, len(running.papers), box)

    def is_shown_by(self, page: Page) -> bool:
        """Whether a page comes to show the page that the face shows."""
        for _ in range(2400):
            look = self.scene.face.look()
            if page.input_value("#seen") == look.turn:
                return page.query_selector(f"#screen.step-{look.step}") is not None
            page.wait_for_timeout(25)
        return False


@pytest.fixture
def walk(browser: Browser) -> Iterator[Watching]:
    """At a booth whose clock is stepped."""
    clock = SteppedClock()
    scene = Scene(sixty(Rules(receipts=True, challenges=1, attempts=3)), clock=clock)
    watched = Watched(browser.new_context(viewport={"width": DEFAULT.width, "height": DEFAULT.height}).new_page())
    with served(scene) as address:
        watched.page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        yield Watching(scene, clock, watched.page)
        watched.page.context.close()


@pytest.mark.slow
def test_no_older_page_changes_anything_in_any_state(walk: Watching) -> None:
    """Each of them leads to the page that is shown now; no vote is cast, spoiled or altered by one."""
    page, older, seen = walk.page, "of-no-page", []
    second = page.context.new_page()
    for name in walk.all_screens():
        walk.settle()
        before = walk.holds()
        page.reload(wait_until=READY)
        assert walk.is_shown_by(page), name
        page.go_back(wait_until=READY)
        page.go_forward(wait_until=READY)
        assert walk.is_shown_by(page), name
        second.goto(page.url, wait_until=READY)
        assert walk.is_shown_by(second), name
        assert second.evaluate(ONCE_MORE, [older, EVERY_ACT]), name
        assert walk.holds() == before, name
        page.bring_to_front()  # the browser lets a page behind another one sleep
        older = walk.turn()
        seen.append(name)
    assert len(seen) == len(set(seen)) >= 25
