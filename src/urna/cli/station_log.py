"""`urna station log STATION`: what the machines of a station wrote into their event logs, and whether it is whole.

Reading changes nothing, also not a last line that a power cut tore.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.table import Table

import urna
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import encode
from urna.errors import Malformed
from urna.interop.cdf_event_log import write_cdf
from urna.log.note import NoteVerifier
from urna.station.event_cdf import documentation, station_log
from urna.station.event_entry import Details, LogEntry, check_head, read_log
from urna.station.event_table import WORDS
from urna.station.event_words import Severity
from urna.storage.definition_folder import read_limited, write_secret_file
from urna.storage.event_log import EVENT_LOG, LOG_BYTES, export_names, read_content
from urna.storage.station_folder import StationFolder, open_package
from urna.words import Sentence

StationArgument = Annotated[Path, typer.Argument(help=say("The folder of the station's machines."), metavar="STATION")]
CdfOption = Annotated[
    Path | None,
    typer.Option("--cdf", metavar="FILE", help=say("Write the logs to this new file, in NIST's format (SP 1500-101).")),
]
WordsOption = Annotated[
    Path | None,
    typer.Option("--words", metavar="FILE", help=say("Write what each event means to this new file, in that format.")),
]

_MAX_HEAD_BYTES = 64 * 1024
_COLOURS = {Severity.INFO: "", Severity.WARNING: "yellow", Severity.ERROR: "red"}


class MachineLog(NamedTuple):
    """The log of one machine, its chain checked."""

    machine: str
    lines: tuple[bytes, ...]
    is_torn: bool


def log(station: StationArgument, cdf: CdfOption = None, words: WordsOption = None) -> None:
    """Every entry of every machine; an error, and nothing written, when a chain or a signed head does not hold."""
    logs = read_logs(station)
    for each in logs:
        _show(each)
        _show_head(each, station)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if cdf is not None:
        write_secret_file(cdf, write_cdf(station_log([each.lines for each in logs], now, urna.__version__)))
        out.print(say("Written: {file}", file=str(cdf)), markup=False)
    if words is not None:
        write_secret_file(words, write_cdf(documentation(now, urna.__version__)))
        out.print(say("Written: {file}", file=str(words)), markup=False)


def read_logs(station: Path) -> list[MachineLog]:
    """The logs of a station's machines, the poll book's first.

    Raises:
        Malformed: there is none, or one is no log.
        Unproven: the chain of one is broken.
    """
    folders = [station / "poll-book", *sorted(station.glob("booth-[1-9]"))]
    found = [_read(folder / EVENT_LOG) for folder in folders if (folder / EVENT_LOG).is_file()]
    if not found:
        raise Malformed(
            Sentence("a station whose machines have event logs"),
            Sentence("none"),
            Sentence("Name the folder that has poll-book/ and booth-1/ in it."),
            str(station),
        )
    return found


def _read(path: Path) -> MachineLog:
    content = read_content(read_limited(path, LOG_BYTES), str(path))
    header, _ = read_log(content.lines, str(path))
    return MachineLog(header.machine, content.lines, bool(content.torn))


def _show(each: MachineLog) -> None:
    header, entries = read_log(each.lines)
    table = Table(title=f"{header.station} {header.machine}", title_justify="left", box=None, pad_edge=False)
    for name in ("", say("moment (UTC)"), say("by"), say("event"), ""):
        table.add_column(name)
    for entry in entries:
        table.add_row(*_row(entry), style=_COLOURS[WORDS[entry.event].severity])
    out.print(table)
    if each.is_torn:
        out.print(say("A power cut left an unfinished entry at the end; it was never acknowledged."), style="yellow")


def _row(entry: LogEntry) -> tuple[str, ...]:
    details = "" if entry.details == Details() else encode(entry.details).decode().replace('"', "")
    moment = entry.moment.replace("T", " ").removesuffix("Z")
    return str(entry.sequence), moment, entry.role, say(WORDS[entry.event].sentence), details


def _show_head(each: MachineLog, station: Path) -> None:
    """The chain was checked when the log was read; its end is proven by the head that the machine signed."""
    path = station / "out" / export_names(each.machine)[1]
    if not path.is_file():
        out.print(say("The chain of {count} entries holds. Its end is not signed yet.", count=len(each.lines) - 1))
        out.print()
        return
    identity = open_package(StationFolder(station))
    booth = each.machine.removeprefix("booth-")
    key = identity.keys.booths[int(booth) - 1] if booth.isdigit() else identity.keys.poll_book
    name = identity.election.key_name(identity.station, each.machine)
    head = check_head(read_limited(path, _MAX_HEAD_BYTES), each.lines, NoteVerifier(name, key), str(path))
    count = len(each.lines) - 1
    out.print(
        say(
            "The chain of {count} entries holds; this machine signed the first {signed}.",
            count=count,
            signed=head.entries,
        ),
        style="green",
    )
    out.print()
