"""`urna demo --tamper FOLDER`: one number in one tally sheet is changed, and verification names it.

A copy of the record is changed, so the demo's own stays as it was. The forger here has no keys: whoever holds some is
in the corpus of `tests/tampering`.
"""

import re
import shutil
from pathlib import Path

from urna.cli.screen import out
from urna.cli.verify import verify_and_show
from urna.cli.words import say
from urna.errors import Malformed
from urna.words import Sentence

TAMPERED = "tampered-record"
ADDED = 100

_VOTES = re.compile(rb'"option":"([^"]+)","votes":(\d+)')


def tamper_and_verify(folder: Path) -> int:
    """Changes the first sheet's first number of votes in a copy; returns 0 if verification finds it.

    Raises:
        Malformed: there is no demo in the folder.
    """
    copy = _copy(folder)
    sheet = sorted(copy.glob("stations/*/sheet-0.note"))[0]
    option, before, after = _change(sheet)
    out.print(
        say(
            "In {file} the votes for {option} were changed from {before} to {after}.",
            file=str(sheet.relative_to(folder)),
            option=option,
            before=before,
            after=after,
        ),
        style="bold",
    )
    out.print(f"$ urna verify {copy}", style="dim", markup=False)
    proven = verify_and_show(copy)
    out.print()
    if proven:
        out.print(say("Verification did not notice: this is a fault of urna. Please report it."), style="bold red")
        return 1
    out.print(say("urna verify found it and exits with 1. The demo's own record is as it was."), style="bold green")
    return 0


def _copy(folder: Path) -> Path:
    if not (folder / "record").is_dir():
        raise Malformed(
            Sentence("a demo with its record"),
            Sentence("none"),
            Sentence("Run the demo first: make demo."),
            str(folder),
        )
    copy = folder / TAMPERED
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / "record", copy)
    return copy


def _change(sheet: Path) -> tuple[str, int, int]:
    """Adds votes to the first option on the sheet; returns the option and both numbers."""
    data = sheet.read_bytes()
    found = _VOTES.search(data)
    if found is None:
        raise Malformed(
            Sentence("a tally sheet with votes"), Sentence("none"), Sentence("Run the demo again."), str(sheet)
        )
    before = int(found[2])
    after = before + ADDED
    changed = data[: found.start(2)] + str(after).encode() + data[found.end(2) :]
    sheet.write_bytes(changed)
    return found[1].decode(), before, after
