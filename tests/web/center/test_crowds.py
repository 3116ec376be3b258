"""Strangers who fill every place, on real lines from many addresses: whoever has few of them gets one all the same."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from tests.center.parcels import make, parcel_of
from tests.web.center.serving import Served, served
from tests.web.center.test_station_lines import Hall, listening, own_key, parcel, world

from urna.cli import center_server
from urna.encoding.canonical import digest
from urna.storage.centre_opening import OWN_UPLOADS, UPLOADS
from urna.storage.centre_service import Answer, CentreService
from urna.storage.centre_uploads import Uploads
from urna.web.center.limits import BodyLimits, Limits

ADDRESSES = tuple(f"127.0.0.{number}" for number in range(2, 11))
"""Nine strangers."""
WAIT_SECONDS = 60
SLOW = b"POST /stations/B-01 HTTP/1.1\r\nHost: centre\r\nContent-Length: 1000\r\n\r\nx"


@pytest.fixture
def lines() -> Iterator[ExitStack]:
    """What is open until the end of a test."""
    with ExitStack() as found:
        yield found


def opened(centre: Served, source: str, request: bytes = SLOW) -> socket.socket:
    """A line from an address of this machine, on which something was asked."""
    place = urlsplit(centre.address)
    line = socket.create_connection((place.hostname or "", place.port or 0), WAIT_SECONDS, (source, 0))
    line.sendall(request)
    return line


class Crowd:
    """Lines whose answers are awaited."""

    def __init__(self, lines: list[socket.socket]) -> None:
        self._waiting = lines
        self.heard: list[int] = []
        """The numbers of their answers until now."""

    def has_heard(self, *numbers: int) -> bool:
        """Whether these are the answers until now."""
        for line in list(self._waiting):
            line.settimeout(0.0)
            with suppress(BlockingIOError):
                self.heard.append(int(line.recv(4096).split(b" ")[1]))
                self._waiting.remove(line)
        return self.heard == list(numbers)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Returns as soon as something is so."""
    until = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_nine_addresses_fill_every_place_and_a_tenth_is_heard(tmp_path: Path) -> None:
    """It takes the place of one of theirs, which they do not get back, though they ask again and again."""
    make(world(), tmp_path / "centre")
    bodies = BodyLimits(at_once=128, of_address=16, idle_seconds=300.0, grace_seconds=300.0)
    with served(world(), tmp_path / "centre", Limits(bodies=bodies)) as centre, ExitStack() as lines:

        def crowd(count: int) -> Crowd:
            return Crowd([lines.enter_context(opened(centre, ADDRESSES[each % 9])) for each in range(count)])

        strangers = crowd(bodies.at_once + 2)
        wait_until(lambda: strangers.has_heard(429, 429))
        slow = lines.enter_context(opened(centre, "127.0.0.20"))
        wait_until(lambda: strangers.has_heard(429, 429, 429))
        more = crowd(18)
        each = (more, strangers)
        wait_until(lambda: not any(crowd.has_heard() for crowd in each) and len(more.heard + strangers.heard) == 21)
        assert set(more.heard + strangers.heard) == {429}
        assert centre.ask("POST", "/stations/B-01", parcel_of(world(), "B-01")).status == 200
        slow.settimeout(WAIT_SECONDS)
        slow.sendall(b"x" * 999)  # it kept its place all the while
        assert slow.recv(4096).startswith(b"HTTP/1.1 422 ")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """TLS, where anybody may send: two places for strangers, one for stations, and one decision at once of each."""
    bodies = BodyLimits(at_once=2, of_address=2, stations_at_once=1, of_station=1)
    with listening(tmp_path, Limits(at_once=1, bodies=bodies), own_lines=False) as found:
        yield found


def test_strangers_take_no_place_of_a_station(hall: Hall, lines: ExitStack, tmp_path: Path) -> None:
    """From as many addresses as there are places, so that none of them has more than its share."""
    strangers = [lines.enter_context(hall.line(SLOW, each)) for each in ADDRESSES[:2]]
    with hall.line(SLOW, ADDRESSES[3]) as third:
        assert third.recv(4096).startswith(b"HTTP/1.1 429 ")
    hall.sender(tmp_path / "queue", own_key()).send(parcel())
    assert hall.service.standings()["counted"] == 1
    for line in strangers:
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            line.recv(4096)


def test_strangers_give_way_to_stations_the_slowest_first(hall: Hall, lines: ExitStack, tmp_path: Path) -> None:
    """Once the stations' own places are taken; a stranger's certificate of its own making gives none of them."""
    slow = lines.enter_context(hall.line(SLOW, ADDRESSES[0]))
    fast = lines.enter_context(hall.line(SLOW + b"x" * 500, ADDRESSES[1]))
    lines.enter_context(hall.line(SLOW.replace(b"B-01", b"A-01"), station="A-01"))
    with hall.line(SLOW, ADDRESSES[3], station="A-01") as false:  # A-01's line, in B-01's name
        assert false.recv(4096).startswith(b"HTTP/1.1 429 ")
    hall.sender(tmp_path / "queue", own_key()).send(parcel())
    assert slow.recv(4096).startswith(b"HTTP/1.1 429 ")
    fast.settimeout(0.2)
    with pytest.raises(TimeoutError):
        fast.recv(4096)


def test_a_decision_for_a_stranger_holds_up_no_station(
    hall: Hall, lines: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one place where strangers' parcels are decided on is taken for as long as this test likes."""
    body, real, may_end = b"x" * 1000, CentreService.receive, threading.Event()

    def slow(service: CentreService, station: str, parcel: bytes | Path, sha256: str = "") -> Answer:
        if parcel == body:
            may_end.wait(WAIT_SECONDS)
        return real(service, station, parcel, sha256)

    monkeypatch.setattr(CentreService, "receive", slow)
    rubbish = SLOW[:-1] + body
    both = [lines.enter_context(hall.line(rubbish, each)) for each in ADDRESSES[:2]]
    with ThreadPoolExecutor(2) as pool:
        (refused,), (waiting,) = wait([pool.submit(line.recv, 4096) for line in both], return_when=FIRST_COMPLETED)
        assert refused.result().startswith(b"HTTP/1.1 429 ")
        hall.sender(tmp_path / "queue", own_key()).send(parcel())
        assert hall.service.standings()["counted"] == 1
        assert not waiting.done()
        may_end.set()
        assert waiting.result().startswith(b"HTTP/1.1 422 ")


def test_an_upload_of_a_stations_own_line_is_apart_from_strangers(hall: Hall) -> None:
    """A stranger finds none of it, begins the same and others, however fast, and takes nothing of it away."""
    data = parcel_of(world(), "B-01")
    name = digest(data)
    begin = b'{"sha256":"%s","size":%d}' % (name.encode(), len(data))
    start = b"POST /stations/B-01/uploads HTTP/1.1\r\nHost: c\r\nContent-Length: %d\r\n\r\n" % len(begin) + begin

    def part(offset: int, content: bytes) -> bytes:
        path = b"PATCH /stations/B-01/uploads/" + name.encode()
        more = b"Host: c\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n" % (offset, len(content))
        return path + b" HTTP/1.1\r\n" + more + content

    def asked(request: bytes, station: str = "") -> bytes:
        with hall.line(request.replace(b"Host: c", b"Host: c\r\nConnection: close"), station=station) as line:
            return b"".join(iter(lambda: line.recv(65536), b""))

    assert b'"offset":0' in asked(start, "B-01")
    assert b'"offset":1000' in asked(part(0, data[:1000]), "B-01")
    assert asked(part(1000, b"x")).startswith(b"HTTP/1.1 404 ")
    assert b'"offset":0' in asked(start)
    assert b'"offset":5000' in asked(part(0, b"x" * 5000))
    assert b'"offset":1000' in asked(start, "B-01")
    assert b'"verdict":"accepted"' in asked(part(1000, data[1000:]), "B-01")
    folder = hall.service.opened.folder
    assert (len(list((folder / UPLOADS).iterdir())), list((folder / OWN_UPLOADS).iterdir())) == (1, [])


def test_strangers_leave_room_on_the_medium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what the database needs they take nothing; a station's own upload goes on."""
    free = SimpleNamespace(free=center_server.LEFT_FREE_BYTES + 5)
    monkeypatch.setattr("urna.storage.centre_uploads.disk_usage", lambda _: free)
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre") as centre:
        path = "/stations/B-01/uploads"
        centre.post_json(path, {"sha256": "0" * 64, "size": 100})
        assert centre.ask("PATCH", f"{path}/{'0' * 64}", b"x" * 6, Upload_Offset="0").status == 429
        assert centre.ask("PATCH", f"{path}/{'0' * 64}", b"x" * 5, Upload_Offset="0").status == 200
    own = Uploads(tmp_path / "own", 1000)
    own.begin("B-01", "0" * 64, 100)
    assert own.add("B-01", "0" * 64, 0, b"x" * 6) is not None
