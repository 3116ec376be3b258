"""Simulated printers: what comes out, what does not, and that nothing orders slips."""

from pathlib import Path

import pytest
from tests.devices.escpos_paper import print_out
from tests.papers.examples import STATION, day
from tests.papers.spanish import in_spanish

from urna.ballot.selections import choose
from urna.devices.printers import Fault, PrinterStopped, SimulatedPrinter, SlipBox, SlipPrinter
from urna.errors import OutOfOrder
from urna.papers.slip import slip
from urna.papers.zero_report import zero_report

DAY = day()


def a_slip(option: str, printer: SimulatedPrinter) -> bytes:
    """The slip of a vote in the referendum, taken from the tray."""
    booth = SlipPrinter(printer, DAY.election, STATION, in_spanish, "es")
    booth.print_ballot(choose(DAY.election, "GENERAL", {"REF-1": [option]}))
    return printer.take()


def test_a_paper_comes_out_and_is_taken_once() -> None:
    """The tray holds it until somebody takes it."""
    printer = SimulatedPrinter("escpos")
    assert "¿Está usted de acuerdo" in print_out(a_slip("SI", printer)).text
    with pytest.raises(OutOfOrder):
        printer.take()


def test_without_paper_nothing_comes_out_until_a_roll_is_put_in() -> None:
    """The booth learns that nothing was printed, before and while printing."""
    printer = SimulatedPrinter("escpos", faults=[Fault.NO_PAPER])
    printer.check_ready()
    with pytest.raises(PrinterStopped) as stopped:
        a_slip("SI", printer)
    assert not stopped.value.torn
    with pytest.raises(PrinterStopped):
        printer.check_ready()
    with pytest.raises(PrinterStopped):
        a_slip("SI", printer)
    with pytest.raises(OutOfOrder):
        printer.take()
    printer.load_paper()
    assert a_slip("SI", printer) == a_slip("SI", SimulatedPrinter("escpos"))


def test_a_jam_leaves_a_torn_piece_in_the_tray() -> None:
    """It counts as printed, and is spoiled by hand; it is never cut."""
    printer = SimulatedPrinter("escpos", faults=[None, Fault.JAM])
    whole = a_slip("SI", printer)
    with pytest.raises(PrinterStopped) as stopped:
        a_slip("SI", printer)
    assert stopped.value.torn
    piece = printer.take()
    assert whole.startswith(piece)
    assert len(piece) == len(whole) // 2


def test_an_error_of_the_printer_does_not_name_the_choice() -> None:
    """The paper's own repr does not either."""
    printer = SimulatedPrinter("escpos", faults=[Fault.JAM])
    selections = choose(DAY.election, "GENERAL", {"XNAT": ["X09"]})
    with pytest.raises(PrinterStopped) as stopped:
        SlipPrinter(printer, DAY.election, STATION, in_spanish, "es").print_ballot(selections)
    assert "Ñandú" not in str(stopped.value)
    paper = slip(DAY.election, STATION, selections)
    assert repr(paper) == "Paper(slip)"


def test_reports_are_filed_and_slips_never_are(tmp_path: Path) -> None:
    """A file's time and place in the folder would order the ballots."""
    printer = SimulatedPrinter("pdf", tmp_path / "papers")
    printer.print_paper(zero_report(DAY.election, DAY.zero, DAY.zero_document))
    a_slip("SI", printer)
    assert [path.name for path in (tmp_path / "papers").iterdir()] == [f"zero-report-{STATION}-1.pdf"]


def test_a_box_of_slips_forgets_their_order(tmp_path: Path) -> None:
    """Two boxes filled in different orders are equal in memory and on disk, times of files included in their order."""
    printer = SimulatedPrinter("escpos")
    yes, no = a_slip("SI", printer), a_slip("NO", printer)
    first, second = SlipBox(), SlipBox()
    for paper in (yes, no, yes):
        first.drop(paper)
    for paper in (no, yes, yes):
        second.drop(paper)
    assert len(first) == 3
    assert first.count() == second.count()
    assert repr(first) == "SlipBox(3 slips)"
    first.empty(tmp_path / "a", "bin")
    second.empty(tmp_path / "b", "bin")
    orders = [
        [path.name for path in sorted((tmp_path / box).iterdir(), key=lambda path: path.stat().st_mtime_ns)]
        for box in "ab"
    ]
    assert orders[0] == orders[1]
    assert sorted(name.split("-")[-1] for name in orders[0]) == ["x1.bin", "x2.bin"]
    assert len(first) == 0
