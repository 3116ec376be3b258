"""`urna audit during challenges` and `incidents`: what a public record shows, followed up case by case."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.examination import Evidence, ExaminationKind, Result, Subject
from urna.audit.incident_register import Entry, Recorded, read_register, register_subjects
from urna.ballot.published import BallotList
from urna.cli.audit_examination import (
    Found,
    Sitting,
    evidence_of,
    examination,
    issue,
)
from urna.cli.words import say
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.election.signing import open_definition
from urna.encoding.canonical import Code, decode
from urna.encoding.document import open_document
from urna.errors import Malformed, Unproven
from urna.papers.incident_sheet import IncidentKind
from urna.record.incident import Incident
from urna.record.keys import log_verifier
from urna.record.layout import CHECKPOINT, DEFINITION, MAX_BYTES, Kind, place_of
from urna.record.reader import RecordReader
from urna.storage.definition_folder import read_limited
from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record
from urna.verify.report import Check, CheckOutcome, Report, Status
from urna.words import Sentence

MAX_TABLE_BYTES = 16 * 1024 * 1024

RecordFolder = Annotated[Path, typer.Argument(help=say("The public record."), metavar="RECORD")]


@examination
def challenges(
    sitting: Sitting,
    record: RecordFolder,
) -> None:
    """Each station with challenged ballots: all opened, and each proven to be what its machine had encrypted.

    1. The record is verified; what it says of challenged ballots is check 26.
    2. Challenged ballots are counted from the ballot lists.
    3. A station with a finding has failed; where ballots cannot be checked, none is examined.
    """
    election = sitting.election()
    reader = FolderReader(record)
    evidence = [_record_evidence(reader, election, record)]
    challenged = dict(_challenged(reader))
    report = verify_record(reader)
    subjects = _challenge_subjects(challenged, report)
    figures = {"stations": len(challenged), "challenged": sum(challenged.values())}
    issue(sitting, election, ExaminationKind.CHALLENGES, Found(subjects, figures, evidence=evidence))


@examination
def incidents(
    sitting: Sitting,
    *,
    record: Annotated[Path | None, typer.Option("--record", help=say("The public record, with its incidents."))] = None,
    register: Annotated[
        Path | None, typer.Option("--register", help=say("The table incident,station,kind,state,what,done."))
    ] = None,
) -> None:
    """Every incident of the record and of the papers, with what became of it; one nobody wrote about is open."""
    election = sitting.election()
    if record is None and register is None:
        raise Malformed(
            Sentence("a record with --record, a table with --register, or both"),
            Sentence("neither"),
            Sentence("Name what the register is made from."),
        )
    evidence: list[Evidence] = []
    recorded: list[Recorded] = []
    if record is not None:
        reader = FolderReader(record)
        evidence.append(_record_evidence(reader, election, record))
        recorded = sorted(_recorded(reader, election))
    entries: tuple[Entry, ...] = ()
    if register is not None:
        data = read_limited(register, MAX_TABLE_BYTES)
        kinds = [each.value for each in IncidentKind] + ["refused", "quarantined", "conflict"]
        entries = read_register(data, recorded, kinds, election, str(register))
        evidence.append(evidence_of(register, data))
    states = Counter(each.state for each in entries)
    figures = {f"incidents_{state.value}": count for state, count in states.items()}
    figures |= {"incidents_of_the_record": len(recorded), "incidents_written_down": len(entries)}
    found = Found(register_subjects(recorded, entries), figures, evidence=evidence)
    issue(sitting, election, ExaminationKind.INCIDENTS, found)


def _record_evidence(reader: RecordReader, election: Election, record: Path) -> Evidence:
    """The record's newest checkpoint, which says all that was in it."""
    note = reader.read(DEFINITION, MAX_BYTES[Kind.DEFINITION])

    found = open_definition(note, str(record / DEFINITION))
    if found.identity != election.identity:
        raise Unproven(
            Sentence("the record of election {election}", {"election": election.identity[:16]}),
            Sentence("that of election {election}", {"election": found.identity[:16]}),
            Sentence("Take the record of this election."),
            str(record),
        )
    return evidence_of(record, reader.read(CHECKPOINT, MAX_BYTES[Kind.CHECKPOINT]), "log/checkpoint of the record")


def _challenged(reader: RecordReader) -> Iterator[tuple[Code, int]]:
    """Stations with challenged ballots, and how many."""
    for path in sorted(reader.list().sizes):
        place = place_of(path)
        if place is not None and place.kind is Kind.BALLOTS:
            listed = decode(reader.read(path, MAX_BYTES[Kind.BALLOTS]), BallotList, path)
            count = sum(each.state is BallotState.CHALLENGED for each in listed.ballots)
            if count:
                yield place.station, count


def _challenge_subjects(challenged: dict[Code, int], report: Report) -> Iterator[Subject]:
    """Each station by check 26; one whose encrypted ballots could not be read (check 17) is not examined."""
    outcomes = {each.number: each for each in report.checks}
    opened = outcomes[Check.CHALLENGED]
    wrong, unread = _by_station(opened), _by_station(outcomes[Check.CIPHERTEXTS])
    failed = [each.number for each in report.checks if each.status is Status.FAILED]
    yield Subject(
        subject="the record",
        result=Result.FAILED if failed else Result.PASSED,
        expected="no check fails",
        found=f"failed: {', '.join(map(str, failed))}" if failed else "no check fails",
    )
    for station in sorted({*challenged, *wrong}):
        expected = f"{challenged.get(station, 0)} challenged ballots, opened and proven"
        result, found = Result.PASSED, expected
        if station in wrong:
            result, found = Result.FAILED, f"{len(wrong[station])} findings: {wrong[station][0]}"
        elif opened.status is Status.ABSENT:
            result, found = Result.NOT_EXAMINED, "ballots are not encrypted: there is nothing to prove"
        elif station in unread or opened.total > len(opened.findings):
            result, found = Result.NOT_EXAMINED, "its encrypted ballots could not be read whole"
        yield Subject(subject=station or "unknown station", result=result, expected=expected, found=found[:200])


def _by_station(outcome: CheckOutcome) -> dict[Code, list[str]]:
    found: dict[Code, list[str]] = {}
    for each in outcome.findings:
        found.setdefault(each.station, []).append(str(each.sentence))
    return found


def _recorded(reader: RecordReader, election: Election) -> Iterable[Recorded]:
    for path in reader.list().sizes:
        place = place_of(path)
        if place is not None and place.kind is Kind.INCIDENT:
            data = reader.read(path, MAX_BYTES[Kind.INCIDENT])
            each = open_document(data, Incident, [log_verifier(election)], 1, path)
            yield Recorded(each.serial, each.station, each.kind, each.reason)
