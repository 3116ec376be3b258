"""Papers over the line to the simulated thermal printer, until it has said that they are out and cut.

A real printer adds the paper's way through it: its speed in millimetres a second is in its data sheet.
"""

import secrets
from collections.abc import Iterator
from functools import partial

from tests.papers.every_paper import papers

from bench.figures import Figure, of_runs, seconds_of
from bench.places import WORK, emptied
from urna.devices.printer_link import SocketLink
from urna.devices.printer_thermal import ThermalPrinter
from urna.devices.printer_twin import PrinterTwin
from urna.devices.printer_twin_line import TwinServer

ROWS_A_MILLIMETRE = 203 / 25.4
KINDS = {"slip": "the voter's paper", "code-slip": "code slip", "tally-sheet": "tally sheet"}


def run(runs: int) -> Iterator[Figure]:
    """The papers of tests/papers, in Spanish."""
    folder = emptied(WORK / "printer")
    folder.mkdir()
    server = TwinServer(PrinterTwin(), folder / "printer")
    printer = ThermalPrinter(SocketLink(folder / "printer"), entropy=secrets.token_bytes)
    made = papers("es")
    printer.print_paper(made["slip"])  # after the first cut of a day
    for kind, name in KINDS.items():
        server.take()
        seconds = [seconds_of(partial(printer.print_paper, made[kind])) for _ in range(runs)]
        server.load_paper()
        yield Figure(f"{name}, its length", round(server.take()[0].rows / ROWS_A_MILLIMETRE), "mm")
        yield of_runs(f"{name}, line and simulated printer", seconds, "ms")
    printer.close()
    server.stop()
    emptied(folder)
