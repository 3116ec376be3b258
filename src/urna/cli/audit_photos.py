"""`urna audit photos`: a drawn box counted from photographs of its slips; what no machine can read, people decide."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from urna.ballot.selections import Selections
from urna.cli.election import read_source
from urna.cli.screen import out
from urna.cli.words import say, say_in
from urna.devices.slip_photos import words_on
from urna.encoding.canonical import digest
from urna.errors import Malformed
from urna.papers.pen import look_up
from urna.papers.slip_count import COLUMNS, Said, agreed, check_slips, count_slips, read_said
from urna.papers.slip_reading import Reading, SlipReader
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

MAX_PHOTO_BYTES = 32 * 1024 * 1024 - 1
SUFFIXES = {".jpg", ".jpeg", ".png"}

DefinitionArgument = Annotated[Path, typer.Argument(help=say("The election's definition."))]
PhotosArgument = Annotated[Path, typer.Argument(help=say("The folder of photographs, one slip on each."))]
OutFolder = Annotated[Path, typer.Argument(help=say("The folder for what was read, what was not, and the count."))]
StationOption = Annotated[str, typer.Option("--station", help=say("The station whose box was opened."))]
SlipsOption = Annotated[int, typer.Option("--slips", min=0, help=say("Slips in the box, counted by hand."))]
LanguageOption = Annotated[str, typer.Option("--language", help=say("The language of the station's slips."))]
SaidOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--said", help=say("What one person says of the slips that could not be read: photo,contest,option. Twice.")
    ),
]


def photos(
    definition: DefinitionArgument,
    folder: PhotosArgument,
    target: OutFolder,
    *,
    station: StationOption,
    slips: SlipsOption,
    language: LanguageOption = "es",
    said: SaidOption = None,
) -> None:
    """Reads the words of each slip; writes a count only if every slip is clear and none is missing."""
    election, _ = read_source(definition)
    look_up(election.stations, station)
    files = _photographs(folder)
    check_slips(len(files), slips, station)
    reader = SlipReader(election, station, say_in(language), language)
    read: dict[str, Reading] = {}
    for file in track(files, description=say("Reading"), transient=True, disable=not out.is_terminal):
        read[file.name] = reader.read(words_on(read_limited(file, MAX_PHOTO_BYTES), language, str(file)))
    clear = {name: each.selections for name, each in read.items() if each.selections is not None}
    unclear = {name: say(each.unclear) for name, each in read.items() if each.unclear is not None}
    _write(target / "read.csv", COLUMNS, _choices(clear))
    _write(target / "unclear.csv", ["photo", "why"], sorted(unclear.items()))
    out.print(
        say("Photographs: {count}, read: {read}, unclear: {unclear}.", count=len(files), **_sizes(clear, unclear))
    )
    sayings = _sayings(said or [])
    if unclear and not sayings:
        out.print(say("Let two people type what the unclear slips say, each for themselves, and name both files."))
        raise typer.Exit(1)
    first, second = sayings or ({}, {})
    decided = agreed(election, station, unclear, first, second)
    votes = count_slips(election, station, [*clear.values(), *decided.values()])
    rows = [(contest, option, str(count)) for (contest, option), count in votes.items()]
    _write(target / "count.csv", ["contest", "option", "votes"], rows)
    out.print(say("The count is in {file}: {decided} slips decided by people.", file="count.csv", decided=len(decided)))


def _photographs(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    seen: dict[str, Path] = {}
    for file in files:
        before = seen.setdefault(digest(read_limited(file, MAX_PHOTO_BYTES)), file)
        if before != file:
            raise Malformed(
                Sentence("each photograph once"),
                Sentence("the file {name} again", {"name": before.name}),
                Sentence("Take it out, and photograph the slip that is missing."),
                str(file),
            )
    return files


def _sayings(files: list[Path]) -> tuple[Said, Said] | None:
    if not files:
        return None
    if len(files) != 2 or files[0].resolve() == files[1].resolve():
        raise Malformed(
            Sentence("the files of two people"),
            Sentence("{count}", {"count": len({file.resolve() for file in files})}),
            Sentence("Name --said twice, with what each of the two typed alone."),
        )
    first, second = (read_said(read_limited(file), str(file)) for file in files)
    return first, second


def _choices(clear: dict[str, Selections]) -> Iterable[tuple[str, str, str]]:
    for name, selections in sorted(clear.items()):
        lines = [(name, each.contest, option) for each in selections.contests for option in each.options]
        yield from lines or [(name, "", "")]


def _sizes(clear: dict[str, Selections], unclear: dict[str, str]) -> dict[str, int]:
    return {"read": len(clear), "unclear": len(unclear)}


def _write(file: Path, columns: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, table.getvalue().encode())
