"""A booth's machine with its printer, as the booth's face asks for it: from sealed to released, on one held medium."""

from collections.abc import Callable

from urna.ballot.slot import SlotState
from urna.cli.machines import BoothMachine, memory_booth
from urna.crypto.sealing import SealingKey
from urna.devices.printers import SlipPrinter
from urna.devices.secure_element import Life
from urna.encoding.canonical import Moment
from urna.encoding.document import read_document, sign_document
from urna.papers.printer import Printer, PrinterState
from urna.papers.zero_report import zero_report as zero_paper
from urna.station.booth import Booth
from urna.station.booth_ports import Show
from urna.station.link import Stage
from urna.station.readiness import check_readiness
from urna.station.zeroing import zero_report
from urna.storage import booth_medium
from urna.storage.held_medium import HeldMedium
from urna.storage.zero_document import ZERO_REPORT, read_zero_document, write_zero_document
from urna.tally.sheet import ZeroReport
from urna.words import Say

Entropy = Callable[[int], bytes]
Health = Callable[[PrinterState], tuple[str, ...]]


def nothing_wrong(_: PrinterState) -> tuple[str, ...]:
    """The `Health` of a machine that nobody looks at."""
    return ()


class BoothHardware:
    """One booth's machine (`web/booth/machine.Machine`).

    Args:
        machine: the booth on its medium.
        medium: the same medium, held by this process.
        printer: of this booth.
        say: the station's language, for reports and slips.
        language: its code.
        entropy: fresh random bytes.
        end: ends the process in peace.
        health: what is wrong with the machine, at once, given how the printer is.
    """

    def __init__(
        self,
        machine: BoothMachine,
        medium: HeldMedium,
        printer: Printer,
        *,
        say: Say,
        language: str,
        entropy: Entropy,
        end: Callable[[], None],
        health: Health = nothing_wrong,
    ) -> None:
        self._machine, self._medium, self._printer = machine, medium, printer
        self._say, self._language = say, language
        self._entropy, self._end, self._health = entropy, end, health
        self._printer_state = PrinterState.READY
        self.is_released = False

    def stage(self) -> Stage:
        """How far it has come. Zeroed means that its report is durable, too: without it zeroing goes on."""
        if self.is_released:
            return Stage.RELEASED
        life = self._machine.element.life
        if life is Life.ZEROED:
            return Stage.ZEROED if ZERO_REPORT in self._medium.names() else Stage.SEALED
        return Stage.SEALED if life in {Life.FRESH, Life.ZEROING} else Stage.CLOSED

    def start(self, show: Show) -> Booth:
        """The booth as its medium says."""
        identity = self._machine.identity
        printer = SlipPrinter(self._printer, identity.election, identity.station, self._say, self._language)
        return self._machine.start(printer, show)

    def test_readiness(self) -> None:
        """Votes the known decks on a booth in memory with keys of its own, and compares the count."""
        identity = self._machine.identity
        check_readiness(
            identity.election, identity.station, self._practice_booth, keys=identity.keys, entropy=self._entropy
        )

    def zero(self, now: Moment) -> None:
        """Fills the box and makes the report durable. A box that is whole already must still be empty."""
        is_whole = self._machine.element.life is Life.ZEROED
        document = self._report_again(now) if is_whole else self._machine.zero(now)
        write_zero_document(self._medium, document)

    def zero_document(self) -> bytes:
        """The signed zero report."""
        return read_zero_document(self._medium)

    def print_zero_report(self, copies: int) -> None:
        """Prints it; returns when all copies are out."""
        document = self.zero_document()
        report = read_document(document, ZeroReport)
        election = self._machine.identity.election
        for _ in range(copies):
            self._printer.print_paper(zero_paper(election, report, document, say=self._say, language=self._language))

    def release(self) -> None:
        """Lets go of the medium."""
        self.is_released = True
        self._medium.let_go()

    def printer_word(self) -> str:
        """The printer's state."""
        self._printer_state = self._printer.status().state
        return self._printer_state

    def health(self) -> tuple[str, ...]:
        """What is wrong with the machine; the printer is not asked anew, since it may be about to print."""
        return self._health(self._printer_state)

    def stop(self) -> None:
        """The process ends in peace, soon after this returns."""
        self._end()

    def _report_again(self, now: Moment) -> bytes:
        """The power went between the box and its report: the report is made from the box as it lies there."""
        machine = self._machine
        election, station, number = machine.identity[:3]
        box = booth_medium.open_box(self._medium, machine.element, machine.header)
        slots = machine.header.slots
        try:
            free = box.count(SlotState.FREE)
            report = zero_report(
                election, station, number, slots=slots, ballots=slots - free, box_sha256=box.sha256(), now=now
            )
        finally:
            box.close()
        name = election.key_name(station, f"booth-{number}")
        return sign_document(report, [machine.element.signer(name)])

    def _practice_booth(self, pairing_key: bytes, closing: SealingKey) -> BoothMachine:
        identity = self._machine.identity
        return memory_booth(
            identity.election,
            identity.station,
            seed=self._entropy(32),
            pairing_key=pairing_key,
            closing_key=closing.public_hex,
            entropy=self._entropy,
            keys=identity.keys,
        )
