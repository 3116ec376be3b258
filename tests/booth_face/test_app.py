"""The pages over HTTP: who gets in, what they keep, and that a form which no page sends does nothing."""

import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.booth.sample import ELECTION
from tests.booth_face.scene import LAUNCH_KEY, Scene

from urna.web.booth.app import Door, booth_app
from urna.web.booth.steps import Step

ORIGIN = "http://127.0.0.1:8201"
PICTURE = b"\xff\xd8\xff\xe0 picture"


class Browser:
    """A booth's browser that came through the entrance."""

    def __init__(self) -> None:
        self.scene = Scene(ELECTION, photos={("DEP", "DEP-1"): PICTURE})
        app = booth_app(self.scene.face, self.scene.pages, Door("booth-1", ORIGIN, LAUNCH_KEY))
        self.client = TestClient(app, base_url=ORIGIN, follow_redirects=False)

    def post(self, do: str, turn: str = "", **headers: str) -> "tuple[int, str]":
        """A touch; with the turn of now unless told otherwise."""
        turn = turn or self.scene.face.look().turn
        answer = self.client.post("/touch", data={"turn": turn, "do": do}, headers={"origin": ORIGIN, **headers})
        return answer.status_code, answer.text


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Activated."""
    made = Browser()
    with made.client:
        assert made.client.get("/enter", params={"key": LAUNCH_KEY}).status_code == 303
        made.scene.activate()
        yield made


def test_a_form_without_script_leads_back_to_the_page(browser: Browser) -> None:
    """Post, then 303: a reload sends nothing again."""
    assert browser.post("choose:DEP-1")[0] == 303
    page = browser.client.get("/").text
    assert 'aria-pressed="true"' in page
    assert browser.client.get("/").text.count('class="check"') == page.count('class="check"') == 1


def test_htmx_gets_the_screen_alone(browser: Browser) -> None:
    """And the pulse gets it only when it is another one than the page shows."""
    status, html = browser.post("choose:DEP-1", **{"hx-request": "true"})
    assert status == 200
    assert html.lstrip().startswith('<div id="screen"')
    turn = browser.scene.face.look().turn
    assert browser.client.get("/pulse", params={"seen": turn}).status_code == 204
    assert 'id="screen"' in browser.client.get("/pulse", params={"seen": "older"}).text


@pytest.mark.parametrize(
    "path", ["/", "/pulse", "/speech/x/0.wav", "/picture/DEP/DEP-1", "/static/booth.css", "/display.css"]
)
def test_nobody_looks_in_without_the_browsers_key(browser: Browser, path: str) -> None:
    """Another browser at the same machine, another name of the machine."""
    assert browser.client.get(path, headers={"host": "booth.example"}).status_code == 421
    browser.client.cookies.clear()
    assert browser.client.get(path).status_code == 403


def test_a_touch_from_another_origin_does_nothing(browser: Browser) -> None:
    """With the cookie and the right turn, from a page somewhere else."""
    before = browser.scene.face.look().turn
    assert browser.post("next", origin="http://127.0.0.1:8100")[0] == 403
    assert browser.client.post("/touch", data={"turn": before, "do": "next"}).status_code == 403
    assert browser.client.get("/touch", params={"turn": before, "do": "next"}).status_code == 405
    assert browser.scene.face.look().turn == before


def test_a_form_that_no_page_sends_is_refused_and_not_repeated(browser: Browser) -> None:
    """Its answer holds nothing of it, nor does any log."""
    for data in (
        {},
        {"turn": "x"},
        {"do": "choose:DEP-1"},
        {"turn": "x" * 101, "do": "secret"},
        {"turn": "x", "do": "s" * 101},
    ):
        answer = browser.client.post("/touch", data=data, headers={"origin": ORIGIN})
        assert answer.status_code == 400
        assert "secret" not in answer.text


def test_a_replayed_touch_casts_nothing(browser: Browser) -> None:
    """The whole request once more, with cookie and origin, in the next state."""
    for do in ("next", "next", "next", "vote", "leave"):
        turn = browser.scene.face.look().turn
        browser.post(do)
        for _ in range(500):
            if not browser.scene.face._jobs:
                break
            browser.client.get("/pulse")
    assert browser.scene.face.look().step is Step.QUESTION
    browser.post("leave", turn)
    browser.post("yes", turn)
    assert browser.scene.face.look().step is Step.QUESTION
    assert "no se cambió nada" in browser.client.get("/").text


def test_a_choice_is_in_no_address_header_or_cookie(browser: Browser) -> None:
    """Only in the page itself and in the body of the form."""
    answer = browser.client.post(
        "/touch", data={"turn": browser.scene.face.look().turn, "do": "choose:DEP-1"}, headers={"origin": ORIGIN}
    )
    assert answer.headers["location"] == "/"
    assert answer.headers["cache-control"] == "no-store"
    assert "DEP" not in str(answer.headers) + str(answer.request.url) + str(browser.client.cookies)
    assert "set-cookie" not in answer.headers


def test_a_failure_is_logged_by_its_kind_alone(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """And the page is there still."""
    caplog.set_level(logging.DEBUG)

    def broken(turn: str, does: str) -> None:
        raise RuntimeError(does)

    browser.scene.face.touch = broken  # type: ignore[method-assign]  # a failure on purpose
    assert browser.post("choose:DEP-1")[0] == 303
    assert browser.client.get("/").status_code == 200
    assert "RuntimeError" in caplog.text
    assert "DEP" not in caplog.text


def test_pictures_are_those_of_the_options(browser: Browser) -> None:
    """A card without one has a neutral outline; a card of the same code in another contest has its own, or none."""
    found = browser.client.get("/picture/DEP/DEP-1")
    assert (found.content, found.headers["content-type"]) == (PICTURE, "image/jpeg")
    for other in ("DEP/DEP-2", "DEP/OTHER", "LIST/DEP-1", "DEP-1", "DEP/..%2FDEP-1"):
        assert browser.client.get(f"/picture/{other}").status_code == 404
    page = browser.client.get("/").text
    assert page.count('src="/picture/') == 1


def test_the_screen_speaks_what_it_shows(browser: Browser) -> None:
    """The first thing of a contest's screen; an older screen says nothing."""
    html = browser.client.get("/").text
    key = html.split('data-screen="')[1].split('"')[0]
    wave = browser.client.get(f"/speech/{key}/0.wav")
    assert wave.content.startswith(b"RIFF")
    assert wave.headers["cache-control"] == "no-store"
    browser.post("choose:DEP-1")
    browser.client.get("/")
    assert browser.client.get(f"/speech/{key}/0.wav").status_code == 204


def test_a_rehearsal_says_so_on_every_screen(browser: Browser) -> None:
    """As its papers do; nobody takes practice for an election."""
    browser.post("language:en")
    assert "REHEARSAL - NOT AN ELECTION" in browser.client.get("/").text
    browser.post("help")
    assert "REHEARSAL - NOT AN ELECTION" in browser.client.get("/").text
