"""The line to a printer, in a process that has many files open."""

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from urna.devices.printer_link import DeviceLink, LinkLost, SocketLink

BEYOND_SELECT = 1024
"""select(2) takes no file of this number or a higher one."""


@pytest.fixture
def many_files() -> Iterator[None]:
    """The next file that is opened has a number beyond select's."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[1] != resource.RLIM_INFINITY and limits[1] < 2 * BEYOND_SELECT:
        pytest.skip(f"needs {2 * BEYOND_SELECT} open files; the system allows {limits[1]}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], 2 * BEYOND_SELECT), limits[1]))
    opened: list[int] = []
    try:
        while not opened or opened[-1] < BEYOND_SELECT:
            opened.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for each in opened:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.usefixtures("many_files")
def test_a_socket_of_any_number_is_waited_for(tmp_path: Path) -> None:
    """It sends, waits in vain, receives, and notices that the printer is gone."""
    with ExitStack() as closing:
        listening = closing.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listening.bind(str(tmp_path / "printer"))
        listening.listen()
        link = SocketLink(tmp_path / "printer")
        closing.callback(link.close)
        link.send(b"paper")
        printer = closing.enter_context(listening.accept()[0])
        assert printer.fileno() > BEYOND_SELECT
        assert printer.recv(16) == b"paper"
        assert link.receive(0.0) == b""
        printer.sendall(b"printed")
        assert link.receive(5.0) == b"printed"
        printer.close()
        with pytest.raises(LinkLost):
            link.receive(5.0)


@pytest.mark.usefixtures("many_files")
def test_a_device_of_any_number_is_waited_for(tmp_path: Path) -> None:
    """A pipe that is opened for both ways stands for the driver: what was sent comes back."""
    os.mkfifo(tmp_path / "lp0")
    link = DeviceLink(tmp_path / "lp0", send_timeout_seconds=0.05)
    link.send(b"state?")
    assert link.receive(5.0) == b"state?"
    assert link.receive(0.0) == b""
    with pytest.raises(LinkLost):
        link.send(bytes(1_000_000))
    link.close()
