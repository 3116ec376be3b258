"""The poll book's end of the closing: starts the closing process, hands the order over, and hears its lines.

It stands in the poll book's process and knows nothing of ballots: what was counted is in files of the out folder.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from urna.encoding.canonical import decode, encode
from urna.errors import OutOfOrder
from urna.station.closing_order import MAX_LINE_BYTES, ClosingLine, ClosingOrder
from urna.station.link_messages import error_of
from urna.words import Sentence

_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")


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
        env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
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
