"""The poll book's end of the closing: starts the closing process, hands the order over, and hears its lines.

It stands in the poll book's process and knows nothing of ballots: what was counted is in files of the out folder.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from urna.encoding.canonical import Code, Hash, decode, encode
from urna.errors import OutOfOrder
from urna.papers.paper import Paper
from urna.station.closing_order import (
    MAX_LINE_BYTES,
    STEP_WORDS,
    CardAndPin,
    ClosingLine,
    ClosingOrder,
    SheetFigures,
    SheetQuestion,
)
from urna.station.link_messages import error_of
from urna.station.sending import Parcel
from urna.storage.out_folder import SHEET, read_out
from urna.words import Sentence

_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")


class ProcessCloser:
    """What the poll book's closing pages ask for; whatever reads a sheet does so in a process of its own.

    Args:
        station: its folder.
        election: the definition's hash.
        code: the station's.
        language: of the station's papers.
        export_log: puts the poll book's own event log into the out folder, once.
    """

    def __init__(
        self, station: Path, election: Hash, code: Code, language: str, export_log: Callable[[], None] = lambda: None
    ) -> None:
        self._station, self._election, self._code, self._language = station, election, code, language
        self._out, self._export_log = station / "out", export_log

    def is_counted(self) -> bool:
        """Whether the signed sheet and what proves it lie durably in the out folder: the sheet is written last."""
        return (self._out / SHEET).is_file()

    def count(self, statement: bytes, cards: Sequence[tuple[bytes, str]] | None) -> Iterator[Sentence]:
        """Counts all booths and signs the sheet; after a cut, once more; errors as for `close_in_process`."""
        given = tuple(CardAndPin(card=card.decode(), pin=pin) for card, pin in cards or ())
        for line in close_in_process(self._station, ClosingOrder(statement=statement.decode(), cards=given)):
            if line.step is not None:
                yield Sentence(STEP_WORDS[line.step], {"booth": line.booth})

    def figures(self) -> Mapping[str, int]:
        """People and ballots of the signed sheet, by their titles; no votes."""
        return decode(self._read(SheetQuestion()), SheetFigures, SHEET).figures

    def sheet_paper(self, copy: int, copies: int) -> Paper:
        """A copy of the tally sheet."""
        return decode(self._read(SheetQuestion(copy=copy, copies=copies, language=self._language)), Paper, SHEET)

    def parcel(self) -> Parcel:
        """Everything that is sent; the same again, unless paper ballots were counted since."""
        self._export_log()
        return Parcel(election=self._election, station=self._code, files=read_out(self._out))

    def _read(self, question: SheetQuestion) -> bytes:
        command = [sys.executable, "-P", "-m", "urna.cli.station_sheet", str(self._station)]
        ended = subprocess.run(command, input=encode(question), capture_output=True, env=_environment(), check=False)  # noqa: S603 - our own module
        if ended.returncode != 0:
            raise OutOfOrder(
                Sentence("a signed sheet in the out folder"),
                Sentence("none that can be read"),
                Sentence("Close the station first; if it is closed, keep the folder as it is and call the centre."),
                str(self._out),
            )
        return ended.stdout


def close_in_process(station: Path, order: ClosingOrder) -> Iterator[ClosingLine]:
    """The steps as they are done; the last line has the sheet's hash. May be called again after any failure.

    Args:
        station: its folder; the booths' processes have let go of their media.
        order: statement and cards.

    Raises:
        UrnaError: what the closing process says.
        OutOfOrder: it died; calling again goes on.
    """
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", "urna.cli.station_closing", str(station)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
    ) as process:
        sheet = False
        for line in _lines(process, encode(order)):
            sheet = sheet or line.sheet is not None
            yield line
    if not sheet:
        raise OutOfOrder(
            Sentence("a closing process that ends with a sheet"),
            Sentence("one that stopped before"),
            Sentence("Close once more with the same two cards: it goes on, and the sheet is the same."),
            str(station),
        )


def _lines(process: subprocess.Popen[bytes], order: bytes) -> Iterator[ClosingLine]:
    if process.stdin is None or process.stdout is None:
        return
    try:
        process.stdin.write(order)
        process.stdin.close()
    except BrokenPipeError:
        return
    while (data := process.stdout.readline(MAX_LINE_BYTES)).endswith(b"\n"):
        line = decode(data[:-1], ClosingLine, "closing process")
        if line.trouble is not None:
            raise error_of(line.trouble)
        yield line


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _VARIABLES if name in os.environ}
