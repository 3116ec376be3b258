"""`urna roll search-captures`: one finger used by two electors, looked for after the election in what stations kept.

Only where the definition has captures kept (`captures_key`). A hit is a case for two people, as in the roll.
"""

from pathlib import Path
from typing import Annotated

import typer

from urna.cli.election import read_source
from urna.cli.roll_cases_desk import open_private_half, public_half
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
    tell_search,
    threshold_of,
)
from urna.cli.words import say
from urna.crypto.sealing import SealingKey
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.election.signing import open_certification, trusted_keys
from urna.encoding.canonical import Code
from urna.encoding.document import open_document, read_document
from urna.errors import Unproven
from urna.log.note import NoteVerifier
from urna.roll.deduplication import Source
from urna.station.captures import MAX_CAPTURES_BYTES, Capture, SealedCaptures, open_captures
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

Files = Annotated[list[Path], typer.Argument(help=say("The stations' files of captures."), metavar="CAPTURES...")]


def search_captures(
    files: Files,
    definition: Annotated[
        Path, typer.Option("--definition", help=say("The definition: its folder, or the signed definition.note."))
    ],
    certification: Annotated[
        list[Path], typer.Option("--certification", help=say("The certification of the stations' keys; all of them."))
    ],
    captures_key: Annotated[Path, typer.Option("--captures-key", help=say("The file of the captures key."))],
    case_key: CaseKeyOption,
    work: WorkOption = Path("cases"),
    resume: ResumeOption = False,
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
    captures_passphrase_file: Annotated[
        Path | None, typer.Option(help=say("Read the passphrase of the captures key from this file."))
    ] = None,
) -> None:
    """Verify the stations' signatures, open the captures, search, write cases."""
    from urna.cli import roll_search  # noqa: PLC0415 - compiled kernels, for this verb alone
    from urna.compute.searched_people import UNKNOWN  # noqa: PLC0415

    election, _ = read_source(definition)
    certified = [open_certification(read_limited(path), election, str(path)) for path in certification]
    keys = trusted_keys(election, certified)
    key = open_private_half(captures_key, captures_passphrase_file)
    asked = roll_search.Asked(
        election=election.identity,
        source=Source.CAPTURES,
        least_minutiae=election.rules.fingers.least_minutiae,
        key=public_half(case_key),
        positions=(UNKNOWN,),
        across=False,
        candidates=candidates,
        exact=exact,
        slices=slices,
        threshold=threshold_of(scores, false_match_rate, calibration),
        part_size=part_size,
        processes=processes,
        cluster=cluster,
        wire_is_safe=wire_is_safe,
    )
    captures = read_captures(sorted(files), election, keys, key)
    tell_search(roll_search.search_captures(captures, asked, work, resume))


def read_captures(
    files: list[Path], election: Election, keys: dict[Code, StationKeys], key: SealingKey
) -> list[Capture]:
    """The fingers of all stations, each file signed by its station's certified key.

    Raises:
        Malformed: not a file of captures.
        Unproven: another election, a station twice or without a certified key, a signature that fails, another key.
    """
    found: dict[Code, tuple[Capture, ...]] = {}
    for file in files:
        data = read_limited(file, MAX_CAPTURES_BYTES)
        station = read_document(data, SealedCaptures, str(file)).station
        if station not in keys or station in found:
            raise Unproven(
                Sentence("one file of each station with certified keys"),
                Sentence("a second one, or one of another station: {station}", {"station": station}),
                Sentence("Take each station's file once, and all certifications."),
                str(file),
            )
        verifier = NoteVerifier(election.key_name(station, "poll-book"), keys[station].poll_book)
        sealed = open_document(data, SealedCaptures, [verifier], where=str(file))
        found[station] = open_captures(_of_election(sealed, election, file), key)
    return [capture for station in sorted(found) for capture in found[station]]


def _of_election(sealed: SealedCaptures, election: Election, file: Path) -> SealedCaptures:
    if sealed.election != election.identity:
        raise Unproven(
            Sentence("captures of the election {id}", {"id": election.identity[:16]}),
            Sentence("those of the election {id}", {"id": sealed.election[:16]}),
            Sentence("Check which election this file belongs to."),
            str(file),
        )
    return sealed
