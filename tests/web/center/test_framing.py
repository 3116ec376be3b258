"""What is said of a body's length is believed once, of a host never; bodies that cross leave one parcel."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.center.parcels import make, parcel_of
from tests.tampering.builder import World, build
from tests.web.center.serving import Served, served

from urna.encoding.canonical import digest

HIDDEN = b"GET /status HTTP/1.1\r\nHost: centre.example\r\n\r\n"
HEAD = b"POST /stations/B-01 HTTP/1.1\r\nHost: centre.example\r\n"


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Served]:
    """The small world's centre."""
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre") as found:
        yield found


def answers(centre: Served, data: bytes) -> list[bytes]:
    """The first line of each answer on one line, which the centre closes in the end."""
    place = urlsplit(centre.address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as line:
        line.sendall(data)
        heard = b""
        while more := line.recv(65536):
            heard += more
    return [part.partition(b"\r\n")[0] for part in heard.split(b"HTTP/1.1 ")[1:]]


def test_a_request_of_two_lengths_is_refused_with_all_that_is_behind_it(centre: Served) -> None:
    """By the one length the second request is a part of the first one's body."""
    lengths = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    assert answers(centre, HEAD + lengths + HIDDEN) == [b"400 Bad Request"]


@pytest.mark.parametrize(
    "length",
    [
        b"Content-Length: 3\r\nContent-Length: 10\r\n",
        b"Content-Length: +3\r\n",
        b"Content-Length : 3\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
    ],
)
def test_a_length_that_two_programs_may_read_otherwise_ends_the_line(centre: Served, length: bytes) -> None:
    """No second answer comes for what lies behind."""
    assert answers(centre, HEAD + length + b"\r\nabc" + HIDDEN) == [b"400 Bad Request"]


def test_a_body_that_ends_before_its_length_changes_nothing(centre: Served) -> None:
    """The sender goes away with the last byte."""
    parcel = parcel_of(world(), "B-01")
    place = urlsplit(centre.address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as line:
        line.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(parcel) + parcel[:-1])
        line.shutdown(socket.SHUT_WR)
        line.recv(65536)
    assert centre.ask("GET", "/status").json["standings"] == {"outstanding": 5}


@pytest.mark.parametrize("path", ["/status/", "/stations/B-01/", "//evil.example/status/"])
def test_no_redirection_leads_to_the_host_that_was_asked_for(centre: Served, path: str) -> None:
    """A web server in front could keep it, and show it to a station."""
    place = urlsplit(centre.address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
        heard = b"".join(iter(lambda: line.recv(65536), b""))
    led = [each.partition(b": ")[2] for each in heard.split(b"\r\n") if each.lower().startswith(b"location: ")]
    assert led == ([path.rstrip("/").encode()] if path.startswith("/sta") else [])


def beside(work: Callable[[int], None], count: int) -> None:
    """Does it in so many threads at once."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_parcel_from_everywhere_at_once_counts_once(centre: Served) -> None:
    """One is accepted, and all others are told that it is there."""
    parcel, heard = parcel_of(world(), "A-02"), list[str]()
    beside(lambda _: heard.append(centre.ask("POST", "/stations/A-02", parcel).json["verdict"]), 12)
    assert Counter(heard) == {"accepted": 1, "repeated": 11}
    assert centre.ask("GET", "/status").json["standings"]["counted"] == 1


def test_parts_that_overlap_leave_the_parcel_as_it_is(centre: Served) -> None:
    """Of parts for one place one is taken; the others are sent to where the next one belongs, and it comes whole."""
    parcel = parcel_of(world(), "B-01")
    path = f"/stations/B-01/uploads/{digest(parcel)}"
    assert centre.post_json("/stations/B-01/uploads", {"sha256": digest(parcel), "size": len(parcel)}).status == 200
    heard = list[int]()

    def send(number: int) -> None:
        heard.append(centre.ask("PATCH", path, parcel[: 700 + number], Upload_Offset="0").status)

    beside(send, 6)
    assert Counter(heard) == {200: 1, 409: 5}
    offset = centre.ask("GET", path).json["offset"]
    assert 700 <= offset < 706
    assert centre.ask("PATCH", path, parcel[offset:], Upload_Offset=str(offset)).json["verdict"] == "accepted"
