"""A booth's simulated printer, whose next papers can be told to go wrong."""

from types import TracebackType
from typing import NamedTuple

from urna.devices.printer_twin import Mishap, Planned, PrinterTwin
from urna.devices.printer_twin_line import TwinServer


class Papers(NamedTuple):
    """What lay in a tray."""

    whole: int
    torn: int


class TroubledPrinter:
    """One printer on a line of its own."""

    def __init__(self) -> None:
        self._coming: list[Planned | None] = []
        self._twin = PrinterTwin(plan=self._next)
        self._line = TwinServer(self._twin, ("127.0.0.1", 0))

    @property
    def spec(self) -> str:
        """As a booth is told to use it."""
        return f"tcp:127.0.0.1:{self._line.port}"

    def plan(self, mishap: Mishap, after: int, rows: int) -> None:
        """After so many whole papers, this happens in the next one's row."""
        self._coming = [*[None] * after, Planned(mishap, rows)]

    def run_out(self) -> None:
        """The roll is at its end."""
        self._twin.rows_left = 0

    def mend(self) -> None:
        """A new roll, the cover closed, and nothing jammed."""
        self._line.load_paper()

    def take(self) -> Papers:
        """Whatever lies in the tray; an empty piece that was fed and cut off is no paper."""
        slips = [each for each in self._line.take() if not each.is_blank]
        torn = sum(each.torn for each in slips)
        return Papers(len(slips) - torn, torn)

    def __enter__(self) -> "TroubledPrinter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.stop()

    def _next(self) -> Planned | None:
        return self._coming.pop(0) if self._coming else None
