"""`urna roll deduplicate`: everybody's fingers against everybody's, and a work list for two people.

What is found is sealed to the case key as it is found; the templates stay in memory. A search that was cut off is
taken up with `--resume`.
"""

from pathlib import Path
from typing import Annotated

import typer

from urna.cli.election import read_source
from urna.cli.roll_captures import search_captures
from urna.cli.roll_cases import app as cases_app
from urna.cli.roll_cases_desk import public_half
from urna.cli.roll_key import RollPassphrase, open_roll_key
from urna.cli.roll_search_options import (
    DEFAULT_RATE,
    CalibrationOption,
    Candidates,
    CaseKeyOption,
    ClusterOption,
    ExactOption,
    PartSize,
    Processes,
    RateOption,
    ResumeOption,
    ScoresOption,
    Slices,
    WireOption,
    WorkOption,
    positions_of,
    tell_search,
    threshold_of,
)
from urna.cli.words import say
from urna.roll.deduplication import Source
from urna.storage.roll_files import read_stored


def register(app: typer.Typer) -> None:
    """Adds `deduplicate` and `cases` to the verbs of `urna roll`."""
    about = say("Search for people who are twice on the roll, by their fingers; write a work list for two people.")
    app.command(help=about)(deduplicate)
    about = say("Search for one finger that was used by two electors on the day, from the stations' captures.")
    app.command("search-captures", help=about)(search_captures)
    app.add_typer(cases_app, name="cases", help=say("Cases of a search: name adjudicators, decide, report."))


def deduplicate(
    folder: Annotated[Path, typer.Argument(help=say("The folder of the roll."), metavar="ROLL")],
    definition: Annotated[
        Path, typer.Option("--definition", help=say("The definition: its folder, or the signed definition.note."))
    ],
    case_key: CaseKeyOption,
    work: WorkOption = Path("cases"),
    resume: ResumeOption = False,
    positions: Annotated[
        str, typer.Option(metavar="N,N", help=say("Fingers to search by: 1 right thumb … 10 left little finger."))
    ] = "1,6",
    across: Annotated[
        bool, typer.Option("--across", help=say("Find fingers that were stored in another finger's place too."))
    ] = False,
    candidates: Candidates = 20,
    exact: ExactOption = False,
    false_match_rate: RateOption = DEFAULT_RATE,
    calibration: CalibrationOption = None,
    scores: ScoresOption = "",
    part_size: PartSize = 500,
    slices: Slices = 1,
    processes: Processes = 0,
    cluster: ClusterOption = "",
    wire_is_safe: WireOption = False,
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Read the roll, search, write cases; nothing is removed from the roll, now or later."""
    from urna.cli.roll_search import Asked, search_roll  # noqa: PLC0415 - compiled kernels, for this verb alone

    election, _ = read_source(definition)
    roll_key = open_roll_key(folder, election, roll_passphrase_file)
    asked = Asked(
        election=election.identity,
        source=Source.ROLL,
        least_minutiae=election.rules.fingers.least_minutiae,
        key=public_half(case_key),
        positions=positions_of(positions),
        across=across,
        candidates=candidates,
        exact=exact,
        slices=slices,
        threshold=threshold_of(scores, false_match_rate, calibration),
        part_size=part_size,
        processes=processes,
        cluster=cluster,
        wire_is_safe=wire_is_safe,
    )
    parts = (read_stored(folder, station, roll_key).part for station in election.stations)
    tell_search(search_roll(parts, asked, work, resume))
