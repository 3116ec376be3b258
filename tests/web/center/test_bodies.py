"""Slow, endless and crowding senders over real sockets: each is told so, and stations send on beside them."""

import errno
import os
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.center.parcels import make, parcel_of
from tests.tampering.builder import World, build
from tests.web.center.serving import Served, served

from urna.encoding.canonical import digest
from urna.storage.centre_opening import UPLOADS
from urna.web.center import bodies
from urna.web.center.bodies import IN_MEMORY_BYTES
from urna.web.center.limits import BEGIN_BYTES, BodyLimits, Limits

WAIT_SECONDS = 60


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@contextmanager
def centre(folder: Path, bodies: BodyLimits, at_once: int = 64) -> Iterator[Served]:
    """A centre that bears so much of senders."""
    make(world(), folder / "centre")
    with served(world(), folder / "centre", Limits(at_once=at_once, bodies=bodies)) as found:
        yield found


@contextmanager
def begun(centre: Served, path: str, start: bytes = b"{", length: int = 1000) -> Iterator[socket.socket]:
    """A request of which the body has only begun."""
    place = urlsplit(centre.address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=WAIT_SECONDS) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: centre\r\nContent-Length: {length}\r\n\r\n".encode() + start)
        yield line


def status_of(line: socket.socket) -> int:
    """The number of the answer; waits for it."""
    return int(line.recv(4096).split(b" ")[1])


def test_slow_senders_take_no_place_of_a_station(tmp_path: Path) -> None:
    """More of them than are decided on at once, in the station's own name; its parcel is taken beside them."""
    with centre(tmp_path, BodyLimits(), at_once=2) as found, ExitStack() as lines:
        for _ in range(8):
            lines.enter_context(begun(found, "/stations/B-01"))
        assert found.ask("POST", "/stations/B-01", parcel_of(world(), "B-01")).status == 200


def test_a_body_that_stands_still_or_creeps_ends(tmp_path: Path) -> None:
    """Without a byte for some time; or a byte now and then, for which the least pace is too high."""
    with centre(tmp_path, BodyLimits(idle_seconds=0.2)) as found, begun(found, "/stations/B-01") as still:
        assert status_of(still) == 408
        while still.recv(4096):  # to the end of the line: it is closed
            continue
    creeping = BodyLimits(grace_seconds=0.2, least_pace=10**9)
    with (
        served(world(), tmp_path / "centre", Limits(bodies=creeping)) as found,
        begun(found, "/stations/B-01", b"x" * 500) as line,
    ):
        assert status_of(line) == 408
    assert list((tmp_path / "centre" / UPLOADS).iterdir()) == []


def test_a_body_has_a_last_moment(tmp_path: Path) -> None:
    """However well it comes."""
    limits = BodyLimits(whole_seconds=0.3)
    with centre(tmp_path, limits) as found, begun(found, "/stations/B-01", b"x" * IN_MEMORY_BYTES, 10**7) as line:
        assert status_of(line) == 408


def test_one_address_has_so_many_bodies_under_way(tmp_path: Path) -> None:
    """One more is asked to come back, until one of them has ended."""
    with centre(tmp_path, BodyLimits(of_address=2)) as found, begun(found, "/stations/B-01"):
        with begun(found, "/stations/B-01") as other:
            with begun(found, "/stations/B-01") as third:
                assert status_of(third) == 429
            other.sendall(b" " * 999)
            assert status_of(other) == 422
        assert found.ask("POST", "/stations/B-01", parcel_of(world(), "B-01")).status == 200


def test_an_unknown_station_is_answered_before_its_body_comes(tmp_path: Path) -> None:
    """For a parcel, the beginning of an upload, and a part of an upload that nobody began."""
    with centre(tmp_path, BodyLimits()) as found:
        for path in ("/stations/Z-99", "/stations/Z-99/uploads"):
            with begun(found, path) as line:
                assert status_of(line) == 422
        assert found.ask("PATCH", f"/stations/Z-99/uploads/{'0' * 64}", b"x", Upload_Offset="0").status == 404


def test_what_begins_an_upload_is_short(tmp_path: Path) -> None:
    """By its announced length, before any of it is read, and in chunks of no announced length."""
    with centre(tmp_path, BodyLimits()) as found:
        with begun(found, "/stations/B-01/uploads", length=BEGIN_BYTES + 1) as line:
            assert status_of(line) == 413
        chunks = (b" " * 1000 for _ in range(BEGIN_BYTES // 1000 + 2))
        assert found.ask("POST", "/stations/B-01/uploads", chunks).status == 413


def test_long_bodies_have_so_much_room_together(tmp_path: Path) -> None:
    """What does not fit is asked to come back, and the room is there again afterwards."""
    with centre(tmp_path, BodyLimits(waiting_bytes=3 * IN_MEMORY_BYTES)) as found:
        with begun(found, "/stations/B-01", os.urandom(4 * IN_MEMORY_BYTES), 10**7) as line:
            assert status_of(line) == 429
        for _ in range(2):
            assert found.ask("POST", "/stations/B-01", os.urandom(2 * IN_MEMORY_BYTES)).status == 422
        assert list((tmp_path / "centre" / UPLOADS).iterdir()) == []


def test_one_too_many_to_decide_on_is_asked_to_come_back(tmp_path: Path) -> None:
    """With a number that every sender understands, while another one is decided on."""
    parcel = parcel_of(world(), "B-01")
    with centre(tmp_path, BodyLimits(), at_once=1) as found, ExitStack() as lines:
        with found.service.sequencer.state():  # nothing is decided on meanwhile
            both = {lines.enter_context(begun(found, "/stations/B-01", parcel, len(parcel))) for _ in range(2)}
            refused = set(select.select(both, (), (), WAIT_SECONDS)[0])
            assert [status_of(each) for each in refused] == [429]
        assert [status_of(each) for each in both - refused] == [200]


@pytest.mark.parametrize(("method", "path"), [("GET", "/status"), ("GET", "/nowhere"), ("POST", "/stations/Z-99")])
def test_every_answer_forbids_browsers_to_make_a_page_of_it(tmp_path: Path, method: str, path: str) -> None:
    """What is found and what is not; the operators' pages have headers of their own."""
    with centre(tmp_path, BodyLimits()) as found:
        heard = found.ask(method, path)
        assert heard.headers["x-content-type-options"] == "nosniff"
        assert heard.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_part_waits_for_no_place_either(tmp_path: Path) -> None:
    """Parts that creep stop no other upload of the same station."""
    parcel = parcel_of(world(), "B-01")
    name, path = digest(parcel), "/stations/B-01/uploads"
    with centre(tmp_path, BodyLimits(), at_once=1) as found:
        found.post_json(path, {"sha256": name, "size": len(parcel)})
        with begun(found, path), begun(found, "/stations/B-01"):
            assert found.ask("PATCH", f"{path}/{name}", parcel, Upload_Offset="0").status == 200


def test_a_full_medium_is_told_and_keeps_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, and the same is taken when there is room again."""
    parcel = parcel_of(world(), "B-01")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with centre(tmp_path, BodyLimits()) as found:
        with monkeypatch.context() as patch:
            patch.setattr(bodies, "IN_MEMORY_BYTES", 10)
            patch.setattr(Path, "open", full)
            assert found.ask("POST", "/stations/B-01", parcel).status == 503
        assert found.ask("POST", "/stations/B-01", parcel).status == 200
        assert list((tmp_path / "centre" / UPLOADS).iterdir()) == []
