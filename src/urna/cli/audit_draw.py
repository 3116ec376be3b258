"""`urna audit draw`: what the public seed draws by the rules that were committed before it."""

from pathlib import Path
from typing import Annotated

import typer

from urna.audit.manifest import read_manifest
from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, SeedRecord
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import decode, digest, encode
from urna.errors import OutOfOrder, Unproven
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

ROUND = "round-{number}.json"
LIST = "round-{number}.csv"

ManifestFile = Annotated[Path, typer.Argument(help=say("The manifest of the boxes."))]
CommitmentFile = Annotated[Path, typer.Argument(help=say("The rules of the draw, committed before the seed."))]
SeedFile = Annotated[Path, typer.Argument(help=say("The record of the seed that was rolled in public."))]
OutFolder = Annotated[Path, typer.Argument(help=say("The folder for the round and the list of what to fetch."))]
BeforeOption = Annotated[
    list[Path] | None, typer.Option("--after", help=say("A round before, from the first on; each is drawn again."))
]
SizeOption = Annotated[
    int | None, typer.Option("--size", min=1, help=say("Draws in all, after the rounds that were committed."))
]


def draw(
    manifest_file: ManifestFile,
    commitment_file: CommitmentFile,
    seed_file: SeedFile,
    folder: OutFolder,
    *,
    before: BeforeOption = None,
    size: SizeOption = None,
) -> None:
    """Draws a round and writes it as a record and as a list; it does not read the log."""
    manifest = read_manifest(read_limited(manifest_file), str(manifest_file))
    commitment = decode(read_limited(commitment_file), DrawCommitment, str(commitment_file))
    seed = decode(read_limited(seed_file), SeedRecord, str(seed_file))
    earlier = None
    for file in before or ():
        written = decode(read_limited(file), DrawRound, str(file))
        if draw_round(commitment, seed, manifest, earlier, written.size or None) != written:
            raise _changed(str(file))
        earlier = written
    drawn = draw_round(commitment, seed, manifest, earlier, size)
    record = encode(drawn)
    _write(folder, drawn.round, record, retrieval_list(drawn))
    for unit in drawn.to_fetch:
        out.print(unit)
    said = say("Round {round}: {draws} draws, {fetch} to fetch.", round=drawn.round, **_counts(drawn))
    out.print(said, say("Record {hash}", hash=digest(record)))
    out.print(say("This repeats the draw. That the rules were logged before the seed was rolled is not checked here."))


def retrieval_list(drawn: DrawRound) -> bytes:
    """The draws in their order as CSV: draw, unit, times, ticket. What has times 1 is fetched."""
    lines = ["draw,unit,times,ticket"]
    lines += [
        f'{number},"{each.unit}",{each.times},"{each.ticket}"'
        for number, each in enumerate(drawn.draws, start=drawn.after + 1)
    ]
    return ("\n".join(lines) + "\n").encode()


def _changed(where: str) -> Unproven:
    return Unproven(
        Sentence("the round that rules, seed and manifest draw"),
        Sentence("another one"),
        Sentence("Name all rounds before, from the first on, as they were drawn."),
        where,
    )


def _counts(drawn: DrawRound) -> dict[str, str | int]:
    return {"draws": len(drawn.draws), "fetch": len(drawn.to_fetch)}


def _write(folder: Path, number: int, record: bytes, listed: bytes) -> None:
    files = {folder / ROUND.format(number=number): record, folder / LIST.format(number=number): listed}
    for file, data in files.items():
        if file.exists() and file.read_bytes() != data:
            raise OutOfOrder(
                Sentence("no other draw of this round in the folder"),
                Sentence("another one"),
                Sentence("Draw into an empty folder, and compare the two."),
                str(file),
            )
    for file, data in files.items():
        replace_file(file, data)
