"""What a running station leaves on its disk and shows in its list of processes: the kiosk's browser, PINs and keys."""

import os
import re
import signal
import stat
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from secrets import token_bytes

import pytest
from playwright.sync_api import Browser as Driver
from playwright.sync_api import Error, Page
from tests.browser import CHROMIUM, browser
from tests.cli.loaded_station import LoadedStation, load_small_station
from tests.cli.test_station_day import rest
from tests.cli.test_station_serve import Served
from tests.forensics.personal_data import layers
from tests.station.small import always_a_match

from urna.cli.poll_book_machine import PollBookMachine, open_poll_book_machine
from urna.cli.station_browser import Browser
from urna.cli.station_poll_book import links
from urna.cli.station_process import ProcessSettings
from urna.cli.station_serve import POLL_BOOK_FACE, plan_of
from urna.devices.printer_twin import PrinterTwin
from urna.devices.printer_twin_line import TwinServer
from urna.devices.remote_booth import RemoteBooth
from urna.encoding.canonical import encode
from urna.roll.synthetic import synthesize_roll
from urna.station.cards import Role
from urna.station.day import DayEvent
from urna.station.link import Stage
from urna.station.station import Station
from urna.storage.booth_medium import ELEMENT

__all__ = ["browser"]

pytestmark = pytest.mark.slow

ROLES = (Role.PRESIDENT, Role.SECRETARY)
CHOSEN = ("MAYOR-2", "COUNCIL-3", "COUNCIL-5", "NORTHERN-1")
UNUSED_PIN = "739264"
"""A PIN of six digits that nothing has by chance: it is typed, and wrong."""

HEADLESS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0")
"""What a test adds to the kiosk's flags: no screen is here, somebody must touch, and containers run as root."""


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedStation:
    """One booth."""
    return load_small_station(tmp_path, electors=3, booths=1)


@pytest.fixture
def served(loaded: LoadedStation, tmp_path: Path) -> Iterator[Served]:
    """Its booth's process, with a printer on a line."""
    twin = TwinServer(PrinterTwin(), tmp_path / "printer")
    (booth,) = plan_of(loaded.folder, 1, "booth-1", [f"twin:{tmp_path / 'printer'}"], "", "", "", 0, [])
    running = Served(loaded.folder, booth)
    running.wait(lambda: running.ready("booth-1"))
    yield running
    running.stop()
    twin.stop()


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Browser]:
    """The kiosk's browser as the station starts it, but without a screen."""
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's chromium: sudo apt-get install chromium (`make test` does it)")
    program = tmp_path / "headless"
    program.write_text(f'#!/bin/sh\nexec {CHROMIUM} {" ".join(HEADLESS)} "$@"\n')
    program.chmod(stat.S_IRWXU)
    made = Browser(program=str(program))
    yield made
    made.close()


def opened(loaded: LoadedStation, machine: PollBookMachine, booth: RemoteBooth) -> Station[RemoteBooth]:
    """The station, open."""
    opens_at = loaded.election.definition.opens_at
    for event in (DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT):
        machine.prepare_day(event)
    booth.zero(opens_at)
    rest(booth, lambda now: now.stage is Stage.ZEROED)
    first, second = (loaded.card(role) for role in ROLES)
    station = Station(machine.unlock(machine.sign_ins.unlock(first, second, opens_at), always_a_match), {1: booth})
    station.poll_book.advance(DayEvent.OPEN)
    return station


def profile_of(kiosk: Browser) -> Path:
    """Where the browser would keep something."""
    assert kiosk._profile is not None
    return kiosk._profile


def touchable(kiosk: Browser, driver: Driver) -> Page:
    """The page that the kiosk shows."""
    port = profile_of(kiosk) / "DevToolsActivePort"
    deadline = time.monotonic() + 120
    while True:
        try:
            over = driver.browser_type.connect_over_cdp(f"http://127.0.0.1:{port.read_text().splitlines()[0]}")
            pages = [page for context in over.contexts for page in context.pages]
            return next(page for page in pages if page.url.startswith("http"))
        except (OSError, IndexError, StopIteration, Error):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def vote(page: Page) -> None:
    """A whole vote by touch."""
    for option in CHOSEN:
        touch(page, f"choose:{option}")
        if option.startswith("COUNCIL"):
            page.wait_for_selector(f"button[value='choose:{option}'][aria-pressed=true]")
        if option == "COUNCIL-5":
            touch(page, "next")
    page.wait_for_selector("#screen.step-review")
    touch(page, "vote")
    page.wait_for_selector("#screen.step-question")
    touch(page, "yes")
    page.wait_for_selector("#screen.step-cast")


def touch(page: Page, does: str) -> None:
    """Looks first: a new page ignores touches for a quarter of a second."""
    page.wait_for_selector(f"button[value='{does}']")
    page.wait_for_timeout(500)
    page.click(f"button[value='{does}']")


def processes(beginning: int) -> list[int]:
    """A process with all that it started, its session included."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                session = (folder / "stat").read_text().rpartition(")")[2].split()[3]
            except OSError:
                continue
            if int(session) == beginning:
                found.append(int(folder.name))
    return found


def written_files(pids: list[int]) -> set[str]:
    """Files on a disk that these processes have open for writing."""
    found = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target, flags = str(descriptor.readlink()), Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text()
            except OSError:
                continue
            mode = int(re.findall(r"flags:\s+(\d+)", flags)[0], 8) & os.O_ACCMODE
            if mode != os.O_RDONLY and target.startswith("/") and not target.startswith(("/dev/", "/memfd:")):
                found.add(target)
    return found


def traces(folder: Path) -> dict[str, set[str]]:
    """In which files names of options stand, as they lie there and unpacked, in both encodings of a browser."""
    words = {*CHOSEN, "choose:", "NORTHERN-2"}
    needles = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    found: dict[str, set[str]] = {}
    for path in (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()):
        for _, data in layers(path.read_bytes()):
            hits = {word for word, spelled in needles.items() if any(each in data for each in spelled)}
            if hits:
                found.setdefault(path.relative_to(folder).as_posix(), set()).update(hits)
    return found


def test_a_killed_kiosk_has_nothing_of_a_vote_in_its_profile(
    loaded: LoadedStation, served: Served, kiosk: Browser, browser: Driver
) -> None:
    """Somebody votes, the browser is killed; nowhere in its folder, which is in memory, stands a name of the ballot."""
    machine = open_poll_book_machine(loaded.folder, token_bytes)
    settings = ProcessSettings(folder=str(loaded.folder), face=POLL_BOOK_FACE, port=0)
    booth = links(settings, machine)[1]
    station = opened(loaded, machine, booth)
    kiosk.show((loaded.folder / "run" / "booth-1.url").read_text().strip())
    page = touchable(kiosk, browser)
    elector = next(each for each in synthesize_roll(loaded.election, 7) if each.style == "NORTH")
    station.poll_book.identify(elector.number, None)
    station.activate(1, elector.style)
    page.wait_for_selector("#screen.step-contest")
    assert page.evaluate("document.body.innerText").count("MAYOR-") == 3  # what is searched for was on the screen
    vote(page)
    assert kiosk._process is not None
    profile, pids = profile_of(kiosk), processes(kiosk._process.pid)
    assert len(pids) >= 3
    assert written_files(pids) <= {str(each) for each in profile.rglob("*")}
    assert traces(profile) == {}
    os.killpg(kiosk._process.pid, signal.SIGKILL)
    assert kiosk._process.wait(120) == -signal.SIGKILL
    assert any(each.is_file() for each in profile.rglob("*"))
    assert traces(profile) == {}
    kiosk.close()
    assert not profile.exists()
    booth.close()
    machine.close()


def test_the_search_of_a_profile_finds_a_browser_that_keeps_something(tmp_path: Path) -> None:
    """So that the silence above means something: a history in the encoding of a browser."""
    (tmp_path / "Session").write_bytes(b"\0\1" + "MAYOR-2".encode("utf-16-le"))
    assert traces(tmp_path) == {"Session": {"MAYOR-2"}}


def test_no_process_shows_a_pin_a_card_or_a_key(loaded: LoadedStation, tmp_path: Path) -> None:
    """Neither arguments nor environment of any process say them, while somebody signs in."""
    plan = plan_of(loaded.folder, 1, "", ["cups:none"], f"pdf:{tmp_path / 'reports'}", "", "", 0, [])
    running = Served(loaded.folder, plan[0])
    running.wait(lambda: running.ready("poll-book"))
    pid = running.supervisor.kept[0].pid
    try:
        page, post = entered(loaded.folder / "run" / "poll-book.url")
        card, pin = loaded.card(Role.PRESIDENT)
        wrong = post("/sign-in", turn=turn_of(page), text=card.decode(), pin=UNUSED_PIN)
        post("/sign-in", turn=turn_of(wrong), text=card.decode(), pin=pin)
        shown = [read_process(each) for each in (*processes(pid), os.getpid())]
        assert any(b"station_process" in each for each in shown)
        for secret in secrets_of(loaded):
            assert not any(secret in each for each in shown)
        stored = [path.read_bytes() for path in loaded.folder.rglob("*") if path.is_file()]
        assert not any(UNUSED_PIN.encode() in each for each in stored)
    finally:
        running.stop()


def test_a_booths_process_shows_no_key(loaded: LoadedStation, served: Served) -> None:
    """Nor does what `ps` shows of all others on this machine."""
    shown = [read_process(each) for each in processes(served.supervisor.kept[0].pid)]
    assert any(b"station_process" in each for each in shown)
    everybody = subprocess.run(["ps", "axeww"], capture_output=True, check=True).stdout
    for secret in secrets_of(loaded):
        assert not any(secret in each for each in (*shown, everybody))


def secrets_of(loaded: LoadedStation) -> list[bytes]:
    """What must not be shown: shares of cards, pairing keys, seeds; the typed PIN."""
    pairing = re.findall(rb"[0-9a-f]{64}", (loaded.folder / "booth-1" / "pairing").read_bytes())
    cards = [encode(each) for each in loaded.kit.card_files().values()]
    shares = [each[at : at + 40] for each in cards for at in (len(each) // 2,)]
    element = (loaded.folder / "booth-1" / ELEMENT).read_bytes()[:32]
    election = loaded.election.identity.encode()
    found = [*(each for each in pairing if each != election), *shares, element, UNUSED_PIN.encode()]
    assert len(found) >= 6
    return found


def read_process(pid: int) -> bytes:
    """Arguments and environment, as anybody with the same user sees them."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() + b"\0" + Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def entered(launch: Path) -> tuple[str, "Post"]:
    """The first page, and a way to send forms."""
    address = launch.read_text().strip()
    origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(address))
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.addheaders = [("Origin", origin), ("Sec-Fetch-Site", "same-origin")]
    page = opener.open(address).read().decode()
    return page, Post(opener, origin)


class Post:
    """Sends forms as a browser does."""

    def __init__(self, opener: urllib.request.OpenerDirector, origin: str) -> None:
        self._opener, self._origin = opener, origin

    def __call__(self, path: str, **fields: str) -> str:
        """The page that follows."""
        data = urllib.parse.urlencode(fields).encode()
        with self._opener.open(self._origin + path, data) as answer:
            return str(answer.read().decode())


def turn_of(page: str) -> str:
    """The turn that a page's forms carry."""
    found = re.search(r'name="turn" value="([^"]+)"', page)
    assert found is not None, page
    return found.group(1)
