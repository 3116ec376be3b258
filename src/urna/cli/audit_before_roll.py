"""`urna audit before roll`: what is wrong with the roll, in counts, and a drawn sample of it against documents.

Names and numbers stay on the authority's machine: on the screen and in the note stand counts. The list of the drawn
electors is sealed for two officers, and what comes back from the field is counted and not kept.
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.examination import Evidence, ExaminationKind, Result, Subject
from urna.audit.examination_bound import upper_bound
from urna.audit.manifest import Bound, Counted, make_manifest
from urna.cli.audit_examination import (
    DefinitionNote,
    Found,
    Sitting,
    evidence_of,
    examination,
    issue,
    read_round,
)
from urna.cli.keys import ask_passphrase, choose_passphrase
from urna.cli.roll_key import RollPassphrase, open_roll_key
from urna.cli.screen import out
from urna.cli.words import say, say_in, spoken
from urna.crypto.kdf import Cost
from urna.devices.printer_typst import paper_pdf
from urna.election.certification import RollCommitments
from urna.election.definition import Election
from urna.election.signing import officers_of, open_definition
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import open_document
from urna.errors import OutOfOrder, Unproven
from urna.papers.elector_sample import elector_sample
from urna.roll.deduplication_report import DeduplicationReport
from urna.roll.elector import RollPart
from urna.roll.examination import Oddity, drawn_electors, examine_stations, oddities
from urna.roll.sampled_list import (
    MOST_LIST_BYTES,
    Compared,
    count_results,
    open_list,
    read_list,
    seal_list,
    write_list,
    write_odd,
)
from urna.storage.definition_folder import read_limited, replace_file, write_secret_file
from urna.storage.roll_files import read_roll
from urna.words import Sentence

COST = Cost.MODERATE
"""What a guess at a passphrase of the sealed list costs."""

_ODD = "UNLIKELY-LINES"
"""What stands in a sealed list of lines that no audit drew."""

RollFolder = Annotated[Path, typer.Argument(help=say("The folder of the roll."), metavar="ROLL")]
RollNote = Annotated[Path, typer.Option("--note", help=say("The signed commitments of the roll, roll.note."))]
RoundOption = Annotated[
    Path | None,
    typer.Option("--draw", help=say("The round of the audit that drew electors as papers of the roll's manifest.")),
]
ListPassphrases = Annotated[
    list[Path] | None,
    typer.Option(
        "--list-passphrase-file", help=say("Read the two officers' passphrases of the list from these files.")
    ),
]


@examination
def roll(
    sitting: Sitting,
    folder: RollFolder,
    *,
    note: RollNote,
    draw: Annotated[
        Path | None, typer.Option("--draw", help=say("The round that drew the sample of electors, with --compared."))
    ] = None,
    compared: Annotated[
        Path | None, typer.Option("--compared", help=say("The list of drawn electors with a result in each line."))
    ] = None,
    deduplication: Annotated[
        Path | None, typer.Option("--deduplication", help=say("The public report of urna roll cases report."))
    ] = None,
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Sizes, doubles, unlikely lines; the fingerprint search's counts; the sample's counts with an upper bound.

    1. Each station against the definition and the commitment.
    2. Numbers and names that stand twice, and lines that are unlikely.
    3. What the search for doubled fingers found, if it was made.
    4. What came back from the sample, and how many of the whole roll may be wrong.
    """
    election = sitting.election()
    _check_options(draw, compared)
    data = read_limited(note)
    committed = _commitments(election, data, note)
    parts = read_roll(folder, election, open_roll_key(folder, election, roll_passphrase_file))
    subjects = [*_station_subjects(parts, election, committed), *_double_subject(parts)]
    figures = _figures(parts)
    evidence = [evidence_of(note, data)]
    if deduplication is not None:
        figures |= _search(deduplication, election, evidence)
    bounds: dict[str, Fraction] = {}
    drawn = read_round(draw, election) if draw else None
    if drawn is not None and compared is not None:
        counts = count_results(read_limited(compared, MOST_LIST_BYTES), drawn.to_fetch, str(compared))
        figures |= {f"sample_{result.value}": counts[result] for result in Compared} | {"sampled": counts.total()}
        bounds = _bounds(counts)
    found = Found(subjects, figures, bounds, evidence, draw=drawn.audit if drawn else "")
    issue(sitting, election, ExaminationKind.ROLL, found)


def roll_manifest(
    definition: DefinitionNote,
    note: Annotated[
        Path, typer.Argument(help=say("The signed commitments of the roll, roll.note."), metavar="ROLL-NOTE")
    ],
    file: Annotated[Path, typer.Argument(help=say("The manifest to write."), metavar="FILE")],
) -> None:
    """Stations as containers and electors as papers: a draw names "station,position" and nobody."""
    election = open_definition(read_limited(definition), str(definition))
    committed = _commitments(election, read_limited(note), note)
    centres = {code: station.centre for code, station in election.stations.items()}
    counted = [Counted(each.station, centres[each.station], each.electors) for each in committed.stations]
    bounds = {each.station: each.electors for each in committed.stations}
    total = sum(bounds.values())
    manifest = make_manifest(election.identity, counted, bounds, Bound.REGISTERED, total)
    _check_new(file)
    replace_file(file, encode(manifest))
    out.print(
        say(
            "{count} electors of {stations} stations. Manifest {hash}",
            count=total,
            stations=len(counted),
            hash=digest(encode(manifest)),
        )
    )


def roll_sample(
    definition: DefinitionNote,
    folder: RollFolder,
    target: Annotated[Path, typer.Argument(help=say("The sealed list to write."), metavar="LIST")],
    *,
    draw: RoundOption = None,
    odd: Annotated[bool, typer.Option("--odd", help=say("The unlikely lines instead of drawn ones."))] = False,
    roll_passphrase_file: RollPassphrase = None,
    list_passphrase_file: ListPassphrases = None,
) -> None:
    """Looks up the drawn electors, or the unlikely lines, and seals the list under a passphrase of each officer."""
    election = open_definition(read_limited(definition), str(definition))
    if (draw is None) != odd:
        raise OutOfOrder(
            Sentence("either --draw or --odd"),
            Sentence("both, or neither"),
            Sentence("Say which list it is to be."),
        )
    drawn = read_round(draw, election) if draw else None
    _check_new(target)
    parts = read_roll(folder, election, open_roll_key(folder, election, roll_passphrase_file))
    listed = write_list(drawn_electors(parts, drawn.to_fetch)) if drawn else write_odd(oddities(parts))
    passphrases = (
        choose_passphrase(say("First officer, choose a passphrase for the list"), _nth(list_passphrase_file, 0)),
        choose_passphrase(say("Second officer, choose a passphrase for the list"), _nth(list_passphrase_file, 1)),
    )
    audit = drawn.audit if drawn else _ODD
    sealed = seal_list(
        listed, election.identity, audit, passphrases=passphrases, entropy=secrets.token_bytes, cost=COST
    )
    write_secret_file(target, sealed)
    count = listed.count(b"\n") - 1
    out.print(
        say("{count} lines are in {file}. Two officers open it together.", count=count, file=str(target)), markup=False
    )


def roll_list(
    definition: DefinitionNote,
    sealed: Annotated[Path, typer.Argument(help=say("The sealed list."), metavar="LIST")],
    target: Annotated[
        Path, typer.Argument(help=say("The table to write, for the comparison; only you can read it."), metavar="TABLE")
    ],
    *,
    pdf: Annotated[Path | None, typer.Option("--pdf", help=say("Write the list to print there."))] = None,
    list_passphrase_file: ListPassphrases = None,
) -> None:
    """Opens the list with both passphrases; whoever compares fills in the last column."""
    election = open_definition(read_limited(definition), str(definition))
    for file in (target, *([pdf] if pdf else [])):
        _check_new(file)
    passphrases = (
        ask_passphrase(say("Passphrase of the first officer"), _nth(list_passphrase_file, 0)),
        ask_passphrase(say("Passphrase of the second officer"), _nth(list_passphrase_file, 1)),
    )
    listed = open_list(read_limited(sealed, MOST_LIST_BYTES), election.identity, passphrases, str(sealed))
    write_secret_file(target, listed)
    if pdf is not None:
        language = spoken()
        paper = elector_sample(election, read_list(listed, str(sealed)), say=say_in(language), language=language)
        write_secret_file(pdf, paper_pdf(paper))
    said = say("The list is in {file}. Write agrees, differs or not_found in each line.", file=str(target))
    out.print(said, markup=False)
    out.print(say("It names electors: destroy it, and every print of it, when the counts are taken."), style="bold")


def _commitments(election: Election, data: bytes, note: Path) -> RollCommitments:
    authority = election.definition.authority
    committed = open_document(data, RollCommitments, officers_of(authority), authority.threshold, str(note))
    if committed.election != election.identity:
        raise Unproven(
            Sentence("the roll of election {election}", {"election": election.identity[:16]}),
            Sentence("that of election {election}", {"election": committed.election[:16]}),
            Sentence("Take the roll.note of this election."),
            str(note),
        )
    return committed


def _station_subjects(parts: Sequence[RollPart], election: Election, committed: RollCommitments) -> Iterator[Subject]:
    sizes = {each.station: each.electors for each in committed.stations}
    defined = {code: station.electors for code, station in election.stations.items()}
    for each in examine_stations(parts, election, committed.stations):
        found = f"{each.electors} electors"
        if each.trouble is not None:
            found += f"; expected {each.trouble.expected}, found {each.trouble.found}"
        yield Subject(
            subject=each.station,
            result=Result.PASSED if each.trouble is None else Result.FAILED,
            expected=f"{sizes.get(each.station, 0)} electors as committed, {defined[each.station]} defined",
            found=found[:200],
        )


def _double_subject(parts: Sequence[RollPart]) -> Iterator[Subject]:
    doubles = sum(odd.oddity is Oddity.DOUBLE_NUMBER for odd in oddities(parts))
    yield Subject(
        subject="numbers that stand twice",
        result=Result.FAILED if doubles else Result.PASSED,
        expected="0",
        found=str(doubles),
    )


def _figures(parts: Sequence[RollPart]) -> dict[str, int]:
    """Counts over the whole roll: at a station, one unlikely line could be somebody."""
    odd = Counter(each.oddity for each in oddities(parts))
    figures = {f"lines_{oddity.value}": odd[oddity] for oddity in Oddity}
    return figures | {"electors": sum(len(part.members) for part in parts)}


def _search(file: Path, election: Election, evidence: list[Evidence]) -> dict[str, int]:
    """What the fingerprint search says of itself: counts of cases."""
    data = read_limited(file)
    report = decode(data.removesuffix(b"\n"), DeduplicationReport, str(file))
    if report.search.election != election.identity:
        raise Unproven(
            Sentence("a search of the roll of election {election}", {"election": election.identity[:16]}),
            Sentence("of election {election}", {"election": report.search.election[:16]}),
            Sentence("Take the report of this election's search."),
            str(file),
        )
    evidence.append(evidence_of(file, data))
    return {
        "fingerprints_people": report.search.people,
        "fingerprints_searchable": report.search.searchable,
        "fingerprints_cases": report.cases,
        "fingerprints_same_person": report.decided.same_person,
        "fingerprints_different_people": report.decided.different_people,
        "fingerprints_referred": report.decided.referred,
        "fingerprints_undecided": report.decided.undecided,
    }


def _bounds(counts: Counter[Compared]) -> dict[str, Fraction]:
    """At 95 %, one-sided: how many of the roll may differ; and how many if whoever was not found were wrong too."""
    wrong = counts[Compared.DIFFERS]
    missing = counts[Compared.NOT_FOUND]
    return {
        "differing_at_most": upper_bound(wrong, counts.total()),
        "differing_or_not_found_at_most": upper_bound(wrong + missing, counts.total()),
    }


def _check_options(draw: Path | None, compared: Path | None) -> None:
    if (draw is None) != (compared is None):
        raise OutOfOrder(
            Sentence("--draw and --compared together"),
            Sentence("one of them"),
            Sentence("Compare the drawn electors first, or leave both out."),
        )


def _check_new(file: Path) -> None:
    if file.exists():
        raise OutOfOrder(
            Sentence("a new file"),
            Sentence("one that is there already"),
            Sentence("Choose another name; nothing is overwritten."),
            str(file),
        )


def _nth(files: Sequence[Path] | None, place: int) -> Path | None:
    return files[place] if files and place < len(files) else None
