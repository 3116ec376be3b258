"""The poll book's reports come out of a printer, and what is kept of them was on paper."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.cli.loaded_station import LoadedStation, load_small_station
from tests.cli.test_station_serve import Served

from urna.cli.practice_people import READER
from urna.cli.station_log import read_logs
from urna.cli.station_poll_book import KeptReports, make_face, open_printer
from urna.cli.station_process import Door, ProcessSettings
from urna.cli.station_serve import POLL_BOOK_FACE, plan_of
from urna.devices.printer_link import SocketLink
from urna.devices.printer_office import FolderPrinter
from urna.devices.printer_thermal import ThermalPrinter
from urna.devices.printer_twin import Mishap, Plan, Planned, PrinterTwin
from urna.devices.printer_twin_line import TwinServer
from urna.errors import Malformed, OutOfOrder
from urna.papers.paper import Line, Paper
from urna.papers.printer import PrinterStopped
from urna.station.event_entry import read_log
from urna.station.event_words import LogEvent
from urna.storage.station_folder import StationFolder, open_package

REPORT = Paper(
    form="report", name="readiness-S-1-1", title="Report", language="en", blocks=(Line(text="All is well."),)
)
SLIP = Paper(form="slip", name="slip", title="Slip", language="en", blocks=(Line(text="Who voted how."),))


@contextmanager
def a_printer(folder: Path, plan: Plan = lambda: None) -> Iterator[tuple[ThermalPrinter, TwinServer]]:
    """A thermal printer and the simulated one at the other end of its line."""
    twin = TwinServer(PrinterTwin(plan=plan), folder / "printer")
    printer = ThermalPrinter(SocketLink(folder / "printer"), entropy=os.urandom)
    try:
        yield printer, twin
    finally:
        printer.close()
        twin.stop()


def once(mishap: Mishap) -> Plan:
    """A plan for the first paper; the others come out well."""
    plans = iter([Planned(mishap, 10)])
    return lambda: next(plans, None)


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedStation:
    """A station that counts, with one booth."""
    return load_small_station(tmp_path, electors=3, booths=1)


def kept(folder: StationFolder) -> list[str]:
    """The papers that are kept."""
    return sorted(path.name for path in folder.papers.glob("*"))


def test_a_report_is_printed_and_kept(tmp_path: Path) -> None:
    """On paper once, and once as PDF."""
    folder = StationFolder(tmp_path)
    with a_printer(tmp_path) as (printer, twin):
        reports = KeptReports(folder, printer)
        reports.print_report(REPORT)
        assert [slip.torn for slip in twin.take() if not slip.is_blank] == [False]
    assert kept(folder) == ["readiness-S-1-1.pdf"]
    assert reports.count("readiness-S-1") == 1


def test_what_was_not_printed_is_not_kept(tmp_path: Path) -> None:
    """A jam in the middle: nothing is counted as printed; the second try is printed and kept."""
    folder = StationFolder(tmp_path)
    with a_printer(tmp_path, once(Mishap.JAM)) as (printer, twin):
        reports = KeptReports(folder, printer)
        with pytest.raises(PrinterStopped):
            reports.print_report(REPORT)
        assert kept(folder) == []
        assert reports.count("readiness-S-1") == 0
        twin.clear()
        reports.print_report(REPORT)
    assert kept(folder) == ["readiness-S-1-1.pdf"]


def test_a_voters_slip_is_no_report(tmp_path: Path) -> None:
    """It is refused before it reaches the printer, which would take it."""
    folder = StationFolder(tmp_path)
    with a_printer(tmp_path) as (printer, twin):
        with pytest.raises(OutOfOrder, match="expected a report"):
            KeptReports(folder, printer).print_report(SLIP)
        assert twin.take() == []
    assert kept(folder) == []


def test_a_station_that_counts_asks_for_a_printer(loaded: LoadedStation, tmp_path: Path) -> None:
    """A practice station may do without; whoever names one gets the one that was named."""
    identity = open_package(StationFolder(loaded.folder))
    with pytest.raises(Malformed, match="a printer for the poll book's reports") as refused:
        open_printer("", identity)
    assert "--reports" in str(refused.value)
    practice = identity._replace(manifest=msgspec.structs.replace(identity.manifest, purpose="practice"))
    assert open_printer("", practice) is None
    assert isinstance(open_printer(f"pdf:{tmp_path}", identity), FolderPrinter)
    with pytest.raises(Malformed):
        open_printer("typewriter", identity)


@pytest.mark.slow
def test_a_poll_book_without_a_printer_does_not_start(loaded: LoadedStation) -> None:
    """The sentence stands on the screen of whoever started it; with a printer it starts."""
    (poll_book,) = plan_of(loaded.folder, 1, "poll-book", [], "", "", "", 0, [])
    served = Served(loaded.folder, poll_book)
    served.wait(lambda: any("urna station serve STATION --reports" in line for line in served.lines))
    served.stop()
    assert not served.ready("poll-book")
    (poll_book,) = plan_of(loaded.folder, 1, "poll-book", [], f"pdf:{loaded.folder / 'printed'}", "", "", 0, [])
    served = Served(loaded.folder, poll_book)
    served.wait(lambda: served.ready("poll-book"))
    served.stop()


def test_a_poll_book_that_ends_lets_go_of_everything(loaded: LoadedStation) -> None:
    """Its log says so; the reader's folder is empty; no file of the station is open any more."""
    settings = ProcessSettings(
        folder=str(loaded.folder), face=POLL_BOOK_FACE, port=0, reports=f"pdf:{loaded.folder / 'printed'}"
    )
    face = make_face(settings, Door("http://127.0.0.1:8100", "launch"), lambda: None)
    finger = loaded.folder / READER / "finger.png"
    finger.write_bytes(b"somebody's finger")
    assert open_files(loaded.folder)
    face.close()
    assert not finger.exists()
    assert open_files(loaded.folder) == set()
    _, entries = read_log(read_logs(loaded.folder)[0].lines, "poll-book")
    assert [each.event for each in entries][-1] is LogEvent.STOPPED


def open_files(folder: Path) -> set[str]:
    """Files below a folder that this process has open."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if re.match(f"{re.escape(str(folder))}/", target):
            found.add(target)
    return found
