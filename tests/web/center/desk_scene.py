"""A centre of the small world with operators at its pages, and a clock that the tests turn."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pyotp
from fastapi import FastAPI
from tests.center.parcels import at_work, make
from tests.tampering.builder import World

from urna.center.operators import Role
from urna.cli.center_server import CentreServer
from urna.cli.words import say_in
from urna.crypto.kdf import Cost
from urna.storage.centre_operators import Clock, Operators, make_desk_key
from urna.storage.centre_proposals import Proposals
from urna.storage.centre_service import CentreService
from urna.storage.centre_trail import Trail
from urna.web.center.desk import PREFIX, DeskParts
from urna.web.center.desk_centre import CentreAtDesk, seconds_of
from urna.web.center.desk_pages import operators_pages

PASSWORD = "cuatro palabras que nadie dice"  # noqa: S105 - of nobody
PEOPLE: Mapping[str, Role] = {
    "maria": Role.CHIEF,
    "carmen": Role.CHIEF,
    "jose": Role.OPERATOR,
    "ana": Role.OBSERVER,
    "luis": Role.AUDITOR,
}


class Night:
    """The pages of a centre, listening on this machine."""

    def __init__(self, world: World, service: CentreService, told: list[str], host: str) -> None:
        self.world, self.service = world, service
        self.seconds = seconds_of(world.election.definition.closes_at) + 3600
        self._secrets: dict[str, str] = {}
        self._visitors: list[Visitor] = []
        engine = service.opened.store.engine
        self.operators = Operators(engine, make_desk_key(service.opened.folder), Cost.TOY)
        self.trail, self.proposals = Trail(engine), Proposals(engine)
        self.app = FastAPI(openapi_url=None)
        self.server = CentreServer(self.app, "127.0.0.1", 0, told.append)
        self.origin = self.server.address.replace("127.0.0.1", host)
        parts = DeskParts(
            centre=CentreAtDesk(service),
            operators=self.operators,
            proposals=self.proposals,
            trail=self.trail,
            clock=self.clock,
            speakers={"en": say_in("en"), "es": say_in("es")},
            origin=self.origin,
        )
        self.app.mount(PREFIX, operators_pages(parts))

    def clock(self) -> Clock:
        """The tests' own."""
        return Clock(self.seconds, datetime.fromtimestamp(self.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def enrol(self, *names: str) -> None:
        """People with the usual password."""
        for name in names:
            link = self.operators.add(name, PEOPLE[name], self.clock(), "console")
            self._secrets[name] = self.operators.secret_of(link)
            self.operators.enrol(link, PASSWORD, self.code(name), self.clock())

    def remember(self, name: str, secret: str) -> None:
        """The secret that a telephone read."""
        self._secrets[name] = secret

    def code(self, name: str) -> str:
        """What the telephone shows now."""
        return pyotp.TOTP(self._secrets[name]).at(self.seconds)

    def next_code(self, name: str) -> str:
        """What it shows half a minute later, which it is then."""
        self.seconds += 30
        return self.code(name)

    def browser(self) -> "Visitor":
        """Nobody yet."""
        visitor = Visitor(self)
        self._visitors.append(visitor)
        return visitor

    def close(self) -> None:
        """Everybody goes."""
        for visitor in self._visitors:
            visitor.client.close()

    def signed_in(self, name: str) -> "Visitor":
        """Somebody in a browser of their own."""
        visitor = self.browser()
        answer = visitor.sign_in(name, PASSWORD, self.next_code(name))
        assert answer.status_code == 303
        return visitor


class Visitor:
    """A browser without scripts: it keeps cookies, names its origin, and sends the hidden fields of a page's form."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.client = httpx2.Client(base_url=night.origin, follow_redirects=False, timeout=60)

    def get(self, path: str) -> httpx2.Response:
        """A page."""
        return self.client.get(PREFIX + path)

    def post(self, path: str, origin: str | None = None, **fields: Any) -> httpx2.Response:
        """A form."""
        headers = {"Origin": self.night.origin if origin is None else origin}
        return self.client.post(PREFIX + path, data=fields, headers=headers)

    def sign_in(self, name: str, password: str, code: str) -> httpx2.Response:
        """With password and code."""
        return self.post("/sign-in", name=name, password=password, code=code)

    @property
    def form(self) -> str:
        """The token of this session's forms, as its pages have it."""
        return hidden(self.get("/board").text, "form")

    def propose(self, **fields: str) -> httpx2.Response:
        """A finding on A-01, or something else."""
        page = self.get("/propose").text
        usual = {"kind": "finding", "station": "A-01", "reason": "The president telephoned."}
        tokens = {"form": hidden(page, "form"), "once": hidden(page, "once")}
        return self.post("/propose", **{**usual, **tokens, **fields})


def hidden(page: str, name: str) -> str:
    """The value of a page's first hidden field of a name."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found.group(1)


@contextmanager
def night(world: World, folder: Path, host: str = "127.0.0.1") -> Iterator[Night]:
    """The pages while they listen; browsers make passkeys for "localhost" and not for numbers."""
    make(world, folder)
    with at_work(world, folder) as service:
        found = Night(world, service, [], host)
        thread = threading.Thread(target=found.server.run, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.close()
            found.server.stop()
            thread.join()
