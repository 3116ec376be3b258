"""A station's processes as they are started, killed, started again and ended; with tiny faces."""

import json
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from secrets import token_bytes

import pytest
from tests.cli.station_faces import ENDS

from urna.cli.station_browser import FLAGS, Browser, swap_words
from urna.cli.station_hold import Holder, hold_parts
from urna.cli.station_process import ProcessSettings, Sole, listening_socket, read_address, run
from urna.cli.station_serve import count_booths, plan_of
from urna.cli.station_supervisor import Supervisor, run_folder
from urna.devices.remote_booth import RemoteBooth
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, OutOfOrder
from urna.station.link import Alarm, NoAnswer, Stage
from urna.words import in_english

FACE = "tests.cli.station_faces:make_face"
ENVIRONMENT = {"PYTHONPATH": f"{Path.cwd()}{os.pathsep}{Path.cwd() / 'src'}"}


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a poll book and two booths, for processes that find these tests."""
    monkeypatch.setenv("PYTHONPATH", ENVIRONMENT["PYTHONPATH"])
    for name in ("poll-book", "booth-1", "booth-2"):
        (tmp_path / name).mkdir()
    run_folder(tmp_path)
    return tmp_path


def settings(station: Path, booth: int = 0, face: str = FACE) -> ProcessSettings:
    """Of one process, on any port."""
    return ProcessSettings(folder=str(station), booth=booth, face=face, port=0)


class Served:
    """A supervisor in a thread of its own, and what it put on the screen."""

    def __init__(self, station: Path, *plan: ProcessSettings) -> None:
        self.station, self.lines = station, list[str]()
        self.supervisor = Supervisor(plan, in_english, self.lines.append)
        self.thread = threading.Thread(target=self.supervisor.run)
        self.thread.start()

    def enter(self, name: str) -> dict[str, object]:
        """What a browser sees that was let in by the launch file."""
        launch = (self.station / "run" / f"{name}.url").read_text().strip()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with opener.open(launch) as answer:
            assert "uvicorn" not in str(answer.headers)
            return dict(json.load(answer))

    def wait(self, holds: Callable[[], object]) -> None:
        """Until it holds."""
        deadline = time.monotonic() + 120
        while not holds():
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.02)

    def ready(self, name: str) -> int:
        """How often it became ready."""
        return sum(line.startswith(f"{name}: ready") for line in self.lines)

    def stop(self) -> None:
        """Ends all."""
        self.supervisor.stop()
        self.thread.join()


@pytest.fixture
def served(station: Path) -> Iterator[Served]:
    """A poll book and one booth."""
    running = Served(station, settings(station), settings(station, 1))
    yield running
    running.stop()


def test_each_part_is_a_process_that_a_kill_brings_back(served: Served, station: Path) -> None:
    """Both come up; a killed booth is started again, with a new key at its door; its channel answers again."""
    served.wait(lambda: served.ready("poll-book") and served.ready("booth-1"))
    first, book = served.enter("booth-1"), served.enter("poll-book")
    assert first["process"] != book["process"]
    link = RemoteBooth(station / "run" / "booth-1.socket", ENDS, token_bytes)
    assert link.condition().stage is Stage.ZEROED
    with pytest.raises(urllib.error.HTTPError, match="403"):
        served.enter("booth-1")  # the key was used
    os.kill(int(str(first["process"])), signal.SIGKILL)
    served.wait(lambda: served.ready("booth-1") == 2)
    assert "booth-1: it stopped and is started again; it goes on from what is durable." in served.lines
    assert served.enter("booth-1")["process"] != first["process"]
    assert link.condition().stage is Stage.ZEROED
    link.close()


def test_a_part_that_starts_leaves_the_entrances_of_the_others(station: Path) -> None:
    """`--only booth-2` beside a booth 1 that waits for its browser: only what was left of booth 2 goes."""
    entrances = [station / "run" / f"{name}.url" for name in ("booth-1", "booth-2")]
    for each in entrances:
        each.write_text("http://127.0.0.1:1/enter?key=k\n")
    run_folder(station, ["booth-2"])
    assert [each.exists() for each in entrances] == [True, False]


@pytest.mark.slow
def test_a_second_start_says_that_the_station_runs_and_touches_nothing(station: Path) -> None:
    """Exit 2, with whose process it is and since when; a launch address stays; a killed first start blocks nobody."""
    command = [str(Path(sys.executable).with_name("urna")), "station", "serve", str(station), "--port", "0"]
    run_files = station / "run"
    with subprocess.Popen([*command, "--only", "booth-1"], stdout=subprocess.PIPE) as first:
        assert first.stdout
        assert first.stdout.readline().startswith(b"booth-1: ")
        (run_files / "booth-1.url").write_text("http://127.0.0.1:1/enter?key=k\n")
        written = (run_files / "booth-1.hold").read_bytes()
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        first.kill()
    assert second.returncode == 2
    said = " ".join(second.stderr.split())
    assert f"process {first.pid}" in said
    assert decode(written, Holder).since in said
    assert (run_files / "booth-1.url").exists()
    assert (run_files / "booth-1.hold").read_bytes() == written
    assert {path.read_bytes() for path in run_files.glob("*.hold")} == {written, b""}
    with hold_parts(station, ["poll-book", "booth-1", "booth-2"], "2026-11-27T06:00:00Z"):
        assert b"2026-11-27T06:00:00Z" in (run_files / "booth-1.hold").read_bytes()


def test_the_parts_of_a_station_may_have_a_supervisor_each(station: Path) -> None:
    """All asked for, or none: what is free stays free for others; let go, it is free again."""
    with hold_parts(station, ["booth-1"], "2026-11-27T06:00:00Z"):
        with pytest.raises(OutOfOrder, match=r"keeps booth-1 running since 2026-11-27T06:00:00Z"):
            hold_parts(station, ["poll-book", "booth-1"], "2026-11-27T07:00:00Z").__enter__()
        with hold_parts(station, ["poll-book"], "2026-11-27T07:00:00Z"):
            pass
    with hold_parts(station, ["booth-1"], "2026-11-27T08:00:00Z"):
        pass


def test_what_lies_in_the_run_folder_is_its_owners_alone(served: Served, station: Path) -> None:
    """Launch keys and sockets: 0600 in a folder of 0700, and no key on the screen or in an argument."""
    served.wait(lambda: served.ready("poll-book") and served.ready("booth-1"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (station / "run").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((station / "run").stat().st_mode) == 0o700
    key = (station / "run" / "booth-1.url").read_text().strip().rpartition("=")[2]
    assert not any(key in line for line in served.lines)
    pid = served.supervisor.kept[1].pid
    assert key.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_process_is_shielded_and_ends_in_peace(served: Served, station: Path) -> None:
    """No core dump of it and no look into its memory; at the end it lets go of its medium."""
    served.wait(lambda: served.ready("poll-book") and served.ready("booth-1"))
    pid = served.supervisor.kept[1].pid
    assert resource.prlimit(pid, resource.RLIMIT_CORE) in {(1, 1), (0, 0)}  # 0 where the system allows none
    assert Path(f"/proc/{pid}/environ").stat().st_uid == 0  # not dumpable: its files are root's
    served.stop()
    for name in ("poll-book", "booth-1"):
        assert (station / name / "noted").read_text() == "closed\n"


def test_a_second_process_of_the_same_part_is_refused(served: Served, station: Path) -> None:
    """Two processes never open one medium."""
    served.wait(lambda: served.ready("booth-1"))
    with pytest.raises(OutOfOrder, match="booth-1"), Sole(station / "run", "booth-1"):
        pass
    with pytest.raises(OutOfOrder):
        run(settings(station, 1))


def test_a_browser_that_comes_before_the_face_is_served_waits() -> None:
    """It connects as soon as the port has a number, and is answered by whoever serves later."""
    with listening_socket(0) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=60) as browser:
            browser.sendall(b"GET")
            with listening.accept()[0] as served:
                assert served.recv(3) == b"GET"
        with pytest.raises(OutOfOrder, match="a free port"):
            listening_socket(port)


def test_a_process_dies_with_whoever_started_it(station: Path) -> None:
    """Its standard input ends: no orphan keeps a medium."""
    command = [sys.executable, "-m", "urna.cli.station_process", encode(settings(station, 1)).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert b"ready" in process.stdout.readline()
        process.stdin.close()
        assert process.wait(120) == 0


def test_a_booth_that_the_poll_book_ends_stays_away(station: Path) -> None:
    """The day is over: ended is not died."""
    served = Served(station, settings(station, 1))
    served.wait(lambda: served.ready("booth-1"))
    link = RemoteBooth(station / "run" / "booth-1.socket", ENDS, token_bytes)
    link.stop()
    served.thread.join(120)
    assert served.lines[-1] == "booth-1: ended."
    with pytest.raises(NoAnswer):
        link.challenge()


def test_a_medium_that_is_not_fit_is_said_and_tried_again(station: Path) -> None:
    """The sentence stands on the screen; somebody puts the medium in meanwhile."""
    served = Served(station, settings(station, 1, "tests.cli.station_faces:refuse"))
    served.wait(lambda: sum("Put the medium in." in line for line in served.lines) >= 2)
    served.stop()


def test_alarms_of_the_channel_reach_the_booth(served: Served, station: Path) -> None:
    """A second poll book is written down by the process that saw it."""
    served.wait(lambda: served.ready("booth-1"))
    address = station / "run" / "booth-1.socket"
    first, second = RemoteBooth(address, ENDS, token_bytes), RemoteBooth(address, ENDS, token_bytes)
    first.condition()
    with pytest.raises(OutOfOrder, match="Two poll books"):
        second.condition()
    served.wait((station / "booth-1" / "noted").exists)
    assert (station / "booth-1" / "noted").read_text() == f"{Alarm.SECOND_POLL_BOOK}\n"
    first.close()
    second.close()


def test_the_plan_names_each_part_its_port_and_its_devices(station: Path) -> None:
    """Poll book 8100, booths from 8201; `--only` keeps one; cables and printers in the booths' order."""
    plan = plan_of(station, count_booths(station), "", ["escpos"], "cups:a", "", "", 8100, ["", "tcp:10.0.0.2:8301"])
    assert [(each.name, each.port, each.printer, each.channel) for each in plan] == [
        ("poll-book", 8100, "", ""), ("booth-1", 8201, "escpos", ""), ("booth-2", 8202, "", "tcp:10.0.0.2:8301"),
    ]  # fmt: skip
    assert [each.reports for each in plan] == ["cups:a", "", ""]
    assert plan[0].booth_address(1) == station / "run" / "booth-1.socket"
    assert plan[0].booth_address(2) == plan[2].booth_address(2) == ("10.0.0.2", 8301)
    assert [each.name for each in plan_of(station, 2, "booth-2", [], "", "", "", 8100, [])] == ["booth-2"]
    wrong: tuple[tuple[str, list[str], str, list[str]], ...]
    wrong = (("booth-3", [], "", []), ("", ["a", "b", "c"], "", []), ("", [], "tv", []), ("", [], "", ["tcp:nobody"]))
    for only, printers, display, channels in wrong:
        with pytest.raises(Malformed):
            plan_of(station, 2, only, printers, "", "", display, 8100, channels)
    with pytest.raises(Malformed):
        read_address("tcp:host:port")


def test_a_kiosk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser has a profile of its own, outside of the disk where there is a tmpfs; it is gone at the end."""
    program = tmp_path / "chromium"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/flags\nexec sleep 60\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    browser = Browser()
    browser.show("http://127.0.0.1:8201/enter?key=k")
    deadline = time.monotonic() + 60
    while not (tmp_path / "flags").exists() or not (tmp_path / "flags").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    flags = (tmp_path / "flags").read_text().split()
    profile = Path(next(flag.partition("=")[2] for flag in flags if flag.startswith("--user-data-dir=")))
    assert set(FLAGS) <= set(flags)
    assert stat.S_IMODE(profile.stat().st_mode) == 0o700
    browser.close()
    assert not profile.exists()


def test_swap_on_a_disk_is_said(tmp_path: Path) -> None:
    """Compressed memory is none; a partition is."""
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n")
    assert swap_words(swaps) is None
    swaps.write_text("Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    assert "/dev/sda2" in str(swap_words(swaps))
