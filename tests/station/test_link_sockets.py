"""The activation channel over real sockets: one poll book at a time, silence, death and return, and a busy booth."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_bytes

import pytest
from tests.station.desk import CHALLENGE, RememberingDesk
from tests.station.test_link import ENDS, OTHER_KEY

from urna.devices import activation_server
from urna.devices.activation_server import ActivationServer, Address, connect_to
from urna.devices.remote_booth import RemoteBooth
from urna.election.outcomes import Ending
from urna.errors import OutOfOrder, Unproven
from urna.station.activation import Armed, Ended, Free
from urna.station.link import Alarm, Condition, NoAnswer, Presence, Stage
from urna.station.link_session import BoothEnd, Ends, PollBookEnd

PATIENCE_SECONDS = 60.0
"""For what should come at once, also where the machine is slow."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("GREETING_SECONDS", "SEAT_SECONDS"):
        monkeypatch.setattr(activation_server, each, PATIENCE_SECONDS)


class Booth:
    """A served desk, and the alarms it raised."""

    def __init__(self, address: Address, desk: RememberingDesk | None = None) -> None:
        self.desk = desk or RememberingDesk()
        self.alarms: list[Alarm] = []
        self.address = address
        self.server = ActivationServer(address, ENDS, self.desk, entropy=token_bytes, report=self.alarms.append)
        if not isinstance(address, Path):
            self.address = address[0], self.server.port
        self.server.start()

    def link(self, ends: Ends = ENDS, seconds: float = PATIENCE_SECONDS) -> RemoteBooth:
        """A poll book's view of it."""
        return RemoteBooth(self.address, ends, token_bytes, seconds)


@pytest.fixture(params=["unix", "tcp"])
def booth(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Booth]:
    """Over both kinds of address; the Unix socket lies deeper than the kernel's 107 bytes."""
    deep = tmp_path / ("deep" * 20) / ("deeper" * 10)
    deep.mkdir(parents=True, mode=0o700)
    served = Booth(deep / "booth-1.socket" if request.param == "unix" else ("127.0.0.1", 0))
    yield served
    served.server.close()


def until(holds: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_remote_booth_does_what_a_booth_does(booth: Booth) -> None:
    """Every act of the link and of the day reaches the desk, and answers come back."""
    link = booth.link()
    assert (link.slot, link.state) == (Free(), Presence.WAITING)
    link.check_idle()
    assert link.challenge() == CHALLENGE
    link.activate("NORTH", b"\xee" * 32)
    assert link.condition().slot == Armed(style="NORTH")
    with pytest.raises(OutOfOrder, match="a booth that waits"):
        link.check_idle()
    with pytest.raises(OutOfOrder, match="Resumed"):
        link.resume()
    link.end(Ending.LEFT)
    assert link.condition().slot == Ended(ending=Ending.LEFT)
    link.acknowledge()
    link.test_readiness()
    link.zero("2026-12-06T10:00:00Z")
    assert link.zero_document() == booth.desk.zero_document()
    link.print_zero_report(3)
    link.release()
    link.stop()
    assert booth.desk.acts[2:] == [
        "end left", "acknowledge", "test_readiness", "zero 2026-12-06T10:00:00Z", "print 3", "release", "stop",
    ]  # fmt: skip
    assert booth.alarms == []
    link.close()


def test_a_second_poll_book_with_the_right_key_is_refused_and_reported(booth: Booth) -> None:
    """The first one goes on; after it has left, the other one may."""
    first, second = booth.link(), booth.link()
    first.condition()
    with pytest.raises(OutOfOrder, match="Two poll books have one identity"):
        second.challenge()
    until(lambda: booth.alarms == [Alarm.SECOND_POLL_BOOK])
    assert booth.desk.acts == []
    first.challenge()
    first.close()
    second.close()
    second.challenge()
    assert booth.desk.acts == ["challenge", "challenge"]
    assert booth.alarms == [Alarm.SECOND_POLL_BOOK]
    second.close()


def test_a_poll_book_that_died_and_came_back_is_no_second_one(booth: Booth) -> None:
    """Its former connection is gone, and so it is not reported as a twin."""
    for _ in range(20):
        link = booth.link()
        link.challenge()
        link.close()
    assert booth.alarms == []
    assert booth.desk.acts == ["challenge"] * 20


def test_a_wrong_key_is_refused_and_reported(booth: Booth) -> None:
    """The poll book that tries says that this is not its booth; one that does not care is found by the booth."""
    with pytest.raises(Unproven):
        booth.link(OTHER_KEY).challenge()
    end, liar = PollBookEnd(OTHER_KEY, token_bytes), BoothEnd(OTHER_KEY, token_bytes)
    with connect_to(booth.address, PATIENCE_SECONDS) as line:
        line.sendall(end.hello())
        line.recv(4096)
        line.sendall(end.welcomed(liar.greet(end.hello())))
        assert line.recv(4096) == b""
    until(lambda: booth.alarms == [Alarm.WRONG_KEY])
    assert booth.desk.acts == []


def test_garbage_is_reported_and_silence_is_not(booth: Booth) -> None:
    """Somebody who connects and says nothing, or goes, disturbs nobody; bytes without sense are an alarm."""
    connect_to(booth.address, PATIENCE_SECONDS).close()
    silent = connect_to(booth.address, PATIENCE_SECONDS)
    with connect_to(booth.address, PATIENCE_SECONDS) as line:
        line.sendall(b"\0\5hello")
        assert line.recv(10) == b""
    until(lambda: booth.alarms == [Alarm.GARBLED])
    link = booth.link()
    link.challenge()
    link.close()
    silent.close()


def test_a_forged_message_closes_the_connection_and_is_reported(booth: Booth) -> None:
    """One wrong byte in an open connection; the poll book makes another one, with new keys."""
    link = booth.link()
    link.condition()
    assert link._line is not None
    link._line[0].sendall(b"\0\2{}" + bytes(32))
    with pytest.raises(NoAnswer):
        link.challenge()
    until(lambda: booth.alarms == [Alarm.FORGED])
    assert booth.desk.acts == []
    link.challenge()
    link.close()


def test_a_booth_that_is_not_there_does_not_answer(tmp_path: Path) -> None:
    """The sentence says so, and what to do."""
    link = RemoteBooth(tmp_path / "nobody.socket", ENDS, token_bytes, 0.2)
    with pytest.raises(NoAnswer, match="Look whether the booth is on"):
        link.condition()


def test_a_booth_that_hangs_does_not_hang_the_poll_book(tmp_path: Path) -> None:
    """After its seconds the poll book has its sentence."""
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.socket"))
        deaf.listen()
        with pytest.raises(NoAnswer):
            RemoteBooth(tmp_path / "deaf.socket", ENDS, token_bytes, 0.2).challenge()


def test_a_question_is_asked_again_on_a_new_line_and_an_act_is_not(tmp_path: Path) -> None:
    """The booth was started again: its condition comes at once; an act on the dead line is the caller's to decide."""
    address = tmp_path / "booth.socket"
    before = Booth(address)
    link = before.link()
    link.condition()
    before.server.close()
    after = Booth(address)
    assert link.condition().stage is Stage.ZEROED
    after.server.close()
    last = Booth(address)
    with pytest.raises(NoAnswer):
        link.challenge()
    link.challenge()
    assert (after.desk.acts, last.desk.acts) == ([], ["challenge"])
    link.close()
    last.server.close()


def test_a_unix_socket_is_its_owners_alone(tmp_path: Path) -> None:
    """Mode 0600, from before the first connection."""
    booth = Booth(tmp_path / "booth.socket")
    assert (tmp_path / "booth.socket").stat().st_mode & 0o777 == 0o600
    booth.server.close()


def test_the_condition_waits_for_no_stranger_who_connects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who shakes hands slowly, for longer than a poll book waits, has a thread of their own."""
    monkeypatch.setattr(activation_server, "GREETING_SECONDS", 2 * PATIENCE_SECONDS)
    booth = Booth(tmp_path / "booth.socket")
    strangers = [connect_to(booth.address, PATIENCE_SECONDS) for _ in range(5)]
    link = booth.link()
    for _ in range(50):
        link.condition()
    for each in strangers:
        each.close()
    link.close()
    booth.server.close()


class SlowDesk(RememberingDesk):
    """An act that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def challenge(self) -> bytes:
        """Waits."""
        self.go_on.wait(PATIENCE_SECONDS)
        return super().challenge()

    def condition(self) -> Condition:
        """As ever."""
        return super().condition()


def test_a_poll_book_killed_in_the_middle_of_an_act_comes_back(tmp_path: Path) -> None:
    """Its act is finished for nobody; then the new life has the seat, and no alarm is raised."""
    desk = SlowDesk()
    booth = Booth(tmp_path / "booth.socket", desk)
    with pytest.raises(NoAnswer):
        booth.link(seconds=0.1).challenge()
    threading.Timer(0.3, desk.go_on.set).start()
    link = booth.link()
    assert link.condition().presence is Presence.WAITING
    assert booth.alarms == []
    link.close()
    booth.server.close()
