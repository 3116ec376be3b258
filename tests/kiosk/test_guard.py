"""The door of a face: one browser, one address, own pages only."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from urna.web.kiosk.guard import ENTRANCE, HEADERS, Guard

ORIGIN = "http://127.0.0.1:8201"


def guarded() -> TestClient:
    """A face with one page and one act behind a guard, and a browser that was not let in."""
    app = FastAPI(openapi_url=None)
    app.get("/")(lambda: "page")
    app.post("/act")(lambda: "done")
    return TestClient(
        Guard(app, name="booth", origin=ORIGIN, launch_key="launch"), base_url=ORIGIN, follow_redirects=False
    )


def let_in() -> TestClient:
    """The browser that came through the entrance."""
    client = guarded()
    assert client.get(ENTRANCE, params={"key": "launch"}).status_code == 303
    return client


def test_the_browser_with_the_launch_key_is_let_in() -> None:
    """It gets a cookie that no script reads and no other site sends."""
    client = guarded()
    answer = client.get(ENTRANCE, params={"key": "launch"})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/").text == '"page"'


def test_nobody_else_sees_anything() -> None:
    """Without the cookie, or with another one, every path is refused, those that do not exist too."""
    for client in (guarded(), let_in()):
        client.cookies.clear()
        client.cookies.set("urna-booth", "guessed")
        for path in ("/", "/nowhere"):
            assert client.get(path).status_code == 403
        assert client.post("/act", headers={"origin": ORIGIN}).status_code == 403


def test_the_launch_key_works_once() -> None:
    """Who reads it later in a browser's history gets nothing."""
    client = let_in()
    assert client.get(ENTRANCE, params={"key": "launch"}).status_code == 403
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("key", ["", "launc", "launchh", "ключ"])
def test_another_key_opens_nothing(key: str) -> None:
    """Neither does the empty one, before or after the entrance was used."""
    for client in (guarded(), let_in()):
        client.cookies.clear()
        assert client.get(ENTRANCE, params={"key": key}).status_code == 403
        assert client.get("/").status_code == 403


@pytest.mark.parametrize(
    "origin", [None, "null", "http://127.0.0.1:8202", "http://localhost:8201", "https://evil.example"]
)
def test_an_act_from_another_page_is_refused(origin: str | None) -> None:
    """A form of another site that posts here carries the cookie at most, never this origin."""
    headers = {} if origin is None else {"origin": origin}
    assert let_in().post("/act", headers=headers).status_code == 403


def test_an_act_from_an_own_page_is_done() -> None:
    """With cookie and origin."""
    assert let_in().post("/act", headers={"origin": ORIGIN}).text == '"done"'


def test_a_name_that_was_pointed_here_is_refused() -> None:
    """DNS rebinding: the browser says another host."""
    assert let_in().get("/", headers={"host": "evil.example:8201"}).status_code == 421


def test_every_answer_forbids_scripts_of_others_and_is_kept_nowhere() -> None:
    """Refusals and errors too."""
    for client, path in ((let_in(), "/"), (let_in(), "/nowhere"), (guarded(), "/")):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_guard_does_not_show_its_keys() -> None:
    """Not in a repr, which may end in a log."""
    guard = Guard(FastAPI(), name="booth", origin=ORIGIN, launch_key="launch")
    assert "launch" not in repr(guard)
