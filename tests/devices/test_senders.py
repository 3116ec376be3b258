"""A closed station's parcel goes out by stick or network, whole or not at all, and twice does no harm."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from urna.devices.network_sender import NetworkSender
from urna.devices.stick_sender import SUMS, StickSender
from urna.encoding.canonical import decode
from urna.errors import Malformed
from urna.station.sending import NotSent, Parcel, sums_of

PARCEL = Parcel(election="ab" * 32, station="S-1", files={"sheet-0.note": b"a signed sheet", "ballots.json": b"[]"})


class Centre(ThreadingHTTPServer):
    """A centre that answers what it is told to."""

    def __init__(self) -> None:
        self.status, self.got = 201, list[tuple[str, bytes]]()
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(BaseHTTPRequestHandler):
    server: Centre

    def do_POST(self) -> None:
        """Takes a parcel."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers["Idempotency-Key"], data))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"received")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def centre() -> Iterator[Centre]:
    """On this machine."""
    server = Centre()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def address(centre: Centre) -> str:
    """Where it listens."""
    return f"http://127.0.0.1:{centre.server_port}/stations"


def test_a_parcel_arrives_with_every_file(centre: Centre, tmp_path: Path) -> None:
    """Under its own hash."""
    receipt = NetworkSender(address(centre), tmp_path).send(PARCEL)
    [(name, data)] = centre.got
    assert (name, receipt.answer) == (PARCEL.sha256, b"received")
    assert decode(data, Parcel) == PARCEL


def test_a_parcel_that_arrived_is_not_sent_again(centre: Centre, tmp_path: Path) -> None:
    """The receipt is kept, also for another process."""
    first = NetworkSender(address(centre), tmp_path).send(PARCEL)
    assert NetworkSender(address(centre), tmp_path).send(PARCEL) == first
    assert len(centre.got) == 1


def test_a_parcel_waits_while_there_is_no_line(centre: Centre, tmp_path: Path) -> None:
    """And goes from the queue when there is one."""
    nobody = NetworkSender("http://127.0.0.1:9/stations", tmp_path, seconds=1)
    with pytest.raises(NotSent):
        nobody.send(PARCEL)
    assert nobody.waiting() == (PARCEL.sha256,)
    later = NetworkSender(address(centre), tmp_path)
    [receipt] = later.resend()
    assert receipt.parcel == PARCEL.sha256
    assert later.waiting() == ()


@pytest.mark.parametrize("status", [302, 400, 403, 500, 503])
def test_a_refusal_keeps_the_parcel(centre: Centre, tmp_path: Path, status: int) -> None:
    """Whatever the centre answers but yes, and wherever it points."""
    centre.status = status
    sender = NetworkSender(address(centre), tmp_path)
    with pytest.raises(NotSent):
        sender.send(PARCEL)
    assert sender.waiting() == (PARCEL.sha256,)


def test_without_an_address_the_stick_is_the_way_on(tmp_path: Path) -> None:
    """The parcel waits all the same."""
    with pytest.raises(NotSent, match="stick"):
        NetworkSender("", tmp_path).send(PARCEL)


def test_an_address_is_one_of_the_web(tmp_path: Path) -> None:
    """No file is ever read by it."""
    with pytest.raises(Malformed):
        NetworkSender("file:///etc/hosts", tmp_path)


def test_a_stick_holds_the_files_and_their_hashes(tmp_path: Path) -> None:
    """As `sha256sum --check` reads them; writing it twice is harmless."""
    sender = StickSender(lambda: tmp_path)
    assert sender.send(PARCEL) == sender.send(PARCEL)
    [folder] = tmp_path.iterdir()
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert found == {**PARCEL.files, SUMS: sums_of(PARCEL.files)}


def test_without_a_stick_nothing_is_sent(tmp_path: Path) -> None:
    """Nor on one that cannot be written."""
    with pytest.raises(NotSent):
        StickSender(lambda: None).send(PARCEL)
    with pytest.raises(NotSent):
        StickSender(lambda: tmp_path / "gone").send(PARCEL)


def test_a_stick_that_gives_other_bytes_back_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A counterfeit stick wraps around."""
    monkeypatch.setattr("urna.devices.stick_sender._read", lambda path: b"")
    with pytest.raises(NotSent, match="other bytes"):
        StickSender(lambda: tmp_path).send(PARCEL)
