"""`urna observe RECORD`: follow a published record, and shout if anything was changed or taken out.

Exit codes: 0 all is well; 1 something is wrong, and the evidence is kept; 2 the record cannot be read now.
"""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from urna.cli.observe_evidence import keep_exhibits
from urna.cli.observe_trust import begin_with
from urna.cli.screen import err, out, show_error
from urna.cli.words import say
from urna.devices.web_line import NoAnswer, WebLine
from urna.devices.web_record import WebRecord
from urna.errors import Malformed
from urna.log.checkpoint import MAX_CHECKPOINT_BYTES
from urna.observer.alarms import TITLES, Shout
from urna.observer.memory import MAX_MEMORY_BYTES, Memory, encode_memory, read_memory
from urna.observer.monitor import Look, Other, Plan, look
from urna.observer.reading import Source
from urna.storage.definition_folder import read_limited, replace_file
from urna.storage.observer_leaves import LeavesFile
from urna.storage.record import FolderReader
from urna.storage.witness_folder import origin_hash
from urna.words import Sentence

SHOWN = 20
"""Alarms of one look that are printed; the evidence folder has more."""


def run(
    record: Annotated[str, typer.Argument(help=say("The record: a folder, or an address."), metavar="RECORD")],
    state: Annotated[Path, typer.Option(help=say("What you saw so far; the first look makes it. Keep it."))],
    definition: Annotated[
        Path | None, typer.Option(help=say("First look: the signed definition.note, if you have it from elsewhere."))
    ] = None,
    authority: Annotated[
        Path | None, typer.Option(help=say("First look: a file with the officers' keys, one a line, from elsewhere."))
    ] = None,
    seen: Annotated[
        list[Path] | None, typer.Option(help=say("A checkpoint that other people got; any number of times."))
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(help=say("A witness's address: its last checkpoint is compared, too."))
    ] = None,
    every: Annotated[float, typer.Option(min=0, help=say("Look again after so many seconds, until Ctrl-C."))] = 0,
    patience: Annotated[
        float, typer.Option(min=0, help=say("Seconds that a new file may come after the log that names it."))
    ] = 15,
    again: Annotated[int, typer.Option(min=0, help=say("Old entries to look at again each time, in 256s."))] = 1,
    whole: Annotated[bool, typer.Option("--whole", help=say("Look at every file again."))] = False,
    lines: Annotated[int, typer.Option(min=1, max=64, help=say("Files that are read at once."))] = 8,
    evidence: Annotated[
        Path | None, typer.Option(help=say("Where evidence is kept; beside the state by default."))
    ] = None,
) -> None:
    """Follow a published record, and shout if anything was changed or taken out."""
    source = open_source(record)
    exhibits = evidence or state.with_name(f"{state.name}.evidence")
    memory = _begin(source, state, definition, authority)
    plan = Plan(
        LeavesFile(state.with_name(f"{state.name}.leaves")),
        again=None if whole else again,
        keep=lambda known: replace_file(state, encode_memory(known)),
        wait=lambda: time.sleep(patience),
        spread=ThreadPoolExecutor(lines).map,
    )
    codes: set[int] = set()
    if every:
        _end_when_told()
    try:
        while True:
            found = _look_once(source, memory, plan, seen or [], witness or [])
            code = 2 if found is None else 1 if found.shouts else 0
            codes.add(code)
            if found is not None:
                _tell(found, exhibits)
            if not every:
                raise typer.Exit(code)
            memory = read_memory(read_limited(state, MAX_MEMORY_BYTES), str(state)) if state.exists() else memory
            time.sleep(every)
    except KeyboardInterrupt:
        raise typer.Exit(1 if 1 in codes else max(codes, default=2)) from None


def _end_when_told() -> None:
    """By Ctrl-C and by a service's stop alike, also where it was started in the background."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.default_int_handler)


def open_source(record: str) -> Source:
    """A folder, or a server where the text begins as an address does; raises `Malformed` for neither."""
    if record.startswith(("http://", "https://")):
        return WebRecord(record)
    if not Path(record).is_dir():
        raise Malformed(
            Sentence("the folder of a public record, or an address as https://record.example/2020"),
            Sentence("neither"),
            Sentence("Check the path."),
            record,
        )
    return FolderReader(record)


def _begin(source: Source, state: Path, definition: Path | None, authority: Path | None) -> Memory:
    """What was seen before, or what the definition says before the first look."""
    if not state.exists():
        return begin_with(source, definition, authority)
    if definition or authority:
        raise Malformed(
            Sentence("keys at the first look only"),
            Sentence("a state that has its keys"),
            Sentence("Leave --definition and --authority out, or name a new state file."),
            str(state),
        )
    return read_memory(read_limited(state, MAX_MEMORY_BYTES), str(state))


def _look_once(source: Source, memory: Memory, plan: Plan, seen: list[Path], witnesses: list[str]) -> Look | None:
    """One look; None, and why on the standard error, if there was no answer."""
    try:
        others = [*(_other_of(path) for path in seen), *_witnesses_of(memory, witnesses)]
        with _bar() as bar:
            task = bar.add_task(say("Entries"), total=None, visible=False)

            def progress(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, visible=True)

            return look(source, memory, plan._replace(others=others, progress=progress))
    except NoAnswer as error:
        show_error(error)
        return None


def _other_of(path: Path) -> Other:
    return Other(str(path), read_limited(path, MAX_CHECKPOINT_BYTES))


def _witnesses_of(memory: Memory, addresses: list[str]) -> list[Other]:
    """The last checkpoints that witnesses cosigned; a witness that does not answer is passed over, aloud."""
    others = []
    for address in addresses:
        try:
            path = f"/{origin_hash(memory.verifier().name)}/checkpoint"
            answer = WebLine(address).get(path, MAX_CHECKPOINT_BYTES)
        except NoAnswer as error:
            show_error(error)
            continue
        if answer.status == 200:
            others.append(Other(address, answer.body, is_early=True))
        else:
            err.print(say("{address} has no checkpoint of this log ({status}).", address=address, status=answer.status))
    return others


def _tell(found: Look, exhibits: Path) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = found.memory.seen()
    if seen is not None:
        line = say("{size} entries, root {root}", size=seen.size, root=seen.root.hex())
        files = say("files looked at: {count}", count=found.files)
        out.print(f"{now} {line}; {files}", markup=False)
    for remark in found.remarks:
        out.print(f"· {say(remark)}", markup=False)
    for shout in found.shouts[:SHOWN]:
        _shout(shout)
    if len(found.shouts) > SHOWN:
        out.print(say("  … and {count} more.", count=len(found.shouts) - SHOWN))
    if found.shouts:
        kept = keep_exhibits(exhibits, found.shouts)
        out.print(
            say(
                "Evidence: {count} files in {folder}. Keep them, and show them to other people.",
                count=kept,
                folder=str(exhibits),
            ),
            markup=False,
        )
    else:
        out.print(say("✓ It only grew, and every file that was looked at is what the log says."), style="green")
    out.file.flush()


def _shout(shout: Shout) -> None:
    out.print(Text.assemble((f"✗ {say(TITLES[shout.alarm])} ", "bold red"), (shout.path, "bold")))
    out.print(Text(f"  {say(shout.sentence)}"))
    if shout.why is not None:
        out.print(Text(f"  {say(shout.why)}"))


def _bar() -> Progress:
    """A bar on the standard error, if somebody is there to see it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
