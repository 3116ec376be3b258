"""One supervisor for each part of a station: a second start is told that the first one runs, and touches nothing.

The lock is the operating system's, on `run/NAME.hold`; a supervisor that is killed leaves the file and no lock. What
stands in the file, which process and since when, is only for the sentence that the second start shows.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from urna.cli.station_process import RUN
from urna.encoding.canonical import Moment, Record, decode, encode
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

_MAX_BYTES = 1024


class Holder(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/station-holder/1"):
    """Who keeps a part of a station running."""

    process: int
    since: Moment


@contextmanager
def hold_parts(station: Path, names: Sequence[str], now: Moment) -> Iterator[None]:
    """While it lasts no other supervisor keeps any of these parts running; all are taken, or none.

    Args:
        station: its folder.
        names: of the parts, as `poll-book` and `booth-1`.
        now: since when, for whoever comes second.

    Raises:
        OutOfOrder: another supervisor has one of them; nothing but empty lock files was written.
    """
    folder = station / RUN
    folder.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as held:
        files = [held.enter_context(closing(_take(folder, name))) for name in names]
        for file in files:
            file.truncate(0)
            file.write(encode(Holder(process=os.getpid(), since=now)))
            file.flush()
        yield


def _take(folder: Path, name: str) -> BinaryIO:
    path = folder / f"{name}.hold"
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        with file:
            raise _runs_already(folder.parent, name, file.read(_MAX_BYTES)) from error
    return file


def _runs_already(station: Path, name: str, written: bytes) -> OutOfOrder:
    found = Sentence("one that keeps {name} running", {"name": name})
    try:
        holder = decode(written, Holder)
    except Malformed:  # it was started this very moment
        pass
    else:
        found = Sentence(
            "one that keeps {name} running since {time}, process {process}",
            {"name": name, "time": holder.since, "process": holder.process},
        )
    return OutOfOrder(
        Sentence("no other `urna station serve` of this station on this machine"),
        found,
        Sentence(
            "Use the screens that run, or end them first with Ctrl-C where they were started; nothing was changed."
        ),
        str(station),
    )
