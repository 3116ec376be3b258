"""Simulated printers: they put real papers out as bytes, and fail when told to.

A printer puts a paper into its tray and forgets it; whoever stands there takes it. A slip goes into a
`SlipBox`, which knows how many slips of each kind it holds and nothing of their order, as a box of folded
papers does. A printer never writes a slip to a folder: the order and the times of files would be the order of
the ballots.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from urna.ballot.code_slip import CodeSlip
from urna.ballot.selections import Selections
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_typst import paper_pdf
from urna.election.definition import Election
from urna.encoding.canonical import Code, digest
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.papers.code_slip import code_slip
from urna.papers.paper import Paper
from urna.papers.printer import STATUSES, Printer, PrinterState, PrinterStatus, PrinterStopped, stopped
from urna.papers.slip import slip
from urna.words import Say, Sentence

__all__ = ["PRESSES", "Fault", "Press", "Printer", "PrinterStopped", "SimulatedPrinter", "SlipBox", "SlipPrinter"]

Press = Callable[[Paper], bytes]
"""Sets a paper."""

PRESSES: Mapping[str, Press] = MappingProxyType({"escpos": paper_escpos, "pdf": paper_pdf})
"""The presses by the ending of the files that they make."""


class Fault(StrEnum):
    """What a simulated printer does instead of printing a paper."""

    NO_PAPER = "no_paper"
    """It stops before the first line, until there is paper again."""
    JAM = "jam"
    """It stops in the middle: a torn piece comes out."""


class SimulatedPrinter:
    """A printer that follows a script of faults.

    Args:
        kind: "escpos" for a thermal printer, "pdf" for an office printer.
        folder: where reports are written, too, as `<name>.<kind>`; None: nowhere. Slips never are.
        faults: one for each paper, in order; None prints it. After the last one nothing fails any more.
    """

    def __init__(self, kind: str, folder: Path | None = None, faults: Iterable[Fault | None] = ()) -> None:
        self._kind = kind
        self._press = PRESSES[kind]
        self._folder = folder
        self._faults = iter(faults)
        self._out_of_paper = False
        self._tray: list[bytes] = []

    def status(self) -> PrinterStatus:
        """Ready, or without paper."""
        return STATUSES[PrinterState.OUT_OF_PAPER if self._out_of_paper else PrinterState.READY]

    def check_ready(self) -> None:
        """Returns if there is paper."""
        if self._out_of_paper:
            raise stopped(PrinterState.OUT_OF_PAPER, torn=False)

    def print_paper(self, paper: Paper) -> None:
        """Puts a paper into the tray, or the piece of it that came out."""
        self.check_ready()
        fault = next(self._faults, None)
        if fault is Fault.NO_PAPER:
            self._out_of_paper = True
            raise stopped(PrinterState.OUT_OF_PAPER, torn=False)
        pressed = self._press(paper)
        if fault is Fault.JAM:
            self._tray.append(pressed[: len(pressed) // 2])
            raise stopped(PrinterState.JAMMED, torn=True)
        self._tray.append(pressed)
        self._file(paper, pressed)

    def load_paper(self) -> None:
        """Puts a new roll in."""
        self._out_of_paper = False

    def take(self) -> bytes:
        """Takes the paper out of the tray.

        Raises:
            OutOfOrder: there is none.
        """
        if not self._tray:
            raise OutOfOrder(Sentence("a paper in the printer's tray"), Sentence("none"), Sentence("Print one first."))
        return self._tray.pop()

    def _file(self, paper: Paper, pressed: bytes) -> None:
        if self._folder is not None and paper.form == "report":
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{paper.name}.{self._kind}").write_bytes(pressed)


class SlipPrinter:
    """The printer that a booth knows: it prints the slip of a ballot, on any printer.

    Args:
        printer: where the slip comes out.
        election: the election.
        station: where the booth stands.
        say: the station's language.
        language: its code; the same for all voters.
    """

    def __init__(self, printer: Printer, election: Election, station: Code, say: Say, language: str) -> None:
        self._printer = printer
        self._election = election
        self._station = station
        self._say = say
        self._language = language

    def print_ballot(self, selections: Selections) -> None:
        """Prints the voter's slip and returns when it is out.

        Raises:
            PrinterStopped: it is not, or not whole.
        """
        self._printer.print_paper(
            slip(self._election, self._station, selections, say=self._say, language=self._language)
        )

    def print_code_slip(self, document: bytes) -> None:
        """Prints the code slip that the voter keeps, as the booth signed it, and returns when it is out.

        Raises:
            PrinterStopped: it is not, or not whole.
        """
        signed = read_document(document, CodeSlip)
        self._printer.print_paper(code_slip(self._election, signed, document, say=self._say, language=self._language))


class SlipBox:
    """The box that slips are dropped into: how many of each, in no order."""

    def __init__(self) -> None:
        self._slips: Counter[bytes] = Counter()

    def drop(self, paper: bytes) -> None:
        """Drops a slip into the box."""
        self._slips[paper] += 1
        # A dictionary remembers what came first; sorted, it remembers the slips only.
        self._slips = Counter(dict(sorted(self._slips.items())))

    def __len__(self) -> int:
        """Slips in the box."""
        return self._slips.total()

    def count(self) -> list[tuple[bytes, int]]:
        """Each kind of slip and how many there are, in the order of their bytes."""
        return list(self._slips.items())

    def empty(self, folder: Path, kind: str) -> None:
        """After closing: writes each kind of slip once, as `slip-<hash>-x<how many>.<kind>`, and empties the box."""
        folder.mkdir(parents=True, exist_ok=True)
        for paper, how_many in self.count():
            (folder / f"slip-{digest(paper)[:16]}-x{how_many}.{kind}").write_bytes(paper)
        self._slips.clear()

    def __repr__(self) -> str:
        """How many, not which."""
        return f"SlipBox({len(self)} slips)"
