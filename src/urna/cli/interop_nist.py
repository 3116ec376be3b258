"""`urna interop nist`: write NIST's common data formats from a record, and read election results again.

Exit codes: 0 written, or read and equal to the record; 1 the record does not verify, or the file says something else;
2 a file cannot be read.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import urna
from urna.cli.election import SourceArgument, read_source
from urna.cli.interop_nist_screen import as_plain, show_cast_votes, show_report
from urna.cli.screen import out
from urna.cli.verify import verify_and_show
from urna.cli.words import say
from urna.election.definition import Definition, Election
from urna.encoding.document import read_document
from urna.errors import Malformed
from urna.interop.nist.ballot_definition import ballot_definition
from urna.interop.nist.cast_votes.reading import read_cast_votes
from urna.interop.nist.cast_votes.record import challenged_in, refuse_cast_ballots
from urna.interop.nist.cast_votes.writing import cast_vote_records
from urna.interop.nist.parts import Part, write_json
from urna.interop.nist.plain import CAST_VOTES, ELECTION_REPORT, MAX_BYTES, document_kind
from urna.interop.nist.results.reading import ReportNumbers, read_report
from urna.interop.nist.results.record import counts_in
from urna.interop.nist.results.report import election_report
from urna.interop.nist.results.totals import differences
from urna.interop.nist.results.xml_writing import write_xml
from urna.record.layout import DEFINITION
from urna.record.newest import newest_results
from urna.record.reader import read_placed
from urna.storage.definition_folder import read_limited
from urna.storage.record import FolderReader
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)
export = typer.Typer(no_args_is_help=True)
app.add_typer(export, name="export", help=say("Write a document of NIST's formats."))

RecordArgument = Annotated[Path, typer.Argument(help=say("The folder of the public record."), metavar="RECORD")]
FileArgument = Annotated[Path, typer.Argument(help=say("The new file."), metavar="OUT")]
VerifiedOption = Annotated[
    bool,
    typer.Option("--verified", show_default=False, help=say("Do not verify: the record was verified just before.")),
]

KINDS = ("", ELECTION_REPORT, CAST_VOTES)
"""Classes of documents that `read` takes; a document that names none is read as a report."""

SHOWN = 20
"""Differences that are printed."""


@export.command("ballot-definition", help=say("What is on which ballot (SP 1500-20), from a definition."))
def export_ballot_definition(source: SourceArgument, file: FileArgument) -> None:
    """From the folder of a definition or a signed definition; the signatures are not judged."""
    election, _ = read_source(source)
    _write(file, ballot_definition(election, _now(), application()))


@export.command("results", help=say("Results by station or territory (SP 1500-100), from a record that verifies."))
def export_results(
    record: RecordArgument,
    file: FileArgument,
    summary: Annotated[bool, typer.Option("--summary", help=say("Territories alone, no stations."))] = False,
    as_xml: Annotated[bool, typer.Option("--xml", help=say("As XML; otherwise JSON."))] = False,
    verified: VerifiedOption = False,
) -> None:
    """The newest edition. The same record gives the same bytes."""
    _verify(record, verified)
    reader = FolderReader(record)
    election, results = read_election(reader), newest_results(reader)
    counts = () if summary else counts_in(election, reader, results)
    report = election_report(election, results, counts, application(), stations=not summary)
    _write(file, report, write_xml if as_xml else write_json)


@export.command("cast-vote-records", help=say("Challenged ballots one by one (SP 1500-103); cast ones never."))
def export_cast_vote_records(
    record: RecordArgument,
    file: FileArgument,
    challenged: Annotated[
        bool, typer.Option("--challenged", help=say("Those whose voters challenged the machine."))
    ] = False,
    verified: VerifiedOption = False,
) -> None:
    """Challenged ballots are opened in public and not counted. A cast ballot is secret, or not in the record at all."""
    reader = FolderReader(record)
    if not challenged:
        raise refuse_cast_ballots(read_election(reader))
    _verify(record, verified)
    election = read_election(reader)
    maker = {"Manufacturer": "urna", "Model": application()}
    _write(file, cast_vote_records(election, challenged_in(reader, election), _now(), maker))


@app.command(help=say("Read results (SP 1500-100) or cast vote records (SP 1500-103); compare results with a record."))
def read(
    file: Annotated[Path, typer.Argument(help=say("The results, JSON or XML."), metavar="FILE")],
    record: Annotated[
        Path | None, typer.Option(metavar="RECORD", help=say("The record that the file was made from."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("Print every number for machines."))] = False,
) -> None:
    """Every contest with its totals; of ballots only sums are shown. The record is not verified here."""
    data = read_limited(file, MAX_BYTES)
    kind = document_kind(data, str(file))
    if kind not in KINDS or (record is not None and kind == CAST_VOTES):
        raise _not_comparable(kind, record, str(file))
    if kind == CAST_VOTES:
        show_cast_votes(read_cast_votes(data, str(file)), as_json=as_json)
        return
    report = read_report(data, str(file))
    if as_json:
        out.out(json.dumps(as_plain(report), ensure_ascii=False, indent=1))
    else:
        show_report(report)
    if record is not None:
        raise typer.Exit(0 if _agrees(report, record, str(file), quiet=as_json) else 1)


def read_election(reader: FolderReader) -> Election:
    """The election of a record that was verified."""
    return Election(read_document(read_placed(reader, DEFINITION), Definition, DEFINITION))


def application() -> str:
    """This program, as documents name it."""
    return f"urna {urna.__version__}"


def _not_comparable(kind: str, record: Path | None, where: str) -> Malformed:
    expected = Sentence("results (ElectionReport) or cast vote records (CastVoteRecordReport)")
    if record is not None:
        expected = Sentence("results (ElectionReport), to compare with a record")
    remedy = Sentence("Name the file of results; for voter records: urna interop nist voters.")
    return Malformed(expected, Sentence("{kind}", {"kind": repr(kind)[:120]}), remedy, where)


def _verify(record: Path, verified: bool) -> None:
    if not verified and not verify_and_show(record):
        raise typer.Exit(1)


def _write(file: Path, document: Part, write: Callable[[Part], bytes] = write_json) -> None:
    with file.open("xb") as opened:
        opened.write(write(document))
    out.print(say("Written: {file}", file=str(file)), markup=False)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _agrees(report: ReportNumbers, record: Path, where: str, *, quiet: bool) -> bool:
    reader = FolderReader(record)
    found = list(differences(report, read_election(reader), newest_results(reader), where))
    if not quiet:
        _show_differences(found)
    return not found


def _show_differences(found: list[Sentence]) -> None:
    for each in found[:SHOWN]:
        out.print(say(each), markup=False)
    if len(found) > SHOWN:
        out.print(say("  … and {count} more.", count=len(found) - SHOWN))
    if not found:
        out.print(say("The file and the record have the same totals, people and seats."), style="green")
