"""Programs that watch: they wait for the centre's state beside everything else, and requests are counted by route."""

import re
import socket
import threading
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.center.parcels import make, parcel_of
from tests.tampering.builder import World, build
from tests.web.center.serving import Served, served

from urna.encoding.canonical import digest
from urna.storage.centre_service import CentreService

SECRET = "4711" * 16


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


def asked(centre: Served, path: str) -> socket.socket:
    """A line on which something was asked, and not answered yet."""
    place = urlsplit(centre.address)
    line = socket.create_connection((place.hostname or "", place.port or 0), timeout=60)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: centre\r\nConnection: close\r\n\r\n".encode())
    return line


@pytest.mark.parametrize("path", ["/status", "/metrics"])
def test_whoever_waits_for_the_centres_state_stops_nobody(tmp_path: Path, path: str) -> None:
    """Many ask while it is held; others are answered meanwhile, and they are afterwards."""
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre") as centre:
        with centre.service.sequencer.state():
            waiting = [asked(centre, path) for _ in range(100)]
            assert centre.ask("GET", "/health/ready").status == 200
            assert centre.ask("GET", "/nowhere").status == 404
            waiting[0].settimeout(0.3)
            with pytest.raises(TimeoutError):
                waiting[0].recv(1)
        for line in waiting:
            line.settimeout(60)
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
            line.close()


def test_those_who_ask_at_once_are_told_from_one_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever asks afterwards from another one."""
    make(world(), tmp_path / "centre")
    looks = []
    held = threading.Event()
    real = CentreService.standings

    def slow(service: CentreService) -> object:
        looks.append(1)
        held.wait(60)
        return real(service)

    monkeypatch.setattr(CentreService, "standings", slow)
    with served(world(), tmp_path / "centre") as centre:
        answers = [asked(centre, "/status") for _ in range(10)]
        for _ in range(5):  # they came before these, and while these are answered come to the look that is under way
            centre.ask("GET", "/health/live")
        held.set()
        for line in answers:
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
            line.close()
        assert len(looks) < 10
        before = len(looks)
        centre.ask("GET", "/status")
        assert len(looks) == before + 1


def test_requests_are_counted_by_route_and_kind_of_status(tmp_path: Path) -> None:
    """No station, hash, address or made-up path or method is in a name; a refused one counts like any other."""
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre") as centre:
        parcel = parcel_of(world(), "B-01")
        centre.ask("POST", "/stations/B-01", parcel)
        centre.ask("POST", "/stations/B-01", parcel)
        centre.ask("POST", "/stations/A-01", b"rubbish")
        centre.ask("POST", "/stations/Z-99", b"rubbish")
        centre.ask("GET", f"/stations/B-01/uploads/{digest(parcel)}")
        for path in (f"/{SECRET}", f"/stations/{SECRET}/uploads/{SECRET}"):
            centre.ask("GET", path)
            centre.ask(SECRET, path)
        text = centre.ask("GET", "/metrics").body.decode()
    counts = dict(re.findall(r"^urna_requests_total\{(.*)\} (\S+)$", text, re.MULTILINE))
    made_up = {name: float(count) for name, count in counts.items() if name.startswith('method="other"')}
    assert sum(made_up.values()) == 2
    assert {name: count for name, count in counts.items() if name not in made_up} == {
        'method="POST",route="/stations/{station}",status="2xx"': "2.0",
        'method="POST",route="/stations/{station}",status="4xx"': "2.0",
        'method="GET",route="/stations/{station}/uploads/{sha256}",status="4xx"': "2.0",
        'method="GET",route="…",status="4xx"': "1.0",
    }
    assert 'urna_request_seconds_count{method="POST",route="/stations/{station}"} 4.0' in text
    for each in (SECRET, "B-01", "A-01", "Z-99", digest(parcel), "127.0.0"):
        assert each not in text
