"""Signing in at the poll book: cards, PINs, lockout, the idle screen."""

import pytest
from tests.pollbook_face.scene import PINS, Scene, cards

from urna.devices.card_sticks import FoundCard
from urna.station.card_file import card_text
from urna.station.cards import Role
from urna.station.event_words import LogEvent
from urna.web.pollbook.access import Worker
from urna.web.pollbook.session import IDLE_SECONDS


def test_two_cards_open_the_poll_book() -> None:
    """One waits for the other; the second one is signed in."""
    scene = Scene()
    client = scene.client()
    assert "Now the second card" in scene.give(client, Role.SECRETARY)
    assert not scene.log.entries
    assert "President" in scene.give(client, Role.PRESIDENT)
    assert scene.desk.is_unlocked
    assert {each.event for each in scene.log.entries} >= {LogEvent.SIGNED_IN, LogEvent.ROLL_UNLOCKED}


def test_one_card_twice_opens_nothing() -> None:
    """The second must be another role's."""
    scene = Scene()
    client = scene.client()
    scene.give(client, Role.SECRETARY)
    assert "Now the second card" in scene.give(client, Role.SECRETARY)
    assert not scene.desk.is_unlocked


def test_the_first_card_can_be_taken_back() -> None:
    """Then two are asked for again."""
    scene = Scene()
    client = scene.client()
    scene.give(client, Role.SECRETARY)
    assert "with two cards" in scene.post(client, "/sign-in/cancel")


def test_a_technician_signs_in_alone_and_opens_nothing() -> None:
    """Tests, printers and health need no roll."""
    scene = Scene()
    client = scene.client()
    page = scene.give(client, Role.TECHNICIAN)
    assert "Technician" in page
    assert not scene.desk.is_unlocked
    assert "/people" not in page


def test_a_card_read_by_a_scanner_is_as_good_as_a_file() -> None:
    """The text of its code, and the file, uploaded."""
    scene = Scene()
    client = scene.client()
    text = card_text(cards().files[Role.SECRETARY])
    scene.post(client, "/sign-in", text=text, pin=PINS[Role.SECRETARY])
    data = next(each.card for each in scene.sticks if each.label.startswith("member"))
    client.post(
        "/sign-in",
        data={"turn": scene.desk.turns.current, "pin": PINS[Role.MEMBER]},
        files={"file": ("member.urna-card", data)},
    )
    assert scene.desk.who() is Worker.MEMBER


def test_three_wrong_pins_lock_the_card_and_the_page_says_for_how_long() -> None:
    """Another card still signs in; after the time, this one does."""
    scene = Scene()
    client = scene.unlocked()
    scene.post(client, "/sign-out")
    for _ in range(3):
        page = scene.give(client, Role.MEMBER, "111112")
    assert "PIN" in page
    assert "60 more seconds" in scene.give(client, Role.MEMBER)
    assert "Signed" not in page
    scene.give(client, Role.SECRETARY)
    assert scene.desk.who() is Worker.SECRETARY
    refused = [each for each in scene.log.entries if each.event is LogEvent.SIGN_IN_REFUSED]
    assert [each.details.reason for each in refused] == ["wrong_pin"] * 3 + ["locked"]
    scene.post(client, "/sign-out")
    scene.moment = "2026-12-06T10:01:00Z"
    scene.give(client, Role.MEMBER)
    assert scene.desk.who() is Worker.MEMBER


@pytest.mark.parametrize("fields", [{}, {"stick": "nobody"}, {"text": "URNA1AAAA"}, {"text": "x" * 3000}])
def test_what_is_no_card_is_refused_in_a_sentence(fields: dict[str, str]) -> None:
    """And nothing is counted as a wrong PIN."""
    scene = Scene()
    page = scene.post(scene.client(), "/sign-in", pin="123456", **fields)
    assert 'role="alert"' in page
    assert scene.tries.read().roles == {}


def test_the_screen_locks_when_nobody_touches_it_and_goes_on_where_it_was() -> None:
    """Pages that ask for themselves keep nobody signed in; whoever signs in again sees the page that was left."""
    scene = Scene()
    client = scene.unlocked()
    elector = scene.elector()
    assert elector.name in scene.post(client, "/people/find", words=elector.number)
    scene.seconds += IDLE_SECONDS - 1
    assert client.get("/booths/panel").status_code == 200
    scene.seconds += 1
    assert client.get("/booths/panel", headers={"hx-request": "true"}).headers["hx-redirect"] == "/"
    page = client.get("/people").text
    assert "Sign in" in page
    assert elector.name not in page
    assert elector.name in scene.give(client, Role.MEMBER)


def test_a_technician_begins_elsewhere_where_the_page_that_was_left_is_not_the_technicians() -> None:
    """A refusal would be the page to come back to, at every press; who may see the page still comes back to it."""
    scene = Scene()
    client = scene.unlocked()
    client.get("/queue")
    scene.post(client, "/lock")
    assert "Another role does this" not in scene.give(client, Role.TECHNICIAN)
    assert client.get("/", follow_redirects=False).headers["location"] == "/supplies"
    client.get("/supplies")
    scene.post(client, "/lock")
    scene.give(client, Role.MEMBER)
    assert client.get("/", follow_redirects=False).headers["location"] == "/supplies"


def test_a_card_on_a_stick_is_named_by_its_role_and_what_is_no_card_by_its_file() -> None:
    """In the reader's language; the file's name tells two sticks apart."""
    scene = Scene()
    client = scene.client()
    scene.sticks = [*scene.sticks, FoundCard("broken.urna-card", b"broken")]
    page = scene.post(client, "/language", language="es")
    assert "Presidente o presidenta (president.urna-card)" in page
    assert "> broken.urna-card<" in page


def test_signing_out_leaves_nobody_on_the_screen() -> None:
    """The person who was looked up is gone too."""
    scene = Scene()
    client = scene.unlocked()
    elector = scene.elector()
    scene.post(client, "/people/find", words=elector.number)
    scene.post(client, "/sign-out")
    assert elector.name not in scene.give(client, Role.PRESIDENT)


def test_no_pin_and_no_card_is_in_a_page_or_a_log() -> None:
    """Neither after a refusal."""
    scene = Scene()
    client = scene.client()
    pages = [scene.give(client, Role.SECRETARY, "999991"), scene.give(client, Role.SECRETARY), client.get("/").text]
    assert not any("999991" in page or PINS[Role.SECRETARY] in page for page in pages)
    assert b"999991" not in b"".join(scene.log.lines())


def test_the_other_language_is_one_touch_away() -> None:
    """Before signing in, too."""
    scene = Scene()
    client = scene.client()
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="es">' in scene.post(client, "/language", language="es")
