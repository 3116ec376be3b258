"""Passkeys in chromium, with its own virtual device: enrolment, sign-in, a decision, and what other pages get of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route
from tests.browser import DESKTOP, PHONE, SMALLEST_PHONE, Watched
from tests.tampering.builder import World, build
from tests.web.center.desk_scene import PASSWORD, PEOPLE, Night, night
from tests.web.looking import AXE, TAGS, WIDE

from urna.center.operators import SESSION_LIMITS
from urna.center.proposals import ProposalState

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
RELAY = """async ({challenge, host}) => {
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), each => each.charCodeAt(0));
  const publicKey = {challenge: bytes(challenge), rpId: host, userVerification: 'required'};
  return JSON.stringify((await navigator.credentials.get({publicKey})).toJSON());
}"""
"""What a page of elsewhere does that was given a challenge of the centre's."""


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


class Person:
    """Somebody whose browser has a device with passkeys."""

    def __init__(self, scene: Night, browser: Browser, name: str, *, bypass_csp: bool = False) -> None:
        self.scene, self.name = scene, name
        self.watched = Watched(browser.new_context(bypass_csp=bypass_csp).new_page())
        self.page: Page = self.watched.page
        self.devices = self.page.context.new_cdp_session(self.page)
        self.devices.send("WebAuthn.enable", {"enableUI": False})
        self.device = self.devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
        self.answers: list[str] = []
        self.page.on("request", lambda request: self._note(request.url, request.post_data))

    def _note(self, url: str, body: str | None) -> None:
        if url.endswith("/passkey") and body:
            self.answers.append(parse_qs(body)["answer"][0])

    def enrol(self) -> None:
        """Behind the one-time link, without a password."""
        link = self.scene.operators.add(self.name, PEOPLE[self.name], self.scene.clock(), "console")
        self.page.goto(f"{self.scene.origin}/desk/link/{link}")
        self.page.locator("[name=label]").fill("my telephone")
        self.page.get_by_role("button", name="Make a passkey").click()
        self.page.get_by_role("heading", name="Sign in").wait_for()
        self.page.wait_for_load_state("load")

    def sign_in(self) -> None:
        """Without a name."""
        self.page.goto(f"{self.scene.origin}/desk/")
        self.use_passkey()
        self.page.get_by_role("heading", name="Stations").wait_for()
        self.page.wait_for_load_state("load")

    def use_passkey(self) -> None:
        """Presses the button."""
        self.page.get_by_role("button", name="Use a passkey").click()

    def verify(self, *, is_person: bool) -> None:
        """Whether the device recognizes the finger from now on."""
        told = {"authenticatorId": self.device, "isUserVerified": is_person}
        self.devices.send("WebAuthn.setUserVerified", told)

    def close(self) -> None:
        """Goes home; nothing was wrong in the browser."""
        assert self.watched.errors == []
        self.page.context.close()


@contextmanager
def at_night(folder: Path) -> Iterator[Night]:
    """With an operator who has a password."""
    with night(world(), folder, "localhost") as scene:
        scene.enrol("jose")
        yield scene


@pytest.mark.slow
def test_a_chief_with_a_passkey_alone(browser: Browser, tmp_path: Path) -> None:
    """From the link to a decision, and a second passkey; the pages' own policy holds, and nothing breaks it."""
    with at_night(tmp_path / "centre") as scene:
        scene.signed_in("jose").propose()
        maria = Person(scene, browser, "maria")
        maria.enrol()
        maria.sign_in()
        assert "This is your first sign-in." in maria.page.locator("#last").inner_text()

        # The decision comes too late for the sign-in; the passkey lets it through.
        maria.page.goto(f"{scene.origin}/desk/proposals/1")
        scene.seconds += SESSION_LIMITS.fresh_seconds
        maria.page.get_by_role("button", name="Confirm").click()
        maria.page.get_by_role("heading", name="Sign in once more").wait_for()
        assert scene.proposals.all()[0].state is ProposalState.OPEN
        assert maria.page.locator("[name=password]").count() == 0
        maria.use_passkey()
        maria.page.get_by_role("button", name="Confirm").click()
        maria.page.locator(".standing.done").wait_for()
        maria.page.wait_for_load_state("load")
        assert scene.proposals.all()[0].state is ProposalState.DONE

        # Her account: no second passkey on the same device, one on another, and the first one removed.
        maria.page.get_by_role("link", name="maria").click()
        maria.page.locator("[name=label]").fill("the same")
        maria.page.get_by_role("button", name="Make a passkey").click()
        maria.page.get_by_text("The browser gave no passkey").wait_for()
        usb = {**DEVICE, "transport": "usb"}
        maria.devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": maria.device})
        maria.device = maria.devices.send("WebAuthn.addVirtualAuthenticator", {"options": usb})["authenticatorId"]
        maria.page.locator("[name=label]").fill("blue key")
        maria.page.get_by_role("button", name="Make a passkey").click()
        maria.page.get_by_role("cell", name="blue key", exact=True).wait_for()
        maria.page.get_by_role("button", name="Remove my telephone").click()
        maria.page.get_by_text("The passkey was removed").wait_for()
        maria.page.wait_for_load_state("load")
        assert [each.name for each in scene.operators.passkeys.of("maria")] == ["blue key"]
        maria.page.get_by_role("button", name="Sign out", exact=True).click()
        maria.page.get_by_role("heading", name="Sign in").wait_for()
        maria.page.wait_for_load_state("load")
        maria.sign_in()
        assert "You signed in last" in maria.page.locator("#last").inner_text()
        told = [each.what for each in reversed(scene.trail.newest()) if each.who == "maria"]
        assert told == [
            "enrolled_by_passkey",
            "signed_in",
            "signed_in_again",
            "confirmed",
            "done",
            "passkey_added",
            "passkey_removed",
            "signed_out",
            "signed_in",
        ]
        maria.close()


@pytest.mark.slow
def test_a_page_of_elsewhere_and_an_old_answer_let_nobody_in(browser: Browser, tmp_path: Path) -> None:
    """The browser signs for another port of the same host, and says so; and what was good once is good no more."""
    with at_night(tmp_path / "centre") as scene:
        maria = Person(scene, browser, "maria")
        maria.enrol()
        maria.sign_in()
        used = maria.answers[-1]
        stranger = scene.browser()
        assert stranger.post("/sign-in/passkey", answer=used).status_code == 403

        def elsewhere(route: Route) -> None:
            route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")

        maria.page.route("http://localhost:9/**", elsewhere)
        maria.page.goto("http://localhost:9/")
        options: Any = stranger.post("/sign-in/challenge").json()
        relayed = maria.page.evaluate(RELAY, {"challenge": options["challenge"], "host": "localhost"})
        assert stranger.post("/sign-in/passkey", answer=relayed).status_code == 403
        assert stranger.get("/board").status_code == 303
        refused = [(each.who, each.detail) for each in scene.trail.newest() if each.what == "sign_in_refused"]
        assert refused == [("maria", "passkey my telephone")] * 2

        # The same in a page of the centre's: the answer is good, so it was the address that was refused.
        maria.page.goto(f"{scene.origin}/desk/sign-in")
        options = stranger.post("/sign-in/challenge").json()
        given = maria.page.evaluate(RELAY, {"challenge": options["challenge"], "host": "localhost"})
        assert stranger.post("/sign-in/passkey", answer=given).status_code == 303
        maria.close()


@pytest.mark.slow
def test_without_the_finger_nobody_is_let_in(browser: Browser, tmp_path: Path) -> None:
    """The page says that nothing was done, and the button works again with it."""
    with at_night(tmp_path / "centre") as scene:
        maria = Person(scene, browser, "maria")
        maria.enrol()
        maria.verify(is_person=False)
        maria.page.goto(f"{scene.origin}/desk/sign-in")
        maria.use_passkey()
        maria.page.get_by_text("The browser gave no passkey").wait_for()
        assert maria.answers[1:] == []
        maria.verify(is_person=True)
        maria.use_passkey()
        maria.page.get_by_role("heading", name="Stations").wait_for()
        maria.page.wait_for_load_state("load")
        maria.close()


@pytest.mark.slow
def test_without_scripts_password_and_code_work_as_ever(browser: Browser, tmp_path: Path) -> None:
    """No button is shown that would do nothing."""
    with at_night(tmp_path / "centre") as scene:
        watched = Watched(browser.new_context(java_script_enabled=False).new_page())
        page = watched.page
        page.goto(f"{scene.origin}/desk/sign-in")
        assert not page.get_by_role("button", name="Use a passkey").is_visible()
        page.locator("[name=name]").fill("jose")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=code]").fill(scene.next_code("jose"))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Stations").wait_for()
        page.wait_for_load_state("load")
        page.goto(f"{scene.origin}/desk/account")
        assert not page.get_by_role("button", name="Make a passkey").is_visible()
        assert watched.errors == []
        page.context.close()


@pytest.mark.slow
def test_the_pages_of_passkeys_fit_every_screen_and_axe_finds_nothing(browser: Browser, tmp_path: Path) -> None:
    """The sign-in, the link, the account and the sign-in for a decision, light and dark."""
    with at_night(tmp_path / "centre") as scene:
        maria = Person(scene, browser, "maria", bypass_csp=True)
        link = scene.operators.add("carmen", PEOPLE["carmen"], scene.clock(), "console")
        maria.enrol()
        maria.page.goto(f"{scene.origin}/desk/link/{link}")
        look(maria, "Make a passkey")
        maria.page.goto(f"{scene.origin}/desk/sign-in")
        look(maria, "Use a passkey")
        maria.sign_in()
        for place, button in (("account", "Make a passkey"), ("again", "Use a passkey")):
            maria.page.goto(f"{scene.origin}/desk/{place}")
            look(maria, button)
        maria.close()


def look(person: Person, button: str) -> None:
    """No sideways scroll at any width, and nothing that axe finds; with the passkey's form on the page."""
    page = person.page
    page.get_by_role("button", name=button).wait_for()
    for width, height in (SMALLEST_PHONE, PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert not person.watched.has_sideways_scroll(), f"{page.url} at {width}: {page.evaluate(WIDE)}"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.evaluate(AXE.read_text())
        found = page.evaluate(f"async () => (await axe.run({{runOnly: {list(TAGS)}}})).violations")
        assert [f"{page.url} {each['id']}: {each['nodes'][0]['html'][:160]}" for each in found] == []
