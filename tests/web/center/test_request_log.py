"""Each request is an entry of the log by its route, and nothing that opens anything is ever in one."""

import io
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pyotp
import pytest
from fastapi import FastAPI
from tests.center.parcels import at_work, make, parcel_of
from tests.tampering.builder import World, build, move_vote

from urna.center.operators import Role
from urna.cli.center_lines import Lines, LinesHandler
from urna.cli.center_operator import accounts, add_desk, clock
from urna.cli.center_server import CentreServer, centre_addresses
from urna.crypto.kdf import Cost
from urna.encoding.document import sign_document
from urna.web.center.desk import Desk
from urna.web.center.limits import Limits

PASSWORD = "cuatro palabras que nadie dice"  # noqa: S105 - of nobody
SECRET = "dont-log-me-4711"  # noqa: S105 - of nobody


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


class Watched(NamedTuple):
    """A centre with its pages, and its log."""

    app: FastAPI
    folder: Path
    client: httpx2.Client
    stream: io.StringIO
    answered: list[str]
    """The numbers of the requests that were answered."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every entry until now, those of answered requests included: they are written after the answer."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = [json.loads(line) for line in self.stream.getvalue().split("\n")[:-1]]
            if {*self.answered} <= {each.get("request") for each in found if each["event"] == "request"}:
                return found
            time.sleep(0.01)
        raise AssertionError(self.answered)

    def of(self, number: str, event: str) -> list[dict[str, Any]]:
        """The entries of a request, as soon as one of them is this event."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            entries = [each for each in self.lines if each.get("request") == number]
            if any(each["event"] == event for each in entries):
                return entries
            time.sleep(0.01)
        raise AssertionError(number)

    def requests(self) -> list[tuple[str, str, int]]:
        """Method, route and status of each."""
        return [(each["method"], each["route"], each["status"]) for each in self.lines if each["event"] == "request"]

    def form(self, path: str, **fields: str) -> httpx2.Response:
        """A form of the pages."""
        return self.client.post(path, data=fields, headers={"Origin": str(self.client.base_url).rstrip("/")})


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """It, as `serve --log-format json` puts it together."""
    folder = tmp_path / "centre"
    make(world(), folder)
    lines = Lines(stream := io.StringIO())
    handler, root = LinesHandler(lines), logging.getLogger()
    root.addHandler(handler)
    for name in ("uvicorn", "uvicorn.error"):  # other tests' servers in this process log as for people
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    with at_work(world(), folder) as service:
        app = centre_addresses(service, Limits(), note=lines)
        server = CentreServer(app, "127.0.0.1", 0, lambda _: None, is_logged_elsewhere=True)
        add_desk(app, service, server.address, Cost.TOY)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            answered: list[str] = []
            hooks = {"response": [lambda answer: answered.append(answer.headers["X-Request-Id"])]}
            with httpx2.Client(base_url=server.address, timeout=60, event_hooks=hooks) as client:
                yield Watched(app, folder, client, stream, answered)
        finally:
            server.stop()
            thread.join()
            root.removeHandler(handler)


def test_no_token_link_or_password_is_in_the_log(watched: Watched) -> None:
    """An operator enrols and signs in, well and wrongly; secrets stand in paths, queries, headers and bodies."""
    with accounts(watched.folder) as operators:
        link = operators.add("maria", Role.CHIEF, clock(), "console")
        secret = operators.secret_of(link)
    page = watched.client.get(f"/desk/link/{link}")
    assert page.status_code == 200
    code = pyotp.TOTP(secret).now()
    assert watched.form(f"/desk/link/{link}", password=PASSWORD, repeated=PASSWORD, code=code).status_code == 303
    watched.form("/desk/sign-in", name="maria", password=SECRET, code=code)
    watched.form("/desk/sign-in", name=SECRET, password=PASSWORD, code=code)
    headers = {"Authorization": f"Bearer {SECRET}", "Cookie": f"urna-desk={SECRET}", "Referer": f"http://x/{SECRET}"}
    for path in (f"/desk/link/{link}/{SECRET}", f"/{SECRET}", f"/desk/{SECRET}", f"/status?token={SECRET}"):
        watched.client.get(path, headers=headers)
    watched.client.request(SECRET.upper(), "/status")
    watched.client.post(f"/stations/B-01/uploads/{SECRET}", content=SECRET.encode())
    routes = {route for _, route, _ in watched.requests()}
    text = watched.stream.getvalue()
    for each in (link, secret, PASSWORD, SECRET, SECRET.upper(), "maria"):
        assert each not in text
    assert re.search(rf"\b{code}\b", text) is None
    assert {"/desk/link/{link}", "/desk/sign-in", "/status", "…"} <= routes
    assert len(watched.requests()) >= 10


def test_a_parcel_is_an_entry_with_its_reason_and_no_number_of_it(watched: Watched) -> None:
    """Accepted, refused, in conflict; each with the numbers of its request."""
    watched.client.post("/stations/B-01", content=parcel_of(world(), "B-01"))
    watched.client.post("/stations/A-01", content=b"rubbish")
    other = sign_document(move_vote(world().sheet("B-01"), "REF", "YES", "NO"), world().booths("B-01"))
    answer = watched.client.post(
        "/stations/B-01",
        content=parcel_of(world(), "B-01", changes={"sheet-0.note": other}),
        headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
    )
    parcels = [each for each in watched.lines if each["event"] == "parcel"]
    assert [(each["station"], each["verdict"]) for each in parcels] == [
        ("B-01", "accepted"),
        ("A-01", "refused"),
        ("B-01", "refused"),
    ]
    assert "reason" not in parcels[0]
    assert parcels[1]["reason"]
    last = parcels[2]
    assert (last["conflict"], last["trace"], last["parent"]) == (True, "a" * 32, "b" * 16)
    assert last["request"] == answer.headers["X-Request-Id"]
    assert watched.requests()[-1] == ("POST", "/stations/{station}", 409)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each["at"]) for each in watched.lines)


def test_what_is_no_trace_is_not_taken_over(watched: Watched) -> None:
    """A number of our own then; a header cannot write into the log."""
    for given in ("00-" + "0" * 32 + "-" + "b" * 16 + "-01", f'"{SECRET}', "00-" + "g" * 32 + "-" + "b" * 16 + "-01"):
        watched.client.get("/status", headers={"traceparent": given})
    for each in watched.lines:
        assert re.fullmatch(r"[0-9a-f]{32}", each["trace"])
        assert int(each["trace"], 16)
        assert "parent" not in each
    assert len({each["trace"] for each in watched.lines}) == 3


def test_an_unexpected_error_is_told_by_a_number_that_the_log_has(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the stations' addresses and at the pages; its words are in neither."""

    @watched.app.get("/breaks")
    async def breaks() -> None:
        raise RuntimeError(SECRET)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Desk, "see", broken)
    watched.app.router.routes.insert(0, watched.app.router.routes.pop())
    for path in ("/breaks", "/desk/sign-in"):
        answer = watched.client.get(path)
        number = answer.headers["X-Request-Id"]
        assert (answer.status_code, answer.headers["Connection"]) == (500, "close")
        assert re.search(rf"\b{number}\b", answer.text)
        entries = watched.of(number, "broken")  # uvicorn logs it after the answer
        assert any(each.get("kind") == "RuntimeError" and each["places"] for each in entries)
    assert SECRET not in watched.stream.getvalue()


def test_no_tracer_is_told_anything(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever OpenTelemetry provider is installed: FastAPI by itself would give it paths, in which links are."""
    monkeypatch.setattr("fastapi.telemetry._asgi._unconfigured", lambda _: False)
    mounted = next(each for each in watched.app.routes if getattr(each, "path", "") == "/desk")
    pages = mounted.app._app  # type: ignore[attr-defined]  # behind its door
    assert FastAPI()._native_telemetry.enabled()
    assert not watched.app._native_telemetry.enabled()
    assert not pages._native_telemetry.enabled()


def test_a_log_that_takes_nothing_stops_nobody() -> None:
    """A pipe whose reader went away, a full medium."""

    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    Lines(Full())("request")
