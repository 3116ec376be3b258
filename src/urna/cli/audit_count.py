"""`urna audit count`: two people type what was counted by hand; only what they agree on is kept."""

from pathlib import Path
from typing import Annotated

import typer

from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import digest, encode
from urna.errors import OutOfOrder
from urna.record.audit_count import agreed_count, read_typed
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

MAX_TYPED_BYTES = 1_000_000

FirstFile = Annotated[Path, typer.Argument(help=say("What the first person typed: contest,choice,votes."))]
SecondFile = Annotated[Path, typer.Argument(help=say("What the second person typed, without seeing the first."))]
OutFile = Annotated[Path, typer.Argument(help=say("The file to write; it must not exist."))]
StationOption = Annotated[str, typer.Option("--station", help=say("The station whose box was counted."))]
FirstOption = Annotated[str, typer.Option("--first", help=say("The first person's name."))]
SecondOption = Annotated[str, typer.Option("--second", help=say("The second person's name."))]


def count(
    first_file: FirstFile,
    second_file: SecondFile,
    out_file: OutFile,
    *,
    station: StationOption,
    first: FirstOption,
    second: SecondOption,
) -> None:
    """Compares, names every difference, and writes nothing unless there is none."""
    if out_file.exists():
        raise OutOfOrder(
            Sentence("a new file"),
            Sentence("one that is there already"),
            Sentence("Keep it, and write this count beside it."),
            str(out_file),
        )
    typed = [read_typed(read_limited(file, MAX_TYPED_BYTES), str(file)) for file in (first_file, second_file)]
    record = encode(agreed_count(station, (first, second), (typed[0], typed[1])))
    replace_file(out_file, record)
    out.print(say("Both typed the same. The count of {station}: {hash}", station=station, hash=digest(record)))
