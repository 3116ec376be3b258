"""The processes of a night: the centre, which somebody keeps starting again; its witnesses; and a monitor."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.request import urlopen

READY_SECONDS = 120.0
_HELD: list[socket.socket] = []


class Ended(Exception):
    """A command of the night that did not end as it should."""


def urna(*arguments: object, code: int = 0) -> str:
    """Runs the command `urna` as people do; what it said.

    Args:
        arguments: of the command.
        code: how it has to end.
    """
    command = [sys.executable, "-m", "urna.cli.main", *map(str, arguments)]
    ended = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_environment(), check=False
    )
    if ended.returncode != code:
        raise Ended(f"urna {arguments[0]} {arguments[1]} ended with {ended.returncode}:\n{ended.stdout[-3000:]}")
    return ended.stdout


def free_port() -> int:
    """A port of this machine that nobody listens at, nor anybody else is given, until this process ends.

    Who listens with SO_REUSEADDR, as servers do, may do so beside the socket that holds it.
    """
    holding = socket.socket()
    holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holding.bind(("127.0.0.1", 0))
    _HELD.append(holding)
    return int(holding.getsockname()[1])


class Running:
    """A process of `urna` that goes on, and the file that has all it says.

    Args:
        said: the file, written on.
        arguments: of the command.
    """

    def __init__(self, said: Path, *arguments: object) -> None:
        self.said = said
        with said.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "urna.cli.main", *map(str, arguments)],
                stdout=out,
                stderr=subprocess.STDOUT,
                env=_environment(),
            )

    def address(self) -> str:
        """Where it says that it listens."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if match := re.search(r"http://[0-9.:]+", self.said.read_text()):
                return match[0]
            time.sleep(0.05)
        raise Ended(f"it does not listen:\n{self.said.read_text()[-3000:]}")

    def wait_until_said(self, word: str) -> None:
        """Returns when it has said a word."""
        end = time.monotonic() + READY_SECONDS
        while word not in (said := self.said.read_text()):
            if time.monotonic() > end or self.process.poll() is not None:
                raise Ended(f"it does not say {word}:\n{said[-3000:]}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 60) -> int:
        """Tells it to end, and its exit code."""
        self.process.send_signal(how)
        try:
            return self.process.wait(seconds)
        finally:
            self.process.kill()
            self.process.wait()


class KeptCentre:
    """`urna center serve`, started again whenever it ends, as a service manager does.

    Args:
        said: what it says.
        port: where it listens, always the same.
        arguments: of the command, without the port.
    """

    def __init__(self, said: Path, port: int, *arguments: object) -> None:
        self._said, self.port = said, port
        self._arguments = ("center", "serve", *arguments, "--port", port)
        self.kills = self.starts = 0
        self.orphans: set[int] = set()
        """Processes of a centre that was killed, which did not end by themselves."""
        self.restart_seconds: list[float] = []
        """From each kill until it could take parcels again."""
        self.unasked: list[int] = []
        """Exit codes of ends that nobody asked for."""
        self._code = 0
        self._ending = threading.Event()
        self._killed = threading.Event()
        self._running = self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def kill(self) -> None:
        """Its main process is killed at once (SIGKILL); returns when another one takes parcels."""
        children = _children(self._running.process.pid)
        started = time.monotonic()
        self.kills += 1
        starts = self.starts
        self._killed.set()
        self._running.process.kill()
        while self.starts == starts:
            time.sleep(0.01)
        self.wait_until_ready()
        self.restart_seconds.append(time.monotonic() - started)
        self.orphans |= {child for child in children if is_alive(child)}

    def wait_until_ready(self) -> None:
        """Returns when it can take parcels."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as response:
                    if response.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise Ended(f"the centre does not come back:\n{self._said.read_text()[-3000:]}")

    def standings(self) -> dict[str, int]:
        """How many stations stand how, as it says."""
        with urlopen(f"http://127.0.0.1:{self.port}/status", timeout=30) as response:
            standings: dict[str, int] = json.load(response)["standings"]
        return standings

    def stop(self) -> int:
        """It is told to end, and is not started again; its exit code."""
        if not self._ending.is_set():
            self._ending.set()
            self._code = self._running.stop()
            self._keeper.join()
        return self._code

    def _start(self) -> Running:
        self.starts += 1
        return Running(self._said, *self._arguments)

    def _keep(self) -> None:
        while not self._ending.is_set():
            code = self._running.process.wait()
            if self._ending.is_set():
                return
            if not self._killed.is_set():
                self.unasked.append(code)
            self._killed.clear()
            self._running = self._start()


def web_server(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Any web server, which carries a folder and knows nothing of elections."""
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return process
    process.kill()
    raise Ended("the web server does not listen")


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def is_alive(process: int) -> bool:
    """Whether it runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def _environment() -> dict[str, str]:
    return {**os.environ, "LANG": "C", "COLUMNS": "400", "PYTHONUNBUFFERED": "1"}
