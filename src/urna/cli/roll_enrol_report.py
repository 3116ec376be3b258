"""The report of many enrolments: signed by both operators, written, and shown as a table."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from urna.cli.roll_enrol_work import moment
from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Election
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.roll.enrolled import EnrolmentRecord
from urna.roll.enrolment_report import EnrolmentReport, report_of
from urna.roll.enrolment_rules import REASONS
from urna.storage.definition_folder import write_secret_file


def write_report(
    election: Election, signers: Sequence[NoteSigner], records: Sequence[EnrolmentRecord], aside: int, file: Path
) -> EnrolmentReport:
    """The report of these records, written to a new file.

    Args:
        election: the definition.
        signers: the two operators.
        records: of the electors enrolled.
        aside: how many electors were left aside for mistakes.
        file: where to write it.
    """
    keys = sorted(signer.verifier.public_hex for signer in signers)
    report = report_of(
        records, election=election.identity, left_aside=aside, operators=(keys[0], keys[1]), now=moment()
    )
    write_secret_file(file, sign_document(report, signers))
    show_report(report)
    out.print(say("Report: {file}", file=str(file)), markup=False)
    return report


def show_report(report: EnrolmentReport) -> None:
    """The report as a table."""
    table = Table(show_header=False)
    for what, count in (
        (say("electors enrolled"), report.electors),
        (say("of them without any finger"), report.without_fingers),
        (say("electors left aside for mistakes"), report.left_aside),
        (say("fingers"), report.fingers),
        (say("impressions"), report.impressions),
        (say("of them below the least quality"), report.impressions_below_recapture),
        (say("of them of low quality"), report.impressions_below_warning),
    ):
        table.add_row(what, str(count))
    for reason, count in report.left_out.items():
        if count:
            table.add_row(say("fingers left out: {reason}", reason=say(REASONS[reason])), str(count))
    out.print(table)
