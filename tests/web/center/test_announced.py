"""Stations that announce their parcel are heard however many strangers crowd the door, and copies of it hold up nobody.

In clear HTTP, as behind a web server that ends TLS: no certificate tells a station from a stranger there.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.center.parcels import make, parcel_of
from tests.tampering.builder import NIGHT, officers_sign, signing_key, station_keys
from tests.web.center.serving import Heard, Served, served
from tests.web.center.test_crowds import ADDRESSES, SLOW, WAIT_SECONDS, opened, wait_until
from tests.web.center.test_station_lines import listening, own_key, world

from urna.crypto.signatures import SigningKey
from urna.devices.network_sender import NetworkSender
from urna.election.certification import Revocation
from urna.encoding.canonical import decode, digest
from urna.log.note import NoteSigner
from urna.station.announcement import LEAST_PIECE_BYTES as PIECE
from urna.station.announcement import announce, as_header
from urna.station.sending import NotSent, Parcel
from urna.storage.centre_opening import ANNOUNCED_UPLOADS, UPLOADS
from urna.storage.centre_service import Answer, CentreService
from urna.web.center.limits import BodyLimits, Limits

STATION = "B-01"
IN_MEMORY = 256
START = b"x" * (IN_MEMORY + 1)
PATIENT = BodyLimits(idle_seconds=300.0, grace_seconds=300.0)
"""Senders that drip are borne for as long as a test takes."""


@cache
def parcel(station: str = STATION) -> bytes:
    """Of a few pieces, with a log as long as that."""
    return parcel_of(world(), station, changes={"event-log-poll-book.jsonl": bytes(range(256)) * 200})


def announced(
    data: bytes, station: str = STATION, election: str = "", key: SigningKey | None = None, role: str = "poll-book"
) -> bytes:
    """A station's announcement, by its own key or another one."""
    own, of = world().election, key or own_key(station)
    return announce(election or own.identity, station, data, NoteSigner(own.key_name(station, role), of))


def sender(centre: Served, queue: Path, station: str = STATION) -> NetworkSender:
    """The station's, which announces what it sends."""
    return NetworkSender(centre.stations, queue, WAIT_SECONDS, announce=lambda data: announced(data, station))


def begin(centre: Served, document: bytes, data: bytes = b"", station: str = STATION) -> Heard:
    """An upload that shows an announcement."""
    body = b'{"sha256":"%s","size":%d}' % (digest(data or parcel()).encode(), len(data or parcel()))
    path = f"/stations/{station}/uploads"
    return centre.ask("POST", path, body, Content_Type="application/json", Urna_Announcement=as_header(document))


def piece(centre: Served, offset: int, content: bytes | None = None) -> Heard:
    """A piece of the announced parcel, as it is or another one."""
    sent = parcel()[offset : offset + PIECE] if content is None else content
    said = {"Upload_Offset": str(offset), "Urna_Announcement": as_header(announced(parcel()))}
    return centre.ask("PATCH", f"/stations/{STATION}/uploads/{digest(parcel())}", sent, **said)


def dripping(data: bytes, start: bytes = b"") -> bytes:
    """A request for a piece of which no more comes than a start, by whoever has a copy of the announcement."""
    head = f"PATCH /stations/{STATION}/uploads/{digest(data)} HTTP/1.1\r\nHost: centre\r\nUpload-Offset: 0\r\n"
    shown = f"Urna-Announcement: {as_header(announced(data))}\r\nContent-Length: {PIECE}\r\n\r\n"
    return (head + shown).encode() + start


def kept(centre: Served, name: str) -> list[int]:
    """How much has come of each upload."""
    return [path.stat().st_size for path in (centre.service.opened.folder / name).iterdir()]


def is_closed(line: socket.socket) -> bool:
    """Whether nothing more comes on a line; reads to its end."""
    try:
        while line.recv(65536):
            continue
    except ConnectionResetError:
        return True
    return True


class Door(NamedTuple):
    """A centre, and lines to it that are closed before it ends."""

    centre: Served
    lines: ExitStack

    def line(self, source: str, request: bytes = SLOW) -> socket.socket:
        """A line on which something was asked."""
        return self.lines.enter_context(opened(self.centre, source, request))

    def crowd(self) -> list[socket.socket]:
        """Strangers who have both of their places, each from its own address; a third one was sent away."""
        asked = [self.line(each) for each in ADDRESSES[6:9]]
        wait_until(lambda: any(map(has_answer, asked)))
        (away,) = [line for line in asked if has_answer(line)]
        assert away.recv(4096).startswith(b"HTTP/1.1 429 ")
        return [line for line in asked if line is not away]

    def copies(self, *sources: str, start: bytes = START) -> list[socket.socket]:
        """Whoever has the announcement, and sends no more than a start of a piece; each has its place by then."""
        before = len(self.under_way())
        found = [self.line(each, dripping(parcel(), start)) for each in sources]
        wait_until(lambda: len(self.under_way()) == before + len(found))
        return found

    def under_way(self) -> list[Path]:
        """Bodies of which something came."""
        return list((self.centre.service.opened.folder / UPLOADS).glob("*.whole"))


@contextmanager
def door(folder: Path, limits: Limits) -> Iterator[Door]:
    """A centre that puts down what is longer than the beginning of an upload, so that a test sees who is under way."""
    make(world(), folder / "centre")
    with (
        pytest.MonkeyPatch.context() as patch,
        served(world(), folder / "centre", limits) as centre,
        ExitStack() as lines,
    ):
        patch.setattr("urna.web.center.bodies.IN_MEMORY_BYTES", IN_MEMORY)
        yield Door(centre, lines)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Door]:
    """Two places for strangers, three for a station that announces, and one decision at once of each kind."""
    bodies = PATIENT._replace(at_once=2, of_address=2, of_announced=3, trial_seconds=300.0)
    with door(tmp_path, Limits(at_once=1, bodies=bodies)) as found:
        yield found


@pytest.fixture
def centre(small: Door) -> Served:
    """It, to be asked."""
    return small.centre


def test_strangers_fill_every_place_and_an_announced_station_is_heard(small: Door, tmp_path: Path) -> None:
    """They lose none of theirs; without its announcement the same parcel is asked to come back."""
    strangers = small.crowd()
    with pytest.raises(NotSent, match="429"):
        NetworkSender(small.centre.stations, tmp_path / "silent").send(decode(parcel(), Parcel))
    assert b'"accepted"' in sender(small.centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer
    assert kept(small.centre, ANNOUNCED_UPLOADS) == []
    assert not any(map(has_answer, strangers))


def test_a_decision_for_a_stranger_holds_up_no_announced_station(
    small: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one place where strangers' parcels are decided on is taken for as long as this test likes."""
    real, is_there, may_end = CentreService.receive, threading.Event(), threading.Event()

    def slow(service: CentreService, station: str, data: bytes | Path, sha256: str = "") -> Answer:
        if isinstance(data, Path) and data.read_bytes() == b"x" * 1000:
            is_there.set()
            may_end.wait(WAIT_SECONDS)
        return real(service, station, data, sha256)

    monkeypatch.setattr(CentreService, "receive", slow)
    waiting = small.line(ADDRESSES[0], SLOW + b"x" * 999)
    assert is_there.wait(WAIT_SECONDS)
    assert b'"accepted"' in sender(small.centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer
    may_end.set()
    assert waiting.recv(4096).startswith(b"HTTP/1.1 422 ")


def test_what_was_announced_by_nobody_is_refused_before_it_is_read(centre: Served) -> None:
    """Another key, another election, another station's, a booth's, a machine nobody certified; and nothing is kept."""
    wrong = {
        "forged": announced(parcel(), key=signing_key("somebody")),
        "other election": announced(parcel(), election="ab" * 32),
        "another station's": announced(parcel(), station="A-01"),
        "a booth's": announced(parcel(), key=own_key(role="booth-1"), role="booth-1"),
        "not certified": announced(parcel(), key=signing_key(f"{STATION}/poll-book/2")),
        "changed": announced(parcel()).replace(b'"size":', b'"size":1'),
    }
    for what, document in wrong.items():
        head = f"POST /stations/{STATION}/uploads HTTP/1.1\r\nHost: c\r\nContent-Length: 4000\r\n"
        request = f"{head}Urna-Announcement: {as_header(document)}\r\n\r\n"
        with opened(centre, "127.0.0.1", request.encode()) as line:  # the body never comes
            answer = line.recv(65536)
            assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 422 ")), what
            assert is_closed(line), what
    forged = begin(centre, wrong["forged"])
    assert "none by a trusted key" in forged.json["said"]["en"]
    assert kept(centre, ANNOUNCED_UPLOADS) == kept(centre, UPLOADS) == []


def test_a_revoked_key_announces_nothing_from_then_on(centre: Served, tmp_path: Path) -> None:
    """In the middle of an upload, too."""
    assert begin(centre, announced(parcel())).json["offset"] == 0
    assert piece(centre, 0).json["offset"] == PIECE
    centre.service.take(lambda found: found.revoke(officers_sign(world(), _revocation())))
    assert "not certified, or were revoked" in piece(centre, PIECE).json["said"]["en"]
    with pytest.raises(NotSent, match="422"):  # nor is its parcel believed without one
        sender(centre, tmp_path / "queue").send(decode(parcel(), Parcel))


def test_another_parcel_than_the_announced_one_has_no_place(centre: Served) -> None:
    """Another hash, another length, and another upload's address."""
    document = announced(parcel())
    assert begin(centre, document, parcel("A-01")).status == 403
    path, shown = f"/stations/{STATION}/uploads", as_header(document)
    longer = b'{"sha256":"%s","size":%d}' % (digest(parcel()).encode(), len(parcel()) + 1)
    assert centre.ask("POST", path, longer, Urna_Announcement=shown).status == 403
    other = f"{path}/{'0' * 64}"
    assert centre.ask("GET", other, Urna_Announcement=shown).status == 403
    assert centre.ask("PATCH", other, b"x", Upload_Offset="0", Urna_Announcement=shown).status == 403
    assert centre.ask("GET", other, Urna_Announcement="rubbish!").status == 422
    assert centre.ask("GET", other, Urna_Announcement="cnViYmlzaA==").status == 422
    assert kept(centre, ANNOUNCED_UPLOADS) == []


def test_other_bytes_than_the_announced_ones_are_thrown_away_piece_by_piece(centre: Served) -> None:
    """And the line is closed; what had come stays, and the station goes on from there."""
    begin(centre, announced(parcel()))
    assert piece(centre, 0).json["offset"] == PIECE
    wrong = piece(centre, PIECE, b"x" * PIECE)
    assert (wrong.status, wrong.headers["connection"]) == (422, "close")
    assert "as the station announced it" in wrong.json["said"]["en"]
    assert piece(centre, PIECE, parcel()[PIECE : PIECE + 10]).status == 422
    assert piece(centre, PIECE, parcel()[PIECE : 2 * PIECE + 1]).status == 413
    again = piece(centre, 0)
    assert (again.status, again.headers["upload-offset"]) == (409, str(PIECE))
    assert piece(centre, 10).status == 409
    assert kept(centre, ANNOUNCED_UPLOADS) == [PIECE]
    assert piece(centre, PIECE).json["offset"] == 2 * PIECE


def test_a_copy_of_the_announcement_shortens_the_way_of_the_station(
    centre: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """True pieces that somebody else sent are not sent again; the same announcement again changes nothing then."""
    begin(centre, announced(parcel()))
    piece(centre, 0)
    piece(centre, PIECE)
    lengths: list[int] = []
    real = socket.socket.sendall

    def counted(line: socket.socket, data: bytes) -> None:
        lengths.append(len(data))
        real(line, data)

    monkeypatch.setattr(socket.socket, "sendall", counted)
    answer = sender(centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer
    monkeypatch.undo()
    assert b'"accepted"' in answer
    assert len(parcel()) - 2 * PIECE <= sum(lengths) < len(parcel()) - PIECE
    assert b'"repeated"' in sender(centre, tmp_path / "again").send(decode(parcel(), Parcel)).answer
    assert centre.service.standings()["counted"] == 1


def test_few_addresses_with_copies_do_not_keep_the_station_out(small: Door, tmp_path: Path) -> None:
    """Two of them hold all of the station's places, and strangers all of theirs; nobody had its time yet."""
    begin(small.centre, announced(parcel()))
    held = small.copies(ADDRESSES[0], ADDRESSES[0], ADDRESSES[1])
    strangers = small.crowd()
    assert b'"accepted"' in sender(small.centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer
    wait_until(lambda: any(map(has_answer, held)))
    assert [has_answer(line) for line in held].count(True) == 1
    assert not has_answer(held[2])  # of the address that had two, one goes
    assert not any(map(has_answer, strangers))


def test_many_addresses_with_copies_keep_their_places_for_a_moment_only(tmp_path: Path) -> None:
    """Each has one of the station's places; the slowest that had its time goes, and the one that was faster stays."""
    bodies = PATIENT._replace(at_once=2, of_announced=2, trial_seconds=0.0)
    with door(tmp_path, Limits(bodies=bodies)) as found:
        begin(found.centre, announced(parcel()))
        (slow,) = found.copies(ADDRESSES[0])
        (fast,) = found.copies(ADDRESSES[1], start=parcel()[: PIECE // 2])
        wait_until(lambda: max(each.stat().st_size for each in found.under_way()) == PIECE // 2)
        strangers = found.crowd()
        assert b'"accepted"' in sender(found.centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer
        assert slow.recv(4096).startswith(b"HTTP/1.1 429 ")
        assert not any(map(has_answer, (fast, *strangers)))


def test_a_station_all_of_whose_places_are_taken_is_a_stranger_like_any_other(tmp_path: Path) -> None:
    """From many addresses at once, before anybody had time: there are places for strangers still."""
    bodies = PATIENT._replace(of_announced=2, trial_seconds=300.0)
    with door(tmp_path, Limits(bodies=bodies)) as found:
        begin(found.centre, announced(parcel()))
        held = found.copies(*ADDRESSES[:2])
        assert b'"accepted"' in sender(found.centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer
        assert not any(map(has_answer, held))


def test_copies_of_one_station_take_nothing_of_another(small: Door, tmp_path: Path) -> None:
    """Nor does an announcement of the one open anything in the name of the other."""
    begin(small.centre, announced(parcel()))
    held = small.copies(*ADDRESSES[:3])
    strangers = small.crowd()
    sent = sender(small.centre, tmp_path / "queue", "A-01").send(decode(parcel("A-01"), Parcel))
    assert b'"accepted"' in sent.answer
    assert not any(map(has_answer, held + strangers))
    assert begin(small.centre, announced(parcel()), parcel(), station="A-01").status == 403


def test_an_announced_parcel_goes_on_after_a_restart_from_its_last_whole_piece(tmp_path: Path) -> None:
    """A write that was cut off leaves less than a piece: that does not count, and is written again."""
    make(world(), tmp_path / "centre")
    with served(world(), tmp_path / "centre") as centre:
        begin(centre, announced(parcel()))
        piece(centre, 0)
    (path,) = (tmp_path / "centre" / ANNOUNCED_UPLOADS).iterdir()
    with path.open("ab") as file:
        file.write(b"cut off")
    with served(world(), tmp_path / "centre") as centre:
        assert begin(centre, announced(parcel())).json["offset"] == PIECE
        assert b'"accepted"' in sender(centre, tmp_path / "queue").send(decode(parcel(), Parcel)).answer


def test_an_announcement_that_is_not_believed_keeps_back_no_parcel(centre: Served, tmp_path: Path) -> None:
    """Of another key, say: what it announced is sent as a stranger's, and is judged by its files as ever."""
    wrong = NetworkSender(
        centre.stations, tmp_path / "queue", announce=lambda data: announced(data, key=signing_key("somebody"))
    )
    assert b'"accepted"' in wrong.send(decode(parcel(), Parcel)).answer


def test_where_certificates_are_required_an_announcement_is_none(tmp_path: Path) -> None:
    """It is refused without the station's own line; on that, it is not looked at."""
    with listening(tmp_path) as hall:
        body = b'{"sha256":"%s","size":%d}' % (digest(parcel()).encode(), len(parcel()))
        head = f"POST /stations/{STATION}/uploads HTTP/1.1\r\nHost: c\r\nContent-Length: {len(body)}\r\n"
        request = f"{head}Urna-Announcement: {as_header(announced(parcel()))}\r\n\r\n".encode() + body
        assert hall.ask(request).startswith(b"HTTP/1.1 403 ")
        with hall.line(request, station=STATION) as line:
            assert line.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_an_announced_parcel_is_no_longer_than_another(tmp_path: Path) -> None:
    """The centre's own limit is the same."""
    with door(tmp_path, Limits(parcel_bytes=len(parcel()) - 1)) as found:
        assert begin(found.centre, announced(parcel())).status == 413


def has_answer(line: socket.socket) -> bool:
    """Whether something came on a line, without taking it."""
    line.setblocking(False)
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        line.settimeout(WAIT_SECONDS)


def _revocation() -> Revocation:
    """Of the station's keys."""
    return Revocation(
        election=world().election.identity,
        serial=1,
        issued_at=NIGHT,
        station=STATION,
        keys=station_keys(world().election.stations[STATION]),
        reason="stolen",
        note="Taken from the truck.",
    )
