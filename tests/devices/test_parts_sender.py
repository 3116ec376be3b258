"""An announced parcel goes piece by piece; whatever answers, it arrives once or waits."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from urna.crypto.signatures import SigningKey
from urna.devices import parts_sender
from urna.devices.network_sender import NetworkSender
from urna.encoding.canonical import encode
from urna.log.note import NoteSigner
from urna.station.announcement import HEADER, LEAST_PIECE_BYTES, announce, as_header
from urna.station.sending import NotSent, Parcel

PARCEL = Parcel(election="ab" * 32, station="S-1", files={"sheet-0.note": bytes(range(256)) * 200})
DATA = encode(PARCEL)
SIGNER = NoteSigner("urna/abab/S-1/poll-book", SigningKey(bytes(32)))


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    shown: str
    offset: int
    body: bytes


Answer = Callable[["Centre", Asked], tuple[int, object]]


class Centre(ThreadingHTTPServer):
    """A centre that answers as a test says; the honest one keeps pieces."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked, self.kept, self.lines = answer, list[Asked](), b"", 0
        super().__init__(("127.0.0.1", 0), _Handler)

    def sender(self, queue: Path) -> NetworkSender:
        """The station's."""
        address = f"http://127.0.0.1:{self.server_port}/stations"
        return NetworkSender(address, queue, 10, announce=lambda data: announce("ab" * 32, "S-1", data, SIGNER))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Centre

    def setup(self) -> None:
        super().setup()
        self.server.lines += 1

    def do_POST(self) -> None:
        """Whatever comes."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        shown, offset = self.headers.get(HEADER, ""), int(self.headers.get("Upload-Offset", "0"))
        asked = Asked(self.command, self.path, shown, offset, body)
        self.server.asked.append(asked)
        status, said = self.server.answer(self.server, asked)
        answer = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PATCH = do_POST  # noqa: N815 - the library's name

    def handle(self) -> None:
        """Requests, until one of them is answered by nothing."""
        with suppress(ConnectionAbortedError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def honest(centre: Centre, asked: Asked) -> tuple[int, object]:
    """As a centre does."""
    if asked.path.endswith("/S-1"):
        return (201, {"verdict": "accepted"})
    if asked.method == "PATCH":
        if asked.offset != len(centre.kept):
            return (409, {"said": {}})
        centre.kept += asked.body
    if asked.method == "PATCH" and centre.kept == DATA:
        return (200, {"verdict": "accepted"})
    return (200, {"offset": len(centre.kept), "size": len(DATA)})


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them takes long here."""
    monkeypatch.setattr(parts_sender, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def centre() -> Iterator[Centre]:
    """An honest one."""
    server = Centre(honest)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_goes_over_one_line_in_pieces_and_shows_its_announcement_each_time(centre: Centre, tmp_path: Path) -> None:
    """Every piece of the same length but the last; together they are the parcel."""
    receipt = centre.sender(tmp_path).send(PARCEL)
    begun, *pieces = centre.asked
    assert json.loads(begun.body) == {"sha256": PARCEL.sha256, "size": len(DATA)}
    assert {len(each.body) for each in pieces[:-1]} == {LEAST_PIECE_BYTES}
    assert centre.kept == DATA
    assert {each.shown for each in centre.asked} == {as_header(announce("ab" * 32, "S-1", DATA, SIGNER))}
    assert (centre.lines, json.loads(receipt.answer)["verdict"]) == (1, "accepted")


@pytest.mark.parametrize("there", [LEAST_PIECE_BYTES, len(DATA)], ids=["a piece", "all of it"])
def test_what_is_there_is_not_sent_again(centre: Centre, tmp_path: Path, there: int) -> None:
    """An empty piece at the end asks for the answer."""
    centre.kept = DATA[:there]
    centre.sender(tmp_path).send(PARCEL)
    assert sum(len(each.body) for each in centre.asked[1:]) == len(DATA) - there


def test_somebody_who_brings_the_same_pieces_meanwhile_helps(centre: Centre, tmp_path: Path) -> None:
    """However often: where the next one belongs is asked again."""

    def ahead(server: Centre, asked: Asked) -> tuple[int, object]:
        if asked.method == "PATCH" and asked.offset + LEAST_PIECE_BYTES < len(DATA):
            server.kept = DATA[: asked.offset + LEAST_PIECE_BYTES]  # another one was faster
        return honest(server, asked)

    centre.answer = ahead
    centre.sender(tmp_path).send(PARCEL)
    assert centre.kept == DATA


def test_a_centre_that_has_no_place_for_a_moment_is_asked_again(centre: Centre, tmp_path: Path) -> None:
    """For every piece anew: what came further is no standstill."""
    refused: set[int] = set()

    def crowded(server: Centre, asked: Asked) -> tuple[int, object]:
        if asked.method == "PATCH" and asked.offset not in refused:
            refused.add(asked.offset)
            return (429, {"said": {}})
        return honest(server, asked)

    centre.answer = crowded
    centre.sender(tmp_path).send(PARCEL)
    assert centre.kept == DATA
    assert len(refused) > parts_sender.MOST_STANDSTILLS


def test_a_line_that_is_closed_in_the_middle_of_a_piece_is_opened_again(centre: Centre, tmp_path: Path) -> None:
    """As that of a body that had to give way; it goes on from the last piece that arrived."""
    closed: set[int] = set()

    def closing(server: Centre, asked: Asked) -> tuple[int, object]:
        if asked.method == "PATCH" and asked.offset not in closed:
            closed.add(asked.offset)
            raise ConnectionAbortedError
        return honest(server, asked)

    centre.answer = closing
    centre.sender(tmp_path).send(PARCEL)
    assert centre.kept == DATA
    assert centre.lines == len(closed) + 1


@pytest.mark.parametrize("status", [403, 422])
def test_where_the_announcement_is_not_believed_it_is_left_out(centre: Centre, tmp_path: Path, status: int) -> None:
    """The whole parcel is posted then."""

    def unbelieving(server: Centre, asked: Asked) -> tuple[int, object]:
        return (status, {"said": {}}) if asked.shown else honest(server, asked)

    centre.answer = unbelieving
    centre.sender(tmp_path).send(PARCEL)
    assert [(each.path, each.shown) for each in centre.asked[1:]] == [("/stations/S-1", "")]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (lambda server, asked: (200, {"offset": 0, "size": len(DATA)}), "no answer"),
        (lambda server, asked: (200, {"offset": LEAST_PIECE_BYTES * 2, "size": 1}), "no answer"),
        (lambda server, asked: (200, b"<html>Welcome to this network</html>"), "no answer"),
        (lambda server, asked: (201, [1, 2]), "no answer"),
        (lambda server, asked: (200, b"x" * 70_000), "no answer"),
        (lambda server, asked: (404, {"said": {}}), "404"),
        (lambda server, asked: (409, {"verdict": "quarantined"}), "409"),
        (lambda server, asked: (422, {"verdict": "refused"}), "422"),
        (lambda server, asked: (429, {"said": {}}), "429"),
        (lambda server, asked: (503, b""), "503"),
        (lambda server, asked: (302, b""), "302"),
    ],
)
def test_whatever_else_answers_the_parcel_waits(centre: Centre, tmp_path: Path, answer: Answer, found: str) -> None:
    """Nothing goes on for ever, and nothing but an answer to the parcel takes it out of the queue."""
    centre.answer = answer
    sender = centre.sender(tmp_path)
    with pytest.raises(NotSent, match=found):
        sender.send(PARCEL)
    assert sender.waiting() == (PARCEL.sha256,)
    centre.answer = honest
    assert len(sender.resend()) == 1
    assert centre.kept == DATA
