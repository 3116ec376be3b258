"""The pages of a small audit, listening on this machine: RLA-1 of tests/verify/audited_world, up to its seed."""

import re
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.datastructures import FormData
from tests.audit.slips import Pile, piles_of
from tests.tampering.builder import World, build
from tests.verify.audited_world import BOARD, AuditMaker

from urna.audit.board_acts import CONSOLE, AuditRole, BoardMade, Joined, SlipsEntered
from urna.audit.box_comparison import AuditDocuments
from urna.audit.box_count import BoxState
from urna.audit.seed import Method
from urna.cli.center_server import CentreServer
from urna.cli.words import say_in
from urna.crypto.kdf import Cost
from urna.storage.audit_accounts import AuditAccounts
from urna.storage.audit_journal import AuditJournal, open_database
from urna.storage.centre_operators import Clock
from urna.web.audit.face import PREFIX, AuditParts
from urna.web.audit.pages import audit_pages
from urna.web.audit.record_case import RecordCase
from urna.web.audit.slip_form import NO_VOTE, mark_field, missing_field, read_slips
from urna.web.audit.typing_page import field, keys_of

PASSWORD = "cuatro palabras que nadie dice"  # noqa: S105 - of nobody
MAIN, FAR = BOARD[0].name, BOARD[2].name
PEOPLE = {
    "maria": ("María Paz", AuditRole.COORDINATOR, None),
    "ana": ("Ana Sol", AuditRole.COUNTER, "T1"),
    "luis": ("Luis Mar", AuditRole.COUNTER, "T1"),
    "jose": ("José Río", AuditRole.COUNTER, "T2"),
    "eva": ("Eva Luz", AuditRole.COUNTER, "T2"),
}


@cache
def made(method: Method = Method.MACRO) -> tuple[World, AuditMaker]:
    """The world and its audit, up to the dice.

    Rules of NOM-1, four draws and then fourteen; or a share of all; or single slips, 50 draws and then 190.
    """
    world = build()
    maker = AuditMaker(world, "RLA-1")
    if method is Method.MACRO:
        maker.commit(method, ("NOM-1",), (4, 14))
    elif method is Method.POLLING:
        maker.commit(method, ("NOM-1", "NOM-2"), (70, 190))
    else:
        maker.commit(method, ("NOM-1", "NOM-2", "REF"))
    maker.roll()
    return world, maker


def case(method: Method = Method.MACRO) -> RecordCase:
    """As the record has it."""
    maker = made(method)[1]
    return RecordCase(maker.audited, AuditDocuments(maker.commitment, maker.weights, maker.seed, ()))


@cache
def piles() -> dict[str, Pile]:
    """The slips of each box, as the sheets say."""
    world, maker = made(Method.POLLING)
    return piles_of(maker.sheets, world.election)


class Table:
    """A place of the audit with its pages.

    Args:
        folder: the place's.
        place: the key's name.
        method: of the audit.
    """

    def __init__(self, folder: Path, place: str = MAIN, method: Method = Method.MACRO) -> None:
        self.folder, self.seconds = folder, 1_607_400_000
        self.case = case(method)
        self.journal = AuditJournal(folder, self.case.frame, place, open_database(folder))
        self.accounts = AuditAccounts(open_database(folder), Cost.TOY)
        self._visitors: list[Visitor] = []
        self.app = FastAPI(openapi_url=None)
        self.server = CentreServer(self.app, "127.0.0.1", 0, lambda _: None)
        self.origin = self.server.address
        self.parts = AuditParts(
            case=self.case,
            journal=self.journal,
            accounts=self.accounts,
            signers=BOARD[:2],
            clock=self.clock,
            speakers={"en": say_in("en"), "es": say_in("es")},
            origin=self.origin,
        )
        self.app.mount(PREFIX, audit_pages(self.parts))

    def clock(self) -> Clock:
        """The tests' own."""
        return Clock(self.seconds, datetime.fromtimestamp(self.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def join(self, *names: str) -> None:
        """People of `PEOPLE` with the usual password; boards before their counters."""
        for name in names:
            full_name, role, board = PEOPLE[name]
            what = Joined(person=name, full_name=full_name, role=role, board=board)
            self.journal.do(CONSOLE, what, self.clock().moment)
            self.accounts.set_password(name, PASSWORD)

    def set_up(self) -> None:
        """Everybody, and two boards here."""
        self.join("maria")
        for board in ("T1", "T2"):
            what = BoardMade(board=board, title=f"Table {board[1]}", place=self.journal.place)
            self.journal.do("maria", what, self.clock().moment)
        self.join("ana", "luis", "jose", "eva")

    def numbers(self, station: str, **changes: int) -> dict[str, str]:
        """The fields of a box as its sheet says; `changes` are added, by option of NOM-1, or to the `slips`."""
        sheet, votes = made()[1].sheets[station], self.case.sheet(station)
        fields = {}
        for number, key in enumerate(keys_of(self.case.frame.forms[station])):
            contest, option = key
            found = votes[key] if contest else sheet.cast
            apart = changes.get(option.replace("-", "_"), 0) if contest == "NOM-1" else 0
            fields[field(number)] = str(found + (apart if contest else changes.get("slips", 0)))
        return fields

    def slips(self, station: str, swapped: int | None = None, gone: Collection[int] = ()) -> dict[str, list[str]]:
        """The fields of a box's drawn slips as its pile says.

        Args:
            station: of the box.
            swapped: the position of a slip that is read as blank.
            gone: positions of slips that nobody finds.
        """
        pile = piles()[station]
        with self.journal.reading() as board:
            pull = board.pulls[station]
        fields = {}
        for number, slip in enumerate(pull.slips):
            if slip.position > len(pile) or slip.position in gone:
                fields[missing_field(number)] = ["1"]
                continue
            for at, contest in enumerate(pull.form.contests):
                marks = pile[slip.position - 1].get(contest.code, frozenset())
                is_blank = not marks or slip.position == swapped
                fields[mark_field(number, at)] = [NO_VOTE] if is_blank else sorted(marks)
        return fields

    def entered(self, station: str) -> SlipsEntered:
        """What somebody typed who read a box's drawn slips as its pile says."""
        with self.journal.reading() as board:
            pull = board.pulls[station]
        slips = read_slips(form_data(self.slips(station)), pull.slips, pull.form.contests, station)
        return SlipsEntered(
            station=station,
            round=pull.round,
            attempt=pull.attempt,
            state=BoxState.COUNTED,
            is_overfull=False,
            contests=self.case.slip_sums(pull, slips),
            reason="",
        )

    def browser(self) -> "Visitor":
        """Nobody yet."""
        visitor = Visitor(self)
        self._visitors.append(visitor)
        return visitor

    def signed_in(self, name: str) -> "Visitor":
        """Somebody in a browser of their own."""
        visitor = self.browser()
        answer = visitor.post("/sign-in", person=name, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return visitor

    def close(self) -> None:
        """Everybody goes."""
        for visitor in self._visitors:
            visitor.client.close()


class Visitor:
    """A browser without scripts."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.client = httpx2.Client(base_url=table.origin, follow_redirects=False, timeout=60)

    def get(self, path: str) -> httpx2.Response:
        """A page."""
        return self.client.get(PREFIX + path)

    def post(self, path: str, origin: str | None = None, files: Any = None, **fields: Any) -> httpx2.Response:
        """A form."""
        headers = {"Origin": self.table.origin if origin is None else origin}
        return self.client.post(PREFIX + path, data=fields, files=files, headers=headers)

    def act(self, path: str, **fields: Any) -> httpx2.Response:
        """A form with this session's token."""
        return self.post(path, form=self.form, **fields)

    def type_box(self, station: str, **changes: int) -> httpx2.Response:
        """What the sheet says, and these votes more, in the attempt that is open."""
        with self.table.journal.reading() as board:
            box = board.boxes[station]
        turn = {"sequence": str(box.sequence), "attempt": str(box.attempt)}
        return self.act(f"/boxes/{station}/type", **turn, **self.table.numbers(station, **changes))

    def type_slips(self, station: str, **changes: Any) -> httpx2.Response:
        """What the drawn slips of a box say, in the attempt that is open; changes as of `Table.slips`."""
        with self.table.journal.reading() as board:
            pull = board.pulls[station]
        turn = {"round": str(pull.round), "attempt": str(pull.attempt)}
        return self.act(f"/slips/{station}/type", **turn, **self.table.slips(station, **changes))

    @property
    def form(self) -> str:
        """The token of this session's forms."""
        return hidden(self.client.get(PREFIX + "/", follow_redirects=True).text, "form")


def form_data(fields: Mapping[str, Collection[str]]) -> FormData:
    """Fields as a browser sends them."""
    return FormData([(name, value) for name, values in fields.items() for value in values])


def hidden(page: str, name: str) -> str:
    """The value of a page's first hidden field of a name."""
    found = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, page
    return str(found[0])


@contextmanager
def at_table(folder: Path, place: str = MAIN, method: Method = Method.MACRO) -> Iterator[Table]:
    """A place while its pages listen."""
    table = Table(folder, place, method)
    thread = threading.Thread(target=table.server.run, daemon=True)
    thread.start()
    try:
        yield table
    finally:
        table.close()
        table.server.stop()
        thread.join()
