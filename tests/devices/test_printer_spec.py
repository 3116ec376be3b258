"""Printers by the words in a station's settings; printers for reports alone; a line over a character device."""

import os
import pty
import tty
from pathlib import Path
from threading import Thread

import pytest
from tests.papers.examples import STATION, day

from urna.devices.printer_link import DeviceLink, LinkLost
from urna.devices.printer_office import FolderPrinter, QueuePrinter
from urna.devices.printer_spec import printer_from
from urna.devices.printer_thermal import ThermalPrinter
from urna.devices.printer_twin import PrinterTwin
from urna.errors import Malformed, OutOfOrder
from urna.papers.incident_sheet import incident_sheet
from urna.papers.paper import Paper
from urna.papers.printer import PrinterState, PrinterStopped

REPORT = incident_sheet(day().election, STATION)
SLIP = Paper(form="slip", name="slip", title="t", language="es", blocks=())


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("escpos:/dev/usb/lp0", ThermalPrinter),
        ("escpos:/dev/usb/lp0?done=id", ThermalPrinter),
        ("tcp:192.168.1.50:9100", ThermalPrinter),
        ("tcp:printer.local", ThermalPrinter),
        ("tcp:[::1]:9100?done=turn", ThermalPrinter),
        ("twin:/run/urna/printer", ThermalPrinter),
        ("pdf:papers", FolderPrinter),
        ("cups:office", QueuePrinter),
    ],
)
def test_words_name_a_printer(spec: str, kind: type) -> None:
    """Nothing is opened yet."""
    assert isinstance(printer_from(spec), kind)


@pytest.mark.parametrize(
    "spec",
    ["", "pdf:", "lp0", "usb:/dev/usb/lp0", "tcp:host:port", "tcp::9100", "tcp:host:70000", "cups:-d", "tcp:h?done=x"],
)
def test_other_words_are_refused(spec: str) -> None:
    """With every form that there is."""
    with pytest.raises(Malformed, match="cups:queue"):
        printer_from(spec)


def test_a_folder_takes_reports_and_no_slip(tmp_path: Path) -> None:
    """Files have an order."""
    printer = FolderPrinter(tmp_path / "papers")
    printer.check_ready()
    printer.print_paper(REPORT)
    with pytest.raises(OutOfOrder):
        printer.print_paper(SLIP)
    assert [path.name for path in (tmp_path / "papers").iterdir()] == [f"incident-{STATION}-blank.pdf"]


def a_queue(folder: Path, *, lpstat: str, lp: str = "cat > paper.pdf; echo request id is office-12") -> QueuePrinter:
    """A queue whose three programs are small scripts."""
    names = ("lp", "lpstat", "cancel")
    for name, script in zip(names, (lp, lpstat, "echo $1 > cancelled"), strict=True):
        path = folder / name
        path.write_text(f"#!/bin/sh\ncd {folder}\n{script}\n")
        path.chmod(0o700)
    ticks = iter(range(1000))
    lp_path, lpstat_path, cancel_path = (str(folder / name) for name in names)
    return QueuePrinter("office", (lp_path, lpstat_path, cancel_path), clock=lambda: next(ticks), timeout_seconds=2)


def test_a_report_in_a_queue_is_waited_for(tmp_path: Path) -> None:
    """It is out when the queue does not list it any more."""
    a_queue(tmp_path, lpstat='[ "$1" = -p ] && echo printer office is idle || echo office-11 other').print_paper(REPORT)
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


def test_a_report_that_stays_in_its_queue_is_taken_back(tmp_path: Path) -> None:
    """It may have come out in part."""
    printer = a_queue(tmp_path, lpstat='[ "$1" = -p ] && echo printer office is idle || echo office-12 urna')
    with pytest.raises(PrinterStopped) as caught:
        printer.print_paper(REPORT)
    assert caught.value.torn
    assert (tmp_path / "cancelled").read_text() == "office-12\n"


def test_a_queue_that_is_disabled_or_missing_is_unplugged(tmp_path: Path) -> None:
    """Nothing is handed over."""
    for printer in (
        a_queue(tmp_path, lpstat="echo printer office disabled since Sunday"),
        QueuePrinter("office", ("/none/lp", "/none/lpstat", "/none/cancel")),
    ):
        with pytest.raises(PrinterStopped) as caught:
            printer.print_paper(REPORT)
        assert not caught.value.torn
        assert caught.value.state is PrinterState.UNPLUGGED
    with pytest.raises(OutOfOrder):
        printer.print_paper(SLIP)


def test_a_paper_goes_over_a_character_device_and_its_answers_come_back() -> None:
    """A terminal of the kernel's, in raw mode, stands for /dev/usb/lp0; the simulated printer is behind it."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    twin = PrinterTwin()

    def obey() -> None:
        while data := os.read(ours, 4096):
            if data.endswith(b"END"):
                return
            os.write(ours, twin.obey(data))

    thread = Thread(target=obey, daemon=True)
    thread.start()
    link = DeviceLink(Path(os.ttyname(theirs)))
    printer = ThermalPrinter(link, entropy=os.urandom)
    printer.print_paper(SLIP)
    link.send(b"END")
    thread.join(5)
    printer.close()
    os.close(ours)
    os.close(theirs)
    assert [slip.torn for slip in twin.take()] == [False, False]


def test_a_driver_that_takes_nothing_is_a_lost_line(tmp_path: Path) -> None:
    """Without paper a driver takes nothing for ever."""
    os.mkfifo(tmp_path / "lp0")
    link = DeviceLink(tmp_path / "lp0", send_timeout_seconds=0.05)
    with pytest.raises(LinkLost):
        link.send(bytes(1_000_000))
