"""`urna audit print`: what an audit needs on paper: lists of what to fetch, worksheets to count on, its reports."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from urna.audit.seed import Method
from urna.audit.slip_sums import DrawnSlip, slips_by_box
from urna.cli.audit_read import round_to_read, what_to_type
from urna.cli.screen import out
from urna.cli.words import say, say_in
from urna.devices.printer_typst import paper_pdf
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.papers.audit_report import audit_report
from urna.papers.audit_worksheet import audit_worksheet
from urna.papers.paper import Paper
from urna.papers.retrieval_list import ToFetch, retrieval_list
from urna.papers.slip_list import slip_list
from urna.papers.slip_worksheet import slip_worksheet
from urna.record.audit_record import AuditRecord, read_audit
from urna.storage.definition_folder import replace_file
from urna.storage.record import FolderReader
from urna.words import Sentence

RecordArgument = Annotated[Path, typer.Argument(help=say("The public record."))]
AuditArgument = Annotated[str, typer.Argument(help=say("The code of the audit."))]
PapersFolder = Annotated[Path, typer.Argument(help=say("The folder for the PDF files."))]
LanguageOption = Annotated[str, typer.Option("--language", help=say("The language of the papers: es or en."))]


def print_papers(
    record: RecordArgument, audit: AuditArgument, folder: PapersFolder, *, language: LanguageOption = "es"
) -> None:
    """A list for each centre, a worksheet for each drawn box that is not counted yet, and every report.

    Of an audit of slips: what to read in each centre, and a tally sheet for the round that is not read yet.
    """
    found = read_audit(FolderReader(record), audit)
    if found.papers.seed is None or not found.papers.rounds:
        raise OutOfOrder(
            Sentence("an audit that has drawn"),
            Sentence("one without seed or round"),
            Sentence("Roll the seed in public, draw, and let the centre publish both."),
            audit,
        )
    folder.mkdir(parents=True, exist_ok=True)
    papers = [*_slips(found, language), *_papers(found, language)]
    for paper in track(papers, description=say("Printing"), transient=True, disable=not out.is_terminal):
        replace_file(folder / f"{paper.name}.pdf", paper_pdf(paper))
    out.print(say("{count} papers in {folder}.", count=len(papers), folder=str(folder)))


def _papers(found: AuditRecord, language: str) -> Iterator[Paper]:
    election, papers, _ = found
    speak, seed = say_in(language), papers.seed
    if seed is None:
        return
    boxes: dict[Code, list[ToFetch]] = defaultdict(list)
    for box in _open_boxes(found):
        boxes[election.stations[box.station].centre].append(box)
    for centre, here in sorted(boxes.items()):
        yield retrieval_list(election, seed, centre, here, say=speak, language=language)
        for box in sorted(here):
            slips = max(1, box.papers)
            contests = papers.commitment.contests or None
            theirs = {each.code for each in election.contests_of_station(box.station)}
            audited = tuple(each for each in contests if each in theirs) if contests else None
            yield audit_worksheet(election, box.station, slips, contests=audited, say=speak, language=language)
    for report in papers.reports:
        yield audit_report(election, papers.commitment, seed, report, say=speak, language=language)


def _slips(found: AuditRecord, language: str) -> Iterator[Paper]:
    """Of the round that nobody has read yet."""
    election, papers, _ = found
    if papers.commitment.method is not Method.POLLING or len(papers.readings) == len(papers.rounds):
        return
    speak, drawn, seed = say_in(language), round_to_read(found), papers.documents.seed
    centres: dict[Code, dict[Code, tuple[DrawnSlip, ...]]] = defaultdict(dict)
    for box, slips in slips_by_box(drawn).items():
        centres[election.stations[box].centre][box] = slips
    for centre, here in sorted(centres.items()):
        yield slip_list(election, seed, centre, here, drawn.round, say=speak, language=language)
    yield slip_worksheet(election, drawn, what_to_type(found, drawn), say=speak, language=language)


def _open_boxes(found: AuditRecord) -> Iterator[ToFetch]:
    """Drawn boxes without a count; in a full count every box without one."""
    papers = found.papers
    wanted = set() if papers.commitment.method is Method.POLLING else set(papers.drawn)
    for container in papers.manifest.containers:
        if (papers.is_full_count or container.code in wanted) and container.code not in papers.counts:
            yield ToFetch(container.code, container.size)
