"""A thermal printer over a line: whatever happens to it, a paper that is said to be whole is whole and cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.devices.escpos_paper import print_out

from urna.devices.escpos_picture import LINE_DOTS, Slip, burn_all
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_link import SocketLink
from urna.devices.printer_spec import printer_from
from urna.devices.printer_thermal import Completion, ThermalPrinter
from urna.devices.printer_twin import NEAR_END_ROWS, Mishap, Plan, Planned, PrinterTwin, chance
from urna.devices.printer_twin_line import TwinServer
from urna.papers.paper import Heading, Line, Paper
from urna.papers.printer import PrinterState, PrinterStopped

PAPER = Paper(
    form="slip",
    name="slip",
    title="t",
    language="es",
    blocks=(Heading(text="Elección", level=1), *(Line(text=f"línea {n}", size="large") for n in range(20))),
)
WHOLE = burn_all(paper_escpos(PAPER))


def _entropy(count: int) -> bytes:
    return bytes(range(count))


class HurriedClock:
    """Seconds that pass by themselves, so that nobody waits for a timeout."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 0.4
        return self.seconds


@contextmanager
def a_station(
    folder: Path, plan: Plan = lambda: None, rows: int = 100_000, completion: Completion = Completion.IN_TURN
) -> Iterator[tuple[ThermalPrinter, TwinServer]]:
    """A printer and the simulated one at the other end of its line."""
    server = TwinServer(PrinterTwin(rows, plan), folder / "printer")
    printer = ThermalPrinter(SocketLink(folder / "printer"), completion, entropy=_entropy, clock=HurriedClock())
    try:
        yield printer, server
    finally:
        printer.close()
        server.stop()


def once(mishap: Mishap, rows: int = 0) -> Plan:
    """A plan for the first paper; the others come out well."""
    plans = iter([Planned(mishap, rows)])
    return lambda: next(plans, None)


def whole(slips: list[Slip]) -> list[str]:
    """The texts of the papers that were cut; before the first of a day, and after a doubt, comes an empty piece."""
    return [slip.text for slip in slips if not slip.torn and not slip.is_blank]


@pytest.mark.parametrize("completion", list(Completion))
def test_a_paper_comes_out_whole_and_cut(tmp_path: Path, completion: Completion) -> None:
    """Whichever way the printer says that it is done."""
    with a_station(tmp_path, completion=completion) as (printer, server):
        assert printer.status().state is PrinterState.READY
        printer.print_paper(PAPER)
        printer.print_paper(PAPER)
        assert whole(server.take()) == [WHOLE.text] * 2


def test_the_simulated_printer_reads_what_the_strict_reader_reads() -> None:
    """Two readers of ESC/POS, written apart."""
    assert WHOLE.text.split("\n")[:-1] == print_out(paper_escpos(PAPER)).text.split("\n")


@pytest.mark.parametrize("rows", [0, 1, 200, 700])
@pytest.mark.parametrize(
    ("mishap", "state"),
    [
        (Mishap.JAM, PrinterState.JAMMED),
        (Mishap.PAPER_OUT, PrinterState.OUT_OF_PAPER),
        (Mishap.COVER, PrinterState.COVER_OPEN),
        (Mishap.UNPLUGGED, PrinterState.UNPLUGGED),
    ],
)
def test_a_trouble_in_the_middle_is_named_and_the_paper_counts_as_printed(
    tmp_path: Path, mishap: Mishap, state: PrinterState, rows: int
) -> None:
    """At its first row too: from there on nobody can say that nothing came out."""
    with a_station(tmp_path, once(mishap, rows)) as (printer, server):
        with pytest.raises(PrinterStopped) as caught:
            printer.print_paper(PAPER)
        assert caught.value.torn
        assert caught.value.state is state
        assert whole(server.take()) == []


@pytest.mark.parametrize("mishap", [Mishap.KNIFE, Mishap.SILENT])
def test_a_paper_without_a_cut_or_without_an_answer_is_spoiled(tmp_path: Path, mishap: Mishap) -> None:
    """It may lie there whole; nobody said so."""
    with a_station(tmp_path, once(mishap)) as (printer, _):
        with pytest.raises(PrinterStopped) as caught:
            printer.print_paper(PAPER)
        assert caught.value.torn


def test_the_rest_of_a_torn_paper_never_comes_out_on_the_next_roll(tmp_path: Path) -> None:
    """A real printer goes on with what it has in its memory; the rest of a slip would be somebody's choices."""
    with a_station(tmp_path, once(Mishap.PAPER_OUT, 500)) as (printer, server):
        with pytest.raises(PrinterStopped):
            printer.print_paper(PAPER)
        with pytest.raises(PrinterStopped) as caught:
            printer.check_ready()
        assert caught.value.state is PrinterState.OUT_OF_PAPER
        assert not caught.value.torn
        server.load_paper()
        _, piece = server.take()
        assert piece.torn
        assert piece.rows == 500
        printer.print_paper(PAPER)
        assert whole(server.take()) == [WHOLE.text]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_booth_that_dies_while_it_prints_leaves_a_piece_and_never_its_rest(tmp_path: Path, share: float) -> None:
    """Started again, it cuts that off: two ballots never hang together, and the rest of the first comes out nowhere."""
    data = paper_escpos(PAPER)
    with a_station(tmp_path) as (printer, server):
        dying = SocketLink(tmp_path / "printer")
        dying.send(data[: int(share * len(data))])
        dying.close()
        printer.print_paper(PAPER)
        piece, paper = server.take()
        assert paper.text == WHOLE.text
        assert WHOLE.text.startswith(piece.text.rstrip("\n"))
        assert 0 < piece.rows < WHOLE.rows


def test_a_printer_that_is_not_told_to_forget_goes_on_with_the_rest() -> None:
    """The simulated printer does what makes the rule necessary."""
    twin = PrinterTwin(plan=once(Mishap.COVER, 300))
    twin.obey(paper_escpos(PAPER))
    assert twin.tray == []
    twin.clear()
    assert [slip.torn for slip in twin.take()] == [True, False]


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("open_cover", PrinterState.COVER_OPEN),
        ("pull_plug", PrinterState.UNPLUGGED),
    ],
)
def test_before_a_paper_nothing_is_sent_to_a_printer_in_trouble(tmp_path: Path, act: str, state: PrinterState) -> None:
    """Nothing came out, so nothing is spoiled; mended, it prints."""
    with a_station(tmp_path) as (printer, server):
        getattr(server, act)()
        assert printer.status().state is state
        with pytest.raises(PrinterStopped) as caught:
            printer.print_paper(PAPER)
        assert not caught.value.torn
        server.plug_in()
        server.clear()
        printer.print_paper(PAPER)
        assert whole(server.take()) == [WHOLE.text]


def test_a_roll_near_its_end_still_prints_and_says_so(tmp_path: Path) -> None:
    """The poll workers change it between two voters."""
    with a_station(tmp_path, rows=NEAR_END_ROWS - 1) as (printer, server):
        assert printer.status().state is PrinterState.PAPER_LOW
        assert printer.status().prints
        printer.print_paper(PAPER)
        assert whole(server.take()) == [WHOLE.text]


def test_a_paper_that_ends_with_the_roll_is_spoiled(tmp_path: Path) -> None:
    """The last row came out and the knife fell, and the printer says that there is no paper: a doubt, so a no."""
    with a_station(tmp_path, rows=WHOLE.rows + 6 * LINE_DOTS) as (printer, server):
        with pytest.raises(PrinterStopped) as caught:
            printer.print_paper(PAPER)
        assert caught.value.torn
        server.take()


def test_a_printer_that_is_not_there_is_unplugged(tmp_path: Path) -> None:
    """No socket, no device, no host."""
    for spec in (f"twin:{tmp_path / 'none'}", f"escpos:{tmp_path / 'none'}", "tcp:127.0.0.1:1"):
        printer = printer_from(spec)
        assert printer.status().state is PrinterState.UNPLUGGED
        with pytest.raises(PrinterStopped) as caught:
            printer.print_paper(PAPER)
        assert not caught.value.torn


def test_a_printer_on_a_tcp_port_prints() -> None:
    """As on port 9100."""
    server = TwinServer(PrinterTwin(), ("127.0.0.1", 0))
    printer = printer_from(f"tcp:127.0.0.1:{server.port}?done=id")
    assert isinstance(printer, ThermalPrinter)
    try:
        printer.print_paper(PAPER)
        assert whole(server.take()) == [WHOLE.text]
    finally:
        printer.close()
        server.stop()


def test_whatever_happens_a_paper_said_to_be_whole_is_whole_and_no_other_is(tmp_path: Path) -> None:
    """Papers with mishaps by chance: whatever was said to be whole lies in the tray, whole, once, and nothing else."""
    with a_station(tmp_path, chance(seed=7, share=0.4, rows=WHOLE.rows), rows=10**7) as (printer, server):
        said_whole = doubted = 0
        for _ in range(120):
            try:
                printer.print_paper(PAPER)
                said_whole += 1
                assert whole(server.take()) == [WHOLE.text]
            except PrinterStopped as error:
                assert error.torn
                doubted += 1
                server.plug_in()
                server.load_paper(10**7)
                # At most one paper, and never more than what was sent.
                assert len([slip for slip in server.take() if not slip.is_blank]) <= 1
        assert said_whole > 50
        assert doubted > 25


def test_a_slip_in_the_tray_does_not_say_what_is_on_it() -> None:
    """Its repr is in the traces of failing tests."""
    assert repr(WHOLE) == "Slip(torn=False)"
