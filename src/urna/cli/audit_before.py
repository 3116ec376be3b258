"""`urna audit before`: what is examined before the day, each a signed note for the record and a report to sign by hand.

Exit codes: 0 everything that was to be examined is right; 1 something is not, or was not examined, and the note says
so; or an input has mistakes, which are listed, and nothing was written; 2 nothing was written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.examination import Evidence, ExaminationKind
from urna.audit.readiness_results import (
    Booth,
    BoothTest,
    DeckFigures,
    booths_of,
    read_reports,
    readiness_subjects,
    typed_twice,
)
from urna.cli.audit_before_ceremony import ceremony
from urna.cli.audit_before_rehearsal import rehearsal
from urna.cli.audit_before_roll import roll, roll_list, roll_manifest, roll_sample
from urna.cli.audit_before_software import software, software_manifest
from urna.cli.audit_examination import (
    DrawOption,
    Found,
    Sitting,
    chosen_stations,
    evidence_of,
    examination,
    issue,
    read_round,
)
from urna.cli.sheet_trust import Trust, load_trust
from urna.cli.words import say
from urna.election.definition import Election
from urna.errors import Malformed, Unproven
from urna.record.keys import booth_verifiers, poll_book_verifier
from urna.station.decks import decks, positions
from urna.station.event_entry import LogEntry, LogHeader, check_head, read_log
from urna.station.event_words import LogEvent
from urna.storage.definition_folder import read_limited
from urna.storage.event_log import LOG_BYTES, read_content
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

MOST_LOGS = 100_000
MAX_TABLE_BYTES = 16 * 1024 * 1024
_LOGS = ("event-log", "event-log-*.jsonl")

LogsOption = Annotated[
    list[Path] | None,
    typer.Option("--logs", help=say("A folder with machines' event logs, at any depth; more than once.")),
]
ReportsOption = Annotated[
    list[Path] | None,
    typer.Option("--reports", help=say("What somebody typed from the printed reports; twice, by two people.")),
]
StationOption = Annotated[
    list[str] | None, typer.Option("--station", help=say("A station to examine, if none were drawn; more than once."))
]
CertificationOption = Annotated[
    list[Path] | None, typer.Option("--certification", help=say("A certification of stations' keys, or their folder."))
]


@examination
def readiness(
    sitting: Sitting,
    *,
    logs: LogsOption = None,
    reports: ReportsOption = None,
    draw: DrawOption = None,
    station: StationOption = None,
    certification: CertificationOption = None,
) -> None:
    """Every booth of the drawn stations: its log, its printed report as two people typed it, or nothing.

    1. Read the logs; each is whole, of this election, and signed if its machine has signed it.
    2. Read what was typed from paper, and compare its numbers with the definition's decks.
    3. State each booth; one without a report is not examined.
    """
    election = sitting.election()
    drawn = read_round(draw, election) if draw else None
    stations = chosen_stations(election, drawn, station or [])
    trust = load_trust(sitting.definition, certification, []) if certification else None
    evidence: list[Evidence] = []
    sources = [
        *_read_logs(logs or [], election, trust, evidence),
        _read_typed(reports or [], election, evidence),
    ]
    booths = tuple(booths_of(election, stations))
    subjects = tuple(readiness_subjects(booths, sources))
    figures = {"stations": len(stations), "booths": len(booths)}
    issue(
        sitting,
        election,
        ExaminationKind.READINESS,
        Found(subjects, figures, evidence=evidence, draw=drawn.audit if drawn else ""),
    )


def _read_logs(
    folders: Iterable[Path], election: Election, trust: Trust | None, evidence: list[Evidence]
) -> Iterator[dict[Booth, BoothTest]]:
    """Of each log the last readiness test of each booth."""
    for file in _log_files(folders):
        data = read_limited(file, LOG_BYTES)
        lines = read_content(data, str(file)).lines
        header, entries = read_log(lines, str(file))
        if header.election != election.identity or header.station not in election.stations:
            said = {"station": header.station, "election": header.election[:16]}
            raise Unproven(
                Sentence("a log of election {election}", {"election": election.identity[:16]}),
                Sentence("one of {station}, election {election}", said),
                Sentence("Take this file out of the folder."),
                str(file),
            )
        is_signed = _check_signed(file, header, lines, trust)
        tests: dict[Booth, list[bool]] = defaultdict(list)
        for booth, passed in _tests(header, entries):
            tests[header.station, booth].append(passed)
        name = f"{header.station} {header.machine} {file.suffix.removeprefix('.') or 'medium'}"
        evidence.append(evidence_of(file, data, name))
        yield {key: _as_tested(results, is_signed) for key, results in tests.items()}


def _log_files(folders: Iterable[Path]) -> list[Path]:
    found = sorted({file for folder in folders for name in _LOGS for file in folder.rglob(name) if file.is_file()})
    for folder in folders:
        if not folder.is_dir():
            raise Malformed(Sentence("a folder"), Sentence("none"), Sentence("Check the path."), str(folder))
    if len(found) > MOST_LOGS:
        raise Malformed(
            Sentence("at most {most} logs", {"most": MOST_LOGS}),
            Sentence("{count}", {"count": len(found)}),
            Sentence("Examine a part of the stations at a time."),
        )
    return found


def _check_signed(file: Path, header: LogHeader, lines: Sequence[bytes], trust: Trust | None) -> bool:
    """Whether the machine has signed the log, and its certified key says so."""
    head = file.with_suffix(".note")
    if trust is None or file.suffix != ".jsonl" or not head.is_file():
        return False
    keys = trust.keyring.of(header.station)
    if keys is None:
        return False
    name = header.machine
    verifier = (
        poll_book_verifier(trust.election, keys)
        if name == "poll-book"
        else booth_verifiers(trust.election, keys)[int(name.removeprefix("booth-")) - 1]
    )
    check_head(read_limited(head, MAX_TABLE_BYTES), lines, verifier, str(head))
    return True


def _tests(header: LogHeader, entries: Iterable[LogEntry]) -> Iterator[tuple[int, bool]]:
    """The readiness tests in a log: booth and whether it passed."""
    own = 0 if header.machine == "poll-book" else int(header.machine.removeprefix("booth-"))
    for entry in entries:
        if entry.event in (LogEvent.READINESS_PASSED, LogEvent.READINESS_FAILED):
            yield entry.details.booth or own, entry.event is LogEvent.READINESS_PASSED


def _as_tested(results: Sequence[bool], is_signed: bool) -> BoothTest:
    """The last test counts; failures before it are said."""
    said = "passed" if results[-1] else "failed"
    failures = results[:-1].count(False)
    before = f" after {failures} failed" if failures else ""
    return BoothTest(results[-1], f"log{' (signed)' if is_signed else ''}: {said}{before}")


def _read_typed(files: Sequence[Path], election: Election, evidence: list[Evidence]) -> dict[Booth, BoothTest]:
    """What two people typed alike from the printed reports."""
    if not files:
        return {}
    if len(files) != 2:
        raise Malformed(
            Sentence("two files, typed by two people"),
            Sentence("{count}", {"count": len(files)}),
            Sentence("Let somebody else type the reports a second time, without seeing the first."),
            "--reports",
        )
    figures = {code: _figures(election, code) for code in election.stations}
    typed = []
    for number, file in enumerate(files, start=1):
        data = read_limited(file, MAX_TABLE_BYTES)
        evidence.append(evidence_of(file, data, f"typed {number}: {file.name}"))
        typed.append(read_reports(data, figures, election, str(file)))
    return typed_twice(typed[0], typed[1], str(files[1]))


def _figures(election: Election, station: str) -> DeckFigures:
    sizes = [len(deck) for deck in decks(election, station)]
    return DeckFigures(len(sizes), sum(sizes), positions(election, station))


app.command(help=say("The stations' readiness tests, from their logs and printed reports."))(readiness)
app.command(help=say("The roll: sizes, doubles, unlikely lines, and a drawn sample against documents."))(roll)
app.command("roll-manifest", help=say("The manifest of the roll, from which a sample of electors is drawn."))(
    roll_manifest
)
app.command("roll-sample", help=say("The list of the drawn electors, sealed for two officers."))(roll_sample)
app.command("roll-list", help=say("Open the list of drawn electors, two officers together."))(roll_list)
app.command("software-manifest", help=say("What this build consists of: every file, every locked package."))(
    software_manifest
)
app.command(help=say("Compare the media of drawn stations, read on this machine, with the build's manifest."))(software)
app.command(help=say("How the guardians' rehearsal ended, from its files."))(ceremony)
app.command(help=say("Drawn stations that voted known decks, from a rehearsal's record."))(rehearsal)
