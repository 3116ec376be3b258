"""The poll book's own pages over real processes: a booth's, the closing's, and those that verify for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

import pytest
from starlette.testclient import TestClient
from tests.cli.loaded_station import LoadedStation, load_small_station
from tests.cli.printer_line import printer_line
from tests.cli.test_station_serve import Served

from urna.cli.poll_book_machine import PollBookMachine, open_poll_book_machine
from urna.cli.station_day import STICK, day_ports
from urna.cli.station_health import LogClock
from urna.cli.station_log import read_logs
from urna.cli.station_medium import open_log
from urna.cli.station_poll_book import KeptReports, links, make_ports, open_desk_reader
from urna.cli.station_process import ProcessSettings
from urna.cli.station_serve import POLL_BOOK_FACE, plan_of
from urna.cli.words import say_in
from urna.devices.health import ClockWatch
from urna.devices.printer_office import FolderPrinter
from urna.encoding.document import open_document, read_document
from urna.log.note import NoteVerifier
from urna.station.announcement import open_announcement
from urna.station.cards import Role
from urna.station.day import Day
from urna.station.event_entry import check_head, read_log
from urna.station.event_words import LogEvent
from urna.station.sending import Parcel
from urna.storage.event_log import export_names
from urna.storage.out_folder import read_bundle, read_out
from urna.tally.hand_count import HandCountSheet
from urna.tally.sheet import TallySheet
from urna.web.kiosk.display import DEFAULT
from urna.web.kiosk.frame import Pages
from urna.web.pollbook.app import PACKAGE, poll_book_app
from urna.web.pollbook.desk import Desk

ORIGIN, LAUNCH = "http://127.0.0.1:8100", "launch"
ROLES = (Role.SECRETARY, Role.PRESIDENT)


@dataclass
class Screen:
    """A poll book's screen, as far as HTTP goes."""

    loaded: LoadedStation
    machine: PollBookMachine
    desk: Desk
    client: TestClient

    def post(self, path: str, **fields: str) -> str:
        """Sends a form, and waits for what follows."""
        page = self.client.post(path, data={"turn": self.desk.turns.current, **fields}).text
        if self.desk.work.is_busy or 'hx-get="/working"' in page:
            assert self.desk.work.wait(120)
            page = self.client.get("/").text
        self.desk.watch.look()
        return page

    def card(self, role: Role, which: str = "") -> dict[str, str]:
        """A card as a scanner types it, and its PIN."""
        card, pin = self.loaded.card(role)
        return {f"{which}text": card.decode(), f"{which}pin": pin}


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """One booth's process, and the poll book's screen."""
    loaded = load_small_station(tmp_path, electors=3, booths=1)
    with printer_line() as printer:
        yield from _screen(loaded, printer)


def _screen(loaded: LoadedStation, printer: str) -> Iterator[Screen]:
    (booth,) = plan_of(loaded.folder, 1, "booth-1", [printer], "", "", "", 0, [])
    served = Served(loaded.folder, booth)
    served.wait(lambda: served.ready("booth-1"))
    machine = open_poll_book_machine(loaded.folder, token_bytes)
    settings = ProcessSettings(folder=str(loaded.folder), face=POLL_BOOK_FACE, port=0)
    booths, reader = links(settings, machine), open_desk_reader(settings, machine.folder)
    reports = KeptReports(machine.folder, FolderPrinter(loaded.folder.parent / "printed"))
    log, closes_at = open_log(machine.medium, machine.identity, "poll-book"), loaded.election.definition.closes_at
    ports = make_ports(machine, log, booths, reader, reports)._replace(now=lambda: closes_at)
    clock = LogClock(
        lambda: log.entries, ClockWatch(lambda: datetime.fromisoformat(closes_at).timestamp(), lambda: 0.0)
    )
    desk = Desk(loaded.election, "S-1", ports)
    desk.language = "en"
    pages = Pages(PACKAGE, {"en": say_in("en")}, DEFAULT)
    app = poll_book_app(desk, pages, origin=ORIGIN, launch_key=LAUNCH, day=day_ports(machine, booths, desk, clock))
    client = TestClient(app, base_url=ORIGIN, headers={"origin": ORIGIN})
    client.get("/enter", params={"key": LAUNCH})
    desk.watch.look()
    yield Screen(loaded, machine, desk, client)
    reader.close()
    for each in booths.values():
        each.close()
    served.stop()
    machine.close()


@pytest.mark.slow
def test_a_whole_day_from_the_poll_books_pages(screen: Screen) -> None:
    """Opened late, nobody came, paper ballots at the end; sheet printed, on a stick, archived, booth wiped."""
    (screen.loaded.folder / STICK).mkdir()
    for role in ROLES:
        screen.post("/sign-in", **screen.card(role))
    screen.client.get("/day")
    screen.post("/day/clock")
    screen.post("/day/parts", reader="broken")
    screen.post("/day/readiness")
    screen.post("/day/zero")
    screen.post("/day/zero-report", copies="2")
    screen.post("/day/box", **screen.card(Role.MEMBER))
    screen.post("/day/open", reason="members_late")
    assert day_of(screen) is Day.OPEN
    screen.post("/contingency/paper")
    paper_count(screen)
    screen.client.get("/closing")
    screen.post("/closing/close")
    for _ in range(2):
        screen.post("/closing/signatures", count="0")
    page = screen.post("/closing/count", **screen.card(Role.MEMBER), **screen.card(Role.PRESIDENT, "second_"))
    assert "Ballots cast" in page
    screen.post("/closing/sheet", copies="1")
    screen.post("/closing/draw")
    assert "Send it on a stick." in screen.post("/closing/send", way="network")
    screen.post("/closing/send", way="stick")
    assert day_of(screen) is Day.TRANSMITTED
    screen.post("/closing/archive")
    assert "The booths are wiped" in screen.post("/closing/wipe")
    check_files(screen)


def day_of(screen: Screen) -> Day:
    """How far it is."""
    return screen.machine.day


def paper_count(screen: Screen) -> None:
    """One paper ballot on which everybody said yes."""
    fields = {"reason": "ordered", "signatures": "1", "handed_out": "1", "ballots": "1"}
    for contest in screen.loaded.election.contests_of_station("S-1"):
        votes = {f"{contest.code}.{option.code}": "0" for option in contest.options}
        votes[f"{contest.code}.{contest.options[0].code}"] = "1"
        fields |= {**votes, f"{contest.code}:blank": "0", f"{contest.code}:null": "0", f"{contest.code}:ballots": "1"}
    for _ in range(2):
        screen.post("/contingency/hand-count", **fields)


def check_files(screen: Screen) -> None:
    """What the day left behind."""
    folder, election = screen.loaded.folder, screen.loaded.election
    assert read_document(read_bundle(folder / "out").sheet, TallySheet).cast == 0
    key = NoteVerifier(election.key_name("S-1", "poll-book"), screen.loaded.kit.keys.poll_book)
    sheet = open_document((folder / "out" / "hand-0.note").read_bytes(), HandCountSheet, [key])
    assert sheet.ballots == 1
    printed = {path.name.split("-S-1")[0] for path in (folder / "papers").glob("*.pdf")}
    assert {"printer-test", "readiness", "tally-sheet", "hand-count"} <= printed
    assert printed == {path.name.split("-S-1")[0] for path in (folder.parent / "printed").glob("*.pdf")}
    stick = [path.name for path in (folder / STICK).rglob("*") if path.is_file()]
    assert {"sheet-0.note", "SHA256SUMS", "ballots.json", "hand-0.note"} <= set(stick)
    check_log(screen, set(stick))
    (beside,) = (folder / STICK).glob("*.announcement")
    announced = open_announcement(beside.read_bytes(), election.identity, "S-1", [key])
    sent = Parcel(election=election.identity, station="S-1", files=read_out(folder / "out"))
    assert announced.parcel == sent.sha256
    assert not any(path.is_file() for path in (folder / "booth-1").rglob("*"))


def check_log(screen: Screen, sent: set[str]) -> None:
    """The poll book's log of the day: acts in it, its head signed with the first parcel, and both sent."""
    folder, election = screen.loaded.folder, screen.loaded.election
    lines_name, head_name = export_names("poll-book")
    assert {lines_name, head_name} <= sent
    lines = (folder / "out" / lines_name).read_bytes().splitlines()
    key = NoteVerifier(election.key_name("S-1", "poll-book"), screen.loaded.kit.keys.poll_book)
    check_head((folder / "out" / head_name).read_bytes(), lines, key)
    _, entries = read_log(lines, "poll-book")
    acts = {LogEvent.STARTED, LogEvent.SIGNED_IN, LogEvent.OPENED, LogEvent.CLOSED, LogEvent.SHEET_SIGNED}
    assert acts <= {each.event for each in entries}
    _, whole = read_log(read_logs(folder)[0].lines, "poll-book")
    after = [each.event for each in whole[len(entries) :]]
    assert LogEvent.SHEET_TRANSMITTED in after
