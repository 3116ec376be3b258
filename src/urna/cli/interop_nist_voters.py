"""`urna interop nist voters`: a registry's voter records in NIST's format as the file that `urna roll import` takes."""

from pathlib import Path
from typing import Annotated

import typer

from urna.cli.screen import out
from urna.cli.words import say
from urna.interop.nist.plain import MAX_BYTES
from urna.interop.nist.voters.reading import read_voters
from urna.storage.definition_folder import read_limited, write_secret_file


def voters(
    file: Annotated[Path, typer.Argument(help=say("The voter records (SP 1500-102), JSON or XML."), metavar="FILE")],
    table: Annotated[Path, typer.Argument(help=say("The new CSV file, for urna roll import."), metavar="CSV")],
    number: Annotated[
        str, typer.Option("--number", help=say("Which identifier is the elector's number: its type, or its own word."))
    ] = "state-id",
) -> None:
    """All of the file or a list of all its mistakes; nothing is written then. The CSV file is for its owner alone."""
    found = read_voters(read_limited(file, MAX_BYTES), number, file.name)
    write_secret_file(table, found.table)
    out.print(say("{count} electors in {file}.", count=found.electors, file=str(table)), markup=False)
    if found.inactive:
        out.print(say("Left out as inactive: {count}.", count=found.inactive), style="yellow")
