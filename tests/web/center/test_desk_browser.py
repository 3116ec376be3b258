"""A night at the centre's pages, in chromium: two people and their telephones, a bad sheet, a decision, the trail."""

from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page
from tests.browser import Watched
from tests.center.parcels import parcel_of
from tests.tampering.builder import World, build
from tests.web.center.desk_scene import PASSWORD, PEOPLE, Night, night
from tests.web.looking import look

from urna.election.certification import StationDecision
from urna.encoding.document import sign_document
from urna.storage.centre_trail import check_trail
from urna.tally.results import StationState


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


class Person:
    """Somebody with a browser and a telephone.

    One of them has a browser in which axe may run; the other's keeps the pages' own policy, and nothing breaks it.
    """

    def __init__(self, scene: Night, browser: Browser, name: str, *, has_axe: bool) -> None:
        self.scene, self.name, self.has_axe = scene, name, has_axe
        scheme: Literal["light", "dark"] = "dark" if has_axe else "light"
        context = browser.new_context(color_scheme=scheme, accept_downloads=True, bypass_csp=has_axe)
        self.watched = Watched(context.new_page())
        self.page: Page = self.watched.page
        self.seen = 0

    def enrol(self) -> None:
        """By the one-time link: a password, and the letters typed into a telephone."""
        link = self.scene.operators.add(self.name, PEOPLE[self.name], self.scene.clock(), "console")
        self.page.goto(f"{self.scene.origin}/desk/link/{link}")
        self.scene.remember(self.name, self.page.locator(".letters").inner_text().replace(" ", ""))
        self.look("link")
        for field in ("password", "repeated"):
            self.page.locator(f"[name={field}]").fill(PASSWORD)
        self.page.locator("[name=code]").fill(self.scene.code(self.name))
        self.page.get_by_role("button", name="Keep it").click()
        self.page.get_by_role("heading", name="Sign in").wait_for()
        self.page.wait_for_load_state("load")

    def sign_in(self) -> None:
        """Name, password, six digits."""
        self.page.goto(f"{self.scene.origin}/desk/")
        self.page.locator("[name=name]").fill(self.name)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("[name=code]").fill(self.scene.next_code(self.name))
        self.look("sign-in")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="Stations").wait_for()

    def look(self, name: str) -> None:
        """As everybody sees it (`looking.look`)."""
        look(self.watched, f"{self.name}-{name}", has_axe=self.has_axe)
        self.seen += 1

    def close(self) -> None:
        """Goes home; nothing was wrong in the browser."""
        assert self.watched.errors == []
        self.page.context.close()


@pytest.mark.slow
def test_an_operators_night(browser: Browser, tmp_path: Path) -> None:
    """From the one-time link to the export of the trail."""
    annulled = StationDecision(
        election=world().election.identity,
        serial=1,
        station="A-01",
        state="annulled",
        reason="The box was open.",
        decided_at="2020-12-07T01:00:00Z",
    )
    note = tmp_path / "decision.note"
    note.write_bytes(sign_document(annulled, world().keys.officers))
    with night(world(), tmp_path / "centre") as scene:
        jose, maria = Person(scene, browser, "jose", has_axe=False), Person(scene, browser, "maria", has_axe=True)
        for person in (jose, maria):
            person.enrol()
            person.sign_in()

        # Stations come in, one of them with numbers that disagree; the board finds them while somebody types.
        scene.service.receive("B-01", parcel_of(world(), "B-01"))
        sheet = world().sheet("A-01")
        broken = replace(sheet, booths=(replace(sheet.booths[0], cast=400), *sheet.booths[1:]))
        signed = sign_document(broken, world().booths("A-01"))
        scene.service.receive("A-01", parcel_of(world(), "A-01", changes={"sheet-0.note": signed}))
        jose.page.locator("[name=q]").fill("B-01")
        jose.page.get_by_role("cell", name="Proven").wait_for()
        jose.look("found")
        maria.page.reload()
        maria.look("board")
        maria.page.get_by_label("Standing").select_option("quarantined")
        maria.page.get_by_role("cell", name="Quarantined").wait_for()
        maria.page.get_by_role("link", name="A-01").click()
        public = "Rule 10 of reconciliation is broken: no more ballots cast than people identified."
        assert public in maria.page.locator("main").inner_text()
        maria.look("quarantined")
        jose.page.goto(f"{scene.origin}/desk/stations/B-01")
        jose.look("station")
        for place in ("stations/B-01", "anomalies", "propose"):
            maria.page.goto(f"{scene.origin}/desk/{place}")
            maria.look(place.rpartition("/")[2])

        # One proposes, the other one reads the same hash and confirms.
        jose.page.goto(f"{scene.origin}/desk/propose?station=A-01")
        jose.look("propose")
        jose.page.get_by_label("Hand over a document of the authority").check()
        jose.page.locator("[name=paper]").set_input_files(note)
        jose.page.locator("[name=reason]").fill("Decision 1 of the board: the box was open.")
        jose.page.get_by_role("button", name="Propose").click()
        hashed = jose.page.locator("#hash").inner_text()
        assert jose.page.get_by_role("button", name="Confirm").count() == 0
        jose.look("proposed")
        maria.page.goto(f"{scene.origin}/desk/proposals")
        maria.look("proposals")
        maria.page.get_by_role("link", name="1", exact=True).click()
        assert maria.page.locator("#hash").inner_text() == hashed
        assert "The box was open." in maria.page.locator("pre").first.inner_text()
        maria.look("to-confirm")
        maria.page.get_by_role("button", name="Confirm").click()
        maria.page.locator(".standing.done").wait_for()
        maria.look("done")
        with scene.service.sequencer.state():
            assert scene.service.opened.centre.state("A-01") is StationState.ANNULLED

        # The trail, and its export.
        maria.page.goto(f"{scene.origin}/desk/trail")
        maria.look("trail")
        with maria.page.expect_download() as download:
            maria.page.get_by_role("link", name="Export").click()
        with download.value.path().open("rb") as lines:
            assert check_trail(iter(lines)) == scene.trail.head()

        # Signed out; the back button shows nothing of it.
        maria.page.get_by_role("button", name="Sign out", exact=True).click()
        maria.page.get_by_role("heading", name="Sign in").wait_for()
        maria.page.wait_for_load_state("load")
        maria.page.go_back()
        maria.page.get_by_role("heading", name="Sign in").wait_for()
        maria.page.wait_for_load_state("load")
        jose.page.get_by_role("button", name="Español").click()
        jose.page.locator("html[lang=es]").wait_for()
        jose.page.wait_for_load_state("load")
        assert (jose.seen, maria.seen) == (6, 11)
        jose.close()
        maria.close()
